//! What a word can mean: the senses that the grammar knows, and the words of each language that
//! have them.
//!
//! The grammar never compares letters: it asks which senses a token has. So a language is data, one
//! file under `words/`, and a word may belong to several languages or have several senses (`second`
//! is a unit and a number).

mod english;
mod index;

use chrono::Weekday;
use chrono_tz::Tz;

use index::WORD_BYTES_MAX;

/// All languages read, in one index: a text need not say which one it is in.
const LANGUAGES: &[&[(Sense, &str)]] = &[english::WORDS];

/// The parts of the names of zones before the city; none before a country or an island.
const CONTINENTS: &[&str] = &[
    "Europe/",
    "America/",
    "Asia/",
    "Africa/",
    "Australia/",
    "Pacific/",
    "Atlantic/",
    "Indian/",
    "US/",
    "Canada/",
    "Etc/",
    "",
];

/// Longer than the longest name of a zone.
const ZONE_BYTES_MAX: usize = 48;

/// Declares [`Sense`], and for each of its kinds a bit of its own, so that a question about a word
/// is a comparison of bits.
macro_rules! senses {
    ($($(#[$doc:meta])* $kind:ident $(($value:ty))?,)*) => {
        /// One thing that a word can mean in a text about time.
        #[derive(Debug, Clone, Copy, PartialEq)]
        pub enum Sense {
            $($(#[$doc])* $kind $(($value))?,)*
        }

        /// The kinds of senses in order: the place of a kind is its bit.
        #[derive(Clone, Copy)]
        enum Kind {
            $($kind,)*
        }

        impl Sense {
            /// The bit of its kind, whatever its value; a constant where the sense is one.
            #[inline(always)]
            const fn bit(self) -> u128 {
                match self {
                    $(Self::$kind { .. } => 1 << Kind::$kind as u32,)*
                }
            }
        }

        /// The bits of the kinds that have a value.
        const VALUED: u128 = 0 $($(| {
            let _ = stringify!($value);
            1 << Kind::$kind as u32
        })?)*;
    };
}

senses! {
    /// A cardinal number: `five`.
    Number(u32),
    /// An ordinal number: `fifth`.
    Ordinal(u32),
    /// What makes digits an ordinal: `th`.
    Suffix,
    /// A unit of time that may stand after a space: `hours`.
    Unit(Unit),
    /// A unit of time only when it touches its digits: `5m`.
    Letter(Unit),
    /// `half`, of an hour or before an hour of the clock.
    Half,
    /// `quarter`, likewise.
    Quarter,
    /// `a`, `an`: one.
    A,
    /// `the`.
    The,
    /// `couple`: two.
    Couple,
    /// `few`: three.
    Few,
    /// `and`.
    And,
    /// `or`.
    Or,
    /// `so`, as in `an hour or so`.
    So,
    /// `of`.
    Of,

    /// A month by name.
    Month(u32),
    /// A day of the week by name.
    Weekday(Weekday),
    /// A day counted from today: `tomorrow` is 1.
    Day(i64),
    /// `tonight`.
    Tonight,
    /// `weekend`.
    Weekend,
    /// `next`.
    Next,
    /// `this`, `coming`.
    This,
    /// `last`.
    Last,
    /// The word has an everyday meaning too (`sun`, `may`, `march`): alone it is no time.
    Shy,

    /// A time of day by name, in seconds after midnight: `noon`.
    Clock(u32),
    /// `midnight`: the end of today, the start of any other day.
    Midnight,
    /// `am`.
    Am,
    /// `pm`.
    Pm,
    /// The `a` of `5a`, `5 a.m.`.
    LetterA,
    /// The `p` of `5p`, `5 p.m.`.
    LetterP,
    /// The `m` of `5 a.m.`.
    LetterM,
    /// The `h` of `17h30`.
    LetterH,
    /// The `T` between an ISO date and its time.
    IsoT,
    /// `o'clock`.
    Oclock,
    /// A city whose time may be named: `9am London time`.
    City(Tz),
    /// The first word of such a city: `new`.
    CityFirst,
    /// The `o` of `o clock`.
    LetterO,
    /// The `clock` of `o clock`.
    ClockWord,
    /// The `mid` of `mid day`.
    Mid,
    /// What may follow a time and changes nothing: `sharp`, `ish`.
    Sharp,
    /// The `past` of `half past six`.
    Past,
    /// The `to` of `quarter to nine`.
    Until,
    /// A part of the day.
    Part(Part),
    /// A zone; where the letters are shared, by region, the first being the usual one.
    Zone(&'static [(&'static str, Tz)]),

    /// Leads a time of day: `at`.
    At,
    /// Leads a day: `on`.
    On,
    /// Leads a day or a time of day: `by`.
    By,
    /// Leads an amount, a month or a part of the day: `in`.
    In,
    /// Leads an amount: `after`.
    After,
    /// Makes what follows approximate: `around`.
    Around,
    /// `from`, as in `a week from friday`.
    From,
    /// `now`.
    Now,
    /// After an amount, counts it from now: `later`, `hence`.
    Later,
    /// `time`, as in `in three weeks' time`.
    Time,
    /// After an amount, makes it past: `ago`.
    Ago,
    /// After an amount, counts it back from an event: `10 minutes before the match`.
    Before,
    /// Leads a range of times: `between 5 and 6pm`.
    Between,
    /// What follows is not when to ring: `before 5pm`, `until friday`, `for 5 minutes`, `from
    /// monday`.
    Bound,

    /// `every`: a series.
    Every,
    /// `weekday`, as in `every weekday`.
    Workday,
    /// `other`, as in `every other day`.
    Other,
    /// A series in one word: `daily`.
    Repeating,
    /// `twice`, as in `twice a day`.
    Times,
    /// `per`.
    Per,

    /// Asks: `remind`.
    Remind,
    /// Asks as a noun: `reminder`.
    Reminder,
    /// Makes a reminder: `set`, `create`.
    Set,
    /// Whom to remind: `me`, `us`.
    Me,
    /// May stand before the asking and says nothing: `please`, `hey`, `can you`.
    Polite,
    /// May end a text and says nothing: `thanks`.
    Thanks,
    /// Leads the matter: `about`.
    About,
    /// Leads the matter as an action: `to`.
    To,
    /// Leads the matter as a sentence: `that`.
    That,
    /// Leads the matter as a purpose: `for`.
    For,
    /// Begins a new phrase, so that what stands before it is complete: `with`, `because`.
    Joint,
    /// What follows belongs to a noun: `my 5pm class`.
    Determiner,
}

/// All that a word can mean.
#[derive(Debug, Clone, Copy)]
pub struct Senses {
    list: &'static [Sense],
    /// The bits of their kinds.
    kinds: u128,
}

impl Senses {
    /// Those of what says nothing about time.
    pub const NONE: Self = Self { list: &[], kinds: 0 };

    fn new(list: &'static [Sense]) -> Self {
        Self { list, kinds: list.iter().fold(0, |kinds, sense| kinds | sense.bit()) }
    }

    /// Whether the word says nothing about time.
    pub fn is_empty(self) -> bool {
        self.list.is_empty()
    }

    /// Whether the word can mean `sense`.
    #[inline(always)]
    pub fn contains(self, sense: Sense) -> bool {
        let bit = sense.bit();
        self.kinds & bit != 0 && (bit & VALUED == 0 || self.list.contains(&sense))
    }

    /// The first of the senses that `pick` takes, with what it makes of it.
    #[inline]
    pub fn find<T>(self, pick: impl Fn(Sense) -> Option<T>) -> Option<T> {
        self.list.iter().copied().find_map(pick)
    }
}

/// A unit in which amounts of time are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    /// Elapsed time, as are minutes and hours.
    Second,
    /// 60 seconds.
    Minute,
    /// 60 minutes.
    Hour,
    /// A day on the calendar, as are all longer units.
    Day,
    /// 7 days.
    Week,
    /// 14 days.
    Fortnight,
    /// A month on the calendar.
    Month,
    /// 12 months.
    Year,
}

/// A part of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Until noon.
    Morning,
    /// From noon to six.
    Afternoon,
    /// From six.
    Evening,
    /// From eight, and on past midnight.
    Night,
}

