//! `ringback reconcile-billing`: whether the ledger of a month and what happened in it say the same.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use domain::ledger::Period;
use domain::reconciliation::{Finding, Unchecked};
use exports::job::{Job, NotBegun};
use reconcile_billing::report::Report;
use serde_json::Value;

use crate::cli;
use crate::margin::{Bill, BillError, Margins};
use crate::target::{Target, TargetArgs, TargetError};

/// Which month.
#[derive(Debug, Args)]
pub struct ReconcileBillingArgs {
    /// The month, such as 2026-11, by the time in UTC
    #[arg(long, value_name = "YYYY-MM")]
    pub period: Period,
    /// The carrier's bill as CSV, with the columns period, country, kind, amount and currency: says what the month earned
    #[arg(long, value_name = "FILE")]
    pub carrier_bill: Option<PathBuf>,
    /// JSON instead of lines for a person
    #[arg(long)]
    pub json: bool,
    /// Which stack to ask.
    #[command(flatten)]
    pub target: TargetArgs,
}

/// Writes what came of it to standard output; the exit code is 1 if anything does not match.
///
/// # Errors
/// No such month yet; no stack; tables that cannot be read.
pub fn run(args: &ReconcileBillingArgs) -> Result<ExitCode, ReconcileError> {
    let bill =
        args.carrier_bill.as_deref().map(|path| Bill::open(path, args.period)).transpose()?;
    let report = cli::wait_for(async {
        let target = Target::open(&args.target).await?;
        let job = Job::of(args.period, target.cloud.clock.now())?;
        let said = cloud::reconciliation::reconcile(&target.cloud, args.period).await?;
        let mut report = Report::of(&job);
        report.add(said, usize::MAX);
        Ok::<_, ReconcileError>(report)
    })??;
    let margins = bill.map(|bill| Margins::of(&report, &bill));
    let text = match args.json {
        true => document(&report, margins.as_ref())?.to_string() + "\n",
        false => sentences(&report, margins.as_ref()),
    };
    cli::print(&text)?;
    Ok(if report.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// For programs: the report, with what the month earned where there is a bill.
fn document(said: &Report, margins: Option<&Margins>) -> serde_json::Result<Value> {
    let mut document = serde_json::to_value(said)?;
    if let Some(margins) = margins {
        document["margins"] = serde_json::to_value(margins)?;
    }
    Ok(document)
}

/// For a person.
fn sentences(said: &Report, margins: Option<&Margins>) -> String {
    let count = |n: u64, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
    let entries = count(said.entries, "entry", "entries");
    let (period, state) = (&said.period, &said.state);
    let users = count(said.users, "user", "users");
    let mut text = format!("{period} ({state}): {entries}, {users} looked at\n");
    for sum in &said.sums {
        let (kind, amount) = (sum.kind.as_str(), sum.amount_micros.display(sum.currency));
        text += &format!("  {}  {kind:>13}  {:>9}  {amount}\n", sum.country.code(), sum.entries);
    }
    if let Some(margins) = margins {
        text += &margins.sentences();
    }
    let Unchecked { too_old, forgotten, owed, other_version, without_rule } = said.unchecked;
    let counted = [
        (too_old, "not held against their rows, which are gone after 60 days"),
        (forgotten, "not held against their rows: their person was forgotten"),
        (owed, "still to be charged, in a month that is open"),
        (
            other_version,
            "not held against their price: they are by another version of the price book",
        ),
        (without_rule, "by a rule that the price book does not have"),
    ];
    for (count, what) in counted.into_iter().filter(|(count, _)| *count > 0) {
        text += &format!("  {count} {what}\n");
    }
    for Finding { kind, user, ids, detail } in &said.findings {
        text += &format!("{}  user {user}  {}: {detail}\n", kind.as_str(), ids.join(" "));
    }
    text += &match said.findings.len() {
        0 => "everything matches\n".to_owned(),
        1 => "1 thing does not match\n".to_owned(),
        n => format!("{n} things do not match\n"),
    };
    text
}

/// Why nothing was held together.
#[derive(Debug, thiserror::Error)]
pub enum ReconcileError {
    /// No stack to ask.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// Too early.
    #[error(transparent)]
    NotBegun(#[from] NotBegun),
    /// The tables cannot be read.
    #[error("the tables cannot be read")]
    Cloud(#[from] cloud::Error),
    /// The carrier's bill cannot be used.
    #[error(transparent)]
    Bill(#[from] BillError),
    /// The report is no JSON.
    #[error("the report cannot be written")]
    Json(#[from] serde_json::Error),
    /// The system refused.
    #[error("the system refused what every program needs")]
    Io(#[from] io::Error),
}

#[cfg(test)]
mod tests {
    use domain::ids::UserId;
    use domain::ledger::{Item, Kind};
    use domain::limits;
    use domain::money::{Currency, Micros};
    use domain::reconciliation::{Mismatch, Reconciliation};
    use serde_json::json;

    use super::*;

    fn report(findings: Vec<Finding>) -> Report {
        let now = "2027-01-01T00:00:00Z".parse().expect("RFC 3339");
        let job = Job::of("2026-11".parse().expect("a month"), now).expect("it has begun");
        let us = when::Region::parse("US").expect("a country");
        let sum = Item { count: 3, amount: Micros(40_000), list: Micros(60_000) };
        let mut report = Report::of(&job);
        let said = Reconciliation {
            users: 2,
            entries: 3,
            sums: [((Currency::USD, us, Kind::Sms), sum)].into(),
            unchecked: Unchecked { too_old: 1, ..Unchecked::default() },
            findings,
        };
        report.add(said, usize::MAX);
        report
    }

    fn finding() -> Finding {
        Finding {
            kind: Mismatch::EntryMissing,
            user: UserId::from_random(0),
            ids: vec!["sms#m".into()],
            detail: "its row says that it is there".into(),
        }
    }

    #[test]
    fn a_person_is_told_what_was_looked_at_and_what_does_not_match() {
        let days = limits::KEPT_AFTER_END.num_days();
        assert_eq!(
            sentences(&report(vec![finding()]), None),
            format!(
                "2026-11 (final): 3 entries, 2 users looked at\n  US            sms          3  $0.04\n  \
                 1 not held against their rows, which are gone after {days} days\n\
                 entry_missing  user 0000000000000000  sms#m: its row says that it is there\n\
                 1 thing does not match\n"
            )
        );
        assert!(sentences(&report(Vec::new()), None).ends_with("days\neverything matches\n"));
    }

    #[test]
    fn a_program_is_told_the_same() {
        let document = document(&report(vec![finding()]), None).expect("JSON");
        assert_eq!(
            document,
            json!({
                "v": 1, "period": "2026-11", "state": "final", "users": 2, "entries": 3,
                "sums": [{
                    "currency": "USD", "country": "US", "kind": "sms", "entries": 3,
                    "amount_micros": 40_000, "list_micros": 60_000,
                }],
                "unchecked": {
                    "too_old": 1, "forgotten": 0, "owed": 0, "other_version": 0, "without_rule": 0,
                },
                "found": {"entry_missing": 1},
                "findings": [{
                    "kind": "entry_missing", "user": "0000000000000000", "ids": ["sms#m"],
                    "detail": "its row says that it is there",
                }],
            })
        );
    }
}
