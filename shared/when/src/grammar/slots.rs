//! What an expression of time says, with no meaning given to `now` yet.

use chrono::{NaiveDate, Weekday};
use chrono_tz::Tz;

use super::clock::{DAY, HOUR};
use super::{Series, Steps};
use crate::words::{Part, Unit};

/// What an expression says, each kind of statement in its own slot; joining two expressions is a
/// union.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Slots {
    /// A day by its place on the calendar or by its distance from today.
    pub day: Option<Day>,
    /// A day of the week.
    pub weekday: Option<(Which, Weekday)>,
    /// A time of day.
    pub clock: Option<Clock>,
    /// A part of the day.
    pub part: Option<Part>,
    /// The zone of the time of day.
    pub place: Option<Place>,
    /// An amount of time from now.
    pub amount: Option<Amount>,
    /// An amount of time after the day that the other slots name: `a week from friday`.
    pub shift: Option<Amount>,
    /// Steps over days of one kind, from the day that the other slots name: `4 tuesdays from now`.
    pub steps: Option<Steps>,
    /// An amount of time before an event that the rest of the text names: `10 minutes before`.
    pub ahead: Option<Amount>,
    /// A series, or what bounds one.
    pub series: Option<Box<Series>>,
    /// A date or a time that does not exist.
    pub impossible: bool,
}

/// A day, as far as it can be said without knowing today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day {
    /// A full date.
    Date(NaiveDate),
    /// A date without its year.
    Yearless {
        /// 1 to 12.
        month: u32,
        /// 1 to the length of the month, in a leap year.
        day: u32,
    },
    /// A day of this month, of the next, or of whichever comes first.
    OfMonth {
        /// 1 to 31.
        day: u32,
        /// 0 for this month, 1 for the next, where it is said.
        ahead: Option<u32>,
    },
    /// The first of a month.
    Month {
        /// 1 to 12.
        month: u32,
        /// The first one from now on, where it is not said.
        year: Option<i32>,
    },
    /// The nth weekday of a month: `third tuesday of september`.
    Nth {
        /// 1 to 5; -1 is the last.
        nth: i8,
        /// Which day of the week.
        weekday: Weekday,
        /// 1 to 12; the coming such month.
        month: u32,
        /// Where it is said.
        year: Option<i32>,
    },
    /// Days from today; negative ones are past.
    Relative(i64),
    /// Monday of next week.
    NextWeek,
    /// The first of next month.
    NextMonth,
    /// The first of January.
    NextYear,
    /// Saturday of this week or of the next.
    Weekend {
        /// Of the next.
        next: bool,
    },
    /// `last friday`, `last week`: past, whichever day it was.
    Gone,
    /// A date of next year.
    NextYearOn {
        /// 1 to 12.
        month: u32,
        /// 1 to the length of the month, in a leap year.
        day: u32,
    },
    /// The nth weekday of this month, of the next, or of whichever comes first.
    NthOf {
        /// 1 to 5; -1 is the last.
        nth: i8,
        /// Which day of the week.
        weekday: Weekday,
        /// 0 for this month, 1 for the next, where it is said.
        ahead: Option<u32>,
    },
    /// So many days after Easter Sunday.
    Easter {
        /// Negative ones are before it.
        days: i64,
        /// Where it is said.
        year: Option<i32>,
    },
    /// The last day of a month.
    MonthEnd {
        /// 1 to 12; where it is not said, as for `ahead`.
        month: Option<u32>,
        /// 0 for this month, 1 for the next, where it is said.
        ahead: Option<u32>,
    },
}

/// Which of the days with that name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The nearest one to come.
    Coming,
    /// The one of next week.
    Next,
    /// The one after the coming one.
    AfterNext,
}

/// A time of day, in seconds after midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// Said without doubt: `17:30`, `5pm`. 86,400 is the end of the day.
    Exact(u32),
    /// `8h`: in the morning, unless a part of the day says otherwise. Between 1:00:00 and 12:59:59.
    Written(u32),
    /// Morning or afternoon was not said: `5:30`. Between 1:00:00 and 12:59:59.
    Bare(u32),
    /// The end of today, the start of any other day.
    Midnight,
    /// What the wall shows now: `same time tomorrow`.
    AsNow,
}

