//! Exports of ledgers in memory: read back equal, the same bytes whatever happens, proved or not written.

#![expect(clippy::unwrap_used, reason = "a broken export should stop its test")]

mod directories;
mod laws;
mod memory;
mod resuming;
