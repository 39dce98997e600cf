//! That all functions want the same of the crates that they share.
//!
//! `sam build` builds each function alone. Cargo then chooses the features of every crate for that function alone, and
//! what it has built for one serves another only if both chose the same; otherwise the SDK is built once more, which
//! takes minutes.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::thread;

use crate::workspace::{assert_none, function_crates, metadata, root};

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

/// Of all functions.
fn all() -> Vec<(String, BTreeMap<String, BTreeSet<String>>)> {
    let functions = function_crates();
    let all: Vec<_> = thread::scope(|scope| {
        let running: Vec<_> = functions
            .iter()
            .map(|name| scope.spawn(move || (name.to_string(), chosen(name))))
            .collect();
        running.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(all.iter().all(|(_, chosen)| chosen.len() > 100), "a function has crates");
    all
}

/// Cargo compiles what a shared library is made of to object code, and what only a program of one link is made of to
/// bitcode: where one function has such a library and another has not, all that stands on the same is built twice.
#[test]
fn a_crate_that_is_a_shared_library_as_well_is_in_every_function() {
    let shared = metadata().packages.iter().filter(|package| {
        let kinds = package.targets.iter().flat_map(|target| &target.crate_types);
        kinds.into_iter().any(|kind| matches!(&*kind.to_string(), "cdylib" | "dylib" | "staticlib"))
    });
    let shared: Vec<String> = shared.map(|it| format!("{} v{}", it.name, it.version)).collect();
    let all = all();
    let mut problems = Vec::new();
    for package in shared {
        let (with, without): (Vec<_>, Vec<_>) =
            all.iter().partition(|(_, chosen)| chosen.contains_key(&package));
        if !with.is_empty() && !without.is_empty() {
            let names: Vec<&str> = without.iter().map(|(name, _)| name.as_str()).collect();
            problems
                .push(format!("{package} is not in {}: name it in shared/cloud", names.join(", ")));
        }
    }
    assert_none(problems);
}

#[test]
fn what_is_built_for_one_function_serves_all() {
    let all = all();
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
