//! EventBridge: milestones on the product's own bus, for others to build on.

use std::collections::BTreeSet;

use aws_sdk_eventbridge::primitives::DateTime as At;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use domain::lifecycle::{Event, Milestone};

use crate::connection::Cloud;
use crate::error::Error;
use crate::table::pause;

/// Who publishes. A rule of somebody else names it, so it stays.
pub const SOURCE: &str = "ringback";

/// Requests until what the bus did not take goes back to the queue.
const ROUNDS: u32 = 3;

/// What came of publishing.
#[derive(Debug)]
pub struct Published {
    /// What the bus has taken.
    pub told: BTreeSet<Milestone>,
    /// Why it has not taken the rest, if there is a rest.
    pub failure: Option<Error>,
}

impl Cloud {
    /// Publishes the events of one row, at most one of each milestone. The bus may take some and refuse others: only
    /// those are sent again, and what is left in the end is said.
    pub async fn publish(&self, events: &[Event]) -> Published {
        let mut left: Vec<&Event> = events.iter().collect();
        let mut told = BTreeSet::new();
        let mut failure = None;
        for _ in 0..ROUNDS {
            if left.is_empty() {
                return Published { told, failure: None };
            }
            match self.put_events(&left).await {
                Ok(codes) => {
                    let (taken, refused): (Vec<_>, Vec<_>) =
                        left.into_iter().zip(codes).partition(|(_, code)| code.is_none());
                    told.extend(taken.into_iter().map(|(event, _)| event.milestone));
                    failure =
                        refused.last().and_then(|(_, code)| code.clone()).map(Error::NotTaken);
                    left = refused.into_iter().map(|(event, _)| event).collect();
                }
                // The SDK has tried again already.
                Err(error) => return Published { told, failure: Some(error) },
            }
            pause().await;
        }
        Published { told, failure }
    }

    /// One request: for each event, in order, why it was not taken, if it was not.
    async fn put_events(&self, events: &[&Event]) -> Result<Vec<Option<String>>, Error> {
        let failed = Error::aws("events:PutEvents");
        let entries = events.iter().map(|event| self.entry(event)).collect::<Result<_, _>>()?;
        let request = self.event_bus().put_events().set_entries(Some(entries));
        let output = request.send().await.map_err(failed)?;
        let codes = output.entries().iter().map(|entry| match entry.event_id() {
            Some(_) => None,
            None => Some(entry.error_code().unwrap_or("unknown").to_owned()),
        });
        // An answer that is too short says nothing about the rest.
        let unknown = std::iter::repeat_with(|| Some("unknown".to_owned()));
        Ok(codes.chain(unknown).take(events.len()).collect())
    }

    fn entry(&self, event: &Event) -> Result<PutEventsRequestEntry, Error> {
        let detail = serde_json::to_string(event).map_err(|source| Error::Aws {
            operation: "events:PutEvents",
            source: Box::new(source),
        })?;
        Ok(PutEventsRequestEntry::builder()
            .set_event_bus_name(self.config.event_bus.clone())
            .source(SOURCE)
            .detail_type(event.milestone.as_str())
            .time(At::from_millis(event.at.timestamp_millis()))
            .detail(detail)
            .build())
    }

    fn event_bus(&self) -> &aws_sdk_eventbridge::Client {
        self.events.get_or_init(|| {
            let config = aws_sdk_eventbridge::config::Builder::from(&self.sdk);
            let config = match self.retries.clone() {
                None => config,
                Some(retries) => config.retry_partition(retries).allow_no_auth(),
            };
            aws_sdk_eventbridge::Client::from_conf(config.build())
        })
    }
}
