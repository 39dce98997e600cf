//! Entries for the tests of this crate.

use domain::ledger::{Entry, Kind, Reduction};
use domain::money::Micros;

/// A text's entry, the `n`th of the month.
pub fn entry(n: u32) -> Entry {
    let at = "2026-11-02T00:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap()
        + chrono::TimeDelta::seconds(n.into());
    Entry {
        charge_id: format!("sms#m{n:08}"),
        kind: Kind::Sms,
        user_id: domain::ids::UserId::from_random(n.into()),
        phone: Some("+12065550101".to_owned().try_into().unwrap()),
        country: when::Region::parse("US").unwrap(),
        amount_micros: Micros(20_000),
        list_micros: Some(Micros(20_000)),
        reduced_by: None,
        currency: domain::money::Currency::USD,
        at,
        written_at: at + chrono::TimeDelta::seconds(2),
        period: "2026-11".into(),
        belongs_to: None,
        price_version: "2026-11".into(),
        price_rule: "US".into(),
        corrects: None,
        corrected_by: None,
        reason: None,
    }
}

/// An entry that has everything an entry can have.
pub fn full_entry() -> Entry {
    Entry {
        kind: Kind::Credit,
        reduced_by: Some(Reduction::Cap),
        belongs_to: Some("2026-10".into()),
        corrects: Some("sms#m1".into()),
        corrected_by: Some("ana".into()),
        reason: Some("sent twice".into()),
        ..entry(2)
    }
}
