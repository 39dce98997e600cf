//! Lambda on one machine: functions are processes, fed by the Runtime API, from queues and from
//! callers.
//!
//! # Layout
//! - [`asynchronous`]: invocations that nobody waits for; rows in SQLite, retried, then reported
//! - [`mapping`]: event source mappings: what is taken from a queue, and what of it is deleted
//!   again
//! - `journal`: what was handed to functions lately, for people who look on
//! - `pool`: the environments of one function and the invocations that wait for one; who gets which
//! - `process`: one environment is one process: its variables, its log, its end
//! - `runtime_api`: the HTTP side that `lambda_runtime` speaks to
//! - [`Dispatcher`]: moves all of it, from queue and row to process and back
//!
//! `asynchronous` and `mapping` have no I/O but SQLite and no clock, so a simulator can stand in
//! for the dispatcher. What is taken out of a queue or a row is only ever *marked* there: whatever
//! dies, and whenever, the message comes back when its visibility ends, and the row at the next
//! start.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};

use crate::{Settings, wire::AwsError};

pub mod asynchronous;
mod dispatcher;
mod journal;
pub mod mapping;
mod pool;
mod process;
mod runtime_api;

pub use asynchronous::{RetrySettings, SCHEMA, invoke_async};
pub use dispatcher::{Dispatcher, StartError};
pub use journal::Hop;
pub use mapping::MappingSettings;
pub use pool::FunctionState;
pub use process::end_with_the_stack;

/// The largest payload of a synchronous invocation, and the largest response of any
/// (<https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>).
pub const PAYLOAD_BYTES_MAX: usize = 6 * 1024 * 1024;

/// A function: what to start, and how much of it.
#[derive(Debug, Clone)]
pub struct FunctionSettings {
    /// Its name, as in its ARN.
    pub name: String,
    /// The executable that speaks the Runtime API (on Lambda, `bootstrap`).
    pub program: PathBuf,
    /// Arguments of the executable.
    pub args: Vec<String>,
    /// Its environment variables. They override those that Lambda sets; nothing else is inherited
    /// but what a process needs to run at all (`PATH`, `HOME`, the temporary directory).
    pub env: BTreeMap<String, String>,
    /// How long an invocation may take; past it the process is killed.
    pub timeout: Duration,
    /// What the function is told that it has. It is not enforced here.
    pub memory_mb: u32,
    /// The most environments, and so the most invocations, at once: reserved concurrency.
    pub concurrency: u32,
    /// The queue that is told of asynchronous invocations that failed for good.
    pub on_failure: Option<String>,
    /// How often and how long asynchronous invocations are tried.
    pub retry: RetrySettings,
}

impl FunctionSettings {
    /// A function with Lambda's defaults: 3 s, 128 MB, and ten at once.
    #[must_use]
    pub fn new(name: impl Into<String>, program: impl Into<PathBuf>) -> Self {
        Self {
            name: name.into(),
            program: program.into(),
            args: Vec::new(),
            env: BTreeMap::new(),
            timeout: Duration::from_secs(3),
            memory_mb: 128,
            concurrency: 10,
            on_failure: None,
            retry: RetrySettings::default(),
        }
    }
}

/// The ARN of a function of this stack.
#[must_use]
pub fn arn(settings: &Settings, function: &str) -> String {
    format!("arn:aws:lambda:{}:{}:function:{function}", settings.region, settings.account)
}

/// The name in a function's ARN. A version or alias after it is tolerated: there is one version
/// here.
///
/// # Errors
/// `InvalidParameterValueException` if it is not the ARN of a function.
pub fn function_of_arn(arn: &str) -> Result<&str, AwsError> {
    let mut parts = arn.splitn(7, ':');
    let prefix = [parts.next(), parts.next(), parts.next()];
    let (_region, _account, kind) = (parts.next(), parts.next(), parts.next());
    let rest = parts.next().unwrap_or_default();
    let (name, qualifier) =
        rest.split_once(':').map_or((rest, None), |(name, qualifier)| (name, Some(qualifier)));
    let is_word = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_$".contains(c))
    };
    let known = prefix == [Some("arn"), Some("aws"), Some("lambda")] && kind == Some("function");
    if known && is_word(name) && qualifier.is_none_or(is_word) {
        return Ok(name);
    }
    let message = format!("`{arn}` is not the ARN of a Lambda function");
    Err(AwsError::bad_request("InvalidParameterValueException", message))
}

