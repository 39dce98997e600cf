//! The state machine of a reminder: [`step`] decides what follows from an event, [`owed`] what is still owed.
//!
//! Both are pure. A handler reads the row, asks `step`, writes the result on the condition that the row has not
//! moved, and sends what `owed` returns; whoever carries an effect out clears it. So a crash at any point is
//! mended by sending the same again.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use when::{Moment, Recurrence};

use crate::ids::OccurrenceId;
use crate::lifecycle::{Milestone, News, Passed};
use crate::limits;
use crate::message::patience;
use crate::story::Story;
use crate::user::NotNow;

/// One time that a reminder is due, with all that is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occurrence {
    /// Which one it is.
    pub id: OccurrenceId,
    /// What to say.
    pub about: String,
    /// When, with the wall time and zone that it comes from.
    pub moment: Moment,
    /// The instant that was promised; the lateness of a ring counts from here.
    pub due: DateTime<Utc>,
    /// The series that it is one of; `None` for a reminder that rings once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub series: Option<Recurrence>,
    /// The instant that the series gave, where this one alone was given another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub regular: Option<DateTime<Utc>>,
    /// Whether its place in the series is taken: the next one was made in the same write, if there is one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub followed: bool,
    /// The one that was put off by its user until this one is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<OccurrenceId>,
    /// When the text was sent that set it: texts may overtake each other. `None` in rows from before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub texted_at: Option<DateTime<Utc>>,
    /// Where it stands.
    pub state: State,
    /// Grows with every new time; schedules and due messages of an older one are void.
    pub version: u32,
    /// The number of the last attempt; 0 before the first. Never reset.
    pub attempt: u32,
    /// How many of the attempts count against [`limits::ATTEMPTS`]: a call that the carrier refused to take on does not.
    pub tries: u32,
    /// The next attempt starts no earlier than this.
    pub not_before: DateTime<Utc>,
    /// A place among the carrier's calls that is kept for the next attempt.
    pub reserved: Option<DateTime<Utc>>,
    /// Some attempt is known to have rung.
    pub rang: bool,
    /// The last news of the attempt in progress; an unknown outcome is waited for from here.
    pub last_news: DateTime<Utc>,
    /// The attempt that was answered, if one was.
    pub answered: Option<u32>,
    /// The effects that were carried out.
    pub done: BTreeSet<Effect>,
    /// The milestones that others are still to be told of.
    #[serde(default, skip_serializing_if = "News::is_empty")]
    pub news: News,
    /// How often `reconcile` has nudged this row since it last moved.
    pub nudges: u32,
    /// What was decided and when.
    pub story: Story,
}

/// Where an occurrence stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Waiting for its time; no attempt yet.
    Accepted,
    /// Its time has come but no call may start; `reconcile` releases it.
    Held,
    /// Attempt number `attempt` is in progress, or its outcome is unknown.
    Calling,
    /// Waiting for the next attempt at `not_before`.
    Waiting,
    /// An attempt was answered.
    Answered,
    /// It ends without an answer; an SMS says so.
    GaveUp(Why),
    /// Its user dropped it.
    Forgotten,
    /// Its user skipped this one of a series.
    Skipped,
    /// Its time passed while its user was opted out.
    OptedOut,
}

/// Why a reminder ends without an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// All attempts rang out.
    NoAnswer,
    /// Its time passed by more than [`limits::LATE_MAX`] before a call could start.
    TooLate,
    /// The carrier takes no more calls to this phone today.
    DailyLimit,
    /// Its user's month has come to the most that it costs.
    OverCap,
    /// The carrier takes no more calls this month: the money is spent.
    SpendLimit,
    /// The carrier blocks calls to this phone, or calls of this kind.
    Blocked,
}

impl Why {
    /// The word for logs, stories and metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoAnswer => "no_answer",
            Self::TooLate => "too_late",
            Self::DailyLimit => "daily_limit",
            Self::OverCap => "over_cap",
            Self::SpendLimit => "spend_limit",
            Self::Blocked => "blocked",
        }
    }
}

/// Something that an occurrence owes the world, with the id that makes a repetition harmless.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Effect {
    /// A schedule, or a due message, for this attempt at this version.
    Schedule {
        /// The version of the time.
        version: u32,
        /// The number of the attempt.
        attempt: u32,
    },
    /// The ledger entry of an answer.
    Charge,
    /// The events of all milestones that nobody was told of yet. Never stands among what is done: news is taken out.
    News,
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Schedule { version, attempt } => write!(f, "schedule#{version}#{attempt}"),
            Self::Charge => f.write_str("charge"),
            Self::News => f.write_str("news"),
        }
    }
}

