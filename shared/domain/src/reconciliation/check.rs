//! The checks of one account.

use std::collections::{BTreeMap, BTreeSet};

use super::{Account, Finding, Mismatch, Reconciliation, Terms};
use crate::ids::OccurrenceId;
use crate::ledger::{self, Entry, Item, Kind, Period, Reduction, Subject, Total};
use crate::limits;
use crate::money::{Currency, Micros};
use crate::occurrence::{Effect, owed};
use crate::price;

/// All checks.
pub(super) fn all(account: &Account, terms: Terms<'_>) -> Reconciliation {
    let by_id = account.entries.iter().map(|entry| (entry.charge_id.as_str(), entry)).collect();
    let out = Reconciliation { users: 1, ..Reconciliation::default() };
    let mut check = Check { account, terms, period: terms.period.to_string(), by_id, out };
    check.entries();
    check.what_happened();
    check.credits();
    check.totals();
    check.out.findings.sort();
    check.out
}

struct Check<'a> {
    account: &'a Account,
    terms: Terms<'a>,
    /// The month, as rows name it.
    period: String,
    by_id: BTreeMap<&'a str, &'a Entry>,
    out: Reconciliation,
}

impl<'a> Check<'a> {
    fn find(&mut self, kind: Mismatch, ids: &[&str], detail: impl Into<String>) {
        let ids = ids.iter().map(|id| (*id).to_owned()).collect();
        let user = self.account.user.clone();
        self.out.findings.push(Finding { kind, user, ids, detail: detail.into() });
    }

    /// The entries of the month, in all currencies.
    fn booked(&self) -> impl Iterator<Item = &'a Entry> + use<'a> {
        let (entries, period) = (&self.account.entries, self.period.clone());
        entries.iter().filter(move |entry| entry.period == period)
    }

    /// Each entry by itself, by the price book, and against the row of what it charges for.
    fn entries(&mut self) {
        let mut seen = BTreeSet::new();
        for entry in self.booked() {
            self.out.entries += 1;
            let sum = self.out.sums.entry((entry.currency, entry.country, entry.kind)).or_default();
            *sum = Item {
                count: sum.count + 1,
                amount: sum.amount.saturating_add(entry.amount_micros),
                list: sum.list.saturating_add(entry.list_micros.unwrap_or_default()),
            };
            if !seen.insert(&entry.charge_id) {
                self.find(Mismatch::EntryTwice, &[&entry.charge_id], "there are two of this id");
            }
            if let Some(what) = contradiction(self.account, entry) {
                self.find(Mismatch::EntryContradicts, &[&entry.charge_id], what);
            }
            match entry.kind {
                Kind::Sms => self.text(entry),
                Kind::AnsweredCall => self.call(entry),
                Kind::Credit => continue,
            }
            self.price(entry);
        }
    }

    fn text(&mut self, entry: &Entry) {
        let id = entry.charge_id.strip_prefix("sms#");
        let text = self.account.messages.iter().find(|row| Some(row.id.as_str()) == id);
        let Some(text) = text else {
            return self.missing(entry, Mismatch::TextMissing);
        };
        let id: &[&str] = &[&entry.charge_id];
        if !text.charged {
            self.find(Mismatch::TextNotCharged, id, "the text's row says that it is free");
        } else if !text.in_ledger {
            self.find(Mismatch::NotMarked, id, "the text's row says that this is still owed");
        }
        self.time(entry, text.sent_at);
    }

    fn call(&mut self, entry: &Entry) {
        let of: Option<OccurrenceId> =
            entry.charge_id.strip_prefix("call#").and_then(|id| id.parse().ok());
        let row = self.account.occurrences.iter().find(|row| Some(&row.id) == of.as_ref());
        let Some(row) = row else {
            return self.missing(entry, Mismatch::CallMissing);
        };
        let id: &[&str] = &[&entry.charge_id];
        let Some(answered) = row.answered else {
            return self.find(Mismatch::CallNotAnswered, id, "no attempt was answered");
        };
        if owed(row).contains(&Effect::Charge) {
            self.find(Mismatch::NotMarked, id, "the reminder's row says that this is still owed");
        }
        // An attempt's row ends before that of its reminder.
        let attempt = row.id.attempt(answered);
        if let Some(attempt) = self.account.attempts.iter().find(|it| it.id == attempt) {
            self.time(entry, attempt.placed_at);
        }
    }

    fn time(&mut self, entry: &Entry, at: chrono::DateTime<chrono::Utc>) {
        if entry.at != at {
            let (own, other) = (entry.at.to_rfc3339(), at.to_rfc3339());
            let detail = format!("the entry says {own}, the row {other}");
            self.find(Mismatch::TimeDiffers, &[&entry.charge_id], detail);
        }
    }

