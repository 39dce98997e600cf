//! EventBridge: event buses, rules that match whole values, and targets that are queues, in the
//! transaction of the publication.
//!
//! Faithful to the documentation in what it has: the limits of `PutEvents`, failures entry by entry,
//! the form of an event as a target sees it. An entry for a bus that does not exist is taken and goes
//! nowhere, as there. It has no schedules, archives, transformers, or targets but queues (all refused
//! in words), and drops what no queue takes.

mod pattern;
#[cfg(test)]
mod tests;

use chrono::{DateTime, SecondsFormat};
use http::{HeaderValue, StatusCode};
use rusqlite::{OptionalExtension, params};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::checks::{Checks, is_of, sentence};
use crate::sqs::{self, Outgoing};
use crate::wire::{AwsError, Response};
use crate::{Ctx, Settings};

/// Buses, their rules, and where these deliver to.
pub const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS events_bus (name TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS events_rule (
  bus TEXT NOT NULL,
  name TEXT NOT NULL,
  pattern TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  PRIMARY KEY (bus, name)
);
CREATE TABLE IF NOT EXISTS events_target (
  bus TEXT NOT NULL,
  rule TEXT NOT NULL,
  id TEXT NOT NULL,
  queue_arn TEXT NOT NULL,
  PRIMARY KEY (bus, rule, id)
);
";

/// The bus that every account has.
const DEFAULT_BUS: &str = "default";

/// Most entries of one request.
const ENTRIES_MAX: usize = 10;

/// Most bytes of all entries of one request together: 1 MiB, 256 KiB until January 2026.
const ENTRIES_BYTES_MAX: usize = 1_048_576;

/// What the time of an entry counts for in its size.
const TIME_BYTES: usize = 14;

/// Longest name of a bus; of a rule and of a target's id.
const BUS_NAME_MAX: usize = 256;
const NAME_MAX: usize = 64;

/// Most targets of a rule.
const TARGETS_MAX: usize = 5;

/// Answers one request.
#[must_use]
pub fn handle(ctx: &Ctx, operation: &str, body: &[u8]) -> Response {
    match answer(ctx, operation, body) {
        Ok(value) => Response::json(StatusCode::OK, json_1_1(), &value),
        Err(error) => failure(&error),
    }
}

/// An error as EventBridge writes it.
pub(crate) fn failure(error: &AwsError) -> Response {
    Response::json_error(json_1_1(), "", error)
}

fn json_1_1() -> HeaderValue {
    HeaderValue::from_static("application/x-amz-json-1.1")
}

fn answer(ctx: &Ctx, operation: &str, body: &[u8]) -> Result<Value, AwsError> {
    match operation {
        "PutEvents" => put_events(ctx, &read(body)?),
        "CreateEventBus" => create_event_bus(ctx, &read(body)?),
        "DescribeEventBus" => describe_event_bus(ctx, &read(body)?),
        "PutRule" => put_rule(ctx, &read(body)?),
        "PutTargets" => put_targets(ctx, &read(body)?),
        _ => Err(AwsError::unknown_operation(&format!("EventBridge {operation}"))),
    }
}

/// Creates a bus; one that is there already stays. Returns its ARN.
///
/// # Errors
/// `ValidationException` for a bad name.
pub fn create_bus(ctx: &Ctx, name: &str) -> Result<String, AwsError> {
    let mut checks = Checks::default();
    checks.length("name", name, 1..=BUS_NAME_MAX);
    checks.pattern("name", name, is_of(name, "/.-_"), "[/\\.\\-_A-Za-z0-9]+");
    checked(checks)?;
    ctx.db.execute("INSERT OR IGNORE INTO events_bus (name) VALUES (?1)", [name])?;
    Ok(arn(ctx.settings, name))
}

/// The ARN of a bus.
#[must_use]
pub fn arn(settings: &Settings, bus: &str) -> String {
    format!("arn:aws:events:{}:{}:event-bus/{bus}", settings.region, settings.account)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PutEvents {
    #[serde(default)]
    entries: Vec<Entry>,
    endpoint_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    time: Option<f64>,
    source: Option<String>,
    #[serde(default)]
    resources: Vec<String>,
    detail_type: Option<String>,
    detail: Option<String>,
    event_bus_name: Option<String>,
}

impl Entry {
    /// As the guide counts: "Calculating PutEvents event entry size".
    fn bytes(&self) -> usize {
        let texts = [&self.source, &self.detail_type, &self.detail].into_iter().flatten();
        let texts = texts.chain(&self.resources).map(String::len).sum::<usize>();
        texts + if self.time.is_some() { TIME_BYTES } else { 0 }
    }

    /// The event as a target gets it, or the code and the words with which the entry is refused.
    fn event(&self, ctx: &Ctx, id: &str) -> Result<Value, (&'static str, String)> {
        let required = |name: &str, value: &Option<String>| match value {
            Some(value) if !value.is_empty() => Ok(value.clone()),
            _ => {
                let why = format!(
                    "Parameter {name} is not valid. Reason: {name} is a required argument."
                );
                Err(("InvalidArgument", why))
            }
        };
        let source = required("Source", &self.source)?;
        let detail_type = required("DetailType", &self.detail_type)?;
        let detail = required("Detail", &self.detail)?;
        if source.starts_with("aws.") {
            let why = "Not authorized for the source.".to_owned();
            return Err(("NotAuthorizedForSourceException", why));
        }
        let detail: Value = serde_json::from_str(&detail).unwrap_or_default();
        if !detail.is_object() {
            return Err(("MalformedDetail", "Detail is malformed.".to_owned()));
        }
        #[expect(clippy::cast_possible_truncation, reason = "out of range is no time, below")]
        let time = match self.time {
            None => Some(ctx.now),
            Some(seconds) => DateTime::from_timestamp_millis((seconds * 1000.0) as i64),
        };
        let Some(time) = time else {
            let why = "Parameter Time is not valid. Reason: it is out of range.".to_owned();
            return Err(("InvalidArgument", why));
        };
        Ok(json!({
            "version": "0",
            "id": id,
            "detail-type": detail_type,
            "source": source,
            "account": ctx.settings.account,
            "time": time.to_rfc3339_opts(SecondsFormat::Secs, true),
            "region": ctx.settings.region,
            "resources": self.resources,
            "detail": detail,
        }))
    }
}

fn put_events(ctx: &Ctx, request: &PutEvents) -> Result<Value, AwsError> {
    if request.endpoint_id.is_some() {
        return Err(invalid("aws-local has no global endpoints"));
    }
    let count = request.entries.len();
    if !(1..=ENTRIES_MAX).contains(&count) {
        let bound =
            if count == 0 { "greater than or equal to 1" } else { "less than or equal to 10" };
        return Err(invalid(format!(
            "1 validation error detected: Value at 'entries' failed to satisfy constraint: Member \
             must have length {bound}"
        )));
    }
    if request.entries.iter().map(Entry::bytes).sum::<usize>() > ENTRIES_BYTES_MAX {
        return Err(invalid("Total size of the entries in the request is over the limit."));
    }
    let mut failed = 0;
    let mut results = Vec::with_capacity(count);
    for entry in &request.entries {
        let id = ctx.ids.uuid();
        results.push(match entry.event(ctx, &id) {
            Ok(event) => {
                publish(ctx, bus_of(entry.event_bus_name.as_deref()), &event)?;
                json!({ "EventId": id })
            }
            Err((code, why)) => {
                failed += 1;
                json!({ "ErrorCode": code, "ErrorMessage": why })
            }
        });
    }
    Ok(json!({ "FailedEntryCount": failed, "Entries": results }))
}

/// Delivers an event to the targets of the rules that match it.
fn publish(ctx: &Ctx, bus: &str, event: &Value) -> Result<(), AwsError> {
    let mut statement = ctx.db.prepare_cached(
        "SELECT rule.pattern, target.queue_arn FROM events_rule AS rule
         JOIN events_target AS target ON target.bus = rule.bus AND target.rule = rule.name
         WHERE rule.bus = ?1 AND rule.enabled ORDER BY rule.name, target.id",
    )?;
    let rows = statement.query_map([bus], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let rows = rows.collect::<Result<Vec<(String, String)>, _>>()?;
    for (pattern, queue_arn) in rows {
        let pattern: Value = serde_json::from_str(&pattern).unwrap_or_default();
        if !pattern::matches(&pattern, event) {
            continue;
        }
        let sent = sqs::queue_of_arn(&queue_arn)
            .and_then(|queue| sqs::send(ctx, queue, Outgoing::text(event.to_string())));
        match sent {
            Err(error) if error.is_callers() => {
                tracing::warn!(bus, queue_arn, %error, "an event was dropped: no queue took it");
            }
            sent => drop(sent?),
        }
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Named {
    name: Option<String>,
}

fn create_event_bus(ctx: &Ctx, request: &Named) -> Result<Value, AwsError> {
    let name = request.name.as_deref().unwrap_or_default();
    if name == DEFAULT_BUS || has_bus(ctx, name)? {
        let why = format!("Event bus {name} already exists.");
        return Err(AwsError::bad_request("ResourceAlreadyExistsException", why));
    }
    Ok(json!({ "EventBusArn": create_bus(ctx, name)? }))
}

fn describe_event_bus(ctx: &Ctx, request: &Named) -> Result<Value, AwsError> {
    let name = known_bus(ctx, request.name.as_deref())?;
    Ok(json!({ "Name": name, "Arn": arn(ctx.settings, name) }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PutRule {
    name: Option<String>,
    event_bus_name: Option<String>,
    event_pattern: Option<String>,
    schedule_expression: Option<String>,
    state: Option<String>,
}

fn put_rule(ctx: &Ctx, request: &PutRule) -> Result<Value, AwsError> {
    let bus = known_bus(ctx, request.event_bus_name.as_deref())?;
    let name = checked_name("name", request.name.as_deref())?;
    if request.schedule_expression.is_some() {
        return Err(invalid("aws-local has no scheduled rules: use EventBridge Scheduler"));
    }
    let pattern = request.event_pattern.as_deref().unwrap_or_default();
    pattern::check(pattern).map_err(|why| {
        let why = format!("Event pattern is not valid. Reason: {why}");
        AwsError::bad_request("InvalidEventPatternException", why)
    })?;
    let state = request.state.as_deref().unwrap_or("ENABLED");
    let mut checks = Checks::default();
    checks.one_of("state", state, &["ENABLED", "DISABLED"]);
    checked(checks)?;
    ctx.db.execute(
        "INSERT OR REPLACE INTO events_rule (bus, name, pattern, enabled) VALUES (?1, ?2, ?3, ?4)",
        params![bus, name, pattern, state == "ENABLED"],
    )?;
    let Settings { region, account, .. } = ctx.settings;
    let of_bus = if bus == DEFAULT_BUS { String::new() } else { format!("{bus}/") };
    Ok(json!({ "RuleArn": format!("arn:aws:events:{region}:{account}:rule/{of_bus}{name}") }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PutTargets {
    rule: Option<String>,
    event_bus_name: Option<String>,
    #[serde(default)]
    targets: Vec<Target>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Target {
    id: String,
    arn: String,
}

fn put_targets(ctx: &Ctx, request: &PutTargets) -> Result<Value, AwsError> {
    let bus = known_bus(ctx, request.event_bus_name.as_deref())?;
    let rule = checked_name("rule", request.rule.as_deref())?;
    let there = ctx
        .db
        .query_row(
            "SELECT 1 FROM events_rule WHERE bus = ?1 AND name = ?2",
            [bus, rule],
            |_| Ok(()),
        )
        .optional()?;
    if there.is_none() {
        return Err(not_found(format!("Rule {rule} does not exist on EventBus {bus}.")));
    }
    for Target { id, arn } in &request.targets {
        checked_name("id", Some(id))?;
        if sqs::queue_of_arn(arn).is_err() {
            return Err(invalid(format!("aws-local delivers to queues only, not to {arn}")));
        }
        ctx.db.execute(
            "INSERT OR REPLACE INTO events_target (bus, rule, id, queue_arn)
             VALUES (?1, ?2, ?3, ?4)",
            [bus, rule, id, arn],
        )?;
    }
    let count: usize = ctx.db.query_row(
        "SELECT count(*) FROM events_target WHERE bus = ?1 AND rule = ?2",
        [bus, rule],
        |row| row.get(0),
    )?;
    if count > TARGETS_MAX {
        let why =
            format!("The requested resource exceeds the maximum number allowed: {TARGETS_MAX}.");
        return Err(AwsError::bad_request("LimitExceededException", why));
    }
    Ok(json!({ "FailedEntryCount": 0, "FailedEntries": [] }))
}

/// The name of a bus that is named, or meant by naming none.
fn bus_of(name_or_arn: Option<&str>) -> &str {
    let name = name_or_arn.unwrap_or(DEFAULT_BUS);
    name.rsplit_once(":event-bus/").map_or(name, |(_, name)| name)
}

fn known_bus<'a>(ctx: &Ctx, name_or_arn: Option<&'a str>) -> Result<&'a str, AwsError> {
    let name = bus_of(name_or_arn);
    if name == DEFAULT_BUS || has_bus(ctx, name)? {
        return Ok(name);
    }
    Err(not_found(format!("Event bus {name} does not exist.")))
}

fn has_bus(ctx: &Ctx, name: &str) -> Result<bool, AwsError> {
    let mut statement = ctx.db.prepare_cached("SELECT 1 FROM events_bus WHERE name = ?1")?;
    Ok(statement.exists([name])?)
}

fn checked_name<'a>(member: &str, name: Option<&'a str>) -> Result<&'a str, AwsError> {
    let mut checks = Checks::default();
    checks.required(member, name.as_ref());
    if let Some(name) = name {
        checks.length(member, name, 1..=NAME_MAX);
        checks.pattern(member, name, is_of(name, ".-_"), "[\\.\\-_A-Za-z0-9]+");
    }
    checked(checks)?;
    Ok(name.unwrap_or_default())
}

fn checked(checks: Checks) -> Result<(), AwsError> {
    checks.finish().map_err(|broken| invalid(sentence(&broken)))
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, AwsError> {
    serde_json::from_slice(body)
        .map_err(|error| AwsError::bad_request("SerializationException", error.to_string()))
}

fn invalid(why: impl Into<String>) -> AwsError {
    AwsError::bad_request("ValidationException", why)
}

fn not_found(why: String) -> AwsError {
    AwsError::bad_request("ResourceNotFoundException", why)
}
