//! Texts that meet reminders on their way.

#![expect(clippy::unwrap_used, reason = "a broken world should stop its test")]

use std::sync::Arc;

use aws_lambda_events::sqs::SqsEvent;
use chrono::{DateTime, TimeDelta, Timelike as _, Utc};
use cloud::Cloud;
use cloud::items::user_key;
use domain::ids::OccurrenceId;
use domain::limits;
use domain::occurrence::Occurrence;
use domain::user::User;
use futures::executor::block_on;
use handlers::{Hooked, World, broken};
use serde_json::json;
use stack::functions::Function;
use when::{Basis, Moment};

/// A reminder of the only user, in Los Angeles, that is due at `at`.
async fn due(world: &World, at: DateTime<Utc>) -> OccurrenceId {
    let mut user = world.user(1).await;
    let id = user.next_reminder();
    let wall = when::zone::wall(user.zone, at);
    let moment = Moment { at, wall, zone: user.zone, basis: Basis::Wall };
    world.put(user).await;
    world.put(Occurrence::accepted(id.clone(), "tea".into(), moment, world.now())).await;
    id
}

/// The only user's text, sent at `sent_at`, is decided on now.
async fn text(world: &World, words: &str, sent_at: DateTime<Utc>) {
    deliver(world, "text-1", words, sent_at, 1).await;
}

/// The same for a text with this id, received for the `received`th time.
async fn deliver(world: &World, id: &str, words: &str, sent_at: DateTime<Utc>, received: u32) {
    let batch = batch(&world.user(1).await, id, words, sent_at, received);
    take(world.cloud.clone(), batch).await;
}

async fn take(cloud: Arc<Cloud>, batch: SqsEvent) {
    let response = inbound_sms::handle(cloud, batch).await;
    assert!(response.batch_item_failures.is_empty());
}

fn batch(user: &User, id: &str, words: &str, sent_at: DateTime<Utc>, received: u32) -> SqsEvent {
    let message = json!({
        "originationNumber": user.phone.as_str(),
        "destinationNumber": stack::provision::SERVICE_NUMBER,
        "messageKeyword": "KEYWORD",
        "messageBody": words,
        "inboundMessageId": id,
    });
    let body = json!({ "Message": message.to_string(), "Timestamp": sent_at }).to_string();
    let attributes = json!({ "ApproximateReceiveCount": received.to_string() });
    let record = json!({ "messageId": "1", "body": body, "attributes": attributes });
    serde_json::from_value(json!({ "Records": [record] })).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_change_of_zone_moves_what_was_not_due_when_it_was_sent() {
    let world = World::new();
    let begin = world.now();
    let (late, ahead) = (begin + TimeDelta::minutes(10), begin + TimeDelta::minutes(50));
    let ids = [due(&world, late).await, due(&world, ahead).await];
    // Nobody could be called meanwhile.
    world.pass(TimeDelta::minutes(30)).await;
    text(&world, "ZONE Honolulu", begin + TimeDelta::minutes(20)).await;
    assert_eq!(world.reminder(&ids[0]).await.due, late, "it is late already, and has to ring");
    assert_eq!(world.reminder(&ids[1]).await.due, ahead + TimeDelta::hours(2));
}

#[tokio::test(start_paused = true)]
async fn a_change_of_zone_that_was_on_its_way_for_long_moves_what_was_not_due_when_it_was_sent() {
    let world = World::new();
    let begin = world.now();
    let id = due(&world, begin + TimeDelta::minutes(10)).await;
    world.pass(TimeDelta::minutes(12)).await;
    text(&world, "ZONE Honolulu", begin + TimeDelta::minutes(5)).await;
    let moved = begin + TimeDelta::minutes(10) + TimeDelta::hours(2);
    assert_eq!(world.reminder(&id).await.due, moved);
}

#[tokio::test(start_paused = true)]
async fn a_reminder_that_is_set_while_its_sender_is_read_moves_with_them() {
    let world = World::new();
    let now = world.now();
    let user = world.user(1).await;
    let id = user.clone().next_reminder();
    let zone = batch(&user, "text-1", "ZONE Honolulu", now, 1);
    // Their row is read twice, and before the second time their other text is decided on.
    let (other, mut reads) = (world.cloud_of(Function::InboundSms), 0);
    world.hook(move |operation, body| {
        let is_read = operation == "GetItem" && body.contains(&user_key(&user.id).pk);
        reads += u32::from(is_read);
        match reads {
            1 if is_read => return Hooked::Lose(broken()),
            2 if is_read => {
                let set = batch(&user, "text-2", "tea tomorrow at 5pm", now, 1);
                block_on(take(other.clone(), set));
            }
            _ => {}
        }
        Hooked::Pass
    });
    take(world.cloud.clone(), zone).await;
    let due = world.reminder(&id).await.due;
    assert_eq!(when::zone::wall("Pacific/Honolulu".parse().unwrap(), due).hour(), 17);
}

#[tokio::test(start_paused = true)]
async fn a_text_over_the_limit_that_comes_again_stays_over_it() {
    let world = World::new();
    let over = limits::TEXTS_PER_MINUTE + 1;
    let before = world.user(1).await.texts;
    for i in 1..=over {
        deliver(&world, &format!("text-{i}"), "in 2 hours tea", world.now(), 1).await;
    }
    let user = world.user(1).await;
    assert_eq!(user.texts, before + limits::TEXTS_PER_MINUTE);
    // Its first receive was not acknowledged; nothing that can be read says that it was counted.
    deliver(&world, &format!("text-{over}"), "in 2 hours tea", world.now(), 2).await;
    assert_eq!(world.user(1).await.texts, user.texts, "it was told so, and is not read");
}

#[tokio::test(start_paused = true)]
async fn a_text_that_was_let_through_and_comes_again_is_not_lost_to_those_that_came_after_it() {
    let world = World::new();
    let before = world.user(1).await.texts;
    let limit = limits::TEXTS_PER_MINUTE;
    for i in 1..=limit {
        deliver(&world, &format!("text-{i}"), "in 2 hours tea", world.now(), 1).await;
    }
    // Whoever received it first died before it was decided on.
    deliver(&world, "text-again", "in 2 hours tea", world.now(), 2).await;
    assert_eq!(world.user(1).await.texts, before + limit + 1);
}

#[tokio::test(start_paused = true)]
async fn a_stop_is_obeyed_however_many_texts_came_in_its_minute() {
    let world = World::new();
    let over = limits::TEXTS_PER_MINUTE + 5;
    for i in 1..=over {
        deliver(&world, &format!("text-{i}"), "hello", world.now(), 1).await;
    }
    assert!(!world.user(1).await.opted_out());
    deliver(&world, "stop-1", "Stop.", world.now(), 1).await;
    let user = world.user(1).await;
    assert!(user.opted_out());
    // Whoever is out already is not read again.
    for i in 2..=9 {
        deliver(&world, &format!("stop-{i}"), "STOP", world.now(), 1).await;
    }
    assert_eq!(world.user(1).await, user);
}
