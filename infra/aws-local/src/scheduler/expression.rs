//! Schedule expressions: `at(…)`, `rate(…)` and `cron(…)`, and the instants that they stand for.
//!
//! Source of the rules: the page "Schedule types" of the EventBridge Scheduler User Guide. What
//! that page does not document is refused, so that an expression that works here works there.

use chrono::{Datelike, Duration, NaiveDate, NaiveDateTime, TimeZone, Timelike, Utc};
use chrono_tz::Tz;

use super::cron::Cron;
use crate::Now;

/// The form of an `at` time. No fraction and no zone: the zone is a field of its own.
const AT_FORMAT: &str = "%Y-%m-%dT%H:%M:%S";

/// How many bytes an `at` time has. Chrono's parser takes one-digit months and signs; the service
/// does not.
const AT_LENGTH: usize = "yyyy-mm-ddThh:mm:ss".len();

/// How far before an instant its wall time may have to be looked for: clocks that are put back
/// repeat at most this much of a day (the rule in force anywhere since 1970 repeats one hour,
/// rarely two).
const LONGEST_OVERLAP: Duration = Duration::hours(3);

/// The longest gap to look across for the first wall time after it: Samoa left out a whole day in
/// 2011.
const LONGEST_GAP_MINUTES: i64 = 25 * 60;

/// When a schedule invokes its target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expression {
    /// Once, at this wall time.
    At(NaiveDateTime),
    /// Again and again, this far apart, whatever clocks are put to: a day is 24 hours.
    Rate(Duration),
    /// Whenever a wall clock shows one of these times.
    Cron(Cron),
}

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// Why it is none, as half a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (kind, inside) = text
            .strip_suffix(')')
            .and_then(|text| text.split_once('('))
            .ok_or("it is none of at(…), rate(…), cron(…)")?;
        match kind {
            "at" => parse_at(inside).map(Self::At),
            "rate" => parse_rate(inside).map(Self::Rate),
            "cron" => Cron::parse(inside).map(Self::Cron),
            _ => Err("it is none of at(…), rate(…), cron(…)".into()),
        }
    }

    /// Whether the schedule has one invocation only.
    #[must_use]
    pub fn is_one_time(&self) -> bool {
        matches!(self, Self::At(_))
    }

    /// The first instant of this expression that is not before `from`. A rate counts from `anchor`.
    ///
    /// An `at` time has its instant whatever `from` is: one that has passed is invoked at once.
    #[must_use]
    pub fn next_from(&self, zone: Tz, anchor: Now, from: Now) -> Option<Now> {
        match self {
            Self::At(wall) => Some(instant(zone, *wall)),
            Self::Rate(every) => rate_from(*every, anchor, from),
            Self::Cron(cron) => cron_from(cron, zone, from),
        }
    }

    /// The last instant of this expression that is after `after` and not after `until`, if there is
    /// one.
    ///
    /// Only for recurring expressions: what a schedule that was not looked at for a while missed
    /// last.
    #[must_use]
    pub fn last_until(&self, zone: Tz, anchor: Now, after: Now, until: Now) -> Option<Now> {
        // Looks back one minute, two, four, …, until something lies there; then steps on from it.
        // So the work is bounded by what lies in a stretch about as long as the distance to the
        // last one.
        let mut back = Duration::minutes(1);
        loop {
            let probe = (until - back).max(after);
            let found = self.next_from(zone, anchor, probe + Duration::milliseconds(1));
            if let Some(mut last) = found.filter(|found| *found <= until) {
                let next = |last| self.next_from(zone, anchor, last + Duration::milliseconds(1));
                while let Some(later) = next(last).filter(|later| *later <= until && *later > last)
                {
                    last = later;
                }
                return Some(last);
            }
            if probe == after {
                return None;
            }
            back = back * 2;
        }
    }
}

