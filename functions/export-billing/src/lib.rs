//! Exports the ledger of a month for finance: CSV and Parquet, and a manifest that says what is in them and that it was
//! proved. The files go to a bucket, or to a directory for `ringback export`.
//!
//! # Layout
//! - [`columns`]: the columns, once for all formats; [`csv_part`], [`parquet_part`]: rows in a format
//! - [`mod@export`]: parts, proof, manifest; [`checkpoint`]: how far it has come; [`sums`]: what is proved;
//!   [`manifest`]: what is said of it
//! - [`handle`]: the function, which exports what a message asks for

use std::sync::Arc;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use chrono::{DateTime, TimeDelta, Utc};
use cloud::batch::{self, Delivery, Failure, Order};
use cloud::queues::{self, ExportWanted, Month};
use cloud::{Cloud, Error};
use exports::destination::Bucket;
use exports::error::Error as ExportsError;
use exports::job::Job;
use exports::turn::{CLAIMED, Run, ask_again_after_s};
use tracing::{error, info, warn};

pub mod checkpoint;
pub mod columns;
pub mod csv_part;
pub mod error;
pub mod export;
pub mod manifest;
pub mod parquet_part;
pub mod sums;

use error::ExportError;
use export::{Outcome, export};
use manifest::Manifest;

/// How long a run works before it leaves the rest to the next. A part takes a few seconds, and a run has two minutes.
const WORKS_FOR: TimeDelta = TimeDelta::seconds(60);

/// How often sums are compared with totals before a person has to look: the index may be behind its table.
const PROOFS: u32 = 4;

/// Between two proofs: as far as a queue reaches.
const PROVES_AGAIN_AFTER_S: i32 = 900;

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
    batch::each(&cloud, "export-billing", event, Order::InTurn, one).await
}

async fn wanted(cloud: &Cloud, bucket: &Bucket, delivery: Delivery) -> Result<(), Failure> {
    let started = cloud.clock.now();
    let wanted: ExportWanted = queues::decode(&delivery.body)?;
    // Of the message, not of the run: received again, it means the same moment and finds its checkpoint.
    let as_of = wanted.as_of.or(delivery.first_seen).unwrap_or(started);
    let (period, before) = wanted.month.meant(as_of, TimeDelta::zero());
    if let Some(before) = before {
        // In its first days a month shares the present with the one before.
        let month = Month::Named(before);
        ask(cloud, ExportWanted { month, as_of: Some(as_of), unproved: 0 }, 0).await?;
    }
    let job = Job::of(period, as_of).map_err(|why| Failure::permanent("not_begun", why))?;
    let has_time = || cloud.clock.now() - started < WORKS_FOR;
    let run = Run { started, claims: CLAIMED, has_time };
    let again =
        |unproved| ExportWanted { month: Month::Named(period), as_of: Some(as_of), unproved };
    let outcome = match export(cloud, bucket, &job, run).await {
        // The same message reached two runs. This one's goes on waiting in another, lest the other run be killed.
        Err(ExportError::Exports(ExportsError::Busy { until })) => {
            info!(period = %job.period, state = job.state(), "another run is at an export");
            let delay_s = ask_again_after_s(until, cloud.clock.now());
            return Ok(ask(cloud, again(wanted.unproved), delay_s).await?);
        }
        outcome => outcome.map_err(failure)?,
    };
    match outcome {
        Outcome::Done(manifest) => told(&job, &manifest, started, cloud.clock.now()),
        Outcome::Unfinished => {
            info!(period = %job.period, state = job.state(), "an export goes on in another run");
            ask(cloud, again(wanted.unproved), 0).await?;
        }
        Outcome::Unproved(manifest) => {
            let unproved = wanted.unproved + 1;
            let entries = serde_json::to_string(&manifest.sums).unwrap_or_default();
            let totals = serde_json::to_string(&manifest.totals).unwrap_or_default();
            if unproved >= PROOFS {
                error!(period = %job.period, entries, totals, "an export could not be proved");
                return Err(Failure::permanent("not_proved", format!("{entries} {totals}")));
            }
            warn!(period = %job.period, entries, totals, "an export is to be proved again");
            ask(cloud, again(unproved), PROVES_AGAIN_AFTER_S).await?;
        }
    }
    Ok(())
}

async fn ask(cloud: &Cloud, wanted: ExportWanted, delay_s: i32) -> Result<(), Error> {
    cloud.send(&cloud.config.queues.export_billing, &wanted, delay_s).await
}

/// What the queue is told of an export that could not go on.
fn failure(error: ExportError) -> Failure {
    match error {
        ExportError::Cloud(error) | ExportError::Exports(ExportsError::Cloud(error)) => {
            Failure::Transient(error)
        }
        ExportError::Overflow(error) => Failure::permanent("overflow", error),
        // Bugs, which no repetition mends.
        error => Failure::permanent("not_written", cloud::error::chain(&error)),
    }
}

fn told(job: &Job, manifest: &Manifest, started: DateTime<Utc>, now: DateTime<Utc>) {
    info!(
        period = %job.period,
        state = job.state(),
        rows = manifest.rows,
        files = manifest.files.len(),
        took_ms = (now - started).num_milliseconds(),
        "a month was exported"
    );
}

#[cfg(test)]
mod testing;
