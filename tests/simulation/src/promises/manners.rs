//! How people are treated whom nobody asked: the part of `on-time` that is about the night, and the part of
//! `bounded-rings` that is about numbers which may belong to somebody who never texted.

use chrono::{DateTime, Datelike as _, NaiveDate, TimeDelta, Timelike as _, Utc};

use super::money::text;
use super::{ASKED_FOR, Case};
use crate::calendar::wall;
use crate::people::Person;
use crate::promise::Promise;
use crate::tongue::{Told, Tongue};

/// News of our own is not sent from this hour of the wall to that one.
const NIGHT: (u32, u32) = (21, 8);

/// A text whose time passed on its way is taken all the same within this time.
const ARRIVES_WITHIN: TimeDelta = TimeDelta::seconds(60);

/// An answer that is older is not sent.
const ANSWER_AGE_MAX: TimeDelta = TimeDelta::hours(1);

/// What clocks are wrong by.
const SKEW: TimeDelta = TimeDelta::seconds(10);

/// The month of an SMS that waits for the morning is the same in a day.
const DAY: TimeDelta = TimeDelta::hours(24);

/// About one reminder only a number is called within this time that may be somebody else's.
const ONE_REMINDER: TimeDelta = TimeDelta::hours(22);

impl Case<'_> {
    pub(super) fn manners(&mut self) {
        let night = self.woken().map(|what| (Promise::OnTime, what));
        let replies = self.owed(&["OUT#reply"]);
        let stale = self.stale(&replies).map(|what| (Promise::OnTime, what));
        let passed = self.passed(&replies).map(|what| (Promise::SaidIsDone, what));
        let stranger = self.stranger().map(|what| (Promise::BoundedRings, what));
        let all = night.into_iter().chain(stale).chain(passed).chain(stranger);
        for (promise, what) in all.collect::<Vec<_>>() {
            self.breaks(promise, what);
        }
    }

    /// Somebody who got news in the night that nobody had asked for at that hour.
    fn woken(&self) -> Option<String> {
        let owed = self.owed(&["OUT#gave_up", "OUT#cap"]);
        self.record.texts.iter().find_map(|sms| {
            let person = self.people.persons.iter().find(|person| person.phone == sms.phone)?;
            let is_cap = Tongue::any(Told::Capped, &sms.words);
            if !is_cap && !Tongue::any(Told::Farewell, &sms.words) {
                return None;
            }
            // What was owed before the night, and could not be sent, is not held back because of it.
            let (_, owed_at) = owed.iter().find(|(words, _)| *words == sms.words)?;
            let is_news = match is_cap {
                // Of a month that is over in the morning it would say nothing any more.
                true => owed_at.month() == (*owed_at + DAY).month(),
                false => {
                    let about = self.people.reminders.iter().rev();
                    let mut about = about.filter(|it| sms.words.contains(&it.word));
                    let dues = about.next()?.dues.iter().filter(|due| *due <= owed_at);
                    *owed_at - *dues.max()? > ASKED_FOR + SKEW
                }
            };
            let woken = is_news && wakes(person, *owed_at, sms.sent_at);
            woken.then(|| format!("{} was sent news in the night: {}", sms.phone, sms.words))
        })
    }

    /// The words of SMS of some kinds, and since when they were owed: that no outside can see.
    fn owed(&self, kinds: &[&str]) -> Vec<(String, DateTime<Utc>)> {
        let rows = self.rows.iter().filter(|row| kinds.iter().any(|kind| row.contains(kind)));
        rows.filter_map(|row| serde_json::from_str(row).ok())
            .filter_map(|row: serde_json::Value| {
                Some((text(&row, "text").to_owned(), text(&row, "created_at").parse().ok()?))
            })
            .collect()
    }

    /// An answer that was owed for so long that nobody knows any more what it is about.
    fn stale(&self, owed: &[(String, DateTime<Utc>)]) -> Option<String> {
        self.record.texts.iter().filter(|sms| sms.taken_as.is_some()).find_map(|sms| {
            let same =
                owed.iter().filter(|(words, at)| *words == sms.words && *at <= sms.sent_at + SKEW);
            let since = same.map(|(_, at)| *at).max()?;
            let age = sms.sent_at - since;
            (age > ANSWER_AGE_MAX + SKEW)
                .then(|| format!("{} was answered after {age}: {}", sms.phone, sms.words))
        })
    }

    /// A reminder that was taken when its time had passed: what is told of a time that is over is no reminder.
    fn passed(&self, owed: &[(String, DateTime<Utc>)]) -> Option<String> {
        // After a restore texts are taken in again.
        if self.record.restored.is_some() {
            return None;
        }
        self.people.reminders.iter().find_map(|reminder| {
            let answer = self.acceptance(reminder)?;
            let (_, taken_at) = owed.iter().find(|(words, _)| *words == answer.words)?;
            let last = reminder.dues.iter().chain(&reminder.series).max()?;
            (*taken_at > *last + ARRIVES_WITHIN + SKEW)
                .then(|| format!("{} was taken at {taken_at}: {}", reminder.word, answer.words))
        })
    }

    /// Somebody who texted once, if it was them at all, and was called about two reminders in a day.
    fn stranger(&self) -> Option<String> {
        let calls = || self.record.calls.iter().filter(|ask| ask.taken_as.is_some());
        calls().find_map(|call| {
            let who = self.people.persons.iter().position(|it| it.phone == call.phone)?;
            let texts = self.people.texts.iter();
            let texts = texts.filter(|text| text.person == who && text.at < call.sent_at).count();
            let before =
                || calls().filter(|ask| ask.phone == call.phone && ask.sent_at < call.sent_at);
            let answered =
                before().filter_map(|ask| ask.taken_as.as_deref()).any(|id| self.answered(id));
            let other = before().find(|ask| {
                ask.occurrence() != call.occurrence()
                    && call.sent_at - ask.sent_at < ONE_REMINDER - SKEW
            })?;
            (texts < 2 && !answered).then(|| {
                format!(
                    "{} texted once, never answered, and was called about {:?} and {:?}",
                    call.phone,
                    other.occurrence(),
                    call.occurrence()
                )
            })
        })
    }
}

/// Whether an SMS that was owed since the night went out in that night, by every zone that the person may be in.
fn wakes(person: &Person, owed_at: DateTime<Utc>, sent_at: DateTime<Utc>) -> bool {
    person.zones.iter().all(|(_, zone)| {
        let night = |at| night_before(wall(*zone, at));
        night(owed_at + SKEW).is_some_and(|it| {
            Some(it) == night(owed_at - SKEW) && Some(it) == night(sent_at + SKEW)
        })
    })
}

/// The day of the morning after the night in which a wall shows this time; `None` by day.
fn night_before(wall: chrono::NaiveDateTime) -> Option<NaiveDate> {
    match wall.hour() {
        hour if hour < NIGHT.1 => Some(wall.date()),
        hour if hour >= NIGHT.0 => wall.date().succ_opt(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_night_has_one_morning() {
        let at = |text: &str| text.parse().expect("a time");
        let morning = |text: &str| night_before(at(text)).map(|date| date.to_string());
        assert_eq!(morning("2027-01-12T20:59:59"), None);
        assert_eq!(morning("2027-01-12T21:00:00").as_deref(), Some("2027-01-13"));
        assert_eq!(morning("2027-01-13T07:59:59").as_deref(), Some("2027-01-13"));
        assert_eq!(morning("2027-01-13T08:00:00"), None);
    }
}
