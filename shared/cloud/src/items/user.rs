//! `USER#<user> / USER`: the user.

use domain::ids::UserId;
use domain::user::User;

use super::{Item, Key, user_partition};

/// Where a user's row is.
#[must_use]
pub fn user_key(user: &UserId) -> Key {
    Key::reminders(user_partition(user), "USER")
}

impl Item for User {
    fn key(&self) -> Key {
        user_key(&self.id)
    }
}
