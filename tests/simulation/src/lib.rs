//! The proof by simulation: seeded days of faults in which the real handlers run on the real AWS SDK, and every
//! promise of the product is checked by name.
//!
//! Nothing of the product is stubbed. The handlers are those that Lambda runs, the SDK is the one that Lambda uses,
//! and behind its connector answers `aws-local`. Time is tokio's, paused: it moves on only when everything waits. All
//! chance follows from one seed, so a broken promise comes with the command that breaks it again.
//!
//! # Layout
//! - [`dice`]: chance, from the seed
//! - [`fault`]: what can go wrong, and how often in one world
//! - [`people`], [`tongue`], [`calendar`]: who texts what in which language, and what they mean by it
//! - [`support`]: who gives back now and then what was charged
//! - [`prices`]: what a month costs in a world: in half of them it is partly free, or has a small maximum
//! - [`world`]: AWS, clock, carrier and faults, put together
//! - `wire`: the SDK's connector: delays, losses, refusals
//! - `lambda`: environments, batches, time limits, kills
//! - `restore`: the tables set back to an earlier moment, with all that an operator does then
//! - [`record`]: what was seen on the wire
//! - [`promise`], [`promises`]: what is promised, and how it is checked
//! - [`sabotage`]: known bugs, to prove that the promises can be broken
//! - [`fmea`]: the failure table: each fault alone
//! - [`run`](mod@run): one run, from its first instant to its end
//! - [`processors`]: many worlds at once
//! - [`suite`]: many runs; coverage, and how it went in numbers

pub mod calendar;
pub mod dice;
pub mod fault;
pub mod fmea;
mod lambda;
mod log;
pub mod people;
pub mod prices;
pub mod processors;
pub mod promise;
pub mod promises;
pub mod record;
mod restore;
pub mod run;
pub mod sabotage;
pub mod suite;
pub mod support;
pub mod tables;
pub mod tongue;
mod wire;
pub mod world;

pub use run::{Outcome, run};
pub use world::Settings;
