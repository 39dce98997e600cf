//! What the SQS SDK sees.

use std::time::Duration;

use aws_sdk_sqs::error::ProvideErrorMetadata;
use aws_sdk_sqs::primitives::Blob;
use aws_sdk_sqs::types::{
    ChangeMessageVisibilityBatchRequestEntry, DeleteMessageBatchRequestEntry, Message,
    MessageAttributeValue, MessageSystemAttributeName, QueueAttributeName,
    SendMessageBatchRequestEntry,
};
use aws_sdk_sqs::{Client, operation::receive_message::builders::ReceiveMessageFluentBuilder};
use tokio::time::{Instant, sleep, timeout};

use crate::stack::Stack;

async fn messages(receive: ReceiveMessageFluentBuilder) -> Vec<Message> {
    receive.send().await.unwrap().messages.unwrap_or_default()
}

async fn count(client: &Client, url: &str, name: QueueAttributeName) -> String {
    let request =
        client.get_queue_attributes().queue_url(url).attribute_names(QueueAttributeName::All);
    request.send().await.unwrap().attributes.unwrap().remove(&name).unwrap()
}

#[tokio::test]
async fn a_message_goes_through_a_queue_with_its_attributes() {
    let stack = Stack::start().await;
    let (client, (url, arn)) = (stack.sqs(), stack.queue("q").await);
    let text = MessageAttributeValue::builder().data_type("String").string_value("tea");
    let bytes =
        MessageAttributeValue::builder().data_type("Binary").binary_value(Blob::new([0, 255]));
    let sent = client.send_message().queue_url(&url).message_body("at five ☕");
    let sent = sent.message_attributes("kind", text.build().unwrap());
    let sent = sent.message_attributes("raw", bytes.build().unwrap()).send().await.unwrap();
    let receive = client.receive_message().queue_url(&url).message_attribute_names("All");
    let receive = receive.message_system_attribute_names(MessageSystemAttributeName::All);
    let message = messages(receive).await.remove(0);
    assert_eq!(message.body(), Some("at five ☕"));
    assert_eq!(message.message_id(), sent.message_id());
    assert_eq!(message.md5_of_message_attributes(), sent.md5_of_message_attributes());
    let attributes = message.message_attributes.as_ref().unwrap();
    assert_eq!(attributes["kind"].string_value(), Some("tea"));
    assert_eq!(attributes["raw"].binary_value().unwrap().as_ref(), [0, 255]);
    let system = message.attributes.as_ref().unwrap();
    assert_eq!(system[&MessageSystemAttributeName::ApproximateReceiveCount], "1");
    assert_eq!(count(&client, &url, QueueAttributeName::QueueArn).await, arn);

    let handle = message.receipt_handle.unwrap();
    client.delete_message().queue_url(&url).receipt_handle(handle).send().await.unwrap();
    let counted = QueueAttributeName::ApproximateNumberOfMessagesNotVisible;
    assert_eq!(count(&client, &url, counted).await, "0");
}

#[tokio::test]
async fn batches_are_sent_changed_and_deleted() {
    let stack = Stack::start().await;
    let (client, (url, _)) = (stack.sqs(), stack.queue("q").await);
    let entry = |n: usize| {
        let entry = SendMessageBatchRequestEntry::builder().id(n.to_string());
        entry.message_body(if n == 3 { "\u{1}".to_owned() } else { n.to_string() }).build().unwrap()
    };
    let entries = Some((0..10).map(entry).collect());
    let sent = client.send_message_batch().queue_url(&url).set_entries(entries);
    let sent = sent.send().await.unwrap();
    assert_eq!(sent.successful().len(), 9);
    assert_eq!(sent.failed()[0].code(), "InvalidMessageContents");

    let receive = client.receive_message().queue_url(&url).max_number_of_messages(10);
    let received = messages(receive.clone()).await;
    assert_eq!(received.len(), 9);
    let mut change = client.change_message_visibility_batch().queue_url(&url);
    let mut delete = client.delete_message_batch().queue_url(&url);
    for (n, message) in received.iter().enumerate() {
        let handle = message.receipt_handle().unwrap();
        if n < 2 {
            let entry = ChangeMessageVisibilityBatchRequestEntry::builder().id(n.to_string());
            change =
                change.entries(entry.receipt_handle(handle).visibility_timeout(0).build().unwrap());
        } else {
            let entry = DeleteMessageBatchRequestEntry::builder().id(n.to_string());
            delete = delete.entries(entry.receipt_handle(handle).build().unwrap());
        }
    }
    assert_eq!(change.send().await.unwrap().successful().len(), 2);
    assert_eq!(delete.send().await.unwrap().successful().len(), 7);
    let again: Vec<_> = messages(receive).await.into_iter().filter_map(|it| it.body).collect();
    assert_eq!(again, ["0", "1"]);
}

