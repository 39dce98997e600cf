//! `ringback forget-user`: forgets the person of a number, on the local stack or on one in AWS.

use std::io;

use clap::Args;
use cloud::forget::{Done, ForgetError, forget};
use domain::phone::Phone;

use crate::cli;
use crate::target::{Target, TargetArgs, TargetError};

/// Whom to forget.
#[derive(Debug, Args)]
pub struct ForgetUserArgs {
    /// The phone, such as +12065550123
    #[arg(value_name = "E164")]
    pub phone: String,
    /// Which stack to ask.
    #[command(flatten)]
    pub target: TargetArgs,
}

/// Forgets, and writes what was done to standard output.
///
/// # Errors
/// What is no phone; no stack; somebody who still owes, or is being called; tables that cannot be read or written.
pub fn run(args: &ForgetUserArgs) -> Result<(), RunError> {
    let phone = Phone::parse(&args.phone).map_err(|_| RunError::NotAPhone)?;
    let done = cli::wait_for(async {
        let target = Target::open(&args.target).await?;
        Ok::<_, RunError>(forget(&target.cloud, &phone).await?)
    })??;
    Ok(cli::print(&sentences(&args.phone, done.as_ref()))?)
}

fn sentences(phone: &str, done: Option<&Done>) -> String {
    let Some(Done { user, rows, entries, opted_out }) = done else {
        return format!("nothing is known of {phone}\n");
    };
    let mut text = format!(
        "{phone} is forgotten: {rows} rows are deleted, its reminders and texts among them.\n\
         The number is taken out of {entries} entries of the ledger, which stay, as those of {user}.\n"
    );
    if *opted_out {
        text.push_str(
            "It had opted out, and stays so until it texts START; of that only a hash is kept.\n",
        );
    }
    text.push_str(
        "Messages in queues are dropped when they are read; backups keep what they have until they expire.\n",
    );
    text
}

/// Why nobody was forgotten.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// No number that the product serves.
    #[error("a phone is a number with its country code, such as +12065550123")]
    NotAPhone,
    /// No stack to ask.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// Not now, or the tables failed.
    #[error(transparent)]
    Forget(#[from] ForgetError),
    /// The system refused.
    #[error("the system refused what every program needs")]
    Io(#[from] io::Error),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_is_said_and_that_nothing_was() {
        assert_eq!(sentences("+12065550123", None), "nothing is known of +12065550123\n");
        let user = "0123456789abcdef".parse().expect("a user id");
        let done = Done { user, rows: 7, entries: 2, opted_out: true };
        let said = sentences("+12065550123", Some(&done));
        assert!(said.contains("7 rows") && said.contains("2 entries") && said.contains("START"));
        let silent = sentences("+12065550123", Some(&Done { opted_out: false, ..done }));
        assert!(!silent.contains("START"), "{silent}");
    }
}
