//! EventBridge Scheduler: schedules in groups, invoked at their times with queues and functions as
//! targets.
//!
//! REST-JSON. Operations: schedules and groups with their tags, all of the service's model.
//! Targets: SQS and Lambda (templated). The differences to the service are in the operator's favour
//! and on purpose:
//! - a schedule fires at the second, where the service promises the minute ([`SchedulerSettings`]
//!   can make it as late as the service is, or later);
//! - roles, keys and quotas of requests per second are accepted and not enforced.
//!
//! What had to fire while the stack was down is fired when it is up again: a one-time schedule
//! once, unless its event is too old by then; a recurring one once for all that it missed.

pub mod cron;
mod definition;
pub mod expression;
mod groups;
mod invoke;
mod schedules;

use std::ops::RangeInclusive;

use http::{HeaderValue, Method, StatusCode};
use rusqlite::OptionalExtension;
use serde_json::{Value, json};

use crate::store::from_ms;
use crate::wire::{AwsError, Request, Response};
use crate::{Ctx, Now};

/// The media type of REST-JSON.
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Tables: groups, schedules, and invocations that failed and are tried again.
pub const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS schedule_groups (
    name TEXT PRIMARY KEY,
    created_ms INTEGER NOT NULL,
    modified_ms INTEGER NOT NULL,
    tags TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS schedules (
    seq INTEGER PRIMARY KEY,
    group_name TEXT NOT NULL,
    name TEXT NOT NULL,
    definition TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    modified_ms INTEGER NOT NULL,
    -- What a rate is counted from.
    anchor_ms INTEGER NOT NULL,
    -- Whether the one invocation of a one-time schedule has been.
    invoked INTEGER NOT NULL,
    -- The next invocation: the time that the expression names, and the instant at which it is made.
    scheduled_ms INTEGER,
    fire_ms INTEGER,
    UNIQUE (group_name, name)
) STRICT;
CREATE INDEX IF NOT EXISTS schedules_by_fire ON schedules (fire_ms, seq) WHERE fire_ms IS NOT NULL;
CREATE TABLE IF NOT EXISTS schedule_retries (
    seq INTEGER PRIMARY KEY,
    invocation TEXT NOT NULL,
    retry_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS schedule_retries_by_time ON schedule_retries (retry_ms, seq);
";

/// How the scheduler behaves where the service leaves it open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchedulerSettings {
    /// How many seconds after its time a schedule fires, drawn anew each time. The service promises
    /// the minute, that is `0..=59`.
    pub fire_jitter_s: RangeInclusive<u32>,
}

/// At the second.
impl Default for SchedulerSettings {
    fn default() -> Self {
        Self { fire_jitter_s: 0..=0 }
    }
}

/// Answers one request.
pub fn handle(ctx: &Ctx, request: &Request) -> Response {
    route(ctx, request).unwrap_or_else(|error| error_response(&error))
}

/// Makes all invocations that are due, one after the other, in the order in which they fell due.
///
/// # Errors
/// When the store cannot be read or written. A target that fails is no error here: it is tried
/// again.
pub fn advance(ctx: &Ctx) -> Result<(), AwsError> {
    invoke::advance(ctx)
}

/// The next instant at which [`advance`] has something to do.
///
/// # Errors
/// When the store cannot be read.
pub fn next_due(ctx: &Ctx) -> Result<Option<Now>, AwsError> {
    let due: Option<i64> = ctx
        .db
        .prepare_cached(
            "SELECT min(due) FROM (SELECT min(fire_ms) AS due FROM schedules \
             WHERE fire_ms IS NOT NULL UNION ALL SELECT min(retry_ms) FROM schedule_retries)",
        )?
        .query_row([], |row| row.get(0))
        .optional()?
        .flatten();
    Ok(due.map(from_ms))
}

/// Finds the operation by method and path, as the service's model binds them.
fn route(ctx: &Ctx, request: &Request) -> Result<Response, AwsError> {
    let (path, query) = request.uri.split_once('?').unwrap_or((&request.uri, ""));
    let query = Query(query);
    let (kind, name) = match path.trim_start_matches('/').split_once('/') {
        Some((kind, name)) => (kind, Some(decode(name)?)),
        None => (path.trim_start_matches('/'), None),
    };
    let body = request.body.as_ref();
    let answer = match (&request.method, kind, name.as_deref()) {
        (&Method::POST, "schedules", Some(name)) => schedules::create(ctx, name, body)?,
        (&Method::GET, "schedules", Some(name)) => schedules::get(ctx, name, query)?,
        (&Method::PUT, "schedules", Some(name)) => schedules::update(ctx, name, body)?,
        (&Method::DELETE, "schedules", Some(name)) => schedules::delete(ctx, name, query)?,
        (&Method::GET, "schedules", None) => schedules::list(ctx, query)?,
        (&Method::POST, "schedule-groups", Some(name)) => groups::create(ctx, name, body)?,
        (&Method::GET, "schedule-groups", Some(name)) => groups::get(ctx, name)?,
        (&Method::DELETE, "schedule-groups", Some(name)) => groups::delete(ctx, name)?,
        (&Method::GET, "schedule-groups", None) => groups::list(ctx, query)?,
        (&Method::GET, "tags", Some(arn)) => groups::tags(ctx, arn)?,
        (&Method::POST, "tags", Some(arn)) => groups::tag(ctx, arn, body)?,
        (&Method::DELETE, "tags", Some(arn)) => groups::untag(ctx, arn, query)?,
        _ => return Err(AwsError::unknown_operation(&format!("{} {path}", request.method))),
    };
    Ok(Response::json(StatusCode::OK, JSON, &answer))
}

/// An error as REST-JSON carries it: the shape's name in a header, its one member in the body.
fn error_response(error: &AwsError) -> Response {
    let code = if error.is_callers() { &error.code } else { "InternalServerException" };
    let mut response = Response::json(error.status, JSON, &json!({ "Message": error.message }));
    if let Ok(code) = HeaderValue::from_str(code) {
        response.headers.insert("x-amzn-errortype", code);
    }
    response
}

/// The query of a request; the service takes each parameter at most once, but for lists.
#[derive(Clone, Copy)]
struct Query<'a>(&'a str);

