//! Which stack a command is about: the one on this machine, whether it runs or not, or one in AWS.
//!
//! In AWS everything is found from the stack's name: its outputs name what CloudFormation named, and the rest is named
//! by `template.yaml` after the stack. A test holds the names here to that file.

use std::collections::BTreeMap;
use std::io;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::Command;

use aws_local::server::Handle;
use aws_local::{OpenError, Settings};
use aws_sdk_cloudformation::types::Stack;
use aws_types::SdkConfig;
use clap::Args;
use cloud::connection::{http_client, sdk_config};
use cloud::{Cloud, Config, ConfigError};
use serde::Deserialize;
use stack::{functions, provision};
use tokio::net::TcpListener;
use tokio::task::AbortHandle;

use crate::local::{self, StartError};
use crate::refusal::Refusal;

/// The longest name that the template takes; all else is named after it.
const STACK_NAME_MAX: usize = 40;

/// Where a command looks.
#[derive(Debug, Clone, Args)]
pub struct TargetArgs {
    /// The stack in AWS of this name, in the region and with the credentials of the AWS CLI
    #[arg(long, value_name = "NAME", value_parser = stack_name)]
    pub stack: Option<String>,
    /// Where the local stack keeps its data
    #[arg(long, value_name = "DIR", default_value = ".ringback", conflicts_with = "stack")]
    pub data_dir: PathBuf,
}

fn stack_name(name: &str) -> Result<String, String> {
    let sound = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        && name.len() <= STACK_NAME_MAX;
    match sound {
        true => Ok(name.to_owned()),
        false => Err(format!("at most {STACK_NAME_MAX} letters, digits and hyphens")),
    }
}

/// A stack that can be asked.
pub struct Target {
    /// The tables and queues, as the functions reach them.
    pub cloud: Cloud,
    /// For clients of what the functions do not use.
    pub sdk: SdkConfig,
    /// What everything is called.
    pub names: Names,
    /// Serves the data of a stack that does not run.
    _door: Option<Door>,
}

/// What the parts of a stack are called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    /// The stack in AWS; none on this machine.
    pub stack: Option<String>,
    /// Twelve digits.
    pub account: String,
    /// What queue URLs begin with, up to the account.
    queue_host: String,
    /// What comes before the names of queues and topics.
    prefix: String,
    /// `aws`, or the partition of another country.
    partition: String,
    region: String,
    /// Where alarms are published, in AWS.
    pub alarm_topic: Option<String>,
    /// The bucket of what reached the topics, in AWS, where it is kept.
    pub archive_bucket: Option<String>,
}

impl Names {
    /// The URL of the queue that the template calls `queue`.
    #[must_use]
    pub fn queue_url(&self, queue: &str) -> String {
        format!("{}/{}/{}{queue}", self.queue_host, self.account, self.prefix)
    }

    /// The ARN of a topic or a queue.
    #[must_use]
    pub fn arn(&self, service: &str, name: &str) -> String {
        let Self { partition, region, account, prefix, .. } = self;
        format!("arn:{partition}:{service}:{region}:{account}:{prefix}{name}")
    }

    /// The name of something that is called after the stack.
    #[must_use]
    pub fn of(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// How a command for the same stack ends, for sentences that say what to type.
    #[must_use]
    pub fn option(&self) -> String {
        self.stack.as_ref().map(|name| format!(" --stack {name}")).unwrap_or_default()
    }
}

/// Ends with the command.
struct Door(AbortHandle);

impl Drop for Door {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Target {
    /// Finds the stack.
    ///
    /// # Errors
    /// There is none, or it cannot be asked: a sentence that says what to do.
    pub async fn open(args: &TargetArgs) -> Result<Self, TargetError> {
        match &args.stack {
            Some(name) => Self::in_aws(name).await,
            None => Self::local(&args.data_dir).await,
        }
    }

