//! The loop over a batch from SQS: every message on its own, so that one never fails its neighbours.
//!
//! A message that can never be handled goes to the queue's dead letters with the reason, here and at once. One that
//! may be handled later goes back to the queue; the last time it comes, it takes its reason along as well.

use std::future::Future;
use std::panic::AssertUnwindSafe;

use aws_lambda_events::event::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use chrono::{DateTime, Utc};
use futures::FutureExt;
use tracing::{error, warn};

use crate::connection::Cloud;
use crate::error::{Error, chain};

/// After this many receives SQS itself would move a message (`maxReceiveCount`).
///
/// What can never be handled goes to the dead letters at its first receive, so that this counts faults only: with three
/// minutes from one receive to the next it outlasts an outage of five hours, after which nobody has to send anything
/// again by hand. At five, twenty minutes without DynamoDB would have buried every text of that time.
pub const LAST_RECEIVE: u32 = 100;

/// Seconds until a message is tried again whose first receive failed; each further failure doubles them, until the time
/// of the queue itself is shorter. What lasts a moment costs a person seconds then, not the three minutes after which
/// SQS would show the message again by itself.
const RETRY_AFTER_S: i32 = 2;

/// From so many receives on, a message that failed waits for its queue's own time.
const RETRIES_SOONER: u32 = 7;

/// Characters of a detail that a dead letter keeps.
const ATTRIBUTE_CHARS: usize = 1_000;

/// The attribute that counts how often a message was sent again to wait for something.
const WAITED: &str = "waited";

/// What SQS knows a received message by, until it is deleted or comes into sight again.
#[derive(Debug, Clone)]
struct Receipt {
    queue_url: String,
    handle: String,
}

impl Receipt {
    /// Of a message as a function is handed it; nothing where it says not where it is from.
    fn of(cloud: &Cloud, message: &SqsMessage) -> Option<Self> {
        let queue = message.event_source_arn.as_deref()?.rsplit(':').next()?;
        // A queue has its address beside that of its dead letters.
        let (beside, _) = cloud.config.queues.dead_letters.as_deref()?.rsplit_once('/')?;
        let handle = message.receipt_handle.clone()?;
        Some(Self { queue_url: format!("{beside}/{queue}"), handle })
    }
}

/// One message as it was received.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The text of the message.
    pub body: String,
    /// How often it was received, this time included.
    pub receive_count: u32,
    /// When it was received first.
    pub first_seen: Option<DateTime<Utc>>,
    /// How often it was sent again to wait for something.
    pub waited: u32,
}

/// Why a message was not handled.
#[derive(Debug)]
pub enum Failure {
    /// It can never be handled: to the dead letters.
    Permanent {
        /// The reason in one word, for the attribute of the dead letter.
        reason: &'static str,
        /// The particulars.
        detail: String,
    },
    /// It may be handled later: back to the queue.
    Transient(Error),
}

impl Failure {
    /// A message that can never be handled.
    pub fn permanent(reason: &'static str, detail: impl std::fmt::Display) -> Self {
        Self::Permanent { reason, detail: detail.to_string() }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Transient(error)
    }
}

/// Whether the messages of a batch are handled side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// All at once.
    Together,
    /// One after the other: for messages that often concern the same row.
    InTurn,
}

/// Handles each message of a batch; returns those that go back to the queue.
pub async fn each<F, Fut>(
    cloud: &Cloud,
    function: &'static str,
    event: SqsEvent,
    order: Order,
    handle: F,
) -> SqsBatchResponse
where
    F: Fn(Delivery) -> Fut,
    Fut: Future<Output = Result<(), Failure>>,
{
    let one = |message: SqsMessage| {
        let handle = &handle;
        async move {
            let id = message.message_id.clone().unwrap_or_default();
            let receipt = Receipt::of(cloud, &message);
            let delivery = Delivery::of(message);
            // A panic is a bug in one message's path; its neighbours are not to blame.
            let outcome = AssertUnwindSafe(Box::pin(handle(delivery.clone()))).catch_unwind().await;
            let outcome = outcome.unwrap_or_else(|_| {
                Err(Failure::Transient(Error::Contended("the handler panicked")))
            });
            let receive_count = delivery.receive_count;
            if settle(cloud, function, delivery, outcome).await {
                return None;
            }
            retry_soon(cloud, receipt, receive_count).await;
            Some(id)
        }
    };
    let failed: Vec<Option<String>> = match order {
        Order::Together => futures::future::join_all(event.records.into_iter().map(one)).await,
        Order::InTurn => {
            let mut failed = Vec::with_capacity(event.records.len());
            for message in event.records {
                failed.push(one(message).await);
            }
            failed
        }
    };
    let mut response = SqsBatchResponse::default();
    for id in failed.into_iter().flatten() {
        let mut failure = BatchItemFailure::default();
        failure.item_identifier = id;
        response.batch_item_failures.push(failure);
    }
    response
}

