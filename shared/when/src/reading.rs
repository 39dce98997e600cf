//! The types of an answer: who asks, what was read, why it could not be read.

use std::fmt;

use chrono::{DateTime, NaiveDateTime, NaiveTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::series::Recurrence;
use crate::taken::Taken;

/// Longest quotation of the sender's own words in an answer, in characters: with the sentence
/// around it, it fits one SMS.
const QUOTE_CHARS_MAX: usize = 24;

/// The characters of the GSM-7 alphabet that texts are written in here and take one septet each
/// (3GPP TS 23.038): any other character would halve the length of an SMS.
const GSM_MARKS: &str = " !\"#$%&'()*+,-./:;<=>?@_\u{a1}\u{a3}\u{a4}\u{a5}\u{a7}\u{bf}\
    \u{c4}\u{c5}\u{c6}\u{c7}\u{c9}\u{d1}\u{d6}\u{d8}\u{dc}\u{df}\u{e0}\u{e4}\u{e5}\u{e6}\
    \u{e8}\u{e9}\u{ec}\u{f1}\u{f2}\u{f6}\u{f8}\u{f9}\u{fc}";

/// What an example is about, where the sender named nothing that can be repeated.
pub(crate) const EXAMPLE_MATTER: &str = "the talk";

/// Who wrote the text, where and when: all that its meaning depends on besides its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The instant at which the text was sent (the carrier's timestamp, not the reader's clock).
    pub now: DateTime<Utc>,
    /// The zone in which the sender's wall times are meant.
    pub zone: Tz,
    /// The country whose habits decide the order of day and month.
    pub region: Region,
    /// The time of day of what is said of a day alone; without one it is 9:00.
    pub usual: Option<NaiveTime>,
}

/// An ISO 3166-1 alpha-2 country code, upper case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Region([u8; 2]);

impl Region {
    /// Reads two ASCII letters in any case; `None` for anything else.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        match code.as_bytes() {
            [a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() => {
                Some(Self([a.to_ascii_uppercase(), b.to_ascii_uppercase()]))
            }
            _ => None,
        }
    }

    /// The two letters.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("ZZ")
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl TryFrom<String> for Region {
    type Error = String;

    fn try_from(code: String) -> Result<Self, Self::Error> {
        Self::parse(&code).ok_or_else(|| format!("`{code}` is not an ISO 3166 country code"))
    }
}

impl From<Region> for String {
    fn from(region: Region) -> Self {
        region.code().to_owned()
    }
}

/// What a text means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// When to ring.
    pub when: When,
    /// The matter: the text without the words of time and of asking; may be empty.
    pub about: String,
    /// Where a phrase was truly ambiguous: the readings that were taken, at least one.
    pub taken: Option<Vec<Taken>>,
    /// Whether the text says on which day, or how long from now. A time of day alone does not.
    pub names_day: bool,
    /// The language of its words; `None` where they stand in several (`5pm pizza`).
    pub language: Option<Language>,
}

/// A language that texts are read in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Language {
    /// English, whose words are read in every text.
    #[default]
    #[serde(rename = "en")]
    English,
    /// Spanish.
    #[serde(rename = "es")]
    Spanish,
    /// French.
    #[serde(rename = "fr")]
    French,
    /// German.
    #[serde(rename = "de")]
    German,
    /// Portuguese.
    #[serde(rename = "pt")]
    Portuguese,
    /// Hindi, in its own script or in Latin letters.
    #[serde(rename = "hi")]
    Hindi,
}

impl Language {
    /// All of them, in the order of their words.
    pub const ALL: [Self; 6] =
        [Self::English, Self::Spanish, Self::French, Self::German, Self::Portuguese, Self::Hindi];

    /// The two letters of ISO 639-1.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Spanish => "es",
            Self::French => "fr",
            Self::German => "de",
            Self::Portuguese => "pt",
            Self::Hindi => "hi",
        }
    }
}

/// One instant, or a series of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum When {
    /// Rings once.
    Once(Moment),
    /// Rings by a rule.
    Repeating(Recurrence),
}

/// An instant with what it was derived from, so that it can be derived again when the rules of a
/// zone change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// The instant, derived from `wall` and `zone` by [`crate::zone::instant`] (or the truth
    /// itself, see `basis`).
    pub at: DateTime<Utc>,
    /// What the clock on the wall shows then.
    pub wall: NaiveDateTime,
    /// The zone of that wall: the sender's, or one that the text names.
    pub zone: Tz,
    /// Which of the two is the truth.
    pub basis: Basis,
}

