//! The people: they text what they mean in their own wall time, read what comes back, and answer the phone or do not.
//!
//! What a text means is decided here first and then written down in words; the product's reading is never asked.
//!
//! # Layout
//! - [`People`]: what they know of the world, and when they do something
//! - `population`: who they are
//! - `texting`: what they text

mod population;
mod texting;

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_local::carrier;
use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;

pub use self::population::country;
use crate::dice::Dice;
use crate::tongue::{Told, Tongue};
use crate::world::World;

/// What a flood is about: by it its calls are known.
pub const FLOOD_WORD: &str = "qfloodu";

/// What a robot answers to everything, unless it sends back what it gets.
const ROBOT_SAYS: &str = "Thank you for contacting Smith and Sons. Your message matters to us.";

/// A robot says no more than this, whatever comes.
const ROBOT_TEXTS: usize = 200;

/// What a text was meant to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A reminder, by its place among all reminders.
    Remind(usize),
    /// What is open?
    List,
    /// What can be texted?
    Help,
    /// Nothing more.
    Stop,
    /// On again.
    Start,
    /// A reminder is dropped.
    Forget(usize),
    /// Two of them in one text.
    ForgetTwo,
    /// All reminders are to be dropped.
    ForgetAll,
    /// That is meant.
    Yes,
    /// The same, long after the question.
    LateYes,
    /// A reminder gets another time.
    Change(usize),
    /// A reminder that was answered is to call again later.
    Snooze(usize),
    /// The next one of a series is left out.
    Skip(usize),
    /// What became of a reminder?
    Why(usize),
    /// What was charged?
    Bill,
    /// Another zone.
    Zone,
    /// A series that rings more often than a phone may be called.
    TooOften,
    /// Nothing.
    Nonsense,
    /// One of a flood.
    Flood,
    /// A robot's answer to one of ours.
    Robot,
}

/// A text as it was sent.
#[derive(Debug, Clone)]
pub struct Text {
    /// The carrier's id.
    pub id: String,
    /// From whom, by their place among the people.
    pub person: usize,
    /// What was meant.
    pub kind: Kind,
    /// When.
    pub at: DateTime<Utc>,
}

/// A reminder as somebody meant it.
#[derive(Debug, Clone)]
pub struct Reminder {
    /// Whose.
    pub person: usize,
    /// A word that occurs nowhere else: by it the calls and SMS about this reminder are known.
    pub word: String,
    /// When it was texted.
    pub texted_at: DateTime<Utc>,
    /// The wall times that were meant, one after the other; none where an amount of time was.
    pub walls: Vec<NaiveDateTime>,
    /// The instants at which it may be due: more than one while a change of zone is on its way.
    pub dues: Vec<DateTime<Utc>>,
    /// Its number, once the answer has been read.
    pub number: Option<u32>,
    /// When it was dropped by text.
    pub dropped_at: Option<DateTime<Utc>>,
    /// The instants of a series, each of which is to ring; none of a reminder that rings once.
    pub series: Vec<DateTime<Utc>>,
    /// When it was given another time, and the instants that this means.
    pub changed: Option<(DateTime<Utc>, Vec<DateTime<Utc>>)>,
    /// The words that stand behind its own: from its beginning, or since it was changed.
    pub tail: &'static str,
    /// When it was changed to have them.
    pub tail_since: Option<DateTime<Utc>>,
    /// How often it was changed.
    pub changes: usize,
    /// The instants to which it was put off after a call.
    pub snoozed: Vec<DateTime<Utc>>,
    /// The instant of the series that was left out.
    pub skipped: Option<DateTime<Utc>>,
}

impl Reminder {
    fn new(
        person: usize,
        word: String,
        texted_at: DateTime<Utc>,
        wall: Option<NaiveDateTime>,
        dues: Vec<DateTime<Utc>>,
    ) -> Self {
        Self {
            person,
            word,
            texted_at,
            walls: wall.into_iter().collect(),
            dues,
            number: None,
            dropped_at: None,
            series: Vec::new(),
            changed: None,
            tail: "",
            tail_since: None,
            changes: 0,
            snoozed: Vec::new(),
            skipped: None,
        }
    }

    /// How often it is to come to an end.
    #[must_use]
    pub fn times(&self) -> usize {
        self.series.len().max(1) + self.snoozed.len()
    }
}

/// What somebody means to text later.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Intent {
    /// Put off what was just answered.
    Snooze(usize),
    /// Drop all, having been asked.
    Yes(usize),
    /// Set one more between a question and its answer.
    Remind(usize),
    /// Give what was just changed yet another time.
    Correct(usize),
    /// Drop what rings, by its call.
    Forget(String),
    /// Answer an SMS as a robot does, by its place among all that were asked for.
    Robot(usize, usize),
}

