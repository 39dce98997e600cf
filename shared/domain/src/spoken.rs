//! What the voice says when the phone is answered: the user's own words, twice, and how to be called again.

use when::{Language, Region};

use crate::texts::Catalogue;

/// Characters of the user's words that are spoken: half a minute, twice. What is longer was sent to
/// be read, and the carrier's voice is paid by the minute.
const MATTER_CHARS_MAX: usize = crate::limits::ABOUT_CHARS;

/// Between the repetitions: long enough to reach for a pen.
const PAUSE: &str = r#"<break time="1s"/>"#;

/// The voices of a language: one for everybody, and those whose accent is at home in some countries.
///
/// By the names of the carrier's enumeration `VoiceId`.
struct Voices {
    voice: &'static str,
    elsewhere: &'static [(&'static str, &'static [&'static str])],
}

const ENGLISH: Voices = Voices {
    voice: "MATTHEW",
    elsewhere: &[
        (INDIAN, &["IN", "PK", "BD", "LK", "NP", "BT", "MV"]),
        (
            "AMY",
            &["GB", "GG", "JE", "IM", "IE", "GI", "MT", "CY", "ZA", "KE", "NG", "GH", "SG", "HK"],
        ),
        ("NICOLE", &["AU", "NZ", "CX", "CC", "NF", "FJ", "PG"]),
    ],
};

const SPANISH: Voices =
    Voices { voice: "MIA", elsewhere: &[("LUPE", &["US", "PR"]), ("LUCIA", &["ES", "GQ"])] };

const FRENCH: Voices = Voices { voice: "CELINE", elsewhere: &[("CHANTAL", &["CA"])] };

const GERMAN: Voices = Voices { voice: "VICKI", elsewhere: &[] };

const PORTUGUESE: Voices =
    Voices { voice: "CAMILA", elsewhere: &[("INES", &["PT", "AO", "CV", "GW", "MZ", "ST", "TL"])] };

/// English as in India, which is what the carrier has for Hindi.
const INDIAN: &str = "RAVEENA";

const HINDI: Voices = Voices { voice: INDIAN, elsewhere: &[] };

/// Whether a voice of the carrier speaks the language. Where none does, the matter goes by SMS as well:
/// [`crate::texts::Texts::spelled`].
#[must_use]
pub fn speaks(language: Language) -> bool {
    language != Language::Hindi
}

/// The message for the voice, as SSML: the matter, a pause, the matter again, a pause, how to be called again.
///
/// Whatever the user typed is text and never markup: only `speak` and `break` occur as elements.
/// The result is well-formed XML for any input, and within the carrier's limits of 6,000 characters
/// with markup and 3,000 without.
#[must_use]
pub fn ssml(about: &str, language: Language) -> String {
    let matter = escaped(&matter(about, language));
    let closing = escaped(&Catalogue::of(language).word("spoken-closing"));
    format!("<speak>{matter}{PAUSE}{matter}{PAUSE}{closing}</speak>")
}

/// The user's words as they are spoken: printable, on one line, at most [`MATTER_CHARS_MAX`]
/// characters.
#[must_use]
pub fn matter(about: &str, language: Language) -> String {
    let printable: String =
        about.chars().filter(|c| c.is_whitespace() || is_speakable(*c)).collect();
    let words: Vec<&str> = printable.split_whitespace().collect();
    let line = words.join(" ");
    let cut = cut(&line);
    if cut.is_empty() { Catalogue::of(language).word("spoken-no-matter") } else { cut.to_owned() }
}

/// The carrier's name of the voice for a language, with the accent of a country.
#[must_use]
pub fn voice_id(language: Language, region: Region) -> &'static str {
    let voices = voices(language);
    let own = voices.elsewhere.iter().find(|(_, countries)| countries.contains(&region.code()));
    own.map_or(voices.voice, |(voice, _)| voice)
}

fn voices(language: Language) -> Voices {
    match language {
        Language::English => ENGLISH,
        Language::Spanish => SPANISH,
        Language::French => FRENCH,
        Language::German => GERMAN,
        Language::Portuguese => PORTUGUESE,
        Language::Hindi => HINDI,
    }
}

