//! What is done for a row that should have moved: the row says it, here it is only carried out.

use chrono::{DateTime, TimeDelta, Utc};
use cloud::Cloud;
use cloud::commit::CallRows;
use cloud::items::{Item, Stored, user_key};
use cloud::queues::{Due, NewsWanted};
use cloud::table::{OpenRow, Rows, Written};
use domain::admission::{CallLimits, Place};
use domain::ledger::credit::CreditNews;
use domain::limits;
use domain::message::Message;
use domain::occurrence::{self, Effect, Event, Occurrence, State, owed};
use domain::outgoing::{self, Cause, Outgoing};
use domain::user::User;
use serde::Serialize;
use tracing::{info, warn};

use crate::Trouble;
use crate::report::Report;

/// The kinds of repairs. Their names stand in results, logs and metrics, so they stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Repair {
    /// A reminder's schedule, or its message, did not come: its message was sent.
    LostSchedule,
    /// A reminder still owed its schedule: asked for again.
    OwedSchedule,
    /// An answer still owed its charge: asked for again.
    OwedCharge,
    /// A text still owed its charge: asked for again.
    OwedMessageCharge,
    /// Others were still to be told of a row's milestones: asked for again.
    OwedNews,
    /// A held reminder's message was sent once more: there is room among the carrier's calls.
    HeldReleased,
    /// A held reminder can not be called today, or this month: it gave up.
    HeldBarred,
    /// A held reminder's user has opted out.
    HeldOptedOut,
    /// A reminder was not called until it was too late: it ended, with an SMS unless its user has opted out.
    TooLate,
    /// News of a call did not come: the next attempt, or the end.
    NoNews,
    /// A reply was still owed: asked for again.
    SmsOwed,
    /// The SMS that replaces a call was still owed: asked for again.
    Farewell,
    /// An SMS was being sent and no outcome came: it stays unknown.
    SmsNoOutcome,
    /// An SMS that replaces a call, of unknown outcome, is sent once more.
    FarewellAgain,
}

impl Repair {
    /// All kinds.
    pub const ALL: [Self; 14] = [
        Self::LostSchedule,
        Self::OwedSchedule,
        Self::OwedCharge,
        Self::OwedMessageCharge,
        Self::OwedNews,
        Self::HeldReleased,
        Self::HeldBarred,
        Self::HeldOptedOut,
        Self::TooLate,
        Self::NoNews,
        Self::SmsOwed,
        Self::Farewell,
        Self::SmsNoOutcome,
        Self::FarewellAgain,
    ];

    /// The word for logs and metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LostSchedule => "lost_schedule",
            Self::OwedSchedule => "owed_schedule",
            Self::OwedCharge => "owed_charge",
            Self::OwedMessageCharge => "owed_message_charge",
            Self::OwedNews => "owed_news",
            Self::HeldReleased => "held_released",
            Self::HeldBarred => "held_barred",
            Self::HeldOptedOut => "held_opted_out",
            Self::TooLate => "too_late",
            Self::NoNews => "no_news",
            Self::SmsOwed => "sms_owed",
            Self::Farewell => "farewell",
            Self::SmsNoOutcome => "sms_no_outcome",
            Self::FarewellAgain => "farewell_again",
        }
    }
}

/// What came of looking at a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looked {
    /// It was repaired.
    Repaired(Repair),
    /// It is held, and stays so: it comes first in the next run as well.
    Waits,
    /// There was nothing to do: the index is behind the row, or somebody else was quicker.
    Nothing,
}

/// The calls of the minute until the next run that go to held reminders: every other place among the carrier's, the rest
/// is for those that come in time.
#[derive(Debug)]
pub struct Room {
    /// The places, by their distance from now; `None` where the carrier has no limit.
    left: Option<Vec<TimeDelta>>,
}

impl Room {
    /// All of a run.
    #[must_use]
    pub fn of_a_run(rates: &CallLimits) -> Self {
        let every_other = rates.distance() * 2;
        let places = i32::try_from(rates.per_minute.div_ceil(2)).unwrap_or(i32::MAX);
        // The nearest is the last.
        let left = (0..places).rev().map(|place| every_other * place).collect();
        Self { left: (rates.per_minute > 0).then_some(left) }
    }

    fn is_full(&self) -> bool {
        self.left.as_ref().is_some_and(Vec::is_empty)
    }

    fn close(&mut self) {
        self.left = Some(Vec::new());
    }

