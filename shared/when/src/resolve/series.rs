//! Turns what a phrase says about a series into a rule with its first occurrence after now.

use chrono::{
    Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Weekday,
};
use chrono_tz::Tz;

use super::{DAY, Desk, on_date, shifted};
use crate::{
    grammar::{Clock, Day, Doubt, Edge, Pattern, Place, Series, Slots, Which, yearly},
    phrase::Phrase,
    reading::{Basis, Misread},
    series::{ByDay, COUNT_MAX, End, Frequency, INTERVAL_MAX, Recurrence, Rule},
    taken::Taken,
    words::Unit,
};

/// Every month has this day.
const SURE_MONTH_DAY: u32 = 28;

/// The rule that the phrase gives, from its first occurrence on.
///
/// # Errors
/// What it says does not go together, leaves open when to ring, or is over before it begins.
pub(super) fn resolve(
    desk: &Desk<'_>,
    series: &Series,
    phrase: &Phrase<'_>,
    taken: &mut Vec<Taken>,
) -> Result<Recurrence, Misread> {
    let asked = Asked { desk, series, phrase };
    let pattern = asked.pattern()?;
    if pattern.step > INTERVAL_MAX {
        return Err(Misread::TooFar { what: phrase.words() });
    }
    let recurrence = match pattern.unit {
        Some(Unit::Minute | Unit::Hour) => asked.elapsed(&pattern, taken)?,
        _ => asked.on_wall(&pattern, taken)?,
    };
    let first = recurrence.first().ok_or_else(|| asked.disagree())?;
    if first.at <= desk.sender.now {
        return Err(Misread::Past { what: phrase.words() });
    }
    if first.wall.date() > desk.last_date() {
        return Err(Misread::TooFar { what: phrase.words() });
    }
    Ok(recurrence)
}

/// A series as it is asked for.
struct Asked<'a> {
    desk: &'a Desk<'a>,
    series: &'a Series,
    phrase: &'a Phrase<'a>,
}

