//! The promises can be broken: each planted bug is noticed by the promise that it names.

use chrono::TimeDelta;
use simulation::fault::Mix;
use simulation::processors;
use simulation::promise::Promise;
use simulation::run::run_and_compare;
use simulation::sabotage::Sabotage;
use simulation::suite::COMPARE_EVERY;
use simulation::{Settings, run};

/// A bug has to be noticed within so many seeds.
const SEEDS: u64 = 50;

/// Small worlds, many of them: a few people for a few hours.
fn sabotaged(sabotage: Sabotage, seed: u64) -> Settings {
    let settings = Settings { sabotage: Some(sabotage), ..Settings::new(seed) };
    if sabotage.shows_without_faults() {
        // What a series does takes a day.
        return Settings { mix: Mix::None, ..settings };
    }
    Settings { users: 6, length: TimeDelta::hours(8), ..settings }
}

/// The seed in which the promise was broken.
fn noticed_in(sabotage: Sabotage) -> Option<u64> {
    let promise = sabotage.breaks();
    // What is about two runs is only looked at in some seeds.
    let compares = matches!(promise, Promise::Deterministic | Promise::Fair);
    let seeds = (1..=SEEDS).filter(|seed| !compares || seed % COMPARE_EVERY <= 1);
    seeds.into_iter().find(|seed| {
        let settings = sabotaged(sabotage, *seed);
        let outcome =
            if compares { run_and_compare(&settings, COMPARE_EVERY) } else { run(&settings) };
        outcome.expect("a world").broken.iter().any(|broken| broken.promise == promise)
    })
}

#[test]
fn every_sabotage_is_noticed_by_its_promise() {
    let noticed =
        processors::map(Sabotage::ALL.into_iter(), |sabotage| (sabotage, noticed_in(sabotage)));
    let unnoticed: Vec<String> = noticed
        .into_iter()
        .filter(|(_, seed)| seed.is_none())
        .map(|(sabotage, _)| format!("{}: {}", sabotage.name(), sabotage.breaks().name()))
        .collect();
    assert!(unnoticed.is_empty(), "not noticed within {SEEDS} seeds: {unnoticed:?}");
}

#[test]
fn each_promise_about_the_world_has_a_sabotage() {
    let names: Vec<&str> = Sabotage::ALL.iter().map(|it| it.breaks().name()).collect();
    let without: Vec<&str> =
        Promise::ALL.iter().map(|it| it.name()).filter(|name| !names.contains(name)).collect();
    assert!(without.is_empty(), "nothing shows that these can be broken: {without:?}");
}
