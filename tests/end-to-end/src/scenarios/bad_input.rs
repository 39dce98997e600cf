//! What the world sends that it should not: an answer where there is somebody to answer, a dead letter with the reason
//! where there is not, and nothing else held up, lost or charged twice.

use crate::World;
use serde_json::json;

pub(super) async fn what_is_no_text_becomes_a_dead_letter_with_its_reason(world: &World) {
    let number = world.stack["number"].clone();
    let text = |id: &str, from: serde_json::Value| {
        json!({"originationNumber": from, "destinationNumber": number, "messageBody": "LIST", "inboundMessageId": id})
            .to_string()
    };
    world.publish("inbound_sms", "this is not json 1").await;
    world.publish("inbound_sms", r#"["another shape 2"]"#).await;
    world
        .publish(
            "inbound_sms",
            r#"{"originationNumber":"+12065550123","inboundMessageId":"no-body-3"}"#,
        )
        .await;
    world.publish("inbound_sms", &text("wrong-type-4", json!(12_065_550_123_u64))).await;
    world.publish("inbound_sms", &text("no-number-5", json!("not a number"))).await;
    world.publish("inbound_sms", &text("no-number-6", json!("+1555"))).await;
    world.publish("inbound_sms", &text("white space 7", json!("+12065550123"))).await;
    world.enqueue("inbound-sms", "no envelope 8").await;
    // A neighbour in the same batch is answered.
    let phone = world.phone();
    let reply = world.ask(&phone, "HELP").await;
    assert!(reply.contains("Remind"), "{reply}");
    for (part, reason) in [
        ("not json 1", "malformed_payload"),
        ("another shape 2", "malformed_payload"),
        ("no-body-3", "malformed_payload"),
        ("wrong-type-4", "malformed_payload"),
        ("no-number-5", "not_a_phone_number"),
        ("no-number-6", "not_a_phone_number"),
        ("white space 7", "malformed_message_id"),
        ("no envelope 8", "not_an_sns_notification"),
    ] {
        assert_eq!(world.dead_letter("inbound-sms", part).await, reason, "{part}");
    }
}

pub(super) async fn events_that_name_no_call_of_ours_become_dead_letters_and_charge_nobody(
    world: &World,
) {
    let nobody = "0123456789abcdef-1-1-1";
    world.publish_event("VOICE_ANSWERED", "carrier-1", Some(nobody)).await;
    world.publish_event("VOICE_ANSWERED", "carrier-2", Some("nonsense")).await;
    world.publish_event("VOICE_TELEPATHY", "carrier-3", None).await;
    world.publish("call_events", r#"{"eventType":"VOICE_RINGING","what":"carrier-4"}"#).await;
    world.publish("call_events", r#"{"eventType":17,"what":"carrier-5"}"#).await;
    for (part, reason) in [
        ("carrier-1", "unknown_call"),
        ("carrier-2", "malformed_context"),
        ("carrier-3", "unknown_event_type"),
        ("carrier-4", "unknown_call"),
        ("carrier-5", "malformed_payload"),
    ] {
        assert_eq!(world.dead_letter("call-events", part).await, reason, "{part}");
    }
}

pub(super) async fn messages_about_reminders_that_are_gone_become_dead_letters(world: &World) {
    let gone = "0123456789abcdef-9-1";
    let due = json!({"v": 1, "occurrence": gone, "version": 1, "attempt": 1, "not_before": "2026-01-01T00:00:00Z"});
    world.enqueue("due-callbacks", &due.to_string()).await;
    world.enqueue("due-callbacks", "garbage").await;
    world.enqueue("schedule-reminder", &json!({"v": 1, "occurrence": gone}).to_string()).await;
    world.enqueue("charges", &json!({"v": 1, "call": {"occurrence": gone}}).to_string()).await;
    world.enqueue("charges", r#"{"v":1,"call":{"occurrence":"x"}}"#).await;
    world.enqueue("outbound-sms", "[1]").await;
    assert_eq!(world.dead_letter("due-callbacks", gone).await, "unknown_reminder");
    assert_eq!(world.dead_letter("due-callbacks", "garbage").await, "malformed_message");
    assert_eq!(world.dead_letter("schedule-reminder", gone).await, "unknown_reminder");
    assert_eq!(world.dead_letter("charges", gone).await, "unknown_reminder");
    assert_eq!(world.dead_letter("charges", "\"x\"").await, "malformed_message");
    assert_eq!(world.dead_letter("outbound-sms", "[1]").await, "malformed_message");
}

pub(super) async fn odd_texts_are_answered_and_not_charged(world: &World) {
    for text in ["", "\u{1}\u{7}\u{0}", "what is this", &"long ".repeat(320)] {
        let phone = world.phone();
        let reply = world.ask(&phone, text).await;
        assert!(reply.contains("Remind"), "an answer shows an example: {reply}");
        assert!(world.charges(&phone).await.is_empty());
    }
    let past = world.phone();
    let reply = world.ask(&past, "Remind yesterday 5pm about rent").await;
    assert!(reply.to_lowercase().contains("pass"), "{reply}");
    assert!(world.charges(&past).await.is_empty());
    let half = world.phone();
    let payload = format!(
        r#"{{"originationNumber":"{}","messageBody":"Remind in 3 hours about tea \ud83d","inboundMessageId":"half-an-emoji"}}"#,
        half.0
    );
    world.publish("inbound_sms", &payload).await;
    world.charged(&half, 1).await;
}

pub(super) async fn a_text_delivered_five_times_means_what_it_meant_once(world: &World) {
    let phone = world.phone();
    let text = "Remind in 5 seconds about the cake";
    let all = (0..5).map(|_| world.publish_text(&phone, "same-id", text));
    for publish in all.collect::<Vec<_>>() {
        publish.await;
    }
    let call = world.ring(&phone, 1).await;
    world.publish_text(&phone, "same-id", text).await;
    world.pick(&call, "answer").await;
    world.charged(&phone, 2).await;
    world.publish_text(&phone, "same-id", text).await;
    tokio::time::sleep(std::time::Duration::from_secs(6)).await;
    assert_eq!(world.replies(&phone).await.len(), 1);
    assert_eq!(world.calls(&phone).await.len(), 1);
    world.charged(&phone, 2).await;
}

pub(super) async fn events_in_any_order_and_number_charge_an_answer_once(world: &World) {
    let phone = world.phone();
    world.ask(&phone, "Remind in 1 second about tea").await;
    world.charged(&phone, 1).await;
    world.ring(&phone, 1).await;
    let attempt = world.attempt_id(&phone, 1, 1).await;
    for event in
        ["VOICE_COMPLETED", "VOICE_NO_ANSWER", "VOICE_ANSWERED", "VOICE_RINGING", "VOICE_COMPLETED"]
    {
        world.publish_event(event, "any-id", Some(&attempt)).await;
    }
    world.charged(&phone, 2).await;
    tokio::time::sleep(std::time::Duration::from_secs(8)).await;
    world.charged(&phone, 2).await;
    assert_eq!(world.calls(&phone).await.len(), 1, "an answered reminder does not ring again");
}

pub(super) async fn a_flood_is_answered_once_and_does_not_slow_others(world: &World) {
    let (flooder, other) = (world.phone(), world.phone());
    world.ask(&flooder, "HELP").await;
    for n in 0..60 {
        world.publish_text(&flooder, &format!("flood-{n}"), "HELP").await;
    }
    let reply = world.ask(&other, "Remind in 3 hours about tea").await;
    assert!(reply.starts_with("OK, "), "{reply}");
    let slow = || async {
        let replies = world.replies(&flooder).await;
        let slow = replies.iter().filter(|reply| reply.contains("texts in a minute")).count();
        (slow > 0).then_some(slow)
    };
    // The flood may fall into two minutes of the clock.
    assert!(world.until("the one answer to a flood", slow).await <= 2);
    assert!(world.replies(&flooder).await.len() <= 43);
}
