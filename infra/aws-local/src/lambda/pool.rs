//! The environments of one function, and the invocations that wait for one: who gets which, and
//! when another is started, or ended.
//!
//! # Layout
//! - [`Pool`]: the room for invocations, and who gets it
//! - `lives`: processes, from their start to their end

mod lives;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{Notify, oneshot};
use tokio::task::AbortHandle;
use tokio::time::Instant;

use super::process::{self, Surroundings};
use super::{FunctionSettings, InvokeError};
use crate::Now;

/// How long an invocation waits for an environment that is already there before another one is
/// started. Most invocations are over sooner than a process is up, so a short burst costs no
/// processes.
const SCALE_UP_AFTER: Duration = Duration::from_millis(20);

/// How long an environment beyond the first is kept without work.
pub(super) const IDLE_MAX: Duration = Duration::from_secs(60);

/// One function: its environments, its waiting invocations.
pub(super) struct Pool {
    /// What to start.
    pub function: FunctionSettings,
    /// Told when an invocation may find room that did not before. Shared by all pools of a
    /// dispatcher.
    freed: Arc<Notify>,
    /// Told, all who listen, whenever anything here changes.
    changed: Notify,
    surroundings: Arc<Surroundings>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// By the id that is in its Runtime API address.
    environments: BTreeMap<String, Environment>,
    /// Invocations that no environment has taken yet, oldest first.
    pending: VecDeque<Job>,
    /// Room that is promised to invocations still to come.
    reserved: usize,
    /// Whether the program was seen to come up since it last failed to. Until then one process at a
    /// time is started, and no message is taken for it.
    healthy: bool,
    /// Deaths in a row that nobody here ordered, since an invocation was last answered.
    deaths_in_row: u32,
    /// All of those since the start.
    deaths: u64,
    /// No process is started until a pause after a death is over.
    pausing: bool,
    /// Somebody looks soon whether more environments are needed.
    scaling: bool,
    /// No more invocations, no more environments.
    closing: bool,
}

struct Environment {
    phase: Phase,
    /// Told to end the process.
    stop: Arc<Notify>,
    /// Why it was told so.
    ending: Option<Ending>,
    pid: Option<u32>,
}

enum Phase {
    /// Has not asked for an invocation yet.
    Starting,
    /// Waits for an invocation.
    Idle { since: Instant, hand: oneshot::Sender<Assignment> },
    /// Came up, and will ask for an invocation again.
    Away,
    /// Has an invocation.
    Busy(Current),
    /// Gets nothing any more.
    Ending,
}

/// The invocation that an environment has.
struct Current {
    request_id: String,
    reply: oneshot::Sender<Result<Bytes, InvokeError>>,
    /// Ends it when its time is over.
    timer: AbortHandle,
}

/// An invocation that no environment has taken yet.
struct Job {
    request_id: String,
    payload: Bytes,
    trace: Option<String>,
    reply: oneshot::Sender<Result<Bytes, InvokeError>>,
}

/// What an environment is handed.
#[derive(Debug)]
pub(super) struct Assignment {
    pub request_id: String,
    pub payload: Bytes,
    /// The value of the X-Ray header.
    pub trace: String,
    /// When the process will be killed.
    pub deadline: Now,
}

/// Why the stack ends a process.
enum Ending {
    TimedOut,
    Idle,
    Killed,
    Closing,
    /// It did not come up, with the reason.
    Init(String),
}

/// Why the Runtime API refuses a request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum RuntimeError {
    #[error("this environment does not exist (any more)")]
    UnknownEnvironment,
    #[error("this environment does not have the invocation `{0}`")]
    UnknownInvocation(String),
}

/// What a function is doing, for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionState {
    /// The function's name.
    pub name: String,
    /// The process ids of its environments, as far as they have one.
    pub pids: Vec<u32>,
    /// How many invocations are under way or wait for an environment.
    pub in_flight: usize,
    /// How often a process of it ended without being told to, since the stack's start.
    pub deaths: u64,
}

/// Room for one invocation, promised.
pub(super) struct Slot {
    pool: Arc<Pool>,
    /// Whether an invocation has taken the room over.
    used: bool,
}

impl Drop for Slot {
    fn drop(&mut self) {
        if !self.used {
            self.pool.state().reserved -= 1;
            // Not `freed`: the dispatcher itself takes room on trial, and would wake itself for
            // ever.
            self.pool.changed.notify_waiters();
        }
    }
}

impl Pool {
    pub fn new(
        function: FunctionSettings,
        surroundings: Arc<Surroundings>,
        freed: Arc<Notify>,
    ) -> Arc<Self> {
        let (changed, state) = (Notify::new(), Mutex::default());
        Arc::new(Self { function, freed, changed, surroundings, state })
    }

