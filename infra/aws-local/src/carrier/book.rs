//! The carrier's book: every text, call and event, as rows of the store.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, Row, params};
use serde::Serialize;
use serde_json::Value;

use crate::store::{from_ms, to_ms};
use crate::wire::AwsError;
use crate::{Ctx, Now};

/// Custom data of a message, echoed in its events.
pub type Context = BTreeMap<String, String>;

/// Everything that really happened, in the order in which it was asked of the carrier.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Book {
    /// Texts in both directions.
    pub texts: Vec<TextRow>,
    /// Calls, also those that never rang.
    pub calls: Vec<CallRow>,
    /// Events of texts and calls.
    pub events: Vec<EventRow>,
}

/// A text, from a phone or to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TextRow {
    /// `MessageId` or `inboundMessageId`.
    pub id: String,
    /// Whether it came from the phone.
    pub inbound: bool,
    /// The phone, in E.164 form.
    pub phone: String,
    /// The service's number.
    pub number: String,
    /// What it says.
    pub body: String,
    /// Where it is.
    pub state: TextState,
    /// When it was sent.
    pub asked_at: Now,
    /// When it was, or will be, at its destination.
    pub arrives_at: Now,
    /// The end of its time to live.
    pub expires_at: Now,
    /// Whether it named the configuration set, so that its events are published.
    pub configuration_set: Option<String>,
    /// Custom data of the sender's.
    pub context: Context,
    /// `TRANSACTIONAL`, if it is to a phone.
    pub message_type: Option<String>,
}

/// A call to a phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CallRow {
    /// `MessageId`.
    pub id: String,
    /// The phone, in E.164 form.
    pub phone: String,
    /// The service's number.
    pub number: String,
    /// What was asked to be said, with its markup.
    pub body: String,
    /// What is heard.
    pub spoken: String,
    /// Where it is.
    pub state: CallState,
    /// When it was asked for.
    pub asked_at: Now,
    /// The end of its time to live.
    pub expires_at: Now,
    /// When the phone began to ring.
    pub rang_at: Option<Now>,
    /// When somebody, or the voicemail, picked up.
    pub answered_at: Option<Now>,
    /// When it was over.
    pub ended_at: Option<Now>,
    /// Whether it named the configuration set, so that its events are published.
    pub configuration_set: Option<String>,
    /// Custom data of the caller's.
    pub context: Context,
    /// What the network does next, and when.
    #[serde(skip)]
    pub(super) next: Option<(Step, Now)>,
}

/// An event of a text or a call.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EventRow {
    /// The message that it is of.
    pub message_id: String,
    /// Such as `VOICE_ANSWERED`.
    pub event_type: String,
    /// When it was reported.
    pub at: Now,
    /// The event as it was published, or would have been.
    pub body: Value,
    /// The id that the topic gave it, if it was published.
    pub published_as: Option<String>,
}

