//! The answers to texts that cannot be read: what is wrong, and an example from the sender's words.

use domain::gsm;
use domain::texts::Texts;
use proptest::prelude::*;
use when::{Language, Misread, Region, Sender, read};

fn advice(text: &str, sender: &Sender, misread: &Misread, language: Language) -> String {
    Texts { language, zone: sender.zone, now: sender.now, after: 0 }.misread(misread, text, sender)
}

/// Wednesday evening, 18:40 in New York.
fn sender() -> Sender {
    Sender {
        now: "2026-03-04T18:40:00-05:00".parse().expect("an instant"),
        zone: "America/New_York".parse().expect("a zone"),
        region: Region::parse("US").expect("two letters"),
        usual: None,
    }
}

/// Each text is refused with this answer, whose example is read.
fn check(texts: &[(&str, &str)]) {
    let sender = sender();
    let mut wrong = Vec::new();
    for (text, expected) in texts {
        let answer = match read(text, &sender) {
            Ok(reading) => format!("read: {reading:?}"),
            Err(misread) => advice(text, &sender, &misread, Language::English),
        };
        if answer != *expected {
            wrong.push(format!("{text}\n   wanted {expected}\n   found  {answer}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), texts.len(), wrong.join("\n"));
}

#[test]
fn the_example_has_the_matter_of_the_text() {
    check(&[
        (
            "remind me about the talk on physics",
            "When should I call you? Please add a time. Example: Remind tomorrow 5pm about the talk on physics",
        ),
        (
            "Remind me to call mom",
            "When should I call you? Please add a time. Example: Remind tomorrow 5pm to call mom",
        ),
        (
            "remind me on 31 February about rent",
            "There is no \"on 31 February\". Please check the date and time. Example: Remind tomorrow 5pm about rent",
        ),
        (
            "remind me in 11 years to renew the passport",
            "\"in 11 years\" is over 10 years away, too far for me. Example: Remind tomorrow 5pm to renew the passport",
        ),
    ]);
}

#[test]
fn the_example_has_what_can_be_kept_of_the_time() {
    check(&[
        (
            "remind me today at 5pm to call mom",
            "\"today at 5pm\" has passed. Please send a time to come. Example: Remind tomorrow at 5pm to call mom",
        ),
        (
            "remind me yesterday about rent",
            "\"yesterday\" has passed. Please send a time to come. Example: Remind tomorrow 5pm about rent",
        ),
        (
            "remind me tomorrow on friday about rent",
            "\"tomorrow\" and \"on friday\" do not agree. Please send one time. Example: Remind tomorrow about rent",
        ),
        (
            "remind me tomorrow and friday about rent",
            "\"tomorrow and friday\" is more than one. Please send each by itself. Example: Remind tomorrow 5pm about rent",
        ),
        (
            "twice a day take the pills",
            "At which times is \"twice a day\"? Example: Remind every day at 9am and 6pm about take the pills",
        ),
        (
            "remind me 3 times a week to run",
            "On which days is \"3 times a week\"? Example: Remind every mon and thu 9am to run",
        ),
    ]);
}

#[test]
fn words_that_an_sms_cannot_repeat_give_way() {
    let usual =
        "When should I call you? Please add a time. Example: Remind tomorrow 5pm about the talk";
    check(&[
        ("", usual),
        ("remind me", usual),
        ("\u{1f44d}", usual),
        ("remind me about \u{928}\u{92e}\u{938}\u{94d}\u{924}\u{947}", usual),
        (
            "remind me about \u{201c}caf\u{e9}\u{201d} \u{2013} the one near the old harbour and the bridge",
            "When should I call you? Please add a time. Example: Remind tomorrow 5pm about 'caf\u{e9}' - the one near the old harbour",
        ),
    ]);
}

#[test]
fn each_language_has_its_own_words_and_repeats_those_of_the_text() {
    let sender = sender();
    let mut answers = Vec::new();
    for (language, texts) in [
        (
            Language::Spanish,
            [
                "recuérdame llamar a mamá",
                "recuérdame ayer la renta",
                "dos veces al día tomar la pastilla",
                "avísame mañana y el viernes la renta",
                "recuérdame el 31 de febrero la renta",
            ],
        ),
        (
            Language::French,
            [
                "rappelle-moi d'appeler maman",
                "rappelle-moi hier le loyer",
                "deux fois par jour prendre le médicament",
                "rappelle-moi demain et vendredi le loyer",
                "rappelle-moi le 31 février le loyer",
            ],
        ),
        (
            Language::German,
            [
                "erinnere mich an die Miete",
                "erinnere mich gestern an die Miete",
                "zweimal am Tag Tablette nehmen",
                "erinnere mich morgen und am Freitag an die Miete",
                "erinnere mich am 31. Februar an die Miete",
            ],
        ),
        (
            Language::Portuguese,
            [
                "me lembre de ligar para a mãe",
                "me lembre ontem do aluguel",
                "duas vezes por dia tomar o remédio",
                "me lembre amanhã e sexta do aluguel",
                "me lembre em 31 de fevereiro do aluguel",
            ],
        ),
        (
            Language::Hindi,
            [
                "मुझे किराया देना याद दिलाना",
                "हर पूर्णिमा याद दिलाना",
                "din mein do baar dawai",
                "मुझे 31 फ़रवरी को किराया याद दिलाना",
                "kiraya dena yaad dilana",
            ],
        ),
    ] {
        for text in texts {
            let answer = match read(text, &sender) {
                Ok(reading) => format!("read: {:?}", reading.when),
                Err(misread) => advice(text, &sender, &misread, language),
            };
            answers.push(format!("> {text}\n{answer}"));
        }
    }
    insta::assert_snapshot!("misread", answers.join("\n"));
}

/// Words of all languages, and what phones send.
const PIECES: &[&str] = &[
    "remind me",
    "about",
    "to",
    "yesterday",
    "today at 5pm",
    "31 February",
    "twice a day",
    "every full moon",
    "tomorrow",
    "friday",
    "in 11 years",
    "recuérdame",
    "ayer",
    "dos veces al día",
    "rappelle-moi",
    "hier",
    "gestern",
    "erinnere mich",
    "an die Miete",
    "me lembre",
    "ontem",
    "कल",
    "बीते कल",
    "याद दिलाना",
    "मकान मालिक को किराया",
    "\"quoted\"",
    "🎂",
    "call mom",
    "and",
    "une très longue histoire sans fin",
    "{x}",
    "ação",
    ".",
    ",",
];

proptest! {
    #[test]
    fn every_answer_fits_and_its_example_can_be_sent(
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..12),
        language in prop::sample::select(&Language::ALL[..]),
    ) {
        let (text, sender) = (pieces.join(" "), sender());
        if let Err(misread) = read(&text, &sender) {
            let answer = advice(&text, &sender, &misread, language);
            prop_assert!((1..=2).contains(&gsm::parts(&answer).parts), "{answer}");
            let marks = [" Example: ", " Ejemplo: ", " Exemple : ", " Beispiel: ", " Exemplo: ", " जैसे: "];
            let mut examples = marks.iter().filter_map(|mark| answer.rsplit_once(mark));
            let (_, example) = examples.next().expect("an example");
            prop_assert!(read(example, &sender).is_ok(), "{text:?}: {answer:?}");
        }
    }
}
