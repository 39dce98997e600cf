//! The life of a call, from its acceptance to its end.
//!
//! ```text
//! queued ─▶ ringing ─▶ answered │ voicemail ─▶ (over, once all has been said)
//!   │          ├─▶ declined
//!   │          └─▶ no_answer
//!   ├─▶ busy        the phone rings or is in a call already
//!   └─▶ failed      not dialled within its time to live
//! ```

use chrono::Duration;

use super::Answering;
use super::book::{CallRow, CallState, Step, number};
use super::event::{self, VoiceEvent};
use super::request::{Envelope, VoiceRequest};
use crate::wire::AwsError;
use crate::{Ctx, Now};

/// From acceptance to dialling, and from dialling to ringing: together well under a second, so that
/// whoever asks for a call at a second has the phone ring in that second.
const DIAL_AFTER: Duration = Duration::milliseconds(50);
const RING_AFTER: Duration = Duration::milliseconds(100);

/// How long somebody who always picks up lets it ring.
const PICK_UP_AFTER: Duration = Duration::seconds(1);

/// How fast a voice speaks, in milliseconds a character: about 15 characters a second.
const SPEAKS_MS_A_CHARACTER: i64 = 67;

/// The shortest and the longest that anything takes to be said, in milliseconds.
const SPEAKS_MS: (i64, i64) = (2_000, 60_000);

/// Writes down a call that the service accepts.
pub(super) fn accept(ctx: &Ctx, id: String, request: VoiceRequest) -> Result<(), AwsError> {
    let Envelope { phone, body, configuration_set, time_to_live, context, .. } = request.envelope;
    super::voice::keep(ctx, &id, &request.voice)?;
    CallRow {
        id,
        phone,
        number: ctx.settings.carrier.number.clone(),
        body,
        spoken: request.spoken,
        state: CallState::Queued,
        asked_at: ctx.now,
        expires_at: ctx.now + time_to_live,
        rang_at: None,
        answered_at: None,
        ended_at: None,
        configuration_set,
        context,
        next: Some((Step::Initiate, ctx.now + DIAL_AFTER)),
    }
    .insert(ctx)
}

/// When something happens first with any call.
pub(super) fn next_due_ms(ctx: &Ctx) -> Result<Option<i64>, AwsError> {
    number(ctx, "SELECT min(next_ms) FROM carrier_calls WHERE next_ms IS NOT NULL", [])
}

/// Lets happen what happens first. Dialling and ringing are this carrier's doing, and happen now;
/// what follows is the network's, and happened when it was due, however late it is told.
pub(super) fn step(ctx: &Ctx) -> Result<(), AwsError> {
    let Some(mut call) = CallRow::first_due(ctx)? else { return Ok(()) };
    let Some((step, due)) = call.next.take() else { return Ok(()) };
    match step {
        Step::Initiate if ctx.now > call.expires_at => {
            end(ctx, call, CallState::Failed, VoiceEvent::TtlExpired, ctx.now)
        }
        Step::Initiate => {
            call.next = Some((Step::Ring, ctx.now + RING_AFTER));
            call.update(ctx)?;
            event::voice(ctx, &call, VoiceEvent::Initiated)
        }
        Step::Ring if CallRow::is_engaged(ctx, &call.phone)? => {
            end(ctx, call, CallState::Busy, VoiceEvent::Busy, ctx.now)
        }
        Step::Ring => ring(ctx, call),
        Step::Answer => pick_up(ctx, call, CallState::Answered, due),
        Step::GiveUp => end(ctx, call, CallState::NoAnswer, VoiceEvent::NoAnswer, due),
        Step::Complete => {
            let state = call.state;
            end(ctx, call, state, VoiceEvent::Completed, due)
        }
    }
}

/// The phone, or its voicemail, picks up at `at`.
pub(super) fn pick_up(
    ctx: &Ctx,
    mut call: CallRow,
    state: CallState,
    at: Now,
) -> Result<(), AwsError> {
    call.state = state;
    call.answered_at = Some(at);
    call.next = Some((Step::Complete, at + speaking_time(&call.spoken)));
    call.update(ctx)?;
    event::voice(ctx, &call, VoiceEvent::Answered)
}

/// The call is over.
pub(super) fn end(
    ctx: &Ctx,
    mut call: CallRow,
    state: CallState,
    event: VoiceEvent,
    at: Now,
) -> Result<(), AwsError> {
    call.state = state;
    call.ended_at = Some(at);
    call.next = None;
    call.update(ctx)?;
    event::voice(ctx, &call, event)
}

/// The phone begins to ring.
fn ring(ctx: &Ctx, mut call: CallRow) -> Result<(), AwsError> {
    let settings = &ctx.settings.carrier;
    let rings_out = ctx.now + Duration::seconds(i64::from(settings.ring_for_s));
    let picked_up = ctx.now + PICK_UP_AFTER;
    call.state = CallState::Ringing;
    call.rang_at = Some(ctx.now);
    call.next = Some(match settings.answer {
        Answering::Always if picked_up < rings_out => (Step::Answer, picked_up),
        _ => (Step::GiveUp, rings_out),
    });
    call.update(ctx)?;
    event::voice(ctx, &call, VoiceEvent::Ringing)
}

/// How long it takes to say something.
fn speaking_time(spoken: &str) -> Duration {
    let characters = i64::try_from(spoken.chars().count()).unwrap_or(i64::MAX);
    let ms = characters.saturating_mul(SPEAKS_MS_A_CHARACTER);
    Duration::milliseconds(ms.clamp(SPEAKS_MS.0, SPEAKS_MS.1))
}
