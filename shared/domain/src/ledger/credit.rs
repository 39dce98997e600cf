//! Credits: corrections in a user's favour, each an entry of its own beside the one that it corrects.
//!
//! The credits of a charge are numbered from 1. A credit is written on the condition that its number is free, so two
//! that are made at once never give back more than was charged: the second finds the first.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Entry, Kind, Period, Subject};
use crate::ids::UserId;
use crate::lifecycle::{Milestone, News, Passed};
use crate::message::patience;
use crate::money::Micros;
use crate::occurrence::Policy;

/// Characters of a reason, and of a name.
const WORDS_MAX: usize = 200;

/// What somebody gives as a reason, or as their name: one line, not empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words(String);

/// No line of words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("one line of 1 to {WORDS_MAX} characters")]
pub struct WordsError;

impl FromStr for Words {
    type Err = WordsError;

    fn from_str(text: &str) -> Result<Self, WordsError> {
        let text = text.trim();
        let is_line = (1..=WORDS_MAX).contains(&text.chars().count());
        let is_line = is_line && !text.chars().any(char::is_control);
        is_line.then(|| Self(text.to_owned())).ok_or(WordsError)
    }
}

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A credit as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// How much is to be given back; all that is left of the charge if nothing is said.
    pub amount: Option<Micros>,
    /// Who gives it.
    pub by: Words,
    /// Why.
    pub reason: Words,
}

/// What comes of asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// This entry is to be written.
    Now(Box<Entry>),
    /// This one stands already: the same person has given the same for the same reason.
    Before(Box<Entry>),
}

/// Why a credit is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// What is given back cannot be given back.
    #[error("{id} is itself a credit: only charges are credited")]
    IsACredit {
        /// The entry.
        id: String,
    },
    /// Nothing was charged, or all of it was given back.
    #[error("nothing of {id} is left to be credited: {charged} was charged, {credited} credited")]
    NothingLeft {
        /// The entry.
        id: String,
        /// What was charged.
        charged: String,
        /// What was given back before.
        credited: String,
    },
    /// More than is left.
    #[error(
        "of {id} only {left} is left to be credited: {charged} was charged, {credited} credited"
    )]
    TooMuch {
        /// The entry.
        id: String,
        /// What is left.
        left: String,
        /// What was charged.
        charged: String,
        /// What was given back before.
        credited: String,
    },
    /// Nothing is asked for.
    #[error("a credit is more than nothing")]
    Nothing,
}

/// Decides on a credit of `charge`, whose earlier credits are `earlier`, at `now`.
///
/// It is booked in the month of the charge until that has closed, then in the present one. Asked for again in the same
/// words, by the same person, for the same amount, or for all when all has been given, it is the one that stands: a
/// command whose answer was lost can be repeated. Whoever means a second one says so in the reason.
///
/// # Errors
/// [`Refused`] says why not.
pub fn credit(
    charge: &Entry,
    earlier: &[Entry],
    asked: &Asked,
    now: DateTime<Utc>,
) -> Result<Given, Refused> {
    let id = charge.charge_id.clone();
    if charge.kind == Kind::Credit {
        return Err(Refused::IsACredit { id });
    }
    if asked.amount.is_some_and(|amount| amount <= Micros::ZERO) {
        return Err(Refused::Nothing);
    }
    let credited: Micros = earlier
        .iter()
        .fold(Micros::ZERO, |sum, credit| sum.checked_sub(credit.amount_micros).unwrap_or(sum));
    let left = charge.amount_micros.checked_sub(credited).unwrap_or_default();
    let is_the_same = |credit: &&Entry| {
        credit.corrected_by.as_deref() == Some(asked.by.0.as_str())
            && credit.reason.as_deref() == Some(asked.reason.0.as_str())
            && match asked.amount {
                Some(amount) => amount.checked_add(credit.amount_micros) == Some(Micros::ZERO),
                None => left <= Micros::ZERO,
            }
    };
    if let Some(same) = earlier.iter().rev().find(is_the_same) {
        return Ok(Given::Before(Box::new(same.clone())));
    }
    let show = |amount: Micros| amount.display(charge.currency);
    let (charged, given) = (show(charge.amount_micros), show(credited));
    if left <= Micros::ZERO {
        return Err(Refused::NothingLeft { id, charged, credited: given });
    }
    let amount = asked.amount.unwrap_or(left);
    if amount > left {
        return Err(Refused::TooMuch { id, left: show(left), charged, credited: given });
    }
    Ok(Given::Now(Box::new(entry(charge, earlier, amount, asked, now))))
}

