//! What SQS promises, with time as an argument.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::*;
use crate::testing::World;
use crate::wire::Response;

/// A world with a queue `q`, whose attributes these are, and a dead-letter queue `dlq`.
fn world(attributes: &[(&str, &str)]) -> World {
    let mut world = World::new();
    world.run(|ctx| create_queue(ctx, "dlq", &BTreeMap::new())).unwrap();
    world.run(|ctx| create_queue(ctx, "q", &map(attributes))).unwrap();
    world
}

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

const REDRIVE: (&str, &str) = (
    "RedrivePolicy",
    r#"{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dlq","maxReceiveCount":"2"}"#,
);

impl World {
    fn send(&mut self, body: &str) -> String {
        self.run(|ctx| send(ctx, "q", Outgoing::text(body))).unwrap()
    }

    fn receive(&mut self, queue: &str) -> Vec<Received> {
        self.run(|ctx| receive(ctx, queue, 10, None)).unwrap()
    }

    fn bodies(&mut self, queue: &str) -> Vec<String> {
        self.receive(queue).into_iter().map(|message| message.body).collect()
    }

    fn counts(&mut self, queue: &str) -> [String; 3] {
        let attributes = self.run(|ctx| get_attributes(ctx, queue)).unwrap();
        ["", "NotVisible", "Delayed"]
            .map(|suffix| attributes[&format!("ApproximateNumberOfMessages{suffix}")].clone())
    }

    /// A request of the JSON protocol: status and body.
    fn call(&mut self, operation: &str, mut body: Value) -> (u16, Value) {
        if body.get("QueueUrl").is_none() {
            body["QueueUrl"] = "http://127.0.0.1:4566/000000000000/q".into();
        }
        let response = self.respond(operation, &body);
        (response.status.as_u16(), serde_json::from_slice(&response.body).unwrap())
    }

    fn respond(&mut self, operation: &str, body: &Value) -> Response {
        self.run(|ctx| Ok(handle(ctx, operation, body.to_string().as_bytes()))).unwrap()
    }

    /// The code with which a request is refused.
    fn refusal(&mut self, operation: &str, body: Value) -> String {
        let (status, body) = self.call(operation, body);
        assert_eq!(status, 400, "{body}");
        body["__type"].as_str().unwrap().rsplit_once('#').unwrap().1.to_owned()
    }
}

#[test]
fn a_message_is_invisible_while_it_is_worked_on_and_comes_back_if_it_is_not_deleted() {
    let mut world = world(&[("VisibilityTimeout", "20")]);
    let id = world.send("tea");
    let first = world.receive("q").remove(0);
    assert_eq!((first.message_id.as_str(), first.body.as_str()), (id.as_str(), "tea"));
    assert_eq!(first.system["ApproximateReceiveCount"], "1");
    world.pass_s(19);
    assert!(world.receive("q").is_empty());
    world.pass_s(1);
    let second = world.receive("q").remove(0);
    assert_eq!(second.message_id, id);
    assert_eq!(second.system["ApproximateReceiveCount"], "2");
    for name in ["SentTimestamp", "ApproximateFirstReceiveTimestamp"] {
        assert_eq!(second.system[name], first.system[name]);
    }
    assert_ne!(second.receipt_handle, first.receipt_handle);
}

#[test]
fn a_deleted_message_does_not_come_back() {
    let mut world = world(&[]);
    world.send("tea");
    let handle = world.receive("q").remove(0).receipt_handle;
    world.run(|ctx| delete(ctx, "q", &handle)).unwrap();
    world.run(|ctx| delete(ctx, "q", &handle)).unwrap();
    world.pass_s(3600);
    assert!(world.receive("q").is_empty());
}

#[test]
fn a_late_handle_deletes_until_somebody_else_has_received_the_message() {
    let mut world = world(&[]);
    world.send("tea");
    let late = world.receive("q").remove(0).receipt_handle;
    world.pass_s(31);
    let newer = world.receive("q").remove(0).receipt_handle;
    world.run(|ctx| delete(ctx, "q", &late)).unwrap();
    world.pass_s(31);
    assert_eq!(world.counts("q"), ["1", "0", "0"], "the replaced handle deletes nothing");
    world.run(|ctx| delete(ctx, "q", &newer)).unwrap();
    assert_eq!(world.counts("q"), ["0", "0", "0"], "the last one does, in flight or not");
}