    /// Asks the stack that has the data, or has them itself meanwhile.
    async fn local(data_dir: &Path) -> Result<Self, TargetError> {
        if !data_dir.join("aws.sqlite").is_file() {
            return Err(TargetError::NoData { path: data_dir.to_owned() });
        }
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let own = format!("http://{}", listener.local_addr()?);
        let settings = local::tools_settings(own.clone());
        let (endpoint, door) = match local::open(data_dir, settings) {
            Ok(aws) => {
                let router = Handle::new(aws).router();
                let door = tokio::spawn(async { axum::serve(listener, router).await });
                (own, Some(Door(door.abort_handle())))
            }
            Err(StartError::Open(OpenError::Locked { path, .. })) => {
                let running = local::running(data_dir).ok_or(TargetError::Starting { path })?;
                (running.aws_endpoint, None)
            }
            Err(error) => return Err(error.into()),
        };
        let settings = Settings { endpoint, ..Settings::default() };
        let names = Names {
            stack: None,
            account: settings.account.clone(),
            queue_host: settings.endpoint.clone(),
            prefix: String::new(),
            partition: "aws".into(),
            region: settings.region.clone(),
            alarm_topic: None,
            archive_bucket: None,
        };
        Self::with(&functions::tools(&settings), names, door)
    }

    async fn in_aws(name: &str) -> Result<Self, TargetError> {
        let access = Access::find()?;
        let (_, sdk) = connect(&access.variables)?;
        let found = describe(&sdk, name, &access.region).await?;
        let (variables, names) = deployed(&access, name, &found)?;
        Self::with(&variables, names, None)
    }

