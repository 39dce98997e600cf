use std::sync::LazyLock;

use chrono::TimeDelta;
use chrono_tz::Tz;
use proptest::prelude::*;
use when::{Basis, Moment};

use super::*;
use crate::ids::OccurrenceId;
use crate::ledger::credit::{self, Asked, Given};
use crate::ledger::{self, Subject};
use crate::lifecycle::News;
use crate::limits;
use crate::money::Micros;
use crate::occurrence::Effect;
use crate::phone::Phone;
use crate::price;
use crate::story::Story;
use crate::user::User;

/// Reading the book takes longer than a check.
static BOOK: LazyLock<PriceBook> = LazyLock::new(PriceBook::embedded);

const MONTHS: [&str; 2] = ["2026-11", "2026-12"];

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn user() -> User {
    let phone = Phone::try_from("+12065550101".to_owned()).unwrap();
    User::new(UserId::from_random(1), phone, Tz::UTC, at("2026-11-01T00:00:00Z"))
}

fn occurrence(n: usize) -> OccurrenceId {
    format!("{}-{n}-1", user().id).parse().unwrap()
}

/// Something to be charged for: a text or an answer, when, and how long the ledger takes to hear of it.
#[derive(Debug, Clone)]
struct Thing {
    is_call: bool,
    at_s: i64,
    late_s: i64,
    /// Cents that are given back of it, and how long after.
    credit: Option<(i64, i64)>,
}

fn things() -> impl Strategy<Value = Vec<Thing>> {
    let credit = proptest::option::of((1..4_i64, 0..1_000_000_i64));
    // The last ten days of November; what is told more than four days after its end is booked in December.
    let thing = (any::<bool>(), 0..864_000_i64, 0..800_000_i64, credit);
    let thing =
        thing.prop_map(|(is_call, at_s, late_s, credit)| Thing { is_call, at_s, late_s, credit });
    proptest::collection::vec(thing, 1..20)
}

/// What the functions write for these things, with these cents free each month and this maximum.
fn account(things: &[Thing], allowance: i64, cap: i64) -> Account {
    let user = user();
    let mut account = Account {
        user: user.id.clone(),
        forgotten: false,
        messages: Vec::new(),
        occurrences: Vec::new(),
        attempts: Vec::new(),
        entries: Vec::new(),
        totals: Vec::new(),
    };
    let limits = price::Limits {
        monthly_allowance: Micros(allowance * 10_000),
        monthly_cap: Micros(cap * 10_000),
        currency: Currency::USD,
    };
    for (n, thing) in (1..).zip(things) {
        let happened = at("2026-11-21T00:00:00Z") + TimeDelta::seconds(thing.at_s);
        let written = happened + TimeDelta::seconds(thing.late_s);
        let (subject, kind) = match thing.is_call {
            true => (called(&mut account, n, happened), price::Kind::AnsweredCall),
            false => (texted(&mut account, n, happened), price::Kind::Sms),
        };
        let price = BOOK.price(user.region, kind, happened).unwrap();
        let entry = ledger::entry(&subject, &user, &price, happened, written);
        let total = taken(&mut account, &entry);
        let booked = ledger::book(total, entry, &limits).unwrap();
        account.entries.push(booked.entry.clone());
        account.totals.push(booked.total);
        let Some((cents, later_s)) = thing.credit else { continue };
        let (by, reason) = ("ada".parse().unwrap(), "rang twice".parse().unwrap());
        let asked = Asked { amount: Some(Micros(cents * 10_000)), by, reason };
        let now = written + TimeDelta::seconds(later_s);
        if let Ok(Given::Now(credit)) = credit::credit(&booked.entry, &[], &asked, now) {
            let total = taken(&mut account, &credit);
            account.totals.push(ledger::add(total, &credit).unwrap());
            account.entries.push(*credit);
        }
    }
    account
}

/// Takes out the total that an entry counts in.
fn taken(account: &mut Account, entry: &Entry) -> Option<Total> {
    let index = account.totals.iter().position(|total| total.period == entry.period)?;
    Some(account.totals.remove(index))
}

fn texted(account: &mut Account, n: usize, sent_at: DateTime<Utc>) -> Subject {
    let id: crate::ids::MessageId = format!("m{n}").parse().unwrap();
    account.messages.push(Message {
        id: id.clone(),
        user: account.user.clone(),
        text: "LIST".into(),
        sent_at,
        decided_at: sent_at,
        reminders: Vec::new(),
        charged: true,
        in_ledger: true,
        news: News::default(),
        nudges: 0,
        story: Story::default(),
    });
    Subject::Sms(id)
}

fn called(account: &mut Account, n: usize, placed_at: DateTime<Utc>) -> Subject {
    let id = occurrence(n);
    let moment =
        Moment { at: placed_at, wall: placed_at.naive_utc(), zone: Tz::UTC, basis: Basis::Wall };
    let mut row = Occurrence::accepted(id.clone(), "tea".into(), moment, placed_at);
    row.answered = Some(1);
    row.clear(Effect::Charge);
    account.attempts.push(Attempt::claimed(id.attempt(1), placed_at));
    account.occurrences.push(row);
    Subject::Call(id)
}