    /// The row of what an entry charges for is not there. It expires no earlier than its mark was set, which was in the
    /// write of the entry, and that long after it.
    fn missing(&mut self, entry: &Entry, kind: Mismatch) {
        if self.account.forgotten {
            self.out.unchecked.forgotten += 1;
        } else if self.terms.now >= entry.written_at + limits::KEPT_AFTER_END {
            self.out.unchecked.too_old += 1;
        } else {
            self.find(kind, &[&entry.charge_id], "there is no such row");
        }
    }

    fn price(&mut self, entry: &Entry) {
        let book = self.terms.book;
        if entry.price_version != book.version() {
            self.out.unchecked.other_version += 1;
            return;
        }
        let kind = match entry.kind {
            Kind::Sms => price::Kind::Sms,
            Kind::AnsweredCall => price::Kind::AnsweredCall,
            Kind::Credit => return,
        };
        let price = book.price(entry.country, kind, entry.at);
        let Some(price) = price.filter(|price| price.rule == entry.price_rule) else {
            self.out.unchecked.without_rule += 1;
            return;
        };
        if entry.currency != price.currency
            || entry.list_micros.is_some_and(|it| it != price.amount)
        {
            let own = entry.list_micros.unwrap_or_default().display(entry.currency);
            let other = price.amount.display(price.currency);
            let detail = format!("the entry says {own}, {} says {other}", price.rule);
            self.find(Mismatch::PriceDiffers, &[&entry.charge_id], detail);
        }
    }

    /// The other way round: whatever its row says was charged in this month has an entry, of whatever month.
    fn what_happened(&mut self) {
        let in_month = |at| Period::of(at) == self.terms.period;
        let texts = self.account.messages.iter().filter(|row| row.charged && in_month(row.sent_at));
        let texts =
            texts.map(|row| (Subject::Sms(row.id.clone()), row.owes_charge())).collect::<Vec<_>>();
        let calls = self.account.occurrences.iter().filter_map(|row| {
            let attempt = row.id.attempt(row.answered?);
            let attempt = self.account.attempts.iter().find(|it| it.id == attempt);
            // Without the attempt's row the promised time tells the month, to within minutes.
            let at = attempt.map_or(row.due, |attempt| attempt.placed_at);
            let is_owed = owed(row).contains(&Effect::Charge);
            in_month(at).then(|| (Subject::Call(row.id.clone()), is_owed))
        });
        let calls = calls.collect::<Vec<_>>();
        for (subject, is_owed) in texts.into_iter().chain(calls) {
            let id = subject.to_string();
            let settled = self.terms.period.settles_at() <= self.terms.now;
            match (self.by_id.contains_key(id.as_str()), is_owed) {
                (true, _) => {}
                (false, true) if !settled => self.out.unchecked.owed += 1,
                (false, true) => self.find(Mismatch::EntryMissing, &[&id], "it is still owed"),
                (false, false) => {
                    self.find(Mismatch::EntryMissing, &[&id], "its row says that it is there");
                }
            }
        }
    }

    /// Each credit of the month has its charge, which all of its credits, of whatever month, do not exceed.
    fn credits(&mut self) {
        let mut charges = BTreeSet::new();
        for credit in self.booked().filter(|entry| entry.kind == Kind::Credit) {
            let of = credit.corrects.as_deref();
            let charge = of.and_then(|id| self.by_id.get(id).copied());
            let charge = charge.filter(|it| it.kind != Kind::Credit);
            let Some(charge) = charge.filter(|it| it.currency == credit.currency) else {
                let detail = format!("it corrects {}", of.unwrap_or("nothing"));
                self.find(Mismatch::CreditWithoutCharge, &[&credit.charge_id], detail);
                continue;
            };
            let open = charge.period.parse().ok();
            let open = open.filter(|own: &Period| credit.written_at < own.closes_at());
            let booked = open.unwrap_or(Period::of(credit.written_at)).to_string();
            let belongs_to = (booked != charge.period).then_some(&charge.period);
            if credit.period != booked || credit.belongs_to.as_ref() != belongs_to {
                let detail = format!("it is to be booked in {booked}");
                self.find(Mismatch::EntryContradicts, &[&credit.charge_id], detail);
            }
            charges.insert(charge.charge_id.as_str());
        }
        for id in charges {
            let Some(charge) = self.by_id.get(id) else { continue };
            let credits: Vec<&Entry> = self
                .account
                .entries
                .iter()
                .filter(|it| it.corrects.as_deref() == Some(id))
                .collect();
            let back =
                credits.iter().fold(0_i128, |sum, credit| sum - i128::from(credit.amount_micros.0));
            if back > i128::from(charge.amount_micros.0) {
                let mut ids = vec![id];
                ids.extend(credits.iter().map(|credit| credit.charge_id.as_str()));
                let charged = charge.amount_micros.0;
                let detail = format!("{charged} millionths were charged, {back} given back");
                self.find(Mismatch::CreditTooLarge, &ids, detail);
            }
        }
    }

