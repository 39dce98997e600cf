//! Wall time to instant and back, across daylight saving.

use chrono::{DateTime, LocalResult, NaiveDateTime, Offset, TimeZone, Utc};
use chrono_tz::{GapInfo, Tz};

/// The instant at which a clock on a wall in `zone` shows `wall`.
///
/// In the autumn overlap the clock shows `wall` twice and the earlier instant is taken: a reminder
/// may be early, never late. In the spring gap it never does, and the first instant after the gap
/// is taken.
#[must_use]
pub fn instant(zone: Tz, wall: NaiveDateTime) -> DateTime<Utc> {
    match zone.from_local_datetime(&wall) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.to_utc(),
        LocalResult::None => end_of_gap(zone, wall),
    }
}

/// What a clock on a wall in `zone` shows at `instant`.
#[must_use]
pub fn wall(zone: Tz, instant: DateTime<Utc>) -> NaiveDateTime {
    let utc = instant.naive_utc();
    let offset = zone.offset_from_utc_datetime(&utc).fix();
    // Only within a day of the ends of the calendar can the sum not be written.
    utc.checked_add_offset(offset).unwrap_or(utc)
}

/// The instant of the jump: what the clock showed when the gap began, read with the offset before
/// it.
fn end_of_gap(zone: Tz, wall: NaiveDateTime) -> DateTime<Utc> {
    GapInfo::new(&wall, &zone)
        .and_then(|gap| gap.begin)
        .and_then(|(begin, before)| begin.checked_sub_offset(before.fix()))
        .unwrap_or(wall)
        .and_utc()
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use chrono_tz::{America, Asia, Australia, Europe, Pacific};

    use super::*;

    fn check(zone: Tz, wall_time: &str, expected: &str) {
        let at = instant(zone, wall_time.parse().expect("a wall time"));
        assert_eq!(at.to_rfc3339(), expected, "{zone} {wall_time}");
    }

    #[test]
    fn a_wall_time_that_exists_once_is_that_instant() {
        check(Asia::Kolkata, "2027-06-21T17:30:00", "2027-06-21T12:00:00+00:00");
        check(America::New_York, "2026-03-04T18:40:00", "2026-03-04T23:40:00+00:00");
    }

    #[test]
    fn in_the_spring_gap_it_is_the_first_instant_after_the_gap() {
        check(America::New_York, "2026-03-08T02:00:00", "2026-03-08T07:00:00+00:00");
        check(America::New_York, "2026-03-08T02:59:59", "2026-03-08T07:00:00+00:00");
        check(Europe::London, "2026-03-29T01:30:00", "2026-03-29T01:00:00+00:00");
        // Half an hour only.
        check(Australia::Lord_Howe, "2026-10-04T02:15:00", "2026-10-03T15:30:00+00:00");
        // A whole day that never was.
        check(Pacific::Apia, "2011-12-30T12:00:00", "2011-12-30T10:00:00+00:00");
    }

    #[test]
    fn in_the_autumn_overlap_it_is_the_earlier_instant() {
        check(America::New_York, "2026-11-01T01:30:00", "2026-11-01T05:30:00+00:00");
        check(Europe::London, "2026-10-25T01:30:00", "2026-10-25T00:30:00+00:00");
    }

    #[test]
    fn the_wall_at_the_instant_of_a_gap_is_past_the_gap() {
        let gap = NaiveDate::from_ymd_opt(2026, 3, 8).and_then(|day| day.and_hms_opt(2, 30, 0));
        let at = instant(America::New_York, gap.expect("a wall time"));
        assert_eq!(wall(America::New_York, at).to_string(), "2026-03-08 03:00:00");
    }

    #[test]
    fn the_ends_of_the_calendar_do_not_panic() {
        for zone in chrono_tz::TZ_VARIANTS {
            for end in [NaiveDateTime::MIN, NaiveDateTime::MAX] {
                let _ = (instant(zone, end), wall(zone, end.and_utc()));
            }
        }
    }
}
