//! A series: a rule as RFC 5545 writes it, over wall times in a zone, and the occurrences that it
//! gives.
//!
//! The truth is the wall time: 9:00 stays 9:00 across daylight saving. Only what counts hours or
//! minutes is elapsed time. A date that a month does not have is left out, as RFC 5545 says.

use std::{fmt, str::FromStr};

use chrono::{
    DateTime, Datelike, Days, Months, NaiveDate, NaiveDateTime, TimeDelta, Timelike, Utc, Weekday,
};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::{
    reading::{Basis, Moment},
    zone,
};

/// Longest step, in units of the frequency: two years of days, and far beyond in any other.
pub const INTERVAL_MAX: u32 = 750;

/// Most occurrences of a series with an end by number: they are counted one by one.
pub const COUNT_MAX: u32 = 1000;

/// Steps without any occurrence after which there is none. 29 February needs eight years, a fifth
/// Friday of February forty; with a step of some years, a multiple of that.
const EMPTY_STEPS_MAX: u32 = 800;

/// Longer texts than the longest rule are no rules: every weekday with six ordinals, every day of
/// the month, every month and hour.
const RULE_BYTES_MAX: usize = 512;

const UNTIL_FORMAT: &str = "%Y%m%dT%H%M%S";

/// The two letters of RFC 5545, from Monday.
const WEEKDAYS: [(&str, Weekday); 7] = [
    ("MO", Weekday::Mon),
    ("TU", Weekday::Tue),
    ("WE", Weekday::Wed),
    ("TH", Weekday::Thu),
    ("FR", Weekday::Fri),
    ("SA", Weekday::Sat),
    ("SU", Weekday::Sun),
];

/// A series of moments: a rule and where it starts.
///
/// To ring for the whole of it, keep it and ask for [`Recurrence::next`] after each occurrence:
/// that answer depends on nothing but the series and the instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recurrence {
    /// Which days, which hours, until when.
    pub rule: Rule,
    /// The first occurrence, which steps of more than one are counted from: what the wall in `zone`
    /// shows, or the UTC wall where `basis` is elapsed time.
    pub start: NaiveDateTime,
    /// The zone of the wall times: the sender's, or one that the text names.
    pub zone: Tz,
    /// As [`Moment::basis`]; elapsed exactly when the rule counts hours or minutes.
    pub basis: Basis,
}

/// An RFC 5545 recurrence rule, as far as people say such things; its text is the `RRULE` value.
///
/// The text has `UNTIL` as a wall time. [`Recurrence::rrule`] gives the form that other programs
/// expect beside a start in a zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rule {
    /// What is counted.
    pub frequency: Frequency,
    /// Every how many of them, 1 to [`INTERVAL_MAX`]. Weeks start on Monday.
    pub interval: u32,
    /// 1 to 12, in order; empty for all.
    pub by_month: Vec<u32>,
    /// 1 to 31, and -1 to -31 from the end of the month.
    pub by_month_day: Vec<i32>,
    /// Days of the week.
    pub by_day: Vec<ByDay>,
    /// 0 to 23, in order: several times a day, all at the minute of the start. Empty for once.
    pub by_hour: Vec<u32>,
    /// The last occurrence, where there is one.
    pub end: Option<End>,
}

/// What a rule counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Frequency {
    /// Elapsed minutes.
    Minutely,
    /// Elapsed hours.
    Hourly,
    /// Days on the wall, as are all that follow.
    Daily,
    /// Weeks from Monday to Sunday.
    Weekly,
    /// Months on the calendar.
    Monthly,
    /// Years on the calendar.
    Yearly,
}

/// A day of the week, or the nth one of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByDay {
    /// 1 to 5, -1 to -5 from the end of the month; every one where it is not said.
    pub nth: Option<i32>,
    /// Which day.
    pub weekday: Weekday,
}

/// How a series ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// After so many occurrences, 1 to [`COUNT_MAX`].
    Count(u32),
    /// With the last occurrence up to this wall time, itself included.
    Until(NaiveDateTime),
}

