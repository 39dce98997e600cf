//! `CARRIER_MESSAGE#<carrier's id> / ATTEMPT`: finds the attempt of an event that came without its context.

use chrono::{DateTime, Utc};
use domain::ids::AttemptId;
use serde::{Deserialize, Serialize};

use super::{Item, Key, kept_after_end};

/// Which attempt the carrier knows by an id of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CarrierMessage {
    /// The carrier's id of the call.
    pub message_id: String,
    /// The attempt.
    pub attempt: AttemptId,
}

impl CarrierMessage {
    /// Where the row of a carrier's id is.
    #[must_use]
    pub fn key_of(message_id: &str) -> Key {
        Key::reminders(format!("CARRIER_MESSAGE#{message_id}"), "ATTEMPT")
    }
}

impl Item for CarrierMessage {
    fn key(&self) -> Key {
        Self::key_of(&self.message_id)
    }

    fn expires_at(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        kept_after_end(now)
    }
}
