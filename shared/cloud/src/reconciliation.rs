//! Holding the ledger of a month against the rows of what it charges for: reading both, one user after the other.

use std::collections::BTreeSet;
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::ids::UserId;
use domain::ledger::Period;
use domain::reconciliation::{Account, Reconciliation, Terms};
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use futures::try_join;

use crate::connection::Cloud;
use crate::error::Error;
use crate::items::{Forgotten, Key, PERIOD_SHARDS, USER_PARTITION, entry_key, user_key};
use crate::month::{EntryCursor, TotalCursor};
use crate::table;

/// Accounts that are read side by side.
const AT_ONCE: usize = 8;

/// Rows of the ledger's indexes in one page.
const PAGE: i32 = 1_000;

/// How often an account with findings is read, and how long is waited between: the two tables are not read in the same
/// moment, and what is written between them looks like a finding.
const READINGS: u32 = 3;
const READ_AGAIN_AFTER: Duration = Duration::from_secs(2);

/// Holds ledger and rows of a month together, for all users.
///
/// # Errors
/// [`Error`] if the tables or a row cannot be read.
pub async fn reconcile(cloud: &Cloud, period: Period) -> Result<Reconciliation, Error> {
    let users = users(cloud, period).await?;
    let checked = stream::iter(users).map(|user| checked(cloud, user, period));
    // In the order of the users: the same tables give the same report.
    let mut checked = checked.buffered(AT_ONCE);
    let mut all = Reconciliation::default();
    while let Some(one) = checked.try_next().await? {
        all += one;
    }
    Ok(all)
}

async fn checked(cloud: &Cloud, user: UserId, period: Period) -> Result<Reconciliation, Error> {
    let mut readings = 1;
    loop {
        let account = account(cloud, &user).await?;
        let terms = Terms { period, now: cloud.clock.now(), book: cloud.config.prices.book() };
        let said = account.reconcile(terms);
        if said.findings.is_empty() || readings == READINGS {
            return Ok(said);
        }
        readings += 1;
        tokio::time::sleep(READ_AGAIN_AFTER).await;
    }
}

/// Everybody who has a row among the reminders, or an entry or a total in the month.
///
/// Whose charges were all lost is in no index of the ledger, so all keys of the reminders' table are read.
async fn users(cloud: &Cloud, period: Period) -> Result<BTreeSet<UserId>, Error> {
    let mut users = BTreeSet::new();
    let mut from = None;
    loop {
        let output = cloud
            .dynamodb
            .scan()
            .table_name(&cloud.config.reminders_table)
            .projection_expression("pk")
            .set_exclusive_start_key(from)
            .send()
            .await
            .map_err(Error::aws("dynamodb:Scan"))?;
        let partitions = output.items.unwrap_or_default();
        users.extend(partitions.iter().filter_map(|item| {
            let AttributeValue::S(pk) = item.get("pk")? else { return None };
            pk.strip_prefix(USER_PARTITION)?.parse::<UserId>().ok()
        }));
        from = output.last_evaluated_key;
        if from.is_none() {
            break;
        }
    }
    for shard in 0..PERIOD_SHARDS {
        let mut after: Option<EntryCursor> = None;
        loop {
            let page = cloud.entries_of(period, shard, after.as_ref(), PAGE).await?;
            users.extend(page.rows.iter().map(|entry| entry.user_id.clone()));
            after = page.rows.last().map(EntryCursor::of);
            if !page.more || after.is_none() {
                break;
            }
        }
        let mut after: Option<TotalCursor> = None;
        loop {
            let page = cloud.totals_of(period, shard, after.as_ref(), PAGE).await?;
            users.extend(page.rows.iter().map(|total| total.user_id.clone()));
            after = page.rows.last().map(TotalCursor::of);
            if !page.more || after.is_none() {
                break;
            }
        }
    }
    Ok(users)
}

/// All rows of a user, as they are now.
async fn account(cloud: &Cloud, user: &UserId) -> Result<Account, Error> {
    let whole = |key: Key| Key { sk: String::new(), ..key };
    let (of_user, of_ledger) = (whole(user_key(user)), whole(entry_key(user, "")));
    let (rows, ledger) =
        try_join!(cloud.query_attributes(&of_user), cloud.query_attributes(&of_ledger))?;
    let mut account = Account {
        user: user.clone(),
        forgotten: false,
        messages: Vec::new(),
        occurrences: Vec::new(),
        attempts: Vec::new(),
        entries: Vec::new(),
        totals: Vec::new(),
    };
    for row in rows.into_iter().chain(ledger) {
        let sort_key = table::text(&row, "sk");
        match sort_key.split('#').next().unwrap_or_default() {
            "MESSAGE" => account.messages.push(table::read(row)?),
            "OCCURRENCE" => account.occurrences.push(table::read(row)?),
            "ATTEMPT" => account.attempts.push(table::read(row)?),
            "CHARGE" => account.entries.push(table::read(row)?),
            "TOTAL" => account.totals.push(table::read(row)?),
            Forgotten::SORT_KEY => account.forgotten = true,
            _ => {}
        }
    }
    Ok(account)
}
