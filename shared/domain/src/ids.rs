//! Identities: unique everywhere, free of phone numbers, and readable in a log.
//!
//! A user's id is random. A reminder is `<user>-<n>`, its occurrence `<user>-<n>-<k>`, an attempt at it
//! `<user>-<n>-<k>-<a>`. These name schedules, charges, the carrier's `Context` and log fields.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Why an identity could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {kind}")]
pub struct IdError {
    /// What it should have been.
    pub kind: &'static str,
    /// What it was, cut to 80 characters.
    pub text: String,
}

fn refuse<T>(kind: &'static str, text: &str) -> Result<T, IdError> {
    Err(IdError { kind, text: text.chars().take(80).collect() })
}

macro_rules! as_text {
    ($name:ident) => {
        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, IdError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.to_string()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    };
}

/// A user: 16 characters of `0-9a-v`, 80 random bits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UserId(String);

const DIGITS: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";
const USER_LENGTH: usize = 16;

impl UserId {
    /// The id made of the lower 80 bits of `random`.
    #[must_use]
    pub fn from_random(random: u128) -> Self {
        Self(
            (0..USER_LENGTH)
                .map(|i| char::from(DIGITS[((random >> (5 * i)) & 31) as usize]))
                .collect(),
        )
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The shard of the index of open rows that this user's rows are in.
    #[must_use]
    pub fn shard(&self, shards: u32) -> u32 {
        // FNV-1a: stable between releases, which the standard library's hashers do not promise.
        let hash = self
            .0
            .bytes()
            .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        hash % shards.max(1)
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for UserId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        if text.len() == USER_LENGTH && text.bytes().all(|b| DIGITS.contains(&b)) {
            Ok(Self(text.to_owned()))
        } else {
            refuse("a user id", text)
        }
    }
}

as_text!(UserId);

/// A reminder as its user counts them: `n` only grows and is never used again.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ReminderId {
    /// Whose it is.
    pub user: UserId,
    /// Its number, from 1.
    pub n: u32,
}

impl fmt::Display for ReminderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.user, self.n)
    }
}

impl FromStr for ReminderId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        match split_number(text) {
            Some((user, n)) => Ok(Self { user: user.parse()?, n }),
            None => refuse("a reminder id", text),
        }
    }
}

as_text!(ReminderId);

/// One time that a reminder is due; a one-time reminder has the one, `k` = 1.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OccurrenceId {
    /// The reminder.
    pub reminder: ReminderId,
    /// Its ordinal in the series, from 1.
    pub k: u32,
}

impl OccurrenceId {
    /// The user whose reminder it is.
    #[must_use]
    pub fn user(&self) -> &UserId {
        &self.reminder.user
    }

    /// The attempt number `a` at it.
    #[must_use]
    pub fn attempt(&self, a: u32) -> AttemptId {
        AttemptId { occurrence: self.clone(), a }
    }
}

impl fmt::Display for OccurrenceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.reminder, self.k)
    }
}

impl FromStr for OccurrenceId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        match split_number(text) {
            Some((reminder, k)) => Ok(Self { reminder: reminder.parse()?, k }),
            None => refuse("an occurrence id", text),
        }
    }
}

as_text!(OccurrenceId);

/// One request to the carrier to ring; `a` counts from 1 and is never reset.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AttemptId {
    /// What it is an attempt at.
    pub occurrence: OccurrenceId,
    /// Its number.
    pub a: u32,
}

impl fmt::Display for AttemptId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.occurrence, self.a)
    }
}

impl FromStr for AttemptId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        match split_number(text) {
            Some((occurrence, a)) => Ok(Self { occurrence: occurrence.parse()?, a }),
            None => refuse("an attempt id", text),
        }
    }
}

as_text!(AttemptId);

/// The carrier's id of an inbound SMS: what a text is deduplicated and charged by.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MessageId(String);

/// The carrier sends UUIDs; anything printable up to this length is taken, so that a change there loses nothing.
const MESSAGE_ID_LENGTH: usize = 128;

impl MessageId {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for MessageId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let printable = text.bytes().all(|b| b.is_ascii_graphic());
        if !text.is_empty() && text.len() <= MESSAGE_ID_LENGTH && printable {
            Ok(Self(text.to_owned()))
        } else {
            refuse("a message id", text)
        }
    }
}

as_text!(MessageId);

/// Splits `head-7` into `head` and 7. Leading zeros, signs and zero itself are refused: an id has one spelling.
fn split_number(text: &str) -> Option<(&str, u32)> {
    let (head, digits) = text.rsplit_once('-')?;
    let plain = digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
    let number = if plain { digits.parse().ok()? } else { return None };
    Some((head, number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attempt_id_reads_back_as_itself() {
        let text = "0123456789abcdef-3-1-2";
        let id: AttemptId = text.parse().unwrap();
        assert_eq!(id.to_string(), text);
        assert_eq!((id.a, id.occurrence.k, id.occurrence.reminder.n), (2, 1, 3));
    }

    #[test]
    fn an_id_has_one_spelling() {
        for text in [
            "0123456789abcdef-03",
            "0123456789abcdef-0",
            "0123456789abcdef-+3",
            "0123456789ABCDEF-3",
        ] {
            assert!(text.parse::<ReminderId>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_user_id_holds_80_bits() {
        assert_eq!(UserId::from_random(0).as_str(), "0000000000000000");
        assert_eq!(UserId::from_random(u128::MAX).as_str(), "vvvvvvvvvvvvvvvv");
        assert_eq!(UserId::from_random(33).to_string().parse(), Ok(UserId::from_random(33)));
    }

    #[test]
    fn a_message_id_is_printable_and_bounded() {
        assert!("".parse::<MessageId>().is_err());
        assert!("a b".parse::<MessageId>().is_err());
        assert!("x".repeat(129).parse::<MessageId>().is_err());
        assert!("2f1c-uuid#1".parse::<MessageId>().is_ok());
    }

    #[test]
    fn shards_are_all_used() {
        let used: std::collections::BTreeSet<_> =
            (0..1_000_u128).map(|i| UserId::from_random(i * 7_919).shard(16)).collect();
        assert_eq!(used.len(), 16);
    }
}
