//! A deployed stack: the services of this machine under the names that the template gives, with what CloudFormation
//! and the AWS CLI say of it, so that commands with `--stack` can be run as in AWS.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::net::Ipv4Addr;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Output, Stdio};
use std::sync::{Arc, Mutex};

use aws_local::server::Handle;
use aws_local::{Aws, Ctx, Data, Settings, scheduler, sns, sqs, wire};
use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};
use stack::provision::{self, queue};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tower::ServiceExt as _;

use crate::support::now;

/// What the stack is called.
pub const STACK: &str = "bell";

/// The bucket of what reached the topics.
pub const ARCHIVE: &str = "bell-archive";

/// A deployed stack.
pub struct Deployment {
    endpoint: String,
    pub handle: Handle,
    /// Operations that whoever asks may not do.
    denied: Arc<Mutex<BTreeSet<String>>>,
    /// Rows that hold any of these words are younger than what a restore restores.
    young: Arc<Mutex<BTreeSet<String>>>,
    /// Where the `aws` of this deployment stands.
    tools: TempDir,
}

impl Deployment {
    /// Deploys, on `data`, with the carrier as `change` makes it.
    pub async fn on(data: &Data, change: impl FnOnce(&mut Settings)) -> Self {
        Self::deploy(data, &[], change).await
    }

    /// Deploys without what these outputs name.
    pub async fn without(outputs: &[&str]) -> Self {
        Self::deploy(&Data::Memory, outputs, |_| ()).await
    }

    async fn deploy(data: &Data, without: &[&str], change: impl FnOnce(&mut Settings)) -> Self {
        let door = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let endpoint = format!("http://{}", door.local_addr().expect("an address"));
        let mut settings = Settings { endpoint: endpoint.clone(), ..Settings::default() };
        settings.carrier.two_way_topic_arn = sns::arn(&settings, &named(queue::INBOUND_SMS));
        settings.carrier.event_topic_arn = sns::arn(&settings, &named(queue::CALL_EVENTS));
        settings.carrier.configuration_set = STACK.into();
        change(&mut settings);
        let mut outputs = outputs(&settings);
        outputs.retain(|name, _| !without.contains(name));
        let mut aws = Aws::open(data, settings, None).expect("opens");
        // The tables have names of their own in a deployment as well.
        provision::provision(&mut aws, now()).expect("provisioned");
        aws.with(now(), |ctx| {
            for name in provision::queues() {
                sqs::create_queue(ctx, &named(&name), &BTreeMap::new())?;
            }
            for name in provision::TOPICS {
                let topic = sns::create_topic(ctx, &named(name))?;
                let queue = sqs::arn(ctx.settings, &named(name));
                sns::subscribe_queue(ctx, &topic, &queue, &BTreeMap::new())?;
            }
            // Somebody listens to the alarms.
            let alarms = sns::create_topic(ctx, &named("alarms"))?;
            sqs::create_queue(ctx, "pager", &BTreeMap::new())?;
            sns::subscribe_queue(ctx, &alarms, &sqs::arn(ctx.settings, "pager"), &BTreeMap::new())
        })
        .expect("deployed");
        aws.with(now(), |ctx| {
            let started = scheduler::handle(ctx, &reconcile_schedule(ctx));
            assert!(started.status.is_success(), "{started:?}");
            Ok(())
        })
        .expect("scheduled");
        let handle = Handle::new(aws);
        let denied = Arc::<Mutex<BTreeSet<String>>>::default();
        let young = Arc::<Mutex<BTreeSet<String>>>::default();
        let front = Front {
            aws: handle.router(),
            outputs,
            denied: Arc::clone(&denied),
            young: Arc::clone(&young),
        };
        let router = Router::new().fallback(move |method, uri, headers, body| {
            let front = front.clone();
            async move { front.answer(method, uri, headers, body).await }
        });
        tokio::spawn(async { axum::serve(door, router).await });
        let tools = tempfile::tempdir().expect("a directory");
        Self { endpoint, handle, denied, young, tools }
    }

    /// Takes a permission away from whoever asks, such as `PinpointSMSVoiceV2.DescribePhoneNumbers`.
    pub fn deny(&self, operation: &str) {
        self.denied.lock().expect("no panic").insert(operation.to_owned());
    }

