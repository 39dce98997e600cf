//! Tells from a text's own words which languages it may be in, and gives its words the senses that
//! they have there.

use std::borrow::Cow;

use crate::{
    token::{self, Kind, Token},
    words::{ENGLISH, HINDI, Key, LANGUAGES, Sense, Senses, Words},
};

/// The most words in one expression of the index: `un día sí y otro no`.
const PHRASE_WORDS_MAX: usize = 6;

/// A word of this language and of no other weighs as much as so many English ones.
const STRONG: usize = 3;

/// A short word, or one that is also a name, weighs less.
const FAINT: usize = 1;

/// A text that could be in several languages is read in the likeliest of them: a text that is in
/// none of these is in none.
const SPOKEN_MAX: usize = 3;

/// In a longer text one word or another tells the language.
const SHARED_TOKENS_MAX: usize = 16;

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

/// The languages besides English that a text may be in, by their places, the likeliest first. None
/// for an English text, whatever names or short words of other languages it has.
pub fn spoken(text: &str, tokens: &[Token]) -> impl Iterator<Item = usize> + use<> {
    let mut evidence = [Evidence::default(); LANGUAGES.len()];
    let mut at_head = true;
    // Most texts are English and need no weighing.
    let foreign =
        |token: &Token| token.words.is_foreign() || elided(&text[token.from..token.to]).is_some();
    let tokens = if tokens.iter().any(foreign) { tokens } else { &[] };
    for token in words(tokens) {
        let english = is_english(token);
        if english {
            for (language, evidence) in evidence.iter_mut().enumerate() {
                evidence.english += usize::from(!token.words.is_known(language));
            }
        } else {
            weigh(text, token, at_head, &mut evidence);
        }
        at_head = at_head && token.senses.iter().any(asks);
    }
    let mut spoken: [usize; LANGUAGES.len()] = std::array::from_fn(|language| language);
    // The sort is stable: of those that are as likely the first.
    spoken.sort_by_key(|language| {
        std::cmp::Reverse((evidence[*language].own, evidence[*language].telling))
    });
    let most = evidence[spoken[0]].own;
    let likely = spoken.into_iter().filter(move |language| {
        let seen = evidence[*language];
        // In a text that is French beyond doubt, `8 Mai` is not tried in German.
        let likely = 3 * seen.own >= 2 * most;
        seen.own > 0 && likely && (seen.head || seen.own >= seen.english)
    });
    likely.take(SPOKEN_MAX)
}

/// Whether some word of a text is English and of no other language in Europe. Hindi takes English
/// words in, beside ones of its own that tell it.
pub fn is_told_english(tokens: &[Token]) -> bool {
    let others = || (ENGLISH + 1..LANGUAGES.len()).filter(|language| *language != HINDI);
    words(tokens)
        .any(|token| is_english(token) && !others().any(|language| token.words.is_known(language)))
}

/// What a word that is not English speaks for.
fn weigh(text: &str, token: &Token, at_head: bool, evidence: &mut [Evidence]) {
    let word = &text[token.from..token.to];
    let (first, last) = match elided(word) {
        // The two that an apostrophe joins.
        Some((first, second)) if token.words == Words::NONE => {
            let (first, second) = (token::find(first), token::find(second));
            (first, if second == Words::NONE { first } else { second })
        }
        _ => (token.words, token.words),
    };
    let plain = word.is_ascii();
    let letters = word.chars().take(TELLING_LETTERS_MIN + 1).count();
    if plain && letters < TELLING_LETTERS_MIN {
        return;
    }
    for (language, evidence) in evidence.iter_mut().enumerate().skip(ENGLISH + 1) {
        if first.is_known(language) {
            let meant = last.senses(language);
            let faint = (plain && letters <= TELLING_LETTERS_MIN)
                || [Sense::Shy, Sense::Name].into_iter().any(|sense| meant.contains(sense));
            let weight = if faint { FAINT } else { STRONG };
            evidence.own += weight;
            evidence.telling += usize::from(!first.senses(language).is_empty());
            evidence.head |= at_head && weight == STRONG;
        }
    }
}

/// The languages that have every word of a text, though English has them too: `am 15.2.`.
pub fn shared(text: &str, tokens: &[Token]) -> impl Iterator<Item = usize> {
    let numbers = tokens.iter().any(|token| matches!(token.kind, Kind::Number(_)));
    let short = tokens.len() <= SHARED_TOKENS_MAX && words(tokens).next().is_some();
    let known = move |token: &Token, language| match elided(&text[token.from..token.to]) {
        Some((first, _)) if token.words == Words::NONE => token::find(first).is_known(language),
        _ => token.words.is_known(language),
    };
    (ENGLISH + 1..LANGUAGES.len()).filter(move |language| {
        numbers && short && words(tokens).all(|token| known(token, *language))
    })
}

