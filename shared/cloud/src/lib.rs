//! The AWS side of Ringback: what the functions and the tools share to reach tables, queues, schedules and the carrier.
//!
//! # Layout
//! - [`config`], [`clock`], [`connection`]: what is given to a process; the clients
//! - [`items`]: one file per kind of row, with its keys; [`table`]: reading and conditional writing
//! - [`queues`]: the messages between our own queues; [`envelope`]: those that come from outside
//! - [`batch`]: the loop over a batch from SQS, where one message never fails its neighbours
//! - [`carrier`], [`schedules`], [`events`]: the services that act on the world
//! - [`commit`]: writing a decision and sending what it owes
//! - [`metrics`]: what alarms and dashboards are fed with
//! - [`story`], [`ledger`]: reading it all back for people; [`month`], [`reconciliation`]: a whole month of it; [`forget`]: forgetting one of them
//! - [`run`]: how a function starts

pub mod batch;
pub mod carrier;
pub mod clock;
pub mod commit;
pub mod config;
pub mod connection;
pub mod envelope;
pub mod error;
pub mod events;
pub mod forget;
pub mod items;
pub mod ledger;
pub mod metrics;
pub mod month;
pub mod queues;
pub mod reconciliation;
pub mod run;
pub mod schedules;
pub mod story;
pub mod table;

pub use clock::Clock;
pub use config::{Config, ConfigError};
pub use connection::Cloud;
pub use error::Error;
