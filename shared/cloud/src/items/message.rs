//! `USER#<user> / MESSAGE#<carrier's id>`: an inbound text and what was decided about it.

use chrono::{DateTime, Utc};
use domain::ids::{MessageId, UserId};
use domain::message::Message;
use domain::occurrence::Policy;

use super::{Item, Key, kept_after_end, user_partition};

/// Where a text's row is.
#[must_use]
pub fn message_key(user: &UserId, id: &MessageId) -> Key {
    Key::reminders(user_partition(user), format!("MESSAGE#{id}"))
}

/// Partition and sort key prefix of all texts of a user.
#[must_use]
pub fn messages_prefix(user: &UserId) -> Key {
    Key::reminders(user_partition(user), "MESSAGE#")
}

impl Item for Message {
    fn key(&self) -> Key {
        message_key(&self.user, &self.id)
    }

    fn open(&self, now: DateTime<Utc>, policy: &Policy) -> Option<(&UserId, DateTime<Utc>)> {
        self.check_at(now, policy).map(|check_at| (&self.user, check_at))
    }

    fn expires_at(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        kept_after_end(now)
    }
}
