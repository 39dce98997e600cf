//! Switches that break something for a while, and what was noticed of it.
//!
//! A switch ends by itself. Afterwards the stack is watched until nothing is left that the fault has hurt.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_local::Now;
use aws_local::faults::{Active, Fault};
use aws_local::lambda::Hop;
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use chrono::TimeDelta;
use domain::occurrence::{self, Occurrence};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use stack::functions::{self, Function};
use stack::provision::queue;

use super::api::{Api, ApiError};

/// How long a switch stays on if nobody says: long enough to text and to see it.
const SECONDS_DEFAULT: u32 = 60;
/// The longest that one stays on.
pub(super) const SECONDS_MAX: u32 = 900;
/// How often a stack that recovers is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// What is noticed is kept for so many lines.
const NOTICED_MAX: usize = 60;
/// Rows that should move within this time are looked at when it is asked whether all is well again.
const HORIZON: TimeDelta = TimeDelta::minutes(15);
/// Most of them in one shard of the index.
const ROWS_LOOKED_AT: i32 = 25;

/// What one can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
struct Switch {
    name: &'static str,
    title: &'static str,
    sentence: &'static str,
    kind: Kind,
}

/// What a switch is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    /// One function, for a moment.
    Moment,
    /// One function.
    Function,
    /// One queue.
    Queue,
    /// The whole stack.
    Stack,
}

const KILL: &str = "function-killed";
const DOWN: &str = "function-down";
const CUT: &str = "queue-cut";

const SWITCHES: [Switch; 7] = [
    Switch {
        name: KILL,
        title: "Kill a function",
        sentence: "Its process dies now, in the middle of whatever it does, and another one is started at once.",
        kind: Kind::Moment,
    },
    Switch {
        name: DOWN,
        title: "Keep a function dead",
        sentence: "Its process dies, and no other is started until the time is over. Messages wait in its queue.",
        kind: Kind::Function,
    },
    Switch {
        name: CUT,
        title: "Cut off a queue",
        sentence: "Nothing gets in or out. Whoever wants to send is refused, and tries again from the start.",
        kind: Kind::Queue,
    },
    Switch {
        name: "database-throttled",
        title: "Throttle the database",
        sentence: "The tables refuse four of five requests. The SDK tries again, and then the queue does.",
        kind: Kind::Stack,
    },
    Switch {
        name: "events-lost",
        title: "Lose the carrier's events",
        sentence: "Phones ring, but nobody is told what came of it. After five minutes without news reconcile goes on.",
        kind: Kind::Stack,
    },
    Switch {
        name: "carrier-throttled",
        title: "Keep the carrier busy",
        sentence: "It takes no SMS and no call for now. What it refuses is held, and comes again.",
        kind: Kind::Stack,
    },
    Switch {
        name: "spend-limit",
        title: "Spend all the money for calls",
        sentence: "The carrier places no call any more this month. What is due comes as an SMS.",
        kind: Kind::Stack,
    },
];

impl Switch {
    fn named(name: &str) -> Result<Self, ApiError> {
        SWITCHES.into_iter().find(|switch| switch.name == name).ok_or(ApiError::NoSuchFault)
    }

    /// What it can be thrown for.
    fn targets(self) -> Vec<&'static str> {
        match self.kind {
            Kind::Moment | Kind::Function => functions::ALL.map(Function::name).into(),
            Kind::Queue => queue::SOURCES.into(),
            Kind::Stack => Vec::new(),
        }
    }

    /// The fault that it switches on; none if it is over in a moment.
    fn fault(self, target: Option<&str>) -> Option<Fault> {
        Some(match (self.name, target) {
            (DOWN, Some(name)) => Fault::FunctionDown(name.into()),
            (CUT, Some(name)) => Fault::QueueCut(name.into()),
            ("database-throttled", _) => Fault::TablesThrottled,
            ("events-lost", _) => Fault::EventsLost,
            ("carrier-throttled", _) => Fault::CarrierThrottled,
            ("spend-limit", _) => Fault::CallsUnaffordable,
            _ => return None,
        })
    }

    /// Switch and target of a fault.
    fn of(fault: &Fault) -> (&'static str, Option<&str>) {
        match fault {
            Fault::FunctionDown(name) => (DOWN, Some(name)),
            Fault::QueueCut(name) => (CUT, Some(name)),
            Fault::TablesThrottled => ("database-throttled", None),
            Fault::EventsLost => ("events-lost", None),
            Fault::CarrierThrottled => ("carrier-throttled", None),
            Fault::CallsUnaffordable => ("spend-limit", None),
        }
    }
}

/// What is broken, and since when.
fn begun(fault: &Fault) -> String {
    match fault {
        Fault::FunctionDown(name) => format!("{name} is dead."),
        Fault::QueueCut(name) => format!("The queue {name} is cut off."),
        Fault::TablesThrottled => "The database refuses four of five requests.".into(),
        Fault::EventsLost => "The carrier tells nobody what became of calls.".into(),
        Fault::CarrierThrottled => "The carrier takes no SMS and no call.".into(),
        Fault::CallsUnaffordable => "The carrier places no call: the money is spent.".into(),
    }
}

