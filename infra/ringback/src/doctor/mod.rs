//! `ringback doctor`: whether a stack can do its work, what is wrong with it, and exactly what to do about each thing.
//!
//! Every check stands alone: one that may not be made, for want of a permission, is a finding and keeps no other from
//! being made.
//!
//! # Layout
//! - [`finding`]: what a check says; [`number`], [`account`], [`events`]: the carrier's side;
//!   [`machinery`]: queues, topics, tables, schedules; [`concurrency`]: room for the functions; [`alarms`]: who is told

pub mod account;
pub mod alarms;
pub mod concurrency;
pub mod events;
pub mod finding;
pub mod machinery;
pub mod number;

use std::io;
use std::process::ExitCode;

use aws_sdk_pinpointsmsvoicev2::Client as Voice;
use aws_smithy_types::retry::RetryConfig;
use clap::Args;
use domain::phone::Phone;
use serde_json::json;

use self::finding::Findings;
use crate::cli;
use crate::target::{Target, TargetArgs, TargetError};

/// Regions in which AWS End User Messaging cannot call. Source: its SMS user guide, "What is", table of regions.
const REGIONS_WITHOUT_VOICE: [&str; 13] = [
    "ap-east-2",
    "ap-south-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-6",
    "ca-west-1",
    "eu-central-2",
    "eu-south-1",
    "eu-south-2",
    "il-central-1",
    "me-central-1",
    "mx-central-1",
    "us-gov-east-1",
];

/// The carrier answers one `Describe…` a second: a refusal for haste is waited out.
const TRIES: u32 = 6;

/// What to look at, and whether to mend it.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// Mend what can be mended without asking anybody: the number's settings, where events go, protections
    #[arg(long)]
    pub fix: bool,
    /// Also say whether this phone can be reached, such as +12065550123
    #[arg(long, value_name = "E164")]
    pub phone: Option<String>,
    /// JSON instead of sentences
    #[arg(long)]
    pub json: bool,
    /// Which stack.
    #[command(flatten)]
    pub target: TargetArgs,
}

/// Looks at a stack and tells what it finds; the exit code is 1 if something is wrong.
///
/// # Errors
/// What is no phone; no stack to ask.
pub fn run(args: &DoctorArgs) -> Result<ExitCode, DoctorError> {
    let phone = args.phone.as_deref().map(Phone::parse).transpose();
    let phone = phone.map_err(|_| DoctorError::NotAPhone)?;
    let findings = cli::wait_for(async {
        let target = Target::open(&args.target).await?;
        let mut doctor = Doctor::of(&target, args.fix);
        doctor.look(phone.as_ref()).await;
        Ok::<_, DoctorError>(doctor.findings)
    })??;
    let wrong = findings.count_wrong();
    let text = match args.json {
        true => json!({"findings": findings.all(), "wrong": wrong}).to_string() + "\n",
        false => findings.told(),
    };
    cli::print(&text)?;
    Ok(if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Looks at one stack.
pub struct Doctor<'a> {
    target: &'a Target,
    voice: Voice,
    fix: bool,
    findings: Findings,
}

impl<'a> Doctor<'a> {
    fn of(target: &'a Target, fix: bool) -> Self {
        let mut voice = aws_sdk_pinpointsmsvoicev2::config::Builder::from(&target.sdk)
            .retry_config(RetryConfig::standard().with_max_attempts(TRIES));
        // The timeouts of the rest are for functions that somebody waits for.
        if let Some(endpoint) = &target.cloud.config.voice_endpoint {
            voice = voice.endpoint_url(endpoint);
        }
        let timeouts = aws_smithy_types::timeout::TimeoutConfig::builder()
            .operation_timeout(std::time::Duration::from_secs(30))
            .build();
        let voice = Voice::from_conf(voice.timeout_config(timeouts).build());
        Self { target, voice, fix, findings: Findings::default() }
    }

    /// In the order of the road.
    async fn look(&mut self, phone: Option<&Phone>) {
        self.region();
        self.number().await;
        self.events().await;
        self.account().await;
        if let Some(phone) = phone {
            self.reachable(phone).await;
        }
        self.topics().await;
        self.queues().await;
        self.tables().await;
        self.schedules().await;
        if self.in_aws() {
            self.concurrency();
            self.alarms().await;
        }
    }

    fn region(&mut self) {
        let region = &self.target.cloud.config.region;
        if REGIONS_WITHOUT_VOICE.contains(&region.as_str()) {
            self.findings.wrong(
                "region",
                format!("AWS End User Messaging cannot call from {region}"),
                "deploy in a region that has voice, such as us-east-1, eu-west-1 or ap-south-1",
            );
        }
    }

    fn in_aws(&self) -> bool {
        self.target.names.stack.is_some()
    }

    /// The command that mends.
    fn fixing(&self) -> String {
        format!("`ringback doctor --fix{}`", self.target.names.option())
    }
}

/// Why nothing was looked at.
#[derive(Debug, thiserror::Error)]
pub enum DoctorError {
    /// No number that the product serves.
    #[error("a phone is a number with its country code, such as +12065550123")]
    NotAPhone,
    /// No stack to ask.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The system refused.
    #[error("the system refused what every program needs")]
    Io(#[from] io::Error),
}
