//! What a word can mean: the senses that the grammar knows, and the words of each language that
//! have them.
//!
//! The grammar never compares letters: it asks which senses a token has. So a language is data, one
//! file under `words/`, and a word may belong to several languages or have several senses (`second`
//! is a unit and a number). Which of them a text is in, [`crate::language`] tells.

mod english;
mod french;
mod german;
mod hindi;
mod index;
mod portuguese;
mod spanish;
mod spelling;

use chrono::Weekday;
use chrono_tz::Tz;

use index::Meant;
pub use index::Words;
pub use spelling::Key;

/// English, whose words are read in every text.
pub const ENGLISH: usize = 0;

/// Hindi.
pub const HINDI: usize = 5;

/// The languages; where a text may be in several, the first is tried first, after English.
pub const LANGUAGES: [&Language; 6] = [
    &english::LANGUAGE,
    &spanish::LANGUAGE,
    &french::LANGUAGE,
    &german::LANGUAGE,
    &portuguese::LANGUAGE,
    &hindi::LANGUAGE,
];

/// A language: all that there is to it.
///
/// A space separates words; `_` stands for the space or the hyphen inside an expression of several
/// words, `/` between ways to write the same number. Accents may be left out by who writes, not
/// here.
pub struct Language {
    /// The numbers from 0 to 99, in order.
    pub numbers: &'static str,
    /// `first` to `thirty-first`, in order.
    pub ordinals: &'static str,
    /// Each sense with the words that have it.
    pub words: &'static [(Sense, &'static str)],
    /// Everyday words that say nothing about time, but that the text is in this language.
    pub tells: &'static str,
}

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
    ($($(#[$doc:meta])* $kind:ident $(($($value:ty),+))?,)*) => {
        /// One thing that a word can mean in a text about time.
        #[derive(Debug, Clone, Copy, PartialEq)]
        pub enum Sense {
            $($(#[$doc])* $kind $(($($value),+))?,)*
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
            let _ = stringify!($($value),+);
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
    /// `hundred`.
    Hundred,
    /// `thousand`, in a year in words: `dos mil veinte`.
    Thousand,
    /// A quantity in thousandths: `anderthalb` is 1500.
    Thousandths(u32),
    /// Stands before a number and moves it, as an hour by minutes: `halb` (acht) -30, `साढ़े` +30.
    Shift(i32),
    /// A cardinal that can name a day of the month: `cinco` (de mayo).
    Dated(u32),

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
    /// The word names persons too (`domingo`): alone it is a time only with a leading word.
    Name,
    /// `next` where it follows its noun: `(lundi) prochain`.
    NextAfter,
    /// A number after this weekday is the day of the month, not the hour: `mardi 10`.
    Numbered,
    /// A day by itself, beside a day a part of it: `(Montag) morgen`.
    Beside,
    /// Beside a number, makes it a day of the month: `dia (15)`, `(15) तारीख`.
    DateWord,

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
    /// A part of a country that says its zone without `time`, too: `5pm eastern`.
    Area,
    /// The `o` of `o clock`.
    LetterO,
    /// The `clock` of `o clock`.
    ClockWord,
    /// The `mid` of `mid day`, `mid march`.
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
    /// An article that stands before an hour: `(a) las (cinco)`.
    TheHour,
    /// Adds minutes to the hour before it: `(cinco) y (media)`.
    Plus,
    /// Takes minutes from the hour before it: `(cinq heures) moins (le quart)`.
    Minus,
    /// The part of the day may stand directly before or after an hour: `abends`.
    Adverb,

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
    /// May stand beside what leads a time, or in an amount, and changes nothing: `(in) just (5
    /// min)`, `right (at 5)`, `(in 2) more (minutes)`.
    Hedge,
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
    /// Before an amount, makes it past: `hace (dos horas)`.
    AgoBefore,
    /// Ties a part of the day, or a day, to the hour before it: `(las 5) de (la tarde)`.
    Link,
    /// Follows a time and says that it is one: `(शुक्रवार) को`.
    Particle,

    /// `every`: a series.
    Every,
    /// `weekday`, as in `every weekday`.
    Workday,
    /// `other`, as in `every other day`.
    Other,
    /// `times`, as in `3 times a day`.
    Times,
    /// `per`.
    Per,
    /// After a unit, how often within it: `(din) mein (do baar)`.
    Within,
    /// A series in one word, with its unit and its step: `daily`, `quarterly`.
    Cycle(Unit, u32),
    /// Twice the step of the series that follows: the `bi` of `bi-weekly`.
    Bi,
    /// Every such day of the week: `mondays`.
    Weekdays(Weekday),
    /// Monday to Friday: `weekdays`.
    Workdays,
    /// Saturday and Sunday: `weekends`.
    Weekends,
    /// How often, in one word: `twice`.
    Often(u32),
    /// `single`, as in `every single day`.
    Single,
    /// Leads the first day of a series: `starting`.
    Starting,
    /// Leads the last day of a series: `until`.
    Through,
    /// The first day of a month: `beginning`.
    Begin,
    /// The last day of a month: `end`.
    End,
    /// Leads what a series leaves out: `except`.
    Except,
    /// Before a unit, one on which people work: `business day`.
    Business,
    /// What a number before it measures or pays: `km`, `euros`.
    Measure,
    /// What is so many of so many after it: `scored (8/10)`.
    Scored,
    /// Says what something is like or where: in `mornings are hard` the mornings are not a time.
    Copula,
    /// Between the first and the last of a run of weekdays: `(lunes) a (viernes)`.
    Upto,
    /// After a day, so many weeks later: `(vendredi) en huit`.
    WeeksOn(u32),
    /// A part of every day: `mornings`.
    Parts(Part),
    /// A day of the year that has a name, by region, the one of all others under `""`; `Shy` ones
    /// need `day` after them.
    Holiday(&'static [(&'static str, Feast)]),
    /// The day before a holiday: `eve`.
    Eve,
    /// `new`, as in `new year`.
    New,
    /// The last day of the month: `eom`.
    MonthEnd,
    /// The last day of the year: `eoy`.
    YearEnd,
    /// Beside a day or a part of it, says little of the hour: `late tonight`.
    Vague,
    /// `same`, as in `same time`.
    Same,
    /// A time of day only after `at`, in seconds after midnight: `lunch`.
    Meal(u32),

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
    /// Asks, and may stand after the matter: `yaad dilana`, `erinnern`.
    RemindAfter,
    /// Follows the matter: `ke baare mein`.
    AboutAfter,
}

/// All that a word can mean.
#[derive(Debug, Clone, Copy)]
pub struct Senses {
    list: &'static [Meant],
    /// The bits of their kinds.
    kinds: u128,
}

impl Senses {
    /// Those of what says nothing about time.
    pub const NONE: Self = Self { list: &[], kinds: 0 };

    fn new(list: &'static [Meant]) -> Self {
        Self { list, kinds: list.iter().fold(0, |kinds, meant| kinds | meant.bit()) }
    }

    /// Whether the word says nothing about time.
    pub fn is_empty(self) -> bool {
        self.list.is_empty()
    }

    /// Whether the word can mean `sense`.
    #[inline(always)]
    pub fn contains(self, sense: Sense) -> bool {
        let bit = sense.bit();
        self.kinds & bit != 0 && (bit & VALUED == 0 || self.iter().any(|meant| meant == sense))
    }

    /// Whether the word can mean anything besides these kinds of senses.
    #[inline(always)]
    pub fn has_beside(self, kinds: Kinds) -> bool {
        self.kinds & !kinds.0 != 0
    }

    /// Whether the word can mean any of these kinds of senses.
    #[inline(always)]
    pub fn has_any(self, kinds: Kinds) -> bool {
        self.kinds & kinds.0 != 0
    }

    /// The first of the senses that `pick` takes, with what it makes of it.
    #[inline]
    pub fn find<T>(self, pick: impl Fn(Sense) -> Option<T>) -> Option<T> {
        self.iter().find_map(pick)
    }

    /// All of them.
    pub fn iter(self) -> impl Iterator<Item = Sense> {
        self.list.iter().map(|meant| meant.sense())
    }
}

/// Some kinds of senses.
#[derive(Debug, Clone, Copy)]
pub struct Kinds(u128);

impl Kinds {
    /// The kinds of these senses.
    pub const fn of(senses: &[Sense]) -> Self {
        let (mut kinds, mut at) = (0, 0);
        while at < senses.len() {
            kinds |= senses[at].bit();
            at += 1;
        }
        Self(kinds)
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

/// A day that comes once in every year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feast {
    /// On a date: the month and the day.
    Fixed(u32, u32),
    /// On the nth such day of a month; -1 is the last.
    Nth(i8, Weekday, u32),
    /// So many days after Easter Sunday of the western churches.
    Easter(i64),
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

impl Part {
    /// The hour that is meant when no other is said, in seconds after midnight.
    pub fn usual_seconds(self) -> u32 {
        const HOUR: u32 = 60 * 60;
        match self {
            Self::Morning => 9 * HOUR,
            Self::Afternoon => 15 * HOUR,
            Self::Evening => 18 * HOUR,
            Self::Night => 20 * HOUR,
        }
    }
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

    fn words(word: &str) -> Words {
        Key::of(word).map_or(Words::NONE, |key| Words::find(&key))
    }

    fn senses(word: &str, language: usize) -> Senses {
        words(word).senses(language)
    }

    #[test]
    fn every_word_of_every_language_is_found() {
        for (number, language) in LANGUAGES.into_iter().enumerate() {
            for (sense, words) in language.words {
                for word in words.split_whitespace() {
                    let word = word.replace('_', " ");
                    assert!(senses(&word, number).contains(*sense), "{word}: {sense:?}");
                    let upper = word.replace('\u{df}', "ss").to_uppercase();
                    assert!(senses(&upper, number).contains(*sense), "{word}: {sense:?}");
                }
            }
            for (value, words) in (0..).zip(language.numbers.split_whitespace()) {
                for word in words.split('/') {
                    let senses = senses(&word.replace('_', " "), number);
                    assert!(senses.contains(Sense::Number(value)), "{word}");
                    assert_eq!(senses.contains(Sense::Dated(value)), (1..=31).contains(&value));
                }
            }
            for word in language.tells.split_whitespace() {
                for part in word.split('_') {
                    assert!(words(part).is_known(number), "{word}");
                }
            }
        }
        for word in ["", "x1", "tomorro1", "\u{1f48a}", "\u{130}\u{130}", &"x".repeat(99)] {
            assert_eq!(words(word), Words::NONE, "{word}");
        }
    }

    #[test]
    fn a_word_is_found_with_and_without_its_accents() {
        let found = |word: &str| words(word) != Words::NONE;
        for word in ["mañana", "manana", "MAÑANA", "man\u{303}ana", "märz", "marz", "maerz"] {
            assert!(found(word), "{word}");
        }
        for word in ["साढ़े", "सा\u{95d}े", "पाँच", "पांच"] {
            assert!(found(word), "{word}");
        }
    }

    #[test]
    fn every_other_language_counts_to_ninety_nine_and_orders_to_thirty_one() {
        for language in &LANGUAGES[1..] {
            assert_eq!(language.numbers.split_whitespace().count(), 100);
            assert_eq!(language.ordinals.split_whitespace().count(), 31);
        }
    }

    #[test]
    fn words_are_written_as_they_are_looked_up() {
        for language in LANGUAGES {
            let words = language.words.iter().flat_map(|(_, words)| words.split_whitespace());
            for word in words.chain(language.tells.split_whitespace()) {
                assert_eq!(word, word.to_lowercase());
                assert!(!word.contains(['-', '\u{2019}']), "{word}");
            }
        }
    }

    #[test]
    fn an_expression_is_known_by_its_first_word_and_each_of_its_words() {
        let french = LANGUAGES.iter().position(|one| one.numbers.contains("quatre")).expect("it");
        assert!(words("quatre").begins(french) && words("vingt").is_known(french));
        assert!(!words("vingt").is_known(ENGLISH) && !words("dix").begins(ENGLISH));
        assert!(senses("quatre vingt dix", french).contains(Sense::Number(90)));
        assert!(senses("quatre vingt dix", ENGLISH).is_empty());
    }

    #[test]
    fn a_sense_with_a_value_is_told_from_the_others_of_its_kind() {
        let may = senses("may", ENGLISH);
        assert!(may.contains(Sense::Month(5)) && !may.contains(Sense::Month(6)));
        assert!(may.contains(Sense::Shy) && !may.contains(Sense::At));
    }

    #[test]
    fn case_and_curly_apostrophes_do_not_matter() {
        assert!(senses("TOMORROW", ENGLISH).contains(Sense::Day(1)));
        assert!(senses("O\u{2019}Clock", ENGLISH).contains(Sense::Oclock));
        assert!(senses("Sunday's", ENGLISH).is_empty());
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
}
