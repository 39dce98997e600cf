//! Lambda in the simulation: environments that come and go, batches, time limits, and what can happen to them.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use aws_lambda_events::event::sqs::SqsEvent;
use aws_local::lambda::mapping::{self, Event};
use aws_local::lambda::{InvokeError, MappingSettings, Outcome};
use aws_local::sqs::{self, Received};
use aws_sdk_sqs::config::retry::RetryPartition;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_runtime_api::client::auth::{AuthSchemeId, AuthSchemePreference};
use aws_smithy_runtime_api::client::http::{SharedHttpConnector, http_client_fn};
use chrono::{DateTime, TimeDelta, Utc};
use cloud::clock::Clock;
use cloud::{Cloud, connection};
use serde_json::Value;
use stack::functions::{ALL, Function};
use stack::provision::{self, queue};
use tokio::time::Sleep;

use crate::fault::Fault;
use crate::sabotage::Sabotage;
use crate::wire::Door;
use crate::world::World;

/// The time limit of a function with a queue, and of `reconcile`: as in the template.
const LIMIT: Duration = Duration::from_secs(30);
const LIMIT_OF_RECONCILE: Duration = Duration::from_secs(50);

/// The longest that a frozen function stays so: past every time limit.
const FROZEN_S_MAX: i64 = 60;

/// A function is killed, or freezes, at one of so many steps.
const STEPS: i64 = 60;

/// Of the runs of `reconcile` that would find nothing, one in so many is made.
const IDLE_RUNS: i64 = 30;

/// The queues for finance, the last of the sources: they hold nothing but at the end, and have no backlog.
const QUEUES_OF_FINANCE: usize = 2;

/// The longest that a message is overtaken by.
const OVERTAKEN_MS_MAX: i64 = 5_000;

/// The functions and their environments.
#[derive(Default)]
pub(crate) struct Lambda {
    functions: Vec<State>,
}

struct State {
    function: Function,
    /// With the place of its queue among the sources.
    mapping: Option<(Arc<MappingSettings>, usize)>,
    concurrency: usize,
    free: VecDeque<Environment>,
    running: usize,
}

/// A process of a function: it keeps what it has in memory from one invocation to the next.
struct Environment {
    cloud: Arc<Cloud>,
    fresh: bool,
}

impl Lambda {
    pub(crate) fn new() -> Self {
        let state = |function: Function| {
            let mapping = function.mapping();
            let concurrency = mapping.as_ref().map_or(1, |it| it.maximum_concurrency as usize);
            let mapping = mapping.and_then(|mapping| {
                let place = queue::SOURCES.iter().position(|name| *name == mapping.queue)?;
                Some((Arc::new(mapping), place))
            });
            State { function, mapping, concurrency, free: VecDeque::new(), running: 0 }
        };
        Self { functions: ALL.iter().copied().map(state).collect() }
    }

    /// The places of the queues from which somebody could take now.
    pub(crate) fn places_with_room(&self) -> impl Iterator<Item = usize> {
        let with_room = self.functions.iter().filter(|state| state.running < state.concurrency);
        with_room.filter_map(|state| state.mapping.as_ref().map(|(_, place)| *place))
    }

    /// Whether nothing runs.
    pub(crate) fn is_idle(&self) -> bool {
        self.functions.iter().all(|state| state.running == 0)
    }
}

impl World {
    /// Ends all environments. Each holds the world that holds it, so that neither would ever be let go.
    pub(crate) fn end_environments(&self) {
        let ended = std::mem::replace(&mut *self.lambda(), Lambda::new());
        drop(ended);
    }

    /// Takes what the queues have and hands it to the functions.
    pub(crate) fn dispatch(self: &Arc<Self>, now: DateTime<Utc>) {
        if self.horizon(now).queues.iter().flatten().all(|at| *at > now) {
            return;
        }
        for index in 0..ALL.len() {
            while let Some((function, mapping, place)) = self.room(index) {
                if self.is_held_back(function) {
                    break;
                }
                if self.horizon(now).queues[place].is_none_or(|at| at > now) {
                    break;
                }
                let backlogs = (queue::SOURCES.len() - QUEUES_OF_FINANCE) as u64;
                let of_queue = |of: u64| usize::try_from(of % backlogs) == Ok(place);
                if self.lasts(Fault::FreshnessBacklog, now, of_queue) {
                    self.happened(Fault::FreshnessBacklog, now, &mapping.queue);
                    break;
                }
                let room = mapping.batch_size as usize;
                let taken = self.aws(|aws| aws.with(now, |ctx| mapping::take(ctx, &mapping, room)));
                // A store in memory does not fail; if it did, the next look would find the same.
                let Ok(batch) = taken else { break };
                if batch.is_empty() {
                    break;
                }
                self.archive(&mapping.queue, batch.iter().map(|message| &message.body));
                self.shuffle(&mapping, &batch, now);
                let events = self.aws(|aws| mapping::events(aws.settings(), &mapping.queue, batch));
                for event in events {
                    self.invoke(function, &mapping, event, now);
                }
            }
        }
    }

