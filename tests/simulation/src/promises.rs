//! The promises, checked: from the carrier's side of every request, from what people meant, and from the ledger.
//!
//! # Layout
//! - [`Judge`]: looks after every step at what is new, and at the end at everything
//! - `calls`: bounded-rings, on-time, opt-out
//! - `ends`: conservation, liveness, said-is-done
//! - `credits`: credited-once
//! - `finance`: the export, and what the product's own reconciliation says
//! - `manners`: the quiet night, and strangers: parts of on-time and bounded-rings
//! - `money`: the four promises about charges
//! - `silence`: opt-out, by what people texted
//! - `story`: traceable
//! - `truth`: what replies, voice and ledger say, held against what happened
//! - `words`: what answers tell: the list, the bill, the prices
//!
//! The product's rows are read for three things only: the ledger, which is what is judged, whether anything is still
//! open at the end, and since when an SMS was owed that went out in the night.

mod calls;
mod credits;
mod ends;
mod finance;
mod manners;
mod money;
mod silence;
mod story;
mod truth;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_local::carrier::{Book, CallState, book};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use stack::provision;

use crate::fault::Fault;
use crate::people::{FLOOD_WORD, Kind, People, Person, Reminder};
use crate::promise::{Broken, Promise};
use crate::record::{Ask, Record};
use crate::tongue::{Told, Tongue};
use crate::world::World;

// What is promised in time stands here once more: the product's own constants would be judged by themselves.

/// News of a call is waited for so long before the next one to the same phone.
pub(crate) const UNKNOWN_WAIT: TimeDelta = TimeDelta::minutes(5);

/// The carrier is not asked again for so long after it said that the month's money is spent.
const SPEND_PAUSE: TimeDelta = TimeDelta::hours(1);

/// A request is on its way to the carrier, and with a slow network ten times as long.
const ON_ITS_WAY: TimeDelta = TimeDelta::milliseconds(200);

/// Requests to AWS for one reminder, log lines for one, without faults. With faults, [`WITH_FAULTS`] times as many.
const REQUESTS_A_REMINDER: u64 = 40;
/// How many more where others are told of milestones.
const REQUESTS_OF_TELLING: u64 = 16;
const LOG_LINES_A_REMINDER: u64 = 12;
/// What the clock starts looks for open rows and at the ledger whether anybody texts or not: so many requests and lines
/// on a day, and the night after it.
const REQUESTS_A_DAY: u64 = 300;
const LOG_LINES_A_DAY: u64 = 90;
const WITH_FAULTS: u64 = 3;

/// Of its own the carrier throttles so few calls, and one in so many: two requests do not travel equally fast.
const THROTTLED_MIN: usize = 5;
const THROTTLED_OF: usize = 20;

/// A ring, or the SMS in its place, so soon after a reminder was due belongs to that time, whatever the hour; later than
/// that nothing rings.
const ASKED_FOR: TimeDelta = TimeDelta::hours(1);

/// From one of the carrier's places to the next.
const PLACE_MS: i64 = 1_200;

/// SMS to a robot in an hour: three answers that it was not understood, and what its one reminder brings.
const TEXTS_TO_A_ROBOT: usize = 6;
/// How many more where an hour's answers are late and come with those of the next.
const TEXTS_HELD_UP: usize = 3;

/// How often one sender is told to text no faster: in as many minutes as the slowest flood takes, and two more.
const SLOWED_MAX: usize = 6;

/// All reminders of a flood are open for so long after its first text.
const FLOOD_IS_OPEN: TimeDelta = TimeDelta::minutes(19);

/// One person may have so many reminders open.
const OPEN_MAX: usize = 50;

/// How the life of a reminder begins: as it is seen on the wire.
const ACCEPTED: &str = "new > accepted";

/// After a restore what waited is done within this time.
const AFTER_A_RESTORE: TimeDelta = TimeDelta::minutes(15);

/// Fewer reminders than this say nothing about how many ring.
const REMINDERS_MIN: usize = 8;

/// Keeps what was found so far.
#[derive(Default)]
pub struct Judge {
    /// What was found.
    pub broken: Vec<Broken>,
    calls_seen: usize,
}

/// What can be said of one run in numbers.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    /// Reminders that were accepted.
    pub reminders: u64,
    /// What was lived through: each time that was accepted of each reminder, of a series and of a flood too.
    pub lives: u64,
    /// Those of the reminders that rang.
    pub rang: u64,
    /// How late each one's first ring was asked for, in milliseconds.
    pub lateness_ms: Vec<i64>,
    /// The same, of those people who are there with and without a flood and who did not wait for themselves, less the
    /// places that the others of them had before.
    pub lateness_of_residents_ms: Vec<i64>,
    /// Calls that the carrier took on.
    pub calls: u64,
    /// Requests to AWS.
    pub requests: u64,
    /// Lines that the product logged.
    pub log_lines: u64,
}

