//! `ringback redrive`: dead letters, looked at, sent back or dismissed; one way for all kinds.
//!
//! A letter is received, sent to the queue that it should have gone through, and only then deleted: a crash between
//! only doubles it, and every reader bears repetition. SQS's own redrive does not take the dead letters of
//! subscriptions, schedules and invocations, which are half of the kinds here.
//!
//! # Layout
//! - [`letter`]: what a dead letter says of itself; [`mask`]: what of a body may be shown

pub mod letter;
pub mod mask;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::str::FromStr;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{
    ChangeMessageVisibilityBatchRequestEntry, MessageSystemAttributeName as System,
};
use chrono::{DateTime, TimeDelta, Utc};
use clap::Args;
use futures::future::join_all;
use serde_json::json;
use stack::provision::{self, queue};

use self::letter::Letter;
use crate::cli;
use crate::refusal::Refusal;
use crate::target::{Names, Target, TargetArgs, TargetError};

/// What stands where the reader is not a queue: runs of the repair loop.
const RECONCILE: &str = "reconcile";
/// What the scheduler could not deliver.
const SCHEDULES: &str = "schedules";

/// How long letters are kept from others while they are looked at or sent, in seconds. What is not deleted is given
/// back at the end; only after a crash this has to pass.
const HOLD_S: i32 = 600;

/// Letters are sent for so long at most: well before they come into sight again.
const SEND_MAX: TimeDelta = TimeDelta::minutes(8);

/// How long one receive waits, in seconds: long enough for SQS to ask all its servers.
const RECEIVE_WAIT_S: i32 = 1;

/// As many as SQS hands out at once, and as many as are sent side by side.
const AT_ONCE: usize = 10;

/// Letters that are held at once while the wanted ones are looked for. SQS allows 120,000.
const HELD_MAX: usize = 20_000;

/// Whose dead letters, and which, and what to do with them.
#[derive(Debug, Args)]
pub struct RedriveArgs {
    /// The queue whose dead letters are meant, such as charges; or schedules, or reconcile
    #[arg(value_name = "QUEUE")]
    pub queue: Source,
    /// Only show what is there and why, with numbers and texts masked
    #[arg(long)]
    pub peek: bool,
    /// Delete them instead: for what nobody needs any more
    #[arg(long, conflicts_with = "peek", requires = "which")]
    pub dismiss: bool,
    /// Only this one, by its id as --peek shows it
    #[arg(long, group = "which")]
    pub id: Option<String>,
    /// Only those with this reason, as --peek shows it
    #[arg(long, group = "which")]
    pub reason: Option<String>,
    /// Only those that were first seen so long ago, such as 90s, 15m, 2h or 3d
    #[arg(long, value_name = "AGE")]
    pub older_than: Option<Age>,
    /// At most so many
    #[arg(long, value_name = "COUNT", default_value_t = 1000,
          value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub limit: u32,
    /// JSON instead of sentences
    #[arg(long)]
    pub json: bool,
    /// Which stack.
    #[command(flatten)]
    pub target: TargetArgs,
}

/// Whose dead letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source(&'static str);

impl Source {
    /// All there are.
    #[must_use]
    pub fn all() -> Vec<Self> {
        queue::SOURCES.iter().chain(&[SCHEDULES, RECONCILE]).map(|name| Self(name)).collect()
    }

    /// Its name, without `-dead-letters`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0
    }

    /// Where a letter should have gone; why it goes nowhere otherwise.
    fn destination(self, letter: &Letter) -> Result<&'static str, &'static str> {
        match self.0 {
            RECONCILE => {
                Err("the repair loop looks at everything in its next run; --dismiss deletes them")
            }
            // What a schedule was to deliver says itself where to.
            SCHEDULES => match letter.attribute("TARGET_ARN") {
                Some(target) if target.ends_with(queue::DUE_CALLBACKS) => Ok(queue::DUE_CALLBACKS),
                Some(target) if target.ends_with(queue::EXPORT_BILLING) => {
                    Ok(queue::EXPORT_BILLING)
                }
                Some(target) if target.ends_with(queue::RECONCILE_BILLING) => {
                    Ok(queue::RECONCILE_BILLING)
                }
                _ => Err(
                    "they were to start the repair loop, which starts every minute; --dismiss deletes them",
                ),
            },
            own => Ok(own),
        }
    }
}

