//! One run: the world goes on from step to step until everything has come to its end, and is judged.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;

use crate::dice::Dice;
use crate::log::Listener;
use crate::people::People;
use crate::promise::{Broken, Promise};
use crate::promises::{Figures, Judge};
use crate::record::Record;
use crate::support::Support;
use crate::world::{Settings, Unmade, World};

/// `reconcile` runs every minute.
const RECONCILE_EVERY: TimeDelta = TimeDelta::minutes(1);

/// After people have gone to sleep, faults go on so long.
const FAULTS_AFTER: TimeDelta = TimeDelta::minutes(30);

/// Once faults are over, everything has come to its end within this time: three attempts with their pauses and waits,
/// a repair that was put off, a message that was nearly given up.
const REST_WITHIN: TimeDelta = TimeDelta::hours(3);

/// SMS that nobody asked for at that hour may wait for the morning.
const QUIET_FOR: TimeDelta = TimeDelta::hours(12);

/// More requests for a text than the worst outage has ever made, in a world of few texts as well.
const REQUESTS_A_TEXT_MAX: u64 = 4_000;
const FEW_TEXTS: u64 = 50;

/// The days on which worlds begin: ordinary ones, and those on which some clock is switched.
const DAYS: [&str; 10] = [
    "2027-01-12",
    "2027-03-13",
    "2027-03-27",
    "2027-04-03",
    "2027-06-21",
    "2027-10-02",
    "2027-10-30",
    "2027-11-06",
    "2027-12-31",
    "2028-02-28",
];

/// What came of a run.
#[derive(Debug)]
pub struct Outcome {
    /// The seed.
    pub seed: u64,
    /// The promises that were broken, each once.
    pub broken: Vec<Broken>,
    /// In numbers.
    pub figures: Figures,
    /// What was seen.
    pub record: Record,
    /// Whether there were no faults.
    pub calm: bool,
    /// A sum of everything that happened: requests, logs, tables, the carrier's book.
    pub digest: u64,
    /// Lives in the runs that this one was compared with.
    pub compared: u64,
}

/// Runs the world of these settings.
///
/// # Errors
/// [`Unmade`] if the simulation itself is wrong.
pub fn run(settings: &Settings) -> Result<Outcome, Unmade> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .map_err(|error| Unmade::from_runtime(&error))?;
    runtime.block_on(live(settings.clone()))
}

async fn live(settings: Settings) -> Result<Outcome, Unmade> {
    let seed = settings.seed;
    let world = World::new(settings, first_instant(seed))?;
    let _listening = tracing::subscriber::set_default(Listener(Arc::downgrade(&world)));
    let mut people = People::new(&world);
    let mut judge = Judge::default();
    let mut support = Support::new(&world);
    let at_rest = go_on(&world, &mut people, &mut support, &mut judge).await;
    let figures = judge.conclude(&world, &people, at_rest).await;
    let digest = sum(&world);
    let record = world.record(std::mem::take);
    world.end_environments();
    Ok(Outcome {
        seed,
        broken: judge.broken,
        figures,
        calm: world.dials.is_calm(),
        record,
        digest,
        compared: 0,
    })
}

