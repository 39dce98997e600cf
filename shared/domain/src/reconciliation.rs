//! The ledger of a month held against the rows of what it charges for, and what does not match.
//!
//! One user at a time: all rows of the user in both tables are an [`Account`], and a [`Reconciliation`] is what came of
//! any number of them. Rows of texts and reminders live [`limits::KEPT_AFTER_END`]; an entry whose row may have gone by
//! itself is counted as not checked, and is no finding.
//!
//! - `check`: the checks of one account

mod check;

use std::collections::BTreeMap;
use std::ops::AddAssign;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use when::Region;

use crate::attempt::Attempt;
use crate::ids::UserId;
use crate::ledger::{Entry, Item, Kind, Period, Total};
#[cfg(doc)]
use crate::limits;
use crate::message::Message;
use crate::money::Currency;
use crate::occurrence::Occurrence;
use crate::price::PriceBook;

/// All rows of one user that have to do with money.
#[derive(Debug, Clone)]
pub struct Account {
    /// Whose.
    pub user: UserId,
    /// Whether the person was forgotten: then there are entries and totals, and no other rows.
    pub forgotten: bool,
    /// The texts.
    pub messages: Vec<Message>,
    /// The reminders.
    pub occurrences: Vec<Occurrence>,
    /// The attempts to call.
    pub attempts: Vec<Attempt>,
    /// The entries of all months.
    pub entries: Vec<Entry>,
    /// The totals of all months.
    pub totals: Vec<Total>,
}

/// What an account is checked for.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    /// The month.
    pub period: Period,
    /// The present.
    pub now: DateTime<Utc>,
    /// The prices; entries of another version of the book are counted.
    pub book: &'a PriceBook,
}

/// What does not match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mismatch {
    /// An entry contradicts itself: its id, kind, payer, amounts, or the month in which it is booked.
    EntryContradicts,
    /// Two entries have the same id.
    EntryTwice,
    /// What happened has no entry.
    EntryMissing,
    /// An entry charges for a text that is not there.
    TextMissing,
    /// An entry charges for a text whose row says that it is free.
    TextNotCharged,
    /// An entry charges for a reminder that is not there.
    CallMissing,
    /// An entry charges for a reminder that nobody answered.
    CallNotAnswered,
    /// The row of what is charged for says that the entry is still to be written.
    NotMarked,
    /// The entry and the row of what it charges for are of different times.
    TimeDiffers,
    /// The entry names a price rule, and the price book has another price there.
    PriceDiffers,
    /// A credit corrects no charge of its user.
    CreditWithoutCharge,
    /// More was given back than was charged.
    CreditTooLarge,
    /// Entries of a month without a total.
    TotalMissing,
    /// A total says something else than its entries.
    TotalDiffers,
    /// A total without entries.
    TotalWithoutEntries,
    /// A row of the user cannot be read, so that nothing of the user was checked.
    RowUnreadable,
}

impl Mismatch {
    /// All there are.
    pub const ALL: [Self; 16] = [
        Self::EntryContradicts,
        Self::EntryTwice,
        Self::EntryMissing,
        Self::TextMissing,
        Self::TextNotCharged,
        Self::CallMissing,
        Self::CallNotAnswered,
        Self::NotMarked,
        Self::TimeDiffers,
        Self::PriceDiffers,
        Self::CreditWithoutCharge,
        Self::CreditTooLarge,
        Self::TotalMissing,
        Self::TotalDiffers,
        Self::TotalWithoutEntries,
        Self::RowUnreadable,
    ];

    /// The word in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EntryContradicts => "entry_contradicts",
            Self::EntryTwice => "entry_twice",
            Self::EntryMissing => "entry_missing",
            Self::TextMissing => "text_missing",
            Self::TextNotCharged => "text_not_charged",
            Self::CallMissing => "call_missing",
            Self::CallNotAnswered => "call_not_answered",
            Self::NotMarked => "not_marked",
            Self::TimeDiffers => "time_differs",
            Self::PriceDiffers => "price_differs",
            Self::CreditWithoutCharge => "credit_without_charge",
            Self::CreditTooLarge => "credit_too_large",
            Self::TotalMissing => "total_missing",
            Self::TotalDiffers => "total_differs",
            Self::TotalWithoutEntries => "total_without_entries",
            Self::RowUnreadable => "row_unreadable",
        }
    }
}

/// One thing that does not match.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Finding {
    /// What kind of thing.
    pub kind: Mismatch,
    /// Whose.
    pub user: UserId,
    /// What it is about: ids of entries, or a total as month and currency, such as `2026-11 USD`.
    pub ids: Vec<String>,
    /// What the two sides say.
    pub detail: String,
}

/// How many entries were not checked in full, and why.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unchecked {
    /// The row of what is charged for is gone, as it may be by now.
    pub too_old: u64,
    /// The row is gone because its person was forgotten.
    pub forgotten: u64,
    /// Things that happened in a month that is still open, and that their own rows say are still to be charged.
    pub owed: u64,
    /// Entries by another version of the price book.
    pub other_version: u64,
    /// Entries by this version of the price book, by a rule that it does not have for that country, kind and time.
    pub without_rule: u64,
}

impl AddAssign for Unchecked {
    fn add_assign(&mut self, more: Self) {
        self.too_old += more.too_old;
        self.forgotten += more.forgotten;
        self.owed += more.owed;
        self.other_version += more.other_version;
        self.without_rule += more.without_rule;
    }
}

/// What came of checking accounts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reconciliation {
    /// How many accounts.
    pub users: u64,
    /// How many entries the month has.
    pub entries: u64,
    /// The entries by currency, country and kind.
    pub sums: BTreeMap<(Currency, Region, Kind), Item>,
    /// What could not be checked.
    pub unchecked: Unchecked,
    /// What does not match.
    pub findings: Vec<Finding>,
}

impl AddAssign for Reconciliation {
    /// Adds what came of other accounts. Sums stop at the ends of 64 bits.
    fn add_assign(&mut self, other: Self) {
        self.users += other.users;
        self.entries += other.entries;
        for (of, item) in other.sums {
            *self.sums.entry(of).or_default() += item;
        }
        self.unchecked += other.unchecked;
        self.findings.extend(other.findings);
    }
}

impl Account {
    /// Holds the month's entries, rows and totals of this user together.
    #[must_use]
    pub fn reconcile(&self, terms: Terms<'_>) -> Reconciliation {
        check::all(self, terms)
    }
}

#[cfg(test)]
mod tests;
