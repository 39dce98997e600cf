//! Forgetting a person: what is known of them goes, what was charged stays, without their number.
//!
//! One transaction decides: it deletes the user's row on the condition that nobody has decided anything for them
//! meanwhile, and leaves a mark that they were forgotten. From then on nothing is decided, called or sent for them, and
//! what still comes (a schedule, a message, news of a call) is dropped by whoever reads it. All else is tidying, which
//! a second run takes up where a first one ended. The row that finds the user by the number goes last: a text that
//! comes meanwhile waits for that, and is then one of a stranger.

use chrono::{DateTime, Utc};
use domain::attempt::{Attempt, Outcome};
use domain::ids::UserId;
use domain::ledger::Entry;
use domain::message::Message;
use domain::occurrence::{Effect, Occurrence, State, owed};
use domain::phone::Phone;
use domain::user::User;
use tracing::info;

use crate::batch::Failure;
use crate::commit::TRIES;
use crate::connection::Cloud;
use crate::error::Error;
use crate::items::{
    CarrierMessage, Forgotten, Item, Key, OptedOutNumber, PhoneOwner, Stored, attempts_prefix,
    entry_prefix, messages_prefix, occurrences_prefix, user_key,
};
use crate::table::{Written, pause};

/// Rows that are deleted together: a transaction has room for a hundred.
const AT_ONCE: usize = 50;

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// Who it was, as the ledger goes on to know them.
    pub user: UserId,
    /// Rows that were deleted.
    pub rows: usize,
    /// Entries of the ledger that the number was taken out of.
    pub entries: usize,
    /// Whether the number stays opted out.
    pub opted_out: bool,
}

/// Why a person is not forgotten now. Nothing was changed, unless the tables failed: a second run goes on.
#[derive(Debug, thiserror::Error)]
pub enum ForgetError {
    /// Something that happened is not in the ledger yet.
    #[error(
        "{0} of their charges are not in the ledger yet; they are written within minutes unless an alarm says \
         otherwise: try again then"
    )]
    Owes(usize),
    /// A call is in progress, or its outcome is not known yet.
    #[error(
        "they are being called, or a call of theirs is not known to be over: try again in ten minutes"
    )]
    BeingCalled,
    /// The tables cannot be read or written.
    #[error("the tables cannot be read or written; run it again to go on")]
    Cloud(#[from] Error),
}

impl Cloud {
    /// What to do with a message about rows that are not there: nothing if their person was forgotten, else it can
    /// never be handled.
    ///
    /// # Errors
    /// [`Failure::Permanent`] with this reason and detail; [`Failure::Transient`] if the table cannot be read.
    pub async fn missing(
        &self,
        user: &UserId,
        reason: &'static str,
        detail: impl std::fmt::Display,
    ) -> Result<(), Failure> {
        match self.get::<Forgotten>(&Forgotten::key_of(user)).await? {
            Some(_) => {
                info!(user.id = %user, reason, "what came for somebody who was forgotten is dropped");
                Ok(())
            }
            None => Err(Failure::permanent(reason, detail)),
        }
    }
}

/// Forgets the person of a number; `None` if nothing is known of it.
///
/// An opt-out stays, under the number's hash. What the carrier still tells of calls that were over is not charged.
///
/// # Errors
/// [`ForgetError`] says why not now.
pub async fn forget(cloud: &Cloud, phone: &Phone) -> Result<Option<Done>, ForgetError> {
    let of_phone = PhoneOwner::key_of(phone);
    let Some(owner) = cloud.get::<PhoneOwner>(&of_phone).await? else {
        wipe(cloud, &of_phone, None).await?;
        return Ok(None);
    };
    let user = owner.row.user;
    decide(cloud, phone, &user).await?;
    let mut rows = 1 + forget_calls(cloud, &user).await?;
    rows += wipe(cloud, &user_key(&user), Some(Forgotten::SORT_KEY)).await?;
    let entries = take_out_number(cloud, &user).await?;
    let opted_out = cloud.get::<OptedOutNumber>(&OptedOutNumber::key_of(phone)).await?.is_some();
    // The counters of texts come before the row that finds the user: keys are sorted.
    rows += wipe(cloud, &of_phone, None).await?;
    Ok(Some(Done { user, rows, entries, opted_out }))
}

