//! How a text is typed does not change when it rings: case, spaces, marks at its ends.

use chrono::DateTime;
use chrono_tz::Tz;
use proptest::prelude::*;
use when::{Region, Sender, When, read};

/// As people write them, in the languages that are read.
const TEXTS: &str = include_str!("../benches/texts.txt");

fn texts() -> Vec<&'static str> {
    TEXTS.lines().filter(|line| !line.starts_with('#')).collect()
}

fn sender() -> Sender {
    Sender {
        now: DateTime::from_timestamp(1_772_667_600, 0).expect("in range"),
        zone: Tz::America__New_York,
        region: Region::parse("US").expect("two letters"),
        usual: None,
    }
}

/// When it rings, or which kind of refusal: a refusal quotes the words, which differ.
fn meaning(text: &str) -> Result<When, String> {
    let kind = |refusal: String| refusal.split([' ', '{']).next().unwrap_or_default().to_owned();
    read(text, &sender()).map(|reading| reading.when).map_err(|why| kind(format!("{why:?}")))
}

/// A way to type the same text.
type Typing = fn(&str) -> String;

const TYPINGS: &[(&str, Typing)] = &[
    ("upper case", |text| text.replace('\u{df}', "ss").to_uppercase()),
    ("lower case", str::to_lowercase),
    ("two spaces", |text| text.replace(' ', "  ")),
    ("no-break spaces", |text| text.replace(' ', "\u{a0}")),
    ("lines", |text| text.replace(' ', "\n")),
    ("space around", |text| format!(" \t{text}\r\n ")),
    ("invisible marks", |text| format!("\u{feff}\u{200e}{}", text.replace(' ', " \u{200b}"))),
    ("a full stop", |text| format!("{text}.")),
    ("dots", |text| format!("{text} ...")),
    ("exclamation marks", |text| format!("{text}!!")),
    ("an emoji", |text| format!("{text} \u{1f64f}\u{1f3fd}")),
    ("an emoji before", |text| format!("\u{23f0} {text}")),
    ("curly apostrophes", |text| text.replace('\'', "\u{2019}")),
    ("straight apostrophes", |text| text.replace('\u{2019}', "'")),
    ("a space before marks", |text| text.replace(", ", " , ").replace("?", " ?")),
    ("thanks", |text| format!("{text}, thanks")),
    ("accents apart", apart),
];

/// With the accents of letters as characters of their own.
fn apart(text: &str) -> String {
    let mut apart = text.to_owned();
    for (one, two) in [
        ("\u{e1}", "a\u{301}"),
        ("\u{e9}", "e\u{301}"),
        ("\u{ed}", "i\u{301}"),
        ("\u{f3}", "o\u{301}"),
        ("\u{fa}", "u\u{301}"),
        ("\u{f1}", "n\u{303}"),
        ("\u{e3}", "a\u{303}"),
        ("\u{e0}", "a\u{300}"),
        ("\u{e8}", "e\u{300}"),
        ("\u{ea}", "e\u{302}"),
        ("\u{e7}", "c\u{327}"),
        ("\u{fc}", "u\u{308}"),
        ("\u{f6}", "o\u{308}"),
        ("\u{e4}", "a\u{308}"),
    ] {
        apart = apart.replace(one, two);
    }
    apart
}

#[test]
fn typing_does_not_change_the_reading() {
    let mut bad = Vec::new();
    for text in texts() {
        for (name, typing) in TYPINGS {
            let typed = typing(text);
            let (plain, other) = (meaning(text), meaning(&typed));
            if plain != other {
                bad.push(format!("{name}: {typed:?}: {other:?}, plainly {plain:?}"));
            }
        }
    }
    assert!(bad.is_empty(), "{} texts:\n{}", bad.len(), bad.join("\n"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn two_ways_of_typing_together_do_not_either(
        text in prop::sample::select(texts()),
        one in prop::sample::select(TYPINGS),
        other in prop::sample::select(TYPINGS),
    ) {
        let typed = one.1(&other.1(text));
        prop_assert_eq!(meaning(&typed), meaning(text), "{}, {}: {:?}", one.0, other.0, typed);
    }
}
