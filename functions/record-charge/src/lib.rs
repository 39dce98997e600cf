//! Writes the ledger: one immutable entry per thing charged for, with the month's total, in one transaction that also
//! marks the debt as paid, and owes the news of it. The entry's id is what it charges for, so it can be written once only.

use std::sync::Arc;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use chrono::{DateTime, Utc};
use cloud::batch::{self, Delivery, Failure, Order};
use cloud::commit::TRIES;
use cloud::items::{Key, Stored, attempt_key, entry_key, message_key, total_key, user_key};
use cloud::queues::{self, ChargeWanted, NewsWanted};
use cloud::table::{Write, Written, pause};
use cloud::{Cloud, Error};
use domain::attempt::Attempt;
use domain::ledger::{self, Entry, Period, Subject, Total};
use domain::lifecycle::Milestone;
use domain::message::Message;
use domain::occurrence::{Effect, Occurrence, owed};
use domain::price::Kind;
use domain::user::User;
use tracing::info;

/// Serves this function until its environment ends.
///
/// # Errors
/// As [`cloud::run::queue`].
pub async fn run() -> cloud::run::Result {
    cloud::run::queue(handle).await
}

/// Handles a batch of charges. In turn: those of one user share a total.
pub async fn handle(cloud: Arc<Cloud>, event: SqsEvent) -> SqsBatchResponse {
    batch::each(&cloud, "record-charge", event, Order::InTurn, |delivery| charge(&cloud, delivery))
        .await
}

async fn charge(cloud: &Cloud, delivery: Delivery) -> Result<(), Failure> {
    let wanted: ChargeWanted = queues::decode(&delivery.body)?;
    for _ in 0..TRIES {
        let Some(debt) = read(cloud, &wanted).await? else { return Ok(()) };
        let now = cloud.clock.now();
        let entry = entry(cloud, &debt, now)?;
        let Written::Moved(moved) = write(cloud, &debt, &entry, now).await? else {
            info!(
                user.id = %entry.user_id,
                charge.id = entry.charge_id,
                age_ms = (now - entry.at).num_milliseconds(),
                "a charge was written"
            );
            return Ok(debt.tell(cloud).await?);
        };
        if moved.contains(&entry_key(&entry.user_id, &entry.charge_id)) {
            // The entry stands already; only the mark may be missing.
            if let Written::Done = debt.paid(cloud, cloud.write(now), &entry)?.commit().await? {
                return Ok(debt.tell(cloud).await?);
            }
        }
        pause().await;
    }
    Err(Error::Contended("total").into())
}

/// What is to be paid for, as its rows say.
struct Debt {
    subject: Subject,
    user: User,
    /// When the text was sent, or the answered call placed.
    at: DateTime<Utc>,
    source: Source,
}

/// The row that owes the entry.
enum Source {
    Message(Box<Stored<Message>>),
    Occurrence(Box<Stored<Occurrence>>),
}

impl Debt {
    /// Adds the mark that the entry stands, with the debt of telling others so.
    fn paid<'a>(&self, cloud: &Cloud, write: Write<'a>, entry: &Entry) -> Result<Write<'a>, Error> {
        let milestone = Milestone::of_entry(entry.kind);
        let (now, policy) = (entry.written_at, &cloud.config.policy);
        match &self.source {
            Source::Message(stored) => {
                write.put(&stored.with(stored.row.clone().paid(milestone, now, policy)))
            }
            Source::Occurrence(stored) => {
                let mut row = stored.row.clone();
                row.clear(Effect::Charge);
                row.passes(milestone, now, policy);
                write.put(&stored.with(row))
            }
        }
    }

    /// Has others told, unless older news of the same row has a message on its way already.
    async fn tell(&self, cloud: &Cloud) -> Result<(), Error> {
        match &self.source {
            Source::Message(stored) => {
                let (user, message) = (stored.row.user.clone(), stored.row.id.clone());
                cloud.send_news(&NewsWanted::Text { user, message }).await
            }
            Source::Occurrence(stored) if stored.row.news.is_empty() => {
                let occurrence = stored.row.id.clone();
                cloud.send_news(&NewsWanted::Reminder { occurrence }).await
            }
            Source::Occurrence(_) => Ok(()),
        }
    }
}

