//! One world: AWS, the functions, the carrier and the people, on one clock that only moves when all wait.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_local::carrier::{self, CarrierSettings};
use aws_local::scheduler::SchedulerSettings;
use aws_local::wire::{AwsError, Request, Response};
use aws_local::{Aws, Ctx, Data, Settings as AwsSettings, sns, sqs};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use cloud::clock::Clock;
use cloud::config::Prices;
use cloud::{Config, ConfigError};
use http::{HeaderMap, Method};
use serde_json::{Value, json};
use stack::functions;
use stack::provision::{self, queue};
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::dice::Dice;
use crate::fault::{Dials, Fault, Mix};
use crate::lambda::Lambda;
use crate::prices::{self, Month};
use crate::record::Record;
use crate::restore::Restore;
use crate::sabotage::Sabotage;
use crate::tables::call::{Call, Item};
use crate::tables::{self, Tables};
use crate::wire::{Parcel, Service};

/// Where the carrier's events wait for what becomes of them on their way to the product's topic.
const OUTBOX: &str = "carrier-events";

/// The shards of the index of open rows: fewer than deployed, since each costs a request a minute.
const SHARDS: i64 = 2;

/// How long DynamoDB recognises the token of a transaction.
const TOKEN_KEPT: TimeDelta = TimeDelta::minutes(10);

/// The longest that an event of a call is late: three days, the carrier's own limit.
const EVENT_LATE_MAX_MIN: f64 = 72.0 * 60.0;

/// What one world is made of.
#[derive(Debug, Clone)]
pub struct Settings {
    /// All chance follows from it.
    pub seed: u64,
    /// How long people text. The world goes on until everything has come to its end.
    pub length: TimeDelta,
    /// How many people there are.
    pub users: usize,
    /// Which faults there may be.
    pub mix: Mix,
    /// A bug, planted.
    pub sabotage: Option<Sabotage>,
    /// Whether the log is kept, line by line, with the bodies of all requests.
    pub keep_log: bool,
    /// When one more person comes, who does nothing but send hundreds of texts.
    pub flood: Option<DateTime<Utc>>,
    /// Whether the tables are those of the local stack, which take many times as long.
    pub slow_tables: bool,
}

impl Settings {
    /// A day of twenty people with the faults that the seed draws.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            length: TimeDelta::days(1),
            users: 20,
            mix: Mix::Drawn,
            sabotage: None,
            keep_log: false,
            flood: None,
            slow_tables: false,
        }
    }
}

/// One world. Shared by everything in it; there is one thread.
pub struct World {
    /// What it is made of.
    pub settings: Settings,
    /// The true time.
    pub clock: Clock,
    /// When it began, and when people stop texting.
    pub span: (DateTime<Utc>, DateTime<Utc>),
    /// Its faults.
    pub dials: Dials,
    /// What a month costs in it.
    pub month: Month,
    pub(crate) sabotage: Option<Sabotage>,
    pub(crate) config: Config,
    aws: Mutex<Aws>,
    tables: Option<Mutex<Tables>>,
    fate: Mutex<Dice>,
    threads: Mutex<Dice>,
    record: Mutex<Record>,
    lambda: Mutex<Lambda>,
    tokens: Mutex<VecDeque<(DateTime<Utc>, String, Response)>>,
    horizon: Mutex<Horizon>,
    restore: Mutex<Option<Restore>>,
    /// Events of calls that are on their way, by when they arrive.
    events: Mutex<BTreeMap<(DateTime<Utc>, u64), String>>,
    over: AtomicBool,
    pub(crate) stirred: Notify,
}

/// When AWS has something to do next: looked up again only when something has changed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Horizon {
    changes: Option<u64>,
    /// A schedule fires, or a call goes on.
    pub(crate) due: Option<DateTime<Utc>>,
    /// The carrier has told something.
    pub(crate) outbox: Option<DateTime<Utc>>,
    /// A message becomes visible, by the place of its queue among the sources.
    pub(crate) queues: [Option<DateTime<Utc>>; queue::SOURCES.len()],
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Why a world could not be made.
#[derive(Debug)]
pub struct Unmade(String);

