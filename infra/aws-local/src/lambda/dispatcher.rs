//! Moves work from queues and rows to processes, and what came of it back.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use chrono::Utc;
use serde_json::Value;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::asynchronous::{self, Waiting};
use super::journal::{Hop, Journal};
use super::pool::{FunctionState, IDLE_MAX, Pool, Slot};
use super::process::Surroundings;
use super::runtime_api::{self, failed};
use super::{
    FunctionSettings, InvokeError, MappingSettings, Outcome, PAYLOAD_BYTES_MAX, arn, mapping,
};
use crate::server::Handle;
use crate::sqs::{self, Received};
use crate::{Ctx, Now, Settings, wire::AwsError};

/// How long invocations under way may go on when the stack is asked to stop. After that they count
/// as killed, which everything here survives.
const SHUTDOWN_MAX: Duration = Duration::from_secs(3);

/// How often idle environments and large logs are looked for.
const TIDY_EVERY: Duration = Duration::from_secs(10);

/// How long to leave a store alone that just failed.
const STORE_PAUSE: Duration = Duration::from_secs(1);

/// The shortest sleep until something is due: what is due in this millisecond is had in the next.
const SLEEP_MIN: Duration = Duration::from_millis(1);

/// The longest sleep until something is due: a clock that was set meanwhile is noticed within it.
const SLEEP_MAX: Duration = Duration::from_secs(30);

/// Runs functions: hands them what is in their queues, what was invoked asynchronously, and what
/// callers ask for. Cloning it makes another handle to the same.
#[derive(Clone)]
pub struct Dispatcher {
    inner: Arc<Inner>,
}

struct Inner {
    handle: Handle,
    settings: Settings,
    pools: Arc<BTreeMap<String, Arc<Pool>>>,
    mappings: Vec<Arc<Mapping>>,
    /// Told by pools when an invocation may find room.
    freed: Arc<Notify>,
    /// The asynchronous invocations that are being tried, by request id.
    running: Arc<Mutex<BTreeSet<String>>>,
    journal: Journal,
    /// Whether the dispatcher is to stop.
    stop: watch::Sender<bool>,
    /// Whether the loop has stopped, and all that it started is settled.
    stopped: watch::Sender<bool>,
}

/// A mapping at work.
struct Mapping {
    settings: MappingSettings,
    pool: Arc<Pool>,
    /// One for each invocation that it may have at once.
    permits: Arc<Semaphore>,
    /// A batch waits for its window to end; what arrives meanwhile belongs to it.
    gathering: AtomicBool,
    /// Its queue is not there, which was said once.
    queue_missing: AtomicBool,
}

/// What one look at the store found to do.
#[derive(Default)]
struct Found {
    batches: Vec<(Arc<Mapping>, Batch)>,
    invocations: Vec<(Slot, Waiting)>,
    /// When there may be more.
    next: Option<Now>,
}

/// Messages, and room for them.
struct Batch {
    messages: Vec<Received>,
    slot: Slot,
    permit: OwnedSemaphorePermit,
}

