//! Sends SMS, each once as far as that can be known: the row is claimed before the carrier is asked, and an answer that
//! was lost is not asked for again.

use std::sync::Arc;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use chrono::{DateTime, Utc};
use cloud::batch::{self, Delivery, Failure, Order};
use cloud::carrier::Texted;
use cloud::commit::TRIES;
use cloud::items::{Stored, outgoing_key, user_key};
use cloud::queues::{self, SmsWanted};
use cloud::table::{Written, pause};
use cloud::{Cloud, Error};
use domain::limits;
use domain::outgoing::{self, Event, Outgoing, State};
use domain::price::Kind;
use domain::user::User;
use tracing::{info, warn};

/// How long an SMS waits after the carrier took none.
const NOT_NOW_DELAY_S: i32 = 2;

/// Serves this function until its environment ends.
///
/// # Errors
/// As [`cloud::run::queue`].
pub async fn run() -> cloud::run::Result {
    cloud::run::queue(handle).await
}

/// Handles a batch of SMS to be sent.
pub async fn handle(cloud: Arc<Cloud>, event: SqsEvent) -> SqsBatchResponse {
    batch::each(&cloud, "send-sms", event, Order::Together, |delivery| send(&cloud, delivery)).await
}

async fn send(cloud: &Cloud, delivery: Delivery) -> Result<(), Failure> {
    let wanted: SmsWanted = queues::decode(&delivery.body)?;
    let Some(claim) = claim(cloud, &wanted, &delivery).await? else { return Ok(()) };
    let outcome = ask(cloud, &claim).await;
    record(cloud, claim, outcome, &delivery).await
}

/// An SMS that is ours to send.
struct Claim {
    sms: Stored<Outgoing>,
    user: Stored<User>,
}

/// Waits for the turn, then writes that the carrier is being asked, unless the receiver's row moves in that moment:
/// after a STOP nothing starts.
///
/// `None` if nothing is to be sent: it was sent or claimed before, or is refused instead.
async fn claim(
    cloud: &Cloud,
    wanted: &SmsWanted,
    delivery: &Delivery,
) -> Result<Option<Claim>, Failure> {
    let mut has_turn = false;
    for _ in 0..TRIES {
        let Some(Claim { sms, user }) = read(cloud, wanted).await? else {
            // Every decision writes the row before it sends the message; a text decided as silence has none.
            info!(user.id = %wanted.user, cause = %wanted.cause, "there is no such SMS");
            return Ok(None);
        };
        let now = cloud.clock.now();
        let event = Event::Ask { opted_out: user.row.opted_out() };
        let asking = outgoing::step(sms.row.clone(), &event, now);
        if asking == sms.row {
            return Ok(None);
        }
        let asks = asking.state == State::Sending;
        if asks && !has_turn {
            has_turn = true;
            if cloud.turn_to_text().await {
                // What was read is as old as the wait was long.
                continue;
            }
        }
        let asked = sms.with(asking);
        match cloud.write(now).put(&asked)?.unmoved(&user)?.claim().await? {
            Written::Done if asks => {
                let sms = Stored { row: asked.row, rev: sms.rev + 1 };
                return Ok(Some(Claim { sms, user }));
            }
            Written::Done => return Ok(None),
            Written::Moved(_) => pause().await,
        }
    }
    // Waiting is no failure: the message comes again in a moment, not after its visibility.
    delivery.wait(cloud, &cloud.config.queues.outbound_sms, NOT_NOW_DELAY_S).await?;
    Ok(None)
}

async fn read(cloud: &Cloud, wanted: &SmsWanted) -> Result<Option<Claim>, Error> {
    let (of_sms, of_user) = (outgoing_key(&wanted.user, &wanted.cause), user_key(&wanted.user));
    let rows = cloud.get_all(&[of_sms.clone(), of_user.clone()]).await?;
    let (sms, user) = (rows.take::<Outgoing>(&of_sms)?, rows.take::<User>(&of_user)?);
    Ok(sms.zip(user).map(|(sms, user)| Claim { sms, user }))
}

/// Asks the carrier once, or not at all if the claim has grown old: the rows may say otherwise by now.
async fn ask(cloud: &Cloud, claim: &Claim) -> Texted {
    let now = cloud.clock.now();
    let (sms, user) = (&claim.sms.row, &claim.user.row);
    if now - sms.asked_at > limits::CLAIM_FRESH {
        return Texted::NotNow("claim_too_old".into());
    }
    let Some(price) = cloud.price(&user.phone, Kind::Sms, now) else {
        return Texted::Refused("country_not_served".into());
    };
    let left = (sms.created_at + sms.max_age() - now).to_std().unwrap_or_default();
    cloud.text(&user.phone, &sms.text, &price, left).await
}

/// Writes what came of asking.
async fn record(
    cloud: &Cloud,
    claim: Claim,
    outcome: Texted,
    delivery: &Delivery,
) -> Result<(), Failure> {
    let sms = &claim.sms.row;
    let event = match &outcome {
        Texted::Taken(id) => Event::Took(id.clone()),
        Texted::NotNow(_) => Event::NotNow,
        Texted::OptedOut => Event::Refused("opted_out".into()),
        Texted::Refused(reason) => Event::Refused(reason.clone()),
        Texted::Unknown(_) => Event::NoOutcome,
    };
    match &outcome {
        Texted::Taken(id) => {
            info!(user.id = %sms.user, cause = %sms.cause, carrier.id = id, "an SMS was sent");
        }
        other => {
            warn!(user.id = %sms.user, cause = %sms.cause, outcome = ?other, "an SMS was not sent");
        }
    }
    let asked_at = sms.asked_at;
    // If this fails, the row stays `sending` until `reconcile` takes its outcome for unknown.
    tell(cloud, claim.sms, &event).await?;
    match outcome {
        Texted::NotNow(_) => {
            Ok(delivery.wait(cloud, &cloud.config.queues.outbound_sms, NOT_NOW_DELAY_S).await?)
        }
        Texted::OptedOut => Ok(opt_out(cloud, claim.user, asked_at).await?),
        _ => Ok(()),
    }
}

/// Writes an outcome to the row as it is by now: `reconcile` may have taken it for unknown meanwhile.
async fn tell(cloud: &Cloud, mut sms: Stored<Outgoing>, event: &Event) -> Result<(), Error> {
    let key = outgoing_key(&sms.row.user, &sms.row.cause);
    for _ in 0..TRIES {
        let now = cloud.clock.now();
        let after = outgoing::step(sms.row.clone(), event, now);
        if after == sms.row {
            return Ok(());
        }
        if let Written::Done = cloud.write(now).put(&sms.with(after))?.commit().await? {
            return Ok(());
        }
        pause().await;
        match cloud.get(&key).await? {
            Some(again) => sms = again,
            None => return Ok(()),
        }
    }
    Err(Error::Contended("sms"))
}

/// The carrier knew of a STOP, when it was asked, that we do not know of. A START that was sent since then holds.
async fn opt_out(
    cloud: &Cloud,
    mut user: Stored<User>,
    asked_at: DateTime<Utc>,
) -> Result<(), Error> {
    let now = cloud.clock.now();
    for _ in 0..TRIES {
        user.row.opt_out(asked_at);
        if let Written::Done = cloud.write(now).put(&user)?.commit().await? {
            return Ok(());
        }
        pause().await;
        match cloud.get(&user_key(&user.row.id)).await? {
            Some(again) => user = again,
            None => return Ok(()),
        }
    }
    Err(Error::Contended("user"))
}
