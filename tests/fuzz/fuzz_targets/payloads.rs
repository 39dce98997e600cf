//! Any bytes as what the carrier says in a notification.

#![no_main]

#[path = "../../../shared/cloud/tests/foreign/mod.rs"]
#[allow(dead_code, reason = "each target checks one kind of bytes")]
mod foreign;

libfuzzer_sys::fuzz_target!(|data: &[u8]| foreign::payloads(data));
