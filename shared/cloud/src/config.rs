//! The configuration of the functions: read once, from the environment, with an error that names what is missing.

use std::sync::LazyLock;

use chrono::TimeDelta;
use domain::admission::CallLimits;
use domain::occurrence::Policy;
use domain::phone::Phone;
use domain::price::PriceBook;

/// Everything that a function needs to know of the world around it.
#[derive(Debug, Clone)]
pub struct Config {
    /// The AWS region.
    pub region: String,
    /// The endpoint of all AWS services, where it is not AWS's own (`AWS_ENDPOINT_URL`).
    pub endpoint: Option<String>,
    /// The endpoint of SMS and voice, where it is another (`AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2`).
    pub voice_endpoint: Option<String>,
    /// Credentials from the environment, as Lambda gives them.
    pub credentials: Credentials,
    /// The table of users, reminders, attempts and messages.
    pub reminders_table: String,
    /// The ledger's table.
    pub billing_table: String,
    /// The bucket of exports for finance.
    pub exports_bucket: String,
    /// Shards of the index of open rows.
    pub open_shards: u32,
    /// The URLs of the queues.
    pub queues: Queues,
    /// The bus on which others are told of milestones (`EVENT_BUS`), where they are.
    pub event_bus: Option<String>,
    /// Where and as whom schedules are made.
    pub schedules: Schedules,
    /// The carrier's number and rates.
    pub carrier: CarrierConfig,
    /// Which price book.
    pub prices: Prices,
    /// How attempts are spaced.
    pub policy: Policy,
    /// The namespace of our metrics, where somebody reads them (`METRICS_NAMESPACE`).
    pub metrics_namespace: Option<String>,
}

/// The key pair and session token that sign requests.
#[derive(Clone)]
pub struct Credentials {
    pub(crate) access_key_id: String,
    pub(crate) secret_access_key: String,
    pub(crate) session_token: Option<String>,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials(…)")
    }
}

/// The URLs of the queues that functions send to.
#[derive(Debug, Clone)]
pub struct Queues {
    /// SMS to be sent.
    pub outbound_sms: String,
    /// Entries to be written to the ledger.
    pub charges: String,
    /// Reminders to be scheduled.
    pub schedule_reminder: String,
    /// Reminders whose time has come, or nearly.
    pub due_callbacks: String,
    /// The carrier's events of calls: an event that is ahead of our own rows waits there.
    pub call_events: String,
    /// Months to be exported: an export that takes longer than one run goes on by a message.
    pub export_billing: String,
    /// Months to be held against what happened in them: what takes longer than one run goes on by a message.
    pub reconcile_billing: String,
    /// Rows that have news for others, where anybody is told (`LIFECYCLE_EVENTS_QUEUE_URL`).
    pub lifecycle_events: Option<String>,
    /// The dead letters of this function's own source, where it has one.
    pub dead_letters: Option<String>,
}

/// Where and as whom `EventBridge` schedules are made.
#[derive(Debug, Clone)]
pub struct Schedules {
    /// The schedule group.
    pub group: String,
    /// The role that the scheduler assumes to send to the queue.
    pub role_arn: String,
    /// The queue of due callbacks, by ARN.
    pub target_arn: String,
    /// Where schedules go that could not reach their target.
    pub dead_letters_arn: String,
}

/// The carrier's number and rates.
#[derive(Debug, Clone)]
pub struct CarrierConfig {
    /// The service's own number.
    pub number: Phone,
    /// What requests name as their origin: the number, its id, or a pool.
    pub origination: String,
    /// The configuration set, without which the carrier tells nothing of a call.
    pub configuration_set: String,
    /// Rates of calls.
    pub calls: CallLimits,
    /// SMS a second that the number was granted.
    pub sms_per_second: u32,
}

/// Which price book: those that are compiled in are read when a price is first asked for, not when a function starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prices {
    /// `infra/prices.toml`.
    Deployed,
    /// `infra/prices.local.toml`, which serves every country.
    Local,
    /// One that is not of a file: a simulation brings the prices of its world.
    Own(&'static PriceBook),
}

impl Prices {
    /// The book.
    #[must_use]
    pub fn book(self) -> &'static PriceBook {
        static DEPLOYED: LazyLock<PriceBook> = LazyLock::new(PriceBook::embedded);
        static LOCAL: LazyLock<PriceBook> = LazyLock::new(PriceBook::local);
        match self {
            Self::Deployed => &DEPLOYED,
            Self::Local => &LOCAL,
            Self::Own(book) => book,
        }
    }
}

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A variable is not set.
    #[error("the environment variable {0} is not set")]
    Missing(&'static str),
    /// A variable cannot be read.
    #[error("the environment variable {name} holds `{value}`, which is not {wanted}")]
    Invalid {
        /// The variable.
        name: &'static str,
        /// What it holds.
        value: String,
        /// What it should hold.
        wanted: &'static str,
    },
}

