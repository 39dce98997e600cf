//! Invocations: what is due is sent to its target, tried again when that fails, and ends in the
//! dead-letter queue when trying again has not helped.

use std::collections::BTreeMap;

use chrono::{Duration, SecondsFormat};
use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::definition::{Target, TargetKind};
use super::schedules::Schedule;
use crate::sqs::{self, MessageAttribute, Outgoing};
use crate::store::from_ms;
use crate::wire::AwsError;
use crate::{Ctx, Now, lambda};

/// An invocation that is later than this was not made in time because the stack was down. Then a
/// recurring schedule leaves out all but the last one that it missed.
const DOWN_AFTER: Duration = Duration::seconds(60);

/// The wait before the first retry; each further one doubles it. The service says "exponential" and
/// no more.
const RETRY_FIRST: Duration = Duration::seconds(1);

/// The longest wait before a retry.
const RETRY_LONGEST: Duration = Duration::minutes(10);

/// Errors of a target that stay what they are however often one tries: the message itself is
/// refused.
const PERMANENT: [&str; 4] = [
    "InvalidMessageContents",
    "InvalidParameterValue",
    "InvalidRequestContentException",
    "RequestTooLargeException",
];

/// One invocation of a target. Kept as JSON while it is being retried, so that a later change of
/// the schedule does not touch it.
#[derive(Debug, Serialize, Deserialize)]
struct Invocation {
    schedule_arn: String,
    target: Target,
    /// The time that the expression names.
    scheduled_ms: i64,
    /// When the invocation fell due; its age counts from here.
    due_ms: i64,
    /// How many attempts have failed.
    failed: u32,
}

/// Why an invocation is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exhausted {
    Retries,
    Age,
    /// Trying again would not help, so it is not tried.
    Permanent,
}

/// Makes all invocations and retries that are due, in the order of their instants.
pub(super) fn advance(ctx: &Ctx) -> Result<(), AwsError> {
    loop {
        let schedule = Schedule::first_due(ctx)?;
        let retry = first_retry(ctx)?;
        match (schedule, retry) {
            (None, None) => return Ok(()),
            (Some(schedule), Some((_, retry_ms, _)))
                if schedule.next.is_some_and(|next| next.fire > from_ms(retry_ms)) =>
            {
                retry_due(ctx)?;
            }
            (Some(schedule), _) => fire(ctx, schedule)?,
            (None, Some(_)) => retry_due(ctx)?,
        }
    }
}

/// Invokes the target of a schedule that is due, and plans its next invocation.
fn fire(ctx: &Ctx, mut schedule: Schedule) -> Result<(), AwsError> {
    let Some(due) = schedule.next.take() else { return Ok(()) };
    let timing = schedule.definition.timing()?;
    let (mut scheduled, mut fell_due) = (due.scheduled, due.fire);
    if timing.expression.is_one_time() {
        schedule.invoked = true;
    } else {
        if ctx.now - due.fire > DOWN_AFTER {
            let end =
                schedule.definition.end_ms.map(|end| from_ms(end) - Duration::milliseconds(1));
            let until = end.map_or(ctx.now, |end| end.min(ctx.now));
            let anchor = from_ms(schedule.anchor_ms);
            let missed = timing.expression.last_until(timing.zone, anchor, scheduled, until);
            if let Some(missed) = missed {
                (scheduled, fell_due) = (missed, missed);
            }
        }
        let after = scheduled + Duration::milliseconds(1);
        schedule.next = schedule.next_from(ctx, &timing, after);
    }
    if schedule.next.is_none() && schedule.definition.delete_after_completion {
        schedule.remove(ctx)?;
    } else {
        schedule.keep(ctx)?;
    }
    let invocation = Invocation {
        schedule_arn: schedule.arn(ctx),
        target: schedule.definition.target,
        scheduled_ms: scheduled.timestamp_millis(),
        due_ms: fell_due.timestamp_millis(),
        failed: 0,
    };
    attempt(ctx, invocation)
}

/// The retry that is due first, if one is: its row, its instant, the invocation.
fn first_retry(ctx: &Ctx) -> Result<Option<(i64, i64, String)>, AwsError> {
    let mut statement = ctx.db.prepare_cached(
        "SELECT seq, retry_ms, invocation FROM schedule_retries WHERE retry_ms <= ?1 \
         ORDER BY retry_ms, seq LIMIT 1",
    )?;
    let columns = |row: &rusqlite::Row| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    Ok(statement.query_row([ctx.now.timestamp_millis()], columns).optional()?)
}

/// Tries the first retry that is due.
fn retry_due(ctx: &Ctx) -> Result<(), AwsError> {
    let Some((seq, _, invocation)) = first_retry(ctx)? else { return Ok(()) };
    ctx.db.prepare_cached("DELETE FROM schedule_retries WHERE seq = ?1")?.execute([seq])?;
    let invocation = serde_json::from_str(&invocation)
        .map_err(|error| AwsError::internal(format!("a retry cannot be read: {error}")))?;
    attempt(ctx, invocation)
}

