//! Provisioning: what a restart finds is what the first start made.

use std::collections::BTreeMap;

use aws_local::wire::AwsError;
use aws_local::{Aws, Data, Now, Settings, sns, sqs};
use stack::provision;

/// An instant to make things at.
fn now() -> Now {
    "2026-11-23T09:00:00Z".parse().expect("RFC 3339")
}

/// Everything that provisioning makes and that can be looked at, as text.
fn everything(aws: &mut Aws) -> Vec<String> {
    let seen: Result<Vec<String>, AwsError> = aws.with(now(), |ctx| {
        let mut seen = Vec::new();
        for queue in sqs::list_queues(ctx, "")? {
            seen.push(format!("{queue} {:?}", sqs::get_attributes(ctx, &queue)?));
        }
        for topic in sns::topics(ctx)? {
            let subscriptions = sns::subscriptions_to(ctx, &topic)?;
            seen.push(format!("{topic} {}", subscriptions.len()));
            seen.extend(subscriptions.iter().map(|subscription| format!("{subscription:?}")));
        }
        Ok(seen)
    });
    seen.expect("everything can be looked at")
}

#[test]
fn provisioning_twice_changes_nothing() {
    let mut aws = Aws::open(&Data::Memory, Settings::default(), Some(1)).expect("memory opens");
    provision::provision(&mut aws, now()).expect("made");
    let first = everything(&mut aws);
    provision::provision(&mut aws, now()).expect("made again");
    assert_eq!(everything(&mut aws), first);
    let queues = first.iter().filter(|line| line.contains("VisibilityTimeout")).count();
    assert_eq!(queues, 20);
    assert_eq!(first.iter().filter(|line| line.ends_with(" 1")).count(), 2, "{first:?}");
}

#[test]
fn a_restart_finds_everything() {
    let directory = tempfile::tempdir().expect("a directory");
    let data = Data::Directory(directory.path().to_owned());
    let mut first = Aws::open(&data, Settings::default(), None).expect("opens");
    provision::provision(&mut first, now()).expect("made");
    let made = everything(&mut first);
    drop(first);
    let mut second = Aws::open(&data, Settings::default(), None).expect("opens again");
    assert_eq!(everything(&mut second), made);
    provision::provision(&mut second, now()).expect("made again");
    assert_eq!(everything(&mut second), made);
}

#[test]
fn each_queue_that_feeds_a_function_has_its_dead_letters_behind_it() {
    let mut aws = Aws::open(&Data::Memory, Settings::default(), Some(1)).expect("memory opens");
    provision::provision(&mut aws, now()).expect("made");
    for queue in provision::queue::SOURCES {
        let attributes: Result<BTreeMap<String, String>, AwsError> =
            aws.with(now(), |ctx| sqs::get_attributes(ctx, queue));
        let policy = attributes.expect("it is there")["RedrivePolicy"].clone();
        assert!(policy.contains(&provision::dead_letters(queue)), "{queue}: {policy}");
    }
}

#[test]
fn a_table_of_an_earlier_release_gets_the_indexes_that_it_lacks() {
    let mut aws = Aws::open(&Data::Memory, Settings::default(), Some(1)).expect("memory opens");
    let [_, mut billing] = provision::tables();
    let indexes = billing["GlobalSecondaryIndexes"].as_array_mut().expect("a list");
    assert_eq!(indexes.len(), 2);
    indexes.retain(|index| index["IndexName"] == "period");
    let attributes = billing["AttributeDefinitions"].as_array_mut().expect("a list");
    attributes.retain(|attribute| attribute["AttributeName"] != "total_shard");
    let made = aws.handle(&provision::dynamodb("CreateTable", &billing), now());
    assert!(made.status.is_success(), "{made:?}");
    provision::provision(&mut aws, now()).expect("made");
    let query = serde_json::json!({
        "TableName": provision::BILLING_TABLE,
        "IndexName": "totals",
        "KeyConditionExpression": "total_shard = :shard",
        "ExpressionAttributeValues": {":shard": {"S": "2026-11#0"}},
    });
    let answer = aws.handle(&provision::dynamodb("Query", &query), now());
    assert!(answer.status.is_success(), "{answer:?}");
}

#[test]
fn a_queue_of_an_earlier_release_is_brought_up_to_this_one() {
    let mut aws = Aws::open(&Data::Memory, Settings::default(), Some(1)).expect("memory opens");
    aws.with(now(), |ctx| {
        let old = BTreeMap::from([("VisibilityTimeout".to_owned(), "30".to_owned())]);
        sqs::create_queue(ctx, provision::queue::CHARGES, &old)
    })
    .expect("an old queue");
    provision::provision(&mut aws, now()).expect("made");
    let attributes = aws.with(now(), |ctx| sqs::get_attributes(ctx, provision::queue::CHARGES));
    assert_eq!(attributes.expect("it is there")["VisibilityTimeout"], "180");
}
