//! The command line: `ringback` alone is the local stack, everything else is a word after it.

use std::fmt;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};
use stack::functions::Function;
use tracing_subscriber::EnvFilter;

use crate::credit::{self, CreditArgs};
use crate::doctor::{self, DoctorArgs};
use crate::export::{self, ExportArgs};
use crate::forget::{self, ForgetUserArgs};
use crate::reconcile::{self, ReconcileBillingArgs};
use crate::redrive::{self, RedriveArgs};
use crate::replay::{self, ReplayArgs};
use crate::restore::{self, RestoreDrillArgs};
use crate::simulate::{self, Seeds};
use crate::statement::{self, StatementArgs};
use crate::trace::{self, TraceArgs};
use crate::{local, parse};

/// What a shell sees when something around the program is wrong: a port, a disk, a missing stack.
const EXIT_ENVIRONMENT: u8 = 2;
/// Libraries speak up only when something is wrong; our own crates say what they do.
const LOG_FILTER: &str = "warn,ringback=info,aws_local=info";

/// Text a number, and be called back when it is due: all of it on this machine.
#[derive(Debug, Parser)]
#[command(name = "ringback", version, args_conflicts_with_subcommands = true)]
pub struct Cli {
    /// What to do; the local stack if nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Options of the local stack, which may be given without the word `local`.
    #[command(flatten)]
    pub local: LocalArgs,
}

/// The words after `ringback`.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the whole product on this machine, with the page of a phone (the default)
    Local(LocalArgs),
    /// Say what a text means: when to ring, and about what
    Parse(ParseArgs),
    /// Tell the story of one phone's requests, from the local stack or from AWS
    Trace(TraceArgs),
    /// Write the ledger of a month as CSV and Parquet, with a manifest that says what is in the files
    Export(ExportArgs),
    /// Hold the ledger of a month against the texts and calls that it charges for, and list what does not match
    ReconcileBilling(ReconcileBillingArgs),
    /// Look at dead letters, and send them back to their queue once what was wrong is mended
    Redrive(RedriveArgs),
    /// Tell what one user was charged in one month, line by line, as text or as a page to print
    Statement(StatementArgs),
    /// Give back what was charged, or a part of it
    Credit(CreditArgs),
    /// Forget a person: all that is known of a number goes, and what was charged stays without it
    ForgetUser(ForgetUserArgs),
    /// Say whether a stack can do its work, what is wrong with it and what to do; --fix mends what it can
    Doctor(DoctorArgs),
    /// Try what a restore of the tables would be like: nothing that was due rings, and what was lost is listed
    RestoreDrill(RestoreDrillArgs),
    /// Hand in again what was texted and told since a moment, from the archive, after a restore of the tables
    Replay(ReplayArgs),
    /// Prove it: seeded days of faults, every promise checked by name
    Simulate(SimulateArgs),
    /// Serve one function of the product; the local stack starts itself again so
    #[command(hide = true)]
    Function {
        /// Which one.
        name: Function,
    },
}

/// How the local stack runs.
#[derive(Debug, Clone, Args)]
pub struct LocalArgs {
    /// Port of the page and its interface; 0 lets the system choose
    #[arg(long, default_value_t = 3000)]
    pub port: u16,
    /// Port of the AWS endpoint; 0 lets the system choose
    #[arg(long, default_value_t = 4566)]
    pub aws_port: u16,
    /// Where everything is kept
    #[arg(long, value_name = "DIR", default_value = ".ringback")]
    pub data_dir: PathBuf,
    /// Who answers the calls: you on the page, everybody, or nobody
    #[arg(long, value_enum, default_value_t = Answer::Manual)]
    pub answer: Answer,
    /// Whether the carrier holds its limits: 20 calls a minute, 5 a day to one phone, and so on
    #[arg(long, value_enum, default_value_t = Switch::On)]
    pub carrier_limits: Switch,
    /// How long a phone rings
    #[arg(long, value_name = "SECONDS", default_value_t = 30,
          value_parser = clap::value_parser!(u32).range(1..=120))]
    pub ring_for: u32,
    /// How long to wait after the first call that nobody answers, and after the second
    #[arg(long, value_name = "SECONDS,SECONDS", default_value = "120,600")]
    pub retry_after: RetryAfter,
}

/// Who answers a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Answer {
    /// The person at the page, or nobody.
    Manual,
    /// Everybody, after a second.
    Always,
    /// Nobody.
    Never,
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    /// It holds.
    On,
    /// It does not.
    Off,
}

/// The pauses between the three attempts to call, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryAfter(pub [u32; 2]);

