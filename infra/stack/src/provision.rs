//! What a deployment's template makes, made here: queues, topics, tables, schedules. Making it twice changes nothing.

use std::collections::BTreeMap;

use aws_local::wire::{AwsError, Request};
use aws_local::{Aws, Ctx, Now, Settings, events, lambda, s3, scheduler, sns, sqs};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use serde_json::{Value, json};

/// The table of users, reminders, attempts and messages.
pub const REMINDERS_TABLE: &str = "reminders";
/// The ledger.
pub const BILLING_TABLE: &str = "billing";
/// Where the schedules of reminders are.
pub const SCHEDULE_GROUP: &str = "ringback-reminders";
/// Where others are told of milestones.
pub const EVENT_BUS: &str = "ringback";
/// The service's own number, of the range that is kept for fiction.
pub const SERVICE_NUMBER: &str = "+12065550100";
/// Where exports of the ledger are put.
pub const EXPORTS_BUCKET: &str = "ringback-exports";
/// The schedules that ask for exports: name, expression, and which month. As in the template.
pub const EXPORTS: [(&str, &str, &str); 2] = [
    ("export-open", "cron(0 3 * * ? *)", "open"),
    ("export-closed", "cron(30 3 5 * ? *)", "closed"),
];
/// Names where the carrier tells what became of a call.
pub const CONFIGURATION_SET: &str = "ringback";

/// Six times a function's time limit, as AWS advises for a queue that feeds one.
const VISIBILITY_S: u32 = 180;
/// The schedule that asks every night for the open months to be held against what happened: name and expression, as in
/// the template.
pub const RECONCILIATION: (&str, &str) = ("reconcile-billing", "cron(0 4 * * ? *)");
/// The time limit of the two functions that work on whole months, and for longer than half a minute.
pub const MONTH_TIMEOUT_S: u32 = 120;
/// Four days, SQS's own default.
const RETENTION_S: u32 = 345_600;
/// Fourteen days, the most that SQS keeps: dead letters wait for a person.
const DEAD_LETTER_RETENTION_S: u32 = 1_209_600;
/// Faults that a message survives. Nothing waits by failing, so that these are faults only; as in the template.
pub const RECEIVES_MAX: u32 = 100;

/// Names of queues.
pub mod queue {
    /// Texts from phones.
    pub const INBOUND_SMS: &str = "inbound-sms";
    /// Texts to phones.
    pub const OUTBOUND_SMS: &str = "outbound-sms";
    /// What is to be charged.
    pub const CHARGES: &str = "charges";
    /// Reminders to be scheduled.
    pub const SCHEDULE_REMINDER: &str = "schedule-reminder";
    /// Reminders whose time has come, or nearly.
    pub const DUE_CALLBACKS: &str = "due-callbacks";
    /// What the carrier tells of calls.
    pub const CALL_EVENTS: &str = "call-events";
    /// Rows with news that others are to be told of.
    pub const LIFECYCLE_EVENTS: &str = "lifecycle-events";
    /// Months of the ledger to be exported.
    pub const EXPORT_BILLING: &str = "export-billing";
    /// Months of the ledger to be held against what happened in them.
    pub const RECONCILE_BILLING: &str = "reconcile-billing";
    /// Schedules that could not reach their queue.
    pub const SCHEDULES_DEAD_LETTERS: &str = "schedules-dead-letters";

    /// The queues that feed functions; each has dead letters of its own.
    pub const SOURCES: [&str; 9] = [
        INBOUND_SMS,
        OUTBOUND_SMS,
        CHARGES,
        SCHEDULE_REMINDER,
        DUE_CALLBACKS,
        CALL_EVENTS,
        LIFECYCLE_EVENTS,
        EXPORT_BILLING,
        RECONCILE_BILLING,
    ];
}

/// Topics, each with the queue of the same name behind it.
pub const TOPICS: [&str; 2] = [queue::INBOUND_SMS, queue::CALL_EVENTS];

/// The queue of what could not be done with the messages, or invocations, of `source`.
#[must_use]
pub fn dead_letters(source: &str) -> String {
    format!("{source}-dead-letters")
}

/// As whom the scheduler acts. There are no roles here, but a schedule must name one.
#[must_use]
pub fn scheduler_role_arn(stack: &Settings) -> String {
    format!("arn:aws:iam::{}:role/ringback-scheduler", stack.account)
}

/// All queues there are.
#[must_use]
pub fn queues() -> Vec<String> {
    let sources = queue::SOURCES.iter().map(|name| (*name).to_owned());
    sources.chain(dead_letter_queues()).collect()
}

fn dead_letter_queues() -> impl Iterator<Item = String> {
    let of_functions = queue::SOURCES.iter().chain([&"reconcile"]).map(|name| dead_letters(name));
    of_functions.chain([queue::SCHEDULES_DEAD_LETTERS.to_owned()])
}

