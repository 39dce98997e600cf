//! Finds the expressions of time in a text: tokens in, [`Atom`]s out, with no meaning given to
//! `now` yet.
//!
//! An atom is the smallest expression that stands alone: `tomorrow`, `at 5pm`, `on 21/06/2027`, `in
//! 2 hours`. Each production looks at a bounded number of tokens, so that the whole is linear in
//! the length of the text.

mod amount;
mod bound;
mod clock;
mod date;
mod day;
mod landmark;
mod list;
mod place;
mod series;
mod slots;
mod spoken;

use chrono::Weekday;

use crate::{
    reading::Region,
    token::{Kind, Number, Token},
    words::{Kinds, Part, Sense, Unit},
    work,
};

/// Most words of a text say nothing about time, or nothing that begins an expression: no production
/// need look there.
const SILENT: Kinds = Kinds::of(&[
    Sense::Remind,
    Sense::Reminder,
    Sense::RemindAfter,
    Sense::Set,
    Sense::Me,
    Sense::Polite,
    Sense::Thanks,
    Sense::About,
    Sense::AboutAfter,
    Sense::That,
    Sense::To,
    Sense::Joint,
    Sense::Determiner,
    Sense::And,
    Sense::Or,
    Sense::So,
    Sense::Shy,
    Sense::Scored,
    Sense::Copula,
]);

/// What stands between the first and the last of several days.
const RUN: Kinds = Kinds::of(&[Sense::Until, Sense::Upto, Sense::Through]);

pub use landmark::Steps;
pub use series::{Doubt, Edge, Pattern, Series, yearly};
pub use slots::{Amount, Atom, Clock, Day, Grip, Place, Slots, Which};

/// Where `17h` is five in the afternoon; elsewhere it is seventeen hours.
const HOUR_LETTER: &[&str] = &[
    "AO", "BE", "BF", "BI", "BJ", "BR", "CD", "CG", "CI", "CM", "CV", "DZ", "ES", "FR", "GA", "GF",
    "GN", "GP", "HT", "LU", "MA", "MC", "MG", "ML", "MQ", "MZ", "NC", "NE", "PF", "PT", "RE", "RO",
    "SN", "TD", "TG", "TN", "YT",
];

/// The tokens with the questions that productions ask of them.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    text: &'a str,
    tokens: &'a [Token],
    region: Region,
    /// The current year, which decides whether `21 June 27` names a year.
    year: i32,
    /// The text has a series: what bounds one is read too.
    bounds: bool,
    /// That series counts hours or minutes: `for 5 hours` bounds it.
    elapsed: bool,
}

/// What leads an expression: `at`, `on the`, `in`.
#[derive(Debug, Clone, Copy, Default)]
struct Lead {
    at: bool,
    on: bool,
    by: bool,
    within: bool,
    after: bool,
    between: bool,
    the: bool,
    /// The article is in the leading word.
    fused: bool,
    /// Makes the amount after it past: `hace`, `vor`.
    ago: bool,
    /// `de`: only a part of the day or a day goes on from there.
    link: bool,
    /// Another expression counts from this day: it is not itself counted from a third one, however
    /// often that is said.
    base: bool,
    /// One time is asked for, not the start of a range.
    point: bool,
    /// `late`, `early`: a day or a part of it follows.
    vague: bool,
}

impl Lead {
    fn any(self) -> bool {
        let time = self.at || self.on || self.by || self.within || self.after || self.between;
        time || self.ago || self.link
    }
}

impl<'a> Reader<'a> {
    /// Reads the `tokens` of `text` as someone in `region` writes, in the year `year`.
    pub fn new(text: &'a str, tokens: &'a [Token], region: Region, year: i32) -> Self {
        Self { text, tokens, region, year, bounds: false, elapsed: false }
    }

