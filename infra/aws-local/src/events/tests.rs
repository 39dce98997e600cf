//! What EventBridge promises, with time as an argument.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::*;
use crate::testing::World;

const QUEUE: &str = "arn:aws:sqs:us-east-1:000000000000:q";

/// A world with the bus `b`, whose rule `r` sends what comes from `shop` to the queue `q`.
fn world() -> World {
    let mut world = World::new();
    world.run(|ctx| sqs::create_queue(ctx, "q", &BTreeMap::new())).unwrap();
    world.api("CreateEventBus", &json!({ "Name": "b" }));
    let pattern = json!({ "source": ["shop"] }).to_string();
    world.api("PutRule", &json!({ "Name": "r", "EventBusName": "b", "EventPattern": pattern }));
    let targets = json!([{ "Id": "1", "Arn": QUEUE }]);
    world.api("PutTargets", &json!({ "Rule": "r", "EventBusName": "b", "Targets": targets }));
    world
}

fn entry(source: &str, detail: &str) -> Value {
    json!({ "EventBusName": "b", "Source": source, "DetailType": "sold", "Detail": detail })
}

impl World {
    fn api_answer(&mut self, operation: &str, body: &Value) -> (u16, Value) {
        let response =
            self.run(|ctx| Ok(handle(ctx, operation, body.to_string().as_bytes()))).unwrap();
        (response.status.as_u16(), serde_json::from_slice(&response.body).unwrap())
    }

    fn api(&mut self, operation: &str, body: &Value) -> Value {
        let (status, answer) = self.api_answer(operation, body);
        assert_eq!(status, 200, "{answer}");
        answer
    }

    fn put(&mut self, entries: &[Value]) -> Value {
        self.api("PutEvents", &json!({ "Entries": entries }))
    }

    /// The code with which a request is refused.
    fn api_refuses(&mut self, operation: &str, body: &Value) -> String {
        let (status, answer) = self.api_answer(operation, body);
        assert_eq!(status, 400, "{answer}");
        answer["__type"].as_str().unwrap().to_owned()
    }

    fn delivered(&mut self) -> Vec<Value> {
        let received = self.run(|ctx| sqs::receive(ctx, "q", 10, None)).unwrap();
        received.iter().map(|message| serde_json::from_str(&message.body).unwrap()).collect()
    }
}

