//! Telling our own words when somebody sends them back: a robot, a phone that quotes what it reacts to.
//!
//! Such a text often has a date and words beside it, and would be read as a reminder.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use when::Language;

use super::{Catalogue, Value};
use crate::gsm;

/// The texts that are long enough to be told by their words alone, and have a time in them or the words of a reminder.
const TOLD: [&str; 15] = [
    "accepted",
    "accepted-taken",
    "changed",
    "changed-once",
    "skipped-last",
    "rings-once",
    "arrived-too-late",
    "cannot-change-now",
    "gave-up-no-answer",
    "gave-up-too-late",
    "gave-up-daily-limit",
    "gave-up-over-cap",
    "gave-up-spend-limit",
    "gave-up-blocked",
    "cap-reached",
];

/// The variables of these texts.
const VARIABLES: [&str; 9] =
    ["amount", "matter", "n", "next", "place", "rule", "taken", "time", "tries"];

/// Stands for what a variable is filled in with; no text of ours has it, nor what becomes of it here.
const ANYTHING: char = '\u{1}';

/// What stands between the variables of a text, folded, in its order.
type Pattern = Vec<String>;

/// Whether a text has the words of one of ours in this language, in their order, whatever was filled in, before or
/// after them.
pub(crate) fn says_what_we_say(text: &str, language: Language) -> bool {
    let text = folded(text);
    patterns(language).iter().any(|pattern| {
        let mut rest = text.as_str();
        pattern.iter().all(|piece| match rest.split_once(piece.as_str()) {
            Some((_, after)) => {
                rest = after;
                true
            }
            None => false,
        })
    })
}

/// The texts of a language, made when it is first asked for.
fn patterns(language: Language) -> &'static BTreeSet<Pattern> {
    static ALL: [OnceLock<BTreeSet<Pattern>>; Language::ALL.len()] =
        [const { OnceLock::new() }; Language::ALL.len()];
    let at = Language::ALL.iter().position(|other| *other == language).unwrap_or_default();
    ALL[at].get_or_init(|| TOLD.iter().flat_map(|id| forms(id, language)).collect())
}

/// The forms of a text that goes by a number: of one, and of more. Of other texts both are the same.
fn forms(id: &str, language: Language) -> [Pattern; 2] {
    [Value::from(1), Value::from(ANYTHING.to_string())].map(|tries| {
        let value = |name: &'static str| match name {
            "tries" => (name, tries.clone()),
            _ => (name, Value::from(ANYTHING.to_string())),
        };
        let whole = Catalogue::of(language).say(id, VARIABLES.map(value));
        whole.split(ANYTHING).map(folded).filter(|piece| !piece.is_empty()).collect()
    })
}

/// Letters and digits only, small, as they are where accents could not be sent.
fn folded(text: &str) -> String {
    let bare = gsm::unaccented(text);
    bare.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Letters and digits that a text has at least besides what is filled in: fewer could be a person's.
    const LETTERS_MIN: usize = 12;

    #[test]
    fn every_text_that_is_told_has_enough_words_in_every_language() {
        for language in Language::ALL {
            for (id, form) in TOLD.iter().flat_map(|id| forms(id, language).map(|form| (id, form)))
            {
                let letters: usize = form.iter().map(|piece| piece.chars().count()).sum();
                assert!(letters >= LETTERS_MIN, "{id} in {language:?}: {form:?}");
                assert!(says_what_we_say(&form.join(" 7 "), language), "{id}: {form:?}");
            }
        }
    }

    #[test]
    fn what_a_person_writes_is_not_ours() {
        let people = [
            ("Remind tomorrow 5pm about milk", Language::English),
            ("OK remind me at 5pm to forget the past", Language::English),
            (
                "Reminder, tomorrow at noon: call the vet, they were too late to call us",
                Language::English,
            ),
            ("forget the drops at 5pm", Language::English),
            ("Recuérdeme el lunes a las 8 que hasta el martes no se cobra", Language::Spanish),
            ("Erinnere mich um 9 an die Liste, vergiss es nicht", Language::German),
            ("Rappelez-moi demain à 9h l'appel", Language::French),
            ("Me lembre amanhã às 9 da ligação", Language::Portuguese),
            ("कल सुबह 9 बजे दवाई याद दिलाना", Language::Hindi),
        ];
        for (text, language) in people {
            assert!(!says_what_we_say(text, language), "{text}");
        }
    }

    #[test]
    fn a_phone_that_quotes_us_is_told() {
        let quoted = "Liked “Reminder, Fri 1 Jan 6pm: milk. We called 3 times and got no answer.”";
        assert!(says_what_we_say(quoted, Language::English));
        let once = "Reminder, Fri 1 Jan 6pm: milk and... We called once and got no answer.";
        assert!(says_what_we_say(once, Language::English));
        let bare = "Ha alcanzado $0.10, lo maximo que cuesta un mes. Hasta el viernes 31 de diciembre \
            18:00 no se cobra nada mas, y los recordatorios llegan por SMS, sin llamada.";
        assert!(says_what_we_say(bare, Language::Spanish));
    }
}