impl FromStr for Effect {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let unknown = || format!("`{text}` is not an effect");
        let mut parts = text.split('#');
        let mut number = || parts.next_back().and_then(|n| n.parse().ok());
        match text.split('#').next() {
            Some("charge") => Ok(Self::Charge),
            Some("news") => Ok(Self::News),
            Some("schedule") => {
                let attempt = number().ok_or_else(unknown)?;
                let version = number().ok_or_else(unknown)?;
                Ok(Self::Schedule { version, attempt })
            }
            _ => Err(unknown()),
        }
    }
}

impl TryFrom<String> for Effect {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Effect> for String {
    fn from(effect: Effect) -> Self {
        effect.to_string()
    }
}

/// Everything that the world can do to an occurrence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The time of the next attempt has come and a call may start now.
    Due,
    /// The time has come but no call may start before this instant; a place is kept.
    Reserved {
        /// The place among the carrier's calls.
        slot: DateTime<Utc>,
    },
    /// The time has come but no call may start, and no place can be kept.
    NotAdmitted,
    /// Known before asking that no call may be made: today's calls, or a month's money, the user's or ours, are used up.
    Barred(Why),
    /// The carrier refused to take the attempt on.
    Refused {
        /// Which attempt.
        attempt: u32,
        /// What it said, as far as it decides anything.
        refusal: Refusal,
    },
    /// The carrier works on an attempt; `rang` once the phone rings.
    Progress {
        /// Which attempt.
        attempt: u32,
        /// Whether the phone is known to ring.
        rang: bool,
    },
    /// An attempt was answered.
    Answered {
        /// Which attempt.
        attempt: u32,
    },
    /// An attempt ended without an answer: busy, rung out, failed or expired.
    Unanswered {
        /// Which attempt.
        attempt: u32,
        /// The carrier's word for it.
        outcome: &'static str,
    },
    /// No news of an attempt for so long that none is expected.
    NoNews {
        /// Which attempt.
        attempt: u32,
    },
    /// Its user drops it, and with it the series that it is one of.
    Forget,
    /// Its user does without this one.
    Skip,
    /// Its user gives it another time, another matter, or both.
    Changed(Box<Change>),
    /// Its time has come and its user is opted out.
    OptedOut,
    /// Its time has come, but nobody at the number has confirmed yet that calls are wanted.
    Unconfirmed,
    /// Another time is meant: the user's zone, or the rules of the zone, have changed.
    Moved {
        /// The new time.
        moment: Moment,
    },
    /// The times of its series are others, and it stays: the user's zone has changed.
    SeriesMoved {
        /// The series.
        series: Box<Recurrence>,
        /// The instant in it that this one stands for.
        turn: DateTime<Utc>,
    },
    /// `reconcile` found it unmoved past the time at which it should have moved.
    Nudged,
}

/// What a reminder becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The time.
    pub moment: Moment,
    /// The matter.
    pub about: String,
    /// The series.
    pub series: Option<Recurrence>,
    /// The instant that the series gave, where this one alone is changed.
    pub regular: Option<DateTime<Utc>>,
}

/// What a refusal of the carrier means for the reminder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Not this moment, by the pace alone: as `NotNow`, and the reminder is called again of itself
    /// ([`Occurrence::pace`]).
    Throttled,
    /// Not now: the attempt does not count, the reminder is held.
    NotNow,
    /// The user has opted out with the carrier.
    OptedOut,
    /// Not to this phone, not today, not any more.
    GiveUp(Why),
}

/// How attempts are spaced: configuration, the same for all reminders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The pause before the second and each further attempt; the last one repeats.
    pub retry_after: Vec<TimeDelta>,
    /// How long news of an attempt is waited for: the function's limit, the carrier's time to live, ring, speech and skew.
    pub unknown_wait: TimeDelta,
    /// Whether others are told of milestones. If not, no row owes news.
    pub tells: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            retry_after: vec![TimeDelta::minutes(2), TimeDelta::minutes(10)],
            unknown_wait: TimeDelta::minutes(5),
            tells: false,
        }
    }
}

impl Policy {
    fn pause_after(&self, tries: u32) -> TimeDelta {
        let index = usize::try_from(tries.saturating_sub(1)).unwrap_or(usize::MAX);
        self.retry_after
            .get(index)
            .or(self.retry_after.last())
            .copied()
            .unwrap_or(TimeDelta::minutes(2))
    }
}

