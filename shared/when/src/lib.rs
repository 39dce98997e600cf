//! What a text means: *when* the reminder is due and *what* it is about.
//!
//! Pure: no clock, no I/O. [`read`] takes the text, the instant at which it was sent, the sender's
//! zone and region.
//!
//! ```
//! use when::{Region, Sender, When, read};
//!
//! let sender = Sender {
//!     now: "2026-03-04T23:40:00Z".parse().expect("an instant"),
//!     zone: "America/New_York".parse().expect("a zone"),
//!     region: Region::parse("US").expect("two letters"),
//!     usual: None,
//! };
//! let reading = read("Remind tomorrow 5pm about the talk", &sender).expect("a time");
//! let When::Once(moment) = reading.when else { panic!("a series") };
//! assert_eq!(moment.at.to_rfc3339(), "2026-03-05T22:00:00+00:00");
//! assert_eq!(reading.about, "the talk");
//! ```
//!
//! # Which reading is taken
//! Where people or parsers differ, one rule decides, and the tables in `tests/texts.rs` and
//! `tests/phrases.txt` hold it:
//! - always strictly after now: a time of day rolls on to the next day, a weekday to the next week,
//!   a date without its year to the next year; what names its own day (`today at 5pm`, a date with
//!   its year, `yesterday`) and has passed is refused
//! - a lone hour (`at 9`) without a day is the next one in waking hours, 7:00 to 22:59; on a named
//!   day 1 to 6 is in the afternoon, 7 to 11 in the morning, 12 is noon; 0, 13 to 23, a leading
//!   zero and four digits are read as they are written
//! - a day without an hour is at 9:00, `in 3 days` at the time of now; morning is 9:00, afternoon
//!   15:00, evening 18:00, night and tonight 20:00; when today's has passed, an hour from now
//! - `friday` is the nearest one to come and never today, unless it has a time that is still ahead;
//!   `next friday` is the one of next week, and weeks start on Monday
//! - of several days (`10 to 12 March`) the first; a holiday by name is that of the region, if it
//!   differs
//! - numeric dates in the order of the region, unless only the other order makes a date; three
//!   dotted parts are day first everywhere; two digits of a year are of this century
//! - hours and shorter are elapsed time; days and longer are counted on the wall, months clamped to
//!   their end; across daylight saving see [`zone`]
//! - the time at the head of the text wins, then the one at its end; of a choice between early and
//!   late, the early one
//! - a time that belongs to a noun (`the 5pm meeting`, `tickets for friday`) is matter
//!
//! - a series keeps its wall time; `every 3 days` counts from today, `every other friday` from the
//!   nearest friday; hours and minutes are elapsed; `until` a day includes it
//! - two times joined by `and`, and a series that leaves its hours or days open, are refused
//!
//! A reading that others could take differently is told in [`Reading::taken`].
//!
//! # Which language a text is in
//! A text need not say it, and the grammar never asks: it sees senses, and each language is one
//! file of words with senses under `words/`. English words are read in every text. Which other
//! language's are, the words themselves decide, before any grammar:
//! - a word that a language has, as a word of time or as an everyday one, and English has not,
//!   speaks for it, the less the shorter it is, or if it is a name too; every word that English
//!   has and the language has not speaks against it
//! - a language is tried if at least as much speaks for it as against it, or if the first word
//!   after the asking is one of its own (`Remind mañana 5pm about the talk`); the likeliest first,
//!   none with less than two thirds of its evidence; the first that finds a time is taken, English last
//! - in the language tried, its senses replace the English ones of its own words (`am` is not a.m.
//!   in `am Freitag um 8`); all other words keep theirs (`remind me kal subah to call mom`)
//! - so `call Domingo at 5pm`, `buy a die` and `do so` are English; a text all of whose words are
//!   English too (`am 15.2.`) is another language's only if English finds no time in it
//!
//! Accents may be left out, hyphens count as spaces inside an expression, an elided word
//! (`d'avril`) is two. Where languages differ in shape the grammar has a production with a sense
//! of its own: an hour that a word before it moves (`halb acht`, `साढ़े सात`), minutes added or
//! taken away (`las cinco y media`, `moins le quart`), an asking and an `about` that follow the
//! matter.
//!
//! # Layout
//! - [`zone`]: wall time to instant and back, across daylight saving
//! - [`reading`]: the types of an answer
//! - `token`: cuts a text into numbers, words and marks
//! - `language`: tells which languages a text may be in
//! - `words`: what a word can mean; the words of each language are data in a file of their own
//! - `grammar`: finds the expressions of time, with no meaning given to *now* yet; a file for each
//!   kind of expression
//! - `phrase`: joins neighbouring expressions into one time
//! - `text`: splits a text into the part about time and the part about the matter
//! - `resolve`: the instant that a time means, from the sender's now
//! - [`series`]: the rule of a series and its occurrences
//! - [`explain`]: which words and which rules made a reading
//! - `taken`: what was chosen where words have two readings
//! - `work`: counts what a text costs, in tests

mod grammar;
mod language;
mod phrase;
pub mod reading;
mod resolve;
pub mod series;
mod taken;
mod text;
mod token;
mod why;
mod words;
mod work;
pub mod zone;

pub use reading::{Basis, Language, Misread, Moment, Reading, Region, Sender, When};
pub use resolve::FAR_YEARS;
pub use series::Recurrence;
pub use taken::Taken;
pub use text::Draft;
pub use why::Explanation;

use text::Answer;

/// Reads a whole SMS such as `Remind tomorrow 5pm about the talk` or `in 20 min tea`.
///
/// The instant is strictly after `sender.now`. The text may be anything: control characters, emoji,
/// any length.
///
/// # Errors
/// [`Misread`] says why no reading is possible; its `Display` is an English sentence, with an example.
pub fn read(text: &str, sender: &Sender) -> Result<Reading, Misread> {
    text::read(text, sender).map(|answer| answer.reading)
}

/// The language of a text, whether there is a time in it or not; `None` where its words stand in
/// several, or in none that is read here.
#[must_use]
pub fn language(text: &str) -> Option<Language> {
    text::language_of(text)
}

/// Reads a text as [`read`] does, and tells how.
///
/// # Errors
/// As [`read`].
pub fn explain(text: &str, sender: &Sender) -> Result<Explanation, Misread> {
    let Answer { reading, said, slots } = text::read(text, sender)?;
    let why = why::rules(&slots, &said, &reading, sender);
    Ok(Explanation { reading, said, why })
}

/// What of a text that [`read`] refused can be repeated in an example to send instead.
#[must_use]
pub fn draft(text: &str, sender: &Sender) -> Draft {
    text::draft(text, sender)
}
