//! An SMS to a user: the same discipline as a call, because the carrier has no idempotency token here either.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::ids::{IdError, MessageId, OccurrenceId, UserId};
use crate::ledger::Period;
use crate::limits;
use crate::message::patience;
use crate::occurrence::Occurrence;
use crate::quiet;
use crate::story::Story;
use crate::user::User;

/// What an SMS answers or tells; there is one SMS per cause.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Cause {
    /// The answer to a text.
    Reply(MessageId),
    /// The one confirmation of a STOP, which goes out although its receiver has opted out.
    Stopped(MessageId),
    /// A reminder that ended without an answer.
    GaveUp(OccurrenceId),
    /// A reminder that is being called by a voice that does not speak its language.
    Spelled(OccurrenceId),
    /// A month that has come to the most that it costs.
    Cap(Period),
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reply(id) => write!(f, "reply#{id}"),
            Self::Stopped(id) => write!(f, "stopped#{id}"),
            Self::GaveUp(id) => write!(f, "gave_up#{id}"),
            Self::Spelled(id) => write!(f, "spelled#{id}"),
            Self::Cap(period) => write!(f, "cap#{period}"),
        }
    }
}

impl FromStr for Cause {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        match text.split_once('#') {
            Some(("reply", id)) => Ok(Self::Reply(id.parse()?)),
            Some(("stopped", id)) => Ok(Self::Stopped(id.parse()?)),
            Some(("gave_up", id)) => Ok(Self::GaveUp(id.parse()?)),
            Some(("spelled", id)) => Ok(Self::Spelled(id.parse()?)),
            Some(("cap", period)) => Ok(Self::Cap(period.parse()?)),
            _ => Err(IdError { kind: "a cause", text: text.chars().take(80).collect() }),
        }
    }
}

impl TryFrom<String> for Cause {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<Cause> for String {
    fn from(cause: Cause) -> Self {
        cause.to_string()
    }
}

/// An SMS to a user, from the decision to send it to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outgoing {
    /// What it answers or tells.
    pub cause: Cause,
    /// To whom.
    pub user: UserId,
    /// The words.
    pub text: String,
    /// Where it stands.
    pub state: State,
    /// When it was decided.
    pub created_at: DateTime<Utc>,
    /// Not before then: the quiet hours of its receiver.
    #[serde(default)]
    pub not_before: Option<DateTime<Utc>>,
    /// When the carrier was last asked.
    pub asked_at: DateTime<Utc>,
    /// How often the carrier was asked.
    pub asked: u32,
    /// How often `reconcile` has nudged this row.
    pub nudges: u32,
    /// What was decided and when.
    pub story: Story,
}

/// Where an SMS stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// To be sent.
    Owed,
    /// The carrier is being asked.
    Sending,
    /// The carrier took it, under this id: *told*.
    Sent(String),
    /// It will not be sent, for this reason: *could not tell*.
    Refused(String),
    /// Asked without an outcome; it may have been sent.
    Unknown,
}

/// What can happen to an SMS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Somebody is about to ask the carrier; `opted_out` by the row of its receiver.
    Ask {
        /// Whether the receiver has opted out.
        opted_out: bool,
    },
    /// The carrier took it.
    Took(String),
    /// The carrier takes none now.
    NotNow,
    /// The carrier refused it for good.
    Refused(String),
    /// No outcome.
    NoOutcome,
    /// `reconcile` found it unmoved.
    Nudged,
}

