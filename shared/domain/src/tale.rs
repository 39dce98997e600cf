//! What WHY and BILL answer: the story of one reminder, and one month's charges, as facts without words.

use chrono::{DateTime, Utc};

use crate::attempt::{Attempt, Fact, Outcome};
use crate::ids::OccurrenceId;
pub use crate::ledger::Item;
use crate::ledger::{Entry, Kind, Period, Total};
use crate::money::{Currency, Micros};
use crate::occurrence::{Event, Occurrence, State, Why};
use crate::outgoing::{self, Outgoing};

/// Something that happened to a reminder, as its user may want to know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// The text was taken.
    Accepted,
    /// The user gave it another time, or moved with it to another zone.
    Changed,
    /// The phone was called, and rang.
    Rang,
    /// The carrier was asked to call; nothing is known of a ring.
    Called,
    /// Nobody picked up.
    NoAnswer,
    /// The line was busy, or the call was declined.
    Busy,
    /// The call did not come through.
    Failed,
    /// Somebody, or a voicemail, picked up.
    Answered,
    /// The answer was charged.
    Charged(Micros, Currency),
    /// It ended without an answer.
    GaveUp(Why),
    /// The SMS in place of the call was sent.
    Told,
    /// The user dropped it.
    Forgotten,
    /// The user skipped it, or asked to be called later instead.
    Skipped,
    /// Its time passed while the user had opted out.
    OptedOut,
}

/// The story of one time that a reminder was due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tale {
    /// Which one.
    pub id: OccurrenceId,
    /// The matter.
    pub about: String,
    /// When it was due.
    pub due: DateTime<Utc>,
    /// What happened, oldest first.
    pub deeds: Vec<(DateTime<Utc>, Deed)>,
}

/// What is known of one time that a reminder was due, besides its own row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaleRows {
    /// Its attempts.
    pub attempts: Vec<Attempt>,
    /// Its charge.
    pub charge: Option<Entry>,
    /// The SMS in place of the call.
    pub told: Option<Outgoing>,
}

impl Tale {
    /// The story of a reminder, from its rows.
    #[must_use]
    pub fn of(row: &Occurrence, rows: &TaleRows) -> Self {
        let mut deeds: Vec<(DateTime<Utc>, Deed)> = Vec::new();
        for line in row.story.lines() {
            let deed = match line.what.as_str() {
                "accepted" => Deed::Accepted,
                "moved" => Deed::Changed,
                "forgotten" => Deed::Forgotten,
                "skipped" => Deed::Skipped,
                "opted_out" => Deed::OptedOut,
                "gave_up" => match row.state {
                    State::GaveUp(why) => Deed::GaveUp(why),
                    _ => continue,
                },
                _ => continue,
            };
            deeds.push((line.at, deed));
        }
        for attempt in &rows.attempts {
            deeds.extend(deeds_of(attempt));
        }
        if let Some(charge) = &rows.charge {
            deeds.push((charge.written_at, Deed::Charged(charge.amount_micros, charge.currency)));
        }
        if let Some(told) = &rows.told
            && matches!(told.state, outgoing::State::Sent(_))
        {
            deeds.push((told.asked_at, Deed::Told));
        }
        // Stable: what was written at the same instant stays in the order of a call.
        deeds.sort_by_key(|(at, _)| *at);
        let about = row.about.clone();
        Self { id: row.id.clone(), about, due: row.due, deeds }
    }
}

/// What happened in one attempt. One that the carrier refused never was a call.
fn deeds_of(attempt: &Attempt) -> Vec<(DateTime<Utc>, Deed)> {
    if matches!(attempt.outcome, Outcome::Refused(_)) {
        return Vec::new();
    }
    let at = |fact: Fact| {
        let told = attempt.story.lines().iter().find(|line| line.what == fact.as_str());
        told.map(|line| line.at)
    };
    let begun = match at(Fact::Ringing) {
        Some(rang) => (rang, Deed::Rang),
        None => (attempt.placed_at, Deed::Called),
    };
    let end = match attempt.event() {
        // Whichever came first made it known, and charged.
        Event::Answered { .. } => {
            let known = [Fact::Answered, Fact::Completed].into_iter().filter_map(at).min();
            known.map(|at| (at, Deed::Answered))
        }
        Event::Unanswered { .. } => {
            let ends = [
                (Fact::Busy, Deed::Busy),
                (Fact::NoAnswer, Deed::NoAnswer),
                (Fact::Failed, Deed::Failed),
                (Fact::Expired, Deed::Failed),
            ];
            ends.into_iter().find_map(|(fact, deed)| Some((at(fact)?, deed)))
        }
        _ => None,
    };
    // Events may have come in any order: the ring is told before its end.
    let begun_at = end.map_or(begun.0, |(ended_at, _)| begun.0.min(ended_at));
    std::iter::once((begun_at, begun.1)).chain(end).collect()
}

/// The charges of one user in one month and currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bill {
    /// The month.
    pub period: Period,
    /// The currency of all amounts.
    pub currency: Currency,
    /// Texts that were charged.
    pub texts: Item,
    /// Calls that were answered.
    pub calls: Item,
    /// Corrections in the user's favour; their amounts are negative.
    pub credits: Item,
    /// How much of it was free; not negative.
    pub allowance: Micros,
}