/// What somebody does when the phone rings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reaction {
    Answer,
    Decline,
    Voicemail,
}

/// Somebody.
#[derive(Debug, Clone)]
pub struct Person {
    /// The number.
    pub phone: String,
    /// The zones that were meant, with when they were first.
    pub zones: Vec<(DateTime<Utc>, Tz)>,
    day_first: bool,
    /// Zones that may still hold: none has been told since they were left. A change that comes after a STOP is not read.
    left: Vec<Tz>,
    /// How likely the phone is picked up.
    picks_up: f64,
    /// What decides on each ring: a stream of their own, so that nobody else's rings change it.
    moods: Dice,
    /// When the next texts are sent.
    plan: Vec<DateTime<Utc>>,
    /// When START follows STOP.
    back_at: Option<DateTime<Utc>>,
    /// Whether the zone has to be said before anything else.
    says_zone: bool,
    /// The reminder that was set or changed last, which a NO is about.
    last_set: Option<usize>,
    /// When FORGET ALL was sent last.
    asked_all_at: Option<DateTime<Utc>>,
    floods: bool,
    /// The language.
    pub tongue: Tongue,
    /// A robot; whether it sends back what it gets.
    pub robot: Option<bool>,
    /// Whether another texts with this number.
    forged: bool,
}

/// Everybody.
pub struct People {
    /// The people; those of a rush come last.
    pub persons: Vec<Person>,
    /// All texts, in the order in which they were sent.
    pub texts: Vec<Text>,
    /// All reminders, in the order in which they were texted.
    pub reminders: Vec<Reminder>,
    dice: Dice,
    reactions: BTreeMap<(DateTime<Utc>, u64), (String, Reaction)>,
    intents: BTreeMap<(DateTime<Utc>, u64), Intent>,
    /// How many of the SMS that the carrier took have been read.
    read: usize,
    rings: u64,
}

impl People {
    /// When somebody does something next.
    #[must_use]
    pub fn next_at(&self) -> Option<DateTime<Utc>> {
        let plans =
            self.persons.iter().flat_map(|person| [person.plan.last().copied(), person.back_at]);
        let reaction = self.reactions.keys().next().map(|(at, _)| *at);
        let intent = self.intents.keys().next().map(|(at, _)| *at);
        plans.flatten().chain(reaction).chain(intent).min()
    }

    /// Since when somebody wants to hear no more at that moment, by what they have texted.
    #[must_use]
    pub fn out_since(&self, person: usize, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let mut since = None;
        for text in self.texts.iter().filter(|text| text.person == person && text.at < at) {
            match text.kind {
                Kind::Stop => since = since.or(Some(text.at)),
                Kind::Start => since = None,
                _ => {}
            }
        }
        since
    }

    /// When the last reminder may be due: a change of zone can put it past the end of the day.
    #[must_use]
    pub fn last_due(&self) -> Option<DateTime<Utc>> {
        self.reminders.iter().flat_map(|reminder| &reminder.dues).max().copied()
    }

    /// Phones ring: whoever holds them makes up their mind.
    pub fn ring(&mut self, world: &World, ringing: Vec<(String, String)>, now: DateTime<Utc>) {
        for (call, phone) in ringing {
            let Some(person) = self.persons.iter_mut().find(|person| person.phone == phone) else {
                continue;
            };
            let mood = person.moods.chance(person.picks_up);
            let other = person.moods.between(0, 9);
            let after = person.moods.milliseconds(1_500, 25_000);
            let reaction = match (mood, other) {
                (true, _) => Reaction::Answer,
                (false, 0..=2) => Reaction::Decline,
                (false, 3..=4) => Reaction::Voicemail,
                (false, 5..=6) => {
                    // Whoever does not pick up may drop it while it rings.
                    self.rings += 1;
                    self.intents.insert((now + after, self.rings), Intent::Forget(call));
                    continue;
                }
                (false, _) => continue,
            };
            self.rings += 1;
            self.reactions.insert((now + after, self.rings), (call, reaction));
            world.stir_always();
        }
    }

