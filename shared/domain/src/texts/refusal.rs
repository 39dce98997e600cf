//! What was not understood, or cannot be: what is wrong, and what to send instead.

use super::Texts;
use super::time::place;
use crate::limits;
use crate::occurrence::Occurrence;
use crate::place::ZoneError;

/// Cities that an answer about a country with several zones offers.
const CITIES_MAX: usize = 3;

/// Characters of the sender's words that are repeated, the most first.
const WORDS_ROOMS: [usize; 3] = [40, 24, 12];

impl Texts {
    /// A series that would ring more often than a phone is called in a day.
    #[must_use]
    pub fn too_often(&self, per_day: usize) -> String {
        self.fit("too-often", [("count", per_day.into())])
    }

    /// The text has no matter and no time at all.
    #[must_use]
    pub fn empty(&self) -> String {
        self.fit("empty", [])
    }

    /// The time passed while the text was on its way.
    #[must_use]
    pub fn arrived_too_late(&self, row: &Occurrence) -> String {
        self.with_time("arrived-too-late", row, &self.moment(&row.moment))
    }

    /// All places for open reminders are taken.
    #[must_use]
    pub fn too_many_open(&self) -> String {
        self.fit("too-many-open", [("count", limits::OPEN_REMINDERS.into())])
    }

    /// Too many texts in a minute; said once.
    #[must_use]
    pub fn slow_down(&self) -> String {
        self.fit("slow-down", [("count", limits::TEXTS_PER_MINUTE.into())])
    }

    /// ZONE with words that name no zone, or several.
    #[must_use]
    pub fn zone_refused(&self, error: &ZoneError) -> String {
        let quoting = |id: &str, words: &str, cities: &str| {
            self.with_rooms(&WORDS_ROOMS, words, |words| {
                self.say(id, [("words", words.into()), ("cities", cities.into())])
            })
        };
        match error {
            ZoneError::Unknown { words } if words.is_empty() => self.fit("zone-missing", []),
            ZoneError::Unknown { words } => quoting("zone-unknown", words, ""),
            ZoneError::Several { words, zones } => {
                let cities = zones.iter().take(CITIES_MAX).map(|zone| place(*zone)).collect();
                quoting("zone-several", words, &self.joined("or", cities))
            }
            ZoneError::Offset { words } => quoting("zone-offset", words, ""),
        }
    }

    /// LANGUAGE with a word that names none of ours.
    #[must_use]
    pub fn language_unknown(&self) -> String {
        self.fit("language-unknown", [])
    }
}
