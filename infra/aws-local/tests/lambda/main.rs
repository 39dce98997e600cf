//! Functions as real processes on the real `lambda_runtime`, fed from queues, rows and callers.
//!
//! The processes are this executable again, see `function`.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod deaths;
mod faults;
mod function;
mod invocations;
mod queues;
mod stack;
