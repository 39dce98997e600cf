//! Why a run could not go on.

use std::io;
use std::path::PathBuf;

use chrono::{DateTime, Utc};

/// Why a run could not go on. What is stored stays: the next one goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum Error {
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
    /// A document is no JSON.
    #[error("a document of the job is no JSON")]
    Json(#[from] serde_json::Error),
    /// Another run has the job, until then at the latest.
    #[error("another run is at it until {until} at the latest")]
    Busy {
        /// By then it has ended, whatever became of it.
        until: DateTime<Utc>,
    },
}
