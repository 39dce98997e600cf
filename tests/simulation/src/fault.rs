//! The faults: a registry with one entry for each, and the dials of one world.
//!
//! A world draws its dials from its seed: which faults there are at all, and how often. Worlds with few faults at a
//! high rate find what worlds with a little of everything do not ("swarm testing").

use chrono::{DateTime, TimeDelta, Utc};

use crate::dice::Dice;

/// What can go wrong, by the boundary at which it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// A request is lost on its way: no effect, no answer.
    NetworkRequestLost,
    /// An answer is lost on its way: the effect is there, and nobody knows.
    NetworkAnswerLost,
    /// One function cannot reach one service for a while.
    NetworkPartition,
    /// A write is refused with an internal error.
    DiskWriteRefused,
    /// A service has no room: every write is refused for a while.
    DiskFull,
    /// A message that was sent is not in its queue: somebody has purged it, or dropped dead letters.
    DiskMessageLost,
    /// Both tables are set back to an earlier moment, as after damage, with all that a restore takes.
    DiskTableRestored,
    /// A function gets no processor for so long that its time limit may end it.
    CpuFrozen,
    /// A function is killed between any two of its steps.
    MemoryKilled,
    /// A function's first invocation takes a second to begin.
    LambdaColdStart,
    /// A service fails most requests for hours.
    DegradationOutage,
    /// Everything takes ten times as long for a while, without an error.
    LatencyTenfold,
    /// Schedules fire late, up to the minute that the service promises, or some minutes.
    FreshnessLateSchedule,
    /// A schedule is taken on and never fires.
    FreshnessLostSchedule,
    /// Nobody takes messages from a queue for a while.
    FreshnessBacklog,
    /// A run of `reconcile` does not happen.
    FreshnessMissedRun,
    /// A message is delivered again, at once or much later.
    CorrectnessDuplicate,
    /// Two invocations handle the same messages at the same time.
    CorrectnessTwiceAtOnce,
    /// A message comes again while it is still being handled.
    CorrectnessRedelivered,
    /// Messages overtake each other.
    CorrectnessReordered,
    /// What was handled is not deleted, and comes again.
    CorrectnessAcknowledgementLost,
    /// The index of open rows is behind the rows.
    CorrectnessStaleIndex,
    /// A function's clock is wrong by up to two seconds.
    CorrectnessClockSkew,
    /// A transaction meets another and is cancelled.
    CorrectnessConflict,
    /// DynamoDB does not recognise the repetition of a transaction that it has done.
    CorrectnessTokenForgotten,
    /// While a release is rolled out, old code and new handle the same rows and messages.
    CorrectnessTwoVersions,
    /// A service throttles a request.
    Throttled,
    /// A message that is none stands in a queue.
    PoisonMessage,
    /// The carrier takes a call on, and the phone never rings.
    CarrierNeverRings,
    /// The phone rings twice at once for one request.
    CarrierRingsTwice,
    /// An event of a call is never told.
    CarrierEventLost,
    /// An event of a call is told twice.
    CarrierEventDoubled,
    /// Events of calls come late and in any order, some after three days.
    CarrierEventLate,
    /// The carrier throttles.
    CarrierThrottled,
    /// The carrier says that the month's money is spent, for a while.
    CarrierSpendLimit,
    /// The carrier does not call or text this phone.
    CarrierBlocked,
    /// The carrier fails without saying whether it did what was asked.
    CarrierInternalError,
    /// One sender sends hundreds of texts.
    DdosOneSender,
    /// Many new senders text at the same moment.
    DdosManySenders,
    /// A robot has our number: it answers each of our SMS.
    ReplyLoop,
    /// Somebody texts with the number of another, who knows nothing of it.
    ForgedSender,
}

