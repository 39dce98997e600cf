//! The one loop: every minute, rows whose `check_at` has passed get done what they still owe.
//!
//! A lost schedule, a lost charge, a held call, an outcome that never came: all are "a row that should have moved by
//! now". The index of open rows says where to look; the row itself says what to do.
//!
//! # Layout
//! - [`overdue`]: the rows to be looked at, the oldest first over all shards
//! - [`repair`]: what is done for a row
//! - [`report`]: what a run did, for its log line, its metrics and tests
//! - [`restore`]: the one run after a restore, when it is invoked with `{"restored_at": "<RFC 3339>"}`

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use cloud::table::{OpenRow, Rows};
use cloud::{Cloud, Error};
use domain::limits;
use futures::FutureExt;
use serde_json::Value;
use tracing::{error, info};

pub mod overdue;
pub mod repair;
pub mod report;
pub mod restore;

pub use repair::Repair;
pub use report::Report;

use overdue::Overdue;
use repair::{Looked, Room};

/// Rows that one run looks at. At some 15 ms a row this is what fits into its time; the rest is for the next minute.
const ROWS_MAX: usize = 2_000;

/// Rows that are read together: as many as DynamoDB gives in one answer.
const ROWS_AT_ONCE: usize = 100;

/// No row is begun after this. Together with the two limits below it stays within the function's 50 s.
const RUN_MAX: TimeDelta = TimeDelta::seconds(35);

/// One row may take this long, so that a few slow ones do not use up the run.
const ROW_MAX: Duration = Duration::from_secs(6);

/// Putting a row off may take this long.
const PUT_OFF_MAX: Duration = Duration::from_secs(3);

/// Serves this function until its environment ends.
///
/// # Errors
/// As [`cloud::run::function`].
pub async fn run() -> cloud::run::Result {
    cloud::run::function(invoked).await
}

/// Does what an invocation asks for: an ordinary run, or the one after a restore.
///
/// # Errors
/// As [`handle`] and [`restore::restore`]; a moment of the restore that is none.
pub async fn invoked(cloud: Arc<Cloud>, asked: Value) -> Result<Value, lambda_runtime::Error> {
    let done = match asked.get("restored_at") {
        None => serde_json::to_value(handle(cloud).await?),
        Some(at) => {
            let restored_at = serde_json::from_value(at.clone())?;
            serde_json::to_value(restore::restore(cloud, restored_at).await?)
        }
    };
    Ok(done?)
}

/// Runs once over all shards.
///
/// # Errors
/// If no shard could be read: the invocation is then repeated, and alarms.
pub async fn handle(cloud: Arc<Cloud>) -> Result<Report, lambda_runtime::Error> {
    let mut run = Run::begin(&cloud);
    let mut overdue = Overdue::read(&cloud, run.started).await;
    let mut left = ROWS_MAX;
    while left > 0 && !run.is_over_time() {
        let rows = overdue.take(&cloud, left.min(ROWS_AT_ONCE)).await;
        if rows.is_empty() {
            break;
        }
        left -= rows.len();
        run.look_after(rows).await;
    }
    run.report.finished &= overdue.is_empty();
    run.report.shards_unread = overdue.unread();
    run.report.write(&cloud, run.started);
    match overdue.failure() {
        Some(error) => Err(error.into()),
        None => Ok(run.report),
    }
}

/// A run in progress.
struct Run<'a> {
    cloud: &'a Cloud,
    started: DateTime<Utc>,
    room: Room,
    report: Report,
}

impl<'a> Run<'a> {
    fn begin(cloud: &'a Cloud) -> Self {
        let started = cloud.clock.now();
        let report = Report { finished: true, ..Report::default() };
        Self { cloud, started, room: Room::of_a_run(&cloud.config.carrier.calls), report }
    }

    fn is_over_time(&self) -> bool {
        self.cloud.clock.now() - self.started > RUN_MAX
    }

