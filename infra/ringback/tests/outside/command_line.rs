//! The command line as a process: what a person sees, and with which exit code it ends.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use crate::deployment::{Deployment, STACK, answer};

fn ringback(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ringback"));
    command.args(args).env_remove("RUST_LOG").env("RUST_BACKTRACE", "1").stdin(Stdio::null());
    command
}

fn run(args: &[&str]) -> Output {
    ringback(args).output().expect("it starts")
}

/// One sentence on standard error, nothing on standard output, exit code 2.
fn refusal(output: &Output) -> String {
    let said = String::from_utf8(output.stderr.clone()).expect("UTF-8");
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert_eq!(said.trim_end().lines().count(), 1, "{said}");
    assert!(output.stdout.is_empty());
    said
}

fn local(data_dir: &Path) -> Vec<String> {
    let data_dir = data_dir.to_str().expect("UTF-8");
    ["local", "--port", "0", "--aws-port", "0", "--data-dir", data_dir].map(Into::into).into()
}

fn refused_stack(data_dir: &Path, more: &[&str]) -> String {
    let args = local(data_dir);
    let mut args: Vec<&str> = args.iter().map(String::as_str).collect();
    args.extend(more);
    refusal(&run(&args))
}

/// A stack with all its functions; it is killed with -9 at the end, as any stack may be at any time.
struct Stack {
    process: Child,
    page: SocketAddr,
}

impl Stack {
    /// Returns when the stack says that it is ready.
    fn start(data_dir: &Path) -> Self {
        let args = local(data_dir);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let process = ringback(&args).stdout(Stdio::piped()).spawn();
        let mut process = process.expect("it starts");
        let said = BufReader::new(process.stdout.take().expect("piped")).lines();
        let mut said = said.map(|line| line.expect("UTF-8"));
        let page = said.find_map(|line| Some(line.split_once("http://")?.1.to_owned()));
        let page = page.expect("an address").parse().expect("an address");
        Self { process, page }
    }

    /// Asks once, and returns the body.
    fn ask(&self, method: &str, path: &str, body: &str) -> Value {
        let mut stream = TcpStream::connect(self.page).expect("it listens");
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
            self.page,
            body.len()
        );
        stream.write_all((head + body).as_bytes()).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("answered");
        let (_, body) = answer.split_once("\r\n\r\n").expect("HTTP");
        serde_json::from_str(body).expect("JSON")
    }

    fn messages(&self, phone: &str) -> Vec<Value> {
        let seen = self.ask("GET", &format!("/api/phones/{phone}"), "");
        seen["messages"].as_array().expect("messages").clone()
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        self.process.kill().expect("killed");
        self.process.wait().expect("gone");
    }
}