impl std::fmt::Display for Unmade {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the world could not be made: {}", self.0)
    }
}

impl std::error::Error for Unmade {}

impl Unmade {
    pub(crate) fn from_runtime(error: &std::io::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<AwsError> for Unmade {
    fn from(error: AwsError) -> Self {
        Self(error.to_string())
    }
}

impl From<ConfigError> for Unmade {
    fn from(error: ConfigError) -> Self {
        Self(error.to_string())
    }
}

impl World {
    /// Makes the world of these settings, beginning at `wall`. Only within a runtime whose clock is paused.
    ///
    /// # Errors
    /// [`Unmade`] if what it is made of is refused: a mistake in the simulation itself.
    pub fn new(settings: Settings, wall: DateTime<Utc>) -> Result<Arc<Self>, Unmade> {
        let seed = settings.seed;
        let to = wall + settings.length;
        let dials = Dials::draw(&settings.mix, &mut Dice::new(seed, "dials"), wall, to);
        let jitter = match dials.rate(Fault::FreshnessLateSchedule) {
            rate if rate > 0.5 => 0..=59,
            rate if rate > 0.0 => 0..=240,
            _ => 0..=0,
        };
        let mut aws_settings = AwsSettings {
            scheduler: SchedulerSettings { fire_jitter_s: jitter },
            ..AwsSettings::default()
        };
        aws_settings.carrier = CarrierSettings {
            number: provision::SERVICE_NUMBER.into(),
            two_way_topic_arn: sns::arn(&aws_settings, queue::INBOUND_SMS),
            configuration_set: provision::CONFIGURATION_SET.into(),
            event_topic_arn: sns::arn(&aws_settings, OUTBOX),
            sms_per_s: functions::SMS_PER_S,
            ..CarrierSettings::default()
        };
        let mut variables = functions::environment(&aws_settings, "120,600");
        let shards = Dice::new(seed, "shards").between(1, SHARDS);
        variables.insert("OPEN_SHARDS".into(), shards.to_string());
        // Others are told of milestones in every other world.
        if !Dice::new(seed, "lifecycle").chance(0.5) {
            variables.remove("LIFECYCLE_EVENTS_QUEUE_URL");
        }
        let mut aws = Aws::open(&Data::Memory, aws_settings, Some(seed))
            .map_err(|error| Unmade(error.to_string()))?;
        provision::provision(&mut aws, wall)?;
        aws.with(wall, |ctx| {
            stop_the_schedules(ctx);
            make_outbox(ctx)
        })?;
        let restore = Restore::of(&settings, &dials, wall);
        let (month, book) = prices::draw(&mut Dice::new(seed, "prices"));
        let config = Config::from_lookup(|name| variables.get(name).cloned())?;
        let config = Config { prices: Prices::Own(book), ..config };
        let tables = (!settings.slow_tables).then(|| Mutex::new(Tables::new(&provision::tables())));
        let start = Instant::now();
        let mut threads = Dice::new(seed, "threads");
        fastrand::seed(threads.bits());
        Ok(Arc::new(Self {
            clock: Clock::Simulated { wall, start },
            span: (wall, to),
            dials,
            month,
            sabotage: settings.sabotage,
            config,
            aws: Mutex::new(aws),
            tables,
            fate: Mutex::new(Dice::new(seed, "fate")),
            threads: Mutex::new(threads),
            record: Mutex::new(Record::new(settings.keep_log)),
            lambda: Mutex::new(Lambda::new()),
            tokens: Mutex::default(),
            horizon: Mutex::default(),
            restore: Mutex::new(restore),
            events: Mutex::default(),
            over: AtomicBool::new(false),
            stirred: Notify::new(),
            settings,
        }))
    }

    /// The present.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Does something with AWS, as if by magic: no request, no time.
    pub fn aws<T>(&self, f: impl FnOnce(&mut Aws) -> T) -> T {
        f(&mut lock(&self.aws))
    }

    /// Has a request to DynamoDB carried out, as if by magic; the rows that it has put are shown to `seen`.
    pub(crate) fn dynamodb(
        &self,
        operation: &str,
        call: Call,
        seen: &mut dyn FnMut(&Item),
    ) -> Response {
        if let Some(tables) = &self.tables {
            return lock(tables).answer(operation, call, seen);
        }
        let (now, body) = (self.now(), json!(call));
        let response = self.aws(|aws| aws.handle(&provision::dynamodb(operation, &body), now));
        if response.status.is_success() {
            call.puts().for_each(seen);
        }
        response
    }

    /// The same, of somebody who only looks.
    pub(crate) fn look(&self, operation: &str, body: &[u8]) -> Response {
        match Call::read(body) {
            Ok(call) => self.dynamodb(operation, call, &mut |_| ()),
            Err(said) => tables::unread(said),
        }
    }

    /// The tables as they are now, where the world has its own.
    pub(crate) fn copy_of_tables(&self) -> Option<Tables> {
        self.tables.as_ref().map(|tables| lock(tables).clone())
    }

    /// Has other tables from now on; of transactions that those do not know nothing is remembered.
    pub(crate) fn set_tables(&self, other: Tables) {
        if let Some(tables) = &self.tables {
            *lock(tables) = other;
        }
        lock(&self.tokens).clear();
    }

    pub(crate) fn restoring(&self) -> MutexGuard<'_, Option<Restore>> {
        lock(&self.restore)
    }

    /// Does something with the record.
    pub fn record<T>(&self, f: impl FnOnce(&mut Record) -> T) -> T {
        f(&mut lock(&self.record))
    }

    pub(crate) fn chance(&self) -> MutexGuard<'_, Dice> {
        lock(&self.fate)
    }

