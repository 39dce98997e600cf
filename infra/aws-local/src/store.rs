//! The SQLite file (or memory) that every service but DynamoDB keeps its state in, its lock, and
//! new ids.
//!
//! One connection, one writer: a request is one `IMMEDIATE` transaction, and whoever holds the
//! [`Store`] holds the only right to write. The journal is a write-ahead log with `synchronous =
//! NORMAL`: what was acknowledged survives `kill -9` of this process at any time; a power cut may
//! take the last moments with it, but never leaves half a transaction. For a stack on one machine
//! that is the right price.

use std::cell::RefCell;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::DateTime;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OptionalExtension, TransactionBehavior};

use crate::{Now, carrier, events, lambda, s3, scheduler, sns, sqs};

/// The version of the tables below, kept in SQLite's `user_version`. A later one was written by a
/// newer program, whose rows this one cannot know.
const SCHEMA_VERSION: i64 = 1;

/// How long to wait for another process (a reader such as `ringback trace`) to let go of the file.
/// Readers never hold up a write-ahead log for long; only its checkpoints meet them.
const BUSY_WAIT: Duration = Duration::from_secs(5);

/// Prepared statements kept; all services together have fewer than this.
const STATEMENTS_KEPT: usize = 256;

/// What belongs to no service: how often the store was opened.
const SCHEMA: &str =
    "CREATE TABLE IF NOT EXISTS store (name TEXT PRIMARY KEY, value INTEGER NOT NULL);";

/// Where the state is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    /// Nowhere: it is gone with the process. For tests and simulations.
    Memory,
    /// In this directory, created if need be, and locked as long as the store is open.
    Directory(PathBuf),
}

impl Data {
    /// The file of this name in the data directory; `None` in memory.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<PathBuf> {
        match self {
            Self::Memory => None,
            Self::Directory(directory) => Some(directory.join(name)),
        }
    }
}

/// The state of all services but DynamoDB.
pub struct Store {
    /// Dropped before the lock is: fields drop in the order in which they are declared.
    db: Connection,
    ids: Ids,
    /// Held, never read. The system lets go of it when the process ends, however it ends.
    _lock: Option<File>,
}

impl Store {
    /// Opens the store, creating directory, file and tables that are missing. With a `seed` all ids
    /// made by this store are a function of the seed and of how often the store was opened before.
    ///
    /// # Errors
    /// A sentence a person understands: another stack has the directory, it cannot be written, the
    /// disk is full, the file is of a newer version or damaged.
    pub fn open(data: &Data, seed: Option<u64>) -> Result<Self, OpenError> {
        let (db, lock, path) = match data {
            Data::Memory => (Connection::open_in_memory(), None, PathBuf::from(":memory:")),
            Data::Directory(directory) => {
                let lock = lock(directory)?;
                let path = directory.join("aws.sqlite");
                (Connection::open(&path), Some(lock), path)
            }
        };
        let explain = |error| OpenError::from_sqlite(&path, error);
        let mut db = db.map_err(explain)?;
        let opened = prepare(&mut db).map_err(explain)?;
        let Some(opened) = opened else { return Err(OpenError::NewerVersion { path }) };
        Ok(Self { db, ids: Ids::new(seed, opened), _lock: lock })
    }

    /// Runs `f` in one transaction: kept if it returns `Ok`, as if never begun if it returns `Err`
    /// or panics.
    ///
    /// # Errors
    /// What `f` returned, or that the transaction could not be begun or kept (a full disk).
    pub fn transaction<T, E: From<rusqlite::Error>>(
        &mut self,
        f: impl FnOnce(&Connection, &Ids) -> Result<T, E>,
    ) -> Result<T, E> {
        let transaction = Begun::on(&self.db)?;
        let value = f(&self.db, &self.ids)?;
        transaction.commit()?;
        Ok(value)
    }

    /// Looks at something, without a transaction: cheaper, for whoever looks often and rarely
    /// finds.
    ///
    /// # Errors
    /// What `f` returned.
    pub fn look<T, E>(&self, f: impl FnOnce(&Connection, &Ids) -> Result<T, E>) -> Result<T, E> {
        f(&self.db, &self.ids)
    }

    /// Makes the disk full as soon as so many pages more are needed.
    #[cfg(test)]
    pub(crate) fn leave_pages(&self, pages: u32) {
        let used: u32 = self.db.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
        self.db.pragma_update(None, "max_page_count", used + pages).unwrap();
    }

    /// How many rows were written since the store was opened. It differs before and after a
    /// transaction exactly if the transaction changed something.
    #[must_use]
    pub fn changes(&self) -> u64 {
        self.db.total_changes()
    }
}

