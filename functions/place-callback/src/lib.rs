//! Rings: waits for the second, claims the attempt in one transaction, asks the carrier once, writes what came of it.
//!
//! The carrier has no idempotency token. So the attempt is written before the carrier is asked, the request is never
//! repeated, and an answer that was lost is a third outcome: the row stays `calling` until news or time decide.

use std::sync::Arc;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use chrono::{DateTime, TimeDelta, Utc};
use cloud::batch::{self, Delivery, Failure, Order};
use cloud::carrier::Called;
use cloud::commit::{CallRows, TRIES};
use cloud::items::{
    CarrierMessage, NumberAdmission, Stored, attempt_key, occurrence_key, user_key,
};
use cloud::queues::{self, Due, wait_until};
use cloud::table::{Written, pause};
use cloud::{Cloud, Error};
use domain::admission::{Admission, Place};
use domain::attempt::{Attempt, Outcome};
use domain::limits;
use domain::occurrence::{self, Event, Occurrence, Refusal, State, Why};
use domain::outgoing::{Cause, Outgoing};
use domain::price::Kind;
use domain::spoken;
use domain::texts::Texts;
use domain::user::User;
use tracing::{info, warn};

/// The last stretch before its time is waited out here; anything longer waits in the queue.
const WAIT_MAX: TimeDelta = TimeDelta::milliseconds(2_500);

/// How long a reminder waits when others kept claiming calls before it.
const CONTENDED_DELAY_S: i32 = 1;

/// Serves this function until its environment ends.
///
/// # Errors
/// As [`cloud::run::queue`].
pub async fn run() -> cloud::run::Result {
    cloud::run::queue(handle).await
}

/// Handles a batch of reminders that are due, or nearly.
pub async fn handle(cloud: Arc<Cloud>, event: SqsEvent) -> SqsBatchResponse {
    batch::each(&cloud, "place-callback", event, Order::Together, |delivery| ring(&cloud, delivery))
        .await
}

async fn ring(cloud: &Cloud, delivery: Delivery) -> Result<(), Failure> {
    let due: Due = queues::decode(&delivery.body)?;
    let now = cloud.clock.now();
    if due.not_before - now > WAIT_MAX {
        // From the scheduler, which fires early, or from a queue that could not reach further.
        let queue = &cloud.config.queues.due_callbacks;
        return Ok(cloud.send(queue, &due, due.delay_s(now)).await?);
    }
    wait_until(cloud, due.not_before).await;
    let Some(claim) = claim(cloud, &due, &delivery).await? else { return Ok(()) };
    // The phone rings while the rest is sent.
    let (called, sent) = tokio::join!(ask(cloud, &claim), send_beside(cloud, &claim));
    record(cloud, claim, called).await?;
    Ok(sent?)
}

/// An attempt that is ours to place.
struct Claim {
    /// The reminder before the claim.
    before: Occurrence,
    rows: CallRows,
    /// The SMS that spells the matter out.
    spelled: Option<Cause>,
    attempt: Stored<Attempt>,
    at: DateTime<Utc>,
}

