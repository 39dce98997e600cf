//! `ringback credit`: gives back what was charged, or a part of it, on the local stack or on one in AWS.

use std::io;

use clap::Args;
use cloud::ledger::{CreditError, Credited};
use domain::ledger::credit::{Asked, Words};
use domain::money::Micros;

use crate::cli;
use crate::target::{Target, TargetArgs, TargetError};

/// What to give back.
#[derive(Debug, Args)]
pub struct CreditArgs {
    /// The charge, as the word trace shows it: sms#... or call#...
    #[arg(value_name = "CHARGE_ID")]
    pub charge: String,
    /// How much, such as 0.04, in the currency of the charge; all that is left of it if absent
    #[arg(long, value_name = "AMOUNT", value_parser = amount)]
    pub amount: Option<Micros>,
    /// Who gives it back
    #[arg(long, value_name = "WHO")]
    pub by: Words,
    /// Why, such as the number of a ticket; the same words again are the same credit
    #[arg(long, value_name = "WHY")]
    pub reason: Words,
    /// Which stack to ask.
    #[command(flatten)]
    pub target: TargetArgs,
}

fn amount(text: &str) -> Result<Micros, String> {
    Micros::parse(text).map_err(|error| error.to_string())
}

/// Writes the credit, and what came of it to standard output.
///
/// # Errors
/// No stack; no such charge; more than is left; tables that cannot be read or written.
pub fn run(args: &CreditArgs) -> Result<(), RunError> {
    let asked = Asked { amount: args.amount, by: args.by.clone(), reason: args.reason.clone() };
    let credited = cli::wait_for(async {
        let target = Target::open(&args.target).await?;
        Ok::<_, RunError>(cloud::ledger::credit(&target.cloud, &args.charge, &asked).await?)
    })??;
    Ok(cli::print(&sentence(&credited))?)
}

fn sentence(credited: &Credited) -> String {
    let Credited { entry, before, is_called_again } = credited;
    let amount = Micros::ZERO.checked_sub(entry.amount_micros).unwrap_or_default();
    let amount = amount.display(entry.currency);
    let of = entry.corrects.as_deref().unwrap_or_default();
    let belongs = entry.belongs_to.as_ref();
    let belongs = belongs.map(|month| format!(", for {month}, which has closed"));
    let booked = format!("booked in {}{}", entry.period, belongs.unwrap_or_default());
    if *before {
        return format!(
            "{}: {amount} of {of} was credited before, in the same words ({booked}); nothing was done\n",
            entry.charge_id
        );
    }
    let mut text = format!("{}: {amount} of {of} is credited, {booked}\n", entry.charge_id);
    if *is_called_again {
        text.push_str("The month is below its maximum again: its user is called again.\n");
    }
    text
}

/// Why nothing was given back.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// No stack to ask.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// It was refused, or the tables failed.
    #[error(transparent)]
    Credit(#[from] CreditError),
    /// The system refused.
    #[error("the system refused what every program needs")]
    Io(#[from] io::Error),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_of_it_is_said_in_a_sentence() {
        let entry = serde_json::json!({
            "charge_id": "credit#sms#m1#1", "kind": "credit", "user_id": "0123456789abcdef",
            "country": "US", "amount_micros": -20_000, "currency": "USD",
            "at": "2026-12-24T00:00:00Z", "written_at": "2026-12-24T00:00:00Z",
            "period": "2026-12", "belongs_to": "2026-11", "price_version": "v", "price_rule": "r",
            "corrects": "sms#m1",
        });
        let entry = serde_json::from_value(entry).expect("an entry");
        let credited = Credited { entry, before: false, is_called_again: true };
        let said = "credit#sms#m1#1: $0.02 of sms#m1 is credited, booked in 2026-12, for 2026-11, which has closed\n";
        let again = "The month is below its maximum again: its user is called again.\n";
        assert_eq!(sentence(&credited), format!("{said}{again}"));
        let before = Credited { before: true, is_called_again: false, ..credited };
        assert!(sentence(&before).ends_with("; nothing was done\n"));
    }
}
