//! Rows and sums by currency and kind, of the entries that were exported and of the totals that were written with them.

use std::collections::BTreeMap;

use domain::ledger::{Entry, Kind, Overflow, Total};
use domain::money::{Currency, Micros};
use serde::{Deserialize, Serialize};

/// How many entries, and their sum.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// How many.
    pub rows: u64,
    /// Their sum, in millionths of the currency's unit.
    pub amount_micros: Micros,
}

impl Sum {
    fn add(&mut self, rows: u64, amount: Micros, period: &str) -> Result<(), Overflow> {
        let amount = self.amount_micros.checked_add(amount);
        self.amount_micros = amount.ok_or_else(|| Overflow { period: period.to_owned() })?;
        self.rows += rows;
        Ok(())
    }
}

/// Rows and sums by currency and kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sums(BTreeMap<Currency, BTreeMap<Kind, Sum>>);

impl Sums {
    /// With one more entry.
    ///
    /// # Errors
    /// [`Overflow`] if the sum leaves 64 bits.
    pub fn add(&mut self, entry: &Entry) -> Result<(), Overflow> {
        self.of(entry.currency, entry.kind).add(1, entry.amount_micros, &entry.period)
    }

    /// Each of them: by currency, then by kind.
    pub fn iter(&self) -> impl Iterator<Item = (Currency, Kind, Sum)> {
        self.0
            .iter()
            .flat_map(|(currency, kinds)| kinds.iter().map(|(kind, sum)| (*currency, *kind, *sum)))
    }

    /// All rows.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.iter().map(|(.., sum)| sum.rows).sum()
    }

    fn of(&mut self, currency: Currency, kind: Kind) -> &mut Sum {
        self.0.entry(currency).or_default().entry(kind).or_default()
    }
}

/// What the totals of a month say, added up over all users.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// By currency alone.
    currencies: BTreeMap<Currency, Sum>,
    /// By currency and kind.
    kinds: Sums,
}

impl Totals {
    /// With the total of one user more.
    ///
    /// # Errors
    /// [`Overflow`] if a sum leaves 64 bits.
    pub fn add(&mut self, total: &Total) -> Result<(), Overflow> {
        let sum = self.currencies.entry(total.currency).or_default();
        sum.add(total.entries, total.amount_micros, &total.period)?;
        for (kind, item) in &total.by_kind {
            let sum = self.kinds.of(total.currency, *kind);
            sum.add(item.count, item.amount, &total.period)?;
        }
        Ok(())
    }

    /// Whether they say what the entries say.
    #[must_use]
    pub fn agree_with(&self, entries: &Sums) -> bool {
        let mut currencies: BTreeMap<Currency, Sum> = BTreeMap::new();
        for (currency, _, sum) in entries.iter() {
            let of = currencies.entry(currency).or_default();
            of.rows += sum.rows;
            of.amount_micros = of.amount_micros.saturating_add(sum.amount_micros);
        }
        self.currencies == currencies && self.kinds == *entries
    }

    /// Rows and sums by currency and kind.
    #[must_use]
    pub fn kinds(&self) -> &Sums {
        &self.kinds
    }
}
