//! AWS End User Messaging SMS and voice (version 2), and the telephone network behind it.
//!
//! AWS JSON 1.0. It has one number, one configuration set whose event destinations are topics, at
//! most one protect configuration, and the opt-out list `Default`; operations: `SendTextMessage`,
//! `SendVoiceMessage`, the `Describe…` and `Update…` of what there is, and the opt-out list. The network is played: texts arrive at phones, phones
//! ring, and whoever holds them does what [`answer`], [`decline`] and [`voicemail`] say.
//!
//! Every text, call and event stays in the store for good: this is the carrier's own [`book`], by
//! which the product can be judged.
//!
//! What is not as on the service: prices are one constant each for the whole world; message
//! feedback, pools and sender ids do not exist; without self-managed opt-outs nobody answers STOP
//! and HELP in the product's place.

pub mod book;
mod call;
mod country;
mod describe;
mod event;
mod parts;
mod phone;
mod request;
mod send;
mod settings;
mod ssml;
#[cfg(test)]
mod tests;
mod voice;

use http::{HeaderValue, StatusCode};
use serde_json::{Value, json};

use crate::checks::{Broken, sentence};
use crate::wire::{AwsError, JSON_1_0, Response};
use crate::{ACCOUNT, Ctx, Now, REGION};

pub use book::{Book, CallState, book};
pub use phone::{
    Call, Message, PhoneError, Thread, answer, decline, lose, phones, ringing_phones, text, thread,
    voicemail,
};

pub use voice::SCHEMA as VOICES_SCHEMA;

/// What a minute of a call costs, in millionths of a US dollar; the figure of AWS's own examples.
pub const VOICE_MINUTE_MICROS: i64 = 13_000;

/// What a part of a text costs, carrier fee and all, in millionths of a US dollar; as above.
pub const TEXT_PART_MICROS: i64 = 5_810 + 3_020;

/// Of [`TEXT_PART_MICROS`], what the receiving carrier takes.
const TEXT_FEE_MICROS: i64 = 3_020;

/// The one opt-out list.
const OPT_OUT_LIST: &str = "Default";