/// A transaction that has begun: undone when it is dropped, unless it was kept before. Its
/// statements are prepared once: a request is short enough for their compilation to be felt.
struct Begun<'a>(&'a Connection);

impl<'a> Begun<'a> {
    fn on(db: &'a Connection) -> rusqlite::Result<Self> {
        db.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        Ok(Self(db))
    }

    fn commit(self) -> rusqlite::Result<()> {
        self.0.prepare_cached("COMMIT")?.execute([]).map(|_| ())
    }
}

impl Drop for Begun<'_> {
    fn drop(&mut self) {
        // It is over already if it was kept, or if SQLite itself undid it (a full disk).
        if !self.0.is_autocommit() {
            let _gone = self.0.prepare_cached("ROLLBACK").and_then(|mut undo| undo.execute([]));
        }
    }
}

/// Takes the directory for this process, or says who has it.
fn lock(directory: &Path) -> Result<File, OpenError> {
    let explain = |error| OpenError::from_io(directory, error);
    fs::create_dir_all(directory).map_err(explain)?;
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    let mut file = options.open(directory.join("lock")).map_err(explain)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut pid = String::new();
            // Only to say more: a lock without a readable pid is a lock all the same.
            let _unreadable = file.read_to_string(&mut pid);
            return Err(OpenError::Locked { path: directory.into(), pid: pid.trim().parse().ok() });
        }
        Err(TryLockError::Error(error)) => return Err(explain(error)),
    }
    file.set_len(0).and_then(|()| file.rewind()).map_err(explain)?;
    writeln!(file, "{}", std::process::id()).map_err(explain)?;
    Ok(file)
}

/// Sets the connection up and creates what is missing. Returns how often the store was opened
/// before, or `None` if a newer program wrote it.
fn prepare(db: &mut Connection) -> rusqlite::Result<Option<u64>> {
    db.busy_timeout(BUSY_WAIT)?;
    db.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    // Plans do not depend on the values bound: otherwise SQLite compiles a statement again for each new value, which
    // takes longer than running it.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "NORMAL")?;
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version > SCHEMA_VERSION {
        return Ok(None);
    }
    let schemas = [
        SCHEMA,
        sqs::SCHEMA,
        sns::SCHEMA,
        scheduler::SCHEMA,
        carrier::SCHEMA,
        carrier::VOICES_SCHEMA,
        lambda::SCHEMA,
        events::SCHEMA,
        s3::SCHEMA,
    ];
    for schema in schemas {
        transaction.execute_batch(schema)?;
    }
    transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    let opened: Option<i64> = transaction
        .query_row("SELECT value FROM store WHERE name = 'opened'", [], |row| row.get(0))
        .optional()?;
    let opened = opened.unwrap_or(0);
    transaction.execute("INSERT OR REPLACE INTO store VALUES ('opened', ?1)", [opened + 1])?;
    transaction.commit()?;
    Ok(Some(opened.unsigned_abs()))
}

/// Makes ids: version 4 UUIDs and hexadecimal strings, from the system or from a seed.
pub struct Ids(Source);

enum Source {
    System,
    /// Behind a cell, because service functions share one `&Ids`; the store is used by one thread
    /// at a time.
    Seeded(RefCell<fastrand::Rng>),
}

impl Ids {
    /// `opened` keeps a store that is opened again with the same seed from making the same ids
    /// again.
    fn new(seed: Option<u64>, opened: u64) -> Self {
        Self(match seed {
            None => Source::System,
            Some(seed) => {
                let mut rng = fastrand::Rng::with_seed(seed);
                for _ in 0..opened {
                    rng = rng.fork();
                }
                Source::Seeded(RefCell::new(rng))
            }
        })
    }

    /// A version 4 UUID, in lower case with hyphens.
    #[must_use]
    pub fn uuid(&self) -> String {
        uuid::Builder::from_random_bytes(self.random()).into_uuid().to_string()
    }

    /// So many random bytes in hexadecimal, twice as many digits.
    #[must_use]
    pub fn hex(&self, bytes: usize) -> String {
        use std::fmt::Write as _;
        let mut hex = String::with_capacity(bytes * 2);
        while hex.len() < bytes * 2 {
            for byte in self.random() {
                let _infallible = write!(hex, "{byte:02x}");
            }
        }
        hex.truncate(bytes * 2);
        hex
    }

    fn random(&self) -> [u8; 16] {
        match &self.0 {
            // Six of its bits are the version's; every other one is the system's.
            Source::System => *uuid::Uuid::new_v4().as_bytes(),
            Source::Seeded(rng) => rng.borrow_mut().u128(..).to_be_bytes(),
        }
    }
}

