//! How a word is spelt where it is looked up, on the stack: case, accents, apostrophes and the marks
//! that Devanagari is typed with and without.

/// Longer words than the longest in the index are looked at no further.
pub const BYTES_MAX: usize = 64;

/// A word as it stands in the index.
#[derive(Clone, Copy)]
pub struct Key {
    bytes: [u8; BYTES_MAX],
    len: usize,
}

/// The ways in which phones write a word.
#[derive(Clone, Copy)]
pub enum Spelling {
    /// With its accents.
    Written,
    /// Without them.
    Plain,
    /// With `ae` for `ä`, otherwise without accents.
    Latin,
}

impl Key {
    const EMPTY: Self = Self { bytes: [0; BYTES_MAX], len: 0 };

    /// The word in lower case, with straight apostrophes, without accents that stand in characters
    /// of their own. `None` if it is longer than any in the index.
    pub fn of(word: &str) -> Option<Self> {
        let mut key = Self::EMPTY;
        key.add(word).then_some(key)
    }

    /// Adds a space and one more word; `false` if that is longer than any in the index.
    pub fn and(&mut self, word: &str) -> bool {
        self.push(' ') && self.add(word)
    }

    /// Adds a word without a space; `false` if that is longer than any in the index.
    pub fn add(&mut self, word: &str) -> bool {
        if word.is_ascii() {
            let Some(room) = self.bytes.get_mut(self.len..self.len + word.len()) else {
                return false;
            };
            room.copy_from_slice(word.as_bytes());
            room.make_ascii_lowercase();
            self.len += word.len();
            return true;
        }
        let mut letters = word.chars().flat_map(char::to_lowercase).filter_map(folded);
        letters.all(|letter| self.push(letter))
    }

    /// The bytes `from..to` of UTF-8 in lower case, in one of the ways to spell them; `_` stands for
    /// a space.
    pub const fn spelt(text: &[u8], from: usize, to: usize, spelling: Spelling) -> Self {
        let mut key = Self::EMPTY;
        let mut at = from;
        while at < to {
            if text[at] < 0x80 {
                assert!(key.len < BYTES_MAX, "a word is too long to be looked up");
                key.bytes[key.len] = if text[at] == b'_' { b' ' } else { text[at] };
                (key.len, at) = (key.len + 1, at + 1);
                continue;
            }
            let (letter, len) = decoded(text, at);
            at += len;
            let fits = match folded(letter) {
                Some(letter) => key.push_spelt(letter, spelling),
                None => true,
            };
            assert!(fits, "a word is too long to be looked up");
        }
        key
    }

    /// This word without accents; `None` if it has none.
    pub fn plain(&self) -> Option<Self> {
        if self.bytes().is_ascii() {
            return None;
        }
        let key = Self::spelt(&self.bytes, 0, self.len, Spelling::Plain);
        (key.bytes() != self.bytes()).then_some(key)
    }

    /// The bytes.
    pub const fn bytes(&self) -> &[u8] {
        self.bytes.split_at(self.len).0
    }

    const fn push_spelt(&mut self, letter: char, spelling: Spelling) -> bool {
        let (one, two) = match (spelling, letter) {
            (Spelling::Written, _) => (letter, None),
            (Spelling::Latin, 'ä') => ('a', Some('e')),
            (Spelling::Latin, 'ö') => ('o', Some('e')),
            (Spelling::Latin, 'ü') => ('u', Some('e')),
            (_, 'ß') => ('s', Some('s')),
            _ => (plain(letter), None),
        };
        self.push(one)
            && match two {
                Some(two) => self.push(two),
                None => true,
            }
    }

    const fn push(&mut self, letter: char) -> bool {
        let mut room = [0; 4];
        let len = letter.encode_utf8(&mut room).len();
        if self.len + len > BYTES_MAX {
            return false;
        }
        let mut at = 0;
        while at < len {
            self.bytes[self.len] = room[at];
            self.len += 1;
            at += 1;
        }
        true
    }
}

/// The character that begins at a byte of UTF-8, and its length.
const fn decoded(text: &[u8], at: usize) -> (char, usize) {
    let first = text[at] as u32;
    let (mut code, len) = match first {
        ..0x80 => (first, 1),
        0x80..0xe0 => (first & 0x1f, 2),
        0xe0..0xf0 => (first & 0x0f, 3),
        _ => (first & 0x07, 4),
    };
    let mut next = 1;
    while next < len {
        code = (code << 6) | (text[at + next] as u32 & 0x3f);
        next += 1;
    }
    match char::from_u32(code) {
        Some(letter) => (letter, len),
        None => panic!("not UTF-8"),
    }
}

/// The letter as the index has it; `None` for a mark that is left out.
const fn folded(letter: char) -> Option<char> {
    Some(match letter {
        '\u{300}'..='\u{36f}' | '\u{93c}' => return None,
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
}

/// Without its accent.
const fn plain(letter: char) -> char {
    match letter {
        'á' | 'à' | 'â' | 'ã' | 'ä' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'õ' | 'ö' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ñ' => 'n',
        'ç' => 'c',
        other => other,
    }
}
