//! Metrics in CloudWatch's embedded format: one line of JSON on standard output, which Lambda carries to CloudWatch.
//!
//! The line is written past the logger, because the whole line must be that object: inside a log line CloudWatch does
//! not find it. Lambda leaves lines that are JSON already as they are. Source: Amazon CloudWatch user guide,
//! "Specification: embedded metric format".

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

/// Metrics that one line may hold; CloudWatch drops a line with more.
const PER_LINE_MAX: usize = 100;

/// The one dimension: which function measured. More would be more to pay for, and nobody asks for it.
const DIMENSION: &str = "function";

/// Where metrics go.
#[derive(Debug, Default)]
pub enum Metrics {
    /// Nowhere: where nothing reads standard output for them, they would only be noise.
    #[default]
    Off,
    /// To standard output, under this namespace.
    Stdout(String),
    /// Into memory, for tests and simulations.
    Kept(Mutex<Vec<String>>),
}

/// What a value counts. The names are CloudWatch's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Things.
    Count,
    /// Whole seconds.
    Seconds,
}

/// One value under a name. A name ends in its unit, as everywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metric {
    /// The name that alarms and dashboards use.
    pub name: String,
    /// What is counted.
    pub unit: Unit,
    /// How much.
    pub value: i64,
}

impl Metric {
    /// A number of things.
    pub fn count(name: impl Into<String>, value: u32) -> Self {
        Self { name: name.into(), unit: Unit::Count, value: value.into() }
    }

    /// A time in whole seconds.
    pub fn seconds(name: impl Into<String>, value: i64) -> Self {
        Self { name: name.into(), unit: Unit::Seconds, value }
    }
}

impl Metrics {
    /// To standard output under `namespace`, or nowhere without one.
    #[must_use]
    pub fn to(namespace: Option<&str>) -> Self {
        namespace.map_or(Self::Off, |namespace| Self::Stdout(namespace.to_owned()))
    }

    /// Into memory.
    #[must_use]
    pub fn kept() -> Self {
        Self::Kept(Mutex::default())
    }

    /// The lines that were kept, oldest first; none of any other kind.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        match self {
            Self::Kept(lines) => lines.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            Self::Off | Self::Stdout(_) => Vec::new(),
        }
    }

    /// Writes what `function` has measured at `now`, all as one line.
    pub fn write(&self, function: &str, now: DateTime<Utc>, metrics: &[Metric]) {
        debug_assert!(metrics.len() <= PER_LINE_MAX, "CloudWatch would drop the line");
        match self {
            Self::Off => {}
            Self::Stdout(namespace) => to_stdout(&line(namespace, function, now, metrics)),
            Self::Kept(lines) => {
                let line = line("kept", function, now, metrics);
                lines.lock().unwrap_or_else(PoisonError::into_inner).push(line);
            }
        }
    }
}

#[expect(clippy::print_stdout, reason = "Lambda reads metrics from standard output only")]
fn to_stdout(line: &str) {
    println!("{line}");
}

fn line(namespace: &str, function: &str, now: DateTime<Utc>, metrics: &[Metric]) -> String {
    let definitions: Vec<Value> = metrics
        .iter()
        .map(|metric| json!({ "Name": metric.name, "Unit": format!("{:?}", metric.unit) }))
        .collect();
    let mut line = Map::from_iter([
        (DIMENSION.to_owned(), Value::from(function)),
        (
            "_aws".to_owned(),
            json!({
                "Timestamp": now.timestamp_millis(),
                "CloudWatchMetrics": [{
                    "Namespace": namespace,
                    "Dimensions": [[DIMENSION]],
                    "Metrics": definitions,
                }],
            }),
        ),
    ]);
    line.extend(metrics.iter().map(|metric| (metric.name.clone(), metric.value.into())));
    Value::Object(line).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-11-23T09:00:00.5Z".parse().unwrap()
    }

    #[test]
    fn a_line_is_one_object_that_defines_each_value_it_holds() {
        let metrics = [Metric::count("runs", 1), Metric::seconds("oldest_overdue_s", 42)];
        let line = line("ringback", "reconcile", now(), &metrics);
        assert!(!line.contains('\n'), "{line}");
        let value: Value = serde_json::from_str(&line).unwrap();
        let told = &value["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(value["_aws"]["Timestamp"], 1_795_424_400_500_i64);
        assert_eq!(
            (&told["Namespace"], &told["Dimensions"]),
            (&json!("ringback"), &json!([["function"]]))
        );
        assert_eq!(value["function"], "reconcile");
        let units = json!([
            { "Name": "runs", "Unit": "Count" },
            { "Name": "oldest_overdue_s", "Unit": "Seconds" },
        ]);
        assert_eq!(told["Metrics"], units);
        assert_eq!((&value["runs"], &value["oldest_overdue_s"]), (&json!(1), &json!(42)));
    }

    #[test]
    fn without_a_namespace_nothing_is_measured() {
        assert!(matches!(Metrics::to(None), Metrics::Off));
        let kept = Metrics::kept();
        kept.write("reconcile", now(), &[Metric::count("runs", 1)]);
        assert_eq!(kept.lines().len(), 1);
    }
}
