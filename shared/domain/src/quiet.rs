//! The hours in which nothing of our own goes out: neither answers to a text nor rings and SMS at the time of a reminder
//! are that.

use chrono::{DateTime, Days, NaiveTime, Timelike, Utc};
use chrono_tz::Tz;

use crate::limits::{QUIET_FROM_HOUR, QUIET_TO_HOUR};

/// When the quiet hours of a zone are over; `None` if `now` is not within them.
#[must_use]
pub fn until(zone: Tz, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let wall = when::zone::wall(zone, now);
    let date = match wall.hour() {
        hour if hour < QUIET_TO_HOUR => wall.date(),
        hour if hour >= QUIET_FROM_HOUR => wall.date() + Days::new(1),
        _ => return None,
    };
    let morning = date.and_time(NaiveTime::from_hms_opt(QUIET_TO_HOUR, 0, 0)?);
    Some(when::zone::instant(zone, morning))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(now: &str, zone: Tz, expected: Option<&str>) {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        assert_eq!(until(zone, at(now)), expected.map(at), "{now} in {zone}");
    }

    #[test]
    fn the_night_is_quiet_where_the_receiver_is() {
        check("2026-03-04T20:59:59Z", Tz::UTC, None);
        check("2026-03-04T21:00:00Z", Tz::UTC, Some("2026-03-05T08:00:00Z"));
        check("2026-03-05T07:59:59Z", Tz::UTC, Some("2026-03-05T08:00:00Z"));
        check("2026-03-05T08:00:00Z", Tz::UTC, None);
        check("2026-03-04T21:00:00Z", Tz::Asia__Kolkata, Some("2026-03-05T02:30:00Z"));
        check("2026-03-04T21:00:00Z", Tz::America__New_York, None);
    }

    #[test]
    fn a_night_in_which_the_clocks_change_ends_at_the_same_hour_of_the_wall() {
        // 29 March 2026: 02:00 becomes 03:00 in Berlin.
        check("2026-03-28T22:00:00Z", Tz::Europe__Berlin, Some("2026-03-29T06:00:00Z"));
        check("2026-10-24T22:00:00Z", Tz::Europe__Berlin, Some("2026-10-25T07:00:00Z"));
    }
}
