//! What others are told: every event that the stack publishes is as its schema says, and all that should be there are.

#![expect(clippy::unwrap_used, reason = "a broken world should stop its test")]

use std::collections::{BTreeMap, BTreeSet};

use architecture::events;
use aws_sdk_eventbridge::types::Target;
use end_to_end::{Local, Phone, World};
use serde_json::Value;

/// A queue that gets whatever is published on the bus.
async fn listen(world: &World) -> String {
    let bus = world.stack["event_bus"].as_str().unwrap();
    let sqs = aws_sdk_sqs::Client::new(&world.sdk());
    let url = sqs.create_queue().queue_name("listener").send().await.unwrap().queue_url.unwrap();
    let client = aws_sdk_eventbridge::Client::new(&world.sdk());
    let rule = client.put_rule().name("all").event_bus_name(bus);
    rule.event_pattern(r#"{"source":["ringback"]}"#).send().await.unwrap();
    let arn =
        format!("arn:aws:sqs:{}:000000000000:listener", world.stack["region"].as_str().unwrap());
    let target = Target::builder().id("1").arn(arn).build().unwrap();
    client.put_targets().rule("all").event_bus_name(bus).targets(target).send().await.unwrap();
    url
}

/// What has come by now is taken and added.
async fn hear(world: &World, url: &str, heard: &mut Vec<Value>) {
    let sqs = aws_sdk_sqs::Client::new(&world.sdk());
    let receive = sqs.receive_message().queue_url(url).max_number_of_messages(10);
    let received = receive.wait_time_seconds(1).send().await.unwrap();
    for message in received.messages() {
        heard.push(serde_json::from_str(message.body().unwrap()).unwrap());
        let handle = message.receipt_handle().unwrap();
        sqs.delete_message().queue_url(url).receipt_handle(handle).send().await.unwrap();
    }
}

/// The types of the events of each user, in order, each event once.
fn told(heard: &[Value]) -> BTreeMap<String, Vec<String>> {
    let mut seen = BTreeSet::new();
    let mut told: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    for event in heard.iter().filter(|event| seen.insert(text(&event["detail"]["id"]))) {
        told.entry(text(&event["detail"]["user"])).or_default().push(text(&event["detail-type"]));
    }
    told.values_mut().for_each(|kinds| kinds.sort());
    told
}

async fn user_of(world: &World, phone: &Phone) -> String {
    world.ledger(phone).await[0]["user_id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_milestone_is_told_as_its_schema_says() {
    let world = Local::start().await;
    let listener = listen(&world).await;
    let (answers, declines) = (world.phone(), world.phone());
    world.ask(&answers, "Remind in 1 second about my secret tea").await;
    world.ask(&declines, "Remind in 1 second about the oven").await;
    let call = world.ring(&answers, 1).await;
    world.pick(&call, "answer").await;
    for n in 1..=3 {
        let call = world.ring(&declines, n).await;
        world.pick(&call, "decline").await;
    }
    world.charged(&answers, 2).await;
    let (answers_id, declines_id) =
        (user_of(&world, &answers).await, user_of(&world, &declines).await);
    let expected = BTreeMap::from([
        (
            answers_id,
            ["accepted", "answered", "charged", "charged", "rang"].map(String::from).to_vec(),
        ),
        (declines_id, ["accepted", "charged", "gave_up", "rang"].map(String::from).to_vec()),
    ]);
    let heard = tokio::sync::Mutex::new(Vec::new());
    world
        .until("all milestones", || async {
            let mut heard = heard.lock().await;
            hear(&world, &listener, &mut heard).await;
            (told(&heard) == expected).then_some(())
        })
        .await;
    for event in heard.into_inner() {
        assert_eq!(events::problems(&event), Vec::<String>::new(), "{event}");
        let text = event.to_string();
        for private in [&answers.0, &declines.0, "secret", "oven"] {
            assert!(!text.contains(private), "ids instead of numbers and texts: {text}");
        }
    }
}
