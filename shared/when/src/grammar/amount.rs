//! Amounts of time: `in 2 hours`, `an hour and a half`, `2 weeks from today`, `a week from friday`.

use super::{Amount, Clock, Found, Grip, HOUR_LETTER, Lead, Reader, Slots};
use crate::words::{Sense, Unit};

/// `1 year, 2 months, 3 weeks, 4 days, 5 hours, 6 minutes and 7 seconds` is the longest amount
/// there is.
const COMPONENTS_MAX: usize = 7;

/// Quantities are counted in thousandths, so that `2.5 hours` and `10.75 minutes` are exact.
pub(super) const ONE: i64 = 1000;

/// Larger quantities are as far away as this one: out of reach in any unit.
const QUANTITY_MAX: u64 = 1_000_000_000_000;

const MINUTE_SECONDS: i64 = 60;

const DAY_SECONDS: i64 = 24 * 60 * 60;

/// The length that a fraction of a month is taken from.
const MONTH_DAYS: i64 = 30;

impl Reader<'_> {
    /// An amount with what leads it and what it is counted from.
    pub(super) fn amount_atom(&self, at: usize, lead: Lead) -> Option<Found> {
        let timed = lead.at && !lead.within && !lead.ago;
        // `in the next 2 hours`
        let next = self.has(at, Sense::Next);
        let the = lead.the && !(next && lead.within);
        // Portuguese `em` leads both a day and an amount, German `im` (with its article) a day only.
        let on = lead.on && (!lead.within || lead.fused);
        let other = on || lead.by || lead.between || lead.vague;
        if timed || other || the || (lead.link && !lead.within) {
            return None;
        }
        if next && lead.within {
            let lead = Lead { the: false, ..lead };
            return self.amount_atom(at + 1, lead);
        }
        // `next 2 weeks`
        if next && (self.number(at + 1).is_some() || self.cardinal(at + 1).is_some()) {
            let (amount, to) = self.amount(at + 1, false)?;
            let slots = Slots { amount: Some(amount), ..Slots::default() };
            return Some(Found { slots, to, grip: Grip::Weak });
        }
        if let Some(found) = self.workdays(at, lead) {
            return Some(found);
        }
        let led = lead.within || lead.after || lead.ago;
        // `tomorrow 17h`
        if !led && self.has(at + 1, Sense::LetterH) && self.follows_day(at) {
            return None;
        }
        // `0900h` and `1900 hours` are times of day.
        let hours = self.has(at + 1, Sense::LetterH) || self.unit(at + 1) == Some(Unit::Hour);
        if !led && hours && self.number(at).is_some_and(|number| number.digits == 4) {
            return None;
        }
        let clocked = self.hours_and_minutes(at).filter(|_| lead.within);
        let (amount, end) =
            clocked.or_else(|| self.amount(at, led)).or_else(|| self.one(at, lead))?;
        if lead.ago {
            let slots = Slots { amount: Some(Amount { past: true, ..amount }), ..Slots::default() };
            return Some(Found { slots, to: end, grip: Grip::Firm });
        }
        // `15 minutes past 3pm` is a time of day.
        let spoken = self.has(end, Sense::Past) || self.has(end, Sense::Until);
        if !led && let Some(found) = self.after_hour(amount, end) {
            return Some(found);
        }
        let hour = self.hour_after(end + 1);
        let after = self.has(end, Sense::After) && hour.is_some_and(|(_, _, sure)| sure);
        if !led && ((spoken && hour.is_some()) || after) {
            return None;
        }
        // `in 24 hours before the flight` is no amount from now.
        if lead.within && self.has(end, Sense::Before) {
            return None;
        }
        let (slots, to, tailed) = self.counted_from(amount, end, lead);
        // `15 heures` is a time of day, `dans 15 heures` and `15 heures plus tard` are amounts.
        let hour = self.has(at + 1, Sense::Oclock)
            || (HOUR_LETTER.contains(&self.region.code()) && self.has(at + 1, Sense::LetterH));
        // `un momento, un minuto` is a manner of speaking.
        let one = self.has(at, Sense::A) && self.cardinal(at).is_some() && end == at + 2;
        if !led && !tailed && (hour || one) {
            return None;
        }
        // `2 days after the party`: from when it counts is not known.
        let elsewhere = [Sense::From, Sense::After, Sense::Bound];
        if !led && !tailed && elsewhere.into_iter().any(|sense| self.has(end, sense)) {
            return None;
        }
        let to = self.or_so(to);
        // `20 minutes of running`, but `dans 20 minutes de sortir la pizza`
        if self.has(to, Sense::Of) && !(self.has(to, Sense::Link) && (led || tailed)) {
            return None;
        }
        let grip = if led || tailed { Grip::Firm } else { Grip::Weak };
        Some(Found { slots, to, grip })
    }

    /// `two hours after noon`, `half an hour after 6pm`: a time of day.
    fn after_hour(&self, amount: Amount, at: usize) -> Option<Found> {
        let counted = self.has(at, Sense::After) || self.has(at, Sense::From);
        if !counted
            || !amount.is_elapsed()
            || !(MINUTE_SECONDS..DAY_SECONDS).contains(&amount.seconds)
        {
            return None;
        }
        let lead = Lead { at: true, point: true, ..Lead::default() };
        let hour = self.clock_atom(at + 1, lead).filter(|found| found.grip == Grip::Firm)?;
        let Some(Clock::Exact(seconds)) = hour.slots.clock else { return None };
        let at = (i64::from(seconds) + amount.seconds) % DAY_SECONDS;
        let clock = Some(Clock::Exact(u32::try_from(at).ok()?));
        Some(Found { slots: Slots { clock, ..hour.slots }, ..hour })
    }

    /// What stands before token `at` names a day: a time of day follows.
    pub(super) fn follows_day(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1) else { return false };
        let dated = self.number(before).is_some()
            && before.checked_sub(1).is_some_and(|month| self.month(month).is_some());
        self.weekday(before).is_some()
            || self.month(before).is_some()
            || self.find(before, |s| matches!(s, Sense::Day(_)).then_some(())).is_some()
            || dated
    }

    /// `fortnight from now`, `week from tomorrow`, `in the next (hour)`: one, which is not said.
    fn one(&self, at: usize, lead: Lead) -> Option<(Amount, usize)> {
        let next = lead.within && self.has(at.checked_sub(1)?, Sense::Next);
        let unit = self.unit(at).filter(|_| next || self.has(at + 1, Sense::From))?;
        let mut amount = Amount::default();
        amount.add(ONE, unit);
        Some((amount, at + 1))
    }

    /// `in 1:30`
    fn hours_and_minutes(&self, at: usize) -> Option<(Amount, usize)> {
        let (hours, minutes) = (self.short(at, 2)?, self.short(at + 2, 2)?);
        if minutes > 59 || !self.inner(at + 1, ':') || !self.closes(at + 3) {
            return None;
        }
        let mut amount = Amount::default();
        amount.add(i64::from(hours) * ONE, Unit::Hour);
        amount.add(i64::from(minutes) * ONE, Unit::Minute);
        Some((amount, at + 3))
    }

    /// What follows an amount: `ago`, `later`, `from now`, `time`, `before`, `from friday`; and
    /// whether anything did.
    fn counted_from(&self, amount: Amount, at: usize, lead: Lead) -> (Slots, usize, bool) {
        let forward = Slots { amount: Some(amount), ..Slots::default() };
        if self.has(at, Sense::Ago) && !lead.within {
            let back = Amount { past: true, ..amount };
            return (Slots { amount: Some(back), ..Slots::default() }, at + 1, true);
        }
        if self.has(at, Sense::Later) {
            return (forward, at + 1, true);
        }
        let possessive = usize::from(self.mark(at, '\'') || self.mark(at, '\u{2019}'));
        if lead.within && self.has(at + possessive, Sense::Time) {
            return (forward, at + possessive + 1, true);
        }
        if self.has(at, Sense::Before) && !lead.within {
            let ahead = Slots { ahead: Some(amount), ..Slots::default() };
            return (ahead, at + 1, true);
        }
        let from = self.has(at, Sense::From);
        if from && (self.has(at + 1, Sense::Now) || self.has(at + 1, Sense::Day(0))) {
            return (forward, at + 2, true);
        }
        if (from || self.has(at, Sense::After)) && amount.is_whole_days() {
            let core = at + 1 + usize::from(self.has(at + 1, Sense::The));
            let lead = Lead { by: true, the: core > at + 1, base: true, ..Lead::default() };
            if let Some(base) = self.day_atom(core, lead) {
                return (Slots { shift: Some(amount), ..base.slots }, base.to, true);
            }
        }
        // `a week today`, `2 weeks tomorrow`, `a week on friday`
        let day = self.find(at, |s| if let Sense::Day(days) = s { Some(days) } else { None });
        let on = self.has(at, Sense::On) && self.weekday(at + 1).is_some();
        let weeks = amount.is_whole_days() && amount.days != 0 && amount.days % 7 == 0;
        if weeks && !lead.within && (on || day.is_some_and(|days| days >= 0)) {
            let core = at + usize::from(on);
            let lead = Lead { by: !on, on, base: true, ..Lead::default() };
            if let Some(base) = self.day_atom(core, lead) {
                return (Slots { shift: Some(amount), ..base.slots }, base.to, true);
            }
        }
        (forward, at, false)
    }

    /// `an hour or two`, `an hour or so`: the smaller amount is taken, since early is better than
    /// late.
    fn or_so(&self, at: usize) -> usize {
        let more = self.has(at + 1, Sense::So)
            || self.number(at + 1).is_some()
            || self.cardinal(at + 1).is_some();
        if self.has(at, Sense::Or) && more { at + 2 } else { at }
    }

    /// Quantities with units that only get smaller, and the token after them.
    pub(super) fn amount(&self, at: usize, led: bool) -> Option<(Amount, usize)> {
        let (mut quantity, mut unit, mut end) = self.component(at, led)?;
        let mut amount = Amount::default();
        amount.add(quantity, unit);
        for _ in 1..COMPONENTS_MAX {
            let comma = end + usize::from(self.mark(end, ','));
            let next = comma + usize::from(self.has(comma, Sense::And));
            let smaller = self.component(next, led).filter(|found| found.1 < unit);
            if let Some(found) = smaller {
                (quantity, unit, end) = found;
                amount.add(quantity, unit);
                continue;
            }
            // `1h30`, `1 hr 30`: what follows the hours are minutes. Without `in` it is a time of
            // day.
            let touching = self.glued(end) && self.number(end).is_some();
            if unit == Unit::Hour && (touching || (led && self.closes(end + 1))) {
                let minutes = self.short(end, 2).filter(|minutes| led && *minutes < 60);
                if touching && minutes.is_none() {
                    return None;
                }
                if let Some(minutes) = minutes {
                    amount.add(i64::from(minutes) * ONE, Unit::Minute);
                    end += 1;
                }
            }
            break;
        }
        Some((amount, end))
    }

    /// A quantity in thousandths with its unit, and the token after them.
    fn component(&self, at: usize, led: bool) -> Option<(i64, Unit, usize)> {
        let whole = |at| self.unit(at).is_some() && self.thousandths(at).is_some();
        let (quantity, end) = self.quantity(at).or_else(|| whole(at).then_some((ONE, at)))?;
        // `in 2 more minutes`
        let end = end + usize::from(led && self.has(end, Sense::Hedge));
        let unit = self.unit(end).or_else(|| self.unit_letter(end, led))?;
        // `Viertelstunde` is a part of its unit.
        let part = self.thousandths(end).map_or(ONE, i64::from);
        let (more, end) = self.and_a_half(end + 1);
        Some(((quantity.saturating_mul(part) / ONE).saturating_add(more), unit, end))
    }

    /// The letter of `5m`; after a space only where `in` says that an amount must follow.
    fn unit_letter(&self, at: usize, led: bool) -> Option<Unit> {
        let letter = |sense| if let Sense::Letter(unit) = sense { Some(unit) } else { None };
        self.find(at, letter).filter(|_| led || self.glued(at))
    }

    /// `and a half`, `and a quarter`, of whatever stands before it.
    pub(super) fn and_a_half(&self, at: usize) -> (i64, usize) {
        if self.has(at, Sense::And) {
            let word = at + 1 + usize::from(self.has(at + 1, Sense::A));
            let part_of_unit = self.unit(word + 1).is_some() || self.has(word + 1, Sense::A);
            if let Some(part) = self.fraction_word(word).filter(|_| !part_of_unit) {
                return (part, word + 1);
            }
        }
        (0, at)
    }

    fn fraction_word(&self, at: usize) -> Option<i64> {
        if self.has(at, Sense::Half) {
            Some(ONE / 2)
        } else {
            self.has(at, Sense::Quarter).then_some(ONE / 4)
        }
    }

    /// A quantity in thousandths and the token after it.
    fn quantity(&self, at: usize) -> Option<(i64, usize)> {
        if let Some(found) = self.digits(at) {
            return Some(found);
        }
        if let Some(found) = self.part_of_one(at).or_else(|| self.moved_quantity(at)) {
            return Some(found);
        }
        let word = at + usize::from(self.has(at, Sense::A));
        for (sense, count) in [(Sense::Couple, 2), (Sense::Few, 3)] {
            if self.has(word, sense) {
                let of = usize::from(self.has(word + 1, Sense::Of));
                return Some((count * ONE, word + 1 + of));
            }
        }
        if let Some((number, end)) = self.cardinal_words(at) {
            // `two or three hours`
            let range = self.is_range(end) && self.cardinal(end + 1).is_some();
            let end = if range { end + 2 } else { end };
            let (more, end) = self.mixed(end);
            return Some((i64::from(number) * ONE + more, end));
        }
        self.has(at, Sense::A).then_some((ONE, at + 1))
    }

    /// `anderthalb`, `साढ़े तीन` (three and a half), before a unit.
    fn moved_quantity(&self, at: usize) -> Option<(i64, usize)> {
        let word = at + usize::from(self.has(at, Sense::A) && self.thousandths(at).is_none());
        if let Some(quantity) = self.thousandths(word).filter(|_| self.unit(word).is_none()) {
            return Some((i64::from(quantity), word + 1));
        }
        let moved = i64::from(self.shift(at)?);
        let (number, end) = match self.short(at + 1, 3) {
            Some(number) => (number, at + 2),
            None => self.cardinal_words(at + 1)?,
        };
        Some((i64::from(number) * ONE + moved * ONE / 60, end))
    }

    /// `half an`, `a quarter of an`, `three quarters of an`, before a unit.
    fn part_of_one(&self, at: usize) -> Option<(i64, usize)> {
        let (count, word) = match self.cardinal(at) {
            // `three-quarters`
            Some(count) => (i64::from(count), at + 1 + usize::from(self.inner(at + 1, '-'))),
            None => (1, at + usize::from(self.has(at, Sense::A))),
        };
        let part = self.fraction_word(word)?;
        // `une demi-heure`
        let dash = word + 1 + usize::from(self.inner(word + 1, '-'));
        let of = dash + usize::from(self.has(dash, Sense::Of));
        Some((count * part, of + usize::from(self.has(of, Sense::A))))
    }

    /// `2`, `2.5`, `1,500`, `3/4`, `2½`, `2 and a half`, `5-10` (the smaller), and the token after
    /// it.
    fn digits(&self, at: usize) -> Option<(i64, usize)> {
        let whole = self.number(at)?.value.min(QUANTITY_MAX);
        let whole = i64::try_from(whole).ok()?.saturating_mul(ONE);
        let next = self.number(at + 2);
        let (quantity, end) = match next {
            Some(decimals) if self.inner(at + 1, '.') || self.inner(at + 1, ',') => {
                if self.mark(at + 1, ',') && decimals.digits == 3 {
                    let rest = i64::try_from(decimals.value).ok()?.saturating_mul(ONE);
                    (whole.saturating_mul(1000).saturating_add(rest), at + 3)
                } else {
                    let scale = 10_i64.checked_pow(u32::try_from(decimals.digits).ok()?)?;
                    let part = i64::try_from(decimals.value).ok()?.checked_mul(ONE)? / scale;
                    (whole.saturating_add(part), at + 3)
                }
            }
            Some(_) if self.inner(at + 1, '/') => (self.slashed(at)?, at + 3),
            Some(_) if self.is_range(at + 1) => (whole, at + 3),
            // `1 1/2 hours`
            _ => match self.slashed(at + 1) {
                Some(part) if self.unit(at + 4).is_some() => (whole.saturating_add(part), at + 4),
                _ => (whole, at + 1),
            },
        };
        let (more, end) = self.mixed(end);
        Some((quantity.saturating_add(more), end))
    }

    /// `3/4` in thousandths.
    fn slashed(&self, at: usize) -> Option<i64> {
        let (above, below) = (self.short(at, 3)?, self.short(at + 2, 3)?);
        let part = (i64::from(above) * ONE).checked_div(i64::from(below));
        part.filter(|_| self.inner(at + 1, '/'))
    }

    /// The `to` of `5 to 10 minutes`.
    fn is_range(&self, at: usize) -> bool {
        self.mark(at, '-')
            || self.mark(at, '\u{2013}')
            || self.has(at, Sense::To)
            || self.has(at, Sense::Or)
    }

    /// The `and a half` of `two and a half hours`, the `½` of `2½ hours`.
    fn mixed(&self, at: usize) -> (i64, usize) {
        let touching = self.glued(at) && self.has(at, Sense::Half);
        let and = self.has(at, Sense::And);
        let word = at + usize::from(and) + usize::from(and && self.has(at + 1, Sense::A));
        match self.fraction_word(word) {
            Some(part) if (and || touching) && self.unit(word + 1).is_some() => (part, word + 1),
            _ => (0, at),
        }
    }
}

