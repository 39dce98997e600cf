//! `bounded-rings`, `on-time`, `opt-out`: of each call when it is asked for.

use chrono::{DateTime, TimeDelta, Utc};

use super::money::text;
use super::{ASKED_FOR, Case, ON_ITS_WAY, REMINDERS_MIN, UNKNOWN_WAIT, may_be_renumbered};
use crate::fault::Fault;
use crate::people::{FLOOD_WORD, People, Reminder};
use crate::promise::Promise;
use crate::record::{Ask, Record};
use crate::world::World;

/// The first call for a reminder is asked for no later than this after it is due; what was claimed until then takes a
/// few seconds.
const LATE_MAX: TimeDelta = TimeDelta::seconds(15 * 60 + 5);

/// The least pause between the first two calls for the same reminder, and before the third.
const PAUSES: [TimeDelta; 2] = [TimeDelta::minutes(2), TimeDelta::minutes(10)];

/// Without faults a pause is longer by no more than a call and the wait for one of the carrier's places.
const CALL_TAKES: TimeDelta = TimeDelta::minutes(3);

/// Without faults a phone rings so soon after its time, unless it or the carrier is busy.
const PUNCTUAL: TimeDelta = TimeDelta::seconds(10);

/// What the carrier throttled is asked for again so soon.
const AGAIN_WITHIN: TimeDelta = TimeDelta::minutes(4);

/// With so many calls in the minute before, the carrier's places are waited for.
const BUSY_CALLS: usize = 5;

/// For so many seconds the carrier may hold a call back.
const HELD_BACK_MAX_S: i64 = 60;

/// Calls to one phone in a day, about whatever.
const CALLS_A_DAY: usize = 5;

/// Attempts at one reminder.
const CALLS_A_REMINDER: usize = 3;

/// What a clock may be wrong by.
const SKEW: TimeDelta = TimeDelta::seconds(2);

/// An opted-out phone may get what was claimed before: within this time of the opt-out, or not at all.
const CLAIMED: TimeDelta = TimeDelta::seconds(5);

/// Whoever has claimed a call has asked for it by then, or never will, by whatever clocks.
const ASKED_BY: TimeDelta = TimeDelta::seconds(60);

/// Without faults a STOP is written within this time.
const STOP_WITHIN: TimeDelta = TimeDelta::seconds(60);

/// Of the reminders that could ring so many do not, in percent, or so many, where something goes wrong.
const SILENT_PERCENT: usize = 10;
const SILENT_MAX: usize = 2;

type Found = Vec<(Promise, String)>;

/// What the call at `index` breaks.
pub(super) fn of_one(record: &Record, index: usize, world: &World, people: &People) -> Found {
    let call = &record.calls[index];
    let mut found = Vec::new();
    if call.taken_as.is_some() {
        rings(record, index, call, &mut found);
        times(record, index, call, world, people, &mut found);
        rang_before_the_restore(record, call, people, &mut found);
    }
    if let Some(stop) =
        record.opted_out_throughout(&call.phone, call.sent_at - CLAIMED, call.sent_at)
    {
        let what = format!(
            "{} was called at {}, {} s after its STOP had been written",
            call.phone,
            call.sent_at,
            (call.sent_at - stop.committed_at).num_seconds()
        );
        found.push((Promise::OptOut, what));
    }
    found
}

