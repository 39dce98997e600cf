//! The columns of an export: defined once, for CSV, Parquet and the manifest. A phone number is in none of them.

use chrono::{DateTime, Utc};
use domain::ledger::{Entry, Reduction};

/// What the cells of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// UTF-8.
    Text,
    /// A whole number of 64 bits.
    Integer,
    /// An instant in UTC, to the millisecond.
    Instant,
}

impl Type {
    /// The word in the manifest.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Instant => "instant",
        }
    }
}

/// One cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell<'a> {
    /// Of a column of texts.
    Text(&'a str),
    /// Of a column of whole numbers.
    Integer(i64),
    /// Of a column of instants.
    Instant(DateTime<Utc>),
}

/// A column.
pub struct Column {
    /// Its name in all formats.
    pub name: &'static str,
    /// What its cells are.
    pub of: Type,
    /// Whether every row has a cell.
    pub required: bool,
    /// Whether few values come again and again: Parquet then keeps a dictionary.
    pub repeats: bool,
    /// The cell of an entry.
    pub cell: for<'a> fn(&'a Entry) -> Option<Cell<'a>>,
}

const fn text(name: &'static str, cell: for<'a> fn(&'a Entry) -> Option<Cell<'a>>) -> Column {
    Column { name, of: Type::Text, required: true, repeats: true, cell }
}

impl Column {
    const fn of(self, of: Type) -> Self {
        Self { of, ..self }
    }

    const fn optional(self) -> Self {
        Self { required: false, ..self }
    }

    const fn varied(self) -> Self {
        Self { repeats: false, ..self }
    }
}

/// All columns, in their order. Columns are added at the end and never taken away: others read them by name and place.
pub const COLUMNS: [Column; 17] = [
    text("charge_id", |entry| Some(Cell::Text(&entry.charge_id))).varied(),
    text("kind", |entry| Some(Cell::Text(entry.kind.as_str()))),
    text("user_id", |entry| Some(Cell::Text(entry.user_id.as_str()))),
    text("country", |entry| Some(Cell::Text(entry.country.code()))),
    text("amount_micros", |entry| Some(Cell::Integer(entry.amount_micros.0))).of(Type::Integer),
    text("list_micros", |entry| Some(Cell::Integer(entry.list_micros?.0)))
        .of(Type::Integer)
        .optional(),
    text("reduced_by", |entry| entry.reduced_by.map(Reduction::as_str).map(Cell::Text)).optional(),
    text("currency", |entry| Some(Cell::Text(entry.currency.code()))),
    text("at", |entry| Some(Cell::Instant(entry.at))).of(Type::Instant).varied(),
    text("period", |entry| Some(Cell::Text(&entry.period))),
    text("belongs_to", |entry| entry.belongs_to.as_deref().map(Cell::Text)).optional(),
    text("written_at", |entry| Some(Cell::Instant(entry.written_at))).of(Type::Instant).varied(),
    text("price_version", |entry| Some(Cell::Text(&entry.price_version))),
    text("price_rule", |entry| Some(Cell::Text(&entry.price_rule))),
    text("corrects", |entry| entry.corrects.as_deref().map(Cell::Text)).optional(),
    text("corrected_by", |entry| entry.corrected_by.as_deref().map(Cell::Text)).optional(),
    text("reason", |entry| entry.reason.as_deref().map(Cell::Text)).optional(),
];
