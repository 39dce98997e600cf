//! A user: a phone number, its zone, what it is allowed, and the calls that it gets.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use when::{Language, Region, Sender};

use crate::ids::{AttemptId, OccurrenceId, ReminderId, UserId};
use crate::ledger::{Period, Total};
use crate::limits;
use crate::money::{Currency, Micros};
use crate::phone::Phone;
use crate::place;

/// Everything that is kept about one phone number's owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The random id that stands for this person everywhere else.
    pub id: UserId,
    /// The number; only here and in the row that finds a user by number.
    pub phone: Phone,
    /// The country of the number: prices, the order of day and month.
    pub region: Region,
    /// The zone in which the user's wall times are meant.
    pub zone: Tz,
    /// Whether the user named the zone, rather than the number's prefix.
    pub zone_stated: bool,
    /// The language in which the user is answered and called.
    #[serde(default)]
    pub language: Language,
    /// Whether the user named the language, rather than wrote in it.
    #[serde(default)]
    pub language_stated: bool,
    /// The number that the next reminder gets.
    pub next: u32,
    /// Texts that were read so far; the answer to the first states the price.
    pub texts: u32,
    /// Whether a call of ours was answered: somebody at this number knows of us.
    #[serde(default)]
    pub heard: bool,
    /// The newest opt-out, by the time of its text.
    pub opted_out_at: Option<DateTime<Utc>>,
    /// The newest opt-in, by the time of its text.
    pub opted_in_at: Option<DateTime<Utc>>,
    /// The call in progress, if any: one at a time to one phone.
    pub call: Option<Call>,
    /// The reminder that has one of the carrier's next places, and until when it may still take it: others of this
    /// phone would only waste a place behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expects: Option<(OccurrenceId, DateTime<Utc>)>,
    /// Reminders that are held until that call is over.
    #[serde(default)]
    pub held: BTreeSet<OccurrenceId>,
    /// The instants of the calls of the last 24 hours.
    pub calls: Vec<DateTime<Utc>>,
    /// The instants of the texts of the last hour that were answered "not understood".
    #[serde(default)]
    pub misread: Vec<DateTime<Utc>>,
    /// The same of those that were answered with why they were not acted on.
    #[serde(default)]
    pub refused: Vec<DateTime<Utc>>,
    /// The last reply, so that it can be recognised when it comes back.
    pub last_reply: String,
    /// The reminder that was set or changed last, which a NO corrects.
    #[serde(default)]
    pub last_set: Option<u32>,
    /// The reminder that was called last, which a SNOOZE puts off.
    #[serde(default)]
    pub last_called: Option<OccurrenceId>,
    /// What the user was asked, and when; a YES answers it.
    #[serde(default)]
    pub asked: Option<(Question, DateTime<Utc>)>,
    /// The month that has come to the most that one costs: nothing is called in it any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capped: Option<Capped>,
    /// The last month in which the user was told so: once is enough, even if a credit made room meanwhile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_of_cap: Option<Period>,
    /// When the first text came.
    pub created_at: DateTime<Utc>,
}

/// A month whose sum has come to its cap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capped {
    /// The month.
    pub period: Period,
    /// The cap, as it was then.
    pub cap: Micros,
    /// The currency of both.
    pub currency: Currency,
}

/// A call in progress.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// The attempt.
    pub attempt: AttemptId,
    /// Without news by then it counts as over.
    pub until: DateTime<Utc>,
    /// What was called before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<OccurrenceId>,
}

/// Something that a user was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// Whether all reminders are to be dropped.
    ForgetAll,
    /// Whether the zone that the number suggests is the right one.
    Zone,
}

/// Why a user can not be called now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotNow {
    /// Opted out.
    OptedOut,
    /// Nobody at this number has texted twice or answered yet, and another reminder rang within the last day.
    Unconfirmed,
    /// The month has come to the most that it costs.
    OverCap,
    /// Another call to this phone is in progress.
    InACall,
    /// The carrier's limit of calls a day to one phone is used up.
    DailyLimit,
}

