//! The drill in AWS: both tables are restored under other names, looked at, compared with those in use, and deleted.
//!
//! No function is pointed at the copies, so nobody is called or texted. How that is done when it is no drill is said
//! in infra/runbooks/restore.md.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::delete_table::DeleteTableError;
use aws_sdk_dynamodb::operation::describe_table::DescribeTableError;
use aws_sdk_dynamodb::types::{AttributeValue, TableStatus};
use aws_smithy_runtime_api::client::result::SdkError;
use chrono::{DateTime, TimeDelta, Utc};
use cloud::Cloud;
use domain::command::{self, Command};
use domain::occurrence::{Occurrence, State};
use reconcile::overdue::Overdue;

use super::lost::{Kind, Lost};
use super::{Drill, RestoreDrillArgs, RestoreError};
use crate::refusal::Refusal;
use crate::target::Target;

/// How long a restore may take. AWS promises nothing; large tables take hours.
const RESTORE_MAX: TimeDelta = TimeDelta::hours(6);
/// The first look at whether a restore has ended; each pause is twice the one before, up to the last.
const LOOK_FIRST: Duration = Duration::from_secs(2);
const LOOK_LAST: Duration = Duration::from_secs(60);
/// Open rows that are read together.
const ROWS_AT_ONCE: usize = 100;

/// One of the two tables, and its copy.
struct Copied {
    live: String,
    copy: String,
}

/// Restores, looks, compares and deletes.
///
/// # Errors
/// As [`super::run`]. The copies are deleted then as well, as far as they can be.
pub(super) async fn drill(args: &RestoreDrillArgs) -> Result<Drill, RestoreError> {
    let target = Target::open(&args.target).await?;
    let dynamodb = Client::new(&target.sdk);
    let started = target.cloud.clock.now();
    let config = &target.cloud.config;
    let tables = [&config.reminders_table, &config.billing_table].map(|live| Copied {
        live: live.clone(),
        copy: format!("{live}-drill-{}", started.format("%Y%m%d%H%M%S")),
    });
    let copies = tables.each_ref().map(|table| table.copy.as_str()).join(" and ");
    tracing::warn!("the tables are restored as {copies}; they are deleted at the end");
    let drill = look(&target, &dynamodb, &tables, args.at).await;
    for table in &tables {
        if let Err(error) = dynamodb.delete_table().table_name(&table.copy).send().await
            // Where the restore did not begin there is none.
            && !error.as_service_error().is_some_and(DeleteTableError::is_resource_not_found_exception)
        {
            let refusal = Refusal::of("dynamodb:DeleteTable", &error);
            tracing::warn!("{} has to be deleted by hand: {refusal}", table.copy);
        }
    }
    drill
}

async fn look(
    target: &Target,
    dynamodb: &Client,
    tables: &[Copied; 2],
    at: Option<DateTime<Utc>>,
) -> Result<Drill, RestoreError> {
    for table in tables {
        begin(dynamodb, table, at).await?;
    }
    let mut restored_to = at;
    for table in tables {
        let moment = end(target, dynamodb, table).await?;
        // The two are of two moments, at most seconds apart; what is lost counts from the earlier.
        restored_to = [restored_to, moment].into_iter().flatten().min();
    }
    let restored_at = target.cloud.clock.now();
    let [reminders, billing] = tables;
    let mut config = target.cloud.config.clone();
    config.reminders_table.clone_from(&reminders.copy);
    config.billing_table.clone_from(&billing.copy);
    let (told, scheduled) = open(&Cloud::new(config), restored_at).await?;
    let mut lost = missing(dynamodb, reminders).await?;
    lost.extend(missing(dynamodb, billing).await?);
    lost.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    Ok(Drill {
        restored_to: restored_to.unwrap_or(restored_at),
        restored_at,
        told,
        scheduled,
        rang: 0,
        dead_letters: 0,
        replayed: 0,
        lost,
    })
}

async fn begin(
    dynamodb: &Client,
    table: &Copied,
    at: Option<DateTime<Utc>>,
) -> Result<(), Refusal> {
    let request = dynamodb.restore_table_to_point_in_time();
    let request = request.source_table_name(&table.live).target_table_name(&table.copy);
    let request = match at {
        Some(at) => {
            request.restore_date_time(aws_smithy_types::DateTime::from_secs(at.timestamp()))
        }
        None => request.use_latest_restorable_time(true),
    };
    let begun = request.send().await;
    begun.map(|_| ()).map_err(|error| Refusal::of("dynamodb:RestoreTableToPointInTime", &error))
}

