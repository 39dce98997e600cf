//! The tables set back to an earlier moment, and what an operator does then: `infra/runbooks/restore.md`, step by step.
//!
//! What the functions did since that moment has happened, to phones above all, and no row knows of it: it is another
//! history, which the record keeps apart ([`crate::record::Record::lose`]). What came from outside comes once more from
//! an archive, as `infra/archive.yaml` keeps one.

use std::collections::BTreeSet;
use std::sync::Arc;

use aws_local::sqs;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use stack::functions::Function;
use stack::provision::{TOPICS, queue};
use stack::replay::Turns;

use crate::dice::Dice;
use crate::fault::{Dials, Fault};
use crate::sabotage::Sabotage;
use crate::tables::Tables;
use crate::world::{Settings, World};

/// From the moment that the tables are set back to until somebody begins, in minutes: the damage has to be noticed.
const NOTICED_MIN: (i64, i64) = (5, 60);

/// So long everything stands still while the tables are restored, in minutes. Longer than news of a call is waited for:
/// what was in progress has to be over.
const TAKES_MIN: (i64, i64) = (6, 40);

/// What the archive has from so long before the moment is handed in again: so long a message may be tried.
const SINCE: TimeDelta = TimeDelta::hours(5);

/// The queues whose messages were the product's own: rows say what they owe.
const PURGED: [&str; 4] =
    [queue::DUE_CALLBACKS, queue::SCHEDULE_REMINDER, queue::OUTBOUND_SMS, queue::CHARGES];

/// The functions that take in what comes from outside; they go on before the others.
const READERS: [Function; 2] = [Function::InboundSms, Function::RecordCall];

/// How far the operator has come.
#[derive(Debug)]
enum Step {
    /// Nothing has happened yet.
    Ahead,
    /// The tables were copied; the damage is not noticed yet.
    Copied(Tables),
    /// All functions stand still.
    Stopped(Tables, DateTime<Utc>),
    /// The tables are those of the moment, and what came from outside is taken in.
    TakingIn,
    /// The repair loop goes through all that is open; whether a run of it is on its way.
    Repairing(DateTime<Utc>, bool),
    /// All go on.
    Over,
}

/// A restore, in a world that has one.
#[derive(Debug)]
pub(crate) struct Restore {
    /// The moment that the tables are set back to.
    moment: DateTime<Utc>,
    /// When somebody begins.
    begins: DateTime<Utc>,
    /// How long everything stands still then.
    takes: TimeDelta,
    step: Step,
    /// What the topics were given, in the order in which it was first taken: its queue, and the notification.
    archive: Vec<(&'static str, String)>,
    /// The ids of those notifications.
    archived: BTreeSet<String>,
}

/// What happened to the tables, for whoever judges.
#[derive(Debug, Clone, Copy)]
pub struct Restored {
    /// The moment that they were set back to.
    pub moment: DateTime<Utc>,
    /// When all that had been due was told, so that it rings no more; unknown while that is not done.
    pub repaired_at: Option<DateTime<Utc>>,
    /// When all functions went on.
    pub over_at: Option<DateTime<Utc>>,
}

impl Restore {
    /// The restore of a world, if it has that fault; with the sabotage of it every world has one, and a quick one.
    pub(crate) fn of(settings: &Settings, dials: &Dials, from: DateTime<Utc>) -> Option<Self> {
        let mut dice = Dice::new(settings.seed, "restore");
        let mut minutes = |(least, most)| TimeDelta::minutes(dice.between(least, most));
        let (after, takes) = (minutes(NOTICED_MIN), minutes(TAKES_MIN));
        let span = dials.spans.iter().find(|span| span.fault == Fault::DiskTableRestored);
        let (moment, takes) = match span {
            _ if settings.sabotage == Some(Sabotage::RestoreUnrepaired) => {
                let length = settings.length.num_milliseconds();
                let moment = from + dice.milliseconds(length / 4, length);
                (moment, TimeDelta::minutes(TAKES_MIN.0))
            }
            span => (span?.from, takes),
        };
        let begins = moment + after;
        let (archive, archived) = (Vec::new(), BTreeSet::new());
        Some(Self { moment, begins, takes, step: Step::Ahead, archive, archived })
    }

    /// Whether a function takes nothing from its queue now.
    pub(crate) fn holds_back(&self, function: Function) -> bool {
        match self.step {
            Step::Ahead | Step::Copied(_) | Step::Over => false,
            Step::Stopped(..) => true,
            Step::TakingIn | Step::Repairing(..) => !READERS.contains(&function),
        }
    }

    fn is_repairing(&self) -> bool {
        matches!(self.step, Step::Repairing(..))
    }

    fn is_over(&self) -> bool {
        matches!(self.step, Step::Over)
    }

    /// Keeps a message that was taken from a queue, if a topic had brought it and it is new.
    fn archive(&mut self, queue: &str, body: &str) {
        let Some(topic) = TOPICS.into_iter().find(|topic| *topic == queue) else { return };
        let notification: Value = serde_json::from_str(body).unwrap_or_default();
        let Some(id) = notification["MessageId"].as_str() else { return };
        if self.archived.insert(id.to_owned()) {
            self.archive.push((topic, body.to_owned()));
        }
    }

