//! The rules that hold for the repository as a whole, as tests.
//!
//! - `archive`: what is kept of what reached the topics;
//! - `crates`: which crate may know which, and what a pure crate may not know at all;
//! - `dependencies`: where foreign crates come from and under which licences, as `deny.toml` says;
//! - `features`: that all functions are built from the same crates;
//! - `finance`: who may do what with the exports of the ledger;
//! - `template`: what `template.yaml` promises about queues, functions, roles and tables.
//!
//! Nothing here runs the product, and nothing but cargo is needed. Tests that do run it hold it to the same template
//! with [`yaml`], [`permissions`] and [`events`].

#![expect(clippy::unwrap_used, reason = "a broken template should stop its test")]

pub mod events;
pub mod permissions;
pub mod yaml;

#[cfg(test)]
mod archive;
#[cfg(test)]
mod crates;
#[cfg(test)]
mod dependencies;
#[cfg(test)]
mod features;
#[cfg(test)]
mod finance;
#[cfg(test)]
mod template;
#[cfg(test)]
mod workspace;

use std::fs;
use std::path::{Path, PathBuf};

/// The directory of the workspace's `Cargo.toml`.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The text of a file of the repository.
///
/// # Panics
/// If it is not there.
#[must_use]
pub fn text(path: &str) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
