//! Schedules: their rows, their operations, and when each is invoked next.

use chrono::Duration;
use rusqlite::{OptionalExtension, Row, params};
use serde_json::{Value, json};

use super::definition::{self, Definition, Timing};
use super::{
    Query, check_name, conflict, from_ms, groups, not_found, page, quota, timestamp, validation,
};
use crate::wire::AwsError;
use crate::{Ctx, Now};

/// The service's quota of schedules in one region.
const SCHEDULES_MAX: i64 = 10_000_000;

/// A schedule as it is kept.
#[derive(Debug, Clone)]
pub(super) struct Schedule {
    pub seq: i64,
    pub group: String,
    pub name: String,
    pub definition: Definition,
    pub created_ms: i64,
    pub modified_ms: i64,
    /// What a rate is counted from.
    pub anchor_ms: i64,
    /// Whether the one invocation of a one-time schedule has been.
    pub invoked: bool,
    /// The next invocation, if there is one.
    pub next: Option<Next>,
}

/// An invocation to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Next {
    /// The time that the expression names.
    pub scheduled: Now,
    /// The instant at which the invocation is made: later by the flexible window and the jitter,
    /// and never before the schedule was made.
    pub fire: Now,
}

impl Schedule {
    /// The columns that [`Self::from_row`] reads.
    const COLUMNS: &str = "seq, group_name, name, definition, created_ms, modified_ms, anchor_ms, \
                           invoked, scheduled_ms, fire_ms";

    /// The schedule of this name.
    pub fn find(ctx: &Ctx, group: &str, name: &str) -> Result<Option<Self>, AwsError> {
        let sql =
            format!("SELECT {} FROM schedules WHERE group_name = ?1 AND name = ?2", Self::COLUMNS);
        Ok(ctx.db.prepare_cached(&sql)?.query_row([group, name], Self::from_row).optional()?)
    }

    /// The schedule that is due first, if one is due.
    pub fn first_due(ctx: &Ctx) -> Result<Option<Self>, AwsError> {
        let sql = format!(
            "SELECT {} FROM schedules WHERE fire_ms <= ?1 ORDER BY fire_ms, seq LIMIT 1",
            Self::COLUMNS
        );
        let now_ms = ctx.now.timestamp_millis();
        Ok(ctx.db.prepare_cached(&sql)?.query_row([now_ms], Self::from_row).optional()?)
    }

    /// Writes a schedule that is new (`seq` is 0) or has changed.
    pub fn keep(&self, ctx: &Ctx) -> Result<(), AwsError> {
        let sql = format!(
            "INSERT OR REPLACE INTO schedules ({}) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            Self::COLUMNS
        );
        let definition = serde_json::to_string(&self.definition)
            .map_err(|error| AwsError::internal(error.to_string()))?;
        ctx.db.prepare_cached(&sql)?.execute(params![
            (self.seq != 0).then_some(self.seq),
            self.group,
            self.name,
            definition,
            self.created_ms,
            self.modified_ms,
            self.anchor_ms,
            self.invoked,
            self.next.map(|next| next.scheduled.timestamp_millis()),
            self.next.map(|next| next.fire.timestamp_millis()),
        ])?;
        Ok(())
    }

    /// Removes the schedule. An invocation that is being retried goes on.
    pub fn remove(&self, ctx: &Ctx) -> Result<(), AwsError> {
        ctx.db.prepare_cached("DELETE FROM schedules WHERE seq = ?1")?.execute([self.seq])?;
        Ok(())
    }

    /// The name of the schedule for the rest of AWS.
    pub fn arn(&self, ctx: &Ctx) -> String {
        arn(ctx, &self.group, &self.name)
    }

    /// The first invocation whose time is not before `from`.
    pub fn next_from(&self, ctx: &Ctx, timing: &Timing, from: Now) -> Option<Next> {
        let definition = &self.definition;
        let one_time = timing.expression.is_one_time();
        if !definition.enabled || one_time && self.invoked {
            return None;
        }
        let from = definition.start_ms.map_or(from, |start| from.max(from_ms(start)));
        let scheduled = timing.expression.next_from(timing.zone, from_ms(self.anchor_ms), from)?;
        let over = definition.end_ms.is_some_and(|end| scheduled >= from_ms(end));
        if over && !one_time {
            return None;
        }
        Some(Next { scheduled, fire: scheduled.max(ctx.now) + self.delay(ctx) })
    }