    /// Takes the nearest one, if any is left.
    fn take(&mut self) -> Option<TimeDelta> {
        match &mut self.left {
            Some(left) => left.pop(),
            None => Some(TimeDelta::zero()),
        }
    }
}

/// Looks after one row, of the kind that its key says.
pub(crate) async fn row(
    cloud: &Cloud,
    row: &OpenRow,
    rows: &Rows,
    room: &mut Room,
    report: &mut Report,
) -> Result<Looked, Trouble> {
    match row.key.sk.split('#').next() {
        Some("OCCURRENCE") => {
            let Some(stored) = found::<Occurrence>(rows, row)? else { return Ok(Looked::Nothing) };
            let now = cloud.clock.now();
            let unrung_s = stored.row.unrung_for(now).map_or(0, |time| time.num_seconds());
            report.oldest_due_unrung_s = report.oldest_due_unrung_s.max(unrung_s);
            reminder(cloud, stored, room, now).await
        }
        Some("MESSAGE") => match found::<Message>(rows, row)? {
            Some(stored) => message(cloud, stored).await,
            None => Ok(Looked::Nothing),
        },
        Some("CREDIT_NEWS") => match found::<CreditNews>(rows, row)? {
            Some(stored) => credit_news(cloud, stored).await,
            None => Ok(Looked::Nothing),
        },
        Some("OUT") => match found::<Outgoing>(rows, row)? {
            Some(stored) => sms(cloud, stored).await,
            None => Ok(Looked::Nothing),
        },
        _ => Err(Trouble::Astray("a row of an unknown kind stands in the index")),
    }
}

fn found<T: Item>(rows: &Rows, row: &OpenRow) -> Result<Option<Stored<T>>, Trouble> {
    Ok(rows.take(&row.key)?)
}

/// A text whose charge is still owed, or the news of it.
async fn message(cloud: &Cloud, stored: Stored<Message>) -> Result<Looked, Trouble> {
    let repair = match (stored.row.owes_charge(), stored.row.news.is_empty()) {
        (true, _) => Repair::OwedMessageCharge,
        (false, false) => Repair::OwedNews,
        (false, true) => return Ok(Looked::Nothing),
    };
    let nudges = stored.row.nudges.saturating_add(1);
    let nudged = stored.with(Message { nudges, ..stored.row.clone() });
    if let Written::Done = cloud.write(cloud.clock.now()).put(&nudged)?.commit().await? {
        cloud.send_owed_by_message(&stored.row).await?;
        return Ok(Looked::Repaired(repair));
    }
    Ok(Looked::Nothing)
}

/// A credit of which others are still to be told.
async fn credit_news(cloud: &Cloud, stored: Stored<CreditNews>) -> Result<Looked, Trouble> {
    let row = &stored.row;
    if row.news.is_empty() {
        return Ok(Looked::Nothing);
    }
    let nudges = row.nudges.saturating_add(1);
    let nudged = stored.with(CreditNews { nudges, ..row.clone() });
    if let Written::Done = cloud.write(cloud.clock.now()).put(&nudged)?.commit().await? {
        let (user, charge) = (row.user.clone(), row.charge_id.clone());
        cloud.send_news(&NewsWanted::Credit { user, charge }).await?;
        return Ok(Looked::Repaired(Repair::OwedNews));
    }
    Ok(Looked::Nothing)
}

/// An SMS that is still owed, or whose outcome did not come.
async fn sms(cloud: &Cloud, stored: Stored<Outgoing>) -> Result<Looked, Trouble> {
    use outgoing::State as S;
    let now = cloud.clock.now();
    let due = stored.row.check_at(stored.row.asked_at).is_some_and(|at| at <= now);
    if !due {
        return Ok(Looked::Nothing);
    }
    let after = outgoing::step(stored.row.clone(), &outgoing::Event::Nudged, now);
    let repair = match (&stored.row.state, &after.state, &after.cause) {
        (S::Unknown, S::Owed, _) => Repair::FarewellAgain,
        (_, S::Owed, Cause::GaveUp(_)) => Repair::Farewell,
        (_, S::Owed, _) => Repair::SmsOwed,
        _ => Repair::SmsNoOutcome,
    };
    let Written::Done = cloud.write(now).put(&stored.with(after.clone()))?.commit().await? else {
        return Ok(Looked::Nothing);
    };
    if after.state == S::Owed {
        cloud.send_sms_wanted(&after.user, &after.cause).await?;
    }
    Ok(Looked::Repaired(repair))
}

