//! The ledger: one immutable entry per thing charged for, and a total per user and month beside it.

use std::fmt;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use when::Region;

use crate::ids::{MessageId, OccurrenceId, UserId};
use crate::limits;
use crate::money::{Currency, Micros};
use crate::phone::Phone;
use crate::price::Price;
use crate::user::User;

/// What an entry charges for. Its text is the entry's id, so no repetition anywhere can charge twice.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// An inbound text.
    Sms(MessageId),
    /// A reminder that was answered, however often.
    Call(OccurrenceId),
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sms(id) => write!(f, "sms#{id}"),
            Self::Call(id) => write!(f, "call#{id}"),
        }
    }
}

/// The kinds of entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A text.
    Sms,
    /// An answered reminder call.
    AnsweredCall,
    /// A correction in the user's favour.
    Credit,
}

impl Kind {
    /// The word in tables, exports and the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::AnsweredCall => "answered_call",
            Self::Credit => "credit",
        }
    }
}

/// A calendar month in UTC, `2026-11`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    first: NaiveDate,
}

impl Period {
    /// The month that an instant lies in.
    #[must_use]
    pub fn of(at: DateTime<Utc>) -> Self {
        let date = at.date_naive();
        Self { first: date.with_day(1).unwrap_or(date) }
    }

    /// The month in which something of `at` is booked at `now`: its own until that has closed, then the present one.
    #[must_use]
    pub fn booking(at: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        let own = Self::of(at);
        if now < own.closes_at() { own } else { Self::of(now) }
    }

    /// The instant from which the month takes no more entries.
    #[must_use]
    pub fn closes_at(self) -> DateTime<Utc> {
        let next = self.first.checked_add_months(chrono::Months::new(1)).unwrap_or(self.first);
        next.and_time(chrono::NaiveTime::MIN).and_utc() + limits::MONTH_CLOSES_AFTER
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.first.format("%Y-%m"))
    }
}

impl fmt::Debug for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// One line of the ledger. Never changed, but for the phone when its person is forgotten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The id: what it charges for.
    pub charge_id: String,
    /// The kind.
    pub kind: Kind,
    /// Who pays.
    pub user_id: UserId,
    /// The number, until the person is forgotten.
    pub phone: Option<Phone>,
    /// The country of the number.
    pub country: Region,
    /// How much.
    pub amount_micros: Micros,
    /// In which currency.
    pub currency: Currency,
    /// When the text was sent or the call was placed.
    pub at: DateTime<Utc>,
    /// When the entry was written.
    pub written_at: DateTime<Utc>,
    /// The month in which it is booked.
    pub period: String,
    /// The month of `at`, where that had closed already.
    pub belongs_to: Option<String>,
    /// The version of the price book.
    pub price_version: String,
    /// The rule of the price book.
    pub price_rule: String,
}

/// The sums of one user, month and currency; written in one transaction with each entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Total {
    /// Who pays.
    pub user_id: UserId,
    /// The month.
    pub period: String,
    /// The currency.
    pub currency: Currency,
    /// How many entries.
    pub entries: u64,
    /// Their sum.
    pub amount_micros: Micros,
}

/// The sum would leave the range of 64 bits: something is badly wrong with a price.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the total of {period} would overflow")]
pub struct Overflow {
    /// The month.
    pub period: String,
}

/// The entry for `subject`, of `at`, written at `now`.
#[must_use]
pub fn entry(
    subject: &Subject,
    user: &User,
    price: &Price,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Entry {
    let (own, booked) = (Period::of(at), Period::booking(at, now));
    Entry {
        charge_id: subject.to_string(),
        kind: match subject {
            Subject::Sms(_) => Kind::Sms,
            Subject::Call(_) => Kind::AnsweredCall,
        },
        user_id: user.id.clone(),
        phone: Some(user.phone.clone()),
        country: user.region,
        amount_micros: price.amount,
        currency: price.currency,
        at,
        written_at: now,
        period: booked.to_string(),
        belongs_to: (own != booked).then(|| own.to_string()),
        price_version: price.version.clone(),
        price_rule: price.rule.clone(),
    }
}

/// The total with one more entry in it.
///
/// # Errors
/// [`Overflow`] if the sum leaves 64 bits.
pub fn add(total: Option<Total>, entry: &Entry) -> Result<Total, Overflow> {
    let total = total.unwrap_or_else(|| Total {
        user_id: entry.user_id.clone(),
        period: entry.period.clone(),
        currency: entry.currency,
        entries: 0,
        amount_micros: Micros::ZERO,
    });
    let amount_micros = total
        .amount_micros
        .checked_add(entry.amount_micros)
        .ok_or_else(|| Overflow { period: entry.period.clone() })?;
    Ok(Total { entries: total.entries + 1, amount_micros, ..total })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_month_takes_entries_until_96_hours_after_its_end() {
        let answered = at("2026-11-30T23:59:59Z");
        assert_eq!(Period::booking(answered, at("2026-12-04T23:59:59Z")).to_string(), "2026-11");
        assert_eq!(Period::booking(answered, at("2026-12-05T00:00:00Z")).to_string(), "2026-12");
    }

    #[test]
    fn a_month_is_a_month_of_utc() {
        assert_eq!(Period::of(at("2026-12-01T04:00:00+05:30")).to_string(), "2026-11");
        assert_eq!(Period::of(at("2027-01-01T00:00:00Z")).to_string(), "2027-01");
    }
}
