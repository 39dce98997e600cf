//! What is exported: which month, as a final export or as one of many preliminary ones; and what its files are called.

use std::fmt;

use chrono::{DateTime, SubsecRound as _, Utc};
use domain::ledger::Period;

/// Rows of a part. A full one is some 10 MB of CSV, which is put whole and held in memory until it is.
pub const PART_ROWS: u64 = 50_000;

/// A month to be exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Job {
    /// The month.
    pub period: Period,
    /// The moment of a preliminary export, of which there may be many; none for the final one.
    pub as_of: Option<DateTime<Utc>>,
    /// Most rows of a part: [`PART_ROWS`].
    pub part_rows: u64,
}

/// A month of which there can be no entry yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} has not begun yet")]
pub struct NotBegun(pub Period);

/// The formats, by the folder and the extension of their files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For spreadsheets.
    Csv,
    /// For queries.
    Parquet,
}

impl Format {
    /// The word in names and in the manifest.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Parquet => "parquet",
        }
    }
}

impl Job {
    /// The export of `period` that is asked for at `now`: final once nothing of the month can change any more.
    ///
    /// # Errors
    /// [`NotBegun`] for a month that is yet to come.
    pub fn of(period: Period, now: DateTime<Utc>) -> Result<Self, NotBegun> {
        if period > Period::of(now) {
            return Err(NotBegun(period));
        }
        let settled = period.settles_at() <= now;
        let as_of = (!settled).then(|| now.trunc_subsecs(0));
        Ok(Self { period, as_of, part_rows: PART_ROWS })
    }

    /// Whether nothing of the month can change any more.
    #[must_use]
    pub fn is_final(&self) -> bool {
        self.as_of.is_none()
    }

    /// `final` or `preliminary`.
    #[must_use]
    pub fn state(&self) -> &'static str {
        if self.is_final() { "final" } else { "preliminary" }
    }

    /// The folder of all files of the export, with a slash at its end.
    ///
    /// Preliminary ones are in a tree of their own, so that nobody who reads the months adds them up twice, and so
    /// that the bucket can let them go by their prefix.
    #[must_use]
    pub fn folder(&self) -> String {
        let period = self.period;
        match self.as_of {
            None => format!("period={period}/"),
            Some(at) => format!("{}as-of={}/", self.preliminaries(), compact(at)),
        }
    }

    /// The folder of all preliminary exports of the month.
    #[must_use]
    pub fn preliminaries(&self) -> String {
        format!("preliminary/period={}/", self.period)
    }

    /// The name of a part, within the folder.
    #[must_use]
    pub fn part(&self, format: Format, shard: u32, part: u32) -> String {
        let stem = if self.is_final() { "billing" } else { "preliminary" };
        let format = format.as_str();
        format!("{format}/{stem}-{}-{shard}-{part:05}.{format}", self.period)
    }

    /// The name of the manifest, within the folder.
    #[must_use]
    pub fn manifest(&self) -> &'static str {
        if self.is_final() { "manifest.json" } else { "preliminary-manifest.json" }
    }

    /// The name of the checkpoint, outside of the folder: it is no part of the export.
    #[must_use]
    pub fn checkpoint(&self) -> String {
        let run =
            self.as_of.map_or_else(|| "final".to_owned(), |at| format!("as-of={}", compact(at)));
        format!("checkpoints/period={}/{run}.json", self.period)
    }
}

impl fmt::Display for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.period, self.state())
    }
}

/// An instant without characters that some file systems refuse.
#[must_use]
pub fn compact(at: DateTime<Utc>) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(period: &str, now: &str) -> Result<Job, NotBegun> {
        Job::of(period.parse().unwrap(), now.parse().unwrap())
    }

    #[test]
    fn an_export_is_final_once_nothing_of_its_month_can_change() {
        let before = job("2026-11", "2026-12-05T00:14:59.9Z").unwrap();
        assert_eq!(
            (before.state(), before.manifest()),
            ("preliminary", "preliminary-manifest.json")
        );
        let after = job("2026-11", "2026-12-05T00:15:00Z").unwrap();
        assert_eq!((after.state(), after.manifest()), ("final", "manifest.json"));
        let yet_to_come = job("2026-12", "2026-11-30T23:59:59Z").unwrap_err();
        assert_eq!(yet_to_come.to_string(), "2026-12 has not begun yet");
    }

    #[test]
    fn files_of_a_final_export_are_in_its_month_and_no_others_are() {
        let last = job("2026-11", "2027-01-01T00:00:00Z").unwrap();
        assert_eq!(last.folder(), "period=2026-11/");
        assert_eq!(last.part(Format::Csv, 3, 12), "csv/billing-2026-11-3-00012.csv");
        assert_eq!(last.checkpoint(), "checkpoints/period=2026-11/final.json");
        let early = job("2026-11", "2026-11-23T03:00:00.5Z").unwrap();
        assert_eq!(early.folder(), "preliminary/period=2026-11/as-of=20261123T030000Z/");
        assert_eq!(
            early.part(Format::Parquet, 0, 0),
            "parquet/preliminary-2026-11-0-00000.parquet"
        );
        assert_eq!(early.checkpoint(), "checkpoints/period=2026-11/as-of=20261123T030000Z.json");
    }
}
