//! Writing a decision about a reminder, and sending what the rows then owe.

use chrono::{DateTime, Utc};
use domain::attempt::Attempt;
use domain::ids::{AttemptId, OccurrenceId};
use domain::limits;
use domain::message::Message;
use domain::occurrence::{Effect, Occurrence, State, owed};
use domain::outgoing::{Cause, Outgoing};
use domain::series;
use domain::texts::Texts;
use domain::user::User;

use crate::connection::Cloud;
use crate::error::Error;
use crate::items::{Stored, attempt_key, occurrence_key, user_key};
use crate::queues::{ChargeWanted, Due, NewsWanted, ScheduleWanted, SmsWanted};
use crate::table::{Write, Written};

/// How often a decision is made anew when its rows have moved meanwhile.
pub const TRIES: u32 = 5;

/// The rows that decisions about a call are made from.
#[derive(Debug, Clone)]
pub struct CallRows {
    /// The reminder.
    pub occurrence: Stored<Occurrence>,
    /// Its user.
    pub user: Stored<User>,
    /// The attempt, if it exists.
    pub attempt: Option<Stored<Attempt>>,
}

impl Cloud {
    /// Reads a reminder, its user and, if one is named, an attempt. `None` if the reminder is gone.
    ///
    /// # Errors
    /// [`Error`] if the rows cannot be read.
    pub async fn call_rows(
        &self,
        occurrence: &OccurrenceId,
        attempt: Option<&AttemptId>,
    ) -> Result<Option<CallRows>, Error> {
        let (of_occurrence, of_user) = (occurrence_key(occurrence), user_key(occurrence.user()));
        let of_attempt = attempt.map(attempt_key);
        let mut keys = vec![of_occurrence.clone(), of_user.clone()];
        keys.extend(of_attempt.clone());
        let rows = self.get_all(&keys).await?;
        let (Some(occurrence), Some(user)) = (rows.take(&of_occurrence)?, rows.take(&of_user)?)
        else {
            return Ok(None);
        };
        let attempt = match of_attempt {
            Some(key) => rows.take(&key)?,
            None => None,
        };
        Ok(Some(CallRows { occurrence, user, attempt }))
    }

    /// Of the reminders that wait for a phone to be free, the one that has waited longest, taken out of those that do. The
    /// others wait for the end of its call.
    ///
    /// # Errors
    /// [`Error`] if the rows cannot be read; one that is damaged is reconcile's to tell of.
    pub async fn next_held(&self, user: &mut User) -> Result<Option<Due>, Error> {
        if user.held.is_empty() {
            return Ok(None);
        }
        let held = user.held.iter().take(limits::OPEN_REMINDERS);
        let keys: Vec<_> = held.map(occurrence_key).collect();
        let rows = self.get_all(&keys).await?;
        let read = keys.iter().filter_map(|key| rows.take::<Occurrence>(key).ok().flatten());
        let mut held: Vec<_> =
            read.map(|stored| stored.row).filter(|row| row.state == State::Held).collect();
        held.sort_by_key(|row| row.due);
        user.held = held.iter().skip(1).map(|row| row.id.clone()).collect();
        Ok(held.first().map(Due::of))
    }

    /// The SMS that a reminder's end makes due, if it has just ended without an answer.
    #[must_use]
    pub fn farewell(
        &self,
        before: &Occurrence,
        after: &Occurrence,
        user: &User,
        now: DateTime<Utc>,
    ) -> Option<Outgoing> {
        let State::GaveUp(why) = after.state else { return None };
        if before.state == after.state {
            return None;
        }
        let text = Texts::to(user, now).gave_up(after, why);
        Some(Outgoing::farewell(after, user, text, now))
    }

