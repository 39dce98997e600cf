//! Times of day: `17:30`, `5pm`, `5:30 p.m.`, `17.30`, `0900`, `17h30`, `half past six`, `noon`.

use super::{Clock, Found, Grip, HOUR_LETTER, Lead, Place, Reader, Slots};
use crate::words::{Part, Sense, Unit};

pub(super) const MINUTE: u32 = 60;
pub(super) const HOUR: u32 = 60 * MINUTE;
pub(super) const NOON: u32 = 12 * HOUR;
pub(super) const DAY: u32 = 24 * HOUR;

/// The digits of a time of day as they are written, and how.
struct Digits {
    hour: u32,
    /// Minutes and seconds, in seconds.
    rest: u32,
    to: usize,
    grip: Grip,
    /// Written as 24 hours are: a leading zero, four digits.
    literal: bool,
    /// It has seconds.
    seconds: bool,
}

/// Before or after noon.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Half {
    Am,
    Pm,
}

impl Reader<'_> {
    /// A time of day with what leads it.
    pub(super) fn clock_atom(&self, at: usize, lead: Lead) -> Option<Found> {
        // `at the same time`
        let same = lead.the && self.has(at, Sense::Same);
        // `at the end of the day`
        let named = (lead.at || lead.by) && self.named(at).is_some();
        let other = (lead.within && !lead.at) || lead.ago || lead.vague;
        if other || (lead.the && !lead.fused && !same && !named) {
            return None;
        }
        // `abends um 8`, `शाम के सात बजे`
        if let Some(part) = self.part(at).filter(|_| self.has(at, Sense::Adverb)) {
            let link = at + 1 + usize::from(self.has(at + 1, Sense::Link));
            let particle = usize::from(link == at + 1 && self.has(at + 1, Sense::Particle));
            let (lead, core) = self.lead(link + particle);
            // `दोपहर एक बजे`: the one may be an article, too.
            let lead = Lead { at: lead.at || self.oclock(core + 1).is_some(), ..lead };
            let again = self.part(core).is_some();
            let clock = self.clock_atom(core, lead).filter(|found| !again && found.is_clock());
            if let Some(clock) = clock {
                let slots = Slots { part: Some(part), ..clock.slots };
                return Some(Found { slots, grip: Grip::Firm, ..clock });
            }
        }
        if lead.between {
            let digits = self.digits_of_clock(at, false)?;
            let (half, to) = self.half(digits.to);
            let range = self.range(&digits, half, to, true);
            // `from 10 to 12 december`
            return range.filter(|range| self.month(range.to).is_none());
        }
        let led = lead.at || lead.after;
        let mut found = self
            .counted_hour(at, led)
            .or_else(|| self.named(at))
            // `9 to 5` has two times, where each of them is asked for.
            .or_else(|| self.spoken(at, led).filter(|_| !lead.point || self.number(at).is_none()))
            .or_else(|| self.written(at, led, lead.point))
            .or_else(|| self.in_words(at, led))?;
        if (lead.on || lead.within) && found.grip < Grip::Firm {
            return None;
        }
        if found.grip < Grip::Firm && self.counts_things(at, found.to) {
            return None;
        }
        // `ganamos tres a uno` is a score.
        let score = at.checked_sub(2).is_some_and(|first| self.cardinal(first).is_some());
        if score && found.grip < Grip::Firm && lead.at && self.cardinal(at).is_some() {
            return None;
        }
        // `at 5 km` is a place, `at 12 years` an age.
        let aged = self.unit(found.to).is_some_and(|unit| unit > Unit::Day);
        if found.grip < Grip::Firm && (aged || self.has(found.to, Sense::Measure)) {
            return None;
        }
        // `tomorrow by 5`, but not `divide by 5`
        if lead.by && found.grip < Grip::Firm {
            found.grip = Grip::Bare;
        }
        let dash = found.to + usize::from(self.inner(found.to, '-'));
        if self.has(dash, Sense::Sharp) {
            found.to = dash + 1;
            found.grip = found.grip.max(Grip::Loose);
            // `3ish pm`
            if let (Some(half), to) = self.half(found.to)
                && let Some(Clock::Bare(at)) = found.slots.clock
            {
                found.slots.clock = clock(at / HOUR, at % HOUR, Some(half), false);
                (found.to, found.grip) = (to, Grip::Firm);
            }
        }
        if let Some((part, to)) = self.part_after(found.to) {
            let slots = Slots { part: Some(part), ..found.slots };
            found = Found { slots, to, grip: Grip::Firm };
        }
        if found.slots.place.is_none()
            && let Some((place, to)) = self.place(found.to, false)
        {
            found = Found { slots: Slots { place: Some(place), ..found.slots }, to, ..found };
        }
        Some(found)
    }

    /// `(a) las dos hermanas`: the article is that of the noun, whose end agrees with it.
    fn counts_things(&self, at: usize, to: usize) -> bool {
        let Some(article) = at.checked_sub(1).filter(|_| self.cardinal(at).is_some()) else {
            return false;
        };
        let led = article.checked_sub(1).is_some_and(|before| self.has(before, Sense::At));
        let noun = ["as", "AS"].into_iter().any(|end| self.word(to).ends_with(end));
        let free = !led || self.token(to).is_some_and(|token| token.senses.is_empty());
        self.has(article, Sense::TheHour) && noun && free
    }

    /// `in the morning`, `at night`, after a time of day.
    pub(super) fn part_after(&self, at: usize) -> Option<(Part, usize)> {
        if let Some(part) = self.part(at).filter(|_| self.has(at, Sense::Adverb)) {
            return Some((part, at + 1));
        }
        let the = usize::from(self.has(at + 1, Sense::The));
        let part = self.part(at + 1 + the)?;
        if self.has(at, Sense::Link) {
            return Some((part, at + 2 + the));
        }
        let at_night = self.has(at, Sense::At) && part == Part::Night;
        let in_the = self.has(at, Sense::In) && the == 1;
        (at_night || in_the).then_some((part, at + 2 + the))
    }

    /// `noon`, `12 noon`, `midnight`.
    pub(super) fn named(&self, at: usize) -> Option<Found> {
        let dash = at + 1 + usize::from(self.mark(at + 1, '-'));
        if self.has(at, Sense::Mid) && self.unit(dash) == Some(Unit::Day) {
            return Some(found(Clock::Exact(NOON), dash + 1, Grip::Firm));
        }
        // `same time tomorrow`
        let again = self.has(at, Sense::Same) || self.has(at, Sense::This);
        if again && self.has(at + 1, Sense::Time) {
            return Some(found(Clock::AsNow, at + 2, Grip::Weak));
        }
        let word = at + usize::from(self.short(at, 2) == Some(12));
        let led = at.checked_sub(1).is_some_and(|before| self.has(before, Sense::At));
        let meal = self.find(at, |s| if let Sense::Meal(at) = s { Some(at) } else { None });
        if let Some(seconds) = meal {
            // `lunch time`; `lunch` alone is matter.
            let time = self.has(at + 1, Sense::Time);
            let grip = if time { Grip::Firm } else { Grip::Loose };
            let found = found(Clock::Exact(seconds), at + 1 + usize::from(time), grip);
            return (led || time).then_some(found);
        }
        let clock = if self.has(word, Sense::Midnight) {
            Clock::Midnight
        } else {
            let seconds = |sense| if let Sense::Clock(at) = sense { Some(at) } else { None };
            Clock::Exact(self.find(word, seconds)?)
        };
        Some(found(clock, word + 1, Grip::Firm))
    }

    /// Digits: with a colon, a dot, an `h` or nothing; then `am`, `o'clock`, the end of a range.
    fn written(&self, number: usize, led: bool, point: bool) -> Option<Found> {
        let digits = self.digits_of_clock(number, led)?;
        let oclock = self.oclock(digits.to);
        let (half, to) = self.half(oclock.unwrap_or(digits.to));
        let surely = half.is_some() || oclock.is_some();
        if let Some(range) = self.range(&digits, half, to, false).filter(|_| !point) {
            return Some(range);
        }
        // `seat 12A`, `flat 5a`: the letter may also be part of a number.
        let part = !led && digits.grip == Grip::Bare && self.has(to - 1, Sense::LetterA);
        let grip = match (part, surely) {
            (true, _) => Grip::Weak,
            (false, true) => Grip::Firm,
            (false, false) => digits.grip,
        };
        let Some(clock) = clock(digits.hour, digits.rest, half, digits.literal) else {
            let slots = Slots { impossible: true, ..Slots::default() };
            return (grip == Grip::Firm).then_some(Found { slots, to, grip });
        };
        let clock = match clock {
            Clock::Exact(at) if half.is_none() && self.has(number + 1, Sense::LetterH) => {
                let early = (HOUR..NOON + HOUR).contains(&at);
                if early { Clock::Written(at) } else { clock }
            }
            _ => clock,
        };
        let mut found = found(clock, to, grip);
        if let Some((place, to)) = self.place(to, digits.seconds) {
            found = Found { slots: Slots { place: Some(place), ..found.slots }, to, grip };
        }
        Some(found)
    }

    fn digits_of_clock(&self, at: usize, led: bool) -> Option<Digits> {
        let number = self.number(at).filter(|number| number.digits <= 4)?;
        let value = self.short(at, 4)?;
        if number.digits >= 3 {
            // `0700h` and `1700 hrs` are clocks, `700h` is an amount.
            let h = self.glued(at + 1) && self.has(at + 1, Sense::LetterH);
            let h = (h || self.unit(at + 1) == Some(Unit::Hour)) && number.digits == 4;
            let grip = match (led, number.digits) {
                (true, _) => Grip::Loose,
                (false, 3) => Grip::Bare,
                (false, _) => Grip::Weak,
            };
            return Some(Digits {
                hour: value / 100,
                rest: if value % 100 < 60 { value % 100 * MINUTE } else { return None },
                to: at + 1 + usize::from(h),
                grip: if h { Grip::Firm } else { grip },
                literal: number.digits == 4,
                seconds: false,
            })
            .filter(|digits| digits.hour <= 24);
        }
        let literal = number.digits == 2 && value < 10;
        let minute = self.number(at + 2).filter(|minute| minute.digits == 2);
        // `9: 00 बजे`
        let apart = self.mark(at + 1, ':') && self.glued(at + 1) && self.oclock(at + 3).is_some();
        let h = self.glued(at + 1) && self.has(at + 1, Sense::LetterH);
        if (self.inner(at + 1, ':') || apart) && minute.is_some() {
            return self.colon(at, value, literal);
        }
        if self.inner(at + 1, '.') && minute.is_some() {
            let more = self.inner(at + 3, '.') && self.number(at + 4).is_some();
            let rest = self.short(at + 2, 2).filter(|minute| *minute < 60 && !more)? * MINUTE;
            let grip = if led { Grip::Loose } else { Grip::Weak };
            return Some(Digits { hour: value, rest, to: at + 3, grip, literal, seconds: false })
                .filter(|digits| digits.hour < 24);
        }
        if h && self.glued(at + 2) && self.number(at + 2).is_some() {
            let rest = self.short(at + 2, 2).filter(|minute| *minute < 60)? * MINUTE;
            let grip = Grip::Firm;
            let unit = usize::from(self.glued(at + 3) && self.unit(at + 3) == Some(Unit::Minute));
            return Some(Digits {
                hour: value,
                rest,
                to: at + 3 + unit,
                grip,
                literal: true,
                seconds: false,
            })
            .filter(|digits| digits.hour < 24);
        }
        if value > 24 || (self.inner(at + 1, '.') && self.number(at + 2).is_some()) {
            return None;
        }
        let usual = HOUR_LETTER.contains(&self.region.code()) || self.follows_day(at);
        let h = h && (led || usual);
        let (to, literal) = if h { (at + 2, true) } else { (at + 1, literal) };
        let grip = if led || h { Grip::Loose } else { Grip::Bare };
        Some(Digits { hour: value, rest: 0, to, grip, literal, seconds: false })
    }

    /// `17:30`, `17:30:15`, `17:30:15.250`; an hour or minute out of range is still a time, an
    /// impossible one.
    fn colon(&self, at: usize, hour: u32, literal: bool) -> Option<Digits> {
        let minute = self.short(at + 2, 2)?;
        let mut rest = if minute < 60 { minute * MINUTE } else { DAY };
        let mut to = at + 3;
        let second = self.inner(to, ':') || self.inner(to, '.');
        let seconds = second && self.number(to + 1).is_some_and(|second| second.digits == 2);
        if seconds {
            let second = self.short(to + 1, 2)?;
            rest += if second < 60 { second } else { DAY };
            to += 2;
            // Fractions of a second are dropped.
            if self.inner(to, '.') && self.number(to + 1).is_some() {
                to += 2;
            }
        }
        Some(Digits { hour, rest, to, grip: Grip::Firm, literal, seconds })
    }

    /// `5-6pm`, `17:30-18:30`: the start, in the half of the day that the end names.
    fn range(&self, first: &Digits, half: Option<Half>, at: usize, words: bool) -> Option<Found> {
        let dash = self.mark(at, '-') || self.mark(at, '\u{2013}');
        let until = self.has(at, Sense::Until);
        let word = (words && (until || self.has(at, Sense::And)))
            || (until
                && self
                    .digits_of_clock(at + 1, false)
                    .is_some_and(|d| self.half(d.to).0.is_some()))
            || (until && self.cardinal(at + 1).is_some() && self.half(at + 2).0.is_some());
        if !dash && !word || first.seconds {
            return None;
        }
        // `3:30 to six p.m.`
        if self.number(at + 1).is_none() {
            let (last, to, _) =
                self.hour(at + 1).filter(|_| first.grip == Grip::Firm || half.is_some())?;
            let late = matches!(last, Clock::Exact(last) if last > NOON && first.hour % 12 <= last / HOUR % 12);
            let half = half.or(late.then_some(Half::Pm));
            return Some(found(
                clock(first.hour, first.rest, half, first.literal)?,
                to,
                Grip::Firm,
            ));
        }
        let last = self.digits_of_clock(at + 1, false)?;
        let (last_half, to) = self.half(last.to);
        if last_half.is_none()
            && half.is_none()
            && !word
            && (first.grip < Grip::Firm || last.grip < Grip::Firm)
        {
            return None;
        }
        // `between 5 and 10 people`
        let lone = half.is_none() && last_half.is_none() && last.grip < Grip::Firm;
        let grip = if lone { Grip::Loose } else { Grip::Firm };
        // `11-1pm` starts in the morning.
        let same = last_half.filter(|_| first.hour % 12 <= last.hour % 12);
        let clock = clock(first.hour, first.rest, half.or(same), first.literal)?;
        Some(found(clock, to, grip))
    }

    /// `am`, `p.m.`, `p . m`, and a lone letter that touches its digits: `5p`.
    pub(super) fn half(&self, at: usize) -> (Option<Half>, usize) {
        // `3 in the am`
        let the = usize::from(self.has(at, Sense::In) && self.has(at + 1, Sense::The));
        let at = if self.has(at + 2, Sense::Am) || self.has(at + 2, Sense::Pm) {
            at + 2 * the
        } else {
            at
        };
        for (word, letter, half) in
            [(Sense::Am, Sense::LetterA, Half::Am), (Sense::Pm, Sense::LetterP, Half::Pm)]
        {
            if self.has(at, word) {
                return (Some(half), at + 1);
            }
            if !self.has(at, letter) {
                continue;
            }
            let m = at + 1 + usize::from(self.mark(at + 1, '.'));
            if self.has(m, Sense::LetterM) {
                let dot = self.mark(m + 1, '.') && self.glued(m + 1) && m > at + 1;
                return (Some(half), m + 1 + usize::from(dot));
            }
            let continued = self.glued(at + 1) && self.is_alphanumeric(at + 1);
            if self.glued(at) && !continued {
                return (Some(half), at + 1);
            }
        }
        (None, at)
    }

    /// The time after the `T` of an ISO date-time, always of 24 hours: `17:30:00Z`, `1730`,
    /// `173000+0200`.
    pub(super) fn iso_time(&self, at: usize) -> Option<(Clock, Option<Place>, usize)> {
        let number = self.number(at)?;
        let value = self.short(at, 6)?;
        let (clock, to) = match number.digits {
            2 => {
                let digits = self.colon(at, value, true).filter(|_| self.inner(at + 1, ':'))?;
                (exact(digits.hour, digits.rest)?, digits.to)
            }
            4 => (exact(value / 100, value % 100 * MINUTE)?, at + 1),
            6 if value % 100 < 60 => {
                let rest = value / 100 % 100 * MINUTE + value % 100;
                (exact(value / 10_000, rest)?, at + 1)
            }
            _ => return None,
        };
        match self.place(to, true).filter(|_| self.glued(to)) {
            Some((place, to)) => Some((clock, Some(place), to)),
            None => Some((clock, None, to)),
        }
    }
}