/// The senses of a word in any case; none for a word that says nothing about time.
pub fn senses(word: &str) -> Senses {
    let mut room = [0; WORD_BYTES_MAX];
    fold(word, &mut room).map_or(Senses::NONE, |word| Senses::new(index::find(word)))
}

/// The word as it stands in the index, written into `room`: in lower case, with straight
/// apostrophes, accents in one character with their letter. `None` if it is longer than any there.
fn fold<'a>(word: &str, room: &'a mut [u8; WORD_BYTES_MAX]) -> Option<&'a [u8]> {
    if word.len() > room.len() {
        return None;
    }
    if word.is_ascii() {
        let plain = &mut room[..word.len()];
        plain.copy_from_slice(word.as_bytes());
        plain.make_ascii_lowercase();
        return Some(plain);
    }
    let mut len = 0;
    let mut before = None;
    for letter in word.chars().flat_map(char::to_lowercase) {
        let written = before.map_or(0, char::len_utf8);
        let letter = match before.and_then(|before| composed(before, letter)) {
            Some(both) => {
                len -= written;
                both
            }
            None => straight(letter),
        };
        letter.encode_utf8(room.get_mut(len..len + letter.len_utf8())?);
        len += letter.len_utf8();
        before = Some(letter);
    }
    Some(&room[..len])
}

