//! Every text that the product sends, in one place. Plain GSM-7 but for the users' own words.

use std::fmt::Write;

use chrono::{DateTime, Datelike, NaiveDateTime, Timelike, Utc};
use chrono_tz::Tz;
use when::{Basis, Language, Moment};

use crate::limits;
use crate::occurrence::{Occurrence, Why};
use crate::price::Price;
use crate::user::User;

/// A time as people write it: `Fri 21 Jun 5:30pm`; with the year when it is not the year of `now`.
#[must_use]
pub fn time(wall: NaiveDateTime, now_wall: NaiveDateTime) -> String {
    let mut text = if wall.year() == now_wall.year() {
        wall.format("%a %-d %b ").to_string()
    } else {
        wall.format("%a %-d %b %Y ").to_string()
    };
    text.push_str(&clock(wall));
    text
}

/// `5pm`, `5:30pm`, `5:30:15pm`: no more than the time needs.
fn clock(wall: NaiveDateTime) -> String {
    let pattern = match (wall.minute(), wall.second()) {
        (0, 0) => "%-I%P",
        (_, 0) => "%-I:%M%P",
        _ => "%-I:%M:%S%P",
    };
    wall.format(pattern).to_string()
}

/// The matter as an SMS repeats it: cut at a word where it is long.
#[must_use]
pub fn matter(about: &str) -> String {
    let about = about.trim();
    if about.is_empty() {
        return "your reminder".into();
    }
    if about.chars().count() <= limits::ABOUT_CHARS_IN_SMS {
        return about.into();
    }
    let cut: String = about.chars().take(limits::ABOUT_CHARS_IN_SMS).collect();
    let word = cut.rsplit_once(char::is_whitespace).map_or(cut.as_str(), |(head, _)| head);
    format!("{}...", word.trim_end())
}

/// What the product says to one person: in which language and zone, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Texts {
    /// The language of every sentence but the user's own words.
    pub language: Language,
    /// The zone in which times are told.
    pub zone: Tz,
    /// The instant at which it is said: a time of another year is told with its year.
    pub now: DateTime<Utc>,
}

impl Texts {
    /// To this person, at `now`.
    #[must_use]
    pub fn to(user: &User, now: DateTime<Utc>) -> Self {
        Self { language: user.language, zone: user.zone, now }
    }

    /// A reminder was set.
    #[must_use]
    pub fn accepted(&self, row: &Occurrence, taken: Option<&str>) -> String {
        let mut text = format!("OK, {}: {}.", self.moment(&row.moment), matter(&row.about));
        if let Some(taken) = taken {
            let _ = write!(text, " {}.", sentence(taken));
        }
        let _ = write!(text, " FORGET {} drops it.", row.id.reminder.n);
        text
    }

    /// What is said once to a new number, after the answer to its first text.
    #[must_use]
    pub fn welcome(&self, price: &Price, call: &Price, _zone_is_certain: bool) -> String {
        format!(
            " Times are {} (ZONE changes it). A text costs {}, a reminder you answer {}. STOP ends, HELP helps.",
            place(self.zone),
            price.amount.display(price.currency),
            call.amount.display(call.currency),
        )
    }

    /// What can be texted.
    #[must_use]
    pub fn help(&self, price: &Price, call: &Price) -> String {
        format!(
            "Text: Remind tomorrow 5pm about rent. We call you then and say it. LIST, FORGET 3, ZONE Mumbai, STOP. \
             A text costs {}, an answered call {} (a voicemail that picks up answers).",
            price.amount.display(price.currency),
            call.amount.display(call.currency),
        )
    }

