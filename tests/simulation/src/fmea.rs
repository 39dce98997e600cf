//! The failure table: for each fault what a person feels of it, how it is noticed, what the code does about it, and
//! what was seen when it was the only fault there was.

use std::fmt::Write as _;

use chrono::TimeDelta;

use crate::fault::{Fault, Mix};
use crate::processors;
use crate::promise::{Broken, Promise};
use crate::run::run;
use crate::world::{Settings, Unmade};

/// The worlds in which each fault is alone: so many, and more until it has happened.
const SEEDS: std::ops::RangeInclusive<u64> = 101..=130;
const WORLDS_MIN: u64 = 3;
const USERS: usize = 6;
const LENGTH: TimeDelta = TimeDelta::hours(8);

/// What is known of a fault without looking.
struct Entry {
    /// What a person feels.
    effect: &'static str,
    /// Which alarm tells, or why none does.
    noticed: &'static str,
    /// After how long.
    after: &'static str,
    /// What the code does.
    answer: &'static str,
    /// The promise that would break if it did not.
    threatens: Promise,
}

/// What was seen of a fault that was alone.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Which one.
    pub fault: Fault,
    /// In how many worlds it was looked for.
    pub worlds: u64,
    /// How often it happened there.
    pub happened: u64,
    /// The latest first ring, in milliseconds after it was due.
    pub latest_ms: i64,
    /// What `reconcile` repaired.
    pub repairs: u64,
    /// What it broke, with the seed.
    pub broken: Vec<(u64, Broken)>,
}

/// Runs worlds in which each fault is the only one.
///
/// # Errors
/// [`Unmade`] if the simulation itself is wrong.
pub fn each_alone() -> Result<Vec<Seen>, Unmade> {
    processors::map(Fault::ALL.into_iter(), alone).into_iter().collect()
}

fn alone(fault: Fault) -> Result<Seen, Unmade> {
    let mut seen =
        Seen { fault, worlds: 0, happened: 0, latest_ms: 0, repairs: 0, broken: Vec::new() };
    for seed in SEEDS {
        if seen.worlds >= WORLDS_MIN && seen.happened > 0 {
            break;
        }
        seen.worlds += 1;
        let outcome = run(&Settings {
            users: USERS,
            length: LENGTH,
            mix: Mix::Only(vec![fault]),
            ..Settings::new(seed)
        })?;
        seen.happened += outcome.record.faults.get(&fault).copied().unwrap_or(0);
        seen.repairs += outcome.record.repairs.values().sum::<u64>();
        let latest = outcome.figures.lateness_ms.into_iter().max().unwrap_or(0);
        seen.latest_ms = seen.latest_ms.max(latest);
        seen.broken.extend(outcome.broken.into_iter().map(|broken| (seed, broken)));
    }
    Ok(seen)
}

/// The table, in Markdown.
#[must_use]
pub fn table(all: &[Seen]) -> String {
    let mut text = format!(
        "# What fails, and what comes of it\n\n\
         Printed by `ringback simulate --failure-table`; a test holds this file to it. Each fault was the only one in \
         some worlds of {USERS} people and {} hours: how often it happened, how late the latest first ring was, and \
         how many rows `reconcile` repaired there. The alarms have their runbooks in [`runbooks/`](runbooks).\n\n\
         | fault | effect on a person | noticed by | after | what the code does | threatens | worlds | happened | \
         latest ring | repairs |\n|---|---|---|---|---|---|--:|--:|--:|--:|\n",
        LENGTH.num_hours(),
    );
    for seen in all {
        let entry = entry(seen.fault);
        let _infallible = writeln!(
            text,
            "| `{}` | {} | {} | {} | {} | `{}` | {} | {} | {} | {} |",
            seen.fault.name(),
            entry.effect,
            entry.noticed,
            entry.after,
            entry.answer,
            entry.threatens.name(),
            seen.worlds,
            seen.happened,
            in_seconds(seen.latest_ms),
            seen.repairs,
        );
    }
    text
}

fn in_seconds(ms: i64) -> String {
    let tenths = (ms + 50).div_euclid(100);
    format!("{}.{} s", tenths / 10, tenths.rem_euclid(10))
}

const NONE: &str = "nothing: it is mended before anybody could act";
const ERRORS: &str = "alarms `*-errors`, if many";
const OLD: &str = "alarms `*-is-old`";