impl Recurrence {
    /// The first occurrence strictly after an instant; `None` when the series is over.
    ///
    /// In the spring gap it is the first instant after the gap, in the autumn overlap the earlier
    /// of the two. The work is bounded whatever the rule and the instant.
    #[must_use]
    pub fn next(&self, after: DateTime<Utc>) -> Option<Moment> {
        if self.rule.frequency < Frequency::Daily {
            self.next_elapsed(after)
        } else {
            self.next_wall(after).map(|(_, moment)| moment)
        }
    }

    /// The first occurrence of all.
    #[must_use]
    pub fn first(&self) -> Option<Moment> {
        self.next(self.origin().checked_sub_signed(TimeDelta::seconds(1))?)
    }

    /// The same series for a sender who has moved: at the same wall times there, unless its zone
    /// was named or it counts elapsed time.
    #[must_use]
    pub fn moved(&self, zone: Tz) -> Self {
        let zone = if self.basis == Basis::Wall { zone } else { self.zone };
        Self { zone, ..self.clone() }
    }

    /// The `RRULE` value beside a start in `zone`: as the rule's own text, with `UNTIL` in UTC as
    /// RFC 5545 (3.3.10) asks.
    #[must_use]
    pub fn rrule(&self) -> String {
        let mut text = self.rule.parts();
        match self.rule.end {
            Some(End::Until(wall)) => {
                let at = self.instant(wall);
                text.push_str(&format!(";UNTIL={}Z", at.format(UNTIL_FORMAT)));
            }
            Some(End::Count(count)) => text.push_str(&format!(";COUNT={count}")),
            None => {}
        }
        text
    }

    /// The instant that the start stands for.
    fn origin(&self) -> DateTime<Utc> {
        self.instant(self.start)
    }

    fn instant(&self, wall: NaiveDateTime) -> DateTime<Utc> {
        if self.basis == Basis::Elapsed { wall.and_utc() } else { zone::instant(self.zone, wall) }
    }

    fn moment(&self, at: DateTime<Utc>) -> Moment {
        Moment { at, wall: zone::wall(self.zone, at), zone: self.zone, basis: self.basis }
    }

    /// Hours and minutes are steps of equal length from the first occurrence.
    fn next_elapsed(&self, after: DateTime<Utc>) -> Option<Moment> {
        let minutes = if self.rule.frequency == Frequency::Hourly { 60 } else { 1 };
        let step = i64::from(self.rule.interval.max(1)) * minutes * 60;
        let since = (after - self.origin()).num_milliseconds().div_euclid(1000);
        let steps = if since < 0 { 0 } else { since / step + 1 };
        let over = match self.rule.end {
            Some(End::Count(count)) => steps >= i64::from(count),
            _ => false,
        };
        let ahead = TimeDelta::try_seconds(steps.checked_mul(step)?)?;
        let at = self.origin().checked_add_signed(ahead).filter(|_| !over)?;
        let ended = matches!(self.rule.end, Some(End::Until(last)) if at > last.and_utc());
        (!ended).then(|| self.moment(at))
    }

    /// The next occurrence of a rule of days or longer, with the wall time that the rule gives: in
    /// the spring gap the moment's wall shows a later one.
    pub(crate) fn next_wall(&self, after: DateTime<Utc>) -> Option<(NaiveDateTime, Moment)> {
        // Only what ends by number has to be counted from its start. The step before the one of now
        // may still have an occurrence: a gap moves it past midnight.
        let counted = matches!(self.rule.end, Some(End::Count(_)));
        let now = self.rule.step_of(self.start.date(), zone::wall(self.zone, after).date());
        let mut step = if counted { 0 } else { now.saturating_sub(1).max(0) };
        let (mut seen, mut empty) = (0, 0);
        while empty < EMPTY_STEPS_MAX {
            empty += 1;
            for wall in self.rule.walls(self.start, step)? {
                if wall < self.start {
                    continue;
                }
                (seen, empty) = (seen + 1, 0);
                match self.rule.end {
                    Some(End::Count(count)) if seen > count.min(COUNT_MAX) => return None,
                    Some(End::Until(last)) if wall > last => return None,
                    _ => {}
                }
                let at = zone::instant(self.zone, wall);
                if at > after {
                    return Some((wall, self.moment(at)));
                }
            }
            step += 1;
        }
        None
    }
}

