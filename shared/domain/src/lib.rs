//! What Ringback is about, without the world: state machines, texts, prices, limits.
//!
//! Pure: no I/O, no clock, no randomness. The present and new ids are arguments; a decision is a value.
//!
//! # Layout
//! - [`inbound`]: what a text means and what follows from it; [`command`], [`texts`] (the words: `catalogue/`)
//! - [`occurrence`]: the state machine of a reminder, `step` and `owed`; [`attempt`], [`admission`], [`spoken`]
//! - [`outgoing`]: the state machine of an SMS; [`gsm`]
//! - [`lifecycle`]: what others are told of it
//! - [`user`], [`message`], [`phone`], [`place`] (zones), [`ids`], [`story`]
//! - [`ledger`], [`statement`], [`reconciliation`], [`price`], [`money`]
//! - [`limits`]: every limit, with its reason

pub mod admission;
pub mod attempt;
pub mod command;
pub mod gsm;
pub mod ids;
pub mod inbound;
pub mod ledger;
pub mod lifecycle;
pub mod limits;
pub mod message;
pub mod money;
pub mod occurrence;
pub mod outgoing;
pub mod phone;
pub mod place;
pub mod price;
pub mod quiet;
pub mod reconciliation;
pub mod series;
pub mod spoken;
pub mod statement;
pub mod story;
pub mod tale;
pub mod texts;
pub mod user;
