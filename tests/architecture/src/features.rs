//! That all functions want the same of the crates that they share.
//!
//! `sam build` builds each function alone. Cargo then chooses the features of every crate for that function alone, and
//! what it has built for one serves another only if both chose the same; otherwise the SDK is built once more, which
//! takes minutes.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::thread;

use crate::workspace::{assert_none, function_crates, root};

/// The crates that a function is built from, each with the features that are chosen for it. One that a build script
/// needs as well may be there twice.
fn chosen(function: &str) -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .current_dir(root())
        // Nothing is looked up and nothing is changed; tests of a function are not deployed.
        .args(["tree", "--offline", "--locked", "--package", function, "--edges", "normal,build"])
        .args(["--prefix", "none", "--format", "{p}\t{f}"])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{function}: {}", String::from_utf8_lossy(&output.stderr));
    let mut chosen: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in text.lines() {
        // What was said before has a star behind it.
        let (package, features) = line.trim_end_matches(" (*)").split_once('\t').unwrap();
        chosen.entry(package.to_owned()).or_default().insert(features.to_owned());
    }
    chosen
}

#[test]
fn what_is_built_for_one_function_serves_all() {
    let functions = function_crates();
    let all: Vec<_> = thread::scope(|scope| {
        let running: Vec<_> =
            functions.iter().map(|name| scope.spawn(move || (name, chosen(name)))).collect();
        running.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(all.iter().all(|(_, chosen)| chosen.len() > 100), "a function has crates");
    let mut first: BTreeMap<&String, (&String, &BTreeSet<String>)> = BTreeMap::new();
    let mut problems = Vec::new();
    for (function, chosen) in &all {
        for (package, features) in chosen {
            let (other, before) = *first.entry(package).or_insert((function, features));
            if before != features {
                problems.push(format!(
                    "{package} is built with {features:?} for {function} and with {before:?} for {other}: name the \
                     features that are missing in Cargo.toml, and the crate in shared/cloud"
                ));
            }
        }
    }
    assert_none(problems);
}
