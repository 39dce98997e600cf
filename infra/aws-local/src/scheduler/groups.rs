//! Schedule groups and their tags.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, Row, params};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Query, check_name, conflict, not_found, page, parse, quota, timestamp, validation};
use crate::Ctx;
use crate::checks::{Checks, sentence};
use crate::wire::AwsError;

/// The group that is always there.
pub(super) const DEFAULT: &str = "default";

/// The service's quota of groups in one region.
const GROUPS_MAX: i64 = 500;

/// The service's limit of tags on one resource.
const TAGS_MAX: usize = 50;

/// Tags by key.
type Tags = BTreeMap<String, String>;

/// One tag of a request.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tag {
    key: Option<String>,
    value: Option<String>,
}

/// The body of `CreateScheduleGroup` and `TagResource`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tagging {
    tags: Option<Vec<Tag>>,
}

/// `CreateScheduleGroup`.
pub(super) fn create(ctx: &Ctx, name: &str, body: &[u8]) -> Result<Value, AwsError> {
    let wanted: Tagging = parse(body)?;
    check_name("name", name)?;
    let tags = merged(Tags::new(), wanted.tags.unwrap_or_default())?;
    if exists(ctx, name)? {
        return Err(conflict(format!("Schedule group {name} already exists.")));
    }
    let count: i64 =
        ctx.db.query_row("SELECT count(*) FROM schedule_groups", [], |row| row.get(0))?;
    if count >= GROUPS_MAX {
        return Err(quota(format!("there are {GROUPS_MAX} schedule groups already")));
    }
    let now_ms = ctx.now.timestamp_millis();
    ctx.db.execute(
        "INSERT INTO schedule_groups (name, created_ms, modified_ms, tags) VALUES (?1, ?2, ?2, ?3)",
        params![name, now_ms, json!(tags).to_string()],
    )?;
    Ok(json!({ "ScheduleGroupArn": arn(ctx, name) }))
}

/// `GetScheduleGroup`.
pub(super) fn get(ctx: &Ctx, name: &str) -> Result<Value, AwsError> {
    check_name("name", name)?;
    if name == DEFAULT {
        return Ok(summary(ctx, DEFAULT, 0, 0));
    }
    ctx.db
        .query_row(
            "SELECT name, created_ms, modified_ms FROM schedule_groups WHERE name = ?1",
            [name],
            |row| summary_of(ctx, row),
        )
        .optional()?
        .ok_or_else(|| missing(name))
}

/// `DeleteScheduleGroup`: with all its schedules, at once (the service takes its time).
pub(super) fn delete(ctx: &Ctx, name: &str) -> Result<Value, AwsError> {
    check_name("name", name)?;
    if name == DEFAULT {
        return Err(validation("The default schedule group cannot be deleted."));
    }
    if ctx.db.execute("DELETE FROM schedule_groups WHERE name = ?1", [name])? == 0 {
        return Err(missing(name));
    }
    ctx.db.execute("DELETE FROM schedules WHERE group_name = ?1", [name])?;
    Ok(json!({}))
}

/// `ListScheduleGroups`: by name, `default` where it stands in that order.
pub(super) fn list(ctx: &Ctx, query: Query) -> Result<Value, AwsError> {
    let (size, after) = page(query)?;
    let after = after.map(|names| names.join("/")).unwrap_or_default();
    let prefix = query.one("NamePrefix")?;
    if let Some(prefix) = &prefix {
        check_name("namePrefix", prefix)?;
    }
    let prefix = prefix.unwrap_or_default();
    let mut statement = ctx.db.prepare_cached(
        "SELECT name, created_ms, modified_ms FROM \
         (SELECT name, created_ms, modified_ms FROM schedule_groups \
          UNION ALL SELECT 'default', 0, 0) \
         WHERE name > ?1 AND substr(name, 1, length(?2)) = ?2 ORDER BY name LIMIT ?3",
    )?;
    let limit = i64::try_from(size + 1).unwrap_or(i64::MAX);
    let mut groups: Vec<Value> = statement
        .query_map(params![after, prefix, limit], |row| summary_of(ctx, row))?
        .collect::<Result<_, _>>()?;
    let more = groups.len() > size;
    groups.truncate(size);
    let mut answer = json!({ "ScheduleGroups": groups });
    if more && let Some(last) = groups.last() {
        answer["NextToken"] = last["Name"].clone();
    }
    Ok(answer)
}

