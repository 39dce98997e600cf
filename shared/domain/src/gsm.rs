//! How many SMS parts a text takes: seven-bit characters where they suffice, UCS-2 where not.
//!
//! The alphabet and its extension are those of 3GPP TS 23.038, the sizes of parts those of TS
//! 23.040: 140 bytes a part, of which a text in several parts gives 6 to the header that joins
//! them.

/// Septets in a text of one part: 140 bytes × 8 ÷ 7.
const SEPTETS_ALONE: usize = 160;

/// Septets in each part of several: 134 bytes × 8 ÷ 7.
const SEPTETS_JOINED: usize = 153;

/// UTF-16 units in a text of one part.
const UNITS_ALONE: usize = 70;

/// UTF-16 units in each part of several.
const UNITS_JOINED: usize = 67;

/// The characters of the default alphabet that are not ASCII; each takes one septet.
const BASIC_BEYOND_ASCII: &str = "£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà";

/// Printing ASCII characters that the default alphabet does not have: in the extension, or nowhere.
const ASCII_NOT_BASIC: &str = "[\\]^`{|}~";

/// The extension: each takes two septets, an escape and itself.
const EXTENDED: &str = "^{}\\[~]|€\u{c}";

/// Letters with what stands for them where they cannot be written.
const UNACCENTED: [(&str, &str); 44] = [
    ("A", "ÀÁÂÃĀĂĄ"),
    ("AE", "Ǽ"),
    ("C", "ĆĈĊČ"),
    ("D", "ĎĐÐ"),
    ("E", "ÈÊËĒĔĖĘĚ"),
    ("G", "ĜĞĠĢ"),
    ("H", "ĤĦ"),
    ("I", "ÌÍÎÏĨĪĬĮİ"),
    ("J", "Ĵ"),
    ("K", "Ķ"),
    ("L", "ĹĻĽŁ"),
    ("N", "ŃŅŇ"),
    ("O", "ÒÓÔÕŌŎŐ"),
    ("OE", "Œ"),
    ("R", "ŔŖŘ"),
    ("S", "ŚŜŞŠȘ"),
    ("T", "ŢŤŦȚ"),
    ("U", "ÙÚÛŨŪŬŮŰŲ"),
    ("W", "Ŵ"),
    ("Y", "ÝŶŸ"),
    ("Z", "ŹŻŽ"),
    ("a", "áâãāăąª"),
    ("ae", "ǽ"),
    ("c", "çćĉċč"),
    ("d", "ďđð"),
    ("e", "êëēĕėęě"),
    ("g", "ĝğġģ"),
    ("h", "ĥħ"),
    ("i", "íîïĩīĭįı"),
    ("j", "ĵ"),
    ("k", "ķ"),
    ("l", "ĺļľł"),
    ("n", "ńņňŉ"),
    ("o", "óôõōŏőº"),
    ("oe", "œ"),
    ("r", "ŕŗř"),
    ("s", "śŝşšș"),
    ("t", "ţťŧț"),
    ("u", "úûũūŭůűų"),
    ("w", "ŵ"),
    ("y", "ýŷÿ"),
    ("z", "źżž"),
    ("SS", "ẞ"),
    // An accent of its own, after its letter.
    ("", "\u{300}\u{301}\u{302}\u{303}\u{304}\u{308}\u{327}"),
];

/// How a text is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Seven bits a character, with the extension; the carrier's `GSM`.
    Gsm7,
    /// Sixteen bits a unit of UTF-16.
    Ucs2,
}

/// The size of a text as an SMS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    /// The alphabet that the text needs; one character outside GSM-7 turns all of it to UCS-2.
    pub encoding: Encoding,
    /// Septets or UTF-16 units, without headers.
    pub units: usize,
    /// SMS parts, each billed like one SMS. None for an empty text.
    pub parts: usize,
}

/// Counts the parts of a text as it stands.
///
/// No part ends inside a character: an escape stays with its character, a surrogate with its pair.
/// So a long text may take one part more than its units alone would.
#[must_use]
pub fn parts(text: &str) -> Parts {
    let septets: Option<Vec<usize>> = text.chars().map(septets).collect();
    let (encoding, sizes, alone, joined) = match septets {
        Some(sizes) => (Encoding::Gsm7, sizes, SEPTETS_ALONE, SEPTETS_JOINED),
        None => {
            let sizes = text.chars().map(char::len_utf16).collect();
            (Encoding::Ucs2, sizes, UNITS_ALONE, UNITS_JOINED)
        }
    };
    let units = sizes.iter().sum();
    let parts = if units == 0 {
        0
    } else if units <= alone {
        1
    } else {
        let (mut parts, mut used) = (1, 0);
        for size in sizes {
            if used + size > joined {
                parts += 1;
                used = 0;
            }
            used += size;
        }
        parts
    };
    Parts { encoding, units, parts }
}