impl Dispatcher {
    /// Starts the functions, and the loop that feeds them. It returns before the processes are up.
    ///
    /// `handle` must know the address that it is served at (`Settings::endpoint`), and that server
    /// mounts [`Self::router`] at [`crate::server::LAMBDA_PATH`]. What functions print goes to
    /// `<logs>/<function>.log`, or to this process's own errors.
    ///
    /// # Errors
    /// The settings contradict each other or the documentation, or the logs or the store cannot be
    /// written.
    pub async fn start(
        handle: Handle,
        functions: Vec<FunctionSettings>,
        mappings: Vec<MappingSettings>,
        logs: Option<PathBuf>,
    ) -> Result<Self, StartError> {
        check(&functions, &mappings).map_err(StartError::Settings)?;
        if let Some(logs) = &logs {
            std::fs::create_dir_all(logs)
                .map_err(|source| StartError::Logs { path: logs.clone(), source })?;
        }
        let names: Vec<String> = functions.iter().map(|function| function.name.clone()).collect();
        let (settings, gone) = handle
            .with(|ctx| {
                let gone = asynchronous::register(ctx, names.iter().map(String::as_str))?;
                Ok((ctx.settings.clone(), gone))
            })
            .await
            .map_err(StartError::Store)?;
        for name in gone {
            tracing::warn!("invocations of function `{name}` wait, but there is no such function");
        }
        let surroundings = Arc::new(Surroundings { settings: settings.clone(), logs });
        let freed = Arc::new(Notify::new());
        let pools: BTreeMap<String, Arc<Pool>> = functions
            .into_iter()
            .map(|function| {
                let name = function.name.clone();
                (name, Pool::new(function, Arc::clone(&surroundings), Arc::clone(&freed)))
            })
            .collect();
        let mappings = mappings
            .into_iter()
            .filter_map(|settings| {
                let pool = Arc::clone(pools.get(&settings.function)?);
                Some(Arc::new(Mapping::new(settings, pool)))
            })
            .collect();
        let inner = Arc::new(Inner {
            handle,
            settings,
            pools: Arc::new(pools),
            mappings,
            freed,
            running: Arc::default(),
            journal: Journal::default(),
            stop: watch::Sender::new(false),
            stopped: watch::Sender::new(false),
        });
        for pool in inner.pools.values() {
            pool.warm_up();
        }
        tokio::spawn(Arc::clone(&inner).tidy());
        tokio::spawn(Arc::clone(&inner).dispatch());
        Ok(Self { inner })
    }

    /// The Lambda Runtime API of all environments, to be mounted at [`crate::server::LAMBDA_PATH`].
    pub fn router(&self) -> axum::Router {
        let prefix = arn(&self.inner.settings, "");
        runtime_api::router(Arc::clone(&self.inner.pools), prefix.into())
    }

    /// Runs a function and waits for its response.
    ///
    /// # Errors
    /// As [`InvokeError`] says. Dropping the future does not stop the function.
    pub async fn invoke(&self, function: &str, payload: &Value) -> Outcome {
        let pool = self.pool(function)?;
        let payload = payload.to_string();
        if payload.len() > PAYLOAD_BYTES_MAX {
            return Err(InvokeError::TooLarge { bytes: payload.len() });
        }
        let slot = pool.reserve_now()?;
        let request_id = uuid::Uuid::new_v4().to_string();
        let response = Pool::run(slot, request_id, payload.into(), None).await;
        read(function, response)
    }

    /// Kills all processes of a function as `kill -9` would, and waits until they are gone. They
    /// come back at once. Returns how many there were.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn kill(&self, function: &str) -> Result<usize, InvokeError> {
        Ok(self.pool(function)?.kill().await)
    }

    /// What the functions are doing.
    #[must_use]
    pub fn functions(&self) -> Vec<FunctionState> {
        self.inner.pools.values().map(|pool| pool.report()).collect()
    }

    /// What functions were given lately, as far as `wanted` picks it, oldest first.
    #[must_use]
    pub fn hops(&self, wanted: impl Fn(&Hop) -> bool) -> Vec<Hop> {
        self.inner.journal.hops(wanted)
    }

    /// Stops: takes nothing more, gives invocations under way a few seconds to end, and ends all
    /// processes.
    pub async fn shutdown(&self) {
        self.inner.stop.send_replace(true);
        let deadline = Instant::now() + SHUTDOWN_MAX;
        let pools = self.inner.pools.values().map(|pool| pool.close(deadline));
        futures::future::join_all(pools).await;
        // What the last invocations did is written down before this returns.
        let mut stopped = self.inner.stopped.subscribe();
        let _the_loop_is_gone = stopped.wait_for(|stopped| *stopped).await;
    }

    fn pool(&self, function: &str) -> Result<&Arc<Pool>, InvokeError> {
        let not_found = || InvokeError::NotFound { function: function.into() };
        self.inner.pools.get(function).ok_or_else(not_found)
    }
}