    /// Finds all atoms from the token `start` on, from left to right, none overlapping another.
    ///
    /// `habit` is a series that was said before them.
    pub fn atoms(&self, start: usize, habit: Option<&Atom>) -> Vec<Atom> {
        let atoms = self.scan(start);
        if !atoms.iter().chain(habit).any(|atom| atom.slots.repeats()) {
            return atoms;
        }
        let elapsed = atoms.iter().chain(habit).any(|atom| atom.slots.counts_elapsed());
        Reader { bounds: true, elapsed, ..*self }.scan(start)
    }

    fn scan(&self, start: usize) -> Vec<Atom> {
        let mut atoms = Vec::new();
        let mut at = start;
        while at < self.tokens.len() {
            match self.atom(at) {
                Some(atom) => {
                    at = atom.to.max(at + 1);
                    atoms.push(atom);
                }
                None => at += 1,
            }
        }
        atoms
    }

    /// The atom that begins at token `from`.
    fn atom(&self, from: usize) -> Option<Atom> {
        let token = self.token(from)?;
        let silent = !token.senses.has_beside(SILENT) && !matches!(token.kind, Kind::Number(_));
        if silent || !self.starts(from) {
            return None;
        }
        let bound = self.bounds.then(|| self.bound(from)).flatten();
        if let Some(Found { slots, to, grip }) = bound.filter(|found| self.ends(found.to)) {
            return Some(Atom { slots, from, to, grip, led: true, the: false, linked: false });
        }
        let (lead, core) = self.lead(from);
        let productions: [Production<'a>; 5] =
            [Self::series, Self::amount_atom, Self::day_atom, Self::clock_atom, Self::part_atom];
        let found = productions.into_iter().find_map(|read| {
            let found = self.with_vague(self.with_particle(read(self, core, lead)?));
            Some(found).filter(|found| self.ends(found.to))
        })?;
        // In `la reunión de las 5` the article leads, and still the hour belongs to the noun.
        let led = lead.any() && !self.has(from, Sense::TheHour);
        Some(Atom {
            slots: found.slots,
            from,
            to: found.to,
            grip: found.grip,
            led,
            the: self.has(from, Sense::The),
            linked: self.has(from, Sense::Link) && self.has(from, Sense::Of),
        })
    }

    /// One leading word, what makes it approximate, and an article: `at about the`.
    ///
    /// No two leading words: in `log on at 5pm` the first belongs to the verb.
    fn lead(&self, from: usize) -> (Lead, usize) {
        // `right at 5`
        let hedged = self.has(from, Sense::Hedge) && self.has(from + 1, Sense::At);
        let from = from + usize::from(hedged);
        let lead = Lead {
            at: self.has(from, Sense::At),
            on: self.has(from, Sense::On),
            by: self.has(from, Sense::By),
            within: self.has(from, Sense::In),
            after: self.has(from, Sense::After),
            between: self.has(from, Sense::Between),
            ago: self.has(from, Sense::AgoBefore),
            link: self.has(from, Sense::Link),
            ..Lead::default()
        };
        let mut at = from + usize::from(lead.any());
        // `in about ~5 hours`, `in just 5 minutes`
        for _ in 0..2 {
            let about = [Sense::About, Sense::Hedge].into_iter().any(|sense| self.has(at, sense));
            let about = lead.any() && about;
            at += usize::from(about || self.has(at, Sense::Around));
        }
        // `around 5` leads as `at 5` does.
        let around = !lead.any() && at > from;
        // `a las cinco`, but not `a la farmacia`
        let hour = self.has(at, Sense::TheHour)
            // `la una` may be a person.
            && (at > from || !self.has(at + 1, Sense::A))
            && (!lead.link || lead.at || lead.within)
            && (self.number(at + 1).is_some() || self.moved_hour(at + 1).is_some());
        let the = self.has(at, Sense::The) && !hour;
        // `am`, `el`, `du` are a leading word with its article.
        let leads = lead.on || lead.within || lead.link;
        let fused = leads && self.has(from, Sense::The) && at == from + 1 && !hour;
        let lead = Lead { at: lead.at || around || hour, the: the || fused, fused, ..lead };
        let core = at + usize::from(the || hour);
        let after = self.after_vague(core);
        (Lead { vague: after > core, ..lead }, after)
    }

    /// The token after `late`, `early`, `mid-`, where a day or a part of it may follow.
    fn after_vague(&self, at: usize) -> usize {
        if self.has(at, Sense::Vague) {
            return at + 1;
        }
        let part = at + 1 + usize::from(self.inner(at + 1, '-'));
        if self.has(at, Sense::Mid) && self.part(part).is_some() { part } else { at }
    }

    /// With the word after a day that says little of its hour: `tomorrow first thing`.
    fn with_vague(&self, found: Found) -> Found {
        let day = found.slots.day.is_some() || found.slots.weekday.is_some();
        let vague = day && self.has(found.to, Sense::Vague) && self.closes(found.to + 1);
        Found { to: found.to + usize::from(vague), ..found }
    }

    /// With the word after a time that only says it is one: `शुक्रवार को`.
    fn with_particle(&self, found: Found) -> Found {
        if !self.has(found.to, Sense::Particle) || found.grip == Grip::Bare {
            return found;
        }
        // `रवि को` may be a person.
        let shy = found.slots.weekday.is_some() && found.grip == Grip::Weak;
        let grip = if shy { Grip::Weak } else { Grip::Firm };
        Found { to: found.to + 1, grip, ..found }
    }

    /// `in the morning`, `at night`, `this evening` (which is also a day), `morning` beside a day.
    fn part_atom(&self, at: usize, lead: Lead) -> Option<Found> {
        let this = self.has(at, Sense::This);
        let word = at + usize::from(this);
        let part = self.part(word).filter(|_| !lead.between && !lead.ago)?;
        let next = word + 1;
        // `the night before the flight`
        if self.has(next, Sense::Before) && !this && !lead.within {
            let ahead = Some(Amount { days: 1, ..Amount::default() });
            let slots = Slots { ahead, part: Some(part), ..Slots::default() };
            return Some(Found { slots, to: next + 1, grip: Grip::Firm });
        }
        // `the morning of 21 June`
        if self.has(next, Sense::Of) {
            let core = next + 1 + usize::from(self.has(next + 1, Sense::The));
            let lead = Lead { on: true, the: core > next + 1, ..Lead::default() };
            match self.day_atom(core, lead) {
                Some(day) => {
                    let slots = Slots { part: Some(part), ..day.slots };
                    return Some(Found { slots, ..day });
                }
                // `samedi après-midi d'arroser les plantes`
                None if self.has(next, Sense::Link) => {}
                None => return None,
            }
        }
        // `the morning after`
        if lead.the && !lead.within && self.has(next, Sense::After) {
            return None;
        }
        let day = this.then_some(Day::Relative(0));
        // `por la noche`, but not `de la noche`
        let link = lead.link && !(lead.the && self.has(at.saturating_sub(2), Sense::Of));
        let within = link || (lead.within && lead.the);
        let firm = this || within || (lead.at && part == Part::Night);
        let grip = if firm { Grip::Firm } else { Grip::Weak };
        Some(Found {
            slots: Slots { day, part: Some(part), ..Slots::default() },
            to: word + 1,
            grip,
        })
    }

    /// An expression may begin here: not in the middle of a word, a price or a fraction.
    fn starts(&self, at: usize) -> bool {
        let Some(token) = self.token(at).filter(|token| token.glued) else {
            return at < self.tokens.len();
        };
        let is_number = matches!(token.kind, Kind::Number(_));
        let before_mark = at.checked_sub(2);
        match self.tokens[at - 1].kind {
            Kind::Mark('.' | '-' | '\u{2013}' | '\u{2014}' | ':') => {
                !is_number || (!self.glued(at - 1) && before_mark.is_some())
            }
            Kind::Mark(',') => !is_number || before_mark.is_none_or(|i| self.number(i).is_none()),
            Kind::Mark(c) => {
                !matches!(c, '/' | '+' | '=' | '_' | '%' | '&' | '#' | '\\' | '^')
                    && !is_currency(c)
            }
            // `tmrw@5`: the mark is a word.
            _ => self.has(at, Sense::At),
        }
    }

    /// An expression may end before token `at`: what touches it does not continue it.
    fn ends(&self, at: usize) -> bool {
        let Some(token) = self.token(at).filter(|token| token.glued) else { return true };
        let continued = self.glued(at + 1);
        match token.kind {
            Kind::Number(_) | Kind::Word => false,
            // `5pm,call` ends, `5,000` goes on.
            Kind::Mark(',') if self.number(at - 1).is_none() => true,
            Kind::Mark('.' | ',' | ':') => !continued || self.number(at + 1).is_none(),
            Kind::Mark('-' | '\'' | '\u{2019}') => !continued || !self.is_alphanumeric(at + 1),
            Kind::Mark(c) => {
                !matches!(c, '/' | '+' | '=' | '_' | '%' | '\\' | '^' | '*' | '#' | '\u{b0}')
                    && !is_currency(c)
            }
        }
    }

    /// Token `at` stands between the first and the last of several days: `-`, `to`.
    fn is_run(&self, at: usize) -> bool {
        self.token(at).is_some_and(|token| match token.kind {
            Kind::Mark(mark) => matches!(mark, '-' | '\u{2013}'),
            _ => token.senses.has_any(RUN),
        })
    }

    fn is_alphanumeric(&self, at: usize) -> bool {
        self.token(at).is_some_and(|token| !matches!(token.kind, Kind::Mark(_)))
    }

    #[inline(always)]
    fn token(&self, at: usize) -> Option<&'a Token> {
        work::step();
        self.tokens.get(at)
    }