/// A pause must end before the carrier forgets, and a day is more than anybody waits for.
const RETRY_AFTER_MAX_S: u32 = 86_400;

impl std::str::FromStr for RetryAfter {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let seconds = text
            .split(',')
            .map(|part| part.trim().parse().ok().filter(|s| (1..=RETRY_AFTER_MAX_S).contains(s)))
            .collect::<Option<Vec<u32>>>();
        let pair = seconds.and_then(|seconds| <[u32; 2]>::try_from(seconds).ok());
        pair.map(Self).ok_or_else(|| {
            format!("two numbers of seconds from 1 to {RETRY_AFTER_MAX_S}, such as 120,600")
        })
    }
}

impl fmt::Display for RetryAfter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self([first, second]) = self;
        write!(f, "{first},{second}")
    }
}

/// What to read.
#[derive(Debug, Args)]
pub struct ParseArgs {
    /// The text, such as "Remind tomorrow 5pm about the talk"
    #[arg(required_unless_present = "stdin", conflicts_with = "stdin")]
    pub text: Option<String>,
    /// The sender's time zone
    #[arg(long, default_value = "UTC", conflicts_with = "stdin")]
    pub tz: chrono_tz::Tz,
    /// The sender's country, which decides the order of day and month
    #[arg(long, default_value = "US", value_parser = region, conflicts_with = "stdin")]
    pub region: when::Region,
    /// When it was sent, such as 2026-11-23T09:00:00-05:00; now if absent
    #[arg(long, conflicts_with = "stdin")]
    pub now: Option<chrono::DateTime<chrono::FixedOffset>>,
    /// Read JSON lines {"id","text","now","tz","region"} and answer each with a line
    #[arg(long)]
    pub stdin: bool,
}

fn region(code: &str) -> Result<when::Region, String> {
    when::Region::parse(code).ok_or_else(|| "two letters, such as US or IN".to_owned())
}

/// Which worlds to simulate.
#[derive(Debug, Args)]
pub struct SimulateArgs {
    /// Seeds from the first to the last, both included; 1..100 if absent
    #[arg(long, value_name = "A..B")]
    pub seeds: Option<Seeds>,
    /// How many days people text
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=60))]
    pub days: u32,
    /// How many people there are
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=8_000))]
    pub users: u32,
    /// Which faults: drawn (from the seed), none, or names with commas between them
    #[arg(long, value_name = "FAULTS", default_value = "drawn", value_parser = simulate::mix)]
    pub faults: simulation::fault::Mix,
    /// Plant a known bug: then a promise has to be broken
    #[arg(long, value_name = "NAME", value_parser = simulate::sabotage)]
    pub sabotage: Option<simulation::sabotage::Sabotage>,
    /// Tell everything that happens in the world of the first seed
    #[arg(long, conflicts_with = "json")]
    pub log: bool,
    /// With --log: the world that `fair` looks at, without faults and with one sender's flood
    #[arg(long, requires = "log")]
    pub flood: bool,
    /// Name the faults, the promises and the sabotages
    #[arg(long)]
    pub list: bool,
    /// Print the failure table: what each fault does when it is the only one.
    #[arg(long, conflicts_with_all = ["list", "log", "json", "sabotage", "seeds"])]
    pub failure_table: bool,
    /// JSON instead of sentences
    #[arg(long)]
    pub json: bool,
}

/// Reads the command line and does what it says.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match cli.command.unwrap_or(Command::Local(cli.local)) {
        Command::Local(args) => {
            log();
            local::run(&args).map_err(|error| chain(&error))
        }
        Command::Parse(args) => return parse::run(&args),
        Command::Trace(args) => {
            log();
            trace::run(&args).map_err(|error| chain(&error))
        }
        Command::Export(args) => {
            log();
            export::run(&args).map_err(|error| chain(&error))
        }
        Command::ReconcileBilling(args) => {
            log();
            match reconcile::run(&args) {
                Ok(code) => return code,
                Err(error) => Err(chain(&error)),
            }
        }
        Command::Redrive(args) => {
            log();
            redrive::run(&args).map_err(|error| chain(&error))
        }
        Command::Statement(args) => {
            log();
            statement::run(&args).map_err(|error| chain(&error))
        }
        Command::Credit(args) => {
            log();
            credit::run(&args).map_err(|error| chain(&error))
        }
        Command::ForgetUser(args) => {
            log();
            forget::run(&args).map_err(|error| chain(&error))
        }
        Command::Doctor(args) => {
            log();
            match doctor::run(&args) {
                Ok(code) => return code,
                Err(error) => Err(chain(&error)),
            }
        }
        Command::RestoreDrill(args) => {
            log();
            match restore::run(&args) {
                Ok(code) => return code,
                Err(error) => Err(chain(&error)),
            }
        }
        Command::Replay(args) => {
            log();
            replay::run(&args).map_err(|error| chain(&error))
        }
        Command::Simulate(args) => match simulate::command(&args) {
            Ok(code) => return code,
            Err(error) => Err(error.to_string()),
        },
        Command::Function { name } => local::serve::serve(name).map_err(|error| error.to_string()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            // Standard error may be closed: then there is nobody to tell.
            let _ = writeln!(io::stderr(), "ringback: {sentence}");
            ExitCode::from(EXIT_ENVIRONMENT)
        }
    }
}

