//! Every text that the product sends, in one place and in every language that it speaks.
//!
//! The words stand in `catalogue/`, one file a language; here is which text follows from what, and that each takes two
//! SMS parts at most, whatever its user's words are.
//!
//! - `catalogue`: reading the words
//! - `time`: times and dates, `rule`: the rule of a series
//! - `story`: WHY and BILL; `statement`: all of a month
//! - `taken`: which of two readings was taken
//! - `misread`, `refusal`: what to send instead of what was not understood
//! - `ours`: telling our own words when they are sent back

mod catalogue;
mod misread;
mod ours;
mod refusal;
mod rule;
mod statement;
mod story;
mod taken;
mod time;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use when::series::Frequency;
use when::{Language, Moment, Recurrence, Taken};

pub(crate) use self::catalogue::Catalogue;
use self::catalogue::Value;
pub(crate) use self::ours::says_what_we_say;
use self::time::place;
use crate::gsm;
use crate::limits;
use crate::occurrence::{Occurrence, Why};
use crate::price::Price;
use crate::user::{Capped, User};

/// SMS parts of a text.
const PARTS_MAX: usize = 2;

/// Characters of the matter that a text repeats, the most first: where two parts have no room for so much, less is.
const MATTER_ROOMS: [usize; 7] = [limits::ABOUT_CHARS_IN_SMS, 64, 48, 36, 24, 16, 8];

/// The same where the matter is all that the text is for.
const SPELLED_ROOMS: [usize; 6] = [limits::ABOUT_CHARS, 240, 180, 115, 80, 50];

/// Characters of the matter in a list.
const MATTER_CHARS_IN_LIST: usize = 40;

/// Characters of a command that is repeated.
const WORD_CHARS_MAX: usize = 16;

/// What the product says to one person: in which language and zone, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Texts {
    /// The language of every sentence but the user's own words.
    pub language: Language,
    /// The zone in which times are told.
    pub zone: Tz,
    /// The instant at which it is said: a time of another year is told with its year.
    pub now: DateTime<Utc>,
    /// Room to be left for what follows in the same SMS, in characters.
    pub after: usize,
}

impl Texts {
    /// To this person, at `now`.
    #[must_use]
    pub fn to(user: &User, now: DateTime<Utc>) -> Self {
        Self { language: user.language, zone: user.zone, now, after: 0 }
    }

    /// A reminder was set: the rule of a series in words, and its first time.
    ///
    /// `taken` says which of two readings was taken, where others could take the other.
    #[must_use]
    pub fn accepted(&self, row: &Occurrence, taken: Option<&[Taken]>) -> String {
        let id = if taken.is_some() { "accepted-taken" } else { "accepted" };
        let clauses = taken.unwrap_or_default().iter().map(|taken| self.taken(taken));
        let taken = sentence(&clauses.collect::<Vec<_>>().join("; "));
        let time = self.first_of(row);
        self.with_matter(&row.about, |matter| {
            self.say(
                id,
                [
                    ("time", (&time).into()),
                    ("matter", matter.into()),
                    ("taken", (&taken).into()),
                    ("n", row.id.reminder.n.into()),
                ],
            )
        })
    }

    /// What is said once to a new number, after the answer to its first text: the zone, the price, how to stop.
    ///
    /// Asks for the zone where the number leaves several open. Begins with a space.
    #[must_use]
    pub fn welcome(&self, price: &Price, call: &Price, zone_is_certain: bool) -> String {
        let id = if zone_is_certain { "welcome" } else { "welcome-ask-zone" };
        let values = prices(price, call).into_iter().chain([("place", place(self.zone).into())]);
        format!(" {}", gsm::fit(&self.say(id, values)))
    }

    /// The same without the zone, for an answer that leaves no room for it. Begins with a space.
    #[must_use]
    pub fn welcome_in_short(&self, price: &Price, call: &Price) -> String {
        format!(" {}", self.fit("welcome-in-short", prices(price, call)))
    }

    /// Whether a text and what follows it take no more parts than one SMS should.
    pub(crate) fn fits(&self, text: &str) -> bool {
        fits(text, self.after)
    }

    /// Said to a new number beside a series that rings several times a day. Begins with a space.
    #[must_use]
    pub fn one_a_day(&self) -> String {
        format!(" {}", self.fit("one-a-day", []))
    }