    /// Whether token `at` can have this sense.
    #[inline(always)]
    pub fn has(&self, at: usize, sense: Sense) -> bool {
        match self.token(at) {
            Some(token) => token.senses.contains(sense),
            None => false,
        }
    }

    fn find<T>(&self, at: usize, pick: impl Fn(Sense) -> Option<T>) -> Option<T> {
        self.token(at)?.senses.find(pick)
    }

    fn unit(&self, at: usize) -> Option<Unit> {
        self.find(at, |sense| if let Sense::Unit(unit) = sense { Some(unit) } else { None })
    }

    fn month(&self, at: usize) -> Option<u32> {
        self.find(at, |sense| if let Sense::Month(month) = sense { Some(month) } else { None })
    }

    fn weekday(&self, at: usize) -> Option<Weekday> {
        self.find(at, |sense| if let Sense::Weekday(day) = sense { Some(day) } else { None })
    }

    fn part(&self, at: usize) -> Option<Part> {
        self.find(at, |sense| if let Sense::Part(part) = sense { Some(part) } else { None })
    }

    fn cardinal(&self, at: usize) -> Option<u32> {
        self.find(at, |sense| if let Sense::Number(number) = sense { Some(number) } else { None })
    }

    /// A cardinal that may name a day of the month.
    fn dated(&self, at: usize) -> Option<u32> {
        self.find(at, |sense| if let Sense::Dated(number) = sense { Some(number) } else { None })
    }

