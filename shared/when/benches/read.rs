//! How long it takes to read a text: real-looking ones, and ones made to take long.
//!
//! `cargo bench -p when` measures; the first lines say what each kind of text takes alone.

#[path = "../tests/hard/mod.rs"]
mod hard;

use std::{
    hint::black_box,
    io::{self, Write},
    time::{Duration, Instant},
};

use chrono_tz::Tz;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use when::{Region, Sender, read};

/// As people write them, in the languages that are read.
const TEXTS: &str = include_str!("texts.txt");

/// A text is read so often for one measurement that the clock's own time does not count.
const READS: u32 = 200;

/// The median of so many measurements is what a text takes.
const MEASUREMENTS: usize = 11;

criterion_group!(benches, bench);
criterion_main!(benches);

fn bench(criterion: &mut Criterion) {
    let real: Vec<String> = TEXTS
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(str::to_owned)
        .collect();
    let hard: Vec<String> = hard::texts(hard::CHARS).collect();
    let mut out = io::stdout().lock();
    for (name, texts) in [("real", &real), ("hard", &hard)] {
        let _ = writeln!(out, "{name}: {}", summary(texts));
    }
    let mut group = criterion.benchmark_group("read");
    for (name, texts) in [("real", &real), ("hard", &hard)] {
        group.throughput(Throughput::Elements(texts.len().try_into().unwrap_or(u64::MAX)));
        group.bench_function(name, |bencher| {
            bencher.iter(|| texts.iter().filter(|text| read(text, &sender()).is_ok()).count());
        });
    }
}

fn sender() -> Sender {
    Sender {
        now: chrono::DateTime::from_timestamp(1_772_667_600, 0).unwrap_or_default(),
        zone: Tz::America__New_York,
        region: Region::parse("US").expect("two letters"),
        usual: None,
    }
}

/// The median and the worst text.
fn summary(texts: &[String]) -> String {
    let sender = sender();
    let mut times: Vec<(Duration, &str)> =
        texts.iter().map(|text| (time(text, &sender), text.as_str())).collect();
    times.sort();
    let at = |percent: usize| times[(times.len() - 1) * percent / 100];
    let (worst, text) = at(100);
    let text: String = text.chars().take(60).collect();
    format!(
        "{} texts, median {:?}, 90 % under {:?}, worst {worst:?}: {text:?}",
        texts.len(),
        at(50).0,
        at(90).0,
    )
}

/// What one reading takes.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn time(text: &str, sender: &Sender) -> Duration {
    let reads = if text.len() >= hard::CHARS { READS / 20 } else { READS };
    let mut times = [Duration::ZERO; MEASUREMENTS];
    for time in &mut times {
        let start = Instant::now();
        for _ in 0..reads {
            black_box(read(black_box(text), sender).is_ok());
        }
        *time = start.elapsed() / reads;
    }
    times.sort();
    times[MEASUREMENTS / 2]
}