    /// The open reminders, the nearest first; as many as fit two SMS.
    #[must_use]
    pub fn list(&self, open: &[Occurrence]) -> String {
        const ROOM: usize = 280;
        if open.is_empty() {
            return "No open reminders. Text: Remind tomorrow 5pm about rent.".into();
        }
        let mut text = String::new();
        for (shown, row) in open.iter().enumerate() {
            let line = format!(
                "{} {}: {}",
                row.id.reminder.n,
                self.moment(&row.moment),
                matter(&row.about)
            );
            if text.len() + line.len() > ROOM && shown > 0 {
                let _ = write!(text, "\nand {} more", open.len() - shown);
                break;
            }
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&line);
        }
        text
    }

    /// A reminder was dropped.
    #[must_use]
    pub fn forgotten(&self, row: &Occurrence) -> String {
        format!("Forgotten: {}.", matter(&row.about))
    }

    /// FORGET named no open reminder.
    #[must_use]
    pub fn nothing_to_forget(&self, n: Option<u32>) -> String {
        match n {
            Some(n) => format!("There is no open reminder {n}. LIST shows yours."),
            None => {
                "Which one? Text FORGET and its number, such as FORGET 3. LIST shows yours.".into()
            }
        }
    }

    /// The zone was set; `moved` reminders moved with it.
    #[must_use]
    pub fn zone_set(&self, moved: usize) -> String {
        let wall = self.now.with_timezone(&self.zone).naive_local();
        let mut text =
            format!("Your times are {} now; there it is {}.", place(self.zone), clock_minute(wall));
        match moved {
            0 => {}
            1 => text.push_str(" 1 open reminder moved with it."),
            many => {
                let _ = write!(text, " {many} open reminders moved with it.");
            }
        }
        text
    }

    /// STOP was taken; the one message that follows it.
    #[must_use]
    pub fn stopped(&self) -> String {
        "You are out: no calls, no texts, no charges. Text START to come back.".into()
    }

    /// START was taken.
    #[must_use]
    pub fn started(&self, open: usize) -> String {
        match open {
            0 => "Welcome back. Text: Remind tomorrow 5pm about rent.".into(),
            1 => "Welcome back. 1 reminder is still ahead; LIST shows it.".into(),
            many => format!("Welcome back. {many} reminders are still ahead; LIST shows them."),
        }
    }

    /// No time could be read, or one that cannot be; with an example from the words of the text.
    #[must_use]
    pub fn misread(&self, why: &when::Misread, text: &str, sender: &when::Sender) -> String {
        when::advice(text, sender, why)
    }

    /// A series, which is not served yet; the example is its first occurrence.
    #[must_use]
    pub fn cannot_repeat(&self, about: &str, first: &Moment) -> String {
        let now_wall = self.now.with_timezone(&self.zone).naive_local();
        let wall = first.at.with_timezone(&self.zone).naive_local();
        let matter = if about.trim().is_empty() { "it".into() } else { matter(about) };
        format!(
            "I cannot repeat reminders yet, only ring once. Example: Remind {} about {matter}",
            time(wall, now_wall),
        )
    }

    /// The text has no matter and no time at all.
    #[must_use]
    pub fn empty(&self) -> String {
        "That text was empty. Text: Remind tomorrow 5pm about rent.".into()
    }

    /// The time passed while the text was on its way.
    #[must_use]
    pub fn arrived_too_late(&self, row: &Occurrence) -> String {
        format!(
            "Your text reached us too late for {}: {}. Nothing was charged.",
            self.moment(&row.moment),
            matter(&row.about)
        )
    }

    /// All places for open reminders are taken.
    #[must_use]
    pub fn too_many_open(&self) -> String {
        format!(
            "You have {} open reminders, which is all we keep. FORGET one, then text again.",
            limits::OPEN_REMINDERS
        )
    }

    /// Too many texts in a minute; said once.
    #[must_use]
    pub fn slow_down(&self) -> String {
        format!(
            "That is more than {} texts in a minute. Those over it were not read nor charged; \
             please send them again later.",
            limits::TEXTS_PER_MINUTE
        )
    }

    /// Asks whether all reminders are to go.
    #[must_use]
    pub fn forget_all_asked(&self, open: usize) -> String {
        format!("Really drop all {open} reminders? Text YES within 10 minutes.")
    }

    /// All were dropped.
    #[must_use]
    pub fn forgot_all(&self, dropped: usize) -> String {
        format!("Forgotten: {dropped} reminders.")
    }

    /// A YES that nothing was asked for.
    #[must_use]
    pub fn nothing_to_confirm(&self) -> String {
        "Yes to what? Text: Remind tomorrow 5pm about rent.".into()
    }

    /// A reminder has another time or matter.
    #[must_use]
    pub fn changed(&self, row: &Occurrence) -> String {
        format!(
            "Changed, {}: {}. FORGET {} drops it.",
            self.moment(&row.moment),
            matter(&row.about),
            row.id.reminder.n
        )
    }

    /// This one of a series has another time.
    #[must_use]
    pub fn changed_once(&self, row: &Occurrence) -> String {
        format!("This time {}: {}. Then as before.", self.moment(&row.moment), matter(&row.about))
    }

    /// CHANGE named no open reminder.
    #[must_use]
    pub fn nothing_to_change(&self, n: Option<u32>) -> String {
        self.nothing_to_forget(n)
    }

    /// It rings, or has rung.
    #[must_use]
    pub fn cannot_change_now(&self, row: &Occurrence) -> String {
        format!("{} is ringing already. SNOOZE 10m calls again.", matter(&row.about))
    }

    /// It rings again later.
    #[must_use]
    pub fn snoozed(&self, row: &Occurrence) -> String {
        format!("OK, again {}: {}.", self.moment(&row.moment), matter(&row.about))
    }

    /// No call to snooze.
    #[must_use]
    pub fn nothing_to_snooze(&self) -> String {
        "There is nothing to snooze. LIST shows your reminders.".into()
    }

    /// One of a series is left out.
    #[must_use]
    pub fn skipped(&self, row: &Occurrence, next: Option<&Occurrence>) -> String {
        let mut text = format!("Skipped {}: {}.", self.moment(&row.moment), matter(&row.about));
        if let Some(next) = next {
            let _ = write!(text, " Next {}.", self.moment(&next.moment));
        }
        text
    }

    /// SKIP of a reminder that rings once.
    #[must_use]
    pub fn rings_once(&self, row: &Occurrence) -> String {
        format!("{} rings once. FORGET {} drops it.", matter(&row.about), row.id.reminder.n)
    }

    /// A command without its number.
    #[must_use]
    pub fn which_one(&self, word: &str) -> String {
        format!("Which one? Text {word} and its number. LIST shows yours.")
    }

    /// A series that rings too often.
    #[must_use]
    pub fn too_often(&self, per_day: usize) -> String {
        format!("That would be {per_day} calls a day; a phone gets 5 at most.")
    }

    /// The story of a reminder.
    #[must_use]
    pub fn why(&self, tale: &crate::tale::Tale) -> String {
        format!("{} {}: {:?}", tale.id.reminder.n, matter(&tale.about), tale.deeds)
    }

    /// There is no such reminder.
    #[must_use]
    pub fn nothing_to_tell(&self, n: Option<u32>) -> String {
        self.nothing_to_forget(n)
    }

    /// The bill of a month.
    #[must_use]
    pub fn bill(&self, bill: &crate::tale::Bill) -> String {
        format!("{}: {}", bill.period, bill.total().display(bill.currency))
    }

    /// Nothing was charged.
    #[must_use]
    pub fn nothing_charged(&self, month: crate::ledger::Period) -> String {
        format!("{month}: nothing was charged.")
    }

    /// Words that name no zone.
    #[must_use]
    pub fn zone_refused(&self, error: &crate::place::ZoneError) -> String {
        error.to_string()
    }

    /// The language was set.
    #[must_use]
    pub fn language_set(&self) -> String {
        format!("OK, {}.", self.language.code())
    }

    /// No language that is spoken here.
    #[must_use]
    pub fn language_unknown(&self) -> String {
        "Text LANGUAGE and one of: English, Espanol, Francais, Deutsch, Portugues, Hindi.".into()
    }

    /// The SMS that replaces a call nobody answered, or that could not be made.
    #[must_use]
    pub fn gave_up(&self, row: &Occurrence, why: Why) -> String {
        let matter = matter(&row.about);
        let time = self.moment(&row.moment);
        match why {
            Why::NoAnswer => {
                format!(
                    "Reminder, {time}: {matter}. We called {} times and got no answer.",
                    row.tries
                )
            }
            Why::TooLate => format!("Reminder, {time}: {matter}. Sorry, we were too late to call."),
            Why::DailyLimit => {
                format!("Reminder, {time}: {matter}. No call: a phone gets 5 calls a day at most.")
            }
            Why::SpendLimit => format!("Reminder, {time}: {matter}. Sorry, we could not call."),
            Why::Blocked => {
                format!("Reminder, {time}: {matter}. Your number does not take our calls.")
            }
        }
    }

    /// The time of a reminder in the user's zone, and in the zone that its text named where that is another.
    fn moment(&self, moment: &Moment) -> String {
        let now_wall = self.now.with_timezone(&self.zone).naive_local();
        let text = time(moment.at.with_timezone(&self.zone).naive_local(), now_wall);
        if moment.basis == Basis::WallElsewhere && moment.zone != self.zone {
            return format!("{text} ({} {})", clock(moment.wall), place(moment.zone));
        }
        text
    }
}

