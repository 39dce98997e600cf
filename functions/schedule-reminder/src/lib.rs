//! Sees to it that a reminder is looked at in time: by a delayed message if it is near, else by a schedule.
//!
//! Reads the row first and does nothing for one that no longer wants it; marks the debt as paid after paying it, so a
//! crash between the two pays again, which is harmless.

use std::sync::Arc;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use cloud::batch::{self, Delivery, Failure, Order};
use cloud::commit::TRIES;
use cloud::items::{Stored, occurrence_key};
use cloud::queues::{self, Due, ScheduleWanted};
use cloud::table::{Written, pause};
use cloud::{Cloud, Error};
use domain::limits;
use domain::occurrence::{Effect, Occurrence, owed};
use tracing::info;

/// Serves this function until its environment ends.
///
/// # Errors
/// As [`cloud::run::queue`].
pub async fn run() -> cloud::run::Result {
    cloud::run::queue(handle).await
}

/// Handles a batch of reminders to be scheduled.
pub async fn handle(cloud: Arc<Cloud>, event: SqsEvent) -> SqsBatchResponse {
    batch::each(&cloud, "schedule-reminder", event, Order::Together, |delivery| {
        schedule(&cloud, delivery)
    })
    .await
}

async fn schedule(cloud: &Cloud, delivery: Delivery) -> Result<(), Failure> {
    let wanted: ScheduleWanted = queues::decode(&delivery.body)?;
    let key = occurrence_key(&wanted.occurrence);
    let mut paid = None;
    for _ in 0..TRIES {
        let Some(stored) = cloud.get::<Occurrence>(&key).await? else {
            let id = &wanted.occurrence;
            return cloud.missing(id.user(), "unknown_reminder", id).await;
        };
        let effect =
            Effect::Schedule { version: stored.row.version, attempt: stored.row.next_attempt() };
        if !owed(&stored.row).contains(&effect) {
            return Ok(());
        }
        if paid.as_ref() != Some(&effect) {
            pay(cloud, &stored.row).await?;
        }
        let mut row = stored.row.clone();
        row.clear(effect.clone());
        if let Written::Done = clear(cloud, &stored.with(row)).await? {
            return Ok(());
        }
        // Only the mark is missing: the next round finds what has become of the row.
        paid = Some(effect);
        pause().await;
    }
    Err(Error::Contended("reminder").into())
}

async fn pay(cloud: &Cloud, row: &Occurrence) -> Result<(), Error> {
    let now = cloud.clock.now();
    let lead_s = (row.not_before - now).num_seconds();
    let near = row.not_before - now <= limits::QUEUE_REACH;
    if near {
        let due = Due::of(row);
        cloud.send(&cloud.config.queues.due_callbacks, &due, due.delay_s(now)).await?;
    } else {
        cloud.create_schedule(row).await?;
    }
    info!(reminder.id = %row.id, attempt = row.next_attempt(), lead_s, near, "a reminder was scheduled");
    Ok(())
}

async fn clear(cloud: &Cloud, paid: &Stored<Occurrence>) -> Result<Written, Error> {
    cloud.write(cloud.clock.now()).put(paid)?.commit().await
}
