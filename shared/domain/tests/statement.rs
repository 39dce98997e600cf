//! Statements as their readers see them.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::ids::UserId;
use domain::ledger::credit::{Asked, Given, credit};
use domain::ledger::{Entry, Period, Subject, Total, add, book, entry};
use domain::money::{Currency, Micros};
use domain::phone::Phone;
use domain::price::{Limits, Price};
use domain::statement::Statement;
use domain::texts::Texts;
use domain::user::User;
use when::Language;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

fn user() -> User {
    let phone = Phone::parse("+12065550123").expect("a number");
    let zone = Tz::America__Los_Angeles;
    User::new(UserId::from_random(1), phone, zone, at("2026-10-01T00:00:00Z"))
}

fn price(micros: i64, currency: Currency) -> Price {
    Price {
        amount: Micros(micros),
        currency,
        version: "2026-01".into(),
        rule: "US/2026-01-01/sms".into(),
        max_sms: Micros(1),
        max_call_per_minute: Micros(1),
    }
}

/// A ledger as record-charge and the command for credits write it.
#[derive(Default)]
struct Ledger {
    entries: Vec<Entry>,
    totals: Vec<Total>,
}

impl Ledger {
    fn total(&mut self, period: &str, currency: Currency) -> Option<Total> {
        let at = self.totals.iter().position(|it| it.period == period && it.currency == currency);
        at.map(|at| self.totals.remove(at))
    }

    fn charge(
        &mut self,
        subject: &Subject,
        micros: i64,
        currency: Currency,
        sent: &str,
        now: &str,
    ) {
        let limits =
            Limits { monthly_cap: Micros(130_000), monthly_allowance: Micros(30_000), currency };
        let entry = entry(subject, &user(), &price(micros, currency), at(sent), at(now));
        let total = self.total(&entry.period, currency);
        let booked = book(total, entry, &limits).expect("it fits");
        self.entries.push(booked.entry);
        self.totals.push(booked.total);
    }

    fn credit(&mut self, of: usize, micros: i64, reason: &str, now: &str) {
        let asked = Asked {
            amount: Some(Micros(micros)),
            by: "ada".parse().expect("a name"),
            reason: reason.parse().expect("a reason"),
        };
        let given = credit(&self.entries[of], &[], &asked, at(now)).expect("it is given");
        let Given::Now(entry) = given else { panic!("it is the first") };
        let total = self.total(&entry.period, entry.currency);
        self.totals.push(add(total, &entry).expect("it fits"));
        self.entries.push(*entry);
    }
}

/// A month with all that can stand in one: what was free, what went over the cap, a credit, and something late.
fn november() -> Ledger {
    let text = |id: &str| Subject::Sms(id.parse().expect("an id"));
    let call = |id: &str| Subject::Call(format!("{}-{id}", user().id).parse().expect("an id"));
    let usd = Currency::USD;
    let mut ledger = Ledger::default();
    let mut charge = |subject, micros, sent: &str| ledger.charge(&subject, micros, usd, sent, sent);
    charge(text("m-1"), 20_000, "2026-11-01T07:30:00Z");
    charge(text("m-2"), 20_000, "2026-11-02T17:00:15Z");
    charge(call("1-1"), 40_000, "2026-11-03T01:00:00Z");
    charge(call("2-1"), 40_000, "2026-11-20T20:00:00Z");
    ledger.charge(&text("late"), 20_000, usd, "2026-10-02T07:30:00Z", "2026-11-21T00:00:00Z");
    for (id, day) in [("3-1", 22), ("3-2", 23)] {
        let sent = format!("2026-11-{day}T20:00:00Z");
        ledger.charge(&call(id), 40_000, usd, &sent, &sent);
    }
    ledger.credit(2, 40_000, "rang <twice> & \"wrongly\"", "2026-11-24T09:00:00Z");
    ledger.charge(&text("dec"), 20_000, usd, "2026-12-24T00:00:00Z", "2026-12-24T00:00:00Z");
    ledger
}

fn statement(ledger: &Ledger, period: &str) -> Statement {
    let (user, period) = (user(), period.parse().expect("a month"));
    Statement::of(user.id, Some(user.phone), period, &ledger.entries, &ledger.totals)
        .expect("they agree")
}

fn texts(language: Language, period: &str) -> Texts {
    let period: Period = period.parse().expect("a month");
    let now = period.ends_at() - chrono::TimeDelta::seconds(1);
    Texts { language, now, ..Texts::to(&user(), now) }
}

#[test]
fn a_statement_reads_well_in_every_language() {
    let statement = statement(&november(), "2026-11");
    for language in Language::ALL {
        let text = texts(language, "2026-11").statement(&statement);
        insta::assert_snapshot!(format!("statement-{}", language.code()), text);
    }
}

#[test]
fn a_statement_prints_as_a_page() {
    let statement = statement(&november(), "2026-11");
    insta::assert_snapshot!(texts(Language::English, "2026-11").statement_page(&statement));
    for language in Language::ALL {
        let page = texts(language, "2026-11").statement_page(&statement);
        assert!(!page.contains("<twice>") && !page.contains("<script"), "{page}");
        assert!(!page.contains("http://") && !page.contains("https://"), "{page}");
        assert_eq!(page.matches("<tr>").count(), page.matches("</tr>").count());
        assert_eq!(page.matches("<tr>").count(), 1 + statement.sheets[0].lines.len() + 1);
    }
}

#[test]
fn a_month_without_charges_and_one_in_two_currencies_are_told() {
    let nothing = statement(&november(), "2026-09");
    let text = texts(Language::English, "2026-09").statement(&nothing);
    assert!(text.ends_with("\n\nNothing was charged in September 2026.\n"), "{text}");
    let mut ledger = november();
    let euro = Currency::parse("EUR").expect("three letters");
    let subject = Subject::Sms("e".parse().expect("an id"));
    ledger.charge(&subject, 50_000, euro, "2026-11-25T00:00:00Z", "2026-11-25T00:00:00Z");
    let both = statement(&ledger, "2026-11");
    assert_eq!(both.sheets.len(), 2);
    let text = texts(Language::English, "2026-11").statement(&both);
    assert!(text.contains("Total 0.02 EUR.") && text.contains("Total $0.09."), "{text}");
}

#[test]
fn a_statement_that_does_not_add_up_is_none() {
    let mut ledger = november();
    let november: Period = "2026-11".parse().expect("a month");
    let refused = |ledger: &Ledger| {
        let id = user().id;
        Statement::of(id, None, november, &ledger.entries, &ledger.totals).unwrap_err().to_string()
    };
    ledger.entries[1].amount_micros = Micros(1);
    assert!(refused(&ledger).contains("do not send this"));
    ledger.totals.clear();
    assert!(refused(&ledger).contains("its total says nothing"));
}
