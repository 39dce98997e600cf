//! What is handed in again from the archive.

use aws_local::{Data, sqs, wire};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use serde_json::{Value, json};
use stack::provision::queue;

use crate::deployment::{ARCHIVE, Deployment, STACK, named};

/// A notification as the topic hands it to all its subscriptions.
fn notification(message: &str, at: &str) -> String {
    let topic = format!("arn:aws:sns:us-east-1:000000000000:{}", named(queue::INBOUND_SMS));
    json!({"Type": "Notification", "TopicArn": topic, "Message": message, "Timestamp": at})
        .to_string()
}

async fn put(bell: &Deployment, path: &str, body: &str) {
    let mut headers = HeaderMap::new();
    let signed_for_s3 = HeaderValue::from_static(
        "AWS4-HMAC-SHA256 Credential=any/20261123/us-east-1/s3/aws4_request",
    );
    headers.insert(header::AUTHORIZATION, signed_for_s3);
    let (uri, body) = (format!("/{ARCHIVE}{path}"), body.to_owned().into());
    let answer =
        bell.handle.answer(&wire::Request { method: Method::PUT, uri, headers, body }).await;
    assert!(answer.status.is_success(), "{path}: {:?}", answer.body);
}

/// A stack whose archive has three texts around nine o'clock, and news of a call.
async fn archived() -> Deployment {
    let bell = Deployment::on(&Data::Memory, |_| ()).await;
    put(&bell, "", "").await;
    let before = notification("before", "2026-11-23T08:59:59.999Z");
    let first = notification("first", "2026-11-23T09:00:00.000Z");
    // As Firehose files it: by the hour of the oldest in it, under a name of its own.
    let path = "/inbound-sms/2026/11/23/08/bell-inbound-sms-1-2026-11-23-08-59-30-x";
    put(&bell, path, &format!("{before}\n{first}\n")).await;
    let second = notification("second", "2026-11-23T09:30:00.000Z");
    put(&bell, "/inbound-sms/2026/11/23/09/bell-inbound-sms-1-2026-11-23-09-30-00-x", &second)
        .await;
    let news = notification("news", "2026-11-23T09:10:00.000Z");
    put(&bell, "/call-events/2026/11/23/09/bell-call-events-1-2026-11-23-09-10-00-x", &news).await;
    bell
}

async fn replay(bell: &Deployment, args: &[&str]) -> (Option<i32>, String, String) {
    let since = ["replay", "--stack", STACK, "--since", "2026-11-23T09:00:00Z"];
    let output = bell.run(&[&since, args].concat()).await;
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

async fn bodies(bell: &Deployment, name: &str) -> Vec<String> {
    let received =
        bell.handle.with(|ctx| sqs::receive(ctx, &named(name), 10, None)).await.expect("received");
    let said = |body: &str| -> Value { serde_json::from_str(body).expect("JSON") };
    let mut bodies: Vec<_> = received
        .iter()
        .map(|message| said(&message.body)["Message"].as_str().expect("a text").to_owned())
        .collect();
    bodies.sort();
    bodies
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_since_the_moment_is_sent_to_its_queue_as_it_came() {
    let bell = archived().await;
    let (code, out, err) = replay(&bell, &["--peek", "--json"]).await;
    assert_eq!(code, Some(0), "{err}");
    let counted: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(counted["topics"]["inbound-sms"], json!({"messages": 2, "unreadable": 0}));
    assert!(bodies(&bell, queue::INBOUND_SMS).await.is_empty(), "looked at only");

    let (code, out, err) = replay(&bell, &["--until", "2026-11-23T10:00:00Z"]).await;
    assert_eq!(code, Some(0), "{err}");
    let told = "2 messages of inbound-sms sent to the queue\n1 messages of call-events sent to the queue\n";
    assert_eq!(out, told);
    assert_eq!(bodies(&bell, queue::INBOUND_SMS).await, ["first", "second"]);
    assert_eq!(bodies(&bell, queue::CALL_EVENTS).await, ["news"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_notification_is_left_out_and_said() {
    let bell = archived().await;
    put(&bell, "/inbound-sms/2026/11/23/09/torn", "{\"Type\": \"Notif").await;
    let (code, out, err) = replay(&bell, &[]).await;
    assert_eq!(code, Some(2));
    assert!(out.starts_with("2 messages of inbound-sms"), "{out}");
    assert!(err.contains("1 parts of the archive are no notifications"), "{err}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stack_without_an_archive_and_a_time_that_ends_before_it_begins_are_refused() {
    let bell = archived().await;
    let (code, _, err) = replay(&bell, &["--until", "2026-11-23T08:00:00Z"]).await;
    assert!(code == Some(2) && err.contains("--until is before --since"), "{err}");
    let bare = Deployment::without(&["ArchiveBucket"]).await;
    let (code, _, err) = replay(&bare, &[]).await;
    assert!(code == Some(2) && err.contains("deployed with MessageArchive=true"), "{err}");
}