/// Makes whatever is missing.
///
/// # Errors
/// A service refused, which it does only when the data are another program's, or the disk is full.
pub fn provision(aws: &mut Aws, now: Now) -> Result<(), AwsError> {
    aws.with(now, |ctx| {
        make_queues(ctx)?;
        make_topics(ctx)?;
        events::create_bus(ctx, EVENT_BUS)?;
        s3::create_bucket(ctx, EXPORTS_BUCKET)?;
        make_schedules(ctx)
    })?;
    make_tables(aws, now)
}

fn make_queues(ctx: &Ctx) -> Result<(), AwsError> {
    // Dead letters first: a redrive policy names a queue that is there.
    for name in dead_letter_queues() {
        let retention = DEAD_LETTER_RETENTION_S.to_string();
        make_queue(ctx, &name, &[("MessageRetentionPeriod", retention)])?;
    }
    for name in queue::SOURCES {
        let redrive = json!({
            "deadLetterTargetArn": sqs::arn(ctx.settings, &dead_letters(name)),
            "maxReceiveCount": RECEIVES_MAX,
        });
        let visibility_s = match name {
            queue::EXPORT_BILLING | queue::RECONCILE_BILLING => 6 * MONTH_TIMEOUT_S,
            _ => VISIBILITY_S,
        };
        let attributes = [
            ("VisibilityTimeout", visibility_s.to_string()),
            ("MessageRetentionPeriod", RETENTION_S.to_string()),
            ("RedrivePolicy", redrive.to_string()),
        ];
        make_queue(ctx, name, &attributes)?;
    }
    Ok(())
}

/// Creates and then sets: data of an earlier release, with other attributes, are brought up to this one.
fn make_queue(ctx: &Ctx, name: &str, attributes: &[(&str, String)]) -> Result<(), AwsError> {
    sqs::create_queue(ctx, name, &BTreeMap::new())?;
    let attributes = attributes.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
    sqs::set_attributes(ctx, name, &attributes.collect())
}

fn make_topics(ctx: &Ctx) -> Result<(), AwsError> {
    for name in TOPICS {
        let topic = sns::create_topic(ctx, name)?;
        let queue = sqs::arn(ctx.settings, name);
        let redrive = json!({
            "deadLetterTargetArn": sqs::arn(ctx.settings, &dead_letters(name)),
        });
        let known = sns::subscriptions_to(ctx, &topic)?;
        let arn = match known.into_iter().find(|subscription| subscription.endpoint == queue) {
            Some(subscription) => subscription.arn,
            None => sns::subscribe_queue(ctx, &topic, &queue, &BTreeMap::new())?,
        };
        // Raw delivery stays off: the envelope's timestamp is the only one that a text has.
        sns::set_subscription_attribute(ctx, &arn, "RawMessageDelivery", "false")?;
        sns::set_subscription_attribute(ctx, &arn, "RedrivePolicy", &redrive.to_string())?;
    }
    Ok(())
}

fn make_schedules(ctx: &Ctx) -> Result<(), AwsError> {
    unless_there(scheduler::handle(ctx, &rest("/schedule-groups/", SCHEDULE_GROUP, &json!({}))))?;
    let reconcile = json!({
        "ScheduleExpression": "rate(1 minute)",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {
            "Arn": lambda::arn(ctx.settings, "reconcile"),
            "RoleArn": scheduler_role_arn(ctx.settings),
            "RetryPolicy": {"MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": 60},
            "DeadLetterConfig": {"Arn": sqs::arn(ctx.settings, queue::SCHEDULES_DEAD_LETTERS)},
        },
    });
    unless_there(scheduler::handle(ctx, &rest("/schedules/", "reconcile", &reconcile)))?;
    for (name, cron, month) in EXPORTS {
        let export = asks_for(ctx, cron, queue::EXPORT_BILLING, month);
        unless_there(scheduler::handle(ctx, &rest("/schedules/", name, &export)))?;
    }
    let (name, cron) = RECONCILIATION;
    let reconciliation = asks_for(ctx, cron, queue::RECONCILE_BILLING, "open");
    unless_there(scheduler::handle(ctx, &rest("/schedules/", name, &reconciliation)))?;
    Ok(())
}

/// A schedule that asks a queue for months.
fn asks_for(ctx: &Ctx, cron: &str, to: &str, month: &str) -> Value {
    json!({
        "ScheduleExpression": cron,
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {
            "Arn": sqs::arn(ctx.settings, to),
            "RoleArn": scheduler_role_arn(ctx.settings),
            "Input": json!({"v": 1, "month": month}).to_string(),
            "DeadLetterConfig": {"Arn": sqs::arn(ctx.settings, queue::SCHEDULES_DEAD_LETTERS)},
        },
    })
}

fn rest(path: &str, name: &str, body: &Value) -> Request {
    Request {
        method: Method::POST,
        uri: format!("{path}{name}"),
        headers: HeaderMap::new(),
        body: Bytes::from(body.to_string()),
    }
}

