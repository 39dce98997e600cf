//! A request to DynamoDB and the attributes in it, read from JSON once: as a tree of JSON values, in which each
//! attribute is a map of its own, rows took a tenth of a world's time.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// An attribute's value, with its type: `{"S": "tea"}`. The product has no sets and no bytes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Attribute {
    /// A text.
    S(String),
    /// A number, in digits.
    N(String),
    /// Yes or no.
    #[serde(rename = "BOOL")]
    Bool(bool),
    /// Nothing, which is not the same as not being there.
    #[serde(rename = "NULL")]
    Null(bool),
    /// A list.
    L(Vec<Self>),
    /// Named members.
    M(Item),
}

/// The attributes of an item, by their names.
pub type Item = BTreeMap<String, Attribute>;

impl Attribute {
    /// The text, if it is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::S(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if it is one and whole: the product has no other.
    #[must_use]
    pub fn number(&self) -> Option<i128> {
        match self {
            Self::N(digits) => digits.parse().ok(),
            _ => None,
        }
    }
}

/// The text of this name, or none.
#[must_use]
pub fn text<'a>(item: &'a Item, name: &str) -> &'a str {
    item.get(name).and_then(Attribute::text).unwrap_or_default()
}

/// The members of a request, of whichever operation. Others are not known, and refused.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase", deny_unknown_fields)]
pub struct Call {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) table_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) index_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) key: Option<Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) item: Option<Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) condition_expression: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) key_condition_expression: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) update_expression: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) projection_expression: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) expression_attribute_names: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) expression_attribute_values: Item,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) exclusive_start_key: Option<Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) limit: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) scan_index_forward: Option<bool>,
    /// Everything is consistent here.
    #[serde(skip_serializing_if = "Option::is_none")]
    consistent_read: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) return_values: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) return_values_on_condition_check_failure: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) request_items: BTreeMap<String, Wanted>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) transact_items: Vec<Part>,
    /// By this DynamoDB knows a transaction again; it is for the wire to do so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client_request_token: Option<String>,
}

/// The rows that are wanted of one table.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Wanted {
    pub(super) keys: Vec<Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    consistent_read: Option<bool>,
}

/// One part of a transaction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Part {
    Put(Call),
    Update(Call),
    Delete(Call),
    ConditionCheck(Call),
}

impl Call {
    /// Reads the body of a request.
    ///
    /// # Errors
    /// What is wrong with it, or not known here.
    pub fn read(body: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(body)
            .map_err(|error| format!("not known in the simulation: {error}"))
    }

    /// The rows that it puts.
    pub(crate) fn puts(&self) -> impl Iterator<Item = &Item> {
        let parts = self.transact_items.iter().filter_map(|part| match part {
            Part::Put(call) => call.item.as_ref(),
            _ => None,
        });
        self.item.iter().chain(parts)
    }
}
