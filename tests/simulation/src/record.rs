//! What the simulation itself knows of a run: every request to the carrier, every STOP, faults, transitions, the log.
//!
//! None of it is asked of the product. It is seen on the wire, where the carrier and the tables see it too.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use chrono::{DateTime, Utc};

use crate::fault::Fault;
use crate::restore::Restored;
use crate::support::Wish;
use crate::tables::call::{Attribute, Item, text};

/// A request of the product to the carrier.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    /// When it left the function.
    pub sent_at: DateTime<Utc>,
    /// When the carrier heard it; never, if it was lost on its way.
    pub heard_at: Option<DateTime<Utc>>,
    /// To whom.
    pub phone: String,
    /// The words, as they were sent.
    pub words: String,
    /// Of a call, whose voice says them.
    pub voice: Option<String>,
    /// For how many seconds the carrier may hold it back.
    pub time_to_live_s: Option<i64>,
    /// Of a call, the attempt that its context names.
    pub attempt: Option<String>,
    /// The carrier's id, if it took the request on.
    pub taken_as: Option<String>,
    /// Why it did not, if it did not.
    pub refused: Option<String>,
    /// Whether the function was told what came of it.
    pub answered: bool,
}

impl Ask {
    /// The occurrence (`<user>-<n>-<k>`) that a call is for.
    #[must_use]
    pub fn occurrence(&self) -> Option<&str> {
        Some(self.attempt.as_deref()?.rsplit_once('-')?.0)
    }

    /// Why it was refused for certain, as whoever asked knows too. After an internal error it may have been taken on.
    #[must_use]
    pub fn refusal(&self) -> Option<&str> {
        let refused = self.refused.as_deref().filter(|_| self.answered)?;
        (!refused.contains("Internal")).then_some(refused)
    }

    /// Whether it was refused because it came too fast.
    #[must_use]
    pub fn is_throttled(&self) -> bool {
        self.refusal().is_some_and(|why| why.contains("Throttling"))
    }
}

/// An opt-out that was written.
#[derive(Debug, Clone)]
pub struct Stop {
    /// Whose.
    pub phone: String,
    /// When its text was sent.
    pub sent_at: DateTime<Utc>,
    /// When it was written.
    pub committed_at: DateTime<Utc>,
    /// When an opt-in that is newer was written, if one was.
    pub until: Option<DateTime<Utc>>,
}

/// All that was seen.
#[derive(Debug, Default)]
pub struct Record {
    /// Calls that were asked for.
    pub calls: Vec<Ask>,
    /// Calls that the carrier made beside the one that was asked for, with that one.
    pub twins: BTreeMap<String, String>,
    /// SMS that were asked for.
    pub texts: Vec<Ask>,
    /// Those of them that the carrier took, in the order in which it did.
    pub delivered: Vec<usize>,
    /// What became of the tables, if they were set back to an earlier moment.
    pub restored: Option<Restored>,
    /// The calls and SMS of the time that was lost with that: they were asked for, and no row knows of them.
    pub lost: (Vec<Ask>, Vec<Ask>),
    /// Opt-outs, in the order in which they were written.
    pub stops: Vec<Stop>,
    /// Events that reached the topic: call and type, with the first time.
    pub told: BTreeMap<(String, String), DateTime<Utc>>,
    /// What others were told on the bus, by the id of the event.
    pub events: BTreeMap<String, String>,
    /// Requests to AWS, those of idle runs of `reconcile` left out.
    pub requests: u64,
    /// Lines that the product logged.
    pub log_lines: u64,
    /// How often each fault happened.
    pub faults: BTreeMap<Fault, u64>,
    /// How often a reminder went from one state to another.
    pub transitions: BTreeMap<String, u64>,
    /// How often something was free, cut or given back, or somebody came to a month's maximum.
    pub money: BTreeMap<&'static str, u64>,
    /// What support wanted to give back.
    pub wishes: Vec<Wish>,
    /// How often `reconcile` did what.
    pub repairs: BTreeMap<String, u64>,
    /// The last state of each reminder, to see how it moves.
    states: BTreeMap<String, Seen>,
    /// The log, if it is kept.
    pub log: Option<Vec<String>>,
    digest: Digest,
}

#[derive(Debug, Default)]
struct Seen {
    state: String,
    nudges: i64,
    version: i64,
    answered: bool,
}

