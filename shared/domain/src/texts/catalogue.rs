//! The words of each language, read from its catalogue: Project Fluent's format, which knows the plural forms.
//!
//! A catalogue is compiled in, and read when its language is first needed: most functions speak to one person.

use std::sync::OnceLock;

pub use fluent_bundle::FluentValue as Value;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;
use when::Language;

fn source(language: Language) -> &'static str {
    match language {
        Language::English => include_str!("../../catalogue/en.ftl"),
        Language::Spanish => include_str!("../../catalogue/es.ftl"),
        Language::French => include_str!("../../catalogue/fr.ftl"),
        Language::German => include_str!("../../catalogue/de.ftl"),
        Language::Portuguese => include_str!("../../catalogue/pt.ftl"),
        Language::Hindi => include_str!("../../catalogue/hi.ftl"),
    }
}

/// Reads a catalogue of ours.
fn read(language: Language) -> Catalogue {
    let id: LanguageIdentifier = language.code().parse().expect("a code of ISO 639-1");
    let resource =
        FluentResource::try_new(source(language).to_owned()).expect("a test reads all catalogues");
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    // The marks around what is filled in cost an SMS its seven-bit alphabet.
    bundle.set_use_isolating(false);
    bundle.add_builtins().expect("no function yet");
    bundle.add_resource(resource).expect("a test reads all catalogues");
    Catalogue(bundle)
}

/// The words of one language.
pub struct Catalogue(FluentBundle<FluentResource>);

impl Catalogue {
    /// The catalogue of a language.
    pub fn of(language: Language) -> &'static Self {
        static ALL: [OnceLock<Catalogue>; Language::ALL.len()] =
            [const { OnceLock::new() }; Language::ALL.len()];
        let at = Language::ALL.iter().position(|other| *other == language).unwrap_or_default();
        ALL[at].get_or_init(|| read(language))
    }

    /// A message with its variables filled in.
    pub fn say<'a>(
        &self,
        id: &str,
        values: impl IntoIterator<Item = (&'static str, Value<'a>)>,
    ) -> String {
        let pattern = self.0.get_message(id).and_then(|message| message.value());
        // Tests hold that all messages stand in all catalogues.
        let Some(pattern) = pattern else { return String::new() };
        let mut arguments = FluentArgs::new();
        for (name, value) in values {
            arguments.set(name, value);
        }
        let mut errors = Vec::new();
        let text = self.0.format_pattern(pattern, Some(&arguments), &mut errors);
        debug_assert!(errors.is_empty(), "{id}: {errors:?}");
        text.into_owned()
    }

    /// A message without variables.
    pub fn word(&self, id: &str) -> String {
        self.say(id, [])
    }

    /// The nth of the words of a message that is a list, from 0; none past its end.
    pub fn nth(&self, id: &str, at: u32) -> String {
        let list = self.word(id);
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        list.split_whitespace().nth(at).unwrap_or_default().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    /// The variables of each message of a catalogue, by its source.
    fn variables(language: Language) -> BTreeMap<String, BTreeSet<String>> {
        let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut last = String::new();
        for line in source(language).lines().filter(|line| !line.starts_with('#')) {
            if let Some((id, _)) = line.split_once(" =")
                && line.starts_with(|c: char| c.is_ascii_lowercase())
            {
                assert!(!found.contains_key(id), "{id} twice in {language:?}");
                last = id.to_owned();
            }
            let names = line.split('$').skip(1).map(|rest| {
                rest.chars().take_while(char::is_ascii_alphanumeric).collect::<String>()
            });
            found.entry(last.clone()).or_default().extend(names);
        }
        found
    }

    #[test]
    fn all_catalogues_have_the_messages_of_the_english_one_and_no_variable_more() {
        let english = variables(Language::English);
        for language in Language::ALL {
            let words = Catalogue::of(language);
            let theirs = variables(language);
            let ids = |catalogue: &BTreeMap<String, _>| {
                catalogue.keys().cloned().collect::<BTreeSet<_>>()
            };
            assert_eq!(ids(&theirs), ids(&english), "{language:?}");
            for (id, names) in &theirs {
                let message = words.0.get_message(id);
                assert!(message.is_none_or(|message| message.value().is_some()), "{id}");
                // What chooses between forms of a word or parts of the day is the language's own matter.
                let own = ["number", "part", "hour24", "hour12", "minute", "step"];
                let mut more =
                    names.difference(&english[id]).filter(|name| !own.contains(&name.as_str()));
                assert_eq!(more.next(), None, "{id} in {language:?}");
            }
            for list in ["weekdays", "weekdays-alone", "weekdays-of-rule", "months", "months-alone"]
            {
                let count = if list.starts_with('w') { 7 } else { 12 };
                assert_eq!(words.word(list).split_whitespace().count(), count, "{list}");
            }
        }
    }
}
