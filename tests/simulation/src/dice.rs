//! Chance, from one seed: a stream of its own for each concern, so that one more draw here moves nothing there.

use chrono::TimeDelta;

/// A stream of chance.
#[derive(Debug, Clone)]
pub struct Dice(fastrand::Rng);

impl Dice {
    /// The stream `concern` of the world `seed`.
    #[must_use]
    pub fn new(seed: u64, concern: &str) -> Self {
        // FNV-1a: the same on every machine and in every build, unlike the standard library's hashes.
        let mixed = concern.bytes().fold(seed ^ 0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self(fastrand::Rng::with_seed(mixed))
    }

    /// True with this probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        // Drawn even where the answer is known, so that a dial at zero moves no other draw.
        self.0.f64() < probability
    }

    /// A whole number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        self.0.i64(low..=high.max(low))
    }

    /// One of these. None of an empty list.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        if of.is_empty() { None } else { of.get(self.0.usize(..of.len())) }
    }

    /// A duration from `low` to `high` milliseconds.
    pub fn milliseconds(&mut self, low: i64, high: i64) -> TimeDelta {
        TimeDelta::milliseconds(self.between(low, high))
    }

    /// A number whose logarithm is even between those of `low` and `high`: small ones are as likely as large ones.
    pub fn magnitude(&mut self, low: f64, high: f64) -> f64 {
        (low.ln() + (high.ln() - low.ln()) * self.0.f64()).exp()
    }

    /// 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0.u64(..)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_the_same_again_and_another_is_another() {
        let draw = |concern| {
            let mut dice = Dice::new(7, concern);
            [dice.bits(), dice.bits()]
        };
        assert_eq!(draw("faults"), draw("faults"));
        assert_ne!(draw("faults"), draw("people"));
    }

    #[test]
    fn numbers_stay_within_their_bounds() {
        let mut dice = Dice::new(1, "bounds");
        for _ in 0..1_000 {
            assert!((3..=5).contains(&dice.between(3, 5)));
            assert!((0.01..=0.2).contains(&dice.magnitude(0.01, 0.2)));
        }
        assert_eq!(dice.between(4, 4), 4);
        assert!(!dice.chance(0.0) && dice.chance(1.0));
    }
}