impl Rule {
    /// A rule without any day, month or end.
    #[must_use]
    pub fn every(interval: u32, frequency: Frequency) -> Self {
        Self {
            frequency,
            interval,
            by_month: Vec::new(),
            by_month_day: Vec::new(),
            by_day: Vec::new(),
            by_hour: Vec::new(),
            end: None,
        }
    }

    /// The step in which a date lies, counted from the one of `start`; negative before it.
    fn step_of(&self, start: NaiveDate, date: NaiveDate) -> i64 {
        let units = match self.frequency {
            Frequency::Weekly => (monday(date) - monday(start)).num_days() / 7,
            Frequency::Monthly => months(date) - months(start),
            Frequency::Yearly => i64::from(date.year()) - i64::from(start.year()),
            _ => (date - start).num_days(),
        };
        units.div_euclid(i64::from(self.interval.max(1)))
    }

    /// The wall times of one step, in order, some of them perhaps before the start; `None` past the
    /// end of the calendar.
    fn walls(&self, start: NaiveDateTime, step: i64) -> Option<Vec<NaiveDateTime>> {
        let units = step.checked_mul(i64::from(self.interval.max(1)))?;
        let mut dates = self.dates(start.date(), units)?;
        dates.retain(|date| self.by_month.is_empty() || self.by_month.contains(&date.month()));
        dates.sort_unstable();
        dates.dedup();
        let times: Vec<_> = if self.by_hour.is_empty() {
            vec![start.time()]
        } else {
            self.by_hour.iter().filter_map(|hour| start.time().with_hour(*hour)).collect()
        };
        let on = |date: NaiveDate| times.iter().map(move |time| date.and_time(*time));
        Some(dates.into_iter().flat_map(on).collect())
    }

    fn dates(&self, start: NaiveDate, units: i64) -> Option<Vec<NaiveDate>> {
        let weekday_fits =
            |date: &NaiveDate| self.by_day.is_empty() || self.has_weekday(date.weekday());
        match self.frequency {
            Frequency::Weekly => {
                let monday = monday(start).checked_add_signed(TimeDelta::try_weeks(units)?)?;
                let week = (0..7).filter_map(|days| monday.checked_add_days(Days::new(days)));
                let day = start.weekday();
                let fits = |date: &NaiveDate| {
                    if self.by_day.is_empty() { date.weekday() == day } else { weekday_fits(date) }
                };
                Some(week.filter(fits).collect())
            }
            Frequency::Monthly => {
                let first = start.with_day(1)?;
                let first = first.checked_add_months(Months::new(u32::try_from(units).ok()?))?;
                Some(self.dates_of_month(first, start))
            }
            Frequency::Yearly => {
                let year = i32::try_from(i64::from(start.year()).checked_add(units)?).ok()?;
                let free = self.by_month_day.is_empty() && self.by_day.is_empty();
                let months = match self.by_month.as_slice() {
                    [] if free => vec![start.month()],
                    [] => (1..=12).collect(),
                    months => months.to_vec(),
                };
                NaiveDate::from_ymd_opt(year, 1, 1)?;
                let firsts =
                    months.into_iter().filter_map(|month| NaiveDate::from_ymd_opt(year, month, 1));
                Some(firsts.flat_map(|first| self.dates_of_month(first, start)).collect())
            }
            _ => {
                let date = start.checked_add_signed(TimeDelta::try_days(units)?)?;
                Some(Some(date).filter(weekday_fits).into_iter().collect())
            }
        }
    }