impl Found {
    fn is_clock(&self) -> bool {
        self.slots.clock.is_some()
    }
}

pub(super) fn found(clock: Clock, to: usize, grip: Grip) -> Found {
    Found { slots: Slots { clock: Some(clock), ..Slots::default() }, to, grip }
}

/// A time of day from its parts; `None` when there is no such time.
pub(super) fn clock(hour: u32, rest: u32, half: Option<Half>, literal: bool) -> Option<Clock> {
    match half {
        // `17:30pm` is said twice, not wrongly.
        Some(Half::Pm) if (13..24).contains(&hour) => exact(hour, rest),
        Some(Half::Am) if hour == 0 => exact(0, rest),
        Some(half) if (1..=12).contains(&hour) => {
            let noon = if half == Half::Pm { 12 } else { 0 };
            exact(hour % 12 + noon, rest)
        }
        Some(_) => None,
        None if !literal && (1..=12).contains(&hour) => {
            (rest < HOUR).then_some(Clock::Bare(hour * HOUR + rest))
        }
        None => exact(hour, rest),
    }
}

pub(super) fn exact(hour: u32, rest: u32) -> Option<Clock> {
    let at = hour * HOUR + rest;
    (rest < HOUR && at <= DAY).then_some(Clock::Exact(at))
}