impl Amount {
    /// Counts whole weeks only.
    pub(super) fn is_weeks(&self) -> bool {
        self.is_whole_days() && self.months == 0 && self.days != 0 && self.days % 7 == 0
    }

    /// Counts hours, minutes and seconds only.
    fn is_elapsed(&self) -> bool {
        self.days == 0 && self.months == 0
    }

    /// Adds a quantity in thousandths of a unit: calendar units as far as they are whole, the rest
    /// as smaller ones.
    pub(super) fn add(&mut self, quantity: i64, unit: Unit) {
        match unit {
            Unit::Second => self.add_seconds(quantity, 1),
            Unit::Minute => self.add_seconds(quantity, 60),
            Unit::Hour => self.add_seconds(quantity, 60 * 60),
            Unit::Day => self.add_days(quantity),
            Unit::Week => self.add_days(quantity.saturating_mul(7)),
            Unit::Fortnight => self.add_days(quantity.saturating_mul(14)),
            Unit::Month => self.add_months(quantity),
            Unit::Year => self.add_months(quantity.saturating_mul(12)),
        }
    }

    fn add_seconds(&mut self, quantity: i64, seconds: i64) {
        self.seconds = self.seconds.saturating_add(quantity.saturating_mul(seconds) / ONE);
    }

    fn add_days(&mut self, quantity: i64) {
        self.days = self.days.saturating_add(quantity / ONE);
        self.add_seconds(quantity % ONE, DAY_SECONDS);
    }

    fn add_months(&mut self, quantity: i64) {
        self.months = self.months.saturating_add(quantity / ONE);
        self.add_days(quantity % ONE * MONTH_DAYS);
    }
}