/// Tries once. A failure of the target is written down: as a retry, or as a dead letter.
fn attempt(ctx: &Ctx, mut invocation: Invocation) -> Result<(), AwsError> {
    let expires = from_ms(invocation.due_ms)
        + Duration::seconds(i64::from(invocation.target.event_age_max_s));
    let execution = ctx.ids.hex(8);
    let payload = invocation.payload(ctx, &execution);
    if ctx.now > expires {
        let error = AwsError::bad_request(
            "MaximumEventAgeExceeded",
            "the invocation could not be made before its event was too old",
        );
        return give_up(ctx, &invocation, &payload, &execution, &error, Exhausted::Age);
    }
    let Err(error) = deliver(ctx, &invocation.target, &payload) else { return Ok(()) };
    if !error.is_callers() {
        // The store failed, not the target: nothing of this happened.
        return Err(error);
    }
    invocation.failed += 1;
    let doubled = RETRY_FIRST * 2_i32.saturating_pow((invocation.failed - 1).min(20));
    let again = ctx.now + doubled.min(RETRY_LONGEST);
    let exhausted = if PERMANENT.contains(&error.code.as_str()) {
        Exhausted::Permanent
    } else if invocation.failed > invocation.target.retries_max {
        Exhausted::Retries
    } else if again > expires {
        Exhausted::Age
    } else {
        return keep_retry(ctx, &invocation, again);
    };
    give_up(ctx, &invocation, &payload, &execution, &error, exhausted)
}

/// Writes down that the invocation is to be tried again.
fn keep_retry(ctx: &Ctx, invocation: &Invocation, again: Now) -> Result<(), AwsError> {
    let json =
        serde_json::to_string(invocation).map_err(|error| AwsError::internal(error.to_string()))?;
    ctx.db
        .prepare_cached("INSERT INTO schedule_retries (invocation, retry_ms) VALUES (?1, ?2)")?
        .execute(params![json, again.timestamp_millis()])?;
    Ok(())
}

/// Hands the payload to the target.
fn deliver(ctx: &Ctx, target: &Target, payload: &str) -> Result<(), AwsError> {
    match target.kind()? {
        TargetKind::Queue => {
            let queue = sqs::queue_of_arn(&target.arn)?;
            sqs::send(ctx, queue, Outgoing { body: payload.to_owned(), ..Outgoing::default() })?;
            Ok(())
        }
        TargetKind::Function => lambda::invoke_async(ctx, &target.arn, payload),
    }
}

/// Sends the event to the dead-letter queue. Without one, or if that fails too, the event is
/// dropped, as on the service; the log says so.
fn give_up(
    ctx: &Ctx,
    invocation: &Invocation,
    payload: &str,
    execution: &str,
    error: &AwsError,
    exhausted: Exhausted,
) -> Result<(), AwsError> {
    let arn = &invocation.schedule_arn;
    let Some(dead_letter_arn) = &invocation.target.dead_letter_arn else {
        tracing::warn!(schedule.arn = arn, %error, "dropped an event: no dead-letter queue");
        return Ok(());
    };
    let condition = match exhausted {
        Exhausted::Retries => Some("MaximumRetryAttempts"),
        Exhausted::Age => Some("MaximumEventAgeInSeconds"),
        Exhausted::Permanent => None,
    };
    let attributes = [
        ("ERROR_CODE", Some(error.code.clone())),
        ("ERROR_MESSAGE", Some(error.message.clone())),
        ("EXECUTION_ID", Some(execution.to_owned())),
        ("EXHAUSTED_RETRY_CONDITION", condition.map(str::to_owned)),
        ("IS_PAYLOAD_TRUNCATED", Some("false".to_owned())),
        ("RETRY_ATTEMPTS", Some(invocation.failed.saturating_sub(1).to_string())),
        ("SCHEDULED_TIME", Some(second(from_ms(invocation.scheduled_ms)))),
        ("SCHEDULE_ARN", Some(arn.clone())),
        ("TARGET_ARN", Some(invocation.target.arn.clone())),
    ];
    let attributes: BTreeMap<String, MessageAttribute> = attributes
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), MessageAttribute::string(value?))))
        .collect();
    let message = Outgoing { body: payload.to_owned(), attributes, ..Outgoing::default() };
    match sqs::queue_of_arn(dead_letter_arn).and_then(|queue| sqs::send(ctx, queue, message)) {
        Err(error) if error.is_callers() => {
            tracing::warn!(schedule.arn = arn, %error, "dropped an event: no dead letter possible");
            Ok(())
        }
        sent => sent.map(drop),
    }
}

impl Invocation {
    /// What the target gets: the input with its context attributes filled in, or the default
    /// notification.
    fn payload(&self, ctx: &Ctx, execution: &str) -> String {
        let time = second(from_ms(self.scheduled_ms));
        match &self.target.input {
            Some(input) if input.contains("<aws.scheduler.") => input
                .replace("<aws.scheduler.schedule-arn>", &self.schedule_arn)
                .replace("<aws.scheduler.scheduled-time>", &time)
                .replace("<aws.scheduler.execution-id>", execution)
                .replace("<aws.scheduler.attempt-number>", &(self.failed + 1).to_string()),
            Some(input) => input.clone(),
            None => json!({
                "version": "0",
                "id": ctx.ids.uuid(),
                "detail-type": "Scheduled Event",
                "source": "aws.scheduler",
                "account": ctx.settings.account,
                "time": time,
                "region": ctx.settings.region,
                "resources": [self.schedule_arn],
                "detail": "{}",
            })
            .to_string(),
        }
    }
}

/// An instant as this service writes it into texts.
fn second(at: Now) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
