//! Words of real-looking texts in any order: each two bytes choose a word and what stands after it,
//! so that the fuzzer wastes no time on spelling.
//!
//! `cargo +nightly fuzz run words -- -max_len=80`; without a nightly compiler
//! `RUSTC_BOOTSTRAP=1 cargo fuzz run words`.

#![no_main]

#[path = "../sender.rs"]
mod sender;
#[path = "../../tests/promise/mod.rs"]
#[allow(dead_code, reason = "only the properties check refusals alone")]
mod promise;

use std::sync::LazyLock;

const TEXTS: &str = include_str!("../../benches/texts.txt");

/// What may stand after a word.
const GAPS: &[&str] = &[" ", " ", " ", " ", " ", "", ", ", ". ", "-", ":", "/", "\n", " and ", " to "];

static WORDS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let texts = TEXTS.lines().filter(|line| !line.starts_with('#'));
    let mut words: Vec<&str> = texts.flat_map(str::split_whitespace).collect();
    words.sort_unstable();
    words.dedup();
    words
});

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((sender, choices)) = sender::of(data) else { return };
    let mut text = String::new();
    for choice in choices.chunks_exact(2) {
        let number = usize::from(u16::from_le_bytes([choice[0], choice[1]]));
        text.push_str(WORDS[number % WORDS.len()]);
        text.push_str(GAPS[number / WORDS.len() % GAPS.len()]);
    }
    promise::check(&text, &sender);
});
