//! The environments of one function, and the invocations that wait for one: who gets which, and
//! when another is started, or ended.

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

/// How long a process may take to ask for its first invocation. Lambda allows 10 s; a debug build
/// on a machine that is busy compiling gets more.
const INIT_MAX: Duration = Duration::from_secs(30);

/// How long an invocation waits for an environment that is already there before another one is
/// started. Most invocations are over sooner than a process is up, so a short burst costs no
/// processes.
const SCALE_UP_AFTER: Duration = Duration::from_millis(20);

/// How long an environment beyond the first is kept without work.
pub(super) const IDLE_MAX: Duration = Duration::from_secs(60);

/// The pause before a function is started again after it died twice in a row; it doubles with each
/// further time. After the first time there is none: a process that is killed comes back at once.
const RESTART_PAUSE: Duration = Duration::from_millis(100);

/// The longest such pause: a program that is repaired is back within this.
const RESTART_PAUSE_MAX: Duration = Duration::from_secs(10);

/// The pause before a further environment is tried when one failed to come up beside others that
/// work.
const SCALE_UP_PAUSE: Duration = Duration::from_secs(1);

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

/// The lives of processes.
impl Pool {
    /// Starts a process, if none has been since the function was kept down.
    pub fn come_back(self: &Arc<Self>) {
        let mut state = self.state();
        if state.environments.is_empty() && !state.closing && !state.pausing {
            self.start(&mut state);
        }
    }

    /// Whether somebody keeps the function from running.
    fn is_down(&self) -> bool {
        let faults = &self.surroundings.settings.faults;
        faults.function_down(&self.function.name, super::dispatcher::clock()).is_some()
    }

    fn start(self: &Arc<Self>, state: &mut State) {
        if self.is_down() {
            return;
        }
        let id = uuid::Uuid::new_v4().to_string();
        let stop = Arc::new(Notify::new());
        let environment = Environment {
            phase: Phase::Starting,
            stop: Arc::clone(&stop),
            ending: None,
            pid: None,
        };
        state.environments.insert(id.clone(), environment);
        tokio::spawn(Arc::clone(self).live(id, stop));
    }

    /// The life of one process, from its start to its end.
    async fn live(self: Arc<Self>, id: String, stop: Arc<Notify>) {
        let log = self.surroundings.log(&self.function.name);
        let log_from = log.as_deref().map_or(0, process::length);
        let started = self.surroundings.start(&self.function, &id, super::dispatcher::clock());
        let mut child = match started {
            Ok(child) => child,
            Err(error) => {
                let program = self.function.program.display();
                return self.ended(&id, format!("`{program}` could not be run: {error}"));
            }
        };
        // Taken out, because waiting for the child would close it.
        let _lifeline = child.stdin.take();
        if let Some(environment) = self.state().environments.get_mut(&id) {
            environment.pid = child.id();
        }
        self.tell();
        let mut came_up = std::pin::pin!(tokio::time::sleep(INIT_MAX));
        let mut was_asked = false;
        let status = loop {
            tokio::select! {
                status = child.wait() => break status,
                () = stop.notified() => {
                    // It fails only if there is nothing left to kill.
                    let _gone = child.start_kill();
                }
                () = &mut came_up, if !was_asked => {
                    was_asked = true;
                    self.expect_up(&id);
                }
            }
        };
        let mut how = status.map_or_else(|error| error.to_string(), process::how);
        if let Some(line) = log.and_then(|log| process::last_line(&log, log_from)) {
            how = format!("{how}, and last said `{line}`");
        }
        self.ended(&id, how);
    }

    /// Ends an environment that should have come up by now, and has not.
    fn expect_up(&self, id: &str) {
        if let Some(environment) = self.state().environments.get_mut(id)
            && matches!(environment.phase, Phase::Starting)
        {
            let why = format!("it asked for no invocation in {} s", INIT_MAX.as_secs());
            environment.end(Ending::Init(why));
        }
    }

    /// A process is gone: its invocation has failed, and perhaps another process is needed.
    fn ended(self: &Arc<Self>, id: &str, how: String) {
        let mut failed = Vec::new();
        {
            let mut state = self.state();
            let Some(environment) = state.environments.remove(id) else { return };
            let function = self.function.name.clone();
            let never_came_up = matches!(environment.phase, Phase::Starting | Phase::Ending)
                && matches!(environment.ending, None | Some(Ending::Init(_)));
            let how = match environment.ending {
                Some(Ending::Init(ref why)) => why.clone(),
                _ => how,
            };
            let was_busy = if let Phase::Busy(current) = environment.phase {
                current.timer.abort();
                let error = InvokeError::Exited { function: function.clone(), how: how.clone() };
                failed.push((current.reply, error));
                Some(current.request_id)
            } else {
                None
            };
            if never_came_up {
                state.healthy = false;
                if state.ready() == 0 {
                    let error = InvokeError::NotStarted { function, why: how.clone() };
                    let pending = state.pending.drain(..);
                    failed.extend(pending.map(|job| (job.reply, error.clone())));
                }
            }
            let ordered = matches!(
                environment.ending,
                Some(Ending::TimedOut | Ending::Idle | Ending::Killed | Ending::Closing)
            );
            let mut pause = if ordered { Duration::ZERO } else { state.count_death() };
            if never_came_up && state.ready() > 0 {
                pause = pause.max(SCALE_UP_PAUSE);
            }
            if !ordered {
                self.tell_of_death(&how, was_busy.as_deref(), never_came_up, pause);
            }
            self.replace(&mut state, pause);
            self.hand_out(&mut state);
        }
        for (reply, error) in failed {
            let _nobody_waits = reply.send(Err(error));
        }
        self.tell();
    }

