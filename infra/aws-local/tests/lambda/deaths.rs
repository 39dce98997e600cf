//! Processes that die, are killed, do not start, or outlive their stack.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use aws_local::Data;
use aws_local::lambda::{FunctionSettings, InvokeError, MappingSettings, invoke_async};
use aws_local::sqs;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::function::{BROKEN, NO_LIFELINE};
use crate::stack::{FUNCTION, QUEUE, Stack, function, kill, mapping, runs, seen, until};

type Test = Result<(), Box<dyn std::error::Error>>;

/// Names the directory of a stack that a test starts as a process, to kill it.
const STACK: &str = "TEST_STACK";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_exits_in_the_middle_brings_its_batch_back() -> Test {
    let directory = tempfile::tempdir()?;
    let stack = Stack::plain(directory.path()).await;
    let before = stack.pids().await;
    stack.send(&[json!({}), json!({ "do": "exit", "at_most": 1 }), json!({})]).await;
    stack.drained().await;
    let batches = stack.seen("batch");
    let sizes: Vec<&Value> = batches.iter().map(|note| &note["size"]).collect();
    assert_eq!(sizes, [3, 3]);
    assert_ne!(batches[0]["pid"], batches[1]["pid"]);
    assert_ne!(stack.pids().await, before);
    assert_eq!(stack.dispatcher.functions()[0].deaths, 1);
    stack.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_past_its_deadline_is_killed_and_its_message_comes_back() -> Test {
    let directory = tempfile::tempdir()?;
    let timeout = Duration::from_millis(400);
    let functions = vec![FunctionSettings { timeout, ..function(directory.path()) }];
    let stack = Stack::start(directory.path(), functions, vec![mapping()]).await;
    stack.pids().await;
    stack.send(&[json!({ "do": "sleep", "ms": 60_000, "at_most": 1 })]).await;
    stack.drained().await;
    let begins = stack.seen("begin");
    assert_eq!(begins.len(), 2);
    let hung = u32::try_from(begins[0]["pid"].as_u64().unwrap())?;
    until("the process that hung is gone", async || !runs(hung)).await;
    // That was ordered, and is no fault of the program.
    assert_eq!(stack.dispatcher.functions()[0].deaths, 0);
    let start = Instant::now();
    let endless = json!({ "do": "sleep", "ms": 60_000 });
    let outcome = stack.dispatcher.invoke(FUNCTION, &endless).await;
    assert_eq!(outcome, Err(InvokeError::TimedOut { function: FUNCTION.into(), timeout }));
    assert!(start.elapsed() < Duration::from_secs(5));
    stack.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_killed_from_outside_comes_back() -> Test {
    let directory = tempfile::tempdir()?;
    let stack = Stack::plain(directory.path()).await;
    let mut deaths = 0;
    for round in 1..=3 {
        let pids = stack.pids().await;
        pids.iter().copied().for_each(kill);
        // There are two if work came while the one was starting.
        deaths += u64::try_from(pids.len())?;
        until("all are missed", async || stack.dispatcher.functions()[0].deaths == deaths).await;
        stack.send(&[json!({ "round": round })]).await;
        stack.drained().await;
        assert!(!stack.pids().await.iter().any(|pid| pids.contains(pid)));
    }
    assert_eq!(stack.seen("end").len(), 3);
    stack.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_killed_by_a_switch_in_the_middle_brings_its_message_back() -> Test {
    let directory = tempfile::tempdir()?;
    let stack = Stack::plain(directory.path()).await;
    stack.send(&[json!({ "do": "sleep", "ms": 60_000, "at_most": 1 })]).await;
    until("it has begun", async || stack.seen("begin").len() == 1).await;
    assert_eq!(stack.dispatcher.kill(FUNCTION).await, Ok(1));
    let killed = u32::try_from(stack.seen("begin")[0]["pid"].as_u64().unwrap())?;
    assert!(!runs(killed));
    stack.drained().await;
    assert_eq!(stack.seen("end").len(), 1);
    stack.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_function_that_does_not_start_gets_no_messages_and_says_why() -> Test {
    let directory = tempfile::tempdir()?;
    let mut broken = function(directory.path());
    broken.env.insert(BROKEN.into(), "1".into());
    let stack = Stack::start(directory.path(), vec![broken], vec![mapping()]).await;
    stack.send(&[json!({})]).await;
    match stack.dispatcher.invoke(FUNCTION, &Value::Null).await {
        Err(InvokeError::NotStarted { why, .. }) => {
            let expected = "it exited with status 3, and last said `no such table: reminders`";
            assert_eq!(why, expected);
        }
        other => panic!("{other:?}"),
    }
    until("it was tried again and again", async || stack.dispatcher.functions()[0].deaths >= 3)
        .await;
    assert!(stack.log().contains("no such table: reminders"));
    // Nobody took it: this is the first time that anybody receives it.
    let message = stack.with(|ctx| sqs::receive(ctx, QUEUE, 1, None)).await.remove(0);
    assert_eq!(message.system["ApproximateReceiveCount"], "1");
    stack.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_that_appears_later_is_started_then() -> Test {
    let directory = tempfile::tempdir()?;
    let program = directory.path().join("bootstrap");
    let absent = FunctionSettings { program: program.clone(), ..function(directory.path()) };
    let stack = Stack::start(directory.path(), vec![absent], vec![mapping()]).await;
    stack.send(&[json!({})]).await;
    match stack.dispatcher.invoke(FUNCTION, &Value::Null).await {
        Err(InvokeError::NotStarted { why, .. }) => {
            assert!(why.contains("could not be run"), "{why}");
        }
        other => panic!("{other:?}"),
    }
    std::os::unix::fs::symlink(std::env::current_exe()?, program)?;
    stack.drained().await;
    stack.stop().await;
    Ok(())
}

/// Not a test: a stack, when the executable is started as one, to be killed.
#[test]
fn stack_to_be_killed() {
    let Some(directory) = std::env::var_os(STACK) else { return };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let stack = start_on_disk(Path::new(&directory)).await;
        stack.pids().await;
        stack.dispatcher.invoke("patient", &Value::Null).await.unwrap();
        let sleeps = r#"{"Records":[{"body":"{\"do\":\"sleep\",\"ms\":60000}","attributes":{}}]}"#;
        let arn = "arn:aws:lambda:us-east-1:000000000000:function:worker";
        stack.with(|ctx| invoke_async(ctx, arn, sleeps)).await;
        std::future::pending::<()>().await;
    });
}

/// A stack with a function that watches whether it is there, and one that does not.
async fn start_on_disk(directory: &Path) -> Stack {
    let watching = function(directory);
    let mut patient = FunctionSettings { name: "patient".into(), ..function(directory) };
    patient.env.insert(NO_LIFELINE.into(), "1".into());
    let mappings = vec![MappingSettings { batch_size: 1, ..mapping() }];
    let data = Data::Directory(directory.join("data"));
    Stack::start_on(&data, directory, vec![watching, patient], mappings).await
}

/// Two ways to end: the one that works watches its lifeline, the idle one loses its long poll.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_do_not_outlive_a_stack_that_is_killed_and_its_invocations_do() -> Test {
    let directory = tempfile::tempdir()?;
    let path = directory.path();
    let mut stack = Command::new(std::env::current_exe()?)
        .args(["deaths::stack_to_be_killed", "--exact", "--nocapture"])
        .env(STACK, path)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    until("it has begun", async || seen(path, "begin").len() == 1).await;
    let working = u32::try_from(seen(path, "begin")[0]["pid"].as_u64().unwrap())?;
    let children = children_of(stack.id());
    assert!(children.contains(&working));
    assert_eq!(children.len(), 2);
    stack.kill()?;
    stack.wait()?;
    let start = Instant::now();
    until("its processes are gone", async || !children.iter().any(|pid| runs(*pid))).await;
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());

    let stack = start_on_disk(path).await;
    until("it has begun again", async || stack.seen("begin").len() == 2).await;
    stack.dispatcher.kill(FUNCTION).await?;
    stack.stop().await;
    Ok(())
}

fn children_of(pid: u32) -> Vec<u32> {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let pids = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(|child: &u32| {
        let stat = std::fs::read_to_string(format!("/proc/{child}/stat")).unwrap_or_default();
        let parent = stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(1));
        parent == Some(&pid.to_string())
    })
    .collect()
}
