//! Days that are found from others: the last day of the month, the second monday of next month,
//! four tuesdays from now, three business days, christmas.

use chrono::Datelike;

use super::{Amount, Day, Found, Grip, Lead, Reader, Slots};
use crate::words::{Feast, Part, Sense, Unit};

/// More steps than these are years away, and more work than a text is worth.
const STEPS_MAX: u32 = 520;

/// `christmas 2027` names its year; what is further away is an hour, or nothing.
const FEAST_YEARS_MAX: i32 = 20;

/// Steps over days of one kind, from the day that the other slots name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Steps {
    /// The nth such day of the week after that day; negative before it.
    Weekdays(i32, chrono::Weekday),
    /// The nth day on which people work.
    Workdays(i32),
}

/// Where in a month or a year a day is.
#[derive(Clone, Copy)]
enum Edge {
    Begin,
    Middle,
    End,
}

/// The day of the month that is its middle.
const MIDDLE: u32 = 15;

impl Reader<'_> {
    /// A day that is found from another one.
    pub(super) fn landmark(&self, at: usize, lead: Lead) -> Option<Found> {
        let stepped = || {
            let found = self.workday(at).or_else(|| self.steps(at));
            found.or_else(|| self.weekday_beside(at, lead))
        };
        let stepped = if lead.base { None } else { stepped() };
        stepped
            .or_else(|| self.after_next(at))
            .or_else(|| self.weekday_of_month(at))
            .or_else(|| self.edge_of(at))
            .or_else(|| self.holiday(at, lead))
    }

    /// `in 4 business days`: with the lead that an amount has.
    pub(super) fn workdays(&self, at: usize, lead: Lead) -> Option<Found> {
        let (count, next) = self.count(at)?;
        let days = self.has(next, Sense::Business) && self.unit(next + 1) == Some(Unit::Day);
        let to = if days { next + 2 } else { return None };
        let from = self.has(to, Sense::From) && self.has(to + 1, Sense::Now);
        let later = self.has(to, Sense::Later);
        let to = to + 2 * usize::from(from) + usize::from(later);
        let sure = lead.within || lead.after || from || later;
        let count = i32::try_from(count).ok()?;
        sure.then(|| stepped(Day::Relative(0), Steps::Workdays(count), to))
    }

    /// `next weekday`, `next business day`.
    fn workday(&self, at: usize) -> Option<Found> {
        let business = self.has(at + 1, Sense::Business) && self.unit(at + 2) == Some(Unit::Day);
        let weekday = self.has(at + 1, Sense::Workday) && self.part(at + 1).is_none();
        let next = self.has(at, Sense::Next) && (business || weekday);
        let to = at + 2 + usize::from(business);
        next.then(|| stepped(Day::Relative(0), Steps::Workdays(1), to))
    }

    /// `4 tuesdays from now`, `3 mondays after May 25`.
    fn steps(&self, at: usize) -> Option<Found> {
        let (count, next) = self.count(at)?;
        let plural = |s| if let Sense::Weekdays(day) = s { Some(day) } else { None };
        let weekday = self.find(next, plural).or_else(|| self.weekday(next))?;
        let steps = Steps::Weekdays(i32::try_from(count).ok()?, weekday);
        let from = self.has(next + 1, Sense::From);
        let word = next + 2;
        if from && (self.has(word, Sense::Now) || self.has(word, Sense::Day(0))) {
            return Some(stepped(Day::Relative(0), steps, word + 1));
        }
        if !from && !self.has(next + 1, Sense::After) {
            return None;
        }
        let base = self.day_after(word)?;
        Some(Found { slots: Slots { steps: Some(steps), ..base.slots }, ..base })
    }

    /// `the monday before May 25`, `third tuesday after 1 june`.
    fn weekday_beside(&self, at: usize, lead: Lead) -> Option<Found> {
        let (nth, word) = match self.ordinal(at).filter(|(nth, _)| (1..=5).contains(nth)) {
            Some(found) => found,
            None => (1, at),
        };
        let weekday = self.weekday(word)?;
        let nth = i32::try_from(nth).ok()?;
        let step = match (self.has(word + 1, Sense::Before), self.has(word + 1, Sense::After)) {
            (true, _) => -nth,
            (_, true) => nth,
            _ => return None,
        };
        let base = self.day_after(word + 2)?;
        // `monday after tomorrow's call`, `friday before the 5th`: without its article only beside a date.
        let dated = matches!(
            base.slots.day,
            Some(Day::Date(_) | Day::Yearless { .. } | Day::Easter { .. })
        );
        if word == at && !lead.the && !dated {
            return None;
        }
        let steps = Some(Steps::Weekdays(step, weekday));
        Some(Found { slots: Slots { steps, ..base.slots }, ..base })
    }

    /// The day that steps are counted from; a date, not one found by steps itself.
    fn day_after(&self, at: usize) -> Option<Found> {
        let core = at + usize::from(self.has(at, Sense::The));
        let lead = Lead { by: true, the: core > at, base: true, ..Lead::default() };
        let base = self.day_atom(core, lead)?;
        let plain = base.slots.steps.is_none() && base.slots.shift.is_none();
        plain.then_some(base)
    }

    /// `week after next`, `month after next`.
    fn after_next(&self, at: usize) -> Option<Found> {
        if !self.has(at + 1, Sense::After) || !self.has(at + 2, Sense::Next) {
            return None;
        }
        let one = Amount::default();
        let (day, shift) = match self.unit(at)? {
            Unit::Week => (Day::NextWeek, Amount { days: 7, ..one }),
            Unit::Month => (Day::NextMonth, Amount { months: 1, ..one }),
            Unit::Year => (Day::NextYear, Amount { months: 12, ..one }),
            _ => return None,
        };
        Some(Found::firm(Slots { day: Some(day), shift: Some(shift), ..Slots::default() }, at + 3))
    }

    /// `second monday of next month`, `last friday of the month`, `first monday of the month`.
    fn weekday_of_month(&self, at: usize) -> Option<Found> {
        let (nth, word) = if self.has(at, Sense::Last) {
            (-1, at + 1)
        } else {
            let (nth, word) = self.ordinal(at)?;
            (i8::try_from(nth).ok().filter(|nth| (1..=5).contains(nth))?, word)
        };
        let weekday = self.weekday(word)?;
        let of = word + 1 + usize::from(self.has(word + 1, Sense::Of));
        let of = of + usize::from(of == word + 1 && self.has(of, Sense::In));
        let (ahead, to) = self.month_beside(of)?;
        Some(Found::firm(Slots::on(Day::NthOf { nth, weekday, ahead }), to))
    }

    /// `this month`, `next month`, `the month`, and the token after it.
    fn month_beside(&self, at: usize) -> Option<(Option<u32>, usize)> {
        let ahead = match (self.has(at, Sense::This), self.has(at, Sense::Next)) {
            (true, _) => Some(0),
            (_, true) => Some(1),
            _ if self.has(at, Sense::The) => None,
            // `du mois`, `do mês`: the article is in the word before.
            _ if self.has(at - 1, Sense::The) && self.unit(at) == Some(Unit::Month) => {
                return Some((None, at + 1));
            }
            _ => return None,
        };
        (self.unit(at + 1) == Some(Unit::Month)).then_some((ahead, at + 2))
    }

    /// `end of june`, `last day of the month`, `eom`, `beginning of next month`.
    pub(super) fn edge_of(&self, at: usize) -> Option<Found> {
        if self.has(at, Sense::MonthEnd) {
            return Some(Found::firm(
                Slots::on(Day::MonthEnd { month: None, ahead: None }),
                at + 1,
            ));
        }
        if self.has(at, Sense::YearEnd) {
            return Some(Found::firm(Slots::on(Day::Yearless { month: 12, day: 31 }), at + 1));
        }
        let last = self.has(at, Sense::Last) && self.unit(at + 1) == Some(Unit::Day);
        let edge = if last || self.has(at, Sense::End) {
            Edge::End
        } else if self.has(at, Sense::Begin) {
            Edge::Begin
        } else if self.has(at, Sense::Mid) {
            Edge::Middle
        } else {
            return None;
        };
        let of = at + 1 + usize::from(last || self.mark(at + 1, '-'));
        let joined = self.has(of, Sense::Of) || self.has(of, Sense::In);
        // `end of 2027`
        if joined
            && self.number(of + 1).is_some_and(|number| number.digits == 4)
            && let (Some(year), to) = self.year(of + 1)
        {
            let (month, day) = match edge {
                Edge::Begin => (1, 1),
                Edge::End if !last => (12, 31),
                _ => return None,
            };
            return Some(Found::firm(
                Slots::on(Day::Date(chrono::NaiveDate::from_ymd_opt(year, month, day)?)),
                to,
            ));
        }
        // `mid march`, `ende april`
        if !joined && (last || self.month(of).is_none()) {
            return None;
        }
        let of = of + usize::from(joined);
        // `start march 5` goes on with a day of its own.
        if !joined && self.day_number(of + 1).is_some() {
            return None;
        }
        let core = of + usize::from(self.has(of, Sense::The));
        if let Some(month) = self.month(core) {
            let (year, to) = self.year(core + 1);
            let day = match (edge, year) {
                (Edge::End, Some(year)) => {
                    let first = chrono::NaiveDate::from_ymd_opt(year, month, 1)?;
                    Day::Date(first.with_day(first.num_days_in_month().into())?)
                }
                (Edge::End, None) => Day::MonthEnd { month: Some(month), ahead: None },
                (Edge::Begin, year) => Day::Month { month, year },
                (Edge::Middle, Some(year)) => {
                    Day::Date(chrono::NaiveDate::from_ymd_opt(year, month, MIDDLE)?)
                }
                (Edge::Middle, None) => Day::Yearless { month, day: MIDDLE },
            };
            return Some(Found::firm(Slots::on(day), to));
        }
        let this = self.has(core, Sense::This);
        let next = self.has(core, Sense::Next);
        let unit = core + usize::from(this || next);
        let ahead = if next { Some(1) } else { this.then_some(0) };
        let day = match (edge, self.unit(unit)?) {
            (Edge::End, Unit::Month) => Day::MonthEnd { month: None, ahead },
            (Edge::Middle, Unit::Month) => Day::OfMonth { day: MIDDLE, ahead },
            (Edge::Begin, Unit::Month) if !this => Day::OfMonth { day: 1, ahead },
            (Edge::End, Unit::Year) if !next => Day::Yearless { month: 12, day: 31 },
            (Edge::Begin, Unit::Year) if !this => Day::NextYear,
            (Edge::Begin, Unit::Week) if next => Day::NextWeek,
            // `the end of the week` is friday for some and sunday for others.
            _ => return None,
        };
        Some(Found::firm(Slots::on(day), unit + 1))
    }

    /// `christmas`, `new year's eve`, `valentine's day`, `next easter`, `halloween 2027`.
    pub(super) fn holiday(&self, at: usize, lead: Lead) -> Option<Found> {
        let next = self.has(at, Sense::Next) || self.has(at, Sense::This);
        // `st patrick's day`
        let at = at + usize::from(next || self.has(at, Sense::Suffix));
        let (mut feast, mut to) = self.feast(at)?;
        let day = self.unit(to) == Some(Unit::Day);
        to += usize::from(day);
        // `valentine` and `boxing` are other things without their day.
        if self.has(at, Sense::Shy) && !day {
            return None;
        }
        let new_year = feast == Feast::Fixed(1, 1);
        // `an Heiligabend`, but not `árbol de navidad`
        let linked =
            lead.link && !at.checked_sub(1).is_some_and(|before| self.has(before, Sense::Of));
        let led = lead.on || lead.at || lead.by || lead.within || linked;
        let mut sure = led || day || next;
        if let Feast::Fixed(month, day) = feast
            && self.part(to) == Some(Part::Evening)
            && self.has(to, Sense::Eve)
        {
            feast = if new_year {
                Feast::Fixed(12, 31)
            } else {
                Feast::Fixed(month, day.checked_sub(1)?)
            };
            (to, sure) = (to + 1, true);
        } else if self.has(at, Sense::New) && !sure {
            // `happy new year`
            return None;
        }
        let near = self.year..=self.year + FEAST_YEARS_MAX;
        let (year, to) = match self.year(to) {
            (Some(year), after) if near.contains(&year) => (Some(year), after),
            _ => (None, to),
        };
        let day = match (feast, year) {
            (Feast::Fixed(month, day), None) => Day::Yearless { month, day },
            (Feast::Fixed(month, day), Some(year)) => {
                Day::Date(chrono::NaiveDate::from_ymd_opt(year, month, day)?)
            }
            (Feast::Nth(nth, weekday, month), year) => Day::Nth { nth, weekday, month, year },
            (Feast::Easter(days), year) => Day::Easter { days, year },
        };
        // `christmas presents`
        let grip = if sure || year.is_some() { Grip::Loose } else { Grip::Weak };
        Some(Found { slots: Slots::on(day), to, grip })
    }

    /// The holiday that has this name in the sender's country, and the token after it.
    fn feast(&self, at: usize) -> Option<(Feast, usize)> {
        let named = |s| if let Sense::Holiday(regions) = s { Some(regions) } else { None };
        if let Some(regions) = self.find(at, named) {
            let of = |code: &str| regions.iter().find(|(region, _)| *region == code);
            return of(self.region.code()).or_else(|| of("")).map(|(_, feast)| (*feast, at + 1));
        }
        let new_year = self.has(at, Sense::New) && self.unit(at + 1) == Some(Unit::Year);
        new_year.then_some((Feast::Fixed(1, 1), at + 2))
    }

    fn count(&self, at: usize) -> Option<(u32, usize)> {
        let found = match self.short(at, 3) {
            Some(count) => Some((count, at + 1)),
            None => self.cardinal_words(at),
        };
        found.filter(|(count, _)| (1..=STEPS_MAX).contains(count))
    }
}

fn stepped(day: Day, steps: Steps, to: usize) -> Found {
    Found::firm(Slots { steps: Some(steps), ..Slots::on(day) }, to)
}
