//! Days by their place in time: `tomorrow`, `next friday`, `friday next week`, `the day after`.

use super::{Amount, Day, Found, Grip, Lead, Reader, Slots, Which};
use crate::words::{Part, Sense, Unit};

impl Reader<'_> {
    /// A day with what leads it.
    pub(super) fn day_atom(&self, at: usize, lead: Lead) -> Option<Found> {
        if lead.between {
            return self.run_from(at);
        }
        if (lead.within && !lead.on) || lead.after || lead.ago {
            // `in march`, `en navidad`, but not `in tomorrow`.
            let found = self.month_alone(at, lead).or_else(|| self.holiday(at, lead));
            let found = found.or_else(|| self.edge_of(at));
            return found.filter(|_| lead.within);
        }
        // `by friday` is `on friday`; only `by` leads `tomorrow`: in `turn it on tomorrow` the `on`
        // belongs to the verb.
        let on = lead.on;
        let lead = Lead { on: lead.on || lead.by, ..lead };
        let iso =
            self.numeric(at, lead).or_else(|| self.compact(at)).or_else(|| self.year_first(at));
        // `por la mañana` is a part of the day, `mañana` is a day.
        let part = (lead.the || lead.link) && self.part(at).is_some();
        iso.or_else(|| self.counted(at, lead).filter(|_| !on && !part))
            .or_else(|| self.weekend(at, lead))
            .or_else(|| self.landmark(at, lead))
            .or_else(|| self.pointed(at))
            .or_else(|| self.nth_weekday(at))
            .or_else(|| self.week_day(at, lead))
            .or_else(|| self.month_first(at, lead))
            .or_else(|| self.day_first(at, lead))
            .or_else(|| self.month_alone(at, lead))
    }

    /// `today`, `tomorrow`, `tonight`, `day after tomorrow`.
    fn counted(&self, at: usize, lead: Lead) -> Option<Found> {
        let days = |at| self.find(at, |s| if let Sense::Day(days) = s { Some(days) } else { None });
        // `heute morgen`: a word that is a part of the day too is one beside a day.
        let morning = |at| self.part(at).filter(|_| self.has(at, Sense::Beside));
        // `later today`
        let at = at + usize::from(self.has(at, Sense::Later));
        if let Some(days) = days(at) {
            // British: `tomorrow week`
            let week = self.unit(at + 1) == Some(Unit::Week) && self.closes(at + 2);
            if days >= 0 && week {
                return Some(Found::firm(Slots::on(Day::Relative(days + 7)), at + 2));
            }
            if let Some(found) = self.counted_on(days, at + 1).filter(|_| days >= 0 && !lead.base) {
                return Some(found);
            }
            let part = morning(at + 1);
            let later = days == 0 && self.has(at + 1, Sense::Later);
            let day = Slots { part, ..Slots::on(Day::Relative(days)) };
            return Some(Found::firm(day, at + 1 + usize::from(part.is_some() || later)));
        }
        if self.has(at, Sense::Tonight) {
            let night = Slots { part: Some(Part::Night), ..Slots::on(Day::Relative(0)) };
            return Some(Found::firm(night, at + 1));
        }
        if self.unit(at) != Some(Unit::Day) {
            return None;
        }
        match days(at + 2) {
            Some(1) if self.has(at + 1, Sense::After) => {
                Some(Found::firm(Slots::on(Day::Relative(2)), at + 3))
            }
            Some(-1) if self.has(at + 1, Sense::Before) => {
                Some(Found::firm(Slots::on(Day::Relative(-2)), at + 3))
            }
            _ if lead.base => None,
            _ => self.day_beside(at),
        }
    }

    /// `heute in einer Woche`, `today in 2 hours`: an amount from the day before it.
    fn counted_on(&self, days: i64, at: usize) -> Option<Found> {
        let within = self.amount(at + 1, true).filter(|_| self.has(at, Sense::In));
        let (amount, to) = self.weeks_on(at).or(within)?;
        let day = Slots::on(Day::Relative(days));
        let slots = if days == 0 {
            Slots { amount: Some(amount), ..Slots::default() }
        } else if amount.is_weeks() {
            Slots { shift: Some(amount), ..day }
        } else {
            return None;
        };
        self.ends(to).then(|| Found::firm(slots, to))
    }

    /// `(vendredi) en huit`
    fn weeks_on(&self, at: usize) -> Option<(Amount, usize)> {
        let weeks = self.find(at, |s| if let Sense::WeeksOn(n) = s { Some(n) } else { None })?;
        Some((Amount { days: i64::from(weeks) * 7, ..Amount::default() }, at + 1))
    }

    /// `the day after 21 June`, `the day before the flight`.
    fn day_beside(&self, at: usize) -> Option<Found> {
        let one = Some(Amount { days: 1, ..Amount::default() });
        let the = at.checked_sub(1).is_some_and(|before| self.has(before, Sense::The));
        if self.has(at + 1, Sense::Before) && the {
            return Some(Found::firm(Slots { ahead: one, ..Slots::default() }, at + 2));
        }
        if !self.has(at + 1, Sense::After) || !the {
            return None;
        }
        let core = at + 2 + usize::from(self.has(at + 2, Sense::The));
        let lead = Lead { by: true, the: core > at + 2, ..Lead::default() };
        // `the day after the day after` is no day, however often it is said.
        if self.unit(core) == Some(Unit::Day) {
            return None;
        }
        let base = self.day_atom(core, Lead { base: true, ..lead })?;
        Some(Found { slots: Slots { shift: one, ..base.slots }, ..base })
    }

    /// `am Wochenende`, `el fin de semana`.
    fn weekend(&self, at: usize, lead: Lead) -> Option<Found> {
        let next = self.has(at + 1, Sense::NextAfter);
        (lead.fused && self.has(at, Sense::Weekend) && !next)
            .then(|| Found::firm(Slots::on(Day::Weekend { next: false }), at + 1))
    }

    /// `next friday`, `this friday`, `next week`, `last monday`, `this weekend`.
    fn pointed(&self, at: usize) -> Option<Found> {
        let this = self.has(at, Sense::This);
        let next = self.has(at, Sense::Next);
        let last = self.has(at, Sense::Last);
        if let Some(found) = self.noun_before_next(at) {
            return Some(found);
        }
        if !this && !next && !last {
            return None;
        }
        // `this coming friday`
        let word = at + 1 + usize::from(this && self.has(at + 1, Sense::This));
        if last {
            // `last friday of october` is not past; it is for `nth_weekday` to read.
            let of = self.has(word + 1, Sense::Of) || self.has(word + 1, Sense::In);
            let past =
                self.weekday(word).is_some() || self.unit(word).is_some_and(|u| u >= Unit::Day);
            let past = past || self.part(word) == Some(Part::Night) || self.month(word).is_some();
            return (past && !of).then(|| Found::firm(Slots::on(Day::Gone), word + 1));
        }
        if let Some(weekday) = self.weekday(word) {
            let which = if next { Which::Next } else { Which::Coming };
            let weekday = Slots { weekday: Some((which, weekday)), ..Slots::default() };
            return Some(Found::firm(weekday, self.of_that_week(self.after_dot(word + 1))));
        }
        if self.has(word, Sense::Weekend) {
            return Some(Found::firm(Slots::on(Day::Weekend { next }), word + 1));
        }
        // `this 16 february`
        if this && !self.has(word, Sense::This) {
            let led = Lead { on: true, base: true, ..Lead::default() };
            let dated = self.month_first(word, led).or_else(|| self.day_first(word, led));
            let sure = |found: &Found| found.grip == Grip::Firm || self.has(word, Sense::DateWord);
            if let Some(found) = dated.filter(sure) {
                return Some(found);
            }
        }
        // `this may not be right`
        if let Some(month) = self.month(word).filter(|_| next || !self.has(word, Sense::Shy)) {
            return Some(Found::firm(Slots::on(Day::Month { month, year: None }), word + 1));
        }
        let day = match self.unit(word)? {
            Unit::Week if next => Day::NextWeek,
            Unit::Month if next => Day::NextMonth,
            Unit::Year if next => Day::NextYear,
            _ => return None,
        };
        Some(Found::firm(Slots::on(day), word + 1))
    }

    /// `lundi prochain`, `la semana que viene`.
    fn noun_before_next(&self, at: usize) -> Option<Found> {
        let dot = self.after_dot(at + 1);
        // `Dienstag nächster Woche` is for `week_day` to read.
        let week = self.has(dot, Sense::Next) && self.unit(dot + 1) == Some(Unit::Week);
        if !self.has(dot, Sense::NextAfter) || week {
            return None;
        }
        if let Some(weekday) = self.weekday(at) {
            let weekday = Slots { weekday: Some((Which::Next, weekday)), ..Slots::default() };
            return Some(Found::firm(weekday, dot + 1));
        }
        let day = match self.unit(at) {
            Some(Unit::Week) => Day::NextWeek,
            Some(Unit::Month) => Day::NextMonth,
            Some(Unit::Year) => Day::NextYear,
            _ => {
                return self
                    .has(at, Sense::Weekend)
                    .then(|| Found::firm(Slots::on(Day::Weekend { next: true }), dot + 1));
            }
        };
        Some(Found::firm(Slots::on(day), dot + 1))
    }

    /// `friday`, `on fri`, `friday next week`, `friday after next`, `freitagabend`.
    fn week_day(&self, at: usize, lead: Lead) -> Option<Found> {
        let weekday = self.weekday(at)?;
        // `3rd wednesday in november` without its month is none that we know.
        let counted = at.checked_sub(1).is_some_and(|before| {
            self.has(before, Sense::Suffix)
                || self.has(before, Sense::Last)
                || self.ordinal_word(before).is_some()
        });
        if counted || (lead.the && !lead.on) {
            return None;
        }
        let dot = self.after_dot(at + 1);
        let of = dot + usize::from(self.has(dot, Sense::Of));
        let of = of + usize::from(self.has(of, Sense::The));
        let week = self.unit(of + 1) == Some(Unit::Week);
        let after = self.unit(of) == Some(Unit::Week) && self.has(of + 1, Sense::NextAfter);
        let (which, to) = if after {
            // `lundi de la semaine prochaine`
            (Which::Next, of + 2)
        } else if self.unit(dot) == Some(Unit::Week)
            && (self.closes(dot + 1) || self.is_british_week(at, dot))
        {
            // British: `friday week`
            (Which::AfterNext, dot + 1)
        } else if self.has(of, Sense::Next) && week {
            (Which::Next, of + 2)
        } else if self.has(of, Sense::This) && week {
            (Which::Coming, of + 2)
        } else if self.has(dot, Sense::After) && self.has(dot + 1, Sense::Next) {
            (Which::AfterNext, dot + 2)
        } else {
            (Which::Coming, dot)
        };
        // `friday 13` is the thirteenth, `friday 5` is five o'clock, `mardi 5` is the fifth.
        let first = if self.has(at, Sense::Numbered) { 1 } else { 13 };
        let number = self.short(to, 2).filter(|day| (first..=31).contains(day));
        // `Sa 13. Februar`, `samedi 13 de février`
        let month = self.after_dot(to + 1);
        let month = month + usize::from(self.has(month, Sense::Of));
        let alone = self.closes(to + 1) && self.ends(to + 1) && self.month(month).is_none();
        if let Some(day) = number.filter(|_| alone)
            && !self.inner(to + 1, ':')
            && !self.inner(to + 1, '.')
        {
            let of_month = Slots::on(Day::OfMonth { day, ahead: None });
            return Some(Found::firm(
                Slots { weekday: Some((which, weekday)), ..of_month },
                to + 1,
            ));
        }
        let shy = self.has(at, Sense::Shy) && (!lead.on || lead.fused);
        let shy = shy || (self.has(at, Sense::Name) && !lead.on);
        let shy = shy && which == Which::Coming;
        let grip = if shy { Grip::Weak } else { Grip::Firm };
        // `Freitag in einer Woche`
        let weeks = self.amount(to + 1, true).filter(|(amount, _)| amount.is_weeks());
        let weeks = weeks.filter(|_| which == Which::Coming && self.has(to, Sense::In));
        let weeks = self.weeks_on(to).or(weeks);
        if let Some((amount, to)) = weeks.filter(|_| !lead.base) {
            let weekday = Some((which, weekday));
            let slots = Slots { weekday, shift: Some(amount), ..Slots::default() };
            return Some(Found::firm(slots, to));
        }
        // `Montag morgen`
        let beside = self.part(to).filter(|_| self.has(to, Sense::Beside));
        let part = beside.or_else(|| self.part(at));
        Some(Found {
            slots: Slots { weekday: Some((which, weekday)), part, ..Slots::default() },
            to: to + usize::from(beside.is_some()),
            grip,
        })
    }

    /// `friday week dentist`, where people say so; no number of a week follows.
    fn is_british_week(&self, at: usize, week: usize) -> bool {
        let british = matches!(self.region.code(), "GB" | "IE" | "AU" | "NZ");
        british && self.number(week + 1).is_none() && !self.has(at, Sense::Shy)
    }

    /// The token after the dot of an abbreviation, if one stands at `at`.
    pub(super) fn after_dot(&self, at: usize) -> usize {
        let continued = self.glued(at + 1) && self.is_alphanumeric(at + 1);
        at + usize::from(self.mark(at, '.') && self.glued(at) && !continued)
    }

    /// The `of next week` after `next friday`, which says it again.
    fn of_that_week(&self, at: usize) -> usize {
        let next = at + usize::from(self.has(at, Sense::Of));
        let again = self.has(next, Sense::Next) && self.unit(next + 1) == Some(Unit::Week);
        if again { next + 2 } else { at }
    }

    /// `3rd wednesday in november`, `last friday of march 2027`.
    fn nth_weekday(&self, at: usize) -> Option<Found> {
        let (nth, word) = if self.has(at, Sense::Last) {
            (-1, at + 1)
        } else {
            let (nth, word) = self.ordinal(at)?;
            let nth = i8::try_from(nth).ok().filter(|nth| (1..=5).contains(nth))?;
            // `2nd to last`
            let to_last = self.has(word, Sense::To) && self.has(word + 1, Sense::Last);
            if to_last { (-nth, word + 2) } else { (nth, word) }
        };
        let weekday = self.weekday(word)?;
        let within = self.has(word + 1, Sense::Of) || self.has(word + 1, Sense::In);
        let month = self.month(word + 2).filter(|_| within)?;
        let (year, to) = self.year(word + 3);
        Some(Found::firm(Slots::on(Day::Nth { nth, weekday, month, year }), to))
    }
}
