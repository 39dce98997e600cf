//! `USER#<user> / CREDIT_NEWS#<charge id>`: a credit of which others are still to be told.

use chrono::{DateTime, Utc};
use domain::ids::UserId;
use domain::ledger::credit::CreditNews;
use domain::occurrence::Policy;

use super::{Item, Key, kept_after_end, user_partition};

/// Where the news of a credit is.
#[must_use]
pub fn credit_news_key(user: &UserId, charge_id: &str) -> Key {
    Key::reminders(user_partition(user), format!("CREDIT_NEWS#{charge_id}"))
}

impl Item for CreditNews {
    fn key(&self) -> Key {
        credit_news_key(&self.user, &self.charge_id)
    }

    fn open(&self, now: DateTime<Utc>, policy: &Policy) -> Option<(&UserId, DateTime<Utc>)> {
        self.check_at(now, policy).map(|check_at| (&self.user, check_at))
    }

    fn expires_at(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        kept_after_end(now)
    }
}
