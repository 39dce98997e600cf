//! Times of day as they are spoken: `half past six`, `quarter to nine`, `las cinco y media`, `halb acht`.

use super::{
    Clock, Found, Grip, Reader,
    clock::{DAY, HOUR, MINUTE, NOON, clock, found},
};
use crate::words::{Sense, Unit};

impl Reader<'_> {
    /// An hour with minutes after it, or moved by the word before it: `las cinco y media`, `cinq
    /// heures moins le quart`, `17 Uhr 30`, `halb acht`, `आठ बजकर बीस मिनट`.
    pub(super) fn counted_hour(&self, at: usize, led: bool) -> Option<Found> {
        let noon = self.named(at).and_then(|found| Some((found.slots.clock?, found.to)));
        let (hour, next, named) = match noon {
            Some((Clock::Exact(noon), to)) => (noon, to, true),
            Some((_, to)) => (0, to, true),
            None => {
                let (hour, next) = self.moved_hour(at)?;
                (hour, next, false)
            }
        };
        let moved = !named && (self.shift(at).is_some() || self.thousandths(at).is_some());
        let oclock = self.oclock(next);
        let next = oclock.unwrap_or(next);
        let sure = moved || named || oclock.is_some();
        let minutes = self.minutes_after(next, sure);
        let (seconds, to, exact) = match minutes {
            Some((minutes, to, exact)) => (i64::from(minutes) * 60, to, exact),
            None if moved => (0, next, true),
            None => return None,
        };
        // `साढ़े` needs its hour or its `बजे`: it is also a quantity.
        if moved && self.shift(at).is_none() && oclock.is_none() {
            return None;
        }
        let (half, to) = self.half(to);
        let total = u32::try_from(i64::from(hour) + seconds).ok()? % DAY;
        let bare = moved || (!named && (HOUR..13 * HOUR).contains(&hour));
        let clock = match (half, bare) {
            (Some(_), _) => clock(hour / HOUR, 0, half, false)
                .and_then(|at| if let Clock::Exact(at) = at { Some(at) } else { None })
                .map(|at| Clock::Exact((at + total + DAY - hour) % DAY))?,
            (None, true) if total < HOUR => Clock::Bare(total + NOON),
            (None, true) if total < NOON + HOUR => Clock::Bare(total),
            _ => Clock::Exact(total),
        };
        let part = self.part_after(to).is_some();
        let grip = match (sure || half.is_some() || part, exact || led) {
            (true, _) => Grip::Firm,
            (false, true) => Grip::Loose,
            (false, false) => Grip::Weak,
        };
        Some(found(clock, to, grip))
    }

    /// An hour in digits or words, with what moves it, in seconds, and the token after it: `8`,
    /// `acht`, `halb acht`, `डेढ़` (half past one).
    pub(super) fn moved_hour(&self, at: usize) -> Option<(u32, usize)> {
        if let Some(hour) = self.thousandths(at).filter(|_| self.shift(at).is_none()) {
            return Some((hour * (HOUR / 100) / 10, at + 1));
        }
        let shift = self.shift(at);
        let word = at + usize::from(shift.is_some());
        let hour = match self.short(word, 2) {
            Some(hour) => hour,
            None => match self.cardinal(word) {
                Some(hour) => hour,
                // `सवा बजे`
                None => return self.thousandths(at).map(|hour| (hour * (HOUR / 100) / 10, at + 1)),
            },
        };
        let hour = i64::from(hour).checked_mul(HOUR.into()).filter(|at| *at <= DAY.into())?;
        let moved = hour + i64::from(shift.unwrap_or_default()) * i64::from(MINUTE);
        let moved = if moved < 0 { moved + i64::from(NOON) } else { moved };
        Some((u32::try_from(moved).ok()?, word + 1))
    }

    /// `y media`, `menos cuarto`, `et quart`, and after a sure hour also plain minutes: how many,
    /// the token after them, and whether they are surely minutes.
    fn minutes_after(&self, at: usize, sure: bool) -> Option<(i32, usize, bool)> {
        let plus = self.has(at, Sense::Plus);
        let minus = !plus && self.has(at, Sense::Minus);
        if plus || minus {
            let sign = if minus { -1 } else { 1 };
            let the = usize::from(self.has(at + 1, Sense::The) && self.number(at + 1).is_none());
            let word = at + 1 + the;
            if let Some((minutes, to, exact)) = self.minutes(word) {
                // `cinco y media horas` is an amount, `8h et 20h` are two times.
                let amount = exact && self.unit(to).is_some();
                let hour = self.glued(to) && self.has(to, Sense::LetterH);
                return (!amount && !hour).then_some((
                    sign * i32::try_from(minutes).ok()?,
                    to,
                    exact,
                ));
            }
            return None;
        }
        let plain = match self.short(at, 2) {
            Some(minutes) => self.number(at)?.digits == 2 && minutes < 60 && !self.glued(at + 1),
            None => self.cardinal(at).is_some(),
        };
        let (minutes, to, _) = self.minutes(at).filter(|_| sure && plain)?;
        let unit = to > at && self.unit(to - 1).is_some();
        let ends = unit || self.closes(to) || self.part_after(to).is_some();
        ends.then_some((i32::try_from(minutes).ok()?, to, true))
    }

    /// `half past six`, `quarter to nine`, `20 past 3pm`, `10 minutes to noon`.
    pub(super) fn spoken(&self, at: usize, led: bool) -> Option<Found> {
        let (minutes, next, is_word) = self.minutes(at)?;
        let after = self.has(next, Sense::After);
        let past = self.has(next, Sense::Past) || after;
        if !past && !self.has(next, Sense::Until) {
            return None;
        }
        let (clock, to, sure) = self.hour_after(next + 1)?;
        // `20 after 3`, but not `call 20 after 3 hours`
        if after && !sure && !is_word && !self.closes(to) {
            return None;
        }
        // `5 to 6pm` is a range, `10 to 6pm` a time.
        let hours = self.short(at, 2).zip(self.short(next + 1, 2));
        if !past && sure && next == at + 1 && hours.is_some_and(|(from, to)| from < to) {
            return None;
        }
        // `10 to 2 of them` is no time, `at 10 to 8` is.
        let sure = sure || self.part_after(to).is_some();
        let likely = led && minutes % 5 == 0;
        let closes = self.closes(to);
        // `20 past 5 bus`, `10 to 8 bus`; `5 to 10 people` counts up.
        let counts_up = !past && hours.is_none_or(|(from, to)| from <= to);
        let counted = self.unit(to).is_some() || self.has(to, Sense::Measure);
        let said = minutes % 5 == 0 && hours.is_some() && !after && !counts_up && !counted;
        if !(is_word || sure || likely || said || closes) {
            return None;
        }
        let seconds = minutes * MINUTE;
        let clock = match clock {
            Clock::Exact(hour) if past => Clock::Exact((hour + seconds) % DAY),
            Clock::Exact(hour) => Clock::Exact((hour + DAY - seconds) % DAY),
            Clock::Bare(hour) if past => Clock::Bare(hour + seconds),
            // `10 to 1` is 12:50.
            Clock::Bare(hour) if hour == HOUR => Clock::Bare(hour + NOON - seconds),
            Clock::Bare(hour) => Clock::Bare(hour - seconds),
            Clock::Written(hour) if past => Clock::Exact((hour + seconds) % DAY),
            Clock::Written(hour) => Clock::Exact((hour + DAY - seconds) % DAY),
            Clock::AsNow => return None,
            Clock::Midnight if past => Clock::Exact(seconds),
            Clock::Midnight => Clock::Exact(DAY - seconds),
        };
        let grip = match (is_word || sure, led) {
            (true, _) => Grip::Firm,
            (false, true) => Grip::Loose,
            // A score may end a sentence as well: `we lost 10 to 8`.
            (false, false) if said && !closes => Grip::Loose,
            (false, false) => Grip::Weak,
        };
        Some(found(clock, to, grip))
    }

    /// The minutes of a spoken time, the token after them, and whether they are `half` or
    /// `quarter`.
    fn minutes(&self, at: usize) -> Option<(u32, usize, bool)> {
        let word = at + usize::from(self.has(at, Sense::A));
        if self.has(word, Sense::Half) {
            return Some((30, word + 1, true));
        }
        if self.has(word, Sense::Quarter) {
            return Some((15, word + 1, true));
        }
        let (minutes, next) = match self.short(at, 2) {
            Some(minutes) => (minutes, at + 1),
            None => self.cardinal_words(at)?,
        };
        let next = next + usize::from(self.unit(next) == Some(Unit::Minute));
        (1..60).contains(&minutes).then_some((minutes, next, false))
    }

    /// The hour of a spoken time after its article: `(diez para) las ocho`.
    pub(super) fn hour_after(&self, at: usize) -> Option<(Clock, usize, bool)> {
        let article = self.has(at, Sense::The) || self.has(at, Sense::TheHour);
        self.hour(at + usize::from(article))
    }

    /// The hour of a spoken time, the token after it, and whether it is surely an hour.
    pub(super) fn hour(&self, at: usize) -> Option<(Clock, usize, bool)> {
        if let Some(named) = self.named(at) {
            return named.slots.clock.map(|clock| (clock, named.to, true));
        }
        let (hour, next) = match self.short(at, 2) {
            Some(hour) => (hour, at + 1),
            None if self.shift(at).is_some() => {
                let (at, next) = self.moved_hour(at)?;
                return Some((Clock::Bare(at), self.oclock(next).unwrap_or(next), true));
            }
            None => (self.cardinal(at)?, at + 1),
        };
        // `a quarter past 13h`
        let h = self.glued(next) && self.has(next, Sense::LetterH);
        let oclock = if h { Some(next + 1) } else { self.oclock(next) };
        let (half, to) = self.half(oclock.unwrap_or(next));
        let clock = clock(hour, 0, half, false).filter(|_| hour <= 24)?;
        Some((clock, to, half.is_some() || oclock.is_some()))
    }

    /// `five`, `five pm`, `seven thirty pm`, `five o'clock`.
    pub(super) fn in_words(&self, at: usize, led: bool) -> Option<Found> {
        // `neunzehn Uhr`
        let hours = if self.oclock(at + 1).is_some() { 1..=24 } else { 1..=12 };
        let hour = self.cardinal(at).filter(|hour| hours.contains(hour))?;
        // `eine Uhr` is a watch, unless it has a leading word.
        if !led && self.has(at, Sense::A) && self.part_after(at + 2).is_none() {
            return None;
        }
        let dash = usize::from(self.mark(at + 1, '-'));
        let minutes = self.cardinal_words(at + 1 + dash).filter(|(m, _)| (5..60).contains(m));
        let (rest, next) = match minutes {
            Some((minutes, next)) => (minutes * MINUTE, next),
            None => (0, at + 1),
        };
        let oclock = self.oclock(next);
        let (half, to) = self.half(oclock.unwrap_or(next));
        let clock = clock(hour, rest, half, false)?;
        let surely = half.is_some() || oclock.is_some() || self.part_after(to).is_some();
        let grip = match (surely, led) {
            (true, _) => Grip::Firm,
            (false, true) => Grip::Loose,
            (false, false) if rest > 0 => Grip::Weak,
            (false, false) => return None,
        };
        Some(found(clock, to, grip))
    }
}