impl Asked<'_> {
    /// The pattern with the days that other expressions name, and without those left out.
    fn pattern(&self) -> Result<Pattern, Misread> {
        let slots = &self.phrase.slots;
        let mut pattern = self.series.pattern.clone().unwrap_or_default();
        let days = match (slots.day, slots.weekday) {
            (None, None) => None,
            (None, Some((Which::Coming, weekday))) => {
                let days = vec![(None, weekday)];
                Some(Pattern { unit: Some(Unit::Week), weekdays: days, ..Pattern::default() })
            }
            (Some(Day::OfMonth { day, ahead: None }), None) => {
                let month_days = i32::try_from(day).into_iter().collect();
                Some(Pattern { unit: Some(Unit::Month), month_days, ..Pattern::default() })
            }
            (Some(day), None) => Some(yearly(day).ok_or_else(|| self.disagree())?),
            _ => return Err(self.disagree()),
        };
        if pattern.unit == Some(Unit::Fortnight) {
            (pattern.unit, pattern.step) = (Some(Unit::Week), 2 * pattern.step);
        }
        if let Some(days) = days {
            if days.unit != pattern.unit || !pattern.is_bare() {
                return Err(self.disagree());
            }
            let Pattern { weekdays, month_days, months, .. } = days;
            pattern = Pattern { weekdays, month_days, months, ..pattern };
        }
        self.leave_out(&mut pattern)?;
        self.how_often(&mut pattern)?;
        Ok(pattern)
    }

    fn leave_out(&self, pattern: &mut Pattern) -> Result<(), Misread> {
        let (days, months) = (&self.series.except_days, &self.series.except_months);
        if !days.is_empty() {
            if pattern.unit == Some(Unit::Day) && pattern.step == 1 {
                pattern.unit = Some(Unit::Week);
                let week = (0..7).filter_map(|day| Weekday::try_from(day).ok());
                pattern.weekdays = week.map(|day| (None, day)).collect();
            }
            pattern.weekdays.retain(|(_, day)| !days.contains(day));
            if pattern.unit != Some(Unit::Week) || pattern.weekdays.is_empty() {
                return Err(self.disagree());
            }
        }
        if !months.is_empty() {
            let all =
                if pattern.months.is_empty() { (1..=12).collect() } else { pattern.months.clone() };
            pattern.months = all.into_iter().filter(|month| !months.contains(month)).collect();
            if pattern.months.is_empty() {
                return Err(self.disagree());
            }
        }
        Ok(())
    }

    /// `twice a day` needs two hours, `3 times a week` three days; `twice an hour` is every 30
    /// minutes.
    fn how_often(&self, pattern: &mut Pattern) -> Result<(), Misread> {
        let often = pattern.often.max(1);
        let clocks = usize::from(self.phrase.slots.clock.is_some()) + self.series.more_clocks.len();
        let said = match pattern.unit {
            Some(Unit::Day) => clocks,
            Some(Unit::Week) => pattern.weekdays.len(),
            _ => pattern.month_days.len().max(pattern.weekdays.len()),
        };
        if often == 1 || u32::try_from(said) == Ok(often) {
            return Ok(());
        }
        let minutes = pattern.step.checked_mul(60).filter(|minutes| minutes.is_multiple_of(often));
        if let Some(minutes) = minutes.filter(|_| pattern.unit == Some(Unit::Hour)) {
            (pattern.unit, pattern.step) = (Some(Unit::Minute), minutes / often);
            return Ok(());
        }
        let days = pattern.unit != Some(Unit::Day);
        Err(Misread::HowOften { what: self.phrase.words_of(Slots::repeats), days })
    }

    /// `every 3 hours`: elapsed time from now, or from the time that is said.
    fn elapsed(&self, pattern: &Pattern, taken: &mut Vec<Taken>) -> Result<Recurrence, Misread> {
        let hours = pattern.unit == Some(Unit::Hour);
        let Slots { clock, part, .. } = self.phrase.slots;
        let from = self.series.from.unwrap_or_default();
        let until = self.series.until.unwrap_or_default();
        if hours
            && pattern.step.is_multiple_of(24)
            && (clock.or(from.clock).is_some() || part.is_some())
        {
            let days =
                Pattern { unit: Some(Unit::Day), step: pattern.step / 24, ..pattern.clone() };
            return self.on_wall(&days, taken);
        }
        if let (Some(first), Some(last), true) = (from.clock, until.clock, hours)
            && clock.is_none()
            && part.is_none()
        {
            return self.within_hours(pattern, first, last);
        }
        if part.is_some() || self.place().is_none() {
            return Err(self.unclear());
        }
        let unit = if hours { TimeDelta::hours(1) } else { TimeDelta::minutes(1) };
        let step = unit.checked_mul(i32::try_from(pattern.step).unwrap_or(i32::MAX));
        let dated = from.day.is_some() || from.weekday.is_some();
        let at = if dated || from.clock.is_some() {
            self.start_of_steps(from, clock)?
        } else if clock.is_none() {
            step.and_then(|step| self.desk.sender.now.checked_add_signed(step))
                .ok_or_else(|| self.too_far())?
        } else {
            return Err(self.unclear());
        };
        let frequency = if hours { Frequency::Hourly } else { Frequency::Minutely };
        let mut recurrence = Recurrence {
            rule: Rule::every(pattern.step, frequency),
            start: at.naive_utc(),
            zone: self.desk.sender.zone,
            basis: Basis::Elapsed,
        };
        recurrence.rule.end = self.end(&recurrence)?;
        Ok(recurrence)
    }

    /// The instant that steps are counted from, where the phrase names it.
    fn start_of_steps(
        &self,
        from: Edge,
        clock: Option<Clock>,
    ) -> Result<chrono::DateTime<chrono::Utc>, Misread> {
        let Edge { day, weekday, .. } = from;
        let slots = Slots {
            day,
            weekday,
            clock: from.clock.or(clock),
            place: self.phrase.slots.place,
            ..Slots::default()
        };
        let moment = self.desk.on_calendar(&slots, self.phrase, &mut Vec::new())?;
        Ok(moment.at)
    }

    /// `every 2 hours from 9 to 5`: on every day the hours within.
    fn within_hours(
        &self,
        pattern: &Pattern,
        first: Clock,
        last: Clock,
    ) -> Result<Recurrence, Misread> {
        let (first, last) = (self.time(first)?.0, self.time(last)?.0);
        let step = usize::try_from(pattern.step).unwrap_or(usize::MAX);
        let by_hour: Vec<u32> = (first.hour()..=last.hour()).step_by(step).collect();
        if by_hour.is_empty() {
            return Err(self.disagree());
        }
        let rule = Rule { by_hour, ..Rule::every(1, Frequency::Daily) };
        // The end is that of each day.
        let series = Series { until: None, ..self.series.clone() };
        Asked { series: &series, ..*self }.started(rule, first, self.desk.there.date(), None)
    }

    /// Days, weeks, months and years on the wall.
    fn on_wall(&self, pattern: &Pattern, taken: &mut Vec<Taken>) -> Result<Recurrence, Misread> {
        let (times, late) = self.times(taken)?;
        let mut rule = self.rule(pattern)?;
        if late {
            // After midnight, the night of friday is on saturday.
            let plain = rule.by_day.iter().all(|by| by.nth.is_none());
            if !plain || !rule.by_month_day.is_empty() {
                return Err(self.unclear());
            }
            rule.by_day.iter_mut().for_each(|by| by.weekday = by.weekday.succ());
        }
        if let [first, .., last] = times.as_slice() {
            if times.iter().any(|time| time.minute() != first.minute()) || first == last {
                let clock = |slots: &Slots| slots.clock.is_some();
                return Err(Misread::Several { what: self.phrase.words_of(clock) });
            }
            rule.by_hour = times.iter().map(Timelike::hour).collect();
        }
        let from = self.series.from.filter(|from| from.day.is_some() || from.weekday.is_some());
        let lower = match from {
            Some(from) => self.date_of(from)?,
            None => self.desk.there.date(),
        };
        let lower = lower.max(self.desk.there.date());
        let first = times.first().copied().unwrap_or_default();
        let recurrence = self.started(rule, first, lower, Some(pattern))?;
        self.doubts(pattern, &recurrence, taken);
        Ok(recurrence)
    }

    /// The times of day, in order; and whether they are after the midnight of the day they are said
    /// of.
    fn times(&self, taken: &mut Vec<Taken>) -> Result<(Vec<NaiveTime>, bool), Misread> {
        let slots = &self.phrase.slots;
        // `every day starting at 9am`
        let from = self.series.from.and_then(|from| from.clock);
        let clocks: Vec<_> = match slots.clock.or(from) {
            Some(clock) => {
                [clock].iter().chain(&self.series.more_clocks).copied().map(Some).collect()
            }
            None => vec![None],
        };
        let (mut times, mut late) = (Vec::new(), false);
        for clock in clocks {
            let slots = Slots { clock, part: slots.part, ..named() };
            let walls = self.desk.walls(&slots, self.desk.there.date(), self.phrase)?;
            let wall = walls.first().ok_or_else(|| self.unclear())?;
            times.push(wall.time());
            late |= wall.date() > self.desk.there.date();
            if self.series.more_clocks.is_empty() {
                // The day is not known yet: only what is said of the hour is of use here.
                let hour = Slots { weekday: None, ..slots };
                taken.extend(self.desk.taken(&hour, *wall));
            }
        }
        times.sort_unstable();
        times.dedup();
        Ok((times, late))
    }

    fn time(&self, clock: Clock) -> Result<(NaiveTime, bool), Misread> {
        let slots = Slots { clock: Some(clock), ..named() };
        let walls = self.desk.walls(&slots, self.desk.there.date(), self.phrase)?;
        let wall = walls.first().ok_or_else(|| self.unclear())?;
        Ok((wall.time(), wall.date() > self.desk.there.date()))
    }

    fn rule(&self, pattern: &Pattern) -> Result<Rule, Misread> {
        let frequency = match pattern.unit {
            Some(Unit::Day) => Frequency::Daily,
            Some(Unit::Week) => Frequency::Weekly,
            Some(Unit::Month) => Frequency::Monthly,
            Some(Unit::Year) => Frequency::Yearly,
            _ => return Err(self.unclear()),
        };
        let by_day =
            pattern.weekdays.iter().map(|(nth, weekday)| ByDay { nth: *nth, weekday: *weekday });
        Ok(Rule {
            by_month: pattern.months.clone(),
            by_month_day: pattern.month_days.clone(),
            by_day: by_day.collect(),
            ..Rule::every(pattern.step, frequency)
        })
    }

    /// The series from its first occurrence after now, not before the date `lower`.
    ///
    /// Where days are named, the nearest of them begins it; otherwise steps are counted from today:
    /// `every 3 days` is in three days first, unless today's hour is still ahead.
    fn started(
        &self,
        rule: Rule,
        time: NaiveTime,
        lower: NaiveDate,
        pattern: Option<&Pattern>,
    ) -> Result<Recurrence, Misread> {
        let (zone, basis) = self.place().ok_or_else(|| self.unclear())?;
        let named = pattern.is_some_and(|pattern| !pattern.is_bare());
        let interval = if named { 1 } else { rule.interval };
        let search = Recurrence {
            rule: Rule { interval, end: None, ..rule.clone() },
            start: lower.and_time(time),
            zone,
            basis,
        };
        let start = search.next_wall(self.desk.sender.now);
        let start = start.ok_or_else(|| Misread::Impossible { what: self.phrase.words() })?.0;
        let mut recurrence = Recurrence { rule, start, zone, basis };
        recurrence.rule.end = self.end(&recurrence)?;
        Ok(recurrence)
    }

    /// The zone of its walls; `None` for an offset that no zone has.
    fn place(&self) -> Option<(Tz, Basis)> {
        match self.desk.place {
            None => Some((self.desk.sender.zone, Basis::Wall)),
            Some(Place::Zone { zone, .. }) => Some((zone, Basis::WallElsewhere)),
            Some(Place::Offset(east)) => {
                let hours = east / 3600;
                let whole = east % 3600 == 0;
                // The signs of these zones are turned round.
                let zone = whole.then(|| format!("Etc/GMT{:+}", -hours).parse().ok()).flatten()?;
                Some((zone, Basis::WallElsewhere))
            }
        }
    }

    /// How the series ends, if it does.
    fn end(&self, recurrence: &Recurrence) -> Result<Option<End>, Misread> {
        if let Some(count) = self.series.count {
            let in_range = (1..=COUNT_MAX).contains(&count);
            return if in_range { Ok(Some(End::Count(count))) } else { Err(self.too_far()) };
        }
        let elapsed = recurrence.basis == Basis::Elapsed;
        let last = if let Some(length) = self.series.length {
            let from = if elapsed { self.desk.sender.now.naive_utc() } else { recurrence.start };
            let end = shifted(from.date(), length).ok_or_else(|| self.too_far())?;
            if elapsed {
                let seconds =
                    TimeDelta::try_seconds(length.seconds).ok_or_else(|| self.too_far())?;
                end.and_time(from.time()).checked_add_signed(seconds)
            } else {
                // Five days from monday on end with friday.
                end.pred_opt().and_then(end_of)
            }
        } else if let Some(until) = self.series.until {
            let wall = self.last_wall(until, recurrence)?;
            if elapsed {
                Some(crate::zone::instant(recurrence.zone, wall).naive_utc())
            } else {
                Some(wall)
            }
        } else {
            return Ok(None);
        };
        let last = last.ok_or_else(|| self.too_far())?;
        if last < recurrence.start {
            return Err(self.disagree());
        }
        Ok(Some(End::Until(last)))
    }

    /// The last wall time that still belongs to `until friday`, `until november`, `until 5pm`.
    fn last_wall(&self, until: Edge, recurrence: &Recurrence) -> Result<NaiveDateTime, Misread> {
        if until.day.is_none() && until.weekday.is_none() {
            let clock = until.clock.ok_or_else(|| self.unclear())?;
            let first = recurrence.first().ok_or_else(|| self.unclear())?.wall;
            let (time, _) = self.time(clock)?;
            if recurrence.rule.frequency >= Frequency::Daily {
                return Err(self.unclear());
            }
            let date =
                if time < first.time() { first.date().succ_opt() } else { Some(first.date()) };
            return Ok(date.ok_or_else(|| self.too_far())?.and_time(time));
        }
        let date = self.date_of(until)?;
        if let Some(clock) = until.clock {
            return Ok(date.and_time(self.time(clock)?.0));
        }
        // November, next week and next month are not part of it.
        let whole = matches!(
            until.day,
            Some(Day::Month { .. } | Day::NextWeek | Day::NextMonth | Day::NextYear)
        );
        // `through june` ends with its last day.
        let date = match until.day {
            Some(Day::Month { .. }) if until.through => date + Months::new(1),
            _ => date,
        };
        let date = if whole { date.checked_sub_days(Days::new(1)) } else { Some(date) };
        date.and_then(end_of).ok_or_else(|| self.too_far())
    }

    fn date_of(&self, edge: Edge) -> Result<NaiveDate, Misread> {
        let Edge { day, weekday, .. } = edge;
        let slots = Slots { day, weekday, ..Slots::default() };
        let dates = self.desk.dates(&slots, self.phrase)?;
        let today = self.desk.there.date();
        let past = || Misread::Past { what: self.phrase.words_of(Slots::is_bound) };
        dates.into_iter().find(|date| *date >= today).ok_or_else(past)
    }

    /// Where people differ, what was taken.
    fn doubts(&self, pattern: &Pattern, recurrence: &Recurrence, taken: &mut Vec<Taken>) {
        match pattern.doubt {
            Some(Doubt::OfMonth) => taken.push(Taken::EveryWeeks(pattern.step)),
            Some(Doubt::Twice) if pattern.unit == Some(Unit::Month) => {
                taken.push(Taken::NotTwiceAMonth(pattern.step));
            }
            Some(Doubt::Twice) => taken.push(Taken::NotTwiceAWeek(pattern.step)),
            None => {}
        }
        if self.phrase.slots.clock == Some(Clock::Midnight) && pattern.unit != Some(Unit::Day) {
            taken.push(Taken::StartOfDay);
        }
        let bare = pattern.is_bare() && recurrence.rule.frequency >= Frequency::Monthly;
        let said = pattern.month_days.iter().filter_map(|day| u32::try_from(*day).ok());
        let today = bare.then(|| recurrence.start.day());
        let skipped = said.chain(today).filter(|day| *day > SURE_MONTH_DAY).max();
        let monthly = recurrence.rule.frequency == Frequency::Monthly;
        if let Some(day) = skipped.filter(|_| monthly) {
            taken.push(Taken::MonthsLeftOut(day));
        }
    }

    fn unclear(&self) -> Misread {
        Misread::Series { what: self.phrase.words() }
    }

    fn too_far(&self) -> Misread {
        Misread::TooFar { what: self.phrase.words() }
    }

    /// The rule and what else is said of it.
    fn disagree(&self) -> Misread {
        self.phrase.contradiction(Slots::repeats, |slots| !slots.repeats())
    }
}

/// As if a day were named: its hour is one of daytime.
fn named() -> Slots {
    Slots { weekday: Some((Which::Coming, Weekday::Mon)), ..Slots::default() }
}

/// The last second of a day.
fn end_of(date: NaiveDate) -> Option<NaiveDateTime> {
    on_date(date, DAY - 1)
}
