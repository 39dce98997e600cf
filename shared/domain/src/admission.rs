//! Admission to the carrier's calls: a sliding log of the last ones, for one carrier number.
//!
//! AWS takes 20 calls a minute for an account and one a second for a number, and neither can be raised.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::limits;

/// The last admissions to one carrier number, and whether it is closed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Admission {
    /// The instants of the last admissions, oldest first; some may lie ahead (places that are kept).
    pub log: Vec<DateTime<Utc>>,
    /// No calls before this: the carrier said that the month's money is spent.
    pub closed_until: Option<DateTime<Utc>>,
}

/// The carrier's rates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallLimits {
    /// Calls in any 60 seconds; 0 for no limit at all.
    pub per_minute: usize,
    /// The least distance between two calls.
    pub spacing: TimeDelta,
    /// Calls in any 24 hours to one phone.
    pub per_phone_and_day: usize,
}

impl Default for CallLimits {
    fn default() -> Self {
        Self { per_minute: 20, spacing: TimeDelta::milliseconds(1_000), per_phone_and_day: 5 }
    }
}

impl CallLimits {
    /// From one place to the next.
    #[must_use]
    pub fn distance(&self) -> TimeDelta {
        self.spacing + MARGIN
    }
}

/// Distances are kept a little longer than the carrier asks: two requests do not travel equally fast.
const MARGIN: TimeDelta = TimeDelta::milliseconds(200);

/// Whether a call may be placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// At this instant, now or a little ahead; the log has it already.
    At(DateTime<Utc>, Admission),
    /// Now; nobody counts.
    Unlimited,
    /// Not within [`limits::RESERVE_AHEAD`].
    None,
    /// The month's money is spent.
    Closed,
}

impl Admission {
    /// Takes this very moment, or else the next free place from [`limits::PLACE_AHEAD`] on, if there is one within
    /// [`limits::RESERVE_AHEAD`].
    #[must_use]
    pub fn take(&self, now: DateTime<Utc>, rates: &CallLimits) -> Place {
        if self.closed_until.is_some_and(|until| until > now) {
            return Place::Closed;
        }
        if rates.per_minute == 0 {
            return Place::Unlimited;
        }
        let minute = TimeDelta::seconds(60) + MARGIN;
        let spaced = self.log.last().map(|last| *last + rates.distance());
        let room = self.log.iter().rev().nth(rates.per_minute - 1).map(|nth| *nth + minute);
        let slot = [Some(now), spaced, room].into_iter().flatten().max().unwrap_or(now);
        let slot = if slot > now { slot.max(now + limits::PLACE_AHEAD) } else { slot };
        if slot - now > limits::RESERVE_AHEAD {
            return Place::None;
        }
        let mut log = self.log.clone();
        log.push(slot);
        let surplus = log.len().saturating_sub(rates.per_minute);
        log.drain(..surplus);
        Place::At(slot, Self { log, closed_until: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(1_800_000_000_000 + milliseconds).unwrap()
    }

    /// Takes places until none is left; returns their distances from now in milliseconds.
    fn take_all(mut admission: Admission, now: DateTime<Utc>) -> (Vec<i64>, Admission) {
        let mut slots = Vec::new();
        while let Place::At(slot, next) = admission.take(now, &CallLimits::default()) {
            slots.push((slot - now).num_milliseconds());
            admission = next;
        }
        (slots, admission)
    }

    #[test]
    fn a_minute_takes_twenty_calls_a_second_apart() {
        let (slots, full) = take_all(Admission::default(), at(0));
        assert_eq!(slots.len(), 20, "{slots:?}");
        assert!(slots.windows(2).all(|pair| pair[1] - pair[0] >= 1_000), "{slots:?}");
        assert_eq!(full.log.len(), 20);
        assert_eq!(full.take(at(100), &CallLimits::default()), Place::None);
    }

    #[test]
    fn no_sixty_seconds_hold_more_than_twenty_calls() {
        let mut admission = Admission::default();
        let mut taken = Vec::new();
        for second in 0..300 {
            if let Place::At(slot, next) = admission.take(at(second * 700), &CallLimits::default())
            {
                taken.push(slot);
                admission = next;
            }
        }
        for (i, first) in taken.iter().enumerate() {
            let within = taken[i..].iter().filter(|slot| **slot - *first < TimeDelta::seconds(60));
            assert!(within.count() <= 20);
        }
        assert!(taken.len() > 60, "the rate is used: {}", taken.len());
    }

    #[test]
    fn a_place_that_is_not_this_moment_is_far_enough_ahead_for_the_way_there() {
        let rates = CallLimits::default();
        let Place::At(first, log) = Admission::default().take(at(0), &rates) else { panic!() };
        assert_eq!(first, at(0));
        let Place::At(second, _) = log.take(at(1_150), &rates) else { panic!() };
        assert_eq!(second, at(1_150) + limits::PLACE_AHEAD, "not 50 ms ahead, over two queues");
        let Place::At(third, _) = log.take(at(1_200), &rates) else { panic!() };
        assert_eq!(third, at(1_200), "the place is free, and no way leads there");
    }

    #[test]
    fn a_closed_carrier_takes_nothing_until_it_opens() {
        let closed = Admission { log: vec![], closed_until: Some(at(1_000)) };
        assert_eq!(closed.take(at(0), &CallLimits::default()), Place::Closed);
        assert!(matches!(closed.take(at(1_000), &CallLimits::default()), Place::At(..)));
    }
}
