//! What a month earned: what was charged beside what the carrier asks for it, by country and kind.
//!
//! The carrier has no feed of its bill that could be read here, so the bill is a file: one line for each sum, under the
//! names of [`COLUMNS`], as finance takes it from the Cost and Usage Report.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{fs, io};

use domain::ledger::{Kind, Period};
use domain::money::{Currency, Micros};
use reconcile_billing::report::Report;
use serde::Serialize;
use when::Region;

/// The first line of a bill.
const COLUMNS: [&str; 5] = ["period", "country", "kind", "amount", "currency"];

/// What the carrier calls what it is paid for, and the kind of entry that stands beside it. All SMS cost, though only
/// texts that were acted on are charged for; and all calls, though only those that were answered are.
const KINDS: [(&str, Kind); 2] = [("sms", Kind::Sms), ("call", Kind::AnsweredCall)];

/// What is earned and spent on one kind of thing in one country.
type Of = (Currency, Region, Kind);

/// A carrier's bill of one month.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Bill {
    costs: BTreeMap<Of, Micros>,
    /// Lines that are of no margin, and why.
    unmatched: Vec<String>,
}

/// What a month earned.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Margins {
    /// By currency, country and kind.
    lines: Vec<Line>,
    /// By currency.
    totals: Vec<Total>,
    /// What has no other side.
    unmatched: Vec<String>,
}

/// What was earned with one kind of thing in one country.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Line {
    currency: Currency,
    country: Region,
    kind: Kind,
    revenue_micros: Micros,
    cost_micros: Micros,
    margin_micros: Micros,
}

/// What was earned in one currency.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Total {
    currency: Currency,
    revenue_micros: Micros,
    cost_micros: Micros,
    margin_micros: Micros,
}

/// Why a bill cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BillError {
    /// There is no such file, or it is none.
    #[error("the carrier's bill {} cannot be read", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        #[source]
        source: io::Error,
    },
    /// It is no CSV.
    #[error("the carrier's bill is no CSV")]
    Csv(#[from] csv::Error),
    /// It has other columns.
    #[error("the first line of the carrier's bill is `{found}`, not `{}`", COLUMNS.join(","))]
    Columns {
        /// The columns that it has.
        found: String,
    },
    /// A line says something that is no amount, month, country or currency.
    #[error("line {line} of the carrier's bill: {what}")]
    Line {
        /// Which, from 1, the names counted.
        line: u64,
        /// What is wrong with it.
        what: String,
    },
}

impl Bill {
    /// Reads the lines of a month from a file.
    ///
    /// # Errors
    /// [`BillError`] names the line; nothing of a bill is used that cannot be read as a whole.
    pub fn open(path: &Path, period: Period) -> Result<Self, BillError> {
        let text = fs::read_to_string(path);
        let text = text.map_err(|source| BillError::File { path: path.to_owned(), source })?;
        Self::read(&text, period)
    }

    fn read(text: &str, period: Period) -> Result<Self, BillError> {
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let columns = reader.headers()?.iter().collect::<Vec<_>>();
        if columns != COLUMNS {
            return Err(BillError::Columns { found: columns.join(",") });
        }
        let mut bill = Self::default();
        // Behind the line of names; the reader's own count is one less where lines end as on Windows.
        for (line, record) in (2..).zip(reader.records()) {
            let record = record?;
            let wrong = |what: String| BillError::Line { line, what };
            let [month, country, kind, amount, currency] =
                std::array::from_fn(|n| record.get(n).unwrap_or_default());
            let of: Period = month
                .parse()
                .map_err(|_| wrong(format!("`{month}` is no month such as 2026-11")))?;
            let country = Region::parse(country)
                .ok_or_else(|| wrong(format!("`{country}` is no country such as US")))?;
            let amount = signed(amount).map_err(|error| wrong(error.to_string()))?;
            let currency = Currency::try_from(currency.to_owned());
            let currency = currency.map_err(|error| wrong(error.to_string()))?;
            if of != period {
                bill.unmatched.push(format!("line {line} is of {of}"));
                continue;
            }
            let Some((_, own)) = KINDS.iter().find(|(word, _)| *word == kind) else {
                let amount = amount.display(currency);
                let what = format!("line {line}, `{kind}`, is for neither SMS nor calls: {amount}");
                bill.unmatched.push(what);
                continue;
            };
            let cost = bill.costs.entry((currency, country, *own)).or_default();
            *cost = cost.checked_add(amount).ok_or_else(|| wrong("the sum is too large".into()))?;
        }
        Ok(bill)
    }
}

