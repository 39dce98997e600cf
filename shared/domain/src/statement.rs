//! A statement: all that one user was charged in one month, line by line, and what it comes to.

use chrono::{DateTime, Utc};

use crate::ids::{OccurrenceId, UserId};
use crate::ledger::{Entry, Kind, Period, Reduction, Total};
use crate::money::{Currency, Micros};
use crate::phone::Phone;
use crate::tale::Bill;

/// One user's month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Whose, as the ledger knows them.
    pub user: UserId,
    /// Their number, unless they were forgotten.
    pub phone: Option<Phone>,
    /// The month.
    pub period: Period,
    /// What it holds in each currency: nearly always one.
    pub sheets: Vec<Sheet>,
}

/// The part of a statement in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The sums, from the month's total.
    pub bill: Bill,
    /// The entries, oldest first.
    pub lines: Vec<Line>,
}

/// One entry, as its payer sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// When the text was sent, the call placed, or the credit given.
    pub at: DateTime<Utc>,
    /// What it is for.
    pub kind: Kind,
    /// The entry's id.
    pub charge_id: String,
    /// The number of the reminder that was answered.
    pub reminder: Option<u32>,
    /// What the price book asks; none of a credit.
    pub list: Option<Micros>,
    /// Why less was charged, and how much less.
    pub less: Option<(Reduction, Micros)>,
    /// What was charged.
    pub amount: Micros,
    /// The month that it is of, where that had closed.
    pub belongs_to: Option<Period>,
    /// Of a credit the entry that it corrects.
    pub corrects: Option<String>,
    /// And why.
    pub reason: Option<String>,
}

/// The entries of a month and its total do not agree: nothing should be sent to anybody.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the entries of {period} come to {entries}, its total says {total}: do not send this to anybody"
)]
pub struct Disagreement {
    /// The month.
    pub period: Period,
    /// The sum of the entries.
    pub entries: String,
    /// What the total says.
    pub total: String,
}

impl Statement {
    /// Of a month, from its totals and all entries of the user.
    ///
    /// # Errors
    /// [`Disagreement`] if they do not agree.
    pub fn of(
        user: UserId,
        phone: Option<Phone>,
        period: Period,
        entries: &[Entry],
        totals: &[Total],
    ) -> Result<Self, Disagreement> {
        let name = period.to_string();
        let own = || entries.iter().filter(|entry| entry.period == name);
        let mut currencies: Vec<Currency> = own().map(|entry| entry.currency).collect();
        let totals = || totals.iter().filter(|total| total.period == name);
        currencies.extend(totals().map(|total| total.currency));
        currencies.sort_unstable();
        currencies.dedup();
        let sheet = |currency: Currency| {
            let mut lines: Vec<Line> =
                own().filter(|entry| entry.currency == currency).map(Line::of).collect();
            lines.sort_by(|a, b| (a.at, &a.charge_id).cmp(&(b.at, &b.charge_id)));
            let total = totals().find(|it| it.currency == currency);
            let sum = lines.iter().fold(Micros::ZERO, |sum, it| sum.saturating_add(it.amount));
            let said = total.map(|total| (total.amount_micros, total.entries));
            if said != Some((sum, u64::try_from(lines.len()).unwrap_or(u64::MAX))) {
                let show =
                    |amount: Micros, count| format!("{} ({count})", amount.display(currency));
                return Err(Disagreement {
                    period,
                    entries: show(sum, lines.len().to_string()),
                    total: said.map_or("nothing".into(), |(sum, n)| show(sum, n.to_string())),
                });
            }
            Ok(total.map(|total| Sheet { bill: Bill::of_total(period, total), lines }))
        };
        let sheets: Result<Vec<_>, _> = currencies.into_iter().map(sheet).collect();
        Ok(Self { user, phone, period, sheets: sheets?.into_iter().flatten().collect() })
    }
}

impl Line {
    fn of(entry: &Entry) -> Self {
        let call = entry.charge_id.strip_prefix("call#");
        let call: Option<OccurrenceId> = call.and_then(|id| id.parse().ok());
        let less = entry.list_micros.and_then(|list| list.checked_sub(entry.amount_micros));
        Self {
            at: entry.at,
            kind: entry.kind,
            charge_id: entry.charge_id.clone(),
            reminder: call.map(|id| id.reminder.n),
            list: entry.list_micros,
            less: entry.reduced_by.zip(less),
            amount: entry.amount_micros,
            belongs_to: entry.belongs_to.as_ref().and_then(|month| month.parse().ok()),
            corrects: entry.corrects.clone(),
            reason: entry.reason.clone(),
        }
    }
}
