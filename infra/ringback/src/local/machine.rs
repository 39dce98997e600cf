//! What the functions are doing and what waits in their queues, for people who look on.

use std::str::FromStr as _;
use std::sync::Arc;

use aws_local::faults::{Active, Fault};
use aws_local::wire::AwsError;
use aws_local::{Ctx, Now, sqs};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use stack::functions::Function;
use stack::provision;

use super::api::{Api, ApiError};

/// All of it at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Machine {
    /// In the order of the road.
    functions: Vec<Worker>,
    /// Those that feed functions.
    queues: Vec<Queue>,
}

/// A function.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
struct Worker {
    name: String,
    /// What feeds it; none for what is invoked.
    queue: Option<String>,
    /// How many processes it has.
    processes: usize,
    /// How many invocations are under way.
    in_flight: usize,
    /// How often a process of it died without being told to.
    deaths: u64,
    /// Until when it is kept from running.
    down_until: Option<Now>,
}

/// A queue.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
struct Queue {
    name: String,
    /// Messages that can be had now.
    waiting: u64,
    /// Messages that a function has, or had when it failed: they come again.
    in_flight: u64,
    /// Messages whose time has not come.
    delayed: u64,
    /// Messages that were given up, with their reason.
    dead: u64,
}

impl Machine {
    /// Nothing is under way, nothing waits but for its time, and every function could begin.
    pub fn is_quiet(&self) -> bool {
        let idle = |it: &Worker| it.in_flight == 0 && it.processes > 0;
        let empty = |queue: &Queue| queue.waiting + queue.in_flight == 0;
        self.functions.iter().all(idle) && self.queues.iter().all(empty)
    }
}

impl Api {
    /// What the functions are doing, and what waits for them.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn machine(&self) -> Result<Machine, ApiError> {
        let seen = |ctx: &Ctx| {
            let queues = provision::queue::SOURCES.iter().map(|name| queue(ctx, name));
            Ok((queues.collect::<Result<_, AwsError>>()?, ctx.settings.faults.active(ctx.now)))
        };
        let (queues, broken) = self.handle.with(seen).await?;
        let down = |name: &str| {
            let it = |on: &&Active| on.fault == Fault::FunctionDown(name.into());
            broken.iter().find(it).map(|on| on.until)
        };
        let mut functions: Vec<(Option<Function>, Worker)> = self
            .dispatcher
            .functions()
            .into_iter()
            .map(|state| {
                let known = Function::from_str(&state.name).ok();
                let worker = Worker {
                    queue: known.and_then(Function::mapping).map(|mapping| mapping.queue),
                    processes: state.pids.len(),
                    in_flight: state.in_flight,
                    deaths: state.deaths,
                    down_until: down(&state.name),
                    name: state.name,
                };
                (known, worker)
            })
            .collect();
        functions.sort_by_key(|(known, _)| *known);
        Ok(Machine { functions: functions.into_iter().map(|(_, it)| it).collect(), queues })
    }
}

fn queue(ctx: &Ctx, name: &str) -> Result<Queue, AwsError> {
    let depths = |queue: &str| -> Result<[u64; 3], AwsError> {
        let attributes = sqs::get_attributes(ctx, queue)?;
        Ok(["", "NotVisible", "Delayed"].map(|which| {
            let count = attributes.get(&format!("ApproximateNumberOfMessages{which}"));
            count.and_then(|count| count.parse().ok()).unwrap_or_default()
        }))
    };
    let [waiting, in_flight, delayed] = depths(name)?;
    let dead = depths(&provision::dead_letters(name))?.iter().sum();
    Ok(Queue { name: name.into(), waiting, in_flight, delayed, dead })
}

/// `GET /api/machine`.
///
/// # Errors
/// The store cannot be read.
pub async fn machine(State(api): State<Arc<Api>>) -> Result<Json<Machine>, ApiError> {
    Ok(Json(api.machine().await?))
}
