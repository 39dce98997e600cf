//! SQS: standard queues with visibility, delays, retention and dead-letter queues, as a state
//! machine over SQLite.
//!
//! Faithful to the API reference of November 2026 in what it has. It has no FIFO queues (refused in
//! words), no permissions and no encryption (their attributes are kept and mean nothing), no
//! message move tasks, and it lets a deleted queue's name be used again at once instead of after 60
//! seconds. A message is handed out in the order in which it became available, and once, which a
//! standard queue may do but does not promise.

mod api;
mod attributes;
mod message;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::TimeDelta;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::store::{from_ms, to_ms};
use crate::wire::AwsError;
use crate::{Ctx, Now, Settings};

pub(crate) use api::failure;
pub use api::{Poll, handle, poll};
pub use message::{MessageAttribute, Outgoing, Received};

use attributes::QueueSettings;

/// Queues, and the messages in them.
///
/// A message is *delayed* if `receipt` is null and *in flight* if it is not, as long as
/// `visible_at` lies ahead. `received` counts all receives, `received_before` those in queues that
/// the message was in before this one.
pub const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS sqs_queue (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  settings TEXT NOT NULL,
  tags TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  modified_at INTEGER NOT NULL,
  purged_at INTEGER
);
CREATE TABLE IF NOT EXISTS sqs_message (
  id INTEGER PRIMARY KEY,
  queue INTEGER NOT NULL,
  visible_at INTEGER NOT NULL,
  sent_at INTEGER NOT NULL,
  received INTEGER NOT NULL DEFAULT 0,
  received_before INTEGER NOT NULL DEFAULT 0,
  first_received_at INTEGER,
  received_at INTEGER,
  receipt TEXT,
  message_id TEXT NOT NULL,
  dead_letter_source TEXT,
  system TEXT NOT NULL,
  attributes TEXT NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS sqs_message_by_visibility ON sqs_message (queue, visible_at, id);
";

/// Most messages in one receive, and entries in one batch.
pub const BATCH_MAX: usize = 10;

/// Longest delay of a message.
pub const DELAY_S_MAX: u32 = 900;

/// Longest visibility timeout: twelve hours, also counted in all from the receive.
pub const VISIBILITY_S_MAX: u32 = 43_200;

/// Longest wait of a receive.
pub const WAIT_S_MAX: u32 = 20;

/// How long after a purge the next one is refused.
const PURGE_GAP: TimeDelta = TimeDelta::seconds(60);

/// A queue as it stands in its table.
struct Queue {
    id: i64,
    name: String,
    settings: QueueSettings,
    created_at: Now,
    modified_at: Now,
}

/// Puts a message into a queue and returns its message id.
///
/// # Errors
/// `QueueDoesNotExist`; what the documentation says of bodies, attributes and delays out of bounds.
pub fn send(ctx: &Ctx, queue: &str, message: Outgoing) -> Result<String, AwsError> {
    let queue = find(ctx, queue)?;
    message::check(&message, queue.settings.max_bytes)?;
    let delay_s = message.delay_s.unwrap_or(queue.settings.delay_s);
    let sent_at = to_ms(ctx.now);
    let message_id = ctx.ids.uuid();
    ctx.db
        .prepare_cached(
            "INSERT INTO sqs_message
               (queue, visible_at, sent_at, message_id, system, attributes, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            queue.id,
            sent_at + i64::from(delay_s) * 1000,
            sent_at,
            message_id,
            to_json(&message.system)?,
            to_json(&message.attributes)?,
            message.body,
        ])?;
    Ok(message_id)
}

/// Takes up to `max` messages that are available now, and hides them for `visibility_s`.
///
/// `None` is the queue's own visibility timeout. A message received as often as the queue's redrive
/// policy allows goes to the dead-letter queue instead.
///
/// # Errors
/// `QueueDoesNotExist`; `InvalidParameterValue` for a number out of bounds.
pub fn receive(
    ctx: &Ctx,
    queue: &str,
    max: u32,
    visibility_s: Option<u32>,
) -> Result<Vec<Received>, AwsError> {
    let queue = find(ctx, queue)?;
    let max = usize::try_from(max).unwrap_or(usize::MAX);
    if !(1..=BATCH_MAX).contains(&max) {
        return Err(invalid_value(
            max,
            "MaxNumberOfMessages",
            "Must be between 1 and 10, if provided.",
        ));
    }
    let visibility_s = visibility_s.unwrap_or(queue.settings.visibility_s);
    check_visibility(visibility_s)?;
    let visible_at = to_ms(ctx.now) + i64::from(visibility_s) * 1000;
    let burial = burial(ctx, &queue)?;

    let mut taken: Vec<Waiting> = Vec::with_capacity(max);
    loop {
        // With a visibility timeout of zero a message is available again at once, but not to this
        // receive.
        let found = available(ctx, &queue, max)?;
        let mut buried = false;
        for message in found {
            let seen = taken.iter().any(|earlier| earlier.id == message.id);
            match &burial {
                _ if seen || taken.len() == max => {}
                Some(to) if message.received - message.received_before >= to.after => {
                    bury(ctx, &queue, &message, to)?;
                    buried = true;
                }
                _ => taken.push(message),
            }
        }
        if !buried || taken.len() == max {
            break;
        }
    }
    taken.into_iter().map(|message| hand_out(ctx, &queue, message, visible_at)).collect()
}

/// Deletes the message that was received with this handle. It need not be there any more; a handle
/// that a later receive has replaced deletes nothing, and neither is an error.
///
/// # Errors
/// `QueueDoesNotExist`; `ReceiptHandleIsInvalid` if it is not a handle of this queue.
pub fn delete(ctx: &Ctx, queue: &str, receipt_handle: &str) -> Result<(), AwsError> {
    let queue = find(ctx, queue)?;
    let handle = Handle::parse(receipt_handle, &queue)?;
    ctx.db
        .prepare_cached("DELETE FROM sqs_message WHERE id = ?1 AND queue = ?2 AND receipt = ?3")?
        .execute(params![handle.message, queue.id, handle.receipt])?;
    Ok(())
}

/// Makes a message in flight visible again after `timeout_s` from now; zero is at once.
///
/// # Errors
/// `QueueDoesNotExist`, `ReceiptHandleIsInvalid`, `MessageNotInflight`, and `InvalidParameterValue`
/// for a timeout out of bounds, one that ends over twelve hours after the receive, or a message
/// that is no longer there.
pub fn change_visibility(
    ctx: &Ctx,
    queue: &str,
    receipt_handle: &str,
    timeout_s: u32,
) -> Result<(), AwsError> {
    let queue = find(ctx, queue)?;
    check_visibility(timeout_s)?;
    let handle = Handle::parse(receipt_handle, &queue)?;
    let held: Option<(i64, i64)> = ctx
        .db
        .prepare_cached(
            "SELECT visible_at, received_at FROM sqs_message
             WHERE id = ?1 AND queue = ?2 AND receipt = ?3",
        )?
        .query_row(params![handle.message, queue.id, handle.receipt], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let now = to_ms(ctx.now);
    let Some((visible_at, received_at)) = held else {
        let reason = "Message does not exist or is not available for visibility timeout change.";
        return Err(invalid_value(receipt_handle, "ReceiptHandle", reason));
    };
    if visible_at <= now {
        return Err(AwsError::bad_request(
            "MessageNotInflight",
            "The message referred to is not in flight: its visibility timeout has ended.",
        ));
    }
    let visible_at = now + i64::from(timeout_s) * 1000;
    if visible_at - received_at > i64::from(VISIBILITY_S_MAX) * 1000 {
        let reason = "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]";
        return Err(invalid_value(timeout_s, "VisibilityTimeout", reason));
    }
    ctx.db
        .prepare_cached("UPDATE sqs_message SET visible_at = ?2 WHERE id = ?1")?
        .execute(params![handle.message, visible_at])?;
    Ok(())
}

/// The earliest instant at which [`receive`] could return something, perhaps past; `None` for an
/// empty queue.
///
/// # Errors
/// `QueueDoesNotExist`.
pub fn next_visible(ctx: &Ctx, queue: &str) -> Result<Option<Now>, AwsError> {
    let queue = find(ctx, queue)?;
    let earliest: Option<i64> = ctx
        .db
        .prepare_cached(
            "SELECT visible_at FROM sqs_message WHERE queue = ?1 AND sent_at > ?2
             ORDER BY visible_at LIMIT 1",
        )?
        .query_row(params![queue.id, oldest_kept(ctx, &queue)], |row| row.get(0))
        .optional()?;
    Ok(earliest.map(from_ms))
}

/// When a receive is worth trying: when something becomes visible, or at once if the queue is gone.
///
/// What becomes visible may be past its retention, or due for the dead letters: only [`receive`]
/// knows. This is cheap enough to be asked at every change.
///
/// # Errors
/// Only if the store cannot be read.
pub fn worth_receiving_at(db: &Connection, queue: &str, now: Now) -> rusqlite::Result<Option<Now>> {
    let id = "SELECT id FROM sqs_queue WHERE name = ?1";
    let id: Option<i64> = db.prepare_cached(id)?.query_row([queue], |row| row.get(0)).optional()?;
    let Some(id) = id else { return Ok(Some(now)) };
    let earliest = "SELECT min(visible_at) FROM sqs_message WHERE queue = ?1";
    let earliest: Option<i64> = db.prepare_cached(earliest)?.query_row([id], |row| row.get(0))?;
    Ok(earliest.map(from_ms))
}

/// Tells `see` every queue that holds something, with when a receive from it is worth trying: as
/// [`worth_receiving_at`], for whoever watches many queues.
///
/// # Errors
/// Only if the store cannot be read.
pub fn holding(db: &Connection, mut see: impl FnMut(&str, Now)) -> rusqlite::Result<()> {
    // From each queue to the next one that has a message, by the index: how many messages there
    // are makes no difference.
    let mut statement = db.prepare_cached(
        "WITH RECURSIVE holding (queue) AS (
           SELECT min(queue) FROM sqs_message
           UNION ALL
           SELECT (SELECT min(queue) FROM sqs_message WHERE queue > holding.queue)
           FROM holding WHERE holding.queue IS NOT NULL
         )
         SELECT name, (SELECT min(visible_at) FROM sqs_message WHERE queue = holding.queue)
         FROM holding JOIN sqs_queue ON sqs_queue.id = holding.queue",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        see(row.get_ref(0)?.as_str()?, from_ms(row.get(1)?));
    }
    Ok(())
}

/// Creates a queue and returns its URL. One that is there already is returned if it agrees in every
/// attribute that is given.
///
/// # Errors
/// `QueueNameExists`, `InvalidAttributeName`, `InvalidAttributeValue`, `InvalidParameterValue` for
/// a bad name.
pub fn create_queue(
    ctx: &Ctx,
    name: &str,
    attributes: &BTreeMap<String, String>,
) -> Result<String, AwsError> {
    attributes::check_name(name, attributes)?;
    let mut settings = QueueSettings::default();
    if let Some(existing) = find_any(ctx, name)? {
        let mut wanted = existing.settings.clone();
        attributes::apply(ctx, name, &mut wanted, attributes)?;
        if let Some(differs) = attributes::difference(&existing.settings, &wanted) {
            return Err(AwsError::bad_request(
                "QueueNameExists",
                format!(
                    "A queue already exists with the same name and a different value for \
                     attribute {differs}"
                ),
            ));
        }
    } else {
        attributes::apply(ctx, name, &mut settings, attributes)?;
        ctx.db.execute(
            "INSERT INTO sqs_queue (name, settings, tags, created_at, modified_at)
             VALUES (?1, ?2, '{}', ?3, ?3)",
            params![name, to_json(&settings)?, to_ms(ctx.now)],
        )?;
    }
    Ok(url(ctx.settings, name))
}

/// Changes attributes of a queue; those not given stay as they are.
///
/// # Errors
/// `QueueDoesNotExist`, `InvalidAttributeName`, `InvalidAttributeValue`.
pub fn set_attributes(
    ctx: &Ctx,
    queue: &str,
    attributes: &BTreeMap<String, String>,
) -> Result<(), AwsError> {
    let mut queue = find(ctx, queue)?;
    attributes::apply(ctx, &queue.name, &mut queue.settings, attributes)?;
    ctx.db.execute(
        "UPDATE sqs_queue SET settings = ?2, modified_at = ?3 WHERE id = ?1",
        params![queue.id, to_json(&queue.settings)?, to_ms(ctx.now)],
    )?;
    Ok(())
}

/// All attributes of a queue as SQS names and writes them, the counts of its messages among them.
///
/// # Errors
/// `QueueDoesNotExist`.
pub fn get_attributes(ctx: &Ctx, queue: &str) -> Result<BTreeMap<String, String>, AwsError> {
    let queue = find(ctx, queue)?;
    let (visible, in_flight, delayed): (i64, i64, i64) = ctx
        .db
        .prepare_cached(
            "SELECT count(*) FILTER (WHERE visible_at <= ?2),
                    count(*) FILTER (WHERE visible_at > ?2 AND receipt IS NOT NULL),
                    count(*) FILTER (WHERE visible_at > ?2 AND receipt IS NULL)
             FROM sqs_message WHERE queue = ?1 AND sent_at > ?3",
        )?
        .query_row(params![queue.id, to_ms(ctx.now), oldest_kept(ctx, &queue)], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?;
    let mut attributes = queue.settings.attributes();
    let mut add = |name: &str, value: String| attributes.insert(name.to_owned(), value);
    add("QueueArn", arn(ctx.settings, &queue.name));
    add("ApproximateNumberOfMessages", visible.to_string());
    add("ApproximateNumberOfMessagesNotVisible", in_flight.to_string());
    add("ApproximateNumberOfMessagesDelayed", delayed.to_string());
    add("CreatedTimestamp", queue.created_at.timestamp().to_string());
    add("LastModifiedTimestamp", queue.modified_at.timestamp().to_string());
    Ok(attributes)
}

/// The names of all queues that begin with `prefix`, in order.
///
/// # Errors
/// Only if the store cannot be read.
pub fn list_queues(ctx: &Ctx, prefix: &str) -> Result<Vec<String>, AwsError> {
    let mut statement = ctx.db.prepare_cached("SELECT name FROM sqs_queue ORDER BY name")?;
    let names: Vec<String> =
        statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(names.into_iter().filter(|name| name.starts_with(prefix)).collect())
}

/// Deletes a queue and all messages in it.
///
/// # Errors
/// `QueueDoesNotExist`.
pub fn delete_queue(ctx: &Ctx, queue: &str) -> Result<(), AwsError> {
    let queue = find(ctx, queue)?;
    ctx.db.execute("DELETE FROM sqs_message WHERE queue = ?1", [queue.id])?;
    ctx.db.execute("DELETE FROM sqs_queue WHERE id = ?1", [queue.id])?;
    Ok(())
}

/// Deletes all messages in a queue.
///
/// # Errors
/// `QueueDoesNotExist`; `PurgeQueueInProgress` within 60 seconds of the last time.
pub fn purge_queue(ctx: &Ctx, queue: &str) -> Result<(), AwsError> {
    let queue = find(ctx, queue)?;
    let purged_at: Option<i64> =
        ctx.db.query_row("SELECT purged_at FROM sqs_queue WHERE id = ?1", [queue.id], |row| {
            row.get(0)
        })?;
    if purged_at.is_some_and(|at| ctx.now < from_ms(at) + PURGE_GAP) {
        return Err(AwsError::bad_request(
            "PurgeQueueInProgress",
            format!("Only one PurgeQueue operation on {} is allowed every 60 seconds.", queue.name),
        ));
    }
    ctx.db.execute("DELETE FROM sqs_message WHERE queue = ?1", [queue.id])?;
    ctx.db.execute(
        "UPDATE sqs_queue SET purged_at = ?2 WHERE id = ?1",
        params![queue.id, to_ms(ctx.now)],
    )?;
    Ok(())
}

/// Removes the messages that are older than their queue's retention period. They are never handed
/// out, swept or not; sweeping once in a while only gives their room back.
///
/// # Errors
/// Only if the store cannot be written.
pub fn sweep(ctx: &Ctx) -> Result<(), AwsError> {
    for name in list_queues(ctx, "")? {
        let queue = find(ctx, &name)?;
        ctx.db
            .prepare_cached("DELETE FROM sqs_message WHERE queue = ?1 AND sent_at <= ?2")?
            .execute(params![queue.id, oldest_kept(ctx, &queue)])?;
    }
    Ok(())
}

/// The ARN of a queue.
#[must_use]
pub fn arn(settings: &Settings, queue: &str) -> String {
    format!("arn:aws:sqs:{}:{}:{queue}", settings.region, settings.account)
}

/// The URL of a queue.
#[must_use]
pub fn url(settings: &Settings, queue: &str) -> String {
    format!("{}/{}/{queue}", settings.endpoint, settings.account)
}

/// The name of the queue in an ARN. Whether there is such a queue is another question.
///
/// # Errors
/// `InvalidParameterValue` if it is not the ARN of a queue.
pub fn queue_of_arn(arn: &str) -> Result<&str, AwsError> {
    let mut parts = arn.splitn(6, ':');
    let shape = [parts.next(), parts.next(), parts.next()];
    let name = parts.nth(2).filter(|name| !name.is_empty() && !name.contains(':'));
    match (shape, name) {
        ([Some("arn"), Some(_), Some("sqs")], Some(name)) => Ok(name),
        _ => Err(invalid_value(arn, "QueueArn", "It is not the ARN of a queue.")),
    }
}

/// The name of the queue in a URL: what follows the last slash, whatever host the caller knows this
/// stack by.
fn queue_of_url(url: &str) -> Result<&str, AwsError> {
    match url.trim_end_matches('/').rsplit_once('/') {
        Some((_, name)) if !name.is_empty() => Ok(name),
        _ => Err(AwsError::bad_request(
            "InvalidAddress",
            format!("The address {url} is not valid for this endpoint."),
        )),
    }
}

fn find(ctx: &Ctx, name: &str) -> Result<Queue, AwsError> {
    find_any(ctx, name)?.ok_or_else(|| {
        AwsError::bad_request(
            "QueueDoesNotExist",
            format!("The specified queue does not exist: {name}"),
        )
    })
}

fn find_any(ctx: &Ctx, name: &str) -> Result<Option<Queue>, AwsError> {
    let row: Option<(i64, String, i64, i64)> = ctx
        .db
        .prepare_cached(
            "SELECT id, settings, created_at, modified_at FROM sqs_queue WHERE name = ?1",
        )?
        .query_row([name], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .optional()?;
    row.map(|(id, settings, created_at, modified_at)| {
        Ok(Queue {
            id,
            name: name.to_owned(),
            settings: from_json(&settings)?,
            created_at: from_ms(created_at),
            modified_at: from_ms(modified_at),
        })
    })
    .transpose()
}

/// A message that is available, as it stands in its table.
struct Waiting {
    id: i64,
    message_id: String,
    sent_at: i64,
    received: i64,
    received_before: i64,
    first_received_at: Option<i64>,
    dead_letter_source: Option<String>,
    system: String,
    attributes: String,
    body: String,
}

impl Waiting {
    fn of(row: &Row) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            message_id: row.get(1)?,
            sent_at: row.get(2)?,
            received: row.get(3)?,
            received_before: row.get(4)?,
            first_received_at: row.get(5)?,
            dead_letter_source: row.get(6)?,
            system: row.get(7)?,
            attributes: row.get(8)?,
            body: row.get(9)?,
        })
    }
}