/// A running sum of everything that happened: two runs are the same if it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digest(u64);

impl Default for Digest {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Digest {
    fn add(&mut self, text: &str) {
        // FNV-1a over words of eight bytes: a check for equality, not against malice.
        for chunk in text.as_bytes().chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.0 = (self.0 ^ u64::from_le_bytes(word)).wrapping_mul(0x0100_0000_01b3);
            self.0 ^= self.0 >> 29;
        }
    }

    /// The sum.
    #[must_use]
    pub fn value(self) -> u64 {
        self.0
    }
}

impl Record {
    /// A record that keeps its log, or only its sum.
    #[must_use]
    pub fn new(keep_log: bool) -> Self {
        Self { log: keep_log.then(Vec::new), ..Self::default() }
    }

    /// Adds a line to the log, with the instant and a number that grows.
    pub fn line(&mut self, now: DateTime<Utc>, line: &str) {
        let mut stamp = String::with_capacity(16);
        let _infallible = write!(stamp, "{}", now.timestamp_millis());
        self.digest.add(&stamp);
        self.digest.add(line);
        if let Some(log) = &mut self.log {
            log.push(format!("{} {line}", now.format("%F %T%.3f")));
        }
    }

    /// Counts a fault, and writes it down.
    pub fn fault(&mut self, now: DateTime<Utc>, fault: Fault, detail: &str) {
        *self.faults.entry(fault).or_default() += 1;
        self.line(now, &format!("fault {} {detail}", fault.name()));
    }

    /// The tables are again what they were at a moment: what was asked of the carrier since belongs to another history.
    ///
    /// Its places in the lists stay, and say nothing any more.
    pub fn lose(&mut self, moment: DateTime<Utc>) {
        let lose = |asks: &mut [Ask]| {
            let since = asks.iter_mut().filter(|ask| ask.sent_at >= moment);
            let lose = |ask: &mut Ask| {
                let (sent_at, heard_at) = (ask.sent_at, ask.heard_at.or(Some(ask.sent_at)));
                std::mem::replace(ask, Ask { sent_at, heard_at, ..Ask::default() })
            };
            since.map(lose).collect::<Vec<_>>()
        };
        self.lost = (lose(&mut self.calls), lose(&mut self.texts));
        self.restored = Some(Restored { moment, repaired_at: None, over_at: None });
    }

    /// The sum of the log so far.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// A row was written: what it means for opt-outs and for the states of reminders.
    pub fn row_written(&mut self, now: DateTime<Utc>, item: &Item) {
        let sk = text(item, "sk");
        let mut count = |what: &'static str| *self.money.entry(what).or_default() += 1;
        match text(item, "reduced_by") {
            "allowance" => count("free"),
            "cap" => count("over the maximum"),
            _ => {}
        }
        if text(item, "kind") == "credit" {
            count("given back");
        }
        if sk.starts_with("OUT#cap#") && text(item, "state") == "owed" {
            count("told of the maximum");
        }
        if sk.starts_with("OCCURRENCE#") {
            self.reminder_written(item);
        } else if item.get("opted_out_at").is_some_and(|at| at.text().is_some()) {
            self.user_written(now, item);
        }
    }

    fn reminder_written(&mut self, item: &Item) {
        let number = |name: &str| -> i64 {
            let number = item.get(name).and_then(Attribute::number);
            number.and_then(|number| i64::try_from(number).ok()).unwrap_or_default()
        };
        let now = Seen {
            state: item.get("state").map_or_else(|| "?".into(), state_name),
            nudges: number("nudges"),
            version: number("version"),
            answered: item.get("answered").is_some_and(|it| it.number().is_some()),
        };
        let before = self.states.entry(text(item, "id").to_owned()).or_default();
        let from = if before.state.is_empty() { "new" } else { &before.state };
        let arm = if before.state != now.state {
            format!("{from} > {}", now.state)
        } else if now.nudges > before.nudges {
            "nudged".to_owned()
        } else if now.answered && !before.answered {
            "answered after the end".to_owned()
        } else if now.version > before.version {
            "moved".to_owned()
        } else {
            "paid or told".to_owned()
        };
        *self.transitions.entry(arm).or_default() += 1;
        *before = now;
    }