    fn room(&self, index: usize) -> Option<(Function, Arc<MappingSettings>, usize)> {
        let lambda = self.lambda();
        let state = &lambda.functions[index];
        let (mapping, place) = state.mapping.as_ref()?;
        let has_room = state.running < state.concurrency;
        has_room.then(|| (state.function, Arc::clone(mapping), *place))
    }

    /// What SQS may do to messages besides delivering them once.
    fn shuffle(&self, mapping: &MappingSettings, batch: &[Received], now: DateTime<Utc>) {
        for message in batch {
            // At its first receive, so that what waits out an outage does not double again and again.
            let is_new =
                message.system.get("ApproximateReceiveCount").is_some_and(|count| count == "1");
            if is_new && self.strikes(Fault::CorrectnessDuplicate, now, &mapping.queue) {
                let delay = self.chance().between(0, 900);
                let again = sqs::Outgoing {
                    attributes: message.attributes.clone(),
                    delay_s: u32::try_from(delay).ok(),
                    ..sqs::Outgoing::text(message.body.clone())
                };
                let _sent =
                    self.aws(|aws| aws.with(now, |ctx| sqs::send(ctx, &mapping.queue, again)));
            }
            if self.strikes(Fault::CorrectnessRedelivered, now, &mapping.queue) {
                let in_s = u32::try_from(self.chance().between(1, 20)).unwrap_or(1);
                let handle = &message.receipt_handle;
                let _back = self.aws(|aws| {
                    aws.with(now, |ctx| sqs::change_visibility(ctx, &mapping.queue, handle, in_s))
                });
            }
        }
    }

    fn invoke(
        self: &Arc<Self>,
        function: Function,
        mapping: &Arc<MappingSettings>,
        event: Event,
        now: DateTime<Utc>,
    ) {
        if self.sabotage == Some(Sabotage::AcknowledgeFirst) {
            let done = Ok(Value::Null);
            let _ = self.aws(|aws| {
                aws.with(now, |ctx| mapping::settle(ctx, mapping, &event.messages, &done))
            });
        }
        let twice = self.strikes(Fault::CorrectnessTwiceAtOnce, now, function.name());
        let copies = if twice { 2 } else { 1 };
        for copy in 0..copies {
            let settles = copy == 0;
            let mut wait = Duration::ZERO;
            if self.strikes(Fault::CorrectnessReordered, now, function.name()) {
                wait =
                    self.chance().milliseconds(50, OVERTAKEN_MS_MAX).to_std().unwrap_or_default();
            }
            let (world, mapping, event) = (Arc::clone(self), Arc::clone(mapping), event.clone());
            let environment = self.enter(function, now);
            tokio::spawn(async move {
                tokio::time::sleep(wait).await;
                let outcome = world.run(function, environment, Some(&event.payload)).await;
                if settles {
                    world.settle(&mapping, &event, &outcome);
                }
                world.stir_always();
            });
        }
    }

    /// Runs `reconcile` once, unless it still runs. Most minutes of a day have nothing to look after, and a run that
    /// finds nothing changes nothing: of those, one in [`IDLE_RUNS`] is made.
    pub(crate) fn reconcile(self: &Arc<Self>, now: DateTime<Utc>) {
        if self.sabotage == Some(Sabotage::NoRepairs) {
            return;
        }
        let idle = (now.timestamp() / 60) % IDLE_RUNS != 0 && !self.something_is_overdue(now);
        if idle {
            return;
        }
        let busy = {
            let lambda = self.lambda();
            let of = |state: &&State| state.function == Function::Reconcile;
            lambda.functions.iter().find(of).is_none_or(|state| state.running > 0)
        };
        if busy || self.strikes(Fault::FreshnessMissedRun, now, "") {
            return;
        }
        let environment = self.enter(Function::Reconcile, now);
        let world = Arc::clone(self);
        tokio::spawn(async move {
            let outcome = world.run(Function::Reconcile, environment, None).await;
            if let Ok(report) = &outcome {
                world.count_repairs(report);
            }
            world.stir_always();
        });
    }