/// The first `max` messages that are visible and not past their retention.
fn available(ctx: &Ctx, queue: &Queue, max: usize) -> Result<Vec<Waiting>, AwsError> {
    let mut statement = ctx.db.prepare_cached(
        "SELECT id, message_id, sent_at, received, received_before, first_received_at,
                dead_letter_source, system, attributes, body
         FROM sqs_message WHERE queue = ?1 AND visible_at <= ?2 AND sent_at > ?3
         ORDER BY visible_at, id LIMIT ?4",
    )?;
    let parameters = params![queue.id, to_ms(ctx.now), oldest_kept(ctx, queue), max];
    let found = statement.query_map(parameters, Waiting::of)?.collect::<Result<_, _>>()?;
    Ok(found)
}

/// A message sent at this millisecond or before is past its retention.
fn oldest_kept(ctx: &Ctx, queue: &Queue) -> i64 {
    to_ms(ctx.now) - i64::from(queue.settings.retention_s) * 1000
}

/// Marks a message as received and describes it to its receiver.
fn hand_out(
    ctx: &Ctx,
    queue: &Queue,
    message: Waiting,
    visible_at: i64,
) -> Result<Received, AwsError> {
    let now = to_ms(ctx.now);
    let receipt = ctx.ids.hex(16);
    let first_received_at = message.first_received_at.unwrap_or(now);
    ctx.db
        .prepare_cached(
            "UPDATE sqs_message SET visible_at = ?2, received = received + 1, receipt = ?3,
                    received_at = ?4, first_received_at = ?5
             WHERE id = ?1",
        )?
        .execute(params![message.id, visible_at, receipt, now, first_received_at])?;
    let mut system: BTreeMap<String, String> = from_json(&message.system)?;
    let mut add = |name: &str, value: String| system.insert(name.to_owned(), value);
    add("ApproximateReceiveCount", (message.received + 1).to_string());
    add("ApproximateFirstReceiveTimestamp", first_received_at.to_string());
    add("SentTimestamp", message.sent_at.to_string());
    add("SenderId", ctx.settings.account.clone());
    if let Some(source) = message.dead_letter_source {
        add("DeadLetterQueueSourceArn", source);
    }
    Ok(Received {
        message_id: message.message_id,
        receipt_handle: Handle { queue: queue.id, message: message.id, receipt }.to_string(),
        md5_of_body: message::md5_of_body(&message.body),
        body: message.body,
        attributes: from_json(&message.attributes)?,
        system,
    })
}

