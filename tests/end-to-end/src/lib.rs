//! A stack as its users meet it: texts in, rings and ledger entries out.
//!
//! # Layout
//! - [`World`]: any running stack. It speaks as a phone does (over the HTTP interface of the phones) and as the carrier
//!   does (with the AWS SDK)
//! - [`Local`]: the local stack, as a process on ports of the system's choice that can be killed without warning
//! - [`SCENARIOS`]: what must hold on every stack; `tests/scenarios.rs` runs them on local stacks, `tests/conformance` on
//!   the deployed template

#![expect(clippy::disallowed_methods, reason = "tests wait by the machine's own clock")]
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a broken world should stop its test"
)]

pub mod http;
mod local;
mod scenarios;
mod world;

pub use local::{Ended, Local, executable};
pub use scenarios::{SCENARIOS, Scenario};
pub use world::{Phone, World, instant};
