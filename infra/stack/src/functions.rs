//! The functions: what feeds each, what each is given.

use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use aws_local::Settings;
use aws_local::faults::SPARED;
use aws_local::lambda::{FunctionSettings, MappingSettings};
use aws_local::sqs;

use crate::provision::{self, queue};

/// SMS that the local carrier takes a second.
pub const SMS_PER_S: u32 = 50;
/// How long an attempt may stay without news: a call rings, speaks and is reported well within it.
const UNKNOWN_WAIT_S: u32 = 300;
/// Shards of the index of open rows, as in a deployment.
const OPEN_SHARDS: u32 = 16;
/// Calls a day to one phone where the carrier has no limit: more than anybody can answer.
const CALLS_PER_DAY_UNLIMITED: u32 = 100_000;

/// A function of the product, by the name that it has in a deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Function {
    /// Understands a text and decides what comes of it.
    InboundSms,
    /// Sends the texts that are owed.
    SendSms,
    /// Makes schedules, or due messages for what is near.
    ScheduleReminder,
    /// Waits out the rest and calls.
    PlaceCallback,
    /// Records what became of a call.
    RecordCall,
    /// Writes the ledger.
    RecordCharge,
    /// Tells others of milestones.
    PublishEvent,
    /// Writes the ledger of a month into files.
    ExportBilling,
    /// Holds the ledger of a month against what happened in it.
    ReconcileBilling,
    /// Does every minute what was left undone.
    Reconcile,
}

/// All of them, in the order of the road.
pub const ALL: [Function; 10] = [
    Function::InboundSms,
    Function::SendSms,
    Function::ScheduleReminder,
    Function::PlaceCallback,
    Function::RecordCall,
    Function::RecordCharge,
    Function::PublishEvent,
    Function::ExportBilling,
    Function::ReconcileBilling,
    Function::Reconcile,
];

/// How a function runs here. The deployed figures are in `template.yaml`; only concurrency is smaller here.
struct Shape {
    /// The queue that feeds it, and the most messages in one batch; none for what is invoked.
    source: Option<(&'static str, u32)>,
    concurrency: u32,
    timeout_s: u64,
    memory_mb: u32,
}

impl Function {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::InboundSms => "inbound-sms",
            Self::SendSms => "send-sms",
            Self::ScheduleReminder => "schedule-reminder",
            Self::PlaceCallback => "place-callback",
            Self::RecordCall => "record-call",
            Self::RecordCharge => "record-charge",
            Self::PublishEvent => "publish-event",
            Self::ExportBilling => "export-billing",
            Self::ReconcileBilling => "reconcile-billing",
            Self::Reconcile => "reconcile",
        }
    }

    fn shape(self) -> Shape {
        let fed = |queue, batch, concurrency, memory_mb| Shape {
            source: Some((queue, batch)),
            concurrency,
            timeout_s: 30,
            memory_mb,
        };
        match self {
            Self::InboundSms => fed(queue::INBOUND_SMS, 10, 2, 512),
            Self::SendSms => fed(queue::OUTBOUND_SMS, 10, 2, 256),
            Self::ScheduleReminder => fed(queue::SCHEDULE_REMINDER, 10, 2, 256),
            Self::PlaceCallback => fed(queue::DUE_CALLBACKS, 5, 3, 512),
            Self::RecordCall => fed(queue::CALL_EVENTS, 10, 2, 256),
            Self::RecordCharge => fed(queue::CHARGES, 10, 2, 256),
            Self::PublishEvent => fed(queue::LIFECYCLE_EVENTS, 10, 2, 256),
            Self::ExportBilling => Shape {
                timeout_s: provision::MONTH_TIMEOUT_S.into(),
                ..fed(queue::EXPORT_BILLING, 1, 2, 512)
            },
            Self::ReconcileBilling => Shape {
                timeout_s: provision::MONTH_TIMEOUT_S.into(),
                ..fed(queue::RECONCILE_BILLING, 1, 2, 512)
            },
            Self::Reconcile => {
                Shape { source: None, concurrency: 1, timeout_s: 50, memory_mb: 256 }
            }
        }
    }

    /// The queue of what it could not do: its source's dead letters, or those of its invocations.
    fn dead_letters(self) -> String {
        provision::dead_letters(self.shape().source.map_or(self.name(), |(queue, _)| queue))
    }

    /// The process that it is here.
    #[must_use]
    pub fn settings(
        self,
        program: &Path,
        stack: &Settings,
        shared: &BTreeMap<String, String>,
    ) -> FunctionSettings {
        let shape = self.shape();
        let mut env = shared.clone();
        env.insert("DEAD_LETTER_QUEUE_URL".into(), sqs::url(stack, &self.dead_letters()));
        // Nobody checks it here, but every request then says whose it is, as one under a role of its own does.
        env.insert("AWS_ACCESS_KEY_ID".into(), self.name().into());
        FunctionSettings {
            args: vec!["function".into(), self.name().into()],
            env,
            timeout: Duration::from_secs(shape.timeout_s),
            memory_mb: shape.memory_mb,
            concurrency: shape.concurrency,
            on_failure: shape.source.is_none().then(|| self.dead_letters()),
            ..FunctionSettings::new(self.name(), program)
        }
    }

    /// What takes messages from its queue to it; `None` for what is invoked.
    #[must_use]
    pub fn mapping(self) -> Option<MappingSettings> {
        let shape = self.shape();
        let (queue, batch_size) = shape.source?;
        Some(MappingSettings {
            batch_size,
            maximum_concurrency: shape.concurrency,
            report_failures: true,
            ..MappingSettings::new(queue, self.name())
        })
    }
}