    /// The total of each currency says what its entries come to.
    fn totals(&mut self) {
        let of_month = |total: &&Total| total.period == self.period;
        let totals: Vec<&Total> = self.account.totals.iter().filter(of_month).collect();
        let mut currencies: BTreeSet<Currency> = self.booked().map(|it| it.currency).collect();
        currencies.extend(totals.iter().map(|total| total.currency));
        for currency in currencies {
            let id = format!("{} {currency}", self.period);
            let own: Vec<&Total> =
                totals.iter().copied().filter(|it| it.currency == currency).collect();
            let entries: Vec<&Entry> = self.booked().filter(|it| it.currency == currency).collect();
            match own.as_slice() {
                [] => self.find(Mismatch::TotalMissing, &[&id], "there is no total"),
                [_] if entries.is_empty() => {
                    self.find(Mismatch::TotalWithoutEntries, &[&id], "there is no entry");
                }
                [total] => {
                    let found = disagreements(total, &entries);
                    if !found.is_empty() {
                        self.find(Mismatch::TotalDiffers, &[&id], found.join("; "));
                    }
                }
                _ => self.find(Mismatch::TotalDiffers, &[&id], "there are several totals"),
            }
        }
    }
}

/// What is wrong with an entry by itself.
fn contradiction(account: &Account, entry: &Entry) -> Option<&'static str> {
    let of_user = |id: &str| id.parse::<OccurrenceId>().is_ok_and(|id| *id.user() == account.user);
    let fits = match entry.kind {
        Kind::Sms => entry.charge_id.starts_with("sms#"),
        Kind::AnsweredCall => entry.charge_id.strip_prefix("call#").is_some_and(of_user),
        Kind::Credit => entry.charge_id.starts_with("credit#"),
    };
    if !fits || entry.user_id != account.user {
        return Some("its id, kind and payer do not fit");
    }
    if entry.kind == Kind::Credit {
        let sound = entry.amount_micros < Micros::ZERO && entry.at == entry.written_at;
        return (!sound).then_some("a credit is below zero, and of the time of its writing");
    }
    let list = entry.list_micros.unwrap_or(entry.amount_micros);
    let sound = match entry.reduced_by {
        None => entry.amount_micros == list,
        Some(_) => entry.amount_micros < list,
    };
    if !sound || entry.amount_micros < Micros::ZERO {
        return Some("its amount and its list price do not fit");
    }
    let (own, booked) = (Period::of(entry.at), Period::booking(entry.at, entry.written_at));
    let belongs_to = (own != booked).then(|| own.to_string());
    let sound = entry.period == booked.to_string() && entry.belongs_to == belongs_to;
    (!sound).then_some("it is booked in the wrong month")
}

/// What a total says otherwise than its entries.
fn disagreements(total: &Total, entries: &[&Entry]) -> Vec<String> {
    let sum = entries.iter().try_fold(None, |sum, entry| ledger::add(sum, entry).map(Some));
    let Ok(Some(sum)) = sum else { return vec!["the sum of the entries leaves 64 bits".into()] };
    let mut found = Vec::new();
    let mut differ = |what: &str, of_entries: String, of_total: String| {
        if of_entries != of_total {
            found.push(format!(
                "{what}: the entries come to {of_entries}, the total says {of_total}"
            ));
        }
    };
    let show = |amount: Micros| amount.display(total.currency);
    differ("entries", sum.entries.to_string(), total.entries.to_string());
    differ("amount", show(sum.amount_micros), show(total.amount_micros));
    for kind in [Kind::Sms, Kind::AnsweredCall, Kind::Credit] {
        let of = |total: &Total| total.by_kind.get(&kind).copied().unwrap_or_default();
        let (own, other) = (of(&sum), of(total));
        let kind = kind.as_str();
        differ(&format!("{kind}, entries"), own.count.to_string(), other.count.to_string());
        differ(&format!("{kind}, amount"), show(own.amount), show(other.amount));
        differ(&format!("{kind}, list"), show(own.list), show(other.list));
    }
    // An entry that the cap has cut does not say how much of it was free.
    let less = |by: Reduction| {
        let cut = entries.iter().filter(|entry| entry.reduced_by == Some(by));
        cut.fold(Micros::ZERO, |sum, entry| {
            let list = entry.list_micros.unwrap_or(entry.amount_micros);
            sum.saturating_add(list.checked_sub(entry.amount_micros).unwrap_or_default())
        })
    };
    let least = less(Reduction::Allowance);
    let most = least.saturating_add(less(Reduction::Cap));
    if !(least..=most).contains(&total.allowance_micros) {
        let (said, least) = (show(total.allowance_micros), show(least));
        found.push(format!("free: the entries come to {least}, the total says {said}"));
    }
    found
}
