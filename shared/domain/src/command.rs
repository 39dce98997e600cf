//! What a text asks for: one of the product's words, or a reminder.
//!
//! Words are read in any case, with or without accents and the punctuation around them, in all languages at once. A
//! word is a command only in the shape of one: `skip 3` is, `skip lunch tomorrow at noon` is a reminder.

use when::Language::{self, English, French, German, Hindi, Portuguese, Spanish};

/// A text, sorted by its first word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// What it asks for.
    pub command: Command,
    /// The language of that word; `None` where it stands in several, or is none of ours.
    pub language: Option<Language>,
    /// The first word, as it was written.
    pub word: String,
}

/// What a text asks for.
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
    /// What was charged this month.
    Bill,
    /// Drop these reminders; none where the text names no number.
    Forget(Vec<u32>),
    /// Drop all reminders, once that is confirmed.
    ForgetAll,
    /// The answer to a question of ours.
    Yes,
    /// The last reminder was meant otherwise; the text after the word.
    No(String),
    /// Another time, matter or both for a reminder.
    Change {
        /// Which; the last one where the text names none.
        n: Option<u32>,
        /// What it becomes.
        to: String,
        /// Whether a word such as `to` says that this is a change: `change 3 tires` has none.
        sure: bool,
    },
    /// Call again later.
    Snooze {
        /// Which; the one that was called last where the text names none.
        n: Option<u32>,
        /// For how long or until when, in the user's words; may be empty.
        until: String,
        /// Whether a word such as `until` says that it is a time rather than an amount of it: `18h` is both.
        is_time: bool,
    },
    /// Do without the next one of a series.
    Skip {
        /// Which series.
        n: Option<u32>,
        /// Whether the text holds nothing more: `skip lunch` does.
        only_next: bool,
    },
    /// The story of a reminder.
    Why(Option<u32>),
    /// Another zone; the text after the word.
    Zone(String),
    /// Another language; the text after the word.
    Language(String),
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

/// The word by which carriers want help to be had.
const HELP_WORD: &str = "HELP";

/// A first word of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verb {
    Help,
    List,
    Bill,
    Forget,
    Yes,
    No,
    Change,
    Snooze,
    Skip,
    Why,
    Zone,
    Language,
}

