//! What was taken, where people would read the same words differently.

use std::fmt;

use chrono::{NaiveDate, NaiveTime, TimeDelta, Timelike, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// One choice between two readings. Its `Display` is a short English clause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Taken {
    /// `next friday`: the one of next week, not the nearest.
    NotNearest {
        /// The date that was taken.
        meant: NaiveDate,
        /// The nearest day of that name.
        nearest: NaiveDate,
    },
    /// A lone hour: this one, not the one twelve hours on.
    Half(NaiveTime),
    /// The midnight that starts this day, not the one that ends it.
    StartOf(Weekday),
    /// The midnight that starts each day of a series, not the one that ends it.
    StartOfDay,
    /// The letters of a zone mean others elsewhere.
    ZoneOf(Tz),
    /// Today's usual hour has passed, so it is a later one.
    UsualHourPassed,
    /// `every third friday`: every three weeks, not the third of the month.
    EveryWeeks(u32),
    /// `biweekly`: every so many weeks, not twice a week.
    NotTwiceAWeek(u32),
    /// `bimonthly`: every so many months, not twice a month.
    NotTwiceAMonth(u32),
    /// Months that do not have this day are left out.
    MonthsLeftOut(u32),
    /// Words that stand apart are the time of day.
    IsTime(String),
    /// Words that stand apart are the end of the series.
    IsEnd(String),
    /// Words of time that are part of the matter.
    StaysInText(String),
}

impl Taken {
    /// The other time of a lone hour.
    #[must_use]
    pub fn other_half(time: NaiveTime) -> NaiveTime {
        time.overflowing_add_signed(TimeDelta::hours(12)).0
    }
}

impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotNearest { meant, nearest } => {
                write!(f, "{}, not {}", meant.format("%-d %b"), nearest.format("%-d %b"))
            }
            Self::Half(time) => write!(f, "{}, not {}", hour(*time), hour(Self::other_half(*time))),
            Self::StartOf(day) => write!(f, "the midnight that starts {}", name(*day)),
            Self::StartOfDay => f.write_str("the midnight that starts the day"),
            Self::ZoneOf(zone) => write!(f, "the time in {}", zone.name()),
            Self::UsualHourPassed => f.write_str("the usual hour has passed"),
            Self::EveryWeeks(step) => write!(f, "every {step} weeks"),
            Self::NotTwiceAWeek(step) => write!(f, "every {step} weeks, not twice a week"),
            Self::NotTwiceAMonth(step) => write!(f, "every {step} months, not twice a month"),
            Self::MonthsLeftOut(day) => {
                let suffix = if *day == 31 { "st" } else { "th" };
                write!(f, "months without a {day}{suffix} are left out")
            }
            Self::IsTime(words) => write!(f, "\"{words}\" is taken as its time"),
            Self::IsEnd(words) => write!(f, "\"{words}\" is taken as its end"),
            Self::StaysInText(words) => write!(f, "\"{words}\" stays in the text"),
        }
    }
}

/// `6:30pm`, `9am`.
fn hour(time: NaiveTime) -> String {
    let format = if time.minute() == 0 { "%-I%P" } else { "%-I:%M%P" };
    time.format(format).to_string()
}

fn name(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "Monday",
        Weekday::Tue => "Tuesday",
        Weekday::Wed => "Wednesday",
        Weekday::Thu => "Thursday",
        Weekday::Fri => "Friday",
        Weekday::Sat => "Saturday",
        Weekday::Sun => "Sunday",
    }
}
