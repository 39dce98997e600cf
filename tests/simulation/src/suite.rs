//! Many runs, on all processors: what was broken, how often everything happened, and in numbers how it went.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::{ControlFlow, RangeInclusive};
use std::sync::{Mutex, PoisonError};

use reconcile::repair::Repair;
use serde_json::{Value, json};

use crate::fault::{Fault, Mix};
use crate::processors;
use crate::promise::{Broken, Promise};
use crate::run::{Outcome, percentile, run_and_compare};
use crate::sabotage::Sabotage;
use crate::world::{Settings, Unmade};

/// One seed in so many is run twice for `deterministic`, and one for `fair`.
pub const COMPARE_EVERY: u64 = 20;

/// The ways of a reminder that every suite has to have seen.
pub const TRANSITIONS: [&str; 23] = [
    "new > accepted",
    "accepted > calling",
    "accepted > waiting",
    "accepted > held",
    "accepted > forgotten",
    "accepted > opted_out",
    "accepted > gave_up(too_late)",
    "accepted > gave_up(daily_limit)",
    "accepted > gave_up(over_cap)",
    "held > waiting",
    "waiting > calling",
    "waiting > held",
    "calling > answered",
    "calling > waiting",
    "calling > held",
    "calling > gave_up(no_answer)",
    "calling > gave_up(blocked)",
    "calling > gave_up(spend_limit)",
    "waiting > answered",
    "answered after the end",
    "moved",
    "nudged",
    "paid or told",
];

/// What every suite has to have seen of a month's money.
pub const MONEY: [&str; 6] = [
    "free",
    "over the maximum",
    "told of the maximum",
    "given back",
    "given back before",
    "not given back",
];

/// For this repair a STOP has to come while a reminder is held, which hundreds of worlds may not see.
const RARE: Repair = Repair::HeldOptedOut;

/// From so many worlds on everything has to have happened.
const COMPLETE_FROM: u64 = 200;

/// What a suite found.
#[derive(Debug)]
pub struct Summary {
    /// What all worlds have in common.
    pub like: Settings,
    /// Runs.
    pub runs: u64,
    /// Runs without faults.
    pub calm_runs: u64,
    /// What was broken, by seed.
    pub broken: BTreeMap<u64, Vec<Broken>>,
    /// How often each fault happened, and in which seed first.
    pub faults: BTreeMap<Fault, (u64, u64)>,
    /// How often reminders went from one state to another.
    pub transitions: BTreeMap<String, u64>,
    /// How often something was free, or cut, or somebody came to a month's maximum.
    pub money: BTreeMap<&'static str, u64>,
    /// How often `reconcile` did what.
    pub repairs: BTreeMap<String, u64>,
    /// Reminders that were accepted, but for those of comparisons.
    pub reminders: u64,
    /// All that was lived through, in comparisons too: see [`Figures::lives`](crate::promises::Figures::lives).
    pub lives: u64,
    /// Those that rang.
    pub rang: u64,
    /// Calls that the carrier took on.
    pub calls: u64,
    /// Requests to AWS.
    pub requests: u64,
    /// Lateness of first rings without faults, in milliseconds.
    pub lateness_calm_ms: Vec<i64>,
    /// The same with faults.
    pub lateness_faulty_ms: Vec<i64>,
}

impl Summary {
    /// Nothing yet.
    #[must_use]
    pub fn new(like: &Settings) -> Self {
        Self {
            like: like.clone(),
            runs: 0,
            calm_runs: 0,
            broken: BTreeMap::new(),
            faults: BTreeMap::new(),
            transitions: BTreeMap::new(),
            money: BTreeMap::new(),
            repairs: BTreeMap::new(),
            reminders: 0,
            lives: 0,
            rang: 0,
            calls: 0,
            requests: 0,
            lateness_calm_ms: Vec::new(),
            lateness_faulty_ms: Vec::new(),
        }
    }

