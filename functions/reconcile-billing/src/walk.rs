//! The walk over all users of a month: as far as a run's time allows, from wherever the last one has come to.

use chrono::{DateTime, TimeDelta, Utc};
use cloud::Cloud;
use cloud::reconciliation::{Position, Walk};
use domain::reconciliation::Finding;
use exports::destination::{Contents, Destination};
use exports::error::Error;
use exports::job::{Job, compact};
use exports::turn::{Run, Seen};
use serde::{Deserialize, Serialize};
use tracing::error;

use crate::report::Report;

/// Findings that are told and listed. Further ones are counted, and no longer read three times: something is wrong then
/// that no list of users explains.
pub const FINDINGS_MAX: usize = 1_000;

/// How often a run keeps how far it has come: what is lost when it is killed.
const KEPT_EVERY: TimeDelta = TimeDelta::seconds(10);

/// The version of the checkpoints that this release writes. One of another version is not gone on from.
const VERSION: u32 = 1;

/// How far a walk has come, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Progress {
    v: u32,
    /// The report stands.
    done: bool,
    at: Position,
    report: Report,
}

/// What came of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The report stands.
    Done(Box<Report>),
    /// It has stood since an earlier run.
    DoneBefore,
    /// The time was up; the next run goes on.
    Unfinished,
}

/// Where the report of a job is, beside the export of the same month.
#[must_use]
pub fn report_name(job: &Job) -> String {
    let stem = if job.is_final() { "" } else { "preliminary-" };
    format!("{}{stem}reconciliation.json", job.folder())
}

/// Goes on with a walk until it is over, or until the run has no more time.
///
/// # Errors
/// [`Error`]; what is kept stays, and the next run goes on from there. Among them that another run is at it.
pub async fn walk(
    cloud: &Cloud,
    destination: &impl Destination,
    job: &Job,
    as_of: DateTime<Utc>,
    run: Run<impl Fn() -> bool + Sync>,
) -> Result<Outcome, Error> {
    // By the moment, of final ones too: what was found at another may be mended meanwhile.
    let moment = compact(as_of);
    let name = format!("checkpoints/reconciliation/period={}/as-of={moment}.json", job.period);
    let mut seen = Seen::<Progress>::look(destination, &name).await?;
    seen.state = seen.state.filter(|kept| kept.v == VERSION);
    if seen.state.as_ref().is_some_and(|kept| kept.done) {
        return Ok(Outcome::DoneBefore);
    }
    let (mut turn, kept) = seen.claim(destination, name, &run).await?;
    let begun =
        || Progress { v: VERSION, done: false, at: Position::default(), report: Report::of(job) };
    let mut progress = kept.unwrap_or_else(begun);
    let mut walk = Walk::new(cloud, job.period);
    let mut kept_at = cloud.clock.now();
    while progress.at != Position::End {
        if progress.report.mismatches() >= FINDINGS_MAX as u64 {
            walk.readings = 1;
        }
        let Progress { at, report, .. } = &mut progress;
        let found = |said| report.add(said, FINDINGS_MAX).iter().for_each(tell);
        walk.page(at, &run.has_time, found).await?;
        if !(run.has_time)() {
            turn.leave(&progress).await?;
            return Ok(Outcome::Unfinished);
        }
        if cloud.clock.now() - kept_at >= KEPT_EVERY {
            kept_at = cloud.clock.now();
            turn.keep(&progress).await?;
        }
    }
    progress.report.sort();
    // Who was overtaken writes no report.
    turn.keep(&progress).await?;
    let mut text = serde_json::to_vec_pretty(&progress.report)?;
    text.push(b'\n');
    destination.put(&report_name(job), Contents::of(text)).await?;
    progress.done = true;
    turn.leave(&progress).await?;
    Ok(Outcome::Done(Box::new(progress.report)))
}

/// Tells of what a person has to look at.
fn tell(finding: &Finding) {
    let Finding { kind, user, ids, detail } = finding;
    let (kind, ids) = (kind.as_str(), ids.join(" "));
    error!(user.id = %user, kind, ids, detail, "the ledger and what happened do not match");
}
