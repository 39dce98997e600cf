//! `USER#<user> / CHARGE#<charge id>` and `USER#<user> / TOTAL#<period>#<currency>`, in the billing table.
//!
//! Only entries have `charge_id` and so stand in the index `period` (`<period>#<shard>` / charge id); only totals have
//! `total_shard` and so stand in the index `totals` (`<period>#<shard>` / partition).

use domain::ids::UserId;
use domain::ledger::{Entry, Period, Total};

use super::{Item, Key, user_partition};

/// Shards of a month in the index by period: an export reads them side by side.
pub const PERIOD_SHARDS: u32 = 8;

/// The partition of a month's shard, in the index of entries and in that of totals.
#[must_use]
pub fn period_shard(period: Period, shard: u32) -> String {
    format!("{period}#{shard}")
}

fn shard_of(user: &UserId, period: &str) -> String {
    format!("{period}#{}", user.shard(PERIOD_SHARDS))
}

/// Where an entry is.
#[must_use]
pub fn entry_key(user: &UserId, charge_id: &str) -> Key {
    Key::billing(user_partition(user), format!("CHARGE#{charge_id}"))
}

/// Partition and sort key prefix of all entries of a user.
#[must_use]
pub fn entry_prefix(user: &UserId) -> Key {
    Key::billing(user_partition(user), "CHARGE#")
}

/// Partition and the beginning of the sort keys of all credits of a charge; others may begin so too.
#[must_use]
pub fn credits_prefix(user: &UserId, charge_id: &str) -> Key {
    entry_key(user, &format!("credit#{charge_id}#"))
}

/// The partitions of a month in the index `period`.
pub fn period_shards(period: Period) -> impl Iterator<Item = String> {
    (0..PERIOD_SHARDS).map(move |shard| period_shard(period, shard))
}

/// Where a user's total of a month is.
#[must_use]
pub fn total_key(user: &UserId, period: &str, currency: &str) -> Key {
    Key::billing(user_partition(user), format!("TOTAL#{period}#{currency}"))
}

/// Partition and sort key prefix of a user's totals of a month: one for each currency.
#[must_use]
pub fn totals_prefix(user: &UserId, period: Period) -> Key {
    total_key(user, &period.to_string(), "")
}

impl Item for Entry {
    fn key(&self) -> Key {
        entry_key(&self.user_id, &self.charge_id)
    }

    fn extra(&self) -> Vec<(&'static str, String)> {
        vec![("period_shard", shard_of(&self.user_id, &self.period))]
    }
}

impl Item for Total {
    fn key(&self) -> Key {
        total_key(&self.user_id, &self.period, self.currency.code())
    }

    fn extra(&self) -> Vec<(&'static str, String)> {
        vec![("total_shard", shard_of(&self.user_id, &self.period))]
    }
}