/// The loop.
impl Inner {
    /// Looks for work whenever something has changed: the store, the room for it, or the time.
    async fn dispatch(self: Arc<Self>) {
        let mut stop = self.stop.subscribe();
        let mut under_way = JoinSet::new();
        while !*stop.borrow_and_update() {
            // Listening begins before looking: what changes in between is not missed.
            let changed = self.handle.changed();
            for pool in self.pools.values() {
                pool.come_back();
            }
            let pause = match self.handle.with(|ctx| self.look(ctx)).await {
                Ok(found) => {
                    let next = found.next;
                    self.begin(found, &mut under_way);
                    next.map_or(SLEEP_MAX, |next| (next - clock()).to_std().unwrap_or_default())
                }
                // The handle has said so.
                Err(_) => {
                    tokio::time::sleep(STORE_PAUSE).await;
                    Duration::ZERO
                }
            };
            tokio::select! {
                () = changed => {}
                () = self.freed.notified() => {}
                () = tokio::time::sleep(pause.clamp(SLEEP_MIN, SLEEP_MAX)) => {}
                _ = stop.changed() => {}
            }
            while under_way.try_join_next().is_some() {}
        }
        while under_way.join_next().await.is_some() {}
        self.stopped.send_replace(true);
    }

    /// Takes what there is and has room: invocations first, they are few; then messages.
    fn look(&self, ctx: &Ctx) -> Result<Found, AwsError> {
        let mut found = Found::default();
        self.look_for_invocations(ctx, &mut found)?;
        // What is broken until then may go on.
        found.next_at(ctx.settings.faults.active(ctx.now).iter().map(|on| on.until).min());
        for mapping in &self.mappings {
            mapping.look(ctx, &mut found)?;
        }
        Ok(found)
    }

    fn look_for_invocations(&self, ctx: &Ctx, found: &mut Found) -> Result<(), AwsError> {
        if asynchronous::is_empty(ctx)? {
            return Ok(());
        }
        let mut running = self.running().clone();
        for (name, pool) in self.pools.iter() {
            while let Some(waiting) = asynchronous::due(ctx, name, &running, 1)?.pop() {
                if asynchronous::give_up_if_too_old(ctx, &pool.function, &waiting)? {
                    continue;
                }
                // Without room there is nothing to wait for but room, and `freed` tells of that.
                let Some(slot) = pool.reserve() else { break };
                running.insert(waiting.request_id.clone());
                found.invocations.push((slot, waiting));
            }
            let next = asynchronous::next_due(ctx, name, &running)?;
            found.next_at(next.filter(|next| *next > ctx.now));
        }
        Ok(())
    }

    /// Starts what was found. Nothing of it is in the store any more only if the transaction that
    /// found it was kept, so this comes after it.
    fn begin(self: &Arc<Self>, found: Found, under_way: &mut JoinSet<()>) {
        for (slot, waiting) in found.invocations {
            self.running().insert(waiting.request_id.clone());
            let inner = Arc::clone(self);
            under_way.spawn(async move {
                let id = waiting.request_id.clone();
                inner.try_invocation(slot, waiting).await;
                inner.running().remove(&id);
                inner.freed.notify_one();
            });
        }
        for (mapping, batch) in found.batches {
            mapping.gathering.store(!mapping.settings.window.is_zero(), Ordering::Release);
            under_way.spawn(Arc::clone(self).do_batch(mapping, batch));
        }
    }

    async fn try_invocation(&self, slot: Slot, waiting: Waiting) {
        let Some(pool) = self.pools.get(&waiting.function) else { return };
        let payload = Bytes::from(waiting.payload.clone());
        let response = Pool::run(slot, waiting.request_id.clone(), payload, None).await;
        let outcome = read(&waiting.function, response);
        tell_of_failure(&outcome, &waiting.request_id);
        self.keep(|ctx| asynchronous::settle(ctx, &pool.function, &waiting, &outcome)).await;
    }