/// What it means for a reminder that is due that its user can not be called now.
impl From<NotNow> for Event {
    fn from(not_now: NotNow) -> Self {
        match not_now {
            NotNow::OptedOut => Self::OptedOut,
            NotNow::Unconfirmed => Self::Unconfirmed,
            NotNow::OverCap => Self::Barred(Why::OverCap),
            NotNow::DailyLimit => Self::Barred(Why::DailyLimit),
            NotNow::InACall => Self::NotAdmitted,
        }
    }
}

/// Decides; never acts. Everything the world can do to an occurrence is an arm of this match.
///
/// An event that does not apply (a second `Due`, news of an older attempt, anything after the end) returns the row
/// unchanged: delivery is at least once and in any order.
#[must_use]
pub fn step(row: Occurrence, event: &Event, now: DateTime<Utc>, policy: &Policy) -> Occurrence {
    let before = row.milestones();
    let mut after = moved_by(row, event, now, policy);
    for milestone in after.milestones().difference(&before) {
        after.passes(*milestone, now, policy);
    }
    // Whoever writes this writes the next one with it: see [`crate::series`].
    after.followed |= after.series.is_some() && after.has_had_its_turn();
    after
}

fn moved_by(row: Occurrence, event: &Event, now: DateTime<Utc>, policy: &Policy) -> Occurrence {
    use {Event as On, State as S};
    let pending = matches!(row.state, S::Accepted | S::Held | S::Waiting);
    let calling = |attempt: u32| row.state == S::Calling && row.attempt == attempt;
    match *event {
        // An answer owes its charge whatever else happened meanwhile, and however late it is told.
        On::Answered { attempt } => row.answered(attempt, now),

        On::Due | On::Reserved { .. } | On::NotAdmitted if pending && row.too_late(now) => {
            let why = if row.rang { Why::NoAnswer } else { Why::TooLate };
            row.gave_up(why, now)
        }
        On::Due if pending && now >= row.not_before => row.calling(now),
        On::Reserved { slot } if pending => row.reserved(slot, now),
        On::NotAdmitted if pending => row.held("no place among the carrier's calls", now),
        On::Barred(why) if pending => row.gave_up(why, now),
        // No SMS in its place: that would not be wanted either.
        On::Unconfirmed if pending => row.into_state(
            State::Skipped,
            now,
            "one reminder a day to an unconfirmed number".into(),
        ),
        On::OptedOut if pending => row.ended(State::OptedOut, now),

        On::Refused { attempt, refusal } if calling(attempt) => match refusal {
            Refusal::Throttled | Refusal::NotNow => row.not_taken_on(now),
            Refusal::OptedOut => row.ended(State::OptedOut, now),
            Refusal::GiveUp(why) => row.gave_up(why, now),
        },
        On::Progress { attempt, rang } if calling(attempt) => row.progressed(rang, now),
        On::Unanswered { attempt, outcome } if calling(attempt) => {
            row.unanswered(outcome, now, policy)
        }
        On::NoNews { attempt }
            if calling(attempt) && now >= row.last_news + policy.unknown_wait =>
        {
            row.unanswered("unknown", now, policy)
        }

        // While a phone rings it is too late to stop the ring, but nothing follows from it.
        On::Forget if pending || row.state == S::Calling => row.ended(State::Forgotten, now),
        On::Skip if pending || row.state == S::Calling => row.ended(State::Skipped, now),
        On::Moved { ref moment } if row.may_change() => row.moved(moment.clone(), now),
        On::Changed(ref change) if row.may_change() => row.changed(change.as_ref().clone(), now),
        // Once the next one is there, the series is its.
        On::SeriesMoved { ref series, turn } if row.is_open() && !row.followed => {
            Occurrence { series: Some(series.as_ref().clone()), regular: Some(turn), ..row }
        }
        On::Nudged => Occurrence { nudges: row.nudges.saturating_add(1), ..row },

        _ => row,
    }
}

/// What the row still owes the world. Sent by whoever sees it first; cleared by whoever carried it out.
#[must_use]
pub fn owed(row: &Occurrence) -> BTreeSet<Effect> {
    let mut effects = BTreeSet::new();
    if matches!(row.state, State::Accepted | State::Waiting) {
        effects.insert(Effect::Schedule { version: row.version, attempt: row.next_attempt() });
    }
    if row.answered.is_some() {
        effects.insert(Effect::Charge);
    }
    effects.retain(|effect| !row.done.contains(effect));
    if !row.news.is_empty() {
        effects.insert(Effect::News);
    }
    effects
}