/// The first words by language, in upper case and without accents. The first is the one that our texts name.
const VERBS: [(Language, &[(Verb, &str)]); 6] = [
    (
        English,
        &[
            (Verb::Help, "HELP INFO"),
            (Verb::List, "LIST"),
            (Verb::Bill, "BILL"),
            (Verb::Forget, "FORGET DELETE DROP"),
            (Verb::Yes, "YES Y YEP YEAH OK"),
            (Verb::No, "NO NOPE"),
            (Verb::Change, "CHANGE MOVE EDIT"),
            (Verb::Snooze, "SNOOZE"),
            (Verb::Skip, "SKIP"),
            (Verb::Why, "WHY"),
            (Verb::Zone, "ZONE TIMEZONE"),
            (Verb::Language, "LANGUAGE LANG"),
        ],
    ),
    (
        Spanish,
        &[
            (Verb::Help, "AYUDA"),
            (Verb::List, "LISTA"),
            (Verb::Bill, "CUENTA FACTURA"),
            (Verb::Forget, "OLVIDA OLVIDAR BORRA BORRAR"),
            (Verb::Yes, "SI"),
            (Verb::No, "NO"),
            (Verb::Change, "CAMBIA CAMBIAR MUEVE"),
            (Verb::Snooze, "POSPON POSPONER APLAZA"),
            (Verb::Skip, "SALTA SALTAR OMITE"),
            (Verb::Why, "PORQUE"),
            (Verb::Zone, "ZONA"),
            (Verb::Language, "IDIOMA"),
        ],
    ),
    (
        French,
        &[
            (Verb::Help, "AIDE"),
            (Verb::List, "LISTE"),
            (Verb::Bill, "FACTURE"),
            (Verb::Forget, "OUBLIE OUBLIER SUPPRIME SUPPRIMER EFFACE"),
            (Verb::Yes, "OUI"),
            (Verb::No, "NON"),
            (Verb::Change, "CHANGE CHANGER MODIFIE MODIFIER DEPLACE"),
            (Verb::Snooze, "REPORTE REPORTER"),
            (Verb::Skip, "SAUTE SAUTER"),
            (Verb::Why, "POURQUOI"),
            (Verb::Zone, "ZONE FUSEAU"),
            (Verb::Language, "LANGUE"),
        ],
    ),
    (
        German,
        &[
            (Verb::Help, "HILFE"),
            (Verb::List, "LISTE"),
            (Verb::Bill, "RECHNUNG"),
            (Verb::Forget, "VERGISS VERGESSEN LOSCHE LOESCHE LOSCHEN LOESCHEN"),
            (Verb::Yes, "JA"),
            (Verb::No, "NEIN"),
            (Verb::Change, "AENDERE ANDERE ANDERN AENDERN VERSCHIEBE"),
            (Verb::Snooze, "SPAETER SPATER"),
            (Verb::Skip, "AUSLASSEN UEBERSPRINGE UBERSPRINGE"),
            (Verb::Why, "WARUM"),
            (Verb::Zone, "ZONE ZEITZONE"),
            (Verb::Language, "SPRACHE"),
        ],
    ),
    (
        Portuguese,
        &[
            (Verb::Help, "AJUDA"),
            (Verb::List, "LISTA"),
            (Verb::Bill, "CONTA FATURA"),
            (Verb::Forget, "ESQUECE ESQUECER ESQUECA APAGA APAGAR"),
            (Verb::Yes, "SIM"),
            (Verb::No, "NAO"),
            (Verb::Change, "MUDA MUDAR ALTERA ALTERAR"),
            (Verb::Snooze, "ADIA ADIAR"),
            (Verb::Skip, "PULA PULAR"),
            (Verb::Why, "PORQUE"),
            (Verb::Zone, "FUSO"),
            (Verb::Language, "IDIOMA LINGUA"),
        ],
    ),
    (
        Hindi,
        &[
            (Verb::Help, "मदद MADAD"),
            (Verb::List, "सूची SUCHI"),
            (Verb::Bill, "बिल"),
            (Verb::Forget, "भूल भूलो BHOOL BHULO हटाओ HATAO"),
            (Verb::Yes, "हाँ हां HAAN HAN"),
            (Verb::No, "नहीं NAHI NAHIN"),
            (Verb::Change, "बदल बदलो BADAL BADLO"),
            (Verb::Snooze, "बाद BAAD"),
            (Verb::Skip, "छोड़ छोड़ो CHHOD CHHODO"),
            (Verb::Why, "क्यों KYON"),
            (Verb::Zone, "समय SAMAY"),
            (Verb::Language, "भाषा BHASHA"),
        ],
    ),
];

/// `FORGET ALL`.
const ALL: &str = "ALL EVERYTHING TODO TODOS TODAS TOUT TOUS TOUTES ALLE ALLES TUDO सब SAB";

/// What may stand beside a word that needs nothing: `list all`, `bill please`, `my list`.
const FILLERS: &str = "ALL REMINDERS PLEASE ME MY THE PLZ POR FAVOR BITTE SVP MERCI";

/// Between a number and what is to become of it.
const CONNECTORS: &str = "TO FOR UNTIL TILL TIL BY AT ON A AL HASTA POR PARA PARAO AU JUSQU JUSQU'A POUR AUF UM BIS FUR \
    FUER ZU ATE को तक KO TAK IN EN DANS";

/// Those of them that lead a time of day in.
const UNTIL: &str = "UNTIL TILL TIL BY AT ON HASTA A AL AU JUSQU JUSQU'A BIS UM ATE तक TAK";

/// Stands for the reminder itself: `change it to 6pm`.
const IT: &str = "IT THAT THIS LO LA LAS LE ES AS DAS CELA ISSO";

/// Beside SKIP: the one that comes next is all that it can mean. With the articles of the languages.
const NEXT: &str = "NEXT ONE TIME THE A PROXIMA PROXIMO PROXIMAS VEZ EL O SIGUIENTE PROCHAIN PROCHAINE FOIS NACHSTE \
    NACHSTEN NACHSTES NACHSTER NAECHSTE NAECHSTEN NAECHSTES NAECHSTER DEN DIE MAL अगला अगली अगले AGLA AGLI बार";