/// Where messages of a queue go that were received `after` times, and which queue that is.
struct Burial {
    after: i64,
    dead_letters: i64,
}

/// `None` without a redrive policy, and as long as the dead-letter queue is gone: a message is
/// rather received too often than lost.
fn burial(ctx: &Ctx, queue: &Queue) -> Result<Option<Burial>, AwsError> {
    let Some(redrive) = &queue.settings.redrive else { return Ok(None) };
    let dead_letters = find_any(ctx, queue_of_arn(&redrive.dead_letters)?)?;
    Ok(dead_letters.map(|to| Burial { after: redrive.receives_max.into(), dead_letters: to.id }))
}

/// Moves a message to the dead-letter queue. It keeps its id, its receive count and, as documented
/// for standard queues, the time from which its retention counts.
fn bury(ctx: &Ctx, queue: &Queue, message: &Waiting, to: &Burial) -> Result<(), AwsError> {
    ctx.db
        .prepare_cached(
            "UPDATE sqs_message SET queue = ?2, visible_at = ?3, receipt = NULL,
                    received_before = received, dead_letter_source = ?4
             WHERE id = ?1",
        )?
        .execute(params![
            message.id,
            to.dead_letters,
            to_ms(ctx.now),
            arn(ctx.settings, &queue.name)
        ])?;
    Ok(())
}

