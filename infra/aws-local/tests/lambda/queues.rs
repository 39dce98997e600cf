//! From a queue to a function: batches, failures, limits, speed.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use aws_local::lambda::{FunctionSettings, MappingSettings};
use aws_local::sqs::{self, Outgoing};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::stack::{FUNCTION, QUEUE, Stack, function, mapping, outgoing, until};

type Test = Result<(), Box<dyn std::error::Error>>;

/// The most that ran at once, from the order of beginnings and ends in what was seen.
fn at_once(stack: &Stack) -> usize {
    assert_eq!(stack.seen("begin").len(), stack.seen("end").len());
    let (mut now, mut most) = (0_usize, 0);
    for note in stack.seen("") {
        match note["what"].as_str() {
            Some("begin") => now += 1,
            Some("end") => now -= 1,
            _ => {}
        }
        most = most.max(now);
    }
    most
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_is_delivered_once_and_deleted() -> Test {
    let directory = tempfile::tempdir()?;
    let stack = Stack::plain(directory.path()).await;
    let orders: Vec<Value> = (0..10).map(|n| json!({ "n": n })).collect();
    stack.send(&orders).await;
    stack.drained().await;
    assert_eq!(stack.seen("batch").len(), 1);
    assert_eq!(stack.seen("batch")[0]["size"], 10);
    let done: BTreeSet<u64> =
        stack.seen("end").iter().filter_map(|note| note["order"]["n"].as_u64()).collect();
    assert_eq!(done, (0..10).collect());
    stack.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_messages_that_failed_come_back() -> Test {
    let directory = tempfile::tempdir()?;
    let stack = Stack::plain(directory.path()).await;
    stack.pids().await;
    let start = Instant::now();
    stack.send(&[json!({}), json!({ "do": "fail", "at_most": 1 }), json!({})]).await;
    stack.drained().await;
    assert!(start.elapsed() >= Duration::from_millis(900), "it waits for its visibility to end");
    let sizes: Vec<Value> =
        stack.seen("batch").into_iter().map(|mut note| note["size"].take()).collect();
    assert_eq!(sizes, [3, 1]);
    stack.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_error_or_a_panic_brings_the_whole_batch_back_and_leaves_the_process() -> Test {
    for what in ["err", "panic"] {
        let directory = tempfile::tempdir()?;
        let stack = Stack::plain(directory.path()).await;
        let pids = stack.pids().await;
        stack.send(&[json!({}), json!({ "do": what, "at_most": 1 }), json!({})]).await;
        stack.drained().await;
        let sizes: Vec<Value> =
            stack.seen("batch").into_iter().map(|mut note| note["size"].take()).collect();
        assert_eq!(sizes, [3, 3], "{what}");
        let after = stack.pids().await;
        assert!(pids.iter().all(|pid| after.contains(pid)), "{what}");
        assert_eq!(stack.dispatcher.functions()[0].deaths, 0, "{what}");
        stack.stop().await;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_reports_what_the_function_answers_does_not_matter() -> Test {
    let directory = tempfile::tempdir()?;
    let functions = vec![function(directory.path())];
    let mappings = vec![MappingSettings { report_failures: false, ..mapping() }];
    let stack = Stack::start(directory.path(), functions, mappings).await;
    stack.send(&[json!({ "do": "fail" })]).await;
    stack.drained().await;
    assert_eq!(stack.seen("batch").len(), 1);
    stack.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_more_run_at_once_than_the_mapping_allows() -> Test {
    let directory = tempfile::tempdir()?;
    let functions = vec![FunctionSettings { concurrency: 5, ..function(directory.path()) }];
    let mappings = vec![MappingSettings { batch_size: 1, maximum_concurrency: 2, ..mapping() }];
    let stack = Stack::start(directory.path(), functions, mappings).await;
    stack.send(&vec![json!({ "do": "sleep", "ms": 150 }); 12]).await;
    stack.drained().await;
    assert_eq!(at_once(&stack), 2);
    stack.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_more_run_at_once_than_the_function_allows_and_the_rest_stays_visible() -> Test {
    let directory = tempfile::tempdir()?;
    let functions = vec![FunctionSettings { concurrency: 1, ..function(directory.path()) }];
    let mappings = vec![MappingSettings { batch_size: 1, ..mapping() }];
    let stack = Stack::start(directory.path(), functions, mappings).await;
    // Five take longer than the second for which a message is invisible: one that was taken out
    // before its turn would be done twice.
    stack.send(&vec![json!({ "do": "sleep", "ms": 300 }); 5]).await;
    stack.drained().await;
    assert_eq!(at_once(&stack), 1);
    assert_eq!(stack.seen("begin").len(), 5);
    stack.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_that_come_within_the_window_become_one_batch() -> Test {
    let directory = tempfile::tempdir()?;
    let functions = vec![function(directory.path())];
    let window = Duration::from_secs(2);
    let mappings = vec![MappingSettings { window, batch_size: 5, ..mapping() }];
    let stack = Stack::start(directory.path(), functions, mappings).await;
    stack.pids().await;
    for _ in 0..3 {
        stack.send(&[json!({})]).await;
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    stack.drained().await;
    assert_eq!(stack.seen("batch").len(), 1);
    // A full batch waits for nothing.
    let start = Instant::now();
    stack.send(&vec![json!({}); 5]).await;
    stack.drained().await;
    assert!(start.elapsed() < window, "{:?}", start.elapsed());
    stack.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_delayed_message_is_delivered_when_its_delay_is_over() -> Test {
    let directory = tempfile::tempdir()?;
    let stack = Stack::plain(directory.path()).await;
    stack.pids().await;
    let start = Instant::now();
    let message = Outgoing { delay_s: Some(1), ..outgoing("{}".into()) };
    stack.with(|ctx| sqs::send(ctx, QUEUE, message)).await;
    stack.drained().await;
    let took = start.elapsed();
    assert!((1_000..3_000).contains(&took.as_millis()), "{took:?}");
    stack.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_trace_of_a_message_is_the_trace_of_its_invocation() -> Test {
    let directory = tempfile::tempdir()?;
    let stack = Stack::plain(directory.path()).await;
    let trace = "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1";
    let system = BTreeMap::from([("AWSTraceHeader".into(), trace.into())]);
    let message = Outgoing { system, ..outgoing("{}".into()) };
    stack.with(|ctx| sqs::send(ctx, QUEUE, message)).await;
    stack.drained().await;
    assert_eq!(stack.seen("batch")[0]["trace"], trace);
    stack.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_queue_that_appears_later_is_served_then() -> Test {
    let directory = tempfile::tempdir()?;
    let functions = vec![function(directory.path())];
    let mappings = vec![MappingSettings::new("later", FUNCTION), mapping()];
    let stack = Stack::start(directory.path(), functions, mappings).await;
    stack.send(&[json!({})]).await;
    stack.drained().await;
    stack.with(|ctx| sqs::create_queue(ctx, "later", &BTreeMap::new())).await;
    stack.with(|ctx| sqs::send(ctx, "later", outgoing("{}".into()))).await;
    until("the message is done", async || stack.left("later").await == 0).await;
    stack.stop().await;
    Ok(())
}

/// Printed, not asserted: how fast it is depends on the machine.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_hundred_messages_are_drained_each_done_once() -> Test {
    let directory = tempfile::tempdir()?;
    for batch_size in [10, 1] {
        let functions = vec![function(directory.path())];
        let mappings = vec![MappingSettings { batch_size, ..mapping() }];
        let stack = Stack::start(directory.path(), functions, mappings).await;
        stack.pids().await;
        let orders: Vec<Value> = (0..500).map(|n| json!({ "n": n, "of": batch_size })).collect();
        let start = Instant::now();
        stack.send(&orders).await;
        stack.drained().await;
        let took = start.elapsed();
        eprintln!("500 messages in batches of {batch_size}: {took:?}");
        let done = stack.seen("end");
        let done = done.iter().filter(|note| note["order"]["of"] == batch_size);
        assert_eq!(done.count(), 500);
        stack.stop().await;
    }
    Ok(())
}
