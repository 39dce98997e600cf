//! A series: a reminder that rings by a rule, one occurrence at a time.
//!
//! There is no row for the series itself. Each occurrence carries the rule, and the write that gives it its turn (it
//! is called, or ends without a call) makes the next one: neither can be without the other, nothing else has to be
//! read for it, and whoever looks after occurrences looks after series. The truth is the wall time of the rule.

use chrono::{DateTime, TimeDelta, Utc};
use when::series::{End, Frequency};
use when::{Basis, Moment, Recurrence};

use crate::ids::OccurrenceId;
use crate::lifecycle::Milestone;
use crate::occurrence::{Occurrence, Policy};

impl Occurrence {
    /// A series as it begins: its first occurrence. `None` if the rule gives none.
    #[must_use]
    pub fn first_of(
        id: OccurrenceId,
        about: String,
        series: Recurrence,
        now: DateTime<Utc>,
    ) -> Option<Self> {
        let moment = series.next(now)?;
        Some(Self { series: Some(series), ..Self::accepted(id, about, moment, now) })
    }

    /// The instant in the series that this one stands for.
    #[must_use]
    pub fn turn(&self) -> DateTime<Utc> {
        self.regular.unwrap_or(self.due)
    }

    /// The next one of the series, if that goes on. What was missed meanwhile is not made up for.
    ///
    /// It depends on nothing but the row and `now`; its id is the next, so that it can be made only once.
    #[must_use]
    pub fn successor(&self, now: DateTime<Utc>, policy: &Policy) -> Option<Self> {
        let series = self.series.clone()?;
        let moment = series.next(self.turn().max(now))?;
        let id = OccurrenceId { reminder: self.id.reminder.clone(), k: self.id.k.checked_add(1)? };
        let mut next = Self {
            series: Some(series),
            texted_at: self.texted_at,
            ..Self::accepted(id, self.about.clone(), moment, now)
        };
        next.passes(Milestone::Accepted, now, policy);
        Some(next)
    }
}

/// The successor that a step has made due, to be written with what it follows.
#[must_use]
pub fn successor(
    before: &Occurrence,
    after: &Occurrence,
    now: DateTime<Utc>,
    policy: &Policy,
) -> Option<Occurrence> {
    if before.followed || !after.followed { None } else { after.successor(now, policy) }
}

/// How often a series rings within the day after its beginning, counted up to `most`.
#[must_use]
pub fn rings_a_day(series: &Recurrence, now: DateTime<Utc>, most: usize) -> usize {
    // Of a time of day on the wall, where a day may have 25 hours.
    let on_the_clock = |moment: &Moment| match moment.basis {
        Basis::Elapsed => moment.at.naive_utc(),
        Basis::Wall | Basis::WallElsewhere => moment.wall,
    };
    let first = series.next(now);
    let Some(begin) = first.as_ref().map(on_the_clock) else { return 0 };
    std::iter::successors(first, |moment| series.next(moment.at))
        .take_while(|moment| on_the_clock(moment) < begin + TimeDelta::days(1))
        .take(most)
        .count()
}

/// The series at another time of day: once a day on the days that it has, from its present beginning.
///
/// `None` for one that counts hours or minutes: it has no time of day.
#[must_use]
pub fn at_time_of_day(series: &Recurrence, moment: &Moment) -> Option<Recurrence> {
    if series.rule.frequency < Frequency::Daily || moment.basis == Basis::Elapsed {
        return None;
    }
    let mut rule = series.rule.clone();
    rule.by_hour = Vec::new();
    if let Some(End::Until(last)) = rule.end {
        // Its last day stays the last, however late in the day the new time is.
        rule.end = Some(End::Until(last.date().and_hms_opt(23, 59, 59)?));
    }
    let start = series.start.date().and_time(moment.wall.time());
    Some(Recurrence { rule, start, zone: moment.zone, basis: moment.basis })
}

#[cfg(test)]
mod tests {
    use when::{Region, Sender, When, read};

    use super::*;
    use crate::occurrence::{Event, State, step};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// What `text` makes, sent from Berlin on a Wednesday at noon.
    fn made(text: &str) -> Occurrence {
        let now = at("2026-03-04T11:00:00Z");
        let zone = "Europe/Berlin".parse().unwrap();
        let sender = Sender { now, zone, region: Region::parse("DE").unwrap(), usual: None };
        let reading = read(text, &sender).unwrap();
        let When::Repeating(series) = reading.when else { panic!("once") };
        let id = "0000000000000000-7-1".parse().unwrap();
        Occurrence::first_of(id, reading.about, series, now).unwrap()
    }

    fn stepped(row: &Occurrence, event: &Event, now: &str) -> (Occurrence, Option<Occurrence>) {
        let (now, policy) = (at(now), Policy::default());
        let after = step(row.clone(), event, now, &policy);
        let next = successor(row, &after, now, &policy);
        (after, next)
    }

    #[test]
    fn the_call_makes_the_next_one_at_the_same_wall_time_across_daylight_saving() {
        let row = made("every friday at 9 water the plants");
        let mut row = row;
        let mut dues = vec![row.due];
        for _ in 0..4 {
            let now = row.due.to_rfc3339();
            let (after, next) = stepped(&row, &Event::Due, &now);
            assert_eq!(after.state, State::Calling);
            row = next.unwrap();
            dues.push(row.due);
        }
        let expected = ["03-06T08", "03-13T08", "03-20T08", "03-27T08", "04-03T07"];
        let dues: Vec<String> = dues.iter().map(|due| due.format("%m-%dT%H").to_string()).collect();
        assert_eq!(dues, expected);
        assert_eq!(row.id.to_string(), "0000000000000000-7-5");
        assert_eq!(row.about, "water the plants");
    }

