//! What the door itself does: who may speak to it, and what is none of its services.

use std::time::Duration;

use aws_local::server::{Handle, serve};
use aws_local::wire::AwsError;
use aws_local::{Aws, Data, Settings, sqs};
use axum::Router;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use crate::stack::Stack;

/// Sends bytes and returns what comes back until the connection closes.
async fn raw(stack: &Stack, request: &str) -> String {
    let address = stack.endpoint.strip_prefix("http://").unwrap();
    let mut connection = TcpStream::connect(address).await.unwrap();
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    answer
}

fn post(headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}\
         content-length: {length}\r\n\r\n{body}"
    )
}

#[tokio::test]
async fn a_web_page_of_another_origin_is_kept_out() {
    let stack = Stack::start().await;
    let list =
        |origin: &str| post(&format!("{origin}x-amz-target: AmazonSQS.ListQueues\r\n"), "{}");
    for (origin, status) in [
        ("", "200"),
        ("origin: http://127.0.0.1:3000\r\n", "200"),
        ("origin: http://localhost\r\n", "200"),
        ("origin: https://example.com\r\n", "403"),
        ("origin: http://127.0.0.1.example.com:80\r\n", "403"),
        ("origin: null\r\n", "403"),
    ] {
        let answer = raw(&stack, &list(origin)).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{origin}: {answer}");
    }
}

#[tokio::test]
async fn what_is_none_of_the_services_is_told_so() {
    let stack = Stack::start().await;
    let form = "content-type: application/x-www-form-urlencoded\r\n";
    for (request, part) in [
        (
            post("x-amz-target: AmazonKinesis.PutRecord\r\n", "{}"),
            "does not implement AmazonKinesis",
        ),
        (post("x-amz-target: nonsense\r\n", "{}"), "does not implement POST /"),
        (post("", ""), "does not implement POST /"),
        (post(form, "Action=ListQueues&Version=2012-11-05"), "JSON protocol only"),
        (
            post(form, "Action=GetCallerIdentity&Version=2011-06-15"),
            "no service of version 2011-06-15",
        ),
        (post("x-amz-target: AmazonSQS.SendMessage\r\n", "{not json"), "SerializationException"),
    ] {
        let answer = raw(&stack, &request).await;
        assert!(answer.starts_with("HTTP/1.1 400") && answer.contains(part), "{answer}");
    }
    let head =
        "POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 67108865\r\n\r\n";
    let answer = raw(&stack, head).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
}

#[tokio::test]
async fn it_listens_on_loopback_only() {
    let handle = Handle::new(Aws::open(&Data::Memory, Settings::default(), None).unwrap());
    let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
    let error = serve(listener, handle, Router::new()).await.unwrap_err();
    assert!(error.to_string().contains("for this machine only"), "{error}");
}

#[tokio::test]
async fn serving_ends_when_the_stack_stops() {
    let handle = Handle::new(Aws::open(&Data::Memory, Settings::default(), None).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let serving = tokio::spawn(serve(listener, handle.clone(), Router::new()));
    let clock = tokio::spawn(handle.clone().run_clock());
    handle.stop();
    let ended = async { (serving.await.unwrap().unwrap(), clock.await.unwrap()) };
    timeout(Duration::from_secs(5), ended).await.unwrap();
}

#[tokio::test]
async fn the_runtime_api_is_mounted_beside_the_endpoint() {
    let handle = Handle::new(Aws::open(&Data::Memory, Settings::default(), None).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let lambda = Router::new().fallback(|| async { "lambda was here" });
    tokio::spawn(serve(listener, handle.clone(), lambda));
    let stack = Stack { handle, endpoint };
    let get = |path: &str| format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    let answer = raw(&stack, &get("/_lambda/e/2018-06-01/runtime/invocation/next")).await;
    assert!(answer.ends_with("lambda was here"), "{answer}");
    let answer = raw(&stack, &get("/elsewhere")).await;
    assert!(answer.contains("does not implement GET /elsewhere"), "{answer}");
}

#[tokio::test]
async fn a_change_in_process_wakes_who_waits_and_a_failed_one_is_undone() {
    let stack = Stack::start().await;
    stack.queue("q").await;
    let send = |ctx: &aws_local::Ctx| sqs::send(ctx, "q", sqs::Outgoing::text("tea"));
    let changed = stack.handle.changed();
    stack.handle.with(send).await.unwrap();
    timeout(Duration::from_secs(1), changed).await.unwrap();
    let failed = |ctx: &aws_local::Ctx| -> Result<(), AwsError> {
        send(ctx)?;
        Err(AwsError::bad_request("Whatever", "it went wrong after the send"))
    };
    stack.handle.with(failed).await.unwrap_err();
    let found = stack.handle.with(|ctx| sqs::receive(ctx, "q", 10, None)).await.unwrap();
    assert_eq!(found.len(), 1);
}
