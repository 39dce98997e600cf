//! `PHONE#<e164> / TEXTS#<minute>`: how many texts a number sent in one minute; an atomic counter.

use chrono::{DateTime, Utc};
use domain::phone::Phone;

use super::Key;

/// Where the counter of the minute of `sent_at` is.
#[must_use]
pub fn texts_in_minute_key(phone: &Phone, sent_at: DateTime<Utc>) -> Key {
    let minute = sent_at.format("%Y-%m-%dT%H:%M");
    Key::reminders(format!("PHONE#{}", phone.as_str()), format!("TEXTS#{minute}"))
}
