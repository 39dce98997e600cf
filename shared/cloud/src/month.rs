//! Reading the ledger of one month, page by page.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::ids::UserId;
use domain::ledger::{Entry, Period, Total};
use serde::{Deserialize, Serialize};

use crate::connection::Cloud;
use crate::error::Error;
use crate::items::{Item, Key, entry_key, period_shard, total_key};
use crate::table;

/// Where reading the entries of a shard goes on: behind this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryCursor {
    /// Whose entry it is.
    pub user: UserId,
    /// Which.
    pub charge_id: String,
}

/// Where reading the totals of a shard goes on: behind this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TotalCursor {
    /// Whose total it is.
    pub user: UserId,
    /// In which currency, by its code.
    pub currency: String,
}

/// Some rows of a shard, in the order of the index.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Whether there may be more behind them.
    pub more: bool,
}

impl EntryCursor {
    /// Behind `entry`.
    #[must_use]
    pub fn of(entry: &Entry) -> Self {
        Self { user: entry.user_id.clone(), charge_id: entry.charge_id.clone() }
    }
}

impl TotalCursor {
    /// Behind `total`.
    #[must_use]
    pub fn of(total: &Total) -> Self {
        Self { user: total.user_id.clone(), currency: total.currency.code().to_owned() }
    }
}

impl Cloud {
    /// Entries of one of a month's shards in the order of their ids, at most `limit`, from behind `after`.
    ///
    /// The index follows its table, usually within a second: what was written just now may be missing.
    ///
    /// # Errors
    /// [`Error`] if DynamoDB or a row fails.
    pub async fn entries_of(
        &self,
        period: Period,
        shard: u32,
        after: Option<&EntryCursor>,
        limit: i32,
    ) -> Result<Page<Entry>, Error> {
        let after = after.map(|cursor| {
            (entry_key(&cursor.user, &cursor.charge_id), ("charge_id", cursor.charge_id.clone()))
        });
        let index = Index { name: "period", partition: "period_shard" };
        self.page(index, period_shard(period, shard), after, limit).await
    }

    /// Totals of one of a month's shards in the order of their users, at most `limit`, from behind `after`.
    ///
    /// # Errors
    /// As [`Cloud::entries_of`].
    pub async fn totals_of(
        &self,
        period: Period,
        shard: u32,
        after: Option<&TotalCursor>,
        limit: i32,
    ) -> Result<Page<Total>, Error> {
        let after = after.map(|cursor| {
            let key = total_key(&cursor.user, &period.to_string(), &cursor.currency);
            let pk = ("pk", key.pk.clone());
            (key, pk)
        });
        let index = Index { name: "totals", partition: "total_shard" };
        self.page(index, period_shard(period, shard), after, limit).await
    }

    async fn page<T: Item>(
        &self,
        index: Index,
        shard: String,
        after: Option<(Key, (&'static str, String))>,
        limit: i32,
    ) -> Result<Page<T>, Error> {
        let text = |value: String| AttributeValue::S(value);
        let mut from = after.map(|(key, (sort, value))| {
            let mut from = Attributes::from([
                ("pk".to_owned(), text(key.pk)),
                ("sk".to_owned(), text(key.sk)),
                (index.partition.to_owned(), text(shard.clone())),
            ]);
            from.insert(sort.to_owned(), text(value));
            from
        });
        loop {
            let output = self
                .dynamodb
                .query()
                .table_name(&self.config.billing_table)
                .index_name(index.name)
                .key_condition_expression("#shard = :shard")
                .expression_attribute_names("#shard", index.partition)
                .expression_attribute_values(":shard", text(shard.clone()))
                .set_exclusive_start_key(from)
                .limit(limit)
                .send()
                .await
                .map_err(Error::aws("dynamodb:Query"))?;
            let rows: Vec<T> = output
                .items
                .unwrap_or_default()
                .into_iter()
                .map(|item| table::read(item.into()))
                .collect::<Result<_, _>>()?;
            let more = output.last_evaluated_key.is_some();
            // A page may be empty and not the last.
            if !rows.is_empty() || !more {
                return Ok(Page { rows, more });
            }
            from = output.last_evaluated_key;
        }
    }
}

/// The SDK's type of a key.
#[expect(clippy::disallowed_types, reason = "the SDK's own type; nothing iterates over it")]
type Attributes = std::collections::HashMap<String, AttributeValue>;

/// An index of the ledger by month.
struct Index {
    name: &'static str,
    partition: &'static str,
}
