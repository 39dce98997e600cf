//! The times of a text without one at its head, and which of them is meant.

use super::{Chosen, Split, has_day, supports};
use crate::{
    grammar::{Atom, Day, Grip},
    phrase::Phrase,
    reading::Misread,
    resolve::resolve,
    taken::Taken,
    token::Kind,
    words::Sense,
};

/// A time that may be the one that is meant.
pub(super) struct Candidate<'t> {
    pub(super) phrase: Phrase<'t>,
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) rank: Rank,
}

/// How likely a time that is not at the head is the one that is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// In the middle of a phrase.
    Inside,
    /// Where a phrase ends.
    Phrase,
    /// At the end of the text.
    End,
}

impl<'t> Split<'t> {
    /// Without a time at the head, the best of the others.
    pub(super) fn without_head(&self) -> Result<Chosen<'t>, Misread> {
        let candidates = self.candidates(self.start);
        let best = candidates.iter().map(|candidate| candidate.rank).max();
        let best = candidates.iter().rposition(|candidate| Some(candidate.rank) == best);
        let Some(best) = best else { return Err(Misread::NoTime) };
        // `every business day at 6`: a series that the grammar does not know is none the less no
        // single time.
        if self.reader.has(self.start, Sense::Every) {
            return Err(Misread::Series { what: self.words(self.start, candidates[0].from) });
        }
        // `buy tickets tomorrow for the show on friday`: the later one belongs to the show.
        let earlier = candidates[..best].iter().rposition(|candidate| {
            candidate.rank >= Rank::Phrase && !candidate.phrase.slots.repeats()
        });
        let Some(earlier) = earlier else { return Ok(self.chosen(&candidates[best], None)) };
        let (first, last) = (&candidates[earlier], &candidates[best]);
        let of_something = (first.to..last.from).any(|at| {
            [Sense::For, Sense::About, Sense::Of].iter().any(|s| self.reader.has(at, *s))
        });
        let complete = first.phrase.slots.has_clock_only() && last.phrase.slots.has_day_only()
            || first.phrase.slots.has_day_only() && last.phrase.slots.has_clock_only();
        if complete && !of_something {
            let mut phrase = first.phrase.clone();
            phrase.join_all(&last.phrase)?;
            let cuts = vec![(first.from, first.to), (last.from, last.to)];
            return Ok(Chosen { phrase, cuts, taken: None });
        }
        let (meant, other) = if of_something { (first, last) } else { (last, first) };
        Ok(self.chosen(meant, Some(other)))
    }

    fn chosen(&self, meant: &Candidate<'t>, other: Option<&Candidate<'t>>) -> Chosen<'t> {
        let taken = other.map(|other| Taken::StaysInText(other.phrase.words()));
        Chosen { phrase: meant.phrase.clone(), cuts: vec![(meant.from, meant.to)], taken }
    }

    /// The times from a token on that may be meant, one for each run of neighbouring expressions.
    pub(super) fn candidates(&self, from: usize) -> Vec<Candidate<'t>> {
        let mut candidates = Vec::new();
        let mut run: Vec<&Atom> = Vec::new();
        for atom in self.atoms.iter().filter(|atom| atom.from >= from) {
            if run.last().is_some_and(|last| !self.adjacent(last.to, atom.from)) {
                candidates.extend(self.candidate(&run));
                run.clear();
            }
            run.push(atom);
        }
        candidates.extend(self.candidate(&run));
        candidates
    }

    /// The time that a run ends with: `the meeting on friday` `tomorrow at 5` is tomorrow at 5.
    fn candidate(&self, run: &[&Atom]) -> Option<Candidate<'t>> {
        let mut phrase: Option<Phrase<'t>> = None;
        let mut taken: Vec<&Atom> = Vec::new();
        let repeats = run.iter().any(|atom| atom.slots.repeats());
        for (at, atom) in run.iter().enumerate().rev() {
            let before = at.checked_sub(1).and_then(|before| run.get(before));
            let alone = atom.slots.is_bound() && !repeats;
            let night = taken.last().is_some_and(|next| self.is_night_hour(atom, next));
            if alone || !(night || self.holds_at_end(atom, before.copied(), !taken.is_empty())) {
                if taken.is_empty() {
                    continue;
                }
                break;
            }
            match &mut phrase {
                None => phrase = Some(Phrase::new(self.text, self.tokens, atom)),
                Some(phrase) => match self.joined(phrase, atom) {
                    Some(joined) => *phrase = joined,
                    None => break,
                },
            }
            taken.push(atom);
        }
        taken.reverse();
        self.ranked(&taken)
    }

    /// `call mom 10, tonight`: without the comma it may count something.
    fn is_night_hour(&self, atom: &Atom, next: &Atom) -> bool {
        let tonight = next.slots.day == Some(Day::Relative(0)) && next.slots.part.is_some();
        let bare = atom.grip == Grip::Bare && atom.slots.has_clock_only();
        bare && tonight && next.slots.clock.is_none() && self.reader.mark(atom.to, ',')
    }

    /// The phrase with one more expression before it, if they agree.
    pub(super) fn joined(&self, phrase: &Phrase<'t>, atom: &Atom) -> Option<Phrase<'t>> {
        let mut joined = phrase.clone();
        joined.join(atom).ok()?;
        let agree = match resolve(&joined, self.sender) {
            // `on Sun, 29 Nov`, which is a Saturday, is a slip.
            Err(Misread::Contradiction { .. }) => self.is_weekday_of(atom, phrase),
            Err(Misread::Impossible { .. }) => phrase.slots.impossible,
            _ => true,
        };
        agree.then_some(joined)
    }

    /// A day of the week directly before its date.
    fn is_weekday_of(&self, atom: &Atom, phrase: &Phrase<'t>) -> bool {
        let dated = matches!(phrase.slots.day, Some(Day::Date(_) | Day::Yearless { .. }));
        let comma = atom.to + usize::from(self.reader.mark(atom.to, ','));
        let next = phrase.atoms().first().is_some_and(|first| first.from == comma);
        atom.slots.has_day_only() && atom.slots.weekday.is_some() && dated && next
    }

    /// Whether an expression after the head can be (part of) a time.
    fn holds_at_end(&self, atom: &Atom, before: Option<&Atom>, more: bool) -> bool {
        let closes = more || self.reader.closes(atom.to);
        match atom.grip {
            Grip::Firm => true,
            Grip::Loose => closes,
            Grip::Weak if atom.slots.repeats() => more,
            Grip::Weak => {
                let beside = before.is_some_and(|before| supports(before, atom));
                let day_before = beside && before.is_some_and(has_day);
                if atom.slots.clock.is_some() {
                    // `tomorrow 1730`, but not `rent 1000 tomorrow`
                    closes && day_before && !more
                } else if atom.slots.part.is_some() {
                    // `friday night at 9`, but not `say good night at 9`
                    closes && day_before
                } else {
                    // `sat 14th`, but not `won 3-2`, `bake 5 minutes` or `call June`
                    let ordinal = matches!(atom.slots.day, Some(Day::OfMonth { .. }));
                    let day = atom.slots.weekday.is_some() || ordinal;
                    let ends = ordinal && self.ends_request(atom);
                    (day || atom.slots.series.is_some()) && (more || (closes && beside) || ends)
                }
            }
            Grip::Bare => closes && before.is_some_and(|b| b.grip >= Grip::Loose && has_day(b)),
        }
    }

    /// `remind me to call mom the 15th`: what ends a request is likely its day. After a word that
    /// leads something else it is not: `reply to the 15th`.
    fn ends_request(&self, atom: &Atom) -> bool {
        let before = atom.from.saturating_sub(1);
        let free = self.tokens.get(before).is_some_and(|token| {
            token.kind == Kind::Word
                && !token.senses.contains(Sense::Joint)
                && !token.senses.contains(Sense::Determiner)
        });
        // `the 2` is anything, `the 2nd` a day.
        let last = atom.to.checked_sub(1).and_then(|last| self.tokens.get(last));
        let number = last.is_some_and(|last| matches!(last.kind, Kind::Number(_)));
        self.asked && atom.from > self.start + 1 && atom.to >= self.end && free && !number
    }

    /// The candidate of these expressions, unless they belong to a noun: `the 5pm meeting`,
    /// `tickets for friday`.
    fn ranked(&self, atoms: &[&Atom]) -> Option<Candidate<'t>> {
        let (first, rest) = atoms.split_first()?;
        let before = first.from.checked_sub(1).filter(|before| *before >= self.start);
        let is = |sense| before.is_some_and(|before| self.reader.has(before, sense));
        if is(Sense::Determiner) && !first.led && !first.the {
            return self.ranked(rest);
        }
        let bound = [Sense::For, Sense::From, Sense::Of, Sense::Bound];
        // `rue du 4 septembre`
        let dated = matches!(
            first.slots.day,
            Some(Day::Date(_) | Day::Yearless { .. } | Day::OfMonth { .. } | Day::Month { .. })
        );
        if bound.into_iter().any(is) && !first.led || first.linked && dated {
            return None;
        }
        let last = atoms.last()?;
        if atoms.iter().all(|atom| atom.slots.is_bound()) {
            return None;
        }
        // `10 minutes before` whatever it is, which is not said.
        if atoms.iter().all(|atom| atom.slots.ahead.is_some()) {
            return None;
        }
        let rank = self.rank(first, last.to)?;
        // `remind me about friday`: that is the matter, and no time is left.
        let only = before.is_some_and(|before| before == self.start) && is(Sense::About);
        if only && rank == Rank::End && first.slots.clock.is_none() {
            return None;
        }
        let mut phrase = Phrase::new(self.text, self.tokens, first);
        for atom in rest {
            phrase.join(atom).ok()?;
        }
        Some(Candidate { phrase, from: first.from, to: last.to, rank })
    }

    fn rank(&self, first: &Atom, to: usize) -> Option<Rank> {
        if to >= self.end {
            return Some(Rank::End);
        }
        if self.reader.closes(to) {
            return Some(Rank::Phrase);
        }
        // `friday prayers` and `5pm meeting` are nouns, `call mom tomorrow quickly` is a time.
        let day = matches!(first.slots.day, Some(Day::Relative(_) | Day::Date(_)));
        (first.led || day).then_some(Rank::Inside)
    }
}