/// Tables: texts, calls, events, the opt-out list, and what was changed of the number and the rest.
pub const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS carrier_texts (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    -- 'in' from the phone, 'out' to it
    direction TEXT NOT NULL,
    phone TEXT NOT NULL,
    number TEXT NOT NULL,
    body TEXT NOT NULL,
    -- received, queued, delivered, expired
    state TEXT NOT NULL,
    asked_ms INTEGER NOT NULL,
    -- When it is, or was, at its destination.
    arrives_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL,
    configuration_set TEXT,
    context TEXT NOT NULL,
    message_type TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS carrier_texts_by_phone ON carrier_texts (phone, arrives_ms);
CREATE INDEX IF NOT EXISTS carrier_texts_asked ON carrier_texts (direction, asked_ms);
CREATE INDEX IF NOT EXISTS carrier_texts_queued ON carrier_texts (arrives_ms, seq)
    WHERE state = 'queued';
CREATE TABLE IF NOT EXISTS carrier_calls (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    phone TEXT NOT NULL,
    number TEXT NOT NULL,
    body TEXT NOT NULL,
    spoken TEXT NOT NULL,
    -- queued, ringing, answered, declined, no_answer, busy, voicemail, failed
    state TEXT NOT NULL,
    asked_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL,
    rang_ms INTEGER,
    answered_ms INTEGER,
    ended_ms INTEGER,
    configuration_set TEXT,
    context TEXT NOT NULL,
    -- What the network does next, and when.
    next_step TEXT,
    next_ms INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS carrier_calls_by_phone ON carrier_calls (phone, asked_ms);
CREATE INDEX IF NOT EXISTS carrier_calls_asked ON carrier_calls (asked_ms);
CREATE INDEX IF NOT EXISTS carrier_calls_next ON carrier_calls (next_ms, seq)
    WHERE next_ms IS NOT NULL;
CREATE TABLE IF NOT EXISTS carrier_events (
    seq INTEGER PRIMARY KEY,
    message_id TEXT NOT NULL,
    event_type TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    body TEXT NOT NULL,
    -- Null if the message had no configuration set, or its topic was gone.
    published_as TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS carrier_events_by_message ON carrier_events (message_id, seq);
CREATE TABLE IF NOT EXISTS carrier_opt_outs (
    phone TEXT PRIMARY KEY,
    -- Null once the phone has been opted in again.
    opted_out_ms INTEGER,
    opted_in_ms INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS carrier_settings (
    name TEXT PRIMARY KEY,
    -- JSON
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
";

/// Who picks up when a phone rings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Answering {
    /// Whoever holds the phone, by [`answer`], [`decline`] or [`voicemail`].
    #[default]
    Manual,
    /// Somebody, after a second.
    Always,
    /// Nobody; it rings out.
    Never,
}

/// How the carrier behaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarrierSettings {
    /// The service's own number, in E.164 form.
    pub number: String,
    /// Where texts from phones are published.
    pub two_way_topic_arn: String,
    /// The configuration set, by name. A message that names it has its events published.
    pub configuration_set: String,
    /// Where events are published.
    pub event_topic_arn: String,
    /// Whether the configuration set matches the events of texts too, not only those of calls.
    pub text_events: bool,
    /// Who picks up.
    pub answer: Answering,
    /// Whether the service's quotas hold.
    pub limits: bool,
    /// How long a phone rings before nobody has answered.
    pub ring_for_s: u32,
    /// How many texts a second the service takes while `limits` hold.
    pub sms_per_s: u32,
    /// What the account has, and what it lacks.
    pub account: Account,
}

/// What no request changes: what was granted to the account, and what the number is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Whether the account still is in the sandbox, where only verified phones are reached. None is.
    pub sandbox: bool,
    /// Whether the number can call.
    pub voice: bool,
    /// Whether phones can text the number: not in every region and country.
    pub two_way: bool,
    /// Such as `LONG_CODE` or `TOLL_FREE`.
    pub number_type: String,
    /// US dollars that may be spent in a month, on texts and on calls each.
    pub spend_limit_usd: u32,
    /// Whether the configuration set has a protect configuration.
    pub protected: bool,
}

/// An account in which nothing is missing.
impl Default for Account {
    fn default() -> Self {
        Self {
            sandbox: false,
            voice: true,
            two_way: true,
            number_type: "LONG_CODE".into(),
            spend_limit_usd: 1_000,
            protected: false,
        }
    }
}

/// The local stack's: a fictitious number, topics of the local account, quotas on.
impl Default for CarrierSettings {
    fn default() -> Self {
        let topic = |name: &str| format!("arn:aws:sns:{REGION}:{ACCOUNT}:{name}");
        Self {
            number: "+12065550100".into(),
            two_way_topic_arn: topic("inbound-sms"),
            configuration_set: "ringback".into(),
            event_topic_arn: topic("call-events"),
            text_events: false,
            answer: Answering::Manual,
            limits: true,
            ring_for_s: 30,
            sms_per_s: 50,
            account: Account::default(),
        }
    }
}

/// Answers one request; `operation` is what follows `PinpointSMSVoiceV2.` in its target.
pub fn handle(ctx: &Ctx, operation: &str, body: &[u8]) -> Response {
    let answer = match operation {
        "SendTextMessage" => send::text(ctx, body),
        "SendVoiceMessage" => send::voice(ctx, body),
        "DescribePhoneNumbers" => describe::phone_numbers(ctx, body),
        "DescribeConfigurationSets" => describe::configuration_sets(ctx, body),
        "DescribeOptOutLists" => describe::opt_out_lists(ctx, body),
        "DescribeOptedOutNumbers" => describe::opted_out_numbers(ctx, body),
        "PutOptedOutNumber" => describe::put_opted_out_number(ctx, body),
        "DeleteOptedOutNumber" => describe::delete_opted_out_number(ctx, body),
        "UpdatePhoneNumber" => settings::update_phone_number(ctx, body),
        "CreateEventDestination" => settings::put_event_destination(ctx, body, false),
        "UpdateEventDestination" => settings::put_event_destination(ctx, body, true),
        "GetProtectConfigurationCountryRuleSet" => settings::country_rules(ctx, body, false),
        "UpdateProtectConfigurationCountryRuleSet" => settings::country_rules(ctx, body, true),
        "DescribeSpendLimits" => describe::spend_limits(ctx),
        "DescribeAccountAttributes" => describe::account_attributes(ctx),
        "DescribeAccountLimits" => describe::account_limits(),
        _ => Err(AwsError::unknown_operation(&format!("PinpointSMSVoiceV2.{operation}"))),
    };
    match answer {
        Ok(answer) => Response::json(StatusCode::OK, JSON_1_0, &answer),
        Err(error) => error_response(JSON_1_0, &error),
    }
}

/// Does all that the network has to do by now: texts arrive, calls go on.
///
/// # Errors
/// When the store cannot be read or written.
pub fn advance(ctx: &Ctx) -> Result<(), AwsError> {
    loop {
        let (text_ms, call_ms) = (send::next_due_ms(ctx)?, call::next_due_ms(ctx)?);
        let is_due = |ms: Option<i64>| ms.is_some_and(|ms| ms <= ctx.now.timestamp_millis());
        if is_due(text_ms) && text_ms <= call_ms.or(text_ms) {
            send::arrive(ctx)?;
        } else if is_due(call_ms) {
            call::step(ctx)?;
        } else {
            return Ok(());
        }
    }
}

/// The next instant at which [`advance`] has something to do.
///
/// # Errors
/// When the store cannot be read.
pub fn next_due(ctx: &Ctx) -> Result<Option<Now>, AwsError> {
    let (text_ms, call_ms) = (send::next_due_ms(ctx)?, call::next_due_ms(ctx)?);
    Ok(text_ms.into_iter().chain(call_ms).min().map(crate::store::from_ms))
}

/// An error as AWS JSON carries it.
fn error_response(media_type: HeaderValue, error: &AwsError) -> Response {
    let code = if error.is_callers() { &error.code } else { "InternalServerException" };
    let mut body = error.detail.clone();
    body.insert("__type".into(), json!(code));
    body.insert("Message".into(), json!(error.message));
    Response::json(error.status, media_type, &Value::Object(body))
}

/// An error with the members that this service gives its errors.
fn error(code: &str, message: impl Into<String>, members: &[(&str, &str)]) -> AwsError {
    let mut error = AwsError::bad_request(code, message);
    let members = members.iter().map(|(name, value)| ((*name).to_owned(), json!(value)));
    error.detail.extend(members);
    error
}

/// A request that the service does not take, because of one of its members.
fn validation(reason: &str, member: &str, message: impl Into<String>) -> AwsError {
    let message = message.into();
    let mut error = error("ValidationException", message.clone(), &[("Reason", reason)]);
    error.detail.insert("Fields".into(), json!([{ "Name": member, "Message": message }]));
    error
}

/// A request whose members break the constraints of the model.
fn broken(broken: &[Broken]) -> AwsError {
    let missing = broken.iter().all(|broken| broken.missing);
    let reason = if missing { "MISSING_PARAMETER" } else { "FIELD_VALIDATION_FAILED" };
    let fields: Vec<Value> = broken
        .iter()
        .map(|broken| json!({ "Name": broken.name, "Message": broken.message }))
        .collect();
    let mut error = error("ValidationException", sentence(broken), &[("Reason", reason)]);
    error.detail.insert("Fields".into(), json!(fields));
    error
}

/// Something that a request names and that is not there.
fn not_found(kind: &str, id: &str) -> AwsError {
    let message = format!("The {kind} `{id}` could not be found.");
    error("ResourceNotFoundException", message, &[("ResourceType", kind), ("ResourceId", id)])
}

/// The answer of a carrier that is too busy for any request.
pub(crate) fn busy() -> Response {
    error_response(JSON_1_0, &throttled("Rate exceeded"))
}

/// The answer to a call that the account cannot pay for in this month.
pub(crate) fn spent() -> Response {
    let message = "The monthly spend limit for voice messages has been reached.";
    let reason = ("Reason", "MONTHLY_SPEND_LIMIT_REACHED_FOR_VOICE");
    error_response(JSON_1_0, &error("ServiceQuotaExceededException", message, &[reason]))
}

/// Too many requests for now.
fn throttled(message: &str) -> AwsError {
    AwsError::bad_request("ThrottlingException", message)
}

/// The body of a request as JSON of this shape.
fn parse<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, AwsError> {
    let body = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(body)
        .map_err(|error| AwsError::bad_request("SerializationException", error.to_string()))
}

/// Millionths as the decimal number that the service writes.
fn dollars(micros: i64) -> Value {
    #[expect(clippy::cast_precision_loss, reason = "prices are far below what a double holds")]
    let dollars = micros as f64 / 1_000_000.0;
    json!(dollars)
}
