//! Dates: `21/06/2027`, `21 June`, `June 21st, 2027`, `the 15th`, ISO date-times, and runs of them.

use chrono::{Datelike, NaiveDate};

use super::{Day, Found, Grip, Lead, Reader, Slots};
use crate::words::{ENGLISH, Sense, Unit};

/// Where the month is written before the day: the United States and their territories, the
/// Philippines, and the countries that write the year first. Canada writes all three orders; on
/// phones the American one prevails.
const MONTH_FIRST: &[&str] = &[
    "US", "AS", "FM", "GU", "MH", "MP", "PH", "PR", "PW", "UM", "VI", "CA", "CN", "HU", "JP", "KR",
    "LT", "MN", "TW",
];

/// Where `5.8` is a date.
const DOTTED: &[&str] = &[
    "AL", "AM", "AT", "AZ", "BA", "BG", "BY", "CH", "CZ", "DE", "DK", "EE", "FI", "GE", "HR", "IS",
    "KZ", "LI", "LV", "ME", "MK", "NO", "PL", "RO", "RS", "RU", "SI", "SK", "TR", "UA",
];

/// Years that a four-digit number after a date can be.
const YEARS: std::ops::RangeInclusive<u32> = 1900..=2199;

/// Two digits after a date name a year only if it is this near; otherwise they may be an hour.
const SHORT_YEAR_AHEAD_MAX: i32 = 20;

/// `25:00:00.000+02:00` is the longest time there is after an ISO date.
const ISO_TOKENS_MAX: usize = 10;

