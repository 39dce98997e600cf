//! Tells from a text's own words which languages it may be in, and gives its words the senses that
//! they have there.

use crate::{
    token::{Kind, Token},
    words::{
        Sense,
        lexicon::{self, ALL, Entry, Id},
    },
};

/// The most words in one expression of the index: `quatre-vingt-dix-sept`.
const PHRASE_WORDS_MAX: usize = 4;

/// A word of this language and of no other weighs as much as so many English ones.
const STRONG: usize = 3;

/// A short word, or one that is also a name, weighs less.
const FAINT: usize = 1;

/// Words of fewer letters stand in too many languages to tell one.
const TELLING_LETTERS_MIN: usize = 2;

/// How much speaks for a language, and for English against it.
#[derive(Debug, Clone, Copy, Default)]
struct Evidence {
    own: usize,
    english: usize,
    /// Words of its own that mean a time.
    telling: usize,
    /// The first word after the asking is one of its own: there a time stands.
    head: bool,
}

/// The languages besides English that a text may be in, the likeliest first. None for an English
/// text, whatever names or short words of other languages it has.
pub fn spoken(text: &str, tokens: &[Token]) -> Vec<Id> {
    let mut evidence = [Evidence::default(); ALL.len()];
    let mut at_head = true;
    for token in words(tokens) {
        let word = &text[token.from..token.to];
        let english = is_english(word, token.senses);
        let entries = entries(word);
        for (id, evidence) in ALL.into_iter().zip(&mut evidence) {
            let weight = if english { None } else { entries.weight(id) };
            match weight {
                Some(weight) => {
                    evidence.own += weight;
                    evidence.telling += usize::from(entries.means(id));
                    evidence.head |= at_head && weight == STRONG;
                }
                None if english && !entries.is_known(id) => evidence.english += 1,
                None => {}
            }
        }
        at_head &= token.senses.iter().any(|sense| asks(*sense));
    }
    let mut spoken: Vec<(Id, (usize, usize))> = ALL
        .into_iter()
        .zip(evidence)
        .filter(|(_, seen)| seen.own > 0 && (seen.head || seen.own >= seen.english))
        .map(|(id, seen)| (id, (seen.own, seen.telling)))
        .collect();
    spoken.sort_by_key(|(_, own)| std::cmp::Reverse(*own));
    spoken.into_iter().map(|(id, _)| id).collect()
}

/// The languages that have every word of a text, though English has them too: `am 15.2.`.
pub fn shared(text: &str, tokens: &[Token]) -> Vec<Id> {
    let numbers = tokens.iter().any(|token| matches!(token.kind, Kind::Number(_)));
    let known =
        |id: Id| words(tokens).all(|token| entries(&text[token.from..token.to]).is_known(id));
    let spoken = ALL.into_iter().filter(|id| numbers && known(*id));
    spoken.collect()
}

fn words(tokens: &[Token]) -> impl Iterator<Item = &Token> {
    tokens.iter().filter(|token| token.kind == Kind::Word)
}

/// An English word of time or an everyday one; cities do not count, they are the same everywhere.
fn is_english(word: &str, senses: &[Sense]) -> bool {
    let place = |sense: &Sense| matches!(sense, Sense::City(_) | Sense::CityFirst);
    senses.iter().any(|sense| !place(sense)) || lexicon::is_english(word)
}

/// What may stand before the time at the head of a text.
fn asks(sense: Sense) -> bool {
    matches!(sense, Sense::Remind | Sense::Me | Sense::Polite | Sense::Set | Sense::Reminder)
}

/// A word, or the two that an apostrophe joins.
struct Entries<'w> {
    word: &'w str,
    first: Option<&'static Entry>,
    /// The word after the apostrophe of the first.
    second: Option<&'static Entry>,
}

fn entries(word: &str) -> Entries<'_> {
    match lexicon::find(word) {
        Some(entry) => Entries { word, first: Some(entry), second: None },
        None => match elided(word) {
            Some((first, second)) => {
                Entries { word, first: lexicon::find(first), second: lexicon::find(second) }
            }
            None => Entries { word, first: None, second: None },
        },
    }
}

