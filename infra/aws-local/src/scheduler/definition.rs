//! What a schedule is asked to be: the body of `CreateSchedule` and `UpdateSchedule`, checked.

use chrono::Duration;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::expression::Expression;
use super::{from_ms, parse, timestamp, validation};
use crate::checks::{Checks, is_of, sentence};
use crate::wire::AwsError;
use crate::{Now, sqs};

/// What the service takes when the schedule does not say.
const RETRIES_DEFAULT: u32 = 185;
const EVENT_AGE_DEFAULT_S: u32 = 86_400;

/// The service's limit of `Target.Input`.
const INPUT_MAX_BYTES: usize = 256 * 1024;

/// How long ago a `StartDate` may be.
const START_BEFORE_NOW_MAX: Duration = Duration::minutes(5);

/// A schedule as it was asked for. Kept as JSON in the store.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Definition {
    pub expression: String,
    pub zone: String,
    pub start_ms: Option<i64>,
    pub end_ms: Option<i64>,
    /// In minutes; `None` is a window that is `OFF`.
    pub window_minutes: Option<u32>,
    pub enabled: bool,
    pub delete_after_completion: bool,
    pub description: Option<String>,
    pub kms_key_arn: Option<String>,
    pub target: Target,
}

/// What is invoked, and what happens when that fails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Target {
    pub arn: String,
    pub role_arn: String,
    pub input: Option<String>,
    pub dead_letter_arn: Option<String>,
    pub retries_max: u32,
    pub event_age_max_s: u32,
    /// Of `SqsParameters`. Kept for the answer of `GetSchedule`; standard queues do without it.
    pub message_group_id: Option<String>,
}

/// The services that can be a target here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TargetKind {
    /// `sqs:SendMessage`
    Queue,
    /// `lambda:Invoke`, asynchronously
    Function,
}

/// When a definition has its invocations. Definitions are checked before they are kept, so one that
/// was kept has this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Timing {
    pub expression: Expression,
    pub zone: Tz,
}