/// Decides whether a call may start now and writes it, with the attempt, in one transaction.
///
/// `None` if nothing is to be called: the message is void, or the reminder is held, ended or moved instead.
async fn claim(cloud: &Cloud, due: &Due, delivery: &Delivery) -> Result<Option<Claim>, Failure> {
    let of_log = cloud.admission_key();
    for _ in 0..TRIES {
        let in_turn = cloud.claiming.lock().await;
        let of_row = occurrence_key(&due.occurrence);
        let of_user = user_key(due.occurrence.user());
        let rows = cloud.get_all(&[of_row.clone(), of_user.clone(), of_log.clone()]).await?;
        let (Some(row), Some(user)) =
            (rows.take::<Occurrence>(&of_row)?, rows.take::<User>(&of_user)?)
        else {
            let id = &due.occurrence;
            return cloud.missing(id.user(), "unknown_reminder", id).await.map(|()| None);
        };
        let log = cloud.admission_in(&rows)?;
        if Due::of(&row.row) != *due || !row.row.is_open() || row.row.state == State::Calling {
            return Ok(None);
        }
        let now = cloud.clock.now();
        let (event, admission) = judge(cloud, &row.row, &user.row, &log.row.admission, now);
        let policy = &cloud.config.policy;
        let after = occurrence::step(row.row.clone(), &event, now, policy);
        let mut callee = user.row.clone();
        // Whoever learns of the end of the call in progress looks after it, rather than reconcile in a minute.
        let awaits = after.state == State::Held && callee.wait_for_call(&after.id, now);
        if let Event::Reserved { slot } = event
            && after.is_open()
        {
            callee.will_be_called(&after.id, slot);
        }
        if after == row.row && !awaits {
            return Ok(None);
        }
        // What ends instead takes no place.
        let admission = admission.filter(|_| after.is_open());
        let log =
            admission.map(|admission| log.with(NumberAdmission { admission, ..log.row.clone() }));
        let callee = (callee != user.row).then(|| user.with(callee));
        let before = Before { row: &row, user: &user, callee };
        let written = write(cloud, before, after.clone(), log, now).await?;
        drop(in_turn);
        match written {
            (Written::Done, Some(claim)) => return Ok(Some(claim)),
            (Written::Done, None) => {
                report(&after, now);
                cloud.send_owed_since(&row.row, &after).await?;
                return Ok(None);
            }
            (Written::Moved(_), _) => pause().await,
        }
    }
    // Waiting is no failure: the message comes again in a second, not after its visibility.
    delivery.wait(cloud, &cloud.config.queues.due_callbacks, CONTENDED_DELAY_S).await?;
    Ok(None)
}

/// What the moment means for the reminder, and the admission log with its place in it.
fn judge(
    cloud: &Cloud,
    row: &Occurrence,
    user: &User,
    log: &Admission,
    now: DateTime<Utc>,
) -> (Event, Option<Admission>) {
    if let Some(moment) = later(row) {
        return (Event::Moved { moment }, None);
    }
    let rates = &cloud.config.carrier.calls;
    // The receiver's own limits come first, so that one sender with many reminders does not use up the carrier's.
    if let Err(not_now) = user.may_be_called(&row.id, now, rates.per_phone_and_day) {
        return (not_now.into(), None);
    }
    let kept = row.reserved.is_some_and(|slot| slot <= now && now - slot < limits::CLAIM_FRESH);
    if kept {
        return (Event::Due, None);
    }
    match log.take(now, rates) {
        Place::Unlimited => (Event::Due, None),
        Place::At(slot, log) if slot <= now => (Event::Due, Some(log)),
        Place::At(slot, log) => (Event::Reserved { slot }, Some(log)),
        Place::None => (Event::NotAdmitted, None),
        Place::Closed => (Event::Barred(Why::SpendLimit), None),
    }
}

/// The reminder's time derived anew, if the rules of its zone have changed so that it is later than was thought.
fn later(row: &Occurrence) -> Option<when::Moment> {
    if row.moment.basis == when::Basis::Elapsed || row.tries > 0 {
        return None;
    }
    let at = when::zone::instant(row.moment.zone, row.moment.wall);
    (at > row.due).then(|| when::Moment { at, ..row.moment.clone() })
}

/// The rows that a decision was made from.
struct Before<'a> {
    row: &'a Stored<Occurrence>,
    user: &'a Stored<User>,
    /// The user's row with the note that the reminder waits for the end of a call, or has a place for its own.
    callee: Option<Stored<User>>,
}