    /// Starts the environment that is kept warm.
    pub fn warm_up(self: &Arc<Self>) {
        self.start(&mut self.state());
    }

    /// Room for an invocation that can as well come later. `None` too while the function does not
    /// come up.
    pub fn reserve(self: &Arc<Self>) -> Option<Slot> {
        let mut state = self.state();
        let in_flight = state.in_flight();
        let kept_out = state.pausing || self.is_down();
        let may_start = state.healthy && !(state.environments.is_empty() && kept_out);
        let room = in_flight < self.concurrency() && (may_start || in_flight < state.ready());
        (room && !state.closing).then(|| self.promise(&mut state))
    }

    /// Room for an invocation that somebody waits for.
    ///
    /// # Errors
    /// `Throttled`, `ShuttingDown`.
    pub fn reserve_now(self: &Arc<Self>) -> Result<Slot, InvokeError> {
        let mut state = self.state();
        if state.closing {
            return Err(InvokeError::ShuttingDown);
        }
        if state.in_flight() < self.concurrency() {
            return Ok(self.promise(&mut state));
        }
        let FunctionSettings { name, concurrency, .. } = &self.function;
        Err(InvokeError::Throttled { function: name.clone(), concurrency: *concurrency })
    }

    /// Room for an invocation, as soon as there is some.
    ///
    /// # Errors
    /// `ShuttingDown`.
    pub async fn reserve_later(self: &Arc<Self>) -> Result<Slot, InvokeError> {
        self.until(|state| state.closing || state.in_flight() < self.concurrency()).await;
        // Between the two somebody else may have been quicker; then there is more to wait for.
        loop {
            match self.reserve_now() {
                Err(InvokeError::Throttled { .. }) => {
                    self.until(|state| state.closing || state.in_flight() < self.concurrency())
                        .await;
                }
                slot_or_end => return slot_or_end,
            }
        }
    }

    fn promise(self: &Arc<Self>, state: &mut State) -> Slot {
        state.reserved += 1;
        Slot { pool: Arc::clone(self), used: false }
    }

    /// Has an environment do an invocation, and waits for what comes of it.
    ///
    /// # Errors
    /// Everything that can become of it but `NotFound`, `Throttled` and `TooLarge`.
    pub async fn run(
        mut slot: Slot,
        request_id: String,
        payload: Bytes,
        trace: Option<String>,
    ) -> Result<Bytes, InvokeError> {
        let (reply, outcome) = oneshot::channel();
        let pool = Arc::clone(&slot.pool);
        {
            let mut state = pool.state();
            slot.used = true;
            state.reserved -= 1;
            if state.closing {
                return Err(InvokeError::ShuttingDown);
            }
            state.pending.push_back(Job { request_id, payload, trace, reply });
            pool.hand_out(&mut state);
        }
        pool.changed.notify_waiters();
        outcome.await.unwrap_or(Err(InvokeError::ShuttingDown))
    }

    /// An environment asks for an invocation, and waits until there is one.
    ///
    /// # Errors
    /// `UnknownEnvironment`.
    pub async fn next(self: &Arc<Self>, environment: &str) -> Result<Assignment, RuntimeError> {
        let (hand, assignment) = oneshot::channel();
        {
            let mut state = self.state();
            let known = state.environments.get_mut(environment);
            let Environment { phase, .. } = known.ok_or(RuntimeError::UnknownEnvironment)?;
            if !matches!(phase, Phase::Ending) {
                let idle = Phase::Idle { since: Instant::now(), hand };
                match std::mem::replace(phase, idle) {
                    Phase::Busy(current) => {
                        current.timer.abort();
                        let how = "it asked for another before it had answered".into();
                        let function = self.function.name.clone();
                        let _nobody_waits =
                            current.reply.send(Err(InvokeError::Exited { function, how }));
                    }
                    Phase::Starting => state.healthy = true,
                    Phase::Idle { .. } | Phase::Away | Phase::Ending => {}
                }
                self.hand_out(&mut state);
            }
        }
        self.tell();
        match assignment.await {
            Ok(assignment) => Ok(assignment),
            // It is being ended, and is told nothing any more.
            Err(_) => std::future::pending().await,
        }
    }

