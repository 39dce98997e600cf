//! `traceable`: the story that the product tells of a number, held against the carrier's side.

use cloud::story::{self, Line};
use domain::phone::Phone;

use super::Case;
use crate::promise::Promise;

/// Numbers whose story is looked at in one run; a story takes a dozen requests.
const STORIES: usize = 6;

impl Case<'_> {
    pub(super) async fn stories(&mut self) {
        let reader = self.world.reader();
        let phones: Vec<String> =
            self.people.persons.iter().take(STORIES).map(|person| person.phone.clone()).collect();
        for phone in phones {
            let Ok(number) = Phone::parse(&phone) else { continue };
            match story::of(&reader, &number).await {
                Ok(lines) => self.story(&phone, &lines),
                Err(error) => {
                    let what = format!("the story of {phone} cannot be told: {error}");
                    self.breaks(Promise::Traceable, what);
                }
            }
        }
    }

    fn story(&mut self, phone: &str, lines: &[Line]) {
        let count = |what: &str| lines.iter().filter(|line| line.what == what).count();
        let calls =
            self.record.calls.iter().filter(|ask| ask.phone == phone && ask.taken_as.is_some());
        let asked = self.record.calls.iter().filter(|ask| ask.phone == phone).count();
        let texts = self.record.texts.iter().filter(|ask| ask.phone == phone);
        let sent = texts.clone().filter(|ask| ask.taken_as.is_some() && ask.answered).count();
        let charges = self.entries().filter(|row| row["phone"]["S"] == phone).count();
        let credits = self.credits().filter(|row| row["phone"]["S"] == phone).count();
        let told = count("calling");
        let mut wrong = Vec::new();
        if told < calls.clone().count() {
            wrong.push(format!("{} calls, {told} in the story", calls.count()));
        }
        // A claim whose function died before it asked is a line without a request; no more than those.
        let died = told.saturating_sub(asked);
        if died > 0 && self.world.dials.is_calm() {
            wrong.push(format!("{asked} calls, {told} in the story"));
        }
        if count("sent") > texts.count() || (self.world.dials.is_calm() && count("sent") != sent) {
            wrong.push(format!("{sent} SMS, {} in the story", count("sent")));
        }
        if count("credited") != credits {
            wrong.push(format!("{credits} credits, {} in the story", count("credited")));
        }
        if count("charged") != charges {
            wrong.push(format!("{charges} charges, {} in the story", count("charged")));
        }
        for what in wrong {
            self.breaks(Promise::Traceable, format!("{phone}: {what}"));
        }
    }
}