fn entry(
    charge: &Entry,
    earlier: &[Entry],
    amount: Micros,
    asked: &Asked,
    now: DateTime<Utc>,
) -> Entry {
    let n = u32::try_from(earlier.len()).unwrap_or(u32::MAX).saturating_add(1);
    let subject = Subject::Credit { of: charge.charge_id.clone(), n };
    let present = Period::of(now);
    let booked = charge.period.parse().ok().filter(|own: &Period| now < own.closes_at());
    let booked = booked.unwrap_or(present).to_string();
    Entry {
        charge_id: subject.to_string(),
        kind: Kind::Credit,
        amount_micros: Micros::ZERO.checked_sub(amount).unwrap_or_default(),
        list_micros: None,
        reduced_by: None,
        at: now,
        written_at: now,
        belongs_to: (booked != charge.period).then(|| charge.period.clone()),
        period: booked,
        corrects: Some(charge.charge_id.clone()),
        corrected_by: Some(asked.by.to_string()),
        reason: Some(asked.reason.to_string()),
        ..charge.clone()
    }
}

/// A credit of which others are to be told. The row that owed the charge may be gone by now, so it owes its own news.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditNews {
    /// Whose credit it is.
    pub user: UserId,
    /// The entry.
    pub charge_id: String,
    /// What others are still to be told.
    pub news: News,
    /// How often `reconcile` has nudged this row.
    pub nudges: u32,
}

impl CreditNews {
    /// Of a credit that was written at `now`; `None` where nobody is told anything.
    #[must_use]
    pub fn of(credit: &Entry, now: DateTime<Utc>, policy: &Policy) -> Option<Self> {
        let mut news = News::default();
        news.add(Passed { milestone: Milestone::Credited, at: now, attempt: 0 });
        let (user, charge_id) = (credit.user_id.clone(), credit.charge_id.clone());
        policy.tells.then_some(Self { user, charge_id, news, nudges: 0 })
    }

    /// The instant by which others should have been told. At once, at first: whoever makes a credit only writes it,
    /// and the repair loop has it told.
    #[must_use]
    pub fn check_at(&self, now: DateTime<Utc>, policy: &Policy) -> Option<DateTime<Utc>> {
        let owes = policy.tells && !self.news.is_empty();
        owes.then(|| if self.nudges == 0 { now } else { now + patience(self.nudges) })
    }
}

#[cfg(test)]
mod tests {
    use std::slice::from_ref;

    use chrono::TimeDelta;
    use chrono_tz::Tz;
    use proptest::prelude::*;

    use super::*;
    use crate::ledger;
    use crate::money::Currency;
    use crate::phone::Phone;
    use crate::price::Price;
    use crate::user::User;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// An answered call of 30 November.
    fn charge(amount: i64) -> Entry {
        let sent_at = at("2026-11-30T12:00:00Z");
        let phone = Phone::try_from("+12065550101".to_owned()).unwrap();
        let user = User::new(UserId::from_random(1), phone, Tz::UTC, sent_at);
        let price = Price {
            amount: Micros(amount),
            currency: Currency::USD,
            version: "v".into(),
            rule: "r".into(),
            max_sms: Micros(1),
            max_call_per_minute: Micros(1),
        };
        let subject = Subject::Call(format!("{}-1-1", user.id).parse().unwrap());
        ledger::entry(&subject, &user, &price, sent_at, sent_at)
    }

    fn asked(amount: Option<i64>, reason: &str) -> Asked {
        Asked {
            amount: amount.map(Micros),
            by: "ada".parse().unwrap(),
            reason: reason.parse().unwrap(),
        }
    }