/// An instant as SQLite keeps it: whole milliseconds since 1970.
#[must_use]
pub fn to_ms(at: Now) -> i64 {
    at.timestamp_millis()
}

/// The instant that [`to_ms`] kept. What no calendar reaches becomes its first or last instant.
#[must_use]
pub fn from_ms(ms: i64) -> Now {
    let edge = if ms < 0 { Now::MIN_UTC } else { Now::MAX_UTC };
    DateTime::from_timestamp_millis(ms).unwrap_or(edge)
}

/// Why the store could not be opened, in words for the person who started the stack.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it.
    #[error(
        "the data directory {} is in use by another stack{}: stop that one or choose \
         another directory",
        path.display(), pid.map(|pid| format!(" (process {pid})")).unwrap_or_default()
    )]
    Locked {
        /// The data directory.
        path: PathBuf,
        /// Who has it, if it said so.
        pid: Option<u32>,
    },
    /// It cannot be created or written.
    #[error("the data directory {} cannot be written", path.display())]
    Unwritable {
        /// The data directory or a file in it.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// No room.
    #[error("the disk is full: {} needs room to keep its state", path.display())]
    Full {
        /// The data directory or a file in it.
        path: PathBuf,
    },
    /// Its tables are unknown here.
    #[error(
        "{} was written by a newer version of this program: use that one, or another \
         data directory",
        path.display()
    )]
    NewerVersion {
        /// The file.
        path: PathBuf,
    },
    /// It is damaged, or something else is wrong with it.
    #[error("the state in {} cannot be read", path.display())]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// As [`Self::Sqlite`], of the DynamoDB engine.
    #[error("the tables in {} cannot be read: {message}", path.display())]
    Tables {
        /// The file.
        path: PathBuf,
        /// What the engine said.
        message: String,
    },
}

impl OpenError {
    fn from_io(path: &Path, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Self::Full { path: path.into() }
            }
            _ => Self::Unwritable { path: path.into(), source },
        }
    }

    pub(crate) fn from_sqlite(path: &Path, source: rusqlite::Error) -> Self {
        match Trouble::of(&source) {
            Trouble::Full => Self::Full { path: path.into() },
            Trouble::Unwritable => {
                Self::Unwritable { path: path.into(), source: io::Error::other(source) }
            }
            Trouble::Other => Self::Sqlite { path: path.into(), source },
        }
    }
}

/// What kind of trouble an error of SQLite is, as far as a person can do something about it.
enum Trouble {
    Full,
    Unwritable,
    Other,
}

impl Trouble {
    fn of(error: &rusqlite::Error) -> Self {
        // No room for the index of the write-ahead log is an I/O error to SQLite.
        let extended = error.sqlite_error().map(|error| error.extended_code);
        if extended == Some(rusqlite::ffi::SQLITE_IOERR_SHMSIZE) {
            return Self::Full;
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(
                ErrorCode::ReadOnly
                | ErrorCode::CannotOpen
                | ErrorCode::PermissionDenied
                | ErrorCode::SystemIoFailure,
            ) => Self::Unwritable,
            _ => Self::Other,
        }
    }
}