/// When both months are settled, and no row has gone by itself.
const NOW: &str = "2027-01-06T00:00:00Z";

fn reconciled(account: &Account, month: &str, now: &str) -> Reconciliation {
    account.reconcile(Terms { period: month.parse().unwrap(), now: at(now), book: &BOOK })
}

/// What both months have to say: kinds and what they name.
fn found(account: &Account) -> Vec<Finding> {
    let mut all = Reconciliation::default();
    for month in MONTHS {
        all += reconciled(account, month, NOW);
    }
    all.findings
}

fn names(findings: &[Finding], kind: Mismatch, id: &str) -> bool {
    findings.iter().any(|finding| finding.kind == kind && finding.ids.iter().any(|it| it == id))
}

/// A thousand entries would do no harm, and none of the caps here cuts anything.
const NO_CAP: i64 = 1_000_000;

fn thing(is_call: bool) -> Thing {
    Thing { is_call, at_s: 0, late_s: 0, credit: None }
}

/// The ways in which one row of one entry can be wrong.
const BREAKS: u32 = 12;

/// Breaks what an entry has to do with; returns what has to be found, and the id that it has to name.
fn broken(account: &mut Account, index: usize, how: u32) -> (Mismatch, String) {
    use Mismatch as M;
    let entry = account.entries[index].clone();
    let (id, total) = (entry.charge_id.clone(), format!("{} {}", entry.period, entry.currency));
    let is_call = entry.kind == Kind::AnsweredCall;
    let is_credit = entry.kind == Kind::Credit;
    let message = account.messages.iter().position(|row| id == format!("sms#{}", row.id));
    let reminder = account.occurrences.iter().position(|row| id == format!("call#{}", row.id));
    match how {
        0 => {
            account.entries.remove(index);
            let emptied = account.entries.iter().all(|it| it.period != entry.period);
            match (is_credit, emptied) {
                (false, _) => (M::EntryMissing, id),
                (true, true) => (M::TotalWithoutEntries, total),
                (true, false) => (M::TotalDiffers, total),
            }
        }
        1 => {
            account.entries.push(entry);
            (M::EntryTwice, id)
        }
        2 => {
            account.entries[index].amount_micros.0 += 1;
            (M::TotalDiffers, total)
        }
        3 => {
            account.entries[index].at += TimeDelta::milliseconds(1);
            if is_credit { (M::EntryContradicts, id) } else { (M::TimeDiffers, id) }
        }
        4 => {
            account.entries[index].currency = Currency::parse("EUR").unwrap();
            (M::TotalMissing, format!("{} EUR", entry.period))
        }
        5 if is_credit => {
            account.entries[index].corrects = Some("sms#nothing".into());
            (M::CreditWithoutCharge, id)
        }
        5 => {
            account.entries[index].list_micros = Some(Micros(1));
            (M::PriceDiffers, id)
        }
        6 => {
            account.totals.retain(|it| it.period != entry.period);
            (M::TotalMissing, total)
        }
        7 => {
            let of = account.totals.iter_mut().find(|it| it.period == entry.period).unwrap();
            of.by_kind.entry(entry.kind).or_default().count += 1;
            (M::TotalDiffers, total)
        }
        8 => {
            // More than anything here costs.
            let of = account.totals.iter_mut().find(|it| it.period == entry.period).unwrap();
            of.allowance_micros = Micros(i64::MAX);
            (M::TotalDiffers, total)
        }
        9 if is_call => {
            account.occurrences.remove(reminder.unwrap());
            (M::CallMissing, id)
        }
        9 if !is_credit => {
            account.messages.remove(message.unwrap());
            (M::TextMissing, id)
        }
        10 if is_call => {
            account.occurrences[reminder.unwrap()].answered = None;
            (M::CallNotAnswered, id)
        }
        10 if !is_credit => {
            account.messages[message.unwrap()].charged = false;
            (M::TextNotCharged, id)
        }
        11 if is_call => {
            account.occurrences[reminder.unwrap()].done.clear();
            (M::NotMarked, id)
        }
        11 if !is_credit => {
            account.messages[message.unwrap()].in_ledger = false;
            (M::NotMarked, id)
        }
        _ => {
            // A credit has no row of its own: one that is wrong is wrong by itself.
            account.entries[index].belongs_to = Some("2025-01".into());
            (M::EntryContradicts, id)
        }
    }
}

proptest! {
    #[test]
    fn a_ledger_that_was_booked_as_it_happened_has_no_findings(
        things in things(), allowance in 0..10_i64, cap in 4..60_i64,
    ) {
        let account = account(&things, allowance, cap);
        prop_assert_eq!(found(&account), []);
        let entries: u64 = MONTHS.iter().map(|month| reconciled(&account, month, NOW).entries).sum();
        prop_assert_eq!(usize::try_from(entries).unwrap(), account.entries.len());
    }

    #[test]
    fn whatever_row_is_dropped_doubled_or_changed_is_named(
        things in things(),
        allowance in 0..10_i64,
        cap in 4..60_i64,
        which in any::<proptest::sample::Index>(),
        how in 0..BREAKS,
    ) {
        let mut account = account(&things, allowance, cap);
        let index = which.index(account.entries.len());
        let (kind, id) = broken(&mut account, index, how);
        let findings = found(&account);
        prop_assert!(names(&findings, kind, &id), "{kind:?} {id}: {findings:?}");
    }
}