#[expect(clippy::too_many_lines, reason = "it is a table")]
fn entry(fault: Fault) -> Entry {
    let row = |effect, noticed, after, answer, threatens| Entry {
        effect,
        noticed,
        after,
        answer,
        threatens,
    };
    match fault {
        Fault::NetworkRequestLost => row(
            "an answer or a ring comes seconds later",
            "alarms `*-near-time-out`, if many",
            "5 min",
            "the SDK asks again, but never the carrier; then the message comes back from its queue",
            Promise::Liveness,
        ),
        Fault::NetworkAnswerLost => row(
            "at most a second ring, after a wait",
            "alarms `unknown-calls`, `unknown-sms`, if many",
            "20 min",
            "writes are conditional, so a repetition finds its own; a call without an answer is *unknown*, and is \
             waited for",
            Promise::BoundedRings,
        ),
        Fault::NetworkPartition => row(
            "answers and rings wait until it is over",
            OLD,
            "7 min or more",
            "messages go back to their queues; what is too late for a ring becomes an SMS",
            Promise::OnTime,
        ),
        Fault::DiskWriteRefused => row(
            "an answer or a ring comes seconds later",
            OLD,
            "7 min or more",
            "nothing was done that has to be undone: the message is handled again",
            Promise::Conservation,
        ),
        Fault::DiskFull => row(
            "answers and rings wait until it is over",
            OLD,
            "7 min or more",
            "texts wait in their queue; what is owed stands in rows and is done by `reconcile`",
            Promise::Conservation,
        ),
        Fault::DiskMessageLost => row(
            "an answer, a ring, a charge or an event is a minute or some late",
            "metrics `repaired_*`",
            "1 min",
            "a message only says where to look; what is to be done stands in a row, and is done by `reconcile`",
            Promise::Liveness,
        ),
        Fault::DiskTableRestored => row(
            "what was due by its end comes by SMS; replies of the lost time come twice; its calls are not charged",
            "nothing by itself: damage is told by users, or by `reconcile-billing`",
            "up to a day",
            "everything from outside is handed in again from the archive; nothing rings that may have rung",
            Promise::BoundedRings,
        ),
        Fault::CpuFrozen => row(
            "an answer or a ring comes up to half a minute later",
            "alarms `*-near-time-out`, `*-errors`, if many",
            "5 min",
            "the time limit ends it; the queue delivers again; a claim that was frozen too long is not used",
            Promise::OnTime,
        ),
        Fault::MemoryKilled => row(
            "an answer or a ring comes later, by a visibility time-out or a run of `reconcile`",
            ERRORS,
            "2 to 5 min",
            "every handler can be run again from any of its steps",
            Promise::NoLostCharge,
        ),
        Fault::LambdaColdStart => row(
            "an answer comes a second later; a ring does not",
            "dashboard only",
            "",
            "schedules fire a minute and a half early, and the function waits for the second",
            Promise::OnTime,
        ),
        Fault::DegradationOutage => row(
            "answers and rings wait until it is over; late reminders come by SMS",
            "alarms `*-is-old`, `texts-late`, `due-unrung`",
            "7 min or more",
            "100 receives, growing pauses, `reconcile` oldest first; over fifteen minutes late an SMS says it",
            Promise::Conservation,
        ),
        Fault::LatencyTenfold => row(
            "a ring is up to a second late",
            "alarms `*-near-time-out`",
            "5 min",
            "time limits of each attempt and each operation fit into the function's",
            Promise::OnTime,
        ),
        Fault::FreshnessLateSchedule => row(
            "a ring is late by as much, a near one is not",
            "alarms `rung-late`, `due-unrung`",
            "8 min or more",
            "schedules fire a minute and a half early; what is half a minute overdue is rung by `reconcile`",
            Promise::OnTime,
        ),
        Fault::FreshnessLostSchedule => row(
            "the ring is up to a minute and a half late",
            "metric `repaired_lost_schedule`",
            "1 min",
            "`check_at` is half a minute after the ring is due: `reconcile` rings it",
            Promise::Conservation,
        ),
        Fault::FreshnessBacklog => row(
            "answers wait until it is over",
            OLD,
            "7 min or more",
            "what is due rings by `reconcile`; order is by the time of the text, not of its arrival",
            Promise::OptOut,
        ),
        Fault::FreshnessMissedRun => row(
            "nothing, unless something else fails as well",
            "alarm `reconcile-did-not-run`",
            "3 min",
            "the next run does what this one would have",
            Promise::Liveness,
        ),
        Fault::CorrectnessDuplicate => row(
            "nothing",
            NONE,
            "",
            "the id of a text, a call, an SMS and a charge is a key: the second finds the first",
            Promise::ChargedOnce,
        ),
        Fault::CorrectnessTwiceAtOnce => row(
            "nothing",
            NONE,
            "",
            "one conditional write wins, the other reads again",
            Promise::BoundedRings,
        ),
        Fault::CorrectnessRedelivered => row(
            "nothing",
            NONE,
            "",
            "as for a duplicate; six times the time limit is the visibility",
            Promise::ChargedOnce,
        ),
        Fault::CorrectnessReordered => row(
            "nothing",
            NONE,
            "",
            "events of a call are a set of facts; texts have the time at which they were sent",
            Promise::OptOut,
        ),
        Fault::CorrectnessAcknowledgementLost => row(
            "nothing",
            NONE,
            "",
            "the whole batch is handled again and changes nothing",
            Promise::ChargedOnce,
        ),
        Fault::CorrectnessStaleIndex => row(
            "a repair is a minute later",
            NONE,
            "",
            "the index only says where to look; decisions read the row itself",
            Promise::Liveness,
        ),
        Fault::CorrectnessClockSkew => row(
            "a ring is off by as much, at most two seconds",
            "dashboard only",
            "",
            "durations of more than the skew in every comparison of two clocks",
            Promise::OnTime,
        ),
        Fault::CorrectnessConflict => row(
            "nothing",
            NONE,
            "",
            "a conflict is no answer about the row: read and try again, then by the queue",
            Promise::NoLostCharge,
        ),
        Fault::CorrectnessTokenForgotten => row(
            "nothing",
            NONE,
            "",
            "conditions hold without the token too: a claim knows its own row again",
            Promise::ChargedOnce,
        ),
        Fault::Throttled => row(
            "an answer or a ring comes seconds later",
            "alarms `throttled`, `reminders-writes-throttled`",
            "5 min",
            "the SDK backs off and asks again, then the queue",
            Promise::OnTime,
        ),
        Fault::PoisonMessage => row(
            "nothing",
            "alarms `*-dead-letters`",
            "1 min",
            "refused at once with the reason, its neighbours go on",
            Promise::Liveness,
        ),
        Fault::CarrierNeverRings => row(
            "the ring comes minutes late",
            "alarm `unknown-calls`",
            "20 min",
            "without news the outcome is *unknown*: after the wait the next attempt is made",
            Promise::Conservation,
        ),
        Fault::CarrierEventLost => row(
            "perhaps one ring too many; a call that nobody told of is not charged",
            "alarm `unknown-calls`",
            "20 min",
            "as above; whoever gave up may still be answered by a late event",
            Promise::NoChargeWithoutAnswer,
        ),
        Fault::CarrierEventDoubled => {
            row("nothing", NONE, "", "a fact that is known is no news", Promise::ChargedOnce)
        }
        Fault::CarrierEventLate => row(
            "perhaps one ring too many, and a charge days later",
            "alarm `unknown-calls`",
            "20 min",
            "an answer counts whenever it is told, also after the end",
            Promise::NoLostCharge,
        ),
        Fault::CarrierThrottled => row(
            "the ring is seconds late; if it goes on, a minute",
            "alarm `calls-refused`, if many",
            "15 min",
            "it is asked for again after 2, 4 and 8 s; then the row is *held* and rings when there is room, oldest first",
            Promise::OnTime,
        ),
        Fault::CarrierSpendLimit => row(
            "no ring: the reminder comes by SMS",
            "alarm `spend-limit`",
            "1 min",
            "no attempt is wasted: the SMS goes at once and says so",
            Promise::Conservation,
        ),
        Fault::CarrierBlocked => row(
            "no ring: the reminder comes by SMS, if that is let through",
            "alarms `calls-refused`, `sms-refused`, if many",
            "15 min",
            "a refusal that will not change is not repeated",
            Promise::Conservation,
        ),
        Fault::CarrierInternalError => row(
            "the ring comes minutes late",
            "alarm `unknown-calls`",
            "20 min",
            "it may have rung: the outcome is *unknown*, and is waited for",
            Promise::BoundedRings,
        ),
        Fault::CarrierRingsTwice => row(
            "the phone rings twice; one charge",
            "not at all: to us it is one call",
            "",
            "an attempt keeps the set of what it was told; whichever is answered, that is one answer",
            Promise::ChargedOnce,
        ),
        Fault::CorrectnessTwoVersions => row(
            "answers, rings and charges late by minutes, until all code is new",
            "alarms `*-is-old`",
            "7 min or more",
            "what is of a version that is not known goes back to its queue, and comes to newer code in time",
            Promise::Liveness,
        ),
        Fault::DdosOneSender => row(
            "the sender is told once; everybody else notices nothing",
            "dashboard only",
            "",
            "20 texts a minute and 50 open reminders for one number, counted before anything dear is done",
            Promise::Fair,
        ),
        Fault::ReplyLoop => row(
            "none; the robot gets three answers an hour",
            "dashboard only",
            "",
            "our own words that come back are not answered, and what is not understood three times an hour",
            Promise::BoundedWork,
        ),
        Fault::ForgedSender => row(
            "whoever has the number is called about one reminder, and gets the SMS to it",
            "dashboard only",
            "",
            "a number that has not texted twice nor answered is called about one reminder a day",
            Promise::BoundedRings,
        ),
        Fault::DdosManySenders => row(
            "answers wait in line; rings are as many as the carrier takes",
            "alarms `texts-late`, `*-is-old`",
            "7 min or more",
            "queues level it, functions take as many at once as they may, calls are admitted by a log",
            Promise::BoundedRings,
        ),
    }
}
