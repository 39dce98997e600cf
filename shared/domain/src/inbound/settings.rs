//! Where the sender lives and which language they speak.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use when::{Basis, Language, Moment};

use super::{Desk, Verdict};
use crate::command;
use crate::occurrence::{Change, Event, Occurrence};
use crate::place;

/// The names of the languages, in upper case and without accents, in their own words and in English.
const NAMES: [(Language, &str); 6] = [
    (Language::English, "EN ENGLISH INGLES ANGLAIS ENGLISCH ANGREZI अंग्रेज़ी अंग्रेजी"),
    (Language::Spanish, "ES ESPANOL SPANISH CASTELLANO ESPAGNOL SPANISCH ESPANHOL"),
    (Language::French, "FR FRANCAIS FRENCH FRANCES FRANZOSISCH FRANZOESISCH"),
    (Language::German, "DE DEUTSCH GERMAN ALEMAN ALLEMAND ALEMAO"),
    (Language::Portuguese, "PT PORTUGUES PORTUGUESE PORTUGAIS PORTUGIESISCH BRASILEIRO"),
    (Language::Hindi, "HI HINDI हिन्दी हिंदी"),
];

impl Desk<'_> {
    pub(super) fn zone(&mut self, name: &str) -> Verdict {
        let zone = match place::zone_named(name, self.user.region) {
            Ok(zone) => zone,
            // `zone meeting tomorrow at 5` is no place, and a reminder.
            Err(error) => {
                return match when::read(&self.text, &self.sender()) {
                    Ok(_) => self.remind(),
                    Err(_) => Verdict::free("refused", self.say().zone_refused(&error)),
                };
            }
        };
        self.user.zone = zone;
        self.user.zone_stated = true;
        let open = self.open.clone();
        let moved: Vec<(DateTime<Utc>, Occurrence)> =
            open.into_iter().filter_map(|row| Some((row.due, self.moved(row, zone)?))).collect();
        let at_others = moved.iter().filter(|(due, after)| after.due != *due).count();
        let moved = moved.into_iter().map(|(_, after)| after).collect();
        let reply = self.say().zone_set(at_others);
        Verdict::charged("zone", reply).with(moved).about(zone.name().to_owned())
    }

    /// The reminder, and its series, as they are for somebody in another zone; `None` if nothing is different.
    fn moved(&self, row: Occurrence, zone: Tz) -> Option<Occurrence> {
        let there = self.at_the_same_hour(&row, zone);
        let there = there.filter(|after| after.due > self.now && *after != row);
        there.or_else(|| self.in_a_series_there(row, zone))
    }

    /// The reminder at the same wall time in another zone. What was due when the text was sent stays: it is late already,
    /// and has to ring, not to wait for the evening of another place.
    fn at_the_same_hour(&self, row: &Occurrence, zone: Tz) -> Option<Occurrence> {
        let was_due = row.moment.at <= self.inbound.sent_at;
        if row.moment.basis != Basis::Wall || row.moment.zone == zone || was_due {
            return None;
        }
        let at = when::zone::instant(zone, row.moment.wall);
        let here = Moment { at, zone, ..row.moment.clone() };
        let Some(series) = row.series.as_ref().map(|series| series.moved(zone)) else {
            return Some(self.stepped(row.clone(), &Event::Moved { moment: here }));
        };
        let there = |at| when::zone::instant(zone, when::zone::wall(row.moment.zone, at));
        // Its time may have passed there: then it is the next one's turn.
        let (moment, regular) = match at > self.now {
            true => (here, row.regular.map(there)),
            false => (series.next(self.now)?, None),
        };
        let change = Change { moment, about: row.about.clone(), series: Some(series), regular };
        Some(self.stepped(row.clone(), &Event::Changed(Box::new(change))))
    }

    /// The reminder as it is, and from the next one on its series in another zone. No day of it rings twice: this one
    /// has the turn of the same wall time there.
    fn in_a_series_there(&self, row: Occurrence, zone: Tz) -> Option<Occurrence> {
        let old = row.series.as_ref()?;
        let series = Some(old.moved(zone)).filter(|series| series != old)?;
        let turn = when::zone::instant(zone, when::zone::wall(old.zone, row.turn()));
        let event = Event::SeriesMoved { series: Box::new(series), turn };
        Some(self.stepped(row.clone(), &event)).filter(|after| *after != row)
    }

    pub(super) fn language(&mut self, name: &str) -> Verdict {
        let name = command::bare(name);
        let named = NAMES.iter().find(|(_, names)| names.split(' ').any(|one| one == name));
        let Some((language, _)) = named else {
            return match when::read(&self.text, &self.sender()) {
                Ok(_) => self.remind(),
                Err(_) => Verdict::free("refused", self.say().language_unknown()),
            };
        };
        self.user.language = *language;
        self.user.language_stated = true;
        let reply = self.say().language_set();
        Verdict::charged("language", reply).about(language.code().to_owned())
    }
}
