//! SNS: standard topics that deliver to SQS queues, in the transaction of the publication.
//!
//! Faithful to the documentation in what it has: the JSON envelope and raw delivery, dead-letter
//! queues of subscriptions, attributes, batches. It delivers to queues only, and has no FIFO
//! topics, no filter policies (all refused in words) and no signatures. Delivery either works at
//! once or is a client-side error, which SNS does not try again: the message goes to the
//! subscription's dead-letter queue, or is dropped if there is none.

mod api;
mod message;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, Row, params};
use serde_json::Value;

use crate::sqs::{self, MessageAttribute};
use crate::store::to_ms;
use crate::wire::AwsError;
use crate::{Ctx, Settings};

pub(crate) use api::failure;
pub use api::handle;

/// Topics, and which queues they deliver to.
pub const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS sns_topic (
  arn TEXT PRIMARY KEY,
  attributes TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS sns_subscription (
  id INTEGER PRIMARY KEY,
  arn TEXT NOT NULL UNIQUE,
  topic TEXT NOT NULL,
  endpoint TEXT NOT NULL,
  attributes TEXT NOT NULL,
  UNIQUE (topic, endpoint)
);
";

/// Longest name of a topic.
const NAME_MAX: usize = 256;

/// Attributes of a topic that are kept and shown, and mean nothing on one machine.
const TOPIC_ATTRIBUTES: [&str; 7] = [
    "DeliveryPolicy",
    "DisplayName",
    "KmsMasterKeyId",
    "Policy",
    "SQSSuccessFeedbackRoleArn",
    "SignatureVersion",
    "TracingConfig",
];

/// A queue's subscription to a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Its own ARN: the topic's and a UUID.
    pub arn: String,
    /// The topic.
    pub topic: String,
    /// The ARN of the queue.
    pub endpoint: String,
    /// `RawMessageDelivery` and `RedrivePolicy`, as far as they are set.
    pub attributes: BTreeMap<String, String>,
}

impl Subscription {
    fn of(row: &Row) -> rusqlite::Result<(Self, String)> {
        let unread = Self {
            arn: row.get(0)?,
            topic: row.get(1)?,
            endpoint: row.get(2)?,
            attributes: BTreeMap::new(),
        };
        Ok((unread, row.get(3)?))
    }

    /// Whether the queue gets the message as it was published, without the envelope.
    #[must_use]
    pub fn is_raw(&self) -> bool {
        self.attributes.get("RawMessageDelivery").is_some_and(|raw| raw == "true")
    }

    /// The ARN of the queue that gets what this one does not take.
    fn dead_letters(&self) -> Option<String> {
        let policy: Value = serde_json::from_str(self.attributes.get("RedrivePolicy")?).ok()?;
        Some(policy["deadLetterTargetArn"].as_str()?.to_owned())
    }
}

/// Creates a topic and returns its ARN; one that is there already is returned.
///
/// # Errors
/// `InvalidParameter` for a bad name, and for a FIFO topic.
pub fn create_topic(ctx: &Ctx, name: &str) -> Result<String, AwsError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if name.ends_with(".fifo") {
        return Err(invalid("Name: aws-local has no FIFO topics, only standard ones"));
    }
    if name.is_empty() || name.len() > NAME_MAX || !name.chars().all(plain) {
        return Err(invalid("Topic Name"));
    }
    let arn = arn(ctx.settings, name);
    ctx.db.execute(
        "INSERT OR IGNORE INTO sns_topic (arn, attributes, created_at) VALUES (?1, '{}', ?2)",
        params![arn, to_ms(ctx.now)],
    )?;
    Ok(arn)
}

/// Subscribes a queue to a topic and returns the subscription's ARN; one that is there already is
/// returned if its attributes are the same. The queue need not exist yet.
///
/// # Errors
/// `NotFound` without the topic; `InvalidParameter` for what is no queue, and for attributes that
/// are unknown, malformed or different from those of the existing subscription.
pub fn subscribe_queue(
    ctx: &Ctx,
    topic_arn: &str,
    queue_arn: &str,
    attributes: &BTreeMap<String, String>,
) -> Result<String, AwsError> {
    check_topic(ctx, topic_arn)?;
    sqs::queue_of_arn(queue_arn).map_err(|_| invalid("SQS endpoint ARN"))?;
    for (name, value) in attributes {
        check_subscription_attribute(name, value)?;
    }
    let existing =
        subscriptions_to(ctx, topic_arn)?.into_iter().find(|it| it.endpoint == queue_arn);
    if let Some(existing) = existing {
        if existing.attributes != *attributes {
            return Err(invalid(
                "Attributes Reason: Subscription already exists with different attributes",
            ));
        }
        return Ok(existing.arn);
    }
    let arn = format!("{topic_arn}:{}", ctx.ids.uuid());
    ctx.db.execute(
        "INSERT INTO sns_subscription (arn, topic, endpoint, attributes) VALUES (?1, ?2, ?3, ?4)",
        params![arn, topic_arn, queue_arn, to_json(attributes)?],
    )?;
    Ok(arn)
}

