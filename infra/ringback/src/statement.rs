//! `ringback statement`: what one user was charged in one month, from the local stack or from one in AWS.

use std::io;

use chrono_tz::Tz;
use clap::Args;
use cloud::items::{PhoneOwner, user_key};
use cloud::ledger::StatementError;
use domain::ids::UserId;
use domain::ledger::Period;
use domain::phone::Phone;
use domain::statement::Statement;
use domain::texts::Texts;
use domain::user::User;
use when::Language;

use crate::cli;
use crate::target::{Target, TargetArgs, TargetError};

/// Whose month to tell.
#[derive(Debug, Args)]
pub struct StatementArgs {
    /// The phone, such as +12065550123, or the user's id in the ledger
    #[arg(value_name = "E164|USER_ID", value_parser = payer)]
    pub payer: Payer,
    /// The month, such as 2026-11
    #[arg(long, value_name = "MONTH")]
    pub period: Period,
    /// A page that prints well, instead of text
    #[arg(long)]
    pub html: bool,
    /// Which stack to ask.
    #[command(flatten)]
    pub target: TargetArgs,
}

/// Who was charged.
#[derive(Debug, Clone)]
pub enum Payer {
    /// Whose number this is.
    Phone(Phone),
    /// Whom the ledger knows so.
    User(UserId),
}

fn payer(text: &str) -> Result<Payer, String> {
    let phone = Phone::parse(text).map(Payer::Phone).ok();
    let payer = phone.or_else(|| text.parse().map(Payer::User).ok());
    payer.ok_or_else(|| {
        "a number with its country code, such as +12065550123, or the 16 characters of a user's id".to_owned()
    })
}

/// Writes the statement to standard output.
///
/// # Errors
/// No stack; nobody of that number; a ledger that cannot be read, or that contradicts itself.
pub fn run(args: &StatementArgs) -> Result<(), RunError> {
    let (statement, texts) = cli::wait_for(async {
        let target = Target::open(&args.target).await?;
        read(&target.cloud, args).await
    })??;
    let text = match args.html {
        true => texts.statement_page(&statement),
        false => texts.statement(&statement),
    };
    Ok(cli::print(&text)?)
}

/// The statement, in the language and zone of its user; of one who was forgotten in English and UTC.
async fn read(cloud: &cloud::Cloud, args: &StatementArgs) -> Result<(Statement, Texts), RunError> {
    let id = match &args.payer {
        Payer::User(id) => id.clone(),
        Payer::Phone(phone) => {
            let owner = cloud.get::<PhoneOwner>(&PhoneOwner::key_of(phone)).await?;
            owner.ok_or(RunError::Nobody)?.row.user
        }
    };
    let user = cloud.get::<User>(&user_key(&id)).await?.map(|stored| stored.row);
    // The last moment of the month: its own year need not be said.
    let now = args.period.ends_at() - chrono::TimeDelta::seconds(1);
    let texts = match &user {
        Some(user) => Texts::to(user, now),
        None => Texts { language: Language::English, zone: Tz::UTC, now, after: 0 },
    };
    let phone = user.map(|user| user.phone);
    Ok((cloud::ledger::statement(cloud, &id, phone, args.period).await?, texts))
}

/// Why there is no statement.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The number never texted, or its person was forgotten.
    #[error(
        "nothing is known of that number: a person who was forgotten is asked for by their id in the ledger"
    )]
    Nobody,
    /// No stack to ask.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The ledger cannot be read, or contradicts itself.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// The tables cannot be read.
    #[error("the tables cannot be read")]
    Cloud(#[from] cloud::Error),
    /// The system refused.
    #[error("the system refused what every program needs")]
    Io(#[from] io::Error),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payer_is_a_number_or_an_id() {
        assert!(matches!(payer("+12065550123"), Ok(Payer::Phone(_))));
        assert!(matches!(payer("0123456789abcdef"), Ok(Payer::User(_))));
        for text in ["", "12", "0123456789abcdeF", "0123456789abcdef0"] {
            assert!(payer(text).is_err(), "{text}");
        }
    }
}
