//! The time at the head of a text, directly after the words of asking.

use super::{Chosen, Split, candidate::Rank, has_any_day, has_day, supports};
use crate::{
    grammar::{Atom, Day, Grip, Slots},
    phrase::Phrase,
    reading::Misread,
    resolve::resolve,
    taken::Taken,
    token::Kind,
    words::{Part, Sense},
};

/// Bounds that stand before their series: `starting monday for 5 days every day`.
const BOUNDS_MAX: usize = 4;

impl<'t> Split<'t> {
    /// The time directly after the words of asking, with its first token and the token after it.
    pub(super) fn head(&self) -> Result<Option<(Phrase<'t>, usize, usize)>, Misread> {
        let start = self.start + usize::from(self.reader.has(self.start, Sense::For));
        // `remind me about 5pm to call`
        let about = usize::from(self.reader.has(self.start, Sense::About));
        let approximate = |atom: &&Atom| {
            about == 1
                && atom.from == self.start + 1
                && atom.slots.clock.is_some()
                && atom.grip == Grip::Firm
                && self.reader.closes(atom.to)
        };
        let first = self.atoms.iter().position(|atom| atom.from == start || approximate(&atom));
        let Some(first) = first else { return Ok(None) };
        let mut phrase: Option<Phrase<'t>> = None;
        let mut to = start;
        for (at, atom) in self.atoms.iter().enumerate().skip(first) {
            let joined = phrase.is_some();
            if (joined && !self.adjacent(to, atom.from)) || !self.holds_at_head(at, phrase.as_ref())
            {
                break;
            }
            match &mut phrase {
                None => phrase = Some(Phrase::new(self.text, self.tokens, atom)),
                Some(phrase) => match phrase.join(atom) {
                    Ok(()) => {}
                    Err(contradiction) if self.reader.closes(atom.to) => return Err(contradiction),
                    // `tomorrow 5pm 6pm dinner`: the second belongs to the matter.
                    Err(_) => break,
                },
            }
            to = atom.to;
        }
        if let Some(phrase) = &phrase
            && let Some(other) = self.alternative(to)
        {
            return Err(Misread::Contradiction { one: phrase.words(), other });
        }
        if let Some(phrase) = &phrase
            && let Some(other) = self.one_more(phrase, to)
        {
            let and = self.words(to, to + 1);
            return Err(Misread::Several { what: format!("{} {and} {other}", phrase.words()) });
        }
        Ok(phrase.map(|phrase| (phrase, self.start, to)))
    }

    /// The words of the other time in `at 5 or 6`, `tomorrow or friday`.
    fn alternative(&self, to: usize) -> Option<String> {
        let or = self.reader.has(to, Sense::Or);
        let other = self.atoms.iter().find(|atom| or && atom.from == to + 1)?;
        Some(Phrase::new(self.text, self.tokens, other).words())
    }

    /// The words of the second time in `tomorrow and friday`, `every day at 9 and mondays at 5`.
    fn one_more(&self, phrase: &Phrase<'_>, to: usize) -> Option<String> {
        let to = to + usize::from(self.reader.mark(to, ','));
        let and = self.reader.has(to, Sense::And);
        let other = self.atoms.iter().find(|atom| and && atom.from == to + 1)?;
        let closes = self.reader.closes(other.to);
        let sure = match other.grip {
            Grip::Firm => true,
            Grip::Loose => closes,
            // `at 5 and 6`
            Grip::Bare => closes && phrase.slots.clock.is_some(),
            // `sat and sun at 10`, `the 1st and 15th`
            Grip::Weak => closes && is_like(&phrase.slots, &other.slots),
        };
        (sure && other.slots.amount.is_none() && !other.slots.is_bound())
            .then(|| Phrase::new(self.text, self.tokens, other).words())
    }