/// Writes the decision. With a call: the attempt, the user's call and the place among the carrier's calls as well.
async fn write(
    cloud: &Cloud,
    before: Before<'_>,
    after: Occurrence,
    log: Option<Stored<NumberAdmission>>,
    now: DateTime<Utc>,
) -> Result<(Written, Option<Claim>), Error> {
    let Before { row, user, callee } = before;
    let write = cloud
        .with_occurrence(cloud.write(now), row, &after, &user.row, now)?
        .put_if(log.as_ref())?;
    if after.state != State::Calling {
        return Ok((write.put_if(callee.as_ref())?.commit().await?, None));
    }
    let attempt = Stored::new(Attempt::claimed(after.id.attempt(after.attempt), now));
    let mut caller = user.row.clone();
    caller.called(attempt.row.id.clone(), now, cloud.config.policy.unknown_wait);
    let user = user.with(caller);
    let spelled = spelled(&row.row, &after, &user.row, now).map(Stored::new);
    let write = write.put(&attempt)?.put(&user)?.put_if(spelled.as_ref())?;
    let written = write.commit().await?;
    let claim = Claim {
        spelled: spelled.map(|sms| sms.row.cause),
        before: row.row.clone(),
        rows: CallRows {
            occurrence: Stored { row: after, rev: row.rev + 1 },
            user: Stored { row: user.row, rev: user.rev + 1 },
            attempt: None,
        },
        attempt: Stored { row: attempt.row, rev: 1 },
        at: now,
    };
    Ok((written, Some(claim)))
}

/// The SMS that spells the matter out, beside the first call by a voice that does not speak its language.
fn spelled(
    before: &Occurrence,
    after: &Occurrence,
    user: &User,
    now: DateTime<Utc>,
) -> Option<Outgoing> {
    if before.attempt > 0 || spoken::speaks(user.language) {
        return None;
    }
    let text = Texts::to(user, now).spelled(after);
    Some(Outgoing::owed(Cause::Spelled(after.id.clone()), user.id.clone(), text, now))
}

/// Sends what goes out beside a call: the next one of a series to be scheduled, and the matter spelled out.
async fn send_beside(cloud: &Cloud, claim: &Claim) -> Result<(), Error> {
    if let Some(cause) = &claim.spelled {
        cloud.send_sms_wanted(&claim.rows.user.row.id, cause).await?;
    }
    cloud.schedule_next(&claim.before, &claim.rows.occurrence.row).await
}

/// Asks the carrier once, or not at all if the claim has grown old: the row may say otherwise by now.
async fn ask(cloud: &Cloud, claim: &Claim) -> Called {
    let now = cloud.clock.now();
    let user = &claim.rows.user.row;
    let row = &claim.rows.occurrence.row;
    if now - claim.at > limits::CLAIM_FRESH {
        return Called::Refused { refusal: Refusal::Throttled, reason: "claim_too_old".into() };
    }
    let Some(price) = cloud.price(&user.phone, Kind::AnsweredCall, now) else {
        let refusal = Refusal::GiveUp(Why::Blocked);
        return Called::Refused { refusal, reason: "country_not_served".into() };
    };
    let left = if row.rang {
        limits::CALL_TIME_TO_LIVE
    } else {
        (row.due + limits::LATE_MAX - now).min(limits::CALL_TIME_TO_LIVE)
    };
    let attempt = &claim.attempt.row;
    let called = cloud.call(attempt, &user.phone, user.language, &row.about, &price, left).await;
    info!(
        reminder.id = %row.id,
        attempt = row.attempt,
        lateness_ms = (now - row.due).num_milliseconds(),
        outcome = ?called,
        "the carrier was asked to call"
    );
    called
}

/// Writes what came of asking. If this fails, the rows say "unknown", which is true.
async fn record(cloud: &Cloud, claim: Claim, called: Called) -> Result<(), Error> {
    match called {
        Called::Unknown(_) => Ok(()),
        Called::Taken(message_id) => taken(cloud, claim.attempt, message_id).await,
        Called::Refused { refusal, reason } => refused(cloud, claim, refusal, &reason).await,
    }
}

/// Keeps the carrier's id with the attempt, for events that come without their context.
async fn taken(cloud: &Cloud, attempt: Stored<Attempt>, message_id: String) -> Result<(), Error> {
    let key = attempt_key(&attempt.row.id);
    let pointer =
        CarrierMessage { message_id: message_id.clone(), attempt: attempt.row.id.clone() };
    let pointer = Stored::new(pointer);
    let mut attempt = attempt;
    for _ in 0..TRIES {
        let now = cloud.clock.now();
        attempt.row.outcome = Outcome::Placed(message_id.clone());
        let write = cloud.write(now).put(&attempt)?.put(&pointer)?;
        match write.commit().await? {
            Written::Done => return Ok(()),
            // An event has been quicker than we are.
            Written::Moved(_) => pause().await,
        }
        match cloud.get(&key).await? {
            Some(again) => attempt = again,
            None => return Ok(()),
        }
    }
    Err(Error::Contended("attempt"))
}

