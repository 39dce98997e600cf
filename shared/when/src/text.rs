//! Splits a text into the part about time and the part about the matter.
//!
//! The time stands at the head (`tomorrow 5pm about the talk`), or else at the end (`to call mom at
//! 6`), or else in the middle. What remains is the matter, and words of time in it stay there:
//! `about the 5pm meeting at 4:30`, `to buy tickets for Sunday's show`.

mod candidate;
mod head;
mod matter;

use std::borrow::Cow;

use chrono::Datelike;

use matter::{Asking, after_asking, is_separator, quotes};

use crate::{
    grammar::{Atom, Grip, Reader, Slots},
    language,
    phrase::Phrase,
    reading::{Language, Misread, Reading, Sender},
    resolve::resolve,
    taken::Taken,
    token::{self, Kind, Token},
    words::{ENGLISH, LANGUAGES, Sense},
    zone,
};

/// Bytes of a text that are read. The longest SMS has 1,600 characters; of anything longer the rest
/// is only matter.
const READ_BYTES_MAX: usize = 8192;

/// A reading with what it was made from.
pub struct Answer {
    /// What the text means.
    pub reading: Reading,
    /// The sender's words for the time.
    pub said: String,
    /// What they say.
    pub slots: Slots,
}

/// Reads a whole text.
///
/// # Errors
/// No time, or one that cannot be.
pub fn read(text: &str, sender: &Sender) -> Result<Answer, Misread> {
    let tokens = token::tokens(head_of(text));
    let read = |language| read_tokens(text, &language::tokens_in(text, &tokens, language), sender);
    let mut tried = [false; LANGUAGES.len()];
    for language in language::spoken(text, &tokens) {
        tried[language] = true;
        match read(language) {
            Err(Misread::NoTime) => {}
            answer => return answer.map(|answer| answer.in_language(Some(language))),
        }
    }
    let answer = read_tokens(text, &language::english(text, &tokens), sender);
    if !matches!(answer, Err(Misread::NoTime)) {
        let english = language::is_told_english(&tokens).then_some(ENGLISH);
        return answer.map(|answer| answer.in_language(english));
    }
    let mut shared = language::shared(text, &tokens).filter(|language| !tried[*language]);
    let mut read = |language| Some(read(language).ok()?.in_language(Some(language)));
    shared.find_map(&mut read).ok_or(Misread::NoTime)
}

/// The language of a text, whether there is a time in it or not.
pub fn language_of(text: &str) -> Option<Language> {
    let tokens = token::tokens(head_of(text));
    let spoken = language::spoken(text, &tokens).next();
    let told = spoken.or_else(|| language::is_told_english(&tokens).then_some(ENGLISH))?;
    Language::ALL.get(told).copied()
}

impl Answer {
    fn in_language(mut self, language: Option<usize>) -> Self {
        self.reading.language = language.and_then(|at| Language::ALL.get(at).copied());
        self
    }
}

/// Reads the tokens of a text, with the senses of one language.
fn read_tokens(text: &str, tokens: &[Token], sender: &Sender) -> Result<Answer, Misread> {
    if let Some(answer) = asked_after(text, tokens, sender) {
        return answer;
    }
    let split = Split::new(text, tokens, sender, 0);
    let found = split.find()?;
    let about = split.matter(&found);
    answer(&found.phrase, sender, about, found.taken)
}

fn answer(
    phrase: &Phrase<'_>,
    sender: &Sender,
    about: String,
    note: Option<Taken>,
) -> Result<Answer, Misread> {
    let (when, mut taken) = resolve(phrase, sender)?;
    taken.extend(note);
    let taken = (!taken.is_empty()).then_some(taken);
    let names_day = phrase.slots.names_day();
    let reading = Reading { when, about, taken, names_day, language: None };
    Ok(Answer { reading, said: phrase.words(), slots: phrase.slots.clone() })
}

/// What of a text that could not be read can be repeated in an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The matter.
    pub matter: String,
    /// `to` leads it.
    pub action: bool,
    /// The sender's words for the time of day.
    pub clock: Option<String>,
}

/// Takes a text apart that could not be read.
pub fn draft(text: &str, sender: &Sender) -> Draft {
    let tokens = token::tokens(head_of(text));
    let tokens = match language::spoken(text, &tokens).next() {
        Some(language) => Cow::Owned(language::tokens_in(text, &tokens, language)),
        None => language::english(text, &tokens),
    };
    let split = Split::new(text, &tokens, sender, 0);
    let to = split.end_of_times(split.start);
    let (after, connector) = split.connector(to);
    let found = split.find().ok();
    let matter = match &found {
        Some(found) => split.matter(found),
        None => split.words(after, before_asking(&tokens, after, split.text_end())),
    };
    let clock = found.map(|found| found.phrase.words_of(|slots| slots.clock.is_some()));
    let clock = clock.filter(|words| !words.is_empty());
    Draft { matter, action: connector == Some(Sense::To), clock }
}

/// The token at which words of asking begin that end a text: `(kiraya dena) yaad dilana`.
fn before_asking(tokens: &[Token], from: usize, to: usize) -> usize {
    let asks = |at: &usize| tokens[*at].senses.contains(Sense::RemindAfter);
    let Some(asking) = (from..to).rev().find(asks) else { return to };
    let about = asking.checked_sub(1).filter(|at| *at > from);
    about.filter(|at| tokens[*at].senses.contains(Sense::AboutAfter)).unwrap_or(asking)
}