    /// Adds a reminder's next state to a write, with the SMS that it makes due and the next one of its series.
    ///
    /// # Errors
    /// [`Error`] if a row cannot be encoded.
    pub fn with_occurrence<'a>(
        &'a self,
        write: Write<'a>,
        before: &Stored<Occurrence>,
        after: &Occurrence,
        user: &User,
        now: DateTime<Utc>,
    ) -> Result<Write<'a>, Error> {
        let farewell = self.farewell(&before.row, after, user, now).map(Stored::new);
        let policy = &self.config.policy;
        let next = series::successor(&before.row, after, now, policy).map(Stored::new);
        write.put(&before.with(after.clone()))?.put_if(farewell.as_ref())?.put_if(next.as_ref())
    }

    /// Writes a reminder's next state alone, and sends what it owes.
    ///
    /// # Errors
    /// [`Error`] if the rows cannot be written or a message not be sent.
    pub async fn commit_occurrence(
        &self,
        before: &Stored<Occurrence>,
        after: Occurrence,
        user: &User,
    ) -> Result<Written, Error> {
        let now = self.clock.now();
        let write = self.with_occurrence(self.write(now), before, &after, user, now)?;
        let written = write.commit().await?;
        if matches!(written, Written::Done) {
            self.send_owed_since(&before.row, &after).await?;
        }
        Ok(written)
    }

    /// Sends what a reminder owes after a step, and has the next one of its series scheduled if the step made one.
    ///
    /// # Errors
    /// [`Error`] if a queue fails.
    pub async fn send_owed_since(
        &self,
        before: &Occurrence,
        after: &Occurrence,
    ) -> Result<(), Error> {
        self.send_owed(after).await?;
        self.schedule_next(before, after).await
    }

    /// Has the next one of a series scheduled, if a step has made one.
    ///
    /// # Errors
    /// [`Error`] if the queue fails.
    pub async fn schedule_next(
        &self,
        before: &Occurrence,
        after: &Occurrence,
    ) -> Result<(), Error> {
        let (now, policy) = (self.clock.now(), &self.config.policy);
        match series::successor(before, after, now, policy) {
            Some(next) => self.send_owed(&next).await,
            None => Ok(()),
        }
    }

    /// Sends what a reminder owes: to whoever carries it out. Sending it again is harmless.
    ///
    /// # Errors
    /// [`Error`] if a queue fails.
    pub async fn send_owed(&self, row: &Occurrence) -> Result<(), Error> {
        let queues = &self.config.queues;
        for effect in owed(row) {
            match effect {
                Effect::Schedule { .. } => {
                    let wanted = ScheduleWanted { occurrence: row.id.clone() };
                    self.send(&queues.schedule_reminder, &wanted, 0).await?;
                }
                Effect::Charge => {
                    let wanted = ChargeWanted::Call { occurrence: row.id.clone() };
                    self.send(&queues.charges, &wanted, 0).await?;
                }
                Effect::News => {
                    self.send_news(&NewsWanted::Reminder { occurrence: row.id.clone() }).await?;
                }
            }
        }
        if matches!(row.state, State::GaveUp(_)) {
            self.send_sms_wanted(row.id.user(), &Cause::GaveUp(row.id.clone())).await?;
        }
        Ok(())
    }

    /// Sends what a text owes.
    ///
    /// # Errors
    /// [`Error`] if a queue fails.
    pub async fn send_owed_by_message(&self, message: &Message) -> Result<(), Error> {
        let (user, id) = (message.user.clone(), message.id.clone());
        if message.owes_charge() {
            let wanted = ChargeWanted::Sms { user, message: id };
            return self.send(&self.config.queues.charges, &wanted, 0).await;
        }
        if !message.news.is_empty() {
            self.send_news(&NewsWanted::Text { user, message: id }).await?;
        }
        Ok(())
    }

    /// Has others told of a row's news, in a moment; nothing happens where nobody is told.
    ///
    /// # Errors
    /// [`Error`] if the queue fails.
    pub async fn send_news(&self, wanted: &NewsWanted) -> Result<(), Error> {
        let Some(queue) = &self.config.queues.lifecycle_events else { return Ok(()) };
        let delay_s = i32::try_from(limits::NEWS_DELAY.num_seconds()).unwrap_or(0);
        self.send(queue, wanted, delay_s).await
    }

    /// Asks for an SMS to be sent.
    ///
    /// # Errors
    /// [`Error`] if the queue fails.
    pub async fn send_sms_wanted(
        &self,
        user: &domain::ids::UserId,
        cause: &Cause,
    ) -> Result<(), Error> {
        let wanted = SmsWanted { user: user.clone(), cause: cause.clone() };
        self.send(&self.config.queues.outbound_sms, &wanted, 0).await
    }
}
