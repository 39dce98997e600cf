//! From a word to its senses: a hash table that the compiler fills, so that the first text of a
//! process costs no more than any other.

use super::{LANGUAGES, Sense};

/// Longer words than the longest in the index are looked at no further.
pub const WORD_BYTES_MAX: usize = 40;

/// How much there is to store.
const COUNT: Count = count();

/// At most half of the slots are taken, so that a search ends after a few.
const SLOTS: usize = (2 * COUNT.words).next_power_of_two();

static INDEX: Index = build();

/// Open addressing with linear probing; texts and senses stand apart, so that a slot is two bytes.
struct Index {
    /// The number of a word, from one on; 0 is free.
    slots: [u16; SLOTS],
    words: [Word; COUNT.words],
    text: [u8; COUNT.bytes],
    senses: [Sense; COUNT.words],
}

#[derive(Clone, Copy)]
struct Word {
    /// Where its text begins.
    text: u32,
    /// How long its text is, in bytes.
    len: u8,
    /// How many senses it has.
    many: u8,
    /// The first of its senses.
    senses: u16,
}

/// The senses of a word that is folded as the words of the index are; those of the first row first.
pub fn find(word: &[u8]) -> &'static [Sense] {
    let mut slot = first_slot(word, 0, word.len());
    loop {
        let Some(number) = INDEX.slots[slot].checked_sub(1) else { return &[] };
        let found = INDEX.words[usize::from(number)];
        let text = found.text as usize;
        if &INDEX.text[text..text + usize::from(found.len)] == word {
            let first = usize::from(found.senses);
            return &INDEX.senses[first..first + usize::from(found.many)];
        }
        slot = (slot + 1) % SLOTS;
    }
}

/// FNV-1a of `text[from..to]`: short words need no better hash, and the compiler can compute it.
const fn first_slot(text: &[u8], from: usize, to: usize) -> usize {
    let mut hash: u32 = 0x811c_9dc5;
    let mut at = from;
    while at < to {
        hash = (hash ^ text[at] as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    (hash ^ (hash >> 16)) as usize % SLOTS
}

struct Count {
    /// Words of all rows; one that stands in two rows counts twice.
    words: usize,
    bytes: usize,
    longest: usize,
}

const fn count() -> Count {
    let mut count = Count { words: 0, bytes: 0, longest: 0 };
    let mut entry = Entry::NONE;
    while let Some(next) = entry.next() {
        count.words += 1;
        let len = next.to - next.from;
        count.bytes += len;
        count.longest = if len > count.longest { len } else { count.longest };
        entry = next;
    }
    count
}

const _: () = assert!(COUNT.words <= u16::MAX as usize, "more words than a slot can number");
const _: () = assert!(COUNT.longest <= WORD_BYTES_MAX, "a word is too long to be looked up");

/// Two passes: the first numbers the words and counts the senses of each, the second lists them.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the build fails above if anything is too large"
)]
const fn build() -> Index {
    let mut index = Index {
        slots: [0; SLOTS],
        words: [Word { text: 0, len: 0, many: 0, senses: 0 }; COUNT.words],
        text: [0; COUNT.bytes],
        senses: [Sense::A; COUNT.words],
    };
    let (mut words, mut bytes) = (0, 0);
    let mut entry = Entry::NONE;
    while let Some(next) = entry.next() {
        entry = next;
        let slot = entry.slot(&index);
        if index.slots[slot] == 0 {
            index.words[words].text = bytes as u32;
            index.words[words].len = (entry.to - entry.from) as u8;
            words += 1;
            index.slots[slot] = words as u16;
            let mut at = entry.from;
            while at < entry.to {
                index.text[bytes] = entry.text()[at];
                (bytes, at) = (bytes + 1, at + 1);
            }
        }
        index.words[index.slots[slot] as usize - 1].many += 1;
    }
    let mut first = 0;
    let mut number = 0;
    while number < words {
        index.words[number].senses = first;
        first += index.words[number].many as u16;
        // Counted again as they are listed.
        index.words[number].many = 0;
        number += 1;
    }
    let mut entry = Entry::NONE;
    while let Some(next) = entry.next() {
        entry = next;
        let number = index.slots[entry.slot(&index)] as usize - 1;
        let Word { senses, many, .. } = index.words[number];
        index.senses[senses as usize + many as usize] = LANGUAGES[entry.language][entry.row].0;
        index.words[number].many += 1;
    }
    index
}

/// A word in a row of a language.
#[derive(Clone, Copy)]
struct Entry {
    language: usize,
    row: usize,
    /// Where it stands in the text of the row.
    from: usize,
    to: usize,
}

impl Entry {
    /// Before the first.
    const NONE: Self = Self { language: 0, row: 0, from: 0, to: 0 };

    const fn text(self) -> &'static [u8] {
        LANGUAGES[self.language][self.row].1.as_bytes()
    }

    /// The next word, of the next rows if this one has no more.
    const fn next(mut self) -> Option<Self> {
        while self.language < LANGUAGES.len() {
            while self.row < LANGUAGES[self.language].len() {
                let text = self.text();
                self.from = self.to;
                while self.from < text.len() && text[self.from].is_ascii_whitespace() {
                    self.from += 1;
                }
                self.to = self.from;
                while self.to < text.len() && !text[self.to].is_ascii_whitespace() {
                    self.to += 1;
                }
                if self.from < self.to {
                    return Some(self);
                }
                self = Self { row: self.row + 1, from: 0, to: 0, ..self };
            }
            self = Self { language: self.language + 1, row: 0, from: 0, to: 0 };
        }
        None
    }

    /// Where this word stands in the table, or would.
    const fn slot(self, index: &Index) -> usize {
        let text = self.text();
        let mut slot = first_slot(text, self.from, self.to);
        while index.slots[slot] != 0 {
            let found = index.words[index.slots[slot] as usize - 1];
            let mut same = found.len as usize == self.to - self.from;
            let mut at = 0;
            while same && at < found.len as usize {
                same = index.text[found.text as usize + at] == text[self.from + at];
                at += 1;
            }
            if same {
                break;
            }
            slot = (slot + 1) % SLOTS;
        }
        slot
    }
}