/// A reminder that should have moved.
async fn reminder(
    cloud: &Cloud,
    stored: Stored<Occurrence>,
    room: &mut Room,
    now: DateTime<Utc>,
) -> Result<Looked, Trouble> {
    let row = &stored.row;
    let mut owes = owed(row);
    // News keeps nothing from being called in time: it comes last.
    let has_news = owes.remove(&Effect::News);
    let pending = matches!(row.state, State::Accepted | State::Held | State::Waiting);
    match row.state {
        // Whoever should have called does not: its user is told all the same.
        _ if pending && row.too_late(now) => too_late(cloud, &stored, now).await,
        State::Held if room.is_full() => Ok(Looked::Waits),
        State::Held => release(cloud, &stored, room, now).await,
        State::Calling if now >= row.last_news + cloud.config.policy.unknown_wait => {
            no_news(cloud, &stored, now).await
        }
        _ if !owes.is_empty() => {
            let repair = match owes.contains(&Effect::Charge) {
                true => Repair::OwedCharge,
                false => Repair::OwedSchedule,
            };
            ask_again(cloud, &stored, repair, now).await
        }
        State::Accepted | State::Waiting if now >= row.not_before + limits::DUE_WAIT => {
            lost(cloud, &stored, now).await
        }
        _ if has_news => ask_again(cloud, &stored, Repair::OwedNews, now).await,
        _ => Ok(Looked::Nothing),
    }
}

/// Has what the row owes sent again.
async fn ask_again(
    cloud: &Cloud,
    stored: &Stored<Occurrence>,
    repair: Repair,
    now: DateTime<Utc>,
) -> Result<Looked, Trouble> {
    let Some(nudged) = nudge(cloud, stored, now).await? else { return Ok(Looked::Nothing) };
    cloud.send_owed(&nudged).await?;
    Ok(Looked::Repaired(repair))
}

/// Its schedule, or its message, did not come: sends the message now.
async fn lost(
    cloud: &Cloud,
    stored: &Stored<Occurrence>,
    now: DateTime<Utc>,
) -> Result<Looked, Trouble> {
    let Some(nudged) = nudge(cloud, stored, now).await? else { return Ok(Looked::Nothing) };
    warn!(reminder.id = %nudged.id, nudges = nudged.nudges, "a reminder was not called in time; it is sent again");
    cloud.send(&cloud.config.queues.due_callbacks, &Due::of(&nudged), 0).await?;
    Ok(Looked::Repaired(Repair::LostSchedule))
}

/// Writes that the row was looked at, which puts its next look further off.
async fn nudge(
    cloud: &Cloud,
    stored: &Stored<Occurrence>,
    now: DateTime<Utc>,
) -> Result<Option<Occurrence>, Trouble> {
    let policy = &cloud.config.policy;
    let row = occurrence::step(stored.row.clone(), &Event::Nudged, now, policy);
    let written = cloud.write(now).put(&stored.with(row.clone()))?.commit().await?;
    Ok(matches!(written, Written::Done).then_some(row))
}

/// Ends a reminder that nobody called until it was too late.
async fn too_late(
    cloud: &Cloud,
    stored: &Stored<Occurrence>,
    now: DateTime<Utc>,
) -> Result<Looked, Trouble> {
    if !end(cloud, stored, Event::NotAdmitted, now).await? {
        return Ok(Looked::Nothing);
    }
    warn!(reminder.id = %stored.row.id, "a reminder was not called until it was too late");
    Ok(Looked::Repaired(Repair::TooLate))
}

/// Ends a reminder by `event`, or by its user's opt-out. False if somebody else was quicker.
pub(crate) async fn end(
    cloud: &Cloud,
    stored: &Stored<Occurrence>,
    event: Event,
    now: DateTime<Utc>,
) -> Result<bool, Trouble> {
    let user = user_of(cloud, &stored.row).await?;
    let event = if user.row.opted_out() { Event::OptedOut } else { event };
    let after = occurrence::step(stored.row.clone(), &event, now, &cloud.config.policy);
    let written = cloud.commit_occurrence(stored, after, &user.row).await?;
    Ok(matches!(written, Written::Done))
}

async fn user_of(cloud: &Cloud, row: &Occurrence) -> Result<Stored<User>, Trouble> {
    let user = cloud.get::<User>(&user_key(row.id.user())).await?;
    user.ok_or(Trouble::Astray("a reminder without a user"))
}

