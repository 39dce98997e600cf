//! The executable of the product under a name of its own, so that cargo builds it before these tests run.

fn main() -> std::process::ExitCode {
    ringback::cli::main()
}