    /// Whether an expression at the head can be a time there.
    fn holds_at_head(&self, at: usize, before: Option<&Phrase<'_>>) -> bool {
        let atom = &self.atoms[at];
        if atom.slots.is_bound() {
            let after = self.atoms[at..]
                .windows(2)
                .take(BOUNDS_MAX)
                .take_while(|pair| self.adjacent(pair[0].to, pair[1].from));
            return before.is_some_and(|before| before.slots.repeats())
                || after.into_iter().any(|pair| pair[1].slots.repeats());
        }
        if is_lone_month(atom) {
            // `june and july are hot`
            let listed = self.reader.has(atom.to, Sense::And);
            return before.is_none() && !listed && self.reader.closes(atom.to);
        }
        // `noon is too late`
        let told = self.reader.has(atom.to, Sense::Copula) && !self.asked;
        if told && before.is_none() && atom.slots.has_clock_only() {
            return false;
        }
        let next = self.atoms.get(at + 1).filter(|next| self.adjacent(atom.to, next.from));
        let closes = self.reader.closes(atom.to);
        match atom.grip {
            Grip::Firm | Grip::Loose => true,
            Grip::Weak => {
                // `2000 for rent` may be anything; `remind 2000 about` cannot.
                let asked = self.asked || atom.to >= self.end || atom.slots.clock.is_none();
                // `la pascua del cordero`, `mar y sol`
                let joins = [Sense::Of, Sense::And];
                let noun = !self.asked && joins.into_iter().any(|s| self.reader.has(atom.to, s));
                (closes && asked && !noun)
                    || next.is_some_and(|next| supports(next, atom))
                    || before.map_or(self.asked && is_likely(atom), |before| goes_on(before, atom))
                    || (before.is_none() && self.is_habit(atom))
            }
            Grip::Bare => match before {
                Some(before) => {
                    let free = before.slots.clock.is_none() && before.slots.amount.is_none();
                    has_any_day(before) && free && (closes || next.is_some())
                }
                None => {
                    let day = next.is_some_and(|next| next.grip >= Grip::Loose && has_day(next));
                    // `remind me by 5 to call`
                    day || (self.asked && atom.led && closes)
                }
            },
        }
    }

    /// `mornings yoga`, but not `mornings are hard` or `nights out`.
    fn is_habit(&self, atom: &Atom) -> bool {
        let plural = self.reader.parts_of(atom.from).filter(|part| *part != Part::Night);
        let next = self.tokens.get(atom.to);
        plural.is_some()
            && next.is_some_and(|next| next.kind == Kind::Word && next.senses.is_empty())
    }

