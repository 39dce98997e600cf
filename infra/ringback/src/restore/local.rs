//! The drill on this machine.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use aws_local::carrier::{self, Book};
use aws_local::copy::{Part, copy};
use aws_local::{Aws, Data};
use chrono::{DateTime, TimeDelta, Utc};
use cloud::carrier::CONTEXT_ATTEMPT;
use cloud::items::occurrence_key;
use cloud::{Clock, Cloud, Config};
use domain::ids::AttemptId;
use domain::occurrence::Occurrence;
use reconcile::restore::{Restored, restore};
use serde::{Deserialize, Serialize};
use stack::provision;
use tokio::time::Instant;

use super::{Drill, RestoreDrillArgs, RestoreError, lost};
use crate::cli::{self, Answer, LocalArgs, RetryAfter, Switch};
use crate::local::{self, Local};
use crate::target::{Target, TargetArgs, TargetError};

/// Says beside a copy which moment it is of.
const MOMENT: &str = "moment.json";
/// How long the restored functions may take for what there is to do.
const REST_MAX: Duration = Duration::from_secs(120);
/// Between two looks at whether they are done.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// Looks in a row at which nothing was to be done: a function may be between its queue and the next.
const QUIET_LOOKS: u32 = 4;

/// What stands in [`MOMENT`].
#[derive(Debug, Serialize, Deserialize)]
struct Moment {
    taken_at: DateTime<Utc>,
}

/// Takes a copy of the tables; returns the moment that it is of.
///
/// # Errors
/// There are no data, or there is a copy already.
pub fn take(data_dir: &Path, into: &Path) -> Result<DateTime<Utc>, RestoreError> {
    if !data_dir.join("aws.sqlite").is_file() {
        return Err(TargetError::NoData { path: data_dir.to_owned() }.into());
    }
    // Before the copy begins: all that was acknowledged by then is in it.
    let taken_at = Clock::System.now();
    copy(Part::Tables, data_dir, into)?;
    let moment = serde_json::to_vec(&Moment { taken_at }).map_err(std::io::Error::other)?;
    fs::write(into.join(MOMENT), moment)?;
    Ok(taken_at)
}

/// Restores a copy into a stack of its own, lets the functions take it over, and compares.
///
/// # Errors
/// As [`super::run`].
pub fn drill(args: &RestoreDrillArgs) -> Result<Drill, RestoreError> {
    let data_dir = &args.target.data_dir;
    let scratch = tempfile::tempdir()?;
    let into = args.into.clone().unwrap_or_else(|| scratch.path().join("restored"));
    let restored_to = match &args.from {
        None => take(data_dir, &into)?,
        Some(from) => {
            let moment = fs::read(from.join(MOMENT)).ok();
            let moment = moment.and_then(|text| serde_json::from_slice::<Moment>(&text).ok());
            let moment = moment.ok_or_else(|| RestoreError::NoCopy { path: from.clone() })?;
            copy(Part::Tables, from, &into)?;
            moment.taken_at
        }
    };
    // After the tables, so that it knows all that they may lack.
    let old = scratch.path().join("old");
    copy(Part::Rest, data_dir, &old)?;
    let book = book_of(&old)?;
    // A runtime for each: with it everything goes that has the data, which only one stack can have.
    let prepared = cli::wait_for(prepare(&into, &book, args.replay, restored_to))??;
    let after = cli::wait_for(take_over(&into, &prepared))??;
    let lost = cli::wait_for(async {
        let target = target(&into).await?;
        Ok::<_, RestoreError>(lost::of(&target.cloud, &book, restored_to).await?)
    })??;
    Ok(Drill {
        restored_to,
        restored_at: prepared.restored_at,
        told: prepared.restored.told,
        scheduled: prepared.restored.scheduled,
        replayed: prepared.replayed,
        rang: after.rang,
        dead_letters: after.dead_letters,
        lost,
    })
}

fn book_of(data_dir: &Path) -> Result<Book, RestoreError> {
    let data = Data::Directory(data_dir.to_owned());
    let settings = local::tools_settings(String::new());
    let mut aws = Aws::open(&data, settings, None).map_err(local::StartError::Open)?;
    aws.with(Clock::System.now(), carrier::book).map_err(RestoreError::Local)
}

/// What was done before any function ran.
struct Prepared {
    restored_at: DateTime<Utc>,
    restored: Restored,
    replayed: u32,
}