fn words(tokens: &[Token]) -> impl Iterator<Item = &Token> {
    tokens.iter().filter(|token| token.kind == Kind::Word)
}

/// An English word of time or an everyday one; cities do not count, they are the same everywhere.
fn is_english(token: &Token) -> bool {
    let place = |sense: Sense| matches!(sense, Sense::City(_) | Sense::CityFirst | Sense::Area);
    token.words.is_known(ENGLISH) || token.senses.iter().any(|sense| !place(sense))
}

/// What may stand before the time at the head of a text.
fn asks(sense: Sense) -> bool {
    matches!(sense, Sense::Remind | Sense::Me | Sense::Polite | Sense::Set | Sense::Reminder)
}

/// `d'avril` in two, with the apostrophe on the first.
fn elided(word: &str) -> Option<(&str, &str)> {
    // An apostrophe is one byte, or two, or three, and the first byte tells.
    let may = |byte: &u8| matches!(byte, b'\'' | 0xe2 | 0xca);
    let near = word.bytes().position(|byte| may(&byte))?;
    let (at, mark) = word[near..].char_indices().find(|(_, c)| token::is_apostrophe(*c))?;
    let (first, second) = word.split_at(near + at + mark.len_utf8());
    (!second.is_empty()).then_some((first, second))
}

/// The tokens of an English text; most have no expression of several words.
pub fn english<'t>(text: &str, tokens: &'t [Token]) -> Cow<'t, [Token]> {
    if tokens.iter().any(|token| token.words.begins(ENGLISH)) {
        Cow::Owned(tokens_in(text, tokens, ENGLISH))
    } else {
        Cow::Borrowed(tokens)
    }
}

/// The tokens with the senses of a language; English ones where it has none. Expressions of several
/// words become one token, elided words two.
pub fn tokens_in(text: &str, tokens: &[Token], language: usize) -> Vec<Token> {
    let mut apart: Vec<Token> = Vec::with_capacity(tokens.len() + tokens.len() / 8);
    for token in tokens {
        let (token, rest) = unelided(text, *token, language);
        apart.push(token);
        apart.extend(rest);
    }
    // An expression of several words is not longer than its words: it takes the place of the first.
    let (mut at, mut end) = (0, 0);
    while let Some(token) = apart.get(at).copied() {
        let begins = token.words.begins(language);
        let phrase = begins.then(|| phrase(text, &apart, at, language)).flatten();
        let (token, next) = phrase.unwrap_or_else(|| (translated(token, language), at + 1));
        apart[end] = token;
        (at, end) = (next, end + 1);
    }
    apart.truncate(end);
    apart
}

fn translated(token: Token, language: usize) -> Token {
    match meaning(token.words, language) {
        Some(senses) => Token { senses, ..token },
        None => token,
    }
}

/// What a word means in a language, if anything about time.
fn meaning(words: Words, language: usize) -> Option<Senses> {
    Some(words.senses(language)).filter(|senses| !senses.is_empty())
}

/// A word in two at its apostrophe, if what stands before that is a word: `d'avril`.
fn unelided(text: &str, token: Token, language: usize) -> (Token, Option<Token>) {
    let whole = token.words.begins(language) || meaning(token.words, language).is_some();
    let parts = elided(&text[token.from..token.to]).filter(|_| !whole);
    let Some((first, second)) = parts else { return (token, None) };
    let before = token::find(first);
    if meaning(before, language).is_none() {
        return (token, None);
    }
    let cut = token.from + first.len();
    let words = token::find(second);
    let rest = Token { words, senses: Senses::NONE, from: cut, glued: false, ..token };
    (Token { words: before, to: cut, ..token }, Some(rest))
}

/// The longest expression of several words that begins at a token, as one token, and the token
/// after it. Spaces or hyphens stand between its words.
fn phrase(text: &str, tokens: &[Token], from: usize, language: usize) -> Option<(Token, usize)> {
    let first = tokens[from];
    let mut key = Key::of(&text[first.from..first.to])?;
    let mut found = None;
    let mut at = from + 1;
    for _ in 1..PHRASE_WORDS_MAX {
        let hyphen = tokens.get(at).is_some_and(|t| t.kind == Kind::Mark('-') && t.glued);
        let next = at + usize::from(hyphen);
        let Some(token) = tokens.get(next).filter(|token| token.kind == Kind::Word) else { break };
        // `d'` and `année` are written as one word.
        let elided = text[..tokens[at - 1].to].ends_with(token::is_apostrophe) && !hyphen;
        let word = &text[token.from..token.to];
        if token.glued != hyphen || !(if elided { key.add(word) } else { key.and(word) }) {
            break;
        }
        at = next + 1;
        if let Some(senses) = meaning(Words::find(&key), language) {
            found = Some((Token { senses, to: token.to, ..first }, at));
        }
    }
    found
}
