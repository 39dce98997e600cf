//! The six fields of AWS's `cron(minutes hours day-of-month month day-of-week year)`.
//!
//! Times of a clock on the wall: what zone they are in, and what happens when clocks change, is the
//! affair of [`super::expression`].

use chrono::{Datelike, NaiveDate};

/// The years that the service knows.
const YEARS: std::ops::RangeInclusive<u32> = 1970..=2199;

/// The names of months, January first.
const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

/// The names of weekdays; Sunday is 1.
const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// Wall times that recur. Sets of numbers are bits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cron {
    /// Bit n: minute n of an hour.
    minutes: u64,
    /// Bit n: hour n of a day.
    hours: u64,
    /// Which days of a month or of a week; the service allows only one of the two.
    days: Days,
    /// Bit n: month n, January is 1.
    months: u64,
    /// In ascending order.
    years: Vec<u32>,
}

/// Which days.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Days {
    /// Bit n: day n of the month.
    OfMonth(u64),
    /// `L` as day of the month.
    LastOfMonth,
    /// `15W`: the weekday (Monday to Friday) of the same month that is nearest to this day.
    NearestWeekday(u32),
    /// Bit n: weekday n, Sunday is 1.
    OfWeek(u64),
    /// `6L`: the last Friday of the month.
    LastOfWeekday(u32),
    /// `3#2`: the second Tuesday of the month.
    NthOfWeekday(u32, u32),
}

impl Cron {
    /// Reads what stands between the parentheses of `cron(…)`.
    ///
    /// # Errors
    /// Why it is none, as half a sentence.
    pub fn parse(inside: &str) -> Result<Self, String> {
        let fields: Vec<&str> = inside.split_whitespace().collect();
        let [minutes, hours, day_of_month, month, day_of_week, year] = fields[..] else {
            return Err("a cron expression has six fields: \
                        minutes hours day-of-month month day-of-week year"
                .into());
        };
        let days = match (day_of_month, day_of_week) {
            ("?", "?") => return Err("day-of-month and day-of-week are both ?".into()),
            (day, "?") => parse_day_of_month(day)?,
            ("?", day) => parse_day_of_week(day)?,
            _ => return Err("one of day-of-month and day-of-week must be ?".into()),
        };
        Ok(Self {
            minutes: bits(&MINUTES.numbers(minutes)?),
            hours: bits(&HOURS.numbers(hours)?),
            days,
            months: bits(&MONTH.numbers(month)?),
            years: YEAR.numbers(year)?,
        })
    }

    /// The last year in which there can be a time of this expression.
    #[must_use]
    pub fn last_year(&self) -> i32 {
        self.years.last().map_or(0, |year| i32::try_from(*year).unwrap_or(i32::MAX))
    }

    /// Whether the month of `day` is one of this expression's, and the year too.
    #[must_use]
    pub fn has_month(&self, day: NaiveDate) -> bool {
        let year = u32::try_from(day.year()).unwrap_or(0);
        has(self.months, day.month()) && self.years.binary_search(&year).is_ok()
    }

    /// Whether `day` of a month that is this expression's is one of its days.
    #[must_use]
    pub fn has_day(&self, day: NaiveDate) -> bool {
        let weekday = day.weekday().number_from_sunday();
        let last = u32::from(day.num_days_in_month());
        match self.days {
            Days::OfMonth(days) => has(days, day.day()),
            Days::LastOfMonth => day.day() == last,
            Days::NearestWeekday(wanted) => nearest_weekday(day, wanted) == Some(day.day()),
            Days::OfWeek(weekdays) => has(weekdays, weekday),
            Days::LastOfWeekday(wanted) => weekday == wanted && day.day() + 7 > last,
            Days::NthOfWeekday(wanted, nth) => weekday == wanted && (day.day() - 1) / 7 + 1 == nth,
        }
    }

    /// The first minute of a day, counted from midnight, that is this expression's and not before
    /// `from`.
    #[must_use]
    pub fn minute_of_day_from(&self, from: u32) -> Option<u32> {
        let (hour, minute) = (from / 60, from % 60);
        if has(self.hours, hour)
            && let Some(minute) = first_from(self.minutes, minute)
        {
            return Some(hour * 60 + minute);
        }
        let hour = first_from(self.hours, hour + 1)?;
        Some(hour * 60 + first_from(self.minutes, 0)?)
    }
}

/// The day of the month of `day` that `15W` means, if the month has a 15th.
fn nearest_weekday(day: NaiveDate, wanted: u32) -> Option<u32> {
    let last = u32::from(day.num_days_in_month());
    let nearest = match day.with_day(wanted)?.weekday().number_from_sunday() {
        7 if wanted == 1 => 3,
        7 => wanted - 1,
        1 if wanted == last => wanted - 2,
        1 => wanted + 1,
        _ => wanted,
    };
    Some(nearest)
}

