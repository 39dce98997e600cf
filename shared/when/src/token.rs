//! Cuts a text into numbers, words and marks, each with its place in the text and its senses.

use crate::words::{ENGLISH, Key, Senses, Words};

/// More digits than any date, clock or amount has: such a number is none of them, however it
/// continues.
const DIGITS_MAX: usize = 14;

/// A word that begins with digits (`2moro`) is not longer than this.
const MIXED_BYTES_MAX: usize = 12;

/// A piece of the text.
#[derive(Debug, Clone, Copy)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// It as a word of each language.
    pub words: Words,
    /// What it can mean.
    pub senses: Senses,
    /// Where it begins, in bytes.
    pub from: usize,
    /// Where it ends, in bytes.
    pub to: usize,
    /// Nothing stands between it and the token before it.
    pub glued: bool,
}

/// What a piece of the text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A run of digits, ASCII or Devanagari.
    Number(Number),
    /// A run of letters, apostrophes between letters included: `Sunday's` is one word.
    Word,
    /// Any other single character.
    Mark(char),
}

/// A run of digits: `05` and `5` are the same value and different numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    /// The value; the greatest there is when there are more digits than [`DIGITS_MAX`].
    pub value: u64,
    /// How many digits it has.
    pub digits: usize,
}

/// Cuts `text`; white space, control characters and invisible marks only separate.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::with_capacity(text.len() / 4 + 1);
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        if is_blank(first) {
            at += first.len_utf8();
            continue;
        }
        let (kind, len) = token(&text[at..], first);
        let is_number = matches!(kind, Kind::Number(_));
        let words = if is_number { Words::NONE } else { find(&text[at..at + len]) };
        let senses = words.senses(ENGLISH);
        let glued = tokens.last().is_some_and(|before| before.to == at);
        tokens.push(Token { kind, words, senses, from: at, to: at + len, glued });
        at += len;
    }
    tokens
}

/// The kind and the length in bytes of the token that `rest` begins with.
fn token(rest: &str, first: char) -> (Kind, usize) {
    if digit(first).is_some() {
        let digits = run(rest, |c| digit(c).is_some());
        let near = rest.get(..=MIXED_BYTES_MAX).unwrap_or(rest);
        let mixed = run(near, |c| c.is_ascii_alphanumeric());
        if mixed > digits && mixed <= MIXED_BYTES_MAX && is_word(&rest[..mixed]) {
            return (Kind::Word, mixed);
        }
        (Kind::Number(Number::of(&rest[..digits])), digits)
    } else if is_letter(first) {
        let word = word(rest);
        // `b4`
        let digit = rest.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
        let longer = rest.as_bytes().get(2).is_some_and(u8::is_ascii_alphanumeric);
        let short = word == 1 && digit && !longer;
        let mixed = if short && is_word(&rest[..2]) { 2 } else { word };
        (Kind::Word, mixed)
    } else {
        (Kind::Mark(first), first.len_utf8())
    }
}

/// The word of each language that a piece of text is.
pub fn find(piece: &str) -> Words {
    Key::of(piece).map_or(Words::NONE, |key| Words::find(&key))
}

/// Whether digits and letters together say something about time: `2moro`.
fn is_word(piece: &str) -> bool {
    !find(piece).senses(ENGLISH).is_empty()
}

impl Number {
    fn of(digits: &str) -> Self {
        let count = digits.chars().count();
        let values = digits.chars().filter_map(digit);
        let value = values.fold(0_u64, |sum, digit| sum.saturating_mul(10).saturating_add(digit));
        Self { value: if count > DIGITS_MAX { u64::MAX } else { value }, digits: count }
    }
}

/// The value of an ASCII or a Devanagari digit.
fn digit(c: char) -> Option<u64> {
    match c {
        '0'..='9' => Some(u64::from(c) - u64::from('0')),
        '\u{966}'..='\u{96f}' => Some(u64::from(c) - 0x966),
        _ => None,
    }
}

/// The length of the word that `rest` begins with; an apostrophe belongs to it when a letter
/// follows.
fn word(rest: &str) -> usize {
    let mut len = letters(rest);
    loop {
        let mut after = rest[len..].chars();
        match (after.next(), after.next()) {
            (Some(mark), Some(letter)) if is_apostrophe(mark) && is_letter(letter) => {
                len += mark.len_utf8();
                len += letters(&rest[len..]);
            }
            _ => return len,
        }
    }
}

/// The length of the letters that `rest` begins with; most letters are ASCII and need no tables.
fn letters(rest: &str) -> usize {
    let mut len = 0;
    loop {
        let plain = rest.as_bytes()[len..].iter().take_while(|byte| byte.is_ascii_alphabetic());
        len += plain.count();
        match rest[len..].chars().next() {
            Some(c) if !c.is_ascii() && is_letter(c) => len += c.len_utf8(),
            _ => return len,
        }
    }
}

fn run(rest: &str, belongs: impl Fn(char) -> bool) -> usize {
    rest.find(|c| !belongs(c)).unwrap_or(rest.len())
}

/// Letters, and the marks that scripts write on them; those of the languages that are read need no
/// tables.
fn is_letter(c: char) -> bool {
    match c {
        '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{17f}' => true,
        '\u{300}'..='\u{36f}' | '\u{900}'..='\u{963}' | '\u{971}'..='\u{97f}' => true,
        _ => c.is_alphabetic(),
    }
}

/// Straight or curly.
pub fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}' | '\u{2bc}')
}

/// Separates and means nothing: also zero-width characters, which phones put between emoji.
pub fn is_blank(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_whitespace() || c.is_ascii_control();
    }
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{fe0f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let pieces: Vec<&str> = tokens(text).iter().map(|t| &text[t.from..t.to]).collect();
        assert_eq!(pieces, expected, "{text:?}");
    }

    #[test]
    fn digits_and_letters_are_cut_apart_unless_they_make_a_word() {
        check("5pm 17:30 1h30m", &["5", "pm", "17", ":", "30", "1", "h", "30", "m"]);
        check("2moro B2B 21st", &["2moro", "B", "2", "B", "21", "st"]);
    }

    #[test]
    fn a_possessive_is_one_word() {
        check(
            "Sunday's o\u{2019}clock 2 weeks' time'",
            &["Sunday's", "o\u{2019}clock", "2", "weeks", "'", "time", "'"],
        );
    }

    #[test]
    fn what_cannot_be_seen_separates() {
        check("a\u{a0}b\u{0}c\u{200b}d\u{feff}", &["a", "b", "c", "d"]);
    }
}
