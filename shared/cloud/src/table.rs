//! Reading rows, and writing them on the condition that nobody else has.
//!
//! Every row counts its writes in `rev`; a write names the count it found. Rows that are written together are written
//! in one transaction. Reads are strongly consistent but for the index of open rows, which is only a hint.

use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, ConditionCheck, Delete, KeysAndAttributes, Put, TransactWriteItem,
};
use aws_smithy_runtime_api::client::result::SdkError;
use chrono::{DateTime, Utc};
use domain::ids::UserId;
use domain::limits;
use domain::phone::Phone;

use crate::connection::Cloud;
use crate::error::Error;
use crate::items::{Item, Key, Stored, Table, VERSION, texts_in_minute_key};

/// Attributes as the SDK has them.
type Attributes = serde_dynamo::Item;

/// Rounds of asking again for keys that a batch left out.
const BATCH_ROUNDS: usize = 5;

/// Rows read together, as attributes, to be taken out by key.
#[derive(Debug, Default)]
pub struct Rows(Vec<(Key, Attributes)>);

/// Rows to be written together, or not at all.
#[derive(Debug)]
pub struct Write<'a> {
    cloud: &'a Cloud,
    now: DateTime<Utc>,
    puts: Vec<(Key, Put)>,
    checks: Vec<(Key, ConditionCheck)>,
    deletes: Vec<(Key, Delete)>,
}

/// What came of a write.
#[derive(Debug)]
pub enum Written {
    /// All rows were written.
    Done,
    /// None was written: these rows had moved. No row at all if somebody else was writing some of them at that very
    /// moment, which says nothing about what they hold: read again, decide again.
    Moved(Vec<Key>),
}

/// A row of the index of open rows: where it is and when it should have moved.
#[derive(Debug, Clone)]
pub struct OpenRow {
    /// Where the row is.
    pub key: Key,
    /// By when it should have moved, as the index knows.
    pub check_at: DateTime<Utc>,
}

impl Rows {
    /// Whether there is a row at `key`.
    #[must_use]
    pub fn has(&self, key: &Key) -> bool {
        self.0.iter().any(|(of, _)| of == key)
    }

    /// The row at `key`, if there is one.
    ///
    /// # Errors
    /// [`Error::NewerVersion`] and [`Error::Row`] if it cannot be read.
    pub fn take<T: Item>(&self, key: &Key) -> Result<Option<Stored<T>>, Error> {
        match self.0.iter().find(|(of, _)| of == key) {
            Some((_, attributes)) => decode(key, attributes.clone()).map(Some),
            None => Ok(None),
        }
    }
}

impl Cloud {
    fn table(&self, table: Table) -> &str {
        match table {
            Table::Reminders => &self.config.reminders_table,
            Table::Billing => &self.config.billing_table,
        }
    }

    /// One row, as it is now.
    ///
    /// # Errors
    /// [`Error`] if DynamoDB or the row fails.
    pub async fn get<T: Item>(&self, key: &Key) -> Result<Option<Stored<T>>, Error> {
        let output = self
            .dynamodb
            .get_item()
            .table_name(self.table(key.table))
            .key("pk", AttributeValue::S(key.pk.clone()))
            .key("sk", AttributeValue::S(key.sk.clone()))
            .consistent_read(true)
            .send()
            .await
            .map_err(Error::aws("dynamodb:GetItem"))?;
        output.item.map(|item| decode(key, item.into())).transpose()
    }