impl User {
    /// A number that texts for the first time.
    #[must_use]
    pub fn new(id: UserId, phone: Phone, zone: Tz, now: DateTime<Utc>) -> Self {
        let region = phone.country();
        Self {
            id,
            phone,
            region,
            zone,
            zone_stated: false,
            language: place::language(region),
            language_stated: false,
            next: 1,
            texts: 0,
            heard: false,
            opted_out_at: None,
            opted_in_at: None,
            call: None,
            expects: None,
            held: BTreeSet::new(),
            calls: Vec::new(),
            misread: Vec::new(),
            refused: Vec::new(),
            last_reply: String::new(),
            last_set: None,
            last_called: None,
            asked: None,
            capped: None,
            told_of_cap: None,
            created_at: now,
        }
    }

    /// Whether nothing may be sent. By the time of the texts, not of their arrival; at equal times STOP wins.
    #[must_use]
    pub fn opted_out(&self) -> bool {
        match (self.opted_out_at, self.opted_in_at) {
            (Some(out), Some(back)) => out >= back,
            (out, _) => out.is_some(),
        }
    }

    /// Takes note of a STOP that was sent at `at`.
    pub fn opt_out(&mut self, at: DateTime<Utc>) {
        self.opted_out_at = self.opted_out_at.max(Some(at));
    }

    /// Takes note of a START that was sent at `at`.
    pub fn opt_in(&mut self, at: DateTime<Utc>) {
        self.opted_in_at = self.opted_in_at.max(Some(at));
    }

    /// The sender of a text at `now`, for reading it.
    #[must_use]
    pub fn sender(&self, now: DateTime<Utc>) -> Sender {
        Sender { now, zone: self.zone, region: self.region, usual: None }
    }

    /// The id for a new one-time reminder; the number is used up.
    pub fn next_reminder(&mut self) -> OccurrenceId {
        let n = self.next;
        self.next += 1;
        OccurrenceId { reminder: ReminderId { user: self.id.clone(), n }, k: 1 }
    }

    /// Whether the person at this number is known to want our calls: a first text may come from somebody who only
    /// pretends to have the number.
    #[must_use]
    pub fn is_confirmed(&self) -> bool {
        self.texts > 1 || self.heard
    }

    /// Whether this phone may be called now about a reminder.
    ///
    /// # Errors
    /// [`NotNow`] says what stands against it, the lasting reasons first.
    pub fn may_be_called(
        &self,
        reminder: &OccurrenceId,
        now: DateTime<Utc>,
        calls_per_day: usize,
    ) -> Result<(), NotNow> {
        if self.opted_out() {
            return Err(NotNow::OptedOut);
        }
        if self.is_capped(now) {
            return Err(NotNow::OverCap);
        }
        let calls = self.calls_since(now - TimeDelta::hours(24)).count();
        // Its own attempts are one reminder.
        let another = self.last_called.as_ref().is_some_and(|last| last != reminder);
        let lately = self.calls_since(now - limits::UNCONFIRMED_WAIT).next().is_some();
        if another && lately && !self.is_confirmed() {
            return Err(NotNow::Unconfirmed);
        }
        if calls >= calls_per_day {
            return Err(NotNow::DailyLimit);
        }
        match &self.call {
            Some(call) if call.until > now => Err(NotNow::InACall),
            _ if self.expects_another(reminder, now) => Err(NotNow::InACall),
            _ => Ok(()),
        }
    }

    fn expects_another(&self, reminder: &OccurrenceId, now: DateTime<Utc>) -> bool {
        self.expects.as_ref().is_some_and(|(of, until)| of != reminder && *until > now)
    }

    /// Takes note that a reminder has a place among the carrier's next calls.
    pub fn will_be_called(&mut self, reminder: &OccurrenceId, place: DateTime<Utc>) {
        self.expects = Some((reminder.clone(), place + limits::CLAIM_FRESH));
    }