#[test]
fn what_is_no_handle_of_the_queue_is_refused() {
    let mut world = world(&[]);
    world.run(|ctx| send(ctx, "dlq", Outgoing::text("tea"))).unwrap();
    let of_another_queue = world.receive("dlq").remove(0).receipt_handle;
    for handle in ["", "bogus", "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a", &of_another_queue] {
        for operation in ["DeleteMessage", "ChangeMessageVisibility"] {
            let body = json!({ "ReceiptHandle": handle, "VisibilityTimeout": 0 });
            assert_eq!(world.refusal(operation, body), "ReceiptHandleIsInvalid", "{handle}");
        }
    }
}

#[test]
fn visibility_is_changed_of_messages_in_flight_only_and_for_twelve_hours_at_most() {
    let mut world = world(&[]);
    world.send("tea");
    let handle = world.receive("q").remove(0).receipt_handle;
    world.run(|ctx| change_visibility(ctx, "q", &handle, 0)).unwrap();
    let again = world.receive("q").remove(0).receipt_handle;
    world.run(|ctx| change_visibility(ctx, "q", &again, 600)).unwrap();
    world.pass_s(599);
    assert!(world.receive("q").is_empty());

    let change = |s: i64, of: &str| json!({ "ReceiptHandle": of, "VisibilityTimeout": s });
    let operation = "ChangeMessageVisibility";
    assert_eq!(world.refusal(operation, change(43_200, &again)), "InvalidParameterValue", "in all");
    assert_eq!(world.refusal(operation, change(43_201, &again)), "InvalidParameterValue");
    assert_eq!(world.refusal(operation, change(-1, &again)), "InvalidParameterValue");
    assert_eq!(world.refusal(operation, change(1, &handle)), "InvalidParameterValue", "replaced");
    world.pass_s(1);
    assert_eq!(world.refusal(operation, change(1, &again)), "MessageNotInflight");
}

#[test]
fn a_delayed_message_is_seen_when_its_delay_is_over() {
    let mut world = world(&[("DelaySeconds", "5")]);
    world.send("the queue's delay");
    let own = Outgoing { delay_s: Some(0), ..Outgoing::text("its own") };
    world.run(|ctx| send(ctx, "q", own)).unwrap();
    assert_eq!(world.counts("q"), ["1", "0", "1"]);
    assert_eq!(world.bodies("q"), ["its own"]);
    assert_eq!(world.counts("q"), ["0", "1", "1"]);
    let next = world.run(|ctx| next_visible(ctx, "q")).unwrap();
    assert_eq!(next, Some(world.now + TimeDelta::seconds(5)));
    world.pass_s(5);
    assert_eq!(world.bodies("q"), ["the queue's delay"]);
}

#[test]
fn a_message_received_too_often_goes_to_the_dead_letters_and_says_where_it_came_from() {
    let mut world = world(&[REDRIVE]);
    let id = world.send("poison");
    for _ in 0..2 {
        assert_eq!(world.bodies("q"), ["poison"]);
        world.pass_s(30);
    }
    world.send("tea");
    assert_eq!(world.bodies("q"), ["tea"], "its place in the batch goes to the next");
    let dead = world.receive("dlq").remove(0);
    assert_eq!((dead.message_id.as_str(), dead.body.as_str()), (id.as_str(), "poison"));
    assert_eq!(dead.system["DeadLetterQueueSourceArn"], "arn:aws:sqs:us-east-1:000000000000:q");
    assert_eq!(dead.system["ApproximateReceiveCount"], "3");
    let sources =
        world.call("ListDeadLetterSourceQueues", json!({ "QueueUrl": "http://x/0/dlq" })).1;
    assert_eq!(sources["queueUrls"], json!(["http://127.0.0.1:4566/000000000000/q"]));
}

#[test]
fn without_its_dead_letter_queue_a_message_is_rather_received_again_than_lost() {
    let mut world = world(&[REDRIVE]);
    world.send("poison");
    world.run(|ctx| delete_queue(ctx, "dlq")).unwrap();
    for _ in 0..4 {
        assert_eq!(world.bodies("q"), ["poison"]);
        world.pass_s(30);
    }
}

