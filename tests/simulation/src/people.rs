//! The people: they text what they mean in their own wall time, read what comes back, and answer the phone or do not.
//!
//! What a text means is decided here first and then written down in words; the product's reading is never asked.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_local::carrier;
use chrono::{DateTime, Datelike, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;

use crate::calendar::{instants, wall};
use crate::dice::Dice;
use crate::fault::Fault;
use crate::tongue::{Told, Tongue};
use crate::world::World;

/// Texts of one person in a day, but for a flood.
const TEXTS_A_DAY: (i64, i64) = (2, 7);

/// Nobody sets a reminder so near that its text could be late for it.
const AHEAD_MIN: TimeDelta = TimeDelta::seconds(70);

/// The attempts at one reminder take about so long.
const RINGS_FOR: TimeDelta = TimeDelta::minutes(12);

/// Whoever asked for all to be dropped says YES so soon.
const YES_WITHIN: TimeDelta = TimeDelta::seconds(90);

/// The texts of a flood, where it is held beside a world without one and as one fault of many; how fast they come.
const FLOOD_TEXTS: i64 = 400;
const FLOOD_TEXTS_AS_FAULT: i64 = 120;
const FLOOD_EVERY_MS: (i64, i64) = (20, 500);

/// The hours of a day, one after the other, at which whoever forges a number has it called.
const FORGED_HOURS: usize = 3;

/// What a flood is about: by it its calls are known.
pub const FLOOD_WORD: &str = "qfloodu";

/// The new senders of a rush.
const RUSH_SENDERS: i64 = 25;

/// Numbers of several countries: all but the last four digits, the zone, whether the day is written first, whether
/// the number alone tells the zone, and the language.
const COUNTRIES: [(&str, Tz, bool, bool, Tongue); 13] = [
    ("+1206555", Tz::America__Los_Angeles, false, true, Tongue::English),
    ("+1212555", Tz::America__New_York, false, true, Tongue::English),
    ("+44740012", Tz::Europe__London, true, true, Tongue::English),
    ("+91987654", Tz::Asia__Kolkata, true, true, Tongue::English),
    ("+3161234", Tz::Europe__Amsterdam, true, true, Tongue::English),
    ("+3247012", Tz::Europe__Brussels, true, true, Tongue::English),
    ("+39312345", Tz::Europe__Rome, true, true, Tongue::English),
    ("+6141234", Tz::Australia__Sydney, true, false, Tongue::English),
    ("+62812345", Tz::Asia__Jakarta, true, false, Tongue::English),
    ("+491512345", Tz::Europe__Berlin, true, true, Tongue::German),
    ("+3361234", Tz::Europe__Paris, true, true, Tongue::French),
    ("+52551234", Tz::America__Mexico_City, true, true, Tongue::Spanish),
    ("+551198765", Tz::America__Sao_Paulo, true, true, Tongue::Portuguese),
];

/// The country of a number of [`COUNTRIES`].
#[must_use]
pub fn country(phone: &str) -> Option<&'static str> {
    const PREFIXES: [(&str, &str); 12] = [
        ("+1", "US"),
        ("+44", "GB"),
        ("+91", "IN"),
        ("+31", "NL"),
        ("+32", "BE"),
        ("+39", "IT"),
        ("+61", "AU"),
        ("+62", "ID"),
        ("+49", "DE"),
        ("+33", "FR"),
        ("+52", "MX"),
        ("+55", "BR"),
    ];
    PREFIXES.iter().find(|(prefix, _)| phone.starts_with(prefix)).map(|(_, country)| *country)
}

/// Where the last four digits begin: not at those of the service's own number.
const FIRST_DIGITS: usize = 1_000;

/// Cities to move to, as they are texted.
const CITIES: [(&str, Tz); 6] = [
    ("Mumbai", Tz::Asia__Kolkata),
    ("London", Tz::Europe__London),
    ("New York", Tz::America__New_York),
    ("Tokyo", Tz::Asia__Tokyo),
    ("Sydney", Tz::Australia__Sydney),
    ("Berlin", Tz::Europe__Berlin),
];

/// What a robot answers to everything, unless it sends back what it gets.
const ROBOT_SAYS: &str = "Thank you for contacting Smith and Sons. Your message matters to us.";