/// At most three for a reminder and five a day to a phone, none while another is open, a pause between two for the same
/// reminder, and a longer one after one whose outcome is unknown.
fn rings(record: &Record, index: usize, call: &Ask, found: &mut Found) {
    let before = || record.calls[..index].iter().filter(|ask| ask.taken_as.is_some());
    let of_reminder = before().filter(|ask| ask.occurrence() == call.occurrence()).count();
    if of_reminder >= CALLS_A_REMINDER {
        let what = format!("call {} for {:?}", of_reminder + 1, call.occurrence());
        found.push((Promise::BoundedRings, what));
    }
    let last = before().rfind(|ask| ask.occurrence() == call.occurrence());
    let day = TimeDelta::hours(24) - SKEW;
    let today = before().filter(|ask| ask.phone == call.phone && call.sent_at - ask.sent_at < day);
    let today = today.count();
    if today >= CALLS_A_DAY {
        let what = format!("call {} to {} in a day", today + 1, call.phone);
        found.push((Promise::BoundedRings, what));
    }
    let pause = PAUSES[of_reminder.clamp(1, PAUSES.len()) - 1] - SKEW;
    if let Some(gap) = last.map(|last| call.sent_at - last.sent_at).filter(|gap| *gap < pause) {
        let what =
            format!("{:?} was called again after {} s", call.occurrence(), gap.num_seconds());
        found.push((Promise::BoundedRings, what));
    }
    let Some(last) = before().rfind(|ask| ask.phone == call.phone) else { return };
    let gap = call.sent_at - last.sent_at;
    // News of the last one, or the wait for it, has to come first.
    let id = last.taken_as.as_deref().unwrap_or_default();
    let over = record
        .told
        .iter()
        .any(|((of, event), at)| of == id && is_end(event) && *at <= call.sent_at + ON_ITS_WAY);
    // It is reckoned from the claim, which comes before the request.
    let wait = UNKNOWN_WAIT - SKEW - CLAIMED;
    if !over && gap < wait {
        let what = format!(
            "{} was called {} s after a call that is not known to be over",
            call.phone,
            gap.num_seconds()
        );
        found.push((Promise::BoundedRings, what));
    }
}

fn is_end(event: &str) -> bool {
    !matches!(event, "VOICE_INITIATED" | "VOICE_RINGING" | "VOICE_ANSWERED")
}

/// Not before it is due, and the first not after the last moment.
fn times(
    record: &Record,
    index: usize,
    call: &Ask,
    world: &World,
    people: &People,
    found: &mut Found,
) {
    if call.words.contains(FLOOD_WORD) {
        return;
    }
    let Some(reminder) = reminder_of(people, call) else {
        found.push((Promise::SaidIsDone, format!("a call that nobody asked for: {}", call.words)));
        return;
    };
    if may_be_renumbered(record, people, reminder) {
        return;
    }
    let skew = if world.dials.has(Fault::CorrectnessClockSkew) { SKEW } else { TimeDelta::zero() };
    let earliest = reminder.dues.iter().min();
    if let Some(due) = earliest.filter(|due| call.sent_at < **due - skew) {
        let early = (*due - call.sent_at).num_milliseconds();
        let promise = if early > 600_000 { Promise::SaidIsDone } else { Promise::OnTime };
        found.push((promise, format!("{} was called {early} ms early", reminder.word)));
    }
    let rang_before = record.calls[..index]
        .iter()
        .any(|ask| ask.taken_as.is_some() && ask.occurrence() == call.occurrence());
    // Where a change of zone overtook it, all times of its first day may have been over there.
    let moved = people.persons[reminder.person].zones.len() > 1;
    let tomorrow = TimeDelta::days(i64::from(moved && !reminder.series.is_empty()));
    let latest = reminder.dues.iter().max().map(|due| *due + tomorrow);
    let last_moment = LATE_MAX + skew;
    if call.time_to_live_s.is_none_or(|held_back| held_back > HELD_BACK_MAX_S) {
        let what = format!(
            "the carrier may ring {} when {:?} s have passed",
            reminder.word, call.time_to_live_s
        );
        found.push((Promise::OnTime, what));
    }
    // Whoever was claimed within the hour may be a few seconds on its way.
    let last_of_all = ASKED_FOR + skew + CLAIMED;
    if let Some(due) = latest.filter(|due| call.sent_at > *due + last_of_all) {
        let late = (call.sent_at - due).num_seconds();
        found.push((Promise::OnTime, format!("{} was called {late} s late", reminder.word)));
    }
    if let Some(due) = latest.filter(|due| !rang_before && call.sent_at > *due + last_moment) {
        let late = (call.sent_at - due).num_seconds();
        let promise = if late > 3_600 { Promise::SaidIsDone } else { Promise::OnTime };
        found.push((promise, format!("{} was first called {late} s late", reminder.word)));
    }
}