    /// Has a batch done, and deletes what of it was done.
    async fn do_batch(self: Arc<Self>, mapping: Arc<Mapping>, batch: Batch) {
        let Batch { mut messages, slot, permit } = batch;
        if !mapping.settings.window.is_zero() {
            self.gather(&mapping, &mut messages).await;
        }
        let mut slot = Some(slot);
        for event in mapping::events(&self.settings, &mapping.settings.queue, messages) {
            let slot = match slot.take() {
                Some(slot) => Ok(slot),
                None => mapping.pool.reserve_later().await,
            };
            // The rest comes back when its visibility ends.
            let Ok(slot) = slot else { break };
            let trace = event.messages.iter().find_map(|m| m.system.get("AWSTraceHeader").cloned());
            let id = uuid::Uuid::new_v4().to_string();
            let MappingSettings { function, queue, .. } = &mapping.settings;
            let hops = self.journal.begin(function, queue, &event.messages, clock());
            let response = Pool::run(slot, id.clone(), event.payload.into(), trace).await;
            let outcome = read(function, response);
            tell_of_failure(&outcome, &id);
            let done = mapping::done(&mapping.settings, &event.messages, &outcome);
            self.journal.end(hops, &event.messages, &done, &outcome, clock());
            if outcome.is_ok() {
                let settle =
                    |ctx: &Ctx| mapping::settle(ctx, &mapping.settings, &event.messages, &outcome);
                self.keep(settle).await;
            }
        }
        drop(permit);
        self.freed.notify_one();
    }

    /// Fills a batch up until it is full or the window is over.
    async fn gather(&self, mapping: &Mapping, messages: &mut Vec<Received>) {
        let until = Instant::now() + mapping.settings.window;
        let size = |messages: &[Received]| messages.iter().map(|m| m.body.len()).sum::<usize>();
        let full = mapping.settings.batch_size as usize;
        let mut stop = self.stop.subscribe();
        while messages.len() < full && size(messages) < PAYLOAD_BYTES_MAX && !*stop.borrow() {
            let changed = self.handle.changed();
            let room = full - messages.len();
            let more = self.handle.with(|ctx| {
                let more = mapping::take(ctx, &mapping.settings, room)?;
                Ok((more, sqs::next_visible(ctx, &mapping.settings.queue)?))
            });
            // If it cannot be had now, the batch is done as it is.
            let Ok((more, next)) = more.await else { break };
            messages.extend(more);
            let next = next.and_then(|next| (next - clock()).to_std().ok()).unwrap_or(SLEEP_MAX);
            tokio::select! {
                () = changed => {}
                () = tokio::time::sleep(next.clamp(SLEEP_MIN, SLEEP_MAX)) => {}
                () = tokio::time::sleep_until(until) => break,
                _ = stop.changed() => break,
            }
        }
        mapping.gathering.store(false, Ordering::Release);
    }

    /// Writes down what came of an invocation. If that fails, the invocation comes again in its
    /// time, as if this process had died just before; that is the caller's business to survive, and
    /// it does.
    async fn keep(&self, write: impl Fn(&Ctx) -> Result<(), AwsError>) {
        if let Err(error) = self.handle.with(&write).await {
            tracing::warn!(%error, "what an invocation came to was not kept: it will come again");
        }
    }

    async fn tidy(self: Arc<Self>) {
        let mut stop = self.stop.subscribe();
        while !*stop.borrow_and_update() {
            tokio::select! {
                () = tokio::time::sleep(TIDY_EVERY) => {
                    for pool in self.pools.values() {
                        pool.tidy(IDLE_MAX);
                    }
                }
                _ = stop.changed() => {}
            }
        }
    }