    /// Adds a run.
    pub fn add(&mut self, outcome: Outcome) {
        self.runs += 1;
        self.calm_runs += u64::from(outcome.calm);
        for (fault, count) in outcome.record.faults {
            let (all, first) = self.faults.entry(fault).or_insert((0, outcome.seed));
            *all += count;
            *first = outcome.seed.min(*first);
        }
        for (name, count) in outcome.record.transitions {
            *self.transitions.entry(name).or_default() += count;
        }
        for (name, count) in outcome.record.money {
            *self.money.entry(name).or_default() += count;
        }
        for (name, count) in outcome.record.repairs {
            *self.repairs.entry(name).or_default() += count;
        }
        let figures = outcome.figures;
        self.reminders += figures.reminders;
        self.lives += figures.lives + outcome.compared;
        self.rang += figures.rang;
        self.calls += figures.calls;
        self.requests += figures.requests;
        let lateness =
            if outcome.calm { &mut self.lateness_calm_ms } else { &mut self.lateness_faulty_ms };
        lateness.extend(figures.lateness_ms);
        if !outcome.broken.is_empty() {
            self.broken.insert(outcome.seed, outcome.broken);
        }
    }

    /// Whether so much was lived through that everything has to have happened: a full suite that has not seen
    /// something has lost its sight, and fails.
    #[must_use]
    pub fn has_to_be_complete(&self) -> bool {
        let like = &self.like;
        let usual = Settings::new(0);
        self.runs >= COMPLETE_FROM
            && like.mix == Mix::Drawn
            && like.sabotage.is_none()
            && like.users >= usual.users
            && like.length >= usual.length
    }

    /// What should have happened in a large suite and did not: faults, transitions, months, repairs.
    #[must_use]
    pub fn missing(&self) -> Vec<String> {
        let faults = Fault::ALL.into_iter().filter(|fault| !self.faults.contains_key(fault));
        let transitions =
            TRANSITIONS.into_iter().filter(|name| !self.transitions.contains_key(*name));
        let money = MONEY.into_iter().filter(|name| !self.money.contains_key(name));
        let repairs = Repair::ALL
            .into_iter()
            .filter(|repair| *repair != RARE && !self.repairs.contains_key(repair.as_str()));
        faults
            .map(|fault| format!("the fault {}", fault.name()))
            .chain(transitions.map(|name| format!("the way {name}")))
            .chain(money.map(|name| format!("a month: {name}")))
            .chain(repairs.map(|repair| format!("the repair {}", repair.as_str())))
            .collect()
    }

    /// Everything as JSON.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let broken: Vec<Value> = self
            .broken
            .iter()
            .flat_map(|(seed, all)| all.iter().map(move |broken| (seed, broken)))
            .map(|(seed, broken)| {
                json!({"seed": seed, "promise": broken.promise.name(), "what": broken.what,
                       "at": broken.at.to_rfc3339(), "replay": replay(*seed, broken.promise, &self.like)})
            })
            .collect();
        let faults: BTreeMap<&str, u64> =
            self.faults.iter().map(|(fault, (count, _))| (fault.name(), *count)).collect();
        json!({
            "runs": self.runs,
            "calm_runs": self.calm_runs,
            "broken": broken,
            "faults": faults,
            "transitions": self.transitions,
            "money": self.money,
            "repairs": self.repairs,
            "reminders": self.reminders,
            "lives": self.lives,
            "rang": self.rang,
            "calls": self.calls,
            "requests": self.requests,
            "lateness_ms": {
                "without_faults": {"p50": percentile(&self.lateness_calm_ms, 50),
                                   "p99": percentile(&self.lateness_calm_ms, 99)},
                "with_faults": {"p50": percentile(&self.lateness_faulty_ms, 50),
                                "p99": percentile(&self.lateness_faulty_ms, 99)},
            },
            "missing": self.missing(),
        })
    }
}