#[test]
fn what_was_charged_is_told_given_back_and_kept_when_its_person_is_forgotten() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path();
    let (phone, until) = ("+12065550123", Instant::now() + Duration::from_secs(60));
    let stack = Stack::start(path);
    stack.ask("POST", &format!("/api/phones/{phone}/sms"), r#"{"text":"LIST"}"#);
    let charge = loop {
        let seen = stack.ask("GET", &format!("/api/phones/{phone}"), "");
        match seen["charges"].as_array().and_then(|charges| charges.first()) {
            Some(charge) => break charge.clone(),
            None => assert!(Instant::now() < until, "no charge; see the logs of the functions"),
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    let data_dir = path.to_str().expect("UTF-8");
    let id = charge["charge_id"].as_str().expect("an id");
    let month = &charge["at"].as_str().expect("an instant")[..7];
    let said = |args: &[&str]| {
        let output = run(&[args, &["--data-dir", data_dir]].concat());
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{args:?}: {errors}");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let credit = ["credit", id, "--amount", "0.01", "--by", "ada", "--reason", "a test"];
    assert!(said(&credit).starts_with(&format!("credit#{id}#1: $0.01 of {id} is credited")));
    assert!(said(&credit).contains("credited before"));
    let too_much = ["credit", id, "--amount", "1", "--by", "ada", "--reason", "more"];
    let refused = refusal(&run(&[&too_much[..], &["--data-dir", data_dir]].concat()));
    assert!(refused.contains("only $0.01 is left"), "{refused}");
    // With the stack, and without it.
    let reconcile = ["reconcile-billing", "--period", month];
    let matches = said(&reconcile);
    assert!(matches.contains(": 2 entries, 1 user looked at\n"), "{matches}");
    assert!(matches.ends_with("\neverything matches\n"), "{matches}");
    let statement = ["statement", phone, "--period", month];
    let told = said(&statement);
    assert!(told.contains("credit -$0.01. Total $0.01."), "{told}");
    drop(stack);
    assert_eq!(said(&statement), told);
    assert_eq!(said(&reconcile), matches);
    does_not_match_in_aws(path, id, month);
    let page = said(&[&statement[..], &["--html"]].concat());
    assert!(page.starts_with("<!doctype html>") && page.contains("-$0.01"), "{page}");
    let forgotten = said(&["forget-user", phone]);
    assert!(forgotten.contains("taken out of 2 entries"), "{forgotten}");
    assert_eq!(said(&["forget-user", phone]), format!("nothing is known of {phone}\n"));
    assert_eq!(said(&["trace", phone]), format!("nothing is known of {phone}\n"));
    let refused = refusal(&run(&[&statement[..], &["--data-dir", data_dir]].concat()));
    assert!(refused.contains("nothing is known"), "{refused}");
    let user = forgotten.split("those of ").nth(1).and_then(|it| it.split('.').next());
    let kept = said(&["statement", user.expect("the user's id"), "--period", month]);
    assert!(kept.contains("Total $0.01.") && !kept.contains(phone), "{kept}");
}

/// The same data under the name of a deployed stack, whose ledger loses an entry and finds it again.
fn does_not_match_in_aws(path: &Path, charge: &str, month: &str) {
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    runtime.block_on(async {
        let data = aws_local::Data::Directory(path.to_owned());
        let bell = Deployment::on(&data, |_| ()).await;
        let all = bell.dynamodb("Scan", &json!({ "TableName": "billing" })).await;
        let rows = all["Items"].as_array().expect("rows");
        let entry = rows.iter().find(|row| row["charge_id"]["S"] == charge).expect("the entry");
        let key = json!({ "pk": entry["pk"], "sk": entry["sk"] });
        bell.dynamodb("DeleteItem", &json!({ "TableName": "billing", "Key": key })).await;
        let line = ["reconcile-billing", "--period", month, "--stack", STACK, "--json"];
        let (code, said) = answer(&bell.run(&line).await);
        assert_eq!(code, Some(1), "{said}");
        let findings = said["findings"].as_array().expect("findings");
        let about = |kind: &str| findings.iter().find(|it| it["kind"] == kind).expect(kind);
        assert_eq!(about("entry_missing")["ids"], json!([charge]), "{said}");
        about("credit_without_charge");
        bell.dynamodb("PutItem", &json!({ "TableName": "billing", "Item": entry })).await;
        let (code, said) = answer(&bell.run(&line).await);
        assert_eq!((code, &said["findings"]), (Some(0), &json!([])), "{said}");
    });
}

#[test]
fn a_text_is_answered_and_a_stack_killed_with_9_finds_all_of_it_again() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path();
    let (phone, until) = ("+12065550123", Instant::now() + Duration::from_secs(60));
    let stack = Stack::start(path);
    stack.ask("POST", &format!("/api/phones/{phone}/sms"), r#"{"text":"HELP"}"#);
    let story = format!("/api/phones/{phone}/story");
    // Once the reply is known to be sent nothing is owed any more, and nothing moves.
    let sent = || stack.ask("GET", &story, "").to_string().contains(r#""what":"sent""#);
    while !sent() {
        assert!(Instant::now() < until, "no reply; see the logs of the functions");
        std::thread::sleep(Duration::from_millis(50));
    }
    let thread = stack.messages(phone);
    assert_eq!(thread.len(), 2);
    let data_dir = path.to_str().expect("UTF-8");
    let trace = || -> Value {
        let output = run(&["trace", phone, "--data-dir", data_dir, "--json"]);
        serde_json::from_slice(&output.stdout).expect("JSON")
    };
    let told = trace();
    assert_eq!(told, stack.ask("GET", &story, ""));
    drop(stack);
    // Now there is no stack to ask, and then there is another one.
    assert_eq!(trace(), told);
    assert_eq!(traced_in_aws(path, phone), told);
    let stack = Stack::start(path);
    assert_eq!(stack.messages(phone), thread);
    assert_eq!(stack.ask("GET", &story, ""), told);
    let said = refused_stack(path, &[]);
    assert!(said.contains(&format!("(process {})", stack.process.id())), "{said}");
}

/// The same data under the name of a deployed stack.
fn traced_in_aws(path: &Path, phone: &str) -> Value {
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    runtime.block_on(async {
        let data = aws_local::Data::Directory(path.to_owned());
        let bell = Deployment::on(&data, |_| ()).await;
        answer(&bell.run(&["trace", phone, "--stack", STACK, "--json"]).await).1
    })
}

#[test]
fn a_drill_in_aws_counts_compares_and_leaves_no_copy_behind() {
    let directory = tempfile::tempdir().expect("a directory");
    let (phone, until) = ("+12065550123", Instant::now() + Duration::from_secs(60));
    let stack = Stack::start(directory.path());
    let sent = stack.ask(
        "POST",
        &format!("/api/phones/{phone}/sms"),
        r#"{"text":"Remind in 3 hours about tea"}"#,
    );
    let id = sent["message_id"].as_str().expect("an id").to_owned();
    let story = || stack.ask("GET", &format!("/api/phones/{phone}/story"), "").to_string();
    while ["sent", "charged"].iter().any(|what| !story().contains(&format!(r#""what":"{what}""#))) {
        assert!(Instant::now() < until, "no reply and charge; see the logs of the functions");
        std::thread::sleep(Duration::from_millis(50));
    }
    drop(stack);
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    runtime.block_on(async {
        let data = aws_local::Data::Directory(directory.path().to_owned());
        let bell = Deployment::on(&data, |_| ()).await;
        let drill = ["restore-drill", "--stack", STACK, "--json"];
        let (code, found) = answer(&bell.run(&drill).await);
        assert_eq!((code, &found["told"], &found["scheduled"]), (Some(0), &json!(0), &json!(1)));
        assert_eq!(found["lost"], json!([]));
        // The text, its reply and its charge came after the moment that is restored; nothing rang.
        bell.restores_without(&id);
        let (_, found) = answer(&bell.run(&drill).await);
        let kinds: Vec<_> =
            found["lost"].as_array().expect("a list").iter().map(|lost| &lost["kind"]).collect();
        assert_eq!(kinds, ["charge", "text"], "{found}");
        assert!(!found.to_string().contains("2065550123") && !found.to_string().contains("tea"));
        bell.deny("DynamoDB_20120810.RestoreTableToPointInTime");
        let output = bell.run(&drill).await;
        let said = String::from_utf8(output.stderr).expect("UTF-8");
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(
            said.contains("you lack the permission dynamodb:RestoreTableToPointInTime"),
            "{said}"
        );
        let left = bell.dynamodb("ListTables", &json!({})).await;
        assert_eq!(left["TableNames"], json!(["billing", "reminders"]));
    });
}

#[test]
fn a_port_that_is_taken_is_said_with_what_to_do() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().to_str().expect("UTF-8");
    for (taken, free) in [("--port", "--aws-port"), ("--aws-port", "--port")] {
        let said = refusal(&run(&["--data-dir", path, taken, &port, free, "0"]));
        assert!(said.contains(&format!("port {port} is taken")), "{said}");
        assert!(said.contains(taken), "{said}");
    }
}

#[test]
fn data_that_another_stack_has_are_left_to_it() {
    let directory = tempfile::tempdir().expect("a directory");
    let data = aws_local::Data::Directory(directory.path().to_owned());
    let _other = aws_local::Aws::open(&data, aws_local::Settings::default(), None).expect("opens");
    let said = refused_stack(directory.path(), &[]);
    assert!(said.contains("in use by another stack (process "), "{said}");
}

#[test]
fn data_that_cannot_be_written_are_said_with_what_to_do() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("file");
    std::fs::write(&file, "in the way").expect("written");
    let said = refused_stack(&file, &[]);
    assert!(said.contains("cannot be written") && said.contains("--data-dir"), "{said}");
}

#[test]
fn a_program_gets_an_answer_to_each_line_and_code_0() {
    let mut child = ringback(&["parse", "--stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let question = r#"{"id":"a","text":"Remind in 20 minutes about tea","now":"2026-11-23T09:00:00+00:00","tz":"UTC","region":"GB"}"#;
    let mut stdin = child.stdin.take().expect("piped");
    write!(stdin, "{question}\nno json\n{question}").expect("written");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success());
    let answers = String::from_utf8(output.stdout).expect("UTF-8");
    let answers: Vec<Value> =
        answers.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(answers.len(), 3);
    assert_eq!(answers[0]["at"], "2026-11-23T09:20:00+00:00");
    assert!(answers[1]["error"].is_string());
    assert_eq!(answers[2], answers[0]);
}

#[test]
fn a_person_reads_what_a_text_means() {
    let at = ["--now", "2026-11-23T09:00:00-05:00", "--tz", "America/New_York"];
    let output = run(&[&["parse", "Remind in 2 minutes about tea"], &at[..]].concat());
    assert!(output.status.success());
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(said.contains("Monday 23 November 2026, 09:02:00 EST, 2 min from now"), "{said}");
    assert!(said.contains("tea"), "{said}");
    let output = run(&["parse", "hello"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(!output.stderr.is_empty() && output.stdout.is_empty());
}

#[test]
fn a_story_needs_data_and_a_phone() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().to_str().expect("UTF-8");
    let said = refusal(&run(&["trace", "+12065550123", "--data-dir", path]));
    assert!(said.contains("there are no data in"), "{said}");
    let said = refusal(&run(&["trace", "me", "--data-dir", path]));
    assert!(said.contains("+12065550123"), "{said}");
    // A look leaves nothing behind.
    assert_eq!(std::fs::read_dir(directory.path()).expect("readable").count(), 0);
}