impl Occurrence {
    /// A reminder as it begins.
    #[must_use]
    pub fn accepted(id: OccurrenceId, about: String, moment: Moment, now: DateTime<Utc>) -> Self {
        let due = moment.at;
        let mut story = Story::default();
        story.add(now, "accepted", format!("due {}", due.format("%FT%TZ")));
        Self {
            id,
            about,
            moment,
            due,
            series: None,
            regular: None,
            followed: false,
            parent: None,
            texted_at: None,
            state: State::Accepted,
            version: 1,
            attempt: 0,
            tries: 0,
            not_before: due,
            reserved: None,
            rang: false,
            last_news: now,
            answered: None,
            done: BTreeSet::new(),
            news: News::default(),
            nudges: 0,
            story,
        }
    }

    /// Notes a milestone that others are to be told of, if anybody is told anything.
    pub fn passes(&mut self, milestone: Milestone, at: DateTime<Utc>, policy: &Policy) {
        if policy.tells {
            let attempt = match milestone {
                Milestone::Answered => self.answered.unwrap_or(self.attempt),
                _ => self.attempt,
            };
            self.news.add(Passed { milestone, at, attempt });
        }
    }

    /// The milestones of its calls that it has passed so far.
    fn milestones(&self) -> BTreeSet<Milestone> {
        let passed = [
            (Milestone::Rang, self.rang),
            (Milestone::Answered, self.answered.is_some()),
            (Milestone::GaveUp, matches!(self.state, State::GaveUp(_))),
        ];
        passed.into_iter().filter(|(_, is_passed)| *is_passed).map(|(it, _)| it).collect()
    }

    /// The number that the next attempt will have.
    #[must_use]
    pub fn next_attempt(&self) -> u32 {
        self.attempt.saturating_add(1)
    }

    /// How soon a call that came too fast for the carrier is asked for again; `None` once that has been tried often
    /// enough: a carrier that goes on throttling is left to the repairs, which know how much it takes.
    #[must_use]
    pub fn pace(&self) -> Option<TimeDelta> {
        let not_taken_on = self.attempt.saturating_sub(self.tries);
        (1..=limits::THROTTLED_AGAIN)
            .contains(&not_taken_on)
            .then(|| limits::THROTTLED_WAIT * (1 << (not_taken_on - 1)))
    }

    /// Whether it may still ring: it stands in LIST and can be dropped.
    #[must_use]
    pub fn is_open(&self) -> bool {
        use State as S;
        matches!(self.state, S::Accepted | S::Held | S::Waiting | S::Calling)
    }

    /// Whether it may still be given another time: nothing of it has rung.
    #[must_use]
    pub fn may_change(&self) -> bool {
        self.is_open() && self.state != State::Calling && self.tries == 0
    }

    /// Whether the series goes on without it: it is being called, was, or will not be.
    fn has_had_its_turn(&self) -> bool {
        self.state != State::Forgotten && (self.attempt > 0 || !self.is_open())
    }

    /// The instant by which somebody else should have moved this row; `None` once it is at rest.
    #[must_use]
    pub fn check_at(&self, now: DateTime<Utc>, policy: &Policy) -> Option<DateTime<Utc>> {
        // News from when others were told, that nobody is told any more, is no debt.
        let owes = owed(self).into_iter().any(|effect| policy.tells || effect != Effect::News);
        let owing = owes.then(|| now + patience(self.nudges));
        let moving = match self.state {
            State::Accepted | State::Waiting if self.nudges > 0 => {
                Some((self.not_before + limits::DUE_WAIT).max(now + limits::DUE_WAIT))
            }
            State::Accepted | State::Waiting => Some(self.not_before + limits::DUE_WAIT),
            State::Held => Some(now),
            State::Calling => Some(self.last_news + policy.unknown_wait),
            _ => None,
        };
        // A reminder that rings soon is looked after soon, even while its schedule is still owed.
        [owing, moving].into_iter().flatten().min()
    }

    /// How long ago it should have rung, while it may still ring and is not known to have.
    #[must_use]
    pub fn unrung_for(&self, now: DateTime<Utc>) -> Option<TimeDelta> {
        (self.is_open() && !self.rang && now >= self.due).then(|| now - self.due)
    }

    /// Marks an effect as carried out. True if that is news.
    pub fn clear(&mut self, effect: Effect) -> bool {
        self.nudges = 0;
        self.done.insert(effect)
    }

