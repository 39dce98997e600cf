//! What replies, voice and ledger say is so: further parts of `said-is-done` and `money-identity`.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::money::{micros, subject};
use super::{ASKED_FOR, Case, SPEND_PAUSE};
use crate::calendar::instants;
use crate::people::{Kind, Person, Reminder, Text, country};
use crate::prices::{ANSWER_COSTS, CURRENCY, TEXT_COSTS};
use crate::promise::Promise;
use crate::record::Ask;
use crate::tongue::{Excuse, Told, Tongue};

/// Attempts before an SMS says that nobody answered.
const ATTEMPTS: usize = 3;

/// Calls to one phone in a day, after which there is none.
const CALLS_A_DAY: usize = 5;

/// So many of them may have been claimed and never asked for.
const UNSEEN_CALLS: usize = 3;

/// Without faults all that comes of one time is over within this: three attempts, each of which may have to wait for
/// calls about other reminders.
const CALLED_WITHIN: TimeDelta = TimeDelta::minutes(50);

/// Without faults what was texted is done within this time, for certain.
const SETTLED: TimeDelta = TimeDelta::minutes(5);

/// Without faults a text is answered within this time.
const ANSWERED_WITHIN: TimeDelta = TimeDelta::seconds(60);

/// A phone whose person is not known is called about one reminder in so long.
const ONE_A_DAY: TimeDelta = TimeDelta::hours(22);

/// What two clocks may differ by.
const SKEW: TimeDelta = TimeDelta::seconds(5);

/// What was claimed before a change may still ring with the old words.
const CLAIMED: TimeDelta = TimeDelta::seconds(5);

/// After its time a reminder may still be tried for the first time so long.
const ATTEMPTED_UNTIL: TimeDelta = TimeDelta::minutes(16);

/// From the moment at which an entry says that a call was placed to the request for it: the time in which a claim is
/// fresh, and the way with a slow network.
const PLACED_WITHIN: TimeDelta = TimeDelta::seconds(15);

