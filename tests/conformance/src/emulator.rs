//! ministack as a process, on a port of the system's choice.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::time::Duration;

use end_to_end::http;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep, timeout};

/// Where it writes its log, within the directory that it is given.
pub const LOGS: &str = "logs";

/// The region that it plays.
pub const REGION: &str = "us-east-1";

/// It takes the credentials `test` for those of the account's owner.
pub const KEY: &str = "test";

/// How long it may take to start: it is Python, and on a slow disk reads hundreds of files.
const START_MAX: Duration = Duration::from_secs(60);

/// How long it may take to end when it is asked to.
const END_MAX: Duration = Duration::from_secs(10);

/// The running emulator.
pub struct Emulator {
    /// Where it is.
    pub endpoint: String,
    child: Child,
}

impl Emulator {
    /// Starts it; its files go to `work`. Functions that it runs inherit its environment, and find the carrier there.
    pub async fn start(program: &Path, work: &Path, carrier: &str) -> Self {
        let port = free_port();
        let endpoint = format!("http://127.0.0.1:{port}");
        let logs = work.join(LOGS);
        fs::create_dir_all(&logs).unwrap();
        let log = File::create(logs.join("ministack.log")).unwrap();
        let child = Command::new(program)
            .envs([
                ("BIND_HOST", "127.0.0.1"),
                // Queue URLs name this host.
                ("MINISTACK_HOST", "127.0.0.1"),
                ("GATEWAY_PORT", &port.to_string()),
                ("AWS_ENDPOINT_URL", &endpoint),
                ("AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2", carrier),
                ("MINISTACK_REGION", REGION),
                ("SFTP_ENABLED", "0"),
            ])
            .env("TMPDIR", work)
            .stdin(std::process::Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            // With the functions that it starts, so that they end together.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .expect("ministack can be started");
        let started = Instant::now();
        while http::get(&endpoint, "/_ministack/health").await.map(|(status, _)| status).ok()
            != Some(200)
        {
            assert!(started.elapsed() < START_MAX, "ministack does not start: see its log");
            sleep(Duration::from_millis(100)).await;
        }
        Self { endpoint, child }
    }

    /// Ends it and the functions that it runs.
    pub async fn end(mut self) {
        let group = format!("-{}", self.child.id().expect("it runs"));
        signal("-TERM", &group).await;
        if timeout(END_MAX, self.child.wait()).await.is_err() {
            self.child.kill().await.unwrap();
        }
        // A function that would not end by itself; the group is gone if there is none.
        signal("-KILL", &group).await;
    }
}

/// Signals a group of processes.
async fn signal(which: &str, group: &str) {
    let kill = Command::new("kill")
        .args([which, "--", group])
        .stderr(std::process::Stdio::null())
        .status();
    kill.await.expect("the command kill");
}

/// A port that was free a moment ago: ministack cannot be told to choose one itself.
fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}
