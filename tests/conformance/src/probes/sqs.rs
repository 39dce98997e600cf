//! SQS.

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{Message, MessageAttributeValue, QueueAttributeName};
use aws_types::SdkConfig;
use serde_json::json;

use super::{Probe, outcome};

pub(super) const PROBES: &[&Probe] = &[
    &Probe {
        question: "a message is deleted by the handle of an earlier receive",
        ask: |sdk| Box::pin(stale_handle(sdk)),
        documented: ("taken", "API Reference, DeleteMessage: the request succeeds"),
        emulator: Some("refused: ReceiptHandleIsInvalid"),
    },
    &Probe {
        question: "a message that was received as often as maxReceiveCount says is received again",
        ask: |sdk| Box::pin(given_up(sdk)),
        documented: (
            "0 in the queue, 1 in its dead letters",
            "Developer Guide, Dead-letter queues",
        ),
        emulator: None,
    },
    &Probe {
        question: "a message with an attribute without a value",
        ask: |sdk| Box::pin(empty_attribute(sdk)),
        documented: ("refused", "Developer Guide, Message metadata: the value must not be empty"),
        emulator: Some("taken"),
    },
    &Probe {
        question: "a message with a character that XML does not have",
        ask: |sdk| Box::pin(no_xml(sdk)),
        documented: ("refused: InvalidMessageContents", "API Reference, SendMessage, Errors"),
        emulator: None,
    },
    &Probe {
        question: "a delay of 901 seconds",
        ask: |sdk| Box::pin(long_delay(sdk)),
        documented: ("refused", "API Reference, SendMessage: 0 to 900"),
        emulator: Some("taken"),
    },
];

async fn queue(sqs: &Client, name: &str) -> String {
    let created = sqs.create_queue().queue_name(name).send().await.unwrap();
    created.queue_url.unwrap()
}

/// A queue with a message in it that stays in sight.
async fn filled(sdk: &SdkConfig, name: &str) -> (Client, String) {
    let sqs = Client::new(sdk);
    let url = queue(&sqs, name).await;
    sqs.send_message().queue_url(&url).message_body("tea").send().await.unwrap();
    (sqs, url)
}

async fn receive(sqs: &Client, url: &str) -> Vec<Message> {
    let received = sqs.receive_message().queue_url(url).visibility_timeout(0).send().await.unwrap();
    received.messages.unwrap_or_default()
}

async fn stale_handle(sdk: &SdkConfig) -> String {
    let (sqs, url) = filled(sdk, "probe-stale-handle").await;
    let first = receive(&sqs, &url).await.remove(0);
    receive(&sqs, &url).await;
    let handle = first.receipt_handle.unwrap();
    outcome(&sqs.delete_message().queue_url(&url).receipt_handle(handle).send().await)
}

async fn given_up(sdk: &SdkConfig) -> String {
    let (sqs, url) = filled(sdk, "probe-given-up").await;
    let dead_letters = queue(&sqs, "probe-given-up-dead-letters").await;
    let arn = QueueAttributeName::QueueArn;
    let asked = sqs.get_queue_attributes().queue_url(&dead_letters).attribute_names(arn.clone());
    let redrive = json!({
        "deadLetterTargetArn": asked.send().await.unwrap().attributes.unwrap()[&arn],
        "maxReceiveCount": 1,
    });
    let set = sqs.set_queue_attributes().queue_url(&url);
    set.attributes(QueueAttributeName::RedrivePolicy, redrive.to_string()).send().await.unwrap();
    receive(&sqs, &url).await;
    let (left, dead) = (receive(&sqs, &url).await, receive(&sqs, &dead_letters).await);
    format!("{} in the queue, {} in its dead letters", left.len(), dead.len())
}

async fn empty_attribute(sdk: &SdkConfig) -> String {
    let (sqs, url) = filled(sdk, "probe-empty-attribute").await;
    let empty = MessageAttributeValue::builder().data_type("String").string_value("").build();
    let send = sqs.send_message().queue_url(&url).message_body("tea");
    without_code(&outcome(&send.message_attributes("reason", empty.unwrap()).send().await))
}

async fn no_xml(sdk: &SdkConfig) -> String {
    let (sqs, url) = filled(sdk, "probe-no-xml").await;
    outcome(&sqs.send_message().queue_url(&url).message_body("tea\u{b}").send().await)
}

async fn long_delay(sdk: &SdkConfig) -> String {
    let (sqs, url) = filled(sdk, "probe-long-delay").await;
    let send = sqs.send_message().queue_url(&url).message_body("tea").delay_seconds(901);
    without_code(&outcome(&send.send().await))
}

/// Where the documentation names no code.
fn without_code(outcome: &str) -> String {
    outcome.split(':').next().unwrap_or_default().to_owned()
}
