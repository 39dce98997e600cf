//! What a reading tells besides the time and the matter: its language, and whether it names a day.

use when::{Language, Region, Sender, language, read};

fn sender() -> Sender {
    Sender {
        now: "2026-03-04T18:40:00Z".parse().expect("an instant"),
        zone: "Europe/Berlin".parse().expect("a zone"),
        region: Region::parse("DE").expect("two letters"),
        usual: None,
    }
}

#[track_caller]
fn check(text: &str, expected: Option<Language>, names_day: bool) {
    let reading = read(text, &sender()).expect(text);
    assert_eq!(reading.language, expected, "{text}");
    assert_eq!(reading.names_day, names_day, "{text}");
    assert_eq!(language(text), expected, "{text}");
}

#[test]
fn a_text_tells_its_language_by_words_that_no_other_has() {
    check("Remind tomorrow 5pm about the talk", Some(Language::English), true);
    check("recuérdame mañana a las 5 llamar a mamá", Some(Language::Spanish), true);
    check("rappelle-moi demain à 17h d'appeler maman", Some(Language::French), true);
    check("erinnere mich morgen um 17 Uhr an die Miete", Some(Language::German), true);
    check("me lembre amanhã às 17h de pagar o aluguel", Some(Language::Portuguese), true);
    check("मुझे कल शाम 5 बजे याद दिलाना", Some(Language::Hindi), true);
}

#[test]
fn words_that_several_languages_have_tell_none() {
    check("17:30 pizza", None, false);
    check("9.3. 17:30", None, true);
}

#[test]
fn a_time_of_day_alone_names_no_day() {
    check("at 6 o'clock please", Some(Language::English), false);
    check("tomorrow at 6 please", Some(Language::English), true);
    check("every day at 6", Some(Language::English), true);
    check("remind me in two hours", Some(Language::English), true);
    check("um 18 Uhr", Some(Language::German), false);
}

#[test]
fn a_text_without_a_time_has_a_language_as_well() {
    assert_eq!(language("recuérdame llamar a mamá"), Some(Language::Spanish));
    assert_eq!(language("remind me to call mom"), Some(Language::English));
    assert_eq!(language("xyzzy"), None);
    assert_eq!(language(""), None);
}