/// That a fault is over, and what it did.
fn over(active: &Active) -> String {
    let hits = active.hits;
    match &active.fault {
        Fault::FunctionDown(name) => format!("{name} may run again."),
        Fault::QueueCut(name) => format!("The queue {name} is back; {}.", refused(hits)),
        Fault::TablesThrottled => {
            let answered = hits / 5;
            format!("The database answers again; {}.", refused(hits - answered))
        }
        Fault::EventsLost if hits == 1 => "The carrier tells again; 1 event was lost.".into(),
        Fault::EventsLost => format!("The carrier tells again; {hits} events were lost."),
        Fault::CarrierThrottled => format!("The carrier has time again; {}.", refused(hits)),
        Fault::CallsUnaffordable => format!("There is money for calls again; {}.", refused(hits)),
    }
}

fn refused(hits: u64) -> String {
    if hits == 1 { "1 request was refused".into() } else { format!("{hits} requests were refused") }
}

/// What was noticed, in the order in which it happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Noticed {
    at: Now,
    /// `broken`, `failed`, `again`, `over` or `healed`.
    kind: &'static str,
    what: String,
}

/// What this stack remembers of switches; the faults themselves are with the services.
#[derive(Debug, Default)]
pub struct Switches {
    state: Mutex<Remembered>,
}

#[derive(Debug, Default)]
struct Remembered {
    noticed: VecDeque<Noticed>,
    /// Since something was broken; `None` once all is well again.
    broken_since: Option<Now>,
    /// When the last fault was over.
    over_at: Option<Now>,
    /// Somebody watches until all is well again.
    watched: bool,
}

impl Switches {
    fn state(&self) -> MutexGuard<'_, Remembered> {
        // Nothing here panics halfway through a change.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, at: Now, kind: &'static str, what: String) {
        let mut state = self.state();
        state.noticed.push_back(Noticed { at, kind, what });
        let surplus = state.noticed.len().saturating_sub(NOTICED_MAX);
        state.noticed.drain(..surplus);
    }

    /// Something broke, and is `over` or goes on. True if nobody watches yet.
    fn broke(&self, at: Now, over: bool, what: String) -> bool {
        self.note(at, "broken", what);
        let mut state = self.state();
        state.broken_since.get_or_insert(at);
        state.over_at = over.then_some(at);
        !std::mem::replace(&mut state.watched, true)
    }

    fn healed(&self, now: Now) {
        let over_at = {
            let mut state = self.state();
            state.watched = false;
            state.broken_since = None;
            state.over_at.take()
        };
        let after = over_at.map_or(0, |at| (now - at).num_seconds());
        let what = match after {
            0 => "All is well again: nothing is owed any more.".to_owned(),
            1 => "All is well again after 1 second: nothing is owed any more.".to_owned(),
            s => format!("All is well again after {s} seconds: nothing is owed any more."),
        };
        self.note(now, "healed", what);
    }

    /// What was noticed of the faults themselves.
    fn noticed(&self) -> (Vec<Noticed>, Option<Now>) {
        let state = self.state();
        (state.noticed.iter().cloned().collect(), state.broken_since)
    }
}

/// What a message met on its way that is worth telling: it failed, or was done at a later try.
fn of_hop(hop: &Hop) -> Option<Noticed> {
    let Hop { function, queue, delivery, .. } = hop;
    let at = hop.ended_at?;
    match &hop.failed {
        Some(why) => {
            let what =
                format!("{function} did not do a message of {queue}: {why}. It comes again.");
            Some(Noticed { at, kind: "failed", what })
        }
        None if *delivery > 1 => {
            let what = format!("{function} did a message of {queue} at delivery {delivery}.");
            Some(Noticed { at, kind: "again", what })
        }
        None => None,
    }
}

impl Api {
    /// What can be broken, what is, and what was noticed.
    pub fn faults(&self, now: Now) -> Value {
        let active = self.handle.faults().active(now);
        let on = |switch: &Switch| -> Vec<Value> {
            let on = active.iter().filter(|on| Switch::of(&on.fault).0 == switch.name);
            on.map(|on| {
                json!({
                    "target": Switch::of(&on.fault).1, "since": on.since, "ends_at": on.until,
                    "hits": on.hits, "what": begun(&on.fault),
                })
            })
            .collect()
        };
        let faults: Vec<Value> = SWITCHES
            .iter()
            .map(|switch| {
                json!({
                    "name": switch.name, "title": switch.title, "sentence": switch.sentence,
                    "kind": switch.kind, "targets": switch.targets(), "on": on(switch),
                })
            })
            .collect();
        let (mut noticed, broken_since) = self.switches.noticed();
        if let Some(first) = noticed.first().map(|noticed| noticed.at) {
            let hops = self.dispatcher.hops(|hop| hop.started_at >= first);
            noticed.extend(hops.iter().filter_map(of_hop));
            noticed.sort_by_key(|noticed| noticed.at);
            noticed.drain(..noticed.len().saturating_sub(NOTICED_MAX));
        }
        json!({
            "seconds_max": SECONDS_MAX, "faults": faults, "noticed": noticed,
            "recovering": broken_since.is_some() && active.is_empty(),
        })
    }

