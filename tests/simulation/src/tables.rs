//! DynamoDB in memory, as far as the product uses it, many times faster than the engine of `aws_local`.
//!
//! Worlds run on it. That it is DynamoDB is not taken on trust: tests have random requests answered by both, and
//! whole worlds run on both, which must come out the same to the byte. A request that is not known here is refused
//! with words that say so, and no promise survives that. Not kept are the size of a page (1 MB) and what DynamoDB
//! checks about the form of a request; the product's other tests run on an engine that does.

pub mod call;
mod expression;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

use aws_local::wire::{AwsError, JSON_1_0, Response};
use bytes::Bytes;
use http::StatusCode;
use serde_json::{Map, Value, json};

use call::{Attribute, Call, Item, Part};
use expression::Condition;

/// DynamoDB's longest item, in bytes.
const ITEM_MAX: usize = 400 * 1024;

/// What stands before the name of an error.
const ERRORS: &str = "com.amazonaws.dynamodb.v20120810#";

/// All tables.
#[derive(Debug, Clone, Default)]
pub struct Tables(BTreeMap<String, Table>);

/// One table, whose keys are texts.
#[derive(Debug, Clone)]
struct Table {
    hash: String,
    range: String,
    rows: BTreeMap<Key, Arc<Row>>,
    indexes: BTreeMap<String, Index>,
}

/// Hash and range.
type Key = (String, String);

/// A row, and how it is written out.
#[derive(Debug)]
struct Row {
    attributes: Item,
    text: String,
}

/// A global secondary index, at once up to date.
#[derive(Debug, Clone)]
struct Index {
    hash: String,
    range: String,
    keys_only: bool,
    entries: BTreeSet<(String, Place, Key)>,
}

/// Where an entry stands among those of the same hash.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Number(i128),
    Text(String),
}

impl Place {
    fn of(value: &Attribute) -> Option<Self> {
        match value {
            Attribute::S(text) => Some(Self::Text(text.clone())),
            _ => value.number().map(Self::Number),
        }
    }
}

/// A request that is refused.
enum Refusal {
    /// The condition of a single write does not hold for what is there.
    Condition(Option<Arc<Row>>),
    /// The same, of a transaction: which of its parts failed.
    Canceled(Vec<bool>),
    Missing(String),
    Invalid(String),
}

impl From<String> for Refusal {
    fn from(said: String) -> Self {
        Self::Invalid(said)
    }
}

/// What a write does to one row when its condition holds.
struct Effect {
    table: String,
    key: Key,
    holds: bool,
    wants_old: bool,
    to: To,
}

enum To {
    Stay,
    Put(Item),
    /// With the names of the attributes that were set.
    Updated(Item, Vec<String>),
    Delete,
}

impl Tables {
    /// Empty tables, as requests of `CreateTable` define them.
    #[must_use]
    pub fn new(definitions: &[Value]) -> Self {
        let tables = definitions.iter().map(|definition| {
            let name = definition["TableName"].as_str().unwrap_or_default();
            (name.to_owned(), Table::new(definition))
        });
        Self(tables.collect())
    }

    /// Answers one request, its body as it was sent.
    pub fn answer_to(&mut self, operation: &str, body: &[u8]) -> Response {
        match Call::read(body) {
            Ok(call) => self.answer(operation, call, &mut |_| ()),
            Err(said) => unread(said),
        }
    }

    /// Answers one request; the rows that it puts are shown to `seen` once they are written.
    pub fn answer(&mut self, operation: &str, call: Call, seen: &mut dyn FnMut(&Item)) -> Response {
        let answer = match operation {
            "GetItem" => self.get(&call),
            "BatchGetItem" => self.batch_get(&call),
            "Query" => self.query(&call),
            "Scan" => self.scan(&call),
            "PutItem" | "UpdateItem" | "DeleteItem" => self.write(operation, call, seen),
            "TransactWriteItems" => self.transact(call, seen),
            _ => Err(Refusal::Invalid(format!("{operation} is not known in the simulation"))),
        };
        match answer {
            Ok(text) => Response::new(StatusCode::OK, JSON_1_0, Bytes::from(text)),
            Err(refusal) => refusal.into_response(),
        }
    }