impl Reader<'_> {
    /// Numbers with one separator: `2027-06-21`, `21/06/2027`, `6/21`, `21.06.27`, and the ISO time
    /// after them.
    pub(super) fn numeric(&self, at: usize, lead: Lead) -> Option<Found> {
        let first = self.number(at)?;
        if let Some(spaced) = self.spaced(at) {
            return Some(spaced);
        }
        let separator = ['/', '-', '.'].into_iter().find(|mark| self.inner(at + 1, *mark))?;
        let second = self.number(at + 2).filter(|second| second.digits <= 2);
        let Some(second) = second else { return self.named_between(at, separator) };
        let three = self.inner(at + 3, separator) && self.number(at + 4).is_some();
        if !three {
            return self.two_numbers(at, separator, lead);
        }
        let third = self.number(at + 4)?;
        let (one, two) = (self.short(at, 4)?, self.short(at + 2, 2)?);
        let three = self.short(at + 4, 4)?;
        if first.digits == 4 && third.digits <= 2 {
            return Some(self.with_iso_time(date(i32::try_from(one).ok()?, two, three), at + 5));
        }
        if first.digits > 2 || second.digits > 2 || !matches!(third.digits, 2 | 4) {
            return None;
        }
        let year = if third.digits == 2 { 2000 + three } else { three };
        let month_first = self.is_month_first() && separator != '.';
        let (month, day) = order(one, two, month_first);
        Some(Found::firm(date(i32::try_from(year).ok()?, month, day), at + 5))
    }

    /// `21/6`, `6/21`, `21-6`; where it is the custom, `21.6` or `21.6.`.
    fn two_numbers(&self, at: usize, separator: char, lead: Lead) -> Option<Found> {
        let (one, two) = (self.short(at, 2)?, self.short(at + 2, 2)?);
        // `at 5/6`, `5-6:30`, `10-11 march`
        if lead.at || self.inner(at + 3, ':') || self.month(at + 3).is_some() {
            return None;
        }
        let mut to = at + 3;
        let month_first = self.is_month_first() && separator != '.';
        let (month, day) = order(one, two, month_first);
        let found = month_day(month, day);
        let grip = match separator {
            '.' if !DOTTED.contains(&self.region.code()) || found.impossible => return None,
            // A fraction, a range, a score: a date only where a date must be.
            _ if lead.on => Grip::Loose,
            '-' => Grip::Weak,
            '/' if found.impossible || is_fraction(one, two) => Grip::Weak,
            // `9/10 would recommend`: a score has a verb after it.
            '/' if is_score(one, two)
                && self.has(to, Sense::Polite)
                && !self.has(to, Sense::Thanks)
                && !self.has(to + 1, Sense::Thanks) =>
            {
                Grip::Weak
            }
            // `he scored 8/10 on the test`, `it was a 9/10`
            '/' if is_score(one, two)
                && at.checked_sub(1).is_some_and(|before| {
                    self.has(before, Sense::Scored) || self.has(before, Sense::A)
                }) =>
            {
                return None;
            }
            '/' => Grip::Loose,
            _ => Grip::Weak,
        };
        if separator == '.' && self.mark(to, '.') && !self.glued(to + 1) {
            to += 1;
        }
        Some(Found { slots: found, to, grip })
    }

    /// `2 - 15`: a date only where nothing else is said, and where it cannot be a range of hours.
    fn spaced(&self, at: usize) -> Option<Found> {
        let apart = |at| {
            let loose = !self.glued(at) && !self.glued(at + 1);
            loose && (self.mark(at, '-') || self.mark(at, '/'))
        };
        if !apart(at + 1) {
            return None;
        }
        let (one, two) = (self.short(at, 2)?, self.short(at + 2, 2)?);
        let (month, day) = order(one, two, self.is_month_first());
        let year = self.short(at + 4, 4).filter(|year| apart(at + 3) && YEARS.contains(year));
        if let Some(year) = year {
            return Some(Found::firm(date(i32::try_from(year).ok()?, month, day), at + 5));
        }
        let slots = month_day(month, day);
        let date = day > 12 && !slots.impossible && self.token(at + 3).is_none();
        date.then_some(Found { slots, to: at + 3, grip: Grip::Weak })
    }

    /// `15-Sep-2025`, `15/Sep`, `2025-Sep-15`.
    fn named_between(&self, at: usize, separator: char) -> Option<Found> {
        let month = self.month(at + 2)?;
        let first = self.number(at)?;
        let last = self.number(at + 4).filter(|_| self.inner(at + 3, separator));
        let one = self.short(at, 4)?;
        let Some(last) = last else {
            return (first.digits <= 2).then(|| {
                let (year, to) = self.year(at + 3);
                Found::firm(year.map_or_else(|| month_day(month, one), |y| date(y, month, one)), to)
            });
        };
        let three = self.short(at + 4, 4)?;
        let (year, day) = match (first.digits, last.digits) {
            (4, 1 | 2) => (one, three),
            (1 | 2, 4) => (three, one),
            (1 | 2, 2) => (2000 + three, one),
            _ => return None,
        };
        Some(Found::firm(date(i32::try_from(year).ok()?, month, day), at + 5))
    }

    /// `2027 June 21`.
    pub(super) fn year_first(&self, at: usize) -> Option<Found> {
        let number = self.number(at).filter(|number| number.digits == 4)?;
        let year = u32::try_from(number.value).ok().filter(|year| YEARS.contains(year))?;
        let word = at + 1 + usize::from(self.has(at + 1, Sense::Particle));
        // `2020 में 28 जून`
        if word > at + 1
            && let Some((day, next, _)) = self.day_number(word)
            && let Some(month) = self.month(next)
        {
            return Some(Found::firm(date(i32::try_from(year).ok()?, month, day), next + 1));
        }
        let month = self.month(word)?;
        let (day, to, _) = self.day_number(word + 1)?;
        Some(Found::firm(date(i32::try_from(year).ok()?, month, day), to))
    }

    /// `20270621`, `20270621T1730`.
    pub(super) fn compact(&self, at: usize) -> Option<Found> {
        let value = self.number(at).filter(|number| number.digits == 8)?.value;
        let value = u32::try_from(value).ok()?;
        let (year, month, day) = (value / 10_000, value / 100 % 100, value % 100);
        let found = date(i32::try_from(year).ok().filter(|_| YEARS.contains(&year))?, month, day);
        if found.impossible {
            return None;
        }
        let found = self.with_iso_time(found, at + 1);
        let grip = if found.slots.clock.is_some() { Grip::Firm } else { Grip::Weak };
        Some(Found { grip, ..found })
    }

    /// The `T17:30Z` that touches an ISO date.
    fn with_iso_time(&self, date: Slots, at: usize) -> Found {
        let touching = self.glued(at) && self.has(at, Sense::IsoT) && self.glued(at + 1);
        if !touching {
            return Found::firm(date, at);
        }
        match self.iso_time(at + 1) {
            Some((clock, place, to)) => {
                Found::firm(Slots { clock: Some(clock), place, ..date }, to)
            }
            // It has a time, and the time is none.
            None => {
                let parts = (at + 2..at + 2 + ISO_TOKENS_MAX).take_while(|at| self.glued(*at));
                Found::firm(Slots { impossible: true, ..date }, parts.last().unwrap_or(at + 1) + 1)
            }
        }
    }

    /// `June 21`, `June 21st, 2027`, `june twenty first`, `Oct-2`, `October2`.
    pub(super) fn month_first(&self, at: usize, lead: Lead) -> Option<Found> {
        let month = self.month(at)?;
        let mut word = at + 1;
        if self.mark(word, '.')
            || ((self.mark(word, '-') || self.mark(word, '/')) && self.glued(word))
        {
            word += 1;
        }
        word += usize::from(self.has(word, Sense::The));
        // `june, 21`, but not `june, 5 people`
        let comma = self.mark(word, ',') && self.closes(word + 2) && self.ends(word + 2);
        word += usize::from(comma);
        let run = if lead.point { None } else { self.run_of_days(word) };
        let (day, next, ordinal) = match run {
            Some((first, next)) => (first, next, true),
            None => self.day_number(word)?,
        };
        if let Some(found) = self.clock_before_year(month, day, next) {
            return Some(found);
        }
        let (year, to) = self.year(next);
        let found = year.map_or_else(|| month_day(month, day), |year| date(year, month, day));
        // `march 3 miles`
        let sure = ordinal || year.is_some() || lead.on || !self.has(at, Sense::Shy);
        let grip = if sure { Grip::Firm } else { Grip::Loose };
        Some(self.start_of_run(Found { slots: found, to, grip }, (month, day, year), lead))
    }

    /// `Aug 31 16:45:00 2027`, `Aug 31 16:45:00 UTC 2027`, as computers write it.
    fn clock_before_year(&self, month: u32, day: u32, at: usize) -> Option<Found> {
        let full = self.inner(at + 1, ':') && self.inner(at + 3, ':');
        let clock = if full {
            self.clock_atom(at, Lead { point: true, ..Lead::default() })?
        } else {
            return None;
        };
        let whole = self.number(clock.to).is_some_and(|year| year.digits == 4);
        let (year, to) = self.year(clock.to);
        let year = year.filter(|_| whole)?;
        let Slots { clock, place, .. } = clock.slots;
        Some(Found::firm(Slots { clock, place, ..date(year, month, day) }, to))
    }

    /// `13-15`, `12th to 16th`: the first of the days, and the token after the last.
    fn run_of_days(&self, at: usize) -> Option<(u32, usize)> {
        let (first, next) = match self.short(at, 2) {
            // `12th to`, `12. bis`
            Some(first) => {
                let more = self.mark(at + 1, '.') || self.has(at + 1, Sense::Suffix);
                (first, at + 1 + usize::from(more))
            }
            None => self.ordinal(at)?,
        };
        if !self.is_run(next) {
            return None;
        }
        let (last, to, _) = self.day_number(next + 1)?;
        (1..last).contains(&first).then_some((first, to))
    }

    /// `(from) 10 to 12 december`, `(from) 10 december to 3 january`: a run, and no single date.
    pub(super) fn run_from(&self, at: usize) -> Option<Found> {
        let date = |lead| self.month_first(at, lead).or_else(|| self.day_first(at, lead));
        let lead = Lead { on: true, ..Lead::default() };
        let run = date(lead)?;
        let single = date(Lead { point: true, ..lead });
        single.is_none_or(|single| single.to < run.to).then_some(run)
    }

    /// `10 August - 12 September 2027`: the first day, in the year of the last.
    fn start_of_run(&self, first: Found, day: (u32, u32, Option<i32>), lead: Lead) -> Found {
        let only = lead.point || lead.base || first.slots.impossible;
        if only || !self.is_run(first.to) {
            return first;
        }
        let next = first.to + 1;
        let single = Lead { point: true, on: true, ..Lead::default() };
        let last = self.month_first(next, single).or_else(|| self.day_first(next, single));
        let Some(last) = last.filter(|last| last.grip == Grip::Firm) else { return first };
        let (month, number, year) = day;
        let slots = match (year, last.slots.day) {
            (None, Some(Day::Date(last))) => {
                let same = date(last.year(), month, number);
                let later = matches!(same.day, Some(Day::Date(first)) if first > last);
                date(last.year() - i32::from(later), month, number)
            }
            (_, Some(Day::Date(_) | Day::Yearless { .. })) => first.slots,
            _ => return first,
        };
        Found { slots, to: last.to, grip: Grip::Firm }
    }

    /// `21 June`, `21st of June 2027`, `the 15th`, `20th of next month`, `first of june`.
    pub(super) fn day_first(&self, at: usize, lead: Lead) -> Option<Found> {
        // `dia 15`
        let dated = self.has(at, Sense::DateWord);
        let core = at + usize::from(dated);
        let run = if lead.point { None } else { self.run_of_days(core) };
        // `12 to 16 september`, but not `12 to 16 people`
        let run = run.filter(|(_, next)| {
            let dotted = self.mark(*next, '.') && self.glued(*next);
            let of = next + usize::from(dotted || self.has(*next, Sense::Of));
            self.month(of).is_some()
        });
        let (day, next, ordinal) = match run {
            Some((first, next)) => (first, next, true),
            None => self.day_number(core)?,
        };
        // `third day of october`
        let days = ordinal && self.unit(next) == Some(Unit::Day) && self.has(next + 1, Sense::Of);
        let next = next + usize::from(days);
        // `21. Juni`
        let dotted = self.mark(next, '.') && self.glued(next) && self.month(next + 1).is_some();
        // `divide by 5. May called` are two sentences.
        let english = self.token(next + 1).map(|token| token.words.senses(ENGLISH));
        let shy = english.is_some_and(|senses| senses.contains(Sense::Shy));
        let sentences = dotted && !self.glued(next + 1) && shy;
        if sentences && !DOTTED.contains(&self.region.code()) {
            return None;
        }
        let next = next + usize::from(dotted);
        let of = next + usize::from(self.has(next, Sense::Of));
        if let Some(month) = self.month(of) {
            let dot = of + 1 + usize::from(self.mark(of + 1, '.') && !self.glued(of + 2));
            let (year, to) = self.year(dot);
            let to = if year.is_some() { to } else { dot };
            let found = year.map_or_else(|| month_day(month, day), |year| date(year, month, day));
            // `buy 2 may plants`
            let sure =
                ordinal || of > next || year.is_some() || lead.on || !self.has(of, Sense::Shy);
            let grip = if sure { Grip::Firm } else { Grip::Loose };
            return Some(self.start_of_run(
                Found { slots: found, to, grip },
                (month, day, year),
                lead,
            ));
        }
        let of = of + usize::from(self.has(of, Sense::The));
        let ahead = match (self.has(of, Sense::This), self.has(of, Sense::Next)) {
            (true, _) => Some(0),
            (_, true) => Some(1),
            _ => None,
        };
        if ahead.is_some() && self.unit(of + 1) == Some(Unit::Month) {
            return Some(Found::firm(Slots::on(Day::OfMonth { day, ahead }), of + 2));
        }
        // `4 तारीख`, `15 को`
        let named = self.has(next, Sense::DateWord);
        let particle = self.has(next, Sense::Particle) && self.has(next, Sense::Link);
        let dated = dated || named || particle;
        let next = next + usize::from(named);
        let spelt = self.ordinal_word(at).is_some() || self.cardinal(at).is_some();
        // `la una`, `el cuarto` are things as well.
        let article = spelt && (self.has(at, Sense::A) || self.has(at, Sense::Quarter));
        // `im 4. Stock`
        let inside = lead.within && !dated;
        if (!ordinal || spelt) && !lead.the && !dated || days || article || inside {
            return None;
        }
        let slots = Slots {
            impossible: day == 0 || day > 31,
            ..Slots::on(Day::OfMonth { day, ahead: None })
        };
        // `el segundo hijo`
        let grip = if (lead.on && !spelt) || dated { Grip::Loose } else { Grip::Weak };
        Some(Found { slots, to: next, grip })
    }

    /// `in march`, `june 2027`, `june` beside nothing else.
    pub(super) fn month_alone(&self, at: usize, lead: Lead) -> Option<Found> {
        // `sept` is a number in French.
        let month = self.month(at).filter(|_| self.cardinal(at).is_none())?;
        let comma = at + 1 + usize::from(self.mark(at + 1, ',') || self.mark(at + 1, '.'));
        let named = self.number(comma).filter(|number| number.digits == 4);
        let (year, to) = match named {
            Some(_) => self.year(comma),
            None => (None, at + 1),
        };
        let grip = match (lead.within || lead.on, year) {
            (true, _) | (_, Some(_)) => Grip::Loose,
            _ => Grip::Weak,
        };
        Some(Found { slots: Slots::on(Day::Month { month, year }), to: to.max(at + 1), grip })
    }

    /// The number of a day, the token after it, and whether it is an ordinal: `21`, `21st`, `twenty
    /// first`.
    pub(super) fn day_number(&self, at: usize) -> Option<(u32, usize, bool)> {
        if let Some((day, next)) = self.ordinal(at) {
            return Some((day, next, true));
        }
        if let Some(day) = self.dated(at) {
            return Some((day, at + 1, false));
        }
        let day = self.short(at, 2)?;
        // `June 5pm`, `June 17:30` and `June 21/22` have no day number there.
        let touched = self.glued(at + 1) && !self.ends_number(at + 1);
        let clock = self.has(at + 1, Sense::Am)
            || self.has(at + 1, Sense::Pm)
            || self.has(at + 1, Sense::Oclock);
        (!touched && !clock).then_some((day, at + 1, false))
    }

    /// What touches a day number and lets it end: a comma, a full stop, the month in `21June` or
    /// `21-June`.
    fn ends_number(&self, at: usize) -> bool {
        let month = self.month(at).is_some();
        month || (self.ends(at) && !self.mark(at, ':')) || self.mark(at, ':') && !self.glued(at + 1)
    }

    /// `21st`, `first`, `twenty first`, and the token after it.
    pub(super) fn ordinal(&self, at: usize) -> Option<(u32, usize)> {
        if let Some(number) = self.short(at, 2) {
            let suffix = self.has(at + 1, Sense::Suffix) && self.glued(at + 1);
            return suffix.then_some((number, at + 2));
        }
        if let Some(ordinal) = self.ordinal_word(at) {
            return Some((ordinal, at + 1));
        }
        let tens = self.cardinal(at).filter(|tens| matches!(tens, 20 | 30))?;
        let next = at + 1 + usize::from(self.mark(at + 1, '-'));
        let unit = self.ordinal_word(next).filter(|unit| *unit < 10)?;
        Some((tens + unit, next + 1))
    }

    /// The year after a date, with the comma or `of` before it: `, 2027`, `of 2027`, `'27`, and
    /// `27` if it is near.
    pub(super) fn year(&self, at: usize) -> (Option<i32>, usize) {
        let mut word = at;
        if self.mark(word, ',') || self.mark(word, '.') || self.has(word, Sense::Of) {
            word += 1;
        }
        if self.has(at, Sense::In) {
            // `in the year 2027`
            let year = at + 1 + usize::from(self.has(at + 1, Sense::The));
            word = year + usize::from(self.unit(year) == Some(Unit::Year));
        }
        // `del año 2027`
        let year = self.has(at, Sense::Of) && self.unit(word) == Some(Unit::Year);
        word += usize::from(year);
        let quoted = self.mark(word, '\'') || self.mark(word, '\u{2019}');
        word += usize::from(quoted);
        // `June 21 10:30` and `June 21 10/11` go on with something else.
        if !self.ends(word + 1) || self.half_follows(word + 1) {
            return (None, at);
        }
        let digits = self.number(word).map(|number| number.digits);
        if let Some((year, to)) = self.year_in_words(word) {
            return (Some(year), to);
        }
        let year = match (digits, self.short(word, 4)) {
            (Some(4), Some(year)) if YEARS.contains(&year) => i32::try_from(year).ok(),
            (Some(2), Some(year)) if !self.has(at, Sense::In) => {
                let year = i32::try_from(2000 + year).ok();
                let near = self.year..=self.year + SHORT_YEAR_AHEAD_MAX;
                year.filter(|year| quoted || (near.contains(year) && self.closes(word + 1)))
            }
            _ => None,
        };
        if year.is_some() { (year, word + 1) } else { (None, at) }
    }

    /// `dos mil veinte`, `dois mil e vinte`, `deux mille vingt`.
    fn year_in_words(&self, at: usize) -> Option<(i32, usize)> {
        let thousands = self.cardinal(at).filter(|_| self.has(at + 1, Sense::Thousand))?;
        let and = at + 2 + usize::from(self.has(at + 2, Sense::And));
        let (rest, to) = self.cardinal_words(and).unwrap_or((0, at + 2));
        let year = (thousands * 1000).checked_add(rest).filter(|year| YEARS.contains(year))?;
        Some((i32::try_from(year).ok()?, to))
    }

    fn half_follows(&self, at: usize) -> bool {
        self.has(at, Sense::Am)
            || self.has(at, Sense::Pm)
            || self.has(at, Sense::Oclock)
            || ((self.has(at, Sense::LetterA) || self.has(at, Sense::LetterP))
                && self.mark(at + 1, '.'))
    }

    fn is_month_first(&self) -> bool {
        MONTH_FIRST.contains(&self.region.code())
    }
}

