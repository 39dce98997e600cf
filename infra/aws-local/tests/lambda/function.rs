//! The function that the tests run: this very executable, started again as a process of its own. It
//! does what its input tells it to, and writes down what it saw.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::time::Duration;

use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::{Value, json};

/// Where it writes what it sees.
pub const SEEN: &str = "TEST_SEEN";

/// If set, it ends by itself only when it speaks to the Runtime API in vain.
pub const NO_LIFELINE: &str = "TEST_NO_LIFELINE";

/// If set, it does not start.
pub const BROKEN: &str = "TEST_BROKEN";

/// Not a test: the function, when the executable is started as one.
#[test]
fn function() {
    if std::env::var_os("AWS_LAMBDA_RUNTIME_API").is_none() {
        return;
    }
    if std::env::var_os(NO_LIFELINE).is_none() {
        aws_local::lambda::end_with_the_stack();
    }
    if std::env::var_os(BROKEN).is_some() {
        eprintln!("no such table: reminders");
        std::process::exit(3);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let ended = runtime.block_on(lambda_runtime::run(service_fn(handle)));
    eprintln!("the runtime ended: {ended:?}");
    std::process::exit(1);
}

/// Does every message of an SQS event, or the one thing that another payload asks for.
async fn handle(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let (payload, context) = event.into_parts();
    let Some(records) = payload["Records"].as_array() else {
        do_as_told(&payload, 1).await?;
        let environment: serde_json::Map<String, Value> =
            std::env::vars().map(|(name, value)| (name, Value::from(value))).collect();
        let response = json!({
            "payload": payload,
            "pid": std::process::id(),
            "request_id": context.request_id,
            "deadline_ms": context.deadline,
            "arn": context.invoked_function_arn,
            "trace": context.xray_trace_id,
            "environment": environment,
        });
        let size = payload["response_bytes"].as_u64().unwrap_or(0);
        return Ok(if size == 0 { response } else { "x".repeat(size.try_into()?).into() });
    };
    let ids: Vec<&Value> = records.iter().map(|record| &record["messageId"]).collect();
    saw(&json!({ "what": "batch", "size": ids.len(), "ids": ids, "trace": context.xray_trace_id }));
    let mut failed = Vec::new();
    for record in records {
        let order: Value = serde_json::from_str(record["body"].as_str().unwrap_or_default())?;
        let times: u64 =
            record["attributes"]["ApproximateReceiveCount"].as_str().unwrap_or("0").parse()?;
        saw(&json!({ "what": "begin", "order": order, "times": times }));
        if do_as_told(&order, times).await? {
            saw(&json!({ "what": "end", "order": order, "times": times }));
        } else {
            failed.push(json!({ "itemIdentifier": record["messageId"] }));
        }
    }
    Ok(json!({ "batchItemFailures": failed }))
}

/// Does what an order says, as long as it was received no more often than it says. Returns whether
/// this succeeded.
async fn do_as_told(order: &Value, times: u64) -> Result<bool, Error> {
    if times > order["at_most"].as_u64().unwrap_or(u64::MAX) {
        return Ok(true);
    }
    match order["do"].as_str() {
        Some("fail") => return Ok(false),
        Some("err") => return Err("told to".into()),
        Some("panic") => panic!("told to"),
        Some("exit") => std::process::exit(1),
        Some("sleep") => {
            let ms = order["ms"].as_u64().unwrap_or(0);
            tokio::time::sleep(Duration::from_millis(ms)).await;
        }
        _ => {}
    }
    Ok(true)
}

fn saw(what: &Value) {
    let Some(path) = std::env::var_os(SEEN) else { return };
    let mut what = what.clone();
    what["pid"] = std::process::id().into();
    let mut file = OpenOptions::new().create(true).append(true).open(path).unwrap();
    // One write, so that processes do not write into each other's lines.
    file.write_all(format!("{what}\n").as_bytes()).unwrap();
}
