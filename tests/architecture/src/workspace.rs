//! The workspace as cargo sees it, and the ways to its files.

use std::process::Command;
use std::sync::OnceLock;

use cargo_metadata::{Metadata, MetadataCommand, Package};

pub use crate::{root, text};

/// What `cargo metadata` says.
///
/// For this machine's platform only: the crates of other systems are not on the disk after a build,
/// and asking for them would need the network.
pub fn metadata() -> &'static Metadata {
    static METADATA: OnceLock<Metadata> = OnceLock::new();
    METADATA.get_or_init(|| {
        MetadataCommand::new()
            .manifest_path(root().join("Cargo.toml"))
            .other_options(["--locked", "--filter-platform", &host()].map(String::from))
            .exec()
            .unwrap()
    })
}

/// The directory of a package of ours, from the root, such as `shared/when`.
pub fn directory(package: &Package) -> String {
    let manifest = package.manifest_path.canonicalize().unwrap();
    manifest.parent().unwrap().strip_prefix(root()).unwrap().display().to_string()
}

/// The names of the crates under `functions/`, in order.
pub fn function_crates() -> Vec<String> {
    let mut names: Vec<_> = metadata()
        .workspace_packages()
        .into_iter()
        .filter(|package| directory(package).starts_with("functions/"))
        .map(|package| package.name.to_string())
        .collect();
    names.sort();
    names
}

/// Fails with one line for each of `problems`, if there are any.
pub fn assert_none(problems: Vec<String>) {
    assert!(problems.is_empty(), "\n  {}\n", problems.join("\n  "));
}

/// The platform that cargo builds for when it is not told otherwise.
fn host() -> String {
    let output = Command::new(env!("CARGO")).arg("-vV").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().find_map(|line| line.strip_prefix("host: ")).unwrap().to_owned()
}
