//! `no-charge-without-answer`, `charged-once`, `no-lost-charge`, `money-identity`.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde_json::Value;

use super::{Case, counted, is_excused};
use crate::people::{Kind, Text};
use crate::promise::Promise;
use crate::tongue::{Told, Tongue};

impl Case<'_> {
    pub(super) fn money(&mut self) {
        self.charged_once();
        self.no_charge_without_answer();
        self.no_lost_call_charge();
        for text in &self.people.texts {
            self.text_charge(text);
        }
        self.money_identity();
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = &Value> {
        self.ledger.iter().filter(|row| row["charge_id"]["S"].is_string())
    }

    /// The entry of this id, or of one that begins so and goes on with a stroke.
    pub(super) fn entry(&self, id: &str) -> Option<&Value> {
        self.entries().find(|row| subject(row) == id)
    }

    fn charged_once(&mut self) {
        let subjects = counted(self.entries().map(subject));
        let twice: Vec<String> = subjects
            .into_iter()
            .filter(|(_, count)| *count > 1)
            .map(|(subject, count)| format!("{subject} was charged {count} times"))
            .collect();
        for what in twice {
            self.breaks(Promise::ChargedOnce, what);
        }
    }

    fn no_charge_without_answer(&mut self) {
        let mut wrong = Vec::new();
        for occurrence in self.entries().filter_map(|row| subject(row).strip_prefix("call#")) {
            let answered = self.record.calls.iter().any(|ask| {
                ask.occurrence() == Some(occurrence)
                    && ask.taken_as.as_deref().is_some_and(|id| self.answered(id))
            });
            if !answered {
                wrong.push(format!("{occurrence} was charged, and nobody had answered"));
            }
        }
        for what in wrong {
            self.breaks(Promise::NoChargeWithoutAnswer, what);
        }
    }

    /// Every answer that the product was told of has its entry.
    fn no_lost_call_charge(&mut self) {
        let told = self.record.told_answered();
        let lost: Vec<String> = self
            .record
            .calls
            .iter()
            .filter(|ask| ask.taken_as.as_deref().is_some_and(|id| told.contains(id)))
            .filter_map(|ask| ask.occurrence())
            .filter(|occurrence| self.entry(&format!("call#{occurrence}")).is_none())
            .map(|occurrence| format!("{occurrence} was answered and is not charged"))
            .collect();
        for what in lost {
            self.breaks(Promise::NoLostCharge, what);
        }
    }

    /// A text that was acted on is charged, one that was not is not.
    fn text_charge(&mut self, text: &Text) {
        let entry = self.entry(&format!("sms#{}", text.id)).is_some();
        let free = matches!(
            text.kind,
            Kind::Help | Kind::Stop | Kind::Start | Kind::Nonsense | Kind::ForgetAll | Kind::Robot
        );
        if free && entry {
            let what = format!("the text {} ({:?}) was charged", text.id, text.kind);
            return self.breaks(Promise::NoLostCharge, what);
        }
        let asks = match text.kind {
            Kind::Remind(_) | Kind::List | Kind::Zone | Kind::Bill | Kind::Why(_) => true,
            // Where nothing goes wrong, what these are about is there when they come.
            Kind::Snooze(_) | Kind::Skip(_) => self.world.dials.is_calm(),
            // Dropped in the same instant, it may be gone when the change comes.
            Kind::Change(which) => {
                let dropped_at = self.people.reminders[which].dropped_at;
                self.world.dials.is_calm() && dropped_at != Some(text.at)
            }
            _ => false,
        };
        if !asks || entry || self.is_dead_letter(&text.id) {
            return;
        }
        let phone = &self.people.persons[text.person].phone;
        let stopped =
            self.record.stops.iter().any(|stop| {
                stop.phone == *phone && stop.until.is_none_or(|until| until >= text.at)
            });
        // What was refused, or came too late, was told so.
        let refused = match text.kind {
            Kind::Remind(which) => {
                let about = self.texts_about(&self.people.reminders[which]);
                about.iter().any(|ask| Tongue::any(Told::TooLate, &ask.words))
            }
            _ => false,
        };
        let late = is_excused(self.world, text.at, text.at + TimeDelta::hours(1));
        let always = matches!(text.kind, Kind::List | Kind::Zone | Kind::Bill | Kind::Why(_));
        let unread = late && !always;
        if !stopped && !refused && !unread {
            let what = format!("the text {} ({:?}) of {phone} is not charged", text.id, text.kind);
            self.breaks(Promise::NoLostCharge, what);
        }
    }

    fn money_identity(&mut self) {
        let key = |row: &Value| {
            let text = |name: &str| row[name]["S"].as_str().unwrap_or_default().to_owned();
            (text("pk"), text("period"), text("currency"))
        };
        let amount = |row: &Value, name: &str| -> i64 {
            row[name]["N"].as_str().and_then(|n| n.parse().ok()).unwrap_or_default()
        };
        let mut sums: BTreeMap<(String, String, String), i64> = BTreeMap::new();
        for row in self.entries() {
            *sums.entry(key(row)).or_default() += amount(row, "amount_micros");
        }
        let is_total =
            |row: &&Value| row["sk"]["S"].as_str().is_some_and(|sk| sk.starts_with("TOTAL#"));
        let totals: BTreeMap<_, _> = self
            .ledger
            .iter()
            .filter(is_total)
            .map(|row| (key(row), amount(row, "amount_micros")))
            .collect();
        if sums != totals {
            let differs = sums.iter().find(|(key, sum)| totals.get(key) != Some(sum));
            let what = format!(
                "sums and totals differ, such as {differs:?} against {:?}",
                differs.and_then(|(key, _)| totals.get(key))
            );
            self.breaks(Promise::MoneyIdentity, what);
        }
    }
}

/// What an entry charges for.
pub(super) fn subject(row: &Value) -> &str {
    let id = row["charge_id"]["S"].as_str().unwrap_or_default();
    id.split('/').next().unwrap_or(id)
}
