//! A stack with functions, and verbs for tests to use it.

use std::collections::BTreeMap;
use std::fs;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::time::Duration;

use aws_local::lambda::{Dispatcher, FunctionSettings, MappingSettings};
use aws_local::server::{self, Handle};
use aws_local::sqs::{self, Outgoing};
use aws_local::wire::AwsError;
use aws_local::{Aws, Ctx, Data, Settings};
use serde_json::Value;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::function::SEEN;

/// How long a test waits for something that must happen. Long, because machines are busy; nothing
/// that works takes this long.
const PATIENCE: Duration = Duration::from_secs(60);

/// The queue of most tests, and the function that it feeds.
pub const QUEUE: &str = "work";
pub const FUNCTION: &str = "worker";

/// A stack, listening on loopback, with its functions.
pub struct Stack {
    pub handle: Handle,
    pub dispatcher: Dispatcher,
    directory: PathBuf,
    server: JoinHandle<()>,
}

/// The test's function, keeping its notes and its log in this directory.
pub fn function(directory: &Path) -> FunctionSettings {
    let seen = directory.join("seen").display().to_string();
    FunctionSettings {
        args: ["function::function", "--exact", "--nocapture"].map(Into::into).into(),
        env: BTreeMap::from([(SEEN.into(), seen)]),
        timeout: Duration::from_secs(20),
        concurrency: 4,
        ..FunctionSettings::new(FUNCTION, std::env::current_exe().unwrap())
    }
}

/// From the test's queue to the test's function, with reports of failures.
pub fn mapping() -> MappingSettings {
    MappingSettings { report_failures: true, ..MappingSettings::new(QUEUE, FUNCTION) }
}

impl Stack {
    /// A stack in memory. What its functions note and print goes to `directory`. Messages are
    /// invisible for one second.
    pub async fn start(
        directory: &Path,
        functions: Vec<FunctionSettings>,
        mappings: Vec<MappingSettings>,
    ) -> Self {
        Self::start_on(&Data::Memory, directory, functions, mappings).await
    }

    /// As [`Self::start`], with its state in `data`.
    pub async fn start_on(
        data: &Data,
        directory: &Path,
        functions: Vec<FunctionSettings>,
        mappings: Vec<MappingSettings>,
    ) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let settings = Settings { endpoint, ..Settings::default() };
        let handle = Handle::new(Aws::open(data, settings, None).unwrap());
        let visibility = BTreeMap::from([("VisibilityTimeout".into(), "1".into())]);
        let create = |ctx: &Ctx| sqs::create_queue(ctx, QUEUE, &visibility);
        handle.with(create).await.unwrap();
        let logs = Some(directory.join("logs"));
        let dispatcher =
            Dispatcher::start(handle.clone(), functions, mappings, logs).await.unwrap();
        let serve = server::serve(listener, handle.clone(), dispatcher.router());
        let server = tokio::spawn(async { serve.await.unwrap() });
        Self { handle, dispatcher, directory: directory.into(), server }
    }

    /// The test's function and the test's mapping.
    pub async fn plain(directory: &Path) -> Self {
        Self::start(directory, vec![function(directory)], vec![mapping()]).await
    }

    pub async fn with<T>(&self, f: impl FnOnce(&Ctx) -> Result<T, AwsError>) -> T {
        self.handle.with(f).await.unwrap()
    }

    /// Puts orders into the test's queue, all at once.
    pub async fn send(&self, orders: &[Value]) {
        self.with(|ctx| {
            for order in orders {
                sqs::send(ctx, QUEUE, outgoing(order.to_string()))?;
            }
            Ok(())
        })
        .await;
    }

    /// How many messages a queue has: visible, in flight and delayed.
    pub async fn left(&self, queue: &str) -> usize {
        let attributes = self.with(|ctx| sqs::get_attributes(ctx, queue)).await;
        let number = |name: &str| attributes[name].parse::<usize>().unwrap();
        number("ApproximateNumberOfMessages")
            + number("ApproximateNumberOfMessagesNotVisible")
            + number("ApproximateNumberOfMessagesDelayed")
    }

    /// What functions saw of this kind, or of all, oldest first.
    pub fn seen(&self, what: &str) -> Vec<Value> {
        seen(&self.directory, what)
    }

    /// Waits until the test's queue is empty.
    pub async fn drained(&self) {
        until("the queue is empty", async || self.left(QUEUE).await == 0).await;
    }

    /// Waits until the function's processes are up; returns their ids.
    pub async fn pids(&self) -> Vec<u32> {
        let response = self.dispatcher.invoke(FUNCTION, &Value::Null).await.unwrap();
        assert!(response["pid"].is_u64());
        self.dispatcher.functions()[0].pids.clone()
    }

    /// The function's log.
    pub fn log(&self) -> String {
        fs::read_to_string(self.directory.join("logs/worker.log")).unwrap_or_default()
    }

    pub async fn stop(self) {
        self.dispatcher.shutdown().await;
        self.handle.stop();
        self.server.await.unwrap();
    }
}

pub fn outgoing(body: String) -> Outgoing {
    let (attributes, system) = (BTreeMap::new(), BTreeMap::new());
    Outgoing { body, attributes, system, delay_s: None }
}

/// What functions with their notes in this directory saw of this kind, oldest first.
pub fn seen(directory: &Path, what: &str) -> Vec<Value> {
    let text = fs::read_to_string(directory.join("seen")).unwrap_or_default();
    let notes = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    notes.filter(|note| what.is_empty() || note["what"] == what).collect()
}

/// Waits until something is so.
pub async fn until<F: Future<Output = bool>>(what: &str, is_so: impl Fn() -> F) {
    let start = Instant::now();
    while !is_so().await {
        assert!(start.elapsed() < PATIENCE, "in vain: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Whether a process runs. One that is dead and that nobody has asked about does not.
pub fn runs(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let state = stat.rsplit(')').next().and_then(|rest| rest.trim().chars().next());
    !matches!(state, None | Some('Z' | 'X'))
}

/// `kill -9`.
pub fn kill(pid: u32) {
    let status = std::process::Command::new("kill").args(["-9", &pid.to_string()]).status();
    assert!(status.unwrap().success());
}