/// Before a number: `reminder 3`, `number 3`, `no. 3`.
const NOUNS: &str = "NUMBER NO NR NUM NUMERO REMINDER RECORDATORIO RAPPEL ERINNERUNG LEMBRETE";

/// Words of this length are known with one letter wrong; shorter ones turn into others too easily.
const TYPO_LETTERS_MIN: usize = 5;

/// More words than this after a command are a sentence.
const WORDS_AFTER_MAX: usize = 6;

/// Sorts a text. Case, accents, surrounding punctuation and kinds of white space do not matter.
#[must_use]
pub fn parse(text: &str) -> Said {
    let words: Vec<(&str, String)> = text
        .split_whitespace()
        .map(|word| (word, bare(word)))
        .filter(|(_, bare)| !bare.is_empty())
        .collect();
    let Some(((written, first), rest)) = words.split_first() else {
        return Said { command: Command::Remind, language: None, word: String::new() };
    };
    let word = written.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
    let said = |command, language| Said { command, language, word: word.clone() };
    if OPT_OUT_WORDS.contains(&first.as_str()) {
        return said(Command::Stop, None);
    }
    if OPT_IN_WORDS.contains(&first.as_str()) {
        return said(Command::Start { only_word: rest.is_empty() }, None);
    }
    let rest = Rest { words: rest };
    for (verb, language) in verbs(first) {
        if let Some(command) = rest.command(verb, written) {
            // Every phone knows it, as it knows STOP.
            let language = language.filter(|_| *first != HELP_WORD);
            return said(command, language);
        }
    }
    said(Command::Remind, None)
}

/// What a word may mean, with the language that it is of if it is of one: as it is written, else with one typing
/// error.
fn verbs(word: &str) -> Vec<(Verb, Option<Language>)> {
    let known = |is: &dyn Fn(&str) -> bool| {
        let mut found: Vec<(Verb, Option<Language>)> = Vec::new();
        for (language, verbs) in VERBS {
            for (verb, _) in verbs.iter().filter(|(_, words)| words.split(' ').any(is)) {
                match found.iter_mut().find(|(other, _)| other == verb) {
                    Some((_, of)) => *of = None,
                    None => found.push((*verb, Some(language))),
                }
            }
        }
        found
    };
    let exact = known(&|one| one == word);
    let letters = word.chars().count();
    if !exact.is_empty() || letters + 1 < TYPO_LETTERS_MIN {
        return exact;
    }
    known(&|one| {
        let near = strsim::osa_distance(one, word) == 1;
        let swapped = letters == one.chars().count() && sorted(one) == sorted(word);
        near && (swapped || one.chars().count() >= TYPO_LETTERS_MIN)
    })
}

fn sorted(word: &str) -> Vec<char> {
    let mut letters: Vec<char> = word.chars().collect();
    letters.sort_unstable();
    letters
}

/// The words after the first, as they were written and bare.
struct Rest<'t> {
    words: &'t [(&'t str, String)],
}

