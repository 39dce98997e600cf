//! Days that are found from others: the last day of the month, the second monday of next month,
//! four tuesdays from now, three business days, christmas.

use chrono::Datelike;

use super::{Amount, Day, Found, Grip, Lead, Reader, Slots};
use crate::words::{Part, Sense, Unit};

/// More steps than these are years away, and more work than a text is worth.
const STEPS_MAX: u32 = 520;

/// Steps over days of one kind, from the day that the other slots name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Steps {
    /// The nth such day of the week after that day; negative before it.
    Weekdays(i32, chrono::Weekday),
    /// The nth day on which people work.
    Workdays(i32),
}

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
            None if lead.the => (1, at),
            None => return None,
        };
        let weekday = self.weekday(word)?;
        let nth = i32::try_from(nth).ok()?;
        let step = match (self.has(word + 1, Sense::Before), self.has(word + 1, Sense::After)) {
            (true, _) => -nth,
            (_, true) => nth,
            _ => return None,
        };
        let base = self.day_after(word + 2)?;
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
        Some(found(Slots { day: Some(day), shift: Some(shift), ..Slots::default() }, at + 3))
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
        Some(found(slots(Day::NthOf { nth, weekday, ahead }), to))
    }

    /// `this month`, `next month`, `the month`, and the token after it.
    fn month_beside(&self, at: usize) -> Option<(Option<u32>, usize)> {
        let ahead = match (self.has(at, Sense::This), self.has(at, Sense::Next)) {
            (true, _) => Some(0),
            (_, true) => Some(1),
            _ if self.has(at, Sense::The) => None,
            _ => return None,
        };
        (self.unit(at + 1) == Some(Unit::Month)).then_some((ahead, at + 2))
    }

    /// `end of june`, `last day of the month`, `eom`, `beginning of next month`.
    fn edge_of(&self, at: usize) -> Option<Found> {
        if self.has(at, Sense::MonthEnd) {
            return Some(found(slots(Day::MonthEnd { month: None, ahead: None }), at + 1));
        }
        if self.has(at, Sense::YearEnd) {
            return Some(found(slots(Day::Yearless { month: 12, day: 31 }), at + 1));
        }
        let last = self.has(at, Sense::Last) && self.unit(at + 1) == Some(Unit::Day);
        let end = last || self.has(at, Sense::End);
        if !end && !self.has(at, Sense::Begin) {
            return None;
        }
        let of = at + 1 + usize::from(last);
        if !self.has(of, Sense::Of) && !self.has(of, Sense::In) {
            return None;
        }
        let core = of + 1 + usize::from(self.has(of + 1, Sense::The));
        if let Some(month) = self.month(core) {
            let (year, to) = self.year(core + 1);
            let day = match (year, end) {
                (Some(year), true) => {
                    let first = chrono::NaiveDate::from_ymd_opt(year, month, 1)?;
                    Day::Date(first.with_day(first.num_days_in_month().into())?)
                }
                (None, true) => Day::MonthEnd { month: Some(month), ahead: None },
                (year, false) => Day::Month { month, year },
            };
            return Some(found(slots(day), to));
        }
        let this = self.has(core, Sense::This);
        let next = self.has(core, Sense::Next);
        let unit = core + usize::from(this || next);
        let day = match (self.unit(unit)?, end) {
            (Unit::Month, true) => {
                let ahead = if next { Some(1) } else { this.then_some(0) };
                Day::MonthEnd { month: None, ahead }
            }
            (Unit::Year, true) if !next => Day::Yearless { month: 12, day: 31 },
            (Unit::Month, false) if next => Day::NextMonth,
            (Unit::Year, false) if next => Day::NextYear,
            (Unit::Week, false) if next => Day::NextWeek,
            // `the end of the week` is friday for some and sunday for others.
            _ => return None,
        };
        Some(found(slots(day), unit + 1))
    }

    /// `christmas`, `new year's eve`, `valentine's day`.
    fn holiday(&self, at: usize, lead: Lead) -> Option<Found> {
        // `st patrick's day`
        let at = at + usize::from(self.has(at, Sense::Suffix));
        let named = |s| if let Sense::Holiday(month, day) = s { Some((month, day)) } else { None };
        let (mut date, mut to) = match self.find(at, named) {
            Some(date) => (date, at + 1),
            None if self.has(at, Sense::New) && self.unit(at + 1) == Some(Unit::Year) => {
                ((1, 1), at + 2)
            }
            None => return None,
        };
        let day = self.unit(to) == Some(Unit::Day);
        to += usize::from(day);
        // `valentine` and `boxing` are other things without their day.
        if self.has(at, Sense::Shy) && !day {
            return None;
        }
        let new_year = date == (1, 1);
        let mut eve = false;
        if self.part(to) == Some(Part::Evening) && self.has(to, Sense::Eve) {
            date = if new_year { (12, 31) } else { (date.0, date.1.checked_sub(1)?) };
            to += 1;
            eve = true;
        } else if new_year && !day && !lead.on && !lead.at && !lead.by {
            // `happy new year`
            return None;
        }
        // `christmas presents`
        let grip = if lead.on || lead.at || day || eve { Grip::Loose } else { Grip::Weak };
        let (month, day) = date;
        Some(Found { slots: slots(Day::Yearless { month, day }), to, grip })
    }

    fn count(&self, at: usize) -> Option<(u32, usize)> {
        let found = match self.short(at, 3) {
            Some(count) => Some((count, at + 1)),
            None => self.cardinal_words(at),
        };
        found.filter(|(count, _)| (1..=STEPS_MAX).contains(count))
    }
}

fn slots(day: Day) -> Slots {
    Slots { day: Some(day), ..Slots::default() }
}

fn stepped(day: Day, steps: Steps, to: usize) -> Found {
    found(Slots { steps: Some(steps), ..slots(day) }, to)
}

fn found(slots: Slots, to: usize) -> Found {
    Found { slots, to, grip: Grip::Firm }
}