    async fn throw(
        self: &Arc<Self>,
        switch: Switch,
        wanted: Wanted,
        now: Now,
    ) -> Result<(), ApiError> {
        let target = wanted.target.as_deref();
        let targets = switch.targets();
        if target.is_some_and(|target| !targets.contains(&target))
            || (target.is_none() && !targets.is_empty())
        {
            return Err(ApiError::NoSuchTarget { targets: targets.join(", ") });
        }
        let Some(fault) = switch.fault(target) else {
            let name = target.unwrap_or_default();
            self.killed(name).await?;
            self.noticed_broken(now, true, format!("{name} was killed, and is started again."));
            return Ok(());
        };
        if !wanted.on {
            self.handle.faults().end(&fault, now);
            self.handle.wake();
            return Ok(());
        }
        let seconds = wanted.seconds.unwrap_or(SECONDS_DEFAULT);
        if !(1..=SECONDS_MAX).contains(&seconds) {
            return Err(ApiError::TooLong);
        }
        let until = now + TimeDelta::seconds(seconds.into());
        let what = begun(&fault);
        self.handle.faults().set(fault.clone(), now, until);
        if let Fault::FunctionDown(name) = &fault
            && let Err(error) = self.killed(name).await
        {
            self.handle.faults().end(&fault, now);
            return Err(error);
        }
        self.handle.wake();
        self.noticed_broken(now, false, what);
        Ok(())
    }

    async fn killed(&self, name: &str) -> Result<usize, ApiError> {
        self.dispatcher.kill(name).await.map_err(|_| ApiError::NoSuchFunction)
    }

    fn noticed_broken(self: &Arc<Self>, now: Now, over: bool, what: String) {
        if self.switches.broke(now, over, what) {
            tokio::spawn(Arc::clone(self).watch());
        }
        self.handle.wake();
    }

    /// Looks on until nothing is left that a fault has hurt.
    async fn watch(self: Arc<Self>) {
        loop {
            tokio::select! {
                () = self.handle.stopped() => return,
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
            let now = super::now();
            for ended in self.handle.faults().take_ended(now) {
                self.switches.state().over_at = Some(now);
                self.switches.note(now, "over", over(&ended));
                self.handle.wake();
            }
            if self.handle.faults().active(now).is_empty() && self.is_well(now).await {
                self.switches.healed(now);
                self.handle.wake();
                return;
            }
        }
    }

    /// Whether nothing is under way, waits in a queue, or is owed by a row. What cannot be seen is not well.
    async fn is_well(&self, now: Now) -> bool {
        let quiet = self.machine().await.is_ok_and(|machine| machine.is_quiet());
        quiet && !self.is_hurt(now).await.unwrap_or(true)
    }

    /// Whether a row should have moved, owes something, or waits for news of a call.
    async fn is_hurt(&self, now: Now) -> Result<bool, cloud::Error> {
        for shard in 0..self.cloud.config.open_shards {
            let rows = self.cloud.open_rows(shard, now + HORIZON, ROWS_LOOKED_AT, None).await?;
            for row in rows {
                if row.check_at <= now || !row.key.sk.starts_with("OCCURRENCE#") {
                    return Ok(true);
                }
                let stored = self.cloud.get::<Occurrence>(&row.key).await?;
                if stored.is_some_and(|stored| !only_waits(&stored.row)) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}

/// Whether a reminder waits for its time, and for nothing else.
fn only_waits(row: &Occurrence) -> bool {
    use occurrence::State;
    matches!(row.state, State::Accepted | State::Waiting) && occurrence::owed(row).is_empty()
}

/// What a request wants of a switch.
#[derive(Debug, Default, Deserialize)]
struct Wanted {
    /// Off ends it before its time.
    #[serde(default = "on")]
    on: bool,
    target: Option<String>,
    seconds: Option<u32>,
}

fn on() -> bool {
    true
}

/// `GET /api/faults`.
pub async fn list(State(api): State<Arc<Api>>) -> Json<Value> {
    Json(api.faults(super::now()))
}

/// `PUT` or `POST /api/faults/{name}`: `{"on":true,"target":"send-sms","seconds":60}`.
///
/// # Errors
/// There is no such switch or target, or the time is too long.
pub async fn set(
    State(api): State<Arc<Api>>,
    Path(name): Path<String>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, ApiError> {
    let switch = Switch::named(&name)?;
    let wanted = serde_json::from_slice(&body?).map_err(ApiError::NotAWish)?;
    api.throw(switch, wanted, super::now()).await?;
    Ok(Json(api.faults(super::now())))
}
