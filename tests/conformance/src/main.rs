//! The template and the functions as they are deployed, on an emulator that nobody here wrote.
//!
//! `sam deploy` puts what `sam build` has built onto ministack, which runs the functions on its own queues, topics, tables
//! and schedules; the carrier alone is played by `aws-local`, since no emulator has it. There the scenarios of
//! `tests/end-to-end` are played, and what the local stack cannot show: that the template can be deployed and fits the
//! functions. So `aws-local` cannot agree with us by mistake.
//!
//! # Layout
//! - [`emulator`]: ministack as a process
//! - [`deployment`]: `sam deploy`, and what it made
//! - [`carrier`]: the carrier of `aws-local`, whose news go to the topics of the deployment
//! - [`phones`]: the interface of the phones over carrier and deployment

#![expect(
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test: it says what it finds, and a broken world should stop it"
)]

mod carrier;
mod deployment;
mod emulator;
mod phones;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use clap::Parser;
use end_to_end::{SCENARIOS, Scenario, World};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::carrier::Carrier;
use crate::deployment::Deployment;
use crate::emulator::Emulator;

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
    let work = tempfile::tempdir().unwrap();
    let started = Instant::now();
    let carrier = Carrier::start().await;
    let emulator = Emulator::start(&arguments.ministack, work.path(), &carrier.endpoint).await;
    println!("ministack and the carrier run after {:.1} s", started.elapsed().as_secs_f64());
    let deployed = Instant::now();
    let deployment = Deployment::deploy(&arguments.sam, &arguments.template, &emulator).await;
    println!("sam deploy took {:.1} s", deployed.elapsed().as_secs_f64());
    let page = phones::serve(&carrier, &deployment).await;
    let mut world = World::at(&page, work.path().join(emulator::LOGS)).await.unwrap();
    // Python on two cores, polling once a second.
    world.patience = Duration::from_secs(90);
    world.late_max = TimeDelta::seconds(4);
    carrier.publish_to(&deployment, &aws_sdk_sns::Client::new(&world.sdk()));
    let passed = play(Arc::new(world), &arguments.names).await;
    emulator.end().await;
    println!("all of it took {:.0} s", started.elapsed().as_secs_f64());
    if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Plays the scenarios at once, each with phones of its own; false if one failed.
async fn play(world: Arc<World>, names: &[String]) -> bool {
    let wanted = |scenario: &&Scenario| {
        names.is_empty() || names.iter().any(|name| scenario.name.contains(name.as_str()))
    };
    let mut playing = JoinSet::new();
    for scenario in SCENARIOS.iter().filter(wanted) {
        let world = Arc::clone(&world);
        playing.spawn(async move {
            let started = Instant::now();
            // A task of its own, so that its panic ends nothing else.
            let outcome = tokio::spawn(async move { (scenario.run)(&world).await }).await;
            (scenario.name, outcome.is_ok(), started.elapsed())
        });
    }
    assert!(!playing.is_empty(), "no scenario has such a name");
    let mut all_passed = true;
    while let Some(played) = playing.join_next().await {
        let (name, passed, took) = played.unwrap();
        let verdict = if passed { "ok" } else { "FAILED" };
        println!("{verdict:>6}  {:5.1} s  {name}", took.as_secs_f64());
        all_passed &= passed;
    }
    all_passed
}