/// The text with typographic characters written in seven bits where that loses nothing.
///
/// Quotation marks, dashes, ellipses, bullets and odd spaces, which phones put in by themselves,
/// become plain ones; characters that only mark direction or width go. Letters are never changed: a
/// name with a letter outside GSM-7 keeps it, and the text is sent in UCS-2.
#[must_use]
pub fn to_gsm(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}' | '\u{2032}' | '\u{2035}'
            | '\u{2039}' | '\u{203a}' | '\u{b4}' | '`' => plain.push('\''),
            '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{201f}' | '\u{2033}' | '\u{2036}'
            | '\u{ab}' | '\u{bb}' => plain.push('"'),
            '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' => {
                plain.push('-');
            }
            '\u{2026}' => plain.push_str("..."),
            '\u{2022}' | '\u{2023}' | '\u{25e6}' => plain.push('*'),
            '\u{2044}' => plain.push('/'),
            '\u{a0}'
            | '\u{1680}'
            | '\u{2000}'..='\u{200a}'
            | '\u{202f}'
            | '\u{205f}'
            | '\u{3000}'
            | '\t' => plain.push(' '),
            '\u{85}' | '\u{2028}' | '\u{2029}' => plain.push('\n'),
            // A soft hyphen and a byte order mark show nothing. The joiners (U+200C, U+200D) stay:
            // they are spelling in Hindi and Persian, and hold emoji together.
            '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{feff}' => {}
            other => plain.push(other),
        }
    }
    plain
}

/// The text as it is best sent: with Latin letters that GSM-7 lacks written without their accents (`mamá`, `mama`)
/// where that saves a part, and only there.
///
/// A text that holds anything else that GSM-7 lacks stays as it is: it takes UCS-2 with or without accents.
#[must_use]
pub fn fit(text: &str) -> String {
    let plain = to_gsm(text);
    let as_written = parts(&plain);
    if as_written.parts <= 1 || as_written.encoding == Encoding::Gsm7 {
        return plain;
    }
    let bare = unaccented(&plain);
    if parts(&bare).parts < as_written.parts { bare } else { plain }
}

/// The text with Latin letters that GSM-7 lacks written without their accents.
#[must_use]
pub fn unaccented(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    for character in text.chars() {
        match letters(character).filter(|_| septets(character).is_none()) {
            Some(letters) => bare.push_str(letters),
            None => bare.push(character),
        }
    }
    bare
}

/// Whether GSM-7 has the character in one septet, or the letter without its accent.
#[must_use]
pub fn is_writable(character: char) -> bool {
    !character.is_control() && (septets(character) == Some(1) || letters(character).is_some())
}

/// The letters that stand for one with an accent.
fn letters(character: char) -> Option<&'static str> {
    let found = UNACCENTED.iter().find(|(_, accented)| accented.contains(character));
    found.map(|(plain, _)| *plain)
}