    /// One run of `reconcile` by hand, with what it is asked for.
    pub(crate) async fn invoke_reconcile(self: &Arc<Self>, asked: &str) -> Outcome {
        let environment = self.enter(Function::Reconcile, self.now());
        self.run(Function::Reconcile, environment, Some(asked)).await
    }

    /// An environment for one invocation: one that waits, or a new one.
    fn enter(self: &Arc<Self>, function: Function, now: DateTime<Utc>) -> Environment {
        let waiting = {
            let mut lambda = self.lambda();
            let state = lambda.functions.iter_mut().find(|state| state.function == function);
            state.and_then(|state| {
                state.running += 1;
                state.free.pop_front()
            })
        };
        waiting.unwrap_or_else(|| self.environment(function, now))
    }

    fn leave(&self, function: Function, environment: Option<Environment>) {
        let mut lambda = self.lambda();
        if let Some(state) = lambda.functions.iter_mut().find(|state| state.function == function) {
            state.running -= 1;
            state.free.extend(environment);
        }
    }

    fn environment(self: &Arc<Self>, function: Function, now: DateTime<Utc>) -> Environment {
        let mut wrong_by = TimeDelta::zero();
        if self.strikes(Fault::CorrectnessClockSkew, now, function.name()) {
            wrong_by = self.chance().milliseconds(-2_000, 2_000);
        }
        if self.sabotage == Some(Sabotage::RingEarly) && function == Function::PlaceCallback {
            wrong_by = TimeDelta::seconds(60);
        }
        let clock = match self.clock {
            Clock::Simulated { wall, start } => Clock::Simulated { wall: wall + wrong_by, start },
            Clock::System => Clock::System,
        };
        self.seed_the_thread();
        Environment { cloud: Arc::new(self.cloud(function, clock, false)), fresh: true }
    }

    /// The clients of a process.
    fn cloud(self: &Arc<Self>, function: Function, clock: Clock, is_free: bool) -> Cloud {
        let door = Door { world: Arc::clone(self), function, is_free };
        let connector = SharedHttpConnector::new(door);
        let mut config = self.config.clone();
        config.queues.dead_letters = function.mapping().map(|mapping| {
            self.aws(|aws| sqs::url(aws.settings(), &provision::dead_letters(&mapping.queue)))
        });
        let mut sdk = connection::sdk_config(&config)
            .http_client(http_client_fn(move |_, _| connector.clone()))
            .time_source(clock)
            .sleep_impl(TokioSleep::new());
        // Nobody in a world looks at signatures. What comes after it has a bucket, whose door does.
        if !is_free {
            let unsigned: AuthSchemePreference = [AuthSchemeId::from("noAuth")].into();
            sdk.set_auth_scheme_preference(Some(unsigned));
        }
        let sdk = sdk.build();
        // A process has its own store of retries, and does not share it with the next run in this one.
        let retries = RetryPartition::custom("environment").build();
        Cloud::with(config, &sdk, clock, Some(retries))
    }

    /// Clients for whoever only looks: the story of a number is read as the tools read it.
    pub(crate) fn reader(self: &Arc<Self>) -> Cloud {
        self.reader_as(Function::Reconcile)
    }

    /// Clients for a person's command, which meets all that can befall a request. No function of a world is about
    /// months, so the name of one is free.
    pub(crate) fn support(self: &Arc<Self>) -> Cloud {
        self.cloud(Function::ReconcileBilling, self.clock, false)
    }

    /// Those of a function's process, for what is run once a world has come to its end.
    pub(crate) fn reader_as(self: &Arc<Self>, function: Function) -> Cloud {
        self.cloud(function, self.clock, true)
    }

