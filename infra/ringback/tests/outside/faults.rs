//! Switches that break things: what they take, that they are told of, and that they end.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::support::{Phones, request};

/// What is on of a switch.
fn on<'a>(faults: &'a Value, name: &str) -> &'a Value {
    let all = faults["faults"].as_array().expect("a list");
    &all.iter().find(|fault| fault["name"] == name).expect("a switch of this name")["on"]
}

/// The sentences of what was noticed.
fn noticed(faults: &Value) -> Vec<&str> {
    let all = faults["noticed"].as_array().expect("a list").iter();
    all.map(|noticed| noticed["what"].as_str().expect("a sentence")).collect()
}

#[tokio::test]
async fn every_switch_says_what_it_does_and_all_are_off_at_first() {
    let phones = Phones::new().await;
    let (status, faults) = phones.get("/api/faults").await;
    assert_eq!((status, noticed(&faults).len()), (StatusCode::OK, 0));
    for fault in faults["faults"].as_array().expect("a list") {
        assert!(fault["sentence"].as_str().expect("a sentence").len() > 30, "{fault}");
        assert_eq!(fault["on"], json!([]));
    }
    let targets = &faults["faults"][0]["targets"];
    assert!(targets.as_array().expect("a list").contains(&json!("reconcile")), "{targets}");
}

#[tokio::test]
async fn a_switch_is_on_for_its_time_and_ends_before_if_asked_to() {
    let phones = Phones::new().await;
    let path = "/api/faults/queue-cut";
    let wish = r#"{"on":true,"target":"charges","seconds":900}"#;
    let (status, faults) = phones.post(path, wish).await;
    assert_eq!(status, StatusCode::OK);
    let broken = &on(&faults, "queue-cut")[0];
    assert_eq!((&broken["target"], &broken["hits"]), (&json!("charges"), &json!(0)));
    let at = |name: &str| {
        let at = broken[name].as_str().expect("a time");
        chrono::DateTime::parse_from_rfc3339(at).expect("RFC 3339")
    };
    assert_eq!((at("ends_at") - at("since")).num_seconds(), 900);
    let off = request("PUT", path, r#"{"on":false,"target":"charges"}"#);
    let (_, faults) = phones.ask(off).await;
    assert_eq!(on(&faults, "queue-cut"), &json!([]));
    for _ in 0..500 {
        let (_, faults) = phones.get("/api/faults").await;
        if noticed(&faults).len() == 3 {
            assert_eq!(faults["recovering"], json!(false));
            let told = noticed(&faults);
            assert_eq!(told[0], "The queue charges is cut off.");
            assert_eq!(told[1], "The queue charges is back; 0 requests were refused.");
            assert!(told[2].starts_with("All is well again"), "{told:?}");
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("nobody noticed: {}", phones.get("/api/faults").await.1);
}

#[tokio::test]
async fn events_that_are_lost_are_counted_and_in_the_carriers_book_only() {
    let phones = Phones::new().await;
    phones.post("/api/faults/events-lost", r#"{"seconds":60}"#).await;
    phones.ring("+12065550123").await;
    let (_, faults) = phones.get("/api/faults").await;
    // The call of the test names no configuration set, so that there was nothing to publish.
    assert_eq!(on(&faults, "events-lost")[0]["hits"], 0);
    assert_eq!(on(&faults, "events-lost")[0]["target"], json!(null));
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_in_words() {
    let phones = Phones::new().await;
    let (bad, none) = (StatusCode::BAD_REQUEST, StatusCode::NOT_FOUND);
    let cases = [
        ("bake-bread", "{}", none, "there is no such fault"),
        ("queue-cut", "{}", bad, "`target` must be inbound-sms"),
        ("queue-cut", r#"{"target":"inbound-sms-dead-letters"}"#, bad, "`target` must be"),
        ("function-down", r#"{"target":"charges"}"#, bad, "`target` must be"),
        ("events-lost", r#"{"target":"charges"}"#, bad, "left out"),
        ("events-lost", r#"{"seconds":901}"#, bad, "from 1 to 900"),
        ("events-lost", r#"{"seconds":0}"#, bad, "from 1 to 900"),
        ("events-lost", r#"{"seconds":-1}"#, bad, "the body must be JSON"),
        ("events-lost", "", bad, "the body must be JSON"),
        // A stack of this test has no functions.
        ("function-killed", r#"{"target":"send-sms"}"#, none, "no such function"),
        ("function-down", r#"{"target":"send-sms"}"#, none, "no such function"),
    ];
    for (name, body, status, why) in cases {
        let (refused, answer) = phones.post(&format!("/api/faults/{name}"), body).await;
        assert_eq!(refused, status, "{name} {body}");
        let said = answer["error"].as_str().expect("a sentence");
        assert!(said.contains(why), "{name} {body}: {said}");
    }
    let (_, faults) = phones.get("/api/faults").await;
    assert!(noticed(&faults).is_empty(), "{faults}");
    assert_eq!(on(&faults, "function-down"), &json!([]));
}

#[tokio::test]
async fn another_page_may_not_break_anything() {
    let phones = Phones::new().await;
    for method in ["POST", "PUT"] {
        let mut evil = request(method, "/api/faults/events-lost", "{}");
        evil.headers_mut().insert("origin", "http://evil.example".parse().expect("a header"));
        assert_eq!(phones.ask(evil).await.0, StatusCode::FORBIDDEN);
    }
    let mut renamed = request("POST", "/api/faults/events-lost", "{}");
    renamed.headers_mut().insert("host", "evil.example".parse().expect("a header"));
    assert_eq!(phones.ask(renamed).await.0, StatusCode::FORBIDDEN);
    assert_eq!(on(&phones.get("/api/faults").await.1, "events-lost"), &json!([]));
}

#[tokio::test]
async fn the_machine_shows_what_waits_where() {
    let phones = Phones::new().await;
    phones.post("/api/phones/+12065550123/sms", r#"{"text":"x"}"#).await;
    let (_, machine) = phones.get("/api/machine").await;
    let waits =
        json!({"name": "inbound-sms", "waiting": 1, "in_flight": 0, "delayed": 0, "dead": 0});
    assert!(machine["queues"].as_array().expect("a list").contains(&waits), "{machine}");
    assert_eq!(machine["functions"], json!([]));
}
