//! The story of a number's requests, put together from the lines that every decision left on its row.

use chrono::{DateTime, Utc};
use domain::attempt::Attempt;
use domain::ids::{OccurrenceId, UserId};
use domain::lifecycle::Milestone;
use domain::message::Message;
use domain::occurrence::Occurrence;
use domain::outgoing::{Cause, Outgoing};
use domain::phone::Phone;
use serde::Serialize;

use crate::connection::Cloud;
use crate::error::Error;
use crate::items::{Item, Key, PhoneOwner, Stored, Table};
use crate::ledger::charges_of;

/// One line of the story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// When.
    pub at: DateTime<Utc>,
    /// The reminder (`<user>-<n>`), where the line is about one.
    pub reminder: Option<String>,
    /// What happened, in one word.
    pub what: String,
    /// The particulars.
    pub detail: String,
}

/// The whole story of a number, oldest first; empty for one that never texted.
///
/// # Errors
/// [`Error`] if the tables cannot be read.
pub async fn of(cloud: &Cloud, phone: &Phone) -> Result<Vec<Line>, Error> {
    let Some(owner) = cloud.get::<PhoneOwner>(&PhoneOwner::key_of(phone)).await? else {
        return Ok(Vec::new());
    };
    let user = owner.row.user;
    let mut lines = Vec::new();
    for stored in rows::<Message>(cloud, &user, "MESSAGE#").await? {
        let message = stored.row;
        lines.push(line_of(message.sent_at, None, "text", &message.text));
        for line in message.story.lines() {
            lines.push(line_of(line.at, None, "decided", &line.detail));
        }
    }
    for stored in rows::<Occurrence>(cloud, &user, "OCCURRENCE#").await? {
        let reminder = stored.row.id.reminder.to_string();
        for line in stored.row.story.lines() {
            lines.push(line_of(line.at, Some(&reminder), &line.what, &line.detail));
        }
    }
    for stored in rows::<Attempt>(cloud, &user, "ATTEMPT#").await? {
        let reminder = stored.row.id.occurrence.reminder.to_string();
        for line in stored.row.story.lines() {
            // What a fact meant for the reminder stands in the reminder's own story, under the same word.
            let line = line_of(line.at, Some(&reminder), &line.what, &line.detail);
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
    }
    for stored in rows::<Outgoing>(cloud, &user, "OUT#").await? {
        let reminder = match &stored.row.cause {
            Cause::GaveUp(id) | Cause::Spelled(id) => Some(id.reminder.to_string()),
            Cause::Reply(_) | Cause::Stopped(_) | Cause::Cap(_) => None,
        };
        for line in stored.row.story.lines() {
            let detail = if line.detail.is_empty() { &stored.row.text } else { &line.detail };
            lines.push(line_of(line.at, reminder.as_deref(), &line.what, detail));
        }
    }
    for entry in charges_of(cloud, phone).await? {
        let amount = entry.amount_micros.display(entry.currency);
        let detail = format!("{} {amount}", entry.charge_id);
        let call = entry.charge_id.strip_prefix("call#").and_then(|id| id.parse().ok());
        let reminder = call.map(|id: OccurrenceId| id.reminder.to_string());
        let what = Milestone::of_entry(entry.kind).as_str();
        lines.push(line_of(entry.written_at, reminder.as_deref(), what, &detail));
    }
    lines.sort_by_key(|line| line.at);
    Ok(lines)
}

async fn rows<T: Item>(
    cloud: &Cloud,
    user: &UserId,
    prefix: &str,
) -> Result<Vec<Stored<T>>, Error> {
    let key = Key { table: Table::Reminders, pk: format!("USER#{user}"), sk: prefix.to_owned() };
    cloud.query(&key).await
}

fn line_of(at: DateTime<Utc>, reminder: Option<&str>, what: &str, detail: &str) -> Line {
    Line { at, reminder: reminder.map(str::to_owned), what: what.into(), detail: detail.into() }
}