    #[test]
    fn only_the_first_step_that_gives_it_its_turn_makes_the_next_one() {
        let row = made("every day at 9 pills");
        let (calling, next) = stepped(&row, &Event::Due, "2026-03-05T08:00:00Z");
        assert!(next.is_some());
        let unanswered = Event::Unanswered { attempt: 1, outcome: "no_answer" };
        let (waiting, next) = stepped(&calling, &unanswered, "2026-03-05T08:00:30Z");
        assert_eq!((waiting.state, next), (State::Waiting, None));
        let (_, next) = stepped(&waiting, &Event::Due, "2026-03-05T08:02:30Z");
        assert_eq!(next, None);
    }

    #[test]
    fn skipping_opting_out_and_being_late_go_on_and_forgetting_does_not() {
        let row = made("every day at 9 pills");
        let day = |next: Option<Occurrence>| next.map(|next| next.due.format("%d").to_string());
        let (_, next) = stepped(&row, &Event::Skip, "2026-03-04T12:00:00Z");
        assert_eq!(day(next).as_deref(), Some("06"));
        let (_, next) = stepped(&row, &Event::OptedOut, "2026-03-05T08:00:01Z");
        assert_eq!(day(next).as_deref(), Some("06"));
        let (late, next) = stepped(&row, &Event::Due, "2026-03-08T20:00:00Z");
        assert!(matches!(late.state, State::GaveUp(_)));
        assert_eq!(day(next).as_deref(), Some("09"), "what was missed is not made up for");
        let (forgotten, next) = stepped(&row, &Event::Forget, "2026-03-04T12:00:00Z");
        assert_eq!((forgotten.followed, next), (false, None));
    }

    #[test]
    fn waiting_for_a_place_is_no_turn() {
        let row = made("every day at 9 pills");
        let slot = at("2026-03-05T08:00:20Z");
        let (waiting, next) = stepped(&row, &Event::Reserved { slot }, "2026-03-05T08:00:00Z");
        assert_eq!((waiting.state, next), (State::Waiting, None));
        let (held, next) = stepped(&row, &Event::NotAdmitted, "2026-03-05T08:00:00Z");
        assert_eq!((held.state, next), (State::Held, None));
    }

    #[test]
    fn a_series_ends_with_its_rule() {
        let row = made("every day at 9 for 2 days pills");
        let (_, next) = stepped(&row, &Event::Due, "2026-03-05T08:00:00Z");
        let (last, none) = stepped(&next.unwrap(), &Event::Due, "2026-03-06T08:00:00Z");
        assert_eq!((last.followed, none), (true, None));
    }

    #[test]
    fn one_that_was_given_an_earlier_time_is_not_rung_twice() {
        let mut row = made("every day at 9 pills");
        row.regular = Some(row.due);
        row.due -= TimeDelta::hours(3);
        row.not_before = row.due;
        let (_, next) = stepped(&row, &Event::Due, "2026-03-05T05:00:00Z");
        assert_eq!(next.map(|next| next.due), Some(at("2026-03-06T08:00:00Z")));
    }

    #[test]
    fn a_day_has_the_same_rings_when_the_clocks_are_switched() {
        let of = |now, text| rings_a_day(&made(text).series.unwrap(), at(now), 100);
        let six = "every day at 8:00 and 9:00 and 10:00 and 11:00 and 12:00 and 13:00 tea";
        for before in ["2026-03-28T08:30:00Z", "2026-10-24T07:30:00Z", "2026-11-24T08:30:00Z"] {
            assert_eq!(of(before, six), 6, "from ten on, {before}");
            assert_eq!(of(before, "every 5 hours tea"), 5, "{before}");
        }
    }

    #[test]
    fn rings_of_a_day_are_counted() {
        let now = at("2026-03-04T11:00:00Z");
        let of = |text| rings_a_day(&made(text).series.unwrap(), now, 100);
        assert_eq!(of("every friday at 9 tea"), 1);
        assert_eq!(of("every day at 9am and 6pm tea"), 2);
        assert_eq!(of("every hour tea"), 24);
        assert_eq!(rings_a_day(&made("every hour tea").series.unwrap(), now, 6), 6);
    }

    #[test]
    fn another_time_of_day_keeps_the_days() {
        let row = made("every mon and thu at 9am until march 12 pills");
        let moment = Moment {
            wall: row.moment.wall.date().and_hms_opt(18, 30, 0).unwrap(),
            ..row.moment.clone()
        };
        let series = at_time_of_day(row.series.as_ref().unwrap(), &moment).unwrap();
        let walls: Vec<String> =
            std::iter::successors(series.next(at("2026-03-04T11:00:00Z")), |m| series.next(m.at))
                .map(|moment| moment.wall.format("%a %d %H:%M").to_string())
                .collect();
        assert_eq!(walls, ["Thu 05 18:30", "Mon 09 18:30", "Thu 12 18:30"]);
        let hourly = made("every 3 hours tea").series.unwrap();
        assert_eq!(at_time_of_day(&hourly, &moment), None);
    }
}
