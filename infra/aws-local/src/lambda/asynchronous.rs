//! Invocations that nobody waits for: accepted into SQLite, tried, tried again, and reported if all
//! fails.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use rusqlite::params;
use serde_json::{Value, json};

use super::{FunctionSettings, Outcome, arn, function_of_arn};
use crate::{Ctx, Now, sqs, store, wire::AwsError};

/// The tables. A row of `lambda_asynchronous` stands for an invocation that has not come to its
/// end; `function` names are those that [`register`] was told.
pub const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS lambda_functions (name TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS lambda_asynchronous (
  request_id TEXT PRIMARY KEY,
  function TEXT NOT NULL,
  payload TEXT NOT NULL,
  accepted_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  last_error TEXT
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS lambda_asynchronous_due ON lambda_asynchronous (function, due_at);
";

/// The largest payload of an asynchronous invocation
/// (<https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>).
const PAYLOAD_BYTES_MAX: usize = 1024 * 1024;

/// How asynchronous invocations of a function are tried again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetrySettings {
    /// The pause before each further try; their number is the number of retries. Lambda's are two.
    pub after: Vec<Duration>,
    /// How old an invocation may become before it is given up.
    pub age_max: Duration,
}

/// Lambda's own: after one and two minutes, for at most six hours
/// (<https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html>).
impl Default for RetrySettings {
    fn default() -> Self {
        Self {
            after: vec![Duration::from_secs(60), Duration::from_secs(120)],
            age_max: Duration::from_secs(6 * 3600),
        }
    }
}

/// An invocation that was accepted and has not come to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The same at every try.
    pub request_id: String,
    /// The function's name.
    pub function: String,
    /// JSON, as it was handed in.
    pub payload: String,
    /// When it was handed in.
    pub accepted_at: Now,
    /// How often it was tried.
    pub tries: u32,
    /// The function's last error, as JSON.
    last_error: Option<String>,
}

/// Accepts an invocation; it runs when the transaction is committed and an environment is free.
///
/// # Errors
/// `ResourceNotFoundException` if functions are registered and this is none of them,
/// `InvalidRequestContentException` if the payload is not JSON, `RequestTooLargeException` if it is
/// over 1 MiB, `InvalidParameterValueException` if the ARN is none.
pub fn invoke_async(ctx: &Ctx, function_arn: &str, payload: &str) -> Result<(), AwsError> {
    let function = function_of_arn(function_arn)?;
    if payload.len() > PAYLOAD_BYTES_MAX {
        let message = format!("an event of {} bytes is over {PAYLOAD_BYTES_MAX}", payload.len());
        let status = http::StatusCode::PAYLOAD_TOO_LARGE;
        return Err(AwsError::with_status(status, "RequestTooLargeException", message));
    }
    if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(payload) {
        let message = format!("could not parse request body into json: {error}");
        return Err(AwsError::bad_request("InvalidRequestContentException", message));
    }
    // Before anybody has said which functions there are, every name is believed.
    let (known, any): (bool, bool) = ctx.db.query_row(
        "SELECT EXISTS (SELECT 1 FROM lambda_functions WHERE name = ?1), \
         EXISTS (SELECT 1 FROM lambda_functions)",
        [function],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    if any && !known {
        let message = format!("Function not found: {function_arn}");
        let status = http::StatusCode::NOT_FOUND;
        return Err(AwsError::with_status(status, "ResourceNotFoundException", message));
    }
    let now = store::to_ms(ctx.now);
    ctx.db
        .prepare_cached(
            "INSERT INTO lambda_asynchronous (request_id, function, payload, accepted_at, due_at) \
             VALUES (?1, ?2, ?3, ?4, ?4)",
        )?
        .execute(params![ctx.ids.uuid(), function, payload, now])?;
    Ok(())
}

/// Says which functions there are, in place of what was said before.
///
/// Returns the names of functions that are gone but have invocations waiting; those stay where they
/// are, for a start that knows the function.
///
/// # Errors
/// Only the store's.
pub fn register<'a>(
    ctx: &Ctx,
    functions: impl IntoIterator<Item = &'a str>,
) -> Result<Vec<String>, AwsError> {
    ctx.db.execute("DELETE FROM lambda_functions", [])?;
    for name in functions {
        ctx.db.execute("INSERT OR IGNORE INTO lambda_functions VALUES (?1)", [name])?;
    }
    let mut gone = ctx.db.prepare(
        "SELECT DISTINCT function FROM lambda_asynchronous \
         WHERE function NOT IN (SELECT name FROM lambda_functions) ORDER BY function",
    )?;
    let gone = gone.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(gone)
}

