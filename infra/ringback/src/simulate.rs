//! `ringback simulate`: seeded days of faults, and whether every promise held.

use std::io::{self, Write};
use std::ops::RangeInclusive;
use std::process::ExitCode;
use std::str::FromStr;

use chrono::TimeDelta;
use serde_json::Value;
use simulation::fault::{Fault, Mix};
use simulation::fmea;
use simulation::run::{Outcome, percentile, run_flooded};
use simulation::sabotage::Sabotage;
use simulation::suite::{self, Summary};
use simulation::world::Unmade;
use simulation::{Settings, run};

use crate::cli::SimulateArgs;

/// What a shell sees when a promise was broken.
const EXIT_BROKEN: u8 = 1;

/// Seeds from the first to the last, both included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seeds(RangeInclusive<u64>);

impl FromStr for Seeds {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (first, last) = text.split_once("..").unwrap_or((text, text));
        let number = |text: &str| text.trim().trim_start_matches('=').parse::<u64>().ok();
        match (number(first), number(last)) {
            (Some(first), Some(last)) if first <= last => Ok(Self(first..=last)),
            _ => Err("a number, or two with the smaller first, such as 1..200".into()),
        }
    }
}

/// Reads which faults there may be: `drawn`, `none`, or names with commas between them.
///
/// # Errors
/// A name that is no fault's.
pub fn mix(text: &str) -> Result<Mix, String> {
    match text {
        "drawn" => return Ok(Mix::Drawn),
        "none" => return Ok(Mix::None),
        _ => {}
    }
    let named = |name: &str| {
        let found = Fault::ALL.into_iter().find(|fault| fault.name() == name.trim());
        found.ok_or_else(|| format!("`{name}` is no fault; --list names them"))
    };
    text.split(',').map(named).collect::<Result<_, _>>().map(Mix::Only)
}

/// Reads the name of a sabotage.
///
/// # Errors
/// A name that is none's.
pub fn sabotage(name: &str) -> Result<Sabotage, String> {
    let found = Sabotage::ALL.into_iter().find(|sabotage| sabotage.name() == name);
    found.ok_or_else(|| format!("`{name}` is no sabotage; --list names them"))
}

/// Runs the command: 0 if every promise held for every seed, 1 if one was broken, or if a large suite has not seen
/// everything that can happen.
///
/// # Errors
/// [`Unmade`] if the simulation itself is wrong.
pub fn command(args: &SimulateArgs) -> Result<ExitCode, Unmade> {
    let mut out = io::stdout().lock();
    if args.list {
        let _ = out.write_all(listing(args.json).as_bytes());
        return Ok(ExitCode::SUCCESS);
    }
    if args.failure_table {
        let seen = fmea::each_alone()?;
        let _ = out.write_all(fmea::table(&seen).as_bytes());
        let broken = seen.iter().any(|seen| !seen.broken.is_empty());
        return Ok(if broken { ExitCode::from(EXIT_BROKEN) } else { ExitCode::SUCCESS });
    }
    let like = Settings {
        length: TimeDelta::days(i64::from(args.days)),
        users: usize::try_from(args.users).unwrap_or(usize::MAX),
        // What only shows where nothing else goes wrong is planted there, unless faults are named.
        mix: match (&args.faults, args.sabotage) {
            (Mix::Drawn, Some(sabotage)) if sabotage.shows_without_faults() => Mix::None,
            (faults, _) => faults.clone(),
        },
        sabotage: args.sabotage,
        keep_log: args.log,
        ..Settings::new(0)
    };
    let Seeds(seeds) = args.seeds.clone().unwrap_or(Seeds(1..=100));
    if args.log {
        return log(&Settings { seed: *seeds.start(), ..like }, args.flood, &mut out);
    }
    let started = started();
    let summary = suite::run_all(seeds, &like, tell_meanwhile)?;
    let seconds = started.elapsed().as_secs_f64();
    let text = if args.json {
        format!("{}\n", in_json(&summary, seconds))
    } else {
        in_words(&summary, seconds)
    };
    // Whoever reads may have had enough; the exit code says what matters.
    let _ = out.write_all(text.as_bytes());
    let incomplete = summary.has_to_be_complete() && !summary.missing().is_empty();
    let held = summary.broken.is_empty() && !incomplete;
    Ok(if held { ExitCode::SUCCESS } else { ExitCode::from(EXIT_BROKEN) })
}

/// After so many worlds it is told how far a suite has come.
const TELL_EVERY: u64 = 1_000;

/// Tells on standard error what a world broke as soon as it is over, and now and then how far the suite is.
fn tell_meanwhile(outcome: &Outcome, so_far: &Summary) {
    let mut err = io::stderr().lock();
    for broken in &outcome.broken {
        let _ = writeln!(err, "seed {}: {broken}", outcome.seed);
    }
    let runs = so_far.runs + 1;
    if runs.is_multiple_of(TELL_EVERY) {
        let broken = so_far.broken.len() + usize::from(!outcome.broken.is_empty());
        let _ = writeln!(err, "{runs} worlds, {broken} of them broke a promise");
    }
}