    /// The rows of a table as they are written out, in the order of their keys.
    #[must_use]
    pub fn texts(&self, table: &str) -> Vec<String> {
        let rows = self.0.get(table).into_iter().flat_map(|table| table.rows.values());
        rows.map(|row| row.text.clone()).collect()
    }

    /// The lowest number under which an index has something of this hash.
    #[must_use]
    pub fn first(&self, table: &str, index: &str, hash: &str) -> Option<i128> {
        let index = self.0.get(table)?.indexes.get(index)?;
        let lowest = (hash.to_owned(), Place::Number(i128::MIN), Key::default());
        match index.entries.range(lowest..).next()? {
            (of, Place::Number(number), _) if of == hash => Some(*number),
            _ => None,
        }
    }

    fn table(&self, call: &Call) -> Result<&Table, Refusal> {
        self.0.get(&call.table_name).ok_or_else(|| Refusal::Missing(call.table_name.clone()))
    }

    fn get(&self, call: &Call) -> Result<String, Refusal> {
        let table = self.table(call)?;
        let row = table.rows.get(&table.key(call.key.as_ref())?);
        Ok(row.map_or_else(|| "{}".to_owned(), |row| format!(r#"{{"Item":{}}}"#, row.text)))
    }

    fn batch_get(&self, call: &Call) -> Result<String, Refusal> {
        let mut answers = Vec::new();
        for (name, wanted) in &call.request_items {
            let table = self.0.get(name).ok_or_else(|| Refusal::Missing(name.clone()))?;
            let mut rows = Vec::new();
            for key in &wanted.keys {
                rows.extend(table.rows.get(&table.key(Some(key))?));
            }
            answers.push(format!("{}:{}", json!(name), list(rows.into_iter())));
        }
        Ok(format!(r#"{{"Responses":{{{}}},"UnprocessedKeys":{{}}}}"#, answers.join(",")))
    }

    fn scan(&self, call: &Call) -> Result<String, Refusal> {
        let table = self.table(call)?;
        let names = expression::names(call)?;
        let after = call.exclusive_start_key.as_ref();
        let after = after.map(|after| table.key(Some(after))).transpose()?;
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let mut page = Page::new(call);
        page.take(table.rows.range((from, Bound::Unbounded)), |(key, row)| {
            let text = match &names {
                None => row.text.clone(),
                Some(names) => {
                    let named = names.iter().filter_map(|name| row.attributes.get_key_value(*name));
                    json!(named.collect::<BTreeMap<_, _>>()).to_string()
                }
            };
            (text, table.named(key))
        });
        Ok(page.into_answer())
    }

    fn query(&self, call: &Call) -> Result<String, Refusal> {
        let table = self.table(call)?;
        let condition = call.key_condition_expression.as_deref();
        let condition = condition.ok_or_else(|| "a query has a condition".to_owned())?;
        let condition = expression::condition(call, condition)?;
        if call.projection_expression.is_some() {
            return Err(Refusal::Invalid("a query tells all, in the simulation".into()));
        }
        let mut page = Page::new(call);
        let after = call.exclusive_start_key.as_ref();
        match &call.index_name {
            None => table.read(&mut page, &condition, after)?,
            Some(name) => {
                let index = table.indexes.get(name);
                let index = index.ok_or_else(|| format!("there is no index {name}"))?;
                index.read(table, &mut page, &condition, after)?;
            }
        }
        Ok(page.into_answer())
    }

    fn write(
        &mut self,
        operation: &str,
        call: Call,
        seen: &mut dyn FnMut(&Item),
    ) -> Result<String, Refusal> {
        let wanted = call.return_values.clone();
        let effect = self.effect(operation, call)?;
        let table = self.0.get_mut(&effect.table).ok_or(Refusal::Canceled(Vec::new()))?;
        let old = table.rows.get(&effect.key).cloned();
        if !effect.holds {
            return Err(Refusal::Condition(old.filter(|_| effect.wants_old)));
        }
        let answer = returned(wanted.as_deref(), old.as_deref(), &effect.to);
        table.apply(effect.key, effect.to, seen)?;
        Ok(answer)
    }

    fn transact(&mut self, call: Call, seen: &mut dyn FnMut(&Item)) -> Result<String, Refusal> {
        let mut effects = Vec::with_capacity(call.transact_items.len());
        for part in call.transact_items {
            effects.push(match part {
                Part::Put(call) => self.effect("PutItem", call)?,
                Part::Update(call) => self.effect("UpdateItem", call)?,
                Part::Delete(call) => self.effect("DeleteItem", call)?,
                Part::ConditionCheck(call) => self.effect("ConditionCheck", call)?,
            });
        }
        let mut rows: Vec<_> = effects.iter().map(|effect| (&effect.table, &effect.key)).collect();
        rows.sort_unstable();
        if rows.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(Refusal::Invalid(
                "Transaction request cannot include multiple operations on one item".into(),
            ));
        }
        if effects.iter().any(|effect| !effect.holds) {
            return Err(Refusal::Canceled(effects.iter().map(|effect| effect.holds).collect()));
        }
        for effect in effects {
            if let Some(table) = self.0.get_mut(&effect.table) {
                table.apply(effect.key, effect.to, seen)?;
            }
        }
        Ok("{}".to_owned())
    }

    /// What a write comes to, before anything is written.
    fn effect(&self, operation: &str, call: Call) -> Result<Effect, Refusal> {
        let table = self.table(&call)?;
        let is_put = operation == "PutItem";
        let key = table.key(if is_put { call.item.as_ref() } else { call.key.as_ref() })?;
        let row = table.rows.get(&key).map(|row| &row.attributes);
        let holds = match &call.condition_expression {
            None => true,
            Some(condition) => {
                expression::condition(&call, condition)?.holds(row.unwrap_or(&Item::new()))
            }
        };
        let to = match operation {
            _ if !holds => To::Stay,
            "ConditionCheck" => To::Stay,
            "PutItem" => To::Put(call.item.unwrap_or_default()),
            "DeleteItem" => To::Delete,
            "UpdateItem" => {
                let mut item = row.or(call.key.as_ref()).cloned().unwrap_or_default();
                let names = expression::change(&mut item, &expression::changes(&call)?)?;
                To::Updated(item, names)
            }
            other => return Err(Refusal::Invalid(format!("{other} is not known here"))),
        };
        if let To::Put(item) | To::Updated(item, _) = &to
            && size(item) > ITEM_MAX
        {
            let said = "Item size has exceeded the maximum allowed size";
            return Err(Refusal::Invalid(said.to_owned()));
        }
        let on_failure = call.return_values_on_condition_check_failure;
        let wants_old = on_failure.as_deref() == Some("ALL_OLD");
        Ok(Effect { table: call.table_name, key, holds, wants_old, to })
    }
}

/// What a request is answered that cannot be read.
pub(crate) fn unread(said: String) -> Response {
    Refusal::Invalid(said).into_response()
}

/// What a write answers.
fn returned(wanted: Option<&str>, old: Option<&Row>, to: &To) -> String {
    let attributes = match (wanted.unwrap_or("NONE"), to) {
        ("ALL_OLD", _) => old.map(|old| old.attributes.clone()),
        ("ALL_NEW", To::Updated(item, _)) => Some(item.clone()),
        ("UPDATED_NEW", To::Updated(item, names)) => {
            let set = names.iter().filter_map(|name| Some((name.clone(), item.get(name)?.clone())));
            Some(set.collect()).filter(|set: &Item| !set.is_empty())
        }
        _ => None,
    };
    match attributes {
        Some(attributes) => json!({ "Attributes": attributes }).to_string(),
        None => "{}".to_owned(),
    }
}

impl Table {
    fn new(definition: &Value) -> Self {
        let (hash, range) = key_names(definition);
        let indexes = definition["GlobalSecondaryIndexes"].as_array().into_iter().flatten();
        let indexes = indexes.map(|definition| {
            let (hash, range) = key_names(definition);
            let keys_only = definition["Projection"]["ProjectionType"] == "KEYS_ONLY";
            let name = definition["IndexName"].as_str().unwrap_or_default().to_owned();
            (name, Index { hash, range, keys_only, entries: BTreeSet::new() })
        });
        Self { hash, range, rows: BTreeMap::new(), indexes: indexes.collect() }
    }

    fn key(&self, item: Option<&Item>) -> Result<Key, String> {
        let text = |name: &str| match item.and_then(|item| item.get(name)?.text()) {
            Some(text) if !text.is_empty() => Ok(text.to_owned()),
            _ => Err(format!("the key {name} is missing, empty or no text")),
        };
        Ok((text(&self.hash)?, text(&self.range)?))
    }

    fn apply(&mut self, key: Key, to: To, seen: &mut dyn FnMut(&Item)) -> Result<(), String> {
        let is_put = matches!(to, To::Put(_));
        let item = match to {
            To::Stay => return Ok(()),
            To::Put(item) | To::Updated(item, _) => Some(item),
            To::Delete => None,
        };
        if let Some(old) = self.rows.get(&key) {
            for index in self.indexes.values_mut() {
                if let Some(entry) = index.entry(&key, &old.attributes) {
                    index.entries.remove(&entry);
                }
            }
        }
        let Some(attributes) = item else {
            self.rows.remove(&key);
            return Ok(());
        };
        for index in self.indexes.values_mut() {
            index.entries.extend(index.entry(&key, &attributes));
        }
        let text = serde_json::to_string(&attributes).map_err(|error| error.to_string())?;
        if is_put {
            seen(&attributes);
        }
        self.rows.insert(key, Arc::new(Row { attributes, text }));
        Ok(())
    }

    /// Reads a page of the table itself.
    fn read(
        &self,
        page: &mut Page,
        condition: &Condition<'_>,
        after: Option<&Item>,
    ) -> Result<(), String> {
        let hash = condition.equals(&self.hash);
        let hash = hash.ok_or_else(|| format!("the condition has to name {}", self.hash))?;
        let after = after.map(|after| self.key(Some(after))).transpose()?;
        let from = match (&after, page.forward) {
            (Some(after), true) => Bound::Excluded(after.clone()),
            _ => Bound::Included((hash.to_owned(), String::new())),
        };
        let rows = self.rows.range((from, Bound::Unbounded));
        let rows = rows.take_while(|((of, _), _)| of == hash);
        let rows = rows.filter(|(_, row)| condition.holds(&row.attributes));
        let rows = page.ordered(rows, |(key, _)| after.as_ref().is_none_or(|after| key < after));
        page.take(rows, |(key, row)| (row.text.clone(), self.named(key)));
        Ok(())
    }

    /// A key as an item has it.
    fn named(&self, (hash, range): &Key) -> Item {
        let parts = [(&self.hash, hash), (&self.range, range)];
        parts.map(|(name, text)| (name.clone(), Attribute::S(text.clone()))).into()
    }
}

impl Index {
    /// Where a row stands in it, if it does.
    fn entry(&self, key: &Key, row: &Item) -> Option<(String, Place, Key)> {
        let hash = row.get(&self.hash)?.text()?;
        Some((hash.to_owned(), Place::of(row.get(&self.range)?)?, key.clone()))
    }

    /// Reads a page of it.
    fn read(
        &self,
        table: &Table,
        page: &mut Page,
        condition: &Condition<'_>,
        after: Option<&Item>,
    ) -> Result<(), String> {
        let hash = condition.equals(&self.hash);
        let hash = hash.ok_or_else(|| format!("the condition has to name {}", self.hash))?;
        let after = match after {
            None => None,
            Some(after) => {
                let place = after.get(&self.range).and_then(Place::of);
                let place = place.ok_or_else(|| format!("the key {} is missing", self.range))?;
                Some((hash.to_owned(), place, table.key(Some(after))?))
            }
        };
        let first = || (hash.to_owned(), Place::Number(i128::MIN), Key::default());
        let from = match (&after, page.forward) {
            (Some(after), true) => Bound::Excluded(after.clone()),
            _ => Bound::Included(first()),
        };
        let entries = self.entries.range((from, Bound::Unbounded));
        let entries = entries.take_while(|(of, ..)| of == hash);
        let entries = entries.filter_map(|entry| Some((entry, table.rows.get(&entry.2)?)));
        let entries = entries.filter(|(_, row)| condition.holds(&row.attributes));
        let keys = |row: &Row| -> Item {
            let names = [&table.hash, &table.range, &self.hash, &self.range];
            names
                .into_iter()
                .filter_map(|name| Some((name.clone(), row.attributes.get(name)?.clone())))
                .collect()
        };
        let write = |(_, row): (&(String, Place, Key), &Arc<Row>)| {
            let keys = keys(row);
            let text = match self.keys_only {
                true => json!(keys).to_string(),
                false => row.text.clone(),
            };
            (text, keys)
        };
        let entries =
            page.ordered(entries, |(entry, _)| after.as_ref().is_none_or(|after| entry < after));
        page.take(entries, write);
        Ok(())
    }
}

/// A page of an answer.
struct Page {
    limit: usize,
    forward: bool,
    rows: Vec<String>,
    /// Where the next page goes on.
    last: Option<Item>,
}

impl Page {
    fn new(call: &Call) -> Self {
        let limit = call.limit.unwrap_or(usize::MAX);
        let forward = call.scan_index_forward != Some(false);
        Self { limit, forward, rows: Vec::new(), last: None }
    }

    /// The rows in the order in which they are wanted; backwards only those that `remain` after the last page.
    fn ordered<'a, T: Clone + 'a>(
        &self,
        rows: impl Iterator<Item = T> + 'a,
        remain: impl Fn(T) -> bool,
    ) -> Box<dyn Iterator<Item = T> + 'a> {
        if self.forward {
            return Box::new(rows);
        }
        let rows: Vec<T> = rows.filter(|row| remain(row.clone())).collect();
        Box::new(rows.into_iter().rev())
    }

    /// Takes rows until the page is full: each as it is written out, with the key by which to go on.
    fn take<T>(&mut self, rows: impl Iterator<Item = T>, write: impl Fn(T) -> (String, Item)) {
        for row in rows.take(self.limit) {
            let (text, key) = write(row);
            self.rows.push(text);
            self.last = Some(key);
        }
        // A page that is full may not be the last one, even if it is.
        if self.rows.len() < self.limit {
            self.last = None;
        }
    }

    fn into_answer(self) -> String {
        let (count, rows) = (self.rows.len(), self.rows.join(","));
        let last = self.last.map(|key| format!(r#","LastEvaluatedKey":{}"#, json!(key)));
        let last = last.unwrap_or_default();
        format!(r#"{{"Items":[{rows}],"Count":{count},"ScannedCount":{count}{last}}}"#)
    }
}

impl Refusal {
    fn into_response(self) -> Response {
        let mut detail = Map::new();
        let (code, said) = match self {
            Self::Condition(old) => {
                if let Some(old) = old {
                    detail.insert("Item".into(), json!(old.attributes));
                }
                ("ConditionalCheckFailedException", "The conditional request failed".to_owned())
            }
            Self::Canceled(parts) => {
                let reasons = parts.iter().map(|holds| match holds {
                    true => json!({"Code": "None"}),
                    false => json!({
                        "Code": "ConditionalCheckFailed",
                        "Message": "The conditional request failed",
                    }),
                });
                detail.insert("CancellationReasons".into(), reasons.collect());
                let said = "Transaction cancelled, please refer cancellation reasons";
                ("TransactionCanceledException", said.to_owned())
            }
            Self::Missing(table) => {
                ("ResourceNotFoundException", format!("there is no table {table}"))
            }
            Self::Invalid(said) => ("ValidationException", said),
        };
        let mut error = AwsError::bad_request(code, said);
        error.detail.extend(detail);
        Response::json_error(JSON_1_0, ERRORS, &error)
    }
}

/// Hash and range, as a definition names them.
fn key_names(definition: &Value) -> Key {
    let of = |kind: &str| {
        let keys = definition["KeySchema"].as_array().into_iter().flatten();
        let mut keys = keys.filter(|key| key["KeyType"] == kind);
        keys.next().and_then(|key| key["AttributeName"].as_str()).unwrap_or_default().to_owned()
    };
    (of("HASH"), of("RANGE"))
}

fn list<'a>(rows: impl Iterator<Item = &'a Arc<Row>>) -> String {
    let rows: Vec<&str> = rows.map(|row| row.text.as_str()).collect();
    format!("[{}]", rows.join(","))
}

/// How long an item is, about as DynamoDB counts: names and values.
fn size(members: &Item) -> usize {
    members.iter().map(|(name, it)| name.len() + length(it)).sum()
}

fn length(value: &Attribute) -> usize {
    match value {
        Attribute::S(text) | Attribute::N(text) => text.len(),
        Attribute::Bool(_) | Attribute::Null(_) => 1,
        Attribute::L(elements) => elements.iter().map(length).sum(),
        Attribute::M(members) => size(members),
    }
}
