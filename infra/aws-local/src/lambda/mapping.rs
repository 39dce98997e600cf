//! Event source mappings: what is taken from a queue for a function, and what of it is deleted
//! after.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html> and its
//! neighbours.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Value, json};

use super::{Outcome, PAYLOAD_BYTES_MAX};
use crate::sqs::{self, MessageAttribute, Received};
use crate::{Ctx, Settings, wire::AwsError};

/// The most messages that SQS hands out at once.
const RECEIVE_MAX: u32 = 10;

/// The largest batch of a standard queue.
const BATCH_SIZE_MAX: u32 = 10_000;

/// The largest batch without a batching window.
const BATCH_SIZE_MAX_AT_ONCE: u32 = 10;

/// The longest batching window.
const WINDOW_MAX: Duration = Duration::from_secs(300);

/// The most invocations at once that Lambda lets a mapping have.
const CONCURRENCY_MAX: u32 = 1_000;

/// What a record costs beyond itself: `{"Records":[`, `]}` and the comma before it.
const ENVELOPE_BYTES: usize = 15;

/// From which queue to which function, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappingSettings {
    /// The queue's name.
    pub queue: String,
    /// The function's name.
    pub function: String,
    /// The most messages in one invocation.
    pub batch_size: u32,
    /// How long to wait for a batch to fill up. Zero: not at all.
    pub window: Duration,
    /// The most invocations at once.
    pub maximum_concurrency: u32,
    /// Whether the function answers with the messages that failed (`ReportBatchItemFailures`). If
    /// not, whatever it answers, the whole batch is done.
    pub report_failures: bool,
}

impl MappingSettings {
    /// A mapping with Lambda's defaults: batches of ten, at once, and reports of failures off.
    /// Lambda has no limit of its own to concurrency; here it is the function's.
    #[must_use]
    pub fn new(queue: impl Into<String>, function: impl Into<String>) -> Self {
        Self {
            queue: queue.into(),
            function: function.into(),
            batch_size: 10,
            window: Duration::ZERO,
            maximum_concurrency: CONCURRENCY_MAX,
            report_failures: false,
        }
    }

    /// Whether Lambda would take these settings; if not, why, as a sentence.
    pub(super) fn check(&self) -> Result<(), String> {
        let Self { queue, batch_size, window, maximum_concurrency, .. } = self;
        let complain = |what: String| Err(format!("mapping of queue `{queue}`: {what}"));
        if !(1..=BATCH_SIZE_MAX).contains(batch_size) {
            return complain(format!("a batch has 1 to {BATCH_SIZE_MAX} messages"));
        }
        if *batch_size > BATCH_SIZE_MAX_AT_ONCE && *window < Duration::from_secs(1) {
            return complain("a batch of more than 10 needs a window of at least 1 s".into());
        }
        if *window > WINDOW_MAX {
            return complain(format!("a window lasts at most {} s", WINDOW_MAX.as_secs()));
        }
        if !(1..=CONCURRENCY_MAX).contains(maximum_concurrency) {
            return complain(format!("1 to {CONCURRENCY_MAX} invocations at once"));
        }
        Ok(())
    }
}

/// Takes up to `room` messages out of the mapping's queue. They are invisible until the queue's
/// visibility time-out ends, or [`settle`] deletes them.
///
/// # Errors
/// `QueueDoesNotExist`, and the store's.
pub fn take(ctx: &Ctx, mapping: &MappingSettings, room: usize) -> Result<Vec<Received>, AwsError> {
    let mut batch = Vec::new();
    while batch.len() < room {
        let left = u32::try_from(room - batch.len()).unwrap_or(RECEIVE_MAX).min(RECEIVE_MAX);
        let more = sqs::receive(ctx, &mapping.queue, left, None)?;
        let was_all = more.len() < left as usize;
        batch.extend(more);
        // Asking again would return the same messages from a queue whose visibility time-out is
        // zero.
        if was_all {
            break;
        }
    }
    Ok(batch)
}

/// One invocation's worth of a batch.
#[derive(Debug, Clone)]
pub struct Event {
    /// The SQS event, as JSON.
    pub payload: String,
    /// The messages in it.
    pub messages: Vec<Received>,
}

