//! What a text asks for: one of the product's words, or a reminder.

/// A text, sorted by its first word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// One of the carriers' opt-out words: silence everything.
    Stop,
    /// Opt in again. `only_word` is false for a text such as `start the oven at 5`.
    Start {
        /// Whether the text holds nothing else.
        only_word: bool,
    },
    /// What can be texted.
    Help,
    /// The open reminders.
    List,
    /// Drop a reminder; `None` where the text names no number.
    Forget(Option<u32>),
    /// Another zone; the text after the word.
    Zone(String),
    /// Anything else: a reminder, if a time is in it.
    Remind,
}

/// The words that carriers take as opt-out when a message begins with them; never commands of ours.
///
/// Source: AWS End User Messaging SMS user guide, "Required opt-out keywords".
pub const OPT_OUT_WORDS: [&str; 10] =
    ["STOP", "CANCEL", "END", "QUIT", "REMOVE", "UNSUBSCRIBE", "ARRET", "TD", "OPTOUT", "OPT-OUT"];

/// The words that opt in again.
pub const OPT_IN_WORDS: [&str; 2] = ["START", "UNSTOP"];

/// Sorts a text. Case, surrounding punctuation and kinds of white space do not matter.
#[must_use]
pub fn parse(text: &str) -> Command {
    let mut words = text.split_whitespace().map(bare).filter(|word| !word.is_empty());
    let Some(first) = words.next() else { return Command::Remind };
    let rest: Vec<String> = words.collect();
    if OPT_OUT_WORDS.contains(&first.as_str()) {
        return Command::Stop;
    }
    if OPT_IN_WORDS.contains(&first.as_str()) {
        return Command::Start { only_word: rest.is_empty() };
    }
    match (first.as_str(), rest.as_slice()) {
        ("HELP" | "INFO", []) => Command::Help,
        ("LIST", []) => Command::List,
        ("LIST", [all]) if ["ALL", "REMINDERS"].contains(&all.as_str()) => Command::List,
        ("FORGET", rest) => Command::Forget(number(rest)),
        ("ZONE" | "TIMEZONE", [_, ..]) => Command::Zone(after_first_word(text)),
        ("ZONE" | "TIMEZONE", []) => Command::Zone(String::new()),
        _ => Command::Remind,
    }
}

/// The word without punctuation around it, in upper case. The hyphen of OPT-OUT stays, being inside.
fn bare(word: &str) -> String {
    word.trim_matches(|c: char| !c.is_alphanumeric()).to_uppercase()
}

/// The number in `3`, `#3`, `NUMBER 3` or `REMINDER 3`.
fn number(words: &[String]) -> Option<u32> {
    let digits = match words {
        [digits] => digits,
        [noun, digits] if ["NUMBER", "NO", "REMINDER"].contains(&noun.as_str()) => digits,
        _ => return None,
    };
    digits.parse().ok()
}

/// The text after the first word, as it was written: `+5:30` must keep its sign.
fn after_first_word(text: &str) -> String {
    let mut words = text.split_whitespace().skip_while(|word| bare(word).is_empty());
    words.next();
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, command: Command) {
        assert_eq!(parse(text), command, "{text:?}");
    }

    #[test]
    fn a_carriers_word_at_the_beginning_opts_out_whatever_follows() {
        for word in OPT_OUT_WORDS {
            check(word, Command::Stop);
            check(&format!("  {}!! please", word.to_lowercase()), Command::Stop);
        }
        check("End of month report", Command::Stop);
        check("\"Stop.\"", Command::Stop);
    }

    #[test]
    fn a_word_that_only_begins_like_one_does_not() {
        check("Endoscopy at 9", Command::Remind);
        check("stopwatch in 5 minutes", Command::Remind);
        check("Remind me to stop at 5", Command::Remind);
    }

    #[test]
    fn words_are_read_in_any_case_and_with_punctuation() {
        check("help?", Command::Help);
        check("List", Command::List);
        check("forget 3", Command::Forget(Some(3)));
        check("FORGET #3.", Command::Forget(Some(3)));
        check("forget reminder 12", Command::Forget(Some(12)));
        check("forget it", Command::Forget(None));
        check("Forget 99999999999999", Command::Forget(None));
        check("zone Mumbai", Command::Zone("Mumbai".into()));
        check("Zone: +5:30", Command::Zone("+5:30".into()));
        check("ZONE new  york", Command::Zone("new york".into()));
        check("zone", Command::Zone(String::new()));
        check("start", Command::Start { only_word: true });
        check("Start the oven at 5", Command::Start { only_word: false });
    }

    #[test]
    fn everything_else_may_be_a_reminder() {
        for text in
            ["", " \u{1}\u{0} ", "help Anna move tomorrow at 9", "Remind in 2 minutes about tea"]
        {
            check(text, Command::Remind);
        }
    }
}