/// Up to `limit` invocations of a function that should run now, the longest due first, without
/// those in `running`.
///
/// The rows stay: whoever runs them keeps their ids until [`settle`], in memory only, so that after
/// a crash they are tried again.
///
/// # Errors
/// Only the store's.
pub fn due(
    ctx: &Ctx,
    function: &str,
    running: &BTreeSet<String>,
    limit: usize,
) -> Result<Vec<Waiting>, AwsError> {
    let mut rows = ctx.db.prepare_cached(
        "SELECT request_id, payload, accepted_at, tries, last_error FROM lambda_asynchronous \
         WHERE function = ?1 AND due_at <= ?2 ORDER BY due_at, request_id LIMIT ?3",
    )?;
    let enough = i64::try_from(limit + running.len()).unwrap_or(i64::MAX);
    let rows = rows.query_map(params![function, store::to_ms(ctx.now), enough], |row| {
        Ok(Waiting {
            request_id: row.get(0)?,
            function: function.into(),
            payload: row.get(1)?,
            accepted_at: store::from_ms(row.get(2)?),
            tries: row.get(3)?,
            last_error: row.get(4)?,
        })
    })?;
    let rows: Vec<Waiting> = rows.collect::<Result<_, _>>()?;
    Ok(rows.into_iter().filter(|row| !running.contains(&row.request_id)).take(limit).collect())
}

/// Whether no invocation of any function is left to do.
///
/// # Errors
/// Only the store's.
pub fn is_empty(ctx: &Ctx) -> Result<bool, AwsError> {
    let mut any = ctx.db.prepare_cached("SELECT EXISTS (SELECT 1 FROM lambda_asynchronous)")?;
    Ok(!any.query_row([], |row| row.get::<_, bool>(0))?)
}

/// When the next invocation of a function, other than those in `running`, should run. It may have
/// passed.
///
/// # Errors
/// Only the store's.
pub fn next_due(
    ctx: &Ctx,
    function: &str,
    running: &BTreeSet<String>,
) -> Result<Option<Now>, AwsError> {
    let mut rows = ctx.db.prepare_cached(
        "SELECT request_id, due_at FROM lambda_asynchronous \
         WHERE function = ?1 ORDER BY due_at, request_id",
    )?;
    let mut rows = rows.query([function])?;
    while let Some(row) = rows.next()? {
        if !running.contains(row.get_ref(0)?.as_str().unwrap_or_default()) {
            return Ok(Some(store::from_ms(row.get(1)?)));
        }
    }
    Ok(None)
}

/// Whether an invocation has become too old to be tried; then it is given up here and now.
///
/// # Errors
/// Only the store's.
pub fn give_up_if_too_old(
    ctx: &Ctx,
    function: &FunctionSettings,
    waiting: &Waiting,
) -> Result<bool, AwsError> {
    let too_old = is_too_old(ctx.now, function, waiting);
    if too_old {
        let last = waiting.last_error.as_deref().and_then(|json| serde_json::from_str(json).ok());
        give_up(ctx, function, waiting, "EventAgeExceeded", last)?;
    }
    Ok(too_old)
}

/// Writes down what came of a try: the end of it, a later try, or a report to the on-failure queue.
///
/// # Errors
/// Only the store's.
pub fn settle(
    ctx: &Ctx,
    function: &FunctionSettings,
    waiting: &Waiting,
    outcome: &Outcome,
) -> Result<(), AwsError> {
    let error = match outcome {
        Ok(_response) => return forget(ctx, waiting),
        // It stays due, and is no try less.
        Err(error) if error.was_not_tried() => return Ok(()),
        Err(error) => error,
    };
    let tried = Waiting { tries: waiting.tries + 1, ..waiting.clone() };
    let pause = function.retry.after.get(waiting.tries as usize);
    let Some(due_at) = pause.map(|pause| ctx.now + *pause) else {
        return give_up(ctx, function, &tried, "RetriesExhausted", Some(error.payload()));
    };
    if is_too_old(due_at, function, waiting) {
        return give_up(ctx, function, &tried, "EventAgeExceeded", Some(error.payload()));
    }
    ctx.db
        .prepare_cached(
            "UPDATE lambda_asynchronous SET tries = ?2, due_at = ?3, last_error = ?4 \
             WHERE request_id = ?1",
        )?
        .execute(params![
            waiting.request_id,
            tried.tries,
            store::to_ms(due_at),
            error.payload().to_string()
        ])?;
    Ok(())
}

fn is_too_old(at: Now, function: &FunctionSettings, waiting: &Waiting) -> bool {
    (at - waiting.accepted_at).to_std().is_ok_and(|age| age > function.retry.age_max)
}