    /// Several rows at once; each is as it is now, but they need not be of the same instant.
    ///
    /// # Errors
    /// [`Error`] if DynamoDB fails, or leaves rows out again and again.
    pub async fn get_all(&self, keys: &[Key]) -> Result<Rows, Error> {
        let mut rows = Rows::default();
        let mut left: Vec<&Key> = keys.iter().collect();
        for _ in 0..BATCH_ROUNDS {
            let mut request = self.dynamodb.batch_get_item();
            for table in [Table::Reminders, Table::Billing] {
                let wanted: Vec<_> = left.iter().filter(|key| key.table == table).collect();
                if wanted.is_empty() {
                    continue;
                }
                let attributes = wanted
                    .into_iter()
                    .fold(KeysAndAttributes::builder().consistent_read(true), |builder, key| {
                        builder.keys(
                            [("pk", &key.pk), ("sk", &key.sk)]
                                .map(|(name, value)| {
                                    (name.into(), AttributeValue::S(value.clone()))
                                })
                                .into(),
                        )
                    })
                    .build()
                    .map_err(|source| Error::Aws {
                        operation: "dynamodb:BatchGetItem",
                        source: Box::new(source),
                    })?;
                request = request.request_items(self.table(table), attributes);
            }
            let output = request.send().await.map_err(Error::aws("dynamodb:BatchGetItem"))?;
            for (table, items) in output.responses.unwrap_or_default() {
                for item in items {
                    let key =
                        left.iter().find(|key| self.table(key.table) == table && is_at(&item, key));
                    if let Some(key) = key {
                        rows.0.push(((*key).clone(), item.into()));
                    }
                }
            }
            let unprocessed = output.unprocessed_keys.unwrap_or_default();
            left.retain(|key| {
                unprocessed
                    .get(self.table(key.table))
                    .is_some_and(|missing| missing.keys().iter().any(|item| is_at(item, key)))
            });
            if left.is_empty() {
                return Ok(rows);
            }
            pause().await;
        }
        Err(Error::TimedOut("dynamodb:BatchGetItem"))
    }

    /// All rows of a partition whose sort key begins as `prefix` does, in the order of their keys.
    ///
    /// # Errors
    /// [`Error`] if DynamoDB or a row fails.
    pub async fn query<T: Item>(&self, prefix: &Key) -> Result<Vec<Stored<T>>, Error> {
        let items = self.query_attributes(prefix).await?;
        items
            .into_iter()
            .map(|item| {
                let key = Key { sk: text(&item, "sk"), ..prefix.clone() };
                decode(&key, item)
            })
            .collect()
    }

    /// The keys and revisions of all rows of a partition, in the order of their keys; no revision where a row has none.
    ///
    /// # Errors
    /// [`Error`] if DynamoDB fails.
    pub(crate) async fn keys_of(&self, partition: &Key) -> Result<Vec<(Key, Option<u64>)>, Error> {
        let whole = Key { sk: String::new(), ..partition.clone() };
        let items = self.query_attributes(&whole).await?;
        let of = |item: &Attributes| {
            let serde_dynamo::AttributeValue::S(sk) = item.get("sk")? else { return None };
            Some((Key { sk: sk.clone(), ..whole.clone() }, number(item, "rev")))
        };
        Ok(items.iter().filter_map(of).collect())
    }

    /// Takes the number out of an entry of the ledger: the one change that an entry allows. False if it has moved since
    /// it was read as of `rev`.
    ///
    /// # Errors
    /// [`Error`] if DynamoDB fails.
    pub(crate) async fn take_out_number(&self, entry: &Key, rev: u64) -> Result<bool, Error> {
        let result = self
            .dynamodb
            .update_item()
            .table_name(self.table(entry.table))
            .key("pk", AttributeValue::S(entry.pk.clone()))
            .key("sk", AttributeValue::S(entry.sk.clone()))
            .update_expression("REMOVE phone SET rev = :next")
            .condition_expression("rev = :rev")
            .expression_attribute_values(":rev", AttributeValue::N(rev.to_string()))
            .expression_attribute_values(":next", AttributeValue::N((rev + 1).to_string()))
            .send()
            .await;
        match result {
            Ok(_) => Ok(true),
            Err(error) if error.code() == Some("ConditionalCheckFailedException") => Ok(false),
            Err(error) => Err(Error::aws("dynamodb:UpdateItem")(error)),
        }
    }

    /// As [`Cloud::query`], before the rows are read; of the whole partition where the prefix has no sort key.
    pub(crate) async fn query_attributes(&self, prefix: &Key) -> Result<Vec<Attributes>, Error> {
        let mut items = Vec::new();
        let mut from = None;
        let of_partition = AttributeValue::S(prefix.pk.clone());
        loop {
            let query = self.dynamodb.query().table_name(self.table(prefix.table));
            let query = match prefix.sk.as_str() {
                "" => query.key_condition_expression("pk = :pk"),
                sk => query
                    .key_condition_expression("pk = :pk AND begins_with(sk, :sk)")
                    .expression_attribute_values(":sk", AttributeValue::S(sk.to_owned())),
            };
            let output = query
                .expression_attribute_values(":pk", of_partition.clone())
                .consistent_read(true)
                .set_exclusive_start_key(from)
                .send()
                .await
                .map_err(Error::aws("dynamodb:Query"))?;
            items.extend(output.items.unwrap_or_default().into_iter().map(Into::into));
            from = output.last_evaluated_key;
            if from.is_none() {
                return Ok(items);
            }
        }
    }

