//! Prints the figures that the documentation speaks of. Ratios on one machine; nothing here is asserted.
//!
//! - `cargo run --release -p benchmarks -- cold-start`: from exec to the first request for an invocation, beside a bare
//!   function; builds the functions first
//! - `cargo run --release -p benchmarks -- export`: the ledger of a month, a million entries, to CSV and Parquet
//! - `cargo run --release -p benchmarks -- stack`: the local stack: ready, two hundred texts at once, lateness of rings

#![expect(clippy::print_stdout, reason = "printing is what it is for")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run should stop")]
#![expect(clippy::disallowed_methods, reason = "real time is what it measures")]

mod cold_start;
mod export;
mod stack;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about = "Prints the figures that the documentation speaks of")]
struct Arguments {
    #[command(subcommand)]
    benchmark: Benchmark,
}

#[derive(Subcommand)]
enum Benchmark {
    /// Start, memory and size of each function, beside a bare one
    ColdStart {
        /// How often each is started
        #[arg(short = 'n', default_value_t = 30)]
        runs: usize,
    },
    /// A month of the ledger to CSV and Parquet, on one core, and the memory for it
    Export {
        /// How many entries
        #[arg(long, default_value_t = 1_000_000)]
        rows: usize,
        /// Where the files are to be written; nowhere if absent
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// The local stack: ready, many texts at once, lateness of rings
    Stack {
        /// How many people text at once
        #[arg(long, default_value_t = 200)]
        people: usize,
    },
}

fn main() {
    match Arguments::parse().benchmark {
        Benchmark::ColdStart { runs } => cold_start::run(runs),
        Benchmark::Export { rows, out } => export::run(rows, out),
        Benchmark::Stack { people } => {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            runtime.block_on(stack::run(people));
        }
    }
}