/// What a receipt handle says once its base64 is taken off: which receive of which message.
struct Handle {
    queue: i64,
    message: i64,
    receipt: String,
}

impl Handle {
    fn parse(handle: &str, queue: &Queue) -> Result<Self, AwsError> {
        let parsed = BASE64.decode(handle).ok().and_then(|bytes| {
            let text = String::from_utf8(bytes).ok()?;
            let mut parts = text.splitn(3, '.');
            let of_queue = parts.next()?.parse().ok()?;
            let message = parts.next()?.parse().ok()?;
            Some(Self { queue: of_queue, message, receipt: parts.next()?.to_owned() })
        });
        parsed.filter(|handle| handle.queue == queue.id).ok_or_else(|| {
            AwsError::bad_request(
                "ReceiptHandleIsInvalid",
                format!("The input receipt handle \"{handle}\" is not a valid receipt handle."),
            )
        })
    }
}

impl std::fmt::Display for Handle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { queue, message, receipt } = self;
        f.write_str(&BASE64.encode(format!("{queue}.{message}.{receipt}")))
    }
}

fn check_visibility(visibility_s: u32) -> Result<(), AwsError> {
    if visibility_s > VISIBILITY_S_MAX {
        let reason = "Must be between 0 and 43200, if provided.";
        return Err(invalid_value(visibility_s, "VisibilityTimeout", reason));
    }
    Ok(())
}

/// The error for a parameter whose value is out of bounds, in the words of SQS.
fn invalid_value(value: impl std::fmt::Display, parameter: &str, reason: &str) -> AwsError {
    AwsError::bad_request(
        "InvalidParameterValue",
        format!("Value {value} for parameter {parameter} is invalid. Reason: {reason}"),
    )
}

/// A column's JSON. Only types of this module are written, none of which can fail.
fn to_json<T: serde::Serialize>(value: &T) -> Result<String, AwsError> {
    serde_json::to_string(value).map_err(|error| AwsError::internal(error.to_string()))
}

fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, AwsError> {
    serde_json::from_str(text)
        .map_err(|error| AwsError::internal(format!("a row of SQS cannot be read: {error}")))
}