    /// What can be texted.
    #[must_use]
    pub fn help(&self, price: &Price, call: &Price) -> String {
        self.fit("help", prices(price, call))
    }

    /// The open reminders, the nearest first, each with its time or rule; as many as fit two SMS.
    #[must_use]
    pub fn list(&self, open: &[Occurrence]) -> String {
        let lines: Vec<String> = open.iter().map(|row| self.line(row)).collect();
        let first = |shown: usize| {
            let more = (shown < lines.len())
                .then(|| self.say("list-more", [("count", (lines.len() - shown).into())]));
            let lines = lines.iter().take(shown).cloned().chain(more);
            gsm::fit(&lines.collect::<Vec<_>>().join("\n"))
        };
        let fits = (1..=lines.len()).rev().map(first).find(|text| self.fits(text));
        fits.unwrap_or_else(|| self.fit("list-none", []))
    }

    /// A reminder was dropped; of a series all that is to come.
    #[must_use]
    pub fn forgotten(&self, row: &Occurrence) -> String {
        let rule = row.series.as_ref().map(|series| self.rule(series));
        let id = if rule.is_some() { "forgotten-series" } else { "forgotten" };
        let rule = rule.unwrap_or_default();
        self.with_matter(&row.about, |matter| {
            self.say(id, [("matter", matter.into()), ("rule", (&rule).into())])
        })
    }

    /// FORGET named no open reminder.
    #[must_use]
    pub fn nothing_to_forget(&self, n: Option<u32>) -> String {
        match n {
            Some(n) => self.fit("no-such-reminder", [("n", n.into())]),
            None => self.which_one(&self.words().word("forget-word")),
        }
    }

    /// Asks back before all reminders are dropped.
    #[must_use]
    pub fn forget_all_asked(&self, open: usize) -> String {
        self.fit("forget-all-asked", [("open", open.into())])
    }

    /// All reminders were dropped.
    #[must_use]
    pub fn forgot_all(&self, dropped: usize) -> String {
        self.fit("forgot-all", [("dropped", dropped.into())])
    }

    /// A YES to nothing.
    #[must_use]
    pub fn nothing_to_confirm(&self) -> String {
        self.fit("nothing-to-confirm", [])
    }

    /// A reminder has another time; a series as a whole.
    #[must_use]
    pub fn changed(&self, row: &Occurrence) -> String {
        self.with_time("changed", row, &self.first_of(row))
    }

    /// One of a series has another time; the others keep theirs.
    #[must_use]
    pub fn changed_once(&self, row: &Occurrence) -> String {
        let Some(series) = &row.series else { return self.changed(row) };
        let (time, rule) = (self.moment(&row.moment), self.rule(series));
        self.with_matter(&row.about, |matter| {
            let values = [("time", (&time).into()), ("matter", matter.into())];
            self.say("changed-once", values.into_iter().chain([("rule", (&rule).into())]))
        })
    }

    /// CHANGE named no open reminder.
    #[must_use]
    pub fn nothing_to_change(&self, n: Option<u32>) -> String {
        match n {
            Some(n) => self.fit("no-such-reminder", [("n", n.into())]),
            None => self.fit("which-to-change", []),
        }
    }

    /// CHANGE of a reminder that rings, or has rung already.
    #[must_use]
    pub fn cannot_change_now(&self, row: &Occurrence) -> String {
        self.with_time("cannot-change-now", row, "")
    }

    /// A reminder that has rung will ring again; `row` is the new one.
    #[must_use]
    pub fn snoozed(&self, row: &Occurrence) -> String {
        // To the minute: an amount of time was texted, and its second is by chance.
        let second = TimeDelta::seconds(row.moment.at.timestamp().rem_euclid(60));
        let moment = Moment { at: row.moment.at - second, ..row.moment.clone() };
        let wall = when::zone::wall(self.zone, moment.at);
        if wall.date() == self.wall().date() {
            let clock = self.clock_minute(wall);
            return self.with_matter(&row.about, |matter| {
                let values = [("clock", (&clock).into()), ("matter", matter.into())];
                self.say("snoozed-today", values)
            });
        }
        self.with_time("snoozed", row, &self.moment(&moment))
    }