    fn given(charge: &Entry, earlier: &[Entry], asked: &Asked) -> Entry {
        match credit(charge, earlier, asked, charge.at) {
            Ok(Given::Now(entry)) => *entry,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_credit_says_what_it_corrects_and_who_gave_it_and_why() {
        let charge = charge(40_000);
        let entry = given(&charge, &[], &asked(None, "rang twice"));
        assert_eq!(entry.charge_id, format!("credit#{}#1", charge.charge_id));
        assert_eq!((entry.kind, entry.amount_micros), (Kind::Credit, Micros(-40_000)));
        assert_eq!(entry.corrects.as_deref(), Some(charge.charge_id.as_str()));
        assert_eq!(entry.corrected_by.as_deref(), Some("ada"));
        assert_eq!(entry.reason.as_deref(), Some("rang twice"));
        assert_eq!((entry.list_micros, entry.phone), (None, charge.phone));
    }

    #[test]
    fn it_is_booked_in_the_month_of_the_charge_until_that_has_closed() {
        let charge = charge(40_000);
        for (now, period, belongs_to) in [
            ("2026-11-30T13:00:00Z", "2026-11", None),
            ("2026-12-04T23:59:59Z", "2026-11", None),
            ("2026-12-05T00:00:00Z", "2026-12", Some("2026-11")),
            ("2028-01-01T00:00:00Z", "2028-01", Some("2026-11")),
        ] {
            let given = credit(&charge, &[], &asked(None, "x"), at(now)).unwrap();
            let Given::Now(entry) = given else { panic!("{now}") };
            assert_eq!((entry.period.as_str(), entry.belongs_to.as_deref()), (period, belongs_to));
        }
    }

    #[test]
    fn never_more_is_given_back_than_was_charged() {
        let charge = charge(40_000);
        let first = given(&charge, &[], &asked(Some(15_000), "one"));
        let refused = credit(&charge, from_ref(&first), &asked(Some(25_001), "two"), charge.at);
        let sentence = refused.unwrap_err().to_string();
        assert!(sentence.contains("only $0.025 is left"), "{sentence}");
        let rest = given(&charge, from_ref(&first), &asked(None, "two"));
        assert_eq!(rest.amount_micros, Micros(-25_000));
        let all = [first, rest];
        let refused = credit(&charge, &all, &asked(Some(1), "three"), charge.at).unwrap_err();
        assert!(matches!(refused, Refused::NothingLeft { .. }), "{refused}");
        assert_eq!(credit(&charge, &[], &asked(Some(0), "x"), charge.at), Err(Refused::Nothing));
        let of_credit = credit(&all[0], &[], &asked(None, "x"), charge.at).unwrap_err();
        assert!(matches!(of_credit, Refused::IsACredit { .. }), "{of_credit}");
    }

    #[test]
    fn what_was_free_cannot_be_given_back() {
        let free = Entry { amount_micros: Micros::ZERO, ..charge(40_000) };
        let refused = credit(&free, &[], &asked(None, "x"), free.at).unwrap_err();
        assert!(matches!(refused, Refused::NothingLeft { .. }), "{refused}");
    }

    #[test]
    fn the_same_credit_asked_for_again_is_the_one_that_stands() {
        let charge = charge(40_000);
        let part = given(&charge, &[], &asked(Some(10_000), "one"));
        let again = credit(&charge, from_ref(&part), &asked(Some(10_000), "one"), charge.at);
        assert_eq!(again, Ok(Given::Before(Box::new(part.clone()))));
        let other = given(&charge, from_ref(&part), &asked(Some(10_000), "one more"));
        assert!(other.charge_id.ends_with("#2"), "{}", other.charge_id);
        let rest = given(&charge, from_ref(&part), &asked(None, "one"));
        let again = credit(&charge, &[part, rest.clone()], &asked(None, "one"), charge.at);
        assert_eq!(again, Ok(Given::Before(Box::new(rest))));
    }

    #[test]
    fn words_are_one_line() {
        for text in ["", "  ", "a\nb", "a\u{7}", &"x".repeat(201)] {
            assert_eq!(text.parse::<Words>(), Err(WordsError), "{text}");
        }
        assert_eq!(" ticket 12 ".parse::<Words>().unwrap().to_string(), "ticket 12");
    }

    proptest! {
        #[test]
        fn whatever_is_asked_for_what_is_given_back_stays_within_the_charge(
            amount in 1..100_000_i64,
            asks in proptest::collection::vec((0..60_000_i64, 0..10_i64, 0..200_i64), 0..12),
        ) {
            let charge = charge(amount);
            let mut earlier: Vec<Entry> = Vec::new();
            let mut total = Some(ledger::add(None, &charge).unwrap());
            for (ask, reason, days) in asks {
                let ask = asked((ask > 0).then_some(ask), &format!("reason {reason}"));
                let now = charge.at + TimeDelta::days(days);
                if let Ok(Given::Now(entry)) = credit(&charge, &earlier, &ask, now) {
                    prop_assert!(entry.amount_micros < Micros::ZERO);
                    prop_assert!(earlier.iter().all(|it| it.charge_id != entry.charge_id));
                    if entry.period == charge.period {
                        total = Some(ledger::add(total, &entry).unwrap());
                    }
                    earlier.push(*entry);
                }
            }
            let back: i64 = earlier.iter().map(|entry| -entry.amount_micros.0).sum();
            prop_assert!((0..=amount).contains(&back));
            prop_assert!(total.unwrap().amount_micros >= Micros::ZERO);
        }
    }
}
