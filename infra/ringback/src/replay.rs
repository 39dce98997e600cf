//! `ringback replay`: what reached the topics, handed in again from the archive after a restore of the tables.
//!
//! The archive (`infra/archive.yaml`) has every notification as the topic gave it to the queue, in files by topic and
//! hour. It is sent to the queue once more, as it is: who reads it dates a message by its envelope, and knows by the rows
//! what of it is done already. Texts of one sender take turns ([`stack::replay`]).

use std::io;

use aws_sdk_s3::Client as S3;
use aws_sdk_sqs::Client as Sqs;
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use clap::Args;
use serde::Deserialize;
use serde_json::json;
use stack::provision;
use stack::replay::Turns;

use crate::cli;
use crate::refusal::Refusal;
use crate::target::{Names, Target, TargetArgs, TargetError};

/// A file is named after the hour in which its first message came, and is a minute of messages: more where S3 did not
/// take it at once, which is tried for a day.
const FILED_EARLIER: TimeDelta = TimeDelta::hours(25);

/// Entries of one request to SQS, and how many bytes they may have together. Source: its quotas.
const BATCH: usize = 10;
const BATCH_BYTES_MAX: usize = 1_048_576;

/// How often what SQS did not take is sent again.
const TRIES: u32 = 5;

/// From when on, and whether only to look.
#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// The moment that the tables were restored to, such as 2026-11-23T09:00:00Z
    #[arg(long, value_name = "TIME")]
    pub since: DateTime<Utc>,
    /// Up to this moment; now if absent
    #[arg(long, value_name = "TIME")]
    pub until: Option<DateTime<Utc>>,
    /// Only count what there is
    #[arg(long)]
    pub peek: bool,
    /// JSON instead of sentences
    #[arg(long)]
    pub json: bool,
    /// Which stack.
    #[command(flatten)]
    pub target: TargetArgs,
}

/// Hands in what came since a moment, and tells how much it was.
///
/// # Errors
/// No stack, or none with an archive; a permission that is missing; what is in the archive and no notification.
pub fn run(args: &ReplayArgs) -> Result<(), ReplayError> {
    let counted = cli::wait_for(async {
        let target = Target::open(&args.target).await?;
        let until = args.until.unwrap_or_else(|| target.cloud.clock.now());
        if until <= args.since {
            return Err(ReplayError::Backwards);
        }
        let archive = Archive::of(&target, args.since, until)?;
        let mut counted = Vec::new();
        for topic in provision::TOPICS {
            counted.push((topic, archive.replay(topic, args.peek).await?));
        }
        Ok(counted)
    })??;
    let text = match args.json {
        true => {
            let of = |(topic, count): &(&str, Count)| {
                let Count { messages, unreadable } = count;
                ((*topic).to_owned(), json!({"messages": messages, "unreadable": unreadable}))
            };
            let topics: serde_json::Map<_, _> = counted.iter().map(of).collect();
            json!({"sent": !args.peek, "topics": topics}).to_string() + "\n"
        }
        false => counted.iter().map(|(topic, count)| count.told(topic, args.peek)).collect(),
    };
    cli::print(&text)?;
    match counted.iter().map(|(_, count)| count.unreadable).sum() {
        0 => Ok(()),
        unreadable => Err(ReplayError::Unreadable(unreadable)),
    }
}

/// What there was of one topic.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Count {
    /// Notifications of the time that is asked for.
    messages: usize,
    /// Parts of files that are no notification.
    unreadable: usize,
}

impl Count {
    fn told(self, topic: &str, peek: bool) -> String {
        let done = if peek { "in the archive" } else { "sent to the queue" };
        format!("{} messages of {topic} {done}\n", self.messages)
    }
}

/// The archive of a stack, between two moments.
struct Archive<'a> {
    s3: S3,
    sqs: Sqs,
    names: &'a Names,
    bucket: &'a str,
    since: DateTime<Utc>,
    until: DateTime<Utc>,
}

