//! What the SNS SDK sees.

use aws_sdk_sns::error::ProvideErrorMetadata;
use aws_sdk_sns::primitives::Blob;
use aws_sdk_sns::types::{MessageAttributeValue, PublishBatchRequestEntry};
use serde_json::Value;

use crate::stack::Stack;

/// The bodies in a queue.
async fn bodies(stack: &Stack, url: &str) -> Vec<String> {
    let receive = stack.sqs().receive_message().queue_url(url).max_number_of_messages(10);
    let messages = receive.send().await.unwrap().messages.unwrap_or_default();
    messages.into_iter().filter_map(|message| message.body).collect()
}

#[tokio::test]
async fn what_is_published_is_in_the_queue_in_its_envelope() {
    let stack = Stack::start().await;
    let (client, (url, queue_arn)) = (stack.sns(), stack.queue("q").await);
    let topic = client.create_topic().name("t").send().await.unwrap().topic_arn.unwrap();
    assert_eq!(topic, "arn:aws:sns:us-east-1:000000000000:t");
    let subscribe = client.subscribe().topic_arn(&topic).protocol("sqs").endpoint(&queue_arn);
    let subscription = subscribe.send().await.unwrap().subscription_arn.unwrap();

    let text = MessageAttributeValue::builder().data_type("String").string_value("a & b");
    let bytes = MessageAttributeValue::builder().data_type("Binary").binary_value(Blob::new([1]));
    let publish = client.publish().topic_arn(&topic).subject("Hi").message("tea & <cake>\n☕\u{1}");
    let publish = publish.message_attributes("kind", text.build().unwrap());
    let publish = publish.message_attributes("raw", bytes.build().unwrap());
    let id = publish.send().await.unwrap().message_id.unwrap();
    let envelope: Value = serde_json::from_str(&bodies(&stack, &url).await[0]).unwrap();
    assert_eq!(envelope["MessageId"], id);
    assert_eq!(envelope["Message"], "tea & <cake>\n☕\u{1}");
    assert_eq!(envelope["MessageAttributes"]["kind"]["Value"], "a & b");
    assert_eq!(envelope["MessageAttributes"]["raw"]["Value"], "AQ==");

    let raw = client.set_subscription_attributes().subscription_arn(&subscription);
    let raw = raw.attribute_name("RawMessageDelivery").attribute_value("true");
    raw.send().await.unwrap();
    client.publish().topic_arn(&topic).message("plain").send().await.unwrap();
    assert_eq!(bodies(&stack, &url).await, ["plain"]);
    client.unsubscribe().subscription_arn(&subscription).send().await.unwrap();
    client.publish().topic_arn(&topic).message("unheard").send().await.unwrap();
    assert!(bodies(&stack, &url).await.is_empty());
}

#[tokio::test]
async fn a_batch_is_published_as_far_as_it_can_be() {
    let stack = Stack::start().await;
    let (client, (url, queue_arn)) = (stack.sns(), stack.queue("q").await);
    let topic = client.create_topic().name("t").send().await.unwrap().topic_arn.unwrap();
    let subscribe = client.subscribe().topic_arn(&topic).protocol("sqs").endpoint(&queue_arn);
    subscribe.attributes("RawMessageDelivery", "true").send().await.unwrap();
    let entry = |id: &str, message: &str| {
        PublishBatchRequestEntry::builder().id(id).message(message).build().unwrap()
    };
    let entries = vec![entry("a", "one"), entry("b", ""), entry("c", "three")];
    let batch =
        client.publish_batch().topic_arn(&topic).set_publish_batch_request_entries(Some(entries));
    let answer = batch.send().await.unwrap();
    assert_eq!(answer.successful().len(), 2);
    assert_eq!((answer.failed()[0].id(), answer.failed()[0].sender_fault()), ("b", true));
    assert_eq!(bodies(&stack, &url).await, ["one", "three"]);
}

#[tokio::test]
async fn topics_and_subscriptions_are_listed_with_their_attributes() {
    let stack = Stack::start().await;
    let (client, (_, queue_arn)) = (stack.sns(), stack.queue("q").await);
    let topic = client.create_topic().name("t").send().await.unwrap().topic_arn.unwrap();
    let subscribe = client.subscribe().topic_arn(&topic).protocol("sqs").endpoint(&queue_arn);
    subscribe.send().await.unwrap();
    let listed = client.list_topics().send().await.unwrap();
    assert_eq!(listed.topics()[0].topic_arn(), Some(topic.as_str()));
    let listed = client.list_subscriptions_by_topic().topic_arn(&topic).send().await.unwrap();
    assert_eq!(listed.subscriptions()[0].endpoint(), Some(queue_arn.as_str()));
    assert_eq!(client.list_subscriptions().send().await.unwrap().subscriptions().len(), 1);
    let name = client.set_topic_attributes().topic_arn(&topic).attribute_name("DisplayName");
    name.attribute_value("<Tea> & cake").send().await.unwrap();
    let shown = client.get_topic_attributes().topic_arn(&topic).send().await.unwrap();
    assert_eq!(shown.attributes.unwrap()["DisplayName"], "<Tea> & cake");
    client.delete_topic().topic_arn(&topic).send().await.unwrap();
    assert!(client.list_subscriptions().send().await.unwrap().subscriptions().is_empty());
}

#[tokio::test]
async fn errors_are_what_the_sdk_knows() {
    let stack = Stack::start().await;
    let client = stack.sns();
    let topic = "arn:aws:sns:us-east-1:000000000000:none";
    let error = client.publish().topic_arn(topic).message("x").send().await.unwrap_err();
    assert!(error.as_service_error().unwrap().is_not_found_exception(), "{error:?}");
    let error = client.create_topic().name("t.fifo").send().await.unwrap_err();
    assert!(error.as_service_error().unwrap().is_invalid_parameter_exception(), "{error:?}");
    assert!(error.message().unwrap().contains("no FIFO topics"));
}
