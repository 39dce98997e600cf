//! Which crate may know which: `functions → exports → cloud → domain → when`.
//!
//! Only `infra/` and `tests/` see everything.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{fs, iter};

use cargo_metadata::{DependencyKind, Package, PackageId, TargetKind};

use crate::workspace::{assert_none, directory, metadata, root};

/// A `main.rs` of a function starts it and does nothing else; that fits into fewer lines than this.
const MAIN_LINES: usize = 25;

/// The crates that decide and never act.
const PURE: [&str; 2] = ["when", "domain"];

/// What a pure crate may not even reach through others: runtime, network, AWS, storage, chance.
const IMPURE_CRATES: [&str; 11] = [
    "async-std",
    "fastrand",
    "getrandom",
    "hyper",
    "lambda_runtime",
    "mio",
    "rand",
    "reqwest",
    "rusqlite",
    "tokio",
    "uuid",
];

/// What the source of a pure crate may not say: each asks the world instead of its arguments.
const IMPURE_WORDS: [&str; 11] = [
    "Instant::now",
    "Local::now",
    "SystemTime",
    "Utc::now",
    "std::env",
    "std::fs",
    "std::io",
    "std::net",
    "std::process",
    "std::thread",
    "thread_local!",
];

/// Where a crate stands; one may know those before it, never those beside or after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Layer {
    When,
    Domain,
    Cloud,
    /// Between the cloud and those functions that write for finance: it brings the client of S3, which no other needs.
    Exports,
    Function,
    /// `infra/` and `tests/`: on top of everything, so among themselves they are free.
    Outside,
}

impl Layer {
    fn of(package: &Package) -> Layer {
        match directory(package).as_str() {
            "shared/when" => Layer::When,
            "shared/domain" => Layer::Domain,
            "shared/cloud" => Layer::Cloud,
            "shared/exports" => Layer::Exports,
            path if path.starts_with("functions/") => Layer::Function,
            path if path.starts_with("infra/") || path.starts_with("tests/") => Layer::Outside,
            path => panic!("{path} has no place: say in Layer where it stands"),
        }
    }
}

/// Each crate of ours with those of ours that it is built from, tests left out.
fn edges() -> Vec<(&'static Package, &'static Package)> {
    let ours: BTreeMap<&str, &Package> =
        metadata().workspace_packages().into_iter().map(|p| (p.name.as_str(), p)).collect();
    ours.values()
        .flat_map(|package| {
            package.dependencies.iter().map(move |dependency| (package, dependency))
        })
        .filter(|(_, dependency)| dependency.kind != DependencyKind::Development)
        .filter_map(|(package, dependency)| Some((*package, *ours.get(dependency.name.as_str())?)))
        .collect()
}

/// All that `package` carries with it, however far away; its tests and its build carry nothing.
fn reach(package: &PackageId) -> BTreeSet<&'static str> {
    let resolve = metadata().resolve.as_ref().unwrap();
    let nodes: BTreeMap<_, _> = resolve.nodes.iter().map(|node| (&node.id, node)).collect();
    let mut seen = BTreeSet::new();
    let mut open = vec![package];
    while let Some(id) = open.pop() {
        for dependency in &nodes[id].deps {
            let carried = dependency.dep_kinds.iter().any(|k| k.kind == DependencyKind::Normal);
            if carried && seen.insert(&dependency.pkg) {
                open.push(&dependency.pkg);
            }
        }
    }
    seen.into_iter().map(|id| metadata()[id].name.as_str()).collect()
}

/// The Rust files of a directory and of those in it.
fn sources(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}

/// The numbered lines of a source file up to its tests, without comments.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().map(|line| line.split("//").next().unwrap_or_default());
    iter::zip(1.., lines).take_while(|(_, line)| line.trim() != "#[cfg(test)]")
}

#[test]
fn dependencies_point_one_way() {
    let backwards = edges()
        .into_iter()
        .map(|(from, to)| ((from, Layer::of(from)), (to, Layer::of(to))))
        .filter(|((_, from), (_, to))| *from != Layer::Outside && to >= from)
        .map(|((from, upper), (to, lower))| {
            format!("{} ({upper:?}) may not know {} ({lower:?})", from.name, to.name)
        });
    assert_none(backwards.collect());
}

#[test]
fn the_local_aws_knows_nothing_of_the_product() {
    // It is held to the AWS documentation; if it could see what the product expects, it could agree
    // with the product by mistake.
    let known = edges().into_iter().filter(|(from, _)| from.name == "aws-local");
    assert_none(known.map(|(_, to)| format!("aws-local may not know {}", to.name)).collect());
}

#[test]
fn pure_crates_reach_no_runtime_no_aws_and_no_chance() {
    let pure =
        metadata().workspace_packages().into_iter().filter(|p| PURE.contains(&p.name.as_str()));
    let reached = pure.flat_map(|package| {
        let impure = reach(&package.id)
            .into_iter()
            .filter(|name| IMPURE_CRATES.contains(name) || name.starts_with("aws"));
        impure.map(|name| format!("{} reaches {name}", package.name))
    });
    assert_none(reached.collect());
}

#[test]
fn pure_crates_take_the_world_as_arguments() {
    let mut asked = Vec::new();
    for crate_name in PURE {
        for path in sources(&root().join("shared").join(crate_name).join("src")) {
            let text = fs::read_to_string(&path).unwrap();
            for (number, line) in code(&text) {
                if let Some(word) = IMPURE_WORDS.iter().find(|word| line.contains(**word)) {
                    asked.push(format!("{}:{number} says `{word}`", path.display()));
                }
            }
        }
    }
    assert_none(asked);
}

#[test]
fn a_function_is_a_library_with_a_thin_main() {
    let mut thick = Vec::new();
    for package in metadata().workspace_packages() {
        if Layer::of(package) != Layer::Function {
            continue;
        }
        let name = &package.name;
        let has = |kind| package.targets.iter().filter(|t| t.kind.contains(&kind)).count();
        if has(TargetKind::Lib) != 1 || has(TargetKind::Bin) != 1 {
            thick.push(format!("{name} is not one library and one executable"));
        }
        let main = package.targets.iter().find(|target| target.is_bin()).unwrap();
        if *main.name != **name {
            thick.push(format!("the executable of {name} is called {}", main.name));
        }
        let lines = fs::read_to_string(&main.src_path).unwrap().lines().count();
        if lines >= MAIN_LINES {
            thick.push(format!("main.rs of {name} has {lines} lines, {MAIN_LINES} is too many"));
        }
    }
    assert_none(thick);
}