#[test]
fn a_total_of_nothing_and_two_totals_of_one_currency_are_found() {
    let mut account = account(&[thing(false)], 0, NO_CAP);
    let total = account.totals[0].clone();
    account.totals.push(Total { currency: Currency::parse("EUR").unwrap(), ..total.clone() });
    let findings = found(&account);
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert!(names(&findings, Mismatch::TotalWithoutEntries, "2026-11 EUR"));
    account.totals[1] = total;
    assert!(names(&found(&account), Mismatch::TotalDiffers, "2026-11 USD"));
}

#[test]
fn a_credit_that_gives_back_too_much_is_named_with_its_charge() {
    let mut account = account(&[Thing { credit: Some((1, 0)), ..thing(true) }], 0, NO_CAP);
    account.entries[1].amount_micros = Micros(-account.entries[0].amount_micros.0 - 1);
    let findings = found(&account);
    for entry in &account.entries {
        assert!(names(&findings, Mismatch::CreditTooLarge, &entry.charge_id), "{findings:?}");
    }
}

#[test]
fn a_charge_to_the_wrong_user_is_named() {
    let mut account = account(&[thing(true)], 0, NO_CAP);
    let id = account.entries[0].charge_id.clone();
    account.user = UserId::from_random(2);
    assert!(names(&found(&account), Mismatch::EntryContradicts, &id));
}

#[test]
fn rows_that_may_have_gone_by_themselves_are_counted_and_are_no_finding() {
    let whole = account(&[thing(true), thing(false)], 0, NO_CAP);
    let gone = Account {
        messages: Vec::new(),
        occurrences: Vec::new(),
        attempts: Vec::new(),
        ..whole.clone()
    };
    let expire = at("2026-11-21T00:00:00Z") + limits::KEPT_AFTER_END;
    let before = (expire - TimeDelta::milliseconds(1)).to_rfc3339();
    let young = reconciled(&gone, "2026-11", &before);
    assert_eq!((young.findings.len(), young.unchecked.too_old), (2, 0));
    let old = reconciled(&gone, "2026-11", &expire.to_rfc3339());
    assert_eq!((old.findings.len(), old.unchecked.too_old), (0, 2));
    let forgotten = Account { forgotten: true, ..gone };
    let forgotten = reconciled(&forgotten, "2026-11", &before);
    assert_eq!((forgotten.findings.len(), forgotten.unchecked.forgotten), (0, 2));
    // The rows that are still there are checked, however old.
    assert_eq!(reconciled(&whole, "2026-11", "2028-01-01T00:00:00Z").unchecked.too_old, 0);
}

#[test]
fn what_is_still_owed_is_a_finding_once_its_month_is_settled() {
    let mut account = account(&[thing(true), thing(false)], 0, NO_CAP);
    account.entries.clear();
    account.totals.clear();
    account.messages[0].in_ledger = false;
    account.occurrences[0].done.clear();
    let open = reconciled(&account, "2026-11", "2026-12-05T00:14:59Z");
    assert_eq!((open.findings.len(), open.unchecked.owed), (0, 2));
    let settled = reconciled(&account, "2026-11", "2026-12-05T00:15:00Z");
    assert_eq!((settled.findings.len(), settled.unchecked.owed), (2, 0));
    assert!(settled.findings.iter().all(|it| it.kind == Mismatch::EntryMissing));
    assert_eq!(reconciled(&account, "2026-10", NOW).findings, [], "it is of another month");
}

#[test]
fn entries_that_the_price_book_cannot_tell_are_counted() {
    let mut account = account(&[thing(true), thing(false), thing(false)], 0, NO_CAP);
    account.entries[0].price_version = "older".into();
    account.entries[1].price_rule = "US/1999-01-01/sms".into();
    let said = reconciled(&account, "2026-11", NOW);
    assert_eq!((said.unchecked.other_version, said.unchecked.without_rule), (1, 1));
    assert_eq!(said.findings, []);
}

#[test]
fn sums_are_by_currency_country_and_kind() {
    let account = account(&[thing(true), thing(false), thing(false)], 0, NO_CAP);
    let mut twice = reconciled(&account, "2026-11", NOW);
    twice += twice.clone();
    let sums = twice.sums.iter().map(|((currency, country, kind), sum)| {
        (currency.code(), country.code(), kind.as_str(), sum.count, sum.amount.0)
    });
    assert_eq!(
        sums.collect::<Vec<_>>(),
        [("USD", "US", "sms", 4, 80_000), ("USD", "US", "answered_call", 2, 80_000)]
    );
    assert_eq!((twice.users, twice.entries), (2, 6));
}
