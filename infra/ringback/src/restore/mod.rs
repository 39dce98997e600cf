//! `ringback restore-drill`: what a restore of the tables would be like, tried before it is needed.
//!
//! On this machine the whole of it happens: the tables as they were at a moment, beside empty queues and no schedules, are
//! taken over by the real functions; nothing that was due meanwhile may ring, and the carrier's book of the old stack
//! judges what was lost. In AWS nothing but copies of the tables is made, looked at and deleted again: a drill calls
//! and texts nobody.
//!
//! # Layout
//! - [`local`]: the drill on this machine; [`aws`]: that in AWS
//! - [`lost`]: what the restored tables know nothing of, and handing it in again

pub mod aws;
pub mod local;
pub mod lost;

use std::fmt::Write as _;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use aws_local::copy::CopyError;
use aws_local::wire::AwsError;
use chrono::{DateTime, Utc};
use clap::Args;
use serde::Serialize;

use self::lost::Lost;
use crate::cli;
use crate::local::StartError;
use crate::refusal::Refusal;
use crate::target::{TargetArgs, TargetError};

/// Lines of what was lost that a person reads; the others are counted, and in --json.
const LINES: usize = 50;

/// From what, and how far.
#[derive(Debug, Args)]
pub struct RestoreDrillArgs {
    /// Only take a copy of the local stack's tables into DIR, to restore from later
    #[arg(long, value_name = "DIR", conflicts_with_all = ["from", "into", "replay", "stack"])]
    pub take: Option<PathBuf>,
    /// Restore the copy in DIR, instead of one that is taken now
    #[arg(long, value_name = "DIR", conflicts_with = "stack")]
    pub from: Option<PathBuf>,
    /// Keep the restored stack in DIR, instead of throwing it away
    #[arg(long, value_name = "DIR", conflicts_with = "stack")]
    pub into: Option<PathBuf>,
    /// First hand in again what the carrier published since the copy, as an archive of both topics would
    #[arg(long, conflicts_with = "stack")]
    pub replay: bool,
    /// In AWS: restore this moment, such as 2026-11-23T09:00:00Z; the latest there is if absent
    #[arg(long, value_name = "TIME", requires = "stack")]
    pub at: Option<DateTime<Utc>>,
    /// JSON instead of sentences
    #[arg(long)]
    pub json: bool,
    /// Which stack.
    #[command(flatten)]
    pub target: TargetArgs,
}

/// What a drill found.
#[derive(Debug, Serialize)]
pub struct Drill {
    /// The moment that the restored tables are of.
    pub restored_to: DateTime<Utc>,
    /// When the restore had ended: what was due before does not ring.
    pub restored_at: DateTime<Utc>,
    /// Reminders that were due before: their people are told by SMS, unless they opted out.
    pub told: u32,
    /// Reminders that are scheduled again.
    pub scheduled: u32,
    /// Calls for what was due before. There must be none.
    pub rang: u32,
    /// Messages that the functions could not handle after the restore.
    pub dead_letters: u32,
    /// What was handed in again.
    pub replayed: u32,
    /// What happened and is not in the restored tables.
    pub lost: Vec<Lost>,
}

/// Does the drill and tells it; the exit code is 1 if a phone rang that must not.
///
/// # Errors
/// No data; a copy that cannot be made or read; a stack that does not start or does not come to rest.
pub fn run(args: &RestoreDrillArgs) -> Result<ExitCode, RestoreError> {
    if let Some(into) = &args.take {
        let at = local::take(&args.target.data_dir, into)?;
        cli::print(&format!("the tables of {at} are in {}\n", into.display()))?;
        return Ok(ExitCode::SUCCESS);
    }
    let drill = match &args.target.stack {
        None => local::drill(args)?,
        Some(_) => cli::wait_for(aws::drill(args))??,
    };
    let text = match args.json {
        true => serde_json::to_string(&drill).map_err(io::Error::from)? + "\n",
        false => drill.told(args.target.stack.is_some()),
    };
    cli::print(&text)?;
    Ok(if drill.rang == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

impl Drill {
    /// Sentences for a person; in AWS nothing was done but counted.
    fn told(&self, in_aws: bool) -> String {
        let time = |at: DateTime<Utc>| at.format("%Y-%m-%d %H:%M:%SZ").to_string();
        let (told, scheduled) = match in_aws {
            true => ("would be told by SMS", "would be scheduled again"),
            false => ("are told by SMS", "are scheduled again"),
        };
        let mut text = format!(
            "restored: the tables of {}, by {}\n\
             {} reminders were due before that and {told}; {} {scheduled}\n",
            time(self.restored_to),
            time(self.restored_at),
            self.told,
            self.scheduled,
        );
        if !in_aws {
            let _ = match self.rang {
                0 => writeln!(text, "no phone rang for what was due"),
                many => {
                    writeln!(text, "WRONG: {many} calls for what was due before the restore ended")
                }
            };
        }
        if self.replayed > 0 {
            let _ =
                writeln!(text, "{} messages of the archive were handed in again", self.replayed);
        }
        if self.dead_letters > 0 {
            let _ = writeln!(
                text,
                "{} messages could not be handled after the restore",
                self.dead_letters
            );
        }
        match self.lost.len() {
            0 => text.push_str("nothing was lost\n"),
            many => {
                let _ = writeln!(text, "lost, {many} in all:");
            }
        }
        for lost in self.lost.iter().take(LINES) {
            let _ = writeln!(
                text,
                "  {}  {:7}  {}  {}",
                time(lost.at),
                lost.kind.word(),
                lost.who,
                lost.id
            );
        }
        if self.lost.len() > LINES {
            let _ = writeln!(text, "  and {} more, which --json lists", self.lost.len() - LINES);
        }
        text
    }
}

/// Why a drill did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// No stack to ask.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The copy cannot be made.
    #[error("{}", crate::cli::chain(.0))]
    Copy(#[from] CopyError),
    /// There is no copy.
    #[error("there is no copy in {}: take one with --take", path.display())]
    NoCopy {
        /// The directory.
        path: PathBuf,
    },
    /// The restored stack does not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The local services failed.
    #[error("the restored stack failed: {}", .0.message)]
    Local(AwsError),
    /// The restored rows cannot be read or written.
    #[error("the restored tables cannot be used")]
    Cloud(#[from] cloud::Error),
    /// The repair failed.
    #[error("the restored rows cannot be looked after: {0}")]
    Repair(String),
    /// The functions are not done with what there is to do.
    #[error("the restored stack did not come to rest within {seconds} s; see {}", logs.display())]
    Restless {
        /// How long it had.
        seconds: u64,
        /// Where its functions write.
        logs: PathBuf,
    },
    /// AWS refused.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A restore in AWS did not end.
    #[error(
        "the table {table} is not restored after {minutes} min: delete it once it is, or go on by hand"
    )]
    Slow {
        /// The copy.
        table: String,
        /// How long was waited.
        minutes: i64,
    },
    /// The system refused.
    #[error("the system refused what every program needs")]
    Io(#[from] io::Error),
}