    /// Whether a first ring would come so late that it misleads, or a further one at an hour for which nobody asked: an
    /// SMS says so instead.
    #[must_use]
    pub fn too_late(&self, now: DateTime<Utc>) -> bool {
        let most = if self.rang { limits::ASKED_FOR } else { limits::LATE_MAX };
        now > self.due + most
    }

    fn calling(mut self, now: DateTime<Utc>) -> Self {
        self.attempt = self.next_attempt();
        self.tries += 1;
        self.reserved = None;
        self.last_news = now;
        let detail = format!("attempt {}", self.attempt);
        self.into_state(State::Calling, now, detail)
    }

    fn answered(mut self, attempt: u32, now: DateTime<Utc>) -> Self {
        if self.answered.is_some() {
            return self;
        }
        self.answered = Some(attempt);
        self.rang = true;
        self.nudges = 0;
        let detail = format!("attempt {attempt}");
        if self.is_open() {
            return self.into_state(State::Answered, now, detail);
        }
        self.story.add(now, "answered", format!("{detail}, told after the end"));
        self
    }

    fn unanswered(mut self, outcome: &str, now: DateTime<Utc>, policy: &Policy) -> Self {
        self.story.add(now, "not_answered", format!("attempt {}: {outcome}", self.attempt));
        if self.tries >= limits::ATTEMPTS {
            return self.gave_up(Why::NoAnswer, now);
        }
        self.not_before = now + policy.pause_after(self.tries);
        let detail =
            format!("attempt {} at {}", self.next_attempt(), self.not_before.format("%FT%TZ"));
        self.into_state(State::Waiting, now, detail)
    }

    fn not_taken_on(mut self, now: DateTime<Utc>) -> Self {
        self.tries = self.tries.saturating_sub(1);
        self.held("the carrier takes no call now", now)
    }

    fn held(self, why: &str, now: DateTime<Utc>) -> Self {
        if self.state == State::Held {
            return self;
        }
        self.into_state(State::Held, now, why.to_owned())
    }

    fn reserved(mut self, slot: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        self.version += 1;
        self.not_before = slot;
        self.reserved = Some(slot);
        let detail = format!("a place at {}", slot.format("%FT%T%.3fZ"));
        self.into_state(State::Waiting, now, detail)
    }

    fn progressed(mut self, rang: bool, now: DateTime<Utc>) -> Self {
        self.last_news = now;
        if rang && !self.rang {
            self.rang = true;
        }
        self
    }

    fn moved(mut self, moment: Moment, now: DateTime<Utc>) -> Self {
        if moment.at == self.due {
            return Self { moment, ..self };
        }
        self.version += 1;
        self.due = moment.at;
        self.not_before = moment.at;
        self.reserved = None;
        self.moment = moment;
        let detail = format!("due {}", self.due.format("%FT%TZ"));
        self.story.add(now, "moved", detail);
        self.state = State::Accepted;
        self.nudges = 0;
        self
    }

    fn changed(mut self, change: Change, now: DateTime<Utc>) -> Self {
        self.about = change.about;
        self.series = change.series;
        self.regular = change.regular;
        self.moved(change.moment, now)
    }

    fn gave_up(self, why: Why, now: DateTime<Utc>) -> Self {
        self.into_state(State::GaveUp(why), now, why.as_str().to_owned())
    }

    fn ended(self, state: State, now: DateTime<Utc>) -> Self {
        self.into_state(state, now, String::new())
    }

    fn into_state(mut self, state: State, now: DateTime<Utc>, detail: String) -> Self {
        self.state = state;
        self.nudges = 0;
        self.story.add(now, state.as_str(), detail);
        self
    }
}

impl State {
    /// The word for logs, stories and metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Held => "held",
            Self::Calling => "calling",
            Self::Waiting => "waiting",
            Self::Answered => "answered",
            Self::GaveUp(_) => "gave_up",
            Self::Forgotten => "forgotten",
            Self::Skipped => "skipped",
            Self::OptedOut => "opted_out",
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;
    use when::Basis;

    use super::*;

    const DUE_S: i64 = 1_000;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    fn moment(seconds: i64) -> Moment {
        Moment { at: at(seconds), wall: at(seconds).naive_utc(), zone: Tz::UTC, basis: Basis::Wall }
    }

    fn row() -> Occurrence {
        let id = "0000000000000000-1-1".parse().unwrap();
        Occurrence::accepted(id, "tea".into(), moment(DUE_S), at(0))
    }

