//! The one run after a restore: the tables are those of an earlier moment, and no schedule or message of then is left.
//!
//! What was due before the restore ended may have rung since that moment, and nobody knows: it does not ring, its user
//! is told by SMS. All other reminders owe their schedule again. What else rows owe is for the ordinary runs.
//! It may be repeated, and has to be until it has finished; meanwhile no function may read from a queue.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use cloud::Cloud;
use cloud::items::Stored;
use cloud::table::{OpenRow, Rows, Written};
use domain::occurrence::{Effect, Event, Occurrence, State, Why};
use serde::Serialize;
use tracing::{error, info};

use crate::overdue::Overdue;
use crate::{ROW_MAX, ROWS_AT_ONCE, RUN_MAX, Trouble, isolated, repair};

/// What a run after a restore did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Restored {
    /// Reminders that were due: ended, with an SMS unless their user has opted out.
    pub told: u32,
    /// Reminders that owe their schedule again.
    pub scheduled: u32,
    /// Reminders whose call was in progress at the moment of the copy: to be looked at again once no news can come.
    pub calling: u32,
    /// Rows that could not be looked after.
    pub failed: u32,
    /// Whether all rows were looked at and nothing is left to be looked at again.
    pub finished: bool,
}

/// What was done for one reminder.
enum Done {
    Told,
    Scheduled,
    Calling,
    Nothing,
}

/// Looks at every open reminder, in a table whose restore ended at `restored_at`.
///
/// # Errors
/// If no shard could be read.
pub async fn restore(
    cloud: Arc<Cloud>,
    restored_at: DateTime<Utc>,
) -> Result<Restored, lambda_runtime::Error> {
    let started = cloud.clock.now();
    let is_over_time = || cloud.clock.now() - started > RUN_MAX;
    let mut restored = Restored::default();
    // Not only what should have moved by now.
    let mut open = Overdue::read(&cloud, DateTime::<Utc>::MAX_UTC).await;
    while !is_over_time() {
        let found = open.take(&cloud, ROWS_AT_ONCE).await;
        if found.is_empty() {
            break;
        }
        let keys: Vec<_> = found.iter().map(|row| row.key.clone()).collect();
        let rows = cloud.get_all(&keys).await?;
        for row in &found {
            match isolated(ROW_MAX, reminder(&cloud, row, &rows, restored_at)).await {
                Ok(Done::Told) => restored.told += 1,
                Ok(Done::Scheduled) => restored.scheduled += 1,
                Ok(Done::Calling) => restored.calling += 1,
                Ok(Done::Nothing) => {}
                Err(trouble) => {
                    restored.failed += 1;
                    let why = cloud::error::chain(&trouble);
                    error!(row = ?row.key, error = why, "a row could not be looked after");
                }
            }
        }
    }
    let all = open.is_empty() && open.unread() == 0;
    restored.finished = all && restored.calling == 0 && restored.failed == 0;
    info!(
        told = restored.told,
        scheduled = restored.scheduled,
        calling = restored.calling,
        failed = restored.failed,
        finished = restored.finished,
        "restored reminders were looked after"
    );
    match open.failure() {
        Some(error) => Err(error.into()),
        None => Ok(restored),
    }
}

async fn reminder(
    cloud: &Cloud,
    open: &OpenRow,
    rows: &Rows,
    restored_at: DateTime<Utc>,
) -> Result<Done, Trouble> {
    if !open.key.sk.starts_with("OCCURRENCE#") {
        return Ok(Done::Nothing);
    }
    let Some(stored) = rows.take::<Occurrence>(&open.key)? else { return Ok(Done::Nothing) };
    let (row, now) = (&stored.row, cloud.clock.now());
    match row.state {
        State::Accepted | State::Held | State::Waiting if row.due <= restored_at => {
            let too_late = Event::Barred(Why::TooLate);
            let ended = repair::end(cloud, &stored, too_late, now).await?;
            Ok(if ended { Done::Told } else { Done::Nothing })
        }
        State::Accepted | State::Waiting => schedule_again(cloud, &stored, now).await,
        State::Calling => {
            // Only once no news can come: the next look finds what has become of it.
            if now >= row.last_news + cloud.config.policy.unknown_wait {
                repair::no_news(cloud, &stored, now).await?;
            }
            Ok(Done::Calling)
        }
        _ => Ok(Done::Nothing),
    }
}

/// Its schedule was made, and is gone.
async fn schedule_again(
    cloud: &Cloud,
    stored: &Stored<Occurrence>,
    now: DateTime<Utc>,
) -> Result<Done, Trouble> {
    let mut row = stored.row.clone();
    let schedule = Effect::Schedule { version: row.version, attempt: row.next_attempt() };
    if row.done.remove(&schedule) {
        row.story.add(now, "restored", String::new());
        let Written::Done = cloud.write(now).put(&stored.with(row.clone()))?.commit().await? else {
            return Ok(Done::Nothing);
        };
    }
    // What was not made yet is asked for as well: its message is gone.
    cloud.send_owed(&row).await?;
    Ok(Done::Scheduled)
}