    /// Open rows of one shard that should have moved by `now`, the oldest first, at most `limit`; those behind
    /// `after`, where the last page ended.
    ///
    /// The index is a hint: it may be behind the rows.
    ///
    /// # Errors
    /// [`Error`] if DynamoDB fails.
    pub async fn open_rows(
        &self,
        shard: u32,
        now: DateTime<Utc>,
        limit: i32,
        after: Option<&OpenRow>,
    ) -> Result<Vec<OpenRow>, Error> {
        let after = after.map(|row| {
            let text = |value: &str| AttributeValue::S(value.to_owned());
            [
                ("pk".to_owned(), text(&row.key.pk)),
                ("sk".to_owned(), text(&row.key.sk)),
                ("open".to_owned(), text(&open_partition(shard))),
                ("check_at".to_owned(), AttributeValue::N(millis(row.check_at))),
            ]
            .into()
        });
        let output = self
            .dynamodb
            .query()
            .table_name(&self.config.reminders_table)
            .index_name("open")
            .key_condition_expression("#open = :open AND check_at <= :now")
            .expression_attribute_names("#open", "open")
            .expression_attribute_values(":open", AttributeValue::S(open_partition(shard)))
            .expression_attribute_values(":now", AttributeValue::N(millis(now)))
            .limit(limit)
            .set_exclusive_start_key(after)
            .send()
            .await
            .map_err(Error::aws("dynamodb:Query"))?;
        Ok(output
            .items
            .unwrap_or_default()
            .into_iter()
            .filter_map(|item| {
                let pk = item.get("pk")?.as_s().ok()?.clone();
                let sk = item.get("sk")?.as_s().ok()?.clone();
                let check_at = item.get("check_at")?.as_n().ok()?.parse().ok()?;
                let check_at = DateTime::from_timestamp_millis(check_at)?;
                Some(OpenRow { key: Key { table: Table::Reminders, pk, sk }, check_at })
            })
            .collect())
    }

    /// The user whose entry of the ledger has this id, among those of one partition of the index by period.
    ///
    /// # Errors
    /// [`Error`] if DynamoDB fails.
    pub(crate) async fn user_in_period(
        &self,
        shard: &str,
        charge_id: &str,
    ) -> Result<Option<UserId>, Error> {
        let output = self
            .dynamodb
            .query()
            .table_name(&self.config.billing_table)
            .index_name("period")
            .key_condition_expression("period_shard = :shard AND charge_id = :id")
            .expression_attribute_values(":shard", AttributeValue::S(shard.to_owned()))
            .expression_attribute_values(":id", AttributeValue::S(charge_id.to_owned()))
            .send()
            .await
            .map_err(Error::aws("dynamodb:Query"))?;
        let users = output.items.unwrap_or_default();
        Ok(users.iter().find_map(|item| item.get("user_id")?.as_s().ok()?.parse().ok()))
    }

    /// Has an open row looked at again only after `until`, whatever it says: for rows that could not be looked after.
    ///
    /// Only the index learns of it. The row keeps its revision, so that nobody who is about to move it is disturbed,
    /// and whoever does sets the time anew. Nothing happens to a row that has moved since the index was read.
    ///
    /// # Errors
    /// [`Error`] if DynamoDB fails.
    pub async fn put_off(&self, row: &OpenRow, until: DateTime<Utc>) -> Result<(), Error> {
        let result = self
            .dynamodb
            .update_item()
            .table_name(self.table(row.key.table))
            .key("pk", AttributeValue::S(row.key.pk.clone()))
            .key("sk", AttributeValue::S(row.key.sk.clone()))
            .update_expression("SET check_at = :until")
            .condition_expression("attribute_exists(#open) AND check_at = :seen")
            .expression_attribute_names("#open", "open")
            .expression_attribute_values(":until", AttributeValue::N(millis(until)))
            .expression_attribute_values(":seen", AttributeValue::N(millis(row.check_at)))
            .send()
            .await;
        match result {
            Ok(_) => Ok(()),
            Err(error) if error.code() == Some("ConditionalCheckFailedException") => Ok(()),
            Err(error) => Err(Error::aws("dynamodb:UpdateItem")(error)),
        }
    }

