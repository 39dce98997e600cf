//! `ringback export`: the ledger of a month as files in a directory, by the same code that writes them to the bucket.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use domain::ledger::Period;
use export_billing::error::ExportError;
use export_billing::export::{Outcome, export};
use export_billing::manifest::{Manifest, TotalsSay};
use exports::destination::Directory;
use exports::job::{Job, NotBegun};
use exports::turn::Run;

use crate::cli;
use crate::target::{Target, TargetArgs, TargetError};

/// How often a closed month is read until its sums agree with its totals, and how long is waited between. An index of
/// DynamoDB is behind its table for seconds at most.
const PROOFS: u32 = 3;
const PROVES_AGAIN_AFTER: Duration = Duration::from_secs(5);

/// What to export, and where to.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The month, such as 2026-11: by the time in UTC at which it was texted or called
    #[arg(long, value_name = "YYYY-MM")]
    pub period: Period,
    /// The directory for the files; made if it is not there
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Which stack to ask.
    #[command(flatten)]
    pub target: TargetArgs,
}

/// Writes the files and says what is in them.
///
/// # Errors
/// No such month yet; no stack; a ledger that cannot be read or proved; a directory that cannot be written.
pub fn run(args: &ExportArgs) -> Result<(), ExportCommandError> {
    let (job, manifest) = cli::wait_for(async {
        let target = Target::open(&args.target).await?;
        let now = target.cloud.clock.now();
        let job = Job::of(args.period, now)?;
        let directory = Directory::new(&args.out);
        for _ in 1..=PROOFS {
            match export(&target.cloud, &directory, &job, Run::unlimited(now)).await? {
                Outcome::Done(manifest) => return Ok((job, manifest)),
                // There is no end to this command's time.
                Outcome::Unfinished => {}
                Outcome::Unproved(_) => tokio::time::sleep(PROVES_AGAIN_AFTER).await,
            }
        }
        Err(ExportCommandError::Unproved { period: args.period })
    })??;
    let folder = args.out.join(job.folder());
    Ok(cli::print(&summary(&job, &manifest, &folder.display().to_string()))?)
}

/// What was written, for a person.
fn summary(job: &Job, manifest: &Manifest, folder: &str) -> String {
    let mut text =
        format!("{job}: {} entries, {} files in {folder}\n", manifest.rows, manifest.files.len());
    for of in &manifest.sums {
        let amount = of.sum.amount_micros.display(of.currency);
        text += &format!("  {:>13}  {:>9}  {amount}\n", of.kind.as_str(), of.sum.rows);
    }
    if manifest.totals != TotalsSay::Same {
        text += "  entries were written meanwhile: the totals do not say the same yet\n";
    }
    text
}

/// Why there is no export.
#[derive(Debug, thiserror::Error)]
pub enum ExportCommandError {
    /// No stack to ask.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// Too early.
    #[error(transparent)]
    NotBegun(#[from] NotBegun),
    /// The ledger cannot be read, or the files not written.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// The ledger contradicts itself.
    #[error(
        "the entries of {period} do not add up to its totals, so there is no manifest: see \
         infra/runbooks/export-not-proved.md"
    )]
    Unproved {
        /// The month.
        period: Period,
    },
    /// The system refused.
    #[error("the system refused what every program needs")]
    Io(#[from] io::Error),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_told_what_was_written() {
        let job = Job::of(
            "2026-11".parse().expect("a month"),
            "2027-01-01T00:00:00Z".parse().expect("RFC 3339"),
        );
        let job = job.expect("it has begun");
        let manifest = serde_json::json!({
            "v": 1, "period": "2026-11", "state": "final", "rows": 3,
            "sums": [{"currency": "USD", "kind": "sms", "rows": 3, "amount_micros": 60_000}],
            "totals": {"say": "moving", "sums": []}, "price_versions": [], "columns": [], "files": [],
        });
        let manifest = serde_json::from_value(manifest).expect("a manifest");
        assert_eq!(
            summary(&job, &manifest, "out"),
            "2026-11 (final): 3 entries, 0 files in out\n            sms          3  $0.06\n  \
             entries were written meanwhile: the totals do not say the same yet\n"
        );
    }
}