    /// SNOOZE when nothing has rung of late.
    #[must_use]
    pub fn nothing_to_snooze(&self) -> String {
        self.fit("nothing-to-snooze", [])
    }

    /// One of a series was skipped; `next` is the one after it, if there is one.
    #[must_use]
    pub fn skipped(&self, row: &Occurrence, next: Option<&Occurrence>) -> String {
        let time = self.moment(&row.moment);
        let next = next.map(|next| self.moment(&next.moment));
        let id = if next.is_some() { "skipped" } else { "skipped-last" };
        let next = next.unwrap_or_default();
        self.with_matter(&row.about, |matter| {
            let values = [("time", (&time).into()), ("matter", matter.into())];
            self.say(id, values.into_iter().chain([("next", (&next).into())]))
        })
    }

    /// SKIP of a reminder that rings only once.
    #[must_use]
    pub fn rings_once(&self, row: &Occurrence) -> String {
        self.with_time("rings-once", row, &self.moment(&row.moment))
    }

    /// A command without its number; `word` is the command as the user wrote it.
    #[must_use]
    pub fn which_one(&self, word: &str) -> String {
        let word: String = word.trim().to_uppercase().chars().take(WORD_CHARS_MAX).collect();
        self.fit("which-one", [("word", word.into())])
    }

    /// The zone was set; `moved` reminders moved with it.
    #[must_use]
    pub fn zone_set(&self, moved: usize) -> String {
        let clock = self.clock_minute(self.wall());
        let values = [("moved", moved.into()), ("clock", clock.into())];
        self.fit("zone-set", values.into_iter().chain([("place", place(self.zone).into())]))
    }

    /// The language was set; said in that language.
    #[must_use]
    pub fn language_set(&self) -> String {
        self.fit("language-set", [])
    }

    /// STOP was taken; the one message that follows it.
    #[must_use]
    pub fn stopped(&self) -> String {
        self.fit("stopped", [])
    }

    /// START was taken; `open` reminders are still ahead.
    #[must_use]
    pub fn started(&self, open: usize) -> String {
        self.fit("started", [("open", open.into())])
    }

    /// The SMS that replaces a call nobody answered, or that could not be made.
    #[must_use]
    pub fn gave_up(&self, row: &Occurrence, why: Why) -> String {
        let id = match why {
            Why::NoAnswer => "gave-up-no-answer",
            Why::TooLate => "gave-up-too-late",
            Why::DailyLimit => "gave-up-daily-limit",
            Why::OverCap => "gave-up-over-cap",
            Why::SpendLimit => "gave-up-spend-limit",
            Why::Blocked => "gave-up-blocked",
        };
        self.with_time(id, row, &self.moment(&row.moment))
    }

    /// A month has come to the most that it costs, and what that means until it is over.
    #[must_use]
    pub fn cap_reached(&self, cap: &Capped) -> String {
        let until = self.time(when::zone::wall(self.zone, cap.period.ends_at()));
        let amount = cap.cap.display(cap.currency);
        self.fit("cap-reached", [("amount", amount.into()), ("time", until.into())])
    }

    /// The SMS beside a call whose voice cannot speak the language of the matter.
    #[must_use]
    pub fn spelled(&self, row: &Occurrence) -> String {
        self.with_rooms(&SPELLED_ROOMS, &row.about, |matter| {
            self.say("spelled", [("matter", matter.into())])
        })
    }

    fn line(&self, row: &Occurrence) -> String {
        let time = match &row.series {
            None => self.moment(&row.moment),
            Some(series) if self.is_as_the_rule_says(row, series) => self.rule(series),
            Some(series) => self.with_time_of("series-next", row, series),
        };
        let matter = self.matter(&row.about, MATTER_CHARS_IN_LIST);
        let values = [("n", row.id.reminder.n.into()), ("time", time.into())];
        self.say("list-line", values.into_iter().chain([("matter", matter.into())]))
    }

    /// Whether a reader of the rule knows when a series rings next: every week or oftener, none skipped or moved.
    fn is_as_the_rule_says(&self, row: &Occurrence, series: &Recurrence) -> bool {
        let simple = series.rule.interval == 1 && series.rule.frequency <= Frequency::Weekly;
        let next = series.next(self.now).map(|next| next.at);
        simple && row.regular.is_none() && next.is_none_or(|next| row.due <= next)
    }