#[test]
fn a_visibility_timeout_of_zero_hands_a_message_out_once_in_a_receive() {
    let mut world = world(&[REDRIVE]);
    world.send("tea");
    for _ in 0..2 {
        let found = world.run(|ctx| receive(ctx, "q", 10, Some(0))).unwrap();
        assert_eq!(found.len(), 1);
    }
    assert!(world.receive("q").is_empty());
    assert_eq!(world.bodies("dlq"), ["tea"]);
}

#[test]
fn messages_past_their_retention_are_gone_swept_or_not() {
    let mut world = world(&[("MessageRetentionPeriod", "60")]);
    world.send("old");
    world.pass_s(60);
    assert!(world.receive("q").is_empty());
    assert_eq!(world.run(|ctx| next_visible(ctx, "q")).unwrap(), None);
    assert_eq!(world.counts("q"), ["0", "0", "0"]);
    world.send("new");
    world.run(sweep).unwrap();
    let kept = |ctx: &Ctx| {
        Ok(ctx.db.query_row("SELECT count(*) FROM sqs_message", [], |row| row.get::<_, i64>(0))?)
    };
    assert_eq!(world.run(kept).unwrap(), 1);
    assert_eq!(world.bodies("q"), ["new"]);
}

#[test]
fn messages_come_in_the_order_in_which_they_became_available() {
    let mut world = world(&[]);
    for body in ["1", "2", "3"] {
        world.send(body);
        world.pass_s(1);
    }
    let first = world.run(|ctx| receive(ctx, "q", 1, Some(1))).unwrap();
    assert_eq!(first[0].body, "1");
    world.pass_s(5);
    assert_eq!(world.bodies("q"), ["2", "3", "1"]);
}

#[test]
fn a_queue_is_created_twice_if_its_attributes_agree() {
    let mut world = world(&[("VisibilityTimeout", "20"), REDRIVE]);
    let url = "http://127.0.0.1:4566/000000000000/q";
    let number = (
        "RedrivePolicy",
        r#"{"maxReceiveCount":2,"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dlq"}"#,
    );
    for agrees in [&[][..], &[("VisibilityTimeout", "20")], &[number]] {
        assert_eq!(world.run(|ctx| create_queue(ctx, "q", &map(agrees))).unwrap(), url);
    }
    let differs = json!({ "QueueName": "q", "Attributes": { "VisibilityTimeout": "21" } });
    assert_eq!(world.refusal("CreateQueue", differs.clone()), "QueueNameExists");
    let response = world.respond("CreateQueue", &differs);
    assert_eq!(response.headers["x-amzn-query-error"], "QueueAlreadyExists;Sender");
}