/// Tells everything that happens in one world.
fn log(settings: &Settings, flood: bool, out: &mut impl Write) -> Result<ExitCode, Unmade> {
    let outcome = if flood { run_flooded(settings)? } else { run(settings)? };
    let lines = outcome.record.log.unwrap_or_default().into_iter();
    let broken = outcome.broken.iter().map(|broken| format!("broken {broken}"));
    for line in lines.chain(broken) {
        if writeln!(out, "{line}").is_err() {
            break;
        }
    }
    Ok(if outcome.broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(EXIT_BROKEN) })
}

fn listing(json: bool) -> String {
    let listing = suite::listing();
    if json {
        return format!("{listing}\n");
    }
    let mut text = String::new();
    for kind in ["faults", "promises", "sabotages"] {
        text.push_str(&format!("{kind}:\n"));
        for entry in listing[kind].as_array().into_iter().flatten() {
            let name = entry["name"].as_str().unwrap_or_default();
            match entry["breaks"].as_str() {
                Some(promise) => text.push_str(&format!("  {name:24} breaks {promise}\n")),
                None => text.push_str(&format!("  {name}\n")),
            }
        }
    }
    text
}

/// Reminder lives a second of one processor.
fn lives_per_core_second(summary: &Summary, seconds: f64) -> f64 {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    summary.lives as f64 / seconds.max(0.001) / cores as f64
}

fn in_json(summary: &Summary, seconds: f64) -> Value {
    let mut json = summary.to_json();
    json["seconds"] = seconds.into();
    json["lives_per_core_second"] = lives_per_core_second(summary, seconds).into();
    json
}

fn in_words(summary: &Summary, seconds: f64) -> String {
    let mut text = String::new();
    for (seed, all) in &summary.broken {
        for broken in all {
            text.push_str(&format!(
                "broken  {broken}\n        again: {}\n",
                suite::replay(*seed, broken.promise, &summary.like)
            ));
        }
    }
    let quantiles =
        |ms: &[i64]| format!("p50 {} ms, p99 {} ms", percentile(ms, 50), percentile(ms, 99));
    let faults: u64 = summary.faults.values().map(|(count, _)| count).sum();
    let per_reminder = |count: u64| count as f64 / summary.reminders.max(1) as f64;
    let held =
        if summary.broken.is_empty() { "every promise held" } else { "PROMISES WERE BROKEN" };
    text.push_str(&format!(
        "{held} in {} worlds, {} of them without faults\n\
         {} reminders, {} of them called; {faults} faults of {} kinds\n\
         lateness without faults: {}; with: {}\n\
         calls a reminder: {:.2}; requests to AWS a reminder: {:.1}\n\
         {:.1} s, {:.0} reminder lives a core-second\n",
        summary.runs,
        summary.calm_runs,
        summary.reminders,
        summary.rang,
        summary.faults.len(),
        quantiles(&summary.lateness_calm_ms),
        quantiles(&summary.lateness_faulty_ms),
        per_reminder(summary.calls),
        per_reminder(summary.requests),
        seconds,
        lives_per_core_second(summary, seconds),
    ));
    if summary.has_to_be_complete() {
        for missing in summary.missing() {
            text.push_str(&format!("never seen: {missing}\n"));
        }
    }
    text
}

#[expect(clippy::disallowed_methods, reason = "how long it took is told to a person")]
fn started() -> std::time::Instant {
    std::time::Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_are_one_or_from_one_to_another() {
        assert_eq!("7".parse(), Ok(Seeds(7..=7)));
        assert_eq!("1..200".parse(), Ok(Seeds(1..=200)));
        for nonsense in ["", "a", "5..1", "..", "-1..2"] {
            assert!(nonsense.parse::<Seeds>().is_err(), "{nonsense}");
        }
    }

    #[test]
    fn faults_and_sabotages_are_known_by_name() {
        assert_eq!(
            mix("disk-full,cpu-frozen"),
            Ok(Mix::Only(vec![Fault::DiskFull, Fault::CpuFrozen]))
        );
        assert_eq!(mix("none"), Ok(Mix::None));
        assert!(mix("gremlins").unwrap_err().contains("gremlins"));
        assert_eq!(sabotage("ignore-stop"), Ok(Sabotage::IgnoreStop));
        assert!(sabotage("gremlins").is_err());
    }

    #[test]
    fn the_list_has_all_that_is_promised() {
        let listing = suite::listing();
        assert_eq!(listing["promises"].as_array().unwrap().len(), 15);
        assert!(listing["sabotages"].as_array().unwrap().len() >= 12);
        assert!(super::listing(false).contains("ignore-stop"));
    }
}