    /// How long after its time an invocation is made: a random instant of the flexible window, and
    /// the jitter that the settings want.
    fn delay(&self, ctx: &Ctx) -> Duration {
        let window_ms = i64::from(self.definition.window_minutes.unwrap_or(0)) * 60_000;
        let jitter = &ctx.settings.scheduler.fire_jitter_s;
        let (least, most) = (i64::from(*jitter.start()), i64::from(*jitter.end()));
        let jitter_ms = least * 1000 + below(ctx, (most - least).max(0) * 1000 + 1);
        Duration::milliseconds(jitter_ms + below(ctx, window_ms.max(1)))
    }

    fn from_row(row: &Row) -> rusqlite::Result<Self> {
        let definition: String = row.get(3)?;
        let definition = serde_json::from_str(&definition).map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(3, rusqlite::types::Type::Text, error.into())
        })?;
        let (scheduled, fire): (Option<i64>, Option<i64>) = (row.get(8)?, row.get(9)?);
        let next = scheduled.zip(fire);
        Ok(Self {
            seq: row.get(0)?,
            group: row.get(1)?,
            name: row.get(2)?,
            definition,
            created_ms: row.get(4)?,
            modified_ms: row.get(5)?,
            anchor_ms: row.get(6)?,
            invoked: row.get(7)?,
            next: next.map(|(scheduled, fire)| Next {
                scheduled: from_ms(scheduled),
                fire: from_ms(fire),
            }),
        })
    }
}

/// `CreateSchedule`. The same name again is a conflict, whatever the `ClientToken`: observed on the
/// service, which documents the token but does not let it make a difference.
pub(super) fn create(ctx: &Ctx, name: &str, body: &[u8]) -> Result<Value, AwsError> {
    check_name("name", name)?;
    let (group, definition) = definition::read(body, ctx.now)?;
    let group = group_name(ctx, group)?;
    if Schedule::find(ctx, &group, name)?.is_some() {
        return Err(conflict(format!("Schedule {name} already exists.")));
    }
    check_quota(ctx)?;
    let now_ms = ctx.now.timestamp_millis();
    let mut schedule = Schedule {
        seq: 0,
        group,
        name: name.to_owned(),
        anchor_ms: definition.start_ms.unwrap_or(now_ms),
        definition,
        created_ms: now_ms,
        modified_ms: now_ms,
        invoked: false,
        next: None,
    };
    let timing = schedule.definition.timing()?;
    schedule.next = schedule.next_from(ctx, &timing, ctx.now);
    schedule.keep(ctx)?;
    Ok(json!({ "ScheduleArn": schedule.arn(ctx) }))
}

/// `GetSchedule`.
pub(super) fn get(ctx: &Ctx, name: &str, query: Query) -> Result<Value, AwsError> {
    let schedule = named(ctx, name, query.one("groupName")?)?;
    let mut answer = schedule.definition.to_json();
    let members = [
        ("Arn", json!(schedule.arn(ctx))),
        ("GroupName", json!(schedule.group)),
        ("Name", json!(schedule.name)),
        ("CreationDate", timestamp(schedule.created_ms)),
        ("LastModificationDate", timestamp(schedule.modified_ms)),
    ];
    for (member, value) in members {
        answer[member] = value;
    }
    Ok(answer)
}

/// `UpdateSchedule`: everything is replaced; what the request leaves out takes its default.
///
/// An update that leaves the times as they were leaves the next invocation as it was, and does not
/// repeat a one-time invocation that has been. Otherwise the schedule is as if new.
pub(super) fn update(ctx: &Ctx, name: &str, body: &[u8]) -> Result<Value, AwsError> {
    check_name("name", name)?;
    let (group, definition) = definition::read(body, ctx.now)?;
    let mut schedule = named(ctx, name, group)?;
    let old = std::mem::replace(&mut schedule.definition, definition);
    let new = &schedule.definition;
    let same_times = (&old.expression, &old.zone, old.start_ms, old.end_ms)
        == (&new.expression, &new.zone, new.start_ms, new.end_ms);
    schedule.modified_ms = ctx.now.timestamp_millis();
    if !same_times {
        schedule.anchor_ms = new.start_ms.unwrap_or(schedule.modified_ms);
        schedule.invoked = false;
    }
    let stays =
        same_times && (old.enabled, old.window_minutes) == (new.enabled, new.window_minutes);
    if !stays {
        let timing = new.timing()?;
        schedule.next = schedule.next_from(ctx, &timing, ctx.now);
    }
    schedule.keep(ctx)?;
    Ok(json!({ "ScheduleArn": schedule.arn(ctx) }))
}

/// `DeleteSchedule`.
pub(super) fn delete(ctx: &Ctx, name: &str, query: Query) -> Result<Value, AwsError> {
    named(ctx, name, query.one("groupName")?)?.remove(ctx)?;
    Ok(json!({}))
}

