//! The promises, by name, and what it looks like when one is broken.

use std::fmt;

use chrono::{DateTime, Utc};

/// What the product promises. `design`'s own names; what each means stands where it is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Promise {
    /// Every text that was accepted ends in exactly one way.
    Conservation,
    /// Once faults are over and time has passed, nothing is open, held or owing.
    Liveness,
    /// Every charge for a call has an answered call.
    NoChargeWithoutAnswer,
    /// Nothing is charged twice.
    ChargedOnce,
    /// What support gave back stands once, and is no more than was charged.
    CreditedOnce,
    /// Everything that is to be paid for is charged.
    NoLostCharge,
    /// At most three calls for a reminder, one at a time to a phone, none blindly after an unknown one.
    BoundedRings,
    /// No call before its time, no first one too late, and most reminders do ring.
    OnTime,
    /// After STOP nothing starts but its reply.
    OptOut,
    /// Totals are the sums of their entries, and so is the export.
    MoneyIdentity,
    /// The ring is at the wall time that the person meant, and the answer says so.
    SaidIsDone,
    /// The story of a number holds every call, SMS and charge, and nothing else.
    Traceable,
    /// One sender's flood makes nobody else wait.
    Fair,
    /// The work for a reminder is bounded.
    BoundedWork,
    /// The same seed gives the same bytes.
    Deterministic,
}

impl Promise {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::Conservation,
        Self::Liveness,
        Self::NoChargeWithoutAnswer,
        Self::ChargedOnce,
        Self::CreditedOnce,
        Self::NoLostCharge,
        Self::BoundedRings,
        Self::OnTime,
        Self::OptOut,
        Self::MoneyIdentity,
        Self::SaidIsDone,
        Self::Traceable,
        Self::Fair,
        Self::BoundedWork,
        Self::Deterministic,
    ];

    /// The name by which it is listed and reported.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Conservation => "conservation",
            Self::Liveness => "liveness",
            Self::NoChargeWithoutAnswer => "no-charge-without-answer",
            Self::ChargedOnce => "charged-once",
            Self::CreditedOnce => "credited-once",
            Self::NoLostCharge => "no-lost-charge",
            Self::BoundedRings => "bounded-rings",
            Self::OnTime => "on-time",
            Self::OptOut => "opt-out",
            Self::MoneyIdentity => "money-identity",
            Self::SaidIsDone => "said-is-done",
            Self::Traceable => "traceable",
            Self::Fair => "fair",
            Self::BoundedWork => "bounded-work",
            Self::Deterministic => "deterministic",
        }
    }
}

/// A promise that was broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Which one.
    pub promise: Promise,
    /// When it was noticed, in simulated time.
    pub at: DateTime<Utc>,
    /// What was seen, and of which reminder, text or phone.
    pub what: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}: {}", self.promise.name(), self.at.format("%F %T%.3fZ"), self.what)
    }
}
