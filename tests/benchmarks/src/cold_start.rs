//! Starts each function as Lambda does, up to its first request for an invocation.

use std::io::Read;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The bare function first: the others are measured against it.
const FUNCTIONS: [&str; 11] = [
    "hello",
    "inbound-sms",
    "schedule-reminder",
    "place-callback",
    "record-call",
    "send-sms",
    "record-charge",
    "publish-event",
    "export-billing",
    "reconcile-billing",
    "reconcile",
];

/// Starts that are not counted, first.
const WARM_UP: usize = 2;

/// A full configuration of a function in AWS, over HTTPS.
const ENVIRONMENT: [(&str, &str); 24] = [
    ("AWS_LAMBDA_FUNCTION_NAME", "f"),
    ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
    ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
    ("AWS_LAMBDA_LOG_STREAM_NAME", "s"),
    ("AWS_LAMBDA_LOG_GROUP_NAME", "g"),
    ("AWS_REGION", "us-east-1"),
    ("AWS_ACCESS_KEY_ID", "x"),
    ("AWS_SECRET_ACCESS_KEY", "y"),
    ("REMINDERS_TABLE", "reminders"),
    ("BILLING_TABLE", "billing"),
    ("EXPORTS_BUCKET", "exports"),
    ("EXPORT_BILLING_QUEUE_URL", "https://sqs.us-east-1.amazonaws.com/000000000000/export-billing"),
    (
        "RECONCILE_BILLING_QUEUE_URL",
        "https://sqs.us-east-1.amazonaws.com/000000000000/reconcile-billing",
    ),
    ("OUTBOUND_SMS_QUEUE_URL", "https://sqs.us-east-1.amazonaws.com/000000000000/outbound-sms"),
    ("CHARGES_QUEUE_URL", "https://sqs.us-east-1.amazonaws.com/000000000000/charges"),
    (
        "SCHEDULE_REMINDER_QUEUE_URL",
        "https://sqs.us-east-1.amazonaws.com/000000000000/schedule-reminder",
    ),
    ("DUE_CALLBACKS_QUEUE_URL", "https://sqs.us-east-1.amazonaws.com/000000000000/due-callbacks"),
    ("CALL_EVENTS_QUEUE_URL", "https://sqs.us-east-1.amazonaws.com/000000000000/call-events"),
    ("DUE_CALLBACKS_QUEUE_ARN", "arn:aws:sqs:us-east-1:000000000000:due-callbacks"),
    ("SCHEDULE_GROUP", "reminders"),
    ("SCHEDULER_ROLE_ARN", "arn:aws:iam::000000000000:role/scheduler"),
    ("SCHEDULES_DEAD_LETTERS_ARN", "arn:aws:sqs:us-east-1:000000000000:schedules-dead-letters"),
    ("SERVICE_NUMBER", "+12065550100"),
    ("CONFIGURATION_SET", "ringback"),
];

#[derive(Default)]
struct Samples {
    init_ms: Vec<f64>,
    resident_mb: Vec<f64>,
}

/// Builds the functions, starts them in turns and prints medians and ratios.
pub fn run(runs: usize) {
    let folder = std::env::current_exe().unwrap().parent().unwrap().to_owned();
    build(folder.ends_with("release"));
    let mut samples: Vec<Samples> = FUNCTIONS.iter().map(|_| Samples::default()).collect();
    for round in 0..runs + WARM_UP {
        for (function, samples) in FUNCTIONS.iter().zip(&mut samples) {
            let (init_ms, resident_mb) = start(&folder.join(function));
            if round >= WARM_UP {
                samples.init_ms.push(init_ms);
                samples.resident_mb.push(resident_mb);
            }
        }
    }
    println!("medians of {runs} starts, in turns\n");
    println!(
        "{:20} {:>8} {:>6} {:>12} {:>8}",
        "function", "init ms", "x", "resident MB", "size MB"
    );
    let bare = median(&mut samples[0].init_ms);
    for (function, samples) in FUNCTIONS.iter().zip(&mut samples) {
        let init = median(&mut samples.init_ms);
        let size = std::fs::metadata(folder.join(function)).unwrap().len();
        println!(
            "{function:20} {init:8.2} {:6.2} {:12.1} {:8.2}",
            init / bare,
            median(&mut samples.resident_mb),
            size as f64 / 1e6
        );
    }
}

fn build(release: bool) {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "-p", "benchmarks", "--bin", "hello"]);
    for function in &FUNCTIONS[1..] {
        cargo.args(["-p", function, "--bin", function]);
    }
    if release {
        cargo.arg("--release");
    }
    assert!(cargo.status().unwrap().success());
}

/// Milliseconds from exec to the first request, and the most memory resident until then.
fn start(binary: &Path) -> (f64, f64) {
    let runtime_api = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = runtime_api.local_addr().unwrap().to_string();
    let started = Instant::now();
    let mut process = Command::new(binary)
        .envs(ENVIRONMENT)
        .env("AWS_LAMBDA_RUNTIME_API", address)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let (mut request, _) = runtime_api.accept().unwrap();
    request.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut first = [0_u8; 1];
    request.read_exact(&mut first).unwrap();
    let init_ms = started.elapsed().as_secs_f64() * 1e3;
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.id())).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let kilobytes: f64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
    process.kill().unwrap();
    process.wait().unwrap();
    (init_ms, kilobytes / 1024.0)
}

fn median(samples: &mut [f64]) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples[samples.len() / 2]
}
