//! `conservation`, `liveness`, `said-is-done`, and the part of `opt-out` that is about SMS.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::money::text;
use super::{Case, may_be_renumbered};
use crate::calendar::wall;
use crate::fault::Fault;
use crate::people::{Kind, Person, Reminder, Text};
use crate::promise::Promise;
use crate::record::Ask;
use crate::tongue::{Told, Tongue};

/// After this time a text is settled, whatever happened to it: its reply is no longer sent.
const REPLY_MAX_AGE: TimeDelta = TimeDelta::hours(1);

/// What was claimed before an opt-out may still go out so long after it.
const CLAIMED: TimeDelta = TimeDelta::seconds(5);

/// Three attempts, the waits for their news and the pauses between take no longer.
const ATTEMPTS_TAKE: TimeDelta = TimeDelta::minutes(45);

/// Faults by which a function may come to an end before it has written down what it was told.
const UNWRITTEN: [Fault; 8] = [
    Fault::NetworkRequestLost,
    Fault::NetworkAnswerLost,
    Fault::DiskWriteRefused,
    Fault::Throttled,
    Fault::CorrectnessConflict,
    Fault::MemoryKilled,
    Fault::CpuFrozen,
    Fault::CorrectnessTwiceAtOnce,
];

/// So many of what the carrier throttled may be forsaken in a world in which what it says may be lost.
const FORSAKEN_MAX: usize = 2;

/// The ways in which a reminder can end, as far as the outside can see.
#[derive(Debug, Default)]
struct Ends {
    answered: bool,
    told: usize,
    /// An SMS that was asked for and refused, or lost: the product could not tell.
    could_not_tell: bool,
    forgotten: bool,
    opted_out: bool,
    /// The last one of a series was left out.
    skipped: bool,
}

