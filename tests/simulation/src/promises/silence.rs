//! `opt-out`, by what people texted: the rows of the product say when an opt-out was written, and nothing if it was not.

use chrono::{DateTime, TimeDelta, Utc};

use super::Case;
use crate::people::Kind;
use crate::promise::Promise;
use crate::record::Ask;
use crate::tongue::{Told, Tongue};

/// What was claimed before an opt-out may still go out so long after it.
const CLAIMED: TimeDelta = TimeDelta::seconds(5);

/// By then a text has come, where nothing lasts that holds it up.
const KNOWN_WITHIN: TimeDelta = TimeDelta::hours(1);

/// Two texts that are sent so close to each other may overtake each other.
const OVERTAKES: TimeDelta = TimeDelta::seconds(60);

impl Case<'_> {
    /// Whoever was told that they are out hears nothing more until they text START.
    pub(super) fn stops_hold(&mut self) {
        // With the tables an opt-out is set back as well, until its text is handed in once more.
        if self.record.restored.is_some() {
            return;
        }
        let calls = self.record.calls.iter().filter(|ask| ask.taken_as.is_some());
        let is_other = |ask: &&Ask| !Tongue::any(Told::Stopped, &ask.words);
        let mut asks = calls.chain(self.record.texts.iter().filter(is_other));
        let broken = asks.find_map(|ask| {
            let told_at = self.told_out(ask)?;
            let after = (ask.sent_at - told_at).num_seconds();
            Some(format!("{} s after {} was told to be out: {}", after, ask.phone, ask.words))
        });
        if let Some(what) = broken {
            self.breaks(Promise::OptOut, what);
        }
    }

    /// When whom this goes to was told that they are out, if that holds when it is sent.
    fn told_out(&self, ask: &Ask) -> Option<DateTime<Utc>> {
        let who = self.people.persons.iter().position(|person| person.phone == ask.phone)?;
        let since = self.people.out_since(who, ask.sent_at)?;
        let were_out = self
            .people
            .texts
            .iter()
            .any(|text| text.person == who && text.at < since && text.kind == Kind::Stop);
        let told = self.record.texts.iter().filter(|text| {
            // After an outage an earlier opt-out may be answered so late, and its end be still to come.
            let of_before = were_out && self.is_excused(since - KNOWN_WITHIN, text.sent_at);
            text.phone == ask.phone
                && text.sent_at >= since
                && text.sent_at + CLAIMED < ask.sent_at
                && !of_before
                && Tongue::any(Told::Stopped, &text.words)
        });
        told.map(|text| text.sent_at).next()
    }

    /// Whether somebody was in for an hour when they texted, by all that they had texted before, and all of that was read.
    pub(super) fn was_in(&self, person: usize, at: DateTime<Utc>) -> bool {
        let of_them = || self.people.texts.iter().filter(|text| text.person == person);
        let turns = of_them().filter(|text| matches!(text.kind, Kind::Stop | Kind::Start));
        let mut near = turns.filter(|text| text.at > at - KNOWN_WITHIN && text.at < at + OVERTAKES);
        let unread = of_them().any(|text| self.is_dead_letter(&text.id));
        near.next().is_none()
            && self.people.out_since(person, at).is_none()
            && !unread
            && !self.is_excused(at - KNOWN_WITHIN, at)
    }

    /// Whether a text may have met an opt-out of its sender, by what they had texted.
    pub(super) fn may_be_out(&self, person: usize, at: DateTime<Utc>) -> bool {
        let is_out = |at| self.people.out_since(person, at).is_some();
        is_out(at) || is_out(at - OVERTAKES) || is_out(at + OVERTAKES)
    }
}
