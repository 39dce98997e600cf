//! Texts without a time yield none: whatever a sentence says, and whatever made-up ones say.

use chrono::DateTime;
use chrono_tz::Tz;
use proptest::prelude::*;
use when::{Misread, Region, Sender, read};

const TEXTS: &str = include_str!("no_time.txt");
const SENDERS: &[(&str, Tz)] = &[
    ("US", Tz::America__New_York),
    ("GB", Tz::Europe__London),
    ("IN", Tz::Asia__Kolkata),
    ("DE", Tz::Europe__Berlin),
    ("ES", Tz::Europe__Madrid),
    ("FR", Tz::Europe__Paris),
    ("BR", Tz::America__Sao_Paulo),
];

fn senders() -> impl Iterator<Item = Sender> {
    SENDERS.iter().map(|(region, zone)| Sender {
        // A Wednesday evening in New York.
        now: DateTime::from_timestamp(1_772_667_600, 0).expect("in range"),
        zone: *zone,
        region: Region::parse(region).expect("two letters"),
        usual: None,
    })
}

/// What a number says that is no time, with the number as `#`.
const COUNTED: &[&str] = &[
    "we are #",
    "# people came",
    "bring # chairs",
    "buy # kg of rice",
    "it costs $#",
    "pay €# for it",
    "that is #% off",
    "room # is free",
    "call extension # about the key",
    "bus # is full",
    "chapter # is long",
    "page # of the book",
    "she came #th in the race",
    "order 100-#-#",
    "it is #.# km",
    "put # of # in the box",
    "my # cats",
    "the # steps",
    "a #-point plan",
    "size # shoes",
    "mix # with # parts of water",
    "flat #, # High Street",
    "tengo # gatos",
    "compra # kilos de arroz",
    "मेरे पास # किताबें हैं",
    "mere paas # kitab hain",
    "j'ai # chats",
    "achète # kilos de riz",
    "ich habe # Katzen",
    "kaufe # Kilo Reis",
    "tenho # gatos",
    "compre # quilos de arroz",
];

/// The sentences of one language.
fn sentences() -> impl Strategy<Value = Vec<&'static str>> {
    let mut languages: Vec<Vec<&str>> = Vec::new();
    for line in TEXTS.lines() {
        match line.strip_prefix("# ") {
            Some(name) if name.starts_with("English,") && !languages.is_empty() => {}
            Some(_) => languages.push(Vec::new()),
            None => languages.last_mut().expect("a language comes first").push(line),
        }
    }
    prop::sample::select(languages)
}

fn check(text: &str, sender: &Sender) -> Result<(), TestCaseError> {
    prop_assert_eq!(read(text, sender), Err(Misread::NoTime), "{:?} in {}", text, sender.region);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Across a comma or a full stop two of them may well say one: `divide by 5. May called`.
    #[test]
    fn sentences_without_a_time_yield_none_together(
        (one, other) in sentences().prop_flat_map(|all| {
            (prop::sample::select(all.clone()), prop::sample::select(all))
        }),
        joint in prop::sample::select(&["! ", "? ", " \u{1f642} ", "!! "][..]),
        sender in prop::sample::select(senders().collect::<Vec<_>>()),
    ) {
        check(&format!("{one}{joint}{other}"), &sender)?;
    }

    #[test]
    fn whatever_is_counted_is_no_time(
        pattern in prop::sample::select(COUNTED),
        numbers in prop::collection::vec(prop_oneof![0_u32..60, 0_u32..3000, 0_u32..10_000_000], 4),
        sender in prop::sample::select(senders().collect::<Vec<_>>()),
    ) {
        let mut numbers = numbers.iter();
        let text: String = pattern
            .split_inclusive('#')
            .map(|part| match part.strip_suffix('#') {
                Some(before) => format!("{before}{}", numbers.next().expect("as many as needed")),
                None => part.to_owned(),
            })
            .collect();
        check(&text, &sender)?;
        check(&format!("Remind me that {text}"), &sender)?;
    }
}

#[test]
fn real_looking_sentences_without_a_time_yield_none() {
    let mut bad = Vec::new();
    for line in TEXTS.lines().filter(|line| !line.starts_with('#')) {
        for text in [
            line.to_owned(),
            format!("{line}."),
            line.to_uppercase(),
            format!("Remind me to {line}"),
            format!("remind me that {line}"),
            format!("remind me about {line}"),
            format!("{line}, please remind me"),
        ] {
            for sender in senders() {
                let reading = read(&text, &sender);
                if reading != Err(Misread::NoTime) {
                    bad.push(format!("{text:?} in {}: {reading:?}", sender.region));
                    break;
                }
            }
        }
    }
    assert!(bad.is_empty(), "{} texts:\n{}", bad.len(), bad.join("\n"));
}
