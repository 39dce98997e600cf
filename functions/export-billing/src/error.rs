//! Why an export could not go on.

use std::io;
use std::path::PathBuf;

use domain::ledger::Overflow;

/// Why an export could not go on. What is stored stays: the next run goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// AWS did not do what it was asked.
    #[error(transparent)]
    Cloud(#[from] cloud::Error),
    /// The directory did not take or give a file.
    #[error("{} cannot be {verb}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What was tried.
        verb: &'static str,
        /// The system's answer.
        #[source]
        source: io::Error,
    },
    /// Rows could not be put into CSV.
    #[error("rows cannot be written as CSV")]
    Csv(#[from] csv::Error),
    /// Rows could not be put into Parquet.
    #[error("rows cannot be written as Parquet")]
    Parquet(#[from] parquet::errors::ParquetError),
    /// The checkpoint or the manifest is no JSON.
    #[error("a document of the export is no JSON")]
    Json(#[from] serde_json::Error),
    /// A sum leaves 64 bits.
    #[error(transparent)]
    Overflow(#[from] Overflow),
}
