//! What an inbound text means and what follows from it: the whole decision, made once, as rows to be written.

mod change;
mod remind;
mod settings;
mod tell;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use when::{Language, Misread, Sender};

use crate::command::{self, Command};
use crate::gsm;
use crate::ids::MessageId;
use crate::ledger::Total;
use crate::lifecycle::News;
use crate::limits;
use crate::message::Message;
use crate::occurrence::{Occurrence, Policy};
use crate::outgoing::{Cause, Outgoing};
use crate::place;
use crate::price::{self, PriceBook};
use crate::story::Story;
use crate::tale::TaleRows;
use crate::texts::{Texts, says_what_we_say};
use crate::user::{Question, User};

pub use tell::tale_wanted;

/// A text as the carrier handed it over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inbound {
    /// The carrier's id: the same text, delivered again, has the same.
    pub id: MessageId,
    /// The words.
    pub body: String,
    /// When it was sent, by the carrier's clock: the "now" of its words.
    pub sent_at: DateTime<Utc>,
}

/// All that follows from a text, to be written in one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The sender, as the text leaves them.
    pub user: User,
    /// Reminders that are new or have changed.
    pub reminders: Vec<Occurrence>,
    /// The answer, if there is one.
    pub reply: Option<Outgoing>,
    /// The text with what was decided.
    pub message: Message,
}

/// What the rows of a sender said when a text was decided on; only what [`needs`] asks for has to be there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// Their reminders, open and ended, in any order.
    pub reminders: Vec<Occurrence>,
    /// What is known of the reminder that a WHY is about: see [`tale_wanted`].
    pub tale: TaleRows,
    /// Their total of the month of the text.
    pub total: Option<Total>,
}

/// What a decision needs to know besides the sender.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Needs {
    /// The sender's reminders.
    pub reminders: bool,
    /// The attempts, the charge and the SMS of the one that [`tale_wanted`] names.
    pub tale: bool,
    /// The sender's total of the month.
    pub total: bool,
}

/// What the decision on a text needs to know.
#[must_use]
pub fn needs(command: &Command) -> Needs {
    Needs {
        // `language tomorrow 5pm` is a reminder.
        reminders: !matches!(command, Command::Stop | Command::Help | Command::Bill),
        tale: matches!(command, Command::Why(_)),
        total: matches!(command, Command::Bill),
    }
}

/// The command of a text, as [`decide`] reads it.
#[must_use]
pub fn command(body: &str) -> Command {
    command::parse(&cut(body)).command
}

fn cut(body: &str) -> String {
    body.chars().take(limits::TEXT_CHARS).collect()
}

/// Decides on a text; never acts.
///
/// `user` is the sender's row (or a new one), `now` the instant of the decision, which matters only for what has
/// passed while the text was on its way.
#[must_use]
pub fn decide(
    inbound: &Inbound,
    user: User,
    seen: Seen,
    book: &PriceBook,
    policy: &Policy,
    now: DateTime<Utc>,
) -> Decision {
    let text = cut(&inbound.body);
    let said = command::parse(&text);
    let mut open: Vec<Occurrence> =
        seen.reminders.iter().filter(|row| row.is_open()).cloned().collect();
    open.sort_by_key(|row| (row.due, row.id.clone()));
    let before = user.clone();
    let word = said.word;
    let mut desk = Desk { inbound, text, word, before, user, seen, open, book, policy, now };
    let verdict = desk.verdict(said.command, said.language);
    desk.close(verdict)
}

/// What was decided, before it becomes rows.
struct Verdict {
    /// The word for the story.
    what: &'static str,
    detail: String,
    reply: Option<String>,
    charged: bool,
    reminders: Vec<Occurrence>,
}

impl Verdict {
    /// Not acted on, not charged, not answered.
    fn silence(what: &'static str) -> Self {
        Self { what, detail: String::new(), reply: None, charged: false, reminders: Vec::new() }
    }