impl<'a> Archive<'a> {
    fn of(
        target: &'a Target,
        since: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Self, ReplayError> {
        let bucket = target.names.archive_bucket.as_deref().ok_or(ReplayError::NoArchive)?;
        let config = aws_sdk_s3::config::Builder::from(&target.sdk)
            // Behind an endpoint that is not AWS's own there is no host for each bucket.
            .force_path_style(target.cloud.config.endpoint.is_some())
            .build();
        let (s3, sqs) = (S3::from_conf(config), Sqs::new(&target.sdk));
        Ok(Self { s3, sqs, names: &target.names, bucket, since, until })
    }

    /// Sends all of a topic to its queue, or counts it.
    async fn replay(&self, topic: &str, peek: bool) -> Result<Count, ReplayError> {
        let queue = self.names.queue_url(topic);
        let mut count = Count::default();
        let mut turns = Turns::default();
        for hour in hours(self.since - FILED_EARLIER, self.until) {
            for key in self.files(&format!("{topic}/{}/", hour.format("%Y/%m/%d/%H"))).await? {
                let file = self.file(&key).await?;
                let (messages, unreadable) = notifications(&file, self.since, self.until);
                count.messages += messages.len();
                count.unreadable += unreadable;
                if !peek {
                    let in_turn = messages.into_iter().map(|body| (turns.delay_s(body), body));
                    for batch in batches(in_turn.collect()) {
                        self.send(&queue, batch).await?;
                    }
                }
            }
        }
        Ok(count)
    }

    async fn files(&self, prefix: &str) -> Result<Vec<String>, Refusal> {
        let mut keys = Vec::new();
        let mut more = None;
        loop {
            let list = self.s3.list_objects_v2().bucket(self.bucket).prefix(prefix);
            let listed = list.set_continuation_token(more).send().await;
            let listed = listed.map_err(|error| Refusal::of("s3:ListBucket", &error))?;
            keys.extend(listed.contents().iter().filter_map(|it| it.key().map(str::to_owned)));
            more = listed.next_continuation_token;
            if more.is_none() {
                return Ok(keys);
            }
        }
    }

    async fn file(&self, key: &str) -> Result<String, ReplayError> {
        let got = self.s3.get_object().bucket(self.bucket).key(key).send().await;
        let got = got.map_err(|error| Refusal::of("s3:GetObject", &error))?;
        let bytes = got.body.collect().await.map_err(|_| ReplayError::Broken(key.to_owned()))?;
        Ok(String::from_utf8_lossy(&bytes.into_bytes()).into_owned())
    }

    /// Sends until all were taken.
    async fn send(&self, queue: &str, mut batch: Vec<Delayed<'_>>) -> Result<(), ReplayError> {
        for _ in 0..TRIES {
            let entry = |(number, (delay_s, body)): (usize, &Delayed<'_>)| {
                let entry = SendMessageBatchRequestEntry::builder().id(number.to_string());
                let delay_s = i32::try_from(*delay_s).ok()?;
                entry.delay_seconds(delay_s).message_body(*body).build().ok()
            };
            let entries = batch.iter().enumerate().filter_map(entry).collect();
            let request = self.sqs.send_message_batch().queue_url(queue);
            let sent = request.set_entries(Some(entries)).send().await;
            let sent = sent.map_err(|error| Refusal::of("sqs:SendMessage", &error))?;
            let failed = sent.failed().iter().filter_map(|it| it.id().parse::<usize>().ok());
            batch = failed.filter_map(|number| batch.get(number).copied()).collect();
            if batch.is_empty() {
                return Ok(());
            }
        }
        Err(ReplayError::NotTaken(batch.len()))
    }
}

/// The hours that touch a span of time.
fn hours(from: DateTime<Utc>, to: DateTime<Utc>) -> impl Iterator<Item = DateTime<Utc>> {
    let first = from.duration_trunc(TimeDelta::hours(1)).unwrap_or(from);
    std::iter::successors(Some(first), |hour| Some(*hour + TimeDelta::hours(1)))
        .take_while(move |hour| *hour < to)
}

/// The notifications of a file that were published in the time asked for, as they stand there, and how many of its parts
/// are none. A notification follows the other, with a line's end between or without.
fn notifications(file: &str, since: DateTime<Utc>, until: DateTime<Utc>) -> (Vec<&str>, usize) {
    #[derive(Deserialize)]
    struct Notification {
        #[serde(rename = "Timestamp")]
        at: DateTime<Utc>,
    }
    let (mut found, mut unreadable) = (Vec::new(), 0);
    for line in file.lines() {
        let mut values = serde_json::Deserializer::from_str(line).into_iter::<Notification>();
        let mut begin = 0;
        while let Some(value) = values.next() {
            let end = values.byte_offset();
            match value {
                Ok(notification) if since <= notification.at && notification.at < until => {
                    found.push(line[begin..end].trim());
                }
                Ok(_) => {}
                // The rest of the line is not read: where its next part begins cannot be known.
                Err(_) => unreadable += 1,
            }
            begin = end;
        }
    }
    (found, unreadable)
}

/// A message, and how many seconds it is kept back.
type Delayed<'a> = (u32, &'a str);