    /// The time of a reminder, or the rule of its series and when it is first.
    fn first_of(&self, row: &Occurrence) -> String {
        match &row.series {
            Some(series) => self.with_time_of("series-first", row, series),
            None => self.moment(&row.moment),
        }
    }

    /// The rule of a series and the time of one of it.
    fn with_time_of(&self, id: &str, row: &Occurrence, series: &Recurrence) -> String {
        let here = when::zone::wall(self.zone, row.moment.at);
        // The rule has said the hour, but for a rule of hours, one in another zone, and one that was moved.
        let said = series.zone == self.zone
            && series.rule.frequency >= Frequency::Daily
            && series.rule.by_hour.is_empty()
            && row.regular.is_none();
        let time = if said { self.date(here) } else { self.time(here) };
        self.say(id, [("rule", self.rule(series).into()), ("time", time.into())])
    }

    /// A text with the number, a time and the matter of a reminder.
    fn with_time(&self, id: &str, row: &Occurrence, time: &str) -> String {
        self.with_matter(&row.about, |matter| {
            self.say(
                id,
                [
                    ("time", time.into()),
                    ("matter", matter.into()),
                    ("n", row.id.reminder.n.into()),
                    ("tries", row.tries.into()),
                ],
            )
        })
    }

    /// A text with as much of the matter as two parts have room for.
    fn with_matter(&self, about: &str, make: impl Fn(&str) -> String) -> String {
        self.with_rooms(&MATTER_ROOMS, about, make)
    }

    fn with_rooms(&self, rooms: &[usize], about: &str, make: impl Fn(&str) -> String) -> String {
        let mut text = String::new();
        // What follows has to do with less, or is a part of its own: what was asked for comes first.
        for after in [self.after, 0] {
            for room in rooms {
                // A matter that was cut has its own stop.
                text = gsm::fit(&make(&self.matter(about, *room)).replace("....", "..."));
                if fits(&text, after) {
                    return text;
                }
            }
        }
        // The rule of the series is longer than any that people ask for.
        while !fits(&text, 0) {
            text.pop();
            text = gsm::fit(&text);
        }
        text
    }

    /// The matter as an SMS repeats it: cut at a word where it has more than `room` characters.
    fn matter(&self, about: &str, room: usize) -> String {
        let about = about.trim();
        if about.is_empty() {
            return self.words().word("no-matter");
        }
        if about.chars().count() <= room {
            return about.to_owned();
        }
        let cut: String = about.chars().take(room).collect();
        let words = cut.rsplit_once(char::is_whitespace).map_or(cut.as_str(), |(head, _)| head);
        self.say("cut", [("words", words.trim_end().into())])
    }

    /// `one, two and three`.
    fn and(&self, items: Vec<String>) -> String {
        self.joined("and", items)
    }

    fn joined(&self, id: &str, mut items: Vec<String>) -> String {
        let Some(last) = items.pop() else { return String::new() };
        if items.is_empty() {
            return last;
        }
        self.say(id, [("some", items.join(", ").into()), ("last", last.into())])
    }

    fn say<'a>(
        &self,
        id: &str,
        values: impl IntoIterator<Item = (&'static str, Value<'a>)>,
    ) -> String {
        self.words().say(id, values)
    }

    /// A message as a whole text.
    fn fit<'a>(
        &self,
        id: &str,
        values: impl IntoIterator<Item = (&'static str, Value<'a>)>,
    ) -> String {
        gsm::fit(&self.say(id, values))
    }

    fn words(&self) -> &'static Catalogue {
        Catalogue::of(self.language)
    }
}

/// Whether a text takes no more parts than one SMS should with so many characters after it. As it will be sent: a letter
/// that costs two parts with what follows goes without its accent then.
fn fits(text: &str, after: usize) -> bool {
    gsm::parts(&gsm::fit(&(text.to_owned() + &" ".repeat(after)))).parts <= PARTS_MAX
}

fn prices(text: &Price, call: &Price) -> [(&'static str, Value<'static>); 2] {
    [
        ("text", text.amount.display(text.currency).into()),
        ("call", call.amount.display(call.currency).into()),
    ]
}

/// A clause as the beginning of a sentence.
fn sentence(clause: &str) -> String {
    let mut letters = clause.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}
