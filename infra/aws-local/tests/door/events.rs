//! What the EventBridge SDK sees.

use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::types::{PutEventsRequestEntry, Target};
use serde_json::Value;

use crate::stack::Stack;

fn entry(detail: &str) -> PutEventsRequestEntry {
    PutEventsRequestEntry::builder()
        .event_bus_name("b")
        .source("shop")
        .detail_type("sold")
        .detail(detail)
        .build()
}

#[tokio::test]
async fn an_event_reaches_the_queue_behind_a_rule_and_a_bad_one_is_told_apart() {
    let stack = Stack::start().await;
    let client: Client = stack.eventbridge();
    let (url, arn) = stack.queue("q").await;
    client.create_event_bus().name("b").send().await.unwrap();
    let rule = client.put_rule().name("r").event_bus_name("b");
    rule.event_pattern(r#"{"source":["shop"]}"#).send().await.unwrap();
    let target = Target::builder().id("1").arn(arn).build().unwrap();
    let targets = client.put_targets().rule("r").event_bus_name("b").targets(target);
    assert_eq!(targets.send().await.unwrap().failed_entry_count(), 0);

    let put = client.put_events().entries(entry(r#"{"what":"tea"}"#)).entries(entry("tea"));
    let put = put.send().await.unwrap();
    assert_eq!(put.failed_entry_count(), 1);
    let [taken, refused] = put.entries() else { panic!("two entries, two results") };
    assert!(taken.event_id().is_some() && taken.error_code().is_none());
    assert_eq!(refused.error_code(), Some("MalformedDetail"));

    let received = stack.sqs().receive_message().queue_url(url).send().await.unwrap();
    let event: Value = serde_json::from_str(received.messages()[0].body().unwrap()).unwrap();
    assert_eq!(event["detail"]["what"], "tea");
    assert_eq!(event["id"].as_str(), taken.event_id());

    let missing = client.describe_event_bus().name("nowhere").send().await.unwrap_err();
    assert!(missing.into_service_error().is_resource_not_found_exception());
}