/// Has a held reminder called, if its user may be: its message is sent, and place-callback takes the carrier's place
/// when it comes to that. A place that was taken here would lie empty for as long as the message is on its way.
async fn release(
    cloud: &Cloud,
    stored: &Stored<Occurrence>,
    room: &mut Room,
    now: DateTime<Utc>,
) -> Result<Looked, Trouble> {
    let row = &stored.row;
    let of_user = user_key(row.id.user());
    let rows = cloud.get_all(&[of_user.clone(), cloud.admission_key()]).await?;
    let user = rows.take::<User>(&of_user)?.ok_or(Trouble::Astray("a reminder without a user"))?;
    let rates = &cloud.config.carrier.calls;
    if let Err(not_now) = user.row.may_be_called(&row.id, now, rates.per_phone_and_day) {
        return barred(cloud, stored, &user.row, &not_now.into(), now).await;
    }
    if cloud.admission_in(&rows)?.row.admission.take(now, rates) == Place::None {
        // Nor is there one for those behind it.
        room.close();
    }
    let Some(ahead) = room.take() else { return Ok(Looked::Waits) };
    // Of one phone one at a time: the others would find it in a call.
    let mut callee = user.row.clone();
    callee.will_be_called(&row.id, now + ahead);
    let Written::Done = cloud.write(now).put(&user.with(callee))?.commit().await? else {
        return Ok(Looked::Waits);
    };
    let delay_s = i32::try_from(ahead.num_seconds()).unwrap_or(0);
    cloud.send(&cloud.config.queues.due_callbacks, &Due::of(row), delay_s).await?;
    info!(reminder.id = %row.id, "a held reminder is to be called");
    Ok(Looked::Repaired(Repair::HeldReleased))
}

/// Ends a held reminder whose user can not be called today, this month or at all; one that waits for a call goes on
/// waiting.
async fn barred(
    cloud: &Cloud,
    stored: &Stored<Occurrence>,
    user: &User,
    why: &Event,
    now: DateTime<Utc>,
) -> Result<Looked, Trouble> {
    let after = occurrence::step(stored.row.clone(), why, now, &cloud.config.policy);
    let repair = match after.state {
        State::Held => return Ok(Looked::Waits),
        State::OptedOut => Repair::HeldOptedOut,
        _ => Repair::HeldBarred,
    };
    info!(reminder.id = %after.id, state = after.state.as_str(), "a held reminder ended");
    match cloud.commit_occurrence(stored, after, user).await? {
        Written::Done => Ok(Looked::Repaired(repair)),
        Written::Moved(_) => Ok(Looked::Waits),
    }
}

/// News of a call did not come within the wait: the next attempt, or the end. On the condition that neither the
/// reminder nor the attempt has moved, so that an answer told in this very moment wins.
pub(crate) async fn no_news(
    cloud: &Cloud,
    stored: &Stored<Occurrence>,
    now: DateTime<Utc>,
) -> Result<Looked, Trouble> {
    let id = stored.row.id.attempt(stored.row.attempt);
    let rows = cloud.call_rows(&stored.row.id, Some(&id)).await?;
    let rows = rows.ok_or(Trouble::Astray("a reminder without a user"))?;
    let CallRows { occurrence, user, attempt: Some(attempt) } = rows else {
        return Err(Trouble::Astray("a reminder is calling without an attempt"));
    };
    let event = Event::NoNews { attempt: id.a };
    let after = occurrence::step(occurrence.row.clone(), &event, now, &cloud.config.policy);
    if after == occurrence.row {
        return Ok(Looked::Nothing);
    }
    warn!(reminder.id = %after.id, attempt = id.a, "no news of a call; its outcome stays unknown");
    let mut callee = user.row.clone();
    // What was held until the end of the call is in the index, and comes in its turn.
    callee.held.clear();
    let freed = callee.call_ended(&id).then(|| user.with(callee));
    let mut waited = attempt.row.clone();
    waited.story.add(now, "no_news", format!("attempt {}", id.a));
    let write = cloud.write(now).put(&attempt.with(waited))?.put_if(freed.as_ref())?;
    let write = cloud.with_occurrence(write, &occurrence, &after, &user.row, now)?;
    let Written::Done = write.commit().await? else { return Ok(Looked::Nothing) };
    cloud.send_owed(&after).await?;
    Ok(Looked::Repaired(Repair::NoNews))
}
