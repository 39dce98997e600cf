//! Each fault alone breaks no promise, and what comes of it is what the failure table says.

use std::fs;
use std::path::{Path, PathBuf};

use simulation::fmea::{each_alone, table};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn every_alarm_of_the_failure_table_is_one_that_is_deployed() {
    let deployed: String = ["alarms", "outcomes"]
        .map(|name| {
            fs::read_to_string(repository().join(format!("infra/{name}.yaml"))).expect("a template")
        })
        .concat();
    let table = fs::read_to_string(repository().join("infra/fmea.md")).expect("infra/fmea.md");
    let mut alarms = 0;
    for row in table.lines().filter(|line| line.starts_with("| `")) {
        let noticed = row.split('|').nth(3).expect("a column for how it is noticed");
        if !noticed.contains("alarm") {
            continue;
        }
        for name in noticed.split('`').skip(1).step_by(2) {
            let ending = format!("-{}\n", name.trim_start_matches("*-"));
            assert!(deployed.contains(&ending), "no alarm is called {name}");
            alarms += 1;
        }
    }
    assert!(alarms > 20, "the table names only {alarms} alarms");
}

#[test]
fn no_fault_alone_breaks_a_promise_and_the_failure_table_is_what_happens() {
    let all = each_alone().expect("worlds");
    for seen in &all {
        let name = seen.fault.name();
        assert!(seen.happened > 0, "{name} did not happen in {} worlds", seen.worlds);
        let broken: Vec<String> = seen
            .broken
            .iter()
            .map(|(seed, broken)| {
                format!("with {name} alone in the world of seed {seed}: {broken}")
            })
            .collect();
        assert!(broken.is_empty(), "{}", broken.join("\n"));
    }
    let committed = fs::read_to_string(repository().join("infra/fmea.md")).expect("infra/fmea.md");
    let printed = table(&all);
    let differing = committed.lines().zip(printed.lines()).find(|(one, other)| one != other);
    assert!(
        committed == printed,
        "infra/fmea.md is not what happens: {differing:?}; renew it with `cargo run --release -- simulate \
         --failure-table > infra/fmea.md`"
    );
}