    /// The head is the time, unless it only names a day and the end of the text names the hour.
    pub(super) fn with_head(
        &self,
        mut phrase: Phrase<'t>,
        from: usize,
        to: usize,
    ) -> Result<Chosen<'t>, Misread> {
        if phrase.slots.ahead.is_some() {
            return self.before_an_event(phrase, from, to);
        }
        let last = self.candidates(to).pop().filter(|last| last.rank == Rank::End);
        let (_, connector) = self.connector(to);
        let mut chosen = Chosen { phrase: phrase.clone(), cuts: vec![(from, to)], taken: None };
        // `tomorrow that the flight leaves at 6`: the hour belongs to the matter.
        let verb = matches!(connector, None | Some(Sense::To));
        if let Some(bounded) = self.bound_at_end(&chosen, to).filter(|_| verb) {
            return Ok(bounded);
        }
        let Some(last) = last.filter(|_| verb) else { return Ok(chosen) };
        let both = vec![(from, to), (last.from, last.to)];
        if last.phrase.slots.repeats() {
            phrase.join_all(&last.phrase)?;
            return Ok(Chosen { phrase, cuts: both, taken: None });
        }
        let timeless = phrase.slots.clock.is_none() && phrase.slots.part.is_none();
        let daily = phrase.slots.repeats() && timeless && !phrase.slots.counts_elapsed();
        let dayish = phrase.slots.has_day_only() || daily;
        let hour_at_end = dayish && last.phrase.slots.has_clock_only();
        let day_at_end = phrase.slots.has_clock_only() && last.phrase.slots.has_day_only();
        if hour_at_end || (day_at_end && connector.is_none()) {
            phrase.join_all(&last.phrase)?;
            let taken = Some(Taken::IsTime(last.phrase.words()));
            let taken = taken.filter(|_| hour_at_end);
            return Ok(Chosen { phrase, cuts: both, taken });
        }
        if day_at_end {
            chosen.taken = Some(Taken::StaysInText(last.phrase.words()));
        }
        Ok(chosen)
    }

    /// `every day to take the pills for 5 days`: the end of the text bounds the series at its head.
    fn bound_at_end(&self, chosen: &Chosen<'t>, to: usize) -> Option<Chosen<'t>> {
        let last = self.atoms.last().filter(|last| last.from >= to && last.to >= self.end)?;
        if !last.slots.is_bound() || !chosen.phrase.slots.repeats() {
            return None;
        }
        let mut phrase = chosen.phrase.clone();
        phrase.join(last).ok()?;
        // A bound that the series does not reach belongs to the matter.
        resolve(&phrase, self.sender).ok()?;
        let words = Phrase::new(self.text, self.tokens, last).words();
        let taken = Some(Taken::IsEnd(words));
        let cuts = chosen.cuts.iter().copied().chain([(last.from, last.to)]).collect();
        Some(Chosen { phrase, cuts, taken })
    }

    /// `10 minutes before the 5pm meeting`: the event stays in the matter whole.
    fn before_an_event(
        &self,
        mut phrase: Phrase<'t>,
        from: usize,
        to: usize,
    ) -> Result<Chosen<'t>, Misread> {
        let rest = self.atoms.iter().rposition(|atom| atom.from >= to && atom.grip >= Grip::Loose);
        let last = match rest {
            _ if phrase.slots.has_clock_only() || has_any_day(&phrase) => None,
            Some(last) => Some(last),
            None => return Err(Misread::NoTime),
        };
        let Some(last) = last else {
            return Ok(Chosen { phrase, cuts: vec![(from, to)], taken: None });
        };
        phrase.join(&self.atoms[last])?;
        let mut event = self.atoms[last].from;
        // `an hour before my 6pm flight tomorrow`
        for before in self.atoms[..last].iter().rev().take_while(|atom| atom.from >= to) {
            let beside = self.adjacent(before.to, event);
            let completes = before.grip >= Grip::Loose
                && (before.slots.has_clock_only() && phrase.slots.clock.is_none()
                    || before.slots.has_day_only() && !has_any_day(&phrase));
            if (beside || completes)
                && let Some(joined) = self.joined(&phrase, before)
            {
                (phrase, event) = (joined, before.from);
            }
        }
        Ok(Chosen { phrase, cuts: vec![(from, to)], taken: None })
    }
}

/// What a weak expression mostly is after the words of asking: `remind me wed take pills`, `9.30`,
/// `5a`.
fn is_likely(atom: &Atom) -> bool {
    let clock = atom.slots.clock.is_some() && (2..=3).contains(&(atom.to - atom.from));
    let habit = atom.slots.repeats() && atom.slots.part.is_some();
    clock || habit || atom.slots.weekday.is_some()
}

/// Whether a weak expression goes on with what stands before it: `tomorrow evening buy milk`, `sat
/// 14th buy milk`, `5pm mon buy milk`, `21/06/2027 1730 buy milk`.
fn goes_on(before: &Phrase<'_>, atom: &Atom) -> bool {
    let ordinal = matches!(atom.slots.day, Some(Day::OfMonth { .. }));
    let day = atom.slots.weekday.is_some() || ordinal;
    let beside = before.slots.clock.is_some() || before.slots.weekday.is_some();
    let dated = matches!(before.slots.day, Some(Day::Date(_) | Day::Yearless { .. }));
    // `3 days before christmas shop`
    let event =
        before.slots.ahead.is_some() && matches!(atom.slots.day, Some(Day::Yearless { .. }));
    event
        || (day && beside)
        || (atom.slots.part.is_some() && has_any_day(before))
        || (atom.slots.clock.is_some() && dated)
}

/// Both name a day of the week, or both a day of the month.
fn is_like(one: &Slots, other: &Slots) -> bool {
    let of_month = |slots: &Slots| matches!(slots.day, Some(Day::OfMonth { .. }));
    let weekdays = one.weekday.is_some() && other.weekday.is_some();
    weekdays || (of_month(one) && of_month(other))
}

/// `June` may be a friend: `call June at 5`.
fn is_lone_month(atom: &Atom) -> bool {
    atom.grip == Grip::Weak && matches!(atom.slots.day, Some(Day::Month { .. }))
}
