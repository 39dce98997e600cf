//! What an inbound text means and what follows from it: the whole decision, made once, as rows to be written.

use chrono::{DateTime, Utc};
use when::{Basis, Misread, Moment, When};

use crate::command::{self, Command};
use crate::ids::MessageId;
use crate::lifecycle::{Milestone, News};
use crate::limits;
use crate::message::Message;
use crate::occurrence::{self, Event, Occurrence, Policy};
use crate::outgoing::{Cause, Outgoing};
use crate::place;
use crate::price::{self, PriceBook};
use crate::story::Story;
use crate::texts::Texts;
use crate::user::User;

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

/// Whether the decision needs to know the sender's open reminders.
#[must_use]
pub fn needs_open(command: &Command) -> bool {
    !matches!(command, Command::Stop | Command::Help)
}

/// Decides on a text; never acts.
///
/// `user` is the sender's row (or a new one), `open` their open reminders, the nearest first, `now` the instant of
/// the decision, which matters only for what has passed while the text was on its way.
#[must_use]
pub fn decide(
    inbound: &Inbound,
    user: User,
    open: Vec<Occurrence>,
    book: &PriceBook,
    policy: &Policy,
    now: DateTime<Utc>,
) -> Decision {
    let text: String = inbound.body.chars().take(limits::TEXT_CHARS).collect();
    let command = command::parse(&text);
    let mut desk = Desk { inbound, text, before: user.clone(), user, book, policy, now };
    let verdict = desk.verdict(command, open);
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
    before: User,
    user: User,
    book: &'a PriceBook,
    policy: &'a Policy,
    now: DateTime<Utc>,
}

impl Desk<'_> {
    fn verdict(&mut self, command: Command, open: Vec<Occurrence>) -> Verdict {
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
                return Verdict::free("opted_in", self.say().started(open.len()));
            }
            _ if self.user.opted_out() => return Verdict::silence("ignored_opted_out"),
            _ if self.is_our_own_reply() => return Verdict::silence("ignored_own_reply"),
            _ => {}
        }
        match command {
            Command::Help => self.help(),
            Command::List => Verdict::charged("listed", self.say().list(&open)),
            Command::Forget(n) => self.forget(n, open),
            Command::Zone(name) => self.zone(&name, open),
            Command::Remind | Command::Start { .. } | Command::Stop => self.remind(&open),
        }
    }

    /// What is said to the sender, as the text leaves them.
    fn say(&self) -> Texts {
        Texts::to(&self.user, self.now)
    }

    fn is_our_own_reply(&self) -> bool {
        !self.user.last_reply.is_empty() && self.text.trim() == self.user.last_reply.trim()
    }

    fn help(&self) -> Verdict {
        match self.prices() {
            Some((sms, call)) => Verdict::free("helped", self.say().help(&sms, &call)),
            None => Verdict::silence("not_served"),
        }
    }

    fn forget(&self, n: Option<u32>, open: Vec<Occurrence>) -> Verdict {
        let found = open.into_iter().find(|row| Some(row.id.reminder.n) == n);
        let Some(row) = found else {
            return Verdict::free("refused", self.say().nothing_to_forget(n));
        };
        let reply = self.say().forgotten(&row);
        let detail = row.id.to_string();
        let row = occurrence::step(row, &Event::Forget, self.now, self.policy);
        Verdict::charged("forgot", reply).with(vec![row]).about(detail)
    }

    fn zone(&mut self, name: &str, open: Vec<Occurrence>) -> Verdict {
        let zone = match place::zone_named(name, self.user.region) {
            Ok(zone) => zone,
            Err(error) => return Verdict::free("refused", self.say().zone_refused(&error)),
        };
        self.user.zone = zone;
        self.user.zone_stated = true;
        let moved: Vec<Occurrence> =
            open.into_iter().filter_map(|row| self.moved(row, zone)).collect();
        let reply = self.say().zone_set(moved.len());
        Verdict::charged("zone", reply).with(moved).about(zone.name().to_owned())
    }

    /// The reminder at the same wall time in another zone; `None` if it stays, or would lie in the past. What was due
    /// when the text was sent stays: it is late already, and has to ring, not to wait for the evening of another place.
    fn moved(&self, row: Occurrence, zone: chrono_tz::Tz) -> Option<Occurrence> {
        let was_due = row.moment.at <= self.inbound.sent_at;
        if row.moment.basis != Basis::Wall || row.moment.zone == zone || was_due {
            return None;
        }
        let at = when::zone::instant(zone, row.moment.wall);
        let moment = Moment { at, zone, ..row.moment.clone() };
        let due = row.due;
        let after = occurrence::step(row, &Event::Moved { moment }, self.now, self.policy);
        (at > self.now && after.due != due).then_some(after)
    }

    fn remind(&mut self, open: &[Occurrence]) -> Verdict {
        if !self.text.chars().any(char::is_alphanumeric) {
            return self.misunderstood(self.say().empty());
        }
        let sender = self.user.sender(self.inbound.sent_at);
        let reading = match when::read(&self.text, &sender) {
            Ok(reading) => reading,
            Err(why) => {
                let answer = self.say().misread(&why, &self.text, &sender);
                return match why {
                    Misread::NoTime | Misread::Impossible { .. } => self.misunderstood(answer),
                    _ => Verdict::free("refused", answer),
                };
            }
        };
        let moment = match reading.when {
            When::Once(moment) => moment,
            When::Repeating(series) => {
                let first = series.first();
                let answer = first.map_or_else(
                    || self.say().empty(),
                    |first| self.say().cannot_repeat(&reading.about, &first),
                );
                return Verdict::free("refused", answer);
            }
        };
        if open.len() >= limits::OPEN_REMINDERS {
            return Verdict::free("refused", self.say().too_many_open());
        }
        let about: String = reading.about.chars().take(limits::ABOUT_CHARS).collect();
        let id = self.user.next_reminder();
        let mut row = Occurrence::accepted(id, about, moment, self.now);
        row.passes(Milestone::Accepted, self.now, self.policy);
        if self.now > row.due + limits::ARRIVAL_GRACE {
            self.user.next = self.before.next;
            let reply = self.say().arrived_too_late(&row);
            return Verdict::free("arrived_too_late", reply);
        }
        let reply = self.say().accepted(&row, reading.taken.as_deref());
        let detail = row.id.to_string();
        Verdict::charged("accepted", reply).with(vec![row]).about(detail)
    }

    /// Answered at most [`limits::MISUNDERSTOOD_PER_HOUR`] times: the sender may be a robot that answers answers.
    fn misunderstood(&mut self, reply: String) -> Verdict {
        if self.user.may_be_misunderstood(self.inbound.sent_at) {
            Verdict::free("not_understood", reply)
        } else {
            Verdict::silence("not_understood")
        }
    }

    fn prices(&self) -> Option<(price::Price, price::Price)> {
        let price = |kind| self.book.price(self.user.region, kind, self.inbound.sent_at);
        Some((price(price::Kind::Sms)?, price(price::Kind::AnsweredCall)?))
    }

    fn close(mut self, verdict: Verdict) -> Decision {
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
    fn first_words(&self, reply: String, what: &str) -> String {
        if self.user.texts > 0 || matches!(what, "opted_out" | "helped") {
            return reply;
        }
        match self.prices() {
            Some((sms, call)) => {
                let certain = self.user.zone_stated || place::guess(&self.user.phone).certain;
                reply + &self.say().welcome(&sms, &call, certain)
            }
            None => reply,
        }
    }
}