    fn with(
        variables: &BTreeMap<String, String>,
        names: Names,
        door: Option<Door>,
    ) -> Result<Self, TargetError> {
        let (config, sdk) = connect(variables)?;
        Ok(Self { cloud: Cloud::new(config), sdk, names, _door: door })
    }
}

fn connect(variables: &BTreeMap<String, String>) -> Result<(Config, SdkConfig), ConfigError> {
    let config = Config::from_lookup(|name| variables.get(name).cloned())?;
    let sdk = sdk_config(&config).http_client(http_client(&config)).build();
    Ok((config, sdk))
}

async fn describe(sdk: &SdkConfig, name: &str, region: &str) -> Result<Stack, TargetError> {
    let missing = || TargetError::NoStack { name: name.to_owned(), region: region.to_owned() };
    let client = aws_sdk_cloudformation::Client::new(sdk);
    let described = client.describe_stacks().stack_name(name).send().await.map_err(|error| {
        let refusal = Refusal::of("cloudformation:DescribeStacks", &error);
        match refusal.says("does not exist") {
            true => missing(),
            false => TargetError::Refused(refusal),
        }
    })?;
    described.stacks.unwrap_or_default().into_iter().next().ok_or_else(missing)
}

/// The variables that the functions of a deployed stack have, as far as the tools need them, and its names.
fn deployed(
    access: &Access,
    name: &str,
    stack: &Stack,
) -> Result<(BTreeMap<String, String>, Names), TargetError> {
    let output = |key: &'static str| {
        let found = stack.outputs().iter().find(|output| output.output_key() == Some(key));
        let found = found.and_then(|output| output.output_value()).map(str::to_owned);
        found.ok_or_else(|| TargetError::NoOutput { name: name.to_owned(), key })
    };
    let parameter = |key: &str| {
        let found = stack.parameters().iter().find(|it| it.parameter_key() == Some(key));
        found.and_then(|it| it.parameter_value()).map(str::to_owned)
    };
    let topic = output("InboundSmsTopicArn")?;
    let mut parts = topic.split(':');
    let (partition, account) = (parts.nth(1).unwrap_or("aws"), parts.nth(2).unwrap_or_default());
    let suffix = if partition == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" };
    let host = format!("https://sqs.{}.{suffix}", access.region);
    let names = Names {
        stack: Some(name.to_owned()),
        account: account.to_owned(),
        queue_host: access.endpoint.clone().unwrap_or(host),
        prefix: format!("{name}-"),
        partition: partition.to_owned(),
        region: access.region.clone(),
        alarm_topic: output("AlarmTopicArn").ok(),
        archive_bucket: output("ArchiveBucket").ok(),
    };
    use provision::queue as q;
    let url = |queue| names.queue_url(queue);
    let mut variables = access.variables.clone();
    variables.extend(functions::named([
        ("REMINDERS_TABLE", output("RemindersTable")?),
        ("BILLING_TABLE", output("BillingTable")?),
        ("OPEN_SHARDS", parameter("OpenShards").unwrap_or_default()),
        ("CALLS_PER_MINUTE", parameter("CallsPerMinute").unwrap_or_default()),
        ("OUTBOUND_SMS_QUEUE_URL", url(q::OUTBOUND_SMS)),
        ("CHARGES_QUEUE_URL", url(q::CHARGES)),
        ("SCHEDULE_REMINDER_QUEUE_URL", url(q::SCHEDULE_REMINDER)),
        ("DUE_CALLBACKS_QUEUE_URL", url(q::DUE_CALLBACKS)),
        ("DUE_CALLBACKS_QUEUE_ARN", names.arn("sqs", q::DUE_CALLBACKS)),
        ("CALL_EVENTS_QUEUE_URL", url(q::CALL_EVENTS)),
        ("EXPORT_BILLING_QUEUE_URL", url(q::EXPORT_BILLING)),
        ("RECONCILE_BILLING_QUEUE_URL", url(q::RECONCILE_BILLING)),
        ("SCHEDULE_GROUP", output("ScheduleGroup")?),
        // The tools make no schedules.
        ("SCHEDULER_ROLE_ARN", "none".into()),
        ("SCHEDULES_DEAD_LETTERS_ARN", names.arn("sqs", q::SCHEDULES_DEAD_LETTERS)),
        ("SERVICE_NUMBER", output("ServiceNumber")?),
        ("ORIGINATION_IDENTITY", parameter("OriginationIdentity").unwrap_or_default()),
        ("CONFIGURATION_SET", output("ConfigurationSet")?),
    ]));
    // Whether others are told of what a tool writes.
    variables.remove("LIFECYCLE_EVENTS_QUEUE_URL");
    if parameter("LifecycleEvents").as_deref() == Some("true") {
        variables.insert("LIFECYCLE_EVENTS_QUEUE_URL".into(), url(q::LIFECYCLE_EVENTS));
    }
    Ok((variables, names))
}

/// The region and the credentials for AWS.
struct Access {
    region: String,
    endpoint: Option<String>,
    variables: BTreeMap<String, String>,
}

/// What `aws configure export-credentials` prints.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Exported {
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
}

impl Access {
    /// From the environment; what is not there is asked of the AWS CLI, which knows profiles, single sign-on and roles.
    fn find() -> Result<Self, TargetError> {
        let region = match environment("AWS_REGION").or(environment("AWS_DEFAULT_REGION")) {
            Some(region) => region,
            None => aws_cli(&["configure", "get", "region"]).ok_or(TargetError::NoRegion)?,
        };
        // The names in it are the local stack's, until the stack's own are known.
        let settings = Settings { region: region.clone(), ..Settings::default() };
        let mut variables = functions::tools(&settings);
        variables.remove("PRICE_BOOK");
        let mut add = |name: &str, value: Option<String>| {
            variables.remove(name);
            variables.extend(value.map(|value| (name.to_owned(), value)));
        };
        for name in ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2"] {
            add(name, environment(name));
        }
        match environment("AWS_ACCESS_KEY_ID") {
            Some(key) => {
                add("AWS_ACCESS_KEY_ID", Some(key));
                add("AWS_SECRET_ACCESS_KEY", environment("AWS_SECRET_ACCESS_KEY"));
                add("AWS_SESSION_TOKEN", environment("AWS_SESSION_TOKEN"));
            }
            None => {
                let exported = aws_cli(&["configure", "export-credentials"])
                    .and_then(|text| serde_json::from_str::<Exported>(&text).ok())
                    .ok_or(TargetError::NoCredentials)?;
                add("AWS_ACCESS_KEY_ID", Some(exported.access_key_id));
                add("AWS_SECRET_ACCESS_KEY", Some(exported.secret_access_key));
                add("AWS_SESSION_TOKEN", exported.session_token);
            }
        }
        let endpoint = variables.get("AWS_ENDPOINT_URL").cloned();
        Ok(Self { region, endpoint, variables })
    }
}