/// Whether the wall time or the elapsed time was meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Basis {
    /// `tomorrow 5pm`: the wall time in the sender's zone; moves when the sender changes zone.
    Wall,
    /// `5pm EST`: the wall time in a zone that the text names; stays when the sender changes zone.
    WallElsewhere,
    /// `in 3 hours`: elapsed time; the instant is the truth.
    Elapsed,
}

/// Why a text could not be read. Its `Display` is an English sentence; [`crate::draft`] has what an
/// example can be made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Misread {
    /// No words of time at all.
    NoTime,
    /// What it names has passed; `what` is the sender's phrase.
    Past {
        /// The sender's own words for the time.
        what: String,
    },
    /// No such date or time, such as 31 February or 25:00.
    Impossible {
        /// The sender's own words for the time.
        what: String,
    },
    /// Two times that contradict each other.
    Contradiction {
        /// The first of the two, in the sender's words.
        one: String,
        /// The other.
        other: String,
    },
    /// Further ahead than a reminder can be set.
    TooFar {
        /// The sender's own words for the time.
        what: String,
    },
    /// A series that is not understood, such as `every full moon`.
    Series {
        /// The sender's own words for the rule.
        what: String,
    },
    /// More than one reminder: `tomorrow and friday`.
    Several {
        /// The sender's own words for the times.
        what: String,
    },
    /// A series that leaves open at which hours or on which days: `twice a day`.
    HowOften {
        /// The sender's own words for the rule.
        what: String,
        /// The days are open, not the hours.
        days: bool,
    },
}

impl Misread {
    /// What is wrong and what to do about it, without an example.
    pub(crate) fn problem(&self) -> String {
        match self {
            Self::NoTime => "When should I call you? Please add a time.".to_owned(),
            Self::Past { what } => {
                format!("{} has passed. Please send a time to come.", Quote(what))
            }
            Self::Impossible { what } => {
                format!("There is no {}. Please check the date and time.", Quote(what))
            }
            Self::Contradiction { one, other } => {
                let (one, other) = (Quote(one), Quote(other));
                format!("{one} and {other} do not agree. Please send one time.")
            }
            Self::TooFar { what } => {
                let years = crate::FAR_YEARS;
                format!("{} is over {years} years away, too far for me.", Quote(what))
            }
            Self::Series { what } => format!("How often is {}?", Quote(what)),
            Self::Several { what } => {
                format!("{} is more than one. Please send each by itself.", Quote(what))
            }
            Self::HowOften { what, days: false } => format!("At which times is {}?", Quote(what)),
            Self::HowOften { what, days: true } => format!("On which days is {}?", Quote(what)),
        }
    }

    /// A time that is right at any time of any day, of the kind that was asked for.
    pub(crate) fn example_time(&self) -> &'static str {
        match self {
            Self::HowOften { days: false, .. } => "every day at 9am and 6pm",
            Self::HowOften { days: true, .. } | Self::Series { .. } => "every mon and thu 9am",
            _ => "tomorrow 5pm",
        }
    }
}

impl fmt::Display for Misread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (problem, time) = (self.problem(), self.example_time());
        write!(f, "{problem} Example: Remind {time} about {EXAMPLE_MATTER}")
    }
}

impl std::error::Error for Misread {}

/// The sender's words in quotation marks, short and in the GSM-7 alphabet.
struct Quote<'a>(&'a str);

impl fmt::Display for Quote<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = self.0.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut plain = words.chars().filter_map(gsm).take(QUOTE_CHARS_MAX + 1).collect::<String>();
        if plain.chars().count() > QUOTE_CHARS_MAX {
            plain = plain.chars().take(QUOTE_CHARS_MAX - 3).collect();
            plain.truncate(plain.trim_end().len());
            plain.push_str("...");
        }
        if plain.trim().is_empty() { f.write_str("That time") } else { write!(f, "\"{plain}\"") }
    }
}

/// The character as it can be sent; `None` where GSM-7 has nothing like it.
pub(crate) fn gsm(c: char) -> Option<char> {
    match c {
        '\u{2018}' | '\u{2019}' | '\u{2bc}' => Some('\''),
        // The quotation stands in double quotes already.
        '"' | '\u{201c}' | '\u{201d}' => Some('\''),
        '\u{2010}'..='\u{2015}' | '\u{2212}' => Some('-'),
        _ if c.is_ascii_alphanumeric() || GSM_MARKS.contains(c) => Some(c),
        _ => None,
    }
}
