//! The schemas of the events that others build on.

use serde_json::Value;

use crate::text;

/// What is wrong with an event as a target gets it: nothing, if it is as its schema in `infra/events` says.
///
/// # Panics
/// If there is no schema for its type, or the schema itself is wrong.
#[must_use]
pub fn problems(event: &Value) -> Vec<String> {
    let kind = event["detail-type"].as_str().unwrap();
    let schema: Value = serde_json::from_str(&text(&format!("infra/events/{kind}.json"))).unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let problems = validator.iter_errors(&event["detail"]);
    problems.map(|problem| format!("{kind}: {problem} at {}", problem.instance_path())).collect()
}

#[test]
fn a_detail_that_is_not_as_its_schema_says_is_noticed() {
    let detail = serde_json::json!({
        "v": 1,
        "id": "rang#0123456789abcdef-1-1",
        "at": "2026-11-24T09:00:00Z",
        "user": "0123456789abcdef",
        "reminder": "0123456789abcdef-1",
        "occurrence": "0123456789abcdef-1-1",
        "due": "2026-11-24T09:00:00Z",
        "attempt": 1,
    });
    let told = |detail: &Value| {
        problems(&serde_json::json!({ "detail-type": "rang", "detail": detail })).len()
    };
    assert_eq!(told(&detail), 0);
    for (member, value) in [
        ("at", "today".into()),
        ("id", "answered#0123456789abcdef-1-1".into()),
        ("attempt", 0.into()),
        ("user", "+12065550123".into()),
        ("phone", "+12065550123".into()),
    ] {
        let mut wrong = detail.clone();
        wrong[member] = value;
        assert_eq!(told(&wrong), 1, "{member}");
    }
    let mut short = detail;
    short.as_object_mut().unwrap().remove("due");
    assert_eq!(told(&short), 1);
}