    /// What the word before an hour or a quantity adds to it, in minutes: `halb`, `साढ़े`.
    fn shift(&self, at: usize) -> Option<i32> {
        self.find(at, |sense| if let Sense::Shift(minutes) = sense { Some(minutes) } else { None })
    }

    fn thousandths(&self, at: usize) -> Option<u32> {
        self.find(at, |sense| if let Sense::Thousandths(n) = sense { Some(n) } else { None })
    }

    fn ordinal_word(&self, at: usize) -> Option<u32> {
        self.find(at, |sense| if let Sense::Ordinal(number) = sense { Some(number) } else { None })
    }

    /// What token `at` is in the text; empty where there is none.
    fn word(&self, at: usize) -> &'a str {
        let token = self.token(at);
        token.and_then(|token| self.text.get(token.from..token.to)).unwrap_or_default()
    }

    fn number(&self, at: usize) -> Option<Number> {
        match self.token(at)?.kind {
            Kind::Number(number) => Some(number),
            _ => None,
        }
    }

    /// A number of at most `digits` digits, as a value that fits wherever such a number goes.
    fn short(&self, at: usize, digits: usize) -> Option<u32> {
        let number = self.number(at).filter(|number| number.digits <= digits.min(9))?;
        u32::try_from(number.value).ok()
    }

    /// Token `at` is this mark.
    pub fn mark(&self, at: usize, mark: char) -> bool {
        self.token(at).is_some_and(|token| token.kind == Kind::Mark(mark))
    }

    /// Token `at` is this mark and touches what stands before it and after it.
    fn inner(&self, at: usize, mark: char) -> bool {
        self.mark(at, mark) && self.glued(at) && self.glued(at + 1)
    }

    fn glued(&self, at: usize) -> bool {
        self.token(at).is_some_and(|token| token.glued)
    }

    /// The token after `o'clock` or `o clock`, if it stands at `at`.
    fn oclock(&self, at: usize) -> Option<usize> {
        if self.has(at, Sense::Oclock) {
            return Some(at + 1);
        }
        let two = self.has(at, Sense::LetterO) && self.has(at + 1, Sense::ClockWord);
        two.then_some(at + 2)
    }

    /// A number in words: the value and the token after it. `twenty one`, `a hundred and five`.
    fn cardinal_words(&self, at: usize) -> Option<(u32, usize)> {
        let count = self.cardinal(at);
        let hundred = at + usize::from(count.is_some() || self.has(at, Sense::A));
        if self.has(hundred, Sense::Hundred) {
            let hundreds = 100 * count.filter(|count| *count < 10).unwrap_or(1);
            let and = hundred + 1 + usize::from(self.has(hundred + 1, Sense::And));
            return match self.below_hundred(and) {
                Some((rest, to)) => Some((hundreds + rest, to)),
                None => Some((hundreds, hundred + 1)),
            };
        }
        self.below_hundred(at)
    }

    /// `twenty`, `twenty one`, `forty-five`.
    fn below_hundred(&self, at: usize) -> Option<(u32, usize)> {
        let first = self.cardinal(at)?;
        let next = at + 1 + usize::from(self.mark(at + 1, '-'));
        match self.cardinal(next) {
            Some(unit) if first >= 20 && first % 10 == 0 && unit < 10 => {
                Some((first + unit, next + 1))
            }
            _ => Some((first, at + 1)),
        }
    }

    /// A phrase is complete before token `at`: the text ends, a mark or a joining word follows.
    pub fn closes(&self, at: usize) -> bool {
        self.token(at).is_none_or(|token| match token.kind {
            Kind::Mark(mark) => !is_currency(mark),
            _ => token.senses.contains(Sense::Joint),
        })
    }
}

fn is_currency(mark: char) -> bool {
    matches!(mark, '$' | '\u{a2}'..='\u{a5}' | '\u{20a0}'..='\u{20cf}')
}

/// Reads an expression that begins at a token, after what leads it.
type Production<'a> = fn(&Reader<'a>, usize, Lead) -> Option<Found>;

/// What a production found: the slots, the token after it, and how well it stands alone.
struct Found {
    slots: Slots,
    to: usize,
    grip: Grip,
}

impl Found {
    /// A time wherever it stands.
    fn firm(slots: Slots, to: usize) -> Self {
        Self { slots, to, grip: Grip::Firm }
    }
}
