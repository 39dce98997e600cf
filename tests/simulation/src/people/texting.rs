//! What people text: meant first, and then put into words.

use std::sync::Arc;

use chrono::{DateTime, Datelike, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;

use super::{FLOOD_WORD, Intent, Kind, People, Reminder};
use crate::calendar::{instants, switch, wall};
use crate::dice::Dice;
use crate::tongue::Tongue;
use crate::world::World;

/// Nobody sets a reminder so near that its text could be late for it.
const AHEAD_MIN: TimeDelta = TimeDelta::seconds(70);

/// The attempts at one reminder take about so long.
const RINGS_FOR: TimeDelta = TimeDelta::minutes(12);

/// Whoever asked for all to be dropped says YES so soon.
const YES_WITHIN: TimeDelta = TimeDelta::seconds(90);

/// Whoever says it so late is not understood.
const YES_WITHIN_MAX: TimeDelta = TimeDelta::minutes(15);

/// Whoever thinks better of a change does so later than it takes to be answered, and sooner than this.
const CORRECTED_WITHIN: TimeDelta = TimeDelta::minutes(4);

/// What follows a word where the matter is long: longer than what an SMS repeats of it.
const LONG_TAIL: &str =
    " and bring the blue folder that lies on the shelf beside the door of the cellar";

/// What follows a word once the matter was changed.
const NEW_TAIL: &str = " anew";

/// What a series is about that rings too often: by it nothing may be called.
const TOO_OFTEN_WORD: &str = "qoftenu";

/// A series that rings several times a day does so at so many hours, one after the other.
const HOURS_OF_A_DAY: usize = 3;

/// Cities to move to, as they are texted.
const CITIES: [(&str, Tz); 6] = [
    ("Mumbai", Tz::Asia__Kolkata),
    ("London", Tz::Europe__London),
    ("New York", Tz::America__New_York),
    ("Tokyo", Tz::Asia__Tokyo),
    ("Sydney", Tz::Australia__Sydney),
    ("Berlin", Tz::Europe__Berlin),
];

const NOON: NaiveTime = NaiveTime::from_hms_opt(12, 0, 0).expect("a time of day");

/// What nobody can make sense of.
const NONSENSE: [&str; 6] =
    ["hello there", "what is this", "\u{1f600}\u{1f600}", "call me maybe", "asdf ghjk", "   ?!  "];

impl People {
    /// One text, of chances of its own: what somebody can text depends on which answers have come, and what everybody
    /// else does must not depend on that.
    pub(super) fn text_something(&mut self, world: &Arc<World>, index: usize, now: DateTime<Utc>) {
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
            83 => {
                let clocks: Vec<String> = (8..14).map(|hour| format!("{hour}:00")).collect();
                let words = format!("every day at {} about {TOO_OFTEN_WORD}", clocks.join(" and "));
                self.send(world, index, Kind::TooOften, &words, now);
            }
            84..=87 => {
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
            // Some did not mean it.
            let (least, most) =
                if self.dice.chance(0.25) { (5_000, 60_000) } else { (600_000, 10_000_000) };
            let after = self.dice.milliseconds(least, most);
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
            return self.remind_in(world, index, now);
        } else {
            let day_first = self.persons[index].day_first;
            let Some((words, meant)) = self.wall_time(&word, zone, day_first, now, left) else {
                return;
            };
            (words, Some(meant), due_at(zone, meant, now))
        };
        let reminder = Reminder::new(index, word, now, meant, dues);
        self.set_at_length(world, reminder, words);
    }

    /// In an amount of time, in English.
    fn remind_in(&mut self, world: &Arc<World>, index: usize, now: DateTime<Utc>) {
        let word = self.new_word();
        let left = (world.span.1 - now).num_seconds() - 120;
        if left < 300 {
            return;
        }
        let (words, amount) = self.amount(&word, left);
        let reminder = Reminder::new(index, word, now, None, vec![now + amount]);
        self.set_at_length(world, reminder, words);
    }

    /// Sometimes with more words than an answer repeats.
    fn set_at_length(&mut self, world: &Arc<World>, mut reminder: Reminder, words: String) {
        let is_english = self.persons[reminder.person].tongue == Tongue::English;
        let goes_on = is_english && words.ends_with(&reminder.word) && self.dice.chance(0.1);
        reminder.tail = if goes_on { LONG_TAIL } else { "" };
        let words = words + reminder.tail;
        self.set(world, reminder, &words);
    }

    /// One more, between a question of ours and its answer, which is not about it.
    pub(super) fn remind_meanwhile(
        &mut self,
        world: &Arc<World>,
        index: usize,
        now: DateTime<Utc>,
    ) {
        if self.persons[index].back_at.is_some() {
            return;
        }
        // Of their own stream: whether somebody was asked a question changes nothing for others.
        let of_text = Dice::new(self.persons[index].moods.bits(), "meanwhile");
        let of_all = std::mem::replace(&mut self.dice, of_text);
        self.remind(world, index, now);
        self.dice = of_all;
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

    /// A series of two days, or of some hours.
    fn remind_daily(&mut self, world: &Arc<World>, index: usize, now: DateTime<Utc>) {
        if self.dice.chance(0.25) {
            return self.remind_hourly(world, index, now);
        }
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
        let hours: Vec<u32> = (today.hour() + 1..24).take(HOURS_OF_A_DAY).collect();
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
        let Some(which) = self.dice.pick(&known).copied() else { return };
        self.change_one(world, which, now);
    }

    /// Yet another time for what was changed last, unless something else was set meanwhile.
    pub(super) fn correct(&mut self, world: &Arc<World>, which: usize, now: DateTime<Utc>) {
        let index = self.reminders[which].person;
        let person = &self.persons[index];
        // Whoever was asked whether all is to be dropped has that in mind.
        let asked = person.asked_all_at.is_some_and(|at| now - at <= YES_WITHIN_MAX);
        let is_last = person.last_set == Some(which) && !asked && person.back_at.is_none();
        if !is_last || !self.to_come(index, now).contains(&which) {
            return;
        }
        // Of their own stream, as all that follows from an answer.
        let of_text = Dice::new(self.persons[index].moods.bits(), "correct");
        let of_all = std::mem::replace(&mut self.dice, of_text);
        self.change_one(world, which, now);
        self.dice = of_all;
    }

    fn change_one(&mut self, world: &Arc<World>, which: usize, now: DateTime<Utc>) {
        let index = self.reminders[which].person;
        let zone = self.persons[index].zones.last().map_or(Tz::UTC, |(_, zone)| *zone);
        let left = (world.span.1 - now).num_seconds() - 120;
        if left < 300 {
            return;
        }
        let Some(meant) = self.meant(zone, now, left) else { return };
        let corrects = world.dials.is_calm() && self.persons[index].last_set == Some(which);
        self.persons[index].last_set = Some(which);
        let reminder = &mut self.reminders[which];
        let number = reminder.number.unwrap_or_default();
        let dues = due_at(zone, meant, now);
        reminder.walls.push(meant);
        reminder.dues.extend(&dues);
        reminder.changed = Some((now, dues));
        reminder.changes += 1;
        let time = meant.format("%Y-%m-%d %H:%M");
        let of_another = !corrects && self.dice.chance(0.5);
        let words = if corrects {
            format!("No, {time}")
        } else if of_another {
            let reminder = &mut self.reminders[which];
            reminder.tail = NEW_TAIL;
            reminder.tail_since = Some(now);
            format!("CHANGE {number} to {time} about {}{NEW_TAIL}", reminder.word)
        } else {
            format!("CHANGE {number} to {time}")
        };
        self.send(world, index, Kind::Change(which), &words, now);
        // Two texts at once, which may overtake each other.
        if self.dice.chance(0.1) {
            self.reminders[which].dropped_at = Some(now);
            self.send(world, index, Kind::Forget(which), &format!("FORGET {number}"), now);
        } else if world.dials.is_calm() && self.dice.chance(0.3) {
            let least = AHEAD_MIN.num_milliseconds();
            let after = self.dice.milliseconds(least, CORRECTED_WITHIN.num_milliseconds());
            self.rings += 1;
            self.intents.insert((now + after, self.rings), Intent::Correct(which));
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
        // Some think better of it, and some are asked once more and answer the first question.
        let after = match self.dice.between(0, 9) {
            0 => return,
            1 => after + YES_WITHIN_MAX,
            _ => after,
        };
        self.rings += 1;
        self.intents.insert((now + after, self.rings), Intent::Yes(index));
        if self.dice.chance(0.3) {
            let meanwhile = self.dice.milliseconds(5_000, 15_000);
            self.rings += 1;
            self.intents.insert((now + meanwhile, self.rings), Intent::Remind(index));
        }
    }

    pub(super) fn confirm(&mut self, world: &Arc<World>, index: usize, now: DateTime<Utc>) {
        if self.persons[index].back_at.is_some() {
            return;
        }
        // What was texted after the question is not what the answer is about.
        let asked_at = self.persons[index].asked_all_at;
        if asked_at.is_some_and(|asked_at| now - asked_at > YES_WITHIN_MAX) {
            return self.send(world, index, Kind::LateYes, "yes", now);
        }
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

    /// Drops a reminder that rings just now.
    pub(super) fn forget_ringing(&mut self, world: &Arc<World>, call: &str, now: DateTime<Utc>) {
        let Some(which) = self.called_about(world, call) else { return };
        let reminder = &self.reminders[which];
        let index = reminder.person;
        // What it was put off to is a reminder of its own.
        let (Some(number), true) = (reminder.number, reminder.snoozed.is_empty()) else { return };
        if reminder.dropped_at.is_some() || self.persons[index].back_at.is_some() {
            return;
        }
        self.reminders[which].dropped_at = Some(now);
        let words = format!("{} {number}", self.persons[index].tongue.forget());
        self.send(world, index, Kind::Forget(which), &words, now);
    }

    pub(super) fn snooze(&mut self, world: &Arc<World>, which: usize, now: DateTime<Utc>) {
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
        let in_hours = TimeDelta::seconds(left) > TimeDelta::hours(3);
        match self.dice.between(0, 6) {
            0 => {
                let seconds = self.dice.between(AHEAD_MIN.num_seconds(), 200);
                (format!("Remind in {seconds} seconds about {word}"), TimeDelta::seconds(seconds))
            }
            1 if in_hours => (format!("remind me in 2 hours to {word}"), TimeDelta::hours(2)),
            2 => (format!("in {minutes} min {word}"), TimeDelta::minutes(minutes)),
            3 if in_hours => {
                (format!("remind me in an hour and a half to {word}"), TimeDelta::minutes(90))
            }
            4 if in_hours => (format!("in half an hour {word}"), TimeDelta::minutes(30)),
            5 if minutes >= 120 && minutes % 60 > 1 => {
                let (hours, rest) = (minutes / 60, minutes % 60);
                let words = format!("in {hours} hours and {rest} minutes {word}");
                (words, TimeDelta::minutes(minutes))
            }
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
        let words = match self.dice.between(0, 7) {
            0 => format!("Remind {} {clock} about {word}", date.format(numeric)),
            1 => format!("Remind {} {clock} about {word}", date.format("%Y-%m-%d")),
            2 if days == 0 => format!("Remind today at {clock} about {word}"),
            2 if days == 1 => format!("remind me to {word} tomorrow at {clock}"),
            4 if days == 1 => format!("remind me on {} at {clock} to {word}", date.format("%A")),
            5 => format!("{word} on the {} at {clock}", ordinal(date.day())),
            6 => format!("{} at {clock} {word}", date.format("%b %-d")),
            7 if days <= 1 && meant.time() == NOON => {
                let day = if days == 0 { "today" } else { "tomorrow" };
                format!("{word} {day} at noon")
            }
            7 if days == 1 && (6..12).contains(&meant.hour()) && meant.minute() == 0 => {
                format!("tomorrow morning at {} {word}", meant.hour())
            }
            _ => format!("Remind {} {} at {clock} about {word}", date.day(), date.format("%B %Y")),
        };
        Some((words, meant))
    }

    /// A wall time within so many seconds.
    fn meant(&mut self, zone: Tz, now: DateTime<Utc>, left: i64) -> Option<NaiveDateTime> {
        let here = wall(zone, now);
        // Reckoned on the wall, so that a time in the spring gap comes up as any other.
        let mut meant = here + TimeDelta::seconds(self.dice.between(300, left));
        let switched = switch(zone, now, now + TimeDelta::seconds(left));
        if let Some(at) = switched.filter(|_| self.dice.chance(0.3)) {
            // On the day of a switch as much is meant for its hour as for many others.
            let before = wall(zone, at - TimeDelta::seconds(1)) + TimeDelta::seconds(1);
            meant = before + TimeDelta::minutes(self.dice.between(-60, 60));
        } else if self.dice.chance(0.4) {
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
        let to_come = self.to_come(index, now);
        if let [one, other, ..] = to_come[..]
            && self.dice.chance(0.2)
        {
            return self.forget_two(world, [one, other], now);
        }
        let number = self.reminders[which].number.unwrap_or_default();
        self.reminders[which].dropped_at = Some(now);
        let words = format!("{} {number}", self.persons[index].tongue.forget());
        self.send(world, index, Kind::Forget(which), &words, now);
    }

    fn forget_two(&mut self, world: &Arc<World>, which: [usize; 2], now: DateTime<Utc>) {
        let numbers = which.map(|which| {
            let reminder = &mut self.reminders[which];
            reminder.dropped_at = Some(now);
            reminder.number.unwrap_or_default().to_string()
        });
        let index = self.reminders[which[0]].person;
        let words = format!("{} {}", self.persons[index].tongue.forget(), numbers.join(", "));
        self.send(world, index, Kind::ForgetTwo, &words, now);
    }

    fn move_away(&mut self, world: &Arc<World>, index: usize, now: DateTime<Utc>) {
        let Some((city, zone)) = self.dice.pick(&CITIES).copied() else { return };
        if self.dice.chance(0.4) {
            // Which stays where it is, whichever of the two texts comes first.
            self.remind_in(world, index, now);
        }
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

/// `1st`, `2nd`, `13th`.
fn ordinal(day: u32) -> String {
    let ending = match day {
        1 | 21 | 31 => "st",
        2 | 22 => "nd",
        3 | 23 => "rd",
        _ => "th",
    };
    format!("{day}{ending}")
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
