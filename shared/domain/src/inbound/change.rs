//! Reminders that were set before: dropped, given another time, put off, done without.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use when::{Basis, Misread, Moment, Reading, Recurrence, Sender, When};

use super::remind::cut;
use super::{Desk, Verdict};
use crate::limits;
use crate::occurrence::{self, Change, Event, Occurrence, State};
use crate::series;
use crate::user::Question;

/// An amount of time as the languages say it: tried before the words alone, which may be a time of day.
const AMOUNTS: [&str; 6] = ["in {}", "en {}", "dans {}", "em {}", "{} में", "{}"];

/// A time of day the same way: `18h` alone is an amount.
const TIMES: [&str; 3] = ["at {}", "{}", "in {}"];

/// A lone number.
const MINUTES: &str = "in {} min";

impl Desk<'_> {
    pub(super) fn forget(&mut self, numbers: &[u32]) -> Verdict {
        if numbers.is_empty() {
            return Verdict::free("refused", self.say().which_one(&self.word));
        }
        let found: Vec<Occurrence> =
            self.open.iter().filter(|row| numbers.contains(&row.id.reminder.n)).cloned().collect();
        let Some(first) = found.first() else {
            return Verdict::free(
                "refused",
                self.say().nothing_to_forget(numbers.first().copied()),
            );
        };
        let detail = first.id.to_string();
        let reply = match reminders(&found) == reminders(&self.open) && numbers.len() > 1 {
            true => self.say().forgot_all(reminders(&found)),
            false => self.forgotten(&found),
        };
        self.drop_all(found, reply).about(detail)
    }

    /// What was dropped, each reminder once.
    fn forgotten(&self, found: &[Occurrence]) -> String {
        let mut known = BTreeSet::new();
        let each = found.iter().filter(|row| known.insert(row.id.reminder.n));
        let told: Vec<String> =
            each.take(limits::FORGOTTEN_TOLD).map(|row| self.say().forgotten(row)).collect();
        told.join("\n")
    }

    /// Asks whether all reminders are to go; a YES drops those that the question was about.
    pub(super) fn ask_whether_all(&mut self) -> Verdict {
        let open = reminders(&self.open_at(self.inbound.sent_at));
        if open == 0 {
            return Verdict::free("refused", self.say().list(&self.by_reminder()));
        }
        // Of two that overtook each other the later one counts.
        let before = self.user.asked.filter(|(question, _)| *question == Question::ForgetAll);
        let asked_at = before.map_or(self.inbound.sent_at, |(_, at)| at.max(self.inbound.sent_at));
        self.user.asked = Some((Question::ForgetAll, asked_at));
        Verdict::free("asked", self.say().forget_all_asked(open))
    }

    /// What is open of what had been texted by then: a text that was long on its way is about nothing later.
    fn open_at(&self, then: DateTime<Utc>) -> Vec<Occurrence> {
        let known = |row: &&Occurrence| row.texted_at.is_none_or(|texted_at| texted_at <= then);
        self.open.iter().filter(known).cloned().collect()
    }

    pub(super) fn yes(&mut self) -> Verdict {
        match self.user.answers(self.inbound.sent_at) {
            Some((Question::ForgetAll, asked_at)) => {
                let mut found = self.open_at(asked_at);
                found.truncate(limits::CHANGED_AT_ONCE);
                let none_is_left = reminders(&found) == reminders(&self.open);
                let reply = match none_is_left || found.is_empty() {
                    true => self.say().forgot_all(reminders(&found)),
                    false => self.forgotten(&found),
                };
                self.drop_all(found, reply)
            }
            Some((Question::Zone, _)) => {
                self.user.zone_stated = true;
                Verdict::free("zone", self.say().zone_set(0))
            }
            None => {
                let reply = self.say().nothing_to_confirm();
                self.misunderstood(reply)
            }
        }
    }

    fn drop_all(&self, found: Vec<Occurrence>, reply: String) -> Verdict {
        let dropped = found.into_iter().map(|row| self.stepped(row, &Event::Forget)).collect();
        Verdict::charged("forgot", reply).with(dropped)
    }

    /// `NO, 6pm`: the reminder that was set last was meant otherwise. `No milk tomorrow at 5` is a reminder.
    pub(super) fn no(&mut self, rest: &str) -> Verdict {
        let asked = self.user.answers(self.inbound.sent_at);
        if rest.is_empty() && matches!(asked, Some((Question::ForgetAll, _))) {
            return Verdict::free("kept", self.say().list(&self.by_reminder()));
        }
        let reading = match when::read(rest, &self.sender()) {
            Ok(reading) if reading.about.trim().is_empty() => reading,
            _ => return self.remind(),
        };
        let last = self.user.last_set;
        let open = self.open.iter().find(|row| Some(row.id.reminder.n) == last);
        match (last.and_then(|n| self.changeable(n)), open) {
            (Some(row), _) => self.become_otherwise(row, reading, rest),
            (None, Some(row)) => Verdict::free("refused", self.say().cannot_change_now(row)),
            (None, None) => Verdict::free("refused", self.say().nothing_to_change(last)),
        }
    }

    /// `CHANGE 3 to friday 10am`; without a word such as `to`, what follows has to be a time and nothing else.
    pub(super) fn change(&mut self, n: Option<u32>, to: &str, sure: bool) -> Verdict {
        let reading = when::read(to, &self.sender());
        let only_time = reading.as_ref().is_ok_and(|reading| reading.about.trim().is_empty());
        if !sure && !only_time {
            return self.remind();
        }
        let Some(n) = n.or(self.user.last_set) else {
            return Verdict::free("refused", self.say().which_one(&self.word));
        };
        let Some(nearest) = self.open.iter().find(|row| row.id.reminder.n == n) else {
            return Verdict::free("refused", self.say().nothing_to_change(Some(n)));
        };
        let Some(row) = self.changeable(n) else {
            return Verdict::free("refused", self.say().cannot_change_now(nearest));
        };
        match reading {
            Ok(reading) => self.become_otherwise(row, reading, to),
            Err(why) => self.misread(&why),
        }
    }

    /// The one of reminder `n` that may still be given another time.
    fn changeable(&self, n: u32) -> Option<Occurrence> {
        self.open.iter().find(|row| row.id.reminder.n == n && row.may_change()).cloned()
    }

    /// `words` are those that were read. Where they say no time of day, the reminder keeps its own.
    fn become_otherwise(&mut self, row: Occurrence, reading: Reading, words: &str) -> Verdict {
        let usual = Some(when::zone::wall(self.user.zone, row.due).time());
        let reading = when::read(words, &Sender { usual, ..self.sender() }).unwrap_or(reading);
        let about = match reading.about.trim() {
            "" => row.about.clone(),
            about => cut(about),
        };
        let Some((moment, series, regular)) = self.otherwise(&row, &reading, words) else {
            return Verdict::free("refused", self.say().cannot_change_now(&row));
        };
        if let Some(refusal) = series.as_ref().and_then(|series| self.too_often(series)) {
            return refusal;
        }
        let once = regular.is_some();
        let change = Change { moment, about, series, regular };
        let row = self.stepped(row, &Event::Changed(Box::new(change)));
        if self.came_too_late(&row) {
            return Verdict::free("arrived_too_late", self.say().arrived_too_late(&row));
        }
        self.user.last_set = Some(row.id.reminder.n);
        let reply = match once {
            true => self.say().changed_once(&row),
            false => self.say().changed(&row),
        };
        let detail = row.id.to_string();
        Verdict::charged("changed", reply).with(vec![row]).about(detail)
    }

    /// The time that a reminder gets by what was read, its series, and the regular instant if only this one moves.
    ///
    /// A time of day alone keeps the day: of a reminder that rings once its own, of a series all of them. A day moves
    /// only the next one of a series. A rule replaces what was there.
    fn otherwise(
        &self,
        row: &Occurrence,
        reading: &Reading,
        words: &str,
    ) -> Option<(Moment, Option<Recurrence>, Option<DateTime<Utc>>)> {
        let moment = match &reading.when {
            When::Repeating(series) => {
                return Some((series.next(self.now)?, Some(series.clone()), None));
            }
            When::Once(moment) => moment.clone(),
        };
        let only_clock = !reading.names_day && moment.basis != Basis::Elapsed;
        let moment = if only_clock { self.on_the_day_of(row, moment, words) } else { moment };
        match &row.series {
            None => Some((moment, None, None)),
            Some(series) => match series::at_time_of_day(series, &moment).filter(|_| only_clock) {
                Some(series) => {
                    // From its present day on: those before were rung, or skipped.
                    let since = Self::begin_of_day(row, &moment).max(self.now);
                    Some((series.next(since)?, Some(series), None))
                }
                None => Some((moment, Some(series.clone()), Some(row.turn()))),
            },
        }
    }

    /// A time of day on the day of a reminder: read as if that day had just begun, so that a lone `8:30` is in the
    /// morning. Where it has passed, as it was read.
    fn on_the_day_of(&self, row: &Occurrence, moment: Moment, words: &str) -> Moment {
        let then = Sender { now: Self::begin_of_day(row, &moment), ..self.sender() };
        let Ok(When::Once(on_that_day)) = when::read(words, &then).map(|reading| reading.when)
        else {
            return moment;
        };
        let wall = on_that_day.wall;
        let at = when::zone::instant(moment.zone, wall);
        if at > self.inbound.sent_at { Moment { at, wall, ..moment } } else { moment }
    }

    /// The last second before the day of a reminder, in the zone of `moment`.
    fn begin_of_day(row: &Occurrence, moment: &Moment) -> DateTime<Utc> {
        let day = row.due.with_timezone(&moment.zone).date_naive();
        when::zone::instant(moment.zone, day.and_time(NaiveTime::MIN)) - TimeDelta::seconds(1)
    }

    /// Calls again later: a new reminder that rings once, whatever becomes of the series.
    pub(super) fn snooze(&mut self, n: Option<u32>, until: &str, is_time: bool) -> Verdict {
        let Some(row) = self.called_last(n) else {
            // `later call mom at 6` in another language may be no command at all.
            return match when::read(&self.text, &self.sender()) {
                Ok(reading) if !reading.about.trim().is_empty() => self.remind(),
                _ => Verdict::free("refused", self.say().nothing_to_snooze()),
            };
        };
        // An open one makes room for itself.
        if !row.is_open() && self.has_no_room() {
            return Verdict::free("refused", self.say().too_many_open());
        }
        let moment = match until.trim() {
            "" => self.after(limits::SNOOZE),
            until => match self.until(until, is_time) {
                Ok(moment) => moment,
                Err(why) => return self.misread(&why),
            },
        };
        let id = self.user.next_reminder();
        let again = Occurrence {
            parent: Some(row.id.clone()),
            ..Occurrence::accepted(id, row.about.clone(), moment, self.now)
        };
        if self.came_too_late(&again) {
            self.user.next = self.before.next;
            return Verdict::free("arrived_too_late", self.say().arrived_too_late(&again));
        }
        let reply = self.say().snoozed(&again);
        // What was still to be tried is put off as well.
        let ended = row.is_open().then(|| self.ended(row, &Event::Skip));
        let mut verdict = self.set(again, "snoozed", reply);
        verdict.reminders.extend(ended.into_iter().flatten());
        verdict
    }

    /// The moment that `10m`, `20`, `1 hour` or `6pm` means after SNOOZE.
    fn until(&self, words: &str, is_time: bool) -> Result<Moment, Misread> {
        let lone = !words.is_empty() && words.bytes().all(|byte| byte.is_ascii_digit());
        let forms: &[&str] = match (is_time || words.contains(':'), lone) {
            (true, _) => &TIMES,
            (false, true) => &[MINUTES],
            (false, false) => &AMOUNTS,
        };
        let sender = self.sender();
        let read = |form: &str| match when::read(&form.replace("{}", words), &sender)?.when {
            When::Once(moment) => Ok(moment),
            When::Repeating(_) => Err(Misread::Series { what: words.to_owned() }),
        };
        let mut why = Misread::NoTime;
        for form in forms {
            match read(form) {
                Ok(moment) => return Ok(moment),
                Err(misread) => why = misread,
            }
        }
        Err(why)
    }

    /// The reminder that a SNOOZE is about: it was called, and not long ago.
    fn called_last(&self, n: Option<u32>) -> Option<Occurrence> {
        let of_n = |row: &&Occurrence| n.is_none_or(|n| row.id.reminder.n == n);
        let recent = |row: &&Occurrence| {
            row.attempt > 0 && self.inbound.sent_at - row.last_news <= limits::SNOOZE_WITHIN
        };
        let called = self.seen.reminders.iter().filter(of_n).filter(recent);
        match (&self.user.last_called, n) {
            (Some(last), None) => called.into_iter().find(|row| row.id == *last).cloned(),
            _ => called.max_by_key(|row| row.last_news).cloned(),
        }
    }

    fn after(&self, pause: TimeDelta) -> Moment {
        let at = self.inbound.sent_at + pause;
        let wall = at.with_timezone(&self.user.zone).naive_local();
        Moment { at, wall, zone: self.user.zone, basis: Basis::Elapsed }
    }

    /// Does without the next one of a series.
    pub(super) fn skip(&mut self, n: Option<u32>, only_next: bool) -> Verdict {
        let Some(n) = n.or_else(|| self.series_meant().filter(|_| only_next)) else {
            return Verdict::free("refused", self.say().which_one(&self.word));
        };
        let of_n: Vec<&Occurrence> =
            self.open.iter().filter(|row| row.id.reminder.n == n).collect();
        // One that is being called is no more to come: the next is meant.
        let still = of_n.iter().find(|row| row.state != State::Calling);
        let Some(row) = still.or(of_n.first()).map(|row| (*row).clone()) else {
            return Verdict::free("refused", self.say().nothing_to_change(Some(n)));
        };
        if row.series.is_none() {
            return Verdict::free("refused", self.say().rings_once(&row));
        }
        let detail = row.id.to_string();
        let rows = self.ended(row.clone(), &Event::Skip);
        let made = rows.get(1);
        let known =
            self.open.iter().find(|other| other.id.reminder.n == n && other.id.k > row.id.k);
        let reply = self.say().skipped(&row, made.or(known));
        Verdict::charged("skipped", reply).with(rows).about(detail)
    }

    /// The series that is meant where none is named: the only one, or the one that was heard last.
    fn series_meant(&self) -> Option<u32> {
        let series = self.open.iter().filter(|row| row.series.is_some());
        let numbers: BTreeSet<u32> = series.map(|row| row.id.reminder.n).collect();
        let heard = self.user.last_called.as_ref().map(|row| row.reminder.n);
        match numbers.len() {
            1 => numbers.first().copied(),
            _ => heard.filter(|n| numbers.contains(n)),
        }
    }

    /// A reminder after an event that ends it, and the next one of its series if that makes one.
    fn ended(&self, row: Occurrence, event: &Event) -> Vec<Occurrence> {
        let after = self.stepped(row.clone(), event);
        let next = series::successor(&row, &after, self.now, self.policy);
        std::iter::once(after).chain(next).collect()
    }

    pub(super) fn stepped(&self, row: Occurrence, event: &Event) -> Occurrence {
        occurrence::step(row, event, self.now, self.policy)
    }
}

/// How many reminders these are: a series may have two.
fn reminders(rows: &[Occurrence]) -> usize {
    let numbers: BTreeSet<u32> = rows.iter().map(|row| row.id.reminder.n).collect();
    numbers.len()
}
