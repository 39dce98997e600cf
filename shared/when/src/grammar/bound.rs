//! What bounds a series, or says more of its hours: `starting monday`, `until 1 june`, `for 5 days`,
//! `except sunday`, `at 9am and 5pm`.
//!
//! Bounds are read only in a text that has a series: elsewhere `until friday` is matter.

use super::clock::DAY;
use super::{Amount, Clock, Edge, Found, Grip, Lead, Reader, Series, Slots};
use crate::words::{Part, Sense};

/// `at 8, 12, 4 and 8`: more calls a day than this is no reminder.
const CLOCKS_MAX: usize = 6;

impl Reader<'_> {
    /// `except sunday`, `but not on weekends`, `except in june`: what a series leaves out.
    fn except(&self, at: usize) -> Option<(Series, usize)> {
        let at = at + usize::from(self.mark(at, ','));
        let word = self.has(at, Sense::Except).then_some(at + 1)?;
        let word = word + usize::from(self.has(word, Sense::Except));
        let core = word + usize::from(self.has(word, Sense::On) || self.has(word, Sense::In));
        if let Some((except_months, to)) = self.months(core) {
            return Some((Series { except_months, ..Series::default() }, to));
        }
        let (except_days, to) = self.weekday_list(core)?;
        Some((Series { except_days, ..Series::default() }, to))
    }

    /// What bounds a series, or says more of its hours: only read where a text has one.
    pub(super) fn bound(&self, at: usize) -> Option<Found> {
        let series = |series| Slots { series: Some(Box::new(series)), ..Slots::default() };
        let firm = |slots, to| Some(Found { slots, to, grip: Grip::Firm });
        if let Some((except, to)) = self.except(at) {
            return firm(series(except), to);
        }
        if let Some((count, to)) = self.occurrences(at) {
            return firm(series(Series { count: Some(count), ..Series::default() }), to);
        }
        if let Some((length, to)) = self.length(at) {
            return firm(series(Series { length: Some(length), ..Series::default() }), to);
        }
        let from = self.has(at, Sense::Starting) || self.has(at, Sense::Between);
        if from {
            let (edge, to) = self.edge(at + 1)?;
            let found = Series { from: Some(edge), ..Series::default() };
            // `from monday to friday`, `between 9 and 5`
            let until = [Sense::Until, Sense::Upto, Sense::Through];
            let on = until.into_iter().any(|sense| self.has(to, sense));
            let on = on || (edge.clock.is_some() && self.has(to, Sense::And));
            // `from monday to friday` are five days of every week.
            if on && edge.weekday.is_some() && self.weekday(to + 1).is_some() {
                return None;
            }
            if let Some((until, end)) = self.edge(to + 1).filter(|_| on) {
                let through = self.has(to, Sense::Through) && !self.has(to, Sense::Bound);
                let (until, to) = (Edge { through, ..until }, end);
                return firm(series(Series { until: Some(until), ..found }), to);
            }
            // `from` alone is said of the hours of an event.
            return (self.has(at, Sense::Starting) || edge.clock.is_none()).then_some(Found {
                slots: series(found),
                to,
                grip: Grip::Firm,
            });
        }
        if self.has(at, Sense::Through) {
            let (edge, to) = self.edge(at + 1)?;
            let edge = Edge { through: !self.has(at, Sense::Bound), ..edge };
            return firm(series(Series { until: Some(edge), ..Series::default() }), to);
        }
        self.clocks(at)
    }

    /// `for 5 times`, `10 occurrences`; `twice a day` is another thing.
    fn occurrences(&self, at: usize) -> Option<(u32, usize)> {
        let core = at + usize::from(self.has(at, Sense::For));
        let (count, next) = match self.short(core, 4) {
            Some(count) => (count, core + 1),
            None => self.cardinal_words(core)?,
        };
        let per = self.has(next + 1, Sense::Every) || self.after_per(next + 1).is_some();
        (self.has(next, Sense::Times) && !per).then_some((count, next + 1))
    }

    /// `for 5 days`, `for the next three weeks`.
    fn length(&self, at: usize) -> Option<(Amount, usize)> {
        let the = at + 1 + usize::from(self.has(at + 1, Sense::The));
        let core = the + usize::from(self.has(the, Sense::Next));
        let fits = |amount: &Amount| amount.is_whole_days() || self.elapsed;
        let found = self.amount(core, false);
        let found = found.filter(|(amount, _)| self.has(at, Sense::For) && fits(amount));
        found.or_else(|| {
            let unit = self.unit(core).filter(|_| self.has(at, Sense::For) && core > the)?;
            let mut one = Amount::default();
            one.add(super::amount::ONE, unit);
            Some((one, core + 1))
        })
    }

    /// A day, or else a time of day, with the word that leads it.
    fn edge(&self, at: usize) -> Option<(Edge, usize)> {
        let leads = [Sense::On, Sense::At, Sense::From, Sense::In];
        let led = at + usize::from(leads.into_iter().any(|sense| self.has(at, sense)));
        let core = led + usize::from(self.has(led, Sense::The));
        let lead = Lead { on: true, the: core > led, ..Lead::default() };
        // Only `by` leads `tomorrow`.
        let by = Lead { by: true, on: false, point: true, ..lead };
        if let Some(found) = self.day_atom(core, by).filter(|found| self.ends(found.to)) {
            let Slots { day, weekday, clock, .. } = found.slots;
            let plain = found.slots.shift.is_none() && !found.slots.impossible;
            return plain.then_some((Edge { day, weekday, clock, through: false }, found.to));
        }
        let at = Lead { at: true, point: true, ..Lead::default() };
        let found = self.clock_atom(core, at).filter(|found| self.ends(found.to))?;
        Some((Edge { clock: found.slots.clock, ..Edge::default() }, found.to))
    }

    /// `at 9am and 5pm`, `8, 12 and 6pm`: more than one time of day.
    fn clocks(&self, at: usize) -> Option<Found> {
        let led = self.has(at, Sense::At);
        let lead = Lead { at: true, point: true, ..Lead::default() };
        let core = at + usize::from(led);
        // `a las 8 y a las 20`
        let core = core + usize::from(self.has(core, Sense::TheHour));
        let first = self.clock_atom(core, lead)?;
        let mut clocks = vec![(first.slots.clock?, first.slots.part)];
        let (mut to, mut sure) = (first.to, led || first.grip == Grip::Firm);
        while clocks.len() < CLOCKS_MAX {
            let comma = to + usize::from(self.mark(to, ','));
            let and = comma + usize::from(self.has(comma, Sense::And));
            let next = and + usize::from(self.has(and, Sense::At));
            let next = next + usize::from(self.has(next, Sense::TheHour));
            if next == to {
                break;
            }
            let Some(more) = self.clock_atom(next, lead) else { break };
            clocks.push((more.slots.clock?, more.slots.part));
            (to, sure) = (more.to, sure || more.grip == Grip::Firm);
        }
        let (part, mut clocks) = in_parts(&clocks)?;
        let more_clocks = clocks.split_off(1);
        let series = Some(Box::new(Series { more_clocks, ..Series::default() }));
        let several = series.as_ref().is_some_and(|series| !series.more_clocks.is_empty());
        (several && sure).then(|| Found {
            slots: Slots { clock: clocks.first().copied(), part, series, ..first.slots },
            to,
            grip: Grip::Firm,
        })
    }
}

/// Times of day that may each name a part of it: the one part that the first names for all, or else each in its own.
/// A lone hour that names none has that of the next one: `9 in the morning, 5 and 7 in the evening`.
fn in_parts(clocks: &[(Clock, Option<Part>)]) -> Option<(Option<Part>, Vec<Clock>)> {
    let first = clocks.first().and_then(|(_, part)| *part);
    if clocks.iter().all(|(_, part)| part.is_none() || *part == first) {
        return Some((first, clocks.iter().map(|(clock, _)| *clock).collect()));
    }
    let mut next = None;
    let each = clocks.iter().rev().map(|(clock, part)| {
        next = part.or(next);
        let lone = matches!(clock, Clock::Bare(_) | Clock::Written(_));
        match next.filter(|_| lone || part.is_some()) {
            Some(part) => Some(Clock::Exact(clock.within(part)? % DAY)),
            None => Some(*clock),
        }
    });
    let mut each: Vec<Clock> = each.collect::<Option<_>>()?;
    each.reverse();
    Some((None, each))
}