#[test]
fn attributes_out_of_bounds_are_refused() {
    let mut world = world(&[]);
    for (name, value, code) in [
        ("DelaySeconds", "901", "InvalidAttributeValue"),
        ("DelaySeconds", "soon", "InvalidAttributeValue"),
        ("MaximumMessageSize", "1023", "InvalidAttributeValue"),
        ("MaximumMessageSize", "1048577", "InvalidAttributeValue"),
        ("MessageRetentionPeriod", "59", "InvalidAttributeValue"),
        ("ReceiveMessageWaitTimeSeconds", "21", "InvalidAttributeValue"),
        ("VisibilityTimeout", "-1", "InvalidAttributeValue"),
        ("Colour", "blue", "InvalidAttributeName"),
        ("FifoQueue", "true", "UnsupportedOperation"),
        ("RedrivePolicy", "[", "InvalidParameterValue"),
        ("RedrivePolicy", "7", "InvalidParameterValue"),
        ("RedrivePolicy", r#"{"maxReceiveCount":1}"#, "InvalidParameterValue"),
        ("RedrivePolicy", r#"{"deadLetterTargetArn":"a:b:sqs:r:1:dlq"}"#, "InvalidParameterValue"),
        (
            "RedrivePolicy",
            r#"{"maxReceiveCount":0,"deadLetterTargetArn":"arn:aws:sqs:r:1:dlq"}"#,
            "InvalidParameterValue",
        ),
        (
            "RedrivePolicy",
            r#"{"maxReceiveCount":1,"deadLetterTargetArn":"arn:aws:sqs:r:1:nowhere"}"#,
            "InvalidParameterValue",
        ),
        (
            "RedrivePolicy",
            r#"{"maxReceiveCount":1,"deadLetterTargetArn":"arn:aws:sqs:r:1:q"}"#,
            "InvalidParameterValue",
        ),
    ] {
        let body = json!({ "Attributes": { name: value } });
        assert_eq!(world.refusal("SetQueueAttributes", body), code, "{name} {value}");
    }
    for name in ["", "with space", "orders.fifo", &"x".repeat(81)] {
        let code = world.refusal("CreateQueue", json!({ "QueueName": name }));
        assert!(["InvalidParameterValue", "UnsupportedOperation"].contains(&code.as_str()));
    }
}

#[test]
fn a_queue_shows_what_it_was_set_to() {
    let mut world = world(&[REDRIVE]);
    world.call(
        "SetQueueAttributes",
        json!({ "Attributes": { "DelaySeconds": "7", "Policy": "{}" } }),
    );
    let (_, body) = world.call("GetQueueAttributes", json!({ "AttributeNames": ["All"] }));
    let attributes = &body["Attributes"];
    assert_eq!(attributes["DelaySeconds"], "7");
    assert_eq!(attributes["Policy"], "{}");
    assert_eq!(attributes["VisibilityTimeout"], "30");
    assert_eq!(attributes["QueueArn"], "arn:aws:sqs:us-east-1:000000000000:q");
    let policy: Value =
        serde_json::from_str(attributes["RedrivePolicy"].as_str().unwrap()).unwrap();
    assert_eq!(policy["maxReceiveCount"], 2);
    world.call("SetQueueAttributes", json!({ "Attributes": { "RedrivePolicy": "" } }));
    let (_, body) =
        world.call("GetQueueAttributes", json!({ "AttributeNames": ["RedrivePolicy"] }));
    assert_eq!(body, json!({}));
    let unknown = json!({ "AttributeNames": ["Colour"] });
    assert_eq!(world.refusal("GetQueueAttributes", unknown), "InvalidAttributeName");
}

#[test]
fn messages_out_of_bounds_are_refused() {
    let mut world = world(&[]);
    let attribute = |kind: &str, value: &str| {
        let attribute = json!({ "DataType": kind, "StringValue": value });
        json!({ "MessageBody": "x", "MessageAttributes": { "a": attribute } })
    };
    let named = |name: &str| {
        let attribute = json!({ "DataType": "String", "StringValue": "x" });
        json!({ "MessageBody": "x", "MessageAttributes": { name: attribute } })
    };
    let one = json!({ "DataType": "Number", "StringValue": "1" });
    let eleven: Value = (0..11).map(|n| (format!("a{n}"), one.clone())).collect();
    for (body, code) in [
        (json!({}), "MissingParameter"),
        (json!({ "MessageBody": "" }), "MissingParameter"),
        (json!({ "MessageBody": 7 }), "SerializationException"),
        (json!({ "MessageBody": "bell \u{7}" }), "InvalidMessageContents"),
        (json!({ "MessageBody": "no character \u{FFFF}" }), "InvalidMessageContents"),
        (json!({ "MessageBody": "x".repeat(1_048_577) }), "InvalidParameterValue"),
        (json!({ "MessageBody": "x", "DelaySeconds": 901 }), "InvalidParameterValue"),
        (json!({ "MessageBody": "x", "DelaySeconds": -1 }), "InvalidParameterValue"),
        (json!({ "MessageBody": "x", "MessageDeduplicationId": "1" }), "InvalidParameterValue"),
        (json!({ "MessageBody": "x", "MessageAttributes": eleven }), "InvalidParameterValue"),
        (attribute("Colour", "blue"), "InvalidParameterValue"),
        (attribute("String", ""), "InvalidParameterValue"),
        (attribute("Number", "twelve"), "InvalidParameterValue"),
        (attribute("Number", "inf"), "InvalidParameterValue"),
        (attribute("Binary", "text"), "InvalidParameterValue"),
        (attribute("String", "\u{0}"), "InvalidMessageContents"),
        (named("AWS.x"), "InvalidParameterValue"),
        (named(".x"), "InvalidParameterValue"),
        (named("x..y"), "InvalidParameterValue"),
        (named("x y"), "InvalidParameterValue"),
        (json!({ "QueueUrl": "http://x/0/nowhere", "MessageBody": "x" }), "QueueDoesNotExist"),
        (json!({ "QueueUrl": "", "MessageBody": "x" }), "MissingParameter"),
        (json!({ "QueueUrl": "q", "MessageBody": "x" }), "InvalidAddress"),
    ] {
        let shown: String = body.to_string().chars().take(100).collect();
        assert_eq!(world.refusal("SendMessage", body), code, "{shown}");
    }
    let (status, _) = world.call("SendMessage", json!({ "MessageBody": "x".repeat(1_048_576) }));
    assert_eq!(status, 200, "exactly 1 MiB fits");
    assert_eq!(world.counts("q"), ["1", "0", "0"]);
}

#[test]
fn bytes_that_are_no_request_are_refused() {
    let mut world = world(&[]);
    for body in [&b"not json"[..], b"[]", b"\xff", br#"{"QueueUrl":"\ud800"}"#, br#"{"MessageBody"#]
    {
        let response = world.run(|ctx| Ok(handle(ctx, "SendMessage", body))).unwrap();
        let answer: Value = serde_json::from_slice(&response.body).unwrap();
        assert_eq!(response.status, 400);
        assert_eq!(answer["__type"], "com.amazon.coral.service#SerializationException", "{body:?}");
    }
    assert_eq!(world.refusal("StartMessageMoveTask", json!({})), "UnknownOperationException");
}

#[test]
fn a_bad_entry_does_not_fail_its_neighbours() {
    let mut world = world(&[]);
    let entries = json!([
        { "Id": "a", "MessageBody": "one" },
        { "Id": "b", "MessageBody": "\u{1}" },
        { "Id": "c", "MessageBody": "three", "DelaySeconds": 5 },
    ]);
    let (status, answer) = world.call("SendMessageBatch", json!({ "Entries": entries }));
    assert_eq!(status, 200);
    let ids = |list: &Value| -> Vec<String> {
        let entries = list.as_array().unwrap().iter();
        entries.map(|entry| entry["Id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(&answer["Successful"]), ["a", "c"]);
    assert_eq!(ids(&answer["Failed"]), ["b"]);
    assert_eq!(answer["Failed"][0]["Code"], "InvalidMessageContents");
    assert_eq!(answer["Failed"][0]["SenderFault"], true);
    assert_eq!(world.counts("q"), ["1", "0", "1"]);
}

#[test]
fn batches_out_of_bounds_are_refused() {
    let mut world = world(&[]);
    let batch = |ids: &[&str]| -> Value {
        let entry = |id: &&str| json!({ "Id": id, "MessageBody": "x" });
        json!({ "Entries": ids.iter().map(entry).collect::<Vec<_>>() })
    };
    let eleven: Vec<String> = (0..11).map(|n| n.to_string()).collect();
    let eleven: Vec<&str> = eleven.iter().map(String::as_str).collect();
    for (ids, code) in [
        (&[][..], "EmptyBatchRequest"),
        (&["a", "a"], "BatchEntryIdsNotDistinct"),
        (&["a b"], "InvalidBatchEntryId"),
        (&[""], "InvalidBatchEntryId"),
        (&eleven, "TooManyEntriesInBatchRequest"),
    ] {
        for operation in ["SendMessageBatch", "DeleteMessageBatch", "ChangeMessageVisibilityBatch"]
        {
            assert_eq!(world.refusal(operation, batch(ids)), code, "{operation}");
        }
    }
    let large = "x".repeat(600_000);
    let large = json!([{ "Id": "a", "MessageBody": large }, { "Id": "b", "MessageBody": large }]);
    let code = world.refusal("SendMessageBatch", json!({ "Entries": large }));
    assert_eq!(code, "BatchRequestTooLong");
    let response = world.respond("SendMessageBatch", &json!({ "QueueUrl": "http://x/0/none" }));
    assert_eq!(
        response.headers["x-amzn-query-error"],
        "AWS.SimpleQueueService.NonExistentQueue;Sender"
    );
}

#[test]
fn batches_delete_and_change_what_they_name() {
    let mut world = world(&[]);
    for body in ["1", "2", "3"] {
        world.send(body);
    }
    let handles: Vec<String> = world.receive("q").into_iter().map(|it| it.receipt_handle).collect();
    let entries = json!([
        { "Id": "1", "ReceiptHandle": handles[0] },
        { "Id": "x", "ReceiptHandle": "bogus" },
    ]);
    let (_, answer) = world.call("DeleteMessageBatch", json!({ "Entries": entries }));
    assert_eq!(answer["Successful"], json!([{ "Id": "1" }]));
    assert_eq!(answer["Failed"][0]["Code"], "ReceiptHandleIsInvalid");
    let entries = json!([
        { "Id": "2", "ReceiptHandle": handles[1], "VisibilityTimeout": 0 },
        { "Id": "x", "ReceiptHandle": handles[2] },
    ]);
    let (_, answer) = world.call("ChangeMessageVisibilityBatch", json!({ "Entries": entries }));
    assert_eq!(answer["Failed"][0]["Code"], "MissingParameter");
    assert_eq!(world.bodies("q"), ["2"]);
}

#[test]
fn receives_out_of_bounds_are_refused() {
    let mut world = world(&[]);
    for (name, value) in [
        ("MaxNumberOfMessages", 0),
        ("MaxNumberOfMessages", 11),
        ("MaxNumberOfMessages", -1),
        ("VisibilityTimeout", 43_201),
        ("WaitTimeSeconds", 21),
        ("WaitTimeSeconds", 5_000_000_000_i64),
    ] {
        let code = world.refusal("ReceiveMessage", json!({ name: value }));
        assert_eq!(code, "InvalidParameterValue", "{name} {value}");
    }
}

#[test]
fn a_receiver_gets_the_attributes_that_it_asks_for() {
    let mut world = world(&[]);
    let attributes = json!({
        "shop.name": { "DataType": "String.label", "StringValue": "tea" },
        "shop.size": { "DataType": "Number", "StringValue": "7" },
        "raw": { "DataType": "Binary", "BinaryValue": "AAEC" },
    });
    let trace = json!({ "AWSTraceHeader": { "DataType": "String", "StringValue": "Root=1-2-3" } });
    let sent = json!({
        "MessageBody": "x", "MessageAttributes": attributes, "MessageSystemAttributes": trace,
        "MessageGroupId": "fair",
    });
    let (_, answer) = world.call("SendMessage", sent);
    assert!(answer["MD5OfMessageSystemAttributes"].is_string());
    let mut receive = |asked: Value| {
        world.pass_s(31);
        world.call("ReceiveMessage", asked).1["Messages"][0].clone()
    };
    let all = receive(json!({
        "MessageAttributeNames": ["All"], "MessageSystemAttributeNames": ["All"]
    }));
    assert_eq!(all["MessageAttributes"], attributes);
    assert_eq!(all["MD5OfMessageAttributes"], answer["MD5OfMessageAttributes"]);
    assert_eq!(all["Attributes"]["AWSTraceHeader"], "Root=1-2-3");
    assert_eq!(all["Attributes"]["MessageGroupId"], "fair");

    let some = receive(json!({
        "MessageAttributeNames": ["shop.*"], "AttributeNames": ["ApproximateReceiveCount"]
    }));
    let names: Vec<_> = some["MessageAttributes"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["shop.name", "shop.size"]);
    assert_eq!(some["Attributes"], json!({ "ApproximateReceiveCount": "2" }));

    let none = receive(json!({}));
    assert!(none.get("Attributes").is_none() && none.get("MessageAttributes").is_none());
}

#[test]
fn sums_are_those_of_the_documented_algorithm() {
    let sum = message::md5_of_body("Information about the largest city");
    assert_eq!(sum, "2232d4e976f0c8c9111db3e5f8f6aaa7", "what any other tool says");
    let attributes = BTreeMap::from([
        (
            "b".to_owned(),
            MessageAttribute {
                data_type: "Binary".into(),
                string_value: None,
                binary_value: Some(vec![0, 255]),
            },
        ),
        ("a".to_owned(), MessageAttribute::string("tea")),
    ]);
    let mut bytes = Vec::new();
    for (name, kind, tag, value) in
        [("a", "String", 1_u8, &b"tea"[..]), ("b", "Binary", 2, &[0, 255])]
    {
        for part in [name.as_bytes(), kind.as_bytes()] {
            bytes.extend([0, 0, 0, u8::try_from(part.len()).unwrap()]);
            bytes.extend(part);
        }
        bytes.push(tag);
        bytes.extend([0, 0, 0, u8::try_from(value.len()).unwrap()]);
        bytes.extend(value);
    }
    let expected = format!("{:x}", md5::compute(bytes));
    assert_eq!(message::md5_of_attributes(&attributes), Some(expected));
    assert_eq!(message::md5_of_attributes(&BTreeMap::new()), None);
}

#[test]
fn a_purge_empties_a_queue_once_a_minute() {
    let mut world = world(&[]);
    world.send("tea");
    assert_eq!(world.call("PurgeQueue", json!({})).0, 200);
    assert_eq!(world.counts("q"), ["0", "0", "0"]);
    assert_eq!(world.refusal("PurgeQueue", json!({})), "PurgeQueueInProgress");
    world.pass_s(60);
    assert_eq!(world.call("PurgeQueue", json!({})).0, 200);
}

#[test]
fn a_deleted_queue_takes_its_messages_along() {
    let mut world = world(&[]);
    world.send("tea");
    assert_eq!(world.call("DeleteQueue", json!({})).0, 200);
    assert_eq!(world.refusal("ReceiveMessage", json!({})), "QueueDoesNotExist");
    assert_eq!(world.refusal("GetQueueUrl", json!({ "QueueName": "q" })), "QueueDoesNotExist");
    world.run(|ctx| create_queue(ctx, "q", &BTreeMap::new())).unwrap();
    assert!(world.receive("q").is_empty());
}

#[test]
fn queues_are_listed_by_prefix_and_page() {
    let mut world = World::new();
    for name in ["b-1", "a-1", "b-3", "b-2"] {
        world.run(|ctx| create_queue(ctx, name, &BTreeMap::new())).unwrap();
    }
    let url = |name: &str| format!("http://127.0.0.1:4566/000000000000/{name}");
    let (_, first) = world.call("ListQueues", json!({ "QueueNamePrefix": "b", "MaxResults": 2 }));
    assert_eq!(first["QueueUrls"], json!([url("b-1"), url("b-2")]));
    let rest = json!({ "QueueNamePrefix": "b", "MaxResults": 2, "NextToken": first["NextToken"] });
    assert_eq!(world.call("ListQueues", rest).1, json!({ "QueueUrls": [url("b-3")] }));
    assert_eq!(world.call("ListQueues", json!({ "QueueNamePrefix": "z" })).1, json!({}));
    assert_eq!(world.refusal("ListQueues", json!({ "NextToken": "?" })), "InvalidParameterValue");
}

#[test]
fn tags_are_kept() {
    let mut world = world(&[]);
    world.call("TagQueue", json!({ "Tags": { "team": "tea", "cost": "1" } }));
    world.call("UntagQueue", json!({ "TagKeys": ["cost"] }));
    assert_eq!(world.call("ListQueueTags", json!({})).1, json!({ "Tags": { "team": "tea" } }));
}

#[test]
fn only_a_receive_that_found_nothing_and_may_wait_is_a_poll() {
    let mut world = world(&[("ReceiveMessageWaitTimeSeconds", "3")]);
    let poll_of = |world: &mut World, operation: &str, mut body: Value| {
        body["QueueUrl"] = "http://x/0/q".into();
        let response = world.respond(operation, &body);
        let body = body.to_string();
        world.run(|ctx| Ok(poll(ctx, operation, body.as_bytes(), &response))).unwrap()
    };
    let waits = |poll: Option<Poll>| poll.map(|poll| poll.wait.as_secs());
    assert_eq!(waits(poll_of(&mut world, "ReceiveMessage", json!({}))), Some(3));
    assert_eq!(
        waits(poll_of(&mut world, "ReceiveMessage", json!({ "WaitTimeSeconds": 20 }))),
        Some(20)
    );
    assert_eq!(waits(poll_of(&mut world, "ReceiveMessage", json!({ "WaitTimeSeconds": 0 }))), None);
    assert_eq!(
        waits(poll_of(&mut world, "GetQueueAttributes", json!({ "WaitTimeSeconds": 9 }))),
        None
    );
    let delayed = Outgoing { delay_s: Some(9), ..Outgoing::text("tea") };
    world.run(|ctx| send(ctx, "q", delayed)).unwrap();
    let poll = poll_of(&mut world, "ReceiveMessage", json!({})).unwrap();
    assert_eq!(poll.next_visible, Some(world.now + TimeDelta::seconds(9)));
    world.send("tea");
    assert_eq!(waits(poll_of(&mut world, "ReceiveMessage", json!({}))), None);
}

#[test]
fn arns_are_read_as_they_are_written() {
    let settings = Settings::default();
    assert_eq!(queue_of_arn(&arn(&settings, "q")), Ok("q"));
    for wrong in
        ["", "q", "arn:aws:sns:r:1:t", "arn:aws:sqs:r:1", "arn:aws:sqs:r:1:", "arn:aws:sqs:r:1:q:x"]
    {
        assert!(queue_of_arn(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn no_message_is_lost_or_doubled_whatever_is_done_in_whatever_order() {
    for seed in 0..20 {
        let mut rng = fastrand::Rng::with_seed(seed);
        let mut world = world(&[("VisibilityTimeout", "10"), REDRIVE]);
        // What was sent and not deleted, and the last handle of what was received.
        let mut kept = BTreeSet::new();
        let mut handles = BTreeMap::new();
        for step in 0..200 {
            match rng.u32(..10) {
                0..4 => {
                    let delay_s = rng.bool().then(|| rng.u32(..20));
                    let outgoing = Outgoing { delay_s, ..Outgoing::text(format!("{step}")) };
                    kept.insert(world.run(|ctx| send(ctx, "q", outgoing)).unwrap());
                }
                4..6 => {
                    let (max, hidden_s) = (rng.u32(1..=10), rng.bool().then(|| rng.u32(..30)));
                    let found = world.run(|ctx| receive(ctx, "q", max, hidden_s)).unwrap();
                    for message in found {
                        assert!(kept.contains(&message.message_id), "a deleted one came back");
                        let count: u32 = message.system["ApproximateReceiveCount"].parse().unwrap();
                        assert!(count <= 2, "received {count} times");
                        handles.insert(message.message_id, message.receipt_handle);
                    }
                }
                6..8 => {
                    let Some((id, handle)) = handles.pop_first() else { continue };
                    // Of one that went to the dead letters, the handle deletes nothing any more.
                    let before = total(&mut world);
                    world.run(|ctx| delete(ctx, "q", &handle)).unwrap();
                    if total(&mut world) < before {
                        kept.remove(&id);
                    }
                }
                _ => world.pass_s(rng.i64(0..15)),
            }
            assert_eq!(total(&mut world), kept.len(), "seed {seed}, step {step}");
        }
        assert_ne!(world.counts("dlq"), ["0", "0", "0"], "some were received too often");
    }
}

/// All messages in all queues, in whatever state.
fn total(world: &mut World) -> usize {
    let counts = [world.counts("q"), world.counts("dlq")];
    counts.iter().flatten().map(|count| count.parse::<usize>().unwrap()).sum()
}

#[test]
fn all_queues_that_hold_something_are_told_at_once() {
    let mut world = world(&[REDRIVE, ("VisibilityTimeout", "30")]);
    let told = |world: &mut World| {
        world.run(|ctx| {
            let mut told = BTreeMap::new();
            holding(ctx.db, |name, at| {
                told.insert(name.to_owned(), Some(at));
            })?;
            for name in list_queues(ctx, "")? {
                let alone = worth_receiving_at(ctx.db, &name, ctx.now)?;
                assert_eq!(told.get(&name).copied().flatten(), alone, "{name}");
            }
            Ok(told.into_keys().collect::<Vec<_>>())
        })
    };
    assert_eq!(told(&mut world).unwrap(), [""; 0]);
    world.run(|ctx| create_queue(ctx, "last", &BTreeMap::new())).unwrap();
    let later = Outgoing { delay_s: Some(60), ..Outgoing::text("later") };
    world.run(|ctx| send(ctx, "last", later)).unwrap();
    assert_eq!(told(&mut world).unwrap(), ["last"]);
    world.send("tea");
    world.receive("q");
    world.send("cake");
    assert_eq!(told(&mut world).unwrap(), ["last", "q"]);
    for _ in 0..2 {
        world.now += TimeDelta::seconds(31);
        world.receive("q");
    }
    assert_eq!(told(&mut world).unwrap(), ["dlq", "last", "q"]);
}