/// Waits for a copy; returns the moment that it is of.
async fn end(
    target: &Target,
    dynamodb: &Client,
    table: &Copied,
) -> Result<Option<DateTime<Utc>>, RestoreError> {
    let until = target.cloud.clock.now() + RESTORE_MAX;
    let mut pause = LOOK_FIRST;
    loop {
        let described = dynamodb.describe_table().table_name(&table.copy).send().await;
        match described {
            Ok(answer) => {
                let described = answer.table.unwrap_or_else(|| {
                    aws_sdk_dynamodb::types::TableDescription::builder().build()
                });
                if described.table_status() == Some(&TableStatus::Active) {
                    let moment =
                        described.restore_summary().map(|it| it.restore_date_time().secs());
                    return Ok(moment.and_then(|secs| DateTime::from_timestamp(secs, 0)));
                }
            }
            Err(error) if is_not_there_yet(&error) => {}
            Err(error) => return Err(Refusal::of("dynamodb:DescribeTable", &error).into()),
        }
        if target.cloud.clock.now() > until {
            let minutes = RESTORE_MAX.num_minutes();
            return Err(RestoreError::Slow { table: table.copy.clone(), minutes });
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LOOK_LAST);
    }
}

fn is_not_there_yet<R>(error: &SdkError<DescribeTableError, R>) -> bool {
    error.as_service_error().is_some_and(DescribeTableError::is_resource_not_found_exception)
}

/// How many open reminders of the copy were due by `now`, and how many are due later.
async fn open(cloud: &Cloud, now: DateTime<Utc>) -> Result<(u32, u32), RestoreError> {
    let (mut due, mut later) = (0, 0);
    let mut all = Overdue::read(cloud, DateTime::<Utc>::MAX_UTC).await;
    loop {
        let found = all.take(cloud, ROWS_AT_ONCE).await;
        if found.is_empty() {
            break;
        }
        let reminders = found.iter().filter(|row| row.key.sk.starts_with("OCCURRENCE#"));
        let keys: Vec<_> = reminders.map(|row| row.key.clone()).collect();
        let rows = cloud.get_all(&keys).await?;
        for key in &keys {
            let Some(stored) = rows.take::<Occurrence>(key)? else { continue };
            match stored.row.state {
                State::Accepted | State::Held | State::Waiting | State::Calling
                    if stored.row.due <= now =>
                {
                    due += 1;
                }
                State::Accepted | State::Waiting => later += 1,
                _ => {}
            }
        }
    }
    match all.unread() {
        0 => Ok((due, later)),
        shards => Err(RestoreError::Repair(format!("{shards} shards of the index cannot be read"))),
    }
}

/// The rows of the table in use that its copy has not: what would be lost.
async fn missing(dynamodb: &Client, table: &Copied) -> Result<Vec<Lost>, Refusal> {
    let copied: BTreeSet<_> = rows(dynamodb, &table.copy).await?.into_keys().collect();
    let live = rows(dynamodb, &table.live).await?.into_iter();
    Ok(live.filter(|(key, _)| !copied.contains(key)).filter_map(|(_, lost)| lost).collect())
}

/// All rows of a table by their keys; with each, what it would mean to lose it, if anything.
async fn rows(
    dynamodb: &Client,
    table: &str,
) -> Result<BTreeMap<(String, String), Option<Lost>>, Refusal> {
    let scan = dynamodb.scan().table_name(table);
    let scan = scan.projection_expression("pk, sk, sent_at, placed_at, #at, #text, charge_id");
    let scan =
        scan.expression_attribute_names("#at", "at").expression_attribute_names("#text", "text");
    let mut pages = scan.into_paginator().items().send();
    let mut rows = BTreeMap::new();
    while let Some(item) = pages.next().await {
        let item = item.map_err(|error| Refusal::of("dynamodb:Scan", &error))?;
        let text = |name: &str| item.get(name).and_then(|value: &AttributeValue| value.as_s().ok());
        let (Some(pk), Some(sk)) = (text("pk"), text("sk")) else { continue };
        let at =
            ["sent_at", "placed_at", "at"].into_iter().find_map(|name| text(name)?.parse().ok());
        let kind = match sk.split('#').next() {
            Some("MESSAGE") => match text("text").map(|words| command::parse(words).command) {
                Some(Command::Stop) => Some(Kind::OptOut),
                _ => Some(Kind::Text),
            },
            Some("ATTEMPT") => Some(Kind::Call),
            _ => text("charge_id").map(|_| Kind::Charge),
        };
        let lost = kind.zip(at).map(|(kind, at)| Lost {
            at,
            kind,
            // Ids only: whose phone it is stands elsewhere.
            who: pk.trim_start_matches("USER#").to_owned(),
            id: sk.clone(),
        });
        rows.insert((pk.clone(), sk.clone()), lost);
    }
    Ok(rows)
}