/// Publishes a message and returns its id. It is in the subscribed queues when this returns.
///
/// # Errors
/// `NotFound` without the topic; `InvalidParameter` for an empty or too long message, a subject
/// that is none, or attributes out of bounds.
pub fn publish(
    ctx: &Ctx,
    topic_arn: &str,
    message: &str,
    subject: Option<&str>,
    attributes: &BTreeMap<String, MessageAttribute>,
) -> Result<String, AwsError> {
    check_topic(ctx, topic_arn)?;
    let id = ctx.ids.uuid();
    let publication = message::Publication { id: &id, topic_arn, message, subject, attributes };
    publication.check()?;
    for subscription in subscriptions_to(ctx, topic_arn)? {
        deliver(ctx, &subscription, &publication)?;
    }
    Ok(id)
}

/// Deletes a topic and its subscriptions; it need not exist.
///
/// # Errors
/// Only if the store cannot be written.
pub fn delete_topic(ctx: &Ctx, topic_arn: &str) -> Result<(), AwsError> {
    ctx.db.execute("DELETE FROM sns_subscription WHERE topic = ?1", [topic_arn])?;
    ctx.db.execute("DELETE FROM sns_topic WHERE arn = ?1", [topic_arn])?;
    Ok(())
}

/// Deletes a subscription; it need not exist.
///
/// # Errors
/// Only if the store cannot be written.
pub fn unsubscribe(ctx: &Ctx, subscription_arn: &str) -> Result<(), AwsError> {
    ctx.db.execute("DELETE FROM sns_subscription WHERE arn = ?1", [subscription_arn])?;
    Ok(())
}

/// The ARNs of all topics, in order.
///
/// # Errors
/// Only if the store cannot be read.
pub fn topics(ctx: &Ctx) -> Result<Vec<String>, AwsError> {
    let mut statement = ctx.db.prepare_cached("SELECT arn FROM sns_topic ORDER BY arn")?;
    let arns = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(arns)
}

/// The subscriptions to a topic, oldest first. None without the topic.
///
/// # Errors
/// Only if the store cannot be read.
pub fn subscriptions_to(ctx: &Ctx, topic_arn: &str) -> Result<Vec<Subscription>, AwsError> {
    subscriptions_where(ctx, "topic = ?1 OR ?1 = ''", topic_arn)
}

/// Sets an attribute of a topic.
///
/// # Errors
/// `NotFound` without the topic; `InvalidParameter` for an attribute that is unknown.
pub fn set_topic_attribute(
    ctx: &Ctx,
    topic_arn: &str,
    name: &str,
    value: &str,
) -> Result<(), AwsError> {
    if !TOPIC_ATTRIBUTES.contains(&name) {
        return Err(invalid("AttributeName"));
    }
    let mut attributes = own_topic_attributes(ctx, topic_arn)?;
    attributes.insert(name.to_owned(), value.to_owned());
    let parameters = params![topic_arn, to_json(&attributes)?];
    ctx.db.execute("UPDATE sns_topic SET attributes = ?2 WHERE arn = ?1", parameters)?;
    Ok(())
}

/// All attributes of a topic as SNS names and writes them.
///
/// # Errors
/// `NotFound` without the topic.
pub fn topic_attributes(ctx: &Ctx, topic_arn: &str) -> Result<BTreeMap<String, String>, AwsError> {
    let own = own_topic_attributes(ctx, topic_arn)?;
    let confirmed = subscriptions_to(ctx, topic_arn)?.len().to_string();
    let mut attributes = BTreeMap::from(
        [
            ("TopicArn", topic_arn),
            ("Owner", &ctx.settings.account),
            ("DisplayName", ""),
            ("SubscriptionsConfirmed", &confirmed),
            ("SubscriptionsPending", "0"),
            ("SubscriptionsDeleted", "0"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned())),
    );
    attributes.extend(own);
    Ok(attributes)
}

/// Sets an attribute of a subscription; an empty value takes it away.
///
/// # Errors
/// `NotFound` without the subscription; `InvalidParameter` for one that is unknown or malformed.
pub fn set_subscription_attribute(
    ctx: &Ctx,
    subscription_arn: &str,
    name: &str,
    value: &str,
) -> Result<(), AwsError> {
    let mut subscription = find_subscription(ctx, subscription_arn)?;
    if value.is_empty() {
        subscription.attributes.remove(name);
    } else {
        check_subscription_attribute(name, value)?;
        subscription.attributes.insert(name.to_owned(), value.to_owned());
    }
    let parameters = params![subscription_arn, to_json(&subscription.attributes)?];
    ctx.db.execute("UPDATE sns_subscription SET attributes = ?2 WHERE arn = ?1", parameters)?;
    Ok(())
}

