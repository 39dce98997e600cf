//! Invoked by a caller: one that waits, and one that does not.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_local::lambda::{FunctionSettings, InvokeError, RetrySettings, invoke_async};
use aws_local::sqs;
use serde_json::{Value, json};

use crate::stack::{FUNCTION, Stack, function, runs, until};

type Test = Result<(), Box<dyn std::error::Error>>;

const ARN: &str = "arn:aws:lambda:us-east-1:000000000000:function:worker";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_function_is_told_what_lambda_tells() -> Test {
    let directory = tempfile::tempdir()?;
    let stack = Stack::plain(directory.path()).await;
    let told = stack.dispatcher.invoke(FUNCTION, &json!({ "text": "déjà vu" })).await?;
    assert_eq!(told["payload"], json!({ "text": "déjà vu" }));
    assert_eq!(told["arn"], ARN);
    assert_eq!(told["request_id"].as_str().map(str::len), Some(36));
    assert!(told["trace"].as_str().is_some_and(|trace| trace.starts_with("Root=1-")));
    let environment = &told["environment"];
    assert_eq!(environment["AWS_LAMBDA_FUNCTION_NAME"], FUNCTION);
    assert_eq!(environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"], "128");
    assert_eq!(environment["AWS_REGION"], "us-east-1");
    assert_eq!(environment["TZ"], ":UTC");
    assert!(environment["AWS_LAMBDA_LOG_STREAM_NAME"].as_str().unwrap().contains("/[$LATEST]"));
    // Of this process's own environment a function sees only what no process can do without.
    let strange = std::env::vars().filter(|(name, value)| {
        environment[name] == **value && !["PATH", "HOME", "TMPDIR", "LANG"].contains(&&**name)
    });
    let strange: Vec<String> = strange.map(|(name, _)| name).collect();
    assert!(strange.iter().all(|name| name == "LD_LIBRARY_PATH"), "{strange:?}");
    stack.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_deadline_is_an_instant_in_milliseconds_since_1970() -> Test {
    let directory = tempfile::tempdir()?;
    let stack = Stack::plain(directory.path()).await;
    stack.pids().await;
    let told = stack.dispatcher.invoke(FUNCTION, &Value::Null).await?;
    let deadline = UNIX_EPOCH + Duration::from_millis(told["deadline_ms"].as_u64().unwrap());
    #[expect(clippy::disallowed_methods, reason = "the claim is about the world's time")]
    let left = deadline.duration_since(SystemTime::now())?;
    assert!(left <= Duration::from_secs(20), "{left:?}");
    assert!(left > Duration::from_secs(15), "{left:?}");
    stack.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_learns_what_went_wrong() -> Test {
    let directory = tempfile::tempdir()?;
    let stack = Stack::plain(directory.path()).await;
    let invoke = |order: Value| {
        let dispatcher = stack.dispatcher.clone();
        async move { dispatcher.invoke(FUNCTION, &order).await }
    };
    let nobody = stack.dispatcher.invoke("nobody", &Value::Null).await;
    assert_eq!(nobody, Err(InvokeError::NotFound { function: "nobody".into() }));
    match invoke(json!({ "do": "err" })).await {
        Err(InvokeError::Failed { message, payload, .. }) => {
            assert_eq!(message, "told to");
            assert_eq!(payload["errorMessage"], "told to");
        }
        other => panic!("{other:?}"),
    }
    match invoke(json!({ "do": "panic" })).await {
        Err(InvokeError::Failed { message, .. }) => {
            assert_eq!(message, "Lambda panicked: told to");
        }
        other => panic!("{other:?}"),
    }
    match invoke(json!({ "do": "exit" })).await {
        Err(InvokeError::Exited { how, .. }) => {
            assert!(how.starts_with("it exited with status 1"), "{how}");
        }
        other => panic!("{other:?}"),
    }
    match invoke(json!({ "response_bytes": 7 * 1024 * 1024 })).await {
        Err(InvokeError::Failed { error_type, .. }) => {
            assert_eq!(error_type, "Function.ResponseSizeTooLarge");
        }
        other => panic!("{other:?}"),
    }
    let bytes = 7 * 1024 * 1024;
    let large = invoke(Value::String("x".repeat(bytes))).await;
    assert_eq!(large, Err(InvokeError::TooLarge { bytes: bytes + 2 }));
    // After all that it still works.
    assert!(invoke(json!({})).await.is_ok());
    stack.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_that_finds_no_room_is_told_so() -> Test {
    let directory = tempfile::tempdir()?;
    let functions = vec![FunctionSettings { concurrency: 1, ..function(directory.path()) }];
    let stack = Stack::start(directory.path(), functions, vec![]).await;
    let dispatcher = stack.dispatcher.clone();
    let long = json!({ "do": "sleep", "ms": 400 });
    let first = tokio::spawn(async move { dispatcher.invoke(FUNCTION, &long).await });
    until("the first is under way", async || stack.dispatcher.functions()[0].in_flight == 1).await;
    let second = stack.dispatcher.invoke(FUNCTION, &Value::Null).await;
    let throttled = InvokeError::Throttled { function: FUNCTION.into(), concurrency: 1 };
    assert_eq!(second, Err(throttled));
    assert!(first.await?.is_ok());
    stack.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invocation_that_nobody_waits_for_is_retried_then_reported() -> Test {
    let directory = tempfile::tempdir()?;
    let pauses = [Duration::from_millis(50), Duration::from_millis(100)];
    let functions = vec![FunctionSettings {
        on_failure: Some("failed".into()),
        retry: RetrySettings { after: pauses.into(), ..RetrySettings::default() },
        ..function(directory.path())
    }];
    let stack = Stack::start(directory.path(), functions, vec![]).await;
    stack.with(|ctx| sqs::create_queue(ctx, "failed", &Default::default())).await;
    let failing = r#"{"Records":[{"body":"{\"do\":\"err\"}","attributes":{}}]}"#;
    stack
        .with(|ctx| {
            invoke_async(ctx, &format!("{ARN}:live"), r#"{"Records":[]}"#)?;
            invoke_async(ctx, ARN, failing)
        })
        .await;
    until("the failure is reported", async || stack.left("failed").await == 1).await;
    let report = stack.with(|ctx| sqs::receive(ctx, "failed", 1, None)).await.remove(0);
    let report: Value = serde_json::from_str(&report.body)?;
    assert_eq!(report["requestContext"]["condition"], "RetriesExhausted");
    assert_eq!(report["requestContext"]["approximateInvokeCount"], 3);
    assert_eq!(report["requestPayload"], serde_json::from_str::<Value>(failing)?);
    assert_eq!(report["responsePayload"]["errorMessage"], "told to");
    let sizes: Vec<u64> =
        stack.seen("batch").iter().filter_map(|note| note["size"].as_u64()).collect();
    assert_eq!(sizes.iter().filter(|size| **size == 0).count(), 1);
    assert_eq!(sizes.iter().filter(|size| **size == 1).count(), 3);
    stack.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stack_that_stops_lets_work_end_and_leaves_no_process() -> Test {
    let directory = tempfile::tempdir()?;
    let stack = Stack::plain(directory.path()).await;
    let pids = stack.pids().await;
    stack.send(&[json!({ "do": "sleep", "ms": 500 })]).await;
    until("it has begun", async || stack.seen("begin").len() == 1).await;
    stack.dispatcher.shutdown().await;
    assert_eq!(stack.seen("end").len(), 1);
    assert_eq!(stack.left(crate::stack::QUEUE).await, 0);
    assert!(!pids.is_empty());
    assert!(!pids.into_iter().any(runs));
    let late = stack.dispatcher.invoke(FUNCTION, &Value::Null).await;
    assert_eq!(late, Err(InvokeError::ShuttingDown));
    Ok(())
}
