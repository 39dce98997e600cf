//! The rows of the two tables: one file per kind, with its keys.
//!
//! `reminders`: everything of a user is under `USER#<user id>`, so that a reminder, whose ids hold the user's, is
//! read without knowing the phone. The phone stands in the user's own row and names one partition: the row that finds
//! the user, and the counters of texts per minute.
//! `billing`: the ledger and its totals, under `USER#<user id>` as well.

use chrono::{DateTime, Utc};
use domain::ids::UserId;
use domain::limits;
use domain::occurrence::Policy;
use serde::Serialize;
use serde::de::DeserializeOwned;

mod admission;
mod attempt;
mod carrier_message;
mod credit_news;
mod forgotten;
mod ledger;
mod message;
mod occurrence;
mod outgoing;
mod phone;
mod texts_in_minute;
mod user;

pub use admission::NumberAdmission;
pub use attempt::{attempt_key, attempts_prefix};
pub use carrier_message::CarrierMessage;
pub use credit_news::credit_news_key;
pub use forgotten::{Forgotten, OptedOutNumber};
pub use ledger::{
    PERIOD_SHARDS, credits_prefix, entry_key, entry_prefix, period_shard, period_shards, total_key,
    totals_prefix,
};
pub use message::{message_key, messages_prefix};
pub use occurrence::{occurrence_key, occurrences_prefix};
pub use outgoing::outgoing_key;
pub use phone::PhoneOwner;
pub use texts_in_minute::texts_in_minute_key;
pub use user::user_key;

/// The version of the rows that this release writes; it reads this one and the one before.
pub const VERSION: u32 = 1;

/// Which of the two tables a row is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Table {
    /// Users, reminders, attempts, messages.
    Reminders,
    /// The ledger.
    Billing,
}

/// A row's address.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The table.
    pub table: Table,
    /// The partition key.
    pub pk: String,
    /// The sort key.
    pub sk: String,
}

impl Key {
    fn reminders(pk: String, sk: impl Into<String>) -> Self {
        Self { table: Table::Reminders, pk, sk: sk.into() }
    }

    fn billing(pk: String, sk: impl Into<String>) -> Self {
        Self { table: Table::Billing, pk, sk: sk.into() }
    }
}

/// Shows the key, but no phone number.
impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.pk.strip_prefix("PHONE#") {
            Some(_) => write!(f, "PHONE#…/{}", self.sk),
            None => write!(f, "{}/{}", self.pk, self.sk),
        }
    }
}

/// A kind of row.
pub trait Item: Serialize + DeserializeOwned {
    /// Where it is kept.
    fn key(&self) -> Key;

    /// The shard of the index of open rows and the instant by which the row should have moved, while it is open.
    fn open(&self, _now: DateTime<Utc>, _policy: &Policy) -> Option<(&UserId, DateTime<Utc>)> {
        None
    }

    /// When the row may be deleted; `None` for rows that are kept. Asked only of rows that are not open.
    fn expires_at(&self, _now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        None
    }

    /// Further attributes, for an index.
    fn extra(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }
}

/// What the partitions of users begin with.
pub(crate) const USER_PARTITION: &str = "USER#";

/// The partition of everything that belongs to a user.
fn user_partition(user: &UserId) -> String {
    format!("{USER_PARTITION}{user}")
}

/// For rows that stay for a while after their end.
#[expect(clippy::unnecessary_wraps, reason = "the shape that `Item::expires_at` returns")]
fn kept_after_end(now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    Some(now + limits::KEPT_AFTER_END)
}

/// A row as it was read: what it says and the revision that a write must find unchanged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored<T> {
    /// What it says.
    pub row: T,
    /// Counts the writes; 0 for a row that does not exist yet.
    pub rev: u64,
}

impl<T> Stored<T> {
    /// A row that does not exist yet.
    pub fn new(row: T) -> Self {
        Self { row, rev: 0 }
    }

    /// The same place in the table with another content.
    pub fn with(&self, row: T) -> Self {
        Self { row, rev: self.rev }
    }
}
