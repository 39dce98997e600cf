//! AWS on one machine: the services that Ringback's functions speak to, as state machines over SQLite.
//!
//! # Layout
//! - [`store`]: the SQLite file (or memory) that every service but DynamoDB keeps its state in, and its lock
//! - [`wire`]: one AWS request and one response, whatever door they came through; AWS errors
//! - [`sqs`], [`sns`], [`scheduler`], [`carrier`] (SMS and voice), [`dynamodb`]: the services; no I/O but
//!   SQLite, and the present is always an argument (`now`), so a simulator can drive them
//! - [`lambda`]: asynchronous invocations, the Lambda Runtime API, event source mappings, processes
//! - [`server`]: the HTTP door on loopback, and the ticker that moves time on
//!
//! Services call each other in one direction only: carrier → sns → sqs ← scheduler → lambda. All calls of one
//! request happen in one SQLite transaction, so that a kill -9 leaves either all of its effects or none.

pub mod carrier;
pub mod dynamodb;
pub mod lambda;
pub mod scheduler;
pub mod server;
pub mod sns;
pub mod sqs;
pub mod store;
pub mod wire;

use chrono::{DateTime, Utc};

/// An instant in UTC. Always an argument in this crate; only [`server`] asks the clock.
pub type Now = DateTime<Utc>;
