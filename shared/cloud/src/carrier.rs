//! The carrier: a closed set of outcomes around AWS End User Messaging, asked once per request.
//!
//! It has no idempotency token, so a request whose answer was lost is *unknown*, never *failed*: asking again could
//! ring twice. A second carrier would be another body of [`Cloud::call`] and [`Cloud::text`], with the same outcomes.

use std::time::Duration;

use aws_sdk_pinpointsmsvoicev2::error::ProvideErrorMetadata;
use aws_sdk_pinpointsmsvoicev2::operation::send_text_message::SendTextMessageError;
use aws_sdk_pinpointsmsvoicev2::operation::send_voice_message::SendVoiceMessageError;
use aws_sdk_pinpointsmsvoicev2::types::{MessageType, VoiceId, VoiceMessageBodyTextType};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use chrono::SecondsFormat;
use domain::attempt::Attempt;
use domain::occurrence::{Refusal, Why};
use domain::phone::Phone;
use domain::price::{Kind, Limits, Price};
use domain::{limits, spoken};
use tokio::sync::Mutex;
use tokio::time::Instant;
use when::Language;

use crate::connection::Cloud;
use crate::error::chain;

/// The key of the carrier's `Context` that names the attempt.
pub const CONTEXT_ATTEMPT: &str = "attempt";

/// The key beside it that says when that attempt was claimed.
///
/// After a restore of the tables the same ids come once more, while the carrier may still tell of calls that were placed
/// before: by this they are told apart.
pub const CONTEXT_PLACED_AT: &str = "placed_at";

/// What [`CONTEXT_PLACED_AT`] says of an attempt.
#[must_use]
pub fn placed_at(attempt: &Attempt) -> String {
    attempt.placed_at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// The least `TimeToLive` that the carrier takes, in seconds.
const TIME_TO_LIVE_MIN_S: i64 = 5;

/// What came of asking the carrier to call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Called {
    /// It took the call on, under this id.
    Taken(String),
    /// It did not, and will not.
    Refused {
        /// What that means for the reminder.
        refusal: Refusal,
        /// Its own word for it.
        reason: String,
    },
    /// No answer that tells: the call may have been placed.
    Unknown(String),
}

/// What came of asking the carrier to send an SMS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Texted {
    /// It took the SMS, under this id.
    Taken(String),
    /// Not now; it may be asked again later.
    NotNow(String),
    /// The receiver has opted out with the carrier.
    OptedOut,
    /// Never.
    Refused(String),
    /// No answer that tells: the SMS may have been sent.
    Unknown(String),
}

impl Cloud {
    /// Asks the carrier, once, to call `to` and say `about` in a voice of `language`.
    ///
    /// `time_to_live` bounds how long the carrier may keep the call back.
    pub async fn call(
        &self,
        attempt: &Attempt,
        to: &Phone,
        language: Language,
        about: &str,
        price: &Price,
        time_to_live: chrono::TimeDelta,
    ) -> Called {
        let ttl_s = time_to_live
            .num_seconds()
            .clamp(TIME_TO_LIVE_MIN_S, limits::CALL_TIME_TO_LIVE.num_seconds());
        let result = self
            .voice
            .send_voice_message()
            .destination_phone_number(to.as_str())
            .origination_identity(&self.config.carrier.origination)
            .configuration_set_name(&self.config.carrier.configuration_set)
            .message_body(spoken::ssml(about, language))
            .message_body_text_type(VoiceMessageBodyTextType::Ssml)
            .voice_id(VoiceId::from(spoken::voice_id(language, to.country())))
            .set_max_price_per_minute(price.max_call_per_minute.max_price())
            .time_to_live(i32::try_from(ttl_s).unwrap_or(60))
            .context(CONTEXT_ATTEMPT, attempt.id.to_string())
            .context(CONTEXT_PLACED_AT, placed_at(attempt))
            .send()
            .await;
        match result {
            Ok(output) => match output.message_id {
                Some(id) => Called::Taken(id),
                None => Called::Unknown("an answer without an id".into()),
            },
            Err(error) => called(&error),
        }
    }

    /// Waits until this process may send the next SMS; true if that took any time.
    ///
    /// Waited for before an SMS is claimed: a claim is fresh when the carrier is asked, and what a dying function has
    /// not come to is still owed.
    pub async fn turn_to_text(&self) -> bool {
        self.pacer.turn().await
    }

    /// Asks the carrier, once, to send an SMS to `to`. The turn was waited for before: [`Cloud::turn_to_text`].
    pub async fn text(&self, to: &Phone, text: &str, price: &Price, age_max: Duration) -> Texted {
        let ttl_s = i32::try_from(age_max.as_secs()).unwrap_or(i32::MAX).clamp(5, 259_200);
        let result = self
            .voice
            .send_text_message()
            .destination_phone_number(to.as_str())
            .origination_identity(&self.config.carrier.origination)
            .configuration_set_name(&self.config.carrier.configuration_set)
            .message_body(text)
            .message_type(MessageType::Transactional)
            .set_max_price(price.max_sms.max_price())
            .time_to_live(ttl_s)
            .send()
            .await;
        match result {
            Ok(output) => match output.message_id {
                Some(id) => Texted::Taken(id),
                None => Texted::Unknown("an answer without an id".into()),
            },
            Err(error) => texted(&error),
        }
    }

    /// The price of `kind` for a number, by the price book at `at`; `None` where the country is not served.
    #[must_use]
    pub fn price(
        &self,
        phone: &Phone,
        kind: Kind,
        at: chrono::DateTime<chrono::Utc>,
    ) -> Option<Price> {
        self.config.prices.book().price(phone.country(), kind, at)
    }