    /// Everybody does what they do now.
    pub fn act(&mut self, world: &Arc<World>, now: DateTime<Utc>) {
        self.read_answers(world, now);
        while let Some(entry) = self.reactions.first_entry().filter(|entry| entry.key().0 <= now) {
            let (call, reaction) = entry.remove();
            let done = world.aws(|aws| {
                aws.with(now, |ctx| match reaction {
                    Reaction::Answer => Ok(carrier::answer(ctx, &call)?),
                    Reaction::Decline => Ok(carrier::decline(ctx, &call)?),
                    Reaction::Voicemail => Ok(carrier::voicemail(ctx, &call)?),
                })
            });
            world.record(|record| {
                record.line(now, &format!("{reaction:?} {call} {}", done.is_ok()));
            });
            if done.is_ok() && reaction == Reaction::Answer {
                self.may_snooze(world, &call, now);
            }
        }
        while let Some(entry) = self.intents.first_entry().filter(|entry| entry.key().0 <= now) {
            match entry.remove() {
                Intent::Snooze(which) => self.snooze(world, which, now),
                Intent::Yes(index) => self.confirm(world, index, now),
                Intent::Remind(index) => self.remind_meanwhile(world, index, now),
                Intent::Correct(which) => self.correct(world, which, now),
                Intent::Forget(call) => self.forget_ringing(world, &call, now),
                Intent::Robot(index, sms) => self.answer_as_robot(world, index, sms, now),
            }
        }
        for index in 0..self.persons.len() {
            if self.persons[index].back_at.is_some_and(|at| at <= now) {
                self.persons[index].back_at = None;
                self.send(world, index, Kind::Start, "START", now);
            }
            while self.persons[index].plan.last().is_some_and(|at| *at <= now) {
                self.persons[index].plan.pop();
                self.text_something(world, index, now);
            }
        }
    }

    /// Reads the SMS that have come: the number of a reminder stands in its answer.
    fn read_answers(&mut self, world: &World, now: DateTime<Utc>) {
        let fresh: Vec<(usize, String, String)> = world.record(|record| {
            let fresh = record.delivered[self.read..].iter();
            let sms = |index: &usize| {
                let ask = &record.texts[*index];
                (*index, ask.phone.clone(), ask.words.clone())
            };
            let fresh = fresh.map(sms).collect();
            self.read = record.delivered.len();
            fresh
        });
        for (sms, phone, words) in &fresh {
            let robot = |person: &Person| person.robot.is_some() && person.phone == *phone;
            if let Some(index) = self.persons.iter().position(robot) {
                let after = self.persons[index].moods.milliseconds(1_000, 5_000);
                self.rings += 1;
                self.intents.insert((now + after, self.rings), Intent::Robot(index, *sms));
                world.stir_always();
            }
            if words.starts_with("Your times are") {
                let of_person = self.persons.iter_mut().find(|person| person.phone == *phone);
                of_person.into_iter().for_each(|person| person.left.clear());
            }
            let about = |reminder: &&mut Reminder| words.contains(&reminder.word);
            let Some(reminder) = self.reminders.iter_mut().rev().find(about) else { continue };
            let tongue = self.persons[reminder.person].tongue;
            if tongue.is(Told::Accepted, words) {
                reminder.number = tongue.number(words);
            }
        }
    }

    /// Sends an SMS back, or says the same as always.
    fn answer_as_robot(
        &mut self,
        world: &Arc<World>,
        index: usize,
        sms: usize,
        now: DateTime<Utc>,
    ) {
        if self.texts.iter().filter(|text| text.person == index).count() >= ROBOT_TEXTS {
            return;
        }
        let words = match self.persons[index].robot {
            Some(true) => world.record(|record| record.texts[sms].words.clone()),
            _ => ROBOT_SAYS.to_owned(),
        };
        self.send(world, index, Kind::Robot, &words, now);
    }

    /// The reminder that a call is about.
    fn called_about(&self, world: &World, call: &str) -> Option<usize> {
        let words = world.record(|record| {
            let call = record.twins.get(call).map_or(call, String::as_str);
            let call = record.calls.iter().find(|ask| ask.taken_as.as_deref() == Some(call));
            call.map(|call| call.words.clone())
        })?;
        self.reminders.iter().rposition(|reminder| words.contains(&reminder.word))
    }

    /// Whoever answered may want to be called again in a while.
    fn may_snooze(&mut self, world: &World, call: &str, now: DateTime<Utc>) {
        let Some(which) = self.called_about(world, call) else { return };
        // Of their own stream: what somebody else is called for changes nothing.
        let moods = &mut self.persons[self.reminders[which].person].moods;
        let (wants, after) = (moods.chance(0.15), moods.milliseconds(15_000, 120_000));
        if !wants {
            return;
        }
        self.rings += 1;
        self.intents.insert((now + after, self.rings), Intent::Snooze(which));
    }

    fn send(
        &mut self,
        world: &Arc<World>,
        index: usize,
        kind: Kind,
        words: &str,
        now: DateTime<Utc>,
    ) {
        let phone = self.persons[index].phone.clone();
        let sent = world.aws(|aws| aws.with(now, |ctx| carrier::text(ctx, &phone, words)));
        let Ok(id) = sent else { return };
        world.record(|record| record.line(now, &format!("text {id} {kind:?} {words}")));
        self.texts.push(Text { id, person: index, kind, at: now });
        world.stir_always();
    }
}
