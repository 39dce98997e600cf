//! Each fault alone breaks no promise, and what comes of it is what the failure table says.

use std::fs;
use std::path::Path;

use simulation::fmea::{each_alone, table};

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
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/fmea.md");
    let committed = fs::read_to_string(&path).expect("infra/fmea.md");
    let printed = table(&all);
    let differing = committed.lines().zip(printed.lines()).find(|(one, other)| one != other);
    assert!(
        committed == printed,
        "infra/fmea.md is not what happens: {differing:?}; renew it with `cargo run --release -- simulate \
         --failure-table > infra/fmea.md`"
    );
}
