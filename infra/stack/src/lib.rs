//! What a deployment consists of, made on `aws-local`: the same for the local stack and for the simulator.
//!
//! # Layout
//! - [`provision`]: queues, topics, tables and schedules, as `template.yaml` makes them
//! - [`functions`]: what feeds each, its limits, its environment

pub mod functions;
pub mod provision;