#[expect(clippy::disallowed_methods, reason = "the command line is a door: who asks comes in here")]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// What the AWS CLI answers; nothing if it is not there or has no answer.
#[must_use]
pub fn aws_cli(args: &[&str]) -> Option<String> {
    let output = Command::new("aws").args(args).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !text.is_empty()).then_some(text)
}

/// Why a stack cannot be asked.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// Nothing was ever kept there.
    #[error("there are no data in {}: start `ringback` first, or name its --data-dir", path.display())]
    NoData {
        /// The directory.
        path: PathBuf,
    },
    /// A stack has the data but has not said where it listens.
    #[error("the stack on {} is only just starting or ending: try again", path.display())]
    Starting {
        /// The directory.
        path: PathBuf,
    },
    /// The data cannot be opened.
    #[error(transparent)]
    Open(#[from] StartError),
    /// Nobody said which region.
    #[error("which region is not known: set AWS_REGION")]
    NoRegion,
    /// Nobody said as whom.
    #[error(
        "there are no credentials for AWS: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or log in with the AWS \
         CLI (version 2)"
    )]
    NoCredentials,
    /// No such stack.
    #[error(
        "there is no stack {name} in {region}: `aws cloudformation list-stacks` shows which there are"
    )]
    NoStack {
        /// The name.
        name: String,
        /// The region.
        region: String,
    },
    /// A stack of something else, or of an older template.
    #[error(
        "the stack {name} has no output {key}: it is not Ringback's, or needs to be deployed again"
    )]
    NoOutput {
        /// The name.
        name: String,
        /// The output.
        key: &'static str,
    },
    /// AWS did not answer.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The stack says what makes no sense.
    #[error("the stack's configuration is wrong")]
    Config(#[from] ConfigError),
    /// The system refused.
    #[error("the system refused what every program needs")]
    Io(#[from] io::Error),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_called_as_the_template_calls_it() {
        let template = include_str!("../../../template.yaml");
        for queue in provision::queues() {
            assert!(template.contains(&format!("QueueName: !Sub ${{AWS::StackName}}-{queue}\n")));
        }
        for topic in provision::TOPICS {
            assert!(template.contains(&format!("TopicName: !Sub ${{AWS::StackName}}-{topic}\n")));
        }
        let outputs = template.split("\nOutputs:\n").nth(1).expect("outputs");
        let wanted = [
            "InboundSmsTopicArn",
            "AlarmTopicArn",
            "ArchiveBucket",
            "RemindersTable",
            "BillingTable",
            "ScheduleGroup",
            "ServiceNumber",
            "ConfigurationSet",
        ];
        for output in wanted {
            assert!(
                outputs.contains(&format!("\n  {output}:\n"))
                    || outputs.starts_with(&format!("  {output}:\n"))
            );
        }
    }

    #[test]
    fn a_stacks_name_is_one_that_the_template_takes() {
        for name in ["ringback", "Ringback-2", &"a".repeat(40)] {
            assert_eq!(stack_name(name).as_deref(), Ok(name));
        }
        for name in ["", "2", "-a", "a b", "a_b", "a/b", &"a".repeat(41)] {
            assert!(stack_name(name).is_err(), "{name}");
        }
    }
}