/// The ARN of a topic.
#[must_use]
pub fn arn(settings: &Settings, name: &str) -> String {
    format!("arn:aws:sns:{}:{}:{name}", settings.region, settings.account)
}

/// Puts a publication into the subscribed queue, or where the subscription says if that cannot be.
fn deliver(
    ctx: &Ctx,
    subscription: &Subscription,
    publication: &message::Publication,
) -> Result<(), AwsError> {
    let outgoing = publication.for_subscription(ctx, subscription)?;
    let failure = match send(ctx, &subscription.endpoint, outgoing.clone()) {
        Ok(()) => return Ok(()),
        Err(error) if error.is_callers() => error,
        Err(error) => return Err(error),
    };
    let kept = match subscription.dead_letters() {
        Some(dead_letters) => send(ctx, &dead_letters, outgoing),
        None => Err(failure.clone()),
    };
    match kept {
        Err(error) if error.is_callers() => {
            let (topic, endpoint) = (&subscription.topic, &subscription.endpoint);
            tracing::warn!(topic, endpoint, %error, "a notification was dropped: no queue took it");
            Ok(())
        }
        other => other,
    }
}

fn send(ctx: &Ctx, queue_arn: &str, outgoing: sqs::Outgoing) -> Result<(), AwsError> {
    sqs::send(ctx, sqs::queue_of_arn(queue_arn)?, outgoing).map(|_id| ())
}

pub(crate) fn check_topic(ctx: &Ctx, topic_arn: &str) -> Result<(), AwsError> {
    own_topic_attributes(ctx, topic_arn).map(|_there| ())
}

fn own_topic_attributes(ctx: &Ctx, topic_arn: &str) -> Result<BTreeMap<String, String>, AwsError> {
    if !topic_arn.starts_with("arn:") {
        return Err(invalid("TopicArn"));
    }
    let text: Option<String> = ctx
        .db
        .prepare_cached("SELECT attributes FROM sns_topic WHERE arn = ?1")?
        .query_row([topic_arn], |row| row.get(0))
        .optional()?;
    from_json(&text.ok_or_else(|| not_found("Topic does not exist"))?)
}

fn find_subscription(ctx: &Ctx, arn: &str) -> Result<Subscription, AwsError> {
    let found = subscriptions_where(ctx, "arn = ?1", arn)?.pop();
    found.ok_or_else(|| not_found("Subscription does not exist"))
}

fn subscriptions_where(
    ctx: &Ctx,
    condition: &'static str,
    value: &str,
) -> Result<Vec<Subscription>, AwsError> {
    let query = format!(
        "SELECT arn, topic, endpoint, attributes FROM sns_subscription
         WHERE {condition} ORDER BY id"
    );
    let mut statement = ctx.db.prepare_cached(&query)?;
    let rows = statement.query_map([value], Subscription::of)?.collect::<Result<Vec<_>, _>>()?;
    let read = |(subscription, attributes): (Subscription, String)| {
        Ok(Subscription { attributes: from_json(&attributes)?, ..subscription })
    };
    rows.into_iter().map(read).collect()
}

fn check_subscription_attribute(name: &str, value: &str) -> Result<(), AwsError> {
    match name {
        "RawMessageDelivery" if matches!(value, "true" | "false") => Ok(()),
        "RawMessageDelivery" => {
            Err(invalid("Attributes Reason: RawMessageDelivery: true or false"))
        }
        "RedrivePolicy" => {
            let policy: Option<Value> = serde_json::from_str(value).ok();
            let target = policy.as_ref().and_then(|policy| policy["deadLetterTargetArn"].as_str());
            match target.map(sqs::queue_of_arn) {
                Some(Ok(_)) => Ok(()),
                _ => {
                    Err(invalid("RedrivePolicy: deadLetterTargetArn has to be the ARN of a queue"))
                }
            }
        }
        "FilterPolicy" | "FilterPolicyScope" => {
            Err(invalid(format!("{name}: aws-local has no filter policies")))
        }
        _ => Err(invalid("AttributeName")),
    }
}

/// The error for a parameter whose value is wrong, in the words of SNS.
fn invalid(what: impl std::fmt::Display) -> AwsError {
    AwsError::bad_request("InvalidParameter", format!("Invalid parameter: {what}"))
}

fn not_found(message: &str) -> AwsError {
    AwsError::with_status(http::StatusCode::NOT_FOUND, "NotFound", message)
}

fn to_json<T: serde::Serialize>(value: &T) -> Result<String, AwsError> {
    serde_json::to_string(value).map_err(|error| AwsError::internal(error.to_string()))
}

fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, AwsError> {
    serde_json::from_str(text)
        .map_err(|error| AwsError::internal(format!("a row of SNS cannot be read: {error}")))
}
