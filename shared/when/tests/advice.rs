//! The answers to texts that cannot be read: what is wrong, and an example from the sender's words.

use when::{Region, Sender, advice, read};

/// Wednesday evening, 18:40 in New York.
fn sender() -> Sender {
    Sender {
        now: "2026-03-04T18:40:00-05:00".parse().expect("an instant"),
        zone: "America/New_York".parse().expect("a zone"),
        region: Region::parse("US").expect("two letters"),
    }
}

/// Each text is refused with this answer, whose example is read.
fn check(texts: &[(&str, &str)]) {
    let sender = sender();
    let mut wrong = Vec::new();
    for (text, expected) in texts {
        let answer = match read(text, &sender) {
            Ok(reading) => format!("read: {reading:?}"),
            Err(misread) => advice(text, &sender, &misread),
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