/// `ListSchedules`: by group and name.
pub(super) fn list(ctx: &Ctx, query: Query) -> Result<Value, AwsError> {
    let (size, after) = page(query)?;
    let after = match after.as_deref() {
        None => (String::new(), String::new()),
        Some([group, name]) => (group.clone(), name.clone()),
        Some(_) => return Err(validation("Invalid NextToken")),
    };
    let group =
        query.one("ScheduleGroup")?.map(|group| group_name(ctx, Some(group))).transpose()?;
    let prefix = query.one("NamePrefix")?;
    if let Some(prefix) = &prefix {
        check_name("namePrefix", prefix)?;
    }
    let enabled = match query.one("State")?.as_deref() {
        None => None,
        Some("ENABLED") => Some(true),
        Some("DISABLED") => Some(false),
        Some(state) => return Err(validation(format!("`{state}` is no State of a schedule"))),
    };
    let sql = format!(
        "SELECT {} FROM schedules WHERE (group_name, name) > (?1, ?2) \
         AND (?3 IS NULL OR group_name = ?3) AND substr(name, 1, length(?4)) = ?4 \
         AND (?5 IS NULL OR definition ->> 'enabled' = ?5) \
         ORDER BY group_name, name LIMIT ?6",
        Schedule::COLUMNS
    );
    let limit = i64::try_from(size + 1).unwrap_or(i64::MAX);
    let mut statement = ctx.db.prepare_cached(&sql)?;
    let mut found: Vec<Schedule> = statement
        .query_map(
            params![after.0, after.1, group, prefix.unwrap_or_default(), enabled, limit],
            Schedule::from_row,
        )?
        .collect::<Result<_, _>>()?;
    let more = found.len() > size;
    found.truncate(size);
    let summaries: Vec<Value> = found.iter().map(|schedule| summary(ctx, schedule)).collect();
    let mut answer = json!({ "Schedules": summaries });
    if more && let Some(last) = found.last() {
        answer["NextToken"] = json!(format!("{}/{}", last.group, last.name));
    }
    Ok(answer)
}

/// A schedule as `ListSchedules` shows it.
fn summary(ctx: &Ctx, schedule: &Schedule) -> Value {
    json!({
        "Arn": schedule.arn(ctx),
        "GroupName": schedule.group,
        "Name": schedule.name,
        "State": schedule.definition.state(),
        "CreationDate": timestamp(schedule.created_ms),
        "LastModificationDate": timestamp(schedule.modified_ms),
        "Target": { "Arn": schedule.definition.target.arn },
    })
}

/// The name of a schedule for the rest of AWS.
fn arn(ctx: &Ctx, group: &str, name: &str) -> String {
    let (region, account) = (&ctx.settings.region, &ctx.settings.account);
    format!("arn:aws:scheduler:{region}:{account}:schedule/{group}/{name}")
}

/// The schedule that a request names.
fn named(ctx: &Ctx, name: &str, group: Option<String>) -> Result<Schedule, AwsError> {
    check_name("name", name)?;
    let group = group_name(ctx, group)?;
    Schedule::find(ctx, &group, name)?
        .ok_or_else(|| not_found(format!("Schedule {name} does not exist.")))
}

/// The group that a request names, which must be there; otherwise the default.
fn group_name(ctx: &Ctx, group: Option<String>) -> Result<String, AwsError> {
    let group = group.unwrap_or_else(|| groups::DEFAULT.into());
    check_name("groupName", &group)?;
    if groups::exists(ctx, &group)? { Ok(group) } else { Err(groups::missing(&group)) }
}

/// Whether there is room for one more. Counting is slow, and needed only once so many have been
/// made.
fn check_quota(ctx: &Ctx) -> Result<(), AwsError> {
    let number = |sql: &str| ctx.db.query_row(sql, [], |row| row.get::<_, Option<i64>>(0));
    let full = number("SELECT max(seq) FROM schedules")?.unwrap_or(0) >= SCHEDULES_MAX
        && number("SELECT count(*) FROM schedules")?.unwrap_or(0) >= SCHEDULES_MAX;
    if full { Err(quota(format!("there are {SCHEDULES_MAX} schedules already"))) } else { Ok(()) }
}

/// A random number of `0..bound`; `bound` is at least 1.
fn below(ctx: &Ctx, bound: i64) -> i64 {
    if bound <= 1 {
        return 0;
    }
    let random = i64::from_str_radix(&ctx.ids.hex(7), 16).unwrap_or(0);
    random % bound
}
