//! Any bytes as a text: the first ten choose the sender, the others are read as UTF-8, with what is
//! not replaced.
//!
//! `cargo +nightly fuzz run bytes -- -max_len=2000`; without a nightly compiler
//! `RUSTC_BOOTSTRAP=1 cargo fuzz run bytes`.

#![no_main]

#[path = "../sender.rs"]
mod sender;
#[path = "../../tests/promise/mod.rs"]
#[allow(dead_code, reason = "only the properties check refusals alone")]
mod promise;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((sender, text)) = sender::of(data) else { return };
    promise::check(&String::from_utf8_lossy(text), &sender);
});