/// Everything at the end of a run.
pub(crate) struct Case<'a> {
    pub(crate) world: &'a Arc<World>,
    pub(crate) people: &'a People,
    pub(crate) record: &'a Record,
    pub(crate) book: Book,
    /// The rows of reminders, as they are written out.
    pub(crate) rows: Vec<String>,
    pub(crate) ledger: Vec<Value>,
    /// The SMS in a call's place of which the product itself says that it could not send them.
    pub(crate) untold: Vec<Value>,
    /// What stands among the dead letters of texts.
    pub(crate) buried: Vec<String>,
    pub(crate) now: DateTime<Utc>,
    pub(crate) broken: Vec<Broken>,
}

impl Judge {
    /// Looks at what has happened since the last look.
    pub fn look(&mut self, world: &World, people: &People, now: DateTime<Utc>) {
        let fresh = world.record(|record| {
            // A request that is on its way is looked at when it has come to its end.
            let settled = record.calls[self.calls_seen..].iter().take_while(|ask| {
                ask.heard_at.is_some() || now - ask.sent_at > TimeDelta::seconds(20)
            });
            let fresh = settled.count();
            let from = self.calls_seen;
            self.calls_seen += fresh;
            (from..self.calls_seen)
                .flat_map(|index| calls::of_one(record, index, world, people))
                .collect::<Vec<_>>()
        });
        self.note(fresh.into_iter().map(|(promise, what)| Broken { promise, at: now, what }));
    }

    fn note(&mut self, found: impl IntoIterator<Item = Broken>) {
        // One of a kind says it; thousands hide it.
        for broken in found {
            if !self.broken.iter().any(|known| known.promise == broken.promise) {
                self.broken.push(broken);
            }
        }
    }

    /// Looks at everything, at the end.
    pub async fn conclude(
        &mut self,
        world: &Arc<World>,
        people: &People,
        at_rest: bool,
    ) -> Figures {
        let now = world.now();
        self.look(world, people, now + TimeDelta::hours(1));
        let record = world.record(std::mem::take);
        let empty = || Book { texts: Vec::new(), calls: Vec::new(), events: Vec::new() };
        let rows = world.row_texts(provision::REMINDERS_TABLE);
        let mut case = Case {
            world,
            people,
            record: &record,
            book: world.aws(|aws| aws.with(now, book)).unwrap_or_else(|_| empty()),
            ledger: world.rows(provision::BILLING_TABLE),
            untold: untold(&rows),
            rows,
            buried: world.dead_letters(provision::queue::INBOUND_SMS),
            now,
            broken: Vec::new(),
        };
        case.ends(at_rest);
        case.money();
        case.credited_once();
        case.truth();
        case.manners();
        case.stops_hold();
        case.words();
        case.stories().await;
        case.finance().await;
        let figures = case.figures();
        case.bounded_work(&figures);
        case.loops_end();
        case.floods_end();
        case.slowed();
        case.most_ring();
        let found = std::mem::take(&mut case.broken);
        drop(case);
        self.note(found);
        world.record(|kept| *kept = record);
        figures
    }
}