    fn user_written(&mut self, now: DateTime<Utc>, item: &Item) {
        let at = |name: &str| -> Option<DateTime<Utc>> { text(item, name).parse().ok() };
        let (Some(out), back) = (at("opted_out_at"), at("opted_in_at")) else { return };
        let phone = text(item, "phone");
        let last = self.stops.iter_mut().rev().find(|stop| stop.phone == phone);
        let is_out = back.is_none_or(|back| out >= back);
        match last {
            Some(stop) if stop.until.is_none() && !is_out => stop.until = Some(now),
            Some(stop) if stop.until.is_none() => {}
            _ if is_out => self.stops.push(Stop {
                phone: phone.to_owned(),
                sent_at: out,
                committed_at: now,
                until: None,
            }),
            _ => {}
        }
    }

    /// The opt-out of this phone that holds from `from` to `to`, if one does.
    #[must_use]
    pub fn opted_out_throughout(
        &self,
        phone: &str,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Option<&Stop> {
        let holds = |stop: &&Stop| {
            stop.phone == phone
                && stop.committed_at <= from
                && stop.until.is_none_or(|until| to < until)
        };
        self.stops.iter().find(holds)
    }

    /// The ids of calls that were told to be answered.
    #[must_use]
    pub fn told_answered(&self) -> BTreeSet<&str> {
        let answer = |event: &str| event == "VOICE_ANSWERED" || event == "VOICE_COMPLETED";
        self.told.keys().filter(|(_, event)| answer(event)).map(|(call, _)| call.as_str()).collect()
    }
}

/// `accepted`, or `gave_up(no_answer)` of a state that has a reason.
fn state_name(state: &Attribute) -> String {
    match state {
        Attribute::S(name) => name.clone(),
        Attribute::M(members) => members.iter().next().map_or_else(
            || "?".into(),
            |(name, why)| format!("{name}({})", why.text().unwrap_or("?")),
        ),
        _ => "?".into(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    fn item(json: Value) -> Item {
        serde_json::from_value(json).expect("an item")
    }

    fn user(out: i64, back: Option<i64>) -> Item {
        let mut row = json!({
            "sk": {"S": "USER"}, "phone": {"S": "+1"}, "opted_out_at": {"S": at(out).to_rfc3339()},
        });
        if let Some(back) = back {
            row["opted_in_at"] = json!({"S": at(back).to_rfc3339()});
        }
        item(row)
    }

    #[test]
    fn an_opt_out_holds_from_its_writing_to_the_writing_of_an_opt_in() {
        let mut record = Record::new(false);
        record.row_written(at(10), &user(5, None));
        record.row_written(at(12), &user(5, None));
        record.row_written(at(20), &user(5, Some(18)));
        record.row_written(at(40), &user(35, Some(18)));
        assert_eq!(record.stops.len(), 2);
        let holds = |s| record.opted_out_throughout("+1", at(s), at(s)).is_some();
        assert_eq!([9, 10, 19, 20, 39, 40].map(holds), [false, true, true, false, false, true]);
    }

    #[test]
    fn the_way_of_a_reminder_is_counted() {
        let mut record = Record::new(false);
        let row = |state: Value, nudges: u32| {
            item(json!({"sk": {"S": "OCCURRENCE#1#1"}, "id": {"S": "u-1-1"}, "state": state,
                        "nudges": {"N": nudges.to_string()}, "version": {"N": "1"}}))
        };
        record.row_written(at(0), &row(json!({"S": "accepted"}), 0));
        record.row_written(at(1), &row(json!({"S": "accepted"}), 1));
        record.row_written(at(2), &row(json!({"M": {"gave_up": {"S": "too_late"}}}), 1));
        let arms: Vec<&str> = record.transitions.keys().map(String::as_str).collect();
        assert_eq!(arms, ["accepted > gave_up(too_late)", "new > accepted", "nudged"]);
    }

    #[test]
    fn the_sum_tells_two_logs_apart() {
        let sum = |lines: &[&str]| {
            let mut record = Record::new(false);
            for line in lines {
                record.line(at(0), line);
            }
            record.digest()
        };
        assert_eq!(sum(&["a", "b"]), sum(&["a", "b"]));
        assert_ne!(sum(&["a", "b"]), sum(&["b", "a"]));
        assert_ne!(sum(&["a"]), sum(&["a", "a"]));
    }
}