impl Config {
    /// Reads the environment of this process.
    ///
    /// # Errors
    /// [`ConfigError`] names the first variable that is missing or wrong.
    #[expect(clippy::disallowed_methods, reason = "the one place where the environment is read")]
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::from_lookup(|name| std::env::var(name).ok())
    }

    /// Reads the configuration through `lookup`, which returns the value of a variable.
    ///
    /// # Errors
    /// [`ConfigError`] names the first variable that is missing or wrong.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let env = Env { lookup: &|name| lookup(name).filter(|value| !value.is_empty()) };
        let number = env.required("SERVICE_NUMBER")?;
        // By its shape alone: it is ours, and libphonenumber's tables would triple the start of a function.
        let phone = Phone::try_from(number.clone()).map_err(|_| ConfigError::Invalid {
            name: "SERVICE_NUMBER",
            value: number.clone(),
            wanted: "a phone number in E.164 form",
        })?;
        Ok(Self {
            region: env.required("AWS_REGION")?,
            endpoint: env.optional("AWS_ENDPOINT_URL"),
            voice_endpoint: env.optional("AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2"),
            credentials: Credentials {
                access_key_id: env.optional("AWS_ACCESS_KEY_ID").unwrap_or_default(),
                secret_access_key: env.optional("AWS_SECRET_ACCESS_KEY").unwrap_or_default(),
                session_token: env.optional("AWS_SESSION_TOKEN"),
            },
            reminders_table: env.required("REMINDERS_TABLE")?,
            billing_table: env.required("BILLING_TABLE")?,
            exports_bucket: env.required("EXPORTS_BUCKET")?,
            open_shards: env.number("OPEN_SHARDS", 16)?,
            queues: env.queues()?,
            event_bus: env.optional("EVENT_BUS"),
            schedules: Schedules {
                group: env.required("SCHEDULE_GROUP")?,
                role_arn: env.required("SCHEDULER_ROLE_ARN")?,
                target_arn: env.required("DUE_CALLBACKS_QUEUE_ARN")?,
                dead_letters_arn: env.required("SCHEDULES_DEAD_LETTERS_ARN")?,
            },
            carrier: CarrierConfig {
                number: phone,
                origination: env.optional("ORIGINATION_IDENTITY").unwrap_or(number),
                configuration_set: env.required("CONFIGURATION_SET")?,
                calls: CallLimits {
                    per_minute: env.number("CALLS_PER_MINUTE", 20)?,
                    spacing: TimeDelta::milliseconds(env.number("CALL_SPACING_MS", 1_000)?),
                    per_phone_and_day: env.number("CALLS_PER_DAY", 5)?,
                },
                sms_per_second: env.number("SMS_PER_SECOND", 1)?,
            },
            prices: match env.optional("PRICE_BOOK").as_deref() {
                Some("local") => Prices::Local,
                _ => Prices::Deployed,
            },
            policy: Policy {
                retry_after: env.seconds("RETRY_AFTER_S", "120,600")?,
                unknown_wait: TimeDelta::seconds(env.number("UNKNOWN_WAIT_S", 300)?),
                tells: env.optional("LIFECYCLE_EVENTS_QUEUE_URL").is_some(),
            },
            metrics_namespace: env.optional("METRICS_NAMESPACE"),
        })
    }
}

/// The environment with errors that name the variable.
struct Env<'a> {
    lookup: &'a dyn Fn(&str) -> Option<String>,
}

impl Env<'_> {
    fn optional(&self, name: &str) -> Option<String> {
        (self.lookup)(name)
    }

    fn required(&self, name: &'static str) -> Result<String, ConfigError> {
        self.optional(name).ok_or(ConfigError::Missing(name))
    }

    fn number<N: std::str::FromStr>(
        &self,
        name: &'static str,
        default: N,
    ) -> Result<N, ConfigError> {
        match self.optional(name) {
            None => Ok(default),
            Some(value) => value.trim().parse().map_err(|_| ConfigError::Invalid {
                name,
                value,
                wanted: "a number",
            }),
        }
    }

    fn seconds(&self, name: &'static str, default: &str) -> Result<Vec<TimeDelta>, ConfigError> {
        let value = self.optional(name).unwrap_or_else(|| default.to_owned());
        value
            .split(',')
            .map(|part| part.trim().parse::<u32>().ok().map(|s| TimeDelta::seconds(s.into())))
            .collect::<Option<_>>()
            .ok_or(ConfigError::Invalid { name, value, wanted: "seconds with commas between" })
    }

    fn queues(&self) -> Result<Queues, ConfigError> {
        Ok(Queues {
            outbound_sms: self.required("OUTBOUND_SMS_QUEUE_URL")?,
            charges: self.required("CHARGES_QUEUE_URL")?,
            schedule_reminder: self.required("SCHEDULE_REMINDER_QUEUE_URL")?,
            due_callbacks: self.required("DUE_CALLBACKS_QUEUE_URL")?,
            call_events: self.required("CALL_EVENTS_QUEUE_URL")?,
            export_billing: self.required("EXPORT_BILLING_QUEUE_URL")?,
            reconcile_billing: self.required("RECONCILE_BILLING_QUEUE_URL")?,
            lifecycle_events: self.optional("LIFECYCLE_EVENTS_QUEUE_URL"),
            dead_letters: self.optional("DEAD_LETTER_QUEUE_URL"),
        })
    }
}