fn forget(ctx: &Ctx, waiting: &Waiting) -> Result<(), AwsError> {
    ctx.db
        .prepare_cached("DELETE FROM lambda_asynchronous WHERE request_id = ?1")?
        .execute([&waiting.request_id])?;
    Ok(())
}

/// Ends an invocation that failed for good, and reports it where the function's settings say.
fn give_up(
    ctx: &Ctx,
    function: &FunctionSettings,
    waiting: &Waiting,
    condition: &str,
    response: Option<Value>,
) -> Result<(), AwsError> {
    forget(ctx, waiting)?;
    let Some(queue) = &function.on_failure else {
        tracing::warn!(
            function = function.name,
            request_id = waiting.request_id,
            condition,
            "an asynchronous invocation failed for good, and the function has no on-failure queue"
        );
        return Ok(());
    };
    let message = sqs::Outgoing {
        body: record(ctx, waiting, condition, response).to_string(),
        attributes: BTreeMap::new(),
        system: BTreeMap::new(),
        delay_s: None,
    };
    match sqs::send(ctx, queue, message) {
        Ok(_message_id) => Ok(()),
        // As on Lambda, a destination that does not take the record loses it.
        Err(error) if error.is_callers() => {
            tracing::error!(
                function = function.name,
                request_id = waiting.request_id,
                queue,
                error = %error,
                "the on-failure queue did not take the record of a failed invocation"
            );
            Ok(())
        }
        Err(error) => Err(error),
    }
}

