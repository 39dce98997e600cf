//! The attributes of a queue: their names, bounds and defaults, as the API reference has them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{DELAY_S_MAX, VISIBILITY_S_MAX, WAIT_S_MAX, find_any, invalid_value, queue_of_arn};
use crate::Ctx;
use crate::wire::AwsError;

/// Longest name of a queue.
const NAME_MAX: usize = 80;

/// Attributes that are kept and shown but mean nothing on one machine.
const KEPT: [&str; 5] = [
    "Policy",
    "RedriveAllowPolicy",
    "KmsMasterKeyId",
    "KmsDataKeyReusePeriodSeconds",
    "SqsManagedSseEnabled",
];

/// Attributes of FIFO queues, of which there are none here.
const FIFO: [&str; 4] =
    ["FifoQueue", "ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"];

/// Attributes that SQS itself writes; with the others, the names that a request may ask for.
const COMPUTED: [&str; 6] = [
    "QueueArn",
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
    "CreatedTimestamp",
    "LastModifiedTimestamp",
];

/// The attributes that a queue's owner sets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct QueueSettings {
    pub delay_s: u32,
    pub max_bytes: u32,
    pub retention_s: u32,
    pub wait_s: u32,
    pub visibility_s: u32,
    pub redrive: Option<Redrive>,
    /// Those in [`KEPT`], as they were given.
    pub kept: BTreeMap<String, String>,
}

/// After how many receives a message goes where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Redrive {
    /// The ARN of the dead-letter queue.
    pub dead_letters: String,
    pub receives_max: u32,
}

/// The documented defaults.
impl Default for QueueSettings {
    fn default() -> Self {
        Self {
            delay_s: 0,
            max_bytes: 1_048_576,
            retention_s: 345_600,
            wait_s: 0,
            visibility_s: 30,
            redrive: None,
            kept: BTreeMap::from([("SqsManagedSseEnabled".into(), "true".into())]),
        }
    }
}

impl QueueSettings {
    /// As SQS names and writes them.
    pub fn attributes(&self) -> BTreeMap<String, String> {
        let mut attributes = self.kept.clone();
        for (name, value) in [
            ("DelaySeconds", self.delay_s),
            ("MaximumMessageSize", self.max_bytes),
            ("MessageRetentionPeriod", self.retention_s),
            ("ReceiveMessageWaitTimeSeconds", self.wait_s),
            ("VisibilityTimeout", self.visibility_s),
        ] {
            attributes.insert(name.into(), value.to_string());
        }
        if let Some(Redrive { dead_letters, receives_max }) = &self.redrive {
            let policy = serde_json::json!({
                "deadLetterTargetArn": dead_letters, "maxReceiveCount": receives_max
            });
            attributes.insert("RedrivePolicy".into(), policy.to_string());
        }
        attributes
    }
}

/// The name of an attribute in which two queues differ, if there is one.
pub(super) fn difference(one: &QueueSettings, other: &QueueSettings) -> Option<String> {
    let (one, other) = (one.attributes(), other.attributes());
    let names = one.keys().chain(other.keys());
    names.into_iter().find(|name| one.get(*name) != other.get(*name)).cloned()
}

/// Whether a request may ask for an attribute of this name.
pub(super) fn is_known(name: &str) -> bool {
    let settable = [
        "All",
        "DelaySeconds",
        "MaximumMessageSize",
        "MessageRetentionPeriod",
        "ReceiveMessageWaitTimeSeconds",
        "VisibilityTimeout",
        "RedrivePolicy",
    ];
    settable.contains(&name)
        || KEPT.contains(&name)
        || FIFO.contains(&name)
        || COMPUTED.contains(&name)
}

