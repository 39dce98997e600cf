//! Dead letters as an operator meets them: noticed, shown without anybody's number or words, sent back, dismissed.

use end_to_end::{Local, World};
use serde_json::{Value, json};

fn letters(answer: &Value) -> &Vec<Value> {
    answer["letters"].as_array().expect("letters")
}

fn reasons(answer: &Value) -> Vec<&str> {
    let mut reasons: Vec<_> =
        letters(answer).iter().map(|letter| letter["reason"].as_str().expect("a reason")).collect();
    reasons.sort_unstable();
    reasons
}

/// What the carrier never sends: an id with a space in it, with a number and a text.
async fn publish_malformed(world: &World) {
    let text = json!({
        "originationNumber": "+12065550123",
        "destinationNumber": world.stack["number"],
        "messageBody": "Remind tomorrow about the secret",
        "inboundMessageId": "white space",
    });
    world.publish("inbound_sms", &text.to_string()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_is_shown_masked_comes_back_while_nothing_is_mended_and_is_dismissed() {
    let world = Local::start().await;
    let ended = world.command(&["doctor"]).await;
    assert_eq!(
        (ended.code, ended.out.ends_with("all is well\n")),
        (Some(0), true),
        "{}",
        ended.out
    );
    publish_malformed(&world).await;
    world.enqueue("inbound-sms", "call 12065550123 about the secret").await;
    world.dead_letter("inbound-sms", "white space").await;
    world.dead_letter("inbound-sms", "12065550123 about").await;

    let ended = world.command(&["doctor"]).await;
    assert_eq!(
        (ended.code, ended.out.contains("2 dead letters of inbound-sms")),
        (Some(1), true),
        "{}",
        ended.out
    );
    let peek = ["redrive", "inbound-sms", "--peek"];
    let seen = world.answer(&peek).await;
    assert_eq!(reasons(&seen), ["malformed_message_id", "not_an_sns_notification"]);
    for letter in letters(&seen) {
        assert_eq!(letter["function"], "inbound-sms");
        let at = letter["first_seen"].as_str().expect("a time");
        chrono::DateTime::parse_from_rfc3339(at).expect("RFC 3339");
    }
    let told = world.command(&peek).await;
    assert!(
        told.out.starts_with("2 dead letters of inbound-sms: 1 malformed_message_id, 1 not_an_")
    );
    for shown in [seen.to_string(), told.out] {
        assert!(shown.contains("+…23") && shown.contains("(32 characters)"), "{shown}");
        assert!(!shown.contains("secret") && !shown.contains("2065550123"), "{shown}");
    }

    // Nothing was mended: both come back, under new ids and for the same reasons.
    let old: Vec<&Value> = letters(&seen).iter().map(|letter| &letter["id"]).collect();
    let redriven = world.answer(&["redrive", "inbound-sms-dead-letters"]).await;
    assert_eq!(redriven["sent"], json!({"inbound-sms": 2}));
    let again = world
        .until("both letters again", || async {
            let seen = world.answer(&peek).await;
            (letters(&seen).len() == 2).then_some(seen)
        })
        .await;
    assert_eq!(reasons(&again), reasons(&seen));
    assert!(letters(&again).iter().all(|letter| !old.contains(&&letter["id"])), "{again}");

    let ended = world.command(&["redrive", "inbound-sms", "--dismiss"]).await;
    assert_eq!(ended.code, Some(2), "only what is named is deleted: {}", ended.out);
    let reason = ["--reason", "malformed_message_id"];
    let fresh =
        [&["redrive", "inbound-sms", "--dismiss", "--older-than", "1h"], &reason[..]].concat();
    assert_eq!(world.answer(&fresh).await["dismissed"], 0);
    let dismissed =
        world.answer(&[&["redrive", "inbound-sms", "--dismiss"], &reason[..]].concat()).await;
    assert_eq!(dismissed["dismissed"], 1);
    let left = world.answer(&peek).await;
    assert_eq!(reasons(&left), ["not_an_sns_notification"]);
    let id = letters(&left)[0]["id"].as_str().expect("an id").to_owned();
    assert_eq!(
        world.answer(&["redrive", "inbound-sms", "--dismiss", "--id", &id]).await["left"],
        0
    );
    let ended = world.command(&peek).await;
    assert_eq!(ended.out, "no such dead letters of inbound-sms\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_was_told_too_early_is_charged_after_its_redrive() {
    let mut world = Local::start_with(&["--answer", "never"]).await;
    let phone = world.phone();
    world.ask(&phone, "LIST").await;
    world.charged(&phone, 1).await;
    let attempt = world.attempt_id(&phone, 1, 1).await;
    world.publish_event("VOICE_ANSWERED", "too-early", Some(&attempt)).await;
    assert_eq!(world.dead_letter("call-events", "too-early").await, "unknown_call");
    world.ask(&phone, "Remind in 1 second about tea").await;
    world.ring(&phone, 1).await;
    // Whether the stack runs or not.
    world.kill_everything().await;
    let redriven = world.command(&["redrive", "call-events"]).await;
    assert_eq!(redriven.out, "1 of 1 dead letters of call-events sent back to call-events\n");
    world.start_again().await;
    let charges = world.charged(&phone, 3).await;
    assert!(charges.iter().any(|id| id.starts_with("call#")), "{charges:?}");
    assert_eq!(letters(&world.answer(&["redrive", "call-events", "--peek"]).await).len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_had_no_queue_stays_and_says_why() {
    let world = Local::start().await;
    world
        .enqueue("reconcile-dead-letters", r#"{"requestContext":{"condition":"RetriesExhausted"}}"#)
        .await;
    let ended = world.command(&["redrive", "reconcile"]).await;
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert!(ended.out.starts_with("1 stay: the repair loop looks at everything"), "{}", ended.out);
    let seen = world.answer(&["redrive", "reconcile", "--peek"]).await;
    assert_eq!(reasons(&seen), ["RetriesExhausted"]);
}
