//! The messages between our own queues. They carry ids only: never a text, never a phone number.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::ids::{IdError, OccurrenceId, UserId};
use domain::ledger::Period;
use domain::limits;
use domain::occurrence::Occurrence;
use domain::outgoing::Cause;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::batch::Failure;
use crate::connection::Cloud;
use crate::error::{Error, without_content};

/// The version of the messages that this release writes; it reads this one and the one before.
const VERSION: u32 = 1;

/// A reminder's time has come, or will within a few minutes. One that differs from the row is void.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// Which one.
    pub occurrence: OccurrenceId,
    /// The version of its time.
    pub version: u32,
    /// The number that the attempt will have.
    pub attempt: u32,
    /// It starts no earlier than this.
    pub not_before: DateTime<Utc>,
}

impl Due {
    /// The message for the next attempt at `row`.
    #[must_use]
    pub fn of(row: &Occurrence) -> Self {
        Self {
            occurrence: row.id.clone(),
            version: row.version,
            attempt: row.next_attempt(),
            not_before: row.not_before,
        }
    }

    /// How long a queue may keep it back: to the second before its time, as far as a queue reaches.
    ///
    /// Whole seconds; the last one is waited out by who receives it, so that the phone rings at the second.
    #[must_use]
    pub fn delay_s(&self, now: DateTime<Utc>) -> i32 {
        let seconds =
            ((self.not_before - now).num_seconds() - 1).clamp(0, limits::QUEUE_REACH.num_seconds());
        i32::try_from(seconds).unwrap_or(0)
    }
}

/// A reminder is to be scheduled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleWanted {
    /// Which one.
    pub occurrence: OccurrenceId,
}

/// An SMS is to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmsWanted {
    /// To whom.
    pub user: UserId,
    /// Which one.
    pub cause: Cause,
}

/// An entry is to be written to the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChargeWanted {
    /// For a text.
    Sms {
        /// Whose.
        user: UserId,
        /// Which.
        message: domain::ids::MessageId,
    },
    /// For an answered reminder.
    Call {
        /// Which.
        occurrence: OccurrenceId,
    },
}

/// A row has news that others are to be told of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NewsWanted {
    /// A text's charge.
    Text {
        /// Whose.
        user: UserId,
        /// Which.
        message: domain::ids::MessageId,
    },
    /// A reminder's milestones.
    Reminder {
        /// Which.
        occurrence: OccurrenceId,
    },
    /// What was given back.
    Credit {
        /// To whom.
        user: UserId,
        /// The entry.
        charge: String,
    },
}

/// The ledger of a month is to be exported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportWanted {
    /// Which.
    pub month: Month,
    /// The moment of the export, once it has begun; then the month is named, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<DateTime<Utc>>,
    /// How often its sums did not agree with the totals.
    #[serde(default)]
    pub unproved: u32,
}

/// The ledger of a month is to be held against what happened in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReconciliationWanted {
    /// Which.
    pub month: Month,
    /// The moment of it, once it has begun; then the month is named, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<DateTime<Utc>>,
}

/// Which month is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Month {
    /// Those that still take entries.
    Open,
    /// The one that has closed last.
    Closed,
    /// This one.
    Named(Period),
}

impl Month {
    /// The month that is meant at `as_of`; and the one before, where all are that still take entries and it takes them,
    /// or has not for less than `since_it_settled`.
    #[must_use]
    pub fn meant(
        self,
        as_of: DateTime<Utc>,
        since_it_settled: TimeDelta,
    ) -> (Period, Option<Period>) {
        match self {
            Self::Open => {
                let present = Period::of(as_of);
                let before = present.previous();
                let is_open = as_of < before.settles_at() + since_it_settled;
                (present, is_open.then_some(before))
            }
            Self::Closed => (Period::last_settled(as_of), None),
            Self::Named(period) => (period, None),
        }
    }
}

impl TryFrom<String> for Month {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        match text.as_str() {
            "open" => Ok(Self::Open),
            "closed" => Ok(Self::Closed),
            named => named.parse().map(Self::Named),
        }
    }
}

impl From<Month> for String {
    fn from(month: Month) -> Self {
        match month {
            Month::Open => "open".into(),
            Month::Closed => "closed".into(),
            Month::Named(period) => period.to_string(),
        }
    }
}

/// A message with its version.
#[derive(Serialize, Deserialize)]
struct Versioned<T> {
    v: u32,
    #[serde(flatten)]
    message: T,
}

/// The text of a message.
pub(crate) fn encode<T: Serialize>(message: &T) -> Result<String, Error> {
    serde_json::to_string(&Versioned { v: VERSION, message })
        .map_err(|source| Error::Aws { operation: "sqs:SendMessage", source: Box::new(source) })
}

