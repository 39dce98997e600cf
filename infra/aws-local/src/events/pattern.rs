//! Event patterns, as far as they name whole values: objects of the event's shape with lists of the values that match.
//!
//! Source: Amazon EventBridge user guide, "Event patterns".

use serde_json::Value;

/// Whether a pattern can be matched here; if not, why.
pub(super) fn check(pattern: &str) -> Result<(), String> {
    let pattern: Value = serde_json::from_str(pattern).map_err(|error| error.to_string())?;
    if !pattern.is_object() {
        return Err("Filter is not an object".into());
    }
    check_node(&pattern)
}

fn check_node(pattern: &Value) -> Result<(), String> {
    match pattern {
        Value::Object(members) if members.is_empty() => Err("Empty objects are not allowed".into()),
        Value::Object(members) => {
            members.iter().try_for_each(|(name, value)| match name.as_str() {
                name if name.starts_with('$') => {
                    Err(format!("aws-local has no `{name}` in patterns"))
                }
                _ => check_node(value),
            })
        }
        Value::Array(values) if values.is_empty() => Err("Empty arrays are not allowed".into()),
        Value::Array(values) if values.iter().any(|it| it.is_object() || it.is_array()) => {
            Err("aws-local matches whole values only".into())
        }
        Value::Array(_) => Ok(()),
        other => Err(format!("{other} has to be an object or an array")),
    }
}

/// Whether an event has, for each member of the pattern, one of the values named there.
pub(super) fn matches(pattern: &Value, event: &Value) -> bool {
    match pattern {
        Value::Object(members) => {
            members.iter().all(|(name, inner)| event.get(name).is_some_and(|it| matches(inner, it)))
        }
        Value::Array(values) => match event {
            Value::Array(several) => several.iter().any(|one| values.contains(one)),
            one => values.contains(one),
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_event_matches_if_each_member_has_one_of_the_values() {
        let event = json!({ "source": "a", "resources": ["x", "y"], "detail": { "n": 5 } });
        for pattern in [
            json!({ "source": ["a", "b"] }),
            json!({ "resources": ["y"] }),
            json!({ "source": ["a"], "detail": { "n": [4, 5] } }),
        ] {
            assert_eq!(check(&pattern.to_string()), Ok(()));
            assert!(matches(&pattern, &event), "{pattern}");
        }
        for pattern in [
            json!({ "source": ["b"] }),
            json!({ "resources": ["z"] }),
            json!({ "source": ["a"], "detail": { "n": ["5"] } }),
            json!({ "detail": { "m": [5] } }),
        ] {
            assert!(!matches(&pattern, &event), "{pattern}");
        }
    }

    #[test]
    fn a_pattern_that_means_more_than_whole_values_is_refused_in_words() {
        for pattern in [
            "",
            "[]",
            "{}",
            r#"{"a":"b"}"#,
            r#"{"a":[]}"#,
            r#"{"a":[{"prefix":"b"}]}"#,
            r#"{"$or":[]}"#,
        ] {
            assert!(check(pattern).is_err(), "{pattern}");
        }
    }
}
