//! Any bytes as a batch of SQS and as a message of our own queues.

#![no_main]

#[path = "../../../shared/cloud/tests/foreign/mod.rs"]
#[allow(dead_code, reason = "each target checks one kind of bytes")]
mod foreign;

libfuzzer_sys::fuzz_target!(|data: &[u8]| foreign::messages(data));
