//! Series: `every other tuesday`, `weekdays`, `the last friday of each month`, `daily`.

use chrono::Weekday;

use super::{Amount, Atom, Clock, Day, Found, Grip, Lead, Reader, Slots, Which};
use crate::words::{Part, Sense, Unit};

const HOUR_SECONDS: i64 = 60 * 60;

/// What an expression says about a series.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Series {
    /// The rule, where this expression has one and not only bounds.
    pub pattern: Option<Pattern>,
    /// The day or the time from which it runs.
    pub from: Option<Edge>,
    /// The day or the time with which it ends.
    pub until: Option<Edge>,
    /// How long it runs.
    pub length: Option<Amount>,
    /// How often it rings.
    pub count: Option<u32>,
    /// Times of day after the first.
    pub more_clocks: Vec<Clock>,
    /// Days of the week that are left out.
    pub except_days: Vec<Weekday>,
    /// Months that are left out.
    pub except_months: Vec<u32>,
}

/// Every how many of which unit, and on which days.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Pattern {
    /// The unit that is counted; where only days are said, it follows from them.
    pub unit: Option<Unit>,
    /// Every how many.
    pub step: u32,
    /// Days of the week, with `Some(nth)` for those of a month.
    pub weekdays: Vec<(Option<i32>, Weekday)>,
    /// Days of a month; negative ones from its end.
    pub month_days: Vec<i32>,
    /// Months.
    pub months: Vec<u32>,
    /// What others could mean by it.
    pub doubt: Option<Doubt>,
    /// How often within the unit: `twice a day` leaves open when.
    pub often: u32,
}

/// What a pattern can mean to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// `every third friday`: every three weeks, or the third of the month?
    OfMonth,
    /// `biweekly`: every two weeks, or twice a week?
    Twice,
}

/// Where a series begins or ends.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Edge {
    /// The day.
    pub day: Option<Day>,
    /// The day of the week.
    pub weekday: Option<(Which, Weekday)>,
    /// The time of day; the only thing said in `every hour from 9 to 5`.
    pub clock: Option<Clock>,
    /// `through june` is all of june, `until june` none of it.
    pub through: bool,
}

/// Ordinals with what they count.
#[derive(Default)]
pub(super) struct Ordinals {
    pub(super) weekdays: Vec<(Option<i32>, Weekday)>,
    pub(super) month_days: Vec<i32>,
    /// Each has its ordinal suffix or is followed by a weekday.
    pub(super) sure: bool,
}

impl Pattern {
    fn of(unit: Unit, step: u32) -> Self {
        Self { unit: Some(unit), step, often: 1, ..Self::default() }
    }

    fn weekly(step: u32, days: Vec<Weekday>) -> Self {
        let weekdays = days.into_iter().map(|day| (None, day)).collect();
        Self { weekdays, ..Self::of(Unit::Week, step) }
    }

    /// Names no day: days may come from elsewhere in the text.
    pub fn is_bare(&self) -> bool {
        self.weekdays.is_empty() && self.month_days.is_empty() && self.months.is_empty()
    }
}

impl Series {
    /// Both together; `None` when both say the same kind of thing.
    pub fn merged(&self, other: &Self) -> Option<Self> {
        let one = |a: bool, b: bool| !(a && b);
        let free = one(self.from.is_some(), other.from.is_some())
            && one(self.until.is_some(), other.until.is_some())
            && one(self.length.is_some(), other.length.is_some())
            && one(self.count.is_some(), other.count.is_some())
            && one(!self.more_clocks.is_empty(), !other.more_clocks.is_empty());
        fn all<T: Copy>(one: &[T], other: &[T]) -> Vec<T> {
            [one, other].concat()
        }
        let pattern = match (&self.pattern, &other.pattern) {
            (Some(one), Some(other)) => Some(both(one, other).or_else(|| both(other, one))?),
            (one, other) => one.clone().or_else(|| other.clone()),
        };
        free.then(|| Self {
            pattern,
            from: self.from.or(other.from),
            until: self.until.or(other.until),
            length: self.length.or(other.length),
            count: self.count.or(other.count),
            more_clocks: all(&self.more_clocks, &other.more_clocks),
            except_days: all(&self.except_days, &other.except_days),
            except_months: all(&self.except_months, &other.except_months),
        })
    }
}

