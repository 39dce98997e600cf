//! What is broken on purpose stays broken as long as it should, and no longer.

use aws_local::Now;
use aws_local::faults::Fault;
use chrono::{TimeDelta, Utc};
use serde_json::json;

use crate::stack::{FUNCTION, QUEUE, Stack, until};

type Test = Result<(), Box<dyn std::error::Error>>;

/// Switches a fault on for so long; returns its end.
fn broken(stack: &Stack, fault: Fault, ms: i64) -> Now {
    #[expect(clippy::disallowed_methods, reason = "faults end by the machine's own clock")]
    let now = Utc::now();
    let end = now + TimeDelta::milliseconds(ms);
    stack.handle.faults().set(fault, now, end);
    stack.handle.wake();
    end
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_function_that_is_kept_down_leaves_its_queue_alone_and_comes_back_by_itself() -> Test {
    let directory = tempfile::tempdir()?;
    let stack = Stack::plain(directory.path()).await;
    stack.pids().await;
    let end = broken(&stack, Fault::FunctionDown(FUNCTION.into()), 1_500);
    assert_eq!(stack.dispatcher.kill(FUNCTION).await?, 1);
    stack.send(&[json!({})]).await;
    stack.drained().await;
    let hops = stack.dispatcher.hops(|_| true);
    assert!(hops[0].started_at >= end, "it was started while it was kept down");
    assert_eq!((hops.len(), hops[0].delivery), (1, 1), "nobody took the message meanwhile");
    stack.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_function_is_let_run_again_before_the_time_is_over() -> Test {
    let directory = tempfile::tempdir()?;
    let stack = Stack::plain(directory.path()).await;
    stack.pids().await;
    let fault = Fault::FunctionDown(FUNCTION.into());
    let end = broken(&stack, fault.clone(), 600_000);
    stack.dispatcher.kill(FUNCTION).await?;
    stack.send(&[json!({})]).await;
    assert!(stack.dispatcher.functions()[0].pids.is_empty());
    stack.handle.faults().end(&fault, end - TimeDelta::seconds(600));
    stack.handle.wake();
    stack.drained().await;
    assert_eq!(stack.dispatcher.functions()[0].deaths, 0, "a death that was ordered is none");
    stack.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_in_a_queue_that_is_cut_off_waits() -> Test {
    let directory = tempfile::tempdir()?;
    let stack = Stack::plain(directory.path()).await;
    stack.pids().await;
    let end = broken(&stack, Fault::QueueCut(QUEUE.into()), 1_000);
    stack.send(&[json!({})]).await;
    stack.drained().await;
    assert!(stack.dispatcher.hops(|_| true)[0].started_at >= end);
    stack.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_failed_is_known_to_have_and_to_be_done_at_its_next_delivery() -> Test {
    let directory = tempfile::tempdir()?;
    let stack = Stack::plain(directory.path()).await;
    stack.send(&[json!({ "do": "exit", "at_most": 1 })]).await;
    stack.drained().await;
    until("both are written down", async || {
        let hops = stack.dispatcher.hops(|hop| hop.queue == QUEUE);
        hops.len() == 2 && hops.iter().all(|hop| hop.ended_at.is_some())
    })
    .await;
    let hops = stack.dispatcher.hops(|_| true);
    assert!(hops[0].failed.as_deref().unwrap().contains("in the middle"), "{hops:?}");
    assert_eq!((hops[1].failed.as_deref(), hops[1].delivery), (None, 2));
    assert_eq!(hops[0].message_id, hops[1].message_id);
    stack.stop().await;
    Ok(())
}
