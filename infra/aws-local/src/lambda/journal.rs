//! What was handed to functions lately: which message of which queue, when, and what came of it.
//!
//! For people who look on. It is in memory, bounded, and nothing depends on it.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use super::Outcome;
use crate::Now;
use crate::sqs::Received;

/// Hops that are remembered: the last hundred reminders, or so.
const HOPS_MAX: usize = 2_000;

/// Bytes of a body that are remembered. Messages between functions are far shorter.
const BODY_BYTES_MAX: usize = 4_096;

/// One message at one function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    /// Counts up; a later hop has a greater one.
    pub number: u64,
    /// The function.
    pub function: String,
    /// The queue that it came from.
    pub queue: String,
    /// SQS's id of the message, the same at every delivery.
    pub message_id: String,
    /// What it said, perhaps cut.
    pub body: String,
    /// When it was put into the queue.
    pub sent_at: Option<Now>,
    /// For which time it was delivered.
    pub delivery: u32,
    /// When the function was given it.
    pub started_at: Now,
    /// When the function was done with it, or dead.
    pub ended_at: Option<Now>,
    /// Why it was not done, if it was not: it comes again.
    pub failed: Option<String>,
}

/// The latest hops. Clones are the same journal.
#[derive(Debug, Clone, Default)]
pub(super) struct Journal {
    kept: Arc<Mutex<Kept>>,
}

#[derive(Debug, Default)]
struct Kept {
    next: u64,
    hops: VecDeque<Hop>,
}

impl Journal {
    /// Writes down that a function is given these messages. Returns the number of the first hop.
    pub fn begin(&self, function: &str, queue: &str, messages: &[Received], now: Now) -> u64 {
        let mut kept = self.kept();
        let first = kept.next;
        for (number, message) in (first..).zip(messages) {
            kept.hops.push_back(Hop {
                number,
                function: function.into(),
                queue: queue.into(),
                message_id: message.message_id.clone(),
                body: beginning(&message.body).into(),
                sent_at: system(&message.system, "SentTimestamp")
                    .and_then(Now::from_timestamp_millis),
                delivery: system(&message.system, "ApproximateReceiveCount").unwrap_or(1),
                started_at: now,
                ended_at: None,
                failed: None,
            });
        }
        kept.next += messages.len() as u64;
        let surplus = kept.hops.len().saturating_sub(HOPS_MAX);
        kept.hops.drain(..surplus);
        first
    }

    /// Writes down what came of them: those that are not `done` failed.
    pub fn end(
        &self,
        first: u64,
        messages: &[Received],
        done: &[&Received],
        outcome: &Outcome,
        now: Now,
    ) {
        let why = match outcome {
            Ok(response) => reported(response),
            Err(error) => error.to_string(),
        };
        let mut kept = self.kept();
        let ours = first..first + messages.len() as u64;
        for hop in kept.hops.iter_mut().filter(|hop| ours.contains(&hop.number)) {
            hop.ended_at = Some(now);
            hop.failed =
                (!done.iter().any(|done| done.message_id == hop.message_id)).then(|| why.clone());
        }
    }

    /// Those that `wanted` picks, oldest first.
    pub fn hops(&self, wanted: impl Fn(&Hop) -> bool) -> Vec<Hop> {
        self.kept().hops.iter().filter(|hop| wanted(hop)).cloned().collect()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Nothing here panics halfway through a change.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn system<T: std::str::FromStr>(attributes: &BTreeMap<String, String>, name: &str) -> Option<T> {
    attributes.get(name)?.parse().ok()
}

fn reported(response: &Value) -> String {
    match response.get("batchItemFailures") {
        Some(_) => "the function could not do it for now".into(),
        None => "the function's answer could not be understood".into(),
    }
}

fn beginning(body: &str) -> &str {
    &body[..body.floor_char_boundary(BODY_BYTES_MAX)]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::lambda::InvokeError;
    use crate::testing::World;

    fn message(id: &str, delivery: u32) -> Received {
        let system = [
            ("SentTimestamp", "1813623300123".into()),
            ("ApproximateReceiveCount", delivery.to_string()),
        ];
        Received {
            message_id: id.into(),
            receipt_handle: String::new(),
            body: "é".repeat(BODY_BYTES_MAX),
            md5_of_body: String::new(),
            attributes: BTreeMap::new(),
            system: system.map(|(name, value): (&str, String)| (name.to_owned(), value)).into(),
        }
    }

    #[test]
    fn a_hop_says_what_was_delivered_and_what_came_of_it() {
        let (journal, now) = (Journal::default(), World::new().now);
        let batch = [message("a", 1), message("b", 3)];
        let first = journal.begin("send-sms", "outbound-sms", &batch, now);
        assert!(journal.hops(|_| true).iter().all(|hop| hop.ended_at.is_none()));
        let outcome = Ok(json!({ "batchItemFailures": [{ "itemIdentifier": "b" }] }));
        journal.end(first, &batch, &[&batch[0]], &outcome, now);
        let hops = journal.hops(|hop| hop.function == "send-sms");
        assert_eq!((hops[0].failed.as_deref(), hops[1].delivery), (None, 3));
        assert!(hops[1].failed.is_some() && hops[1].ended_at == Some(now));
        assert_eq!(hops[0].sent_at.unwrap().timestamp_millis(), 1_813_623_300_123);
        assert!(hops[0].body.len() <= BODY_BYTES_MAX, "cut between characters");
        let again = journal.begin("send-sms", "outbound-sms", &batch[1..], now);
        let dead = Err(InvokeError::ShuttingDown);
        journal.end(again, &batch[1..], &[], &dead, now);
        assert_eq!(journal.hops(|_| true)[2].failed.as_deref(), Some("the stack is shutting down"));
    }

    #[test]
    fn old_hops_make_room() {
        let (journal, now) = (Journal::default(), World::new().now);
        for n in 0..=HOPS_MAX {
            journal.begin("f", "q", &[message(&n.to_string(), 1)], now);
        }
        let hops = journal.hops(|_| true);
        assert_eq!((hops.len(), &*hops[0].message_id), (HOPS_MAX, "1"));
    }
}