    /// Counts a text of `phone` in the minute of `sent_at`; returns how many that makes.
    ///
    /// # Errors
    /// [`Error`] if DynamoDB fails.
    pub async fn count_text(&self, phone: &Phone, sent_at: DateTime<Utc>) -> Result<u32, Error> {
        let key = texts_in_minute_key(phone, sent_at);
        let expires = (sent_at + limits::KEPT_AFTER_END).timestamp().to_string();
        let output = self
            .dynamodb
            .update_item()
            .table_name(self.table(key.table))
            .key("pk", AttributeValue::S(key.pk))
            .key("sk", AttributeValue::S(key.sk))
            .update_expression("ADD texts :one SET expires_at = :expires")
            .expression_attribute_values(":one", AttributeValue::N("1".into()))
            .expression_attribute_values(":expires", AttributeValue::N(expires))
            .return_values(aws_sdk_dynamodb::types::ReturnValue::UpdatedNew)
            .send()
            .await
            .map_err(Error::aws("dynamodb:UpdateItem"))?;
        let count = output.attributes.as_ref().and_then(|new| new.get("texts")?.as_n().ok());
        Ok(count.and_then(|count| count.parse().ok()).unwrap_or(0))
    }

    /// Begins a write of one or more rows, decided at `now`.
    #[must_use]
    pub fn write(&self, now: DateTime<Utc>) -> Write<'_> {
        Write { cloud: self, now, puts: Vec::new(), checks: Vec::new(), deletes: Vec::new() }
    }
}