/// Curly apostrophes are typed by phones, straight ones stand in the index.
fn straight(letter: char) -> char {
    if matches!(letter, '\u{2019}' | '\u{2bc}') { '\'' } else { letter }
}

/// The one character of a letter and the accent that follows it; some phones send two.
fn composed(letter: char, accent: char) -> Option<char> {
    let (letters, accented) = match accent {
        '\u{300}' => ("aeiou", "\u{e0}\u{e8}\u{ec}\u{f2}\u{f9}"),
        '\u{301}' => ("aeiou", "\u{e1}\u{e9}\u{ed}\u{f3}\u{fa}"),
        '\u{302}' => ("aeiou", "\u{e2}\u{ea}\u{ee}\u{f4}\u{fb}"),
        '\u{303}' => ("aon", "\u{e3}\u{f5}\u{f1}"),
        '\u{308}' => ("aeiou", "\u{e4}\u{eb}\u{ef}\u{f6}\u{fc}"),
        '\u{327}' => ("c", "\u{e7}"),
        _ => return None,
    };
    accented.chars().nth(letters.chars().position(|plain| plain == letter)?)
}

/// The zone that is named after a place of one word or two, in any case: `london`, `new york`.
pub fn zone_of(place: &[&str]) -> Option<Tz> {
    let mut room = [0; ZONE_BYTES_MAX];
    CONTINENTS.iter().find_map(|continent| {
        let mut len = continent.len();
        room[..len].copy_from_slice(continent.as_bytes());
        for (number, word) in place.iter().enumerate() {
            if number > 0 {
                *room.get_mut(len)? = b'_';
                len += 1;
            }
            let name = room.get_mut(len..len + word.len()).filter(|_| word.is_ascii())?;
            name.copy_from_slice(word.as_bytes());
            name.make_ascii_lowercase();
            name.first_mut()?.make_ascii_uppercase();
            len += word.len();
        }
        std::str::from_utf8(&room[..len]).ok()?.parse().ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_in_the_index_as_they_are_looked_up() {
        for (_, words) in LANGUAGES.iter().copied().flatten() {
            for word in words.split_whitespace() {
                let mut room = [0; WORD_BYTES_MAX];
                assert_eq!(fold(word, &mut room), Some(word.as_bytes()), "{word}");
            }
        }
    }

    #[test]
    fn every_word_of_every_language_is_found() {
        for (sense, words) in LANGUAGES.iter().copied().flatten() {
            for word in words.split_whitespace() {
                assert!(senses(word).contains(*sense), "{word}: {sense:?}");
                assert!(senses(&word.to_uppercase()).contains(*sense), "{word}: {sense:?}");
            }
        }
        for word in ["", "x1", "tomorro1", "\u{1f48a}", "\u{130}\u{130}", &"x".repeat(41)] {
            assert!(senses(word).is_empty(), "{word}");
        }
    }

    #[test]
    fn zones_are_found_by_the_places_that_they_are_named_after() {
        for (place, zone) in [
            (&["london"][..], Some(Tz::Europe__London)),
            (&["NEW", "york"], Some(Tz::America__New_York)),
            (&["Singapore"], Some(Tz::Asia__Singapore)),
            (&["japan"], Some(Tz::Japan)),
            (&["mountain"], Some(Tz::US__Mountain)),
            (&["dinner"], None),
            (&["lunch", "time"], None),
            (&["\u{130}"], None),
            (&[], None),
        ] {
            assert_eq!(zone_of(place), zone, "{place:?}");
        }
        assert_eq!(zone_of(&["x".repeat(60).as_str()]), None);
    }

    #[test]
    fn a_sense_with_a_value_is_told_from_the_others_of_its_kind() {
        let may = senses("may");
        assert!(may.contains(Sense::Month(5)) && !may.contains(Sense::Month(6)));
        assert!(may.contains(Sense::Shy) && !may.contains(Sense::At));
    }

    #[test]
    fn case_and_curly_apostrophes_do_not_matter() {
        assert!(senses("TOMORROW").contains(Sense::Day(1)));
        assert!(senses("O\u{2019}Clock").contains(Sense::Oclock));
        assert!(senses("Sunday's").is_empty());
        let mut room = [0; WORD_BYTES_MAX];
        assert_eq!(fold("MAN\u{303}ANA", &mut room), Some("ma\u{f1}ana".as_bytes()));
    }
}