/// Decides; never acts. As [`crate::occurrence::step`], for an SMS.
#[must_use]
pub fn step(row: Outgoing, event: &Event, now: DateTime<Utc>) -> Outgoing {
    use {Event as On, State as S};
    match (&row.state, event) {
        (S::Owed, On::Ask { opted_out: true }) if !matches!(row.cause, Cause::Stopped(_)) => {
            row.refused("opted_out", now)
        }
        // `reconcile` sends it on when they are over.
        (S::Owed, On::Ask { .. }) if row.not_before.is_some_and(|not_before| now < not_before) => {
            row
        }
        (S::Owed, On::Ask { .. }) if now - row.created_at > row.max_age() => {
            row.refused("too_old", now)
        }
        (S::Owed, On::Ask { .. }) => {
            let asked = row.asked + 1;
            Outgoing { state: S::Sending, asked_at: now, asked, nudges: 0, ..row }
        }

        // Told at last, even if it was taken for unknown meanwhile.
        (S::Sending | S::Unknown, On::Took(id)) => {
            let state = S::Sent(id.clone());
            row.told(state, now, "sent", String::new())
        }
        (S::Sending, On::NotNow) => {
            Outgoing { state: S::Owed, asked: row.asked.saturating_sub(1), ..row }
        }
        (S::Sending, On::Refused(why)) => {
            let why = why.clone();
            row.refused(&why, now)
        }
        (S::Sending, On::NoOutcome) => row.told(S::Unknown, now, "sms_unknown", String::new()),
        // Whoever asked has died with the answer.
        (S::Sending, On::Nudged) if now - row.asked_at >= limits::SENDING_WAIT => {
            row.told(S::Unknown, now, "sms_unknown", "no outcome in time".into())
        }
        // An answer is not worth sending twice; news that nobody answered the phone is, once. Of a cap each reminder
        // that is not called tells again.
        (S::Unknown, On::Nudged)
            if row.worth_repeating() && now - row.asked_at >= limits::SENDING_WAIT =>
        {
            Outgoing { state: S::Owed, nudges: 0, ..row }
        }
        (_, On::Nudged) => Outgoing { nudges: row.nudges.saturating_add(1), ..row },
        _ => row,
    }
}

impl Outgoing {
    /// An SMS that is owed from now on.
    #[must_use]
    pub fn owed(cause: Cause, user: UserId, text: String, now: DateTime<Utc>) -> Self {
        Self {
            cause,
            user,
            text,
            state: State::Owed,
            created_at: now,
            not_before: None,
            asked_at: now,
            asked: 0,
            nudges: 0,
            story: Story::default(),
        }
    }

    /// An SMS that tells how `reminder` ended. The reminder was asked for at its time, whatever the hour; news of it
    /// that comes much later waits for the morning where its receiver is.
    #[must_use]
    pub fn farewell(reminder: &Occurrence, user: &User, text: String, now: DateTime<Utc>) -> Self {
        let late = now - reminder.due > limits::ASKED_FOR;
        let not_before = quiet::until(user.zone, now).filter(|_| late);
        let cause = Cause::GaveUp(reminder.id.clone());
        Self { not_before, ..Self::owed(cause, user.id.clone(), text, now) }
    }

    /// The instant by which it should have moved; `None` once it is at its end.
    #[must_use]
    pub fn check_at(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self.state {
            State::Owed => Some((now + patience(self.nudges)).max(self.not_before.unwrap_or(now))),
            State::Sending => Some(self.asked_at + limits::SENDING_WAIT),
            State::Unknown if self.worth_repeating() => Some(self.asked_at + limits::SENDING_WAIT),
            State::Unknown | State::Sent(_) | State::Refused(_) => None,
        }
    }

    /// How old it may become before it is not worth sending.
    #[must_use]
    pub fn max_age(&self) -> chrono::TimeDelta {
        match self.cause {
            Cause::GaveUp(_) | Cause::Cap(_) => limits::TOLD_MAX_AGE,
            Cause::Reply(_) | Cause::Stopped(_) | Cause::Spelled(_) => limits::REPLY_MAX_AGE,
        }
    }

    fn worth_repeating(&self) -> bool {
        matches!(self.cause, Cause::GaveUp(_)) && self.asked < limits::TELLS
    }

    fn refused(self, why: &str, now: DateTime<Utc>) -> Self {
        self.told(State::Refused(why.to_owned()), now, "could_not_tell", why.to_owned())
    }