    /// The dates of the month that begins with `first`; without any days said, the day of the
    /// start.
    fn dates_of_month(&self, first: NaiveDate, start: NaiveDate) -> Vec<NaiveDate> {
        let length = month_length(first);
        let date = |day: i32| {
            let day = if day < 0 { length + 1 + day } else { day };
            u32::try_from(day).ok().and_then(|day| first.with_day(day))
        };
        if !self.by_month_day.is_empty() {
            let dates = self.by_month_day.iter().filter_map(|day| date(*day));
            let fits =
                |date: &NaiveDate| self.by_day.is_empty() || self.has_weekday(date.weekday());
            return dates.filter(fits).collect();
        }
        if self.by_day.is_empty() {
            return first.with_day(start.day()).into_iter().collect();
        }
        let days = self.by_day.iter().flat_map(|by| {
            let first_one = 1 + i32::try_from(days_until(first.weekday(), by.weekday)).unwrap_or(0);
            let all = (first_one..=length).step_by(7);
            let count = i32::try_from(all.clone().count()).unwrap_or(0);
            let index = by.nth.map(|nth| if nth < 0 { count + nth } else { nth - 1 });
            let chosen = move |at: usize| index.is_none_or(|index| i32::try_from(at) == Ok(index));
            all.enumerate().filter(move |(at, _)| chosen(*at)).map(|(_, day)| day)
        });
        days.filter_map(date).collect()
    }

    fn has_weekday(&self, weekday: Weekday) -> bool {
        self.by_day.iter().any(|by| by.weekday == weekday)
    }

    /// The parts of the text that do not say the end.
    fn parts(&self) -> String {
        let mut text = format!("FREQ={}", self.frequency.name());
        if self.interval != 1 {
            text.push_str(&format!(";INTERVAL={}", self.interval));
        }
        push_list(&mut text, "BYMONTH", &self.by_month);
        push_list(&mut text, "BYMONTHDAY", &self.by_month_day);
        push_list(&mut text, "BYDAY", &self.by_day);
        push_list(&mut text, "BYHOUR", &self.by_hour);
        text
    }

    /// Whether each part is in range and the parts go together.
    fn is_sound(&self) -> bool {
        let on_wall = self.frequency >= Frequency::Daily;
        let monthly = self.frequency >= Frequency::Monthly;
        let in_year = self.frequency != Frequency::Yearly
            || !self.by_month.is_empty()
            || self.by_day.is_empty();
        let nths = self.by_day.iter().filter_map(|by| by.nth);
        let ended = match self.end {
            Some(End::Count(count)) => (1..=COUNT_MAX).contains(&count),
            _ => true,
        };
        let free = self.by_day.is_empty()
            && self.by_month.is_empty()
            && self.by_month_day.is_empty()
            && self.by_hour.is_empty();
        (1..=INTERVAL_MAX).contains(&self.interval)
            && (on_wall || free)
            && (monthly || self.by_month_day.is_empty())
            && in_year
            && nths.clone().all(|nth| monthly && (1..=5).contains(&nth.abs()))
            && (nths.count() == 0 || self.by_month_day.is_empty())
            && self.by_month.iter().all(|month| (1..=12).contains(month))
            && self.by_month_day.iter().all(|day| (1..=31).contains(&day.abs()))
            && is_rising(&self.by_hour)
            && self.by_hour.iter().all(|hour| *hour < 24)
            && ended
    }
}

impl Frequency {
    const ALL: [Self; 6] =
        [Self::Minutely, Self::Hourly, Self::Daily, Self::Weekly, Self::Monthly, Self::Yearly];