/// The instant at which a wall clock in `zone` shows `wall`.
///
/// In the autumn overlap the earlier instant; in the spring gap, where AWS documents nothing, the
/// first instant after it.
#[must_use]
pub fn instant(zone: Tz, wall: NaiveDateTime) -> Now {
    if let Some(at) = zone.from_local_datetime(&wall).earliest() {
        return at.with_timezone(&Utc);
    }
    (1..=LONGEST_GAP_MINUTES)
        .filter_map(|minutes| {
            let later =
                wall.date().and_hms_opt(0, 0, 0)? + Duration::minutes(minutes_of(wall) + minutes);
            zone.from_local_datetime(&later).earliest()
        })
        .next()
        .map_or_else(|| wall.and_utc(), |at| at.with_timezone(&Utc))
}

/// The whole minutes since midnight.
fn minutes_of(wall: NaiveDateTime) -> i64 {
    wall.signed_duration_since(wall.date().into()).num_minutes()
}

/// Reads what stands between the parentheses of `at(…)`.
fn parse_at(inside: &str) -> Result<NaiveDateTime, String> {
    let wall = (inside.len() == AT_LENGTH
        && inside.starts_with(|first: char| first.is_ascii_digit()))
    .then(|| NaiveDateTime::parse_from_str(inside, AT_FORMAT).ok())
    .flatten()
    // Chrono reads signs and single digits, and second 60 as a leap second.
    .filter(|wall| wall.format(AT_FORMAT).to_string() == inside && wall.second() < 60)
    .filter(|wall| wall.nanosecond() == 0);
    wall.ok_or_else(|| {
        "an at time is yyyy-mm-ddThh:mm:ss, without fraction and without zone".to_owned()
    })
}

/// Reads what stands between the parentheses of `rate(…)`.
fn parse_rate(inside: &str) -> Result<Duration, String> {
    let form = "a rate is a positive whole number and minute(s), hour(s) or day(s)";
    let mut words = inside.split_whitespace();
    let (Some(value), Some(unit), None) = (words.next(), words.next(), words.next()) else {
        return Err(form.into());
    };
    if !value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(form.into());
    }
    let value: u32 = value.parse().map_err(|_| "the rate is too large".to_owned())?;
    let unit = match (value, unit) {
        (0, _) => return Err("a rate is at least 1".into()),
        (1, "minute") | (2.., "minutes") => Duration::minutes(1),
        (1, "hour") | (2.., "hours") => Duration::hours(1),
        (1, "day") | (2.., "days") => Duration::days(1),
        (1, "minutes" | "hours" | "days") => return Err("the unit of 1 is in the singular".into()),
        (_, "minute" | "hour" | "day") => return Err("the unit is in the plural".into()),
        _ => return Err(form.into()),
    };
    i32::try_from(value).map(|value| unit * value).map_err(|_| "the rate is too large".to_owned())
}

/// The first multiple of `every` after `anchor` that is not before `from`.
fn rate_from(every: Duration, anchor: Now, from: Now) -> Option<Now> {
    let behind = (from - anchor).num_milliseconds();
    if behind <= 0 {
        return Some(anchor);
    }
    let every_ms = every.num_milliseconds();
    let steps = (behind + every_ms - 1) / every_ms;
    anchor.checked_add_signed(Duration::try_milliseconds(steps.checked_mul(every_ms)?)?)
}

/// The first instant not before `from` at which a clock in `zone` shows a time of `cron`.
///
/// A time that the clock leaves out in spring is skipped; one that it shows twice in autumn counts
/// once, the first time.
fn cron_from(cron: &Cron, zone: Tz, from: Now) -> Option<Now> {
    let local = from.with_timezone(&zone).naive_local() - LONGEST_OVERLAP;
    let mut day = local.date();
    let mut minute = u32::try_from(minutes_of(local)).unwrap_or(0);
    while day.year() <= cron.last_year() {
        if !cron.has_month(day) {
            day = first_of_next_month(day)?;
            minute = 0;
            continue;
        }
        if cron.has_day(day) {
            while let Some(found) = cron.minute_of_day_from(minute) {
                let wall = day.and_hms_opt(found / 60, found % 60, 0)?;
                let at = zone.from_local_datetime(&wall).earliest();
                match at.map(|at| at.with_timezone(&Utc)) {
                    Some(at) if at >= from => return Some(at),
                    _ => minute = found + 1,
                }
            }
        }
        day = day.succ_opt()?;
        minute = 0;
    }
    None
}

