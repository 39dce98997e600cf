//! Holding the ledger of a month against the rows of what it charges for: a walk over all users, one after the other,
//! that can be left anywhere and gone on with.

use std::collections::BTreeSet;
use std::time::Duration;

use aws_sdk_dynamodb::types::{AttributeValue, Select};
use domain::ids::UserId;
use domain::ledger::{Period, Total};
use domain::reconciliation::{Account, Finding, Mismatch, Reconciliation, Terms};
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use futures::try_join;
use serde::{Deserialize, Serialize};

use crate::connection::Cloud;
use crate::error::Error;
use crate::items::{
    Forgotten, Key, PERIOD_SHARDS, USER_PARTITION, entry_key, total_key, totals_prefix, user_key,
};
use crate::month::{EntryCursor, TotalCursor};
use crate::table;

/// Accounts that are read side by side.
const AT_ONCE: usize = 8;

/// Rows in one page, of the reminders' keys and of the ledger's indexes.
const PAGE: i32 = 1_000;

/// Keys in one request, the most that DynamoDB takes.
const KEYS_AT_ONCE: usize = 100;

/// How often an account with findings is read, and how long is waited between: the two tables are not read in the same
/// moment, and what is written between them looks like a finding.
const READINGS: u32 = 3;
const READ_AGAIN_AFTER: Duration = Duration::from_secs(2);

/// Where a walk over all users stands.
///
/// Each is met once: first those who have rows among the reminders, since whose charges were all lost is in no index of
/// the ledger; then those who have no row there any more, by their totals of the month; and last those of whom there is
/// nothing but entries.
///
/// It names users and no numbers, so that it may be kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Position {
    /// Among the reminders, behind this row.
    Rows {
        /// None at the beginning.
        after: Option<UserRow>,
    },
    /// Among the totals of a shard, behind this one.
    Totals {
        /// Which shard.
        shard: u32,
        /// None at its beginning.
        after: Option<TotalCursor>,
    },
    /// Among the entries of a shard, behind this one.
    Entries {
        /// Which shard.
        shard: u32,
        /// None at its beginning.
        after: Option<EntryCursor>,
    },
    /// All were met.
    End,
}

/// A row of a user among the reminders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserRow {
    /// Whose.
    pub user: UserId,
    /// Its sort key.
    pub sk: String,
}

impl Default for Position {
    fn default() -> Self {
        Self::Rows { after: None }
    }
}

/// A walk over all users of a month.
#[derive(Debug, Clone, Copy)]
pub struct Walk<'a> {
    cloud: &'a Cloud,
    period: Period,
    /// How often an account with findings is read.
    pub readings: u32,
}

/// Some users that the walk comes to next.
struct Page {
    whom: Vec<Met>,
    /// Where the walk stands behind all of them.
    then: Position,
}

/// A user whom the walk has come to.
struct Met {
    user: UserId,
    /// By which entry, where that is all there is of them; only by the first of the month they are checked.
    by: Option<String>,
    /// Where the walk stands behind them.
    then: Position,
}

/// Holds ledger and rows of a month together, for all users, without leaving off.
///
/// # Errors
/// [`Error`] if the tables cannot be read.
pub async fn reconcile(cloud: &Cloud, period: Period) -> Result<Reconciliation, Error> {
    let walk = Walk::new(cloud, period);
    let mut at = Position::default();
    let mut all = Reconciliation::default();
    while at != Position::End {
        walk.page(&mut at, || true, |said| all += said).await?;
    }
    // The order of a scan is DynamoDB's own.
    let of = |finding: &Finding| (finding.user.clone(), finding.clone());
    all.findings.sort_by_cached_key(of);
    Ok(all)
}

impl<'a> Walk<'a> {
    /// Over the users of this month.
    #[must_use]
    pub fn new(cloud: &'a Cloud, period: Period) -> Self {
        Self { cloud, period, readings: READINGS }
    }