/// `every 2 weeks` and `tuesdays`: the step of one, the days of the other.
fn both(step: &Pattern, days: &Pattern) -> Option<Pattern> {
    let daily = step.unit == Some(Unit::Day) && step.step == 1 && days.unit == Some(Unit::Week);
    let fits = (step.unit == days.unit || daily) && days.step == 1 && days.often == 1;
    (fits && step.is_bare() && !days.is_bare()).then(|| Pattern {
        step: step.step,
        often: step.often,
        ..days.clone()
    })
}

impl Reader<'_> {
    /// A series with what leads it.
    pub(super) fn series(&self, at: usize, lead: Lead) -> Option<Found> {
        if lead.ago || lead.vague {
            return None;
        }
        // `de 8 em 8 horas`
        if lead.link && self.has(at + 1, Sense::In) && self.number(at).is_some() {
            let (slots, to) = self.steps_of_time(at + 2).or_else(|| self.stepped(at + 2))?;
            let same = self.number(at) == self.number(at + 2) && slots.repeats();
            return same.then_some(Found { slots, to, grip: Grip::Firm });
        }
        // `from monday to friday at 9`, `de lunes a viernes`
        let run = (lead.between || lead.link).then(|| self.plural(at)).flatten();
        if let Some((slots, to, grip)) = run.filter(|(.., grip)| *grip == Grip::Weak) {
            return Some(Found { slots, to, grip });
        }
        if lead.between {
            return None;
        }
        let (slots, to, grip) = self
            .every(at)
            .or_else(|| self.cycle(at))
            .or_else(|| self.times(at))
            .or_else(|| self.times_within(at))
            .or_else(|| self.ordinals_of_every(at))
            .or_else(|| self.edge_of_every(at))
            .map(|(slots, to)| (slots, to, Grip::Firm))
            .or_else(|| self.plural(at))?;
        // `the weekly report`
        let noun = (lead.the || self.has(at, Sense::Shy)) && self.cycle(at).is_some();
        let grip = if noun { Grip::Weak } else { grip };
        let grip = if self.cycle(at).is_some() { grip.min(Grip::Loose) } else { grip };
        Some(Found { slots, to, grip })
    }

    /// `every` and what it counts.
    fn every(&self, at: usize) -> Option<(Slots, usize)> {
        if !self.has(at, Sense::Every) {
            return None;
        }
        // `each and every day`
        let again = self.has(at + 1, Sense::And) && self.has(at + 2, Sense::Every);
        // `alternate mondays`
        let at = at + usize::from(!self.has(at, Sense::Other)) + 2 * usize::from(again);
        let at = at + usize::from(self.has(at, Sense::Single));
        self.steps_of_time(at)
            .or_else(|| self.ordinals_of_month(at))
            .or_else(|| self.dates(at))
            .or_else(|| self.numbered(at).filter(|_| self.has(at, Sense::DateWord)))
            .or_else(|| self.stepped(at))
            .or_else(|| self.numbered(at))
            .or_else(|| {
                // `every noon`
                let clock = self.named(at)?;
                Some((Slots { clock: clock.slots.clock, ..day_by_day() }, clock.to))
            })
    }

    /// `90 minutes`, `half hour`, `hour and a half`, `1.5 hours`, `1h30m`.
    fn steps_of_time(&self, at: usize) -> Option<(Slots, usize)> {
        // `every hour and a half` leaves the one out.
        let (amount, to) = match self.amount(at, true) {
            Some(found) => found,
            None if self.unit(at) == Some(Unit::Hour) => {
                let (more, to) = self.and_a_half(at + 1);
                let seconds = HOUR_SECONDS + more * HOUR_SECONDS / super::amount::ONE;
                (Amount { seconds, ..Amount::default() }, to)
            }
            None => return None,
        };
        let minutes = amount.seconds / 60;
        if amount.months != 0 || amount.days != 0 || minutes < 1 || amount.seconds % 60 != 0 {
            return None;
        }
        let (unit, step) =
            if minutes % 60 == 0 { (Unit::Hour, minutes / 60) } else { (Unit::Minute, minutes) };
        Some((with(Pattern::of(unit, u32::try_from(step).ok()?)), to))
    }

    /// `first friday of the month`, `2nd of the month`, `fourth thursday in november`.
    fn ordinals_of_month(&self, at: usize) -> Option<(Slots, usize)> {
        let (found, next) = self.ordinals(at)?;
        let within = self.has(next, Sense::Of) || self.has(next, Sense::In);
        let core = next + 1 + usize::from(self.has(next + 1, Sense::The));
        if !within {
            return None;
        }
        let mut pattern = Pattern::of(Unit::Month, 1);
        let to = if self.unit(core) == Some(Unit::Month) {
            core + 1
        } else {
            pattern.unit = Some(Unit::Year);
            let (months, to) = self.months(core)?;
            pattern.months = months;
            to
        };
        (pattern.weekdays, pattern.month_days) = (found.weekdays, found.month_days);
        Some((with(pattern), to))
    }

    /// `july 4th`, `4/15`, `march`, as days of every year.
    fn dates(&self, at: usize) -> Option<(Slots, usize)> {
        let found = self.day_atom(at, Lead { on: true, point: true, ..Lead::default() })?;
        if found.slots.weekday.is_some() || found.slots.shift.is_some() {
            return None;
        }
        if found.slots.impossible {
            return Some((
                Slots { impossible: true, ..with(Pattern::of(Unit::Year, 1)) },
                found.to,
            ));
        }
        let pattern = yearly(found.slots.day?)?;
        Some((with(pattern), found.to))
    }

    /// `other tuesday`, `3 weeks on mon and fri`, `4 weekends`, `second day`, `morning`.
    fn stepped(&self, at: usize) -> Option<(Slots, usize)> {
        let (step, next, ordinal) = self.step(at);
        if let Some((days, to)) = self.weekday_list(next) {
            // `every second tuesday` is every other one; nobody says that of the third.
            let doubt = (ordinal && step > 2).then_some(Doubt::OfMonth);
            let mut slots = with(Pattern { doubt, ..Pattern::weekly(step, days) });
            slots.part = self.part(to).or_else(|| self.part(to - 1));
            let to = to + usize::from(self.part(to).is_some());
            // `every monday in june` may be every year.
            return Some((slots, to)).filter(|_| !self.names_month(to));
        }
        // `every night`, `todas las noches`
        let part = |at| self.part(at).or_else(|| self.parts_of(at));
        if let Some(part_of_day) = part(next) {
            let slots = with(Pattern::of(Unit::Day, step));
            // `every morning and evening`
            let and = next + 1 + usize::from(self.has(next + 1, Sense::And));
            let and = and + usize::from(and > next + 1 && self.has(and, Sense::Every));
            if let Some(more) = part(and).filter(|_| and > next + 1) {
                return Some((both_parts(slots, part_of_day, more), and + 1));
            }
            return Some((Slots { part: Some(part_of_day), ..slots }, next + 1));
        }
        if self.has(next, Sense::Quarter) {
            return Some((with(Pattern::of(Unit::Month, 3 * step)), next + 1));
        }
        let unit = self.unit(next).filter(|unit| *unit != Unit::Second)?;
        let pattern = Pattern::of(unit, step);
        Some(self.on_days(pattern, next + 1))
    }

    /// Every how many, the token after it, and whether it is an ordinal.
    fn step(&self, at: usize) -> (u32, usize, bool) {
        if self.has(at, Sense::Other) {
            return (2, at + 1, false);
        }
        // `toda segunda`: the second day is a day of the week.
        if self.weekday(at).is_some() {
            return (1, at, false);
        }
        for (sense, count) in [(Sense::Couple, 2), (Sense::Few, 3)] {
            if self.has(at, sense) {
                return (count, at + 1 + usize::from(self.has(at + 1, Sense::Of)), false);
            }
        }
        if let Some((step, next)) = self.ordinal(at).filter(|(step, _)| *step > 0) {
            return (step, next, true);
        }
        let count = match self.short(at, 4) {
            Some(count) => Some((count, at + 1)),
            None => self.cardinal_words(at),
        };
        count.filter(|(count, _)| *count > 0).map_or((1, at, false), |(n, to)| (n, to, false))
    }

    /// `4th`, `4th and 10th`, `15`: days of every month.
    fn numbered(&self, at: usize) -> Option<(Slots, usize)> {
        // `todo dia 5`, but not `todo dia 5 vezes`
        if self.has(at, Sense::DateWord)
            && let Some(day) = self.short(at + 1, 2).filter(|day| (1..=31).contains(day))
            && self.ends(at + 2)
            && !self.has(at + 2, Sense::Times)
            && self.oclock(at + 2).is_none()
        {
            let month_days = vec![i32::try_from(day).ok()?];
            return Some((with(Pattern { month_days, ..Pattern::of(Unit::Month, 1) }), at + 2));
        }
        let (found, to) = self.ordinals(at)?;
        let days = found.weekdays.is_empty() && found.sure;
        let pattern = Pattern { month_days: found.month_days, ..Pattern::of(Unit::Month, 1) };
        days.then(|| (with(pattern), to))
    }

    /// `daily`, `bi-weekly`, `weekly on tuesdays`, `monthly on the 15th`.
    fn cycle(&self, at: usize) -> Option<(Slots, usize)> {
        let twice = self.has(at, Sense::Bi);
        let word = at + usize::from(twice) + usize::from(twice && self.mark(at + 1, '-'));
        let cycle = |s| if let Sense::Cycle(unit, step) = s { Some((unit, step)) } else { None };
        let (unit, step) = self.find(word, cycle)?;
        let doubt = (twice || (step == 2 && unit >= Unit::Week)).then_some(Doubt::Twice);
        let pattern = Pattern { doubt, ..Pattern::of(unit, if twice { 2 * step } else { step }) };
        let (slots, to) = self.on_days(pattern, word + 1);
        Some((Slots { part: slots.part.or(self.part(word)), ..slots }, to))
    }

    /// `mondays`, `tuesdays and thursdays`, `weekdays`, `friday nights`, `mornings`, `mon-fri`.
    fn plural(&self, at: usize) -> Option<(Slots, usize, Grip)> {
        // `4 mondays from now` is one day, and `3 nights` are an amount.
        let counted = at
            .checked_sub(1)
            .is_some_and(|before| self.number(before).is_some() || self.cardinal(before).is_some());
        if counted {
            return None;
        }
        if let Some((slots, to)) = self.parts(day_by_day(), at) {
            return Some((slots, to, Grip::Weak));
        }
        let (days, to) = self.weekday_list(at)?;
        let plural = |at| {
            self.plural_weekday(at).is_some()
                || self.has(at, Sense::Workdays)
                || self.has(at, Sense::Weekends)
        };
        let range = (at..to).any(|at| self.is_run(at));
        let plural = (at..to).any(plural);
        let slots = Slots { part: self.part(to - 1), ..with(Pattern::weekly(1, days)) };
        match self.parts(slots.clone(), to) {
            Some((slots, to)) => Some((slots, to, Grip::Loose)),
            None if plural => {
                // `mondays morning`
                let part = self.part(to).or(slots.part);
                let to = to + usize::from(self.part(to).is_some());
                Some((Slots { part, ..slots }, to, Grip::Loose))
            }
            // `mon wed fri`: one call is on one day.
            None if !range && self.is_list(at, to) => Some((slots, to, Grip::Loose)),
            // `mon-fri` may be one stretch of days; with an hour it is not.
            None => range.then_some((slots, to, Grip::Weak)),
        }
    }

    /// `mornings`, `mornings and evenings`.
    fn parts(&self, slots: Slots, at: usize) -> Option<(Slots, usize)> {
        let part = self.parts_of(at)?;
        let and = at + 1 + usize::from(self.has(at + 1, Sense::And));
        match self.parts_of(and).filter(|_| and > at + 1) {
            Some(more) => Some((both_parts(slots, part, more), and + 1)),
            None => Some((Slots { part: Some(part), ..slots }, at + 1)),
        }
    }

    /// How often a noun says: `daily (reminder)`.
    pub fn habit(&self, at: usize) -> Option<Atom> {
        let (slots, to) = self.cycle(at)?;
        let atom =
            Atom { slots, from: at, to, grip: Grip::Firm, led: false, the: false, linked: false };
        Some(atom)
    }

    /// The plural of a part of the day: `mornings`.
    pub fn parts_of(&self, at: usize) -> Option<Part> {
        self.find(at, |s| if let Sense::Parts(part) = s { Some(part) } else { None })
    }

    /// `twice a day`, `once a week on sunday`, `3 times per month`, `once daily`.
    fn times(&self, at: usize) -> Option<(Slots, usize)> {
        let often = |sense| if let Sense::Often(count) = sense { Some(count) } else { None };
        let (often, next) = match self.find(at, often) {
            Some(often) => (often, at + 1),
            None => {
                let (count, next) = match self.short(at, 2) {
                    Some(count) => (count, at + 1),
                    None => self.cardinal_words(at)?,
                };
                (count, self.has(next, Sense::Times).then_some(next + 1)?)
            }
        };
        let (mut slots, to) = if let Some(found) = self.cycle(next) {
            found
        } else if self.has(next, Sense::Every) {
            self.every(next)?
        } else {
            // `once in 3 days`
            let within = often == 1 && self.has(next, Sense::In);
            let next = self.after_per(next).or(within.then_some(next + 1))?;
            let (step, unit, _) = self.step(next);
            let article = step == 1 && self.has(unit, Sense::A);
            let unit = unit + usize::from(article);
            let pattern = Pattern::of(self.unit(unit)?, step);
            self.on_days(pattern, unit + 1)
        };
        if let Some(pattern) = slots.series.as_mut().and_then(|series| series.pattern.as_mut()) {
            pattern.often = often;
        }
        Some((slots, to))
    }

    /// The token after `a`, `per`, `a la`, `am`, as in `twice a week`, if they stand at `at`.
    pub(super) fn after_per(&self, at: usize) -> Option<usize> {
        if self.has(at, Sense::A) || self.has(at, Sense::Per) {
            return Some(at + 1);
        }
        let article = self.has(at + 1, Sense::The) || self.has(at + 1, Sense::TheHour);
        let at_the = self.has(at, Sense::At) && article;
        // `zweimal in der Woche`, `twice in the week`
        let in_the = self.has(at, Sense::In) && self.has(at + 1, Sense::The);
        // `zweimal am Tag`, `dreimal im Monat`
        let fused = self.has(at, Sense::On) && self.has(at, Sense::The);
        if fused { Some(at + 1) } else { (at_the || in_the).then_some(at + 2) }
    }

    /// `din mein do baar`: a unit and how often within it.
    fn times_within(&self, at: usize) -> Option<(Slots, usize)> {
        let unit = self.unit(at).filter(|_| self.has(at + 1, Sense::Within))?;
        let (often, next) = match self.short(at + 2, 2) {
            Some(often) => (often, at + 3),
            None => self.cardinal_words(at + 2)?,
        };
        let pattern = Pattern { often, ..Pattern::of(unit, 1) };
        self.has(next, Sense::Times).then(|| (with(pattern), next + 1))
    }

    /// `first and third friday of each month`, `4th of every 3 months`, `the 15th monthly`.
    fn ordinals_of_every(&self, at: usize) -> Option<(Slots, usize)> {
        let (found, next) = self.ordinals(at)?;
        let within = self.has(next, Sense::Of) || self.has(next, Sense::In);
        let core = next + usize::from(within);
        let cycle =
            self.find(core, |s| if let Sense::Cycle(u, n) = s { Some((u, n)) } else { None });
        let (step, to) = match cycle.filter(|(unit, _)| *unit == Unit::Month && !within) {
            Some((_, step)) => (step, core + 1),
            None if self.has(core, Sense::Every) => {
                let (step, unit, _) = self.step(core + 1);
                if let Some((months, to)) = self.months(unit).filter(|_| step == 1) {
                    let pattern = Pattern { months, ..Pattern::of(Unit::Year, 1) };
                    return Some((with(found.into_pattern(pattern)), to));
                }
                (step, (self.unit(unit) == Some(Unit::Month)).then_some(unit + 1)?)
            }
            None => return None,
        };
        Some((with(found.into_pattern(Pattern::of(Unit::Month, step))), to))
    }

    /// `beginning of each month`, `end of every year`.
    fn edge_of_every(&self, at: usize) -> Option<(Slots, usize)> {
        let end = self.has(at, Sense::End);
        if !end && !self.has(at, Sense::Begin) {
            return None;
        }
        if !self.has(at + 1, Sense::Of) || !self.has(at + 2, Sense::Every) {
            return None;
        }
        let (step, next, _) = self.step(at + 3);
        let unit = self.unit(next)?;
        let mut pattern = Pattern::of(unit, step);
        match unit {
            Unit::Month => pattern.month_days.push(if end { -1 } else { 1 }),
            Unit::Year => {
                pattern.months.push(if end { 12 } else { 1 });
                pattern.month_days.push(if end { 31 } else { 1 });
            }
            Unit::Week if !end => pattern.weekdays.push((None, Weekday::Mon)),
            // `the end of every week` is friday for some and sunday for others.
            _ => return None,
        }
        Some((with(pattern), next + 1))
    }

    /// The days that follow a unit: `on mon and fri`, `on the 1st and 15th`, `on Dec 25`.
    fn on_days(&self, pattern: Pattern, at: usize) -> (Slots, usize) {
        let found = self.days_of(&pattern, at);
        found.unwrap_or_else(|| (with(pattern), at))
    }

    fn days_of(&self, pattern: &Pattern, at: usize) -> Option<(Slots, usize)> {
        let comma = at + usize::from(self.mark(at, ','));
        let led = self.has(comma, Sense::On) || self.has(comma, Sense::In);
        let core = comma + usize::from(led);
        match pattern.unit? {
            Unit::Week | Unit::Fortnight => {
                let (days, to) = self.weekday_list(core)?;
                let days = Pattern::weekly(1, days).weekdays;
                let part = self.part(to);
                let to = to + usize::from(part.is_some());
                Some((Slots { part, ..with(Pattern { weekdays: days, ..pattern.clone() }) }, to))
            }
            Unit::Month => {
                let the = core + usize::from(self.has(core, Sense::The));
                if led
                    && let Some(day) = self.short(the, 2).filter(|day| (1..=31).contains(day))
                    && self.closes(the + 1)
                {
                    let month_days = vec![i32::try_from(day).ok()?];
                    return Some((with(Pattern { month_days, ..pattern.clone() }), the + 1));
                }
                let (found, to) = self.ordinals(the)?;
                let sure = found.sure || led;
                sure.then(|| (with(found.into_pattern(pattern.clone())), to))
            }
            Unit::Year if led => {
                let the = core + usize::from(self.has(core, Sense::The));
                let found = self.day_atom(the, Lead { on: true, the: true, ..Lead::default() })?;
                let days = yearly(found.slots.day?)?;
                Some((with(Pattern { step: pattern.step, ..days }), found.to))
            }
            _ => None,
        }
    }
}