    /// Plays events at seconds after due. One list of events, one end.
    fn play(events: &[(i64, Event)]) -> Occurrence {
        events.iter().fold(row(), |row, (seconds, event)| {
            step(row, event, at(DUE_S + seconds), &Policy::default())
        })
    }

    #[track_caller]
    fn check(events: &[(i64, Event)], state: State, owes: &[Effect]) {
        let end = play(events);
        assert_eq!(end.state, state, "{:?}", end.story);
        assert_eq!(owed(&end), owes.iter().cloned().collect());
    }

    fn unanswered(attempt: u32) -> Event {
        Event::Unanswered { attempt, outcome: "no_answer" }
    }

    fn schedule(version: u32, attempt: u32) -> Effect {
        Effect::Schedule { version, attempt }
    }

    #[test]
    fn an_answered_call_owes_its_charge() {
        check(
            &[(0, Event::Due), (9, Event::Answered { attempt: 1 })],
            State::Answered,
            &[Effect::Charge],
        );
    }

    #[test]
    fn an_answer_told_twice_and_late_is_charged_once() {
        let events = [
            (0, Event::Due),
            (9, unanswered(1)),
            (40, Event::Answered { attempt: 1 }),
            (41, Event::Answered { attempt: 1 }),
        ];
        check(&events, State::Answered, &[Effect::Charge]);
        assert_eq!(play(&events).answered, Some(1));
    }

    #[test]
    fn three_attempts_after_two_and_ten_minutes_then_it_gives_up() {
        let mut events = vec![(0, Event::Due), (30, unanswered(1))];
        check(&events, State::Waiting, &[schedule(1, 2)]);
        assert_eq!(play(&events).not_before, at(DUE_S + 150));
        events.extend([(150, Event::Due), (180, unanswered(2))]);
        assert_eq!(play(&events).not_before, at(DUE_S + 780));
        events.extend([(780, Event::Due), (800, unanswered(3))]);
        check(&events, State::GaveUp(Why::NoAnswer), &[]);
        assert_eq!(play(&events).attempt, 3);
    }

    #[test]
    fn an_answer_after_the_end_is_charged_and_changes_nothing_else() {
        for end in [Event::Forget, Event::Refused { attempt: 1, refusal: Refusal::OptedOut }] {
            let ended = play(&[(0, Event::Due), (5, end.clone())]).state;
            check(
                &[(0, Event::Due), (5, end), (9, Event::Answered { attempt: 1 })],
                ended,
                &[Effect::Charge],
            );
        }
    }

    #[test]
    fn nothing_rings_before_its_time_nor_more_than_fifteen_minutes_late() {
        check(&[(-1, Event::Due)], State::Accepted, &[schedule(1, 1)]);
        check(&[(900, Event::Due)], State::Calling, &[]);
        check(&[(901, Event::Due)], State::GaveUp(Why::TooLate), &[]);
        check(&[(901, Event::NotAdmitted)], State::GaveUp(Why::TooLate), &[]);
    }

    #[test]
    fn once_it_has_rung_it_may_ring_for_an_hour() {
        let rang = Event::Progress { attempt: 1, rang: true };
        let events = [(890, Event::Due), (895, rang), (920, unanswered(1))];
        let then = |event| [events.to_vec(), vec![event]].concat();
        check(&then((1_040, Event::Due)), State::Calling, &[]);
        check(&then((3_600, Event::Due)), State::Calling, &[]);
        check(&then((3_601, Event::Due)), State::GaveUp(Why::NoAnswer), &[]);
        check(&then((3_601, Event::NotAdmitted)), State::GaveUp(Why::NoAnswer), &[]);
    }

    #[test]
    fn a_refused_attempt_does_not_count() {
        let refused = Event::Refused { attempt: 1, refusal: Refusal::NotNow };
        let events = [(0, Event::Due), (1, refused)];
        check(&events, State::Held, &[]);
        assert_eq!((play(&events).tries, play(&events).attempt), (0, 1));
        let released =
            [events.to_vec(), vec![(60, Event::Reserved { slot: at(DUE_S + 70) })]].concat();
        check(&released, State::Waiting, &[schedule(2, 2)]);
    }

