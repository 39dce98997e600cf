//! The export's benchmark with few rows: what it times is an export that can be read. `.ci/run` reads the same files with
//! tools that share no code with it.

#![expect(clippy::unwrap_used, reason = "a broken world should stop its test")]

use std::path::{Path, PathBuf};
use std::process::Command;

/// All files below a directory.
fn files(directory: &Path) -> Vec<PathBuf> {
    let found = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    found.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn every_row_that_is_timed_is_in_a_file() {
    let out = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_benchmarks"))
        .args(["export", "--rows", "3200", "--out"])
        .arg(out.path())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}");
    assert!(said.starts_with("3200 entries in "), "{said}");
    let csv = files(out.path());
    let csv = csv.iter().filter(|file| file.extension().is_some_and(|it| it == "csv"));
    let rows: usize =
        csv.map(|file| std::fs::read_to_string(file).unwrap().lines().count() - 1).sum();
    assert_eq!(rows, 3200);
}
