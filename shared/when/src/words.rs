//! What a word can mean: the senses that the grammar knows, and the words of each language that
//! have them.
//!
//! The grammar never compares letters: it asks which senses a token has. So a language is data, one
//! file under `words/`, and a word may belong to several languages or have several senses (`second`
//! is a unit and a number).

mod english;

use std::{borrow::Cow, collections::BTreeMap, sync::LazyLock};

use chrono::Weekday;
use chrono_tz::Tz;

/// All languages read, in one index: a text need not say which one it is in.
const LANGUAGES: &[&[(Sense, &str)]] = &[english::WORDS];

/// Longer words than the longest in the index are looked at no further.
const WORD_BYTES_MAX: usize = 40;

/// One thing that a word can mean in a text about time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Sense {
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
    /// `times`, as in `3 times a day`.
    Times,
    /// `per`.
    Per,
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
    /// A part of every day: `mornings`.
    Parts(Part),
    /// A day of the year that has a name, by month and day; `Shy` ones need `day` after them.
    Holiday(u32, u32),
    /// The day before a holiday: `eve`.
    Eve,
    /// `new`, as in `new year`.
    New,
    /// The last day of the month: `eom`.
    MonthEnd,
    /// The last day of the year: `eoy`.
    YearEnd,
    /// Before a day, says little of its hour: `late tonight`.
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

static INDEX: LazyLock<BTreeMap<Cow<'static, str>, Vec<Sense>>> = LazyLock::new(|| {
    let mut index: BTreeMap<Cow<'static, str>, Vec<Sense>> = BTreeMap::new();
    for (sense, words) in LANGUAGES.iter().copied().flatten() {
        for word in words.split_whitespace() {
            let senses = index.entry(Cow::Borrowed(word)).or_default();
            if !senses.contains(sense) {
                senses.push(*sense);
            }
        }
    }
    add_cities(&mut index);
    index
});

/// The cities after which zones are named: `America/New_York` gives `new` and `york`.
fn add_cities(index: &mut BTreeMap<Cow<'static, str>, Vec<Sense>>) {
    for zone in chrono_tz::TZ_VARIANTS {
        let Some((_, city)) = zone.name().rsplit_once('/') else { continue };
        let city = city.to_ascii_lowercase();
        let words: Vec<&str> = city.split('_').collect();
        let Some((last, first)) = words.split_last() else { continue };
        index.entry(Cow::Owned((*last).to_owned())).or_default().push(Sense::City(zone));
        for word in first {
            let senses = index.entry(Cow::Owned((*word).to_owned())).or_default();
            if !senses.contains(&Sense::CityFirst) {
                senses.push(Sense::CityFirst);
            }
        }
    }
}

/// The senses of a word in any case; none for a word that says nothing about time.
pub fn senses(word: &str) -> &'static [Sense] {
    if word.len() > WORD_BYTES_MAX {
        return &[];
    }
    let plain: String = word.chars().flat_map(char::to_lowercase).map(straight).collect();
    INDEX.get(plain.as_str()).map_or(&[], Vec::as_slice)
}

/// Curly apostrophes are typed by phones, straight ones stand in the index.
fn straight(letter: char) -> char {
    if matches!(letter, '\u{2019}' | '\u{2bc}') { '\'' } else { letter }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_in_the_index_as_they_are_looked_up() {
        for (_, words) in LANGUAGES.iter().copied().flatten() {
            for word in words.split_whitespace() {
                assert_eq!(word, word.to_lowercase(), "the index is in lower case");
                assert!(!word.contains('\u{2019}'), "apostrophes are straight: {word}");
                assert!(word.len() <= WORD_BYTES_MAX, "{word}");
            }
        }
    }

    #[test]
    fn case_and_curly_apostrophes_do_not_matter() {
        assert!(senses("TOMORROW").contains(&Sense::Day(1)));
        assert!(senses("O\u{2019}Clock").contains(&Sense::Oclock));
        assert!(senses("Sunday's").is_empty());
    }
}
