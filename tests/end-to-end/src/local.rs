//! The local stack as a process: started, killed without warning, started again.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::World;

/// A running local stack and the way back to it after a kill.
pub struct Local {
    args: Vec<String>,
    data: PathBuf,
    /// Removes the data at the end, where they are the stack's own.
    _own: Option<tempfile::TempDir>,
    child: Child,
    world: World,
}

/// How a command ended.
pub struct Ended {
    /// Its exit code.
    pub code: Option<i32>,
    /// What it wrote to standard output.
    pub out: String,
    /// What it wrote to standard error.
    pub err: String,
}

impl Ended {
    /// Runs a command to its end.
    pub async fn of(command: &mut Command) -> Self {
        let output = command.stdin(Stdio::null()).output().await.unwrap();
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Deref for Local {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

impl Local {
    /// A stack whose phones ring for 3 s and whose attempts are 2 and 3 s apart.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// The same with further arguments.
    pub async fn start_with(args: &[&str]) -> Self {
        let own = tempfile::tempdir().unwrap();
        let data = own.path().to_owned();
        Self { _own: Some(own), ..Self::with(args, data).await }
    }

    /// A stack on data that are there.
    pub async fn on(data: PathBuf) -> Self {
        Self::with(&[], data).await
    }

    async fn with(args: &[&str], data: PathBuf) -> Self {
        let mut all: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
        let quick =
            [("--ring-for", "3"), ("--retry-after", "2,3"), ("--port", "0"), ("--aws-port", "0")];
        for (name, value) in quick {
            if !args.contains(&name) {
                all.extend([name.to_owned(), value.to_owned()]);
            }
        }
        let args = all;
        let (child, world) = launch(&args, &data).await;
        Self { args, data, _own: None, child, world }
    }

    /// Kills the stack and all its functions with SIGKILL, and starts it again on the same data.
    pub async fn kill_everything_and_start_again(&mut self) {
        self.kill_everything().await;
        self.start_again().await;
    }

    /// Starts the stack on the data of the one that was killed.
    pub async fn start_again(&mut self) {
        (self.child, self.world) = launch(&self.args, &self.data).await;
    }

    /// Kills the stack and all its functions with SIGKILL.
    pub async fn kill_everything(&mut self) {
        let stack = self.child.id().unwrap();
        for function in children_of(stack) {
            kill_9(function).await;
        }
        self.child.kill().await.unwrap();
    }

    /// Kills the processes of one function.
    pub async fn kill_function(&self, name: &str) {
        let (status, body) = self.post(&format!("/api/functions/{name}/kill"), &json!({})).await;
        assert!(status < 300, "{status} {body}");
    }

    /// Starts another stack on the same data; returns its exit code and what it said.
    pub async fn second_stack(&self) -> (Option<i32>, String) {
        let args: Vec<&str> = self.args.iter().map(String::as_str).collect();
        let ended = self.command(&args).await;
        (ended.code, ended.err)
    }

    /// Runs a command of the product on this stack's data.
    pub async fn command(&self, args: &[&str]) -> Ended {
        Ended::of(Command::new(executable()).args(args).arg("--data-dir").arg(&self.data)).await
    }

    /// The same with a JSON document as its answer.
    pub async fn answer(&self, args: &[&str]) -> Value {
        let ended = self.command(&[args, &["--json"]].concat()).await;
        assert_eq!(ended.code, Some(0), "{}", ended.err);
        serde_json::from_str(&ended.out).unwrap()
    }
}

/// Starts the executable; returns once it answers.
async fn launch(args: &[String], data: &Path) -> (Child, World) {
    let mut child = Command::new(executable())
        .args(args)
        .arg("--data-dir")
        .arg(data)
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let world = loop {
        let line = lines.next_line().await.unwrap().expect("the stack ended before it was ready");
        if let Some(at) = line.find("http://127.0.0.1:") {
            let page = line[at..].split_whitespace().next().unwrap();
            if let Some(world) = World::at(page, data.join("logs")).await {
                break world;
            }
        }
    };
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    (child, world)
}

/// The executable of this build: cargo makes it, from `main.rs`, before any test or benchmark that is in its profile.
pub fn executable() -> PathBuf {
    let this = std::env::current_exe().unwrap();
    let folder = this.parent().unwrap();
    let folder = if folder.ends_with("deps") { folder.parent().unwrap() } else { folder };
    let executable = folder.join("end-to-end");
    assert!(
        executable.exists(),
        "{} is missing: build the package end-to-end",
        executable.display()
    );
    executable
}

/// The processes whose parent is `pid`.
fn children_of(pid: u32) -> Vec<u32> {
    let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).unwrap();
    tasks
        .flatten()
        .flat_map(|task| {
            let children = std::fs::read_to_string(task.path().join("children"));
            children
                .unwrap_or_default()
                .split_whitespace()
                .map(|pid| pid.parse().unwrap())
                .collect::<Vec<u32>>()
        })
        .collect()
}

async fn kill_9(pid: u32) {
    // It may have ended by itself.
    let _ = Command::new("kill").args(["-9", &pid.to_string()]).status().await;
}