#[test]
fn a_target_gets_the_event_as_the_guide_shows_it() {
    let mut world = world();
    let mut sold = entry("shop", r#"{"what":"tea"}"#);
    sold["Time"] = json!(1_640_995_200.5);
    sold["Resources"] = json!(["arn:x"]);
    let answer = world.put(&[sold, entry("school", "{}"), entry("shop", "{}")]);
    assert_eq!(answer["FailedEntryCount"], 0);
    let delivered = world.delivered();
    assert_eq!(delivered.len(), 2, "the rule asks for one source");
    let expected = json!({
        "version": "0",
        "id": answer["Entries"][0]["EventId"],
        "detail-type": "sold",
        "source": "shop",
        "account": "000000000000",
        "time": "2022-01-01T00:00:00Z",
        "region": "us-east-1",
        "resources": ["arn:x"],
        "detail": { "what": "tea" },
    });
    assert_eq!(delivered[0], expected);
    assert_eq!(delivered[1]["time"], "2027-06-21T00:15:00Z", "without a time it is now");
}

#[test]
fn one_bad_entry_fails_alone_and_says_why() {
    let mut world = world();
    let without = |member: &str| {
        let mut entry = entry("shop", "{}");
        entry.as_object_mut().unwrap().remove(member);
        entry
    };
    let mut strange = entry("shop", "{}");
    strange["Time"] = json!(1e300);
    let answer = world.put(&[
        entry("shop", "{}"),
        entry("shop", "{half"),
        entry("shop", "5"),
        without("Source"),
        without("DetailType"),
        without("Detail"),
        entry("aws.ec2", "{}"),
        strange,
    ]);
    let entries = answer["Entries"].as_array().unwrap();
    let codes: Vec<_> = entries.iter().map(|entry| entry["ErrorCode"].as_str()).collect();
    let expected = [
        None,
        Some("MalformedDetail"),
        Some("MalformedDetail"),
        Some("InvalidArgument"),
        Some("InvalidArgument"),
        Some("InvalidArgument"),
        Some("NotAuthorizedForSourceException"),
        Some("InvalidArgument"),
    ];
    assert_eq!(codes, expected);
    assert_eq!(answer["FailedEntryCount"], 7);
    assert!(entries[0]["EventId"].is_string() && entries[1]["ErrorMessage"].is_string());
    assert_eq!(world.delivered().len(), 1);
}

#[test]
fn a_request_has_one_to_ten_entries_and_one_mebibyte() {
    let mut world = world();
    for count in [0, 11] {
        let entries = vec![entry("shop", "{}"); count];
        let refused = world.api_refuses("PutEvents", &json!({ "Entries": entries }));
        assert_eq!(refused, "ValidationException");
    }
    // Source, type and detail count, the name of the bus does not.
    let detail = |bytes: usize| format!(r#"{{"x":"{}"}}"#, "x".repeat(bytes - 8));
    let room = ENTRIES_BYTES_MAX - "shopsold".len();
    world.put(&[entry("shop", &detail(room))]);
    let entries = json!({ "Entries": [entry("shop", &detail(room + 1))] });
    assert_eq!(world.api_refuses("PutEvents", &entries), "ValidationException");
    let mut timed = entry("shop", &detail(room - TIME_BYTES + 1));
    timed["Time"] = json!(1_640_995_200);
    assert_eq!(
        world.api_refuses("PutEvents", &json!({ "Entries": [timed] })),
        "ValidationException"
    );
}

#[test]
fn an_event_for_a_bus_that_is_not_there_is_taken_and_goes_nowhere() {
    let mut world = world();
    let mut lost = entry("shop", "{}");
    lost["EventBusName"] = json!("nowhere");
    let mut named_by_arn = entry("shop", r#"{"by":"arn"}"#);
    named_by_arn["EventBusName"] = json!("arn:aws:events:us-east-1:000000000000:event-bus/b");
    let answer = world.put(&[lost, named_by_arn]);
    assert_eq!(answer["FailedEntryCount"], 0);
    let delivered = world.delivered();
    assert_eq!(delivered.len(), 1);
    assert_eq!(delivered[0]["detail"]["by"], "arn");
    let describe = json!({ "Name": "nowhere" });
    assert_eq!(world.api_refuses("DescribeEventBus", &describe), "ResourceNotFoundException");
}

#[test]
fn what_no_queue_takes_is_dropped_and_a_rule_that_is_off_delivers_nothing() {
    let mut world = world();
    let gone = json!([{ "Id": "0", "Arn": "arn:aws:sqs:us-east-1:000000000000:gone" }]);
    world.api("PutTargets", &json!({ "Rule": "r", "EventBusName": "b", "Targets": gone }));
    assert_eq!(world.put(&[entry("shop", "{}")])["FailedEntryCount"], 0);
    assert_eq!(world.delivered().len(), 1, "the other target gets it");
    let pattern = json!({ "source": ["shop"] }).to_string();
    let off = json!({
        "Name": "r", "EventBusName": "b", "EventPattern": pattern, "State": "DISABLED",
    });
    world.api("PutRule", &off);
    world.put(&[entry("shop", "{}")]);
    assert!(world.delivered().is_empty());
}

#[test]
fn what_is_not_here_is_refused_in_words() {
    let mut world = world();
    let pattern = json!({ "source": ["shop"] }).to_string();
    let rule = |bus: &str, pattern: &str| json!({ "Name": "r2", "EventBusName": bus, "EventPattern": pattern });
    let mut scheduled = rule("b", &pattern);
    scheduled["ScheduleExpression"] = json!("rate(1 minute)");
    let targets = |rule: &str, target: Value| json!({ "Rule": rule, "EventBusName": "b", "Targets": [target] });
    let function = "arn:aws:lambda:us-east-1:000000000000:function:f";
    for (operation, body, code) in [
        ("PutRule", rule("nowhere", &pattern), "ResourceNotFoundException"),
        ("PutRule", rule("b", r#"{"a":[{"prefix":"b"}]}"#), "InvalidEventPatternException"),
        ("PutRule", scheduled, "ValidationException"),
        (
            "PutTargets",
            targets("r2", json!({ "Id": "1", "Arn": QUEUE })),
            "ResourceNotFoundException",
        ),
        ("PutTargets", targets("r", json!({ "Id": "1", "Arn": function })), "ValidationException"),
        (
            "PutTargets",
            targets("r", json!({ "Id": "1", "Arn": QUEUE, "Input": "{}" })),
            "SerializationException",
        ),
        ("CreateEventBus", json!({ "Name": "b" }), "ResourceAlreadyExistsException"),
        ("CreateEventBus", json!({ "Name": "a b" }), "ValidationException"),
        ("StartReplay", json!({}), "UnknownOperationException"),
    ] {
        assert_eq!(world.api_refuses(operation, &body), code, "{operation} {body}");
    }
}
