//! From a word to its senses in each language: hash tables that the compiler fills, so that the
//! first text of a process costs no more than any other.

use super::{
    ENGLISH, LANGUAGES, Sense, Senses,
    spelling::{Key, Spelling},
};

/// Computes the table of a language: once as large as it could be, then cut to its size. Each
/// language by itself, since a compiler that computes for long says so.
macro_rules! table {
    ($language:literal) => {{
        const MOST: Size = most($language);
        const FILLED: Filled<{ MOST.words }, { MOST.bytes }, { MOST.senses }, { MOST.slots() }> =
            fill($language);
        const SIZE: Size = FILLED.size;
        static SLOTS: [u16; MOST.slots()] = FILLED.slots;
        static WORDS: [Word; SIZE.words] = cut(&FILLED.words, NO_WORD);
        static TEXT: [u8; SIZE.bytes] = cut(&FILLED.text, 0);
        static SENSES: [Meant; SIZE.senses] = FILLED.senses;
        static ROWS: [Sense; SIZE.rows] = rows($language);
        Table { slots: &SLOTS, words: &WORDS, text: &TEXT, senses: &SENSES, rows: &ROWS }
    }};
}

/// The languages in their order, each with the table of its words.
static TABLES: [Table; LANGUAGES.len()] =
    [table!(0), table!(1), table!(2), table!(3), table!(4), table!(5)];

/// The languages that have a word with such a hash: most words of a text are of none, and most
/// others of one.
static FILTER: [u8; FILTER_LEN] = filter();

/// With so many places, of a hundred words of no language one or two for each language are looked
/// up in vain.
const FILTER_LEN: usize = 1 << 14;

const fn filter() -> [u8; FILTER_LEN] {
    let mut filter = [0; FILTER_LEN];
    let mut language = 0;
    while language < TABLES.len() {
        let table = &TABLES[language];
        let mut number = 0;
        while number < table.words.len() {
            let word = table.words[number];
            let text = table.text.split_at(word.text as usize).1.split_at(word.len as usize).0;
            filter[hash(text) & (FILTER_LEN - 1)] |= 1 << language;
            number += 1;
        }
        language += 1;
    }
    filter
}

/// The words of a language. Open addressing with linear probing; texts and senses stand apart, so
/// that a slot is two bytes.
struct Table {
    /// The number of a word, from one on; 0 is free.
    slots: &'static [u16],
    words: &'static [Word],
    text: &'static [u8],
    /// For each word the rows of its senses.
    senses: &'static [Meant],
    /// What each row of the language means.
    rows: &'static [Sense],
}

/// A word in one spelling, or several words with single spaces between them.
#[derive(Debug, Clone, Copy)]
struct Word {
    /// Where its text begins.
    text: u16,
    /// The first of its senses.
    senses: u16,
    /// How long its text is, in bytes.
    len: u8,
    /// How many senses it has.
    many: u8,
    /// It is a word of the language, whether or not it means a time.
    known: bool,
    /// An expression of several words begins with it.
    begins: bool,
}

const NO_WORD: Word = Word { text: 0, senses: 0, len: 0, many: 0, known: false, begins: false };

/// A sense that a word has in a language.
#[derive(Debug, Clone, Copy)]
pub struct Meant {
    language: u8,
    /// The place of the bit of its kind.
    kind: u8,
    row: u16,
}

impl Meant {
    /// The bit of its kind.
    #[inline]
    pub fn bit(self) -> u128 {
        1 << self.kind
    }

    /// The sense.
    #[inline]
    pub fn sense(self) -> Sense {
        TABLES[usize::from(self.language)].rows[usize::from(self.row)]
    }
}

/// What a piece of text is in each language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words {
    /// The number of the word in each language, from one on; 0 where it is none.
    numbers: [u16; LANGUAGES.len()],
    /// The languages of which it is a word, whether or not it means a time there; a bit for each.
    known: u8,
    /// The languages in which an expression of several words begins with it.
    begins: u8,
}

impl Words {
    /// No word of any language.
    pub const NONE: Self = Self { numbers: [0; LANGUAGES.len()], known: 0, begins: 0 };

    /// Finds the word as it is spelt, or else, where no language has it, without its accents.
    pub fn find(key: &Key) -> Self {
        let found = Self::exactly(key);
        if found != Self::NONE {
            return found;
        }
        key.plain().map_or(found, |plain| Self::exactly(&plain))
    }

