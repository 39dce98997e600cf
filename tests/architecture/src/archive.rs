//! What `infra/archive.yaml` promises about what reached the topics.

use crate::text;
use crate::workspace::assert_none;
use crate::yaml::Node;

fn archive() -> Node {
    Node::parse(&text("infra/archive.yaml"))
}

fn of_type<'a>(archive: &'a Node, kind: &str) -> Vec<&'a Node> {
    let resources = archive.at("Resources").entries().map(|(_, resource)| resource);
    resources.filter(|resource| resource.at("Type").text() == kind).collect()
}

#[test]
fn the_archive_is_encrypted_closed_and_outlasts_what_can_be_restored_by_a_day() {
    let archive = archive();
    let bucket = archive.at("Resources.Bucket");
    let properties = bucket.at("Properties");
    let encryption = properties.at("BucketEncryption.ServerSideEncryptionConfiguration").items();
    let key = encryption[0].at("ServerSideEncryptionByDefault.KMSMasterKeyID").target();
    let block = properties.at("PublicAccessBlockConfiguration");
    let expires = properties.at("LifecycleConfiguration.Rules").items()[0].at("ExpirationInDays");
    let tables = Node::parse(&text("template.yaml"));
    let restorable = ["RemindersTable", "BillingTable"].map(|table| {
        let recovery = format!("Resources.{table}.Properties.PointInTimeRecoverySpecification");
        tables.at(&recovery).at("RecoveryPeriodInDays").number()
    });
    let restorable = restorable.into_iter().max().flatten();
    let mut problems = Vec::new();
    for (promise, held) in [
        ("is not kept when the stack goes", bucket.at("DeletionPolicy").text() == "Retain"),
        ("has another key", key == "KeyArn"),
        ("can be made public", block.entries().all(|(_, blocked)| blocked.text() == "true")),
        (
            "is kept for less or more than it can serve",
            expires.number() == restorable.map(|days| days + 1),
        ),
    ] {
        if !held {
            problems.push(format!("the archive {promise}"));
        }
    }
    assert_none(problems);
}

#[test]
fn both_topics_are_archived_with_their_envelopes_and_what_is_not_taken_is_a_dead_letter() {
    let archive = archive();
    let mut topics = Vec::new();
    let mut problems = Vec::new();
    for subscription in of_type(&archive, "AWS::SNS::Subscription") {
        let properties = subscription.at("Properties");
        let topic = properties.at("TopicArn").target();
        let name = topic.trim_end_matches("TopicArn");
        topics.push(name.to_owned());
        let dead_letters = properties.at("RedrivePolicy.deadLetterTargetArn").target();
        for (promise, held) in [
            ("goes elsewhere", properties.at("Protocol").text() == "firehose"),
            ("goes to the other stream", properties.at("Endpoint").target() == name),
            ("loses its time", properties.at("RawMessageDelivery").text() == "false"),
            ("is lost when it is not taken", dead_letters == format!("{name}DeadLettersArn")),
        ] {
            if !held {
                problems.push(format!("what reaches {topic} {promise}"));
            }
        }
    }
    assert_eq!(topics, ["CallEvents", "InboundSms"]);
    assert_none(problems);
}

#[test]
fn each_stream_files_by_topic_and_hour_as_replay_looks_for_it() {
    let archive = archive();
    let streams = of_type(&archive, "AWS::KinesisFirehose::DeliveryStream");
    let prefixes = streams.iter().map(|stream| {
        let name = stream.at("Properties.DeliveryStreamName").text().to_owned();
        let destination = stream.at("Properties.ExtendedS3DestinationConfiguration");
        let plain = destination.at("CompressionFormat").text() == "UNCOMPRESSED";
        (name, destination.at("Prefix").text().to_owned(), plain)
    });
    let expected = ["call-events", "inbound-sms"].map(|topic| {
        let prefix = format!("{topic}/!{{timestamp:yyyy/MM/dd/HH}}/");
        (format!("${{Application}}-{topic}"), prefix, true)
    });
    assert_eq!(prefixes.collect::<Vec<_>>(), expected);
}