impl Entries<'_> {
    fn is_known(&self, id: Id) -> bool {
        self.first.is_some_and(|entry| entry.is_known(id))
    }

    fn means(&self, id: Id) -> bool {
        self.first.is_some_and(|entry| !entry.senses(id).is_empty())
    }

    /// How much the word tells of the language; `None` if it is none of it.
    fn weight(&self, id: Id) -> Option<usize> {
        let first = self.first.filter(|entry| entry.is_known(id))?;
        let letters = self.word.chars().count();
        let last = self.second.unwrap_or(first);
        let faint = (letters <= TELLING_LETTERS_MIN && self.word.is_ascii())
            || [Sense::Shy, Sense::Name].iter().any(|sense| last.senses(id).contains(sense));
        let weight = if faint { FAINT } else { STRONG };
        (letters >= TELLING_LETTERS_MIN || !self.word.is_ascii()).then_some(weight)
    }
}

/// `d'avril` in two, with the apostrophe on the first.
fn elided(word: &str) -> Option<(&str, &str)> {
    let (at, mark) =
        word.char_indices().find(|(_, c)| matches!(c, '\'' | '\u{2019}' | '\u{2bc}'))?;
    let (first, second) = word.split_at(at + mark.len_utf8());
    (!second.is_empty()).then_some((first, second))
}

/// The tokens with the senses of a language; English ones where it has none. Expressions of several
/// words become one token, elided words two.
pub fn tokens_in(text: &str, tokens: &[Token], id: Id) -> Vec<Token> {
    let apart: Vec<Token> = tokens.iter().flat_map(|token| unelided(text, *token, id)).collect();
    let mut translated: Vec<Token> = Vec::with_capacity(apart.len());
    let mut at = 0;
    while let Some(token) = apart.get(at) {
        let entry = word_of(text, token).and_then(lexicon::find);
        let begins = entry.is_some_and(|entry| entry.begins(id));
        let (token, next) = match phrase(text, &apart, at, id).filter(|_| begins) {
            Some(phrase) => phrase,
            None => match entry.map(|entry| entry.senses(id)) {
                Some(senses) if !senses.is_empty() => (Token { senses, ..*token }, at + 1),
                _ => (*token, at + 1),
            },
        };
        translated.push(token);
        at = next;
    }
    translated
}

fn word_of<'t>(text: &'t str, token: &Token) -> Option<&'t str> {
    (token.kind == Kind::Word).then(|| &text[token.from..token.to])
}

/// A word in two at its apostrophe, if what stands before that is a word: `d'avril`.
fn unelided(text: &str, token: Token, id: Id) -> impl Iterator<Item = Token> {
    let cut = word_of(text, &token).and_then(|word| {
        let whole = lexicon::find(word);
        let is_word = whole.is_some_and(|whole| whole.begins(id) || !whole.senses(id).is_empty());
        let (first, _) = elided(word).filter(|_| !is_word)?;
        let known = lexicon::find(first).is_some_and(|first| !first.senses(id).is_empty());
        known.then_some(token.from + first.len())
    });
    let rest = cut.map(|cut| Token { from: cut, glued: false, senses: &[], ..token });
    [Token { to: cut.unwrap_or(token.to), ..token }].into_iter().chain(rest)
}

/// The longest expression of several words that begins at a token, as one token, and the token
/// after it. Spaces or hyphens stand between its words.
fn phrase(text: &str, tokens: &[Token], from: usize, id: Id) -> Option<(Token, usize)> {
    let first = tokens[from];
    let mut words = text[first.from..first.to].to_owned();
    let mut found = None;
    let mut at = from + 1;
    for _ in 1..PHRASE_WORDS_MAX {
        let hyphen = tokens.get(at).is_some_and(|t| t.kind == Kind::Mark('-') && t.glued);
        let next = at + usize::from(hyphen);
        let Some(token) = tokens.get(next).filter(|token| token.kind == Kind::Word) else { break };
        if token.glued != hyphen {
            break;
        }
        words.push(' ');
        words.push_str(&text[token.from..token.to]);
        at = next + 1;
        if let Some(entry) = lexicon::find(&words).filter(|entry| !entry.senses(id).is_empty()) {
            found = Some((Token { senses: entry.senses(id), to: token.to, ..first }, at));
        }
    }
    found
}
