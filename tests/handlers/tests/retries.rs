//! Messages that cannot be handled at the moment: how soon they are tried again.

use std::ops::RangeInclusive;

use chrono::TimeDelta;
use handlers::{Hooked, World, broken};
use serde_json::json;
use stack::functions::Function;
use stack::provision::queue;

/// Seconds that a queue hides what was received, unless it is told otherwise: three minutes, of which the handler has
/// used some.
const HIDDEN_S: RangeInclusive<i64> = 170..=180;

fn publish_text(world: &World) {
    let text = json!({
        "originationNumber": "+12065550123", "messageBody": "LIST", "inboundMessageId": "m1",
    });
    let envelope = json!({ "Message": text.to_string(), "Timestamp": world.now() });
    let url = aws_local::sqs::url(&aws_local::Settings::default(), queue::INBOUND_SMS);
    let message = json!({ "QueueUrl": url, "MessageBody": envelope.to_string() });
    let _ = world.request("AmazonSQS", "SendMessage", &message);
}

/// Hands the text to its function; returns whether it is done.
async fn is_taken(world: &World) -> bool {
    let (cloud, batch) = (world.cloud_of(Function::InboundSms), world.batch(queue::INBOUND_SMS));
    assert_eq!(batch.records.len(), 1);
    inbound_sms::handle(cloud, batch).await.batch_item_failures.is_empty()
}

/// Breaks the tables, and what `others` names besides.
fn break_the_tables(world: &World, others: &'static [&'static str]) {
    world.hook(|operation, _| match operation {
        "GetItem" | "BatchGetItem" | "Query" | "TransactWriteItems" => Hooked::Answer(broken()),
        other if others.contains(&other) => Hooked::Answer(broken()),
        _ => Hooked::Pass,
    });
}

/// Seconds until the message can be received again.
async fn seconds_out_of_sight(world: &World) -> i64 {
    let mut seconds = 0;
    while world.visible(queue::INBOUND_SMS) == 0 {
        world.pass(TimeDelta::seconds(1)).await;
        seconds += 1;
    }
    seconds
}

#[tokio::test(start_paused = true)]
async fn a_text_that_meets_a_moments_outage_is_answered_seconds_later() {
    let world = World::new();
    publish_text(&world);
    break_the_tables(&world, &[]);
    assert!(!is_taken(&world).await);
    world.hook(|_, _| Hooked::Pass);
    let waited = seconds_out_of_sight(&world).await;
    assert!(waited <= 2, "{waited} s");
    assert!(is_taken(&world).await);
    let answer = world.bodies(queue::OUTBOUND_SMS);
    assert_eq!(answer.len(), 1, "{answer:?}");
}

#[tokio::test(start_paused = true)]
async fn what_fails_again_and_again_is_tried_more_and_more_seldom() {
    let world = World::new();
    publish_text(&world);
    break_the_tables(&world, &[]);
    let mut waited = Vec::new();
    for _ in 0..9 {
        assert!(!is_taken(&world).await);
        waited.push(seconds_out_of_sight(&world).await);
    }
    assert_eq!(waited[..7], [2, 4, 8, 16, 32, 64, 128]);
    assert!(waited[7..].iter().all(|seconds| HIDDEN_S.contains(seconds)), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn where_the_queue_does_not_listen_the_text_comes_at_the_queues_own_time() {
    let world = World::new();
    publish_text(&world);
    break_the_tables(&world, &["ChangeMessageVisibility"]);
    assert!(!is_taken(&world).await);
    let waited = seconds_out_of_sight(&world).await;
    assert!(HIDDEN_S.contains(&waited), "{waited} s");
}