impl FromStr for Function {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = ALL.into_iter().find(|function| function.name() == name);
        found.ok_or_else(|| format!("one of {}", ALL.map(Self::name).join(", ")))
    }
}

/// The variables that all functions share: `retry_after_s` are the pauses between attempts, separated by commas.
#[must_use]
pub fn environment(stack: &Settings, retry_after_s: &str) -> BTreeMap<String, String> {
    let (calls_per_minute, spacing_ms, calls_per_day) = match stack.carrier.limits {
        true => (20, 1000, 5),
        // Zero is the configuration's word for no limit at all.
        false => (0, 0, CALLS_PER_DAY_UNLIMITED),
    };
    let mut variables = tools(stack);
    variables.extend(named([
        ("CALLS_PER_MINUTE", calls_per_minute.to_string()),
        ("CALL_SPACING_MS", spacing_ms.to_string()),
        ("CALLS_PER_DAY", calls_per_day.to_string()),
        ("SMS_PER_SECOND", SMS_PER_S.to_string()),
        ("RETRY_AFTER_S", retry_after_s.to_owned()),
        ("UNKNOWN_WAIT_S", UNKNOWN_WAIT_S.to_string()),
        // Their logs are files.
        ("NO_COLOR", "1".into()),
    ]));
    variables
}

/// The variables that say where things are: enough for the tools of this executable, which only read.
#[must_use]
pub fn tools(stack: &Settings) -> BTreeMap<String, String> {
    let url = |queue| sqs::url(stack, queue);
    let arn = |queue| sqs::arn(stack, queue);
    named([
        ("AWS_REGION", stack.region.clone()),
        ("AWS_ENDPOINT_URL", stack.endpoint.clone()),
        ("AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2", stack.endpoint.clone()),
        // The local endpoint takes any credentials, but an SDK does not send without some.
        ("AWS_ACCESS_KEY_ID", SPARED.into()),
        ("AWS_SECRET_ACCESS_KEY", "local".into()),
        ("REMINDERS_TABLE", provision::REMINDERS_TABLE.into()),
        ("BILLING_TABLE", provision::BILLING_TABLE.into()),
        ("EXPORTS_BUCKET", provision::EXPORTS_BUCKET.into()),
        ("OPEN_SHARDS", OPEN_SHARDS.to_string()),
        ("OUTBOUND_SMS_QUEUE_URL", url(queue::OUTBOUND_SMS)),
        ("CHARGES_QUEUE_URL", url(queue::CHARGES)),
        ("SCHEDULE_REMINDER_QUEUE_URL", url(queue::SCHEDULE_REMINDER)),
        ("DUE_CALLBACKS_QUEUE_URL", url(queue::DUE_CALLBACKS)),
        ("DUE_CALLBACKS_QUEUE_ARN", arn(queue::DUE_CALLBACKS)),
        ("CALL_EVENTS_QUEUE_URL", url(queue::CALL_EVENTS)),
        ("EXPORT_BILLING_QUEUE_URL", url(queue::EXPORT_BILLING)),
        ("RECONCILE_BILLING_QUEUE_URL", url(queue::RECONCILE_BILLING)),
        ("LIFECYCLE_EVENTS_QUEUE_URL", url(queue::LIFECYCLE_EVENTS)),
        ("EVENT_BUS", provision::EVENT_BUS.into()),
        ("SCHEDULE_GROUP", provision::SCHEDULE_GROUP.into()),
        ("SCHEDULER_ROLE_ARN", provision::scheduler_role_arn(stack)),
        ("SCHEDULES_DEAD_LETTERS_ARN", arn(queue::SCHEDULES_DEAD_LETTERS)),
        ("SERVICE_NUMBER", provision::SERVICE_NUMBER.into()),
        ("CONFIGURATION_SET", provision::CONFIGURATION_SET.into()),
        ("PRICE_BOOK", "local".into()),
    ])
}

/// Variables by their names.
#[must_use]
pub fn named<const N: usize>(variables: [(&str, String); N]) -> BTreeMap<String, String> {
    variables.map(|(name, value)| (name.to_owned(), value)).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_found_by_its_name() {
        for function in ALL {
            assert_eq!(function.name().parse(), Ok(function));
        }
        assert!("bake-bread".parse::<Function>().unwrap_err().contains("inbound-sms"));
    }

    #[test]
    fn each_function_but_reconcile_has_a_queue_of_its_own() {
        let queues: Vec<String> =
            ALL.iter().filter_map(|f| f.mapping()).map(|mapping| mapping.queue).collect();
        let mut different = queues.clone();
        different.sort();
        different.dedup();
        assert_eq!((queues.len(), different.len()), (9, 9));
        for name in queues {
            assert!(queue::SOURCES.contains(&name.as_str()), "{name}");
        }
    }
}
