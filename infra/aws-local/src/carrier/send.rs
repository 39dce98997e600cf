//! `SendTextMessage` and `SendVoiceMessage`: what may be sent, and the way of a text to its phone.

use chrono::Duration;
use rusqlite::params;
use serde_json::{Value, json};

use super::book::{TextRow, TextState, number};
use super::request::{self, Envelope};
use super::{call, describe, error, event, settings, throttled, validation};
use crate::Ctx;
use crate::store::{from_ms, to_ms};
use crate::wire::AwsError;

/// A phone gets at most one text in this time; the network keeps the others back.
const BETWEEN_TEXTS: Duration = Duration::seconds(1);

/// Quotas of calls. None of them can be raised
/// (<https://docs.aws.amazon.com/sms-voice/latest/userguide/quotas.html>).
const CALLS_A_SECOND: i64 = 1;
const CALLS_A_MINUTE: i64 = 20;
const CALLS_A_DAY_TO_ONE_PHONE: i64 = 5;

/// `SendTextMessage`.
pub(super) fn text(ctx: &Ctx, body: &[u8]) -> Result<Value, AwsError> {
    let request = request::text(ctx, body)?;
    let id = ctx.ids.uuid();
    let limits = ctx.settings.carrier.limits;
    check_reachable(ctx, &request.envelope, "SMS")?;
    if request.envelope.dry_run {
        return Ok(json!({ "MessageId": id }));
    }
    if limits {
        check_text_rate(ctx)?;
    }
    let Envelope { phone, body, configuration_set, time_to_live, context, .. } = request.envelope;
    let expires_at = ctx.now + time_to_live;
    let turn = if limits { turn(ctx, &phone)? } else { ctx.now };
    let at_once = turn <= ctx.now;
    let text = TextRow {
        id: id.clone(),
        inbound: false,
        phone,
        number: ctx.settings.carrier.number.clone(),
        body,
        state: if at_once { TextState::Delivered } else { TextState::Queued },
        asked_at: ctx.now,
        arrives_at: turn.min(expires_at),
        expires_at,
        configuration_set,
        context,
        message_type: Some(request.message_type),
    };
    text.insert(ctx)?;
    if at_once {
        event::text(ctx, &text)?;
    }
    Ok(json!({ "MessageId": id }))
}

/// `SendVoiceMessage`. The request has no token: the same one again is another call.
pub(super) fn voice(ctx: &Ctx, body: &[u8]) -> Result<Value, AwsError> {
    let request = request::voice(ctx, body)?;
    let id = ctx.ids.uuid();
    if !ctx.settings.carrier.account.voice {
        let message = "The origination number cannot call.";
        let reason = "VOICE_CAPABILITY_NOT_AVAILABLE";
        return Err(validation(reason, "OriginationIdentity", message));
    }
    check_reachable(ctx, &request.envelope, "VOICE")?;
    if request.envelope.dry_run {
        return Ok(json!({ "MessageId": id }));
    }
    if ctx.settings.carrier.limits {
        check_call_quotas(ctx, &request.envelope.phone)?;
    }
    call::accept(ctx, id.clone(), request)?;
    Ok(json!({ "MessageId": id }))
}

/// When the first text comes to its end that is still on its way.
pub(super) fn next_due_ms(ctx: &Ctx) -> Result<Option<i64>, AwsError> {
    number(ctx, "SELECT min(arrives_ms) FROM carrier_texts WHERE state = 'queued'", [])
}

/// Lets the first text that is still on its way come to its end.
pub(super) fn arrive(ctx: &Ctx) -> Result<(), AwsError> {
    let Some(mut text) = TextRow::first_queued(ctx)? else { return Ok(()) };
    let expired = text.arrives_at >= text.expires_at;
    text.state = if expired { TextState::Expired } else { TextState::Delivered };
    text.ended(ctx)?;
    event::text(ctx, &text)
}

/// When it is a new text's turn at this phone.
fn turn(ctx: &Ctx, phone: &str) -> Result<crate::Now, AwsError> {
    let sql = "SELECT max(arrives_ms) FROM carrier_texts \
               WHERE phone = ?1 AND direction = 'out' AND state IN ('queued', 'delivered')";
    let last = number(ctx, sql, [phone])?;
    Ok(last.map_or(ctx.now, |ms| ctx.now.max(from_ms(ms) + BETWEEN_TEXTS)))
}

/// Whether anything may be sent to this phone.
fn check_reachable(ctx: &Ctx, envelope: &Envelope, capability: &str) -> Result<(), AwsError> {
    if ctx.settings.carrier.account.sandbox {
        return Err(error(
            "ConflictException",
            "In the sandbox only verified phone numbers are reached.",
            &[
                ("Reason", "DESTINATION_PHONE_NUMBER_NOT_VERIFIED"),
                ("ResourceType", "verified-destination-number"),
                ("ResourceId", &envelope.phone),
            ],
        ));
    }
    settings::check_country(ctx, envelope, capability)?;
    check_opted_out(ctx, envelope)
}

/// Nothing is sent to a phone on the opt-out list. The service documents the list for texts; that
/// it holds for calls too is the careful reading, and its list of errors allows it.
fn check_opted_out(ctx: &Ctx, envelope: &Envelope) -> Result<(), AwsError> {
    if describe::is_opted_out(ctx, &envelope.phone)? {
        return Err(error(
            "ConflictException",
            "The destination phone number is opted out.",
            &[
                ("Reason", "DESTINATION_PHONE_NUMBER_OPTED_OUT"),
                ("ResourceType", "opted-out-number"),
                ("ResourceId", &envelope.phone),
            ],
        ));
    }
    Ok(())
}

/// The rate at which the service takes texts.
fn check_text_rate(ctx: &Ctx) -> Result<(), AwsError> {
    let sql = "SELECT count(*) FROM carrier_texts WHERE direction = 'out' AND asked_ms > ?1";
    let sent = number(ctx, sql, [to_ms(ctx.now - Duration::seconds(1))])?;
    if sent >= Some(i64::from(ctx.settings.carrier.sms_per_s)) {
        return Err(throttled("Rate exceeded"));
    }
    Ok(())
}

/// The quotas of calls, which count calls that were accepted.
fn check_call_quotas(ctx: &Ctx, phone: &str) -> Result<(), AwsError> {
    let since_ms = |span: Duration| to_ms(ctx.now - span);
    let sql = "SELECT count(*) FROM carrier_calls WHERE asked_ms > ?1";
    if number(ctx, sql, [since_ms(Duration::seconds(1))])? >= Some(CALLS_A_SECOND) {
        return Err(throttled("Rate exceeded: calls per second of one origination number"));
    }
    if number(ctx, sql, [since_ms(Duration::minutes(1))])? >= Some(CALLS_A_MINUTE) {
        return Err(throttled("Rate exceeded: calls per minute of the account"));
    }
    let sql = "SELECT count(*) FROM carrier_calls WHERE phone = ?1 AND asked_ms > ?2";
    let of_phone = number(ctx, sql, params![phone, since_ms(Duration::hours(24))])?;
    if of_phone >= Some(CALLS_A_DAY_TO_ONE_PHONE) {
        return Err(error(
            "ServiceQuotaExceededException",
            "The destination phone number has been called 5 times in 24 hours.",
            &[("Reason", "DAILY_DESTINATION_CALL_LIMIT")],
        ));
    }
    Ok(())
}