/// A clause as the beginning of a sentence.
fn sentence(clause: &str) -> String {
    let mut letters = clause.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// The zone as people say it: `New York` for `America/New_York`.
fn place(zone: Tz) -> String {
    let name = zone.name();
    name.rsplit('/').next().unwrap_or(name).replace('_', " ")
}

fn clock_minute(wall: NaiveDateTime) -> String {
    clock(wall.with_second(0).unwrap_or(wall))
}

#[cfg(test)]
mod tests {
    use when::{Region, Sender, When, read};

    use super::*;

    fn sender() -> Sender {
        Sender {
            now: "2026-03-04T18:40:00-05:00".parse().expect("an instant"),
            zone: Tz::America__New_York,
            region: Region::parse("US").expect("two letters"),
        }
    }

    fn texts() -> Texts {
        let sender = sender();
        Texts { language: Language::English, zone: sender.zone, now: sender.now }
    }

    #[test]
    fn a_series_is_refused_with_its_first_occurrence_as_the_example() {
        let sender = sender();
        let reading = read("remind me every other friday at 9am about rent", &sender);
        let reading = reading.expect("a time");
        let When::Repeating(series) = reading.when else { panic!("once") };
        let first = series.first().expect("one");
        let answer = texts().cannot_repeat(&reading.about, &first);
        assert_eq!(
            answer,
            "I cannot repeat reminders yet, only ring once. \
             Example: Remind Fri 6 Mar 9am about rent"
        );
        let (_, example) = answer.rsplit_once("Example: ").expect("an example");
        let again = read(example, &sender).expect("a time");
        assert_eq!(again.about, "rent");
        let When::Once(moment) = again.when else { panic!("a series") };
        assert_eq!(moment.at, first.at);
    }

    #[test]
    fn a_text_that_cannot_be_read_is_answered_with_its_own_words() {
        let text = "remind me to call mom";
        let why = read(text, &sender()).expect_err("no time");
        assert_eq!(
            texts().misread(&why, text, &sender()),
            "When should I call you? Please add a time. Example: Remind tomorrow 5pm to call mom"
        );
    }
}