    pub(crate) fn lambda(&self) -> MutexGuard<'_, Lambda> {
        lock(&self.lambda)
    }

    pub(crate) fn keeps_log(&self) -> bool {
        self.settings.keep_log
    }

    /// Faults are over: from now on everything works.
    pub fn end_faults(&self) {
        self.over.store(true, Ordering::Relaxed);
    }

    /// Whether `fault` happens now; if so, it is counted.
    pub(crate) fn strikes(&self, fault: Fault, now: DateTime<Utc>, detail: &str) -> bool {
        let rate = self.dials.rate(fault);
        if rate <= 0.0 || self.over.load(Ordering::Relaxed) || !self.chance().chance(rate) {
            return false;
        }
        self.happened(fault, now, detail);
        true
    }

    /// Whether `fault` lasts now for those that `hits` tells.
    pub(crate) fn lasts(
        &self,
        fault: Fault,
        now: DateTime<Utc>,
        hits: impl Fn(u64) -> bool,
    ) -> bool {
        !self.over.load(Ordering::Relaxed)
            && self.dials.span(fault, now).is_some_and(|span| hits(span.of))
    }

    pub(crate) fn happened(&self, fault: Fault, now: DateTime<Utc>, detail: &str) {
        self.record(|record| record.fault(now, fault, detail));
    }

    /// The product draws ids and pauses from the thread's generator, as does the SDK.
    pub(crate) fn seed_the_thread(&self) {
        if self.sabotage == Some(Sabotage::UnseededChance) {
            fastrand::seed(unseeded());
            return;
        }
        fastrand::seed(lock(&self.threads).bits());
    }

    /// Wakes the world if a request may have given it something to do.
    pub(crate) fn stir(&self, parcel: &Parcel) {
        if matches!(parcel.service, Service::Sqs | Service::Scheduler | Service::Carrier) {
            self.stirred.notify_one();
        }
    }

    pub(crate) fn stir_always(&self) {
        self.stirred.notify_one();
    }

    /// The answer that a transaction with this token got, while DynamoDB remembers.
    pub(crate) fn answered_before(&self, token: &str) -> Option<Response> {
        let now = self.now();
        let mut tokens = lock(&self.tokens);
        while tokens.front().is_some_and(|(at, ..)| now - *at > TOKEN_KEPT) {
            tokens.pop_front();
        }
        tokens.iter().find(|(_, of, _)| of == token).map(|(.., response)| response.clone())
    }

    pub(crate) fn remember_answer(&self, token: String, response: &Response) {
        lock(&self.tokens).push_back((self.now(), token, response.clone()));
    }

    /// The carrier has taken a call on.
    pub(crate) fn call_taken_on(&self, id: &str) {
        let now = self.now();
        if self.strikes(Fault::CarrierNeverRings, now, id) {
            let _gone = self.aws(|aws| aws.with(now, |ctx| carrier::lose(ctx, id)));
        }
    }

    /// Takes the carrier's events out of its outbox and decides what becomes of each; returns those of ringing
    /// phones, as call and phone.
    pub(crate) fn take_events(&self, now: DateTime<Utc>) -> Vec<(String, String)> {
        let taken = self.aws(|aws| aws.with(now, drain_outbox)).unwrap_or_default();
        let mut ringing = Vec::new();
        for body in taken {
            let event: Value = serde_json::from_str(&body).unwrap_or_default();
            let kind = event["eventType"].as_str().unwrap_or_default().to_owned();
            if kind == "VOICE_RINGING" {
                let text = |name: &str| event[name].as_str().unwrap_or_default().to_owned();
                ringing.push((text("messageId"), text("destinationPhoneNumber")));
            }
            if self.strikes(Fault::CarrierEventLost, now, &kind) {
                continue;
            }
            let mut at = now + self.chance().milliseconds(20, 400);
            if self.strikes(Fault::CarrierEventLate, now, &kind) {
                let minutes = self.chance().magnitude(0.1, EVENT_LATE_MAX_MIN);
                at += TimeDelta::milliseconds(to_ms(minutes));
            }
            let mut events = lock(&self.events);
            let number = events.len() as u64 + self.record(|record| record.requests) * 1_000;
            if self.dials.has(Fault::CarrierEventDoubled) {
                drop(events);
                if self.strikes(Fault::CarrierEventDoubled, now, &kind) {
                    let later = at + self.chance().milliseconds(0, 600_000);
                    lock(&self.events).insert((later, number + 1), body.clone());
                }
                events = lock(&self.events);
            }
            events.insert((at, number), body);
        }
        ringing
    }

    /// Publishes the events that have arrived; true if there were any.
    pub(crate) fn publish_events(&self, now: DateTime<Utc>) -> bool {
        let mut any = false;
        loop {
            let body = {
                let mut events = lock(&self.events);
                match events.first_key_value() {
                    Some(((at, _), _)) if *at <= now => events.pop_first().map(|(_, body)| body),
                    _ => None,
                }
            };
            let Some(body) = body else { return any };
            any = true;
            let event: Value = serde_json::from_str(&body).unwrap_or_default();
            let topic = self.aws(|aws| sns::arn(aws.settings(), queue::CALL_EVENTS));
            let published = self.aws(|aws| {
                aws.with(now, |ctx| sns::publish(ctx, &topic, &body, None, &BTreeMap::new()))
            });
            if published.is_ok() {
                let text = |name: &str| event[name].as_str().unwrap_or_default().to_owned();
                let (id, kind) = (text("messageId"), text("eventType"));
                self.record(|record| {
                    record.line(now, &format!("event {id} {kind}"));
                    // What a twin rings is rung for the call that was asked for.
                    let id = record.twins.get(&id).cloned().unwrap_or(id);
                    record.told.entry((id, kind)).or_insert(now);
                });
            }
        }
    }

    /// When the next event arrives.
    pub(crate) fn next_event(&self) -> Option<DateTime<Utc>> {
        lock(&self.events).keys().next().map(|(at, _)| *at)
    }

    /// Puts something into a queue that is no message of ours.
    pub(crate) fn poison(&self, now: DateTime<Utc>) {
        if !self.strikes(Fault::PoisonMessage, now, "") {
            return;
        }
        let mut dice = self.chance();
        let queue = dice.pick(&queue::SOURCES).copied().unwrap_or(queue::CHARGES);
        let junk = ["{}", "not json", "[1,2]", "{\"v\":1}", "{\"Message\":\"{}\",\"Timestamp\":1}"];
        let body = dice.pick(&junk).copied().unwrap_or("{}");
        drop(dice);
        let message = sqs::Outgoing::text(body);
        let _sent = self.aws(|aws| aws.with(now, |ctx| sqs::send(ctx, queue, message)));
    }

    /// What is in a table, row by row, in the order of the keys.
    pub(crate) fn rows(&self, table: &str) -> Vec<Value> {
        let mut rows = Vec::new();
        let mut from = Value::Null;
        loop {
            let mut body = json!({"TableName": table});
            if !from.is_null() {
                body["ExclusiveStartKey"] = from;
            }
            let answer = self.look("Scan", body.to_string().as_bytes());
            let mut answer: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
            if let Value::Array(items) = answer["Items"].take() {
                rows.extend(items);
            }
            from = answer["LastEvaluatedKey"].take();
            if from.is_null() {
                break;
            }
        }
        let key = |row: &Value| (row["pk"].to_string(), row["sk"].to_string());
        rows.sort_by_cached_key(key);
        rows
    }

    /// The same, each row as it is written out.
    pub(crate) fn row_texts(&self, table: &str) -> Vec<String> {
        if let Some(tables) = &self.tables {
            return lock(tables).texts(table);
        }
        let mut rows = self.rows(table);
        let key = |row: &Value| ["pk", "sk"].map(|name| row[name]["S"].as_str().map(str::to_owned));
        rows.sort_by_cached_key(key);
        rows.iter().map(Value::to_string).collect()
    }

    /// The rows that may still move, or owe something, by the index.
    pub(crate) fn open_rows(&self) -> Vec<Value> {
        let mut rows = Vec::new();
        for shard in 0..self.config.open_shards {
            let body = json!({
                "TableName": provision::REMINDERS_TABLE,
                "IndexName": "open",
                "KeyConditionExpression": "#open = :open",
                "ExpressionAttributeNames": {"#open": "open"},
                "ExpressionAttributeValues": {":open": {"S": format!("OPEN#{shard}")}},
            });
            let answer = self.look("Query", body.to_string().as_bytes());
            let answer: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
            rows.extend(answer["Items"].as_array().cloned().unwrap_or_default());
        }
        rows
    }

    /// When `reconcile` finds something to look after; never, if nothing is open.
    pub(crate) fn next_overdue(&self) -> Option<i64> {
        let Some(tables) = &self.tables else {
            let check_at = |row: &Value| row["check_at"]["N"].as_str()?.parse::<i64>().ok();
            return self.open_rows().iter().filter_map(check_at).min();
        };
        let tables = lock(tables);
        let shards = (0..self.config.open_shards).map(|shard| format!("OPEN#{shard}"));
        let first = |shard: String| tables.first(provision::REMINDERS_TABLE, "open", &shard);
        shards.filter_map(first).min().and_then(|ms| i64::try_from(ms).ok())
    }

    /// Whether `reconcile` would find something to look after.
    pub(crate) fn something_is_overdue(&self, now: DateTime<Utc>) -> bool {
        // Its clock may be ahead of this one.
        let until = (now + TimeDelta::seconds(5)).timestamp_millis();
        self.next_overdue().is_some_and(|check_at| check_at <= until)
    }

    /// The queues that still hold something, with when it becomes visible.
    pub(crate) fn waiting(&self) -> Vec<(&'static str, DateTime<Utc>)> {
        let now = self.now();
        self.aws(|aws| {
            queue::SOURCES
                .iter()
                .filter_map(|name| {
                    let next = aws.with(now, |ctx| sqs::next_visible(ctx, name)).ok()??;
                    Some((*name, next))
                })
                .collect()
        })
    }

    /// The bodies of the dead letters of a queue.
    pub(crate) fn dead_letters(&self, source: &str) -> Vec<String> {
        let (now, name) = (self.now(), provision::dead_letters(source));
        let taken = self.aws(|aws| {
            aws.with(now, |ctx| {
                let mut bodies = Vec::new();
                loop {
                    let batch = sqs::receive(ctx, &name, 10, None)?;
                    if batch.is_empty() {
                        return Ok(bodies);
                    }
                    bodies.extend(batch.into_iter().map(|message| message.body));
                }
            })
        });
        taken.unwrap_or_default()
    }

    /// When AWS has something to do next.
    pub(crate) fn horizon(&self, now: DateTime<Utc>) -> Horizon {
        let mut known = lock(&self.horizon);
        self.aws(|aws| {
            if known.changes != Some(aws.changes()) {
                known.due = aws.next_due(now).ok().flatten();
                (known.outbox, known.queues) = (None, [None; queue::SOURCES.len()]);
                // A store in memory does not fail.
                let _read = aws.holding(|name, at| {
                    if name == OUTBOX {
                        known.outbox = Some(at);
                    } else if let Some(place) = queue::SOURCES.iter().position(|it| *it == name) {
                        known.queues[place] = Some(at);
                    }
                });
                known.changes = Some(aws.changes());
            }
        });
        known.clone()
    }

    /// When the next message becomes visible that somebody could take; backlogs are looked at again in a second.
    pub(crate) fn next_visible(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let horizon = self.horizon(now);
        let lambda = self.lambda();
        let next = lambda.places_with_room().filter_map(|place| horizon.queues[place]).min()?;
        Some(if next <= now { now + TimeDelta::seconds(1) } else { next })
    }

    /// Whether nothing is open but SMS that wait.
    pub(crate) fn only_texts_are_open(&self) -> bool {
        let is_text =
            |row: &Value| row["sk"]["S"].as_str().is_some_and(|sk| sk.starts_with("OUT#"));
        self.waiting().is_empty() && self.open_rows().iter().all(is_text)
    }

    /// Whether nothing is on its way: no message, no event, no invocation, no row that may move.
    pub(crate) fn is_at_rest(&self) -> bool {
        self.lambda().is_idle() && self.next_overdue().is_none() && self.waiting().is_empty()
    }
}