    fn told(mut self, state: State, now: DateTime<Utc>, what: &str, detail: String) -> Self {
        self.state = state;
        self.nudges = 0;
        self.story.add(now, what, detail);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    fn row(cause: &str) -> Outgoing {
        Outgoing::owed(cause.parse().unwrap(), UserId::from_random(1), "hello".into(), at(0))
    }

    #[track_caller]
    fn check(cause: &str, events: &[(i64, Event)], state: &State) {
        let end = events.iter().fold(row(cause), |row, (t, event)| step(row, event, at(*t)));
        assert_eq!(end.state, *state);
    }

    const GAVE_UP: &str = "gave_up#0000000000000000-1-1";
    const CAP: &str = "cap#2027-01";

    #[test]
    fn the_carrier_is_asked_once_for_a_reply() {
        let ask = Event::Ask { opted_out: false };
        check(
            "reply#m",
            &[(0, ask.clone()), (1, Event::Took("x".into())), (2, ask.clone())],
            &State::Sent("x".into()),
        );
        for cause in ["reply#m", CAP] {
            let unknown = [(0, ask.clone()), (1, Event::NoOutcome), (900, Event::Nudged)];
            check(cause, &unknown, &State::Unknown);
        }
    }

    #[test]
    fn late_news_of_a_reminder_waits_for_the_morning_and_timely_news_does_not() {
        let user = {
            let phone = crate::phone::Phone::parse("+12065550123").unwrap();
            User::new(UserId::from_random(1), phone, chrono_tz::Tz::UTC, at(0))
        };
        let midnight: DateTime<Utc> = "2027-01-16T00:00:00Z".parse().unwrap();
        let morning = "2027-01-16T08:00:00Z".parse().unwrap();
        let due = |at| {
            let zone = chrono_tz::Tz::UTC;
            let wall = when::zone::wall(zone, at);
            let moment = when::Moment { at, wall, zone, basis: when::Basis::Wall };
            Occurrence::accepted("0000000000000000-1-1".parse().unwrap(), "tea".into(), moment, at)
        };
        let told =
            |reminder: &Occurrence, now| Outgoing::farewell(reminder, &user, "x".into(), now);
        let ask = Event::Ask { opted_out: false };

        let timely = told(&due(midnight - chrono::TimeDelta::minutes(20)), midnight);
        assert_eq!(step(timely, &ask, midnight).state, State::Sending, "its ring was asked for");

        let late = told(&due(midnight - chrono::TimeDelta::hours(3)), midnight);
        assert_eq!(step(late.clone(), &ask, midnight), late);
        assert_eq!(late.check_at(midnight), Some(morning));
        assert_eq!(step(late.clone(), &ask, morning).state, State::Sending);
        let noon = "2027-01-16T12:00:00Z".parse().unwrap();
        let by_day = told(&due(midnight), noon);
        assert_eq!(step(by_day, &ask, noon).state, State::Sending);
    }

    #[test]
    fn a_give_up_is_tried_once_more_after_five_minutes() {
        let ask = Event::Ask { opted_out: false };
        let once = [(0, ask.clone()), (1, Event::NoOutcome), (200, Event::Nudged)];
        check(GAVE_UP, &once, &State::Unknown);
        let again = [(0, ask.clone()), (1, Event::NoOutcome), (301, Event::Nudged)];
        check(GAVE_UP, &again, &State::Owed);
        let twice = [
            (0, ask.clone()),
            (1, Event::NoOutcome),
            (301, Event::Nudged),
            (302, ask),
            (303, Event::NoOutcome),
            (900, Event::Nudged),
        ];
        check(GAVE_UP, &twice, &State::Unknown);
    }

    #[test]
    fn an_opted_out_receiver_gets_only_the_confirmation_of_stop() {
        let ask = Event::Ask { opted_out: true };
        check("reply#m", &[(0, ask.clone())], &State::Refused("opted_out".into()));
        check(GAVE_UP, &[(0, ask.clone())], &State::Refused("opted_out".into()));
        check(CAP, &[(0, ask.clone())], &State::Refused("opted_out".into()));
        check("stopped#m", &[(0, ask)], &State::Sending);
    }

    #[test]
    fn a_reply_older_than_an_hour_is_dropped() {
        let ask = Event::Ask { opted_out: false };
        check("reply#m", &[(3_601, ask.clone())], &State::Refused("too_old".into()));
        check(GAVE_UP, &[(3_601, ask.clone())], &State::Sending);
        check(CAP, &[(3_601, ask)], &State::Sending);
    }

    #[test]
    fn a_cause_reads_back_as_itself() {
        for text in ["reply#a#b", "stopped#a", GAVE_UP, CAP] {
            assert_eq!(text.parse::<Cause>().unwrap().to_string(), text);
        }
        assert!("nonsense".parse::<Cause>().is_err());
    }

    #[test]
    fn an_outcome_that_is_told_after_all_is_kept() {
        let ask = Event::Ask { opted_out: false };
        let took = Event::Took("x".into());
        let late = [(0, ask), (301, Event::Nudged), (302, took)];
        check("reply#m", &late, &State::Sent("x".into()));
    }

    mod laws {
        use proptest::prelude::*;

        use super::*;

        fn events() -> impl Strategy<Value = Event> {
            prop_oneof![
                4 => any::<bool>().prop_map(|opted_out| Event::Ask { opted_out }),
                1 => Just(Event::Took("x".into())),
                2 => Just(Event::NotNow),
                1 => Just(Event::Refused("blocked".into())),
                2 => Just(Event::NoOutcome),
                4 => Just(Event::Nudged),
            ]
        }

        fn is_an_end(state: &State) -> bool {
            matches!(state, State::Sent(_) | State::Refused(_))
        }

        proptest! {
            #[test]
            fn the_laws_hold_over_any_events(
                cause in prop_oneof![Just("reply#m"), Just("stopped#m"), Just(GAVE_UP), Just(CAP)],
                events in proptest::collection::vec((0..400_i64, events()), 0..60)
            ) {
                let mut seconds = 0;
                let mut row = row(cause);
                let limit = if cause == GAVE_UP { limits::TELLS } else { 1 };
                // Requests of which the carrier has not said that it did nothing.
                let mut asked = 0;
                for (pause, event) in events {
                    seconds += pause;
                    let now = at(seconds);
                    let before = row.clone();
                    row = step(row, &event, now);
                    if row.state == State::Sending && before.state != State::Sending {
                        asked += 1;
                        let stays_silent = event == Event::Ask { opted_out: true };
                        prop_assert!(matches!(event, Event::Ask { .. }), "only who asks claims");
                        prop_assert!(!stays_silent || cause == "stopped#m", "STOP is heeded");
                        prop_assert!(now - row.created_at <= row.max_age(), "not too old");
                    }
                    if before.state == State::Sending && event == Event::NotNow {
                        asked -= 1;
                    }
                    prop_assert_eq!(row.asked, asked);
                    prop_assert!(asked <= limit, "asked {} times", asked);
                    let ended = is_an_end(&before.state);
                    prop_assert!(!ended || row.state == before.state, "an end is an end");
                    let unknown_for_good =
                        row.state == State::Unknown && (cause != GAVE_UP || asked == limit);
                    let at_rest = is_an_end(&row.state) || unknown_for_good;
                    prop_assert_eq!(row.check_at(now).is_none(), at_rest, "{:?}", row.state);
                    if row.state == State::Unknown && before.state == State::Unknown {
                        prop_assert_eq!(row.asked_at, before.asked_at);
                    }
                    // Said twice is said once.
                    if event != Event::Nudged {
                        prop_assert_eq!(&step(row.clone(), &event, now), &row);
                    }
                }
            }

            #[test]
            fn whatever_happened_a_nudged_row_comes_to_rest(
                cause in prop_oneof![Just("reply#m"), Just("stopped#m"), Just(GAVE_UP), Just(CAP)],
                events in proptest::collection::vec((0..400_i64, events()), 0..20)
            ) {
                let mut seconds = 0;
                let mut row = row(cause);
                for (pause, event) in events {
                    seconds += pause;
                    row = step(row, &event, at(seconds));
                }
                // Nobody answers any more: reconcile nudges, and somebody asks what it asks for.
                for _ in 0..10 {
                    if row.check_at(at(seconds)).is_none() {
                        break;
                    }
                    seconds += 24 * 3_600;
                    row = step(row, &Event::Nudged, at(seconds));
                    row = step(row, &Event::Ask { opted_out: false }, at(seconds));
                }
                prop_assert_eq!(row.check_at(at(seconds)), None, "{:?}", row.state);
            }
        }
    }
}
