//! How far an export has come: kept beside it after each part, so that whoever runs it next goes on from there.

use std::collections::BTreeSet;

use cloud::month::{EntryCursor, TotalCursor};
use exports::job::Job;
use serde::{Deserialize, Serialize};

use crate::manifest::FileOfExport;
use crate::sums::{Sums, Totals};

/// The version of the checkpoints that this release writes. One of another version is not gone on from.
const VERSION: u32 = 1;

/// How far an export has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    v: u32,
    /// Rows of a part when it was written: with others the parts would not fit together.
    part_rows: u64,
    /// The manifest stands: this export is over.
    #[serde(default)]
    pub done: bool,
    /// The shard whose entries are being read; the number of shards once all are.
    pub shard: u32,
    /// The next part of that shard.
    pub part: u32,
    /// Behind which of its entries that part begins.
    pub after: Option<EntryCursor>,
    /// The files that stand.
    pub files: Vec<FileOfExport>,
    /// What is in them.
    pub sums: Sums,
    /// The versions of the price book that their charges name.
    pub price_versions: BTreeSet<String>,
    /// The shard whose totals are being added up.
    pub totals_shard: u32,
    /// Behind which of its totals.
    pub totals_after: Option<TotalCursor>,
    /// What the totals say so far.
    pub totals: Totals,
}

impl Checkpoint {
    /// Nothing is done yet.
    #[must_use]
    pub fn start(job: &Job) -> Self {
        Self {
            v: VERSION,
            part_rows: job.part_rows,
            done: false,
            shard: 0,
            part: 0,
            after: None,
            files: Vec::new(),
            sums: Sums::default(),
            price_versions: BTreeSet::new(),
            totals_shard: 0,
            totals_after: None,
            totals: Totals::default(),
        }
    }

    /// Whether a run of this release can go on from it with parts of that size.
    #[must_use]
    pub fn fits(&self, job: &Job) -> bool {
        self.v == VERSION && self.part_rows == job.part_rows
    }
}