    /// Lets a restore be of a moment before the rows that hold this word.
    pub fn restores_without(&self, word: &str) {
        self.young.lock().expect("no panic").insert(word.to_owned());
    }

    /// Asks DynamoDB.
    pub async fn dynamodb(&self, operation: &str, body: &Value) -> Value {
        dynamodb(&self.handle.router(), operation, body).await
    }

    /// What `aws` answers to any command.
    pub fn aws_cli_says(&self, answer: &str) {
        let path = self.tools.path().join("aws");
        fs::write(&path, format!("#!/bin/sh\n/bin/cat <<'END'\n{answer}\nEND\n")).expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("executable");
    }

    /// Sends a request to the carrier, as the account's owner does.
    pub async fn carrier(&self, operation: &str, body: &Value) -> Value {
        let target = format!("PinpointSMSVoiceV2.{operation}").parse().expect("a header");
        let headers = HeaderMap::from_iter([(HeaderName::from_static("x-amz-target"), target)]);
        let body = body.to_string().into();
        let request = wire::Request { method: Method::POST, uri: "/".into(), headers, body };
        let answer = self.handle.answer(&request).await;
        let body = serde_json::from_slice(&answer.body).expect("JSON");
        assert!(answer.status.is_success(), "{body}");
        body
    }

    /// Runs a command as an operator of this account does.
    pub async fn run(&self, args: &[&str]) -> Output {
        let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_ringback"));
        command.args(args).env_clear().stdin(Stdio::null());
        command.env("PATH", self.tools.path());
        let access = [
            ("AWS_REGION", "us-east-1"),
            ("AWS_ENDPOINT_URL", self.endpoint.as_str()),
            ("AWS_ACCESS_KEY_ID", "any"),
            ("AWS_SECRET_ACCESS_KEY", "any"),
        ];
        command.envs(access).output().await.expect("it runs")
    }
}

/// The request that starts the repair loop every minute.
fn reconcile_schedule(ctx: &Ctx) -> wire::Request {
    let schedule = json!({
        "ScheduleExpression": "rate(1 minute)",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {
            "Arn": sqs::arn(ctx.settings, "pager"),
            "RoleArn": provision::scheduler_role_arn(ctx.settings),
        },
    });
    let uri = format!("/schedules/{}", named("reconcile"));
    let (headers, body) = (HeaderMap::new(), schedule.to_string().into());
    wire::Request { method: Method::POST, uri, headers, body }
}

/// The name of a queue or topic of the stack.
pub fn named(name: &str) -> String {
    format!("{STACK}-{name}")
}

fn outputs(settings: &Settings) -> BTreeMap<&'static str, String> {
    BTreeMap::from([
        ("ServiceNumber", settings.carrier.number.clone()),
        ("InboundSmsTopicArn", sns::arn(settings, &named(queue::INBOUND_SMS))),
        ("CallEventsTopicArn", sns::arn(settings, &named(queue::CALL_EVENTS))),
        ("AlarmTopicArn", sns::arn(settings, &named("alarms"))),
        ("ConfigurationSet", STACK.to_owned()),
        ("RemindersTable", provision::REMINDERS_TABLE.to_owned()),
        ("BillingTable", provision::BILLING_TABLE.to_owned()),
        ("ScheduleGroup", provision::SCHEDULE_GROUP.to_owned()),
        ("ArchiveBucket", ARCHIVE.to_owned()),
    ])
}

/// Stands before the services of this machine.
#[derive(Clone)]
struct Front {
    aws: Router,
    outputs: BTreeMap<&'static str, String>,
    denied: Arc<Mutex<BTreeSet<String>>>,
    young: Arc<Mutex<BTreeSet<String>>>,
}

