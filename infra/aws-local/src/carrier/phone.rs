//! The other end of the line: what the person who holds the phone sees and does.

use std::collections::{BTreeMap, BTreeSet};

use http::StatusCode;
use serde_json::json;

use super::book::{CallRow, CallState, TextRow, TextState};
use super::event::VoiceEvent;
use super::settings::Number;
use super::{call, validation, voice};
use crate::wire::AwsError;
use crate::{Ctx, Now, sns};

/// The longest text that a phone can send: what the service takes in the other direction.
const TEXT_MAX: usize = 1_600;

/// The keywords that every number has.
const KEYWORDS: [&str; 2] = ["HELP", "STOP"];

/// What a phone has seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread {
    /// Texts in both directions, oldest first.
    pub messages: Vec<Message>,
    /// Calls to the phone, oldest first.
    pub calls: Vec<Call>,
}

/// A text that the phone has sent or got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its id, as the service has it.
    pub id: String,
    /// Who sent it.
    pub from: String,
    /// Whom it was sent to.
    pub to: String,
    /// What it says.
    pub text: String,
    /// When the phone sent it or got it.
    pub at: Now,
}

/// A call to the phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Its id, as the service has it.
    pub id: String,
    /// The phone.
    pub to: String,
    /// What it says to whoever answers.
    pub text: String,
    /// The tag (BCP 47) of the language of the voice that says it.
    pub language: &'static str,
    /// Where it is: any state but `queued`.
    pub state: CallState,
    /// When it began to ring.
    pub rang_at: Option<Now>,
    /// When it was answered.
    pub answered_at: Option<Now>,
    /// When it was over.
    pub ended_at: Option<Now>,
}

/// Why a person cannot do something with a call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// There is no call of this id.
    #[error("there is no call `{id}`")]
    NoSuchCall {
        /// The id that was asked for.
        id: String,
    },
    /// The call does not ring.
    #[error("the call is not ringing: it is {}", state.name())]
    NotRinging {
        /// What it does instead.
        state: CallState,
    },
    /// The stack failed.
    #[error(transparent)]
    Aws(#[from] AwsError),
}

/// For those who have one kind of error for all services.
impl From<PhoneError> for AwsError {
    fn from(error: PhoneError) -> Self {
        let status = match &error {
            PhoneError::NoSuchCall { .. } => StatusCode::NOT_FOUND,
            PhoneError::NotRinging { .. } => StatusCode::CONFLICT,
            PhoneError::Aws(error) => return error.clone(),
        };
        Self::with_status(status, "PhoneError", error.to_string())
    }
}

/// A person texts the service. Published to the two-way topic as the service documents it; the
/// result is the `inboundMessageId`.
///
/// # Errors
/// `ValidationException` if `from` is no phone number or the text longer than 1,600 characters; the
/// topic's error if it cannot be published to.
pub fn text(ctx: &Ctx, from: &str, text: &str) -> Result<String, AwsError> {
    let settings = &ctx.settings.carrier;
    let phone = sender("from", from)?;
    if phone == settings.number {
        let message = "the service's own number is not a phone that texts it";
        return Err(validation("INVALID_PARAMETER", "from", message));
    }
    let length = text.chars().count();
    if length > TEXT_MAX {
        let message = format!("a text has at most {TEXT_MAX} characters, this one {length}");
        return Err(validation("MAXIMUM_SIZE_EXCEEDED", "text", message));
    }
    let replied_to = TextRow::last_to(ctx, &phone)?;
    let id = ctx.ids.uuid();
    let mut payload = json!({
        "originationNumber": phone,
        "destinationNumber": settings.number,
        "messageKeyword": keyword(ctx, text),
        "messageBody": text,
        "inboundMessageId": id,
    });
    if let Some(replied_to) = replied_to {
        payload["previousPublishedMessageId"] = json!(replied_to);
    }
    let row = TextRow {
        id: id.clone(),
        inbound: true,
        phone,
        number: settings.number.clone(),
        body: text.to_owned(),
        state: TextState::Received,
        asked_at: ctx.now,
        arrives_at: ctx.now,
        expires_at: ctx.now,
        configuration_set: None,
        context: BTreeMap::new(),
        message_type: None,
    };
    row.insert(ctx)?;
    if let Some(topic) = Number::of(ctx)?.channel() {
        sns::publish(ctx, topic, &payload.to_string(), None, &BTreeMap::new())?;
    }
    Ok(id)
}

