//! The answer to a text that could not be read: what is wrong, and what to send instead.

use crate::{
    reading::{EXAMPLE_MATTER, Misread, Sender, gsm},
    text::{self, Draft},
};

/// Longest matter that an example repeats, in characters: with the rest, the answer fits two SMS.
const MATTER_CHARS_MAX: usize = 40;

/// What is wrong with the text, and an example from its words.
///
/// The example is itself read before it is given: where it would mean something else, the words of
/// the sender give way to ones that are sure.
pub fn advice(text: &str, sender: &Sender, misread: &Misread) -> String {
    let draft = text::draft(text, sender);
    let matter = repeatable(&draft.matter).unwrap_or_else(|| EXAMPLE_MATTER.to_owned());
    let usual = misread.example_time().to_owned();
    let times = [better_time(misread, &draft), Some(usual.clone())];
    let connector = if draft.action { "to" } else { "about" };
    let made = times.into_iter().flatten().map(|time| (time, connector, matter.as_str()));
    let sure = made.chain([(usual.clone(), "about", matter.as_str())]);
    let example = sure
        .map(|(time, connector, matter)| (format!("Remind {time} {connector} {matter}"), matter))
        .find(|(example, matter)| reads(example, matter, sender))
        .map_or_else(|| format!("Remind {usual} about {EXAMPLE_MATTER}"), |(example, _)| example);
    format!("{} Example: {example}", misread.problem())
}

/// A time nearer to what was meant than the usual example: the hour that has passed is still to
/// come tomorrow, and of two times that differ the first may be the one.
fn better_time(misread: &Misread, draft: &Draft) -> Option<String> {
    let time = match misread {
        Misread::Past { .. } => format!("tomorrow {}", draft.clock.as_deref()?),
        Misread::Contradiction { one, .. } => one.clone(),
        _ => return None,
    };
    repeatable(&time)
}

fn reads(example: &str, matter: &str, sender: &Sender) -> bool {
    text::read(example, sender).is_ok_and(|answer| answer.reading.about == matter)
}

/// The words as an SMS can repeat them, cut at a word; `None` when letters would be lost or nothing
/// is left.
fn repeatable(words: &str) -> Option<String> {
    let lost = words.chars().any(|c| c.is_alphanumeric() && gsm(c).is_none());
    let plain: String = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let plain: String = plain.chars().filter_map(gsm).collect();
    let mut plain = plain.trim().to_owned();
    if plain.chars().count() > MATTER_CHARS_MAX {
        plain = plain.chars().take(MATTER_CHARS_MAX).collect();
        plain.truncate(plain.rfind(' ')?);
    }
    let end = plain.trim_end_matches(|c: char| !c.is_alphanumeric() && c != ')').len();
    plain.truncate(end);
    (!lost && plain.chars().any(char::is_alphanumeric)).then_some(plain)
}
