//! The words of each language, read from its catalogue: Project Fluent's format, which knows the plural forms.
//!
//! A catalogue is compiled in, and read when its language is first needed: most functions speak to one person.

use std::sync::OnceLock;

pub use fluent_bundle::FluentValue as Value;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;
use when::Language;

/// Reads a catalogue of ours.
fn read(language: Language) -> Catalogue {
    // The other languages have no words of their own yet.
    let source = include_str!("../../catalogue/en.ftl");
    let id: LanguageIdentifier = language.code().parse().expect("a code of ISO 639-1");
    let resource = FluentResource::try_new(source.to_owned()).expect("a test reads all catalogues");
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