/// What a phone has seen, in E.164 form; of a phone that nobody knows, nothing.
///
/// # Errors
/// `ValidationException` if it is no phone number.
pub fn thread(ctx: &Ctx, e164: &str) -> Result<Thread, AwsError> {
    let phone = sender("phone", e164)?;
    let messages = TextRow::of_phone(ctx, &phone)?.into_iter().map(|row| {
        let (from, to) =
            if row.inbound { (row.phone, row.number) } else { (row.number, row.phone) };
        Message { id: row.id, from, to, text: row.body, at: row.arrives_at }
    });
    let voices = voice::of_phone(ctx, &phone)?;
    let calls = CallRow::of_phone(ctx, &phone)?.into_iter();
    let calls = calls.filter(|row| row.state != CallState::Queued).map(|row| Call {
        language: voice::language(voices.get(&row.id).map_or(voice::DEFAULT, String::as_str)),
        id: row.id,
        to: row.phone,
        text: row.spoken,
        state: row.state,
        rang_at: row.rang_at,
        answered_at: row.answered_at,
        ended_at: row.ended_at,
    });
    Ok(Thread { messages: messages.collect(), calls: calls.collect() })
}

/// All phones that have ever texted, been texted or been called; the last one that did comes first.
///
/// # Errors
/// When the store cannot be read.
pub fn phones(ctx: &Ctx) -> Result<Vec<String>, AwsError> {
    let mut statement = ctx.db.prepare_cached(
        "SELECT phone FROM (SELECT phone, arrives_ms AS at_ms FROM carrier_texts UNION ALL \
         SELECT phone, coalesce(rang_ms, asked_ms) FROM carrier_calls) \
         GROUP BY phone ORDER BY max(at_ms) DESC, phone",
    )?;
    Ok(statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// The phones that ring now.
///
/// # Errors
/// When the store cannot be read.
pub fn ringing_phones(ctx: &Ctx) -> Result<BTreeSet<String>, AwsError> {
    // A call that rings has a next step, so that the index of those finds it.
    let mut statement = ctx.db.prepare_cached(
        "SELECT phone FROM carrier_calls WHERE next_ms IS NOT NULL AND state = 'ringing'",
    )?;
    Ok(statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// Whoever holds the phone picks up.
///
/// # Errors
/// If there is no such call, or it does not ring.
pub fn answer(ctx: &Ctx, call_id: &str) -> Result<(), PhoneError> {
    let call = ringing(ctx, call_id)?;
    Ok(call::pick_up(ctx, call, CallState::Answered, ctx.now)?)
}

/// Whoever holds the phone refuses the call.
///
/// # Errors
/// If there is no such call, or it does not ring.
pub fn decline(ctx: &Ctx, call_id: &str) -> Result<(), PhoneError> {
    let call = ringing(ctx, call_id)?;
    Ok(call::end(ctx, call, CallState::Declined, VoiceEvent::Busy, ctx.now)?)
}

/// The phone's voicemail picks up, which the service cannot tell from a person.
///
/// # Errors
/// If there is no such call, or it does not ring.
pub fn voicemail(ctx: &Ctx, call_id: &str) -> Result<(), PhoneError> {
    let call = ringing(ctx, call_id)?;
    Ok(call::pick_up(ctx, call, CallState::Voicemail, ctx.now)?)
}

/// The network loses a call that the service took on: it never rings, and nothing is ever told of
/// it. True if there was such a call and it did not ring yet.
///
/// # Errors
/// When the store cannot be read or written.
pub fn lose(ctx: &Ctx, call_id: &str) -> Result<bool, AwsError> {
    let Some(mut call) = CallRow::find(ctx, call_id)? else { return Ok(false) };
    if call.state != CallState::Queued {
        return Ok(false);
    }
    call.next = None;
    call.update(ctx)?;
    Ok(true)
}

/// The call of this id, if it rings.
fn ringing(ctx: &Ctx, id: &str) -> Result<CallRow, PhoneError> {
    let call = CallRow::find(ctx, id)?.ok_or_else(|| PhoneError::NoSuchCall { id: id.into() })?;
    // Nobody can pick up after it has rung out, also when the network has yet to tell of it.
    let rings = call.state == CallState::Ringing && call.next.is_some_and(|(_, at)| at > ctx.now);
    if rings { Ok(call) } else { Err(PhoneError::NotRinging { state: call.state }) }
}

/// Whoever can text is more than can be texted or called: short codes are senders too.
fn sender(member: &str, number: &str) -> Result<String, AwsError> {
    let digits = number.strip_prefix('+').unwrap_or_default();
    if (3..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(number.to_owned());
    }
    let message = format!("`{number}` is not `+` and 3 to 15 digits");
    Err(validation("INVALID_PARAMETER", member, message))
}

/// The keyword that a text begins with, or the number's default one. What the service says when
/// none matches is not documented.
fn keyword(ctx: &Ctx, text: &str) -> String {
    let first = text.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
    let known = KEYWORDS.into_iter().find(|keyword| *keyword == first);
    known.map_or_else(|| format!("keyword_{}", ctx.settings.account), str::to_owned)
}