impl Case<'_> {
    pub(crate) fn breaks(&mut self, promise: Promise, what: impl Into<String>) {
        self.broken.push(Broken { promise, at: self.now, what: what.into() });
    }

    /// The calls that the carrier took on for a reminder, in order.
    pub(crate) fn calls_about(&self, reminder: &Reminder) -> Vec<&Ask> {
        let about = |ask: &&Ask| ask.taken_as.is_some() && self.is_about(ask, reminder);
        self.record.calls.iter().filter(about).collect()
    }

    /// The SMS that were asked for about a reminder, taken or not.
    pub(crate) fn texts_about(&self, reminder: &Reminder) -> Vec<&Ask> {
        self.record.texts.iter().filter(|ask| self.is_about(ask, reminder)).collect()
    }

    /// Whether a call may have had to wait until another one to the same phone was over.
    fn waited_for_another(&self, call: &Ask) -> bool {
        self.record.calls.iter().any(|ask| {
            let before = call.sent_at - ask.sent_at;
            ask.phone == call.phone
                && ask.occurrence() != call.occurrence()
                && before >= TimeDelta::zero()
                && before < UNKNOWN_WAIT
        })
    }

    /// Whether something lasted between two moments that keeps calls from being made. Of the month's money the product
    /// does not ask again for a while.
    pub(crate) fn is_excused(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> bool {
        let pause = |fault| match fault {
            Fault::CarrierSpendLimit => SPEND_PAUSE,
            _ => TimeDelta::zero(),
        };
        let stood_still = self.record.restored.is_some_and(|it| {
            let over_at = it.over_at.map(|at| at + AFTER_A_RESTORE);
            it.moment < to && over_at.is_none_or(|over_at| from < over_at)
        });
        let mut spans = self.world.dials.spans.iter();
        stood_still || spans.any(|span| span.from < to && from < span.to + pause(span.fault))
    }

    /// Whether a request to the carrier is about a reminder.
    pub(crate) fn is_about(&self, ask: &Ask, reminder: &Reminder) -> bool {
        let phone = &self.people.persons[reminder.person].phone;
        ask.phone == *phone && ask.words.contains(&reminder.word)
    }

    /// The answer that accepted a reminder, if one was asked for.
    pub(crate) fn acceptance(&self, reminder: &Reminder) -> Option<&Ask> {
        let tongue = self.people.persons[reminder.person].tongue;
        self.texts_about(reminder).into_iter().find(|ask| tongue.is(Told::Accepted, &ask.words))
    }

    /// Whether somebody, or the voicemail, picked up.
    pub(crate) fn answered(&self, call: &str) -> bool {
        let picked_up = |state| matches!(state, CallState::Answered | CallState::Voicemail);
        let twins = &self.record.twins;
        let is_it = |id: &String| id == call || twins.get(id).is_some_and(|first| first == call);
        self.book.calls.iter().any(|row| is_it(&row.id) && picked_up(row.state))
    }

    fn figures(&self) -> Figures {
        let mut figures = Figures {
            lives: self.record.transitions.get(ACCEPTED).copied().unwrap_or_default(),
            requests: self.record.requests,
            log_lines: self.record.log_lines,
            calls: self.record.calls.iter().filter(|ask| ask.taken_as.is_some()).count() as u64,
            ..Figures::default()
        };
        for reminder in &self.people.reminders {
            if self.acceptance(reminder).is_none() {
                continue;
            }
            figures.reminders += 1;
            let calls = self.calls_about(reminder);
            let Some(first) = calls.first() else { continue };
            figures.rang += 1;
            let lateness =
                reminder.dues.iter().map(|due| (first.sent_at - *due).num_milliseconds());
            let Some(lateness) = lateness.min_by_key(|ms| ms.abs()) else { continue };
            figures.lateness_ms.push(lateness);
            if reminder.person < self.world.settings.users && !self.waited_for_another(first) {
                let others = self.places_of_residents(first, lateness);
                figures.lateness_of_residents_ms.push((lateness - others * PLACE_MS).max(0));
            }
        }
        figures
    }

    /// How many other residents were called while a call waited that came so late.
    fn places_of_residents(&self, call: &Ask, lateness_ms: i64) -> i64 {
        let since = call.sent_at - TimeDelta::milliseconds(lateness_ms + PLACE_MS);
        let residents = &self.people.persons[..self.world.settings.users];
        let before = self.record.calls.iter().filter(|ask| {
            let waited_for = ask.taken_as.is_some() && ask.sent_at > since;
            waited_for && ask.sent_at < call.sent_at && ask.phone != call.phone
        });
        let is_resident = |ask: &&Ask| residents.iter().any(|person| person.phone == ask.phone);
        before.filter(is_resident).count() as i64
    }

    /// A robot that answers each of our SMS is soon answered no more.
    fn loops_end(&mut self) {
        let robots = self.people.persons.iter().filter(|person| person.robot.is_some());
        let told = |robot: &Person| -> Vec<DateTime<Utc>> {
            let texts = self.record.texts.iter().filter(|ask| ask.taken_as.is_some());
            let texts = texts.filter(|ask| ask.phone == robot.phone);
            texts.map(|ask| ask.sent_at).collect()
        };
        let held_up = if self.world.dials.is_calm() { 0 } else { TEXTS_HELD_UP };
        let talkative = robots.map(told).find_map(|told| {
            let hour = |from: &DateTime<Utc>| {
                told.iter().filter(|at| **at >= *from && **at - *from < TimeDelta::hours(1)).count()
            };
            told.iter().map(hour).max().filter(|most| *most > TEXTS_TO_A_ROBOT + held_up)
        });
        if let Some(most) = talkative {
            self.breaks(Promise::BoundedWork, format!("a robot got {most} SMS within an hour"));
        }
    }

    /// Whoever texts too fast is told so once a minute, and a flood takes few.
    fn slowed(&mut self) {
        let told = self.record.texts.iter().filter(|ask| ask.taken_as.is_some());
        let told = told.filter(|ask| Tongue::any(Told::SlowDown, &ask.words));
        let most = counted(told.map(|ask| ask.phone.as_str())).into_values().max();
        if let Some(most) = most.filter(|most| *most > SLOWED_MAX) {
            let what = format!("one sender was told {most} times to slow down");
            self.breaks(Promise::BoundedWork, what);
        }
    }

    /// Of the reminders of a flood, all of which are open until it is over, no more are taken than one person may have.
    fn floods_end(&mut self) {
        let floods = self.people.texts.iter().filter(|text| text.kind == Kind::Flood);
        let floods: BTreeMap<&str, DateTime<Utc>> = floods
            .rev()
            .map(|text| (self.people.persons[text.person].phone.as_str(), text.at))
            .collect();
        let answers = self.record.texts.iter().filter(|ask| {
            // What is answered later may be taken when the first of them are over.
            let begun = floods.get(ask.phone.as_str());
            ask.taken_as.is_some()
                && begun.is_some_and(|at| ask.sent_at - *at < FLOOD_IS_OPEN)
                && Tongue::any(Told::Accepted, &ask.words)
                && ask.words.contains(FLOOD_WORD)
        });
        let most = counted(answers.map(|ask| ask.phone.as_str())).into_values().max();
        if let Some(most) = most.filter(|most| *most > OPEN_MAX && self.record.restored.is_none()) {
            self.breaks(Promise::Fair, format!("{most} reminders of a flood were taken"));
        }
    }

    /// What a reminder costs, on average over the run.
    fn bounded_work(&mut self, figures: &Figures) {
        let (flood, texts): (Vec<_>, Vec<_>) =
            self.people.texts.iter().partition(|text| text.kind == Kind::Flood);
        if texts.len() < REMINDERS_MIN {
            return;
        }
        // Of a flood as many reminders as one person may have are taken, and live.
        let taken = counted(flood.iter().map(|text| text.person)).into_values();
        let taken: usize = taken.map(|texts| texts.min(OPEN_MAX)).sum();
        let lives = (texts.len() + taken) as u64;
        let dropped = (flood.len() - taken) as u64;
        let times = if self.world.dials.is_calm() { 1 } else { WITH_FAULTS };
        // What comes after them is looked at once and dropped: five requests and one line.
        let requests = figures.requests.saturating_sub(dropped * 5 * times);
        let lines = figures.log_lines.saturating_sub(dropped * times);
        // After a restore the texts of hours are taken in once more.
        let times = times + u64::from(self.record.restored.is_some());
        let telling = if self.world.config.policy.tells { REQUESTS_OF_TELLING } else { 0 };
        let days = self.world.settings.length.num_days().unsigned_abs();
        let of_lives = lives * (REQUESTS_A_REMINDER + telling);
        if requests > (of_lives + days * REQUESTS_A_DAY) * times {
            let what = format!("{requests} requests to AWS for {lives} texts");
            self.breaks(Promise::BoundedWork, what);
        }
        // Of itself the carrier throttles what comes faster than it said it takes.
        let calls = self.record.calls.iter();
        let throttled = calls.clone().filter(|ask| ask.is_throttled()).count();
        let calls = calls.count();
        let is_ours = !self.world.dials.has(Fault::CarrierThrottled);
        if is_ours && throttled > THROTTLED_MIN + calls / THROTTLED_OF {
            let what = format!("{throttled} of {calls} calls were asked for faster than they may");
            self.breaks(Promise::BoundedWork, what);
        }
        if lines > (lives * LOG_LINES_A_REMINDER + days * LOG_LINES_A_DAY) * times {
            let what = format!("{lines} lines in the log for {lives} texts");
            self.breaks(Promise::BoundedWork, what);
        }
    }
}