impl Front {
    async fn answer(self, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
        let form: BTreeMap<String, String> = match std::str::from_utf8(&body) {
            Ok(text) => {
                text.split('&').filter_map(|pair| pair.split_once('=')).map(owned).collect()
            }
            Err(_) => BTreeMap::new(),
        };
        let action = form.get("Action").map(String::as_str).unwrap_or_default();
        let target = headers.get("x-amz-target").and_then(|value| value.to_str().ok());
        let operation = target.unwrap_or(action).to_owned();
        if self.denied.lock().expect("no panic").contains(&operation) {
            let said = format!("User: somebody is not authorized to perform: {operation}");
            let error = json!({"__type": "AccessDeniedException", "Message": said});
            return (StatusCode::BAD_REQUEST, axum::Json(error)).into_response();
        }
        if operation == "DynamoDB_20120810.RestoreTableToPointInTime" {
            let asked = serde_json::from_slice(&body).expect("JSON");
            return axum::Json(self.restore(&asked).await).into_response();
        }
        match action {
            "DescribeStacks" => self.stacks(form.get("StackName").map(String::as_str)),
            _ => {
                let mut request = axum::http::Request::new(axum::body::Body::from(body));
                *request.method_mut() = method;
                *request.uri_mut() = uri;
                *request.headers_mut() = headers;
                self.aws.oneshot(request).await.expect("infallible")
            }
        }
    }

    /// Makes a table like the source, with all of its rows that are old enough.
    async fn restore(&self, asked: &Value) -> Value {
        let described =
            dynamodb(&self.aws, "DescribeTable", &json!({"TableName": asked["SourceTableName"]}))
                .await;
        let source = &described["Table"];
        let indexes = source["GlobalSecondaryIndexes"].as_array().expect("indexes").iter();
        let index = |index: &Value| json!({"IndexName": index["IndexName"], "KeySchema": index["KeySchema"], "Projection": index["Projection"]});
        let table = json!({
            "TableName": asked["TargetTableName"],
            "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": source["KeySchema"],
            "AttributeDefinitions": source["AttributeDefinitions"],
            "GlobalSecondaryIndexes": indexes.map(index).collect::<Vec<_>>(),
        });
        let made = dynamodb(&self.aws, "CreateTable", &table).await;
        let all =
            dynamodb(&self.aws, "Scan", &json!({"TableName": asked["SourceTableName"]})).await;
        let young = self.young.lock().expect("no panic").clone();
        for item in all["Items"].as_array().expect("items") {
            let text = item.to_string();
            if !young.iter().any(|word| text.contains(word)) {
                let put = json!({"TableName": asked["TargetTableName"], "Item": item});
                dynamodb(&self.aws, "PutItem", &put).await;
            }
        }
        made
    }

    /// As documented for `DescribeStacks`.
    fn stacks(&self, name: Option<&str>) -> Response {
        if name != Some(STACK) {
            let said = format!(
                "<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id {} \
                 does not exist</Message></Error></ErrorResponse>",
                name.unwrap_or_default()
            );
            return (StatusCode::BAD_REQUEST, said).into_response();
        }
        let output = |(key, value): (&&str, &String)| {
            format!(
                "<member><OutputKey>{key}</OutputKey><OutputValue>{value}</OutputValue></member>"
            )
        };
        let outputs: String = self.outputs.iter().map(output).collect();
        let stack = format!(
            "<DescribeStacksResponse xmlns=\"http://cloudformation.amazonaws.com/doc/2010-05-15/\">\
             <DescribeStacksResult><Stacks><member><StackName>{STACK}</StackName>\
             <CreationTime>2026-11-23T09:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus>\
             <Parameters><member><ParameterKey>OpenShards</ParameterKey><ParameterValue>16</ParameterValue></member>\
             </Parameters><Outputs>{outputs}</Outputs></member></Stacks></DescribeStacksResult>\
             </DescribeStacksResponse>"
        );
        ([("content-type", "text/xml")], stack).into_response()
    }
}

async fn dynamodb(aws: &Router, operation: &str, body: &Value) -> Value {
    use http_body_util::BodyExt as _;
    let request = axum::http::Request::post("/")
        .header("x-amz-target", format!("DynamoDB_20120810.{operation}"))
        .body(axum::body::Body::from(body.to_string()))
        .expect("a request");
    let response = aws.clone().oneshot(request).await.expect("infallible");
    let status = response.status();
    let body = response.into_body().collect().await.expect("a body").to_bytes();
    let answer = serde_json::from_slice(&body).expect("JSON");
    assert!(status.is_success(), "{answer}");
    answer
}

