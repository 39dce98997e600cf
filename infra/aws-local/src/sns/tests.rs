//! What SNS promises, with time as an argument.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::*;
use crate::sqs::Received;
use crate::testing::World;

const TOPIC: &str = "arn:aws:sns:us-east-1:000000000000:t";

const REDRIVE: (&str, &str) =
    ("RedrivePolicy", r#"{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dlq"}"#);

fn queue(name: &str) -> String {
    format!("arn:aws:sqs:us-east-1:000000000000:{name}")
}

/// A world with the topic `t` and the queues `q` and `dlq`, of which `q` is subscribed with these
/// attributes.
fn world(attributes: &[(&str, &str)]) -> World {
    let mut world = World::new();
    world.run(|ctx| create_topic(ctx, "t")).unwrap();
    for name in ["q", "dlq"] {
        world.run(|ctx| sqs::create_queue(ctx, name, &BTreeMap::new())).unwrap();
    }
    world.run(|ctx| subscribe_queue(ctx, TOPIC, &queue("q"), &map(attributes))).unwrap();
    world
}

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

impl World {
    fn publish(&mut self, message: &str) -> Result<String, AwsError> {
        self.run(|ctx| publish(ctx, TOPIC, message, None, &BTreeMap::new()))
    }

    fn received(&mut self, queue: &str) -> Vec<Received> {
        self.run(|ctx| sqs::receive(ctx, queue, 10, None)).unwrap()
    }

    /// A request of the query protocol: status and body.
    fn ask(&mut self, fields: &[(&str, &str)]) -> (u16, String) {
        let mut form = form_urlencoded::Serializer::new(String::new());
        let form = form.extend_pairs(fields).finish();
        let response = self.run(|ctx| Ok(handle(ctx, form.as_bytes()))).unwrap();
        let body = String::from_utf8(response.body.to_vec()).unwrap();
        (response.status.as_u16(), body)
    }

    /// The code with which a request is refused.
    fn refused(&mut self, fields: &[(&str, &str)]) -> String {
        let (status, body) = self.ask(fields);
        assert!((400..500).contains(&status), "{body}");
        between(&body, "<Code>", "</Code>").to_owned()
    }
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    text.split_once(start).unwrap().1.split_once(end).unwrap().0
}

#[test]
fn a_queue_gets_the_documented_envelope() {
    let mut world = world(&[]);
    let attributes = BTreeMap::from([
        ("kind".to_owned(), MessageAttribute::string("text")),
        (
            "raw".to_owned(),
            MessageAttribute {
                data_type: "Binary".into(),
                string_value: None,
                binary_value: Some(vec![1, 2]),
            },
        ),
    ]);
    let publish = |ctx: &Ctx| publish(ctx, TOPIC, "tea \"at\" \u{1} five", Some("Hi"), &attributes);
    let id = world.run(publish).unwrap();
    let body = world.received("q").remove(0).body;
    let envelope: Value = serde_json::from_str(&body).unwrap();
    assert!(body.starts_with(r#"{"Type":"Notification","MessageId":"#));
    for (name, value) in [
        ("MessageId", json!(id)),
        ("TopicArn", json!(TOPIC)),
        ("Subject", json!("Hi")),
        ("Message", json!("tea \"at\" \u{1} five")),
        ("Timestamp", json!("2027-06-21T00:15:00.123Z")),
        ("SignatureVersion", json!("1")),
        (
            "MessageAttributes",
            json!({
                "kind": { "Type": "String", "Value": "text" },
                "raw": { "Type": "Binary", "Value": "AQI=" },
            }),
        ),
    ] {
        assert_eq!(envelope[name], value, "{name}");
    }
    for name in ["Signature", "SigningCertURL", "UnsubscribeURL"] {
        assert!(envelope[name].is_string(), "{name}");
    }
    world.publish("plain").unwrap();
    let plain: Value = serde_json::from_str(&world.received("q").remove(0).body).unwrap();
    assert!(plain.get("Subject").is_none() && plain.get("MessageAttributes").is_none());
}

#[test]
fn raw_delivery_is_the_message_and_its_attributes_alone() {
    let mut world = world(&[("RawMessageDelivery", "true")]);
    let attributes = BTreeMap::from([("kind".to_owned(), MessageAttribute::string("text"))]);
    world.run(|ctx| publish(ctx, TOPIC, "tea", Some("Hi"), &attributes)).unwrap();
    let message = world.received("q").remove(0);
    assert_eq!((message.body.as_str(), &message.attributes), ("tea", &attributes));
}

#[test]
fn every_subscribed_queue_gets_the_message() {
    let mut world = world(&[]);
    world.run(|ctx| subscribe_queue(ctx, TOPIC, &queue("dlq"), &BTreeMap::new())).unwrap();
    world.publish("tea").unwrap();
    assert_eq!((world.received("q").len(), world.received("dlq").len()), (1, 1));
}

#[test]
fn what_a_queue_that_is_gone_cannot_take_goes_to_the_dead_letters_of_its_subscription() {
    let mut world = world(&[REDRIVE]);
    world.run(|ctx| sqs::delete_queue(ctx, "q")).unwrap();
    let id = world.publish("tea").unwrap();
    let dead: Value = serde_json::from_str(&world.received("dlq").remove(0).body).unwrap();
    assert_eq!(dead["MessageId"], json!(id));
    world.run(|ctx| sqs::delete_queue(ctx, "dlq")).unwrap();
    world.publish("nobody is left to take it, and the publisher cannot help it").unwrap();
}

#[test]
fn a_raw_message_that_sqs_would_refuse_does_not_fail_the_publication() {
    let mut world = world(&[("RawMessageDelivery", "true"), REDRIVE]);
    world.run(|ctx| sqs::create_queue(ctx, "other", &BTreeMap::new())).unwrap();
    world.run(|ctx| subscribe_queue(ctx, TOPIC, &queue("other"), &BTreeMap::new())).unwrap();
    world.publish("bell \u{7}").unwrap();
    assert!(world.received("q").is_empty());
    assert_eq!(world.received("other").len(), 1, "in the envelope it is only an escape");
}

#[test]
fn subscribing_twice_is_subscribing_once() {
    let mut world = world(&[REDRIVE]);
    let again = |ctx: &Ctx| subscribe_queue(ctx, TOPIC, &queue("q"), &map(&[REDRIVE]));
    let arn = world.run(again).unwrap();
    assert!(arn.starts_with(&format!("{TOPIC}:")));
    assert_eq!(world.run(|ctx| subscriptions_to(ctx, TOPIC)).unwrap().len(), 1);
    let differs = world.run(|ctx| subscribe_queue(ctx, TOPIC, &queue("q"), &BTreeMap::new()));
    assert_eq!(differs.unwrap_err().code, "InvalidParameter");
    world.run(|ctx| unsubscribe(ctx, &arn)).unwrap();
    world.publish("tea").unwrap();
    assert!(world.received("q").is_empty());
}

#[test]
fn a_topic_is_created_once_and_deleted_with_its_subscriptions() {
    let mut world = world(&[]);
    assert_eq!(world.run(|ctx| create_topic(ctx, "t")).unwrap(), TOPIC);
    assert_eq!(world.run(|ctx| subscriptions_to(ctx, TOPIC)).unwrap().len(), 1);
    world.run(|ctx| delete_topic(ctx, TOPIC)).unwrap();
    assert_eq!(world.publish("tea").unwrap_err().code, "NotFound");
    world.run(|ctx| create_topic(ctx, "t")).unwrap();
    world.publish("tea").unwrap();
    assert!(world.received("q").is_empty());
}

#[test]
fn requests_out_of_bounds_are_refused() {
    let mut world = world(&[]);
    let long = "x".repeat(262_145);
    let subject = "x".repeat(100);
    let publish = [("Action", "Publish"), ("TopicArn", TOPIC)];
    let subscribe = [("Action", "Subscribe"), ("TopicArn", TOPIC), ("Endpoint", "a:b:sqs:r:1:q")];
    let filter = ("Attributes.entry.1.key", "FilterPolicy");
    for (fields, more, code) in [
        (&publish[..], &[][..], "InvalidParameter"),
        (&publish, &[("Message", "")], "InvalidParameter"),
        (&publish, &[("Message", &long)], "InvalidParameter"),
        (&publish, &[("Message", "x"), ("Subject", "")], "InvalidParameter"),
        (&publish, &[("Message", "x"), ("Subject", "two\nlines")], "InvalidParameter"),
        (&publish, &[("Message", "x"), ("Subject", &subject)], "InvalidParameter"),
        (&publish, &[("Message", "x"), ("MessageStructure", "json")], "InvalidParameter"),
        (&publish, &[("Message", "{}"), ("MessageStructure", "json")], "InvalidParameter"),
        (&publish, &[("Message", "x"), ("PhoneNumber", "+12065550100")], "InvalidParameter"),
        (&publish, &[("Message", "x"), ("TopicArn", "t")], "InvalidParameter"),
        (&publish, &[("Message", "x"), ("TopicArn", "arn:aws:sns:r:1:none")], "NotFound"),
        (
            &publish,
            &[("Message", "x"), ("MessageAttributes.entry.1.Name", "a")],
            "InvalidParameterValue",
        ),
        (&[("Action", "Publish")], &[("Message", "x")], "InvalidParameter"),
        (&[("Action", "CreateTopic")], &[("Name", "with space")], "InvalidParameter"),
        (&[("Action", "CreateTopic")], &[("Name", "t.fifo")], "InvalidParameter"),
        (&subscribe, &[], "InvalidParameter"),
        (&subscribe, &[("Protocol", "http")], "InvalidParameter"),
        (&subscribe, &[("Protocol", "sqs"), ("Endpoint", "q")], "InvalidParameter"),
        (
            &subscribe,
            &[("Protocol", "sqs"), filter, ("Attributes.entry.1.value", "{}")],
            "InvalidParameter",
        ),
        (&[("Action", "Subscribe")], &[("Protocol", "sqs")], "InvalidParameter"),
        (&[("Action", "CreatePlatformApplication")], &[], "InvalidAction"),
        (&[], &[], "InvalidAction"),
    ] {
        let fields = [fields, more].concat();
        assert_eq!(world.refused(&fields), code, "{fields:.200?}");
    }
    assert!(world.received("q").is_empty());
}

#[test]
fn a_message_for_each_protocol_is_taken_apart() {
    let mut world = world(&[("RawMessageDelivery", "true")]);
    for (message, expected) in [
        (r#"{"default":"all","sqs":"queues"}"#, "queues"),
        (r#"{"default":"all","sms":"x"}"#, "all"),
    ] {
        let fields = [
            ("Action", "Publish"),
            ("TopicArn", TOPIC),
            ("MessageStructure", "json"),
            ("Message", message),
        ];
        assert_eq!(world.ask(&fields).0, 200);
        assert_eq!(world.received("q").remove(0).body, expected);
    }
}

#[test]
fn a_bad_entry_does_not_fail_its_neighbours() {
    let mut world = world(&[("RawMessageDelivery", "true")]);
    let entry = "PublishBatchRequestEntries.member";
    let fields = |names: &[(&str, &str)]| -> Vec<(String, String)> {
        let head = [("Action", "PublishBatch"), ("TopicArn", TOPIC)];
        let head = head.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let entries = names.iter().enumerate().flat_map(|(n, (id, message))| {
            [
                (format!("{entry}.{}.Id", n + 1), (*id).to_owned()),
                (format!("{entry}.{}.Message", n + 1), (*message).to_owned()),
            ]
        });
        head.into_iter().chain(entries).collect()
    };
    let call = |world: &mut World, entries: &[(&str, &str)]| {
        let fields = fields(entries);
        let fields: Vec<_> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        world.ask(&fields).1
    };
    let body = call(&mut world, &[("a", "one"), ("b", ""), ("c", "three")]);
    let failed = between(&body, "<Failed>", "</Failed>");
    assert_eq!(between(failed, "<Id>", "</Id>"), "b");
    let bodies: Vec<_> = world.received("q").into_iter().map(|message| message.body).collect();
    assert_eq!(bodies, ["one", "three"]);
    for (entries, code) in [
        (&[][..], "EmptyBatchRequest"),
        (&[("a", "1"), ("a", "2")], "BatchEntryIdsNotDistinct"),
        (&[("a b", "1")], "InvalidBatchEntryId"),
        (&[("x", "1"); 11], "TooManyEntriesInBatchRequest"),
        (&[("x", "x".repeat(262_145).as_str())], "BatchRequestTooLong"),
    ] {
        let body = call(&mut world, entries);
        assert_eq!(between(&body, "<Code>", "</Code>"), code);
    }
}

#[test]
fn topics_and_subscriptions_are_listed_by_page_and_show_their_attributes() {
    let mut world = world(&[REDRIVE]);
    for n in 0..150 {
        world.run(|ctx| create_topic(ctx, &format!("u{n:03}"))).unwrap();
    }
    let (_, first) = world.ask(&[("Action", "ListTopics")]);
    assert_eq!(first.matches("<TopicArn>").count(), 100);
    let token = between(&first, "<NextToken>", "</NextToken>");
    let (_, rest) = world.ask(&[("Action", "ListTopics"), ("NextToken", token)]);
    assert_eq!(rest.matches("<TopicArn>").count(), 51);
    assert!(!rest.contains("NextToken"));

    let (_, all) = world.ask(&[("Action", "ListSubscriptions")]);
    let (_, own) = world.ask(&[("Action", "ListSubscriptionsByTopic"), ("TopicArn", TOPIC)]);
    assert_eq!((all.matches("<member>").count(), own.matches("<member>").count()), (1, 1));
    let arn = between(&own, "<SubscriptionArn>", "</SubscriptionArn>").to_owned();
    world.ask(&[
        ("Action", "SetSubscriptionAttributes"),
        ("SubscriptionArn", &arn),
        ("AttributeName", "RawMessageDelivery"),
        ("AttributeValue", "true"),
    ]);
    let (_, shown) =
        world.ask(&[("Action", "GetSubscriptionAttributes"), ("SubscriptionArn", &arn)]);
    assert!(shown.contains("<key>RawMessageDelivery</key><value>true</value>"), "{shown}");
    world.publish("tea").unwrap();
    assert_eq!(world.received("q").remove(0).body, "tea");

    world.ask(&[
        ("Action", "SetTopicAttributes"),
        ("TopicArn", TOPIC),
        ("AttributeName", "DisplayName"),
        ("AttributeValue", "<Tea> & \u{1}"),
    ]);
    let (_, shown) = world.ask(&[("Action", "GetTopicAttributes"), ("TopicArn", TOPIC)]);
    assert!(
        shown.contains("<key>DisplayName</key><value>&lt;Tea&gt; &amp; \u{FFFD}</value>"),
        "{shown}"
    );
    assert!(shown.contains("<key>SubscriptionsConfirmed</key><value>1</value>"));
}
