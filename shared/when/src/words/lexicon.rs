//! The words of all languages besides English in one index, so that one look-up tells in which of
//! them a word means what.

use std::{collections::BTreeMap, sync::LazyLock};

use super::{Language, OTHERS, Sense, english};

/// Longer words than the longest in the index are looked at no further.
const WORD_BYTES_MAX: usize = 64;

/// A language, by its place among the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Id(usize);

/// All of them, in the order in which they are tried.
pub const ALL: [Id; OTHERS.len()] = {
    let mut all = [Id(0); OTHERS.len()];
    let mut at = 0;
    while at < all.len() {
        all[at] = Id(at);
        at += 1;
    }
    all
};

/// What a word is in each language.
#[derive(Debug, Default)]
pub struct Entry {
    senses: [Vec<Sense>; OTHERS.len()],
    /// It is a word of this language, whether or not it means a time.
    known: [bool; OTHERS.len()],
    /// An expression of several words begins with it.
    begins: [bool; OTHERS.len()],
}

impl Entry {
    /// What it means in a language; nothing where it says nothing about time.
    pub fn senses(&self, language: Id) -> &[Sense] {
        &self.senses[language.0]
    }

    /// Whether it is a word of the language at all.
    pub fn is_known(&self, language: Id) -> bool {
        self.known[language.0]
    }

    /// Whether an expression of several words begins with it.
    pub fn begins(&self, language: Id) -> bool {
        self.begins[language.0]
    }
}

static INDEX: LazyLock<BTreeMap<String, Entry>> = LazyLock::new(|| {
    let mut index = Index::default();
    for (id, language) in ALL.into_iter().zip(OTHERS) {
        index.add_language(id, language);
    }
    index.0
});

static ENGLISH: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let mut words: Vec<&str> = english::TELLS.split_whitespace().collect();
    words.sort_unstable();
    words
});

#[derive(Default)]
struct Index(BTreeMap<String, Entry>);

impl Index {
    fn add_language(&mut self, id: Id, language: &Language) {
        for (value, words) in (0..).zip(language.numbers.split_whitespace()) {
            for word in words.split('/') {
                self.add(id, word, Sense::Number(value));
                if (1..=31).contains(&value) {
                    self.add(id, word, Sense::Dated(value));
                }
            }
        }
        for (value, words) in (1..).zip(language.ordinals.split_whitespace()) {
            for word in words.split('/') {
                self.add(id, word, Sense::Ordinal(value));
            }
        }
        for (sense, words) in language.words {
            for word in words.split_whitespace() {
                self.add(id, word, *sense);
            }
        }
        for word in language.tells.split_whitespace() {
            self.know(id, word);
        }
    }

    fn add(&mut self, id: Id, written: &str, sense: Sense) {
        let phrase = written.replace('_', " ");
        for spelling in spellings(&phrase) {
            let senses = &mut self.0.entry(spelling).or_default().senses[id.0];
            if !senses.contains(&sense) {
                senses.push(sense);
            }
        }
        for word in phrase.split(' ') {
            self.know(id, word);
        }
        if let Some((first, _)) = phrase.split_once(' ') {
            for spelling in spellings(first) {
                self.0.entry(spelling).or_default().begins[id.0] = true;
            }
        }
    }

    fn know(&mut self, id: Id, word: &str) {
        for spelling in spellings(word) {
            self.0.entry(spelling).or_default().known[id.0] = true;
        }
    }
}

/// What a word, or words with single spaces between them, is in each language.
pub fn find(words: &str) -> Option<&'static Entry> {
    if words.len() > WORD_BYTES_MAX {
        return None;
    }
    let written = folded(words);
    INDEX.get(&written).or_else(|| (!written.is_ascii()).then(|| INDEX.get(&plain(&written)))?)
}

/// Whether it is an everyday word of English.
pub fn is_english(word: &str) -> bool {
    let word = word.to_lowercase();
    ENGLISH.binary_search(&word.as_str()).is_ok()
}

/// The ways in which phones write a word: with its accents, without them, `ae` for `ä`.
fn spellings(word: &str) -> Vec<String> {
    let written = folded(word);
    if written.is_ascii() {
        return vec![written];
    }
    let latin: String = written
        .chars()
        .map(|letter| match letter {
            'ä' => "ae".to_owned(),
            'ö' => "oe".to_owned(),
            'ü' => "ue".to_owned(),
            other => plain(&other.to_string()),
        })
        .collect();
    let mut spellings = vec![plain(&written), latin, written];
    spellings.dedup();
    spellings
}

/// In lower case, with straight apostrophes, without accents that stand in characters of their own
/// and without the marks that Devanagari is typed with and without.
fn folded(word: &str) -> String {
    let letters = word.chars().flat_map(char::to_lowercase);
    letters
        .filter(|letter| !matches!(letter, '\u{300}'..='\u{36f}' | '\u{93c}'))
        .map(|letter| match letter {
            '\u{2019}' | '\u{2bc}' => '\'',
            '\u{901}' => '\u{902}',
            '\u{958}' => '\u{915}',
            '\u{959}' => '\u{916}',
            '\u{95a}' => '\u{917}',
            '\u{95b}' => '\u{91c}',
            '\u{95c}' => '\u{921}',
            '\u{95d}' => '\u{922}',
            '\u{95e}' => '\u{92b}',
            other => other,
        })
        .collect()
}

/// Without accents.
fn plain(word: &str) -> String {
    let mut plain = String::with_capacity(word.len());
    for letter in word.chars() {
        if letter == 'ß' {
            plain.push('s');
        }
        plain.push(match letter {
            'á' | 'à' | 'â' | 'ã' | 'ä' => 'a',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'í' | 'ì' | 'î' | 'ï' => 'i',
            'ó' | 'ò' | 'ô' | 'õ' | 'ö' => 'o',
            'ú' | 'ù' | 'û' | 'ü' => 'u',
            'ñ' => 'n',
            'ç' => 'c',
            'ß' => 's',
            other => other,
        });
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_with_and_without_its_accents() {
        for word in ["mañana", "manana", "MAÑANA", "man\u{303}ana", "märz", "marz", "maerz"] {
            assert!(find(word).is_some(), "{word}");
        }
        for word in ["साढ़े", "सा\u{95d}े", "पाँच", "पांच"] {
            assert!(find(word).is_some(), "{word}");
        }
    }

    #[test]
    fn every_language_counts_to_ninety_nine_and_orders_to_thirty_one() {
        for language in OTHERS {
            assert_eq!(language.numbers.split_whitespace().count(), 100);
            assert_eq!(language.ordinals.split_whitespace().count(), 31);
        }
    }

    #[test]
    fn words_are_written_as_they_are_looked_up() {
        for language in OTHERS {
            let words = language.words.iter().flat_map(|(_, words)| words.split_whitespace());
            for word in words.chain(language.tells.split_whitespace()) {
                assert_eq!(word, word.to_lowercase());
                assert!(
                    word.len() <= WORD_BYTES_MAX && !word.contains(['-', '\u{2019}']),
                    "{word}"
                );
            }
        }
    }
}