/// Names of the variants of an enumeration in the store.
macro_rules! named {
    ($(#[$doc:meta])* $visible:vis enum $type:ident {
        $($(#[$variant_doc:meta])* $variant:ident = $name:literal,)*
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        $visible enum $type {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $type {
            /// The name, as the store and the outside have it.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// The variant of a name that the store has.
            fn of(column: usize, name: &str) -> rusqlite::Result<Self> {
                match name {
                    $($name => Ok(Self::$variant),)*
                    _ => Err(unknown(column, name)),
                }
            }
        }
    };
}

named! {
    /// Where a text is.
    pub enum TextState {
        /// From a phone, and published.
        Received = "received",
        /// Accepted, and waiting for its turn: a phone gets one text a second.
        Queued = "queued",
        /// At the phone.
        Delivered = "delivered",
        /// Not delivered within its time to live.
        Expired = "expired",
    }
}

named! {
    /// Where a call is. The phone and whoever holds it know all but the first.
    pub enum CallState {
        /// Accepted, not yet ringing.
        Queued = "queued",
        /// The phone rings.
        Ringing = "ringing",
        /// Somebody picked up; over, too, once `ended_at` is known.
        Answered = "answered",
        /// Somebody refused it.
        Declined = "declined",
        /// Nobody picked up.
        NoAnswer = "no_answer",
        /// The phone was ringing or in a call already.
        Busy = "busy",
        /// The voicemail picked up.
        Voicemail = "voicemail",
        /// It was never dialled.
        Failed = "failed",
    }
}

named! {
    /// What the network does next with a call.
    pub(super) enum Step {
        /// Begins to dial.
        Initiate = "initiate",
        /// Lets the phone ring.
        Ring = "ring",
        /// Somebody picks up who always does.
        Answer = "answer",
        /// Gives up ringing.
        GiveUp = "give_up",
        /// All has been said.
        Complete = "complete",
    }
}

impl Serialize for TextState {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl Serialize for CallState {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// The whole book.
///
/// # Errors
/// When the store cannot be read.
pub fn book(ctx: &Ctx) -> Result<Book, AwsError> {
    Ok(Book {
        texts: select(ctx, TextRow::SELECT, "ORDER BY seq", [], TextRow::from_row)?,
        calls: select(ctx, CallRow::SELECT, "ORDER BY seq", [], CallRow::from_row)?,
        events: select(ctx, EventRow::SELECT, "ORDER BY seq", [], EventRow::from_row)?,
    })
}

impl TextRow {
    const SELECT: &str = "SELECT id, direction, phone, number, body, state, asked_ms, arrives_ms, \
                          expires_ms, configuration_set, context, message_type FROM carrier_texts";

    /// The texts that have come to one phone or from it, oldest first.
    pub(super) fn of_phone(ctx: &Ctx, phone: &str) -> Result<Vec<Self>, AwsError> {
        let rest = "WHERE phone = ?1 AND state IN ('received', 'delivered') \
                    ORDER BY arrives_ms, seq";
        select(ctx, Self::SELECT, rest, [phone], Self::from_row)
    }

    /// The queued text that comes to its end first, with that instant.
    pub(super) fn first_queued(ctx: &Ctx) -> Result<Option<Self>, AwsError> {
        let rest = "WHERE state = 'queued' ORDER BY arrives_ms, seq LIMIT 1";
        Ok(select(ctx, Self::SELECT, rest, [], Self::from_row)?.pop())
    }

    /// The id of the last text that has come to a phone.
    pub(super) fn last_to(ctx: &Ctx, phone: &str) -> Result<Option<String>, AwsError> {
        let sql = "SELECT id FROM carrier_texts WHERE phone = ?1 AND state = 'delivered' \
                   ORDER BY arrives_ms DESC, seq DESC LIMIT 1";
        let mut statement = ctx.db.prepare_cached(sql)?;
        Ok(statement.query_row([phone], |row| row.get(0)).optional()?)
    }

    /// Writes a new text.
    pub(super) fn insert(&self, ctx: &Ctx) -> Result<(), AwsError> {
        ctx.db
            .prepare_cached(
                "INSERT INTO carrier_texts (id, direction, phone, number, body, state, asked_ms, \
                 arrives_ms, expires_ms, configuration_set, context, message_type) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            )?
            .execute(params![
                self.id,
                if self.inbound { "in" } else { "out" },
                self.phone,
                self.number,
                self.body,
                self.state.name(),
                to_ms(self.asked_at),
                to_ms(self.arrives_at),
                to_ms(self.expires_at),
                self.configuration_set,
                Value::from_iter(self.context.clone()).to_string(),
                self.message_type,
            ])?;
        Ok(())
    }

    /// Writes what became of a queued text.
    pub(super) fn ended(&self, ctx: &Ctx) -> Result<(), AwsError> {
        ctx.db
            .prepare_cached("UPDATE carrier_texts SET state = ?2, arrives_ms = ?3 WHERE id = ?1")?
            .execute(params![self.id, self.state.name(), to_ms(self.arrives_at)])?;
        Ok(())
    }

    fn from_row(row: &Row) -> rusqlite::Result<Self> {
        let direction: String = row.get(1)?;
        let state: String = row.get(5)?;
        Ok(Self {
            id: row.get(0)?,
            inbound: direction == "in",
            phone: row.get(2)?,
            number: row.get(3)?,
            body: row.get(4)?,
            state: TextState::of(5, &state)?,
            asked_at: from_ms(row.get(6)?),
            arrives_at: from_ms(row.get(7)?),
            expires_at: from_ms(row.get(8)?),
            configuration_set: row.get(9)?,
            context: read_json(10, row)?,
            message_type: row.get(11)?,
        })
    }
}

impl CallRow {
    const SELECT: &str = "SELECT id, phone, number, body, spoken, state, asked_ms, expires_ms, \
                          rang_ms, answered_ms, ended_ms, configuration_set, context, next_step, \
                          next_ms FROM carrier_calls";

    /// The call of this id.
    pub(super) fn find(ctx: &Ctx, id: &str) -> Result<Option<Self>, AwsError> {
        Ok(select(ctx, Self::SELECT, "WHERE id = ?1", [id], Self::from_row)?.pop())
    }

    /// The calls of one phone, oldest first.
    pub(super) fn of_phone(ctx: &Ctx, phone: &str) -> Result<Vec<Self>, AwsError> {
        select(
            ctx,
            Self::SELECT,
            "WHERE phone = ?1 ORDER BY asked_ms, seq",
            [phone],
            Self::from_row,
        )
    }

    /// The call with which something happens first.
    pub(super) fn first_due(ctx: &Ctx) -> Result<Option<Self>, AwsError> {
        let rest = "WHERE next_ms IS NOT NULL ORDER BY next_ms, seq LIMIT 1";
        Ok(select(ctx, Self::SELECT, rest, [], Self::from_row)?.pop())
    }

    /// Whether the phone rings or is in a call.
    pub(super) fn is_engaged(ctx: &Ctx, phone: &str) -> Result<bool, AwsError> {
        let sql = "SELECT 1 FROM carrier_calls WHERE phone = ?1 AND ended_ms IS NULL \
                   AND state IN ('ringing', 'answered', 'voicemail')";
        Ok(ctx.db.prepare_cached(sql)?.exists([phone])?)
    }

    /// Writes a new call.
    pub(super) fn insert(&self, ctx: &Ctx) -> Result<(), AwsError> {
        ctx.db
            .prepare_cached(
                "INSERT INTO carrier_calls (id, phone, number, body, spoken, state, asked_ms, \
                 expires_ms, configuration_set, context, next_step, next_ms) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            )?
            .execute(params![
                self.id,
                self.phone,
                self.number,
                self.body,
                self.spoken,
                self.state.name(),
                to_ms(self.asked_at),
                to_ms(self.expires_at),
                self.configuration_set,
                Value::from_iter(self.context.clone()).to_string(),
                self.next.map(|(step, _)| step.name()),
                self.next.map(|(_, at)| to_ms(at)),
            ])?;
        Ok(())
    }

    /// Writes what has happened with a call.
    pub(super) fn update(&self, ctx: &Ctx) -> Result<(), AwsError> {
        ctx.db
            .prepare_cached(
                "UPDATE carrier_calls SET state = ?2, rang_ms = ?3, answered_ms = ?4, \
                 ended_ms = ?5, next_step = ?6, next_ms = ?7 WHERE id = ?1",
            )?
            .execute(params![
                self.id,
                self.state.name(),
                self.rang_at.map(to_ms),
                self.answered_at.map(to_ms),
                self.ended_at.map(to_ms),
                self.next.map(|(step, _)| step.name()),
                self.next.map(|(_, at)| to_ms(at)),
            ])?;
        Ok(())
    }

    fn from_row(row: &Row) -> rusqlite::Result<Self> {
        let state: String = row.get(5)?;
        let step: Option<String> = row.get(13)?;
        let step = step.map(|step| Step::of(13, &step)).transpose()?;
        let at = |column: usize| row.get::<_, Option<i64>>(column).map(|ms| ms.map(from_ms));
        Ok(Self {
            id: row.get(0)?,
            phone: row.get(1)?,
            number: row.get(2)?,
            body: row.get(3)?,
            spoken: row.get(4)?,
            state: CallState::of(5, &state)?,
            asked_at: from_ms(row.get(6)?),
            expires_at: from_ms(row.get(7)?),
            rang_at: at(8)?,
            answered_at: at(9)?,
            ended_at: at(10)?,
            configuration_set: row.get(11)?,
            context: read_json(12, row)?,
            next: step.zip(at(14)?),
        })
    }
}

impl EventRow {
    const SELECT: &str =
        "SELECT message_id, event_type, at_ms, body, published_as FROM carrier_events";

    /// Writes a new event.
    pub(super) fn insert(&self, ctx: &Ctx) -> Result<(), AwsError> {
        ctx.db
            .prepare_cached(
                "INSERT INTO carrier_events (message_id, event_type, at_ms, body, published_as) \
                 VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![
                self.message_id,
                self.event_type,
                to_ms(self.at),
                self.body.to_string(),
                self.published_as,
            ])?;
        Ok(())
    }

    fn from_row(row: &Row) -> rusqlite::Result<Self> {
        Ok(Self {
            message_id: row.get(0)?,
            event_type: row.get(1)?,
            at: from_ms(row.get(2)?),
            body: read_json(3, row)?,
            published_as: row.get(4)?,
        })
    }
}

/// One number that a statement without rows answers with null.
pub(super) fn number(
    ctx: &Ctx,
    sql: &str,
    params: impl rusqlite::Params,
) -> Result<Option<i64>, AwsError> {
    let found = ctx.db.prepare_cached(sql)?.query_row(params, |row| row.get(0)).optional()?;
    Ok(found.flatten())
}

/// All rows that a statement finds.
fn select<T>(
    ctx: &Ctx,
    columns: &str,
    rest: &str,
    params: impl rusqlite::Params,
    read: impl FnMut(&Row) -> rusqlite::Result<T>,
) -> Result<Vec<T>, AwsError> {
    let mut statement = ctx.db.prepare_cached(&format!("{columns} {rest}"))?;
    Ok(statement.query_map(params, read)?.collect::<Result<_, _>>()?)
}

/// A column that holds JSON.
fn read_json<T: serde::de::DeserializeOwned>(column: usize, row: &Row) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|error| {
        let kind = rusqlite::types::Type::Text;
        rusqlite::Error::FromSqlConversionFailure(column, kind, error.into())
    })
}

/// A name in the store that this version does not know.
fn unknown(column: usize, name: &str) -> rusqlite::Error {
    let kind = rusqlite::types::Type::Text;
    rusqlite::Error::FromSqlConversionFailure(column, kind, format!("unknown name `{name}`").into())
}