/// A robot says no more than this, whatever comes.
const ROBOT_TEXTS: usize = 200;

/// What nobody can make sense of.
const NONSENSE: [&str; 6] =
    ["hello there", "what is this", "\u{1f600}\u{1f600}", "call me maybe", "asdf ghjk", "   ?!  "];

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
    /// All reminders are to be dropped.
    ForgetAll,
    /// That is meant.
    Yes,
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
    /// The people of a world.
    #[must_use]
    pub fn new(world: &World) -> Self {
        let settings = &world.settings;
        let mut dice = Dice::new(settings.seed, "people");
        let persons: Vec<Person> =
            (0..settings.users).map(|index| person(index, &mut dice, world.span)).collect();
        let mut people = Self {
            persons,
            texts: Vec::new(),
            reminders: Vec::new(),
            dice,
            reactions: BTreeMap::new(),
            intents: BTreeMap::new(),
            read: 0,
            rings: 0,
        };
        let floods = world.dials.spans.iter().filter(|span| span.fault == Fault::DdosOneSender);
        let mut floods: Vec<(DateTime<Utc>, i64)> =
            floods.map(|span| (span.from, FLOOD_TEXTS_AS_FAULT)).collect();
        floods.extend(settings.flood.map(|from| (from, FLOOD_TEXTS)));
        // A stream of their own: with and without a flood, everybody else does the same.
        let mut dice = Dice::new(settings.seed, "floods");
        for (from, texts) in floods {
            people.flood(world, from, texts, &mut dice);
        }
        for span in world.dials.spans.iter().filter(|span| span.fault == Fault::ReplyLoop) {
            people.robot(world, span.from, span.of % 2 == 0, &mut dice);
        }
        for span in world.dials.spans.iter().filter(|span| span.fault == Fault::ForgedSender) {
            people.forger(world, span.from, &mut dice);
        }
        for span in world.dials.spans.iter().filter(|span| span.fault == Fault::DdosManySenders) {
            people.rush(world, span.from, &mut dice);
        }
        people
    }

    fn flood(&mut self, world: &World, from: DateTime<Utc>, texts: i64, dice: &mut Dice) {
        world.happened(Fault::DdosOneSender, world.span.0, "");
        let mut flooder = person(self.persons.len(), dice, world.span);
        let mut at = from;
        flooder.plan = (0..texts)
            .map(|_| {
                at += dice.milliseconds(FLOOD_EVERY_MS.0, FLOOD_EVERY_MS.1);
                at
            })
            .collect();
        // The next one is the last of a plan.
        flooder.plan.reverse();
        flooder.floods = true;
        flooder.says_zone = false;
        self.persons.push(flooder);
    }

    fn rush(&mut self, world: &World, from: DateTime<Utc>, dice: &mut Dice) {
        world.happened(Fault::DdosManySenders, world.span.0, "");
        for _ in 0..RUSH_SENDERS {
            let mut newcomer = person(self.persons.len(), dice, world.span);
            newcomer.plan = vec![from + dice.milliseconds(0, 10_000)];
            newcomer.says_zone = false;
            self.persons.push(newcomer);
        }
    }

    fn robot(&mut self, world: &World, from: DateTime<Utc>, echoes: bool, dice: &mut Dice) {
        world.happened(Fault::ReplyLoop, world.span.0, "");
        let mut robot = person(self.persons.len(), dice, world.span);
        robot.plan = vec![from];
        robot.says_zone = false;
        robot.robot = Some(echoes);
        self.persons.push(robot);
    }

    /// The number of somebody who knows nothing of it and does not pick up, in the hands of another.
    fn forger(&mut self, world: &World, from: DateTime<Utc>, dice: &mut Dice) {
        world.happened(Fault::ForgedSender, world.span.0, "");
        let mut forger = person(self.persons.len(), dice, world.span);
        // A number that tells its zone: to say one would be a second text.
        while forger.says_zone {
            forger = person(self.persons.len(), dice, world.span);
        }
        forger.tongue = Tongue::English;
        forger.plan = vec![from];
        forger.picks_up = 0.0;
        forger.forged = true;
        self.persons.push(forger);
    }

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

    /// One text, of chances of its own: what somebody can text depends on which answers have come, and what everybody
    /// else does must not depend on that.
    fn text_something(&mut self, world: &Arc<World>, index: usize, now: DateTime<Utc>) {
        let of_text = Dice::new(self.dice.bits(), "text");
        let of_all = std::mem::replace(&mut self.dice, of_text);
        self.text_by_chance(world, index, now);
        self.dice = of_all;
    }

    fn text_by_chance(&mut self, world: &Arc<World>, index: usize, now: DateTime<Utc>) {
        if self.persons[index].floods {
            let words = format!("in 20 minutes {FLOOD_WORD}");
            return self.send(world, index, Kind::Flood, &words, now);
        }
        if self.persons[index].says_zone {
            self.persons[index].says_zone = false;
            let zone = self.persons[index].zones[0].1;
            let city = zone.name().rsplit('/').next().unwrap_or_default().replace('_', " ");
            return self.send(world, index, Kind::Zone, &format!("ZONE {city}"), now);
        }
        if self.persons[index].robot.is_some() {
            return self.remind(world, index, now);
        }
        if self.persons[index].forged {
            return self.remind_hourly(world, index, now);
        }
        let silent = self.persons[index].back_at.is_some();
        if self.persons[index].tongue != Tongue::English && !silent {
            return self.foreign_text_by_chance(world, index, now);
        }
        match self.dice.between(0, 99) {
            _ if silent => {}
            0..=49 => self.remind(world, index, now),
            50..=55 => self.remind_daily(world, index, now),
            56..=61 => self.change(world, index, now),
            62..=63 => self.skip(world, index, now),
            64..=65 => self.ask_why(world, index, now),
            66..=67 => self.send(world, index, Kind::Bill, "BILL", now),
            68..=70 => self.send(world, index, Kind::List, "LIST", now),
            71..=72 => self.send(world, index, Kind::Help, "help", now),
            73..=80 => self.forget(world, index, now),
            81..=82 => self.forget_all(world, index, now),
            83..=87 => {
                let words = self.dice.pick(&NONSENSE).copied().unwrap_or_default();
                self.send(world, index, Kind::Nonsense, words, now);
            }
            88..=92 => self.move_away(world, index, now),
            _ => {
                let words = *self.dice.pick(&["STOP", "Stop!", "unsubscribe"]).unwrap_or(&"STOP");
                self.stop(world, index, words, now);
            }
        }
    }

    /// Nothing more, for a while or for ever.
    fn stop(&mut self, world: &Arc<World>, index: usize, words: &str, now: DateTime<Utc>) {
        self.send(world, index, Kind::Stop, words, now);
        if self.dice.chance(0.7) {
            let after = self.dice.milliseconds(600_000, 10_000_000);
            self.persons[index].back_at = Some(now + after).filter(|at| *at < world.span.1);
        }
    }

    /// Somebody who knows the words of another language, and those that every phone knows.
    fn foreign_text_by_chance(&mut self, world: &Arc<World>, index: usize, now: DateTime<Utc>) {
        match self.dice.between(0, 99) {
            0..=64 => self.remind(world, index, now),
            65..=79 => self.forget(world, index, now),
            80..=85 => self.send(world, index, Kind::Help, "HELP", now),
            86..=91 => self.send(world, index, Kind::Nonsense, "q?", now),
            _ => self.stop(world, index, "STOP", now),
        }
    }

    fn remind(&mut self, world: &Arc<World>, index: usize, now: DateTime<Utc>) {
        let word = self.new_word();
        let zone = self.persons[index].zones.last().map_or(Tz::UTC, |(_, zone)| *zone);
        let left = (world.span.1 - now).num_seconds() - 120;
        if left < 300 {
            return;
        }
        let tongue = self.persons[index].tongue;
        let (words, meant, dues) = if tongue != Tongue::English {
            if self.dice.chance(0.45) {
                let minutes = self.dice.between(2, (left / 60).clamp(2, 300));
                let due = now + TimeDelta::minutes(minutes);
                (tongue.remind_in(minutes, &word), None, vec![due])
            } else {
                let Some(meant) = self.meant(zone, now, left) else { return };
                (tongue.remind(meant, &word), Some(meant), due_at(zone, meant, now))
            }
        } else if self.dice.chance(0.45) {
            let (words, amount) = self.amount(&word, left);
            (words, None, vec![now + amount])
        } else {
            let day_first = self.persons[index].day_first;
            let Some((words, meant)) = self.wall_time(&word, zone, day_first, now, left) else {
                return;
            };
            (words, Some(meant), due_at(zone, meant, now))
        };
        self.set(world, Reminder::new(index, word, now, meant, dues), &words);
    }

    fn set(&mut self, world: &Arc<World>, mut reminder: Reminder, words: &str) {
        let (index, now) = (reminder.person, reminder.texted_at);
        let walls = reminder.walls.iter();
        let left =
            walls.flat_map(|wall| self.persons[index].left.iter().map(|zone| (*zone, *wall)));
        let maybe: Vec<_> = left.flat_map(|(zone, wall)| due_at(zone, wall, now)).collect();
        reminder.dues.extend(maybe);
        self.reminders.push(reminder);
        let which = self.reminders.len() - 1;
        self.persons[index].last_set = Some(which);
        self.send(world, index, Kind::Remind(which), words, now);
    }

    /// A series of two days.
    fn remind_daily(&mut self, world: &Arc<World>, index: usize, now: DateTime<Utc>) {
        let word = self.new_word();
        let zone = self.persons[index].zones.last().map_or(Tz::UTC, |(_, zone)| *zone);
        let left = (world.span.1 - now).num_seconds() - 120;
        let Some(first) = (left >= 300).then(|| self.meant(zone, now, left)).flatten() else {
            return;
        };
        // Today's, if it is still to come; else it would begin tomorrow.
        if first.date() != wall(zone, now).date() {
            return;
        }
        let clock = first.format("%H:%M");
        let words = format!("every day at {clock} for 2 days about {word}");
        let walls = vec![first, first + TimeDelta::days(1)];
        let dues: Vec<DateTime<Utc>> =
            walls.iter().filter_map(|wall| due_at(zone, *wall, now).first().copied()).collect();
        let mut reminder = Reminder::new(index, word, now, None, dues.clone());
        reminder.series = dues;
        reminder.walls = walls;
        self.set(world, reminder, &words);
    }

    /// A series that rings several times a day.
    fn remind_hourly(&mut self, world: &Arc<World>, index: usize, now: DateTime<Utc>) {
        let word = self.new_word();
        let zone = self.persons[index].zones.last().map_or(Tz::UTC, |(_, zone)| *zone);
        let today = wall(zone, now);
        let hours: Vec<u32> = (today.hour() + 1..24).take(FORGED_HOURS).collect();
        let walls: Vec<NaiveDateTime> =
            hours.iter().filter_map(|hour| today.date().and_hms_opt(*hour, 0, 0)).collect();
        let dues: Vec<DateTime<Utc>> =
            walls.iter().filter_map(|wall| due_at(zone, *wall, now).first().copied()).collect();
        let is_soon = dues.first().is_none_or(|first| *first - now < AHEAD_MIN);
        if is_soon || dues.last().is_none_or(|last| *last > world.span.1) {
            return;
        }
        let clocks: Vec<String> =
            walls.iter().map(|wall| wall.format("%H:%M").to_string()).collect();
        let words = format!("every day at {} for 1 day about {word}", clocks.join(" and "));
        let mut reminder = Reminder::new(index, word, now, None, dues.clone());
        reminder.series = dues;
        reminder.walls = walls;
        self.set(world, reminder, &words);
    }

    /// Reminders of somebody whose number is known and that are still to come, in a while.
    fn to_come(&self, index: usize, now: DateTime<Utc>) -> Vec<usize> {
        let to_come = |reminder: &Reminder| {
            reminder.person == index
                && reminder.number.is_some()
                && reminder.dropped_at.is_none()
                && reminder.snoozed.is_empty()
                && reminder.dues.iter().all(|due| *due > now + AHEAD_MIN)
        };
        (0..self.reminders.len()).filter(|at| to_come(&self.reminders[*at])).collect()
    }

    /// Another time for a reminder that rings once.
    fn change(&mut self, world: &Arc<World>, index: usize, now: DateTime<Utc>) {
        let mut known = self.to_come(index, now);
        known.retain(|at| self.reminders[*at].series.is_empty());
        let zone = self.persons[index].zones.last().map_or(Tz::UTC, |(_, zone)| *zone);
        let left = (world.span.1 - now).num_seconds() - 120;
        let Some(which) = self.dice.pick(&known).copied().filter(|_| left >= 300) else { return };
        let Some(meant) = self.meant(zone, now, left) else { return };
        let corrects = world.dials.is_calm() && self.persons[index].last_set == Some(which);
        self.persons[index].last_set = Some(which);
        let reminder = &mut self.reminders[which];
        let number = reminder.number.unwrap_or_default();
        let dues = due_at(zone, meant, now);
        reminder.walls.push(meant);
        reminder.dues.extend(&dues);
        reminder.changed = Some((now, dues));
        let time = meant.format("%Y-%m-%d %H:%M");
        let words =
            if corrects { format!("No, {time}") } else { format!("CHANGE {number} to {time}") };
        self.send(world, index, Kind::Change(which), &words, now);
        // Two texts at once, which may overtake each other.
        if self.dice.chance(0.1) {
            self.reminders[which].dropped_at = Some(now);
            self.send(world, index, Kind::Forget(which), &format!("FORGET {number}"), now);
        }
    }

    /// The next one of a series is left out.
    fn skip(&mut self, world: &Arc<World>, index: usize, now: DateTime<Utc>) {
        let mut known: Vec<usize> = (0..self.reminders.len()).collect();
        known.retain(|at| {
            let it = &self.reminders[*at];
            let next = it.series.iter().find(|due| **due > now);
            it.person == index
                && it.number.is_some()
                && it.dropped_at.is_none()
                && it.skipped.is_none()
                && next.is_some_and(|due| *due > now + AHEAD_MIN)
                // Not while its calls may still go on.
                && !it.series.iter().any(|due| *due <= now && now - *due < TimeDelta::hours(1))
        });
        let Some(which) = self.dice.pick(&known).copied() else { return };
        let reminder = &mut self.reminders[which];
        reminder.skipped = reminder.series.iter().find(|due| **due > now).copied();
        let number = reminder.number.unwrap_or_default();
        self.send(world, index, Kind::Skip(which), &format!("SKIP {number}"), now);
    }

    fn ask_why(&mut self, world: &Arc<World>, index: usize, now: DateTime<Utc>) {
        let known: Vec<usize> = (0..self.reminders.len())
            .filter(|at| {
                self.reminders[*at].person == index && self.reminders[*at].number.is_some()
            })
            .collect();
        let Some(which) = self.dice.pick(&known).copied() else { return };
        let number = self.reminders[which].number.unwrap_or_default();
        self.send(world, index, Kind::Why(which), &format!("why {number}?"), now);
    }

    fn forget_all(&mut self, world: &Arc<World>, index: usize, now: DateTime<Utc>) {
        self.persons[index].asked_all_at = Some(now);
        self.send(world, index, Kind::ForgetAll, "FORGET ALL", now);
        let most = YES_WITHIN.num_milliseconds();
        let after = self.dice.milliseconds(20_000, most);
        self.rings += 1;
        self.intents.insert((now + after, self.rings), Intent::Yes(index));
    }

    fn confirm(&mut self, world: &Arc<World>, index: usize, now: DateTime<Utc>) {
        if self.persons[index].back_at.is_some() {
            return;
        }
        // What was texted after the question is not what the answer is about.
        let asked_at = self.persons[index].asked_all_at;
        let is_meant = |reminder: &&mut Reminder| {
            reminder.person == index
                && reminder.dropped_at.is_none()
                && asked_at.is_some_and(|asked_at| reminder.texted_at <= asked_at)
        };
        for reminder in self.reminders.iter_mut().filter(is_meant) {
            reminder.dropped_at = Some(now);
        }
        self.send(world, index, Kind::Yes, "yes", now);
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

    /// Drops a reminder that rings just now.
    fn forget_ringing(&mut self, world: &Arc<World>, call: &str, now: DateTime<Utc>) {
        let Some(which) = self.called_about(world, call) else { return };
        let reminder = &self.reminders[which];
        let index = reminder.person;
        let is_once = reminder.series.is_empty() && reminder.snoozed.is_empty();
        let (Some(number), true) = (reminder.number, is_once) else { return };
        if reminder.dropped_at.is_some() || self.persons[index].back_at.is_some() {
            return;
        }
        self.reminders[which].dropped_at = Some(now);
        let words = format!("{} {number}", self.persons[index].tongue.forget());
        self.send(world, index, Kind::Forget(which), &words, now);
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

    fn snooze(&mut self, world: &Arc<World>, which: usize, now: DateTime<Utc>) {
        let reminder = &mut self.reminders[which];
        let minutes = self.persons[reminder.person].moods.between(2, 20);
        let (Some(number), None) = (reminder.number, reminder.dropped_at) else { return };
        let index = reminder.person;
        // Whoever is about to drop all puts nothing off before.
        let drops = self.persons[index].asked_all_at.is_some_and(|at| now - at < YES_WITHIN);
        if self.persons[index].back_at.is_some() || drops {
            return;
        }
        self.persons[index].last_set = None;
        let due = now + TimeDelta::minutes(minutes);
        let reminder = &mut self.reminders[which];
        reminder.dues.push(due);
        reminder.snoozed.push(due);
        let word = self.persons[index].tongue.snooze();
        let words = format!("{word} {number} {minutes} min");
        self.send(world, index, Kind::Snooze(which), &words, now);
    }

    /// An amount of time, in words.
    fn amount(&mut self, word: &str, left: i64) -> (String, TimeDelta) {
        let minutes = self.dice.between(2, (left / 60).clamp(2, 300));
        match self.dice.between(0, 3) {
            0 => {
                let seconds = self.dice.between(AHEAD_MIN.num_seconds(), 200);
                (format!("Remind in {seconds} seconds about {word}"), TimeDelta::seconds(seconds))
            }
            1 if left > 3 * 3_600 => {
                (format!("remind me in 2 hours to {word}"), TimeDelta::hours(2))
            }
            2 => (format!("in {minutes} min {word}"), TimeDelta::minutes(minutes)),
            _ => (format!("Remind in {minutes} minutes about {word}"), TimeDelta::minutes(minutes)),
        }
    }

    /// A wall time, in words that name its day.
    fn wall_time(
        &mut self,
        word: &str,
        zone: Tz,
        day_first: bool,
        now: DateTime<Utc>,
        left: i64,
    ) -> Option<(String, NaiveDateTime)> {
        let here = wall(zone, now);
        let meant = self.meant(zone, now, left)?;
        let date = meant.date();
        let clock = if self.dice.chance(0.5) {
            meant.format("%H:%M").to_string()
        } else {
            meant.format("%-I:%M%P").to_string()
        };
        let numeric = if day_first { "%d/%m/%Y" } else { "%m/%d/%Y" };
        let days = (date - here.date()).num_days();
        let words = match self.dice.between(0, 3) {
            0 => format!("Remind {} {clock} about {word}", date.format(numeric)),
            1 => format!("Remind {} {clock} about {word}", date.format("%Y-%m-%d")),
            2 if days == 0 => format!("Remind today at {clock} about {word}"),
            2 if days == 1 => format!("remind me to {word} tomorrow at {clock}"),
            _ => format!("Remind {} {} at {clock} about {word}", date.day(), date.format("%B %Y")),
        };
        Some((words, meant))
    }

    /// A wall time within so many seconds.
    fn meant(&mut self, zone: Tz, now: DateTime<Utc>, left: i64) -> Option<NaiveDateTime> {
        let here = wall(zone, now);
        // Reckoned on the wall, so that a time in the spring gap comes up as any other.
        let mut meant = here + TimeDelta::seconds(self.dice.between(300, left));
        if self.dice.chance(0.4) {
            // People like full hours: then many are due at once.
            meant = meant.date().and_time(NaiveTime::from_hms_opt(meant.hour(), 0, 0)?);
        }
        let meant = meant.with_second(0)?.with_nanosecond(0)?;
        let first = instants(zone, meant).first().copied()?;
        if first - now < AHEAD_MIN || first > now + TimeDelta::seconds(left) {
            return None;
        }
        Some(meant)
    }

    fn forget(&mut self, world: &Arc<World>, index: usize, now: DateTime<Utc>) {
        let open = |reminder: &Reminder| {
            reminder.person == index
                && reminder.number.is_some()
                && reminder.dropped_at.is_none()
                // What it was put off to is a reminder of its own.
                && reminder.snoozed.is_empty()
                // While it rings, or between two calls, as well.
                && reminder.dues.iter().any(|due| *due > now - RINGS_FOR)
        };
        let known: Vec<usize> =
            (0..self.reminders.len()).filter(|i| open(&self.reminders[*i])).collect();
        let Some(which) = self.dice.pick(&known).copied() else { return };
        let number = self.reminders[which].number.unwrap_or_default();
        self.reminders[which].dropped_at = Some(now);
        let words = format!("{} {number}", self.persons[index].tongue.forget());
        self.send(world, index, Kind::Forget(which), &words, now);
    }

    fn move_away(&mut self, world: &Arc<World>, index: usize, now: DateTime<Utc>) {
        let Some((city, zone)) = self.dice.pick(&CITIES).copied() else { return };
        let before = self.persons[index].zones.last().map(|(_, zone)| *zone);
        self.persons[index].left.extend(before);
        self.persons[index].zones.push((now, zone));
        for reminder in self.reminders.iter_mut().filter(|reminder| reminder.person == index) {
            if reminder.dues.iter().any(|due| *due > now) {
                // In the spring gap there was no such time, and the answer told another: that one moves.
                let shown = before.map(|before| shown_in(before, &reminder.walls));
                reminder.walls.extend(shown.into_iter().flatten());
                let meant = reminder.walls.iter().flat_map(|wall| instants(zone, *wall));
                reminder.dues.extend(meant.collect::<Vec<_>>());
            }
        }
        self.send(world, index, Kind::Zone, &format!("ZONE {city}"), now);
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

    /// A word of syllables that is in no language and was not used before.
    fn new_word(&self) -> String {
        const SYLLABLES: [&str; 16] = [
            "ba", "ce", "di", "fo", "gu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo",
            "xu", "za",
        ];
        let mut word = String::from("q");
        let mut number = self.reminders.len() + 256;
        while number > 0 {
            word.push_str(SYLLABLES[number % 16]);
            number /= 16;
        }
        word
    }
}

/// What the wall shows when a time is due that a spring gap has swallowed; of another time nothing.
fn shown_in(zone: Tz, walls: &[NaiveDateTime]) -> Vec<NaiveDateTime> {
    let shown = walls.iter().flat_map(|meant| instants(zone, *meant)).map(|at| wall(zone, at));
    shown.filter(|shown| !walls.contains(shown)).collect()
}

/// When a wall time is due that was texted at `now`.
fn due_at(zone: Tz, meant: NaiveDateTime, now: DateTime<Utc>) -> Vec<DateTime<Utc>> {
    let both = instants(zone, meant);
    // Of an hour that comes twice the earlier one is meant, unless that is over.
    match both.iter().position(|at| *at > now) {
        Some(first) => vec![both[first]],
        None => both,
    }
}

fn person(index: usize, dice: &mut Dice, (from, to): (DateTime<Utc>, DateTime<Utc>)) -> Person {
    let country = usize::try_from(dice.between(0, COUNTRIES.len() as i64 - 1)).unwrap_or(0);
    let (prefix, zone, day_first, told_by_number, tongue) = COUNTRIES[country];
    let digits = format!("{:04}", FIRST_DIGITS + index % 9_000);
    let length = (to - from).num_seconds();
    let texts = dice.between(TEXTS_A_DAY.0, TEXTS_A_DAY.1);
    let days = (length / 86_400).max(1);
    let mut plan: Vec<DateTime<Utc>> = (0..texts * days)
        .map(|_| from + dice.milliseconds(1_000, (length - 400).max(2) * 1_000))
        .collect();
    plan.sort_unstable_by(|one, other| other.cmp(one));
    Person {
        phone: format!("{prefix}{digits}"),
        zones: vec![(from, zone)],
        day_first,
        left: Vec::new(),
        picks_up: [0.95, 0.8, 0.5, 0.1][usize::try_from(dice.between(0, 3)).unwrap_or(0)],
        moods: Dice::new(dice.bits(), "moods"),
        plan,
        back_at: None,
        says_zone: !told_by_number,
        last_set: None,
        asked_all_at: None,
        floods: false,
        tongue,
        robot: None,
        forged: false,
    }
}