/// Whether a character may be said, and may stand in XML 1.0 at all.
fn is_speakable(character: char) -> bool {
    // What stands for something that was lost on the way, and what XML 1.0 does not permit.
    let lost = ('\u{fffd}'..='\u{ffff}').contains(&character);
    // Marks of direction and width, which a voice has no use for. The joiners stay: they are
    // spelling.
    let invisible = matches!(
        character,
        '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}'
    );
    !character.is_control() && !lost && !invisible
}

/// The line, cut after the last whole word that fits; a single longer word is cut inside.
fn cut(line: &str) -> &str {
    let Some((end, next)) = line.char_indices().nth(MATTER_CHARS_MAX) else { return line };
    let fits = &line[..end];
    if next == ' ' {
        return fits;
    }
    fits.rsplit_once(' ').map_or(fits, |(words, _)| words)
}

/// The text with the five characters that mean something in XML written as references.
fn escaped(text: &str) -> String {
    let mut xml = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '"' => xml.push_str("&quot;"),
            '\'' => xml.push_str("&apos;"),
            other => xml.push(other),
        }
    }
    xml
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use quick_xml::events::Event;
    use quick_xml::{Reader, XmlVersion};

    use super::*;

    /// The carrier's limit for a message with its markup.
    const SSML_CHARS_MAX: usize = 6_000;

    /// The carrier's limit for the words alone.
    const SPOKEN_CHARS_MAX: usize = 3_000;

    const CLOSING: &str = "To be called again, text SNOOZE 10 minutes.";

    /// The elements in order and the text between them, as an XML parser that is not ours sees
    /// them.
    fn parsed(xml: &str) -> (Vec<String>, Vec<String>) {
        let mut reader = Reader::from_str(xml);
        reader.config_mut().check_comments = true;
        let (mut elements, mut texts) = (Vec::new(), vec![String::new()]);
        loop {
            match reader.read_event().unwrap() {
                Event::Start(tag) | Event::Empty(tag) => {
                    elements.push(String::from_utf8(tag.to_vec()).unwrap());
                    texts.push(String::new());
                }
                Event::End(_) => {}
                Event::Text(text) => {
                    texts
                        .last_mut()
                        .unwrap()
                        .push_str(&text.xml_content(XmlVersion::Implicit1_0).unwrap());
                }
                Event::GeneralRef(name) => texts.last_mut().unwrap().push(match &*name {
                    b"amp" => '&',
                    b"lt" => '<',
                    b"gt" => '>',
                    b"quot" => '"',
                    b"apos" => '\'',
                    other => panic!("reference {other:?}"),
                }),
                Event::Eof => return (elements, texts),
                other => panic!("{other:?} in {xml}"),
            }
        }
    }

    /// Asserts that the message says `matter` twice and holds nothing else of the user's.
    fn check(about: &str, matter: &str) {
        let xml = ssml(about, Language::English);
        let (elements, texts) = parsed(&xml);
        assert_eq!(elements, ["speak", r#"break time="1s""#, r#"break time="1s""#], "{xml}");
        assert_eq!(texts, ["", matter, matter, CLOSING], "{xml}");
        assert!(xml.chars().count() <= SSML_CHARS_MAX);
        assert!(texts.iter().map(|text| text.chars().count()).sum::<usize>() <= SPOKEN_CHARS_MAX);
    }

    #[test]
    fn the_first_words_are_the_users_own() {
        assert_eq!(
            ssml("take the cake out", Language::English),
            "<speak>take the cake out<break time=\"1s\"/>take the cake out<break time=\"1s\"/>\
             To be called again, text SNOOZE 10 minutes.</speak>"
        );
    }

    #[test]
    fn what_a_user_types_never_becomes_markup() {
        for about in [
            "a < b && c > d",
            "Tom & Jerry's \"show\"",
            "</speak><audio src='x'/>",
            "<break time=\"10s\"/>",
            "&amp; &#65; &lt;",
            "]]> <![CDATA[x]]> <!-- y --> <?z?>",
        ] {
            check(about, about);
        }
    }

    #[test]
    fn what_cannot_be_said_goes() {
        check("a\u{0}b\u{1b}[31mc\u{7f}\u{9c}", "ab[31mc");
        check("lost \u{fffd}\u{fffd} and \u{ffff}found", "lost and found");
        check(" tea \r\n\t at\u{a0}\u{2003}five ", "tea at five");
        check("\u{202e}evil\u{2066}\u{200b}", "evil");
        check("नमस्ते 👩\u{200d}🚀", "नमस्ते 👩\u{200d}🚀");
    }

    #[test]
    fn an_empty_matter_is_still_a_reminder() {
        for about in ["", "   ", "\n", "\u{0}\u{fffd}"] {
            check(about, "This is your reminder.");
        }
    }

    #[test]
    fn a_long_matter_is_cut_at_a_word() {
        check(&"word ".repeat(60), "word ".repeat(60).trim_end());
        check(&"word ".repeat(61), "word ".repeat(60).trim_end());
        check(&format!("{} tail", "x".repeat(299)), &"x".repeat(299));
        check(&format!("{} tail", "x".repeat(300)), &"x".repeat(300));
        check(&"é".repeat(301), &"é".repeat(300));
        check(&"\"".repeat(1_600), &"\"".repeat(300));
    }

    #[test]
    fn the_voice_follows_the_language_and_the_country() {
        for (language, country, voice) in [
            (Language::English, "US", "MATTHEW"),
            (Language::English, "IN", "RAVEENA"),
            (Language::English, "GB", "AMY"),
            (Language::English, "AU", "NICOLE"),
            (Language::English, "DE", "MATTHEW"),
            (Language::Spanish, "US", "LUPE"),
            (Language::Spanish, "MX", "MIA"),
            (Language::Spanish, "ES", "LUCIA"),
            (Language::French, "FR", "CELINE"),
            (Language::French, "CA", "CHANTAL"),
            (Language::German, "US", "VICKI"),
            (Language::Portuguese, "BR", "CAMILA"),
            (Language::Portuguese, "PT", "INES"),
            (Language::Hindi, "IN", "RAVEENA"),
        ] {
            assert_eq!(voice_id(language, Region::parse(country).unwrap()), voice);
        }
        for language in Language::ALL {
            for (_, countries) in voices(language).elsewhere {
                for country in *countries {
                    assert!(
                        crate::phone::has_numbers(Region::parse(country).unwrap()),
                        "{country}"
                    );
                }
            }
        }
    }

    #[test]
    fn the_frame_is_in_the_language_of_the_voice_and_leaves_room_for_the_longest_matter() {
        let quotes = "\"".repeat(MATTER_CHARS_MAX);
        for language in Language::ALL {
            let (_, texts) = parsed(&ssml("", language));
            // What a voice cannot say is not in its frame.
            let latin = texts.concat().chars().all(|c| u32::from(c) < 0x180);
            assert!(latin && texts[1].len() > 10 && texts[3].contains("10"), "{texts:?}");
            let longest = ssml(&quotes, language);
            assert!(longest.chars().count() <= SSML_CHARS_MAX);
            assert!(parsed(&longest).1.concat().chars().count() <= SPOKEN_CHARS_MAX);
        }
        let frame = |language| parsed(&ssml("", language)).1;
        assert!(!speaks(Language::Hindi));
        assert_eq!(frame(Language::Hindi), frame(Language::English), "by the English voice");
        assert_ne!(frame(Language::German), frame(Language::English));
    }

    proptest! {
        #[test]
        fn anything_makes_a_message_that_the_carrier_takes(
            about in prop_oneof![
                any::<String>(),
                "[<>&\"' a-z/!\\[\\]-]{0,700}",
                prop::collection::vec(any::<char>(), 0..800).prop_map(String::from_iter),
            ],
        ) {
            let matter = matter(&about, Language::English);
            prop_assert!((1..=MATTER_CHARS_MAX).contains(&matter.chars().count()));
            check(&about, &matter);
        }
    }
}