    /// An environment answers: with the function's response, or its error.
    ///
    /// # Errors
    /// `UnknownEnvironment`, or `UnknownInvocation` if it does not have this one: its time was
    /// over.
    pub fn answer(
        &self,
        environment: &str,
        request_id: &str,
        answer: Result<Bytes, InvokeError>,
    ) -> Result<(), RuntimeError> {
        let mut state = self.state();
        let known = state.environments.get_mut(environment);
        let Environment { phase, .. } = known.ok_or(RuntimeError::UnknownEnvironment)?;
        if !phase.has(request_id) {
            return Err(RuntimeError::UnknownInvocation(request_id.into()));
        }
        if let Phase::Busy(current) = std::mem::replace(phase, Phase::Away) {
            current.timer.abort();
            let _nobody_waits = current.reply.send(answer);
        }
        // It may fail, but it works.
        state.deaths_in_row = 0;
        drop(state);
        self.tell();
        Ok(())
    }

    /// An environment says that it cannot start.
    ///
    /// # Errors
    /// `UnknownEnvironment`.
    pub fn init_failed(&self, environment: &str, why: String) -> Result<(), RuntimeError> {
        let mut state = self.state();
        let known = state.environments.get_mut(environment);
        known.ok_or(RuntimeError::UnknownEnvironment)?.end(Ending::Init(why));
        Ok(())
    }

    /// Kills all environments, as `kill -9` would, and returns how many there were once they are
    /// gone.
    pub async fn kill(&self) -> usize {
        let ids: Vec<String> = {
            let mut state = self.state();
            for environment in state.environments.values_mut() {
                environment.end(Ending::Killed);
            }
            state.environments.keys().cloned().collect()
        };
        self.until(|state| !ids.iter().any(|id| state.environments.contains_key(id))).await;
        ids.len()
    }

    /// Takes no more invocations, and waits until those under way are over, but no longer than
    /// until `deadline`. Then ends all environments.
    pub async fn close(&self, deadline: Instant) {
        let waiting = {
            let mut state = self.state();
            state.closing = true;
            std::mem::take(&mut state.pending)
        };
        for job in waiting {
            let _nobody_waits = job.reply.send(Err(InvokeError::ShuttingDown));
        }
        self.tell();
        let over = self.until(|state| state.in_flight() == 0);
        let _in_time = tokio::time::timeout_at(deadline, over).await;
        for environment in self.state().environments.values_mut() {
            environment.end(Ending::Closing);
        }
        self.until(|state| state.environments.is_empty()).await;
    }

    /// Ends environments beyond the first that have had nothing to do for so long, and starts a log
    /// that has become too large anew. To be called every few seconds.
    pub fn tidy(&self, idle_max: Duration) {
        if let Some(log) = self.surroundings.log(&self.function.name)
            && let Err(error) = process::trim(&log)
        {
            tracing::warn!(log = %log.display(), %error, "a log that is too large stays as it is");
        }
        let mut state = self.state();
        let spare = state.ready().saturating_sub(1);
        let has_idled = |environment: &&mut Environment| match environment.phase {
            Phase::Idle { since, .. } => since.elapsed() > idle_max,
            _ => false,
        };
        for environment in state.environments.values_mut().filter(has_idled).take(spare) {
            environment.end(Ending::Idle);
        }
    }