/// The body of a request, as it came.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    group_name: Option<String>,
    schedule_expression: Option<String>,
    schedule_expression_timezone: Option<String>,
    start_date: Option<f64>,
    end_date: Option<f64>,
    flexible_time_window: Option<BodyWindow>,
    state: Option<String>,
    action_after_completion: Option<String>,
    description: Option<String>,
    kms_key_arn: Option<String>,
    client_token: Option<String>,
    target: Option<BodyTarget>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct BodyWindow {
    mode: Option<String>,
    maximum_window_in_minutes: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct BodyTarget {
    arn: Option<String>,
    role_arn: Option<String>,
    input: Option<String>,
    dead_letter_config: Option<BodyDeadLetters>,
    retry_policy: Option<BodyRetries>,
    sqs_parameters: Option<BodySqs>,
    /// Parameters of the templated targets that this stack does not have, among others.
    #[serde(flatten)]
    others: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct BodyDeadLetters {
    arn: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct BodyRetries {
    maximum_retry_attempts: Option<i64>,
    maximum_event_age_in_seconds: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct BodySqs {
    message_group_id: Option<String>,
}

/// Reads the body of `CreateSchedule` or `UpdateSchedule`: the group, and what the schedule shall
/// be.
pub(super) fn read(body: &[u8], now: Now) -> Result<(Option<String>, Definition), AwsError> {
    let body: Body = parse(body)?;
    check_members(&body)?;
    let group = body.group_name.clone();
    let target = body.target.as_ref().map(read_target).transpose()?;
    let window_minutes = body.flexible_time_window.as_ref().map(read_window).transpose()?;
    let (Some(target), Some(window_minutes), Some(expression)) =
        (target, window_minutes, body.schedule_expression)
    else {
        return Err(validation("a required member is missing"));
    };
    let definition = Definition {
        expression,
        zone: body.schedule_expression_timezone.unwrap_or_else(|| "UTC".into()),
        start_ms: body.start_date.map(to_ms).transpose()?,
        end_ms: body.end_date.map(to_ms).transpose()?,
        window_minutes,
        enabled: body.state.as_deref() != Some("DISABLED"),
        delete_after_completion: body.action_after_completion.as_deref() == Some("DELETE"),
        description: body.description,
        kms_key_arn: body.kms_key_arn,
        target,
    };
    let timing = definition.timing()?;
    if !timing.expression.is_one_time() {
        definition.check_dates(now)?;
    }
    Ok((group, definition))
}

impl Definition {
    /// The expression and zone, read.
    pub fn timing(&self) -> Result<Timing, AwsError> {
        let expression = Expression::parse(&self.expression).map_err(|why| {
            validation(format!("Invalid Schedule Expression {}: {why}.", self.expression))
        })?;
        let zone = self.zone.parse().map_err(|_| {
            validation(format!("`{}` is not a time zone of the IANA database", self.zone))
        })?;
        Ok(Timing { expression, zone })
    }

    /// What the answer of `GetSchedule` says of the definition.
    pub fn to_json(&self) -> Value {
        let mut answer = json!({
            "ScheduleExpression": self.expression,
            "ScheduleExpressionTimezone": self.zone,
            "State": self.state(),
            "ActionAfterCompletion": if self.delete_after_completion { "DELETE" } else { "NONE" },
            "FlexibleTimeWindow": match self.window_minutes {
                Some(minutes) => json!({ "Mode": "FLEXIBLE", "MaximumWindowInMinutes": minutes }),
                None => json!({ "Mode": "OFF" }),
            },
            "Target": self.target.to_json(),
        });
        let optional = [
            ("StartDate", self.start_ms.map(timestamp)),
            ("EndDate", self.end_ms.map(timestamp)),
            ("Description", self.description.clone().map(Value::from)),
            ("KmsKeyArn", self.kms_key_arn.clone().map(Value::from)),
        ];
        for (name, value) in optional {
            if let Some(value) = value {
                answer[name] = value;
            }
        }
        answer
    }

    /// The state as the service names it.
    pub fn state(&self) -> &'static str {
        if self.enabled { "ENABLED" } else { "DISABLED" }
    }

    /// Start and end of a recurring schedule.
    fn check_dates(&self, now: Now) -> Result<(), AwsError> {
        let (start, end) = (self.start_ms.map(from_ms), self.end_ms.map(from_ms));
        if start.is_some_and(|start| start < now - START_BEFORE_NOW_MAX) {
            return Err(validation(
                "The StartDate you specify cannot be earlier than 5 minutes ago.",
            ));
        }
        if end.is_some_and(|end| end <= now) {
            return Err(validation("The EndDate you specify must be in the future."));
        }
        if let (Some(start), Some(end)) = (start, end)
            && end <= start
        {
            return Err(validation("The EndDate you specify must be later than the StartDate."));
        }
        Ok(())
    }
}

impl Target {
    /// Which service the ARN is of.
    pub fn kind(&self) -> Result<TargetKind, AwsError> {
        target_kind(&self.arn)
    }

    fn to_json(&self) -> Value {
        let mut answer = json!({
            "Arn": self.arn,
            "RoleArn": self.role_arn,
            "RetryPolicy": {
                "MaximumRetryAttempts": self.retries_max,
                "MaximumEventAgeInSeconds": self.event_age_max_s,
            },
        });
        if let Some(input) = &self.input {
            answer["Input"] = json!(input);
        }
        if let Some(arn) = &self.dead_letter_arn {
            answer["DeadLetterConfig"] = json!({ "Arn": arn });
        }
        if let Some(group) = &self.message_group_id {
            answer["SqsParameters"] = json!({ "MessageGroupId": group });
        }
        answer
    }
}

/// The constraints of the model, all at once.
fn check_members(body: &Body) -> Result<(), AwsError> {
    let mut checks = Checks::default();
    checks.required("scheduleExpression", body.schedule_expression.as_ref());
    checks.required("flexibleTimeWindow", body.flexible_time_window.as_ref());
    checks.required("target", body.target.as_ref());
    let lengths = [
        ("scheduleExpression", &body.schedule_expression, 1..=256),
        ("scheduleExpressionTimezone", &body.schedule_expression_timezone, 1..=50),
        ("description", &body.description, 0..=512),
        ("clientToken", &body.client_token, 1..=64),
        ("kmsKeyArn", &body.kms_key_arn, 1..=2048),
    ];
    for (name, value, bounds) in lengths {
        if let Some(value) = value {
            checks.length(name, value, bounds);
        }
    }
    if let Some(token) = &body.client_token {
        checks.pattern("clientToken", token, is_of(token, "-_"), "^[a-zA-Z0-9-_]+$");
    }
    if let Some(state) = &body.state {
        checks.one_of("state", state, &["ENABLED", "DISABLED"]);
    }
    if let Some(action) = &body.action_after_completion {
        checks.one_of("actionAfterCompletion", action, &["NONE", "DELETE"]);
    }
    if let Some(window) = &body.flexible_time_window {
        checks.required("flexibleTimeWindow.mode", window.mode.as_ref());
        if let Some(mode) = &window.mode {
            checks.one_of("flexibleTimeWindow.mode", mode, &["OFF", "FLEXIBLE"]);
        }
        if let Some(minutes) = window.maximum_window_in_minutes {
            checks.range("flexibleTimeWindow.maximumWindowInMinutes", minutes, 1..=1440);
        }
    }
    if let Some(target) = &body.target {
        check_target(&mut checks, target);
    }
    checks.finish().map_err(|broken| validation(sentence(&broken)))
}

/// The constraints of the model on `Target`.
fn check_target(checks: &mut Checks, target: &BodyTarget) {
    checks.required("target.arn", target.arn.as_ref());
    checks.required("target.roleArn", target.role_arn.as_ref());
    if let Some(arn) = &target.arn {
        checks.length("target.arn", arn, 1..=1600);
    }
    if let Some(arn) = &target.role_arn {
        checks.length("target.roleArn", arn, 1..=1600);
        let pattern = r"^arn:aws(-[a-z]+)?:iam::\d{12}:role\/[\w+=,.@\/-]+$";
        checks.pattern("target.roleArn", arn, is_role(arn), pattern);
    }
    if let Some(input) = &target.input {
        checks.length("target.input", input, 1..=INPUT_MAX_BYTES);
    }
    if let Some(arn) = target.dead_letter_config.as_ref().and_then(|config| config.arn.as_ref()) {
        checks.length("target.deadLetterConfig.arn", arn, 1..=1600);
        let pattern = r"^arn:aws(-[a-z]+)?:sqs:[a-z0-9\-]+:\d{12}:[a-zA-Z0-9\-_]+$";
        checks.pattern("target.deadLetterConfig.arn", arn, is_queue(arn), pattern);
    }
    if let Some(policy) = &target.retry_policy {
        if let Some(attempts) = policy.maximum_retry_attempts {
            checks.range("target.retryPolicy.maximumRetryAttempts", attempts, 0..=185);
        }
        if let Some(age) = policy.maximum_event_age_in_seconds {
            checks.range("target.retryPolicy.maximumEventAgeInSeconds", age, 60..=86_400);
        }
    }
    if let Some(group) = target.sqs_parameters.as_ref().and_then(|p| p.message_group_id.as_ref()) {
        checks.length("target.sqsParameters.messageGroupId", group, 1..=128);
    }
}

/// The window, in minutes, if it is not `OFF`.
fn read_window(window: &BodyWindow) -> Result<Option<u32>, AwsError> {
    let minutes = window.maximum_window_in_minutes.and_then(|minutes| u32::try_from(minutes).ok());
    match (window.mode.as_deref(), minutes) {
        (Some("FLEXIBLE"), Some(minutes)) => Ok(Some(minutes)),
        (Some("FLEXIBLE"), None) => {
            Err(validation("MaximumWindowInMinutes is required when the Mode is FLEXIBLE."))
        }
        (_, Some(_)) => {
            Err(validation("MaximumWindowInMinutes must not be given when the Mode is OFF."))
        }
        (_, None) => Ok(None),
    }
}

/// The target, of a kind that this stack has.
fn read_target(target: &BodyTarget) -> Result<Target, AwsError> {
    let (arn, role_arn) = (target.arn.clone().unwrap_or_default(), target.role_arn.clone());
    let kind = target_kind(&arn)?;
    if let Some(other) = target.others.keys().find(|name| name.ends_with("Parameters")) {
        return Err(validation(format!("{other} does not fit the target {arn}")));
    }
    if target.sqs_parameters.is_some() && kind != TargetKind::Queue {
        return Err(validation(format!("SqsParameters does not fit the target {arn}")));
    }
    let input = target.input.clone();
    if let Some(input) = &input {
        if input.len() > INPUT_MAX_BYTES {
            return Err(validation(format!("Target.Input is larger than {INPUT_MAX_BYTES} bytes")));
        }
        let is_json = || serde_json::from_str::<serde::de::IgnoredAny>(input).is_ok();
        if kind == TargetKind::Function && !is_json() {
            return Err(validation("Target.Input must be well-formed JSON for a Lambda function."));
        }
    }
    let policy = target.retry_policy.as_ref();
    let number = |value: Option<i64>, default| {
        value.and_then(|value| u32::try_from(value).ok()).unwrap_or(default)
    };
    Ok(Target {
        arn,
        role_arn: role_arn.unwrap_or_default(),
        input,
        dead_letter_arn: target.dead_letter_config.as_ref().and_then(|config| config.arn.clone()),
        retries_max: number(policy.and_then(|p| p.maximum_retry_attempts), RETRIES_DEFAULT),
        event_age_max_s: number(
            policy.and_then(|p| p.maximum_event_age_in_seconds),
            EVENT_AGE_DEFAULT_S,
        ),
        message_group_id: target.sqs_parameters.as_ref().and_then(|p| p.message_group_id.clone()),
    })
}

/// Which service an ARN is of.
fn target_kind(arn: &str) -> Result<TargetKind, AwsError> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    match parts[..] {
        ["arn", _, "sqs", _, _, name] if name.ends_with(".fifo") => {
            Err(validation(format!("aws-local has no FIFO queues, so {arn} cannot be a target")))
        }
        ["arn", _, "sqs", ..] => sqs::queue_of_arn(arn)
            .map(|_| TargetKind::Queue)
            .map_err(|_| validation(format!("{arn} is not the ARN of a queue"))),
        ["arn", _, "lambda", region, account, rest]
            if !region.is_empty()
                && !account.is_empty()
                && rest.strip_prefix("function:").is_some_and(|name| is_of(name, "-_:$")) =>
        {
            Ok(TargetKind::Function)
        }
        _ => Err(validation(format!(
            "Provided Arn {arn} is not in correct format: aws-local supports SQS queues \
             (arn:aws:sqs:region:account:name) and Lambda functions \
             (arn:aws:lambda:region:account:function:name) as targets"
        ))),
    }
}

/// Whether the text is the ARN of a role.
fn is_role(arn: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    matches!(parts[..], ["arn", partition, "iam", "", account, rest]
        if partition.starts_with("aws") && is_account(account)
            && rest.strip_prefix("role/").is_some_and(|name| is_of(name, "_+=,.@/-")))
}

/// Whether the text is the ARN of a standard queue.
fn is_queue(arn: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    matches!(parts[..], ["arn", partition, "sqs", region, account, name]
        if partition.starts_with("aws") && is_of(region, "-") && is_account(account)
            && is_of(name, "-_"))
}

/// Whether the text is an account number.
fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Milliseconds since the epoch of a timestamp in a request (seconds, with a fraction).
fn to_ms(seconds: f64) -> Result<i64, AwsError> {
    /// The year 9999 and a bit: what every part of AWS can still write.
    const LATEST_S: f64 = 253_402_300_799.0;
    if !(0.0..=LATEST_S).contains(&seconds) {
        return Err(validation("a date is out of range"));
    }
    #[expect(clippy::cast_possible_truncation, reason = "in range, see above")]
    let ms = (seconds * 1000.0).round() as i64;
    Ok(ms)
}