/// Logs go to standard error: standard output belongs to the answers.
fn log() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(LOG_FILTER));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .init();
}

/// Waits for what a word has to ask; one thread is enough for it.
///
/// # Errors
/// The system gives no way to wait.
pub fn wait_for<T>(asked: impl Future<Output = T>) -> io::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(asked))
}

/// Writes an answer to standard output.
///
/// # Errors
/// It cannot be written; that its reader has had enough is none.
pub fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// An error with its causes, in one sentence.
#[must_use]
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut sentence = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let text = cause.to_string();
        // Some libraries repeat their cause in their own message.
        if !sentence.contains(&text) {
            sentence = format!("{sentence}: {text}");
        }
        source = cause.source();
    }
    sentence
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    fn local(line: &[&str]) -> LocalArgs {
        let cli = Cli::try_parse_from([&["ringback"], line].concat()).expect("a valid line");
        match cli.command {
            None => cli.local,
            Some(Command::Local(args)) => args,
            Some(other) => panic!("{other:?}"),
        }
    }

    fn refused(line: &[&str]) -> String {
        Cli::try_parse_from([&["ringback"], line].concat()).expect_err("refused").to_string()
    }

    #[test]
    fn the_definition_has_no_contradictions() {
        Cli::command().debug_assert();
    }

    #[test]
    fn nothing_said_is_the_local_stack_with_its_defaults() {
        for line in [&[][..], &["local"][..]] {
            let args = local(line);
            assert_eq!((args.port, args.aws_port), (3000, 4566));
            assert_eq!(args.data_dir, PathBuf::from(".ringback"));
            assert_eq!((args.answer, args.carrier_limits), (Answer::Manual, Switch::On));
            assert_eq!((args.ring_for, args.retry_after), (30, RetryAfter([120, 600])));
        }
    }

    #[test]
    fn options_mean_the_same_with_and_without_the_word_local() {
        let options = "--port 0 --aws-port 0 --data-dir x --answer never --carrier-limits off \
                       --ring-for 3 --retry-after 4,5";
        let options: Vec<&str> = options.split_whitespace().collect();
        for line in [options.clone(), [&["local"], &options[..]].concat()] {
            let args = local(&line);
            assert_eq!((args.port, args.aws_port, args.ring_for), (0, 0, 3));
            assert_eq!(args.data_dir, PathBuf::from("x"));
            assert_eq!((args.answer, args.carrier_limits), (Answer::Never, Switch::Off));
            assert_eq!(args.retry_after.to_string(), "4,5");
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused_in_words() {
        assert!(refused(&["--answer", "perhaps"]).contains("manual, always, never"));
        assert!(refused(&["--port", "70000"]).contains("70000"));
        for pauses in ["", "120", "1,2,3", "0,5", "-1,5", "a,b", "1,99999999999"] {
            assert!(refused(&[&format!("--retry-after={pauses}")]).contains("120,600"), "{pauses}");
        }
        assert!(refused(&["--ring-for", "0"]).contains("1..=120"));
        assert!(refused(&["parse"]).contains("TEXT"));
        assert!(refused(&["parse", "--stdin", "x"]).contains("cannot be used with"));
        assert!(refused(&["parse", "--region", "USA", "x"]).contains("two letters"));
        for month in ["2026-13", "2026-1", "november", "2026"] {
            for line in [
                &["export", "--out", "x", "--period", month][..],
                &["reconcile-billing", "--period", month],
            ] {
                assert!(refused(line).contains("such as 2026-11"), "{month}");
            }
        }
        assert!(refused(&["function", "bake-bread"]).contains("inbound-sms"));
        assert!(refused(&["dance"]).contains("dance"));
    }

    #[test]
    fn the_functions_are_no_business_of_who_reads_the_help() {
        let help = Cli::command().render_long_help().to_string();
        assert!(help.contains("trace") && help.contains("--data-dir"), "{help}");
        assert!(!help.contains("function"), "{help}");
    }
}
