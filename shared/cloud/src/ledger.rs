//! The ledger of one number: reading it, statements, and giving back what was charged.

use chrono::Months;
use domain::ids::{OccurrenceId, UserId};
use domain::ledger::credit::{self, Asked, CreditNews, Given, Refused};
use domain::ledger::{self, Entry, Period, Total};
use domain::phone::Phone;
use domain::statement::{Disagreement, Statement};
use domain::user::User;
use futures::future::try_join_all;

use crate::commit::TRIES;
use crate::connection::Cloud;
use crate::error::Error;
use crate::items::{
    PhoneOwner, Stored, credits_prefix, entry_key, entry_prefix, period_shards, total_key,
    totals_prefix, user_key,
};
use crate::table::{Written, pause};

/// Months in which an entry is looked for whose id does not say whose it is.
const MONTHS_LOOKED_BACK: u32 = 36;

/// All entries of a number's user, oldest first.
///
/// # Errors
/// [`Error`] if the tables cannot be read.
pub async fn charges_of(cloud: &Cloud, phone: &Phone) -> Result<Vec<Entry>, Error> {
    let Some(owner) = cloud.get::<PhoneOwner>(&PhoneOwner::key_of(phone)).await? else {
        return Ok(Vec::new());
    };
    entries_of(cloud, &owner.row.user).await
}

/// All entries of a user, oldest first.
///
/// # Errors
/// [`Error`] if the table cannot be read.
pub async fn entries_of(cloud: &Cloud, user: &UserId) -> Result<Vec<Entry>, Error> {
    let entries = cloud.query::<Entry>(&entry_prefix(user)).await?;
    let mut entries: Vec<Entry> = entries.into_iter().map(|stored| stored.row).collect();
    entries.sort_by(|a, b| (a.at, &a.charge_id).cmp(&(b.at, &b.charge_id)));
    Ok(entries)
}

/// A user's statement of a month.
///
/// # Errors
/// [`StatementError`] if the tables cannot be read, or do not agree with each other.
pub async fn statement(
    cloud: &Cloud,
    user: &UserId,
    phone: Option<Phone>,
    period: Period,
) -> Result<Statement, StatementError> {
    let totals = cloud.query::<Total>(&totals_prefix(user, period)).await?;
    let totals: Vec<Total> = totals.into_iter().map(|stored| stored.row).collect();
    let entries = entries_of(cloud, user).await?;
    Ok(Statement::of(user.clone(), phone, period, &entries, &totals)?)
}

/// Why there is no statement.
#[derive(Debug, thiserror::Error)]
pub enum StatementError {
    /// The ledger contradicts itself.
    #[error(transparent)]
    Disagrees(#[from] Disagreement),
    /// The tables cannot be read.
    #[error("the tables cannot be read")]
    Cloud(#[from] Error),
}

/// What came of asking for a credit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credited {
    /// The entry.
    pub entry: Entry,
    /// Whether it stood already.
    pub before: bool,
    /// Whether its user, who had come to the month's cap, is called again.
    pub is_called_again: bool,
}

/// Why nothing was given back.
#[derive(Debug, thiserror::Error)]
pub enum CreditError {
    /// There is no such charge.
    #[error("there is no charge {id} in the last {MONTHS_LOOKED_BACK} months")]
    Unknown {
        /// The id that was asked for.
        id: String,
    },
    /// The charge cannot be credited so.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The sum leaves 64 bits.
    #[error(transparent)]
    Overflow(#[from] ledger::Overflow),
    /// The tables cannot be read or written.
    #[error("the tables cannot be read or written")]
    Cloud(#[from] Error),
}

/// Gives back what was charged under `charge_id`, or a part of it: one more entry, with the month's total, in one
/// transaction that also lets the user be called again where that makes room under the cap.
///
/// # Errors
/// [`CreditError`] says why not; nothing was written then, unless the tables failed: then asking again in the same words
/// finds out.
pub async fn credit(
    cloud: &Cloud,
    charge_id: &str,
    asked: &Asked,
) -> Result<Credited, CreditError> {
    let charge = charge(cloud, charge_id).await?;
    let charge = charge.ok_or_else(|| CreditError::Unknown { id: charge_id.to_owned() })?;
    let user = &charge.user_id;
    for _ in 0..TRIES {
        let now = cloud.clock.now();
        let of_total = |period: &str| total_key(user, period, charge.currency.code());
        let earlier = credits_of(cloud, &charge).await?;
        let entry = match credit::credit(&charge, &earlier, asked, now)? {
            Given::Now(entry) => *entry,
            Given::Before(entry) => {
                return Ok(Credited { entry: *entry, before: true, is_called_again: false });
            }
        };
        let (of_total, of_user) = (of_total(&entry.period), user_key(user));
        let rows = cloud.get_all(&[of_total.clone(), of_user.clone()]).await?;
        let total = rows.take::<Total>(&of_total)?;
        let rev = total.as_ref().map_or(0, |stored| stored.rev);
        let total = ledger::add(total.map(|stored| stored.row), &entry)?;
        // A person who was forgotten has entries, and no row.
        let freed = rows.take::<User>(&of_user)?.and_then(|stored| {
            let mut user = stored.row.clone();
            user.was_credited(&total);
            (user != stored.row).then(|| stored.with(user))
        });
        let news = CreditNews::of(&entry, now, &cloud.config.policy).map(Stored::new);
        let write = cloud
            .write(now)
            .put(&Stored::new(entry.clone()))?
            .put(&Stored { row: total, rev })?
            .put_if(freed.as_ref())?
            .put_if(news.as_ref())?;
        if let Written::Done = write.commit().await? {
            return Ok(Credited { entry, before: false, is_called_again: freed.is_some() });
        }
        pause().await;
    }
    Err(Error::Contended("total").into())
}

/// The entry of this id. That of a call names its user; that of a text is looked for in the index, the newest month
/// first.
async fn charge(cloud: &Cloud, id: &str) -> Result<Option<Entry>, Error> {
    let call: Option<OccurrenceId> = id.strip_prefix("call#").and_then(|id| id.parse().ok());
    let user = match call {
        Some(call) => Some(call.user().clone()),
        None => user_of(cloud, id).await?,
    };
    let Some(user) = user else { return Ok(None) };
    Ok(cloud.get::<Entry>(&entry_key(&user, id)).await?.map(|stored| stored.row))
}

async fn user_of(cloud: &Cloud, id: &str) -> Result<Option<UserId>, Error> {
    let now = cloud.clock.now();
    for months in 0..MONTHS_LOOKED_BACK {
        let Some(at) = now.checked_sub_months(Months::new(months)) else { break };
        let shards: Vec<String> = period_shards(Period::of(at)).collect();
        let found = shards.iter().map(|shard| cloud.user_in_period(shard, id));
        if let Some(user) = try_join_all(found).await?.into_iter().flatten().next() {
            return Ok(Some(user));
        }
    }
    Ok(None)
}

/// The credits of a charge, in the order in which they were given.
async fn credits_of(cloud: &Cloud, charge: &Entry) -> Result<Vec<Entry>, Error> {
    let prefix = credits_prefix(&charge.user_id, &charge.charge_id);
    let found = cloud.query::<Entry>(&prefix).await?.into_iter().map(|stored| stored.row);
    // The id of another charge may begin as this one's and go on with a number.
    let mut credits: Vec<Entry> =
        found.filter(|it| it.corrects.as_deref() == Some(charge.charge_id.as_str())).collect();
    credits.sort_by_key(|credit| credit.written_at);
    Ok(credits)
}
