//! The one loop: every minute, rows whose `check_at` has passed get done what they still owe.
//!
//! A lost schedule, a lost charge, a held call, an outcome that never came: all are "a row that should have moved by
//! now". The index of open rows says where to look; the row itself says what to do.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use cloud::commit::CallRows;
use cloud::error::chain;
use cloud::items::{NumberAdmission, Stored, user_key};
use cloud::queues::Due;
use cloud::table::{OpenRow, Written};
use cloud::{Cloud, Error};
use domain::admission::Place;
use domain::limits;
use domain::message::Message;
use domain::occurrence::{self, Event, Occurrence, State, owed};
use domain::outgoing::{self, Outgoing};
use domain::user::{NotNow, User};
use serde::Serialize;
use tracing::{error, info, warn};

/// Rows that one run looks at in one shard. The oldest come first; the rest are for the next minute.
const ROWS_PER_SHARD: i32 = 50;

/// A run stops after this, before the function's limit of 50 s ends it in the middle of a row.
const RUN_MAX: TimeDelta = TimeDelta::seconds(40);

/// What a run did, for its log line and for tests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Rows that were looked at.
    pub looked_at: u32,
    /// Rows that were repaired: something was sent again, released or ended.
    pub repaired: u32,
    /// Rows that could not be repaired this time.
    pub failed: u32,
    /// Whether all that was due was looked at.
    pub finished: bool,
}

/// Serves this function until its environment ends.
///
/// # Errors
/// As [`cloud::run::function`].
pub async fn run() -> cloud::run::Result {
    cloud::run::function(|cloud, _: serde::de::IgnoredAny| handle(cloud)).await
}

/// Runs once over all shards.
///
/// # Errors
/// If no shard could be read: the invocation is then repeated, and alarms.
pub async fn handle(cloud: Arc<Cloud>) -> Result<Report, lambda_runtime::Error> {
    let started = cloud.clock.now();
    let mut report = Report { finished: true, ..Report::default() };
    let mut rows = Vec::new();
    for shard in 0..cloud.config.open_shards {
        let found = cloud.open_rows(shard, started, ROWS_PER_SHARD).await?;
        report.finished &= found.len() < usize::try_from(ROWS_PER_SHARD).unwrap_or(usize::MAX);
        rows.extend(found);
    }
    rows.sort_by_key(|row| row.check_at);
    for row in rows {
        if cloud.clock.now() - started > RUN_MAX {
            report.finished = false;
            break;
        }
        report.looked_at += 1;
        match repair(&cloud, &row).await {
            Ok(true) => report.repaired += 1,
            Ok(false) => {}
            // One row's trouble is not the others'.
            Err(error) => {
                report.failed += 1;
                error!(row = ?row.key, error = chain(&error), "a row could not be repaired");
            }
        }
    }
    info!(
        looked_at = report.looked_at,
        repaired = report.repaired,
        failed = report.failed,
        finished = report.finished,
        duration_ms = (cloud.clock.now() - started).num_milliseconds(),
        "open rows were looked after"
    );
    Ok(report)
}

/// Looks after one row. True if something was done.
async fn repair(cloud: &Cloud, row: &OpenRow) -> Result<bool, Error> {
    let key = &row.key;
    match key.sk.split('#').next() {
        Some("OCCURRENCE") => match cloud.get::<Occurrence>(key).await? {
            Some(stored) => reminder(cloud, stored).await,
            None => Ok(false),
        },
        Some("MESSAGE") => match cloud.get::<Message>(key).await? {
            Some(stored) => message(cloud, stored).await,
            None => Ok(false),
        },
        Some("OUT") => match cloud.get::<Outgoing>(key).await? {
            Some(stored) => sms(cloud, stored).await,
            None => Ok(false),
        },
        _ => {
            warn!(row = ?key, "a row of an unknown kind stands in the index");
            Ok(false)
        }
    }
}

/// A text whose charge is still owed.
async fn message(cloud: &Cloud, stored: Stored<Message>) -> Result<bool, Error> {
    if !stored.row.owes_charge() {
        return Ok(false);
    }
    let nudges = stored.row.nudges + 1;
    let nudged = stored.with(Message { nudges, ..stored.row.clone() });
    if let Written::Done = cloud.write(cloud.clock.now()).put(&nudged)?.commit().await? {
        cloud.send_owed_by_message(&stored.row).await?;
        return Ok(true);
    }
    Ok(false)
}

/// An SMS that is still owed, or whose outcome did not come.
async fn sms(cloud: &Cloud, stored: Stored<Outgoing>) -> Result<bool, Error> {
    let now = cloud.clock.now();
    let after = outgoing::step(stored.row.clone(), &outgoing::Event::Nudged, now);
    let due = stored.row.check_at(stored.row.asked_at).is_some_and(|at| at <= now);
    if !due {
        return Ok(false);
    }
    let owed = after.state == outgoing::State::Owed;
    if let Written::Done = cloud.write(now).put(&stored.with(after.clone()))?.commit().await? {
        if owed {
            cloud.send_sms_wanted(&after.user, &after.cause).await?;
        }
        return Ok(true);
    }
    Ok(false)
}

