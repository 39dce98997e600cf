//! Where foreign crates come from and under which licences: `deny.toml`, held without cargo-deny.

use std::collections::BTreeSet;

use cargo_metadata::Package;
use spdx::{Expression, Licensee, ParseMode};

use crate::workspace::{assert_none, metadata, text};

/// The list under `section` and `key` of `deny.toml`, entries that are tables by their `crate`.
fn policy(section: &str, key: &str) -> Vec<String> {
    let policy: toml::Table = text("deny.toml").parse().unwrap();
    let list = policy[section][key].as_array().unwrap().iter();
    list.map(|entry| entry.get("crate").unwrap_or(entry).as_str().unwrap().to_owned()).collect()
}

/// The crates that we did not write.
fn foreign() -> impl Iterator<Item = &'static Package> {
    metadata().packages.iter().filter(|package| !metadata().workspace_members.contains(&package.id))
}

#[test]
fn every_licence_is_one_that_we_allow() {
    let allowed: Vec<_> =
        policy("licenses", "allow").iter().map(|name| Licensee::parse(name).unwrap()).collect();
    let refused = foreign().filter_map(|package| {
        let Some(licence) = &package.license else {
            return Some(format!("{} states no licence", package.name));
        };
        // Older crates write `MIT/Apache-2.0`.
        let fits = Expression::parse_mode(licence, ParseMode::LAX)
            .is_ok_and(|terms| terms.evaluate(|term| allowed.iter().any(|a| a.satisfies(term))));
        (!fits).then(|| format!("{} is under {licence}", package.name))
    });
    assert_none(refused.collect());
}

#[test]
fn no_licence_is_allowed_that_nobody_needs() {
    let stated: BTreeSet<_> = foreign()
        .filter_map(|package| {
            Expression::parse_mode(package.license.as_ref()?, ParseMode::LAX).ok()
        })
        .flat_map(|terms| terms.requirements().map(|term| term.req.to_string()).collect::<Vec<_>>())
        .collect();
    let unused = policy("licenses", "allow").into_iter().filter(|name| !stated.contains(name));
    assert_none(unused.map(|name| format!("deny.toml allows {name} for nobody")).collect());
}

#[test]
fn every_crate_comes_from_crates_io() {
    let strange = foreign().filter(|package| {
        !package.source.as_ref().is_some_and(cargo_metadata::Source::is_crates_io)
    });
    assert_none(strange.map(|p| format!("{} comes from {:?}", p.name, p.source)).collect());
}

#[test]
fn no_crate_is_one_that_we_refuse() {
    let refused = policy("bans", "deny");
    let present = foreign().filter(|package| refused.contains(&package.name));
    assert_none(present.map(|package| format!("{} is refused", package.name)).collect());
}