    /// Whether the month of `now` has come to the most that it costs.
    #[must_use]
    pub fn is_capped(&self, now: DateTime<Utc>) -> bool {
        self.capped.is_some_and(|capped| capped.period == Period::of(now))
    }

    /// Takes note of what a month has come to, under the cap that holds for it. True if the user is to be told at `now`
    /// that the cap is reached.
    ///
    /// Only the present month matters: calls of one that is over are over. Who has opted out is not told.
    pub fn has_come_to(&mut self, total: &Total, cap: Micros, now: DateTime<Utc>) -> bool {
        let period = Period::of(now);
        if total.period != period.to_string() {
            return false;
        }
        if !total.is_at(cap) {
            self.capped.take_if(|it| it.period == period && it.currency == total.currency);
            return false;
        }
        self.capped = Some(Capped { period, cap, currency: total.currency });
        let tells = !self.opted_out() && self.told_of_cap != Some(period);
        if tells {
            self.told_of_cap = Some(period);
        }
        tells
    }

    /// Takes note of what a month has come to after a credit: there may be room under the cap again.
    pub fn was_credited(&mut self, total: &Total) {
        self.capped.take_if(|it| {
            let is_its_month = total.period == it.period.to_string();
            is_its_month && it.currency == total.currency && !total.is_at(it.cap)
        });
    }

    /// Takes note of a call that is about to be placed.
    pub fn called(&mut self, attempt: AttemptId, now: DateTime<Utc>, wait: TimeDelta) {
        self.calls = self.calls_since(now - TimeDelta::hours(24)).collect();
        self.calls.push(now);
        self.held.remove(&attempt.occurrence);
        self.expects = None;
        let before = self.last_called.replace(attempt.occurrence.clone());
        self.call = Some(Call { attempt, until: now + wait, before });
    }

    /// Takes note that a reminder is held until the call in progress, or the next one, is over. True if there is one and
    /// that is news.
    pub fn wait_for_call(&mut self, reminder: &OccurrenceId, now: DateTime<Utc>) -> bool {
        let in_a_call = self.call.as_ref().is_some_and(|call| call.until > now);
        (in_a_call || self.expects_another(reminder, now)) && self.held.insert(reminder.clone())
    }

    /// Takes note that an attempt is over. True if that frees the phone.
    pub fn call_ended(&mut self, attempt: &AttemptId) -> bool {
        let was_it = self.call.as_ref().is_some_and(|call| call.attempt == *attempt);
        if was_it {
            self.call = None;
        }
        was_it
    }

    /// Takes note that the carrier never took an attempt on, so that it does not count against the day, nor is what a
    /// SNOOZE puts off.
    pub fn call_refused(&mut self, attempt: &AttemptId, placed_at: DateTime<Utc>) {
        if let Some(call) = self.call.take_if(|call| call.attempt == *attempt) {
            self.last_called = call.before;
        }
        self.calls.retain(|at| *at != placed_at);
    }

    /// What a text of `sent_at` says yes to, and when it was asked; answered, it is asked no longer. What was sent before
    /// the question is no answer to it.
    pub fn answers(&mut self, sent_at: DateTime<Utc>) -> Option<(Question, DateTime<Utc>)> {
        let asked = self.asked.take_if(|(_, asked_at)| *asked_at <= sent_at);
        asked.filter(|(_, asked_at)| sent_at - *asked_at <= limits::ANSWER_WAIT)
    }

    /// Follows the language of a text, unless the user named another.
    pub fn wrote_in(&mut self, language: Option<Language>) {
        if let Some(language) = language.filter(|_| !self.language_stated) {
            self.language = language;
        }
    }

    /// Whether one more "not understood" may be answered; counts it.
    pub fn may_be_misunderstood(&mut self, now: DateTime<Utc>) -> bool {
        within_an_hour(&mut self.misread, limits::MISUNDERSTOOD_PER_HOUR, now)
    }

