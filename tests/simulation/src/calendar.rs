//! The calendar of the people: which instant a wall clock means, reckoned without the product's own code.

use chrono::{DateTime, MappedLocalTime, NaiveDateTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;

/// The longest gap in a wall clock that is looked through; no zone's is longer than a day.
const GAP_MINUTES_MAX: i64 = 26 * 60;

/// The instants that a wall clock in `zone` shows `wall`, the earlier first; the first one after the gap, if it shows
/// it never.
#[must_use]
pub fn instants(zone: Tz, wall: NaiveDateTime) -> Vec<DateTime<Utc>> {
    for minutes in 0..GAP_MINUTES_MAX {
        match zone.from_local_datetime(&(wall + TimeDelta::minutes(minutes))) {
            MappedLocalTime::Single(at) => return vec![at.to_utc()],
            MappedLocalTime::Ambiguous(one, other) => {
                let mut both = vec![one.to_utc(), other.to_utc()];
                both.sort_unstable();
                return both;
            }
            MappedLocalTime::None => {}
        }
    }
    Vec::new()
}

/// What a wall clock in `zone` shows.
#[must_use]
pub fn wall(zone: Tz, at: DateTime<Utc>) -> NaiveDateTime {
    at.with_timezone(&zone).naive_local()
}

/// When the clocks of `zone` are switched between two instants, to the second; the first time, if several are.
#[must_use]
pub fn switch(zone: Tz, from: DateTime<Utc>, to: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let offset = |at: DateTime<Utc>| (wall(zone, at) - at.naive_utc()).num_seconds();
    let is_switched = |at: &DateTime<Utc>| offset(*at) != offset(from);
    // Nobody's clocks are switched and switched back within an hour.
    let hours = (to - from).num_hours();
    let mut after = (1..=hours).map(|hour| from + TimeDelta::hours(hour)).find(is_switched)?;
    let mut before = after - TimeDelta::hours(1);
    while after - before > TimeDelta::seconds(1) {
        let middle = before + (after - before) / 2;
        if is_switched(&middle) { after = middle } else { before = middle }
    }
    Some(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(wall: &str) -> Vec<String> {
        let found = instants(Tz::Europe__Berlin, wall.parse().unwrap());
        found.iter().map(|at| at.format("%F %R").to_string()).collect()
    }

    #[test]
    fn a_wall_clock_is_read_across_both_switches() {
        assert_eq!(of("2027-06-21T17:30:00"), ["2027-06-21 15:30"]);
        assert_eq!(of("2027-03-28T02:30:00"), ["2027-03-28 01:00"]);
        assert_eq!(of("2027-10-31T02:30:00"), ["2027-10-31 00:30", "2027-10-31 01:30"]);
    }

    #[test]
    fn a_switch_is_found() {
        let at = |text: &str| text.parse().unwrap();
        let of = |from, to| switch(Tz::Europe__Berlin, at(from), at(to));
        let spring = of("2027-03-27T12:00:00Z", "2027-03-28T12:00:00Z");
        assert_eq!(spring.map(|at| at.timestamp()), Some(1_806_195_600));
        assert_eq!(of("2027-03-26T12:00:00Z", "2027-03-27T12:00:00Z"), None);
    }
}