/// Makes the empty queues and the rest around the tables, hands the archive in, and ends what was due.
async fn prepare(
    into: &Path,
    book: &Book,
    replay: bool,
    restored_to: DateTime<Utc>,
) -> Result<Prepared, RestoreError> {
    let settings = local::tools_settings("http://127.0.0.1:0".into());
    let mut aws = local::open(into, settings)?;
    provision::provision(&mut aws, Clock::System.now()).map_err(RestoreError::Local)?;
    drop(aws);
    let target = target(into).await?;
    let reader = |queue: &'static str| {
        let mut config: Config = target.cloud.config.clone();
        let dead_letters = target.names.queue_url(&provision::dead_letters(queue));
        config.queues.dead_letters = Some(dead_letters);
        Arc::new(Cloud::new(config))
    };
    let replayed = match replay {
        true => lost::replay(reader, book, restored_to).await?,
        false => 0,
    };
    let restored_at = Clock::System.now();
    let mut all = Restored::default();
    let cloud = Arc::new(Cloud::new(target.cloud.config.clone()));
    let until = restored_at + cloud.config.policy.unknown_wait + TimeDelta::minutes(1);
    loop {
        let run = restore(Arc::clone(&cloud), restored_at).await;
        let run = run.map_err(|error| RestoreError::Repair(error.to_string()))?;
        all.told += run.told;
        // Every run finds these again, until functions have taken their messages.
        all.scheduled = run.scheduled;
        if run.finished {
            return Ok(Prepared { restored_at, restored: all, replayed });
        }
        if Clock::System.now() > until {
            return Err(RestoreError::Repair(format!("{} rows failed", run.failed + run.calling)));
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

async fn target(data_dir: &Path) -> Result<Target, TargetError> {
    Target::open(&TargetArgs { stack: None, data_dir: data_dir.to_owned() }).await
}

/// What there was after the functions had done what there was to do.
struct After {
    rang: u32,
    dead_letters: u32,
}

/// Starts the functions on the restored stack, and ends them when they are done.
async fn take_over(into: &Path, prepared: &Prepared) -> Result<After, RestoreError> {
    let args = LocalArgs {
        port: 0,
        aws_port: 0,
        data_dir: into.to_owned(),
        answer: Answer::Never,
        carrier_limits: Switch::On,
        ring_for: 30,
        retry_after: RetryAfter([120, 600]),
    };
    let local = Local::start(&args).await?;
    let after = watch(into, prepared).await;
    local.end(into).await;
    after
}

async fn watch(into: &Path, prepared: &Prepared) -> Result<After, RestoreError> {
    let target = target(into).await?;
    let started = Instant::now();
    let mut quiet = 0;
    while quiet < QUIET_LOOKS {
        if started.elapsed() > REST_MAX {
            return Err(RestoreError::Restless {
                seconds: REST_MAX.as_secs(),
                logs: into.join("logs"),
            });
        }
        tokio::time::sleep(LOOK_EVERY).await;
        let busy = waiting(&target, &provision::queue::SOURCES.map(str::to_owned)).await?;
        quiet = if busy == 0 { quiet + 1 } else { 0 };
    }
    let dead: Vec<String> =
        provision::queues().into_iter().filter(|name| name.ends_with("-dead-letters")).collect();
    let dead_letters = waiting(&target, &dead).await?;
    let rang = rang(into, &target, prepared.restored_at).await?;
    Ok(After { rang, dead_letters })
}

/// Messages in these queues that wait now or are worked on; not those that are kept back for their time.
async fn waiting(target: &Target, queues: &[String]) -> Result<u32, RestoreError> {
    use aws_sdk_sqs::types::QueueAttributeName as Name;
    let sqs = aws_sdk_sqs::Client::new(&target.sdk);
    let mut count = 0;
    for queue in queues {
        let names =
            [Name::ApproximateNumberOfMessages, Name::ApproximateNumberOfMessagesNotVisible];
        let asked = sqs.get_queue_attributes().queue_url(target.names.queue_url(queue));
        let answer = asked.set_attribute_names(Some(names.into())).send().await;
        let answer = answer
            .map_err(|error| crate::refusal::Refusal::of("sqs:GetQueueAttributes", &error))?;
        let numbers = answer.attributes().into_iter().flat_map(|all| all.values());
        count += numbers.filter_map(|text| text.parse::<u32>().ok()).sum::<u32>();
    }
    Ok(count)
}

/// Calls that the restored functions asked for, for reminders that were due before.
async fn rang(
    into: &Path,
    target: &Target,
    restored_at: DateTime<Utc>,
) -> Result<u32, RestoreError> {
    let look = into.join("look");
    copy(Part::Rest, into, &look)?;
    let book = book_of(&look)?;
    fs::remove_dir_all(&look)?;
    let mut count = 0;
    for call in &book.calls {
        let attempt = call.context.get(CONTEXT_ATTEMPT).and_then(|id| id.parse::<AttemptId>().ok());
        let Some(attempt) = attempt else { continue };
        let row = target.cloud.get::<Occurrence>(&occurrence_key(&attempt.occurrence)).await?;
        if row.is_none_or(|stored| stored.row.due <= restored_at) {
            count += 1;
        }
    }
    Ok(count)
}