/// A reminder that should have moved.
async fn reminder(cloud: &Cloud, stored: Stored<Occurrence>) -> Result<bool, Error> {
    let now = cloud.clock.now();
    match stored.row.state {
        State::Held => release(cloud, &stored, now).await,
        State::Calling if now >= stored.row.last_news + cloud.config.policy.unknown_wait => {
            no_news(cloud, &stored, now).await
        }
        State::Accepted | State::Waiting if owed(&stored.row).is_empty() => {
            lost(cloud, &stored, now).await
        }
        _ if !owed(&stored.row).is_empty() => {
            let Some(nudged) = nudge(cloud, &stored, now).await? else { return Ok(false) };
            cloud.send_owed(&nudged).await?;
            Ok(true)
        }
        _ => Ok(false),
    }
}

/// Its schedule, or its message, did not come: sends the message now.
async fn lost(
    cloud: &Cloud,
    stored: &Stored<Occurrence>,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    if now < stored.row.not_before + limits::DUE_WAIT {
        return Ok(false);
    }
    let Some(nudged) = nudge(cloud, stored, now).await? else { return Ok(false) };
    warn!(reminder.id = %nudged.id, nudges = nudged.nudges, "a reminder was not called in time; it is sent again");
    cloud.send(&cloud.config.queues.due_callbacks, &Due::of(&nudged), 0).await?;
    Ok(true)
}

/// Writes that the row was looked at, which puts its next look further off.
async fn nudge(
    cloud: &Cloud,
    stored: &Stored<Occurrence>,
    now: DateTime<Utc>,
) -> Result<Option<Occurrence>, Error> {
    let policy = &cloud.config.policy;
    let row = occurrence::step(stored.row.clone(), &Event::Nudged, now, policy);
    let written = cloud.write(now).put(&stored.with(row.clone()))?.commit().await?;
    Ok(matches!(written, Written::Done).then_some(row))
}

/// Gives a held reminder a place among the carrier's calls, if there is one and its user may be called.
///
/// Half of the free places stay for those that come in time.
async fn release(
    cloud: &Cloud,
    stored: &Stored<Occurrence>,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let of_user = user_key(stored.row.id.user());
    let rows = cloud.get_all(&[of_user.clone(), cloud.admission_key()]).await?;
    let Some(user) = rows.take::<User>(&of_user)? else { return Ok(false) };
    let log = cloud.admission_in(&rows)?;
    let rates = &cloud.config.carrier.calls;
    let (event, admission) = match user.row.may_be_called(now, rates.per_phone_and_day) {
        Err(NotNow::OptedOut) => (Event::OptedOut, None),
        Err(NotNow::DailyLimit) => (Event::Barred(occurrence::Why::DailyLimit), None),
        Err(NotNow::InACall) => (Event::NotAdmitted, None),
        Ok(()) => {
            let kept = log.row.admission.free(now, rates).div_ceil(2);
            match log.row.admission.take_keeping(now, rates, kept) {
                Place::Unlimited => (Event::Reserved { slot: now }, None),
                Place::At(slot, log) => (Event::Reserved { slot }, Some(log)),
                Place::None => (Event::NotAdmitted, None),
                Place::Closed => (Event::Barred(occurrence::Why::SpendLimit), None),
            }
        }
    };
    let after = occurrence::step(stored.row.clone(), &event, now, &cloud.config.policy);
    if after == stored.row {
        return Ok(false);
    }
    let log = admission.map(|admission| log.with(NumberAdmission { admission, ..log.row.clone() }));
    let write = cloud
        .with_occurrence(cloud.write(now), stored, &after, &user.row, now)?
        .put_if(log.as_ref())?;
    if let Written::Done = write.commit().await? {
        info!(reminder.id = %after.id, state = after.state.as_str(), "a held reminder was released");
        cloud.send_owed(&after).await?;
        return Ok(true);
    }
    Ok(false)
}

/// News of a call did not come within the wait: the next attempt, or the end. On the condition that neither the
/// reminder nor the attempt has moved, so that an answer told in this very moment wins.
async fn no_news(
    cloud: &Cloud,
    stored: &Stored<Occurrence>,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let id = stored.row.id.attempt(stored.row.attempt);
    let Some(rows) = cloud.call_rows(&stored.row.id, Some(&id)).await? else { return Ok(false) };
    let CallRows { occurrence, user, attempt: Some(attempt) } = rows else {
        warn!(reminder.id = %stored.row.id, "a reminder is calling without an attempt");
        return Ok(false);
    };
    let event = Event::NoNews { attempt: id.a };
    let after = occurrence::step(occurrence.row.clone(), &event, now, &cloud.config.policy);
    if after == occurrence.row {
        return Ok(false);
    }
    warn!(reminder.id = %after.id, attempt = id.a, "no news of a call; its outcome stays unknown");
    let mut callee = user.row.clone();
    let freed = callee.call_ended(&id).then(|| user.with(callee));
    let mut waited = attempt.row.clone();
    waited.story.add(now, "no_news", format!("attempt {}", id.a));
    let write = cloud.write(now).put(&attempt.with(waited))?.put_if(freed.as_ref())?;
    let write = cloud.with_occurrence(write, &occurrence, &after, &user.row, now)?;
    if let Written::Done = write.commit().await? {
        cloud.send_owed(&after).await?;
        return Ok(true);
    }
    Ok(false)
}