    /// What is handed in again, with the seconds that each is kept back.
    fn to_hand_in(&self) -> Vec<(&'static str, String, u32)> {
        let since = self.moment - SINCE;
        let mut turns = Turns::default();
        let is_wanted = |body: &str| {
            let notification: Value = serde_json::from_str(body).unwrap_or_default();
            let at = notification["Timestamp"].as_str().and_then(|at| at.parse().ok());
            at.is_some_and(|at: DateTime<Utc>| at >= since)
        };
        let wanted = self.archive.iter().filter(|(_, body)| is_wanted(body));
        wanted.map(|(queue, body)| (*queue, body.clone(), turns.delay_s(body))).collect()
    }
}

impl World {
    /// Keeps what was taken from a queue, where there will be a restore.
    pub(crate) fn archive(&self, queue: &str, bodies: impl Iterator<Item = impl AsRef<str>>) {
        if let Some(restore) = self.restoring().as_mut().filter(|restore| !restore.is_over()) {
            bodies.for_each(|body| restore.archive(queue, body.as_ref()));
        }
    }

    /// Whether a function takes nothing from its queue, since the tables are being restored.
    pub(crate) fn is_held_back(&self, function: Function) -> bool {
        self.restoring().as_ref().is_some_and(|restore| restore.holds_back(function))
    }

    /// Whether the repair loop goes through all that is open, after a restore.
    pub(crate) fn is_looked_through(&self) -> bool {
        self.restoring().as_ref().is_some_and(Restore::is_repairing)
    }

    /// Whether a restore is still to come, or going on.
    pub(crate) fn has_to_restore(&self) -> bool {
        self.restoring().as_ref().is_some_and(|restore| !restore.is_over())
    }

    /// Goes on with the restore, if there is one and its next step can be taken.
    pub(crate) fn restore(self: &Arc<Self>, now: DateTime<Utc>) {
        let mut restoring = self.restoring();
        let Some(restore) = &mut *restoring else { return };
        let step = std::mem::replace(&mut restore.step, Step::Over);
        restore.step = match step {
            Step::Ahead if now >= restore.moment => match self.copy_of_tables() {
                Some(copy) => Step::Copied(copy),
                // The tables of the local stack are not copied: a world that has them has no restore.
                None => Step::Over,
            },
            Step::Copied(copy) if now >= restore.begins => Step::Stopped(copy, now),
            Step::Stopped(copy, since)
                if now >= since + restore.takes && self.lambda().is_idle() =>
            {
                self.set_back(copy, restore, now);
                Step::TakingIn
            }
            Step::TakingIn if self.is_taken_in() => match self.sabotage {
                Some(Sabotage::RestoreUnrepaired) => self.restored(now, now),
                _ => Step::Repairing(now, false),
            },
            Step::Repairing(restored_at, false) => {
                self.repair_restored(restored_at);
                Step::Repairing(restored_at, true)
            }
            other => other,
        };
    }

    /// The tables become those of the moment; what the queues have is left to what comes from outside.
    fn set_back(&self, copy: Tables, restore: &Restore, now: DateTime<Utc>) {
        self.happened(Fault::DiskTableRestored, now, &format!("to {}", restore.moment));
        self.set_tables(copy);
        self.record(|record| record.lose(restore.moment));
        let handed_in = restore.to_hand_in();
        self.aws(|aws| {
            // A store in memory does not fail.
            let _done = aws.with(now, |ctx| {
                PURGED.iter().try_for_each(|queue| sqs::purge_queue(ctx, queue))?;
                for (queue, body, delay_s) in handed_in {
                    let message =
                        sqs::Outgoing { delay_s: Some(delay_s), ..sqs::Outgoing::text(body) };
                    sqs::send(ctx, queue, message)?;
                }
                Ok::<_, aws_local::wire::AwsError>(())
            });
        });
    }

    /// Whether all that came from outside is taken in.
    fn is_taken_in(&self) -> bool {
        let waits = self.waiting().iter().any(|(queue, _)| TOPICS.contains(queue));
        !waits && self.lambda().is_idle()
    }

    /// One run of the repair loop through all that is open, as it is invoked by hand.
    fn repair_restored(self: &Arc<Self>, restored_at: DateTime<Utc>) {
        let world = Arc::clone(self);
        tokio::spawn(async move {
            let asked = json!({ "restored_at": restored_at }).to_string();
            let outcome = world.invoke_reconcile(&asked).await;
            let is_finished = outcome.is_ok_and(|report| report["finished"] == true);
            // Again in a while: a call that was in progress has to be over.
            if !is_finished {
                tokio::time::sleep(std::time::Duration::from_secs(60)).await;
            }
            let step = match is_finished {
                true => world.restored(restored_at, world.now()),
                false => Step::Repairing(restored_at, false),
            };
            if let Some(restore) = &mut *world.restoring() {
                restore.step = step;
            }
            world.stir_always();
        });
    }

    /// All go on.
    fn restored(&self, repaired_at: DateTime<Utc>, now: DateTime<Utc>) -> Step {
        self.record(|record| {
            record.line(now, "restored");
            if let Some(restored) = &mut record.restored {
                (restored.repaired_at, restored.over_at) = (Some(repaired_at), Some(now));
            }
        });
        Step::Over
    }
}