/// An amount of a bill: a credit of the carrier is below zero, and zeros at the end say nothing.
fn signed(text: &str) -> Result<Micros, domain::money::AmountError> {
    let (sign, amount) = text.strip_prefix('-').map_or((1, text), |amount| (-1, amount));
    let amount = match amount.split_once('.') {
        Some((units, fraction)) => {
            let fraction = fraction.trim_end_matches('0');
            if fraction.is_empty() { units.to_owned() } else { format!("{units}.{fraction}") }
        }
        None => amount.to_owned(),
    };
    Micros::parse(&amount).map(|amount| Micros(sign * amount.0))
}

impl Margins {
    /// What `report` says was charged, beside the bill.
    #[must_use]
    pub fn of(report: &Report, bill: &Bill) -> Self {
        let revenues: BTreeMap<Of, Micros> = report
            .sums
            .iter()
            .map(|sum| ((sum.currency, sum.country, sum.kind), sum.amount_micros))
            .collect();
        let mut unmatched = bill.unmatched.clone();
        let mut totals: BTreeMap<Currency, (Micros, Micros)> = BTreeMap::new();
        let all: BTreeSet<&Of> = revenues.keys().chain(bill.costs.keys()).collect();
        let mut lines = Vec::new();
        for of in all {
            let (currency, country, kind) = *of;
            let (revenue, cost) = (revenues.get(of), bill.costs.get(of));
            let what = format!("{} in {} ({currency})", kind.as_str(), country.code());
            match (revenue, cost) {
                (None, _) => {
                    unmatched.push(format!("the carrier asks for {what}, and nobody was charged"));
                }
                (_, None) if kind != Kind::Credit => {
                    unmatched.push(format!("the carrier's bill has nothing for {what}"));
                }
                _ => {}
            }
            let (revenue, cost) = (revenue.copied(), cost.copied());
            let (revenue, cost) = (revenue.unwrap_or_default(), cost.unwrap_or_default());
            let total = totals.entry(currency).or_default();
            *total = (total.0.saturating_add(revenue), total.1.saturating_add(cost));
            lines.push(Line {
                currency,
                country,
                kind,
                revenue_micros: revenue,
                cost_micros: cost,
                margin_micros: less(revenue, cost),
            });
        }
        let totals = totals.into_iter().map(|(currency, (revenue, cost))| Total {
            currency,
            revenue_micros: revenue,
            cost_micros: cost,
            margin_micros: less(revenue, cost),
        });
        Self { lines, totals: totals.collect(), unmatched }
    }

    /// For a person: revenue, cost and margin, the sums last.
    #[must_use]
    pub fn sentences(&self) -> String {
        let columns = ["", "", "revenue", "cost", "margin"];
        let row = |[country, kind, revenue, cost, margin]: [&str; 5]| {
            format!("  {country:2}  {kind:>13}  {revenue:>14}  {cost:>14}  {margin:>14}\n")
        };
        let mut text = row(columns);
        for it in &self.lines {
            let amount = |micros: Micros| micros.display(it.currency);
            text += &row([
                it.country.code(),
                it.kind.as_str(),
                &amount(it.revenue_micros),
                &amount(it.cost_micros),
                &amount(it.margin_micros),
            ]);
        }
        for it in &self.totals {
            let amount = |micros: Micros| micros.display(it.currency);
            let (revenue, cost) = (amount(it.revenue_micros), amount(it.cost_micros));
            text += &row(["", it.currency.code(), &revenue, &cost, &amount(it.margin_micros)]);
        }
        for what in &self.unmatched {
            text += &format!("  {what}\n");
        }
        text
    }
}