    fn tell_of_death(&self, how: &str, was_busy: Option<&str>, never_up: bool, pause: Duration) {
        let name = &self.function.name;
        let log = self.where_it_is_logged();
        let again = match pause.as_millis() {
            0 => "starting it again now".into(),
            pause_ms => format!("starting it again in {pause_ms} ms"),
        };
        if never_up {
            tracing::error!("function `{name}` did not start: {how}; {again}{log}");
        } else if let Some(request_id) = was_busy {
            let what = format!("ended in the middle of invocation {request_id}");
            tracing::warn!(
                request_id,
                "a process of function `{name}` {what}: {how}; {again}{log}"
            );
        } else {
            tracing::warn!("a process of function `{name}` ended: {how}; {again}{log}");
        }
    }

    fn where_it_is_logged(&self) -> String {
        self.surroundings.where_it_is_logged(&self.function.name)
    }

    /// Starts a process in place of one that is gone, if one is needed, after a pause.
    fn replace(self: &Arc<Self>, state: &mut State, pause: Duration) {
        if state.closing || state.pausing {
            return;
        }
        if pause.is_zero() {
            if state.lacks_environments() {
                self.start(state);
            }
            return;
        }
        state.pausing = true;
        let pool = Arc::clone(self);
        tokio::spawn(async move {
            tokio::time::sleep(pause).await;
            {
                let mut state = pool.state();
                state.pausing = false;
                // Those that work prove that the program can.
                state.healthy |= state.ready() > 0;
                if !state.closing && state.lacks_environments() {
                    pool.start(&mut state);
                }
                pool.hand_out(&mut state);
            }
            pool.tell();
        });
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

    /// Counts a death that nobody here ordered. Returns the pause before the next start.
    fn count_death(&mut self) -> Duration {
        let before = self.deaths_in_row;
        self.deaths += 1;
        self.deaths_in_row += 1;
        let Some(doublings) = before.checked_sub(1) else { return Duration::ZERO };
        let factor = 2_u32.saturating_pow(doublings);
        RESTART_PAUSE.saturating_mul(factor).min(RESTART_PAUSE_MAX)
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
mod tests {
    use super::*;

    #[test]
    fn a_function_that_keeps_dying_is_started_again_ever_later() {
        let mut state = State::default();
        let pauses_ms: Vec<u128> = (0..10).map(|_| state.count_death().as_millis()).collect();
        assert_eq!(pauses_ms, [0, 100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]);
        state.deaths_in_row = 0;
        assert_eq!(state.count_death(), Duration::ZERO);
        for _ in 0..100 {
            assert!(state.count_death() <= RESTART_PAUSE_MAX);
        }
    }

    #[test]
    fn a_trace_header_has_the_form_that_x_ray_reads() {
        let trace = new_trace();
        let parts: Vec<&str> = trace.split([';', '=', '-']).collect();
        let ["Root", "1", time, id, "Parent", parent, "Sampled", "0"] = parts[..] else {
            panic!("{trace}")
        };
        assert_eq!([time.len(), id.len(), parent.len()], [8, 24, 16]);
    }

    /// A pool whose processes do nothing; the test speaks the Runtime API in their place.
    fn pool(concurrency: u32) -> Arc<Pool> {
        let function = FunctionSettings {
            args: vec!["60".into()],
            concurrency,
            timeout: Duration::from_secs(60),
            ..FunctionSettings::new("f", "/bin/sleep")
        };
        let surroundings = Surroundings { settings: crate::Settings::default(), logs: None };
        let pool = Pool::new(function, Arc::new(surroundings), Arc::default());
        pool.warm_up();
        pool
    }

    /// Has the newest environment ask for an invocation, and then do nothing about it.
    async fn take_one(pool: &Arc<Pool>) -> (String, Assignment) {
        let is_starting =
            |state: &State| state.environments.values().any(|e| matches!(e.phase, Phase::Starting));
        pool.until(is_starting).await;
        let id = {
            let state = pool.state();
            let mut starting = state.environments.iter();
            starting.find(|(_, e)| matches!(e.phase, Phase::Starting)).unwrap().0.clone()
        };
        let assignment = pool.next(&id).await.unwrap();
        (id, assignment)
    }

    fn run(pool: &Arc<Pool>, id: &str) -> tokio::task::JoinHandle<Result<Bytes, InvokeError>> {
        let slot = pool.reserve_now().unwrap();
        tokio::spawn(Pool::run(slot, id.into(), Bytes::from_static(b"{}"), None))
    }

    #[tokio::test]
    async fn room_is_given_only_as_far_as_the_program_was_seen_to_work() {
        let pool = pool(2);
        assert!(pool.reserve().is_none(), "nothing came up yet");
        let first = run(&pool, "1");
        let (environment, assignment) = take_one(&pool).await;
        assert_eq!(assignment.request_id, "1");
        let second = pool.reserve().expect("it works: there may be a second one");
        assert!(pool.reserve().is_none(), "but no third");
        assert!(matches!(pool.reserve_now(), Err(InvokeError::Throttled { .. })));
        drop(second);
        pool.answer(&environment, "1", Ok(Bytes::from_static(b"7"))).unwrap();
        assert_eq!(first.await.unwrap(), Ok(Bytes::from_static(b"7")));
        assert_eq!(pool.state().in_flight(), 0);
        pool.close(Instant::now()).await;
        assert!(pool.reserve().is_none());
    }

    #[tokio::test]
    async fn an_environment_without_work_is_ended_but_the_last_one_stays() {
        let pool = pool(3);
        let invocations = [run(&pool, "1"), run(&pool, "2")];
        let environments = [take_one(&pool).await, take_one(&pool).await];
        pool.tidy(Duration::ZERO);
        assert_eq!(pool.state().ready(), 2, "they work");
        for (environment, assignment) in &environments {
            pool.answer(environment, &assignment.request_id, Ok(Bytes::new())).unwrap();
        }
        futures::future::join_all(invocations).await;
        let ask = environments.map(|(environment, _)| {
            let pool = Arc::clone(&pool);
            tokio::spawn(async move { pool.next(&environment).await.map(|_| ()) })
        });
        let idle = |state: &State| {
            state.environments.values().filter(|e| matches!(e.phase, Phase::Idle { .. })).count()
        };
        pool.until(|state| idle(state) == 2).await;
        pool.tidy(Duration::from_secs(60));
        assert_eq!(pool.state().ready(), 2, "not for long yet");
        pool.tidy(Duration::ZERO);
        pool.until(|state| state.environments.len() == 1).await;
        pool.tidy(Duration::ZERO);
        assert_eq!(idle(&pool.state()), 1);
        assert_eq!(pool.state().deaths, 0);
        pool.close(Instant::now()).await;
        ask.iter().for_each(tokio::task::JoinHandle::abort);
    }

    #[tokio::test]
    async fn an_answer_to_another_invocation_is_refused() {
        let pool = pool(1);
        let invocation = run(&pool, "1");
        let (environment, _) = take_one(&pool).await;
        let unknown = Err(RuntimeError::UnknownInvocation("2".into()));
        assert_eq!(pool.answer(&environment, "2", Ok(Bytes::new())), unknown);
        let nobody = Err(RuntimeError::UnknownEnvironment);
        assert_eq!(pool.answer("nobody", "1", Ok(Bytes::new())), nobody);
        assert_eq!(pool.init_failed("nobody", String::new()), nobody);
        pool.close(Instant::now()).await;
        assert!(matches!(invocation.await.unwrap(), Err(InvokeError::Exited { .. })));
    }

    #[tokio::test]
    async fn an_environment_that_asks_again_without_an_answer_has_failed_its_invocation() {
        let pool = pool(1);
        let invocation = run(&pool, "1");
        let (environment, _) = take_one(&pool).await;
        let again = tokio::spawn({
            let pool = Arc::clone(&pool);
            async move { pool.next(&environment).await.map(|assignment| assignment.request_id) }
        });
        assert!(matches!(invocation.await.unwrap(), Err(InvokeError::Exited { .. })));
        let second = run(&pool, "2");
        assert_eq!(again.await.unwrap(), Ok("2".into()));
        pool.close(Instant::now()).await;
        assert!(matches!(second.await.unwrap(), Err(InvokeError::Exited { .. })));
    }

    #[tokio::test]
    async fn an_invocation_given_to_a_broken_connection_goes_to_the_next_that_asks() {
        let pool = pool(1);
        let (environment, _) = {
            let first = run(&pool, "1");
            let taken = take_one(&pool).await;
            pool.answer(&taken.0, "1", Ok(Bytes::new())).unwrap();
            first.await.unwrap().unwrap();
            taken
        };
        let broken = tokio::time::timeout(Duration::from_millis(1), pool.next(&environment)).await;
        assert!(broken.is_err());
        let _second = run(&pool, "2");
        pool.until(|state| !state.pending.is_empty()).await;
        let asked_again = pool.next(&environment).await;
        assert_eq!(asked_again.map(|assignment| assignment.request_id), Ok("2".into()));
        pool.close(Instant::now()).await;
    }

    #[tokio::test]
    async fn an_environment_that_says_it_cannot_start_fails_what_waits_for_it() {
        let pool = pool(1);
        let invocation = run(&pool, "1");
        let id = pool.state().environments.keys().next().unwrap().clone();
        pool.init_failed(&id, "no table (Config)".into()).unwrap();
        let error =
            InvokeError::NotStarted { function: "f".into(), why: "no table (Config)".into() };
        assert_eq!(invocation.await.unwrap(), Err(error));
        pool.close(Instant::now()).await;
    }
}
