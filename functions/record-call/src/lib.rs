//! Takes the carrier's events of calls: an answer owes its charge, no answer the next attempt or an SMS.
//!
//! Events may be lost, doubled, out of order and days late. Each attempt keeps the set of facts seen, and every
//! conclusion is drawn from the set, so any order leads to the same end.

use std::collections::BTreeSet;
use std::sync::Arc;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use cloud::batch::{self, Delivery, Failure, Order};
use cloud::carrier::{self, CONTEXT_ATTEMPT, CONTEXT_PLACED_AT};
use cloud::commit::{CallRows, TRIES};
use cloud::envelope::{self, CarrierEvent};
use cloud::items::CarrierMessage;
use cloud::table::{Written, pause};
use cloud::{Cloud, Error};
use domain::attempt::Fact;
use domain::ids::AttemptId;
use domain::occurrence::{self, Event};
use tracing::info;

/// Waits, in seconds, for our own rows to name a call that the carrier told of without its context.
const WAITS_S: [i32; 2] = [5, 30];

/// Serves this function until its environment ends.
///
/// # Errors
/// As [`cloud::run::queue`].
pub async fn run() -> cloud::run::Result {
    cloud::run::queue(handle).await
}

/// Handles a batch of events. In turn: those of one call come close together.
pub async fn handle(cloud: Arc<Cloud>, event: SqsEvent) -> SqsBatchResponse {
    batch::each(&cloud, "record-call", event, Order::InTurn, |delivery| take(&cloud, delivery))
        .await
}

async fn take(cloud: &Cloud, delivery: Delivery) -> Result<(), Failure> {
    let (event, _): (CarrierEvent, _) = envelope::open(&delivery.body)?;
    let Some(fact) = Fact::of_event_type(&event.event_type) else {
        if event.event_type.starts_with("TEXT_") {
            return Ok(());
        }
        return Err(Failure::permanent("unknown_event_type", event.event_type));
    };
    let Some(attempt) = attempt_of(cloud, &event).await? else {
        return match WAITS_S.get(usize::try_from(delivery.waited).unwrap_or(usize::MAX)) {
            Some(delay_s) => {
                Ok(delivery.wait(cloud, &cloud.config.queues.call_events, *delay_s).await?)
            }
            None => Err(Failure::permanent(
                "unknown_call",
                event.message_id.as_deref().unwrap_or("neither a context nor an id"),
            )),
        };
    };
    learn(cloud, &attempt, fact, event.context(CONTEXT_PLACED_AT)).await
}

/// The attempt that an event is about: by its context, else by the carrier's id of the call.
async fn attempt_of(cloud: &Cloud, event: &CarrierEvent) -> Result<Option<AttemptId>, Failure> {
    if let Some(attempt) = event.context(CONTEXT_ATTEMPT) {
        return match attempt.parse() {
            Ok(attempt) => Ok(Some(attempt)),
            Err(error) => Err(Failure::permanent("malformed_context", error)),
        };
    }
    let Some(message_id) = event.message_id.as_deref().filter(|id| !id.is_empty()) else {
        return Err(Failure::permanent("unknown_call", "neither a context nor an id"));
    };
    let pointer = cloud.get::<CarrierMessage>(&CarrierMessage::key_of(message_id)).await?;
    Ok(pointer.map(|stored| stored.row.attempt))
}

/// Adds a fact to an attempt and draws the conclusion. `placed_at` is when the call was claimed, as far as its event says.
async fn learn(
    cloud: &Cloud,
    id: &AttemptId,
    fact: Fact,
    placed_at: Option<&str>,
) -> Result<(), Failure> {
    for _ in 0..TRIES {
        let Some(rows) = cloud.call_rows(&id.occurrence, Some(id)).await? else {
            return cloud.missing(id.occurrence.user(), "unknown_call", id).await;
        };
        let CallRows { occurrence, user, attempt: Some(attempt) } = rows else {
            return cloud.missing(id.occurrence.user(), "unknown_call", id).await;
        };
        if placed_at.is_some_and(|said| said != carrier::placed_at(&attempt.row)) {
            // Of the same name, from before a restore: that it was answered says nothing of this one.
            return Err(Failure::permanent("unknown_call", format!("another {id}")));
        }
        let now = cloud.clock.now();
        let mut learned = attempt.row.clone();
        if !learned.learn(&BTreeSet::from([fact]), now) {
            // Told before; whoever told it may not have come to send what follows.
            return Ok(cloud.send_owed(&occurrence.row).await?);
        }
        let policy = &cloud.config.policy;
        let after = occurrence::step(occurrence.row.clone(), &learned.event(), now, policy);
        let mut callee = user.row.clone();
        callee.heard |= matches!(learned.event(), Event::Answered { .. });
        let freed = learned.is_over() && callee.call_ended(id);
        let next = if freed { cloud.next_held(&mut callee).await? } else { None };
        let mut write = cloud.write(now).put(&attempt.with(learned))?;
        if callee != user.row {
            write = write.put(&user.with(callee))?;
        }
        if after != occurrence.row {
            write = cloud.with_occurrence(write, &occurrence, &after, &user.row, now)?;
        }
        if let Written::Done = write.commit().await? {
            info!(
                reminder.id = %id.occurrence,
                attempt = id.a,
                fact = fact.as_str(),
                state = after.state.as_str(),
                "the carrier told of a call"
            );
            if after != occurrence.row {
                cloud.send_owed(&after).await?;
            }
            if let Some(due) = next {
                cloud.send(&cloud.config.queues.due_callbacks, &due, 0).await?;
            }
            return Ok(());
        }
        pause().await;
    }
    Err(Error::Contended("attempt").into())
}
