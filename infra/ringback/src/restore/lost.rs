//! What happened and is not in the restored tables, by the carrier's own book; and handing it in again.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use aws_local::carrier::Book;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use cloud::carrier::CONTEXT_ATTEMPT;
use cloud::items::{PhoneOwner, entry_key, message_key};
use cloud::{Cloud, Error};
use domain::command::{self, Command};
use domain::ids::{AttemptId, MessageId};
use domain::ledger::Entry;
use domain::message::Message;
use domain::phone::Phone;
use serde::Serialize;
use serde_json::{Value, json};

use crate::redrive::mask;

/// What may still have been on its way at the moment of the copy: a text waits in its queue for hours only when the
/// product stands still.
const ON_ITS_WAY: TimeDelta = TimeDelta::minutes(15);

/// How often a message is handed in before it counts as not taken.
const TRIES: u32 = 5;

/// Something that happened and that the restored tables know nothing of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lost {
    /// When it happened.
    pub at: DateTime<Utc>,
    /// What it was.
    pub kind: Kind,
    /// Whose it is, as far as may be shown.
    pub who: String,
    /// The carrier's id of a text; the reminder of an answer.
    pub id: String,
}

/// What can be lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A text that asked for something.
    Text,
    /// A STOP: who sent it would be called and texted all the same.
    OptOut,
    /// An answer: it is not charged.
    Answer,
    /// In AWS: a call that was placed, with what came of it.
    Call,
    /// In AWS: an entry of the ledger.
    Charge,
}

impl Kind {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::OptOut => "opt-out",
            Self::Answer => "answer",
            Self::Call => "call",
            Self::Charge => "charge",
        }
    }
}

/// What the book of the old stack has and the tables of `cloud`, which are of `taken_at`, have not; oldest first.
///
/// # Errors
/// [`Error`] if the tables cannot be read.
pub async fn of(cloud: &Cloud, book: &Book, taken_at: DateTime<Utc>) -> Result<Vec<Lost>, Error> {
    let since = taken_at - ON_ITS_WAY;
    let mut lost = Vec::new();
    for text in book.texts.iter().filter(|text| text.inbound && text.asked_at >= since) {
        // What is not served, or no message of the carrier's, never had a row.
        let (Ok(phone), Ok(id)) = (Phone::parse(&text.phone), text.id.parse::<MessageId>()) else {
            continue;
        };
        if is_known(cloud, &phone, &id).await? {
            continue;
        }
        let kind = match command::parse(&text.body).command {
            Command::Stop => Kind::OptOut,
            _ => Kind::Text,
        };
        lost.push(Lost {
            at: text.asked_at,
            kind,
            who: mask::phone(&text.phone),
            id: text.id.clone(),
        });
    }
    for (attempt, at) in answers(book) {
        let occurrence = &attempt.occurrence;
        let key = entry_key(occurrence.user(), &format!("call#{occurrence}"));
        if cloud.get::<Entry>(&key).await?.is_none() {
            let who = occurrence.user().to_string();
            lost.push(Lost { at, kind: Kind::Answer, who, id: occurrence.to_string() });
        }
    }
    lost.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    lost.dedup_by(|a, b| a.id == b.id);
    Ok(lost)
}

async fn is_known(cloud: &Cloud, phone: &Phone, id: &MessageId) -> Result<bool, Error> {
    let Some(owner) = cloud.get::<PhoneOwner>(&PhoneOwner::key_of(phone)).await? else {
        return Ok(false);
    };
    Ok(cloud.get::<Message>(&message_key(&owner.row.user, id)).await?.is_some())
}

/// The attempts that were answered, each with when.
fn answers(book: &Book) -> BTreeMap<AttemptId, DateTime<Utc>> {
    let answered = book
        .events
        .iter()
        .filter(|event| ["VOICE_ANSWERED", "VOICE_COMPLETED"].contains(&event.event_type.as_str()));
    let mut first = BTreeMap::new();
    for event in answered {
        let attempt =
            event.body["context"][CONTEXT_ATTEMPT].as_str().and_then(|id| id.parse().ok());
        if let Some(attempt) = attempt {
            first.entry(attempt).or_insert(event.at);
        }
    }
    first
}

/// Hands in again, to the same handlers, what the carrier published since `taken_at`: texts first, so that who has
/// opted out is known before anything else is done. Returns how many messages were taken.
///
/// # Errors
/// [`Error`] if something was not taken.
pub async fn replay(
    reader: impl Fn(&'static str) -> Arc<Cloud>,
    book: &Book,
    taken_at: DateTime<Utc>,
) -> Result<u32, Error> {
    let since = taken_at - ON_ITS_WAY;
    let mut replayed = 0;
    let cloud = reader(stack::provision::queue::INBOUND_SMS);
    for text in book.texts.iter().filter(|text| text.inbound && text.asked_at >= since) {
        let payload = json!({
            "originationNumber": text.phone,
            "destinationNumber": text.number,
            "messageBody": text.body,
            "inboundMessageId": text.id,
        });
        let event = || notification(&payload, text.asked_at);
        hand_in(async || inbound_sms::handle(Arc::clone(&cloud), event()).await).await?;
        replayed += 1;
    }
    let cloud = reader(stack::provision::queue::CALL_EVENTS);
    let published =
        book.events.iter().filter(|event| event.published_as.is_some() && event.at >= since);
    for told in published {
        let event = || notification(&told.body, told.at);
        hand_in(async || record_call::handle(Arc::clone(&cloud), event()).await).await?;
        replayed += 1;
    }
    Ok(replayed)
}

async fn hand_in(handle: impl AsyncFn() -> SqsBatchResponse) -> Result<(), Error> {
    for _ in 0..TRIES {
        if handle().await.batch_item_failures.is_empty() {
            return Ok(());
        }
    }
    Err(Error::Contended("a message of the archive was not taken"))
}

/// A message as SNS put it into the queue, and as an archive of the topic keeps it.
fn notification(payload: &Value, at: DateTime<Utc>) -> SqsEvent {
    let envelope = json!({
        "Type": "Notification",
        "Message": payload.to_string(),
        "Timestamp": at.to_rfc3339_opts(SecondsFormat::Millis, true),
    });
    let record = json!({
        "messageId": "replayed",
        "body": envelope.to_string(),
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
    });
    serde_json::from_value(json!({ "Records": [record] })).unwrap_or_default()
}