/// The carrier did not take the call on: the phone is free, and the reason decides about the reminder.
async fn refused(cloud: &Cloud, claim: Claim, refusal: Refusal, reason: &str) -> Result<(), Error> {
    let id = claim.attempt.row.id.clone();
    warn!(reminder.id = %id.occurrence, attempt = id.a, reason, "the carrier refused a call");
    if refusal == Refusal::GiveUp(Why::SpendLimit) {
        close(cloud).await?;
    }
    for round in 0..TRIES {
        let again = match round {
            0 => None,
            _ => cloud.call_rows(&id.occurrence, Some(&id)).await?,
        };
        let (rows, mut attempt) = match again {
            None => (claim.rows.clone(), claim.attempt.clone()),
            Some(CallRows { attempt: Some(attempt), occurrence, user }) => {
                (CallRows { occurrence, user, attempt: None }, attempt)
            }
            Some(_) => return Ok(()),
        };
        let now = cloud.clock.now();
        attempt.row.outcome = Outcome::Refused(reason.to_owned());
        attempt.row.story.add(now, "refused", reason);
        let event = Event::Refused { attempt: id.a, refusal };
        let policy = &cloud.config.policy;
        let after = occurrence::step(rows.occurrence.row.clone(), &event, now, policy);
        let mut user = rows.user.row.clone();
        user.call_refused(&id, attempt.row.placed_at);
        // What is held itself rings before those that wait for its call.
        let next = if after.is_open() { None } else { cloud.next_held(&mut user).await? };
        if refusal == Refusal::OptedOut {
            // A START that was sent since then holds.
            user.opt_out(attempt.row.placed_at);
        }
        let write = cloud.write(now).put(&attempt)?.put(&rows.user.with(user))?;
        let write = cloud.with_occurrence(write, &rows.occurrence, &after, &rows.user.row, now)?;
        if let Written::Done = write.commit().await? {
            cloud.send_owed(&after).await?;
            if let Some(due) = next {
                cloud.send(&cloud.config.queues.due_callbacks, &due, 0).await?;
            }
            let held = refusal == Refusal::Throttled && after.state == State::Held;
            return match after.pace().filter(|_| held) {
                Some(pace) => call_again(cloud, &after, pace).await,
                None => Ok(()),
            };
        }
        pause().await;
    }
    Err(Error::Contended("reminder"))
}

/// Sends the message of a reminder that came too fast for the carrier: whoever waited for the repairs would be a minute
/// late. If it is lost, they are there.
async fn call_again(cloud: &Cloud, row: &Occurrence, pace: TimeDelta) -> Result<(), Error> {
    let delay_s = i32::try_from(pace.num_seconds()).unwrap_or(1);
    cloud.send(&cloud.config.queues.due_callbacks, &Due::of(row), delay_s).await
}

/// The month's money is spent: no more calls for a while, rather than one refusal per reminder.
async fn close(cloud: &Cloud) -> Result<(), Error> {
    let of_log = cloud.admission_key();
    let mut log = cloud.admission_in(&cloud.get_all(&[of_log]).await?)?;
    let now = cloud.clock.now();
    log.row.admission.closed_until = Some(now + limits::SPEND_PAUSE);
    // If somebody else has written the log meanwhile, the next refusal closes it.
    cloud.write(now).put(&log)?.commit().await?;
    Ok(())
}

fn report(row: &Occurrence, now: DateTime<Utc>) {
    info!(
        reminder.id = %row.id,
        state = row.state.as_str(),
        lateness_ms = (now - row.due).num_milliseconds(),
        "a reminder is not called now"
    );
}
