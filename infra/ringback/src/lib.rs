//! Ringback on one machine: the local stack with the page of a phone, and the tools around it.
//!
//! # Layout
//! - [`cli`]: the command line, and which exit code means what
//! - [`local`]: the stack: AWS on one machine, the functions as processes of this same executable,
//!   the HTTP interface of the phones, the page
//! - [`parse`]: what a text means, for a person and for other programs
//! - [`simulate`]: the proof by simulation; the simulator itself is `tests/simulation`
//! - [`trace`]: the story of one phone's requests; [`statement`]: what a month was charged; [`export`]: the ledger of a month as files;
//!   [`reconcile`]: whether it is the whole truth; [`margin`]: what it earned; [`credit`]: what is given back; [`forget`]: whom nothing is to be known of any more; [`redrive`]: dead letters; [`doctor`]: whether a stack can do
//!   its work; [`restore`]: the restore drill; [`replay`]: what a restore lost, from the archive. They ask a [`target`], which is the local stack or one in AWS, and
//!   tell its [`refusal`]s
//!
//! The page itself (`page/`) is plain HTML, CSS and JavaScript, embedded as it is: no build step.

pub mod cli;
pub mod credit;
pub mod doctor;
pub mod export;
pub mod forget;
pub mod local;
pub mod margin;
pub mod parse;
pub mod reconcile;
pub mod redrive;
pub mod refusal;
pub mod replay;
pub mod restore;
pub mod simulate;
pub mod statement;
pub mod target;
pub mod trace;