    fn running(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Mapping {
    fn new(settings: MappingSettings, pool: Arc<Pool>) -> Self {
        Self {
            permits: Arc::new(Semaphore::new(settings.maximum_concurrency as usize)),
            settings,
            pool,
            gathering: AtomicBool::new(false),
            queue_missing: AtomicBool::new(false),
        }
    }

    /// Takes batches as long as there is room for their invocations at once, so that no message
    /// waits while it is invisible.
    fn look(self: &Arc<Self>, ctx: &Ctx, found: &mut Found) -> Result<(), AwsError> {
        if self.gathering.load(Ordering::Acquire) {
            return Ok(());
        }
        if ctx.settings.faults.queue_cut(&self.settings.queue, ctx.now).is_some() {
            return Ok(());
        }
        loop {
            let next = match sqs::next_visible(ctx, &self.settings.queue) {
                Ok(next) => next,
                Err(error) if error.is_callers() => {
                    self.tell_of_queue(&error);
                    return Ok(());
                }
                Err(error) => return Err(error),
            };
            self.queue_missing.store(false, Ordering::Relaxed);
            if next.is_none_or(|next| next > ctx.now) {
                found.next_at(next);
                return Ok(());
            }
            // Without room there is nothing to wait for but room, and `freed` tells of that.
            let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() else { return Ok(()) };
            let Some(slot) = self.pool.reserve() else { return Ok(()) };
            let room = self.settings.batch_size as usize;
            let messages = mapping::take(ctx, &self.settings, room)?;
            if messages.is_empty() {
                // All that was there went to the dead letters.
                found.next_at(sqs::next_visible(ctx, &self.settings.queue)?);
                return Ok(());
            }
            found.batches.push((Arc::clone(self), Batch { messages, slot, permit }));
            if !self.settings.window.is_zero() {
                return Ok(());
            }
        }
    }

    fn tell_of_queue(&self, error: &AwsError) {
        if !self.queue_missing.swap(true, Ordering::Relaxed) {
            let MappingSettings { queue, function, .. } = &self.settings;
            tracing::error!("function `{function}` gets nothing from queue `{queue}`: {error}");
        }
    }
}

impl Found {
    fn next_at(&mut self, next: Option<Now>) {
        self.next = self.next.into_iter().chain(next).min();
    }
}

/// The time. The Runtime API is a door to the world, and a deadline is an instant in it.
#[expect(clippy::disallowed_methods, reason = "a process is told its deadline in the world's time")]
pub(super) fn clock() -> Now {
    Utc::now()
}

/// Logs what a function reported. Of processes that ended or did not start their pool has told.
fn tell_of_failure(outcome: &Outcome, request_id: &str) {
    if let Err(error @ InvokeError::Failed { .. }) = outcome {
        tracing::warn!(request_id, "{error}");
    }
}

/// A function's response as JSON.
fn read(function: &str, response: Result<Bytes, InvokeError>) -> Outcome {
    let response = response?;
    // A runtime that has nothing to say may send nothing.
    if response.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(&response).map_err(|error| {
        let message = format!("the response is not JSON: {error}");
        failed(function, "Runtime.MalformedResponse", &message)
    })
}

/// Whether the settings fit each other; if not, why.
fn check(functions: &[FunctionSettings], mappings: &[MappingSettings]) -> Result<(), String> {
    let mut names = BTreeSet::new();
    for FunctionSettings { name, concurrency, timeout, .. } in functions {
        let is_word = name.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
        if name.is_empty() || name.len() > 64 || !is_word {
            return Err(format!("`{name}` cannot be a function's name"));
        }
        if *concurrency == 0 || timeout.is_zero() {
            return Err(format!(
                "function `{name}` may never run: its concurrency or time is zero"
            ));
        }
        if !names.insert(name) {
            return Err(format!("there are two functions `{name}`"));
        }
    }
    for mapping in mappings {
        mapping.check()?;
        if !names.contains(&mapping.function) {
            let MappingSettings { queue, function, .. } = mapping;
            return Err(format!(
                "queue `{queue}` is for function `{function}`, which is not there"
            ));
        }
    }
    Ok(())
}

/// Why functions were not started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The settings are wrong.
    #[error("{0}")]
    Settings(String),
    /// The directory of the logs cannot be made.
    #[error("logs cannot be written to {}", path.display())]
    Logs {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The store cannot be written.
    #[error("the functions could not be registered")]
    Store(#[source] AwsError),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_that_contradict_each_other_are_refused_in_words() {
        let function = |name: &str| FunctionSettings::new(name, "/bin/true");
        let mapping = |of: &str| MappingSettings::new("charges", of);
        let never = FunctionSettings { concurrency: 0, ..function("never") };
        let cases = [
            (vec![function("a b")], vec![], "`a b` cannot be a function's name"),
            (vec![function("a"), function("a")], vec![], "there are two functions `a`"),
            (
                vec![never],
                vec![],
                "function `never` may never run: its concurrency or time is zero",
            ),
            (
                vec![function("a")],
                vec![mapping("b")],
                "queue `charges` is for function `b`, which is not there",
            ),
        ];
        for (functions, mappings, why) in cases {
            assert_eq!(check(&functions, &mappings), Err(why.to_owned()));
        }
        assert_eq!(check(&[function("a")], &[mapping("a")]), Ok(()));
    }
}
