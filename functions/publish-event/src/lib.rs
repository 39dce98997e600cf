//! Tells others: publishes the milestones that a row has passed on the product's own event bus, then takes them out of
//! the row. A crash between the two publishes them again, under the same ids.

use std::collections::BTreeSet;
use std::sync::Arc;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use cloud::batch::{self, Delivery, Failure, Order};
use cloud::commit::TRIES;
use cloud::items::{Stored, credit_news_key, entry_key, message_key, occurrence_key};
use cloud::queues::{self, NewsWanted};
use cloud::table::{Written, pause};
use cloud::{Cloud, Error};
use domain::ledger::credit::CreditNews;
use domain::ledger::{Entry, Subject};
use domain::lifecycle::{Event, Milestone, News, Passed};
use domain::message::Message;
use domain::occurrence::Occurrence;

/// Serves this function until its environment ends.
///
/// # Errors
/// As [`cloud::run::queue`].
pub async fn run() -> cloud::run::Result {
    cloud::run::queue(handle).await
}

/// Handles a batch of rows with news.
pub async fn handle(cloud: Arc<Cloud>, event: SqsEvent) -> SqsBatchResponse {
    batch::each(&cloud, "publish-event", event, Order::Together, |delivery| tell(&cloud, delivery))
        .await
}

async fn tell(cloud: &Cloud, delivery: Delivery) -> Result<(), Failure> {
    let wanted: NewsWanted = queues::decode(&delivery.body)?;
    let mut told = BTreeSet::new();
    for _ in 0..TRIES {
        let Some(source) = Source::read(cloud, &wanted).await? else { return Ok(()) };
        if source.news().is_empty() {
            return Ok(());
        }
        let published = cloud.publish(&source.events(&told)?).await;
        told.extend(published.told);
        // What was taken is marked even if the rest was not: only the rest is told again.
        let written = source.mark(cloud, &told).await?;
        if let Some(failure) = published.failure {
            return Err(failure.into());
        }
        if let Written::Done = written {
            return Ok(());
        }
        // The row has moved on, perhaps past another milestone.
        pause().await;
    }
    Err(Error::Contended("news").into())
}

/// A row with news, and the entry of the ledger that its charge became.
struct Source {
    row: Row,
    entry: Option<Entry>,
}

enum Row {
    Text(Box<Stored<Message>>),
    Reminder(Box<Stored<Occurrence>>),
    Credit(Box<Stored<CreditNews>>),
}

impl Source {
    /// `None` if it is of somebody who was forgotten.
    async fn read(cloud: &Cloud, wanted: &NewsWanted) -> Result<Option<Self>, Failure> {
        let (user, charge, of_row) = match wanted {
            NewsWanted::Text { user, message } => {
                (user, Subject::Sms(message.clone()).to_string(), message_key(user, message))
            }
            NewsWanted::Reminder { occurrence: id } => {
                (id.user(), Subject::Call(id.clone()).to_string(), occurrence_key(id))
            }
            NewsWanted::Credit { user, charge } => {
                (user, charge.clone(), credit_news_key(user, charge))
            }
        };
        let of_entry = entry_key(user, &charge);
        let rows = cloud.get_all(&[of_row.clone(), of_entry.clone()]).await?;
        let row = match wanted {
            NewsWanted::Text { .. } => rows.take(&of_row)?.map(|row| Row::Text(Box::new(row))),
            NewsWanted::Reminder { .. } => {
                rows.take(&of_row)?.map(|row| Row::Reminder(Box::new(row)))
            }
            NewsWanted::Credit { .. } => rows.take(&of_row)?.map(|row| Row::Credit(Box::new(row))),
        };
        let Some(row) = row else {
            let missing = cloud.missing(user, "unknown_row", format!("{of_row:?}")).await;
            return missing.map(|()| None);
        };
        let mut source = Self { row, entry: rows.take(&of_entry)?.map(|stored| stored.row) };
        // What is read together is not of one instant: the row may have been read after a charge, and the entry before.
        if source.entry.is_none() && source.news().iter().any(|it| it.milestone.is_of_entry()) {
            let rows = cloud.get_all(std::slice::from_ref(&of_entry)).await?;
            source.entry = rows.take(&of_entry)?.map(|stored| stored.row);
        }
        Ok(Some(source))
    }

    fn news(&self) -> &News {
        match &self.row {
            Row::Text(stored) => &stored.row.news,
            Row::Reminder(stored) => &stored.row.news,
            Row::Credit(stored) => &stored.row.news,
        }
    }

    /// The events of its news, but for what was told already.
    fn events(&self, told: &BTreeSet<Milestone>) -> Result<Vec<Event>, Failure> {
        let left = self.news().iter().filter(|passed| !told.contains(&passed.milestone));
        let event = |passed: &Passed| match (passed.milestone, &self.row) {
            (milestone, _) if milestone.is_of_entry() => self.entry.as_ref().map(Event::of_entry),
            (_, Row::Reminder(stored)) => Some(Event::of_reminder(&stored.row, passed)),
            (_, Row::Text(_) | Row::Credit(_)) => None,
        };
        let events = left.map(|passed| {
            let milestone = passed.milestone.as_str();
            event(passed).ok_or_else(|| Failure::permanent("nothing_to_tell", milestone))
        });
        events.collect()
    }

    /// Takes what was told out of the row.
    async fn mark(&self, cloud: &Cloud, told: &BTreeSet<Milestone>) -> Result<Written, Error> {
        let write = cloud.write(cloud.clock.now());
        let write = match &self.row {
            Row::Text(stored) => {
                let mut row = stored.row.clone();
                row.news.told(told);
                row.nudges = 0;
                write.put(&stored.with(row))?
            }
            Row::Reminder(stored) => {
                let mut row = stored.row.clone();
                row.news.told(told);
                row.nudges = 0;
                write.put(&stored.with(row))?
            }
            Row::Credit(stored) => {
                let mut row = stored.row.clone();
                row.news.told(told);
                write.put(&stored.with(row))?
            }
        };
        write.commit().await
    }
}