    /// Answered, not charged.
    fn free(what: &'static str, reply: String) -> Self {
        Self { reply: Some(reply), ..Self::silence(what) }
    }

    /// Acted on or answered with something asked for.
    fn charged(what: &'static str, reply: String) -> Self {
        Self { charged: true, ..Self::free(what, reply) }
    }

    fn with(self, reminders: Vec<Occurrence>) -> Self {
        Self { reminders, ..self }
    }

    fn about(self, detail: String) -> Self {
        Self { detail, ..self }
    }
}

/// One text being decided on.
struct Desk<'a> {
    inbound: &'a Inbound,
    text: String,
    /// Its first word.
    word: String,
    before: User,
    user: User,
    seen: Seen,
    /// Of what was seen, what may still ring, the nearest first.
    open: Vec<Occurrence>,
    book: &'a PriceBook,
    policy: &'a Policy,
    now: DateTime<Utc>,
}

impl Desk<'_> {
    fn verdict(&mut self, command: Command, language: Option<Language>) -> Verdict {
        let sent_at = self.inbound.sent_at;
        match command {
            Command::Stop => {
                self.user.opt_out(sent_at);
                if self.user.opted_out() && !self.before.opted_out() {
                    return Verdict::free("opted_out", self.say().stopped());
                }
                return Verdict::silence("opted_out");
            }
            Command::Start { only_word } if only_word || self.before.opted_out() => {
                self.user.opt_in(sent_at);
                if self.user.opted_out() {
                    return Verdict::silence("opted_in_before");
                }
                return Verdict::free("opted_in", self.say().started(self.by_reminder().len()));
            }
            _ if self.user.opted_out() => return Verdict::silence("ignored_opted_out"),
            _ if self.is_our_own_reply() => return Verdict::silence("ignored_own_reply"),
            _ => {}
        }
        self.user.wrote_in(language);
        match command {
            Command::Help => self.help(),
            Command::List => Verdict::charged("listed", self.say().list(&self.by_reminder())),
            Command::Bill => self.bill(),
            Command::Why(n) => self.why(n),
            Command::Forget(numbers) => self.forget(&numbers),
            Command::ForgetAll => self.ask_whether_all(),
            Command::Yes => self.yes(),
            Command::No(rest) => self.no(&rest),
            Command::Change { n, to, sure } => self.change(n, &to, sure),
            Command::Snooze { n, until, is_time } => self.snooze(n, &until, is_time),
            Command::Skip { n, only_next } => self.skip(n, only_next),
            Command::Zone(name) => self.zone(&name),
            Command::Language(name) => self.language(&name),
            Command::Remind | Command::Start { .. } | Command::Stop => self.remind(),
        }
    }

    /// What is said to the sender, as the text leaves them.
    fn say(&self) -> Texts {
        let after = match self.user.texts {
            0 => self.welcome().map_or(0, |welcome| welcome.chars().count()),
            _ => 0,
        };
        Texts { after, ..Texts::to(&self.user, self.now) }
    }

    /// The sender of the text, for reading it.
    fn sender(&self) -> Sender {
        self.user.sender(self.inbound.sent_at)
    }

    /// One row for each reminder that may still ring, the nearest.
    fn by_reminder(&self) -> Vec<Occurrence> {
        let mut known = BTreeSet::new();
        self.open.iter().filter(|row| known.insert(row.id.reminder.n)).cloned().collect()
    }

    /// Whether the sender, a robot or a phone that quotes, sends back what we said.
    fn is_our_own_reply(&self) -> bool {
        let is_last = !self.user.last_reply.is_empty();
        (is_last && self.text.trim() == self.user.last_reply.trim())
            || says_what_we_say(&self.text, self.user.language)
    }

    fn help(&self) -> Verdict {
        match self.prices() {
            Some((sms, call)) => Verdict::free("helped", self.say().help(&sms, &call)),
            None => Verdict::silence("not_served"),
        }
    }

    /// Answered at most [`limits::MISUNDERSTOOD_PER_HOUR`] times: the sender may be a robot that answers answers.
    fn misunderstood(&mut self, reply: String) -> Verdict {
        if self.user.may_be_misunderstood(self.inbound.sent_at) {
            Verdict::free("not_understood", reply)
        } else {
            Verdict::silence("not_understood")
        }
    }

    /// The answer to words that give no time, or one that cannot be.
    fn misread(&mut self, why: &Misread) -> Verdict {
        let before = self.user.language;
        self.user.wrote_in(when::language(&self.text));
        let answer = self.say().misread(why, &self.text, &self.sender());
        if *why == Misread::NoTime && self.user.texts > 0 {
            // Answered in its own language, but a text that means nothing to us, a robot's say, decides no other.
            self.user.language = before;
        }
        match why {
            Misread::NoTime | Misread::Impossible { .. } => self.misunderstood(answer),
            _ => Verdict::free("refused", answer),
        }
    }

    fn prices(&self) -> Option<(price::Price, price::Price)> {
        let price = |kind| self.book.price(self.user.region, kind, self.inbound.sent_at);
        Some((price(price::Kind::Sms)?, price(price::Kind::AnsweredCall)?))
    }

    fn close(mut self, mut verdict: Verdict) -> Decision {
        if verdict.what == "refused" && !self.user.may_be_refused(self.inbound.sent_at) {
            verdict.reply = None;
        }
        let reply = verdict.reply.map(|reply| self.first_words(reply, verdict.what));
        self.user.texts = self.user.texts.saturating_add(1);
        if let Some(reply) = &reply {
            self.user.last_reply.clone_from(reply);
        }
        let mut story = Story::default();
        let detail = match verdict.detail.as_str() {
            "" => verdict.what.to_owned(),
            detail => format!("{} {detail}", verdict.what),
        };
        story.add(self.now, "text", detail);
        let id = self.inbound.id.clone();
        let cause = match verdict.what {
            "opted_out" => Cause::Stopped(id.clone()),
            _ => Cause::Reply(id.clone()),
        };
        let reply = reply.map(|reply| Outgoing::owed(cause, self.user.id.clone(), reply, self.now));
        let message = Message {
            id,
            user: self.user.id.clone(),
            text: self.text,
            sent_at: self.inbound.sent_at,
            decided_at: self.now,
            reminders: verdict.reminders.iter().map(|row| row.id.clone()).collect(),
            charged: verdict.charged,
            in_ledger: false,
            news: News::default(),
            nudges: 0,
            story,
        };
        Decision { user: self.user, reminders: verdict.reminders, reply, message }
    }

    /// The reply, and to a new number the price and how to stop.
    fn first_words(&mut self, reply: String, what: &str) -> String {
        if self.user.texts > 0 || matches!(what, "opted_out" | "helped") {
            return reply;
        }
        if !self.zone_is_certain() {
            self.user.asked.get_or_insert((Question::Zone, self.inbound.sent_at));
        }
        let whole = gsm::fit(&(reply.clone() + &self.welcome().unwrap_or_default()));
        let texts = Texts::to(&self.user, self.now);
        match self.prices().filter(|_| !texts.fits(&whole)) {
            Some((sms, call)) => gsm::fit(&(reply + &texts.welcome_in_short(&sms, &call))),
            None => whole,
        }
    }

    /// What a new number is told after its first answer; `None` where there is no price to tell.
    fn welcome(&self) -> Option<String> {
        let (sms, call) = self.prices()?;
        let texts = Texts::to(&self.user, self.now);
        Some(texts.welcome(&sms, &call, self.zone_is_certain()))
    }

    fn zone_is_certain(&self) -> bool {
        self.user.zone_stated || place::guess(&self.user.phone).certain
    }
}