    /// What the function is doing.
    pub fn report(&self) -> FunctionState {
        let state = self.state();
        FunctionState {
            name: self.function.name.clone(),
            pids: state.environments.values().filter_map(|environment| environment.pid).collect(),
            in_flight: state.in_flight(),
            deaths: state.deaths,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing here panics halfway through a change.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn concurrency(&self) -> usize {
        self.function.concurrency as usize
    }

    fn tell(&self) {
        self.changed.notify_waiters();
        self.freed.notify_one();
    }

    /// Waits until something is so.
    async fn until(&self, is_so: impl Fn(&State) -> bool) {
        loop {
            let mut changed = std::pin::pin!(self.changed.notified());
            // Listen before looking, or what happens in between is missed.
            changed.as_mut().enable();
            if is_so(&self.state()) {
                return;
            }
            changed.await;
        }
    }
}

/// Handing out invocations.
impl Pool {
    /// Gives waiting invocations to idle environments. If some are left over, sees to it that there
    /// will be environments for them.
    fn hand_out(self: &Arc<Self>, state: &mut State) {
        while let Some(job) = state.pending.pop_front() {
            // The one that worked last: so those that are not needed become idle for long, and are
            // ended.
            let idle = state.environments.iter_mut().filter_map(|(id, environment)| {
                let Phase::Idle { since, .. } = environment.phase else { return None };
                Some((since, id, environment))
            });
            let Some((_, id, environment)) = idle.max_by_key(|(since, ..)| *since) else {
                state.pending.push_front(job);
                return self.call_for_more(state);
            };
            if let Err(job) = self.assign(id, environment, job) {
                state.pending.push_front(*job);
            }
        }
    }

    /// Hands one invocation to one idle environment. Gives it back if nobody is there to take it.
    fn assign(
        self: &Arc<Self>,
        id: &str,
        environment: &mut Environment,
        job: Job,
    ) -> Result<(), Box<Job>> {
        let Phase::Idle { hand, .. } = std::mem::replace(&mut environment.phase, Phase::Away)
        else {
            return Err(Box::new(job));
        };
        let Job { request_id, payload, trace, reply } = job;
        let timeout = self.function.timeout;
        let assignment = Assignment {
            request_id: request_id.clone(),
            payload,
            trace: trace.clone().unwrap_or_else(new_trace),
            deadline: super::dispatcher::clock() + timeout,
        };
        if let Err(Assignment { request_id, payload, .. }) = hand.send(assignment) {
            // Its connection is broken: it asks again, or it is dead, and its end will be noticed.
            return Err(Box::new(Job { request_id, payload, trace, reply }));
        }
        let (pool, id, of) = (Arc::clone(self), id.to_owned(), request_id.clone());
        let timer = tokio::spawn(async move {
            tokio::time::sleep(timeout).await;
            pool.timed_out(&id, &of);
        });
        let timer = timer.abort_handle();
        environment.phase = Phase::Busy(Current { request_id, reply, timer });
        Ok(())
    }

    /// Kills an environment whose invocation has used up its time.
    fn timed_out(&self, id: &str, request_id: &str) {
        {
            let mut state = self.state();
            let Some(environment) = state.environments.get_mut(id) else { return };
            if !environment.phase.has(request_id) {
                return;
            }
            if let Phase::Busy(current) = std::mem::replace(&mut environment.phase, Phase::Ending) {
                let FunctionSettings { name, timeout, .. } = &self.function;
                let error = InvokeError::TimedOut { function: name.clone(), timeout: *timeout };
                tracing::warn!(request_id, "{error}{}", self.where_it_is_logged());
                let _nobody_waits = current.reply.send(Err(error));
            }
            environment.end(Ending::TimedOut);
        }
        self.tell();
    }

    /// Invocations wait and no environment is idle: start one at once if there is none at all,
    /// otherwise look again soon.
    fn call_for_more(self: &Arc<Self>, state: &mut State) {
        if state.closing || state.pausing {
            return;
        }
        if state.environments.is_empty() {
            return self.start(state);
        }
        let room = state.environments.len() < self.concurrency();
        if state.healthy && room && !state.scaling {
            state.scaling = true;
            let pool = Arc::clone(self);
            tokio::spawn(async move {
                tokio::time::sleep(SCALE_UP_AFTER).await;
                pool.scale_up();
            });
        }
    }

    fn scale_up(self: &Arc<Self>) {
        let mut state = self.state();
        state.scaling = false;
        let starting =
            state.environments.values().filter(|e| matches!(e.phase, Phase::Starting)).count();
        let wanted = state.healthy && !state.closing && !state.pausing;
        let room = state.environments.len() < self.concurrency();
        if wanted && room && starting < state.pending.len() {
            self.start(&mut state);
        }
        self.hand_out(&mut state);
    }
}

impl State {
    /// Invocations that have room, or are promised it.
    fn in_flight(&self) -> usize {
        let is_busy = |environment: &&Environment| matches!(environment.phase, Phase::Busy(_));
        self.reserved + self.pending.len() + self.environments.values().filter(is_busy).count()
    }

    /// Environments that came up and get invocations.
    fn ready(&self) -> usize {
        let is_ready = |environment: &&Environment| {
            matches!(environment.phase, Phase::Idle { .. } | Phase::Away | Phase::Busy(_))
        };
        self.environments.values().filter(is_ready).count()
    }

    /// One is kept warm; beyond that, only work is a reason to start one.
    fn lacks_environments(&self) -> bool {
        self.environments.is_empty() || (!self.pending.is_empty() && self.ready() == 0)
    }
}

impl Phase {
    /// Whether it is busy with this invocation.
    fn has(&self, request_id: &str) -> bool {
        matches!(self, Self::Busy(current) if current.request_id == request_id)
    }
}

impl Environment {
    /// Has the process killed. The first reason counts.
    fn end(&mut self, why: Ending) {
        self.ending.get_or_insert(why);
        // One that has an invocation keeps it until it is gone: then the invocation has failed.
        if !matches!(self.phase, Phase::Busy(_)) {
            self.phase = Phase::Ending;
        }
        self.stop.notify_one();
    }
}

/// A new X-Ray header, not sampled: there is nobody to send a trace to.
fn new_trace() -> String {
    let root = uuid::Uuid::new_v4().simple().to_string();
    let parent = uuid::Uuid::new_v4().simple().to_string();
    format!("Root=1-{}-{};Parent={};Sampled=0", &root[..8], &root[8..], &parent[..16])
}

#[cfg(test)]
mod tests;
