//! How many parts of 140 bytes a text message is sent in, and in which alphabet.

/// The basic alphabet of GSM 03.38: one septet each.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
                     ¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

/// Its extension table: an escape and a septet each.
const EXTENDED: &str = "\u{c}^{}\\[~]|€";

/// Septets in a message of one part, and in each part of a longer one (the rest is a header).
const SEPTETS: (usize, usize) = (160, 153);

/// UTF-16 units in a message of one part, and in each part of a longer one.
const UNITS: (usize, usize) = (70, 67);

/// The alphabet of a message, as events name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Seven bits a character.
    Gsm,
    /// Sixteen.
    Unicode,
}

impl Encoding {
    /// As events name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gsm => "GSM",
            Self::Unicode => "Unicode",
        }
    }
}

/// The alphabet that carries all of a text, and the number of parts.
pub fn parts(text: &str) -> (Encoding, u32) {
    let septets: Option<Vec<usize>> = text.chars().map(septets).collect();
    match septets {
        Some(sizes) => (Encoding::Gsm, fill(&sizes, SEPTETS)),
        None => {
            let sizes: Vec<usize> = text.chars().map(char::len_utf16).collect();
            (Encoding::Unicode, fill(&sizes, UNITS))
        }
    }
}

/// How many septets a character takes, if the alphabet has it.
fn septets(character: char) -> Option<usize> {
    let basic = BASIC.contains(character).then_some(1);
    basic.or_else(|| EXTENDED.contains(character).then_some(2))
}

/// The number of parts that characters of these sizes fill; no character is split.
fn fill(sizes: &[usize], (alone, each): (usize, usize)) -> u32 {
    if sizes.iter().sum::<usize>() <= alone {
        return 1;
    }
    let mut parts = 1;
    let mut used = 0;
    for size in sizes {
        if used + size > each {
            parts += 1;
            used = 0;
        }
        used += size;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_counted_by_alphabet() {
        for (text, expected) in [
            (String::new(), (Encoding::Gsm, 1)),
            ("a".repeat(160), (Encoding::Gsm, 1)),
            ("a".repeat(161), (Encoding::Gsm, 2)),
            ("a".repeat(306), (Encoding::Gsm, 2)),
            ("a".repeat(307), (Encoding::Gsm, 3)),
            ("€".repeat(80), (Encoding::Gsm, 1)),
            // 76 pairs of septets to a part; the 153rd septet stays empty.
            ("€".repeat(153), (Encoding::Gsm, 3)),
            ("च".repeat(70), (Encoding::Unicode, 1)),
            ("च".repeat(71), (Encoding::Unicode, 2)),
            ("🍵".repeat(35), (Encoding::Unicode, 1)),
            ("🍵".repeat(67), (Encoding::Unicode, 3)),
            (format!("{}’", "a".repeat(70)), (Encoding::Unicode, 2)),
        ] {
            assert_eq!(parts(&text), expected, "{text}");
        }
    }
}
