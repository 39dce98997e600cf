//! The command without what it needs. With it, `.ci/run` runs it: it asks for tools that `cargo test` must not.

use std::process::Command;

#[test]
fn without_a_built_template_it_says_what_to_run() {
    let output = Command::new(env!("CARGO_BIN_EXE_conformance"))
        .args(["--sam", "sam", "--ministack", "ministack", "--template", "no/template.yaml"])
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("no/template.yaml") && said.contains("sam build"), "{said}");
}