/// From step to step; true if everything came to its end.
async fn go_on(
    world: &Arc<World>,
    people: &mut People,
    support: &mut Support,
    judge: &mut Judge,
) -> bool {
    let faults_until = world.span.1 + FAULTS_AFTER;
    let mut minute = next_minute(world.now());
    let mut faulty = true;
    let mut told_at = world.now();
    loop {
        let now = world.now();
        if faulty && now >= faults_until {
            world.end_faults();
            faulty = false;
        }
        if world.horizon(now).due.is_some_and(|at| at <= now) {
            // A store in memory does not fail.
            let _moved = world.aws(|aws| aws.advance(now));
        }
        if world.horizon(now).outbox.is_some_and(|at| at <= now) {
            let ringing = world.take_events(now);
            people.ring(world, ringing, now);
        }
        if world.publish_events(now) {
            told_at = now;
        }
        people.act(world, now);
        support.act(world, now);
        world.restore(now);
        world.dispatch(now);
        judge.look(world, people, now);
        if is_endless(world, people) {
            return false;
        }
        if now >= minute {
            world.poison(now);
            let wanted =
                people.next_at().is_some() || !support.is_at_rest() || world.has_to_restore();
            if !faulty && !wanted && world.is_at_rest() {
                match world.next_event() {
                    None => return true,
                    // Nothing will happen before the carrier tells something late.
                    Some(at) => minute = at.max(now),
                }
            } else {
                let last = people.last_due().map_or(faults_until, |due| due.max(faults_until));
                // What the carrier told last, perhaps after days, takes its time as well.
                let over = world.record(|record| record.restored.and_then(|it| it.over_at));
                let by = last.max(told_at).max(over.unwrap_or(last)) + REST_WITHIN;
                let is_late = now > by && (now > by + QUIET_FOR || !world.only_texts_are_open());
                if is_late && world.next_event().is_none() {
                    return false;
                }
                world.reconcile(now);
            }
            minute = next_minute(minute.max(now));
        }
        let wanted = people.next_at().into_iter().chain(support.next_at()).min();
        wait(world, wanted, minute, now).await;
    }
}

/// Whether so much was asked of AWS that a world turns in a circle: a bug may keep it from ever coming to its end.
fn is_endless(world: &World, people: &People) -> bool {
    let texts = people.texts.len() as u64 + FEW_TEXTS;
    world.record(|record| record.requests) > texts * REQUESTS_A_TEXT_MAX
}

/// Waits until something happens; what people want next comes at `wanted`.
async fn wait(
    world: &Arc<World>,
    wanted: Option<DateTime<Utc>>,
    minute: DateTime<Utc>,
    now: DateTime<Utc>,
) {
    let due = world.horizon(now).due;
    let visible = world.next_visible(now);
    let times = [due, visible, world.next_event(), wanted];
    let next = times.into_iter().flatten().min().map_or(minute, |at| at.min(minute));
    let left = (next - now).max(TimeDelta::milliseconds(1)).to_std().unwrap_or_default();
    let until = Instant::now() + left;
    tokio::select! {
        biased;
        () = world.stirred.notified() => {}
        () = tokio::time::sleep_until(until) => {}
    }
}

fn next_minute(now: DateTime<Utc>) -> DateTime<Utc> {
    let ms = now.timestamp_millis();
    let every = RECONCILE_EVERY.num_milliseconds();
    DateTime::from_timestamp_millis((ms / every + 1) * every).unwrap_or(now + RECONCILE_EVERY)
}

/// When a world begins: early on one of [`DAYS`], in some year.
fn first_instant(seed: u64) -> DateTime<Utc> {
    let mut dice = Dice::new(seed, "calendar");
    let day = dice.pick(&DAYS).copied().unwrap_or("2027-06-21");
    let midnight = format!("{day}T00:00:00Z").parse::<DateTime<Utc>>().unwrap_or_default();
    midnight + dice.milliseconds(0, 23 * 3_600_000)
}

/// Tables and book, added to what the record has summed up.
fn sum(world: &Arc<World>) -> u64 {
    let now = world.now();
    let tables = [stack::provision::REMINDERS_TABLE, stack::provision::BILLING_TABLE];
    let rows: Vec<String> = tables.iter().flat_map(|table| world.row_texts(table)).collect();
    let book = world.aws(|aws| aws.with(now, aws_local::carrier::book));
    let book = book.ok().and_then(|book| serde_json::to_string(&book).ok()).unwrap_or_default();
    world.record(|record| {
        for row in &rows {
            record.line(now, row);
        }
        record.line(now, &book);
        record.digest().value()
    })
}

/// Runs a world, and again where a promise is about two runs: `deterministic`, and `fair`.
///
/// # Errors
/// As [`run`].
pub fn run_and_compare(settings: &Settings, every: u64) -> Result<Outcome, Unmade> {
    let mut outcome = run(settings)?;
    if settings.seed.is_multiple_of(every) {
        let again = run(settings)?;
        outcome.compared += again.figures.lives;
        if again.digest != outcome.digest {
            let what = "a second run of the same seed went another way".to_owned();
            outcome.broken.push(broken(Promise::Deterministic, &outcome, what));
        }
    }
    if settings.seed % every == 1 % every {
        let (lives, unfair) = unfair(settings)?;
        outcome.compared += lives;
        if let Some(what) = unfair {
            outcome.broken.push(broken(Promise::Fair, &outcome, what));
        }
    }
    Ok(outcome)
}