/// Reads a day-of-month field that is not `?`.
fn parse_day_of_month(field: &str) -> Result<Days, String> {
    if field == "L" {
        return Ok(Days::LastOfMonth);
    }
    match field.strip_suffix('W') {
        Some(day) => Ok(Days::NearestWeekday(DAY_OF_MONTH.number(day)?)),
        None => Ok(Days::OfMonth(bits(&DAY_OF_MONTH.numbers(field)?))),
    }
}

/// Reads a day-of-week field that is not `?`.
fn parse_day_of_week(field: &str) -> Result<Days, String> {
    if field == "L" {
        return Ok(Days::OfWeek(1 << 7));
    }
    if let Some((day, nth)) = field.split_once('#') {
        let nth = match nth.as_bytes() {
            [nth @ b'1'..=b'5'] => u32::from(nth - b'0'),
            _ => return Err(format!("`{field}` is not the first to fifth weekday of a month")),
        };
        return Ok(Days::NthOfWeekday(DAY_OF_WEEK.number(day)?, nth));
    }
    match field.strip_suffix('L') {
        Some(day) => Ok(Days::LastOfWeekday(DAY_OF_WEEK.number(day)?)),
        None => Ok(Days::OfWeek(bits(&DAY_OF_WEEK.numbers(field)?))),
    }
}

/// What one field can hold.
struct Field {
    name: &'static str,
    first: u32,
    last: u32,
    /// Names that stand for numbers; the first of them for `first`.
    names: &'static [&'static str],
    /// Whether the service documents the wildcard `/` for this field.
    steps: bool,
}

const MINUTES: Field = Field { name: "minutes", first: 0, last: 59, names: &[], steps: true };
const HOURS: Field = Field { name: "hours", first: 0, last: 23, names: &[], steps: true };
const DAY_OF_MONTH: Field =
    Field { name: "day-of-month", first: 1, last: 31, names: &[], steps: true };
const MONTH: Field = Field { name: "month", first: 1, last: 12, names: &MONTHS, steps: true };
const DAY_OF_WEEK: Field =
    Field { name: "day-of-week", first: 1, last: 7, names: &WEEKDAYS, steps: false };
const YEAR: Field =
    Field { name: "year", first: *YEARS.start(), last: *YEARS.end(), names: &[], steps: true };

impl Field {
    /// The numbers that a field such as `0/15` or `MON-WED,FRI` stands for, ascending, each once.
    fn numbers(&self, text: &str) -> Result<Vec<u32>, String> {
        let mut numbers = Vec::new();
        for part in text.split(',') {
            let (range, step) = match part.split_once('/') {
                Some(_) if !self.steps => {
                    return Err(format!("{} knows no wildcard /", self.name));
                }
                Some((range, step)) => (range, Some(self.step(step)?)),
                None => (part, None),
            };
            let (first, last) = match range.split_once('-') {
                _ if range == "*" => (self.first, self.last),
                Some((first, last)) => (self.number(first)?, self.number(last)?),
                // `5/15` counts on from 5; `5` alone is 5.
                None if step.is_some() => (self.number(range)?, self.last),
                None => (self.number(range)?, self.number(range)?),
            };
            if first > last {
                return Err(format!("`{range}` in {} runs backwards", self.name));
            }
            numbers.extend((first..=last).step_by(step.unwrap_or(1)));
        }
        numbers.sort_unstable();
        numbers.dedup();
        Ok(numbers)
    }

    /// A number or a name of this field.
    fn number(&self, text: &str) -> Result<u32, String> {
        let named = self.names.iter().zip(self.first..).find(|(name, _)| **name == text);
        if let Some((_, number)) = named {
            return Ok(number);
        }
        let digits =
            !text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit());
        digits
            .then(|| text.parse().ok())
            .flatten()
            .filter(|number| (self.first..=self.last).contains(number))
            .ok_or_else(|| {
                format!("`{text}` in {} is not one of {}-{}", self.name, self.first, self.last)
            })
    }

    /// What stands behind a `/`.
    fn step(&self, text: &str) -> Result<usize, String> {
        let digits =
            !text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit());
        digits
            .then(|| text.parse().ok())
            .flatten()
            .filter(|step| *step > 0)
            .ok_or_else(|| format!("`/{text}` in {} is no step", self.name))
    }
}

/// A set of numbers below 64 as bits.
fn bits(numbers: &[u32]) -> u64 {
    numbers.iter().fold(0, |bits, number| bits | 1 << number)
}

/// Whether `number` is in the set.
fn has(bits: u64, number: u32) -> bool {
    number < 64 && bits >> number & 1 == 1
}