    /// What bounds a month of a number, by the rule that holds `at` that time; `None` where it is not served.
    #[must_use]
    pub fn limits(&self, phone: &Phone, at: chrono::DateTime<chrono::Utc>) -> Option<Limits> {
        self.config.prices.book().limits(phone.country(), at)
    }
}

/// The error's code with its member `Reason`, which tells more.
fn reason<E: ProvideErrorMetadata>(error: &E, reason: &str) -> String {
    let code = error.code().unwrap_or("unknown");
    if reason.is_empty() { code.to_owned() } else { format!("{code}: {reason}") }
}

/// Whether an error says for sure that the carrier did nothing; otherwise the outcome is unknown.
fn is_answer<E: ProvideErrorMetadata + std::error::Error>(
    error: &SdkError<E, HttpResponse>,
) -> bool {
    match error {
        SdkError::ConstructionFailure(_) => true,
        SdkError::ServiceError(answer) => {
            let status = answer.raw().status().as_u16();
            status < 500 && answer.err().code() != Some("InternalServerException")
        }
        _ => false,
    }
}

/// Reads the carrier's error to a call. Source: the service's model, `SendVoiceMessage`.
fn called(error: &SdkError<SendVoiceMessageError, HttpResponse>) -> Called {
    use SendVoiceMessageError as E;
    let (Some(service_error), true) = (error.as_service_error(), is_answer(error)) else {
        let told = chain(error);
        return match error {
            SdkError::ConstructionFailure(_) => {
                Called::Refused { refusal: Refusal::NotNow, reason: told }
            }
            _ => Called::Unknown(told),
        };
    };
    let (why, refusal) = match service_error {
        E::ServiceQuotaExceededException(e) => {
            let quota = e.reason().map_or("", |reason| reason.as_str());
            (quota, refusal_of_quota(quota))
        }
        E::ConflictException(e) => {
            let conflict = e.reason().map_or("", |reason| reason.as_str());
            (conflict, refusal_of_conflict(conflict))
        }
        E::ValidationException(e) => {
            (e.reason().map_or("", |reason| reason.as_str()), Refusal::GiveUp(Why::Blocked))
        }
        E::ThrottlingException(_) => ("", Refusal::Throttled),
        _ => ("", Refusal::NotNow),
    };
    Called::Refused { refusal, reason: reason(service_error, why) }
}

fn refusal_of_quota(quota: &str) -> Refusal {
    match quota {
        "DAILY_DESTINATION_CALL_LIMIT" => Refusal::GiveUp(Why::DailyLimit),
        _ if quota.starts_with("MONTHLY_SPEND_LIMIT") => Refusal::GiveUp(Why::SpendLimit),
        _ => Refusal::NotNow,
    }
}

fn refusal_of_conflict(conflict: &str) -> Refusal {
    match conflict {
        "DESTINATION_PHONE_NUMBER_OPTED_OUT" => Refusal::OptedOut,
        _ if conflict.starts_with("DESTINATION_") => Refusal::GiveUp(Why::Blocked),
        // Our own number or set-up is wrong: hold what can be held until somebody has mended it.
        _ => Refusal::NotNow,
    }
}

/// Reads the carrier's error to an SMS. Source: the service's model, `SendTextMessage`.
fn texted(error: &SdkError<SendTextMessageError, HttpResponse>) -> Texted {
    use SendTextMessageError as E;
    let (Some(service_error), true) = (error.as_service_error(), is_answer(error)) else {
        let told = chain(error);
        return match error {
            SdkError::ConstructionFailure(_) => Texted::NotNow(told),
            _ => Texted::Unknown(told),
        };
    };
    match service_error {
        E::ConflictException(e) => match e.reason().map_or("", |reason| reason.as_str()) {
            "DESTINATION_PHONE_NUMBER_OPTED_OUT" => Texted::OptedOut,
            conflict if conflict.starts_with("DESTINATION_") => {
                Texted::Refused(reason(service_error, conflict))
            }
            conflict => Texted::NotNow(reason(service_error, conflict)),
        },
        E::ServiceQuotaExceededException(e) => {
            let quota = e.reason().map_or("", |reason| reason.as_str());
            Texted::Refused(reason(service_error, quota))
        }
        E::ValidationException(e) => {
            let invalid = e.reason().map_or("", |reason| reason.as_str());
            Texted::Refused(reason(service_error, invalid))
        }
        _ => Texted::NotNow(reason(service_error, "")),
    }
}

/// Functions that send side by side; the rate is shared between them.
const SENDERS: u32 = 2;

/// Spaces this process's requests, so that all senders together keep to the number's rate.
#[derive(Debug)]
pub struct Pacer {
    spacing: Duration,
    next: Mutex<Option<Instant>>,
}

impl Pacer {
    /// A pacer for a number that was granted `per_second` SMS a second.
    #[must_use]
    pub fn new(per_second: u32) -> Self {
        Self {
            spacing: Duration::from_secs(1) * SENDERS / per_second.max(1),
            next: Mutex::new(None),
        }
    }

    /// Waits for this request's turn; true if it was not at once.
    pub async fn turn(&self) -> bool {
        let mut next = self.next.lock().await;
        let now = Instant::now();
        let turn = next.map_or(now, |next| next.max(now));
        *next = Some(turn + self.spacing);
        drop(next);
        tokio::time::sleep_until(turn).await;
        turn > now
    }
}