/// The documented record
/// (<https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html>).
fn record(ctx: &Ctx, waiting: &Waiting, condition: &str, response: Option<Value>) -> Value {
    // It was JSON when it was accepted.
    let payload: Value = serde_json::from_str(&waiting.payload).unwrap_or(Value::Null);
    let mut record = json!({
        "version": "1.0",
        "timestamp": ctx.now.to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
        "requestContext": {
            "requestId": waiting.request_id,
            "functionArn": format!("{}:$LATEST", arn(ctx.settings, &waiting.function)),
            "condition": condition,
            "approximateInvokeCount": waiting.tries,
        },
        "requestPayload": payload,
    });
    if let Some(response) = response {
        record["responseContext"] = json!({
            "statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled",
        });
        record["responsePayload"] = response;
    }
    record
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lambda::InvokeError;
    use crate::testing::World;

    const ARN: &str = "arn:aws:lambda:us-east-1:000000000000:function:reconcile";

    fn function() -> FunctionSettings {
        let on_failure = Some("reconcile-failed".into());
        FunctionSettings { on_failure, ..FunctionSettings::new("reconcile", "/bin/true") }
    }

    fn invoke(world: &mut World, payload: &str) -> Result<(), AwsError> {
        world.run(|ctx| invoke_async(ctx, ARN, payload))
    }

    fn due_now(world: &mut World) -> Vec<Waiting> {
        world.run(|ctx| due(ctx, "reconcile", &BTreeSet::new(), 10)).unwrap()
    }

    /// Tries what is due, with this outcome. Returns how many there were.
    fn attempt(world: &mut World, outcome: &Outcome) -> usize {
        let waiting = due_now(world);
        for waiting in &waiting {
            world.run(|ctx| settle(ctx, &function(), waiting, outcome)).unwrap();
        }
        waiting.len()
    }

    fn failure() -> Outcome {
        Err(InvokeError::Exited { function: "reconcile".into(), how: "it was killed".into() })
    }

    /// What is in the on-failure queue.
    fn records(world: &mut World) -> Vec<Value> {
        let received = world.run(|ctx| sqs::receive(ctx, "reconcile-failed", 10, None)).unwrap();
        received.iter().map(|message| serde_json::from_str(&message.body).unwrap()).collect()
    }

    fn world() -> World {
        let mut world = World::new();
        world.run(|ctx| sqs::create_queue(ctx, "reconcile-failed", &BTreeMap::new())).unwrap();
        world
    }

    #[test]
    fn an_invocation_that_succeeds_is_over() {
        let mut world = world();
        invoke(&mut world, r#"{"n":1}"#).unwrap();
        assert_eq!(due_now(&mut world)[0].payload, r#"{"n":1}"#);
        assert_eq!(attempt(&mut world, &Ok(Value::Null)), 1);
        world.pass_s(3_600);
        assert_eq!(due_now(&mut world), []);
        assert_eq!(records(&mut world), Vec::<Value>::new());
    }

    #[test]
    fn an_invocation_that_fails_is_tried_after_one_and_two_minutes_then_reported() {
        let mut world = world();
        invoke(&mut world, r#"{"n":1}"#).unwrap();
        let id = due_now(&mut world)[0].request_id.clone();
        assert_eq!(attempt(&mut world, &failure()), 1);
        for pause_s in [60, 120] {
            world.pass_s(pause_s - 1);
            assert_eq!(attempt(&mut world, &failure()), 0);
            world.pass_s(1);
            assert_eq!(due_now(&mut world)[0].request_id, id);
            assert_eq!(attempt(&mut world, &failure()), 1);
        }
        assert_eq!(world.run(|ctx| next_due(ctx, "reconcile", &BTreeSet::new())), Ok(None));
        let expected = json!({
            "version": "1.0",
            "timestamp": "2027-06-21T00:18:00.123Z",
            "requestContext": {
                "requestId": id,
                "functionArn": format!("{ARN}:$LATEST"),
                "condition": "RetriesExhausted",
                "approximateInvokeCount": 3,
            },
            "requestPayload": { "n": 1 },
            "responseContext": {
                "statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled",
            },
            "responsePayload": {
                "errorType": "Runtime.ExitError",
                "errorMessage": failure().unwrap_err().to_string(),
            },
        });
        assert_eq!(records(&mut world), [expected]);
    }

    #[test]
    fn an_invocation_that_nobody_could_try_in_time_is_reported_untried() {
        let mut world = world();
        invoke(&mut world, "{}").unwrap();
        world.pass_s(6 * 3_600);
        let waiting = due_now(&mut world).remove(0);
        let given_up = |ctx: &Ctx| give_up_if_too_old(ctx, &function(), &waiting);
        assert_eq!(world.run(given_up), Ok(false));
        world.pass_s(1);
        assert_eq!(world.run(given_up), Ok(true));
        assert_eq!(due_now(&mut world), []);
        let records = records(&mut world);
        assert_eq!(records[0]["requestContext"]["condition"], "EventAgeExceeded");
        assert_eq!(records[0]["requestContext"]["approximateInvokeCount"], 0);
        assert_eq!(records[0].get("responseContext"), None);
    }

    #[test]
    fn a_try_that_could_not_begin_is_no_try() {
        let mut world = world();
        invoke(&mut world, "{}").unwrap();
        for _ in 0..10 {
            assert_eq!(attempt(&mut world, &Err(InvokeError::ShuttingDown)), 1);
        }
        assert_eq!(due_now(&mut world)[0].tries, 0);
    }

    #[test]
    fn what_is_running_is_not_due_but_what_waits_behind_it_is() {
        let mut world = world();
        invoke(&mut world, "1").unwrap();
        world.pass_s(1);
        invoke(&mut world, "2").unwrap();
        let [first, second] = &due_now(&mut world)[..] else { panic!("two") };
        let running = BTreeSet::from([first.request_id.clone()]);
        let rest = world.run(|ctx| due(ctx, "reconcile", &running, 1)).unwrap();
        assert_eq!(rest.iter().collect::<Vec<_>>(), [second]);
        let next = world.run(|ctx| next_due(ctx, "reconcile", &running)).unwrap();
        assert_eq!(next, Some(second.accepted_at));
    }

    #[test]
    fn what_cannot_be_invoked_is_refused_when_it_is_asked_for() {
        let mut world = world();
        let code = |result: Result<(), AwsError>| result.unwrap_err().code;
        assert_eq!(code(invoke(&mut world, "{")), "InvalidRequestContentException");
        let large = format!("\"{}\"", "x".repeat(PAYLOAD_BYTES_MAX));
        assert_eq!(code(invoke(&mut world, &large)), "RequestTooLargeException");
        let arn = "arn:aws:sqs:us-east-1:000000000000:charges";
        let refused = world.run(|ctx| invoke_async(ctx, arn, "{}"));
        assert_eq!(code(refused), "InvalidParameterValueException");
        assert_eq!(world.run(|ctx| register(ctx, ["send-sms"])), Ok(vec![]));
        assert_eq!(code(invoke(&mut world, "{}")), "ResourceNotFoundException");
    }

    #[test]
    fn invocations_of_a_function_that_is_gone_wait_for_it_to_come_back() {
        let mut world = world();
        invoke(&mut world, "{}").unwrap();
        assert_eq!(world.run(|ctx| register(ctx, ["send-sms"])), Ok(vec!["reconcile".into()]));
        assert_eq!(world.run(|ctx| register(ctx, ["send-sms", "reconcile"])), Ok(vec![]));
        assert_eq!(due_now(&mut world).len(), 1);
    }

    #[test]
    fn a_report_that_its_queue_does_not_take_is_lost_and_nothing_else() {
        let mut world = World::new();
        invoke(&mut world, "{}").unwrap();
        let waiting = due_now(&mut world).remove(0);
        let last_try = Waiting { tries: 2, ..waiting };
        world.run(|ctx| settle(ctx, &function(), &last_try, &failure())).unwrap();
        assert_eq!(due_now(&mut world), []);
    }
}
