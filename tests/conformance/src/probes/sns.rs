//! SNS, with a queue behind it.

use aws_sdk_sns::Client;
use aws_types::SdkConfig;
use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{Probe, outcome};

pub(super) const PROBES: &[&Probe] = &[
    &Probe {
        question: "what an envelope without a subject has",
        ask: |sdk| Box::pin(envelope(sdk)),
        documented: (
            "Message, MessageId, Signature, SignatureVersion, SigningCertURL, Timestamp, TopicArn, Type, \
             UnsubscribeURL; the time in milliseconds",
            "Developer Guide, Parsing message formats",
        ),
        emulator: None,
    },
    &Probe {
        question: "a publication to a topic that is not there",
        ask: |sdk| Box::pin(no_topic(sdk)),
        documented: ("refused: NotFound", "API Reference, Publish, Errors"),
        emulator: None,
    },
];

async fn envelope(sdk: &SdkConfig) -> String {
    let (sns, sqs) = (Client::new(sdk), aws_sdk_sqs::Client::new(sdk));
    let topic = sns.create_topic().name("probe-envelope").send().await.unwrap().topic_arn.unwrap();
    let url =
        sqs.create_queue().queue_name("probe-envelope").send().await.unwrap().queue_url.unwrap();
    let arn = topic.replace(":sns:", ":sqs:");
    let open = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":"*","Action":"sqs:*","Resource":"{arn}"}}]}}"#
    );
    let set = sqs.set_queue_attributes().queue_url(&url);
    set.attributes(aws_sdk_sqs::types::QueueAttributeName::Policy, open).send().await.unwrap();
    sns.subscribe().topic_arn(&topic).protocol("sqs").endpoint(arn).send().await.unwrap();
    sns.publish().topic_arn(&topic).message("tea").send().await.unwrap();
    let received =
        sqs.receive_message().queue_url(&url).wait_time_seconds(10).send().await.unwrap();
    let Some(message) = received.messages.unwrap_or_default().into_iter().next() else {
        return "nothing".to_owned();
    };
    let body: Value = serde_json::from_str(message.body().unwrap()).unwrap();
    let mut members: Vec<_> = body.as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    let time = body["Timestamp"].as_str().unwrap_or_default();
    let milliseconds =
        time.parse::<DateTime<Utc>>().is_ok() && time.len() == "2026-11-24T17:30:00.123Z".len();
    let precision = if milliseconds { "the time in milliseconds" } else { time };
    format!("{}; {precision}", members.join(", "))
}

async fn no_topic(sdk: &SdkConfig) -> String {
    let arn = "arn:aws:sns:us-east-1:000000000000:probe-nobody";
    outcome(&Client::new(sdk).publish().topic_arn(arn).message("tea").send().await)
}