/// Rows of SMS that came to an end without being sent. Where whoever had claimed one died before asking, twice, there
/// is nothing to be seen from outside; it is an end all the same, told to the operator by a metric.
fn untold(rows: &[String]) -> Vec<Value> {
    const FAREWELL: &str = "OUT#gave_up";
    let rows = rows.iter().filter(|row| row.contains(FAREWELL));
    let mut rows: Vec<Value> = rows.filter_map(|row| serde_json::from_str(row).ok()).collect();
    rows.retain(|row| {
        let is_farewell = row["sk"]["S"].as_str().is_some_and(|sk| sk.starts_with(FAREWELL));
        is_farewell && (row["state"]["S"] == "unknown" || row["state"]["M"]["refused"].is_object())
    });
    rows
}

/// Whether a reminder may have got the words of another one, or given its own away.
///
/// Texts that are handed in again after a restore are numbered in the order in which they were sent, and a change
/// names a number that was given in the order in which they had come.
fn may_be_renumbered(record: &Record, people: &People, reminder: &Reminder) -> bool {
    let is_changed = |it: &Reminder| it.person == reminder.person && it.tail_since.is_some();
    record.restored.is_some() && people.reminders.iter().any(is_changed)
}

/// How many there are of each.
pub(crate) fn counted<T: Ord>(all: impl IntoIterator<Item = T>) -> BTreeMap<T, usize> {
    let mut counts = BTreeMap::new();
    for one in all {
        *counts.entry(one).or_default() += 1;
    }
    counts
}