impl FromStr for Source {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let name = text.strip_suffix("-dead-letters").unwrap_or(text);
        let all = Self::all();
        let names = || all.iter().map(|source| source.0).collect::<Vec<_>>().join(", ");
        all.iter()
            .copied()
            .find(|source| source.0 == name)
            .ok_or_else(|| format!("one of {}", names()))
    }
}

/// A length of time, as people write it: a number and its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Age(pub TimeDelta);

impl FromStr for Age {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let of = |unit: char, seconds: i64| {
            let number: u32 = text.strip_suffix(unit)?.parse().ok()?;
            TimeDelta::try_seconds(i64::from(number).checked_mul(seconds)?)
        };
        let age = of('s', 1).or_else(|| of('m', 60)).or_else(|| of('h', 3_600));
        age.or_else(|| of('d', 86_400)).map(Self).ok_or("a number and s, m, h or d, such as 2h")
    }
}

/// Does what the arguments say, and tells it.
///
/// # Errors
/// No stack; a permission that is missing; letters that could not be sent or deleted.
pub fn run(args: &RedriveArgs) -> Result<(), RedriveError> {
    cli::wait_for(async {
        let target = Target::open(&args.target).await?;
        let letters = DeadLetters::of(&target, args.queue);
        match args.peek {
            true => letters.peek(args).await,
            false => letters.settle(args).await,
        }
    })?
}

/// One queue of dead letters.
struct DeadLetters<'a> {
    sqs: Client,
    names: &'a Names,
    source: Source,
    url: String,
    started: DateTime<Utc>,
}

impl<'a> DeadLetters<'a> {
    fn of(target: &'a Target, source: Source) -> Self {
        Self {
            sqs: Client::new(&target.sdk),
            names: &target.names,
            source,
            url: target.names.queue_url(&provision::dead_letters(source.0)),
            started: target.cloud.clock.now(),
        }
    }

    /// Shows the letters, and gives them back.
    async fn peek(&self, args: &RedriveArgs) -> Result<(), RedriveError> {
        let found = self.take(args).await?;
        self.give_back(found.wanted.iter().chain(&found.others)).await;
        let text = match args.json {
            true => json!({"queue": self.source.0, "letters": found.wanted}).to_string() + "\n",
            false => told(self.source, &found.wanted),
        };
        Ok(cli::print(&text)?)
    }

    /// Sends the letters back, or deletes them.
    async fn settle(&self, args: &RedriveArgs) -> Result<(), RedriveError> {
        let found = self.take(args).await?;
        let mut done = Done::default();
        let mut stay = Vec::new();
        for letters in found.wanted.chunks(AT_ONCE) {
            if self.elapsed() > SEND_MAX {
                stay.extend(letters);
                continue;
            }
            let settled = letters.iter().map(|letter| self.settle_one(letter, args.dismiss));
            for (letter, outcome) in letters.iter().zip(join_all(settled).await) {
                if !matches!(outcome, Settled::Dismissed | Settled::Sent(_)) {
                    stay.push(letter);
                }
                done.count(outcome);
            }
        }
        self.give_back(stay.into_iter().chain(&found.others)).await;
        let left = found.wanted.len() - done.total();
        let text = match args.json {
            true => done.json(self.source, left).to_string() + "\n",
            false => done.told(self.source, found.wanted.len(), left),
        };
        cli::print(&text)?;
        match done.refused {
            Some(refusal) => Err(refusal.into()),
            None => Ok(()),
        }
    }