/// How a fault is dosed.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Dose {
    /// With a probability between these, at each opportunity.
    Each(f64, f64),
    /// In spans of time between these, in minutes.
    Spans(i64, i64),
    /// At one moment.
    Once,
    /// At one moment, and in few worlds.
    Seldom,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 41] = [
        Self::NetworkRequestLost,
        Self::NetworkAnswerLost,
        Self::NetworkPartition,
        Self::DiskWriteRefused,
        Self::DiskFull,
        Self::CpuFrozen,
        Self::MemoryKilled,
        Self::LambdaColdStart,
        Self::DegradationOutage,
        Self::LatencyTenfold,
        Self::FreshnessLateSchedule,
        Self::FreshnessLostSchedule,
        Self::FreshnessBacklog,
        Self::FreshnessMissedRun,
        Self::CorrectnessDuplicate,
        Self::CorrectnessTwiceAtOnce,
        Self::CorrectnessRedelivered,
        Self::CorrectnessReordered,
        Self::CorrectnessAcknowledgementLost,
        Self::CorrectnessStaleIndex,
        Self::CorrectnessClockSkew,
        Self::CorrectnessConflict,
        Self::CorrectnessTokenForgotten,
        Self::CorrectnessTwoVersions,
        Self::Throttled,
        Self::PoisonMessage,
        Self::CarrierNeverRings,
        Self::CarrierRingsTwice,
        Self::CarrierEventLost,
        Self::CarrierEventDoubled,
        Self::CarrierEventLate,
        Self::CarrierThrottled,
        Self::CarrierSpendLimit,
        Self::CarrierBlocked,
        Self::CarrierInternalError,
        Self::DdosOneSender,
        Self::DdosManySenders,
        Self::ReplyLoop,
        // The last: what worlds without them have does not depend on them.
        Self::DiskTableRestored,
        Self::ForgedSender,
        Self::DiskMessageLost,
    ];

    /// The name by which it is listed and asked for.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NetworkRequestLost => "network-request-lost",
            Self::NetworkAnswerLost => "network-answer-lost",
            Self::NetworkPartition => "network-partition",
            Self::DiskWriteRefused => "disk-write-refused",
            Self::DiskFull => "disk-full",
            Self::DiskMessageLost => "disk-message-lost",
            Self::DiskTableRestored => "disk-table-restored",
            Self::CpuFrozen => "cpu-frozen",
            Self::MemoryKilled => "memory-killed",
            Self::LambdaColdStart => "lambda-cold-start",
            Self::DegradationOutage => "degradation-outage",
            Self::LatencyTenfold => "latency-tenfold",
            Self::FreshnessLateSchedule => "freshness-late-schedule",
            Self::FreshnessLostSchedule => "freshness-lost-schedule",
            Self::FreshnessBacklog => "freshness-backlog",
            Self::FreshnessMissedRun => "freshness-missed-run",
            Self::CorrectnessDuplicate => "correctness-duplicate",
            Self::CorrectnessTwiceAtOnce => "correctness-twice-at-once",
            Self::CorrectnessRedelivered => "correctness-redelivered",
            Self::CorrectnessReordered => "correctness-reordered",
            Self::CorrectnessAcknowledgementLost => "correctness-acknowledgement-lost",
            Self::CorrectnessStaleIndex => "correctness-stale-index",
            Self::CorrectnessClockSkew => "correctness-clock-skew",
            Self::CorrectnessConflict => "correctness-conflict",
            Self::CorrectnessTokenForgotten => "correctness-token-forgotten",
            Self::CorrectnessTwoVersions => "correctness-two-versions",
            Self::Throttled => "throttled",
            Self::PoisonMessage => "poison-message",
            Self::CarrierNeverRings => "carrier-never-rings",
            Self::CarrierRingsTwice => "carrier-rings-twice",
            Self::CarrierEventLost => "carrier-event-lost",
            Self::CarrierEventDoubled => "carrier-event-doubled",
            Self::CarrierEventLate => "carrier-event-late",
            Self::CarrierThrottled => "carrier-throttled",
            Self::CarrierSpendLimit => "carrier-spend-limit",
            Self::CarrierBlocked => "carrier-blocked",
            Self::CarrierInternalError => "carrier-internal-error",
            Self::DdosOneSender => "ddos-one-sender",
            Self::DdosManySenders => "ddos-many-senders",
            Self::ReplyLoop => "reply-loop",
            Self::ForgedSender => "forged-sender",
        }
    }

    fn dose(self) -> Dose {
        match self {
            Self::NetworkPartition => Dose::Spans(1, 20),
            Self::DiskFull => Dose::Spans(1, 15),
            Self::DegradationOutage => Dose::Spans(60, 240),
            Self::LatencyTenfold => Dose::Spans(10, 120),
            Self::FreshnessBacklog => Dose::Spans(1, 30),
            Self::CorrectnessTwoVersions => Dose::Spans(1, 20),
            Self::CarrierSpendLimit => Dose::Spans(5, 90),
            Self::DdosOneSender | Self::DdosManySenders | Self::ReplyLoop | Self::ForgedSender => {
                Dose::Once
            }
            Self::DiskTableRestored => Dose::Seldom,
            Self::LambdaColdStart | Self::CorrectnessClockSkew => Dose::Each(0.2, 1.0),
            Self::FreshnessLateSchedule | Self::CorrectnessReordered => Dose::Each(0.05, 1.0),
            Self::CarrierEventLate => Dose::Each(0.02, 0.5),
            Self::CorrectnessStaleIndex | Self::CorrectnessTokenForgotten => Dose::Each(0.05, 0.8),
            Self::PoisonMessage => Dose::Each(0.001, 0.01),
            Self::CarrierNeverRings | Self::CarrierEventLost => Dose::Each(0.01, 0.3),
            Self::CpuFrozen | Self::CarrierBlocked => Dose::Each(0.002, 0.05),
            Self::FreshnessMissedRun => Dose::Each(0.05, 0.5),
            _ => Dose::Each(0.003, 0.12),
        }
    }
}

/// A span of time in which a fault lasts, with whom it hits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Which fault.
    pub fault: Fault,
    /// From when.
    pub from: DateTime<Utc>,
    /// Until when.
    pub to: DateTime<Utc>,
    /// Which service, queue or function it hits; what that means is the fault's.
    pub of: u64,
}

/// The dials of one world.
#[derive(Debug, Clone, Default)]
pub struct Dials {
    rates: Vec<(Fault, f64)>,
    /// The spans of those faults that last.
    pub spans: Vec<Span>,
}

