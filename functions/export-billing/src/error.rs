//! Why an export could not go on.

use domain::ledger::Overflow;

/// Why an export could not go on. What is stored stays: the next run goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// Neither read nor written, or another run is at it.
    #[error(transparent)]
    Exports(#[from] exports::error::Error),
    /// The ledger cannot be read.
    #[error(transparent)]
    Cloud(#[from] cloud::Error),
    /// Rows could not be put into CSV.
    #[error("rows cannot be written as CSV")]
    Csv(#[from] csv::Error),
    /// Rows could not be put into Parquet.
    #[error("rows cannot be written as Parquet")]
    Parquet(#[from] parquet::errors::ParquetError),
    /// The manifest is no JSON.
    #[error("the manifest is no JSON")]
    Json(#[from] serde_json::Error),
    /// A sum leaves 64 bits.
    #[error(transparent)]
    Overflow(#[from] Overflow),
}