    async fn settle_one(&self, letter: &Letter, dismiss: bool) -> Settled {
        if dismiss {
            return match self.delete(letter).await {
                Ok(()) => Settled::Dismissed,
                Err(refusal) => Settled::Refused(refusal),
            };
        }
        let to = match self.source.destination(letter) {
            Ok(to) => to,
            Err(why) => return Settled::Stays(why),
        };
        let sent = self
            .sqs
            .send_message()
            .queue_url(self.names.queue_url(to))
            .message_body(&letter.body)
            .set_message_attributes(Some(letter.attributes_to_keep().into_iter().collect()))
            .send()
            .await;
        if let Err(error) = sent {
            return Settled::Refused(Refusal::of("sqs:SendMessage", &error));
        }
        match self.delete(letter).await {
            Ok(()) => Settled::Sent(to),
            Err(refusal) => Settled::Refused(refusal),
        }
    }

    async fn delete(&self, letter: &Letter) -> Result<(), Refusal> {
        let request =
            self.sqs.delete_message().queue_url(&self.url).receipt_handle(&letter.receipt);
        let deleted = request.send().await;
        deleted.map(|_| ()).map_err(|error| Refusal::of("sqs:DeleteMessage", &error))
    }

    /// Receives all there are until enough are found. Nothing is sent before this ends, so what comes back because
    /// nothing was mended is not taken for another round.
    async fn take(&self, args: &RedriveArgs) -> Result<Found, RedriveError> {
        let mut found = Found::default();
        let limit = usize::try_from(args.limit).unwrap_or(usize::MAX);
        while found.wanted.len() < limit && found.others.len() < HELD_MAX {
            let received = self.receive(limit - found.wanted.len()).await;
            let letters = match received {
                Ok(letters) if letters.is_empty() => break,
                Ok(letters) => letters,
                Err(refusal) => {
                    self.give_back(found.wanted.iter().chain(&found.others)).await;
                    return Err(refusal.into());
                }
            };
            for letter in letters {
                let list = match self.is_wanted(args, &letter) {
                    true => &mut found.wanted,
                    false => &mut found.others,
                };
                list.push(letter);
            }
        }
        found.wanted.sort_by(|a, b| (a.first_seen, &a.id).cmp(&(b.first_seen, &b.id)));
        Ok(found)
    }

    fn elapsed(&self) -> TimeDelta {
        cloud::Clock::System.now() - self.started
    }

    fn is_wanted(&self, args: &RedriveArgs, letter: &Letter) -> bool {
        args.id.as_ref().is_none_or(|id| *id == letter.id)
            && args.reason.as_ref().is_none_or(|reason| letter.reason.as_ref() == Some(reason))
            && args.older_than.is_none_or(|Age(age)| self.started - letter.first_seen >= age)
    }

    async fn receive(&self, wanted: usize) -> Result<Vec<Letter>, Refusal> {
        let received = self
            .sqs
            .receive_message()
            .queue_url(&self.url)
            .max_number_of_messages(i32::try_from(wanted.min(AT_ONCE)).unwrap_or(1))
            .visibility_timeout(HOLD_S)
            .wait_time_seconds(RECEIVE_WAIT_S)
            .message_attribute_names("All")
            .message_system_attribute_names(System::All)
            .send()
            .await
            .map_err(|error| Refusal::of("sqs:ReceiveMessage", &error))?;
        let messages = received.messages.unwrap_or_default();
        Ok(messages.into_iter().map(|message| Letter::of(message, self.started)).collect())
    }

    /// Lets others see them again. Should it fail, they come into sight by themselves.
    async fn give_back<'l>(&self, letters: impl Iterator<Item = &'l Letter>) {
        let letters: Vec<_> = letters.collect();
        for letters in letters.chunks(AT_ONCE) {
            let entry = |(number, letter): (usize, &&Letter)| {
                ChangeMessageVisibilityBatchRequestEntry::builder()
                    .id(number.to_string())
                    .receipt_handle(&letter.receipt)
                    .visibility_timeout(0)
                    .build()
                    .ok()
            };
            let entries = letters.iter().enumerate().filter_map(entry).collect();
            let request = self.sqs.change_message_visibility_batch().queue_url(&self.url);
            if let Err(error) = request.set_entries(Some(entries)).send().await {
                let refusal = Refusal::of("sqs:ChangeMessageVisibility", &error);
                tracing::warn!("letters stay out of sight for {HOLD_S} s: {refusal}");
            }
        }
    }
}

