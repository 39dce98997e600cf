//! An inbound text and what was decided about it, once and for all.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::ids::{MessageId, OccurrenceId, UserId};
use crate::lifecycle::{Milestone, News, Passed};
use crate::limits;
use crate::occurrence::Policy;
use crate::story::Story;

/// A text that was decided on. Its row is what makes the same text, delivered again, mean nothing new.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The carrier's id.
    pub id: MessageId,
    /// Who sent it.
    pub user: UserId,
    /// The words, cut to [`limits::TEXT_CHARS`].
    pub text: String,
    /// When it was sent, by the carrier's clock; dates the charge.
    pub sent_at: DateTime<Utc>,
    /// When it was decided on.
    pub decided_at: DateTime<Utc>,
    /// The reminders that it made or changed.
    pub reminders: Vec<OccurrenceId>,
    /// Whether its sender pays for it.
    pub charged: bool,
    /// Whether the ledger entry stands.
    pub in_ledger: bool,
    /// The milestones that others are still to be told of: its charge.
    #[serde(default, skip_serializing_if = "News::is_empty")]
    pub news: News,
    /// How often `reconcile` has nudged this row.
    pub nudges: u32,
    /// What was decided.
    pub story: Story,
}

impl Message {
    /// Whether a ledger entry is still owed.
    #[must_use]
    pub fn owes_charge(&self) -> bool {
        self.charged && !self.in_ledger
    }

    /// Marks the ledger entry as written, which is news for others, if anybody is told anything.
    #[must_use]
    pub fn paid(mut self, milestone: Milestone, now: DateTime<Utc>, policy: &Policy) -> Self {
        self.in_ledger = true;
        self.nudges = 0;
        if policy.tells {
            self.news.add(Passed { milestone, at: now, attempt: 0 });
        }
        self
    }

    /// The instant by which the entry should stand, and others be told; `None` once nothing is owed.
    #[must_use]
    pub fn check_at(&self, now: DateTime<Utc>, policy: &Policy) -> Option<DateTime<Utc>> {
        let tells = policy.tells && !self.news.is_empty();
        (self.owes_charge() || tells).then(|| now + patience(self.nudges))
    }
}

/// How long to wait before the next repair: it doubles, so that a long outage is not answered with a flood.
#[must_use]
pub fn patience(nudges: u32) -> chrono::TimeDelta {
    (limits::OWED_WAIT * 2_i32.pow(nudges.min(3))).min(limits::OWED_WAIT_MAX)
}
