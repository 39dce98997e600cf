//! Copies of a data directory as it is at one moment, whether a stack runs on it or not.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

/// How long a copy waits for whoever writes at this moment.
const BUSY_WAIT: Duration = Duration::from_secs(5);

/// What is copied: one file each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The tables of DynamoDB.
    Tables,
    /// Everything else: queues, topics, schedules, and the carrier's book.
    Rest,
}

impl Part {
    fn file(self) -> &'static str {
        match self {
            Self::Tables => "dynamodb.sqlite",
            Self::Rest => "aws.sqlite",
        }
    }
}

/// Copies a part of the data in `from` into the directory `into`, which is made if it is missing. The copy holds all
/// that was acknowledged before this call, and of a transaction all or nothing.
///
/// # Errors
/// There are no data, there is a copy already, or the disk is full.
pub fn copy(part: Part, from: &Path, into: &Path) -> Result<(), CopyError> {
    let (source, copy) = (from.join(part.file()), into.join(part.file()));
    let failed = |source: Box<dyn std::error::Error + Send + Sync>| CopyError::Failed {
        path: copy.clone(),
        source,
    };
    fs::create_dir_all(into).map_err(|error| failed(error.into()))?;
    if copy.exists() {
        return Err(CopyError::There { path: copy });
    }
    let open = || {
        let db = Connection::open_with_flags(&source, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        db.busy_timeout(BUSY_WAIT)?;
        // Reads in one transaction, so that whoever writes meanwhile is not seen half.
        db.execute("VACUUM INTO ?1", [copy.to_str()])
    };
    open().map(|_| ()).map_err(|error| failed(error.into()))
}

/// Why there is no copy.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// Nothing is overwritten.
    #[error("there is {} already: name another directory", path.display())]
    There {
        /// The file.
        path: PathBuf,
    },
    /// It could not be read or written.
    #[error("{} cannot be made", path.display())]
    Failed {
        /// The copy.
        path: PathBuf,
        /// What was wrong.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}
