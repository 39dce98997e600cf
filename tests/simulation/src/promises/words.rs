//! What answers tell, held against what happened: parts of `said-is-done` where nothing goes wrong.

use chrono::{
    DateTime, Datelike as _, Months, NaiveDateTime, NaiveTime, TimeDelta, Timelike as _, Utc,
};
use chrono_tz::Tz;

use super::Case;
use super::ends::clock;
use crate::calendar::{instants, wall};
use crate::people::{Kind, Reminder, Text};
use crate::prices::{ANSWER_COSTS, TEXT_COSTS};
use crate::promise::Promise;
use crate::record::Ask;
use crate::tongue::{Told, Tongue};

/// Without faults a text is answered within this time, and what was texted before it is done.
const ANSWERED_WITHIN: TimeDelta = TimeDelta::seconds(60);

/// Without faults all that comes of one time is over within this.
const CALLED_WITHIN: TimeDelta = TimeDelta::minutes(50);

impl Case<'_> {
    pub(super) fn words(&mut self) {
        if !self.world.dials.is_calm() {
            return;
        }
        let is_english = |it: &Text| self.people.persons[it.person].tongue == Tongue::English;
        let wrong = self.people.texts.iter().filter_map(|it| match it.kind {
            Kind::List => self.listed(it),
            _ if !is_english(it) => None,
            Kind::Bill => self.billed(it),
            Kind::Help => self.priced(it),
            Kind::Why(which) => self.explained(it, &self.people.reminders[which]),
            Kind::Change(which) => self.changed_to(it, &self.people.reminders[which]),
            Kind::Snooze(which) => self.put_off(it, &self.people.reminders[which]),
            _ => None,
        });
        let capped = self.record.texts.iter().filter_map(|ask| self.capped_until(ask));
        for what in wrong.chain(capped).collect::<Vec<_>>() {
            self.breaks(Promise::SaidIsDone, what);
        }
    }

    /// Whoever is told that a month has come to its maximum is told when the next one begins.
    fn capped_until(&self, ask: &Ask) -> Option<String> {
        let person = self.people.persons.iter().find(|person| person.phone == ask.phone)?;
        if person.tongue != Tongue::English || !Tongue::English.is(Told::Capped, &ask.words) {
            return None;
        }
        // What comes in the night is told in the morning, perhaps of the next month.
        let known = [ask.sent_at, ask.sent_at - TimeDelta::hours(12)];
        let ends = known.map(|at| {
            let next = at
                .date_naive()
                .with_day(1)
                .and_then(|first| first.checked_add_months(Months::new(1)));
            next.unwrap_or_default().and_time(NaiveTime::MIN).and_utc()
        });
        let says = |end: &DateTime<Utc>| {
            person.zones.iter().any(|(_, zone)| {
                let wall = wall(*zone, *end);
                let (day, year) = (wall.format("%a %-d %b"), wall.format(" %Y"));
                // The year is told where it is another one.
                [String::new(), year.to_string()]
                    .iter()
                    .any(|year| ask.words.contains(&format!("Until {day}{year} {}", clock(wall))))
            })
        };
        (!ends.iter().any(says)).then(|| format!("{} was told: {}", ask.phone, ask.words))
    }

    /// The SMS that answer a text, and those that come beside its answer.
    fn answers(&self, it: &Text) -> impl Iterator<Item = &Ask> {
        let phone = &self.people.persons[it.person].phone;
        let until = it.at + ANSWERED_WITHIN;
        let texts = self.record.texts.iter();
        texts.filter(move |ask| ask.phone == *phone && ask.sent_at >= it.at && ask.sent_at < until)
    }

    /// LIST names what is ahead, and nothing that is over.
    fn listed(&self, it: &Text) -> Option<String> {
        let is_list = |ask: &&Ask| ask.words.starts_with(|first: char| first.is_ascii_digit());
        let list = self.answers(it).find(is_list)?;
        let (before, after) = (it.at - ANSWERED_WITHIN, it.at + ANSWERED_WITHIN);
        let mine = || self.people.reminders.iter().filter(|reminder| reminder.person == it.person);
        let is_ahead = |reminder: &&Reminder| {
            let accepted = self.acceptance(reminder).is_some_and(|ask| ask.sent_at < before);
            let dropped = reminder.dropped_at.is_some_and(|at| at < after);
            accepted && !dropped && reminder.dues.iter().all(|due| *due > after)
        };
        let is_over = |reminder: &&Reminder| {
            let dropped = reminder.dropped_at.is_some_and(|at| at < before);
            dropped || reminder.dues.iter().all(|due| *due + CALLED_WITHIN < it.at)
        };
        let named =
            list.words.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit()));
        let named = named.count();
        // `and 3 more`, in any language.
        let more =
            list.words.lines().nth(named).map(|last| last.split(|c: char| !c.is_ascii_digit()));
        let more = more.into_iter().flatten().find_map(|number| number.parse::<usize>().ok());
        if named + more.unwrap_or(0) < mine().filter(is_ahead).count() {
            return Some(format!("the list of {} leaves something out: {}", it.at, list.words));
        }
        let names = |reminder: &&Reminder| list.words.contains(&reminder.word);
        let missing = mine().filter(is_ahead).find(|reminder| more.is_none() && !names(reminder));
        let surplus = mine().filter(is_over).find(names);
        let wrong = missing.or(surplus)?;
        Some(format!("the list of {} is wrong about {}: {}", it.at, wrong.word, list.words))
    }

    /// BILL says what the month's entries come to, when they were read.
    fn billed(&self, it: &Text) -> Option<String> {
        let phone = self.people.persons[it.person].phone.as_str();
        let total =
            |words: &str| words.split_once("Total $")?.1.strip_suffix('.').map(str::to_owned);
        let bill = self.answers(it).find(|ask| total(&ask.words).is_some())?;
        // What is written while the text is on its way may be in it or not.
        let mut sums = vec![];
        let mut sum = 0;
        let written = self.written(phone, it.at).into_iter();
        for (at, amount) in written.filter(|(at, _)| *at <= bill.sent_at) {
            if at > it.at {
                sums.push(sum);
            }
            sum += amount;
        }
        sums.push(sum);
        let said = total(&bill.words)?;
        let is_right = sums.iter().any(|sum| dollars(*sum) == said);
        (!is_right).then(|| {
            format!("the bill of {phone} at {} is {sums:?}, and was told: {}", it.at, bill.words)
        })
    }

    /// HELP says what a text costs, and then what an answered call does.
    fn priced(&self, it: &Text) -> Option<String> {
        let help = self.answers(it).find(|ask| Tongue::English.is(Told::Help, &ask.words))?;
        let place = |costs: i64| help.words.find(&format!("${}", dollars(costs)));
        let is_right = place(TEXT_COSTS).is_some_and(|at| Some(at) < place(ANSWER_COSTS));
        (!is_right).then(|| format!("the prices are told as {}", help.words))
    }

    /// WHY tells each call, and that it was answered before what that costs.
    fn explained(&self, it: &Text, reminder: &Reminder) -> Option<String> {
        let begins = format!("{} {}", reminder.number?, reminder.word);
        let tales = || self.answers(it).filter(|ask| ask.words.contains(": accepted "));
        let Some(tale) = tales().find(|ask| ask.words.starts_with(&begins)) else {
            let is_other = |other: &&Text| {
                matches!(other.kind, Kind::Why(_))
                    && other.person == it.person
                    && other.id != it.id
                    && (other.at - it.at).abs() < ANSWERED_WITHIN
            };
            let is_alone = !self.people.texts.iter().any(|other| is_other(&other));
            let of_another = tales().next().filter(|_| is_alone)?;
            return Some(format!("WHY {begins} was answered with: {}", of_another.words));
        };
        let calls = self.calls_about(reminder);
        let (before, after) = (it.at - ANSWERED_WITHIN, it.at + ANSWERED_WITHIN);
        let is_settled = calls.iter().all(|call| call.sent_at < before || call.sent_at > after);
        if !is_settled || reminder.times() > 1 {
            return None;
        }
        let made: Vec<_> = calls.iter().filter(|call| call.sent_at < before).collect();
        let answered =
            made.iter().filter_map(|call| call.taken_as.as_deref()).any(|id| self.answered(id));
        let words = tale.words.as_str();
        let told = words.matches("; rang ").count() + words.matches("; called ").count();
        let told_of_answer = words.find("answered");
        let in_order = words.find("charged").is_none_or(|at| told_of_answer < Some(at));
        let is_right = told == made.len() && told_of_answer.is_some() == answered && in_order;
        (!is_right)
            .then(|| format!("of {} with {} calls was told: {words}", reminder.word, made.len()))
    }

    /// The answer to a change says the time that was meant.
    fn changed_to(&self, it: &Text, reminder: &Reminder) -> Option<String> {
        let answer = self
            .answers(it)
            .find(|ask| ask.words.starts_with("Changed") && self.is_about(ask, reminder))?;
        let zones = &self.people.persons[it.person].zones;
        if zones.iter().any(|(since, _)| (*since - it.at).abs() < ANSWERED_WITHIN) {
            return None;
        }
        // The first is the one that it had, unless that was an amount of time.
        let had = usize::from(reminder.walls.len() > reminder.changes);
        let meant = &reminder.walls[had..];
        // In the gap of a switched clock there is no such time.
        let shown = |at: &NaiveDateTime| -> Vec<NaiveDateTime> {
            let at = |(_, zone): &(_, Tz)| instants(*zone, *at).first().map(|at| wall(*zone, *at));
            zones.iter().filter_map(at).collect()
        };
        let mut shown = meant.iter().flat_map(shown);
        (!shown.any(|wall| answer.words.contains(&clock(wall)))).then(|| {
            format!("{} was changed to {meant:?}, and told: {}", reminder.word, answer.words)
        })
    }

    /// The answer to SNOOZE says when it comes again.
    fn put_off(&self, it: &Text, reminder: &Reminder) -> Option<String> {
        let answer = self.answers(it).find(|ask| {
            Tongue::English.is(Told::Snoozed, &ask.words) && self.is_about(ask, reminder)
        })?;
        let zones = &self.people.persons[it.person].zones;
        // To the minute: nobody who puts something off minds its second.
        let minute = |due: &DateTime<Utc>, zone| {
            let wall = wall(zone, *due);
            clock(wall.with_second(0).unwrap_or(wall))
        };
        let says = |due: &DateTime<Utc>| {
            zones.iter().any(|(_, zone)| answer.words.contains(&minute(due, *zone)))
        };
        (!reminder.snoozed.iter().any(says)).then(|| {
            format!(
                "{} was put off to {:?}, and told: {}",
                reminder.word, reminder.snoozed, answer.words
            )
        })
    }
}

/// An amount as it is told.
fn dollars(micros: i64) -> String {
    let exact = format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000);
    // To the cent at least.
    let cents = exact.len() - 4;
    let (told, rest) = exact.split_at(cents);
    format!("{told}{}", rest.trim_end_matches('0'))
}