fn broken(promise: Promise, outcome: &Outcome, what: String) -> Broken {
    Broken { promise, at: first_instant(outcome.seed), what }
}

/// How much the slowest of the others may lose to one sender's flood.
const LOST_TO_A_FLOOD_MS: i64 = 2_000;

/// A flood texts its reminders this long ahead; it comes so that they ring with most of the others'.
const FLOOD_AHEAD: TimeDelta = TimeDelta::minutes(20);

/// The first reminders of a flood ring this long before that moment.
const FLOOD_BEFORE: TimeDelta = TimeDelta::seconds(10);

/// The reminders of a flood go on ringing for about so long, if nobody holds them off.
const FLOOD_RINGS: TimeDelta = TimeDelta::seconds(60);

/// Holds a world without faults beside the same one with a flood, at its busiest moment; returns how many lives both had.
fn unfair(settings: &Settings) -> Result<(u64, Option<String>), Unmade> {
    let quiet = Settings { mix: crate::fault::Mix::None, keep_log: false, ..settings.clone() };
    let without = run(&quiet)?;
    let Some(flood) = flood(&without) else {
        return Ok((without.figures.lives, None));
    };
    let with = run(&Settings { flood: Some(flood), ..quiet })?;
    let p99 = |outcome: &Outcome| percentile(&outcome.figures.lateness_of_residents_ms, 99);
    let lives = without.figures.lives + with.figures.lives;
    let (without, with) = (p99(&without), p99(&with));
    let what = format!("a flood made the others' p99 lateness go from {without} to {with} ms");
    Ok((lives, (with - without >= LOST_TO_A_FLOOD_MS).then_some(what)))
}

/// Runs the world that [`Promise::Fair`] looks at: without faults, one sender's flood at its busiest moment.
///
/// # Errors
/// As [`run`].
pub fn run_flooded(settings: &Settings) -> Result<Outcome, Unmade> {
    let quiet = Settings { mix: crate::fault::Mix::None, ..settings.clone() };
    let without = run(&Settings { keep_log: false, ..quiet.clone() })?;
    run(&Settings { flood: flood(&without), ..quiet })
}

/// When a flood has to begin so that it rings at a world's busiest moment; `None` if nobody is called late enough.
fn flood(without: &Outcome) -> Option<DateTime<Utc>> {
    let before = FLOOD_AHEAD + FLOOD_BEFORE;
    Some(busiest(without, first_instant(without.seed) + before)? - before)
}

/// When most calls are asked for within [`FLOOD_RINGS`], from `earliest` on.
fn busiest(outcome: &Outcome, earliest: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let times: Vec<DateTime<Utc>> =
        outcome.record.calls.iter().map(|ask| ask.sent_at).filter(|at| *at >= earliest).collect();
    let near = |from: DateTime<Utc>| {
        times.iter().filter(|at| **at >= from && **at < from + FLOOD_RINGS).count()
    };
    times.iter().copied().rev().max_by_key(|at| near(*at))
}

/// The value that so many percent of these do not exceed; 0 of none.
#[must_use]
pub fn percentile(values: &[i64], percent: usize) -> i64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let index = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(index).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use chrono::Datelike as _;

    use super::*;

    #[test]
    fn a_percentile_is_a_value_that_was_seen() {
        let values: Vec<i64> = (1..=200).collect();
        assert_eq!(percentile(&values, 50), 100);
        assert_eq!(percentile(&values, 99), 198);
        assert_eq!(percentile(&[7], 99), 7);
        assert_eq!(percentile(&[], 99), 0);
    }

    #[test]
    fn worlds_begin_on_ordinary_days_and_on_those_of_a_switch() {
        let days: std::collections::BTreeSet<u32> =
            (0..200).map(|seed| first_instant(seed).ordinal()).collect();
        assert!(days.len() >= DAYS.len(), "{days:?}");
    }
}