/// Deletes the user's row and leaves the mark, unless that was done before.
async fn decide(cloud: &Cloud, phone: &Phone, id: &UserId) -> Result<(), ForgetError> {
    let of_number = OptedOutNumber::key_of(phone);
    for _ in 0..TRIES {
        let now = cloud.clock.now();
        let Some(user) = cloud.get::<User>(&user_key(id)).await? else {
            // A run before this one came so far.
            return Ok(());
        };
        // What is read after the user's row is not older: a decision that comes between moves that row.
        settled(cloud, &user.row, now).await?;
        let number = cloud.get::<OptedOutNumber>(&of_number).await?;
        let opted_out_at = user.row.opted_out_at.filter(|_| user.row.opted_out());
        let write = cloud
            .write(now)
            .put(&Stored::new(Forgotten { user: id.clone(), at: now }))?
            .delete(&user.row.key(), Some(user.rev))?;
        let rev = number.as_ref().map(|stored| stored.rev);
        let write = match opted_out_at {
            Some(at) => {
                let row = OptedOutNumber::of(phone, at);
                write.put(&Stored { row, rev: rev.unwrap_or(0) })?
            }
            None if rev.is_some() => write.delete(&of_number, rev)?,
            None => write,
        };
        if let Written::Done = write.commit().await? {
            return Ok(());
        }
        pause().await;
    }
    Err(Error::Contended("user").into())
}

/// Whether nothing is owed for, or is happening to, this person.
async fn settled(cloud: &Cloud, user: &User, now: DateTime<Utc>) -> Result<(), ForgetError> {
    let texts = cloud.query::<Message>(&messages_prefix(&user.id)).await?;
    let reminders = cloud.query::<Occurrence>(&occurrences_prefix(&user.id)).await?;
    let owing = texts.iter().filter(|stored| stored.row.owes_charge()).count()
        + reminders.iter().filter(|it| owed(&it.row).contains(&Effect::Charge)).count();
    if owing > 0 {
        return Err(ForgetError::Owes(owing));
    }
    let calling = reminders.iter().any(|stored| stored.row.state == State::Calling);
    let in_a_call = user.call.as_ref().is_some_and(|call| call.until > now);
    if calling || in_a_call { Err(ForgetError::BeingCalled) } else { Ok(()) }
}

/// Deletes the rows that find attempts by the carrier's ids, while the attempts still say which those are.
async fn forget_calls(cloud: &Cloud, user: &UserId) -> Result<usize, Error> {
    let attempts = cloud.query::<Attempt>(&attempts_prefix(user)).await?;
    let of_attempt = |attempt: &Attempt| match &attempt.outcome {
        Outcome::Placed(id) => Some((CarrierMessage::key_of(id), None)),
        Outcome::Unknown | Outcome::Refused(_) => None,
    };
    let keys: Vec<_> = attempts.iter().filter_map(|stored| of_attempt(&stored.row)).collect();
    delete(cloud, &keys).await?;
    Ok(keys.len())
}

/// Deletes all rows of a partition but the one with this sort key.
async fn wipe(cloud: &Cloud, partition: &Key, but: Option<&str>) -> Result<usize, Error> {
    let mut deleted = 0;
    for _ in 0..TRIES {
        let mut keys = cloud.keys_of(partition).await?;
        keys.retain(|(key, _)| Some(key.sk.as_str()) != but);
        if keys.is_empty() {
            return Ok(deleted);
        }
        deleted += delete(cloud, &keys).await?;
    }
    Err(Error::Contended("rows of a person"))
}

/// Deletes rows that have not moved; returns how many.
async fn delete(cloud: &Cloud, keys: &[(Key, Option<u64>)]) -> Result<usize, Error> {
    let mut deleted = 0;
    for some in keys.chunks(AT_ONCE) {
        let write = some.iter().try_fold(cloud.write(cloud.clock.now()), |write, (key, rev)| {
            write.delete(key, *rev)
        })?;
        match write.commit().await? {
            Written::Done => deleted += some.len(),
            Written::Moved(_) => pause().await,
        }
    }
    Ok(deleted)
}

/// Takes the number out of all entries of the ledger that have it.
async fn take_out_number(cloud: &Cloud, user: &UserId) -> Result<usize, Error> {
    let mut taken = 0;
    for _ in 0..TRIES {
        let mut entries = cloud.query::<Entry>(&entry_prefix(user)).await?;
        entries.retain(|stored| stored.row.phone.is_some());
        if entries.is_empty() {
            return Ok(taken);
        }
        for entry in &entries {
            taken += usize::from(cloud.take_out_number(&entry.row.key(), entry.rev).await?);
        }
    }
    Err(Error::Contended("entries"))
}
