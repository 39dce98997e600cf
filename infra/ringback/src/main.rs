//! The command line of Ringback; everything it does is in the library beside it.

use std::process::ExitCode;

fn main() -> ExitCode {
    ringback::cli::main()
}
