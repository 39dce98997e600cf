//! `PHONE#<e164> / USER`: finds the user of a number. Its partition is the only one that a number names.

use domain::ids::UserId;
use domain::phone::Phone;
use serde::{Deserialize, Serialize};

use super::{Item, Key};

/// Whose a number is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneOwner {
    /// The number.
    pub phone: Phone,
    /// Its user.
    pub user: UserId,
}

impl PhoneOwner {
    /// Where the row of a number is.
    #[must_use]
    pub fn key_of(phone: &Phone) -> Key {
        Key::reminders(format!("PHONE#{}", phone.as_str()), "USER")
    }
}

impl Item for PhoneOwner {
    fn key(&self) -> Key {
        Self::key_of(&self.phone)
    }
}
