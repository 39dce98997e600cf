//! Events of texts and calls: written into the book, and published if their message named the
//! configuration set.
//!
//! Bodies as the user guide has them ("Event data format"). What it leaves open is left out: only a
//! completed call has a duration and a price; `VOICE_INITIATED` has neither destination nor
//! context, as in the guide's example.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::book::{CallRow, EventRow, TextRow, TextState};
use super::country::country;
use super::settings::Destination;
use super::{TEXT_FEE_MICROS, TEXT_PART_MICROS, VOICE_MINUTE_MICROS, dollars, parts};
use crate::store::to_ms;
use crate::wire::AwsError;
use crate::{Ctx, sns};

/// What can be told of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum VoiceEvent {
    Initiated,
    Ringing,
    Answered,
    Completed,
    Busy,
    NoAnswer,
    TtlExpired,
}

impl VoiceEvent {
    /// The `messageStatus`; with `VOICE_` before it, the `eventType`.
    fn status(self) -> &'static str {
        match self {
            Self::Initiated => "INITIATED",
            Self::Ringing => "RINGING",
            Self::Answered => "ANSWERED",
            Self::Completed => "COMPLETED",
            Self::Busy => "BUSY",
            Self::NoAnswer => "NO_ANSWER",
            Self::TtlExpired => "TTL_EXPIRED",
        }
    }

    /// Whether nothing more will be told of the call.
    fn is_final(self) -> bool {
        !matches!(self, Self::Initiated | Self::Ringing | Self::Answered)
    }
}

/// Tells of a call.
pub(super) fn voice(ctx: &Ctx, call: &CallRow, event: VoiceEvent) -> Result<(), AwsError> {
    let event_type = format!("VOICE_{}", event.status());
    let mut body = json!({
        "eventType": event_type,
        "eventVersion": "1.0",
        "eventTimestamp": to_ms(ctx.now),
        "isFinal": event.is_final(),
        "originationPhoneNumber": call.number,
        "messageId": call.id,
        "messageRequestTimestamp": to_ms(call.asked_at),
        "messageStatus": event.status(),
    });
    if let Some(code) = country(&call.phone) {
        body["isoCountryCode"] = json!(code);
    }
    if event != VoiceEvent::Initiated {
        body["destinationPhoneNumber"] = json!(call.phone);
        if !call.context.is_empty() {
            body["context"] = json!(call.context);
        }
    }
    if let (VoiceEvent::Completed, Some(from), Some(to)) = (event, call.answered_at, call.ended_at)
    {
        let seconds = ((to - from).num_milliseconds() + 999) / 1000;
        let minutes = ((seconds + 59) / 60).max(1);
        body["callDurationInSeconds"] = json!(seconds);
        body["totalDurationInMinutes"] = json!(minutes);
        body["totalMessagePrice"] = dollars(minutes * VOICE_MINUTE_MICROS);
    }
    keep(ctx, &call.id, event_type, body, call.configuration_set.is_some())
}

/// Tells that a text has come to its end.
pub(super) fn text(ctx: &Ctx, text: &TextRow) -> Result<(), AwsError> {
    let (status, description) = match text.state {
        TextState::Expired => ("TTL_EXPIRED", "Message's time to live has passed"),
        _ => ("DELIVERED", "Message has been accepted by phone"),
    };
    let event_type = format!("TEXT_{status}");
    let (encoding, parts) = parts::parts(&text.body);
    let (price, fee) = match text.state {
        TextState::Expired => (0, 0),
        _ => (TEXT_PART_MICROS - TEXT_FEE_MICROS, TEXT_FEE_MICROS),
    };
    let mut body = json!({
        "eventType": event_type,
        "eventVersion": "1.0",
        "eventTimestamp": to_ms(ctx.now),
        "isFinal": true,
        "originationPhoneNumber": text.number,
        "destinationPhoneNumber": text.phone,
        "isInternationalSend": country(&text.number) != country(&text.phone),
        "messageId": text.id,
        "messageRequestTimestamp": to_ms(text.asked_at),
        "messageEncoding": encoding.name(),
        "messageType": text.message_type,
        "messageStatus": status,
        "messageStatusDescription": description,
        "totalMessageParts": parts,
        "totalMessagePrice": dollars(i64::from(parts) * price),
        "totalCarrierFee": dollars(i64::from(parts) * fee),
    });
    if let Some(code) = country(&text.phone) {
        body["isoCountryCode"] = json!(code);
    }
    if !text.context.is_empty() {
        body["context"] = json!(text.context);
    }
    keep(ctx, &text.id, event_type, body, text.configuration_set.is_some())
}

/// Writes an event into the book, published or not. That the topic is gone holds up nothing: the
/// service, too, drops what it cannot publish.
fn keep(
    ctx: &Ctx,
    message_id: &str,
    event_type: String,
    body: Value,
    publish: bool,
) -> Result<(), AwsError> {
    let mut published_as = None;
    let publish = publish && !ctx.settings.faults.loses_event(ctx.now);
    for destination in if publish { Destination::all(ctx)? } else { Vec::new() } {
        let Some(topic) = destination.topic_of(&event_type) else { continue };
        match sns::publish(ctx, topic, &body.to_string(), None, &BTreeMap::new()) {
            Ok(id) => published_as = Some(id),
            Err(error) if error.is_callers() => {
                tracing::warn!(message.id = message_id, %error, "an event cannot be published");
            }
            Err(error) => return Err(error),
        }
    }
    let message_id = message_id.to_owned();
    EventRow { message_id, event_type, at: ctx.now, body, published_as }.insert(ctx)
}