fn less(revenue: Micros, cost: Micros) -> Micros {
    Micros(revenue.0.saturating_sub(cost.0))
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};
    use domain::ledger::Item;
    use domain::reconciliation::Reconciliation;
    use exports::job::Job;

    use super::*;

    const BILL: &str = "period,country,kind,amount,currency\r\n\
        2026-11,US,sms,0.0058100000,USD\r\n2026-11,US,sms,1.1,USD\r\n2026-11,US,call,-0.5,USD\r\n\
        2026-11,FR,call,0.013,USD\r\n2026-10,US,sms,7,USD\r\n2026-11,US,number lease,2.00,USD\r\n";

    fn november() -> Period {
        "2026-11".parse().expect("a month")
    }

    fn bill() -> Bill {
        Bill::read(BILL, november()).expect("a bill")
    }

    fn report() -> Report {
        let now: DateTime<Utc> = "2027-01-01T00:00:00Z".parse().expect("RFC 3339");
        let mut report = Report::of(&Job::of(november(), now).expect("it has begun"));
        let sum = |country: &str, kind, micros| {
            let country = Region::parse(country).expect("a country");
            let amount = Micros(micros);
            ((Currency::USD, country, kind), Item { count: 1, amount, list: amount })
        };
        let sums = [
            sum("US", Kind::Sms, 2_000_000),
            sum("US", Kind::AnsweredCall, 400_000),
            sum("US", Kind::Credit, -40_000),
            sum("GB", Kind::Sms, 20_000),
        ];
        report.add(Reconciliation { sums: sums.into(), ..Reconciliation::default() }, 0);
        report
    }

    #[test]
    fn what_was_charged_stands_beside_what_it_cost() {
        let text = Margins::of(&report(), &bill()).sentences();
        let expected = [
            "                            revenue            cost          margin",
            "  FR  answered_call           $0.00          $0.013         -$0.013",
            "  GB            sms           $0.02           $0.00           $0.02",
            "  US            sms           $2.00        $1.10581        $0.89419",
            "  US  answered_call           $0.40          -$0.50           $0.90",
            "  US         credit          -$0.04           $0.00          -$0.04",
            "                USD           $2.38        $0.61881        $1.76119",
            "  line 6 is of 2026-10",
            "  line 7, `number lease`, is for neither SMS nor calls: $2.00",
            "  the carrier asks for answered_call in FR (USD), and nobody was charged",
            "  the carrier's bill has nothing for sms in GB (USD)",
        ];
        assert_eq!(text.lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_bill_in_another_currency_is_no_cost_of_a_charge_in_ours() {
        let text = "period,country,kind,amount,currency\n2026-11,US,sms,7,EUR\n";
        let bill = Bill::read(text, november()).expect("a bill");
        let margins = Margins::of(&report(), &bill);
        let total = |code: &str| {
            let total = margins.totals.iter().find(|it| it.currency.code() == code);
            total.map(|it| it.margin_micros.0)
        };
        assert_eq!((total("USD"), total("EUR")), (Some(2_380_000), Some(-7_000_000)));
        let said = margins.unmatched.join("; ");
        assert!(said.contains("the carrier asks for sms in US (EUR)"), "{said}");
        assert!(said.contains("nothing for sms in US (USD)"), "{said}");
    }

    #[test]
    fn a_bill_that_cannot_be_read_names_its_line() {
        let with = |line: &str| format!("{}\n2026-11,US,sms,1,USD\n{line}\n", COLUMNS.join(","));
        for (line, what) in [
            ("2026-13,US,sms,1,USD", "line 3 of the carrier's bill: `2026-13` is no month"),
            ("2026-11,USA,sms,1,USD", "line 3 of the carrier's bill: `USA` is no country"),
            ("2026-11,US,sms,1e3,USD", "line 3 of the carrier's bill: `1e3` is not an amount"),
            ("2026-11,US,sms,0.0000001,USD", "`0.0000001` is not an amount"),
            ("2026-11,US,sms,1,dollars", "`dollars` is not a currency code"),
            (
                "2026-11,US,sms,9223372036854,USD",
                "line 3 of the carrier's bill: the sum is too large",
            ),
            ("2026-11,US,sms", "the carrier's bill is no CSV"),
        ] {
            let error = Bill::read(&with(line), november()).expect_err(line).to_string();
            assert!(error.contains(what), "{line}: {error}");
        }
        let error = Bill::read("month,amount\n", november()).expect_err("columns").to_string();
        assert!(
            error.contains("`month,amount`, not `period,country,kind,amount,currency`"),
            "{error}"
        );
    }
}
