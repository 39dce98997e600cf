//! One request to the carrier to ring, and the facts that the carrier tells of it.
//!
//! Events may be lost, doubled, out of order and 72 hours late. So an attempt keeps the *set* of facts seen, merged
//! by union, and every conclusion is drawn from the set.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::ids::AttemptId;
use crate::occurrence::Event;
use crate::story::Story;

/// One request to the carrier to ring. Written before the carrier is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Which one it is; also the carrier's `Context`.
    pub id: AttemptId,
    /// When it was claimed: known before the carrier knows, so the same in any order of events. Dates the charge.
    pub placed_at: DateTime<Utc>,
    /// What came of asking.
    pub outcome: Outcome,
    /// The carrier's events seen so far.
    pub facts: BTreeSet<Fact>,
    /// What was decided and when.
    pub story: Story,
}

/// What came of asking the carrier. There are three outcomes, not two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Not known, or not asked yet: the call may have been placed. Never asked again; news or time decide.
    Unknown,
    /// The carrier took it on, under this id.
    Placed(String),
    /// The carrier did not take it on, for this reason.
    Refused(String),
}

/// What the carrier told of a call, in the order in which a call goes through them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// Ready to dial.
    Initiated,
    /// The phone rings.
    Ringing,
    /// Somebody, or a voicemail, picked up.
    Answered,
    /// The speech was played and the call ended.
    Completed,
    /// The line was busy, or the call was declined.
    Busy,
    /// Nobody picked up.
    NoAnswer,
    /// The call could not be made.
    Failed,
    /// It could not start within its time to live.
    Expired,
}

impl Fact {
    /// The fact that an event type of AWS End User Messaging stands for; `None` for types that say nothing of a call.
    ///
    /// Source: AWS End User Messaging SMS user guide, "Configuration sets: event types".
    #[must_use]
    pub fn of_event_type(event_type: &str) -> Option<Self> {
        Some(match event_type {
            "VOICE_INITIATED" => Self::Initiated,
            "VOICE_RINGING" => Self::Ringing,
            "VOICE_ANSWERED" => Self::Answered,
            "VOICE_COMPLETED" => Self::Completed,
            "VOICE_BUSY" => Self::Busy,
            "VOICE_NO_ANSWER" => Self::NoAnswer,
            "VOICE_FAILED" => Self::Failed,
            "VOICE_TTL_EXPIRED" => Self::Expired,
            _ => return None,
        })
    }

    /// The word for logs and stories.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Initiated => "initiated",
            Self::Ringing => "ringing",
            Self::Answered => "answered",
            Self::Completed => "completed",
            Self::Busy => "busy",
            Self::NoAnswer => "no_answer",
            Self::Failed => "failed",
            Self::Expired => "expired",
        }
    }
}

impl Attempt {
    /// An attempt as it is written before the carrier is asked.
    #[must_use]
    pub fn claimed(id: AttemptId, now: DateTime<Utc>) -> Self {
        // The reminder's own story says that it is calling.
        Self {
            id,
            placed_at: now,
            outcome: Outcome::Unknown,
            facts: BTreeSet::new(),
            story: Story::default(),
        }
    }

    /// Adds facts. True if one of them is news.
    pub fn learn(&mut self, facts: &BTreeSet<Fact>, now: DateTime<Utc>) -> bool {
        let mut news = false;
        for fact in facts {
            if self.facts.insert(*fact) {
                news = true;
                self.story.add(now, fact.as_str(), format!("attempt {}", self.id.a));
            }
        }
        news
    }

    /// What all that is known of the attempt means for its occurrence.
    ///
    /// Answered is answered, whatever else was told: a contradiction is decided for what the user heard.
    #[must_use]
    pub fn event(&self) -> Event {
        let attempt = self.id.a;
        if self.facts.contains(&Fact::Answered) || self.facts.contains(&Fact::Completed) {
            return Event::Answered { attempt };
        }
        let end = [Fact::Busy, Fact::NoAnswer, Fact::Failed, Fact::Expired]
            .into_iter()
            .find(|fact| self.facts.contains(fact));
        match end {
            Some(fact) => Event::Unanswered { attempt, outcome: fact.as_str() },
            None => Event::Progress { attempt, rang: self.facts.contains(&Fact::Ringing) },
        }
    }

    /// Whether the phone is free again: the call is known to be over, or never was.
    #[must_use]
    pub fn is_over(&self) -> bool {
        matches!(self.outcome, Outcome::Refused(_))
            || self
                .facts
                .iter()
                .any(|fact| !matches!(fact, Fact::Initiated | Fact::Ringing | Fact::Answered))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(facts: &[Fact]) -> Attempt {
        let id = "0000000000000000-1-1-2".parse().unwrap();
        let mut attempt = Attempt::claimed(id, DateTime::UNIX_EPOCH);
        attempt.learn(&facts.iter().copied().collect(), DateTime::UNIX_EPOCH);
        attempt
    }

    #[test]
    fn an_answer_outweighs_every_other_fact() {
        for other in [Fact::Busy, Fact::NoAnswer, Fact::Failed, Fact::Expired, Fact::Ringing] {
            assert_eq!(attempt(&[other, Fact::Completed]).event(), Event::Answered { attempt: 2 });
        }
    }

    #[test]
    fn the_order_of_events_does_not_matter() {
        let forth = attempt(&[Fact::Initiated, Fact::Ringing, Fact::NoAnswer]);
        let mut back = attempt(&[Fact::NoAnswer]);
        back.learn(&BTreeSet::from([Fact::Ringing]), DateTime::UNIX_EPOCH);
        back.learn(&BTreeSet::from([Fact::Initiated]), DateTime::UNIX_EPOCH);
        assert_eq!(forth.event(), back.event());
        assert_eq!(forth.facts, back.facts);
    }

    #[test]
    fn a_repeated_fact_is_no_news() {
        let mut ringing = attempt(&[Fact::Ringing]);
        assert!(!ringing.learn(&BTreeSet::from([Fact::Ringing]), DateTime::UNIX_EPOCH));
        assert!(!ringing.is_over());
    }
}