    fn exactly(key: &Key) -> Self {
        let hash = hash(key.bytes());
        let mut found = Self::NONE;
        let mut languages = FILTER[hash & (FILTER.len() - 1)];
        while languages != 0 {
            let language = languages.trailing_zeros() as usize;
            languages &= languages - 1;
            let (number, word) = TABLES[language].find(key.bytes(), hash);
            found.numbers[language] = number;
            found.known |= u8::from(word.known) << language;
            found.begins |= u8::from(word.begins) << language;
        }
        found
    }

    /// What it means in a language; nothing where it says nothing about time.
    pub fn senses(self, language: usize) -> Senses {
        let Some(number) = self.numbers[language].checked_sub(1) else { return Senses::NONE };
        let table = &TABLES[language];
        let word = &table.words[usize::from(number)];
        let first = usize::from(word.senses);
        Senses::new(&table.senses[first..first + usize::from(word.many)])
    }

    /// Whether it is a word of the language at all.
    pub fn is_known(self, language: usize) -> bool {
        self.known & (1 << language) != 0
    }

    /// Whether it is a word of a language besides English.
    pub fn is_foreign(self) -> bool {
        self.known & !(1 << ENGLISH) != 0
    }

    /// Whether an expression of several words begins with it.
    pub fn begins(self, language: usize) -> bool {
        self.begins & (1 << language) != 0
    }
}

impl Table {
    /// A word with its number, from one on; 0 and no word if it is none of the language.
    fn find(&self, key: &[u8], hash: usize) -> (u16, Word) {
        let mask = self.slots.len() - 1;
        let mut slot = hash & mask;
        loop {
            let number = self.slots[slot];
            let Some(word) = number.checked_sub(1).map(|at| self.words[usize::from(at)]) else {
                return (0, NO_WORD);
            };
            let text = usize::from(word.text);
            if &self.text[text..text + usize::from(word.len)] == key {
                return (number, word);
            }
            slot = (slot + 1) & mask;
        }
    }
}

