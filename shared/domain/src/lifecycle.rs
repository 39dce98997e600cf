//! What others may build on: the milestones of a reminder and of its bill, as events.
//!
//! A row keeps the milestones that it has passed and that nobody was told of yet: its [`News`]. They are a debt like
//! any other. An [`Event`] has ids in it, never a number or a text, and an id of its own by which a receiver knows a
//! repetition. Where nobody listens ([`crate::occurrence::Policy::tells`]) no row has news.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::ids::{OccurrenceId, ReminderId, UserId};
use crate::ledger::{Entry, Kind};
use crate::money::{Currency, Micros};
use crate::occurrence::{Occurrence, State, Why};

/// The version of the events that this release writes. A receiver can rely on what a version says.
const VERSION: u32 = 1;

/// Something that happens once in the life of a reminder, or of a charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Milestone {
    /// A reminder was understood and stored.
    Accepted,
    /// Its phone is known to have rung, for the first time.
    Rang,
    /// A call was answered.
    Answered,
    /// It ended without an answer; an SMS says so.
    GaveUp,
    /// Something was written to the ledger.
    Charged,
    /// Something was written to the ledger in the user's favour.
    Credited,
}

impl Milestone {
    /// All of them, in the order in which they come.
    pub const ALL: [Self; 6] =
        [Self::Accepted, Self::Rang, Self::Answered, Self::GaveUp, Self::Charged, Self::Credited];

    /// Whether it is an entry of the ledger that tells of it, and not the row that owes the news.
    #[must_use]
    pub fn is_of_entry(self) -> bool {
        matches!(self, Self::Charged | Self::Credited)
    }

    /// The word for it: the type of its event, and the name of the event's schema.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Rang => "rang",
            Self::Answered => "answered",
            Self::GaveUp => "gave_up",
            Self::Charged => "charged",
            Self::Credited => "credited",
        }
    }

    /// What an entry of the ledger is.
    #[must_use]
    pub fn of_entry(kind: Kind) -> Self {
        match kind {
            Kind::Sms | Kind::AnsweredCall => Self::Charged,
            Kind::Credit => Self::Credited,
        }
    }
}

/// A milestone that was passed, with what the row will not say any more when it is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passed {
    /// Which one.
    pub milestone: Milestone,
    /// When.
    pub at: DateTime<Utc>,
    /// At which attempt; 0 before the first.
    pub attempt: u32,
}

/// The milestones of a row that nobody was told of yet, in the order in which they were passed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct News(Vec<Passed>);

impl News {
    /// Whether all was told.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a milestone; one that is there already stays as it is.
    pub fn add(&mut self, passed: Passed) {
        if self.iter().all(|known| known.milestone != passed.milestone) {
            self.0.push(passed);
        }
    }

    /// Takes out what was told.
    pub fn told(&mut self, told: &BTreeSet<Milestone>) {
        self.0.retain(|passed| !told.contains(&passed.milestone));
    }

    /// What is left to be told.
    pub fn iter(&self) -> impl Iterator<Item = &Passed> {
        self.0.iter()
    }
}

/// One event, as it is published. Its schema is `infra/events/<milestone>.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Event {
    /// Its type.
    #[serde(skip)]
    pub milestone: Milestone,
    /// The version of its form.
    pub v: u32,
    /// The same for every repetition of the event, and for no other event.
    pub id: String,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// Whose reminder or bill it is.
    pub user: UserId,
    /// What it is about.
    #[serde(flatten)]
    pub about: About,
}

/// What an event is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum About {
    /// A reminder.
    Reminder {
        /// Which one.
        reminder: ReminderId,
        /// Which of its times.
        occurrence: OccurrenceId,
        /// When it is due, as was known when the event was published.
        due: DateTime<Utc>,
        /// Which attempt it was, once there was one.
        #[serde(skip_serializing_if = "Option::is_none")]
        attempt: Option<u32>,
        /// Why it gave up, if it did.
        #[serde(skip_serializing_if = "Option::is_none")]
        why: Option<Why>,
    },
    /// An entry of the ledger.
    Charge {
        /// The entry's id: what it charges for.
        charge: String,
        /// The kind of the entry.
        kind: Kind,
        /// How much, in millionths of the currency's unit.
        amount_micros: Micros,
        /// In which currency.
        currency: Currency,
        /// The month in which it is booked.
        period: String,
    },
}

impl Event {
    /// Of a milestone of a reminder.
    #[must_use]
    pub fn of_reminder(row: &Occurrence, passed: &Passed) -> Self {
        let why = match (passed.milestone, row.state) {
            (Milestone::GaveUp, State::GaveUp(why)) => Some(why),
            _ => None,
        };
        let about = About::Reminder {
            reminder: row.id.reminder.clone(),
            occurrence: row.id.clone(),
            due: row.due,
            attempt: (passed.attempt > 0).then_some(passed.attempt),
            why,
        };
        Self::new(passed.milestone, &row.id.to_string(), passed.at, row.id.user(), about)
    }

    /// Of an entry of the ledger.
    #[must_use]
    pub fn of_entry(entry: &Entry) -> Self {
        let about = About::Charge {
            charge: entry.charge_id.clone(),
            kind: entry.kind,
            amount_micros: entry.amount_micros,
            currency: entry.currency,
            period: entry.period.clone(),
        };
        let milestone = Milestone::of_entry(entry.kind);
        Self::new(milestone, &entry.charge_id, entry.at, &entry.user_id, about)
    }

    fn new(
        milestone: Milestone,
        subject: &str,
        at: DateTime<Utc>,
        user: &UserId,
        about: About,
    ) -> Self {
        let id = format!("{}#{subject}", milestone.as_str());
        Self { milestone, v: VERSION, id, at, user: user.clone(), about }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_milestone_is_told_once_and_keeps_its_first_time() {
        let passed = |milestone, second| Passed {
            milestone,
            at: DateTime::from_timestamp(second, 0).unwrap(),
            attempt: 1,
        };
        let mut news = News::default();
        news.add(passed(Milestone::Rang, 1));
        news.add(passed(Milestone::Answered, 2));
        news.add(passed(Milestone::Rang, 3));
        assert_eq!(news.iter().map(|it| it.at.timestamp()).collect::<Vec<_>>(), [1, 2]);
        news.told(&BTreeSet::from([Milestone::Rang]));
        assert_eq!(news, News(vec![passed(Milestone::Answered, 2)]));
        assert!(!news.is_empty());
    }

    #[test]
    fn a_milestone_has_one_name_everywhere() {
        for milestone in Milestone::ALL {
            assert_eq!(serde_json::to_value(milestone).unwrap(), milestone.as_str());
        }
    }
}