/// The smallest number of the set that is not below `from`.
fn first_from(bits: u64, from: u32) -> Option<u32> {
    let rest = bits.checked_shr(from)?;
    (rest != 0).then(|| from + rest.trailing_zeros())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All days of a year that `days` (day-of-month, month, day-of-week) matches, as `mm-dd`.
    fn days_of(year: i32, days: &str) -> Vec<String> {
        let cron = Cron::parse(&format!("0 0 {days} *")).expect(days);
        let first = NaiveDate::from_ymd_opt(year, 1, 1).expect("a day");
        first
            .iter_days()
            .take_while(|day| day.year() == year)
            .filter(|day| cron.has_month(*day) && cron.has_day(*day))
            .map(|day| day.format("%m-%d").to_string())
            .collect()
    }

    #[test]
    fn l_is_the_last_day_of_the_month_or_week() {
        assert_eq!(days_of(2028, "L 2,4 ?"), ["02-29", "04-30"]);
        assert_eq!(days_of(2026, "? 11 L"), ["11-07", "11-14", "11-21", "11-28"]);
        assert_eq!(days_of(2026, "? 11,12 6L"), ["11-27", "12-25"]);
        assert_eq!(days_of(2026, "? NOV FRIL"), ["11-27"]);
    }

    #[test]
    fn w_is_the_nearest_weekday_of_the_same_month() {
        // In 2026: 1 August is a Saturday, 15 August too; 31 May is a Sunday.
        assert_eq!(days_of(2026, "1W 8 ?"), ["08-03"]);
        assert_eq!(days_of(2026, "15W 8 ?"), ["08-14"]);
        assert_eq!(days_of(2026, "31W 5 ?"), ["05-29"]);
        assert_eq!(days_of(2026, "16W 8 ?"), ["08-17"]);
        assert_eq!(days_of(2026, "30W 2 ?"), Vec::<String>::new());
    }

    #[test]
    fn the_hash_is_the_nth_weekday_of_the_month() {
        assert_eq!(days_of(2026, "? 11 3#2"), ["11-10"]);
        assert_eq!(days_of(2026, "? 11 SUN#5"), ["11-29"]);
        assert_eq!(days_of(2026, "? 10,12 THU#5"), ["10-29", "12-31"]);
    }

    #[test]
    fn lists_ranges_steps_and_names_can_be_mixed() {
        let cron = Cron::parse("0,30-32,50/5 9-17/4 ? JAN,JUN-AUG MON-WED,SAT 2026-2027,2030/2")
            .expect("well formed");
        assert_eq!(cron.minutes, bits(&[0, 30, 31, 32, 50, 55]));
        assert_eq!(cron.hours, bits(&[9, 13, 17]));
        assert_eq!(cron.months, bits(&[1, 6, 7, 8]));
        assert_eq!(cron.days, Days::OfWeek(bits(&[2, 3, 4, 7])));
        assert_eq!(cron.years[..4], [2026, 2027, 2030, 2032]);
        assert_eq!(cron.last_year(), 2198);
    }

    #[test]
    fn the_next_minute_of_a_day_may_be_in_a_later_hour() {
        let cron = Cron::parse("15,45 9,17 * * ? *").expect("well formed");
        assert_eq!(cron.minute_of_day_from(0), Some(9 * 60 + 15));
        assert_eq!(cron.minute_of_day_from(9 * 60 + 16), Some(9 * 60 + 45));
        assert_eq!(cron.minute_of_day_from(9 * 60 + 46), Some(17 * 60 + 15));
        assert_eq!(cron.minute_of_day_from(17 * 60 + 46), None);
        assert_eq!(cron.minute_of_day_from(24 * 60), None);
    }

    #[test]
    fn what_is_not_documented_is_refused() {
        for bad in [
            "0 9 * * *",
            "0 9 * * ? * *",
            "0 9 * * * *",
            "0 9 ? * ? *",
            "0 9 1 * MON *",
            "60 9 * * ? *",
            "0 24 * * ? *",
            "0 9 0 * ? *",
            "0 9 32 * ? *",
            "0 9 * 13 ? *",
            "0 9 ? * 0 *",
            "0 9 ? * 8 *",
            "0 9 * * ? 1969",
            "0 9 * * ? 2200",
            "0 9 ? * MON/2 *",
            "0/0 9 * * ? *",
            "0/ 9 * * ? *",
            "/5 9 * * ? *",
            "0-70 9 * * ? *",
            "30-10 9 * * ? *",
            "0 9 ? * FRI-MON *",
            "0, 9 * * ? *",
            "? 9 * * ? *",
            "0 9 LW * ? *",
            "0 9 1,L * ? *",
            "0 9 W * ? *",
            "0 9 ? * 3#6 *",
            "0 9 ? * 3#0 *",
            "0 9 ? * 3#2,4#1 *",
            "0 9 ? * #2 *",
            "0 9 ? * mon *",
            "-1 9 * * ? *",
            "+5 9 * * ? *",
            "0 9 * FOO ? *",
            "",
        ] {
            Cron::parse(bad).expect_err(bad);
        }
    }
}
