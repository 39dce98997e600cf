//! Any bytes as a notification of SNS.

#![no_main]

#[path = "../../../shared/cloud/tests/foreign/mod.rs"]
#[allow(dead_code, reason = "each target checks one kind of bytes")]
mod foreign;

libfuzzer_sys::fuzz_target!(|data: &[u8]| foreign::notifications(data));