impl Case<'_> {
    pub(super) fn truth(&mut self) {
        let reminders = self.people.reminders.iter();
        let mut wrong: Vec<(Promise, String)> = reminders
            .flat_map(|reminder| {
                [self.spoken(reminder), self.outdated(reminder), self.farewell(reminder)]
            })
            .flatten()
            .map(|what| (Promise::SaidIsDone, what))
            .collect();
        if self.world.dials.is_calm() {
            let unanswered = self.people.texts.iter().filter_map(|text| self.unanswered(text));
            wrong.extend(unanswered.map(|what| (Promise::SaidIsDone, what)));
            let reminders = self.people.reminders.iter();
            let undone = reminders.filter_map(|reminder| self.undone(reminder));
            wrong.extend(undone.map(|what| (Promise::SaidIsDone, what)));
        }
        wrong.extend(self.entries().filter_map(|entry| self.untrue(entry)));
        wrong.extend(self.two_names());
        if self.world.config.policy.tells {
            wrong.extend(self.untold().into_iter().chain(self.indiscreet()));
        }
        for (promise, what) in wrong {
            self.breaks(promise, what);
        }
    }

    /// A voice of the language says the matter first, and twice, and then how to be called again.
    fn spoken(&self, reminder: &Reminder) -> Option<String> {
        let word = &reminder.word;
        let Person { phone, tongue, .. } = &self.people.persons[reminder.person];
        let voice = country(phone).map(|country| tongue.voice(country));
        let mut calls = self.calls_about(reminder).into_iter();
        let call = calls.find(|call| {
            let first = call.words.trim_start_matches("<speak>");
            !first.starts_with(word.as_str())
                || call.words.matches(word.as_str()).count() != 2
                || !call.words.contains(tongue.closing())
                || call.voice.as_deref() != voice
        })?;
        Some(format!("of {word} the voice {:?} said: {}", call.voice, call.words))
    }

    /// The voice says all of the matter, and once it was changed the new one.
    fn outdated(&self, reminder: &Reminder) -> Option<String> {
        let tail = reminder.tail;
        // With the tables a change is set back as well.
        if tail.is_empty() || self.record.restored.is_some() {
            return None;
        }
        let since = match reminder.tail_since {
            Some(texted_at) => {
                let mut texts = self.texts_about(reminder).into_iter();
                // Where something goes wrong the text may never have come, and another one is confirmed.
                let is_the_one = self.world.dials.is_calm() || reminder.changes == 1;
                let says = |ask: &&Ask| {
                    let of_it = is_the_one || ask.words.contains(tail);
                    ask.words.starts_with("Changed, ") && of_it
                };
                texts.find(|ask| ask.sent_at >= texted_at && says(ask))?.sent_at + CLAIMED
            }
            None => reminder.texted_at,
        };
        let tongue = self.people.persons[reminder.person].tongue;
        let calls = self.calls_about(reminder).into_iter();
        // What is long is cut short in an SMS.
        let is_farewell =
            |ask: &&Ask| reminder.tail_since.is_some() && tongue.is(Told::Farewell, &ask.words);
        let told = calls.chain(self.texts_about(reminder).into_iter().filter(is_farewell));
        let old = told.into_iter().find(|ask| ask.sent_at > since && !ask.words.contains(tail))?;
        Some(format!("{} was to be told with `{tail}`, and was: {}", reminder.word, old.words))
    }

    /// The SMS in a call's place says why there was none.
    fn farewell(&self, reminder: &Reminder) -> Option<String> {
        let texts = self.texts_about(reminder);
        let tongue = self.people.persons[reminder.person].tongue;
        let text = texts.into_iter().find(|text| tongue.is(Told::Farewell, &text.words))?;
        let calls = self.calls_about(reminder).len();
        let is_calm = self.world.dials.is_calm();
        // Whoever dies between the claim and the request has counted a call that nobody saw.
        let is_seen = !self.may_go_unwritten();
        let is_true = match tongue.tries(&text.words) {
            // A request for a call may have been lost, so that the carrier knows of fewer.
            Some(tries) => {
                let once = reminder.times() == 1;
                let asked = self.may_have_rung(reminder);
                let known = calls <= tries && (!is_seen || tries <= asked);
                // After an hour nobody is called again. Of a series it is one of its times that is over.
                let is_past = |due: &DateTime<Utc>| text.sent_at > *due + ASKED_FOR - SKEW;
                let mut dues = reminder.dues.iter();
                let is_over = if once { dues.all(is_past) } else { dues.any(is_past) };
                (tries == ATTEMPTS || (is_over && !is_calm)) && (known || !once)
            }
            None if tongue.says_daily_limit(&text.words) => {
                let unseen = if is_seen { 0 } else { UNSEEN_CALLS };
                // The carrier counts what a restore has made us forget.
                let is_restored = self.record.restored.is_some();
                let carrier_says_so = || {
                    let calls = self.record.calls.iter().filter(|ask| ask.phone == text.phone);
                    calls.filter_map(Ask::refusal).any(|why| why.contains("DAILY"))
                };
                self.calls_within_a_day(text) + unseen >= CALLS_A_DAY
                    || (is_restored && carrier_says_so())
            }
            None if tongue.says_capped(&text.words) => {
                // In its last hours it may be told in the next month.
                let of_months = reminder.dues.iter().chain([&text.sent_at]);
                let mut capped = of_months.filter_map(|of| self.capped_at(&text.phone, *of));
                capped.any(|at| at <= text.sent_at + SKEW)
            }
            // Nothing comes too late and nothing is blocked where nothing goes wrong.
            None if is_calm => false,
            None => match tongue.excuse(&text.words) {
                Some(Excuse::Blocked) => self.record.calls.iter().any(|ask| {
                    let why = ask.refusal().unwrap_or_default();
                    why.starts_with("DESTINATION") && self.is_about(ask, reminder)
                }),
                Some(Excuse::SpendLimit) => self.was_spent(reminder),
                // Once it has rung it can not come too late.
                Some(Excuse::TooLate) => !self.rang_long_before(reminder, text.sent_at),
                None => true,
            },
        };
        (!is_true).then(|| {
            let day = self.calls_within_a_day(text);
            format!("{}, after {calls} calls and {day} that day: {}", reminder.word, text.words)
        })
    }

    /// How many calls about a reminder were asked for and not refused: those that may have rung.
    fn may_have_rung(&self, reminder: &Reminder) -> usize {
        let calls = self.record.calls.iter();
        calls.filter(|ask| ask.refusal().is_none() && self.is_about(ask, reminder)).count()
    }

    /// Whether the carrier had said, around one of the times of a reminder, that the month's money is spent.
    fn was_spent(&self, reminder: &Reminder) -> bool {
        let calls = self.record.calls.iter().chain(&self.record.lost.0);
        let is_spent =
            |ask: &&Ask| ask.refused.as_deref().is_some_and(|why| why.contains("SPEND_LIMIT"));
        calls.filter(is_spent).any(|ask| {
            reminder.dues.iter().any(|due| {
                ask.sent_at <= self.attempts_over(*due)
                    && *due <= ask.sent_at + SPEND_PAUSE + ATTEMPTED_UNTIL
            })
        })
    }

    /// Whether the only time of a reminder had rung, and the product was told so, well before.
    fn rang_long_before(&self, reminder: &Reminder, at: DateTime<Utc>) -> bool {
        let calls = self.calls_about(reminder).into_iter();
        let mut ids = calls.filter_map(|call| call.taken_as.as_deref());
        let rang = |id: &str| {
            let key = (id.to_owned(), "VOICE_RINGING".to_owned());
            let told_at = self.record.told.get(&key);
            // Told in an outage, it can not be written down.
            told_at.is_some_and(|told_at| {
                *told_at + TimeDelta::hours(1) < at
                    && !self.is_excused(*told_at, *told_at + TimeDelta::hours(1))
            })
        };
        reminder.times() == 1 && reminder.changed.is_none() && ids.any(rang)
    }

    fn calls_within_a_day(&self, text: &Ask) -> usize {
        let near = |ask: &&Ask| {
            let ago = text.sent_at - ask.sent_at;
            let may_have_rung = ask.refusal().is_none_or(|why| why.contains("DAILY"));
            let is_near = ago > TimeDelta::zero() && ago < TimeDelta::hours(25);
            ask.phone == text.phone && may_have_rung && is_near
        };
        self.record.calls.iter().filter(near).count()
    }

    /// A text that makes sense is answered soon, and with what it asked for.
    fn unanswered(&self, text: &Text) -> Option<String> {
        let is_list = |words: &str| words.starts_with(|first: char| first.is_ascii_digit());
        let (told, begin): (&[Told], &str) = match text.kind {
            Kind::Remind(which) if self.people.reminders[which].number.is_some() => {
                (&[Told::Accepted], "OK, ")
            }
            Kind::List => (&[Told::NothingOpen], "1"),
            Kind::Help => (&[Told::Help], "Text: "),
            Kind::Stop => (&[Told::Stopped], "You are out"),
            Kind::Start => (&[Told::Started], "Welcome back"),
            Kind::Forget(_) => (&[Told::Forgotten, Told::NoSuch], "Forgotten"),
            Kind::ForgetAll => (&[Told::NothingOpen], "Really drop"),
            Kind::Change(_) => (&[Told::NoSuch], "Changed, "),
            Kind::Snooze(_) => (&[Told::Snoozed], "OK, again"),
            Kind::Skip(_) => (&[], "Skipped "),
            Kind::Zone => (&[], "Your times are"),
            _ => return None,
        };
        let Person { phone, tongue, .. } = &self.people.persons[text.person];
        let answers = |words: &str| {
            told.iter().any(|told| tongue.is(*told, words))
                || (*tongue == Tongue::English && words.starts_with(begin))
                || (text.kind == Kind::List && is_list(words))
        };
        // Two opt-outs are confirmed once; and who is out is not answered, but for START.
        let out = match text.kind {
            Kind::Start => false,
            Kind::Stop => self.people.out_since(text.person, text.at).is_some(),
            _ => self.may_be_out(text.person, text.at),
        };
        let answered = self.record.texts.iter().any(|ask| {
            let after = ask.sent_at - text.at;
            ask.phone == *phone
                && after >= TimeDelta::zero()
                && after <= ANSWERED_WITHIN
                && answers(&ask.words)
        });
        let floods = self.people.texts.iter().filter(|it| it.person == text.person).count() > 20;
        (!answered && !out && !floods)
            .then(|| format!("{phone} got no answer to {:?} of {}", text.kind, text.at))
    }

    /// What was said of a time, that is done at that time and at no other, where nothing goes wrong.
    fn undone(&self, reminder: &Reminder) -> Option<String> {
        let phone = &self.people.persons[reminder.person].phone;
        let word = &reminder.word;
        let stopped = self.record.stops.iter().any(|stop| stop.phone == *phone);
        let moved = self.people.persons[reminder.person]
            .zones
            .iter()
            .any(|(since, _)| *since > reminder.texted_at && *since > self.world.span.0);
        let calls: Vec<DateTime<Utc>> =
            self.calls_about(reminder).into_iter().map(|call| call.sent_at).collect();
        let texts = self.texts_about(reminder).into_iter();
        let told = texts.filter(|text| Tongue::any(Told::Farewell, &text.words));
        let told = told.map(|it| it.sent_at);
        let ends: Vec<DateTime<Utc>> = calls.iter().copied().chain(told).collect();
        let is_near = |at: &DateTime<Utc>, due: DateTime<Utc>| {
            *at >= due - TimeDelta::seconds(1) && *at <= due + CALLED_WITHIN
        };
        if let Some(dropped_at) = reminder.dropped_at {
            // Whoever is out is not read.
            if self.may_be_out(reminder.person, dropped_at) {
                return None;
            }
            let after = ends.iter().find(|at| **at > dropped_at + ANSWERED_WITHIN);
            return after.map(|at| format!("{word} was dropped at {dropped_at}, and rang at {at}"));
        }
        if stopped || self.acceptance(reminder).is_none() {
            return None;
        }
        if moved && !reminder.series.is_empty() {
            let (first, due) = self.second_elsewhere(reminder)?;
            let is_right = |at: &DateTime<Utc>| is_near(at, first) || is_near(at, due);
            let rang = ends.iter().any(|at| is_near(at, due)) && ends.iter().all(is_right);
            return (!rang).then(|| format!("{word} moved to {due}, and rang at {ends:?}"));
        }
        // An amount of time is the same everywhere.
        if moved && !reminder.walls.is_empty() {
            let due = self.due_elsewhere(reminder)?;
            let is_right = ends.iter().all(|at| is_near(at, due)) && !ends.is_empty();
            return (!is_right).then(|| format!("{word} moved to {due}, and rang at {ends:?}"));
        }
        if let Some((_, dues)) = &reminder.changed {
            let dues = || dues.iter().chain(&reminder.snoozed);
            let wrong = ends.iter().find(|at| !dues().any(|due| is_near(at, *due)));
            if let Some(at) = wrong {
                return Some(format!("{word} was put to {:?}, and rang at {at}", reminder.changed));
            }
        }
        if let Some(skipped) = reminder.skipped {
            let others = || reminder.snoozed.iter().chain(&reminder.series);
            let rang = ends.iter().find(|at| {
                is_near(at, skipped) && !others().any(|due| *due != skipped && is_near(at, *due))
            });
            if let Some(at) = rang {
                return Some(format!("{word} was left out at {skipped}, and rang at {at}"));
            }
        }
        let wanted = reminder.series.iter().filter(|due| Some(**due) != reminder.skipped);
        let mut wanted = wanted.chain(&reminder.snoozed);
        let missed = wanted.find(|due| {
            let rang = ends.iter().any(|at| is_near(at, **due));
            // Of the times of a day only the first one rings for somebody who is not known.
            let first = reminder.series.first().copied().unwrap_or(**due);
            let is_first = **due == first || **due - first > ONE_A_DAY;
            !rang && (is_first || self.is_known(reminder.person, **due))
        })?;
        Some(format!("{word} was wanted at {missed}, and rang at {ends:?}"))
    }

    /// Whether somebody had texted twice by then, or answered a call: until that anybody may have texted with the number.
    fn is_known(&self, person: usize, at: DateTime<Utc>) -> bool {
        let phone = &self.people.persons[person].phone;
        let by = at - ANSWERED_WITHIN;
        let texts = self.people.texts.iter().filter(|text| text.person == person && text.at < by);
        let calls = self.record.calls.iter().filter(|ask| ask.phone == *phone && ask.sent_at < by);
        texts.count() > 1
            || calls.filter_map(|ask| ask.taken_as.as_deref()).any(|id| self.answered(id))
    }

    /// When a reminder is due whose person moved, where that is beyond doubt: once, long after it was set and long before
    /// either time.
    fn due_elsewhere(&self, reminder: &Reminder) -> Option<DateTime<Utc>> {
        let zones = &self.people.persons[reminder.person].zones;
        let moves: Vec<_> = zones.iter().filter(|(since, _)| *since > reminder.texted_at).collect();
        let ([(since, zone)], [wall]) = (&moves[..], &reminder.walls[..]) else { return None };
        let is_plain = reminder.series.is_empty() && reminder.snoozed.is_empty();
        let settled = *since - reminder.texted_at > SETTLED
            && reminder.dues.iter().all(|due| *due - *since > SETTLED);
        let due = instants(*zone, *wall).first().copied()?;
        (is_plain && reminder.changed.is_none() && settled).then_some(due)
    }

    /// The two times of a series whose person moved between them, where that is beyond doubt.
    fn second_elsewhere(&self, reminder: &Reminder) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let zones = &self.people.persons[reminder.person].zones;
        let moves: Vec<_> = zones.iter().filter(|(since, _)| *since > reminder.texted_at).collect();
        let ([(since, zone)], [_, wall], [first, regular]) =
            (&moves[..], &reminder.walls[..], &reminder.series[..])
        else {
            return None;
        };
        let is_plain = reminder.snoozed.is_empty() && reminder.skipped.is_none();
        let due = instants(*zone, *wall).first().copied()?;
        let settled = *since - *first > CALLED_WITHIN
            && [due, *regular].iter().all(|due| *due - *since > SETTLED);
        (is_plain && settled).then_some((*first, due))
    }

    /// An entry says whom it charges for what, when, and what that costs.
    fn untrue(&self, entry: &Value) -> Option<(Promise, String)> {
        let text = |name: &str| entry[name]["S"].as_str().unwrap_or_default();
        let at: Option<DateTime<Utc>> = text("at").parse().ok();
        let subject = subject(entry);
        let (kind, costs, phone, is_when) = match subject.split_once('#')? {
            ("sms", id) => {
                let sent = self.people.texts.iter().find(|text| text.id == id)?;
                let phone = self.people.persons[sent.person].phone.as_str();
                let is_when = at.is_some_and(|at| (at - sent.at).abs() < TimeDelta::seconds(1));
                ("sms", TEXT_COSTS, phone, is_when)
            }
            (_, occurrence) => {
                let mut calls = self
                    .record
                    .calls
                    .iter()
                    .filter(|ask| ask.occurrence() == Some(occurrence))
                    .peekable();
                let phone = calls.peek()?.phone.as_str();
                // The call that was answered, where its answer is not one of a time that was lost.
                let calls: Vec<&Ask> = calls.collect();
                let is_answered =
                    |ask: &&&Ask| ask.taken_as.as_deref().is_some_and(|id| self.answered(id));
                let answered: Vec<&Ask> = calls.iter().filter(is_answered).copied().collect();
                let charged = if answered.is_empty() { calls } else { answered };
                let is_when = at.is_some_and(|at| {
                    charged.iter().any(|ask| (at - ask.sent_at).abs() < PLACED_WITHIN)
                });
                ("answered_call", ANSWER_COSTS, phone, is_when)
            }
        };
        let country = country(phone)?;
        let (list, amount) = (micros(entry, "list_micros"), micros(entry, "amount_micros"));
        // Less than the list price only for a reason; what the month comes to is looked at as a whole.
        let is_reduced = ["allowance", "cap"].contains(&text("reduced_by"));
        let is_true = is_when
            && (text("kind"), list, text("currency"), text("phone"), text("country"))
                == (kind, costs, CURRENCY, phone, country)
            && (0..=list).contains(&amount)
            && is_reduced == (amount < list)
            && at.is_some_and(|at| at.format("%Y-%m").to_string() == text("period"));
        (!is_true).then(|| (Promise::MoneyIdentity, format!("{subject} was charged as {entry}")))
    }

    /// One person has one name in the ledger.
    fn two_names(&self) -> Option<(Promise, String)> {
        let mut names: BTreeMap<&str, &str> = BTreeMap::new();
        for entry in self.entries() {
            let (phone, name) = (entry["phone"]["S"].as_str()?, entry["user_id"]["S"].as_str()?);
            let known = names.entry(phone).or_insert(name);
            if *known != name {
                let what = format!("{phone} stands as {known} and as {name} in the ledger");
                return Some((Promise::MoneyIdentity, what));
            }
        }
        None
    }

    /// Whoever listens on the bus is told of each entry, and of each reminder that was called.
    fn untold(&self) -> Option<(Promise, String)> {
        let charged = self.entries().flat_map(|entry| {
            let subject = subject(entry);
            let answered = subject.strip_prefix("call#").map(|it| format!("answered#{it}"));
            [Some(format!("charged#{subject}")), answered]
        });
        let called = self.record.calls.iter().filter(|ask| ask.taken_as.is_some());
        let accepted = called.map(|ask| Some(format!("accepted#{}", ask.occurrence()?)));
        let mut wanted = charged.chain(accepted).flatten();
        let missing = wanted.find(|id| !self.record.events.contains_key(id))?;
        Some((Promise::Conservation, format!("nobody was told of {missing}")))
    }

    /// They are told neither numbers nor words.
    fn indiscreet(&self) -> Option<(Promise, String)> {
        let told = self.record.events.values().find(|detail| {
            let names = |reminder: &Reminder| detail.contains(&reminder.word);
            self.people.persons.iter().any(|person| detail.contains(&person.phone))
                || self.people.reminders.iter().any(names)
        })?;
        Some((Promise::Conservation, format!("others were told: {told}")))
    }
}