/// What was received.
#[derive(Default)]
struct Found {
    wanted: Vec<Letter>,
    others: Vec<Letter>,
}

/// What became of one letter.
enum Settled {
    Sent(&'static str),
    Dismissed,
    Stays(&'static str),
    Refused(Refusal),
}

/// What became of all of them.
#[derive(Default)]
struct Done {
    sent: BTreeMap<&'static str, usize>,
    dismissed: usize,
    stayed: BTreeMap<&'static str, usize>,
    refused: Option<Refusal>,
}

impl Done {
    fn count(&mut self, outcome: Settled) {
        match outcome {
            Settled::Sent(to) => *self.sent.entry(to).or_default() += 1,
            Settled::Dismissed => self.dismissed += 1,
            Settled::Stays(why) => *self.stayed.entry(why).or_default() += 1,
            Settled::Refused(refusal) => self.refused = self.refused.take().or(Some(refusal)),
        }
    }

    fn total(&self) -> usize {
        self.sent.values().sum::<usize>() + self.dismissed
    }

    fn json(&self, source: Source, left: usize) -> serde_json::Value {
        json!({"queue": source.0, "sent": self.sent, "dismissed": self.dismissed, "left": left})
    }

    fn told(&self, source: Source, found: usize, left: usize) -> String {
        if found == 0 {
            return format!("no such dead letters of {}\n", source.0);
        }
        let mut text = String::new();
        for (to, count) in &self.sent {
            let _ =
                writeln!(text, "{count} of {found} dead letters of {} sent back to {to}", source.0);
        }
        if self.dismissed > 0 {
            let _ = writeln!(
                text,
                "{} of {found} dead letters of {} deleted",
                self.dismissed, source.0
            );
        }
        for (why, count) in &self.stayed {
            let _ = writeln!(text, "{count} stay: {why}");
        }
        let unsettled = left - self.stayed.values().sum::<usize>();
        if unsettled > 0 {
            let _ = writeln!(text, "{unsettled} could not be sent, and stay");
        }
        text
    }
}

/// The letters for a person: how many for which reason, then each.
fn told(source: Source, letters: &[Letter]) -> String {
    let mut reasons = BTreeMap::<&str, usize>::new();
    for letter in letters {
        *reasons.entry(letter.reason.as_deref().unwrap_or("without a reason")).or_default() += 1;
    }
    let counts: Vec<String> =
        reasons.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
    let mut text = match letters.len() {
        0 => return format!("no such dead letters of {}\n", source.0),
        1 => format!("1 dead letter of {}: {}\n", source.0, counts.join(", ")),
        many => format!("{many} dead letters of {}: {}\n", source.0, counts.join(", ")),
    };
    for letter in letters {
        text.push_str(&letter.told());
    }
    text
}

/// Why dead letters could not be looked at, or not all be settled.
#[derive(Debug, thiserror::Error)]
pub enum RedriveError {
    /// No stack to ask.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The queue refused.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The system refused.
    #[error("the system refused what every program needs")]
    Io(#[from] io::Error),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_a_number_and_its_unit() {
        let seconds = |text: &str| text.parse::<Age>().map(|Age(age)| age.num_seconds());
        for (text, expected) in [("90s", 90), ("15m", 900), ("2h", 7_200), ("3d", 259_200)] {
            assert_eq!(seconds(text), Ok(expected));
        }
        for text in ["", "s", "2", "-1h", "2w", "1.5h", "99999999999d", "h2"] {
            assert!(seconds(text).is_err(), "{text}");
        }
        assert!(seconds("4294967295d").is_ok());
    }

    #[test]
    fn a_queue_is_meant_with_and_without_its_ending() {
        for source in Source::all() {
            assert_eq!(source.0.parse(), Ok(source));
            assert_eq!(provision::dead_letters(source.0).parse(), Ok(source));
            assert!(provision::queues().contains(&provision::dead_letters(source.0)));
        }
        assert_eq!(Source::all().len() * 2, provision::queues().len() + 2);
        assert!("bread".parse::<Source>().unwrap_err().contains("call-events"));
    }
}