impl Query<'_> {
    /// All values of a parameter.
    fn all(self, name: &str) -> Result<Vec<String>, AwsError> {
        let pairs = self.0.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        pairs.filter(|(key, _)| *key == name).map(|(_, value)| decode(value)).collect()
    }

    /// The value of a parameter.
    fn one(self, name: &str) -> Result<Option<String>, AwsError> {
        Ok(self.all(name)?.into_iter().next())
    }
}

/// Undoes percent-encoding.
fn decode(text: &str) -> Result<String, AwsError> {
    let refuse = || validation(format!("`{text}` is not percent-encoded UTF-8"));
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        match (*first, tail) {
            (b'%', [high, low, after @ ..]) => {
                let digit =
                    |byte: u8| char::from(byte).to_digit(16).and_then(|d| u8::try_from(d).ok());
                let (Some(high), Some(low)) = (digit(*high), digit(*low)) else {
                    return Err(refuse());
                };
                bytes.push(high << 4 | low);
                rest = after;
            }
            (b'%', _) => return Err(refuse()),
            (b'+', _) => bytes.push(b' '),
            (byte, _) => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).map_err(|_| refuse())
}

/// A request that the service does not take.
fn validation(message: impl Into<String>) -> AwsError {
    AwsError::bad_request("ValidationException", message)
}

/// A schedule or group that is not there.
fn not_found(message: String) -> AwsError {
    AwsError::with_status(StatusCode::NOT_FOUND, "ResourceNotFoundException", message)
}

/// A schedule or group that is there already.
fn conflict(message: String) -> AwsError {
    AwsError::with_status(StatusCode::CONFLICT, "ConflictException", message)
}

/// Too many schedules or groups.
fn quota(message: String) -> AwsError {
    AwsError::with_status(StatusCode::PAYMENT_REQUIRED, "ServiceQuotaExceededException", message)
}

/// The body of a request as JSON of this shape. An absent body is an empty object.
fn parse<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, AwsError> {
    let body = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(body)
        .map_err(|error| AwsError::bad_request("SerializationException", error.to_string()))
}

/// Checks the name of a schedule or group, or the start of one.
fn check_name(member: &str, name: &str) -> Result<(), AwsError> {
    let mut checks = crate::checks::Checks::default();
    checks.length(member, name, 1..=64);
    checks.pattern(member, name, crate::checks::is_of(name, "-_."), "^[0-9a-zA-Z-_.]+$");
    checks.finish().map_err(|broken| validation(crate::checks::sentence(&broken)))
}

/// How many entries a page of a list has, and after which entry it starts.
fn page(query: Query) -> Result<(usize, Option<Vec<String>>), AwsError> {
    let size = match query.one("MaxResults")? {
        None => 100,
        Some(text) => text
            .parse()
            .ok()
            .filter(|size| (1..=100).contains(size))
            .ok_or_else(|| validation("MaxResults is a number from 1 to 100"))?,
    };
    let after = query.one("NextToken")?.map(|token| {
        let names: Vec<String> = token.split('/').map(str::to_owned).collect();
        let sound = names.iter().all(|name| check_name("nextToken", name).is_ok());
        if sound { Ok(names) } else { Err(validation("Invalid NextToken")) }
    });
    Ok((size, after.transpose()?))
}

/// An instant as this service writes it: seconds since the epoch, with a fraction.
fn timestamp(ms: i64) -> Value {
    // Milliseconds of the next 200,000 years are exact in a double.
    #[expect(clippy::cast_precision_loss, reason = "exact for every instant there is")]
    let seconds = ms as f64 / 1000.0;
    json!(seconds)
}

#[cfg(test)]
mod tests;