/// Reads a message of one of our own queues.
///
/// # Errors
/// [`Failure::Permanent`] if it is none; [`Failure::Transient`] if a newer release wrote it.
pub fn decode<T: DeserializeOwned>(body: &str) -> Result<T, Failure> {
    #[derive(Deserialize)]
    struct Version {
        v: u32,
    }
    let malformed =
        |error: serde_json::Error| Failure::permanent("malformed_message", without_content(&error));
    let version: Version = serde_json::from_str(body).map_err(malformed)?;
    if version.v > VERSION {
        let key = "message".to_owned();
        return Err(Failure::Transient(Error::NewerVersion { key, version: version.v }));
    }
    serde_json::from_str::<Versioned<T>>(body).map(|of| of.message).map_err(malformed)
}

impl Cloud {
    /// Sends a message to one of our own queues, to appear after `delay_s` seconds.
    ///
    /// # Errors
    /// [`Error`] if SQS fails; the message may have been taken all the same.
    pub async fn send<T: Serialize>(
        &self,
        queue_url: &str,
        message: &T,
        delay_s: i32,
    ) -> Result<(), Error> {
        self.send_body(queue_url, encode(message)?, delay_s, &[]).await
    }

    /// Lets a message that was received come into sight again after `after_s` seconds, instead of its queue's own time.
    ///
    /// # Errors
    /// [`Error`] if SQS fails, or the message is in sight again or gone.
    pub(crate) async fn show_again(
        &self,
        queue_url: &str,
        receipt_handle: &str,
        after_s: i32,
    ) -> Result<(), Error> {
        let request = self.sqs.change_message_visibility().queue_url(queue_url);
        let request = request.receipt_handle(receipt_handle).visibility_timeout(after_s);
        request.send().await.map_err(Error::aws("sqs:ChangeMessageVisibility"))?;
        Ok(())
    }

    /// Sends a body as it is, with attributes.
    pub(crate) async fn send_body(
        &self,
        queue_url: &str,
        body: String,
        delay_s: i32,
        attributes: &[(&str, String)],
    ) -> Result<(), Error> {
        let mut request = self.sqs.send_message().queue_url(queue_url).message_body(body);
        if delay_s > 0 {
            request = request.delay_seconds(delay_s);
        }
        for (name, value) in attributes {
            let value = aws_sdk_sqs::types::MessageAttributeValue::builder()
                .data_type("String")
                .string_value(value)
                .build()
                .map_err(|source| Error::Aws {
                    operation: "sqs:SendMessage",
                    source: Box::new(source),
                })?;
            request = request.message_attributes(*name, value);
        }
        request.send().await.map_err(Error::aws("sqs:SendMessage"))?;
        Ok(())
    }
}

/// Waits until `at` has come, by `cloud`'s clock.
///
/// Looks again after waiting: a timer and the clock need not agree to the millisecond, and what starts too early is
/// taken for a message that does not apply.
pub async fn wait_until(cloud: &Cloud, at: DateTime<Utc>) {
    while let Ok(left) = (at - cloud.clock.now()).to_std()
        && left > Duration::ZERO
    {
        tokio::time::sleep(left).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn due() -> Due {
        Due {
            occurrence: "0000000000000000-1-1".parse().unwrap(),
            version: 2,
            attempt: 1,
            not_before: "2027-06-21T15:30:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn a_message_reads_back_as_itself() {
        assert_eq!(decode::<Due>(&encode(&due()).unwrap()).unwrap(), due());
        let charge = ChargeWanted::Call { occurrence: due().occurrence };
        assert_eq!(decode::<ChargeWanted>(&encode(&charge).unwrap()).unwrap(), charge);
        for month in [Month::Open, Month::Closed, Month::Named("2026-11".parse().unwrap())] {
            let wanted = ExportWanted { month, as_of: Some(due().not_before), unproved: 2 };
            assert_eq!(decode::<ExportWanted>(&encode(&wanted).unwrap()).unwrap(), wanted);
        }
    }

    #[test]
    fn an_export_is_asked_for_in_a_few_words() {
        let wanted = ExportWanted { month: Month::Closed, as_of: None, unproved: 0 };
        assert_eq!(decode::<ExportWanted>(r#"{"v":1,"month":"closed"}"#).unwrap(), wanted);
        let no_month = r#"{"v":1,"month":"2026-13"}"#;
        assert!(matches!(decode::<ExportWanted>(no_month), Err(Failure::Permanent { .. })));
    }

    #[test]
    fn a_message_of_a_newer_release_waits_for_it() {
        let newer = encode(&due()).unwrap().replace("\"v\":1", "\"v\":2");
        assert!(matches!(decode::<Due>(&newer), Err(Failure::Transient(_))));
    }

    #[test]
    fn what_is_no_message_is_refused_for_good() {
        for body in ["", "{}", "[]", "{\"v\":1}", "{\"v\":1,\"occurrence\":7}", "\u{0}"] {
            assert!(matches!(decode::<Due>(body), Err(Failure::Permanent { .. })), "{body}");
        }
    }

    #[test]
    fn a_queue_keeps_a_message_to_the_second_before_its_time() {
        let before = |seconds| due().not_before - TimeDelta::milliseconds(seconds);
        assert_eq!(due().delay_s(before(120_000)), 119);
        assert_eq!(due().delay_s(before(1_500)), 0);
        assert_eq!(due().delay_s(before(-5_000)), 0);
        assert_eq!(due().delay_s(before(86_400_000)), 900);
    }
}