/// `dinner at 7, remind me at 6`: the matter stands before the asking, whole. `None` when nothing
/// stands before it, or matter after it.
fn asked_after(text: &str, tokens: &[Token], sender: &Sender) -> Option<Result<Answer, Misread>> {
    let is = |at: usize, sense| match tokens.get(at) {
        Some(token) => token.senses.contains(sense),
        None => false,
    };
    let asks = |at: &usize| {
        is(*at, Sense::RemindAfter) || (is(*at, Sense::Remind) && is(at + 1, Sense::Me))
    };
    let asking = (1..tokens.len()).find(asks)?;
    let says_nothing = |at| {
        let joining = [Sense::And, Sense::So, Sense::Polite].into_iter().any(|sense| is(at, sense));
        joining || is_separator(&tokens[at])
    };
    let about = asking - usize::from(is(asking - 1, Sense::AboutAfter));
    let end = (0..about).rev().find(|at| !says_nothing(*at))? + 1;
    let event = Split::new(&text[..tokens[end - 1].to], &tokens[..end], sender, 0);
    let asked = Split::new(text, tokens, sender, asking);
    if asked.start >= asked.end {
        // `call mom at 6, remind me`
        let found = match event.find() {
            Ok(found) => found,
            Err(misread) => return Some(Err(misread)),
        };
        return Some(answer(&found.phrase, sender, event.matter(&found), found.taken));
    }
    let (mut phrase, _, to) = asked.head().ok()??;
    if to < asked.end {
        return None;
    }
    // `dinner tomorrow at 7, remind me at 6`, `… an hour before`: the event says the rest.
    let ahead = phrase.slots.ahead.is_some();
    let clock = phrase.slots.has_clock_only();
    for atom in event.candidates(event.start).last().map_or(&[][..], |last| last.phrase.atoms()) {
        if ahead || (clock && has_day(atom) && atom.slots.clock.is_none()) {
            phrase.join(atom).ok()?;
        }
    }
    let timed = phrase.slots != Slots { ahead: phrase.slots.ahead, ..Slots::default() };
    timed.then(|| answer(&phrase, sender, event.words(event.start, end), None))
}

/// The beginning of the text, cut between characters.
fn head_of(text: &str) -> &str {
    let mut end = text.len().min(READ_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// A text with the expressions of time in it.
struct Split<'t> {
    sender: &'t Sender,
    text: &'t str,
    tokens: &'t [Token],
    reader: Reader<'t>,
    /// The first token after the words of asking.
    start: usize,
    /// There are words of asking: what follows them is likely a time.
    asked: bool,
    /// The first token of the thanks and marks at the end.
    end: usize,
    /// `set a daily reminder`: the asking says how often.
    habit: Option<Atom>,
    atoms: Vec<Atom>,
}

/// The time that was found, and the tokens that are not matter.
struct Chosen<'t> {
    phrase: Phrase<'t>,
    /// Token ranges of the time, in order; empty for a time that stays in the matter.
    cuts: Vec<(usize, usize)>,
    taken: Option<Taken>,
}

impl<'t> Split<'t> {
    /// Finds the expressions after the words of asking, which may stand from the token `from` on.
    fn new(text: &'t str, tokens: &'t [Token], sender: &'t Sender, from: usize) -> Self {
        let year = zone::wall(sender.zone, sender.now).year();
        let reader = Reader::new(text, tokens, sender.region, year);
        let Asking { end: start, asked, habit } = after_asking(text, &reader, tokens, from);
        let atoms = reader.atoms(start, habit.as_ref());
        let end = tokens.len();
        let mut split = Self { sender, text, tokens, reader, start, asked, end, habit, atoms };
        split.end = split.before_thanks();
        split
    }

    /// The time that is meant.
    fn find(&self) -> Result<Chosen<'t>, Misread> {
        let found = self.head().and_then(|head| match head {
            Some((phrase, from, to)) => self.with_head(phrase, from, to),
            None => self.without_head(),
        });
        let Some(habit) = &self.habit else { return found };
        match found {
            Err(Misread::NoTime) => {
                let phrase = Phrase::new(self.text, self.tokens, habit);
                Ok(Chosen { phrase, cuts: Vec::new(), taken: None })
            }
            Ok(mut chosen) => chosen.phrase.join(habit).map(|()| chosen),
            misread => misread,
        }
    }

    /// Nothing but marks that separate stands between two expressions.
    fn adjacent(&self, to: usize, from: usize) -> bool {
        from <= to + 2
            && self.tokens.get(to..from).is_some_and(|between| {
                between.iter().all(|token| {
                    quotes(token)
                        || matches!(
                            token.kind,
                            Kind::Mark(
                                ',' | ';' | '.' | '-' | '\u{2013}' | '\u{2014}' | '(' | ')' | ':'
                            )
                        )
                })
            })
    }

    /// The token after all times that stand together from `at` on, whether they agree or not.
    fn end_of_times(&self, at: usize) -> usize {
        let mut to = at;
        for atom in self.atoms.iter().filter(|atom| atom.from >= at) {
            let joined = self.reader.has(to, Sense::And) || self.reader.has(to, Sense::Or);
            if !self.adjacent(to + usize::from(joined), atom.from) {
                break;
            }
            to = atom.to;
        }
        to
    }
}

/// A weak expression stands beside a stronger one; of two weak ones, one must be a weekday (`sat
/// 14th`).
fn supports(beside: &Atom, weak: &Atom) -> bool {
    let weekday = beside.slots.weekday.is_some() != weak.slots.weekday.is_some();
    beside.grip >= Grip::Loose || (beside.grip == Grip::Weak && weekday)
}

fn has_day(atom: &Atom) -> bool {
    atom.slots.day.is_some() || atom.slots.weekday.is_some()
}

fn has_any_day(phrase: &Phrase<'_>) -> bool {
    phrase.slots.day.is_some() || phrase.slots.weekday.is_some()
}