/// Which faults a world may have.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Mix {
    /// Drawn from the seed; one world in eight has none at all.
    #[default]
    Drawn,
    /// None.
    None,
    /// These, all of them.
    Only(Vec<Fault>),
}

/// One world in so many has no fault: there the promises without faults are checked.
const CALM_WORLDS: i64 = 8;

/// Of the worlds in which a rare fault would be, so many have it: a restore takes an hour or two out of a day.
const SELDOM: f64 = 0.25;

impl Dials {
    /// Draws the dials of a world that begins at `from` and whose people are awake until `to`.
    #[must_use]
    pub fn draw(mix: &Mix, dice: &mut Dice, from: DateTime<Utc>, to: DateTime<Utc>) -> Self {
        let mut dials = Self::default();
        let calm = dice.between(1, CALM_WORLDS) == 1;
        // Some worlds have nearly all faults, some a few; with one or two there is little that excuses anything.
        let share = [0.05, 0.15, 0.3, 0.5, 0.8][usize::try_from(dice.between(0, 4)).unwrap_or(0)];
        for fault in Fault::ALL {
            let drawn = dice.chance(share);
            let missed = fault.dose() == Dose::Seldom && !dice.chance(SELDOM);
            let wanted = match mix {
                Mix::Drawn => !calm && drawn && !missed,
                Mix::None => false,
                Mix::Only(faults) => faults.contains(&fault),
            };
            let rate = match fault.dose() {
                Dose::Each(low, high) => dice.magnitude(low, high),
                Dose::Spans(..) | Dose::Once | Dose::Seldom => 0.0,
            };
            let spans = match fault.dose() {
                Dose::Spans(low, high) => spans(fault, (low, high), dice, from, to),
                Dose::Once | Dose::Seldom => {
                    spans(fault, (1, 1), dice, from, to).into_iter().take(1).collect()
                }
                Dose::Each(..) => Vec::new(),
            };
            if wanted {
                dials.rates.push((fault, rate));
                dials.spans.extend(spans);
            }
        }
        dials
    }

    /// Whether this world has no faults.
    #[must_use]
    pub fn is_calm(&self) -> bool {
        self.rates.is_empty()
    }

    /// Whether this world has the fault.
    #[must_use]
    pub fn has(&self, fault: Fault) -> bool {
        self.rates.iter().any(|(of, _)| *of == fault)
    }

    /// How often the fault happens at an opportunity.
    #[must_use]
    pub fn rate(&self, fault: Fault) -> f64 {
        self.rates.iter().find(|(of, _)| *of == fault).map_or(0.0, |(_, rate)| *rate)
    }

    /// The span of `fault` that `now` lies in.
    #[must_use]
    pub fn span(&self, fault: Fault, now: DateTime<Utc>) -> Option<&Span> {
        self.spans.iter().find(|span| span.fault == fault && span.from <= now && now < span.to)
    }
}

fn spans(
    fault: Fault,
    (low, high): (i64, i64),
    dice: &mut Dice,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Vec<Span> {
    let length = (to - from).num_minutes();
    // Longer faults are rarer: about one in ten of the time is spent in any of them.
    let most = (length / (high * 5)).clamp(1, 4);
    (0..dice.between(1, most))
        .map(|_| {
            let begin = from + TimeDelta::minutes(dice.between(0, length));
            let end = begin + TimeDelta::minutes(dice.between(low, high));
            Span { fault, from: begin, to: end, of: dice.bits() }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_different_and_say_the_class_of_the_fault() {
        let mut names: Vec<&str> = Fault::ALL.iter().map(|fault| fault.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Fault::ALL.len());
        for class in ["disk", "network", "cpu", "memory", "degradation", "latency", "freshness"] {
            assert!(names.iter().any(|name| name.starts_with(class)), "{class}");
        }
    }

    #[test]
    fn one_world_in_eight_is_calm_and_together_they_have_every_fault() {
        let from = DateTime::UNIX_EPOCH;
        let to = from + TimeDelta::days(1);
        let worlds: Vec<Dials> = (0..400)
            .map(|seed| Dials::draw(&Mix::Drawn, &mut Dice::new(seed, "dials"), from, to))
            .collect();
        let calm = worlds.iter().filter(|dials| dials.is_calm()).count();
        assert!((25..90).contains(&calm), "{calm} of 400");
        for fault in Fault::ALL {
            assert!(worlds.iter().any(|dials| dials.has(fault)), "{}", fault.name());
        }
    }

    #[test]
    fn only_what_is_asked_for_happens() {
        let (from, only) = (DateTime::UNIX_EPOCH, Mix::Only(vec![Fault::DiskFull]));
        let dials = Dials::draw(&only, &mut Dice::new(3, "dials"), from, from + TimeDelta::days(1));
        assert!(dials.has(Fault::DiskFull) && !dials.has(Fault::CpuFrozen));
        assert!(dials.spans.iter().all(|span| span.fault == Fault::DiskFull));
        assert!(!dials.spans.is_empty());
    }
}