/// The tables, as requests of `CreateTable`.
#[must_use]
pub fn tables() -> [Value; 2] {
    let keys = |hash: &str, range: &str| {
        json!([
            {"AttributeName": hash, "KeyType": "HASH"},
            {"AttributeName": range, "KeyType": "RANGE"},
        ])
    };
    let text = |name: &str| json!({"AttributeName": name, "AttributeType": "S"});
    let reminders = json!({
        "TableName": REMINDERS_TABLE,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            text("pk"), text("sk"), text("open"),
            {"AttributeName": "check_at", "AttributeType": "N"},
        ],
        "KeySchema": keys("pk", "sk"),
        "GlobalSecondaryIndexes": [{
            "IndexName": "open",
            "KeySchema": keys("open", "check_at"),
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }],
    });
    let billing = json!({
        "TableName": BILLING_TABLE,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            text("pk"), text("sk"), text("period_shard"), text("charge_id"), text("total_shard"),
        ],
        "KeySchema": keys("pk", "sk"),
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "period",
                "KeySchema": keys("period_shard", "charge_id"),
                "Projection": {"ProjectionType": "ALL"},
            },
            {
                "IndexName": "totals",
                "KeySchema": keys("total_shard", "pk"),
                "Projection": {"ProjectionType": "ALL"},
            },
        ],
    });
    [reminders, billing]
}

fn make_tables(aws: &mut Aws, now: Now) -> Result<(), AwsError> {
    for table in tables() {
        unless_there(aws.handle(&dynamodb("CreateTable", &table), now))?;
        make_indexes(aws, &table, now)?;
    }
    expire_reminders(aws, now)
}

/// Makes the indexes that a table of an earlier release lacks.
fn make_indexes(aws: &mut Aws, table: &Value, now: Now) -> Result<(), AwsError> {
    let name = json!({"TableName": table["TableName"]});
    let described = aws.handle(&dynamodb("DescribeTable", &name), now);
    let body: Value = serde_json::from_slice(&described.body).unwrap_or_default();
    let there = body["Table"]["GlobalSecondaryIndexes"].as_array().cloned().unwrap_or_default();
    let wanted = table["GlobalSecondaryIndexes"].as_array().into_iter().flatten();
    for index in wanted {
        if there.iter().any(|it| it["IndexName"] == index["IndexName"]) {
            continue;
        }
        let update = json!({
            "TableName": table["TableName"],
            "AttributeDefinitions": table["AttributeDefinitions"],
            "GlobalSecondaryIndexUpdates": [{"Create": index}],
        });
        unless_there(aws.handle(&dynamodb("UpdateTable", &update), now))?;
    }
    Ok(())
}

/// Rows of the reminders table go when their `expires_at` has passed; the ledger's never do.
fn expire_reminders(aws: &mut Aws, now: Now) -> Result<(), AwsError> {
    let table = json!({"TableName": REMINDERS_TABLE});
    let described = aws.handle(&dynamodb("DescribeTimeToLive", &table), now);
    let body: Value = serde_json::from_slice(&described.body).unwrap_or_default();
    if body["TimeToLiveDescription"]["TimeToLiveStatus"] == "ENABLED" {
        return Ok(());
    }
    let wanted = json!({
        "TableName": REMINDERS_TABLE,
        "TimeToLiveSpecification": {"Enabled": true, "AttributeName": "expires_at"},
    });
    unless_there(aws.handle(&dynamodb("UpdateTimeToLive", &wanted), now))
}

/// A request to DynamoDB.
///
/// # Panics
/// If the operation's name is none that a header takes: a mistake of the caller.
#[must_use]
pub fn dynamodb(operation: &str, body: &Value) -> Request {
    let target = format!("DynamoDB_20120810.{operation}");
    let target = HeaderValue::try_from(target).expect("an operation's name is a header value");
    let headers = [
        ("x-amz-target", target),
        ("content-type", HeaderValue::from_static("application/x-amz-json-1.0")),
    ];
    let headers = headers.map(|(name, value)| (http::HeaderName::from_static(name), value));
    Request {
        method: Method::POST,
        uri: "/".into(),
        headers: HeaderMap::from_iter(headers),
        body: Bytes::from(body.to_string()),
    }
}

/// That it is there already is what was wanted.
fn unless_there(response: aws_local::wire::Response) -> Result<(), AwsError> {
    if response.status.is_success() {
        return Ok(());
    }
    let body: Value = serde_json::from_slice(&response.body).unwrap_or_default();
    let header = response.headers.get("x-amzn-errortype").and_then(|value| value.to_str().ok());
    let code = header.or(body["__type"].as_str()).unwrap_or_default();
    let code = code.rsplit('#').next().unwrap_or_default();
    if response.status == StatusCode::CONFLICT || code == "ResourceInUseException" {
        return Ok(());
    }
    let said = body["message"].as_str().or(body["Message"].as_str()).unwrap_or_default();
    Err(AwsError::with_status(response.status, code, said))
}