/// Reads what is owed; `None` if nothing is any more.
async fn read(cloud: &Cloud, wanted: &ChargeWanted) -> Result<Option<Debt>, Failure> {
    match wanted {
        ChargeWanted::Sms { user, message } => {
            let (of_message, of_user) = (message_key(user, message), user_key(user));
            let rows = cloud.get_all(&[of_message.clone(), of_user.clone()]).await?;
            let (Some(stored), Some(user)) =
                (rows.take::<Message>(&of_message)?, rows.take::<User>(&of_user)?)
            else {
                return Err(Failure::permanent("unknown_message", message));
            };
            if !stored.row.owes_charge() {
                // Whoever wrote the entry may not have come to say so.
                cloud.send_owed_by_message(&stored.row).await?;
                return Ok(None);
            }
            Ok(Some(Debt {
                subject: Subject::Sms(message.clone()),
                user: user.row,
                at: stored.row.sent_at,
                source: Source::Message(Box::new(stored)),
            }))
        }
        ChargeWanted::Call { occurrence } => {
            let Some(rows) = cloud.call_rows(occurrence, None).await? else {
                return Err(Failure::permanent("unknown_reminder", occurrence));
            };
            let stored = rows.occurrence;
            let (true, Some(a)) =
                (owed(&stored.row).contains(&Effect::Charge), stored.row.answered)
            else {
                if !stored.row.news.is_empty() {
                    let occurrence = occurrence.clone();
                    cloud.send_news(&NewsWanted::Reminder { occurrence }).await?;
                }
                return Ok(None);
            };
            let Some(attempt) = cloud.get::<Attempt>(&attempt_key(&occurrence.attempt(a))).await?
            else {
                return Err(Failure::permanent("unknown_attempt", occurrence.attempt(a)));
            };
            Ok(Some(Debt {
                subject: Subject::Call(occurrence.clone()),
                user: rows.user.row,
                at: attempt.row.placed_at,
                source: Source::Occurrence(Box::new(stored)),
            }))
        }
    }
}

/// Prices the entry by the book as it was at the time of the thing charged for.
fn entry(cloud: &Cloud, debt: &Debt, now: DateTime<Utc>) -> Result<Entry, Failure> {
    let kind = match debt.subject {
        Subject::Sms(_) => Kind::Sms,
        Subject::Call(_) => Kind::AnsweredCall,
    };
    let price = cloud
        .price(&debt.user.phone, kind, debt.at)
        .ok_or_else(|| Failure::permanent("no_price", debt.user.region))?;
    Ok(ledger::entry(&debt.subject, &debt.user, &price, debt.at, now))
}

async fn write(
    cloud: &Cloud,
    debt: &Debt,
    entry: &Entry,
    now: DateTime<Utc>,
) -> Result<Written, Failure> {
    let key = total_of(entry);
    let total = cloud.get::<Total>(&key).await?;
    let rev = total.as_ref().map_or(0, |stored| stored.rev);
    let total = ledger::add(total.map(|stored| stored.row), entry)
        .map_err(|error| Failure::permanent("overflow", error))?;
    let write =
        cloud.write(now).put(&Stored::new(entry.clone()))?.put(&Stored { row: total, rev })?;
    Ok(debt.paid(cloud, write, entry)?.commit().await?)
}

/// The total of the month in which the entry is booked.
fn total_of(entry: &Entry) -> Key {
    debug_assert!(entry.period >= Period::of(entry.at).to_string());
    total_key(&entry.user_id, &entry.period, entry.currency.code())
}