/// Septets of a character, or `None` where GSM-7 does not have it.
fn septets(character: char) -> Option<usize> {
    let basic = match character {
        '\n' | '\r' => true,
        ' '..='~' => !ASCII_NOT_BASIC.contains(character),
        _ => BASIC_BEYOND_ASCII.contains(character),
    };
    if basic { Some(1) } else { EXTENDED.contains(character).then_some(2) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn accents_go_only_where_that_saves_a_part() {
        let short = "Avísame mañana: ópera, coração, œuvre.";
        assert_eq!(fit(short), short);
        let long = short.repeat(3);
        assert_eq!(fit(&long), "Avisame mañana: opera, coracao, oeuvre.".repeat(3));
        assert_eq!(parts(&fit(&long)), Parts { encoding: Encoding::Gsm7, units: 117, parts: 1 });
        // With Devanagari the text is UCS-2 whatever becomes of its accents.
        let mixed = format!("{long} नमस्ते");
        assert_eq!(fit(&mixed), mixed);
        // GSM-7 has these.
        let german = "Für Müßiggänger: è é ù ì ò Ç Ø å Å Æ æ É Ä Ö Ñ Ü".repeat(4);
        assert_eq!(fit(&german), german);
        assert_eq!(fit(&"\u{201c}quoted\u{201d}".repeat(9)), "\"quoted\"".repeat(9));
        for (plain, accented) in UNACCENTED {
            assert!(plain.chars().all(|letter| septets(letter) == Some(1)), "{plain}");
            assert!(
                accented
                    .chars()
                    .all(|letter| septets(letter).is_none() || "ÀÇÉèéùìò".contains(letter))
            );
        }
    }

    fn check(text: &str, encoding: Encoding, units: usize, count: usize) {
        assert_eq!(parts(text), Parts { encoding, units, parts: count }, "{text:.40}");
    }

    #[test]
    fn the_default_alphabet_has_its_127_characters() {
        // 128 code points, of which one is the escape to the extension.
        let basic: Vec<char> =
            ('\0'..='\u{ffff}').filter(|character| septets(*character) == Some(1)).collect();
        assert_eq!(basic.len(), 127);
        for character in "@_$ΔΞÉß¤¿§àÜ'\"\r\n".chars() {
            assert!(basic.contains(&character), "{character}");
        }
        let extended = ('\0'..='\u{ffff}').filter(|character| septets(*character) == Some(2));
        assert_eq!(extended.count(), 10);
    }

    #[test]
    fn parts_are_counted_at_their_edges() {
        use Encoding::{Gsm7, Ucs2};
        check("", Gsm7, 0, 0);
        check("a", Gsm7, 1, 1);
        check(&"a".repeat(160), Gsm7, 160, 1);
        check(&"a".repeat(161), Gsm7, 161, 2);
        check(&"a".repeat(306), Gsm7, 306, 2);
        check(&"a".repeat(307), Gsm7, 307, 3);
        check(&"€".repeat(80), Gsm7, 160, 1);
        check(&"€".repeat(81), Gsm7, 162, 2);
        check("é", Gsm7, 1, 1);
        check("ê", Ucs2, 1, 1);
        check("`", Ucs2, 1, 1);
        check(&"ж".repeat(70), Ucs2, 70, 1);
        check(&"ж".repeat(71), Ucs2, 71, 2);
        check(&"ж".repeat(134), Ucs2, 134, 2);
        check(&"ж".repeat(135), Ucs2, 135, 3);
        check(&"🎂".repeat(35), Ucs2, 70, 1);
        check("tea \u{1f375}", Ucs2, 6, 1);
    }

    #[test]
    fn no_part_ends_inside_a_character() {
        // 152 septets, then an escape that does not fit into the 153rd.
        let text = format!("{}€{}", "a".repeat(152), "a".repeat(152));
        check(&text, Encoding::Gsm7, 306, 3);
        // 66 units, then a pair that does not fit into the 67th.
        let text = format!("{}🎂{}", "ж".repeat(66), "ж".repeat(66));
        check(&text, Encoding::Ucs2, 134, 3);
    }

    #[test]
    fn what_phones_type_by_themselves_fits_seven_bits() {
        for (typed, plain) in [
            ("Mom’s “cake” – now…", "Mom's \"cake\" - now..."),
            ("«café»\u{a0}à\u{202f}10\u{2009}h", "\"café\" à 10 h"),
            ("a\u{200b}b\u{feff}c", "abc"),
            ("• tea\u{2028}• milk", "* tea\n* milk"),
            ("`x`", "'x'"),
            ("−5 °C", "-5 °C"),
            ("नमस्ते", "नमस्ते"),
            ("👩\u{200d}🚀", "👩\u{200d}🚀"),
            ("plain", "plain"),
        ] {
            assert_eq!(to_gsm(typed), plain);
        }
        assert_eq!(parts(&to_gsm("Mom’s “cake” – now…")).encoding, Encoding::Gsm7);
    }

    proptest! {
        #[test]
        fn a_text_has_the_room_that_its_units_need(text in "\\PC{0,500}|[a-z€{]{0,500}") {
            let Parts { encoding, units, parts } = parts(&text);
            let (alone, joined) = match encoding {
                Encoding::Gsm7 => (SEPTETS_ALONE, SEPTETS_JOINED),
                Encoding::Ucs2 => (UNITS_ALONE, UNITS_JOINED),
            };
            prop_assert_eq!(parts == 0, text.is_empty());
            prop_assert_eq!(parts <= 1, units <= alone);
            prop_assert!(parts <= 1 || units <= parts * joined);
            // At most one unit of each part but the last is left free.
            prop_assert!(parts <= 1 || units > (parts - 1) * (joined - 1));
        }

        #[test]
        fn a_text_that_is_fitted_takes_no_more_parts_and_stays_so(
            text in "[a-zA-Z áéíóúâêîôûãõçñüœŒÁÉÀşğ.,]{0,320}|\\PC{0,200}",
        ) {
            let fitted = fit(&text);
            let (before, after) = (parts(&to_gsm(&text)), parts(&fitted));
            prop_assert!(after.parts <= before.parts);
            if fitted != to_gsm(&text) {
                prop_assert!(after.parts < before.parts, "letters changed for nothing");
                prop_assert_eq!(after.encoding, Encoding::Gsm7);
            }
            prop_assert_eq!(fit(&fitted), fitted);
        }

        #[test]
        fn plain_text_stays_and_a_second_time_changes_nothing(text in "\\PC{0,200}") {
            let once = to_gsm(&text);
            prop_assert_eq!(to_gsm(&once), once.clone());
            if text.chars().all(|c| c.is_ascii_alphanumeric()) {
                prop_assert_eq!(once, text);
            }
        }
    }
}
