//! What was acknowledged is there after kill -9, at whatever moment it comes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::stack;

/// The example that serves the endpoint in a process of its own, built beside this test.
fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().and_then(Path::parent).unwrap();
    profile.join("examples").join("endpoint")
}

/// Starts it on a directory; returns it and its address.
async fn start(directory: &Path) -> (Child, String) {
    let mut command = Command::new(program());
    command.arg("0").arg(directory).stdout(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let endpoint = lines.next_line().await.unwrap().expect("it prints its address");
    (child, endpoint)
}

/// Sends messages until the endpoint is gone; returns those that were acknowledged.
async fn send(endpoint: String, writer: usize) -> Vec<String> {
    let (client, url) = (stack::sqs(&endpoint), format!("{endpoint}/000000000000/q"));
    let mut acknowledged = Vec::new();
    for n in 0.. {
        let body = format!("{writer}-{n}");
        if client.send_message().queue_url(&url).message_body(&body).send().await.is_err() {
            break;
        }
        acknowledged.push(body);
    }
    acknowledged
}

/// Puts items until the endpoint is gone; returns those that were acknowledged.
async fn put(endpoint: String, writer: usize) -> Vec<String> {
    let client = stack::dynamodb(&endpoint);
    let mut acknowledged = Vec::new();
    for n in 0.. {
        let key = format!("{writer}-{n}");
        let text = |value: &str| AttributeValue::S(value.to_owned());
        let put = client.put_item().table_name("tea").item("pk", text("a")).item("sk", text(&key));
        if put.send().await.is_err() {
            break;
        }
        acknowledged.push(key);
    }
    acknowledged
}

/// All messages in the queue.
async fn drain(endpoint: &str) -> BTreeSet<String> {
    let (client, url) = (stack::sqs(endpoint), format!("{endpoint}/000000000000/q"));
    let mut found = BTreeSet::new();
    loop {
        let receive = client.receive_message().queue_url(&url).max_number_of_messages(10);
        let messages = receive.send().await.unwrap().messages.unwrap_or_default();
        if messages.is_empty() {
            return found;
        }
        found.extend(messages.into_iter().filter_map(|message| message.body));
    }
}

/// All sort keys in the table.
async fn scan(endpoint: &str) -> BTreeSet<String> {
    let pages = stack::dynamodb(endpoint).scan().table_name("tea").into_paginator().items().send();
    let items = pages.collect::<Result<Vec<_>, _>>().await.unwrap();
    items.into_iter().map(|item| item["sk"].as_s().unwrap().clone()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_kill_9() {
    let directory = TempDir::new().unwrap();
    let (mut messages, mut items) = (BTreeSet::new(), BTreeSet::new());
    for round in 0..3_usize {
        let (mut child, endpoint) = start(directory.path()).await;
        if round == 0 {
            stack::sqs(&endpoint).create_queue().queue_name("q").send().await.unwrap();
            crate::dynamodb::create_table(&stack::dynamodb(&endpoint)).await;
        }
        let (mut senders, mut putters) = (JoinSet::new(), JoinSet::new());
        for writer in 0..4 {
            senders.spawn(send(endpoint.clone(), round * 10 + writer));
            putters.spawn(put(endpoint.clone(), round * 10 + writer));
        }
        sleep(Duration::from_millis(500)).await;
        // SIGKILL, in the middle of whatever it was doing.
        child.kill().await.unwrap();
        let (sent, written) = (senders.join_all().await, putters.join_all().await);
        messages.extend(sent.into_iter().flatten());
        items.extend(written.into_iter().flatten());
    }
    assert!(messages.len() > 30 && items.len() > 30, "{} and {}", messages.len(), items.len());

    let (_child, endpoint) = start(directory.path()).await;
    let (queued, kept) = (drain(&endpoint).await, scan(&endpoint).await);
    assert_eq!(messages.difference(&queued).count(), 0, "messages were lost");
    assert_eq!(items.difference(&kept).count(), 0, "items were lost");
}

#[tokio::test]
async fn a_second_stack_on_the_directory_is_told_of_the_first() {
    let directory = TempDir::new().unwrap();
    let (child, _endpoint) = start(directory.path()).await;
    let second = Command::new(program()).arg("0").arg(directory.path()).output().await.unwrap();
    assert!(!second.status.success());
    let said = String::from_utf8(second.stderr).unwrap();
    assert!(said.contains(&child.id().unwrap().to_string()), "{said}");
}
