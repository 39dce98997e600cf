//! ministack as a process, on a port of the system's choice.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use end_to_end::http;
use tokio::process::Child;
use tokio::time::{Instant, sleep, timeout};

use crate::door;

/// Where it writes its log, within the directory that it is given.
pub const LOGS: &str = "logs";

/// The region that it plays.
pub const REGION: &str = "us-east-1";

/// The account that everything in it belongs to.
pub const ACCOUNT: &str = "000000000000";

/// It takes the credentials `test` for those of the account's owner.
pub const KEY: &str = "test";

/// How long it may take to start: it is Python, and on a slow disk reads hundreds of files.
const START_MAX: Duration = Duration::from_secs(60);

/// How long it may take to end when it is asked to.
const END_MAX: Duration = Duration::from_secs(10);

/// The running emulator.
pub struct Emulator {
    /// Where it is, for whoever comes over TLS, or so the emulator is told.
    pub endpoint: String,
    /// Where it is itself.
    pub inside: String,
    /// Where programs are looked for: first where the emulator is, since what asks it is installed beside it.
    pub path: String,
    child: Child,
    /// Its process group, as the command `kill` names it.
    group: String,
}

impl Emulator {
    /// Starts it; its files go to `work`. Functions that it runs inherit its environment, and find the carrier there.
    ///
    /// It holds every request to the policies of who asks and of what is asked for (`AUTH`).
    pub async fn start(program: &Path, work: &Path, carrier: &str) -> Self {
        let port = free_port();
        let inside = format!("http://127.0.0.1:{port}");
        let endpoint = door::open(port).await;
        let logs = work.join(LOGS);
        fs::create_dir_all(&logs).unwrap();
        let log = File::create(logs.join("ministack.log")).unwrap();
        let child = tokio::process::Command::new(program)
            .envs([
                ("BIND_HOST", "127.0.0.1"),
                // Queue URLs name this host.
                ("MINISTACK_HOST", "127.0.0.1"),
                ("GATEWAY_PORT", &port.to_string()),
                ("AUTH", "true"),
                ("AWS_ENDPOINT_URL", &endpoint),
                ("AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2", carrier),
                ("MINISTACK_REGION", REGION),
                ("SFTP_ENABLED", "0"),
            ])
            .env("TMPDIR", work)
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            // With the functions that it starts, so that they end together.
            .process_group(0)
            .spawn()
            .expect("ministack can be started");
        let group = format!("-{}", child.id().expect("it has just been started"));
        let path = path_with(program.parent().expect("a program is in a directory"));
        let emulator = Self { endpoint, inside, path, child, group };
        let started = Instant::now();
        while http::get(&emulator.inside, "/_ministack/health").await.map(|(status, _)| status).ok()
            != Some(200)
        {
            assert!(started.elapsed() < START_MAX, "ministack does not start: see its log");
            sleep(Duration::from_millis(100)).await;
        }
        emulator
    }

    /// Ends it and the functions that it runs, giving it time to end by itself.
    pub async fn end(mut self) {
        signal("-TERM", &self.group);
        // Whatever comes of it, what is left is killed when this is dropped.
        let _ended = timeout(END_MAX, self.child.wait()).await;
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        signal("-KILL", &self.group);
    }
}

/// Where programs are looked for: first in `directory`.
#[expect(clippy::disallowed_methods, reason = "what a command of the product inherits")]
fn path_with(directory: &Path) -> String {
    format!("{}:{}", directory.display(), std::env::var("PATH").unwrap_or_default())
}

/// Signals a group of processes, if there is one.
fn signal(which: &str, group: &str) {
    let kill = Command::new("kill").args([which, "--", group]).stderr(Stdio::null()).status();
    kill.expect("the command kill");
}

/// A port that was free a moment ago: ministack cannot be told to choose one itself.
fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}