/// The first day of the month after `day`'s.
fn first_of_next_month(day: NaiveDate) -> Option<NaiveDate> {
    let (year, month) =
        if day.month() == 12 { (day.year() + 1, 1) } else { (day.year(), day.month() + 1) };
    NaiveDate::from_ymd_opt(year, month, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Now {
        text.parse().expect("an instant")
    }

    /// The first instants of an expression from `from` on, in UTC.
    fn check(expression: &str, zone: &str, from: &str, expected: &[&str]) {
        let parsed = Expression::parse(expression).expect(expression);
        let zone: Tz = zone.parse().expect("a zone");
        let mut next = at(from);
        for expected in expected {
            let found = parsed.next_from(zone, at(from), next).expect(expected);
            assert_eq!(found, at(expected), "{expression} in {zone} from {from}");
            next = found + Duration::milliseconds(1);
        }
    }

    fn refused(expression: &str) -> String {
        Expression::parse(expression).expect_err(expression)
    }

    #[test]
    fn an_at_time_is_a_wall_time_without_fraction_or_zone() {
        let now = "2026-11-23T04:49:49Z";
        check("at(2026-11-23T06:00:00)", "UTC", now, &["2026-11-23T06:00:00Z"]);
        check("at(2026-11-23T06:00:00)", "Asia/Kolkata", now, &["2026-11-23T00:30:00Z"]);
        for bad in [
            "at(2026-11-23T06:00:00Z)",
            "at(2026-11-23T06:00:00.000)",
            "at(2026-11-23T06:00)",
            "at(2026-11-23 06:00:00)",
            "at(2026-02-30T06:00:00)",
            "at(2026-11-23T06:00:60)",
            "at(+026-11-23T06:00:00)",
            "at(2026-1-23T06:00:000)",
            "at( 2026-11-23T06:00:00)",
            "at()",
            "at(2026-11-23T06:00:00",
            "at2026-11-23T06:00:00",
            "AT(2026-11-23T06:00:00)",
            "",
        ] {
            refused(bad);
        }
    }

    #[test]
    fn an_at_time_shown_twice_is_the_first_and_one_never_shown_is_the_first_after() {
        let now = "2026-01-01T00:00:00Z";
        check("at(2026-11-01T01:30:00)", "America/New_York", now, &["2026-11-01T05:30:00Z"]);
        check("at(2026-03-08T02:30:00)", "America/New_York", now, &["2026-03-08T07:00:00Z"]);
        check("at(2011-12-30T12:00:00)", "Pacific/Apia", now, &["2011-12-30T10:00:00Z"]);
    }

    #[test]
    fn a_rate_counts_from_its_anchor() {
        let from = "2026-11-23T04:49:49Z";
        check("rate(1 minute)", "UTC", from, &[from, "2026-11-23T04:50:49Z"]);
        check("rate(5 hours)", "UTC", from, &[from, "2026-11-23T09:49:49Z"]);
        // 24 hours, also across the day on which clocks are put back.
        check(
            "rate(1 day)",
            "America/New_York",
            "2026-10-31T12:00:00Z",
            &["2026-10-31T12:00:00Z", "2026-11-01T12:00:00Z", "2026-11-02T12:00:00Z"],
        );
    }

    #[test]
    fn a_rate_is_a_positive_whole_number_and_a_unit_that_agrees_with_it() {
        for bad in [
            "rate(0 minutes)",
            "rate(1 minutes)",
            "rate(2 minute)",
            "rate(5 day)",
            "rate(-1 minutes)",
            "rate(+5 minutes)",
            "rate(1.5 hours)",
            "rate(5 seconds)",
            "rate(5minutes)",
            "rate(5)",
            "rate()",
            "rate(5 minutes 3 hours)",
            "rate(99999999999999999999 days)",
        ] {
            refused(bad);
        }
    }

    #[test]
    fn cron_times_are_wall_times_of_the_zone() {
        let from = "2026-11-23T04:49:49Z";
        check(
            "cron(30 9 * * ? *)",
            "Asia/Kolkata",
            from,
            &["2026-11-24T04:00:00Z", "2026-11-25T04:00:00Z"],
        );
        check(
            "cron(0/20 4 ? * MON *)",
            "UTC",
            from,
            &[
                "2026-11-30T04:00:00Z",
                "2026-11-30T04:20:00Z",
                "2026-11-30T04:40:00Z",
                "2026-12-07T04:00:00Z",
            ],
        );
        check(
            "cron(* * * * ? *)",
            "UTC",
            "2026-12-31T23:59:00Z",
            &["2026-12-31T23:59:00Z", "2027-01-01T00:00:00Z"],
        );
    }

    #[test]
    fn a_cron_time_in_the_spring_gap_is_skipped() {
        check(
            "cron(30 2 * * ? *)",
            "America/New_York",
            "2026-03-07T00:00:00Z",
            &["2026-03-07T07:30:00Z", "2026-03-09T06:30:00Z"],
        );
        check(
            "cron(0/30 * * * ? *)",
            "America/New_York",
            "2026-03-08T06:30:00Z",
            &["2026-03-08T06:30:00Z", "2026-03-08T07:00:00Z"],
        );
    }

    #[test]
    fn a_cron_time_in_the_autumn_overlap_runs_once() {
        check(
            "cron(30 1 * * ? *)",
            "America/New_York",
            "2026-11-01T00:00:00Z",
            &["2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"],
        );
        // Also when the second 01:00 has begun already.
        check(
            "cron(30 1 * * ? *)",
            "America/New_York",
            "2026-11-01T06:10:00Z",
            &["2026-11-02T06:30:00Z"],
        );
        check(
            "cron(0 2 * * ? *)",
            "America/New_York",
            "2026-11-01T05:59:00Z",
            &["2026-11-01T07:00:00Z"],
        );
    }

    #[test]
    fn a_cron_expression_that_never_comes_has_no_next_instant() {
        let never = Expression::parse("cron(0 0 31 2 ? *)").expect("well formed");
        assert_eq!(never.next_from(Tz::UTC, Now::UNIX_EPOCH, at("2026-01-01T00:00:00Z")), None);
        let over = Expression::parse("cron(0 0 1 1 ? 2025)").expect("well formed");
        assert_eq!(over.next_from(Tz::UTC, Now::UNIX_EPOCH, at("2026-01-01T00:00:00Z")), None);
    }

    #[test]
    fn the_last_one_missed_is_found_however_long_ago() {
        let check = |expression: &str, after: &str, until: &str, expected: Option<&str>| {
            let parsed = Expression::parse(expression).expect(expression);
            let found = parsed.last_until(Tz::UTC, at(after), at(after), at(until));
            assert_eq!(found, expected.map(at), "{expression}");
        };
        let (after, until) = ("2026-01-01T00:00:00Z", "2026-11-23T04:49:49Z");
        check("cron(* * * * ? *)", after, until, Some("2026-11-23T04:49:00Z"));
        check("cron(0 9 * * ? *)", after, until, Some("2026-11-22T09:00:00Z"));
        check("cron(0 9 29 2 ? *)", after, until, None);
        check("cron(0 9 1 3 ? *)", after, until, Some("2026-03-01T09:00:00Z"));
        check("rate(7 days)", after, until, Some("2026-11-19T00:00:00Z"));
        check("rate(7 days)", after, "2026-01-02T00:00:00Z", None);
    }
}