/// A date from its numbers: the slots that it fills.
fn date(year: i32, month: u32, day: u32) -> Slots {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(date) => Slots::on(Day::Date(date)),
        None => Slots { impossible: true, ..Slots::default() },
    }
}

/// A date without its year; 29 February exists.
fn month_day(month: u32, day: u32) -> Slots {
    const LEAP: i32 = 2024;
    match NaiveDate::from_ymd_opt(LEAP, month, day) {
        Some(_) => Slots::on(Day::Yearless { month, day }),
        None => Slots { impossible: true, ..Slots::default() },
    }
}

/// Month and day in the order of the region, unless only the other order makes a date.
fn order(one: u32, two: u32, month_first: bool) -> (u32, u32) {
    let swap = if month_first { one > 12 && two <= 12 } else { two > 12 && one <= 12 };
    if month_first != swap { (one, two) } else { (two, one) }
}

/// `1/2`, `3/4`, `2/3` are parts of a cup, and `24/7` is always.
fn is_fraction(one: u32, two: u32) -> bool {
    (one < two && two <= 4) || (one, two) == (24, 7)
}

/// Points out of five or of ten.
fn is_score(one: u32, two: u32) -> bool {
    one <= two && matches!(two, 5 | 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_only_order_that_makes_a_date_is_taken_whatever_the_region() {
        assert_eq!(order(5, 8, true), (5, 8));
        assert_eq!(order(5, 8, false), (8, 5));
        assert_eq!(order(25, 8, true), (8, 25));
        assert_eq!(order(8, 25, false), (8, 25));
    }

    #[test]
    fn a_day_that_no_month_has_is_impossible() {
        assert!(month_day(2, 30).impossible && !month_day(2, 29).impossible);
        assert!(date(2027, 2, 29).impossible && !date(2028, 2, 29).impossible);
    }
}