impl Rest<'_> {
    /// The command, if the words have the shape of one.
    fn command(&self, verb: Verb, written: &str) -> Option<Command> {
        if self.words.len() > WORDS_AFTER_MAX && !matches!(verb, Verb::Change | Verb::No) {
            return None;
        }
        match verb {
            Verb::Help => self.is_alone().then_some(Command::Help),
            Verb::List => self.is_filled().then_some(Command::List),
            Verb::Bill => self.is_filled().then_some(Command::Bill),
            Verb::Yes => self.is_filled().then_some(Command::Yes),
            Verb::Forget => self.forget(),
            Verb::No => Some(Command::No(self.after(0))),
            Verb::Change => self.change(),
            Verb::Snooze => Some(self.snooze()),
            Verb::Skip => self.skip(),
            Verb::Why => self.number_or_nothing().map(Command::Why),
            // `zone: +5:30` is one word when it is written without a space.
            Verb::Zone => Some(Command::Zone(self.after(0))),
            Verb::Language => (self.words.len() <= 2).then(|| Command::Language(self.after(0))),
        }
        .filter(|_| !written.is_empty())
    }

    fn is_alone(&self) -> bool {
        self.words.is_empty()
    }

    fn is_filled(&self) -> bool {
        self.words.iter().all(|(_, word)| is_in(word, FILLERS))
    }

    /// The words from one on, as they were written: `+5:30` must keep its sign.
    fn after(&self, from: usize) -> String {
        let words: Vec<&str> = self.words.iter().skip(from).map(|(word, _)| *word).collect();
        words.join(" ")
    }

    /// The number at the head, and how many words it takes.
    fn number(&self) -> Option<(u32, usize)> {
        let (noun, at) = match self.words.first() {
            Some((_, word)) if is_in(word, NOUNS) => (1, 1),
            _ => (0, 0),
        };
        let (_, digits) = self.words.get(at)?;
        Some((digits.parse().ok()?, noun + 1))
    }

    /// A number and nothing else, or nothing.
    fn number_or_nothing(&self) -> Option<Option<u32>> {
        match self.number() {
            Some((n, taken)) if taken == self.words.len() => Some(Some(n)),
            Some(_) => None,
            None if self.words.len() <= 1 => Some(None),
            None => None,
        }
    }

    fn forget(&self) -> Option<Command> {
        if let [(_, all), ..] = self.words
            && is_in(all, ALL)
            && self.words[1..].iter().all(|(_, word)| is_in(word, FILLERS))
        {
            return Some(Command::ForgetAll);
        }
        let numbers: Vec<u32> = self
            .words
            .iter()
            .flat_map(|(_, word)| word.split(',').filter_map(|word| word.parse().ok()))
            .collect();
        let joins = |word: &str| {
            is_in(word, NOUNS)
                || is_in(word, "AND & Y ET UND E और")
                || word.split(',').all(is_digits)
        };
        let only_numbers = self.words.iter().all(|(_, word)| joins(word));
        if only_numbers && !numbers.is_empty() {
            return Some(Command::Forget(numbers));
        }
        (self.words.len() <= 1).then(|| Command::Forget(Vec::new()))
    }

    fn change(&self) -> Option<Command> {
        let (n, taken) = match self.number() {
            Some((n, taken)) => (Some(n), taken),
            None => (None, usize::from(self.words.first().is_some_and(|(_, it)| is_in(it, IT)))),
        };
        let connector = self.words.get(taken);
        let marked = taken > 0 && self.words[taken - 1].0.ends_with([':', ',', '-']);
        let sure = marked || connector.is_some_and(|(_, word)| is_in(word, CONNECTORS));
        let skipped = connector.is_some_and(|(_, word)| is_in(word, "TO PARA AUF को KO"));
        let to = self.after(taken + usize::from(skipped));
        if n.is_none() && !sure && !self.words.is_empty() {
            return None;
        }
        let sure = sure || to.is_empty();
        Some(Command::Change { n, to, sure })
    }

    /// `skip 3`, `skip the next one`.
    fn skip(&self) -> Option<Command> {
        let next = |(_, word): &&(&str, String)| !is_in(word, NEXT) && !is_in(word, IT);
        let words: Vec<_> = self.words.iter().filter(next).cloned().collect();
        let n = Rest { words: &words }.number_or_nothing()?;
        Some(Command::Skip { n, only_next: n.is_some() || words.is_empty() })
    }

    fn snooze(&self) -> Command {
        if let Some((n, taken)) = self.number()
            && let Some((_, next)) = self.words.get(taken)
            && (next.starts_with(|c: char| c.is_ascii_digit()) || is_in(next, CONNECTORS))
        {
            return self.until(Some(n), taken);
        }
        self.until(None, 0)
    }
}

impl Rest<'_> {
    /// The words from one on without those that lead them in: `until`, `for`, `hasta las`.
    fn until(&self, n: Option<u32>, from: usize) -> Command {
        let leads = |(_, word): &&(&str, String)| is_in(word, CONNECTORS) || is_in(word, IT);
        let leading: Vec<_> = self.words.iter().skip(from).take_while(leads).collect();
        let is_time = leading.iter().any(|(_, word)| is_in(word, UNTIL));
        Command::Snooze { n, until: self.after(from + leading.len()), is_time }
    }
}