    /// Goes on by a page of rows; `found` takes what came of each account, and `at` stands behind it. After each
    /// account `has_time` is asked, and the page is left where it says no.
    ///
    /// # Errors
    /// [`Error`] if the tables cannot be read; what `found` was given is behind `at`.
    pub async fn page(
        &self,
        at: &mut Position,
        has_time: impl Fn() -> bool,
        mut found: impl FnMut(Reconciliation),
    ) -> Result<(), Error> {
        let page = match at.clone() {
            Position::Rows { after } => self.rows(after).await?,
            Position::Totals { shard, after } => self.totals(shard, after).await?,
            Position::Entries { shard, after } => self.entries(shard, after).await?,
            Position::End => return Ok(()),
        };
        let met = stream::iter(page.whom).map(|met| async {
            let said = self.checked(&met).await?;
            Ok::<_, Error>((said, met.then))
        });
        // In the order in which they were met, so that all before a position are done.
        let mut met = met.buffered(AT_ONCE);
        while let Some((said, then)) = met.try_next().await? {
            found(said);
            *at = then;
            if !has_time() {
                return Ok(());
            }
        }
        *at = page.then;
        Ok(())
    }

    async fn checked(&self, met: &Met) -> Result<Reconciliation, Error> {
        let mut readings = 1;
        loop {
            let account = match account(self.cloud, &met.user).await {
                // No repetition mends it, and the others are not to wait for it.
                Err(Error::Row { key, .. }) => return Ok(unreadable(&met.user, key)),
                account => account?,
            };
            let period = self.period.to_string();
            let of_month = account.entries.iter().filter(|entry| entry.period == period);
            if met.by.is_some() && met.by != of_month.map(|entry| entry.charge_id.clone()).min() {
                return Ok(Reconciliation::default());
            }
            let (now, book) = (self.cloud.clock.now(), self.cloud.config.prices.book());
            let said = account.reconcile(Terms { period: self.period, now, book });
            if said.findings.is_empty() || readings >= self.readings {
                return Ok(said);
            }
            readings += 1;
            tokio::time::sleep(READ_AGAIN_AFTER).await;
        }
    }

    /// Users by the keys of the reminders' table. Those of one user stand together there, since a partition is stored
    /// in one place.
    async fn rows(&self, after: Option<UserRow>) -> Result<Page, Error> {
        let mut last = after.as_ref().map(|row| row.user.clone());
        let mut whom = Vec::new();
        let mut from = after.map(|row| {
            let text = |value| AttributeValue::S(value);
            let pk = ("pk".to_owned(), text(user_key(&row.user).pk));
            [pk, ("sk".to_owned(), text(row.sk))].into()
        });
        loop {
            let output = self
                .cloud
                .dynamodb
                .scan()
                .table_name(&self.cloud.config.reminders_table)
                .projection_expression("pk, sk")
                .set_exclusive_start_key(from)
                .limit(PAGE)
                .send()
                .await
                .map_err(Error::aws("dynamodb:Scan"))?;
            let mut behind = None;
            for item in output.items.unwrap_or_default() {
                let text = |name| item.get(name).and_then(|value| value.as_s().ok());
                let user = text("pk").and_then(|pk| pk.strip_prefix(USER_PARTITION)?.parse().ok());
                let (Some(user), Some(sk)) = (user, text("sk")) else { continue };
                let row = UserRow { user, sk: sk.clone() };
                let then = Position::Rows { after: Some(row.clone()) };
                if last.as_ref() != Some(&row.user) {
                    last = Some(row.user.clone());
                    whom.push(Met { user: row.user, by: None, then: then.clone() });
                }
                behind = Some(then);
            }
            from = output.last_evaluated_key;
            match (&from, behind) {
                (None, _) => {
                    return Ok(Page { whom, then: Position::Totals { shard: 0, after: None } });
                }
                (Some(_), Some(then)) => return Ok(Page { whom, then }),
                // Nothing but rows of numbers and of the carrier, behind which a walk is never left.
                (Some(_), None) => {}
            }
        }
    }

    /// Users by their totals of the month, who have no row among the reminders.
    async fn totals(&self, shard: u32, after: Option<TotalCursor>) -> Result<Page, Error> {
        if shard == PERIOD_SHARDS {
            let then = Position::Entries { shard: 0, after: None };
            return Ok(Page { whom: Vec::new(), then });
        }
        let page = self.cloud.totals_of(self.period, shard, after.as_ref(), PAGE).await?;
        let behind = |total| Position::Totals { shard, after: Some(TotalCursor::of(total)) };
        let mut last = after.map(|total| total.user);
        let mut whom = Vec::new();
        for total in &page.rows {
            // One of each currency stands beside the other.
            if last.as_ref() != Some(&total.user_id) {
                last = Some(total.user_id.clone());
                whom.push(Met { user: total.user_id.clone(), by: None, then: behind(total) });
            }
        }
        let then = match page.rows.last() {
            Some(last) if page.more => behind(last),
            _ => Position::Totals { shard: shard + 1, after: None },
        };
        Ok(Page { whom: self.without_rows(whom).await?, then })
    }

