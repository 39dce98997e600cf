//! What a deployment consists of, made on `aws-local`: the same for the local stack and for the simulator.
//!
//! # Layout
//! - [`provision`]: queues, topics, tables and schedules, as `template.yaml` makes them
//! - [`functions`]: what feeds each, its limits, its environment
//! - [`replay`]: in which order messages are handed in once more

pub mod functions;
pub mod provision;
pub mod replay;