    /// Whether one more text may be answered with why it is not acted on; counts it.
    pub fn may_be_refused(&mut self, now: DateTime<Utc>) -> bool {
        within_an_hour(&mut self.refused, limits::REFUSED_PER_HOUR, now)
    }

    fn calls_since(&self, from: DateTime<Utc>) -> impl Iterator<Item = DateTime<Utc>> {
        self.calls.iter().copied().filter(move |at| *at > from)
    }
}

/// Whether so many an hour leave room for one more at `now`; counts it.
fn within_an_hour(instants: &mut Vec<DateTime<Utc>>, most: usize, now: DateTime<Utc>) -> bool {
    instants.retain(|at| now - *at < TimeDelta::hours(1));
    let may = instants.len() < most;
    if may {
        instants.push(now);
    }
    may
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    fn user() -> User {
        User::new(UserId::from_random(1), Phone::parse("+12065550123").unwrap(), Tz::UTC, at(0))
    }

    /// A reminder that has not been called yet.
    fn other() -> OccurrenceId {
        "0000000000000000-9-1".parse().unwrap()
    }

    /// Somebody who has texted twice.
    fn confirmed() -> User {
        User { texts: 2, ..user() }
    }

    #[test]
    fn until_a_second_text_or_an_answer_one_reminder_a_day_rings() {
        let mut user = User { texts: 1, ..user() };
        let first: AttemptId = "0000000000000000-1-1-1".parse().unwrap();
        assert_eq!(user.may_be_called(&first.occurrence, at(0), 5), Ok(()));
        user.called(first.clone(), at(0), TimeDelta::minutes(5));
        user.call_ended(&first);
        assert_eq!(user.may_be_called(&first.occurrence, at(120), 5), Ok(()), "one more attempt");
        assert_eq!(user.may_be_called(&other(), at(120), 5), Err(NotNow::Unconfirmed));
        assert_eq!(user.may_be_called(&other(), at(86_401), 5), Ok(()));
        // The next one of a daily series, where the clocks were switched and nobody answered the day before.
        let mut tried = user.clone();
        tried.called(first, at(800), TimeDelta::minutes(5));
        assert_eq!(tried.may_be_called(&other(), at(79_000), 5), Err(NotNow::Unconfirmed));
        assert_eq!(tried.may_be_called(&other(), at(82_800), 5), Ok(()));
        let answered = User { heard: true, ..user.clone() };
        assert_eq!(answered.may_be_called(&other(), at(120), 5), Ok(()));
        let texted = User { texts: 2, ..user };
        assert_eq!(texted.may_be_called(&other(), at(120), 5), Ok(()));
    }

    #[test]
    fn the_newest_of_stop_and_start_wins_in_any_order_of_arrival() {
        let mut user = user();
        user.opt_in(at(10));
        user.opt_out(at(5));
        assert!(!user.opted_out());
        user.opt_out(at(10));
        assert!(user.opted_out(), "at equal times STOP wins");
        user.opt_in(at(11));
        assert!(!user.opted_out());
    }

    #[test]
    fn a_phone_takes_one_call_at_a_time() {
        let mut user = confirmed();
        let first: AttemptId = "0000000000000000-1-1-1".parse().unwrap();
        user.called(first.clone(), at(0), TimeDelta::minutes(5));
        assert_eq!(user.may_be_called(&other(), at(1), 5), Err(NotNow::InACall));
        assert_eq!(
            user.may_be_called(&other(), at(300), 5),
            Ok(()),
            "without news it counts as over"
        );
        let second: OccurrenceId = "0000000000000000-2-1".parse().unwrap();
        assert!(user.wait_for_call(&second, at(1)));
        assert!(!user.wait_for_call(&second, at(2)), "that was known");
        assert!(user.call_ended(&first));
        assert_eq!(user.may_be_called(&other(), at(1), 5), Ok(()));
        assert!(!user.wait_for_call(&first.occurrence, at(1)), "there is no call to wait for");
        user.called(second.attempt(1), at(3), TimeDelta::minutes(5));
        assert!(user.held.is_empty());
    }

    #[test]
    fn a_place_that_is_not_taken_keeps_the_others_waiting_for_seconds() {
        let mut user = confirmed();
        let first: OccurrenceId = "0000000000000000-1-1".parse().unwrap();
        user.will_be_called(&first, at(10));
        assert_eq!(user.may_be_called(&first, at(10), 5), Ok(()));
        assert_eq!(user.may_be_called(&other(), at(14), 5), Err(NotNow::InACall));
        assert_eq!(user.may_be_called(&other(), at(15), 5), Ok(()));
    }

    #[test]
    fn a_day_takes_five_calls_and_a_refused_one_does_not_count() {
        let mut user = confirmed();
        for i in 1..=5_u32 {
            let attempt = format!("0000000000000000-{i}-1-1").parse().unwrap();
            user.called(attempt, at(i.into()), TimeDelta::zero());
        }
        assert_eq!(user.may_be_called(&other(), at(60), 5), Err(NotNow::DailyLimit));
        user.call_refused(&"0000000000000000-5-1-1".parse().unwrap(), at(5));
        assert_eq!(user.may_be_called(&other(), at(60), 5), Ok(()));
        assert_eq!(user.may_be_called(&other(), at(86_400 + 6), 5), Ok(()));
    }

    fn total(micros: i64, period: Period) -> Total {
        Total {
            user_id: UserId::from_random(1),
            period: period.to_string(),
            currency: Currency::USD,
            entries: 1,
            amount_micros: Micros(micros),
            allowance_micros: Micros::ZERO,
            by_kind: BTreeMap::new(),
        }
    }

    #[test]
    fn over_the_cap_nothing_is_called_until_the_month_is_over_and_that_is_told_once() {
        let (now, cap) = (at(0), Micros(100));
        let month = Period::of(now);
        let mut user = confirmed();
        assert!(!user.has_come_to(&total(99, month), cap, now));
        assert_eq!(user.may_be_called(&other(), now, 5), Ok(()));
        assert!(user.has_come_to(&total(100, month), cap, now));
        assert_eq!(user.may_be_called(&other(), now, 5), Err(NotNow::OverCap));
        assert_eq!(user.may_be_called(&other(), month.ends_at(), 5), Ok(()), "a new month");
        assert!(!user.has_come_to(&total(100, month), cap, now), "that was told");
        user.was_credited(&total(100, month));
        user.was_credited(&total(60, Period::of(month.ends_at())));
        assert!(user.is_capped(now), "no credit of this month that is enough");
        user.was_credited(&total(60, month));
        assert_eq!(user.may_be_called(&other(), now, 5), Ok(()));
        assert!(!user.has_come_to(&total(100, month), cap, now), "told once a month");
        assert_eq!(user.may_be_called(&other(), now, 5), Err(NotNow::OverCap));
        let next = month.ends_at();
        assert!(user.has_come_to(&total(100, Period::of(next)), cap, next));
    }

    #[test]
    fn a_month_that_is_over_and_a_user_who_has_left_are_not_told_of_the_cap() {
        let cap = Micros(100);
        let (now, month) = (at(0), Period::of(at(0)));
        let mut late = user();
        assert!(!late.has_come_to(&total(100, month), cap, month.ends_at()));
        assert_eq!(late.capped, None);
        let mut left = user();
        left.opt_out(now);
        assert!(!left.has_come_to(&total(100, month), cap, now));
        assert!(left.is_capped(now));
    }

    #[test]
    fn three_misunderstandings_are_answered_in_any_hour() {
        let mut user = user();
        let mut answered = |minutes: &[i64]| -> Vec<i64> {
            let is_answered = |minute: &i64| user.may_be_misunderstood(at(minute * 60));
            minutes.iter().copied().filter(is_answered).collect()
        };
        assert_eq!(answered(&[0, 50, 55, 58]), [0, 50, 55]);
        assert_eq!(answered(&[61, 62, 109, 111, 112]), [61, 111], "the hour does not begin anew");
    }
}
