//! The command line of Ringback; everything it does is in the library beside it.

use std::process::ExitCode;

/// A simulated world makes and drops small things all day: it takes a tenth less time with this allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    ringback::cli::main()
}