/// As SQS takes them.
fn batches(messages: Vec<Delayed<'_>>) -> Vec<Vec<Delayed<'_>>> {
    let mut batches: Vec<Vec<Delayed<'_>>> = Vec::new();
    let mut bytes = 0;
    for message in messages {
        let size = message.1.len();
        match batches.last_mut() {
            Some(last) if last.len() < BATCH && bytes + size <= BATCH_BYTES_MAX => {
                last.push(message);
                bytes += size;
            }
            _ => {
                bytes = size;
                batches.push(vec![message]);
            }
        }
    }
    batches
}

/// Why not all was handed in.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// No stack to ask.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// Nothing is kept.
    #[error(
        "this stack has no archive: in AWS it is deployed with MessageArchive=true; on this machine `ringback \
         restore-drill --replay` takes the carrier's book for one"
    )]
    NoArchive,
    /// There is no such time.
    #[error("--until is before --since")]
    Backwards,
    /// AWS did not answer.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A file was not read to its end.
    #[error("the file {0} broke off: run it again, whoever reads the messages bears repetition")]
    Broken(String),
    /// SQS took only some.
    #[error("SQS did not take {0} messages: run it again, whoever reads them bears repetition")]
    NotTaken(usize),
    /// What is in the archive is not what the topic published.
    #[error("{0} parts of the archive are no notifications and were left out")]
    Unreadable(usize),
    /// The system refused.
    #[error("the system refused what every program needs")]
    Io(#[from] io::Error),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn every_hour_that_a_span_touches_is_looked_at() {
        let looked: Vec<_> =
            hours(at("2026-12-31T22:59:59Z"), at("2027-01-01T01:00:00Z")).collect();
        let expected = ["2026-12-31T22:00:00Z", "2026-12-31T23:00:00Z", "2027-01-01T00:00:00Z"];
        assert_eq!(looked, expected.map(at));
    }

    #[test]
    fn notifications_are_read_with_lines_and_without_and_sent_as_they_are() {
        let notification = |minute: u32| {
            format!(r#"{{"Message": "{{}}", "Timestamp":"2026-11-23T09:{minute:02}:00.000Z"}}"#)
        };
        let [a, b, c, d] = [5, 10, 15, 20].map(notification);
        let file = format!("{a}\n{b}{c}\n\nno JSON\n{{\"Timestamp\":1}}\n{d}\n");
        let (since, until) = (at("2026-11-23T09:10:00Z"), at("2026-11-23T09:20:00Z"));
        assert_eq!(notifications(&file, since, until), (vec![&*b, &*c], 2));
    }

    #[test]
    fn a_batch_is_no_larger_than_sqs_takes() {
        let large = "x".repeat(400_000);
        let sizes =
            |messages: Vec<Delayed<'_>>| batches(messages).iter().map(Vec::len).collect::<Vec<_>>();
        assert_eq!(sizes(vec![(0, "x"); 21]), [10, 10, 1]);
        assert_eq!(sizes(vec![(0, &large); 5]), [2, 2, 1]);
        assert!(batches(vec![]).is_empty());
    }
}
