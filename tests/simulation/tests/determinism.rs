//! The same seed gives the same bytes, in one process and in two; without that a seed that fails is worth nothing.

use std::process::Command;

use simulation::{Settings, run};

/// A world with many faults, and few people, so that it can be compared line by line.
fn settings(seed: u64) -> Settings {
    Settings { users: 5, keep_log: true, ..Settings::new(seed) }
}

/// Compares two logs and shows the first line in which they differ.
#[track_caller]
fn assert_same<'a>(one: impl Iterator<Item = &'a str>, other: impl Iterator<Item = &'a str>) {
    let mut lines = 0;
    let mut other = other;
    for line in one {
        lines += 1;
        assert_eq!(Some(line), other.next(), "line {lines}");
    }
    assert_eq!(other.next(), None, "one of them goes on");
    assert!(lines > 500, "{lines} lines are too few to prove anything");
}

#[test]
fn the_same_seed_is_the_same_again() {
    let logs = [2, 2].map(|seed| run(&settings(seed)).unwrap().record.log.unwrap());
    assert_same(logs[0].iter().map(String::as_str), logs[1].iter().map(String::as_str));
}

#[test]
fn another_seed_is_another_world() {
    let [one, other] = [3, 4].map(|seed| run(&settings(seed)).unwrap().digest);
    assert_ne!(one, other);
}

#[test]
fn the_same_seed_is_the_same_in_another_process() {
    let program = std::env::current_exe().unwrap();
    let log = || {
        let child = ["--ignored", "--exact", "prints_a_log", "--nocapture", "--test-threads=1"];
        let output = Command::new(&program).args(child).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let (one, other) = (log(), log());
    // What the test runner says holds real time.
    let lines = |log: &'static str| log.lines().filter(|line| line.starts_with("20"));
    assert_same(lines(one.leak()), lines(other.leak()));
}

/// Not a test: what [`the_same_seed_is_the_same_in_another_process`] starts.
#[test]
#[ignore = "started by another test"]
fn prints_a_log() {
    for line in run(&settings(6)).unwrap().record.log.unwrap() {
        println!("{line}");
    }
}
