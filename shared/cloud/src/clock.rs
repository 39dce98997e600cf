//! The one place that asks what time it is, so that a simulator can answer instead.

use std::time::SystemTime;

use aws_smithy_async::time::TimeSource;
use chrono::{DateTime, SubsecRound, Utc};
use tokio::time::Instant;

/// Tells the present.
#[derive(Debug, Clone, Copy)]
pub enum Clock {
    /// The machine's own clock.
    System,
    /// `wall` at `start`, moving on with tokio's clock, which a simulator pauses and moves.
    Simulated {
        /// What the clock showed at the start.
        wall: DateTime<Utc>,
        /// The start.
        start: Instant,
    },
}

impl Clock {
    /// The present, to the millisecond: finer than the tables, the queues and the carrier keep it.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        let now = match self {
            #[expect(clippy::disallowed_methods, reason = "this is the clock")]
            Self::System => Utc::now(),
            Self::Simulated { wall, start } => {
                *wall + chrono::TimeDelta::from_std(start.elapsed()).unwrap_or_default()
            }
        };
        now.trunc_subsecs(3)
    }
}

impl TimeSource for Clock {
    fn now(&self) -> SystemTime {
        Self::now(self).into()
    }
}