    /// One invocation, with what may befall it. Whatever happens, the environment's place is free afterwards.
    async fn run(
        self: &Arc<Self>,
        function: Function,
        mut environment: Environment,
        payload: Option<&str>,
    ) -> Outcome {
        let now = self.now();
        if environment.fresh && self.strikes(Fault::LambdaColdStart, now, function.name()) {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        environment.fresh = false;
        let (mut killed_at, mut frozen) = (None, None);
        if self.strikes(Fault::MemoryKilled, now, function.name()) {
            killed_at = Some(self.chance().between(1, STEPS));
        }
        if self.strikes(Fault::CpuFrozen, now, function.name()) {
            let mut dice = self.chance();
            let at = dice.between(1, STEPS);
            frozen = Some((
                at,
                dice.milliseconds(1_000, FROZEN_S_MAX * 1_000).to_std().unwrap_or_default(),
            ));
        }
        let mut payload = payload.map(|payload| self.as_understood(payload.to_owned()));
        if self.sabotage == Some(Sabotage::ChargeOnRinging) && function == Function::RecordCall {
            payload = payload.map(|events| events.replace("VOICE_RINGING", "VOICE_ANSWERED"));
        }
        let handler = handle(function, Arc::clone(&environment.cloud), payload);
        let fragile =
            Fragile { inner: Box::pin(handler), steps: 0, killed_at, frozen, asleep: None };
        let limit = if function == Function::Reconcile { LIMIT_OF_RECONCILE } else { LIMIT };
        let failed = |how: &str| {
            Err(InvokeError::Exited { function: function.name().into(), how: how.into() })
        };
        match tokio::time::timeout(limit, fragile).await {
            Ok(Some(outcome)) => {
                self.leave(function, Some(environment));
                outcome.map_or_else(|error| failed(&error), Ok)
            }
            Ok(None) => {
                self.leave(function, None);
                failed("killed")
            }
            Err(_) => {
                self.leave(function, None);
                failed("its time limit")
            }
        }
    }

    fn settle(&self, mapping: &MappingSettings, event: &Event, outcome: &Outcome) {
        let now = self.now();
        let failed = match outcome {
            Ok(response) => response["batchItemFailures"].as_array().map_or(0, Vec::len),
            Err(_) => event.messages.len(),
        };
        self.record(|record| {
            record.line(now, &format!("settle {} of {} failed", mapping.function, failed));
        });
        if self.strikes(Fault::CorrectnessAcknowledgementLost, now, &mapping.queue) {
            return;
        }
        let _stays = self.aws(|aws| {
            aws.with(now, |ctx| mapping::settle(ctx, mapping, &event.messages, outcome))
        });
    }

    fn count_repairs(&self, report: &Value) {
        self.record(|record| {
            for (what, count) in report["repairs"].as_object().into_iter().flatten() {
                *record.repairs.entry(what.clone()).or_default() += count.as_u64().unwrap_or(0);
            }
        });
    }
}

/// The real handler.
async fn handle(
    function: Function,
    cloud: Arc<Cloud>,
    payload: Option<String>,
) -> Result<Value, String> {
    let text = |error: &dyn std::fmt::Display| error.to_string();
    if function == Function::Reconcile {
        let asked: Value = serde_json::from_str(payload.as_deref().unwrap_or("{}"))
            .map_err(|error| text(&error))?;
        return reconcile::invoked(cloud, asked).await.map_err(|error| text(&error));
    }
    let event: SqsEvent = serde_json::from_str(payload.as_deref().unwrap_or_default())
        .map_err(|error| text(&error))?;
    let response = match function {
        Function::InboundSms => inbound_sms::handle(cloud, event).await,
        Function::SendSms => send_sms::handle(cloud, event).await,
        Function::ScheduleReminder => schedule_reminder::handle(cloud, event).await,
        Function::PlaceCallback => place_callback::handle(cloud, event).await,
        Function::RecordCall => record_call::handle(cloud, event).await,
        Function::RecordCharge => record_charge::handle(cloud, event).await,
        Function::PublishEvent => publish_event::handle(cloud, event).await,
        Function::ExportBilling => export_billing::handle(cloud, event).await,
        Function::ReconcileBilling => reconcile_billing::handle(cloud, event).await,
        Function::Reconcile => return Err("it has no queue".into()),
    };
    serde_json::to_value(response).map_err(|error| text(&error))
}

/// A handler that may be killed, or frozen, between any two of its steps.
struct Fragile<F> {
    inner: Pin<Box<F>>,
    steps: i64,
    killed_at: Option<i64>,
    frozen: Option<(i64, Duration)>,
    asleep: Option<Pin<Box<Sleep>>>,
}

impl<F: Future> Future for Fragile<F> {
    /// `None` if it was killed.
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if let Some(asleep) = &mut self.asleep {
            if asleep.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            self.asleep = None;
        }
        self.steps += 1;
        if self.killed_at.is_some_and(|at| self.steps >= at) {
            return Poll::Ready(None);
        }
        if let Some((at, length)) = self.frozen
            && self.steps >= at
        {
            self.frozen = None;
            let mut asleep = Box::pin(tokio::time::sleep(length));
            if asleep.as_mut().poll(context).is_pending() {
                self.asleep = Some(asleep);
                return Poll::Pending;
            }
        }
        self.inner.as_mut().poll(context).map(Some)
    }
}