/// FNV-1a: short words need no better hash, and the compiler can compute it.
const fn hash(key: &[u8]) -> usize {
    let mut hash: u32 = 0x811c_9dc5;
    let mut at = 0;
    while at < key.len() {
        hash = (hash ^ key[at] as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    (hash ^ (hash >> 16)) as usize
}

/// How much there is to store.
#[derive(Clone, Copy)]
struct Size {
    words: usize,
    bytes: usize,
    senses: usize,
    rows: usize,
}

impl Size {
    /// At most half of the slots are taken, so that a search ends after a few.
    const fn slots(&self) -> usize {
        (2 * self.words).next_power_of_two()
    }
}

/// A table while it is filled.
struct Filled<const WORDS: usize, const BYTES: usize, const SENSES: usize, const SLOTS: usize> {
    slots: [u16; SLOTS],
    words: [Word; WORDS],
    text: [u8; BYTES],
    senses: [Meant; SENSES],
    size: Size,
}

/// Each word in each spelling, and the words that it is made of, counted as often as they stand.
const fn most(language: usize) -> Size {
    let mut most = Size { words: 0, bytes: 0, senses: 0, rows: 0 };
    let mut entry = Entry::first_of(language);
    while let Some(next) = entry.next() {
        entry = next;
        let spellings = entry.spellings();
        most.words += spellings * (1 + entry.spaces() + 1);
        // A phrase and its words have as many letters; without an accent a word is not longer.
        most.bytes += spellings * 2 * (entry.to - entry.from);
        most.senses += if entry.sense().is_some() { spellings } else { 0 };
        most.rows = entry.row + 1;
    }
    assert!(most.words < u16::MAX as usize && most.bytes < u16::MAX as usize);
    most
}

/// Finds the words and counts the senses of each, then lists the senses.
#[expect(clippy::cast_possible_truncation, reason = "what is counted was compared in `most`")]
const fn fill<const WORDS: usize, const BYTES: usize, const SENSES: usize, const SLOTS: usize>(
    language: usize,
) -> Filled<WORDS, BYTES, SENSES, SLOTS> {
    let nothing = Meant { language: language as u8, kind: 0, row: 0 };
    let mut table = Filled {
        slots: [0; SLOTS],
        words: [NO_WORD; WORDS],
        text: [0; BYTES],
        senses: [nothing; SENSES],
        size: Size { words: 0, bytes: 0, senses: 0, rows: 0 },
    };
    // The word and the row of each sense, as they come.
    let mut meant = [(0, nothing); SENSES];
    let mut senses = 0;
    let mut entry = Entry::first_of(language);
    while let Some(next) = entry.next() {
        entry = next;
        table.size.rows = entry.row + 1;
        let mut spelling = 0;
        while spelling < entry.spellings() {
            let number = table.take(&entry, &entry.key(spelling));
            if let Some(sense) = entry.sense() {
                let kind = sense.bit().trailing_zeros() as u8;
                table.words[number].many += 1;
                meant[senses] = (number, Meant { kind, row: entry.row as u16, ..nothing });
                senses += 1;
            }
            spelling += 1;
        }
    }
    let mut number = 0;
    while number < table.size.words {
        table.words[number].senses = table.size.senses as u16;
        table.size.senses += table.words[number].many as usize;
        // Counted again as they are listed.
        table.words[number].many = 0;
        number += 1;
    }
    let mut sense = 0;
    while sense < senses {
        let (number, meant) = meant[sense];
        let word = &mut table.words[number];
        table.senses[word.senses as usize + word.many as usize] = meant;
        word.many += 1;
        sense += 1;
    }
    table
}

const fn rows<const ROWS: usize>(language: usize) -> [Sense; ROWS] {
    let mut rows = [Sense::A; ROWS];
    let mut entry = Entry::first_of(language);
    while let Some(next) = entry.next() {
        entry = next;
        if let Some(sense) = entry.sense() {
            rows[entry.row] = sense;
        }
    }
    rows
}

/// The first of the values.
const fn cut<T: Copy, const FROM: usize, const TO: usize>(all: &[T; FROM], any: T) -> [T; TO] {
    let mut cut = [any; TO];
    let mut at = 0;
    while at < TO {
        cut[at] = all[at];
        at += 1;
    }
    cut
}

impl<const WORDS: usize, const BYTES: usize, const SENSES: usize, const SLOTS: usize>
    Filled<WORDS, BYTES, SENSES, SLOTS>
{
    /// Takes a word in, and the words that it is made of; gives its number.
    const fn take(&mut self, entry: &Entry, key: &Key) -> usize {
        let bytes = key.bytes();
        let whole = self.number(bytes, 0, bytes.len());
        // What is an everyday word of English, English says itself.
        let everyday = entry.language != ENGLISH || entry.sense().is_none();
        if entry.spaces() == 0 {
            self.words[whole].known |= everyday;
            return whole;
        }
        let (mut from, mut to) = (0, 0);
        while to <= bytes.len() {
            if to == bytes.len() || bytes[to] == b' ' {
                let part = self.number(bytes, from, to);
                self.words[part].known |= everyday;
                if from == 0 {
                    self.words[part].begins = true;
                }
                from = to + 1;
            }
            to += 1;
        }
        whole
    }

    /// The number of the word `key[from..to]`, a new one if it has none.
    #[expect(clippy::cast_possible_truncation, reason = "what is counted was compared in `most`")]
    const fn number(&mut self, key: &[u8], from: usize, to: usize) -> usize {
        let key = key.split_at(to).0.split_at(from).1;
        let mut slot = hash(key) & (SLOTS - 1);
        while self.slots[slot] != 0 {
            let number = self.slots[slot] as usize - 1;
            if self.is(number, key) {
                return number;
            }
            slot = (slot + 1) & (SLOTS - 1);
        }
        let number = self.size.words;
        self.words[number] = Word { text: self.size.bytes as u16, len: key.len() as u8, ..NO_WORD };
        self.size.words += 1;
        self.slots[slot] = self.size.words as u16;
        let mut at = 0;
        while at < key.len() {
            self.text[self.size.bytes + at] = key[at];
            at += 1;
        }
        self.size.bytes += key.len();
        number
    }

    const fn is(&self, number: usize, key: &[u8]) -> bool {
        let word = self.words[number];
        let mut at = 0;
        while at < key.len() && self.text[word.text as usize + at] == key[at] {
            at += 1;
        }
        word.len as usize == key.len() && at == key.len()
    }
}

/// A word in what a language says about itself.
#[derive(Clone, Copy)]
struct Entry {
    language: usize,
    section: Section,
    /// The place of its row in the section: the value of a number.
    place: usize,
    /// Where it stands in the text of the row, or of the section if all its rows are one text.
    from: usize,
    to: usize,
    /// The place of its row among all.
    row: usize,
}

/// The parts of a language, in order.
#[derive(Clone, Copy)]
enum Section {
    Numbers,
    /// The numbers again, as far as they can be days of a month.
    Dates,
    Ordinals,
    Words,
    Tells,
}

impl Entry {
    /// Before the first of a language.
    const fn first_of(language: usize) -> Self {
        Self { language, section: Section::Numbers, place: 0, from: 0, to: 0, row: 0 }
    }

    /// The text in which it stands; `None` after the last row of its section.
    const fn text(&self) -> Option<&'static [u8]> {
        let language = LANGUAGES[self.language];
        let text = match self.section {
            Section::Numbers | Section::Dates => language.numbers,
            Section::Ordinals => language.ordinals,
            Section::Words if self.place < language.words.len() => language.words[self.place].1,
            Section::Words => return None,
            Section::Tells => language.tells,
        };
        Some(text.as_bytes())
    }

    /// What it means; nothing for a word that only tells the language.
    #[expect(clippy::cast_possible_truncation, reason = "no language has so many numbers")]
    const fn sense(&self) -> Option<Sense> {
        let value = self.place as u32;
        Some(match self.section {
            Section::Numbers => Sense::Number(value),
            Section::Dates if value > 0 => Sense::Dated(value),
            Section::Ordinals => Sense::Ordinal(value + 1),
            Section::Words => LANGUAGES[self.language].words[self.place].0,
            Section::Dates | Section::Tells => return None,
        })
    }

    /// In how many ways it is spelt: more than one if it has accents.
    const fn spellings(&self) -> usize {
        let Some(text) = self.text() else { return 0 };
        let mut at = self.from;
        // The letters whose accents are left out are U+00C0 to U+00FF.
        while at < self.to {
            if text[at] == 0xc3 {
                return 3;
            }
            at += 1;
        }
        1
    }

    /// It in one of its spellings.
    const fn key(&self, spelling: usize) -> Key {
        let spelling = match spelling {
            0 => Spelling::Written,
            1 => Spelling::Plain,
            _ => Spelling::Latin,
        };
        match self.text() {
            Some(text) => Key::spelt(text, self.from, self.to, spelling),
            None => panic!("an entry stands in a text"),
        }
    }

    /// How many spaces an expression of several words has.
    const fn spaces(&self) -> usize {
        let Some(text) = self.text() else { return 0 };
        let (mut spaces, mut at) = (0, self.from);
        while at < self.to {
            spaces += (text[at] == b'_') as usize;
            at += 1;
        }
        spaces
    }

    /// The next word: of the row, of the next row, of the next section.
    const fn next(mut self) -> Option<Self> {
        loop {
            while let Some(text) = self.text() {
                let alternative = self.to < text.len() && text[self.to] == b'/' && self.to > 0;
                self.from = self.to + alternative as usize;
                let numbered = !matches!(self.section, Section::Words | Section::Tells);
                while self.from < text.len() && text[self.from].is_ascii_whitespace() {
                    self.from += 1;
                }
                if numbered && self.to > 0 && !alternative {
                    self.place += 1;
                    self.row += 1;
                }
                self.to = self.from;
                while self.to < text.len()
                    && !text[self.to].is_ascii_whitespace()
                    && !(numbered && text[self.to] == b'/')
                {
                    self.to += 1;
                }
                let past = matches!(self.section, Section::Dates) && self.place > 31;
                if self.from < self.to && !past {
                    return Some(self);
                }
                if !matches!(self.section, Section::Words) {
                    break;
                }
                self = Self { place: self.place + 1, from: 0, to: 0, row: self.row + 1, ..self };
            }
            let section = match self.section {
                Section::Numbers => Section::Dates,
                Section::Dates => Section::Ordinals,
                Section::Ordinals => Section::Words,
                Section::Words => Section::Tells,
                Section::Tells => return None,
            };
            self = Self { section, place: 0, from: 0, to: 0, row: self.row + 1, ..self };
        }
    }
}
