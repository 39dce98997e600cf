//! `no-charge-without-answer`, `charged-once`, `no-lost-charge`, `money-identity`; and what a month comes to: what is
//! free of it, its maximum, and what follows from that for calls and SMS.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike as _, TimeDelta, Utc};
use serde_json::Value;

use super::{Case, counted};
use crate::people::{Kind, Text};
use crate::promise::Promise;
use crate::tongue::{Told, Tongue};

/// A call that was claimed before may start so long after it; and what clocks are wrong by.
const CLAIMED: TimeDelta = TimeDelta::seconds(15);

/// Two texts that are sent so close to each other may overtake each other.
const OVERTAKES: TimeDelta = TimeDelta::seconds(60);

/// What two clocks may differ by.
const CLOCKS: TimeDelta = TimeDelta::seconds(10);

impl Case<'_> {
    pub(super) fn money(&mut self) {
        self.charged_once();
        self.no_charge_without_answer();
        self.no_lost_call_charge();
        for text in &self.people.texts {
            self.text_charge(text);
        }
        self.money_identity();
        self.months();
        self.silence_over_the_cap();
        self.told_of_the_cap();
    }

    /// The charges.
    pub(super) fn entries(&self) -> impl Iterator<Item = &Value> {
        self.booked().filter(|row| row["kind"]["S"] != "credit")
    }

    /// What was given back.
    pub(super) fn credits(&self) -> impl Iterator<Item = &Value> {
        self.booked().filter(|row| row["kind"]["S"] == "credit")
    }

    /// Both.
    fn booked(&self) -> impl Iterator<Item = &Value> {
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
            let calls = self.record.calls.iter().chain(&self.record.lost.0);
            let answered = calls.into_iter().any(|ask| {
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
            Kind::Help
                | Kind::Stop
                | Kind::Start
                | Kind::Nonsense
                | Kind::TooOften
                | Kind::ForgetAll
                | Kind::LateYes
                | Kind::Robot
        );
        if free && entry {
            let what = format!("the text {} ({:?}) was charged", text.id, text.kind);
            return self.breaks(Promise::NoLostCharge, what);
        }
        if let Some(why) = self.should_be_free(text).filter(|_| entry) {
            let what = format!("the text {} ({:?}) {why}, and was charged", text.id, text.kind);
            return self.breaks(Promise::NoLostCharge, what);
        }
        let asks = match text.kind {
            Kind::Remind(_) | Kind::List | Kind::Zone | Kind::Bill => true,
            // With the tables a reminder is lost that was taken before they were.
            Kind::Why(_) => self.record.restored.is_none(),
            // Where nothing goes wrong, what these are about is there when they come.
            Kind::Snooze(_) | Kind::Skip(_) => self.world.dials.is_calm(),
            Kind::Forget(which) => {
                let about = self.texts_about(&self.people.reminders[which]);
                let dropped = about.iter().any(|ask| Tongue::any(Told::Forgotten, &ask.words));
                dropped && self.world.dials.is_calm()
            }
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
                let too_late = about.iter().any(|ask| Tongue::any(Told::TooLate, &ask.words));
                too_late || self.moved_unread(text.person)
            }
            _ => false,
        };
        let late = self.is_excused(text.at, text.at + TimeDelta::hours(1));
        let always = matches!(text.kind, Kind::List | Kind::Zone | Kind::Bill | Kind::Why(_));
        let unread = late && !always;
        if !stopped && !refused && !unread {
            let what = format!("the text {} ({:?}) of {phone} is not charged", text.id, text.kind);
            self.breaks(Promise::NoLostCharge, what);
        }
    }

    /// Whether somebody told of another zone while they were out: times are read in the old one, where they may have passed.
    fn moved_unread(&self, person: usize) -> bool {
        let moves = self.people.persons[person].zones.iter().skip(1);
        moves.into_iter().any(|(since, _)| self.may_be_out(person, *since))
    }

    /// Why a text costs nothing that asks for something.
    fn should_be_free(&self, text: &Text) -> Option<&'static str> {
        let told = |reminder: usize, told: Told| {
            let about = self.texts_about(&self.people.reminders[reminder]);
            about.iter().any(|ask| Tongue::any(told, &ask.words))
        };
        if let Kind::Remind(which) = text.kind
            && told(which, Told::TooLate)
            && !told(which, Told::Accepted)
            && self.record.restored.is_none()
        {
            return Some("came too late");
        }
        if !self.world.dials.is_calm() {
            return None;
        }
        let before = text.at - OVERTAKES;
        let out = self.people.out_since(text.person, before).is_some();
        if out && self.people.out_since(text.person, text.at + OVERTAKES).is_some() {
            return Some("came from somebody who was out");
        }
        match text.kind {
            Kind::Remind(which) if !told(which, Told::Accepted) => Some("set nothing"),
            Kind::Forget(which) if !told(which, Told::Forgotten) => Some("dropped nothing"),
            _ => None,
        }
    }

    fn money_identity(&mut self) {
        let key = |row: &Value| {
            let text = |name: &str| text(row, name).to_owned();
            (text("pk"), text("period"), text("currency"))
        };
        let mut sums: BTreeMap<(String, String, String), i64> = BTreeMap::new();
        for row in self.booked() {
            *sums.entry(key(row)).or_default() += micros(row, "amount_micros");
        }
        let is_total = |row: &&Value| text(row, "sk").starts_with("TOTAL#");
        let totals: BTreeMap<_, _> = self
            .ledger
            .iter()
            .filter(is_total)
            .map(|row| (key(row), micros(row, "amount_micros")))
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

impl Case<'_> {
    /// A month comes to its list price less what is free, and to no more than its maximum, whatever the order in which
    /// its entries were written. What is given back makes room under the maximum for what is charged after it.
    fn months(&mut self) {
        let month = self.world.month;
        let mut sums: BTreeMap<(&str, &str), (i64, i64)> = BTreeMap::new();
        for row in self.entries() {
            let (list, sum) = sums.entry((text(row, "user_id"), text(row, "period"))).or_default();
            *list += micros(row, "list_micros");
            *sum += micros(row, "amount_micros");
        }
        let mut back: BTreeMap<(&str, &str), i64> = BTreeMap::new();
        for row in self.credits() {
            let back = back.entry((text(row, "user_id"), text(row, "period"))).or_default();
            *back -= micros(row, "amount_micros");
        }
        let is_right = |whose: &(&str, &str), list: i64, sum: i64| {
            let back = back.get(whose).copied().unwrap_or_default();
            let least = month.comes_to(list);
            let most = (list - month.allowance).max(0).min(least + back);
            (least..=most).contains(&sum) && sum - back <= month.cap
        };
        let wrong: Vec<String> = sums
            .iter()
            .filter(|(whose, (list, sum))| !is_right(whose, *list, *sum))
            .map(|(whose, (list, sum))| {
                format!("{whose:?} was charged {sum} for {list} by the list, under {month:?}")
            })
            .collect();
        let is_total = |row: &&Value| text(row, "sk").starts_with("TOTAL#");
        let unlike: Vec<String> = self
            .ledger
            .iter()
            .filter(is_total)
            .filter(|total| {
                let whose = (text(total, "user_id"), text(total, "period"));
                let (list, _) = sums.get(&whose).copied().unwrap_or_default();
                let kinds = total["by_kind"]["M"].as_object().into_iter().flatten();
                let kept: i64 = kinds.map(|(_, item)| micros(&item["M"], "list")).sum();
                let free = micros(total, "allowance_micros");
                kept != list || free != list.min(month.allowance)
            })
            .map(|total| format!("a total of other lists, or of another allowance: {total}"))
            .collect();
        for what in wrong.into_iter().chain(unlike) {
            self.breaks(Promise::MoneyIdentity, what);
        }
    }

    /// What was booked for this phone in the month in which `at` lies, charges and credits, in the order in which it was.
    pub(super) fn written(&self, phone: &str, at: DateTime<Utc>) -> Vec<(DateTime<Utc>, i64)> {
        let month = at.format("%Y-%m").to_string();
        let mut written: Vec<(DateTime<Utc>, i64)> = self
            .booked()
            .filter(|row| text(row, "phone") == phone && text(row, "period") == month)
            .filter_map(|row| {
                Some((text(row, "written_at").parse().ok()?, micros(row, "amount_micros")))
            })
            .collect();
        written.sort_unstable();
        written
    }

    /// When the month in which `at` lies first came to its maximum for this phone, by what the ledger says.
    pub(super) fn capped_at(&self, phone: &str, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.capped(phone, at).first().map(|(from, _)| *from)
    }

    /// From when to when that month was at its maximum: until something was given back, or to its end.
    fn capped(
        &self,
        phone: &str,
        at: DateTime<Utc>,
    ) -> Vec<(DateTime<Utc>, Option<DateTime<Utc>>)> {
        let mut sum = 0;
        let mut spans: Vec<(DateTime<Utc>, Option<DateTime<Utc>>)> = Vec::new();
        for (at, amount) in self.written(phone, at) {
            sum += amount;
            let is_capped = sum >= self.world.month.cap;
            match spans.last_mut().filter(|(_, until)| until.is_none()) {
                Some((_, until)) if !is_capped => *until = Some(at),
                None if is_capped => spans.push((at, None)),
                _ => {}
            }
        }
        spans
    }

    /// Who was told that nothing rings any more is not called.
    fn silence_over_the_cap(&mut self) {
        let called: Vec<String> = self
            .record
            .calls
            .iter()
            .filter(|call| {
                // Of a call that starts as the month ends a clock may say otherwise.
                let month = |at: DateTime<Utc>| (at.year(), at.month());
                month(call.sent_at - CLOCKS) == month(call.sent_at + CLOCKS)
            })
            .filter_map(|call| {
                let spans = self.capped(&call.phone, call.sent_at);
                let (from, _) = spans.into_iter().find(|(from, until)| {
                    *from < call.sent_at && until.is_none_or(|until| call.sent_at < until)
                })?;
                let since = call.sent_at - from;
                (since > CLAIMED).then(|| {
                    let late = since.num_seconds();
                    format!("{} was called {late} s after its month's maximum", call.phone)
                })
            })
            .collect();
        for what in called {
            self.breaks(Promise::SaidIsDone, what);
        }
    }

    /// Who comes to the maximum is told so, once a month, unless they have opted out; nobody else is.
    fn told_of_the_cap(&mut self) {
        let mut wrong = Vec::new();
        for person in &self.people.persons {
            let phone = person.phone.as_str();
            let told = self
                .record
                .texts
                .iter()
                .filter(|ask| ask.phone == phone && Tongue::any(Told::Capped, &ask.words));
            let told: Vec<_> = told.collect();
            // The words name the end of the month.
            let taken = told.iter().filter(|ask| ask.taken_as.is_some());
            let twice = counted(taken.map(|ask| ask.words.as_str()));
            if let Some((words, count)) = twice.into_iter().find(|(_, count)| *count > 1) {
                wrong.push(format!("{phone} was told {count} times: {words}"));
            }
            // Sent up to a day late, it may be of the month before.
            let is_reached = |at: DateTime<Utc>| self.capped_at(phone, at).is_some();
            let untrue = told.iter().find(|ask| {
                !is_reached(ask.sent_at) && !is_reached(ask.sent_at - TimeDelta::hours(25))
            });
            if let Some(ask) = untrue {
                wrong.push(format!(
                    "{phone} was told of a maximum that is not reached: {}",
                    ask.words
                ));
            }
            let months = [self.world.span.0, self.now];
            let reached = months.into_iter().find_map(|at| self.capped_at(phone, at));
            let stopped = self.record.stops.iter().any(|stop| stop.phone == phone);
            if let Some(at) = reached.filter(|_| told.is_empty() && !stopped)
                && self.world.dials.is_calm()
            {
                wrong.push(format!("{phone} came to its month's maximum at {at} and was not told"));
            }
        }
        for what in wrong {
            self.breaks(Promise::Conservation, what);
        }
    }
}

/// A text in a row.
pub(super) fn text<'a>(row: &'a Value, name: &str) -> &'a str {
    row[name]["S"].as_str().unwrap_or_default()
}

/// An amount in a row; nothing where it has none.
pub(super) fn micros(row: &Value, name: &str) -> i64 {
    row[name]["N"].as_str().and_then(|n| n.parse().ok()).unwrap_or_default()
}

/// What an entry charges for.
pub(super) fn subject(row: &Value) -> &str {
    let id = row["charge_id"]["S"].as_str().unwrap_or_default();
    id.split('/').next().unwrap_or(id)
}