/// A standard queue's name: letters, digits, hyphen, underscore.
pub(super) fn check_name(
    name: &str,
    attributes: &BTreeMap<String, String>,
) -> Result<(), AwsError> {
    if name.ends_with(".fifo") || attributes.get("FifoQueue").is_some_and(|fifo| fifo != "false") {
        return Err(no_fifo());
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if name.is_empty() || name.len() > NAME_MAX || !name.chars().all(plain) {
        return Err(AwsError::bad_request(
            "InvalidParameterValue",
            "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
        ));
    }
    Ok(())
}

/// Sets the given attributes of the queue called `name`, or says which one is wrong. An empty value
/// resets an attribute that is not a number, as on AWS.
pub(super) fn apply(
    ctx: &Ctx,
    name: &str,
    settings: &mut QueueSettings,
    attributes: &BTreeMap<String, String>,
) -> Result<(), AwsError> {
    for (attribute, value) in attributes {
        let number = |from, to| number(attribute, value, from, to);
        match attribute.as_str() {
            "DelaySeconds" => settings.delay_s = number(0, DELAY_S_MAX)?,
            "MaximumMessageSize" => settings.max_bytes = number(1_024, 1_048_576)?,
            "MessageRetentionPeriod" => settings.retention_s = number(60, 1_209_600)?,
            "ReceiveMessageWaitTimeSeconds" => settings.wait_s = number(0, WAIT_S_MAX)?,
            "VisibilityTimeout" => settings.visibility_s = number(0, VISIBILITY_S_MAX)?,
            "RedrivePolicy" if value.is_empty() => settings.redrive = None,
            "RedrivePolicy" => settings.redrive = Some(redrive(ctx, name, value)?),
            kept if KEPT.contains(&kept) && value.is_empty() => {
                settings.kept.remove(attribute);
            }
            kept if KEPT.contains(&kept) => {
                settings.kept.insert(attribute.clone(), value.clone());
            }
            "FifoQueue" if value == "false" => {}
            fifo if FIFO.contains(&fifo) => return Err(no_fifo()),
            _ => {
                return Err(AwsError::bad_request(
                    "InvalidAttributeName",
                    format!("Unknown Attribute {attribute}."),
                ));
            }
        }
    }
    Ok(())
}

fn number(attribute: &str, value: &str, from: u32, to: u32) -> Result<u32, AwsError> {
    let number = value.parse().ok().filter(|number| (from..=to).contains(number));
    number.ok_or_else(|| {
        invalid_attribute(attribute, value, &format!("Must be between {from} and {to}."))
    })
}

/// Reads a redrive policy. `maxReceiveCount` may be a number or a string of one: CloudFormation and
/// the console write the one, people the other, and AWS takes both.
fn redrive(ctx: &Ctx, name: &str, policy: &str) -> Result<Redrive, AwsError> {
    let refuse = |reason: &str| invalid_value(policy, "RedrivePolicy", reason);
    let parsed: Value = serde_json::from_str(policy)
        .map_err(|_| refuse("Redrive policy is not a valid JSON map."))?;
    let dead_letters = parsed["deadLetterTargetArn"].as_str().ok_or_else(|| {
        refuse("Redrive policy does not contain mandatory attribute: deadLetterTargetArn.")
    })?;
    let receives_max = match &parsed["maxReceiveCount"] {
        Value::Null => {
            return Err(refuse(
                "Redrive policy does not contain mandatory attribute: maxReceiveCount.",
            ));
        }
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    let receives_max = receives_max
        .and_then(|count| u32::try_from(count).ok())
        .filter(|count| (1..=1000).contains(count))
        .ok_or_else(|| refuse("Invalid value for maxReceiveCount: must be between 1 and 1000."))?;
    let target =
        queue_of_arn(dead_letters).map_err(|_| refuse("Invalid value for deadLetterTargetArn."))?;
    if target == name {
        return Err(refuse("A queue cannot be its own dead letter target."));
    }
    if find_any(ctx, target)?.is_none() {
        return Err(refuse("Dead letter target does not exist."));
    }
    Ok(Redrive { dead_letters: dead_letters.to_owned(), receives_max })
}

fn invalid_attribute(attribute: &str, value: &str, reason: &str) -> AwsError {
    AwsError::bad_request(
        "InvalidAttributeValue",
        format!("Invalid value for the parameter {attribute}: {value}. Reason: {reason}"),
    )
}

fn no_fifo() -> AwsError {
    AwsError::bad_request(
        "UnsupportedOperation",
        "aws-local has no FIFO queues, only standard ones: leave out FifoQueue and .fifo",
    )
}