impl Ordinals {
    fn into_pattern(self, pattern: Pattern) -> Pattern {
        Pattern { weekdays: self.weekdays, month_days: self.month_days, ..pattern }
    }
}

fn with(pattern: Pattern) -> Slots {
    let series = Series { pattern: Some(pattern), ..Series::default() };
    Slots { series: Some(Box::new(series)), ..Slots::default() }
}

/// `morning and evening`: two times of day.
fn both_parts(mut slots: Slots, first: Part, second: Part) -> Slots {
    slots.clock = Some(Clock::Exact(first.usual_seconds()));
    if let Some(series) = &mut slots.series {
        series.more_clocks.push(Clock::Exact(second.usual_seconds()));
    }
    slots
}

fn day_by_day() -> Slots {
    with(Pattern::of(Unit::Day, 1))
}

/// A date without its year, as one of every year.
pub fn yearly(day: Day) -> Option<Pattern> {
    let mut pattern = Pattern::of(Unit::Year, 1);
    match day {
        Day::Yearless { month, day } => {
            pattern.months.push(month);
            pattern.month_days.push(i32::try_from(day).ok()?);
        }
        Day::Month { month, year: None } => {
            pattern.months.push(month);
            pattern.month_days.push(1);
        }
        Day::Nth { nth, weekday, month, year: None } => {
            pattern.months.push(month);
            pattern.weekdays.push((Some(nth.into()), weekday));
        }
        _ => return None,
    }
    Some(pattern)
}