/// What came of an invocation: the function's JSON, or why there is none.
pub type Outcome = Result<Value, InvokeError>;

/// Why an invocation has no result.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum InvokeError {
    /// No such function.
    #[error("there is no function `{function}`")]
    NotFound {
        /// What was asked for.
        function: String,
    },
    /// All its environments are taken (`TooManyRequestsException`). Try later.
    #[error("function `{function}` runs {concurrency} times already, which is all it may")]
    Throttled {
        /// Which function.
        function: String,
        /// Its limit.
        concurrency: u32,
    },
    /// The request is larger than Lambda takes. It was not run.
    #[error("a payload of {bytes} bytes is more than the {PAYLOAD_BYTES_MAX} that Lambda takes")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// No process of the function came up. It was not run.
    #[error("function `{function}` did not start: {why}")]
    NotStarted {
        /// Which function.
        function: String,
        /// What happened to the process.
        why: String,
    },
    /// The function ran and reported an error, or its handler panicked.
    #[error("function `{function}` failed: {message} ({error_type})")]
    Failed {
        /// Which function.
        function: String,
        /// `errorType` of its report.
        error_type: String,
        /// `errorMessage` of its report.
        message: String,
        /// The whole report.
        payload: Value,
    },
    /// Its process ended in the middle. What it had done by then is done.
    #[error("a process of function `{function}` ended in the middle of an invocation: {how}")]
    Exited {
        /// Which function.
        function: String,
        /// Exit status or signal.
        how: String,
    },
    /// It took too long and was killed. What it had done by then is done.
    #[error("function `{function}` was killed after {}.{:02} s, its time limit",
        timeout.as_secs(), timeout.subsec_millis() / 10)]
    TimedOut {
        /// Which function.
        function: String,
        /// Its limit.
        timeout: Duration,
    },
    /// The stack stops. Whether the function ran is not known.
    #[error("the stack is shutting down")]
    ShuttingDown,
}

impl InvokeError {
    /// The JSON that Lambda would hand to a caller in the function's place.
    #[must_use]
    pub fn payload(&self) -> Value {
        let error_type = match self {
            Self::Failed { payload, .. } => return payload.clone(),
            Self::Exited { .. } | Self::NotStarted { .. } => "Runtime.ExitError",
            Self::TimedOut { .. } => "Sandbox.Timedout",
            Self::NotFound { .. } => "ResourceNotFoundException",
            Self::Throttled { .. } => "TooManyRequestsException",
            Self::TooLarge { .. } => "RequestTooLargeException",
            Self::ShuttingDown => "ServiceException",
        };
        json!({ "errorType": error_type, "errorMessage": self.to_string() })
    }

    /// Whether the function certainly did not begin, so that trying again later is no second try.
    #[must_use]
    pub fn was_not_tried(&self) -> bool {
        matches!(self, Self::Throttled { .. } | Self::ShuttingDown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_with_a_version_or_an_alias_names_the_same_function() {
        let settings = Settings::default();
        let plain = arn(&settings, "send-sms");
        assert_eq!(plain, "arn:aws:lambda:us-east-1:000000000000:function:send-sms");
        for suffix in ["", ":live", ":7", ":$LATEST"] {
            assert_eq!(function_of_arn(&format!("{plain}{suffix}")), Ok("send-sms"));
        }
    }

    #[test]
    fn what_is_no_functions_arn_is_refused() {
        let strange = [
            "",
            "send-sms",
            "arn:aws:sqs:us-east-1:000000000000:charges",
            "arn:aws:lambda:us-east-1:000000000000:layer:x",
            "arn:aws:lambda:us-east-1:000000000000:function:",
            "arn:aws:lambda:us-east-1:000000000000:function:a:",
            "arn:aws:lambda:us-east-1:000000000000:function:a b",
            "arn:aws:lambda:us-east-1:000000000000:function:a:b:c",
        ];
        for arn in strange {
            assert!(function_of_arn(arn).is_err(), "{arn}");
        }
    }

    #[test]
    fn errors_read_as_sentences() {
        let timeout = Duration::from_millis(1_500);
        let error = InvokeError::TimedOut { function: "slow".into(), timeout };
        assert_eq!(error.to_string(), "function `slow` was killed after 1.50 s, its time limit");
    }
}