fn owned((name, value): (&str, &str)) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

/// What a command answered in JSON, and its exit code.
pub fn answer(output: &Output) -> (Option<i32>, Value) {
    let said = String::from_utf8_lossy(&output.stderr);
    let answer = serde_json::from_slice(&output.stdout);
    (output.status.code(), answer.unwrap_or_else(|error| panic!("{error}: {said}")))
}

#[tokio::test(flavor = "multi_thread")]
async fn dead_letters_of_a_deployed_stack_are_found_by_its_name() {
    let bell = Deployment::on(&Data::Memory, |_| ()).await;
    let dead = named(&provision::dead_letters(queue::CHARGES));
    let attributes = [
        ("reason", "no_price"),
        ("function", "record-charge"),
        ("first_seen", "2026-11-23T09:00:00Z"),
        ("waited", "2"),
    ];
    let letter = sqs::Outgoing {
        body: json!({"v": 1, "call": {"occurrence": "0123456789abcdef-1-1"}}).to_string(),
        attributes: attributes
            .map(|(name, text)| (name.to_owned(), sqs::MessageAttribute::string(text)))
            .into(),
        system: BTreeMap::new(),
        delay_s: None,
    };
    bell.handle.with(|ctx| sqs::send(ctx, &dead, letter).map(|_| ())).await.expect("sent");
    let args = |more: &'static str| ["redrive", "charges", "--stack", STACK, "--json", more];
    let (code, seen) = answer(&bell.run(&args("--peek")).await);
    assert_eq!((code, &seen["letters"][0]["reason"]), (Some(0), &json!("no_price")));
    assert_eq!(seen["letters"][0]["body"]["call"]["occurrence"], "0123456789abcdef-1-1");

    // Nobody may send: it stays where it is, and in sight.
    bell.deny("AmazonSQS.SendMessage");
    let output = bell.run(&args("--limit=5")).await;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("you lack the permission sqs:SendMessage"), "{said}");
    let (_, seen) = answer(&bell.run(&args("--peek")).await);
    assert_eq!(seen["letters"].as_array().map(Vec::len), Some(1));
    bell.denied.lock().expect("no panic").clear();

    let (code, sent) = answer(&bell.run(&args("--limit=5")).await);
    assert_eq!((code, &sent["sent"]), (Some(0), &json!({"charges": 1})));
    let taken = bell.handle.with(|ctx| sqs::receive(ctx, &named(queue::CHARGES), 10, None)).await;
    let taken = taken.expect("the queue is there");
    assert_eq!(taken[0].attributes.keys().collect::<Vec<_>>(), ["waited"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stack_that_is_not_there_is_said_with_what_to_do() {
    let bell = Deployment::on(&Data::Memory, |_| ()).await;
    let output = bell.run(&["trace", "+12065550123", "--stack", "gong"]).await;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2));
    assert!(said.contains("there is no stack gong in us-east-1"), "{said}");
    bell.deny("DescribeStacks");
    let output = bell.run(&["trace", "+12065550123", "--stack", STACK]).await;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("cloudformation:DescribeStacks"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_come_from_the_aws_cli_where_the_environment_has_none() {
    let bell = Deployment::on(&Data::Memory, |_| ()).await;
    let trace = async || {
        let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_ringback"));
        command.args(["trace", "+12065550123", "--stack", STACK]).env_clear();
        command.env("PATH", bell.tools.path());
        command.env("AWS_ENDPOINT_URL", &bell.endpoint).env("AWS_REGION", "us-east-1");
        command.output().await.expect("it runs")
    };
    let said = String::from_utf8(trace().await.stderr).expect("UTF-8");
    assert!(said.contains("there are no credentials for AWS"), "{said}");
    bell.aws_cli_says(
        r#"{"Version": 1, "AccessKeyId": "a", "SecretAccessKey": "b", "SessionToken": "c"}"#,
    );
    let output = trace().await;
    assert_eq!(
        String::from_utf8(output.stdout).expect("UTF-8"),
        "nothing is known of +12065550123\n"
    );
}
