//! Joins neighbouring expressions into one: `tomorrow` and `at 5pm` are one time.

use crate::{
    grammar::{Amount, Atom, Day, Slots},
    reading::Misread,
    token::Token,
    work,
};

/// Expressions in one time; `next week on friday the 13th at 5pm in the afternoon` has five.
const ATOMS_MAX: usize = 8;

/// Expressions that together say one time.
#[derive(Debug, Clone)]
pub struct Phrase<'t> {
    text: &'t str,
    tokens: &'t [Token],
    atoms: Vec<Atom>,
    /// What they say together.
    pub slots: Slots,
}

impl<'t> Phrase<'t> {
    /// A phrase of one expression.
    pub fn new(text: &'t str, tokens: &'t [Token], atom: &Atom) -> Self {
        Self { text, tokens, atoms: vec![atom.clone()], slots: atom.slots.clone() }
    }

    /// The expressions, in the order of the text.
    pub fn atoms(&self) -> &[Atom] {
        &self.atoms
    }

    /// Adds an expression.
    ///
    /// # Errors
    /// When both say the same kind of thing and differ, or more is said than any time needs; the
    /// phrase is as it was.
    pub fn join(&mut self, atom: &Atom) -> Result<(), Misread> {
        work::step();
        let full = || (self.atoms.len() >= ATOMS_MAX).then(|| self.words());
        if let Some(said) = self.conflict(&atom.slots).or_else(full) {
            return Err(Misread::Contradiction { one: said, other: self.words_of_atom(atom) });
        }
        let (a, b) = (&mut self.slots, &atom.slots);
        // `tomorrow` together with `2 hours before`: each keeps what it says.
        a.day = match (a.day, b.day) {
            // `today in an hour`: the amount says it all.
            (Some(Day::Relative(0)), None) if b.amount.is_some() => None,
            (Some(one), Some(other)) if one != other => narrowed(one, other),
            (one, other) => one.or(other).filter(|day| {
                *day != Day::Relative(0) || (a.amount.is_none() && b.amount.is_none())
            }),
        };
        a.weekday = a.weekday.or(b.weekday);
        a.clock = a.clock.or(b.clock);
        a.part = a.part.or(b.part);
        a.place = a.place.or(b.place);
        a.amount = a.amount.or(b.amount);
        a.shift = a.shift.or(b.shift);
        a.steps = a.steps.or(b.steps);
        a.ahead = a.ahead.or(b.ahead);
        a.series = match (a.series.take(), &b.series) {
            (Some(one), Some(other)) => one.merged(other).map(Box::new),
            (one, other) => one.or_else(|| other.clone()),
        };
        a.impossible |= b.impossible;
        self.atoms.push(atom.clone());
        self.atoms.sort_by_key(|atom| atom.from);
        Ok(())
    }

    /// Adds all expressions of another phrase, or none.
    ///
    /// # Errors
    /// As [`Phrase::join`].
    pub fn join_all(&mut self, other: &Phrase<'_>) -> Result<(), Misread> {
        let mut joined = self.clone();
        for atom in &other.atoms {
            joined.join(atom)?;
        }
        *self = joined;
        Ok(())
    }

    /// The words in this phrase that the new slots contradict.
    fn conflict(&self, new: &Slots) -> Option<String> {
        let old = &self.slots;
        let series = |slots: &Slots| slots.series.is_some();
        if let (Some(one), Some(other)) = (&old.series, &new.series)
            && one.merged(other).is_none()
        {
            return Some(self.words_of(series));
        }
        let counted = |slots: &Slots| slots.amount.is_some() || slots.ahead.is_some();
        if (old.repeats() && counted(new)) || (new.repeats() && counted(old)) {
            return Some(self.words());
        }
        let today = Some(Day::Relative(0));
        let named =
            |slots: &Slots| slots.weekday.is_some() || (slots.day.is_some() && slots.day != today);
        let timed = |slots: &Slots| slots.clock.is_some() || slots.part.is_some();
        let elapsed = |slots: &Slots| slots.amount.is_some_and(|a: Amount| !a.is_whole_days());
        let narrowed = old.day.zip(new.day).and_then(|(one, other)| narrowed(one, other));
        if differ(old.day.as_ref(), new.day.as_ref()) && narrowed.is_none() {
            return Some(self.words_of(|slots| slots.day.is_some()));
        }
        if differ(old.weekday.as_ref(), new.weekday.as_ref()) {
            return Some(self.words_of(|slots| slots.weekday.is_some()));
        }
        if differ(old.clock.as_ref(), new.clock.as_ref()) {
            return Some(self.words_of(|slots| slots.clock.is_some()));
        }
        let amounts = differ(old.amount.as_ref(), new.amount.as_ref());
        let shifts = (old.shift.is_some() && new.shift.is_some())
            || (old.steps.is_some() && new.steps.is_some());
        let dated = (old.amount.is_some() && named(new)) || (named(old) && new.amount.is_some());
        let clocked = (elapsed(old) && timed(new)) || (timed(old) && elapsed(new));
        // `today in 3 days`
        let today = (old.day == today && new.amount.is_some() && !elapsed(new))
            || (new.day == today && old.amount.is_some() && !elapsed(old));
        (amounts || shifts || dated || clocked || today).then(|| self.words())
    }

    /// The sender's words, without what stands between the expressions.
    pub fn words(&self) -> String {
        self.words_of(|_| true)
    }

    /// The sender's words for some of the slots.
    pub fn words_of(&self, pick: impl Fn(&Slots) -> bool) -> String {
        let picked = self.atoms.iter().filter(|atom| pick(&atom.slots));
        let words: Vec<String> = picked.map(|atom| self.words_of_atom(atom)).collect();
        words.join(" ")
    }

    /// The contradiction between what two kinds of slots say, in the order of the text.
    pub fn contradiction(
        &self,
        one: impl Fn(&Slots) -> bool,
        other: impl Fn(&Slots) -> bool,
    ) -> Misread {
        let place = |pick: &dyn Fn(&Slots) -> bool| {
            self.atoms.iter().position(|atom| pick(&atom.slots)).unwrap_or_default()
        };
        let (first, second) = (place(&one), place(&other));
        let (one, other) = (self.words_of(one), self.words_of(other));
        if first <= second {
            Misread::Contradiction { one, other }
        } else {
            Misread::Contradiction { one: other, other: one }
        }
    }

    fn words_of_atom(&self, atom: &Atom) -> String {
        let from = self.tokens.get(atom.from).map_or(0, |token| token.from);
        let to = self.tokens.get(atom.to.saturating_sub(1)).map_or(from, |token| token.to);
        self.text.get(from..to).unwrap_or_default().to_owned()
    }
}

/// `next month on the 5th`, `next year on march 3`: one names the span, the other the day in it.
fn narrowed(one: Day, other: Day) -> Option<Day> {
    let day = |span, day| match (span, day) {
        (Day::NextMonth, Day::OfMonth { day, ahead: None }) => {
            Some(Day::OfMonth { day, ahead: Some(1) })
        }
        (Day::NextYear, Day::Yearless { month, day }) => Some(Day::NextYearOn { month, day }),
        (Day::NextYear, Day::Month { month, year: None }) => {
            Some(Day::NextYearOn { month, day: 1 })
        }
        _ => None,
    };
    day(one, other).or_else(|| day(other, one))
}

fn differ<T: PartialEq>(one: Option<&T>, other: Option<&T>) -> bool {
    matches!((one, other), (Some(one), Some(other)) if one != other)
}
