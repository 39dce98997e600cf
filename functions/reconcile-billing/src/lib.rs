//! Holds the ledger of a month against what happened in it, every night: each text that was acted on and each answered
//! call has its charge, and no other. What does not match is told, and written beside the month's export.
//!
//! # Layout
//! - [`walk`]: over all users, from wherever the last run has come to
//! - [`report`]: what came of it, for finance, its log lines and its metrics
//! - [`handle`]: the function, which does so for the months that a message asks for

use std::sync::Arc;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use chrono::TimeDelta;
use cloud::batch::{self, Delivery, Failure, Order};
use cloud::queues::{self, Month, ReconciliationWanted};
use cloud::{Cloud, Error};
use exports::destination::Bucket;
use exports::error::Error as ExportsError;
use exports::job::Job;
use exports::turn::{CLAIMED, Run, ask_again_after_s};
use tracing::info;

pub mod report;
pub mod walk;

use walk::{Outcome, walk};

/// How long a run works before it leaves the rest to the next. An account that does not match takes some seconds, and a
/// run has two minutes.
const WORKS_FOR: TimeDelta = TimeDelta::seconds(60);

/// A month is looked at for as long as it can change, and once more in the night after that.
const AFTER_IT_SETTLED: TimeDelta = TimeDelta::days(1);

/// Serves this function until its environment ends.
///
/// # Errors
/// As [`cloud::run::queue`].
pub async fn run() -> cloud::run::Result {
    cloud::run::queue(handle).await
}

/// Handles messages that ask for months.
pub async fn handle(cloud: Arc<Cloud>, event: SqsEvent) -> SqsBatchResponse {
    let bucket = Bucket::of(&cloud);
    let one = |delivery| wanted(&cloud, &bucket, delivery);
    batch::each(&cloud, "reconcile-billing", event, Order::InTurn, one).await
}

async fn wanted(cloud: &Cloud, bucket: &Bucket, delivery: Delivery) -> Result<(), Failure> {
    let started = cloud.clock.now();
    let wanted: ReconciliationWanted = queues::decode(&delivery.body)?;
    // Of the message, not of the run: received again, it means the same moment and finds its checkpoint.
    let as_of = wanted.as_of.or(delivery.first_seen).unwrap_or(started);
    let named = |period| ReconciliationWanted { month: Month::Named(period), as_of: Some(as_of) };
    let (period, before) = wanted.month.meant(as_of, AFTER_IT_SETTLED);
    if let Some(before) = before {
        ask(cloud, &named(before), 0).await?;
    }
    let job = Job::of(period, as_of).map_err(|why| Failure::permanent("not_begun", why))?;
    let has_time = || cloud.clock.now() - started < WORKS_FOR;
    let run = Run { started, claims: CLAIMED, has_time };
    match walk(cloud, bucket, &job, as_of, run).await {
        Ok(Outcome::Done(report)) => report.tell(cloud, started),
        Ok(Outcome::DoneBefore) => {
            info!(period = %job.period, "a reconciliation was asked for again that is done");
        }
        Ok(Outcome::Unfinished) => {
            info!(period = %job.period, "a reconciliation goes on in another run");
            ask(cloud, &named(period), 0).await?;
        }
        // The same message reached two runs. This one's goes on waiting in another, lest the other run be killed.
        Err(ExportsError::Busy { until }) => {
            info!(period = %job.period, "another run is at a reconciliation");
            ask(cloud, &named(period), ask_again_after_s(until, cloud.clock.now())).await?;
        }
        Err(ExportsError::Cloud(error)) => return Err(Failure::Transient(error)),
        // Bugs, which no repetition mends.
        Err(error) => return Err(Failure::permanent("not_written", cloud::error::chain(&error))),
    }
    Ok(())
}

async fn ask(cloud: &Cloud, wanted: &ReconciliationWanted, delay_s: i32) -> Result<(), Error> {
    cloud.send(&cloud.config.queues.reconcile_billing, wanted, delay_s).await
}
