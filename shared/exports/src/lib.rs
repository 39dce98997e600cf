//! What is written for finance: where it goes, what it is called, and who may go on with it.
//!
//! # Layout
//! - [`destination`]: a bucket, or a directory; files whole or not at all
//! - [`job`]: which month, as a final or a preliminary one, and the names of its files
//! - [`turn`]: how far a job has come, kept beside it, so that one run after the other goes on and never two at once
//! - [`error`]: why it cannot

pub mod destination;
pub mod error;
pub mod job;
pub mod turn;