    #[test]
    fn a_throttled_call_is_asked_for_again_soon_but_not_for_ever() {
        let throttled = |attempt| Event::Refused { attempt, refusal: Refusal::Throttled };
        let mut events = vec![(0, Event::Due)];
        let mut paces = Vec::new();
        for attempt in 1..=4 {
            events.extend([(i64::from(attempt), throttled(attempt))]);
            check(&events, State::Held, &[]);
            paces.push(play(&events).pace().map(|pace| pace.num_seconds()));
            events.extend([(i64::from(attempt), Event::Due)]);
            check(&events, State::Calling, &[]);
        }
        assert_eq!(paces, [Some(2), Some(4), Some(8), None]);
        assert_eq!(play(&events).tries, 1, "none of them counts");
        assert_eq!(row().pace(), None);
    }

    #[test]
    fn no_news_counts_only_after_the_wait_and_from_the_last_news() {
        let news = Event::Progress { attempt: 1, rang: true };
        let early = [(0, Event::Due), (60, news), (300, Event::NoNews { attempt: 1 })];
        check(&early, State::Calling, &[]);
        let late = [early.to_vec(), vec![(360, Event::NoNews { attempt: 1 })]].concat();
        check(&late, State::Waiting, &[schedule(1, 2)]);
    }

    #[test]
    fn news_of_an_older_attempt_is_not_of_the_one_in_progress() {
        let events = [(0, Event::Due), (300, Event::NoNews { attempt: 1 }), (420, Event::Due)];
        let second = play(&events);
        assert_eq!((second.state, second.attempt), (State::Calling, 2));
        for late in [
            unanswered(1),
            Event::NoNews { attempt: 1 },
            Event::Progress { attempt: 1, rang: true },
            Event::Refused { attempt: 1, refusal: Refusal::NotNow },
        ] {
            assert_eq!(play(&[events.to_vec(), vec![(800, late)]].concat()), second);
        }
    }

    #[test]
    fn a_forgotten_reminder_is_called_no_more() {
        let events = [(-500, Event::Forget), (0, Event::Due)];
        check(&events, State::Forgotten, &[]);
    }

    #[test]
    fn another_time_voids_the_old_schedule() {
        let mut moved = play(&[(-900, Event::Moved { moment: moment(DUE_S + 600) })]);
        assert_eq!((moved.version, moved.due), (2, at(DUE_S + 600)));
        assert_eq!(owed(&moved), BTreeSet::from([schedule(2, 1)]));
        assert!(moved.clear(schedule(2, 1)));
        assert!(owed(&moved).is_empty());
    }

    #[test]
    fn every_row_that_can_still_move_or_owes_something_is_checked() {
        let policy = Policy::default();
        let accepted = row();
        assert_eq!(accepted.check_at(at(0), &policy), Some(at(120)), "it owes a schedule");
        let mut scheduled = row();
        scheduled.clear(schedule(1, 1));
        assert_eq!(scheduled.check_at(at(0), &policy), Some(at(DUE_S + 30)));
        let calling = play(&[(0, Event::Due)]);
        assert_eq!(calling.check_at(at(DUE_S), &policy), Some(at(DUE_S + 300)));
        let mut answered = play(&[(0, Event::Due), (5, Event::Answered { attempt: 1 })]);
        assert!(answered.check_at(at(DUE_S + 5), &policy).is_some(), "it owes a charge");
        answered.clear(Effect::Charge);
        assert_eq!(answered.check_at(at(DUE_S + 5), &policy), None);
    }

    #[test]
    fn milestones_are_news_where_others_are_told_and_cost_nothing_where_not() {
        let told = Policy { tells: true, ..Policy::default() };
        let events = [
            (0, Event::Due),
            (3, Event::Progress { attempt: 1, rang: true }),
            (30, unanswered(1)),
            (150, Event::Due),
            (160, Event::Progress { attempt: 2, rang: true }),
            (165, Event::Answered { attempt: 2 }),
            (166, Event::Answered { attempt: 2 }),
        ];
        let end = events.iter().fold(row(), |row, (s, e)| step(row, e, at(DUE_S + s), &told));
        let news: Vec<_> = end.news.iter().map(|it| (it.milestone, it.at, it.attempt)).collect();
        let expected =
            [(Milestone::Rang, at(DUE_S + 3), 1), (Milestone::Answered, at(DUE_S + 165), 2)];
        assert_eq!(news, expected);
        assert_eq!(owed(&end), BTreeSet::from([Effect::Charge, Effect::News]));
        let mut paid = end;
        paid.clear(Effect::Charge);
        assert!(paid.check_at(at(DUE_S + 170), &told).is_some());
        assert_eq!(paid.check_at(at(DUE_S + 170), &Policy::default()), None, "nobody is told");
        check(&events, State::Answered, &[Effect::Charge]);

        let late = step(row(), &Event::Due, at(DUE_S + 901), &told);
        assert_eq!(
            late.news.iter().map(|it| it.milestone).collect::<Vec<_>>(),
            [Milestone::GaveUp]
        );
        let mut told_of = late.clone();
        told_of.news.told(&BTreeSet::from([Milestone::GaveUp]));
        assert_eq!(step(told_of.clone(), &Event::Due, at(DUE_S + 902), &told), told_of);
    }