fn is_in(word: &str, words: &str) -> bool {
    words.split_whitespace().any(|one| one == word)
}

fn is_digits(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// The word without punctuation around it, in upper case, without accents. The hyphen of OPT-OUT stays, being inside.
pub(crate) fn bare(word: &str) -> String {
    let upper = word.trim_matches(|c: char| !is_letter(c)).to_uppercase();
    upper.chars().map(plain).collect()
}

/// Letters, digits and the signs that Devanagari writes vowels with.
fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || ('\u{900}'..='\u{94f}').contains(&c)
}

/// The letter without its accent.
fn plain(letter: char) -> char {
    match letter {
        'Á' | 'À' | 'Â' | 'Ã' | 'Ä' => 'A',
        'Ç' => 'C',
        'É' | 'È' | 'Ê' | 'Ë' => 'E',
        'Í' | 'Ì' | 'Î' | 'Ï' => 'I',
        'Ñ' => 'N',
        'Ó' | 'Ò' | 'Ô' | 'Õ' | 'Ö' => 'O',
        'Ú' | 'Ù' | 'Û' | 'Ü' => 'U',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, command: Command) {
        assert_eq!(parse(text).command, command, "{text:?}");
    }

    fn change(n: Option<u32>, to: &str, sure: bool) -> Command {
        Command::Change { n, to: to.into(), sure }
    }

    fn snooze(n: Option<u32>, until: &str) -> Command {
        Command::Snooze { n, until: until.into(), is_time: false }
    }

    fn until(n: Option<u32>, until: &str) -> Command {
        Command::Snooze { n, until: until.into(), is_time: true }
    }

    #[test]
    fn a_carriers_word_at_the_beginning_opts_out_whatever_follows() {
        for word in OPT_OUT_WORDS {
            check(word, Command::Stop);
            check(&format!("  {}!! please", word.to_lowercase()), Command::Stop);
        }
        check("End of month report", Command::Stop);
        check("\"Stop.\"", Command::Stop);
        check("Arrêt", Command::Stop);
    }

    #[test]
    fn a_word_that_only_begins_like_one_does_not() {
        check("Endoscopy at 9", Command::Remind);
        check("stopwatch in 5 minutes", Command::Remind);
        check("Remind me to stop at 5", Command::Remind);
        check("Stoop at 5", Command::Remind);
    }

    #[test]
    fn no_word_of_ours_is_a_carriers_nor_means_two_things_in_one_language() {
        for (language, verbs) in VERBS {
            let words: Vec<&str> = verbs.iter().flat_map(|(_, words)| words.split(' ')).collect();
            for (at, word) in words.iter().enumerate() {
                assert!(!OPT_OUT_WORDS.contains(word) && !OPT_IN_WORDS.contains(word), "{word}");
                assert!(!words[at + 1..].contains(word), "{language:?}: {word}");
                assert_eq!(*word, bare(word), "as it is compared");
            }
        }
    }

    #[test]
    fn words_are_read_in_any_case_and_with_punctuation() {
        check("help?", Command::Help);
        check("List", Command::List);
        check("list all reminders", Command::List);
        check("bill please", Command::Bill);
        check("forget 3", Command::Forget(vec![3]));
        check("FORGET #3.", Command::Forget(vec![3]));
        check("forget reminder 12", Command::Forget(vec![12]));
        check("forget 3, 4 and 5", Command::Forget(vec![3, 4, 5]));
        check("forget it", Command::Forget(vec![]));
        check("Forget 99999999999999", Command::Forget(vec![]));
        check("Forget all!", Command::ForgetAll);
        check("zone Mumbai", Command::Zone("Mumbai".into()));
        check("Zone: +5:30", Command::Zone("+5:30".into()));
        check("ZONE new  york", Command::Zone("new york".into()));
        check("zone", Command::Zone(String::new()));
        check("start", Command::Start { only_word: true });
        check("Start the oven at 5", Command::Start { only_word: false });
        check("why 3?", Command::Why(Some(3)));
        check("Why?", Command::Why(None));
        check("skip 3", Command::Skip { n: Some(3), only_next: true });
        check("skip the next one", Command::Skip { n: None, only_next: true });
        check("skip the next 3", Command::Skip { n: Some(3), only_next: true });
        check("skip lunch", Command::Skip { n: None, only_next: false });
        check("language hi", Command::Language("hi".into()));
        check("Yes!", Command::Yes);
    }

    #[test]
    fn a_change_says_which_and_what() {
        check("CHANGE 3 to friday 10am", change(Some(3), "friday 10am", true));
        check("change 3: 6pm", change(Some(3), "6pm", true));
        check("change #3 6pm", change(Some(3), "6pm", false));
        check("change 3 tires tomorrow at 5", change(Some(3), "tires tomorrow at 5", false));
        check("change it to 6pm", change(None, "6pm", true));
        check("change to 6pm", change(None, "6pm", true));
        check("change", change(None, "", true));
        check("move 3 to 8am", change(Some(3), "8am", true));
        check("No, 6pm", Command::No("6pm".into()));
        check("no", Command::No(String::new()));
    }

    #[test]
    fn a_snooze_says_for_how_long() {
        check("snooze", snooze(None, ""));
        check("SNOOZE 10m", snooze(None, "10m"));
        check("snooze 10 minutes", snooze(None, "10 minutes"));
        check("snooze 3 10m", snooze(Some(3), "10m"));
        check("snooze 3 until 6pm", until(Some(3), "6pm"));
        check("snooze until 6pm", until(None, "6pm"));
        check("snooze 20", snooze(None, "20"));
    }

    #[test]
    fn every_language_has_words_of_its_own_with_and_without_accents() {
        for (text, command, language) in [
            ("vergiss 3", Command::Forget(vec![3]), Some(German)),
            ("Vergiss alles", Command::ForgetAll, Some(German)),
            ("ändere 3 auf freitag 10 uhr", change(Some(3), "freitag 10 uhr", true), Some(German)),
            ("olvida 3", Command::Forget(vec![3]), Some(Spanish)),
            ("Sí", Command::Yes, Some(Spanish)),
            ("pospón 10 min", snooze(None, "10 min"), Some(Spanish)),
            ("oublie tout", Command::ForgetAll, Some(French)),
            ("pourquoi 3 ?", Command::Why(Some(3)), Some(French)),
            ("esqueça 3", Command::Forget(vec![3]), Some(Portuguese)),
            ("não, 18h", Command::No("18h".into()), Some(Portuguese)),
            ("भूल 3", Command::Forget(vec![3]), Some(Hindi)),
            ("नहीं, शाम 6 बजे", Command::No("शाम 6 बजे".into()), Some(Hindi)),
            ("भाषा en", Command::Language("en".into()), Some(Hindi)),
            ("liste", Command::List, None),
            ("no, 6pm", Command::No("6pm".into()), None),
            ("forget 3", Command::Forget(vec![3]), Some(English)),
        ] {
            let said = parse(text);
            assert_eq!((said.command, said.language), (command, language), "{text}");
        }
    }

    #[test]
    fn small_typing_errors_do_not_matter() {
        check("forgte 3", Command::Forget(vec![3]));
        check("forgett 3", Command::Forget(vec![3]));
        check("snoze 10m", snooze(None, "10m"));
        check("Lsit", Command::List);
        check("chnage 3 to 6pm", change(Some(3), "6pm", true));
        check("lost", Command::Remind);
        check("bell", Command::Remind);
        check("STPO", Command::Remind);
    }

    #[test]
    fn everything_else_may_be_a_reminder() {
        for text in [
            "",
            " \u{1}\u{0} ",
            "help Anna move tomorrow at 9",
            "Remind in 2 minutes about tea",
            "skip lunch tomorrow at noon",
            "change the oil tomorrow at 9",
            "bill Smith tomorrow at 9",
            "forget about the diet on sunday at 5",
            "why not call mom at 6",
            "list the flat on friday at 9",
            "ok tomorrow at 5 call mom",
        ] {
            check(text, Command::Remind);
        }
    }
}
