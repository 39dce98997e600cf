//! The ledger: one immutable entry per thing charged for, and a total per user and month beside it.
//!
//! - `month`: what an entry comes to in its month: what is free, and what would go over the most that a month costs
//! - `credit`: what is given back of a charge

pub mod credit;
mod month;

use std::collections::BTreeMap;
use std::fmt;
use std::ops::AddAssign;
use std::str::FromStr;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use when::Region;

use crate::ids::{IdError, MessageId, OccurrenceId, UserId};
use crate::limits;
use crate::money::{Currency, Micros};
use crate::phone::Phone;
use crate::price::Price;
use crate::user::User;

pub use month::{Booked, add, book};

/// What an entry charges for. Its text is the entry's id, so no repetition anywhere can charge twice.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// An inbound text.
    Sms(MessageId),
    /// A reminder that was answered, however often.
    Call(OccurrenceId),
    /// What is given back of a charge.
    Credit {
        /// The id of the charge.
        of: String,
        /// Its number among the credits of the same charge, from 1.
        n: u32,
    },
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sms(id) => write!(f, "sms#{id}"),
            Self::Call(id) => write!(f, "call#{id}"),
            Self::Credit { of, n } => write!(f, "credit#{of}#{n}"),
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
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
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

    /// The last month of which nothing changes any more at `now`: see [`Period::settles_at`].
    #[must_use]
    pub fn last_settled(now: DateTime<Utc>) -> Self {
        let mut period = Self::of(now);
        while period.settles_at() > now {
            period = period.previous();
        }
        period
    }

    /// The month before.
    #[must_use]
    pub fn previous(self) -> Self {
        Self { first: self.first.checked_sub_months(chrono::Months::new(1)).unwrap_or(self.first) }
    }

    /// Its first day.
    #[must_use]
    pub fn first(self) -> NaiveDate {
        self.first
    }

    /// The instant at which it is over.
    #[must_use]
    pub fn ends_at(self) -> DateTime<Utc> {
        let next = self.first.checked_add_months(chrono::Months::new(1)).unwrap_or(self.first);
        next.and_time(chrono::NaiveTime::MIN).and_utc()
    }

    /// The instant from which the month takes no more entries.
    #[must_use]
    pub fn closes_at(self) -> DateTime<Utc> {
        self.ends_at() + limits::MONTH_CLOSES_AFTER
    }

    /// The instant from which all entries of the month can be read: what was being written when it closed is written.
    #[must_use]
    pub fn settles_at(self) -> DateTime<Utc> {
        self.closes_at() + limits::MONTH_SETTLES_AFTER
    }
}

impl FromStr for Period {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let first = NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d").ok();
        let period = first.map(|first| Self { first });
        // Four digits, a hyphen, two digits, and nothing that only reads like it.
        period.filter(|period| period.to_string() == text).ok_or_else(|| IdError {
            kind: "a month such as 2026-11",
            text: text.chars().take(80).collect(),
        })
    }
}

impl TryFrom<String> for Period {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<Period> for String {
    fn from(period: Period) -> Self {
        period.to_string()
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
    /// The country of the number.
    pub country: Region,
    /// How much is charged; what a credit gives back is below zero.
    pub amount_micros: Micros,
    /// What the price book asks for it, before the month's allowance and cap; `None` in a credit.
    #[serde(default)]
    pub list_micros: Option<Micros>,
    /// Why less than that is charged.
    #[serde(default)]
    pub reduced_by: Option<Reduction>,
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
    /// The id of the entry that this one corrects.
    #[serde(default)]
    pub corrects: Option<String>,
    /// Who made the correction.
    #[serde(default)]
    pub corrected_by: Option<String>,
    /// Why it was made.
    #[serde(default)]
    pub reason: Option<String>,
}

/// Why a charge is below its list price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reduction {
    /// Part of it, or all, lay within what is free each month.
    Allowance,
    /// The month's sum had come to the most that a user pays.
    Cap,
}

impl Reduction {
    /// The word in tables and exports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allowance => "allowance",
            Self::Cap => "cap",
        }
    }
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
    /// Their sum: what the month costs.
    pub amount_micros: Micros,
    /// How much of what is free each month is used up.
    #[serde(default)]
    pub allowance_micros: Micros,
    /// The entries by kind.
    #[serde(default)]
    pub by_kind: BTreeMap<Kind, Item>,
}

impl Total {
    /// Nothing yet, of the month and currency of an entry.
    fn before(entry: &Entry) -> Self {
        Self {
            user_id: entry.user_id.clone(),
            period: entry.period.clone(),
            currency: entry.currency,
            entries: 0,
            amount_micros: Micros::ZERO,
            allowance_micros: Micros::ZERO,
            by_kind: BTreeMap::new(),
        }
    }

    /// What the price book asks for all of it, before allowance, cap and credits.
    #[must_use]
    pub fn list_micros(&self) -> Micros {
        self.by_kind.values().fold(Micros::ZERO, |sum, item| sum.saturating_add(item.list))
    }

    /// Whether it has come to `cap`: nothing more is charged, and nothing rings.
    #[must_use]
    pub fn is_at(&self, cap: Micros) -> bool {
        self.amount_micros >= cap
    }
}

/// How many entries of one kind, and their sums.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// How many.
    pub count: u64,
    /// The sum of what is charged for them.
    pub amount: Micros,
    /// The sum of what the price book asks for them; nothing in credits.
    #[serde(default)]
    pub list: Micros,
}