/// The command that runs a seed again and tells its story. Worlds of a part of a day have none: it says the day's.
#[must_use]
pub fn replay(seed: u64, promise: Promise, like: &Settings) -> String {
    let usual = Settings::new(0);
    let mut command = format!("ringback simulate --seeds {seed}..{seed} --log");
    if promise == Promise::Fair {
        command.push_str(" --flood");
    }
    if like.length.num_days() > 1 {
        let _infallible = write!(command, " --days {}", like.length.num_days());
    }
    if like.users != usual.users {
        let _infallible = write!(command, " --users {}", like.users);
    }
    match &like.mix {
        Mix::Drawn => {}
        Mix::None => command.push_str(" --faults none"),
        Mix::Only(faults) => {
            let names: Vec<&str> = faults.iter().map(|fault| fault.name()).collect();
            let _infallible = write!(command, " --faults {}", names.join(","));
        }
    }
    if let Some(sabotage) = like.sabotage {
        let _infallible = write!(command, " --sabotage {}", sabotage.name());
    }
    command
}

/// Runs all seeds, with `like` for everything else.
///
/// `heard` is told of each world when it is over, before it is added to what was found so far: ten thousand take an hour
/// or two, and what the tenth broke is worth knowing then.
///
/// # Errors
/// [`Unmade`] if the simulation itself is wrong.
pub fn run_all(
    seeds: RangeInclusive<u64>,
    like: &Settings,
    heard: impl Fn(&Outcome, &Summary) + Sync,
) -> Result<Summary, Unmade> {
    let summary = Mutex::new(Ok(Summary::new(like)));
    processors::each(seeds, |seed| {
        let outcome = run_and_compare(&Settings { seed, ..like.clone() }, COMPARE_EVERY);
        let mut summary = summary.lock().unwrap_or_else(PoisonError::into_inner);
        match (outcome, summary.as_mut()) {
            (Ok(outcome), Ok(summary)) => {
                heard(&outcome, summary);
                summary.add(outcome);
            }
            (Err(error), Ok(_)) => *summary = Err(error),
            (_, Err(_)) => return ControlFlow::Break(()),
        }
        ControlFlow::Continue(())
    });
    summary.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// What there is to be listed: faults, promises, sabotages.
#[must_use]
pub fn listing() -> Value {
    let faults: Vec<Value> = Fault::ALL.iter().map(|fault| json!({"name": fault.name()})).collect();
    let promises: Vec<Value> =
        Promise::ALL.iter().map(|promise| json!({"name": promise.name()})).collect();
    let sabotages: Vec<Value> = Sabotage::ALL
        .iter()
        .map(|sabotage| json!({"name": sabotage.name(), "breaks": sabotage.breaks().name()}))
        .collect();
    json!({"faults": faults, "promises": promises, "sabotages": sabotages})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_that_runs_a_world_again_has_all_that_makes_it() {
        let usual = Settings::new(0);
        assert_eq!(replay(7, Promise::OnTime, &usual), "ringback simulate --seeds 7..7 --log");
        assert_eq!(
            replay(7, Promise::Fair, &usual),
            "ringback simulate --seeds 7..7 --log --flood"
        );
        let other = Settings {
            users: 5,
            length: chrono::TimeDelta::days(2),
            mix: Mix::Only(vec![Fault::DiskFull, Fault::CpuFrozen]),
            sabotage: Some(Sabotage::IgnoreStop),
            ..Settings::new(0)
        };
        assert_eq!(
            replay(7, Promise::OnTime, &other),
            "ringback simulate --seeds 7..7 --log --days 2 --users 5 --faults disk-full,cpu-frozen --sabotage \
             ignore-stop"
        );
    }

    #[test]
    fn a_large_suite_that_has_not_seen_everything_is_not_complete() {
        let mut summary = Summary::new(&Settings::new(0));
        assert!(!summary.has_to_be_complete());
        summary.runs = COMPLETE_FROM;
        assert!(summary.has_to_be_complete());
        assert!(summary.missing().contains(&"the fault disk-full".to_owned()));
        assert!(summary.missing().contains(&"the way accepted > calling".to_owned()));
        assert!(summary.missing().contains(&"a month: told of the maximum".to_owned()));
        summary.like.mix = Mix::None;
        assert!(!summary.has_to_be_complete());
    }
}