    /// Looks after rows, each on its own.
    async fn look_after(&mut self, found: Vec<OpenRow>) {
        let keys: Vec<_> = found.iter().map(|row| row.key.clone()).collect();
        let rows = match self.cloud.get_all(&keys).await {
            Ok(rows) => rows,
            Err(error) => {
                // Not one of these rows is to blame. They stay where they are, the first of the next run.
                error!(error = cloud::error::chain(&error), "open rows could not be read");
                self.report.finished = false;
                return;
            }
        };
        for row in &found {
            if self.is_over_time() {
                self.report.finished = false;
                return;
            }
            self.look_after_one(row, &rows).await;
        }
    }

    /// One row's trouble is not the others': it is caught, and the row goes behind all that waits now, so that it
    /// is not the first of every run to come.
    async fn look_after_one(&mut self, row: &OpenRow, rows: &Rows) {
        self.report.saw(self.started, row);
        let work = repair::row(self.cloud, row, rows, &mut self.room, &mut self.report);
        match isolated(ROW_MAX, work).await {
            Ok(Looked::Repaired(repair)) => self.report.repaired(repair),
            // The oldest held comes first until it has a place.
            Ok(Looked::Waits) => {}
            // If the index is only behind the row, this does nothing.
            Ok(Looked::Nothing) => self.put_off(row, limits::OWED_WAIT).await,
            Err(trouble) => {
                self.report.failed += 1;
                let why = cloud::error::chain(&trouble);
                error!(row = ?row.key, error = why, "a row could not be looked after");
                self.put_off(row, trouble.pause()).await;
            }
        }
    }

    async fn put_off(&self, row: &OpenRow, pause: TimeDelta) {
        let until = self.cloud.clock.now() + pause;
        let work = async { Ok(self.cloud.put_off(row, until).await?) };
        if let Err(trouble) = isolated(PUT_OFF_MAX, work).await {
            let why = cloud::error::chain(&trouble);
            info!(row = ?row.key, error = why, "a row could not be put off");
        }
    }
}

/// Why a row could not be looked after.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// Reading, writing or sending failed, or the row cannot be read.
    #[error(transparent)]
    Failed(#[from] Error),
    /// The row is not what this code knows how to look after.
    #[error("{0}")]
    Astray(&'static str),
    /// A bug met by this row.
    #[error("looking after it panicked")]
    Panicked,
    /// The row's time was used up.
    #[error("looking after it took too long")]
    TookTooLong,
}

impl Trouble {
    /// How long the row is left alone. What only a release can mend is looked at rarely; the rest in the next run.
    fn pause(&self) -> TimeDelta {
        match self {
            Self::Failed(Error::Row { .. }) | Self::Astray(_) => limits::OWED_WAIT_MAX,
            Self::Failed(_) | Self::Panicked | Self::TookTooLong => TimeDelta::zero(),
        }
    }
}

/// Does `work` within `limit`; a panic ends it and nothing else.
async fn isolated<T>(
    limit: Duration,
    work: impl Future<Output = Result<T, Trouble>>,
) -> Result<T, Trouble> {
    match tokio::time::timeout(limit, AssertUnwindSafe(work).catch_unwind()).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) => Err(Trouble::Panicked),
        Err(_) => Err(Trouble::TookTooLong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_panic_and_a_hang_end_one_rows_work_only() {
        let limit = Duration::from_secs(1);
        let panics = isolated::<()>(limit, async { panic!("a bug") }).await;
        assert!(matches!(panics, Err(Trouble::Panicked)));
        let hangs = isolated::<()>(limit, std::future::pending()).await;
        assert!(matches!(hangs, Err(Trouble::TookTooLong)));
        assert_eq!(isolated(limit, async { Ok(7) }).await.unwrap(), 7);
    }

    #[test]
    fn a_run_ends_before_its_function_is_killed() {
        let last = ROW_MAX + PUT_OFF_MAX;
        assert!(RUN_MAX.to_std().unwrap() + last < Duration::from_secs(50 - 3));
    }
}