/// An error of SQLite in the middle of the stack's life, in words for a log and for the answer to a
/// request.
#[must_use]
pub fn in_words(error: &rusqlite::Error) -> String {
    match Trouble::of(error) {
        Trouble::Full => {
            "the disk is full: nothing was changed, try again when there is room".into()
        }
        Trouble::Unwritable => {
            format!("the data directory cannot be written: nothing was changed ({error})")
        }
        Trouble::Other => format!("the state could not be read or written ({error})"),
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    fn open(directory: &Path) -> Result<Store, OpenError> {
        Store::open(&Data::Directory(directory.into()), Some(7))
    }

    fn fill(store: &mut Store) -> rusqlite::Result<()> {
        store.transaction(|db, _| {
            db.execute_batch("CREATE TABLE IF NOT EXISTS t (x)")?;
            db.execute("INSERT INTO t VALUES (zeroblob(10000000))", [])?;
            Ok(())
        })
    }

    #[test]
    fn what_was_written_is_there_at_the_next_opening() {
        let directory = TempDir::new().unwrap();
        let path = directory.path().join("new").join("deep");
        for count in 0..3_i64 {
            let mut store = open(&path).unwrap();
            let found: rusqlite::Result<i64> = store.transaction(|db, _| {
                db.execute_batch("CREATE TABLE IF NOT EXISTS t (x); INSERT INTO t VALUES (1)")?;
                db.query_row("SELECT count(*) FROM t", [], |row| row.get(0))
            });
            assert_eq!(found.unwrap(), count + 1);
        }
    }

    #[test]
    fn what_fails_leaves_nothing_behind() {
        let mut store = Store::open(&Data::Memory, None).unwrap();
        let failed: rusqlite::Result<()> = store.transaction(|db, _| {
            db.execute_batch("CREATE TABLE t (x)")?;
            Err(rusqlite::Error::InvalidQuery)
        });
        failed.unwrap_err();
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            store.transaction(|db, _| -> rusqlite::Result<()> {
                db.execute_batch("CREATE TABLE t (x)")?;
                panic!("as a bug would")
            })
        }));
        panicked.unwrap_err();
        store.transaction(|db, _| db.execute_batch("CREATE TABLE t (x)")).unwrap();
    }

    #[test]
    fn a_directory_has_one_stack_and_a_second_one_is_told_who_has_it() {
        let directory = TempDir::new().unwrap();
        let first = open(directory.path()).unwrap();
        let message = open(directory.path()).err().unwrap().to_string();
        let pid = format!("in use by another stack (process {})", std::process::id());
        assert!(message.contains(&pid), "{message}");
        drop(first);
        open(directory.path()).unwrap();
    }

    #[test]
    fn a_directory_that_cannot_be_made_or_written_is_called_so() {
        let directory = TempDir::new().unwrap();
        let file = directory.path().join("file");
        fs::write(&file, "in the way").unwrap();
        let error = open(&file).err().unwrap();
        assert!(error.to_string().ends_with("cannot be written"), "{error}");
        assert!(std::error::Error::source(&error).is_some());
        fs::create_dir(directory.path().join("aws.sqlite")).unwrap();
        let error = open(directory.path()).err().unwrap();
        assert!(error.to_string().ends_with("cannot be written"), "{error}");
    }

    #[test]
    fn what_is_no_store_or_a_newer_one_is_left_alone() {
        let directory = TempDir::new().unwrap();
        let path = directory.path().join("aws.sqlite");
        fs::write(&path, "this is no database, and not short enough to be taken for an empty one")
            .unwrap();
        let error = open(directory.path()).err().unwrap();
        assert!(error.to_string().ends_with("cannot be read"), "{error}");
        fs::remove_file(&path).unwrap();
        Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
        let error = open(directory.path()).err().unwrap();
        assert!(error.to_string().contains("newer version"), "{error}");
    }

    #[test]
    fn a_full_disk_is_called_so_and_nothing_is_lost() {
        let directory = TempDir::new().unwrap();
        let mut store = open(directory.path()).unwrap();
        store.leave_pages(2);
        let error = fill(&mut store).unwrap_err();
        assert!(in_words(&error).starts_with("the disk is full"), "{error}");
        let path = PathBuf::from("x");
        assert!(OpenError::from_sqlite(&path, error).to_string().starts_with("the disk is full"));
        store.leave_pages(100_000);
        fill(&mut store).unwrap();
    }

    #[test]
    fn a_change_is_counted_and_a_look_is_not() {
        let mut store = Store::open(&Data::Memory, None).unwrap();
        let before = store.changes();
        let look =
            |db: &Connection, _: &Ids| db.query_row("SELECT 1", [], |row| row.get::<_, i64>(0));
        store.transaction(look).unwrap();
        assert_eq!(store.changes(), before);
        store.transaction(|db, _| db.execute("UPDATE store SET value = 9", [])).unwrap();
        assert_ne!(store.changes(), before);
    }

    #[test]
    fn ids_follow_the_seed_and_are_new_at_each_opening() {
        let ids = |seed, opened| {
            let ids = Ids::new(seed, opened);
            [ids.uuid(), ids.hex(3), ids.uuid(), ids.hex(40)]
        };
        assert_eq!(ids(Some(1), 0), ids(Some(1), 0));
        for (seed, opened) in [(Some(1), 1), (Some(2), 0), (None, 0)] {
            assert_ne!(ids(seed, opened)[0], ids(Some(1), 0)[0]);
        }
        let [uuid, short, _, long] = ids(None, 0);
        let parsed = uuid::Uuid::parse_str(&uuid).unwrap();
        assert_eq!((parsed.get_version_num(), uuid.len()), (4, 36));
        assert_eq!((short.len(), long.len()), (6, 80));
    }

    #[test]
    fn instants_are_kept_to_the_millisecond() {
        let at = DateTime::from_timestamp_millis(1_813_536_900_123).unwrap();
        assert_eq!(from_ms(to_ms(at)), at);
        assert_eq!(from_ms(i64::MAX), Now::MAX_UTC);
        assert_eq!(from_ms(i64::MIN), Now::MIN_UTC);
    }
}
