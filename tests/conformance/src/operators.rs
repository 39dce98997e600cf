//! The commands of operators and finance, as they are typed, about what was deployed.

use std::collections::BTreeSet;

use chrono::{SecondsFormat, TimeDelta};
use serde_json::{Value, json};
use stack::provision::{self, queue};

use crate::checks::{Deployed, now};

/// One person's reminder is traced, stated, exported and found to be rightly charged.
pub async fn a_request_is_followed_from_the_text_to_the_books(deployed: &Deployed) {
    let world = &deployed.world;
    let phone = world.phone();
    world.ask(&phone, "Remind in 5 seconds about the kettle").await;
    let call = world.ring(&phone, 1).await;
    world.pick(&call, "answer").await;
    world.charged(&phone, 2).await;

    let traced = succeeded(deployed, &["trace", &phone.0]).await;
    for step in ["text", "accepted", "calling", "answered", "charged", "sent"] {
        assert!(traced.contains(&format!("  {step} ")), "no {step} in\n{traced}");
    }
    let period = now().format("%Y-%m").to_string();
    let stated = succeeded(deployed, &["statement", &phone.0, "--period", &period]).await;
    assert!(stated.contains("1 text $0.02, 1 answered call $0.04. Total $0.06."), "{stated}");
    let out = tempfile::tempdir().unwrap();
    let to = out.path().to_str().unwrap();
    let exported = succeeded(deployed, &["export", "--period", &period, "--out", to]).await;
    let entries = format!("{period} (preliminary): ");
    assert!(exported.starts_with(&entries), "{exported}");
    let held = succeeded(deployed, &["reconcile-billing", "--period", &period]).await;
    assert!(held.starts_with(&entries) && held.ends_with("everything matches\n"), "{held}");
}

/// A text that the archive has and no queue: what a restore of the tables loses. The stream is given it as SNS would, which
/// the emulator does not ([`crate::gaps`]); the stream files it and `replay` finds it.
pub async fn a_text_that_only_the_archive_has_is_handed_in_again(deployed: &Deployed) {
    let world = &deployed.world;
    let phone = world.phone();
    let text = json!({
        "originationNumber": phone.0,
        "destinationNumber": provision::SERVICE_NUMBER,
        "messageBody": "Remind tomorrow 5pm about the lost rent",
        "inboundMessageId": "only-in-the-archive",
    });
    let since = now() - TimeDelta::seconds(5);
    let envelope = json!({
        "Type": "Notification",
        "TopicArn": deployed.deployment.resource("InboundSmsTopic"),
        "Message": text.to_string(),
        "Timestamp": now(),
    });
    let record = json!({"Data": format!("{envelope}\n")}).to_string();
    let stream = deployed.deployment.stream(queue::INBOUND_SMS);
    let put = ["firehose", "put-record", "--delivery-stream-name", &stream, "--record", &record];
    deployed.deployment.aws(&put).await;
    assert!(world.replies(&phone).await.is_empty());

    let replay = ["replay", "--since", &since.to_rfc3339_opts(SecondsFormat::Secs, true)];
    let replayed = deployed.answer(&replay).await;
    assert_eq!(replayed["topics"]["inbound-sms"], json!({"messages": 1, "unreadable": 0}));
    let reply = world
        .until("a reply to the lost text", || async {
            world.replies(&phone).await.into_iter().next()
        })
        .await;
    assert!(reply.contains("the lost rent"), "{reply}");
    // Once more, as after a replay that broke off.
    deployed.answer(&replay).await;
    world.charged(&phone, 1).await;
}

/// What a command says that succeeds.
async fn succeeded(deployed: &Deployed, arguments: &[&str]) -> String {
    let ended = deployed.deployment.operate(arguments).await;
    assert_eq!(ended.code, Some(0), "{arguments:?}\n{}\n{}", ended.out, ended.err);
    ended.out
}

/// The doctor finds what a deployment leaves to be done, mends what it can, and leaves the rest to people.
///
/// A number that is the operator's own is not the template's to set, and the emulator turns no recovery on
/// ([`crate::gaps`]). Nobody was named to be told of alarms.
pub async fn the_doctor_finds_what_is_left_to_be_done_and_mends_it(deployed: &Deployed) {
    dismiss_what_the_scenarios_left(deployed).await;
    let found = Findings::of(deployed, &[]).await;
    let left = ["two-way", "number-kept", "events", "recovery", "recovery", "alarms"];
    assert_eq!(found.at("wrong"), left, "{}", found.0);
    let mended = Findings::of(deployed, &["--fix"]).await;
    assert_eq!(mended.at("mended"), left[..5], "{}", mended.0);
    let found = Findings::of(deployed, &[]).await;
    assert_eq!(found.at("wrong"), ["alarms"], "{}", found.0);
    let alarms = found.0["findings"].as_array().unwrap().iter();
    let what: Vec<&Value> =
        alarms.filter(|it| it["check"] == "alarms").map(|it| &it["what"]).collect();
    assert_eq!(what[0], &json!("nobody is told of alarms: their topic has no subscription"));
    let all = what[1].as_str().unwrap();
    assert!(all.ends_with("alarms are there, tell somebody, and are off"), "{all}");
}

/// Dead letters of messages that were no messages: all have a reason.
async fn dismiss_what_the_scenarios_left(deployed: &Deployed) {
    for queue in queue::SOURCES {
        // There only where others are told of milestones.
        if queue == queue::LIFECYCLE_EVENTS {
            continue;
        }
        let shown = deployed.answer(&["redrive", queue, "--peek"]).await;
        let letters = shown["letters"].as_array().unwrap().iter();
        let reasons: BTreeSet<&str> =
            letters.map(|letter| letter["reason"].as_str().unwrap()).collect();
        for reason in reasons {
            deployed.answer(&["redrive", queue, "--dismiss", "--reason", reason]).await;
        }
    }
}

/// What the doctor says.
struct Findings(Value);

impl Findings {
    async fn of(deployed: &Deployed, arguments: &[&str]) -> Self {
        let arguments = [&["doctor", "--json"], arguments].concat();
        let ended = deployed.deployment.operate(&arguments).await;
        assert_eq!(ended.code, Some(1), "{}\n{}", ended.out, ended.err);
        Self(serde_json::from_str(&ended.out).unwrap())
    }

    /// The checks with findings of a level, in their order.
    fn at(&self, level: &str) -> Vec<&str> {
        let all = self.0["findings"].as_array().unwrap().iter();
        let at = all.filter(|finding| finding["level"] == level);
        at.map(|finding| finding["check"].as_str().unwrap()).collect()
    }
}
