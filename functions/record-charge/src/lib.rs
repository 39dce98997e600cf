//! Writes the ledger: one immutable entry per thing charged for, with the month's total, in one transaction that also
//! marks the debt as paid, and owes the news of it. The entry's id is what it charges for, so it can be written once only.
//!
//! What the month's allowance and cap make of the price is decided within that transaction, on the total as it is. The
//! one that brings the total to the cap also stops the user's calls for the month, and owes the SMS that says so.

use std::sync::Arc;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use chrono::{DateTime, Utc};
use cloud::batch::{self, Delivery, Failure, Order};
use cloud::commit::TRIES;
use cloud::items::{
    Stored, attempt_key, entry_key, message_key, outgoing_key, total_key, user_key,
};
use cloud::queues::{self, ChargeWanted, NewsWanted};
use cloud::table::{Write, Written, pause};
use cloud::{Cloud, Error};
use domain::attempt::Attempt;
use domain::ledger::{self, Booked, Entry, Subject, Total};
use domain::lifecycle::Milestone;
use domain::message::Message;
use domain::occurrence::{Effect, Occurrence, owed};
use domain::outgoing::{Cause, Outgoing};
use domain::price::{Kind, Limits};
use domain::quiet;
use domain::texts::Texts;
use domain::user::User;
use tracing::{error, info};

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
    let mut may_tell = true;
    for _ in 0..TRIES {
        let Some(debt) = read(cloud, &wanted).await? else { return Ok(()) };
        let now = cloud.clock.now();
        let Some((entry, limits)) = entry(cloud, &debt, now) else {
            set_aside(&debt, "no_price");
            return Ok(());
        };
        let Some(booking) = book(cloud, &debt, entry, &limits, may_tell).await? else {
            set_aside(&debt, "overflow");
            return Ok(());
        };
        let Written::Moved(moved) = booking.write(cloud, &debt).await? else {
            return Ok(booking.tell(cloud, &debt).await?);
        };
        let entry = &booking.entry;
        if moved.contains(&entry_key(&entry.user_id, &entry.charge_id)) {
            // The entry stands already; only the mark may be missing.
            if let Written::Done = debt.paid(cloud, cloud.write(now), entry)?.commit().await? {
                return Ok(debt.tell(cloud).await?);
            }
        }
        // The SMS is there although its receiver's row does not say so: nobody is told twice.
        may_tell &= booking
            .told
            .is_none_or(|sms| !moved.contains(&outgoing_key(&sms.row.user, &sms.row.cause)));
        pause().await;
    }
    Err(Error::Contended("total").into())
}

/// Leaves a charge that the price book of this release cannot tell to the row that owes it: it is asked for again every
/// quarter of an hour, and written by the release that can. A dead letter would say no more, and a new one each time.
fn set_aside(debt: &Debt, reason: &str) {
    error!(
        user.id = %debt.user.row.id,
        charge.id = %debt.subject,
        reason,
        "a charge can not be reckoned"
    );
}

/// What is to be paid for, as its rows say.
struct Debt {
    subject: Subject,
    user: Stored<User>,
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
            let (Some(stored), Some(payer)) =
                (rows.take::<Message>(&of_message)?, rows.take::<User>(&of_user)?)
            else {
                return cloud.missing(user, "unknown_message", message).await.map(|()| None);
            };
            if !stored.row.owes_charge() {
                // Whoever wrote the entry may not have come to say so.
                cloud.send_owed_by_message(&stored.row).await?;
                return Ok(None);
            }
            Ok(Some(Debt {
                subject: Subject::Sms(message.clone()),
                user: payer,
                at: stored.row.sent_at,
                source: Source::Message(Box::new(stored)),
            }))
        }
        ChargeWanted::Call { occurrence } => {
            let Some(rows) = cloud.call_rows(occurrence, None).await? else {
                let user = occurrence.user();
                return cloud.missing(user, "unknown_reminder", occurrence).await.map(|()| None);
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
                user: rows.user,
                at: attempt.row.placed_at,
                source: Source::Occurrence(Box::new(stored)),
            }))
        }
    }
}

/// The entry by the price book as it was at the time of the thing charged for, and what bounds its month.
fn entry(cloud: &Cloud, debt: &Debt, now: DateTime<Utc>) -> Option<(Entry, Limits)> {
    let kind = match debt.source {
        Source::Message(_) => Kind::Sms,
        Source::Occurrence(_) => Kind::AnsweredCall,
    };
    let user = &debt.user.row;
    let price = cloud.price(&user.phone, kind, debt.at)?;
    let limits = cloud.limits(&user.phone, debt.at)?;
    Some((ledger::entry(&debt.subject, user, &price, debt.at, now), limits))
}

/// Everything that an entry changes besides the row that owes it.
struct Booking {
    entry: Entry,
    total: Stored<Total>,
    /// The user's row, where the cap is reached or left.
    user: Option<Stored<User>>,
    /// The SMS that says that it is reached.
    told: Option<Stored<Outgoing>>,
}

/// Decides what the entry comes to in its month; `None` if a sum would leave 64 bits.
async fn book(
    cloud: &Cloud,
    debt: &Debt,
    entry: Entry,
    limits: &Limits,
    may_tell: bool,
) -> Result<Option<Booking>, Error> {
    let key = total_key(&entry.user_id, &entry.period, entry.currency.code());
    let total = cloud.get::<Total>(&key).await?;
    let rev = total.as_ref().map_or(0, |stored| stored.rev);
    let Ok(Booked { entry, total }) = ledger::book(total.map(|stored| stored.row), entry, limits)
    else {
        return Ok(None);
    };
    let now = entry.written_at;
    let mut user = debt.user.row.clone();
    let tells = user.has_come_to(&total, limits.monthly_cap, now) && may_tell;
    let told = user.capped.filter(|_| tells).map(|capped| {
        let text = Texts::to(&user, now).cap_reached(&capped);
        // In the night it waits, unless the month is over in the morning.
        let morning = quiet::until(user.zone, now);
        let not_before = morning.filter(|morning| *morning < capped.period.ends_at());
        let sms = Outgoing::owed(Cause::Cap(capped.period), user.id.clone(), text, now);
        Stored::new(Outgoing { not_before, ..sms })
    });
    let user = (user != debt.user.row).then(|| debt.user.with(user));
    Ok(Some(Booking { entry, total: Stored { row: total, rev }, user, told }))
}

impl Booking {
    async fn write(&self, cloud: &Cloud, debt: &Debt) -> Result<Written, Error> {
        let write = cloud
            .write(self.entry.written_at)
            .put(&Stored::new(self.entry.clone()))?
            .put(&self.total)?
            .put_if(self.user.as_ref())?
            .put_if(self.told.as_ref())?;
        debt.paid(cloud, write, &self.entry)?.commit().await
    }

    async fn tell(&self, cloud: &Cloud, debt: &Debt) -> Result<(), Error> {
        let entry = &self.entry;
        info!(
            user.id = %entry.user_id,
            charge.id = entry.charge_id,
            age_ms = (entry.written_at - entry.at).num_milliseconds(),
            reduced_by = entry.reduced_by.map(ledger::Reduction::as_str),
            "a charge was written"
        );
        if let Some(sms) = &self.told {
            info!(user.id = %entry.user_id, period = entry.period, "a month has come to its cap");
            cloud.send_sms_wanted(&sms.row.user, &sms.row.cause).await?;
        }
        debt.tell(cloud).await
    }
}
