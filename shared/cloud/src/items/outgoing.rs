//! `USER#<user> / OUT#<cause>`: an SMS to the user.

use chrono::{DateTime, Utc};
use domain::ids::UserId;
use domain::occurrence::Policy;
use domain::outgoing::{Cause, Outgoing};

use super::{Item, Key, kept_after_end, user_partition};

/// Where an SMS's row is.
#[must_use]
pub fn outgoing_key(user: &UserId, cause: &Cause) -> Key {
    Key::reminders(user_partition(user), format!("OUT#{cause}"))
}

impl Item for Outgoing {
    fn key(&self) -> Key {
        outgoing_key(&self.user, &self.cause)
    }

    fn open(&self, now: DateTime<Utc>, _policy: &Policy) -> Option<(&UserId, DateTime<Utc>)> {
        self.check_at(now).map(|check_at| (&self.user, check_at))
    }

    fn expires_at(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        kept_after_end(now)
    }
}