/// The simulation runs `reconcile` itself, every minute: through schedule and asynchronous invocation it would cost
/// as much as all the rest. Exports and reconciliations are of months, and a world is of
/// days: they come once it has ended (`promises::finance`).
fn stop_the_schedules(ctx: &Ctx) {
    let exports = provision::EXPORTS.map(|(name, ..)| name);
    for name in exports.into_iter().chain(["reconcile", provision::RECONCILIATION.0]) {
        let delete = Request {
            method: Method::DELETE,
            uri: format!("/schedules/{name}"),
            headers: HeaderMap::new(),
            body: Bytes::new(),
        };
        let _gone = aws_local::scheduler::handle(ctx, &delete);
    }
}

/// A topic of the carrier's own, with a queue behind it: the simulation is what brings its events on.
fn make_outbox(ctx: &Ctx) -> Result<(), AwsError> {
    let topic = sns::create_topic(ctx, OUTBOX)?;
    sqs::create_queue(ctx, OUTBOX, &BTreeMap::new())?;
    let raw = BTreeMap::from([("RawMessageDelivery".to_owned(), "true".to_owned())]);
    sns::subscribe_queue(ctx, &topic, &sqs::arn(ctx.settings, OUTBOX), &raw)?;
    Ok(())
}

fn drain_outbox(ctx: &Ctx) -> Result<Vec<String>, AwsError> {
    let mut bodies = Vec::new();
    loop {
        let batch = sqs::receive(ctx, OUTBOX, 10, None)?;
        if batch.is_empty() {
            return Ok(bodies);
        }
        for message in batch {
            sqs::delete(ctx, OUTBOX, &message.receipt_handle)?;
            bodies.push(message.body);
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "at most three days in milliseconds")]
fn to_ms(minutes: f64) -> i64 {
    (minutes * 60_000.0) as i64
}

/// What no seed says: for the sabotage that a world must notice.
#[expect(clippy::disallowed_methods, reason = "it is the sabotage")]
fn unseeded() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| u64::from(since.subsec_nanos()) << 20 ^ since.as_secs())
}