    /// Users by their entries of the month, who have neither a row among the reminders nor a total.
    async fn entries(&self, shard: u32, after: Option<EntryCursor>) -> Result<Page, Error> {
        if shard == PERIOD_SHARDS {
            return Ok(Page { whom: Vec::new(), then: Position::End });
        }
        let page = self.cloud.entries_of(self.period, shard, after.as_ref(), PAGE).await?;
        let behind = |entry| Position::Entries { shard, after: Some(EntryCursor::of(entry)) };
        let period = self.period.to_string();
        let of_total = |entry: &domain::ledger::Entry| {
            (entry.user_id.clone(), entry.currency.code().to_owned())
        };
        let totals: BTreeSet<_> = page.rows.iter().map(of_total).collect();
        let mut missing = BTreeSet::new();
        for totals in totals.into_iter().collect::<Vec<_>>().chunks(KEYS_AT_ONCE) {
            let key = |(user, currency): &(UserId, String)| total_key(user, &period, currency);
            let keys: Vec<Key> = totals.iter().map(key).collect();
            let there = self.cloud.get_all(&keys).await?;
            let gone = totals.iter().zip(&keys).filter(|(_, key)| !there.has(key));
            missing.extend(gone.map(|(total, _)| total.clone()));
        }
        let mut whom = Vec::new();
        for entry in page.rows.iter().filter(|entry| missing.contains(&of_total(entry))) {
            let user = entry.user_id.clone();
            // One of another currency, by which the user was met.
            if self.cloud.query::<Total>(&totals_prefix(&user, self.period)).await?.is_empty() {
                whom.push(Met { user, by: Some(entry.charge_id.clone()), then: behind(entry) });
            }
        }
        let then = match page.rows.last() {
            Some(last) if page.more => behind(last),
            _ => Position::Entries { shard: shard + 1, after: None },
        };
        Ok(Page { whom: self.without_rows(whom).await?, then })
    }

    /// Those of whom there is no row among the reminders.
    async fn without_rows(&self, whom: Vec<Met>) -> Result<Vec<Met>, Error> {
        let users: BTreeSet<&UserId> = whom.iter().map(|met| &met.user).collect();
        let users: Vec<&UserId> = users.into_iter().collect();
        let mut without = BTreeSet::new();
        for users in users.chunks(KEYS_AT_ONCE / 2) {
            // Whoever has rows has one of these two, if nothing went wrong.
            let keys = users.iter().flat_map(|user| [user_key(user), Forgotten::key_of(user)]);
            let there = self.cloud.get_all(&keys.collect::<Vec<_>>()).await?;
            for user in users {
                let known = there.has(&user_key(user)) || there.has(&Forgotten::key_of(user));
                if !known && !self.has_any_row(user).await? {
                    without.insert((*user).clone());
                }
            }
        }
        Ok(whom.into_iter().filter(|met| without.contains(&met.user)).collect())
    }

    async fn has_any_row(&self, user: &UserId) -> Result<bool, Error> {
        let found = self
            .cloud
            .dynamodb
            .query()
            .table_name(&self.cloud.config.reminders_table)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", AttributeValue::S(user_key(user).pk))
            .consistent_read(true)
            .select(Select::Count)
            .limit(1)
            .send()
            .await
            .map_err(Error::aws("dynamodb:Query"))?;
        Ok(found.count > 0)
    }
}

fn unreadable(user: &UserId, key: String) -> Reconciliation {
    let finding = Finding {
        kind: Mismatch::RowUnreadable,
        user: user.clone(),
        ids: vec![key],
        detail: "nothing of this user was checked".to_owned(),
    };
    Reconciliation { users: 1, findings: vec![finding], ..Reconciliation::default() }
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
