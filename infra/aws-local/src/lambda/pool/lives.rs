//! The lives of a function's processes: each is started, is expected to come up, and is replaced when it is gone.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use super::{Ending, Environment, Phase, Pool, State};
use crate::lambda::{InvokeError, dispatcher, process};

/// How long a process may take to ask for its first invocation. Lambda allows 10 s; a debug build
/// on a machine that is busy compiling gets more.
const INIT_MAX: Duration = Duration::from_secs(30);

/// The pause before a function is started again after it died twice in a row; it doubles with each
/// further time. After the first time there is none: a process that is killed comes back at once.
const RESTART_PAUSE: Duration = Duration::from_millis(100);

/// The longest such pause: a program that is repaired is back within this.
pub(super) const RESTART_PAUSE_MAX: Duration = Duration::from_secs(10);

/// The pause before a further environment is tried when one failed to come up beside others that
/// work.
const SCALE_UP_PAUSE: Duration = Duration::from_secs(1);

impl Pool {
    /// Starts a process, if none has been since the function was kept down.
    pub fn come_back(self: &Arc<Self>) {
        let mut state = self.state();
        if state.environments.is_empty() && !state.closing && !state.pausing {
            self.start(&mut state);
        }
    }

    /// Whether somebody keeps the function from running.
    pub(super) fn is_down(&self) -> bool {
        let faults = &self.surroundings.settings.faults;
        faults.function_down(&self.function.name, dispatcher::clock()).is_some()
    }

    pub(super) fn start(self: &Arc<Self>, state: &mut State) {
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
        let started = self.surroundings.start(&self.function, &id, dispatcher::clock());
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

    pub(super) fn where_it_is_logged(&self) -> String {
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
    /// Counts a death that nobody here ordered. Returns the pause before the next start.
    pub(super) fn count_death(&mut self) -> Duration {
        let before = self.deaths_in_row;
        self.deaths += 1;
        self.deaths_in_row += 1;
        let Some(doublings) = before.checked_sub(1) else { return Duration::ZERO };
        let factor = 2_u32.saturating_pow(doublings);
        RESTART_PAUSE.saturating_mul(factor).min(RESTART_PAUSE_MAX)
    }
}