impl Clock {
    /// A time of day within a part of the day, in seconds after the midnight that starts it; a day or
    /// more is after the next midnight. `None` when the two contradict each other.
    pub fn within(self, part: Part) -> Option<u32> {
        let (morning, lone) = match self {
            Self::Midnight => return Some(DAY),
            Self::AsNow => return None,
            Self::Exact(at) => (at, false),
            Self::Bare(at) | Self::Written(at) => (at % (DAY / 2), true),
        };
        let afternoon = if lone { morning + DAY / 2 } else { morning };
        match part {
            Part::Morning => (morning <= DAY / 2).then_some(morning),
            // `las 8 de la tarde`
            Part::Afternoon => (DAY / 2..21 * HOUR).contains(&afternoon).then_some(afternoon),
            Part::Evening if lone && morning < HOUR => Some(morning + DAY),
            Part::Evening => (15 * HOUR..DAY).contains(&afternoon).then_some(afternoon),
            Part::Night if morning < 5 * HOUR => Some(morning + DAY),
            Part::Night => (afternoon >= 17 * HOUR).then_some(afternoon),
        }
    }
}

/// Where a time of day is meant, if not where the sender is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Place {
    /// A zone by name; `guessed` if its letters have other meanings elsewhere.
    Zone {
        /// The zone.
        zone: Tz,
        /// The letters mean other zones elsewhere and the region did not decide.
        guessed: bool,
    },
    /// Seconds east of Greenwich.
    Offset(i32),
}

/// An amount of time; each field counts what its name says and they add up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Amount {
    /// Months on the calendar.
    pub months: i64,
    /// Days on the calendar.
    pub days: i64,
    /// Elapsed seconds.
    pub seconds: i64,
    /// Counted back from now: `ago`.
    pub past: bool,
}

/// How well an expression stands as a time by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grip {
    /// A lone number: only beside a day, and where the phrase ends (`tomorrow 5`).
    Bare,
    /// Also something else in everyday text: only beside another expression, or alone at the head
    /// (`17.30`).
    Weak,
    /// A time where its phrase ends there: `at 3`, but not `at 3 houses`.
    Loose,
    /// A time wherever it stands.
    Firm,
}

/// The smallest expression of time that stands alone.
#[derive(Debug, Clone)]
pub struct Atom {
    /// What it says.
    pub slots: Slots,
    /// Its first token.
    pub from: usize,
    /// The token after its last.
    pub to: usize,
    /// How well it stands alone.
    pub grip: Grip,
    /// A word such as `at` or `in` leads it.
    pub led: bool,
    /// It begins with `the`.
    pub the: bool,
    /// It begins with `de`: what it says belongs to a noun, unless that is an hour.
    pub linked: bool,
}

impl Slots {
    /// A day and nothing else.
    pub(super) fn on(day: Day) -> Self {
        Self { day: Some(day), ..Self::default() }
    }

    /// Says on which day, or how long from now.
    pub fn names_day(&self) -> bool {
        self.day.is_some()
            || self.weekday.is_some()
            || self.amount.is_some()
            || self.shift.is_some()
            || self.steps.is_some()
            || self.ahead.is_some()
            || self.series.is_some()
    }

    /// Says how often.
    pub fn repeats(&self) -> bool {
        self.series.as_ref().is_some_and(|series| series.pattern.is_some())
    }

    /// A series of hours or minutes.
    pub fn counts_elapsed(&self) -> bool {
        let unit = self.series.as_ref().and_then(|series| series.pattern.as_ref()?.unit);
        matches!(unit, Some(Unit::Minute | Unit::Hour))
    }

    /// Bounds a series and is nothing by itself.
    pub fn is_bound(&self) -> bool {
        self.series.is_some() && !self.repeats()
    }

    /// Says nothing about a time of day.
    pub fn has_day_only(&self) -> bool {
        (self.day.is_some() || self.weekday.is_some())
            && self.series.is_none()
            && self.clock.is_none()
            && self.part.is_none()
            && self.amount.is_none()
    }

    /// Says nothing about a day.
    pub fn has_clock_only(&self) -> bool {
        self.clock.is_some()
            && self.series.is_none()
            && self.day.is_none()
            && self.weekday.is_none()
            && self.amount.is_none()
    }
}

impl Amount {
    /// Counts whole days, weeks, months or years only.
    pub fn is_whole_days(&self) -> bool {
        self.seconds == 0
    }
}