    #[test]
    fn an_answer_after_the_end_is_news_as_well() {
        let told = Policy { tells: true, ..Policy::default() };
        let events = [(0, Event::Due), (5, Event::Forget), (9, Event::Answered { attempt: 1 })];
        let end = events.iter().fold(row(), |row, (s, e)| step(row, e, at(DUE_S + s), &told));
        let news: BTreeSet<_> = end.news.iter().map(|it| (it.milestone, it.at)).collect();
        let at_once = [Milestone::Rang, Milestone::Answered].map(|it| (it, at(DUE_S + 9)));
        assert_eq!((end.state, news), (State::Forgotten, at_once.into()));
    }

    #[test]
    fn an_effect_reads_back_as_itself() {
        for effect in [schedule(3, 12), Effect::Charge, Effect::News] {
            assert_eq!(effect.to_string().parse(), Ok(effect));
        }
        assert!("schedule#x".parse::<Effect>().is_err());
    }

    mod laws {
        use proptest::prelude::*;

        use super::*;

        fn events() -> impl Strategy<Value = Event> {
            let attempt = 1..5_u32;
            prop_oneof![
                Just(Event::Due),
                Just(Event::NotAdmitted),
                Just(Event::Forget),
                Just(Event::Skip),
                Just(Event::OptedOut),
                Just(Event::Nudged),
                (0..2_000_i64).prop_map(|s| Event::Reserved { slot: at(DUE_S + s) }),
                attempt.clone().prop_map(|attempt| Event::Answered { attempt }),
                attempt.clone().prop_map(unanswered),
                attempt.clone().prop_map(|attempt| Event::NoNews { attempt }),
                attempt.clone().prop_map(|attempt| Event::Progress { attempt, rang: true }),
                (attempt, any::<bool>()).prop_map(|(attempt, fast)| Event::Refused {
                    attempt,
                    refusal: if fast { Refusal::Throttled } else { Refusal::NotNow },
                }),
                (0..3_000_i64).prop_map(|s| Event::Moved { moment: moment(s) }),
            ]
        }

        proptest! {
            #[test]
            fn the_laws_hold_over_any_events(
                events in proptest::collection::vec((0..400_i64, events()), 0..60)
            ) {
                let policy = Policy { tells: true, ..Policy::default() };
                let mut now = at(0);
                let mut row = row();
                for (pause, event) in events {
                    now += TimeDelta::seconds(pause);
                    let before = row.clone();
                    row = step(row, &event, now, &policy);
                    prop_assert!(row.attempt >= before.attempt, "attempts are never reset");
                    prop_assert!(row.version >= before.version);
                    prop_assert!(row.tries <= limits::ATTEMPTS);
                    prop_assert!(before.answered.is_none() || row.answered == before.answered);
                    prop_assert!(before.is_open() || row.state == before.state, "an end is an end");
                    if row.state == State::Calling && before.state != State::Calling {
                        prop_assert!(now >= before.not_before, "nothing rings early");
                        prop_assert!(before.rang || now <= before.due + limits::LATE_MAX);
                        prop_assert!(now <= before.due + limits::ASKED_FOR);
                        prop_assert!(matches!(event, Event::Due));
                    }
                    let at_rest = !row.is_open() && owed(&row).is_empty();
                    prop_assert_eq!(row.check_at(now, &policy).is_none(), at_rest);
                    let of_attempt = match event {
                        Event::Unanswered { attempt, .. }
                        | Event::NoNews { attempt }
                        | Event::Progress { attempt, .. }
                        | Event::Refused { attempt, .. } => attempt,
                        _ => before.attempt,
                    };
                    if of_attempt != before.attempt {
                        prop_assert_eq!(&row, &before, "news of another attempt than this");
                    }
                    // Said twice is said once.
                    if !matches!(event, Event::Due | Event::Nudged | Event::Reserved { .. }) {
                        prop_assert_eq!(&step(row.clone(), &event, now, &policy), &row);
                    }
                }
            }
        }
    }
}