/// After a restore nothing rings that was due before it ended: it may have rung, and no row says so.
fn rang_before_the_restore(record: &Record, call: &Ask, people: &People, found: &mut Found) {
    let Some(restored) = record.restored.and_then(|it| it.repaired_at) else { return };
    let Some(reminder) = reminder_of(people, call).filter(|_| call.sent_at > restored) else {
        return;
    };
    let rang = record.lost.0.iter().any(|ask| {
        ask.taken_as.is_some() && ask.phone == call.phone && ask.words.contains(&reminder.word)
    });
    let is_new = reminder.dues.iter().any(|due| *due > restored - SKEW);
    if rang && !is_new {
        let what = format!("{} had rung, and rings again after a restore", reminder.word);
        found.push((Promise::BoundedRings, what));
    }
}

fn reminder_of<'a>(people: &'a People, call: &Ask) -> Option<&'a Reminder> {
    let of = |reminder: &&Reminder| {
        people.persons[reminder.person].phone == call.phone && call.words.contains(&reminder.word)
    };
    people.reminders.iter().rev().find(of)
}

impl Case<'_> {
    /// What was answered, and charged for, rings no more.
    fn rings_on(&self) -> Option<String> {
        // With the tables it is forgotten.
        if self.record.restored.is_some() {
            return None;
        }
        self.record.calls.iter().filter(|call| call.taken_as.is_some()).find_map(|call| {
            let entry = self.entry(&format!("call#{}", call.occurrence()?))?;
            let charged_at: DateTime<Utc> = text(entry, "written_at").parse().ok()?;
            (call.sent_at > charged_at + ASKED_BY).then(|| {
                format!(
                    "{} was called at {}, and charged at {charged_at}",
                    call.words, call.sent_at
                )
            })
        })
    }

    /// Of the reminders that nothing stood against, nearly all ring; and a STOP is written soon.
    pub(super) fn most_ring(&mut self) {
        let could: Vec<&Reminder> =
            self.people.reminders.iter().filter(|reminder| self.could_ring(reminder)).collect();
        let silent: Vec<&str> = could
            .iter()
            .filter(|reminder| !self.was_asked_for(reminder))
            .map(|reminder| reminder.word.as_str())
            .collect();
        let most = match self.world.dials.is_calm() {
            true => 0,
            // Of a few a few have bad luck more than once.
            false => (could.len() * SILENT_PERCENT / 100).max(SILENT_MAX),
        };
        if could.len() >= REMINDERS_MIN && silent.len() > most {
            let what = format!("of {} reminders these were not called: {silent:?}", could.len());
            self.breaks(Promise::OnTime, what);
        }
        if let Some(what) = self.rings_on() {
            self.breaks(Promise::BoundedRings, what);
        }
        let throttled = self.record.calls.iter().filter_map(|call| self.asked_again(call));
        if let Some(what) = self.too_many(throttled.collect()) {
            self.breaks(Promise::OnTime, what);
        }
        if !self.world.dials.is_calm() {
            return;
        }
        let unpunctual = self.record.calls.iter().find_map(|call| self.unpunctual(call));
        if let Some(what) = unpunctual {
            self.breaks(Promise::OnTime, what);
        }
        let late: Vec<String> = self
            .record
            .stops
            .iter()
            .filter(|stop| stop.committed_at - stop.sent_at > STOP_WITHIN)
            .map(|stop| format!("the STOP of {} was written after more than a minute", stop.phone))
            .collect();
        for what in late {
            self.breaks(Promise::OptOut, what);
        }
    }

    /// Of a call that the carrier throttled, whether it was asked for again if nothing stood against it.
    fn asked_again(&self, call: &Ask) -> Option<Result<(), String>> {
        let reminder = reminder_of(self.people, call).filter(|_| call.is_throttled())?;
        // Where the message is lost that would wake it, the repairs find it, by an index that may be some minutes behind.
        let is_lost = self.world.dials.has(Fault::DiskMessageLost);
        let within = AGAIN_WITHIN * if is_lost { 3 } else { 1 };
        let (from, until) = (call.sent_at - within, call.sent_at + within);
        let rushed = self.world.dials.has(Fault::DdosManySenders);
        let dropped = reminder.dropped_at.is_some_and(|at| at < until);
        let changed = reminder.changed.as_ref().is_some_and(|(at, _)| *at < until);
        let out =
            [from, call.sent_at, until].iter().any(|at| self.may_be_out(reminder.person, *at));
        let capped = self.capped_at(&call.phone, until).is_some_and(|at| at <= until);
        if rushed
            || dropped
            || changed
            || out
            || capped
            || self.is_excused(from, until)
            || self.record.restored.is_some()
        {
            return None;
        }
        // Or another call to that phone, which has to be over first.
        let again = self.record.calls.iter().any(|ask| {
            ask.phone == call.phone && ask.sent_at > call.sent_at && ask.sent_at < until
        });
        let too_late = reminder.dues.iter().all(|due| until > *due + LATE_MAX);
        let told = || format!("{} was not asked for again at {}", reminder.word, call.sent_at);
        (!too_late).then(|| if again { Ok(()) } else { Err(told()) })
    }

    /// A call that comes late where nothing goes wrong and nothing is in its way.
    fn unpunctual(&self, call: &Ask) -> Option<String> {
        let reminder = reminder_of(self.people, call).filter(|_| call.taken_as.is_some())?;
        let before = || self.record.calls.iter().filter(|ask| ask.sent_at < call.sent_at);
        let busy = before().filter(|ask| call.sent_at - ask.sent_at < TimeDelta::minutes(1));
        if self.waited_for_another(call) || busy.count() >= BUSY_CALLS {
            return None;
        }
        let of_it = || before().filter(|ask| ask.occurrence() == call.occurrence());
        let (last, tries) = (of_it().next_back(), of_it().count());
        let (wanted, most) = match last {
            Some(last) => (last.sent_at, PAUSES[tries.clamp(1, PAUSES.len()) - 1] + CALL_TAKES),
            None => {
                let dues = reminder.dues.iter().filter(|due| **due <= call.sent_at);
                (*dues.max()?, PUNCTUAL)
            }
        };
        let late = call.sent_at - wanted;
        (late > most).then(|| {
            format!(
                "{} rang {} s after {wanted}, the {tries} calls",
                reminder.word,
                late.num_seconds()
            )
        })
    }

    /// Somebody asked the carrier for a call, whatever became of that: more nobody can do.
    fn was_asked_for(&self, reminder: &Reminder) -> bool {
        self.record.calls.iter().any(|ask| self.is_about(ask, reminder))
    }

    /// Accepted, not dropped, its person not opted out nor at the month's maximum, its phone not called out for today,
    /// no outage around it.
    fn could_ring(&self, reminder: &Reminder) -> bool {
        let (Some(from), Some(to)) = (reminder.dues.iter().min(), reminder.dues.iter().max())
        else {
            return false;
        };
        let phone = &self.people.persons[reminder.person].phone;
        let near = TimeDelta::minutes(30);
        let stopped = match self.world.dials.is_calm() {
            // What people texted holds, and not what the product wrote.
            true => reminder.dues.iter().any(|due| {
                [*due, *due + near].iter().any(|at| self.may_be_out(reminder.person, *at))
            }),
            false => self.record.stops.iter().any(|stop| {
                stop.phone == *phone
                    && stop.sent_at <= *to + near
                    && stop.until.is_none_or(|until| until >= *from)
            }),
        };
        // What the carrier refused may count as a call all the same: the product may not know of the refusal.
        let of_day = |due: &DateTime<Utc>| {
            let calls = self.record.calls.iter().filter(|ask| ask.phone == *phone);
            calls.filter(|ask| (*due - ask.sent_at).abs() < TimeDelta::hours(25)).count()
        };
        // Over the month's maximum nothing rings.
        let capped = [*from, *to].into_iter().filter_map(|due| self.capped_at(phone, due));
        let capped = capped.min().is_some_and(|at| at <= *to + near);
        // Of a rush each one waits for the carrier's places, which are few.
        let barred = self.world.dials.has(Fault::DdosManySenders);
        self.acceptance(reminder).is_some()
            && reminder.dropped_at.is_none()
            && !self.was_left_out(reminder)
            && !stopped
            && !capped
            && !barred
            && reminder.dues.iter().all(|due| of_day(due) < 4)
            && !self.is_excused(*from - near, *to + near)
    }
}