impl Write<'_> {
    /// Adds a row, to be written only if it has not moved since it was read (or still does not exist).
    ///
    /// # Errors
    /// [`Error::Row`] if it cannot be encoded.
    pub fn put<T: Item>(mut self, stored: &Stored<T>) -> Result<Self, Error> {
        let key = stored.row.key();
        let mut item = encode(&key, stored)?;
        if let Some((user, check_at)) = stored.row.open(self.now, &self.cloud.config.policy) {
            let shard = user.shard(self.cloud.config.open_shards);
            item.insert("open".into(), AttributeValue::S(open_partition(shard)).into());
            item.insert("check_at".into(), AttributeValue::N(millis(check_at)).into());
        } else if let Some(expires_at) = stored.row.expires_at(self.now) {
            let seconds = expires_at.timestamp().to_string();
            item.insert("expires_at".into(), AttributeValue::N(seconds).into());
        }
        for (name, value) in stored.row.extra() {
            item.insert(name.into(), AttributeValue::S(value).into());
        }
        let put =
            Put::builder().table_name(self.cloud.table(key.table)).set_item(Some(item.into()));
        let put = match stored.rev {
            0 => put.condition_expression("attribute_not_exists(pk)"),
            rev => put
                .condition_expression("rev = :rev")
                .expression_attribute_values(":rev", AttributeValue::N(rev.to_string())),
        };
        let put = put.build().map_err(|source| Error::Aws {
            operation: "dynamodb:TransactWriteItems",
            source: Box::new(source),
        })?;
        self.puts.push((key, put));
        Ok(self)
    }

    /// As [`Write::put`], for a row that may not be part of this write.
    ///
    /// # Errors
    /// [`Error::Row`] if it cannot be encoded.
    pub fn put_if<T: Item>(self, stored: Option<&Stored<T>>) -> Result<Self, Error> {
        match stored {
            Some(stored) => self.put(stored),
            None => Ok(self),
        }
    }

    /// Writes only if this row has not moved either since it was read, which itself stays as it is.
    ///
    /// # Errors
    /// [`Error::Aws`] if the condition cannot be put into words.
    pub fn unmoved<T: Item>(mut self, stored: &Stored<T>) -> Result<Self, Error> {
        let key = stored.row.key();
        let check = ConditionCheck::builder()
            .table_name(self.cloud.table(key.table))
            .key("pk", AttributeValue::S(key.pk.clone()))
            .key("sk", AttributeValue::S(key.sk.clone()))
            .condition_expression("rev = :rev")
            .expression_attribute_values(":rev", AttributeValue::N(stored.rev.to_string()))
            .build()
            .map_err(|source| Error::Aws {
                operation: "dynamodb:TransactWriteItems",
                source: Box::new(source),
            })?;
        self.checks.push((key, check));
        Ok(self)
    }

    /// Deletes a row, if it has not moved since it was read as of `rev`; without one, whatever it is.
    ///
    /// # Errors
    /// [`Error::Aws`] if the condition cannot be put into words.
    pub fn delete(mut self, key: &Key, rev: Option<u64>) -> Result<Self, Error> {
        let delete = Delete::builder()
            .table_name(self.cloud.table(key.table))
            .key("pk", AttributeValue::S(key.pk.clone()))
            .key("sk", AttributeValue::S(key.sk.clone()));
        let delete = match rev {
            None => delete,
            Some(rev) => delete
                .condition_expression("rev = :rev")
                .expression_attribute_values(":rev", AttributeValue::N(rev.to_string())),
        };
        let delete = delete.build().map_err(|source| Error::Aws {
            operation: "dynamodb:TransactWriteItems",
            source: Box::new(source),
        })?;
        self.deletes.push((key.clone(), delete));
        Ok(self)
    }

    /// Writes.
    ///
    /// # Errors
    /// [`Error`] if DynamoDB fails; whether the rows were written is not known then.
    pub async fn commit(mut self) -> Result<Written, Error> {
        if self.puts.len() == 1
            && self.checks.is_empty()
            && self.deletes.is_empty()
            && let Some((key, put)) = self.puts.pop()
        {
            return self.commit_one(key, put).await;
        }
        self.claim().await
    }

    /// As [`Write::commit`], but as a transaction even of a single row: for what is done only by whoever has written.
    ///
    /// DynamoDB knows the SDK's own repetition of a transaction by its token. A repeated put after a lost answer would
    /// find the row moved, by itself, and nobody would do what was claimed.
    ///
    /// # Errors
    /// As [`Write::commit`].
    pub async fn claim(self) -> Result<Written, Error> {
        let puts = self
            .puts
            .into_iter()
            .map(|(key, put)| (key, TransactWriteItem::builder().put(put).build()));
        let checks = self
            .checks
            .into_iter()
            .map(|(key, check)| (key, TransactWriteItem::builder().condition_check(check).build()));
        let deletes = self
            .deletes
            .into_iter()
            .map(|(key, delete)| (key, TransactWriteItem::builder().delete(delete).build()));
        let (keys, items): (Vec<_>, Vec<_>) = puts.chain(checks).chain(deletes).unzip();
        let result =
            self.cloud.dynamodb.transact_write_items().set_transact_items(Some(items)).send().await;
        match result {
            Ok(_) => Ok(Written::Done),
            Err(error) => match moved(&error, &keys) {
                Some(moved) => Ok(Written::Moved(moved)),
                None => Err(Error::aws("dynamodb:TransactWriteItems")(error)),
            },
        }
    }

    async fn commit_one(&self, key: Key, put: Put) -> Result<Written, Error> {
        let result = self
            .cloud
            .dynamodb
            .put_item()
            .table_name(put.table_name)
            .set_item(Some(put.item))
            .set_condition_expression(put.condition_expression)
            .set_expression_attribute_values(put.expression_attribute_values)
            .send()
            .await;
        match result {
            Ok(_) => Ok(Written::Done),
            Err(error) if error.code() == Some("ConditionalCheckFailedException") => {
                Ok(Written::Moved(vec![key]))
            }
            Err(error) if error.code() == Some("TransactionConflictException") => {
                Ok(Written::Moved(Vec::new()))
            }
            Err(error) => Err(Error::aws("dynamodb:PutItem")(error)),
        }
    }
}

/// The rows that had moved; none of them if the transaction only met another one. `None` for any other error.
fn moved<R>(error: &SdkError<TransactWriteItemsError, R>, keys: &[Key]) -> Option<Vec<Key>> {
    let Some(TransactWriteItemsError::TransactionCanceledException(canceled)) =
        error.as_service_error()
    else {
        return None;
    };
    let reasons = canceled.cancellation_reasons();
    let is = |code: &str| reasons.iter().any(|reason| reason.code() == Some(code));
    if !is("ConditionalCheckFailed") && !is("TransactionConflict") {
        return None;
    }
    let failed = reasons.iter().zip(keys);
    let failed = failed.filter(|(reason, _)| reason.code() == Some("ConditionalCheckFailed"));
    Some(failed.map(|(_, key)| key.clone()).collect())
}

