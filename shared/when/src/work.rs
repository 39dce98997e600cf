//! Counts what a text costs, so that "linear in its length" is a claim about steps and not about a
//! clock.
//!
//! Only tests count; elsewhere a step is nothing.

#[cfg(test)]
thread_local! {
    static STEPS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// One look at a token, one expression joined to another, one time resolved.
#[inline(always)]
pub fn step() {
    #[cfg(test)]
    STEPS.with(|steps| steps.set(steps.get() + 1));
}

#[cfg(test)]
#[path = "../tests/hard/mod.rs"]
mod hard;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Region, Sender, read};

    /// A token is looked at by every production that may begin there or go on over it, and a text is
    /// read in each language that it may be in; `7 7 7 7` costs most, four fifths of this.
    const STEPS_PER_CHAR_MAX: usize = 240;

    /// What a text costs whatever its length.
    const STEPS_FIXED_MAX: usize = 500;

    fn steps(text: &str) -> usize {
        let sender = Sender {
            now: "2026-03-04T23:40:00Z".parse().expect("an instant"),
            zone: chrono_tz::Tz::America__New_York,
            region: Region::parse("US").expect("two letters"),
            usual: None,
        };
        STEPS.set(0);
        let _ = read(text, &sender);
        STEPS.get()
    }

    #[test]
    fn work_is_linear_in_the_length_of_the_text() {
        for (short, long) in hard::texts(hard::CHARS / 2).zip(hard::texts(hard::CHARS)) {
            let (half, whole) = (steps(&short), steps(&long));
            let start: String = long.chars().take(50).collect();
            assert!(whole <= STEPS_PER_CHAR_MAX * hard::CHARS, "{whole} steps: {start:?}");
            // Twice the length is four times the work where it is quadratic.
            let linear = half * 5 / 2 + STEPS_FIXED_MAX;
            assert!(whole <= linear, "{half} steps, twice as long {whole}: {start:?}");
        }
    }
}