impl AddAssign for Item {
    /// Adds other entries. Sums stop at the ends of 64 bits.
    fn add_assign(&mut self, more: Self) {
        *self = Self {
            count: self.count + more.count,
            amount: self.amount.saturating_add(more.amount),
            list: self.list.saturating_add(more.list),
        };
    }
}

/// The sum would leave the range of 64 bits: something is badly wrong with a price.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the total of {period} would overflow")]
pub struct Overflow {
    /// The month.
    pub period: String,
}

/// The entry for `subject`, of `at`, written at `now`; at its list price, until it is [`book`]ed.
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
            Subject::Credit { .. } => Kind::Credit,
        },
        user_id: user.id.clone(),
        phone: Some(user.phone.clone()),
        country: user.region,
        amount_micros: price.amount,
        list_micros: Some(price.amount),
        reduced_by: None,
        currency: price.currency,
        at,
        written_at: now,
        period: booked.to_string(),
        belongs_to: (own != booked).then(|| own.to_string()),
        price_version: price.version.clone(),
        price_rule: price.rule.clone(),
        corrects: None,
        corrected_by: None,
        reason: None,
    }
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

    #[test]
    fn a_month_reads_back_as_itself() {
        for text in ["2026-11", "0001-01", "9999-12"] {
            assert_eq!(text.parse::<Period>().unwrap().to_string(), text);
        }
        for text in
            ["", "2026-13", "2026-1", "26-11", "2026-11-01", " 2026-11", "+2026-11", "2026/11"]
        {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_month_is_settled_once_nothing_of_it_can_be_on_its_way() {
        let last = |now| Period::last_settled(at(now)).to_string();
        assert_eq!(last("2026-12-05T00:14:59Z"), "2026-10");
        assert_eq!(last("2026-12-05T00:15:00Z"), "2026-11");
        assert_eq!(last("2027-01-04T12:00:00Z"), "2026-11");
    }

    mod laws {
        use chrono::TimeDelta;
        use chrono_tz::Tz;
        use proptest::prelude::*;

        use super::*;
        use crate::money::Currency;

        /// Four years around a switch of the year, to the millisecond.
        fn instants() -> impl Strategy<Value = DateTime<Utc>> {
            let begin = at("2024-11-01T00:00:00Z");
            (0..126_230_400_000_i64).prop_map(move |ms| begin + TimeDelta::milliseconds(ms))
        }

        fn subjects() -> impl Strategy<Value = Subject> {
            let user = UserId::from_random(7);
            prop_oneof![
                "[!-~]{1,12}".prop_map(|id| Subject::Sms(id.parse().unwrap())),
                (1..30_u32, 1..4_u32).prop_map(move |(n, k)| {
                    Subject::Call(format!("{user}-{n}-{k}").parse().unwrap())
                }),
                ("[!-~]{1,12}", 1..4_u32)
                    .prop_map(|(id, n)| { Subject::Credit { of: format!("sms#{id}"), n } }),
            ]
        }

        fn price(amount: i64, currency: &str) -> Price {
            Price {
                amount: Micros(amount),
                currency: Currency::parse(currency).unwrap(),
                version: "v".into(),
                rule: "r".into(),
                max_sms: Micros(1),
                max_call_per_minute: Micros(1),
            }
        }

        proptest! {
            #[test]
            fn an_entry_has_the_id_of_what_it_charges_for_and_no_other(
                one in subjects(), other in subjects()
            ) {
                prop_assert_eq!(one.to_string() == other.to_string(), one == other);
            }

            #[test]
            fn the_time_of_writing_changes_the_month_of_an_entry_and_nothing_else(
                subject in subjects(),
                at in instants(),
                early in 0..20_000_000_i64,
                late in 0..20_000_000_i64,
            ) {
                let phone = Phone::try_from("+12065550101".to_owned()).unwrap();
                let user = User::new(UserId::from_random(1), phone, Tz::UTC, at);
                let written = |s| {
                    let now = at + TimeDelta::seconds(s);
                    entry(&subject, &user, &price(5, "USD"), at, now)
                };
                let (first, second) = (written(early), written(late));
                let own = first.belongs_to.as_ref().unwrap_or(&first.period);
                prop_assert_eq!(own, &Period::of(at).to_string());
                let same = |entry: Entry| Entry {
                    written_at: at, period: String::new(), belongs_to: None, ..entry
                };
                prop_assert_eq!(same(first), same(second));
            }

            #[test]
            fn nothing_is_booked_in_a_month_that_has_closed(
                at in instants(), later_s in 0..20_000_000_i64
            ) {
                let now = at + TimeDelta::seconds(later_s);
                let booked = Period::booking(at, now);
                prop_assert!(now < booked.closes_at());
                prop_assert!(booked >= Period::of(at), "nothing is booked before its time");
                prop_assert!(booked == Period::of(at) || Period::of(at).closes_at() <= now);
            }

            #[test]
            fn a_month_closes_96_hours_after_its_last_millisecond(at in instants()) {
                let month = Period::of(at);
                let end = month.closes_at() - TimeDelta::hours(96);
                prop_assert!(Period::of(end) > month);
                prop_assert_eq!(Period::of(end - TimeDelta::milliseconds(1)), month);
                let last = month.closes_at() - TimeDelta::milliseconds(1);
                prop_assert_eq!(Period::booking(at, last), month);
                prop_assert_ne!(Period::booking(at, month.closes_at()), month);
            }
        }
    }
}