/// Waits a moment, not the same for all who wait: up to 50 ms.
pub async fn pause() {
    tokio::time::sleep(std::time::Duration::from_millis(fastrand::u64(5..50))).await;
}

fn open_partition(shard: u32) -> String {
    format!("OPEN#{shard}")
}

fn millis(at: DateTime<Utc>) -> String {
    at.timestamp_millis().to_string()
}

#[expect(
    clippy::disallowed_types,
    reason = "the SDK's own type of an item; nothing iterates over it"
)]
fn is_at(item: &std::collections::HashMap<String, AttributeValue>, key: &Key) -> bool {
    let is = |name: &str, value: &str| {
        item.get(name).and_then(|found| found.as_s().ok()).is_some_and(|found| found == value)
    };
    is("pk", &key.pk) && is("sk", &key.sk)
}

fn encode<T: Item>(key: &Key, stored: &Stored<T>) -> Result<Attributes, Error> {
    let mut item: Attributes = serde_dynamo::to_item(&stored.row)
        .map_err(|source| Error::Row { key: format!("{key:?}"), source })?;
    let mut set = |name: &str, value: AttributeValue| item.insert(name.into(), value.into());
    set("pk", AttributeValue::S(key.pk.clone()));
    set("sk", AttributeValue::S(key.sk.clone()));
    set("v", AttributeValue::N(VERSION.to_string()));
    set("rev", AttributeValue::N((stored.rev + 1).to_string()));
    Ok(item)
}

/// A row among others, as an index or a whole partition has it.
pub(crate) fn read<T: Item>(item: Attributes) -> Result<T, Error> {
    let key = Key { table: Table::Billing, pk: text(&item, "pk"), sk: text(&item, "sk") };
    decode(&key, item).map(|stored| stored.row)
}

/// An attribute's text; empty where there is none.
pub(crate) fn text(item: &Attributes, name: &str) -> String {
    match item.get(name) {
        Some(serde_dynamo::AttributeValue::S(text)) => text.clone(),
        _ => String::new(),
    }
}

fn number(item: &Attributes, name: &str) -> Option<u64> {
    match item.get(name)? {
        serde_dynamo::AttributeValue::N(number) => number.parse().ok(),
        _ => None,
    }
}

fn decode<T: Item>(key: &Key, item: Attributes) -> Result<Stored<T>, Error> {
    let version = number(&item, "v").and_then(|v| u32::try_from(v).ok()).unwrap_or(0);
    let rev = number(&item, "rev").unwrap_or(0);
    if version > VERSION {
        return Err(Error::NewerVersion { key: format!("{key:?}"), version });
    }
    let row = serde_dynamo::from_item(item)
        .map_err(|source| Error::Row { key: format!("{key:?}"), source })?;
    Ok(Stored { row, rev })
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::types::CancellationReason;
    use aws_sdk_dynamodb::types::error::TransactionCanceledException;

    use super::*;

    /// What `moved` makes of a transaction of three rows that was cancelled for these reasons.
    fn moved_of(reasons: [&str; 3]) -> Option<Vec<String>> {
        let reasons = reasons.map(|code| CancellationReason::builder().code(code).build());
        let canceled = TransactionCanceledException::builder()
            .set_cancellation_reasons(Some(reasons.into()))
            .build();
        let error = TransactWriteItemsError::TransactionCanceledException(canceled);
        let keys = ["a", "b", "c"].map(|sk| Key {
            table: Table::Reminders,
            pk: "p".into(),
            sk: sk.into(),
        });
        let moved = moved(&SdkError::service_error(error, ()), &keys)?;
        Some(moved.into_iter().map(|key| key.sk).collect())
    }

    #[test]
    fn only_a_failed_condition_says_that_a_row_has_moved() {
        let rows = |rows: &[&str]| Some(rows.iter().map(|row| (*row).to_owned()).collect());
        assert_eq!(moved_of(["None", "ConditionalCheckFailed", "None"]), rows(&["b"]));
        assert_eq!(moved_of(["TransactionConflict", "None", "None"]), rows(&[]));
        let both = ["TransactionConflict", "None", "ConditionalCheckFailed"];
        assert_eq!(moved_of(both), rows(&["c"]));
        assert_eq!(moved_of(["ThrottlingError", "None", "None"]), None, "that is a fault");
    }
}
