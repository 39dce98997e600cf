//! The template and the functions as they are deployed, on an emulator that nobody here wrote.
//!
//! `sam deploy` puts what `sam build` has built onto ministack, which runs the functions on its own queues, topics, tables
//! and schedules; the carrier alone is played by `aws-local`, since no emulator has it. There the scenarios of
//! `tests/end-to-end` are played, and what the local stack cannot show: that the template can be deployed and fits the
//! functions. So `aws-local` cannot agree with us by mistake.
//!
//! # Layout
//! - [`emulator`]: ministack as a process; [`door`]: the address at which the functions know it
//! - [`deployment`]: `sam deploy`, and what it made
//! - [`carrier`]: the carrier of `aws-local`, whose news go to the topics of the deployment
//! - [`play`]: the scenarios; [`checks`]: what only a deployment can show; [`operators`]: their commands on it
//! - [`probes`]: the same questions to `aws-local` and the emulator; [`gaps`]: what cannot be shown here
//! - [`phones`]: the interface of the phones over carrier and deployment

#![expect(
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test: it says what it finds, and a broken world should stop it"
)]

mod carrier;
mod checks;
mod deployment;
mod door;
mod emulator;
mod gaps;
mod operators;
mod phones;
mod play;
mod probes;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use clap::Parser;
use cloud::Cloud;
use end_to_end::World;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::Instant;

use crate::carrier::Carrier;
use crate::checks::Deployed;
use crate::deployment::Deployment;
use crate::emulator::Emulator;

/// How long anything may take that should take a second, on Python and two cores. What is lost is found by the repair
/// loop when it is half a minute late, within a minute, plus the ten seconds that a schedule takes to fire here.
const PATIENCE: Duration = Duration::from_secs(180);

/// How late a phone may ring: the emulator looks at its queues once a second, and functions start cold.
const LATE_MAX: TimeDelta = TimeDelta::seconds(10);

/// How early a phone may seem to ring: the emulator's SNS says in whole seconds when a text was sent, AWS's to the
/// millisecond.
const EARLY_MAX: TimeDelta = TimeDelta::milliseconds(1_200);

/// Deploys the built template to ministack and plays the end-to-end scenarios there.
#[derive(Debug, Parser)]
struct Arguments {
    /// The SAM CLI
    #[arg(long)]
    sam: PathBuf,
    /// The emulator
    #[arg(long)]
    ministack: PathBuf,
    /// What `sam build` has built for this machine
    #[arg(long, default_value = ".aws-sam/build/template.yaml")]
    template: PathBuf,
    /// Play only the scenarios whose name contains one of these
    names: Vec<String>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if !arguments.template.exists() {
        let template = arguments.template.display();
        eprintln!("{template} is missing: run `sam build` for this machine first, as .ci/run does");
        return ExitCode::from(2);
    }
    let work = tempfile::tempdir().unwrap();
    let started = Instant::now();
    let carrier = Carrier::start().await;
    let emulator = Emulator::start(&arguments.ministack, work.path(), &carrier.endpoint).await;
    let mut asked_to_end = signal(SignalKind::terminate()).unwrap();
    // Dropped halfway, it still ends the emulator.
    let passed = tokio::select! {
        passed = run(&arguments, &carrier, &emulator, work.path()) => passed,
        _ = asked_to_end.recv() => false,
        _ = tokio::signal::ctrl_c() => false,
    };
    emulator.end().await;
    println!("all of it took {:.0} s", started.elapsed().as_secs_f64());
    if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Deploys and plays; false if something did not do what it should.
async fn run(arguments: &Arguments, carrier: &Carrier, emulator: &Emulator, work: &Path) -> bool {
    let started = Instant::now();
    let Arguments { sam, template, .. } = arguments;
    let deployment = Deployment::deploy(sam, template, emulator, &carrier.endpoint).await;
    println!("sam deploy took {:.1} s", started.elapsed().as_secs_f64());
    deployment.make_up_for_the_emulator().await;
    let page = phones::serve(carrier, &deployment).await;
    let mut world = World::at(&page, work.join(emulator::LOGS)).await.unwrap();
    world.patience = PATIENCE;
    (world.early_max, world.late_max) = (EARLY_MAX, LATE_MAX);
    carrier.publish_to(&deployment, &aws_sdk_sns::Client::new(&world.sdk()));
    let cloud = Cloud::new(deployment.config().await);
    let (plain, local) = (emulator.inside.clone(), carrier.endpoint.clone());
    let deployed = Deployed { plain, local, deployment, cloud, world };
    let passed = play::all(Arc::new(deployed), &arguments.names).await;
    gaps::tell();
    passed
}
