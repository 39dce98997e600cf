//! The answer to a text in which no time could be read: what is wrong, and an example from its own words.

use when::{Draft, Language, Misread, Sender};

use super::Texts;
use crate::gsm;

/// Characters of the sender's words that are quoted, and of the matter that an example repeats, the most first.
const ROOMS: [(usize, usize); 3] = [(24, 40), (16, 24), (10, 12)];

impl Texts {
    /// No time could be read, or one that cannot be; with an example from the words of the text.
    ///
    /// The example is itself read before it is given: where it would mean something else, the words of the sender give
    /// way to ones that are sure.
    #[must_use]
    pub fn misread(&self, why: &Misread, text: &str, sender: &Sender) -> String {
        let draft = when::draft(text, sender);
        let answer = |(quote, matter): (usize, usize)| {
            let problem = self.problem(why, quote);
            let example = self.example(why, &draft, sender, matter);
            self.fit("misread", [("problem", problem.into()), ("example", example.into())])
        };
        let mut answers = ROOMS.into_iter().map(answer);
        answers.find(|text| self.fits(text)).unwrap_or_else(|| self.fit("empty", []))
    }

    /// What is wrong and what to do about it, without an example.
    fn problem(&self, why: &Misread, room: usize) -> String {
        let quoting = |id: &str, what: &str| {
            let years = ("years", when::FAR_YEARS.into());
            self.say(id, [("what", self.quoted(what, room).into()), years])
        };
        match why {
            Misread::NoTime => self.words().word("misread-no-time"),
            Misread::Past { what } => quoting("misread-past", what),
            Misread::Impossible { what } => quoting("misread-impossible", what),
            Misread::Contradiction { one, other } => {
                let (one, other) = (self.quoted(one, room), self.quoted(other, room));
                self.say("misread-contradiction", [("one", one.into()), ("other", other.into())])
            }
            Misread::TooFar { what } => quoting("misread-too-far", what),
            Misread::Series { what } => quoting("misread-series", what),
            Misread::Several { what } => quoting("misread-several", what),
            Misread::HowOften { what, days: false } => quoting("misread-hours", what),
            Misread::HowOften { what, days: true } => quoting("misread-days", what),
        }
    }

    /// A text that can be sent as it is, in the words of the one that could not be read as far as they are of use.
    fn example(&self, why: &Misread, draft: &Draft, sender: &Sender, room: usize) -> String {
        let words = self.words();
        let usual = words.word(match why {
            Misread::HowOften { days: false, .. } => "example-hours",
            Misread::HowOften { days: true, .. } | Misread::Series { .. } => "example-days",
            _ => "example-time",
        });
        let own_matter = self.repeatable(&draft.matter, room);
        let usual_matter = words.word("example-matter");
        let matter = own_matter.unwrap_or_else(|| usual_matter.clone());
        let form = if draft.action { "example-to" } else { "example-about" };
        let better = self.better_time(why, draft, room);
        let made = better.iter().map(|time| (form, time, &matter));
        let sure = [
            (form, &usual, &matter),
            ("example-about", &usual, &matter),
            ("example-about", &usual, &usual_matter),
        ];
        let text = |(form, time, matter): (&str, &String, &String)| {
            self.say(form, [("time", time.into()), ("matter", matter.into())])
        };
        let mut examples = made.chain(sure);
        let read = examples.find(|example| is_read_as(&text(*example), example.2, sender));
        text(read.unwrap_or(("example-about", &usual, &usual_matter)))
    }

    /// A time nearer to what was meant than the usual example: the hour that has passed is still to
    /// come tomorrow, and of two times that differ the first may be the one.
    fn better_time(&self, why: &Misread, draft: &Draft, room: usize) -> Option<String> {
        let time = match why {
            Misread::Past { .. } => {
                let clock = draft.clock.as_deref()?;
                self.say("tomorrow-at", [("clock", clock.into())])
            }
            Misread::Contradiction { one, .. } => one.clone(),
            _ => return None,
        };
        self.repeatable(&time, room)
    }

    /// The words as this text can repeat them, cut at a word; `None` when letters would be lost or nothing is left.
    fn repeatable(&self, words: &str, room: usize) -> Option<String> {
        let lost = words.chars().any(|c| c.is_alphanumeric() && !self.writes(c));
        let mut plain = self.written(words);
        if plain.chars().count() > room {
            plain = plain.chars().take(room).collect();
            plain.truncate(plain.rfind(' ')?);
        }
        let is_end = |c: char| !c.is_alphanumeric() && !is_mark(c) && c != ')';
        let end = plain.trim_end_matches(is_end).len();
        plain.truncate(end);
        (!lost && plain.chars().any(char::is_alphanumeric)).then_some(plain)
    }

    /// The sender's words in quotation marks.
    pub(super) fn quoted(&self, words: &str, room: usize) -> String {
        let mut plain = self.written(words);
        if plain.trim().is_empty() {
            return self.words().word("misread-that");
        }
        if plain.chars().count() > room {
            plain = plain.chars().take(room - 3).collect();
            plain.truncate(plain.trim_end().len());
            plain.push_str("...");
        }
        format!("\"{plain}\"")
    }

    /// The words on one line, without what this text does not write.
    fn written(&self, words: &str) -> String {
        let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
        let plain = gsm::to_gsm(&line).replace('"', "'");
        plain.chars().filter(|c| self.writes(*c)).collect::<String>().trim().to_owned()
    }

    /// Whether a character costs this text nothing: a Hindi one is UCS-2 anyway.
    fn writes(&self, character: char) -> bool {
        gsm::is_writable(character) || (self.language == Language::Hindi && is_mark(character))
    }
}

/// A letter of Devanagari or a sign of it.
fn is_mark(character: char) -> bool {
    ('\u{900}'..='\u{97f}').contains(&character) || matches!(character, '\u{200c}' | '\u{200d}')
}

fn is_read_as(example: &str, matter: &str, sender: &Sender) -> bool {
    // As it is sent.
    let (example, matter) = (gsm::unaccented(example), gsm::unaccented(matter));
    when::read(&example, sender).is_ok_and(|reading| reading.about == matter)
}
