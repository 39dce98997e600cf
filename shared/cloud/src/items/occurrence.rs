//! `USER#<user> / OCCURRENCE#<n>#<k>`: one time that a reminder is due.

use chrono::{DateTime, Utc};
use domain::ids::{OccurrenceId, UserId};
use domain::occurrence::{Occurrence, Policy};

use super::{Item, Key, kept_after_end, user_partition};

/// Where an occurrence's row is. Numbers are padded, so that rows are sorted as they were made.
#[must_use]
pub fn occurrence_key(id: &OccurrenceId) -> Key {
    let sk = format!("OCCURRENCE#{:010}#{:010}", id.reminder.n, id.k);
    Key::reminders(user_partition(id.user()), sk)
}

/// Partition and sort key prefix of all occurrences of a user.
#[must_use]
pub fn occurrences_prefix(user: &UserId) -> Key {
    Key::reminders(user_partition(user), "OCCURRENCE#")
}

impl Item for Occurrence {
    fn key(&self) -> Key {
        occurrence_key(&self.id)
    }

    fn open(&self, now: DateTime<Utc>, policy: &Policy) -> Option<(&UserId, DateTime<Utc>)> {
        self.check_at(now, policy).map(|check_at| (self.id.user(), check_at))
    }

    fn expires_at(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        kept_after_end(now)
    }
}
