//! The manifest of an export: what its files hold, and whether that was proved. Written last: without it there is no
//! export.

use chrono::{DateTime, Utc};
use domain::ledger::Kind;
use domain::money::Currency;
use exports::job::Job;
use serde::{Deserialize, Serialize};

use crate::checkpoint::Checkpoint;
use crate::columns::COLUMNS;
use crate::sums::{Sum, Sums};

/// The version of the manifest's form.
const VERSION: u32 = 1;

/// What an export consists of. No time of writing is in it: a final export has the same bytes whenever it is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of this form.
    pub v: u32,
    /// The month, `2026-11`.
    pub period: String,
    /// `final` or `preliminary`.
    pub state: String,
    /// The moment of a preliminary export.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<DateTime<Utc>>,
    /// All rows.
    pub rows: u64,
    /// Rows and sums by currency and kind.
    pub sums: Vec<SumOf>,
    /// How that compares with the totals which were written with the entries.
    pub totals: TotalsSay,
    /// The versions of the price book that the charges name.
    pub price_versions: Vec<String>,
    /// The columns of all files.
    pub columns: Vec<ColumnOf>,
    /// The files. Those of one format hold all rows, each row once.
    pub files: Vec<FileOfExport>,
}

/// Rows and sum of one currency and kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SumOf {
    /// The currency.
    pub currency: Currency,
    /// The kind.
    pub kind: Kind,
    /// Rows and sum.
    #[serde(flatten)]
    pub sum: Sum,
}

/// How the totals compare with the entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "say")]
pub enum TotalsSay {
    /// The same, to the row and to the millionth.
    Same,
    /// Something else: entries were written while they were read, which only a preliminary export may meet.
    Moving {
        /// What they say.
        sums: Vec<SumOf>,
    },
}

/// A column as the manifest has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnOf {
    /// Its name.
    pub name: String,
    /// `text`, `integer` or `instant`.
    #[serde(rename = "type")]
    pub of: String,
    /// Whether every row has it.
    pub required: bool,
}

/// A file of an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileOfExport {
    /// Its name, from the folder of the manifest.
    pub name: String,
    /// `csv` or `parquet`.
    pub format: String,
    /// Its rows, the line of names left out.
    pub rows: u64,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256 in hexadecimal.
    pub sha256: String,
}

impl Manifest {
    /// The manifest of an export of which all files stand.
    #[must_use]
    pub fn of(job: &Job, all: &Checkpoint) -> Self {
        let totals = match all.totals.agree_with(&all.sums) {
            true => TotalsSay::Same,
            false => TotalsSay::Moving { sums: list(all.totals.kinds()) },
        };
        let columns = COLUMNS.iter().map(|column| ColumnOf {
            name: column.name.to_owned(),
            of: column.of.as_str().to_owned(),
            required: column.required,
        });
        Self {
            v: VERSION,
            period: job.period.to_string(),
            state: job.state().to_owned(),
            as_of: job.as_of,
            rows: all.sums.rows(),
            sums: list(&all.sums),
            totals,
            price_versions: all.price_versions.iter().cloned().collect(),
            columns: columns.collect(),
            files: all.files.clone(),
        }
    }
}

fn list(sums: &Sums) -> Vec<SumOf> {
    sums.iter().map(|(currency, kind, sum)| SumOf { currency, kind, sum }).collect()
}