impl Case<'_> {
    pub(super) fn ends(&mut self, at_rest: bool) {
        self.liveness(at_rest);
        for reminder in &self.people.reminders {
            self.conservation(reminder);
            self.said_is_done(reminder);
        }
        let throttled = self.people.reminders.iter().filter_map(|it| self.sent_again(it));
        if let Some(what) = self.too_many(throttled.collect()) {
            self.breaks(Promise::Conservation, what);
        }
        self.silence();
        for text in &self.people.texts {
            self.is_answered(text);
        }
        let buried = self.people.texts.iter().find_map(|text| self.is_buried_early(text));
        if let Some(what) = buried {
            self.breaks(Promise::Conservation, what);
        }
    }

    fn liveness(&mut self, at_rest: bool) {
        if let Some(row) = self.unfinished() {
            self.breaks(Promise::Liveness, format!("nobody looks after what is not over: {row}"));
        }
        if at_rest {
            return;
        }
        let open: Vec<String> = self
            .world
            .open_rows()
            .iter()
            .map(|row| format!("{} {}", row["pk"]["S"], row["sk"]["S"]))
            .take(3)
            .collect();
        let queues: Vec<&str> = self.world.waiting().into_iter().map(|(name, _)| name).collect();
        let what = format!("still open: {open:?}; still in queues: {queues:?}");
        self.breaks(Promise::Liveness, what);
    }

    /// A row that says of itself that something is still to come of it: what is looked after is found by a mark, and
    /// without it a row is forgotten.
    fn unfinished(&self) -> Option<String> {
        let of_reminder = ["accepted", "held", "calling", "waiting"];
        let of_sms = ["owed", "sending"];
        let mut rows = self.rows.iter().filter(|row| {
            let states = || of_reminder.iter().chain(&of_sms);
            states().any(|state| row.contains(&format!("{{\"S\":\"{state}\"}}")))
        });
        let found = rows.find(|row| {
            let row: Value = serde_json::from_str(row).unwrap_or_default();
            let is = |states: &[&str]| states.contains(&text(&row, "state"));
            match text(&row, "sk").split('#').next() {
                Some("OCCURRENCE") => is(&of_reminder),
                Some("OUT") => is(&of_sms),
                _ => false,
            }
        });
        found.cloned()
    }

    /// Accepted, it ends, and in one way only.
    fn conservation(&mut self, reminder: &Reminder) {
        let renumbered = may_be_renumbered(self.record, self.people, reminder);
        if self.acceptance(reminder).is_none() || renumbered {
            return;
        }
        let ends = self.ends_of(reminder);
        let word = &reminder.word;
        let ended = ends.answered
            || ends.told > 0
            || ends.could_not_tell
            || ends.forgotten
            || ends.opted_out
            || ends.skipped;
        if !ended {
            let what = format!("{word} was accepted and came to no end: {ends:?}");
            return self.breaks(Promise::Conservation, what);
        }
        // Whoever asked may have died before it was written down that the carrier took the SMS; once more is allowed.
        let most = if self.world.dials.is_calm() { 1 } else { 2 };
        if ends.told > most * reminder.times() {
            let what = format!("{word}: {} SMS in a call's place", ends.told);
            return self.breaks(Promise::Conservation, what);
        }
        if let Some(late) = self.call_after_forgotten(reminder) {
            let what = format!("{word} was dropped, and called {late} s after that was confirmed");
            self.breaks(Promise::Conservation, what);
        }
        let rang: std::collections::BTreeSet<&str> =
            self.calls_about(reminder).into_iter().filter_map(Ask::occurrence).collect();
        if rang.len() > reminder.times() {
            let what = format!("{word} was texted once, and became {rang:?}");
            self.breaks(Promise::Conservation, what);
        }
        if let Some(what) = self.told_twice(reminder) {
            self.breaks(Promise::Conservation, what);
        }
        if ends.told > 0 && reminder.times() == 1 && self.answer_was_known(reminder) {
            let what = format!("{word} was answered, and told by SMS all the same");
            self.breaks(Promise::Conservation, what);
        }
    }

    /// An answer is sent once: whoever may have got it is not told again.
    fn told_twice(&self, reminder: &Reminder) -> Option<String> {
        let tongue = self.people.persons[reminder.person].tongue;
        let answers = self.texts_about(reminder).into_iter();
        let taken = answers.filter(|ask| ask.taken_as.is_some());
        // That it is put off begins in the same way.
        let is_accepted = |ask: &&Ask| {
            tongue.is(Told::Accepted, &ask.words) && !tongue.is(Told::Snoozed, &ask.words)
        };
        let accepted = taken.filter(is_accepted).count();
        // With the tables it is forgotten that it was sent.
        (accepted > 1 && self.record.restored.is_none())
            .then(|| format!("{} was accepted in {accepted} SMS", reminder.word))
    }

    /// One that was forsaken, of all that the carrier throttled. Where whoever is told so may die before it is written
    /// down, one in two may be.
    pub(super) fn too_many(&self, throttled: Vec<Result<(), String>>) -> Option<String> {
        let all = throttled.len();
        let forsaken = throttled.into_iter().filter_map(Result::err);
        let most = if self.may_go_unwritten() { (all / 2).max(FORSAKEN_MAX) } else { 0 };
        forsaken.into_iter().nth(most)
    }

    /// Whether whoever does something may die before it is written down.
    pub(super) fn may_go_unwritten(&self) -> bool {
        UNWRITTEN.into_iter().any(|fault| self.world.dials.has(fault))
    }

    /// Whether an SMS that the carrier throttled was asked for again, if somebody still wanted it.
    fn sent_again(&self, reminder: &Reminder) -> Option<Result<(), String>> {
        let texts = self.texts_about(reminder);
        let throttled = texts.iter().rposition(|ask| ask.is_throttled())?;
        let last = texts[throttled];
        let again = texts[throttled + 1..].iter().any(|ask| ask.words == last.words);
        let wanted_until = last.sent_at + REPLY_MAX_AGE;
        let out = self.may_be_out(reminder.person, wanted_until)
            || self.may_be_out(reminder.person, last.sent_at);
        let late = self.is_excused(last.sent_at - REPLY_MAX_AGE, wanted_until);
        let told = || format!("never sent again after it was throttled: {}", last.words);
        (!out && !late).then(|| if again { Ok(()) } else { Err(told()) })
    }

    fn ends_of(&self, reminder: &Reminder) -> Ends {
        let mut ends = Ends::default();
        let tongue = self.people.persons[reminder.person].tongue;
        for call in self.calls_about(reminder) {
            ends.answered |= self.answered(call.taken_as.as_deref().unwrap_or_default());
        }
        for text in self.texts_about(reminder) {
            if tongue.is(Told::Farewell, &text.words) {
                ends.told += usize::from(text.taken_as.is_some());
                ends.could_not_tell |= text.taken_as.is_none() || !text.answered;
            }
            ends.forgotten |= tongue.is(Told::Forgotten, &text.words);
        }
        ends.skipped = self.was_left_out(reminder);
        let is_about = |ask: &&Ask| self.is_about(ask, reminder);
        let (calls, texts) = &self.record.lost;
        let rang = calls.iter().filter(is_about).filter_map(|call| call.taken_as.as_deref());
        ends.answered |= rang.into_iter().any(|id| self.answered(id));
        // In a time that was lost: who tells it once more does not know.
        let mut told = texts.iter().filter(is_about);
        ends.could_not_tell |= told.any(|ask| tongue.is(Told::Farewell, &ask.words));
        let untold = |row: &Value| {
            row["text"]["S"].as_str().is_some_and(|text| text.contains(&reminder.word))
        };
        ends.could_not_tell |= !self.world.dials.is_calm() && self.untold.iter().any(untold);
        // A confirmation that could not be sent leaves the reminder as dropped as it is.
        let phone = &self.people.persons[reminder.person].phone;
        ends.forgotten |= reminder.dropped_at.is_some() && ends.told == 0;
        ends.opted_out = self.record.stops.iter().any(|stop| {
            let due = |due: &DateTime<Utc>| {
                // It ends when its time comes, or one of its attempts, while the opt-out holds.
                stop.sent_at <= self.attempts_over(*due)
                    && stop.until.is_none_or(|until| until >= *due)
            };
            stop.phone == *phone && reminder.dues.iter().any(due)
        });
        ends
    }

    /// Whether all that was left of a series was left out: its zone may have moved past the others.
    pub(super) fn was_left_out(&self, reminder: &Reminder) -> bool {
        let says = |text: &&Ask| text.words.ends_with("It was the last one.");
        reminder.skipped.is_some() && self.texts_about(reminder).iter().any(says)
    }

    /// When the attempts for a reminder are over that is due then: with what lasts meanwhile, so much later.
    pub(super) fn attempts_over(&self, due: DateTime<Utc>) -> DateTime<Utc> {
        let mut over = due + ATTEMPTS_TAKE;
        let mut spans: Vec<_> = self.world.dials.spans.iter().collect();
        spans.sort_by_key(|span| span.from);
        for span in spans.into_iter().filter(|span| span.to > due) {
            if span.from < over {
                over = over.max(span.to + ATTEMPTS_TAKE);
            }
        }
        over
    }

    /// How long after the confirmation that it was dropped a reminder was called.
    fn call_after_forgotten(&self, reminder: &Reminder) -> Option<i64> {
        let tongue = self.people.persons[reminder.person].tongue;
        let confirmed = self
            .texts_about(reminder)
            .into_iter()
            .find(|text| tongue.is(Told::Forgotten, &text.words))?
            .sent_at;
        let late = self.calls_about(reminder).into_iter().map(|call| call.sent_at - confirmed);
        late.filter(|late| *late > CLAIMED).map(|late| late.num_seconds()).max()
    }

    /// Whether news of the answer had come well before the SMS was written.
    fn answer_was_known(&self, reminder: &Reminder) -> bool {
        let tongue = self.people.persons[reminder.person].tongue;
        let told_at = self
            .texts_about(reminder)
            .into_iter()
            .filter(|text| tongue.is(Told::Farewell, &text.words))
            .map(|text| text.sent_at)
            .min();
        let Some(told_at) = told_at else { return false };
        self.calls_about(reminder).into_iter().filter_map(|call| call.taken_as.as_deref()).any(
            |id| {
                ["VOICE_ANSWERED", "VOICE_COMPLETED"].iter().any(|event| {
                    let key = (id.to_owned(), (*event).to_owned());
                    let news = self.record.told.get(&key);
                    // Between news and decision lie a queue, a batch and, at worst, a second delivery, or an outage.
                    news.is_some_and(|at| {
                        *at + TimeDelta::hours(1) < told_at && !self.is_excused(*at, told_at)
                    })
                })
            },
        )
    }

    /// What the answer says is what was meant.
    fn said_is_done(&mut self, reminder: &Reminder) {
        let Some(answer) = self.acceptance(reminder) else { return };
        let Person { zones, tongue, .. } = &self.people.persons[reminder.person];
        if !reminder.series.is_empty() {
            return self.series_is_said(reminder, &answer.words.clone());
        }
        let said = reminder.dues.iter().any(|due| {
            zones.iter().any(|(_, zone)| match tongue {
                Tongue::English => {
                    as_said(wall(*zone, *due)).iter().any(|said| answer.words.starts_with(said))
                }
                tongue => tongue.says_time(&answer.words, wall(*zone, *due)),
            })
        });
        if !said {
            let what = format!(
                "{} was meant for {:?}, but told: {}",
                reminder.word, reminder.dues, answer.words
            );
            self.breaks(Promise::SaidIsDone, what);
        }
    }

    /// The answer to a series says its time of day.
    fn series_is_said(&mut self, reminder: &Reminder, answer: &str) {
        let said = |wall: &chrono::NaiveDateTime| answer.contains(&clock(*wall));
        if !answer.starts_with("OK, every day") || !reminder.walls.iter().any(said) {
            let what = format!(
                "{} was meant every day as {:?}, but told: {answer}",
                reminder.word, reminder.walls
            );
            self.breaks(Promise::SaidIsDone, what);
        }
    }

    /// Nothing is texted to whoever has opted out, but for the one confirmation.
    fn silence(&mut self) {
        let broken: Vec<String> = self
            .record
            .texts
            .iter()
            .filter(|text| !Tongue::any(Told::Stopped, &text.words))
            .filter_map(|text| {
                let stop = self.record.opted_out_throughout(
                    &text.phone,
                    text.sent_at - CLAIMED,
                    text.sent_at,
                )?;
                Some(format!(
                    "{} was texted {} s after its STOP had been written: {}",
                    text.phone,
                    (text.sent_at - stop.committed_at).num_seconds(),
                    text.words
                ))
            })
            .collect();
        for what in broken {
            self.breaks(Promise::OptOut, what);
        }
    }

    /// A text that makes sense is answered, or it is known why not.
    fn is_answered(&mut self, text: &Text) {
        let Kind::Remind(which) = text.kind else { return };
        let reminder = &self.people.reminders[which];
        if !self.texts_about(reminder).is_empty() || !self.calls_about(reminder).is_empty() {
            return;
        }
        let phone = &self.people.persons[text.person].phone;
        // Unread while its sender was opted out; and the order of two texts is that of their sending.
        let stopped = !self.was_in(text.person, text.at)
            && self.record.stops.iter().any(|stop| {
                stop.phone == *phone && stop.until.is_none_or(|until| until >= text.at)
            });
        // Nobody wants an answer that is an hour old.
        let slow = self.is_excused(text.at, text.at + REPLY_MAX_AGE);
        let buried = self.is_dead_letter(&text.id);
        let charged = self.entry(&format!("sms#{}", text.id)).is_some();
        if !stopped && !slow && !buried && !charged {
            let what = format!(
                "the text {} of {phone} about {} was never answered",
                text.id, reminder.word
            );
            self.breaks(Promise::Conservation, what);
        }
    }

    /// A text is set aside only after hours of trying, or where it kills whoever takes it.
    fn is_buried_early(&self, text: &Text) -> Option<String> {
        let lasts = self.is_excused(text.at, text.at + REPLY_MAX_AGE);
        let early =
            !lasts && !self.world.dials.has(Fault::PoisonMessage) && self.is_dead_letter(&text.id);
        early.then(|| format!("the text {} was set aside, with nothing in its way", text.id))
    }

    /// Whether an operator finds the text among the dead letters.
    pub(super) fn is_dead_letter(&self, text: &str) -> bool {
        self.buried.iter().any(|body| body.contains(text))
    }
}

/// A wall time as answers may begin with it: the year is said where it is not this one.
fn as_said(wall: chrono::NaiveDateTime) -> [String; 2] {
    ["%a %-d %b", "%a %-d %b %Y"].map(|date| format!("OK, {} {}", wall.format(date), clock(wall)))
}

/// A time of day as answers say it.
pub(super) fn clock(wall: chrono::NaiveDateTime) -> String {
    use chrono::Timelike as _;
    let clock = match (wall.minute(), wall.second()) {
        (0, 0) => "%-I%P",
        (_, 0) => "%-I:%M%P",
        _ => "%-I:%M:%S%P",
    };
    wall.format(clock).to_string()
}