/// `ListTagsForResource`.
pub(super) fn tags(ctx: &Ctx, arn: &str) -> Result<Value, AwsError> {
    let (_, tags) = tagged(ctx, arn)?;
    let tags: Vec<Value> =
        tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
    Ok(json!({ "Tags": tags }))
}

/// `TagResource`.
pub(super) fn tag(ctx: &Ctx, arn: &str, body: &[u8]) -> Result<Value, AwsError> {
    let wanted: Tagging = parse(body)?;
    let (name, tags) = tagged(ctx, arn)?;
    let mut checks = Checks::default();
    checks.required("tags", wanted.tags.as_ref());
    checks.finish().map_err(|broken| validation(sentence(&broken)))?;
    keep_tags(ctx, name, &merged(tags, wanted.tags.unwrap_or_default())?)
}

/// `UntagResource`.
pub(super) fn untag(ctx: &Ctx, arn: &str, query: Query) -> Result<Value, AwsError> {
    let (name, mut tags) = tagged(ctx, arn)?;
    for key in query.all("TagKeys")? {
        tags.remove(&key);
    }
    keep_tags(ctx, name, &tags)
}

/// Whether there is a group of this name.
pub(super) fn exists(ctx: &Ctx, name: &str) -> Result<bool, AwsError> {
    let mut statement = ctx.db.prepare_cached("SELECT 1 FROM schedule_groups WHERE name = ?1")?;
    Ok(name == DEFAULT || statement.exists([name])?)
}

/// There is no such group.
pub(super) fn missing(name: &str) -> AwsError {
    not_found(format!("Schedule group {name} does not exist."))
}

/// The name of a group for the rest of AWS.
fn arn(ctx: &Ctx, name: &str) -> String {
    let (region, account) = (&ctx.settings.region, &ctx.settings.account);
    format!("arn:aws:scheduler:{region}:{account}:schedule-group/{name}")
}

/// The group of an ARN, and its tags. The default group cannot have any.
fn tagged<'a>(ctx: &Ctx, arn: &'a str) -> Result<(&'a str, Tags), AwsError> {
    let name = arn
        .starts_with("arn:aws")
        .then(|| arn.split_once(":schedule-group/"))
        .flatten()
        .map(|(_, name)| name)
        .ok_or_else(|| validation(format!("`{arn}` is not the ARN of a schedule group")))?;
    check_name("resourceArn", name)?;
    let tags: Option<String> = ctx
        .db
        .query_row("SELECT tags FROM schedule_groups WHERE name = ?1", [name], |row| row.get(0))
        .optional()?;
    let tags = tags.ok_or_else(|| missing(name))?;
    // Written by this module, so it can be read.
    Ok((name, serde_json::from_str(&tags).unwrap_or_default()))
}

/// Writes the tags of a group.
fn keep_tags(ctx: &Ctx, name: &str, tags: &Tags) -> Result<Value, AwsError> {
    ctx.db.execute(
        "UPDATE schedule_groups SET tags = ?2, modified_ms = ?3 WHERE name = ?1",
        params![name, json!(tags).to_string(), ctx.now.timestamp_millis()],
    )?;
    Ok(json!({}))
}

/// Tags with further ones added or changed.
fn merged(mut tags: Tags, more: Vec<Tag>) -> Result<Tags, AwsError> {
    let mut checks = Checks::default();
    for tag in more {
        checks.required("tags.member.key", tag.key.as_ref());
        checks.required("tags.member.value", tag.value.as_ref());
        if let (Some(key), Some(value)) = (tag.key, tag.value) {
            checks.length("tags.member.key", &key, 1..=128);
            checks.length("tags.member.value", &value, 1..=256);
            tags.insert(key, value);
        }
    }
    checks.finish().map_err(|broken| validation(sentence(&broken)))?;
    if tags.len() > TAGS_MAX {
        return Err(quota(format!("a resource can have {TAGS_MAX} tags")));
    }
    Ok(tags)
}

/// A row (name, created, modified) as the service shows a group.
fn summary_of(ctx: &Ctx, row: &Row) -> rusqlite::Result<Value> {
    let name: String = row.get(0)?;
    Ok(summary(ctx, &name, row.get(1)?, row.get(2)?))
}

/// A group as the service shows it.
fn summary(ctx: &Ctx, name: &str, created_ms: i64, modified_ms: i64) -> Value {
    json!({
        "Arn": arn(ctx, name),
        "Name": name,
        "State": "ACTIVE",
        "CreationDate": timestamp(created_ms),
        "LastModificationDate": timestamp(modified_ms),
    })
}