#[tokio::test]
async fn a_long_poll_is_woken_by_a_message() {
    let stack = Stack::start().await;
    let (client, (url, _)) = (stack.sqs(), stack.queue("q").await);
    let receive = client.receive_message().queue_url(&url).wait_time_seconds(20);
    let started = Instant::now();
    let waiting = tokio::spawn(messages(receive));
    sleep(Duration::from_millis(200)).await;
    client.send_message().queue_url(&url).message_body("tea").send().await.unwrap();
    assert_eq!(waiting.await.unwrap().len(), 1);
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_long_poll_gets_a_delayed_message_when_its_delay_is_over() {
    let stack = Stack::start().await;
    let (client, (url, _)) = (stack.sqs(), stack.queue("q").await);
    let send = client.send_message().queue_url(&url).message_body("tea").delay_seconds(1);
    let started = Instant::now();
    send.send().await.unwrap();
    let receive = client.receive_message().queue_url(&url).wait_time_seconds(20);
    assert_eq!(messages(receive).await.len(), 1);
    let waited = started.elapsed();
    assert!((Duration::from_secs(1)..Duration::from_secs(5)).contains(&waited), "{waited:?}");
}

#[tokio::test]
async fn a_long_poll_of_an_empty_queue_ends_when_its_time_is_up_or_the_stack_stops() {
    let stack = Stack::start().await;
    let (client, (url, _)) = (stack.sqs(), stack.queue("q").await);
    let receive = client.receive_message().queue_url(&url);
    let started = Instant::now();
    assert!(messages(receive.clone().wait_time_seconds(1)).await.is_empty());
    assert!(started.elapsed() >= Duration::from_secs(1));

    let waiting = tokio::spawn(messages(receive.wait_time_seconds(20)));
    sleep(Duration::from_millis(200)).await;
    stack.handle.stop();
    assert!(timeout(Duration::from_secs(5), waiting).await.unwrap().unwrap().is_empty());
}

#[tokio::test]
async fn two_pollers_of_two_queues_do_not_keep_each_other_busy() {
    let stack = Stack::start().await;
    let (client, (one, _), (other, _)) =
        (stack.sqs(), stack.queue("a").await, stack.queue("b").await);
    let changed = stack.handle.changed();
    let poll = |url: &str| messages(client.receive_message().queue_url(url).wait_time_seconds(1));
    tokio::join!(poll(&one), poll(&other));
    assert!(timeout(Duration::from_millis(10), changed).await.is_err(), "nothing has changed");
}

#[tokio::test]
async fn a_poison_message_ends_in_the_dead_letter_queue() {
    let stack = Stack::start().await;
    let (client, (dead, dead_arn)) = (stack.sqs(), stack.queue("dlq").await);
    let policy = format!(r#"{{"deadLetterTargetArn":"{dead_arn}","maxReceiveCount":2}}"#);
    let create = client.create_queue().queue_name("q");
    let create = create.attributes(QueueAttributeName::RedrivePolicy, policy);
    let create = create.attributes(QueueAttributeName::VisibilityTimeout, "0");
    let url = create.send().await.unwrap().queue_url.unwrap();
    client.send_message().queue_url(&url).message_body("poison").send().await.unwrap();
    for expected in [1, 1, 0] {
        assert_eq!(messages(client.receive_message().queue_url(&url)).await.len(), expected);
    }
    let buried = messages(client.receive_message().queue_url(&dead)).await;
    assert_eq!(buried[0].body(), Some("poison"));
}

#[tokio::test]
async fn errors_are_what_the_sdk_knows() {
    let stack = Stack::start().await;
    let (client, (url, _)) = (stack.sqs(), stack.queue("q").await);
    let nowhere = url.replace("/q", "/nowhere");
    let error =
        client.send_message().queue_url(&nowhere).message_body("x").send().await.unwrap_err();
    assert!(error.as_service_error().unwrap().is_queue_does_not_exist(), "{error:?}");
    let error = client.get_queue_url().queue_name("nowhere").send().await.unwrap_err();
    assert!(error.as_service_error().unwrap().is_queue_does_not_exist(), "{error:?}");
    let delete = client.delete_message().queue_url(&url).receipt_handle("bogus");
    let error = delete.send().await.unwrap_err();
    assert!(error.as_service_error().unwrap().is_receipt_handle_is_invalid(), "{error:?}");
    let error =
        client.send_message().queue_url(&url).message_body("\u{1}").send().await.unwrap_err();
    assert!(error.as_service_error().unwrap().is_invalid_message_contents(), "{error:?}");
    let differs =
        client.create_queue().queue_name("q").attributes(QueueAttributeName::DelaySeconds, "9");
    let error = differs.send().await.unwrap_err();
    assert!(error.as_service_error().unwrap().is_queue_name_exists(), "{error:?}");
    let error = client.list_message_move_tasks().source_arn("x").send().await.unwrap_err();
    assert_eq!(error.code(), Some("UnknownOperationException"), "{error:?}");
    let found = client.get_queue_url().queue_name("q").send().await.unwrap();
    assert_eq!(found.queue_url(), Some(url.as_str()));
}
