//! `USER#<user> / ATTEMPT#<n>#<k>#<a>`: one request to the carrier to ring.

use chrono::{DateTime, Utc};
use domain::attempt::Attempt;
use domain::ids::{AttemptId, UserId};

use super::{Item, Key, kept_after_end, user_partition};

/// Where an attempt's row is.
#[must_use]
pub fn attempt_key(id: &AttemptId) -> Key {
    let occurrence = &id.occurrence;
    let sk = format!("ATTEMPT#{:010}#{:010}#{:010}", occurrence.reminder.n, occurrence.k, id.a);
    Key::reminders(user_partition(occurrence.user()), sk)
}

/// Partition and sort key prefix of all attempts at a user's reminders.
#[must_use]
pub fn attempts_prefix(user: &UserId) -> Key {
    Key::reminders(user_partition(user), "ATTEMPT#")
}

impl Item for Attempt {
    fn key(&self) -> Key {
        attempt_key(&self.id)
    }

    fn expires_at(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        kept_after_end(now)
    }
}
