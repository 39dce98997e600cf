//! Any text as an identity, as a phone number, as a command and as what a call says.

#![no_main]

#[path = "../../../shared/cloud/tests/foreign/mod.rs"]
#[allow(dead_code, reason = "each target checks one kind of bytes")]
mod foreign;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    foreign::identities(&text);
    foreign::phones(&text);
    foreign::words(&text);
});