    fn name(self) -> &'static str {
        match self {
            Self::Minutely => "MINUTELY",
            Self::Hourly => "HOURLY",
            Self::Daily => "DAILY",
            Self::Weekly => "WEEKLY",
            Self::Monthly => "MONTHLY",
            Self::Yearly => "YEARLY",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.parts())?;
        match self.end {
            Some(End::Until(wall)) => write!(f, ";UNTIL={}", wall.format(UNTIL_FORMAT)),
            Some(End::Count(count)) => write!(f, ";COUNT={count}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for ByDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(nth) = self.nth {
            write!(f, "{nth}")?;
        }
        f.write_str(WEEKDAYS[self.weekday.num_days_from_monday() as usize].0)
    }
}

impl FromStr for Rule {
    type Err = NotARule;

    fn from_str(text: &str) -> Result<Self, NotARule> {
        let wrong = || NotARule { text: text.chars().take(RULE_BYTES_MAX).collect() };
        let rule = parse(text).filter(Self::is_sound);
        rule.ok_or_else(wrong)
    }
}

impl TryFrom<String> for Rule {
    type Error = NotARule;

    fn try_from(text: String) -> Result<Self, NotARule> {
        text.parse()
    }
}

impl From<Rule> for String {
    fn from(rule: Rule) -> Self {
        rule.to_string()
    }
}

/// A text that is no rule, or one that nobody here would write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotARule {
    text: String,
}

impl fmt::Display for NotARule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a recurrence rule that can be followed", self.text)
    }
}

impl std::error::Error for NotARule {}

fn parse(text: &str) -> Option<Rule> {
    let mut parts = text.split(';').filter(|_| text.len() <= RULE_BYTES_MAX);
    let name = parts.next()?.strip_prefix("FREQ=")?;
    let frequency = Frequency::ALL.into_iter().find(|frequency| frequency.name() == name)?;
    let mut rule = Rule::every(1, frequency);
    let mut seen: Vec<&str> = Vec::new();
    for part in parts {
        let (key, value) = part.split_once('=')?;
        if seen.contains(&key) || (rule.end.is_some() && matches!(key, "UNTIL" | "COUNT")) {
            return None;
        }
        seen.push(key);
        match key {
            "INTERVAL" => rule.interval = value.parse().ok()?,
            "BYMONTH" => rule.by_month = list(value)?,
            "BYMONTHDAY" => rule.by_month_day = list(value)?,
            "BYDAY" => rule.by_day = value.split(',').map(by_day).collect::<Option<_>>()?,
            "BYHOUR" => rule.by_hour = list(value)?,
            "COUNT" => rule.end = Some(End::Count(value.parse().ok()?)),
            "UNTIL" => {
                let wall = NaiveDateTime::parse_from_str(value, UNTIL_FORMAT).ok()?;
                rule.end = Some(End::Until(wall));
            }
            _ => return None,
        }
    }
    Some(rule)
}

fn list<T: FromStr>(value: &str) -> Option<Vec<T>> {
    value.split(',').map(|item| item.parse().ok()).collect()
}

fn by_day(text: &str) -> Option<ByDay> {
    let (nth, name) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let (_, weekday) = WEEKDAYS.into_iter().find(|(letters, _)| *letters == name)?;
    let nth = if nth.is_empty() { None } else { Some(nth.parse().ok()?) };
    Some(ByDay { nth, weekday })
}

fn push_list<T: fmt::Display>(text: &mut String, key: &str, items: &[T]) {
    if !items.is_empty() {
        let items: Vec<String> = items.iter().map(ToString::to_string).collect();
        text.push_str(&format!(";{key}={}", items.join(",")));
    }
}

fn is_rising(items: &[u32]) -> bool {
    items.windows(2).all(|pair| pair[0] < pair[1])
}

fn monday(date: NaiveDate) -> NaiveDate {
    let days = Days::new(date.weekday().num_days_from_monday().into());
    date.checked_sub_days(days).unwrap_or(date)
}

fn months(date: NaiveDate) -> i64 {
    i64::from(date.year()) * 12 + i64::from(date.month0())
}

fn month_length(first: NaiveDate) -> i32 {
    i32::from(first.num_days_in_month())
}

fn days_until(from: Weekday, to: Weekday) -> u32 {
    to.days_since(from)
}