impl Bill {
    /// The bill of a month, from its total.
    #[must_use]
    pub fn of_total(period: Period, total: &Total) -> Self {
        let of = |kind| total.by_kind.get(&kind).copied().unwrap_or_default();
        Self {
            period,
            currency: total.currency,
            texts: of(Kind::Sms),
            calls: of(Kind::AnsweredCall),
            credits: of(Kind::Credit),
            allowance: total.allowance_micros,
        }
    }

    /// What was not charged because the month had come to the most that it costs.
    #[must_use]
    pub fn cap(&self) -> Micros {
        let list = self.texts.list.saturating_add(self.calls.list);
        let charged = self.texts.amount.saturating_add(self.calls.amount);
        let accounted = charged.saturating_add(self.allowance);
        list.checked_sub(accounted).unwrap_or_default().max(Micros::ZERO)
    }

    /// All of it.
    #[must_use]
    pub fn total(&self) -> Micros {
        self.texts.amount.saturating_add(self.calls.amount).saturating_add(self.credits.amount)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::ids::UserId;
    use crate::ledger::book;
    use crate::price::Limits;

    /// Nothing is free, and nothing too much.
    const NO_LIMITS: Limits = Limits {
        monthly_cap: Micros(i64::MAX),
        monthly_allowance: Micros::ZERO,
        currency: Currency::USD,
    };

    fn entry(id: u32, kind: Kind, micros: i64, period: &str, currency: Currency) -> Entry {
        Entry {
            charge_id: id.to_string(),
            kind,
            user_id: UserId::from_random(1),
            phone: None,
            country: "US".to_owned().try_into().unwrap(),
            amount_micros: Micros(micros),
            list_micros: Some(Micros(micros)),
            reduced_by: None,
            currency,
            at: DateTime::UNIX_EPOCH,
            written_at: DateTime::UNIX_EPOCH,
            period: period.into(),
            belongs_to: None,
            price_version: String::new(),
            price_rule: String::new(),
            corrects: None,
            corrected_by: None,
            reason: None,
        }
    }

    #[test]
    fn an_answer_of_which_the_hang_up_told_first_is_told_when_it_was_known() {
        let at = |seconds: i64| DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap();
        let mut attempt = Attempt::claimed("0000000000000000-1-1-1".parse().unwrap(), at(0));
        for (seconds, fact) in [(1, Fact::Ringing), (26, Fact::Completed), (27, Fact::Answered)] {
            attempt.learn(&[fact].into(), at(seconds));
        }
        assert_eq!(deeds_of(&attempt), [(at(1), Deed::Rang), (at(26), Deed::Answered)]);
    }

    #[test]
    fn a_bill_is_of_one_month_and_one_currency_and_adds_up() {
        let euro = Currency::parse("EUR").unwrap();
        let entries = [
            entry(1, Kind::Sms, 20_000, "2026-11", Currency::USD),
            entry(2, Kind::Sms, 30_000, "2026-11", Currency::USD),
            entry(3, Kind::AnsweredCall, 40_000, "2026-11", Currency::USD),
            entry(5, Kind::Sms, 1, "2026-10", Currency::USD),
            entry(6, Kind::Sms, 1, "2026-11", euro),
        ];
        let november = Period::of("2026-11-24T00:00:00Z".parse().unwrap());
        // As the ledger keeps them: one total for each month and currency.
        let mut totals: BTreeMap<(String, String), Total> = BTreeMap::new();
        for entry in entries {
            let key = (entry.period.clone(), entry.currency.to_string());
            let total = book(totals.remove(&key), entry, &NO_LIMITS).unwrap().total;
            totals.insert(key, total);
        }
        let bill = Bill::of_total(november, &totals[&(november.to_string(), "USD".into())]);
        let texts = Micros(50_000);
        assert_eq!(bill.texts, Item { count: 2, amount: texts, list: texts });
        assert_eq!(bill.calls.count, 1);
        assert_eq!(bill.total(), Micros(90_000));
    }

    #[test]
    fn a_bill_says_what_was_free_and_what_went_over_the_cap() {
        let limits =
            Limits { monthly_cap: Micros(70_000), monthly_allowance: Micros(30_000), ..NO_LIMITS };
        let mut total = None;
        for (id, kind) in
            [(1, Kind::Sms), (2, Kind::Sms), (3, Kind::AnsweredCall), (4, Kind::AnsweredCall)]
        {
            let entry = entry(id, kind, 40_000, "2026-11", Currency::USD);
            total = Some(book(total, entry, &limits).unwrap().total);
        }
        let bill = Bill::of_total(Period::of(DateTime::UNIX_EPOCH), &total.unwrap());
        assert_eq!(bill.texts.list.saturating_add(bill.calls.list), Micros(160_000));
        assert_eq!((bill.allowance, bill.cap()), (Micros(30_000), Micros(60_000)));
        assert_eq!(bill.total(), Micros(70_000));
    }
}