/// Whether the message is dealt with and need not come again.
async fn settle(
    cloud: &Cloud,
    function: &'static str,
    delivery: Delivery,
    outcome: Result<(), Failure>,
) -> bool {
    let (reason, detail) = match outcome {
        Ok(()) => return true,
        Err(Failure::Permanent { reason, detail }) => {
            error!(reason, detail, "a message can not be handled; it goes to the dead letters");
            (reason, detail)
        }
        Err(Failure::Transient(error)) => {
            let detail = chain(&error);
            let receive_count = delivery.receive_count;
            warn!(
                error = detail,
                receive_count, "a message was not handled; it goes back to the queue"
            );
            if receive_count < LAST_RECEIVE {
                return false;
            }
            ("exhausted", detail)
        }
    };
    let Some(queue) = cloud.config.queues.dead_letters.as_deref() else { return false };
    let first_seen = delivery.first_seen.unwrap_or_else(|| cloud.clock.now());
    let attributes = [
        ("reason", reason.to_owned()),
        ("detail", attribute_value(&detail)),
        ("function", function.to_owned()),
        ("first_seen", first_seen.to_rfc3339()),
    ];
    let body = if delivery.body.is_empty() { "(empty)".to_owned() } else { delivery.body };
    match cloud.send_body(queue, body, 0, &attributes).await {
        Ok(()) => true,
        Err(error) => {
            error!(error = chain(&error), "a message could not be sent to the dead letters");
            false
        }
    }
}

/// Lets a message that failed come into sight again before its queue would show it.
async fn retry_soon(cloud: &Cloud, receipt: Option<Receipt>, receive_count: u32) {
    let Some(Receipt { queue_url, handle }) = receipt else { return };
    if !(1..=RETRIES_SOONER).contains(&receive_count) {
        return;
    }
    let after_s = RETRY_AFTER_S << (receive_count - 1);
    if let Err(error) = cloud.show_again(&queue_url, &handle, after_s).await {
        // It comes all the same, at its queue's own time.
        warn!(error = chain(&error), "a message that failed is not shown sooner");
    }
}

/// What SQS takes as the value of an attribute: not empty, not long, and only characters of XML. It refuses the whole
/// message otherwise, and a dead letter would end up without its reason.
fn attribute_value(text: &str) -> String {
    if text.is_empty() {
        return "(nothing)".to_owned();
    }
    let taken = |c: char| match c {
        '\t' | '\n' | '\r' => c,
        c if c < ' ' || matches!(c, '\u{fffe}' | '\u{ffff}') => char::REPLACEMENT_CHARACTER,
        c => c,
    };
    text.chars().take(ATTRIBUTE_CHARS).map(taken).collect()
}

impl Delivery {
    /// The parts of a message as SQS describes it; what is missing is as at a first receive.
    #[must_use]
    pub fn of(message: SqsMessage) -> Self {
        let number = |name: &str| -> Option<i64> { message.attributes.get(name)?.parse().ok() };
        let receive_count = number("ApproximateReceiveCount").and_then(|n| u32::try_from(n).ok());
        let waited = message
            .message_attributes
            .get(WAITED)
            .and_then(|attribute| attribute.string_value.as_deref()?.parse().ok());
        Self {
            receive_count: receive_count.unwrap_or(1),
            first_seen: number("ApproximateFirstReceiveTimestamp")
                .and_then(DateTime::from_timestamp_millis),
            waited: waited.unwrap_or(0),
            body: message.body.unwrap_or_default(),
        }
    }

    /// Sends the message to `queue` once more, to be looked at after `delay_s`. Receive counts mean faults only, so
    /// nothing waits by failing.
    ///
    /// # Errors
    /// [`Error`] if SQS fails.
    pub async fn wait(&self, cloud: &Cloud, queue: &str, delay_s: i32) -> Result<(), Error> {
        let waited = (self.waited + 1).to_string();
        cloud.send_body(queue, self.body.clone(), delay_s, &[(WAITED, waited)]).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sqs_takes_every_detail_as_an_attribute() {
        assert_eq!(attribute_value(""), "(nothing)");
        assert_eq!(attribute_value("a\u{0}b\u{1b}\n\u{ffff}é"), "a\u{fffd}b\u{fffd}\n\u{fffd}é");
        assert_eq!(attribute_value(&"x".repeat(5_000)).len(), ATTRIBUTE_CHARS);
    }
}
