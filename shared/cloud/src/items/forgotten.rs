//! `USER#<user> / FORGOTTEN`: all that is left of a person who was forgotten; and `OPTED_OUT#<hash> / NUMBER`: that a
//! number wants nothing more, where its person was.
//!
//! Neither expires: a schedule of a forgotten person may fire years later, and an opt-out holds until an opt-in.

use chrono::{DateTime, Utc};
use domain::ids::UserId;
use domain::phone::Phone;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Item, Key, user_partition};

/// Somebody who was forgotten: what still comes for them is dropped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forgotten {
    /// Who it was, as the ledger knows them.
    pub user: UserId,
    /// When.
    pub at: DateTime<Utc>,
}

impl Forgotten {
    /// The sort key of the row.
    pub(crate) const SORT_KEY: &str = "FORGOTTEN";

    /// Where the row of a user is.
    #[must_use]
    pub fn key_of(user: &UserId) -> Key {
        Key::reminders(user_partition(user), Self::SORT_KEY)
    }
}

impl Item for Forgotten {
    fn key(&self) -> Key {
        Self::key_of(&self.user)
    }
}

/// A number that opted out before its person was forgotten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptedOutNumber {
    /// The number's hash: SHA-256 of its E.164 form, in hexadecimal.
    ///
    /// It keeps the number from whoever reads the table, not from whoever tries all numbers; and nothing leads from it
    /// to the ledger.
    pub hash: String,
    /// When the STOP was sent.
    pub opted_out_at: DateTime<Utc>,
}

impl OptedOutNumber {
    /// Of a number whose STOP was sent at `opted_out_at`.
    #[must_use]
    pub fn of(phone: &Phone, opted_out_at: DateTime<Utc>) -> Self {
        Self { hash: hash(phone), opted_out_at }
    }

    /// Where the row of a number is.
    #[must_use]
    pub fn key_of(phone: &Phone) -> Key {
        key(&hash(phone))
    }
}

impl Item for OptedOutNumber {
    fn key(&self) -> Key {
        key(&self.hash)
    }
}

fn key(hash: &str) -> Key {
    Key::reminders(format!("OPTED_OUT#{hash}"), "NUMBER")
}

fn hash(phone: &Phone) -> String {
    Sha256::digest(phone.as_str()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_the_same_in_every_release() {
        // `printf +12065550123 | sha256sum`
        let phone = Phone::parse("+12065550123").unwrap();
        assert_eq!(
            hash(&phone),
            "70edb3d1f6a94110aaaabb76555f4b052d1db061c2ef34045fa53f09b7bd4ff8"
        );
    }
}