/// The events that carry a batch: one, unless the batch is larger than an invocation may be.
#[must_use]
pub fn events(settings: &Settings, queue: &str, batch: Vec<Received>) -> Vec<Event> {
    let source = sqs::arn(settings, queue);
    let mut events: Vec<Event> = Vec::new();
    for message in batch {
        let record = record(settings, &source, &message).to_string();
        match events.last_mut() {
            Some(event)
                if event.payload.len() + record.len() + ENVELOPE_BYTES <= PAYLOAD_BYTES_MAX =>
            {
                event.payload.push(',');
                event.payload.push_str(&record);
                event.messages.push(message);
            }
            _ => events.push(Event { payload: record, messages: vec![message] }),
        }
    }
    for event in &mut events {
        event.payload = format!(r#"{{"Records":[{}]}}"#, event.payload);
    }
    events
}

/// A message as a function sees it.
fn record(settings: &Settings, source: &str, message: &Received) -> Value {
    json!({
        "messageId": message.message_id,
        "receiptHandle": message.receipt_handle,
        "body": message.body,
        "attributes": message.system,
        "messageAttributes": attributes(&message.attributes),
        "md5OfBody": message.md5_of_body,
        "eventSource": "aws:sqs",
        "eventSourceARN": source,
        "awsRegion": settings.region,
    })
}

fn attributes(attributes: &BTreeMap<String, MessageAttribute>) -> Value {
    use base64::Engine as _;
    let encode = |bytes: &Vec<u8>| base64::engine::general_purpose::STANDARD.encode(bytes);
    let entries = attributes.iter().map(|(name, attribute)| {
        let mut value = json!({
            "stringListValues": [], "binaryListValues": [], "dataType": attribute.data_type,
        });
        if let Some(text) = &attribute.string_value {
            value["stringValue"] = text.as_str().into();
        }
        if let Some(bytes) = &attribute.binary_value {
            value["binaryValue"] = encode(bytes).into();
        }
        (name.clone(), value)
    });
    Value::Object(entries.collect())
}

/// Deletes what the function has done. The rest is left alone: it comes back when its visibility
/// ends.
///
/// # Errors
/// Only the store's.
pub fn settle(
    ctx: &Ctx,
    mapping: &MappingSettings,
    messages: &[Received],
    outcome: &Outcome,
) -> Result<(), AwsError> {
    for message in done(mapping, messages, outcome) {
        match sqs::delete(ctx, &mapping.queue, &message.receipt_handle) {
            Ok(()) => {}
            // The queue was deleted meanwhile, or the message was and its handle means nothing any
            // more.
            Err(error) if error.is_callers() => {
                tracing::warn!(
                    queue = mapping.queue,
                    message_id = message.message_id,
                    error = %error,
                    "a message that a function has done could not be deleted"
                );
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// The messages that the function has done, of those that it was handed.
pub(super) fn done<'a>(
    mapping: &MappingSettings,
    messages: &'a [Received],
    outcome: &Outcome,
) -> Vec<&'a Received> {
    let Ok(response) = outcome else { return Vec::new() };
    if !mapping.report_failures {
        return messages.iter().collect();
    }
    match failed(messages, response) {
        Ok(failed) => messages.iter().filter(|m| !failed.contains(&*m.message_id)).collect(),
        Err(what) => {
            tracing::warn!(
                queue = mapping.queue,
                function = mapping.function,
                "the whole batch counts as failed: {what}"
            );
            Vec::new()
        }
    }
}

/// The ids in `batchItemFailures`. A response that cannot be understood is an error, because then
/// nobody knows what failed; a response without the member, or with an empty one, says that nothing
/// did.
fn failed<'a>(messages: &[Received], response: &'a Value) -> Result<BTreeSet<&'a str>, String> {
    let items = match response {
        Value::Null => return Ok(BTreeSet::new()),
        Value::Object(members) => match members.get("batchItemFailures") {
            None | Some(Value::Null) => return Ok(BTreeSet::new()),
            Some(Value::Array(items)) => items,
            Some(_) => return Err("batchItemFailures is not a list".into()),
        },
        _ => return Err("the response is not an object".into()),
    };
    let known: BTreeSet<&str> = messages.iter().map(|m| &*m.message_id).collect();
    let mut failed = BTreeSet::new();
    for item in items {
        match item.get("itemIdentifier").and_then(Value::as_str) {
            None | Some("") => {
                return Err("an item of batchItemFailures has no itemIdentifier".into());
            }
            Some(id) if !known.contains(id) => {
                return Err(format!("batchItemFailures names `{id}`, which is not in the batch"));
            }
            Some(id) => {
                failed.insert(id);
            }
        }
    }
    Ok(failed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lambda::InvokeError;

    fn message(id: &str) -> Received {
        Received {
            message_id: id.into(),
            receipt_handle: format!("handle of {id}"),
            body: format!("body of {id}"),
            md5_of_body: "0".repeat(32),
            attributes: BTreeMap::new(),
            system: BTreeMap::from([("ApproximateReceiveCount".into(), "1".into())]),
        }
    }

    fn done_ids(report_failures: bool, outcome: &Outcome) -> String {
        let mapping = MappingSettings { report_failures, ..MappingSettings::new("q", "f") };
        let messages = ["a", "b", "c"].map(message);
        let done = done(&mapping, &messages, outcome);
        done.iter().map(|message| &*message.message_id).collect()
    }

    #[test]
    fn a_response_is_read_as_lambda_reads_it() {
        let cases = [
            (json!({ "batchItemFailures": [{ "itemIdentifier": "b" }] }), "ac"),
            (json!({ "batchItemFailures": [] }), "abc"),
            (json!({ "batchItemFailures": null }), "abc"),
            (json!({}), "abc"),
            (json!(null), "abc"),
            (json!({ "batchItemFailures": [{ "itemIdentifier": "" }] }), ""),
            (json!({ "batchItemFailures": [{ "itemIdentifier": null }] }), ""),
            (json!({ "batchItemFailures": [{ "itemIdentifier": "z" }] }), ""),
            (json!({ "batchItemFailures": [{ "item": "b" }] }), ""),
            (json!({ "batchItemFailures": ["b"] }), ""),
            (json!({ "batchItemFailures": "b" }), ""),
            (json!("done"), ""),
        ];
        for (response, done) in cases {
            assert_eq!(done_ids(true, &Ok(response.clone())), done, "{response}");
        }
    }

    #[test]
    fn without_reports_a_batch_is_done_or_not_as_a_whole() {
        let response = json!({ "batchItemFailures": [{ "itemIdentifier": "b" }] });
        assert_eq!(done_ids(false, &Ok(response)), "abc");
        assert_eq!(done_ids(false, &Err(InvokeError::ShuttingDown)), "");
        assert_eq!(done_ids(true, &Err(InvokeError::ShuttingDown)), "");
    }

    #[test]
    fn an_event_looks_as_documented() {
        let mut message = message("m");
        let text = MessageAttribute {
            data_type: "String".into(),
            string_value: Some("too late".into()),
            binary_value: None,
        };
        let bytes = MessageAttribute {
            data_type: "Binary".into(),
            string_value: None,
            binary_value: Some(b"ABC".to_vec()),
        };
        message.attributes = BTreeMap::from([("reason".into(), text), ("raw".into(), bytes)]);
        let [event] = &events(&Settings::default(), "charges", vec![message])[..] else {
            panic!("one event")
        };
        let expected = json!({ "Records": [{
            "messageId": "m",
            "receiptHandle": "handle of m",
            "body": "body of m",
            "attributes": { "ApproximateReceiveCount": "1" },
            "messageAttributes": {
                "reason": {
                    "stringValue": "too late", "stringListValues": [], "binaryListValues": [],
                    "dataType": "String"
                },
                "raw": {
                    "binaryValue": "QUJD", "stringListValues": [], "binaryListValues": [],
                    "dataType": "Binary"
                },
            },
            "md5OfBody": "0".repeat(32),
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:charges",
            "awsRegion": "us-east-1",
        }]});
        assert_eq!(serde_json::from_str::<Value>(&event.payload).unwrap(), expected);
    }

    #[test]
    fn a_batch_larger_than_an_invocation_may_be_becomes_several() {
        let large = |id: &str| Received { body: "x".repeat(1024 * 1024 - 1), ..message(id) };
        let batch = (0..10).map(|n| large(&n.to_string())).collect();
        let events = events(&Settings::default(), "q", batch);
        let sizes: Vec<usize> = events.iter().map(|event| event.messages.len()).collect();
        assert_eq!(sizes, [5, 5]);
        assert!(events.iter().all(|event| event.payload.len() <= PAYLOAD_BYTES_MAX));
    }

    #[test]
    fn settings_that_lambda_refuses_are_refused() {
        let mapping = MappingSettings::new("q", "f");
        assert_eq!(mapping.check(), Ok(()));
        let refused = [
            MappingSettings { batch_size: 0, ..mapping.clone() },
            MappingSettings { batch_size: 11, ..mapping.clone() },
            MappingSettings { window: Duration::from_secs(301), ..mapping.clone() },
            MappingSettings { maximum_concurrency: 0, ..mapping.clone() },
        ];
        for mapping in refused {
            assert!(mapping.check().is_err(), "{mapping:?}");
        }
    }
}
