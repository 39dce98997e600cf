//! Sends SMS, each once as far as that can be known: the row is claimed before the carrier is asked, and an answer that
//! was lost is not asked for again.

use std::sync::Arc;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use cloud::batch::{self, Delivery, Failure, Order};
use cloud::carrier::Texted;
use cloud::commit::TRIES;
use cloud::items::{Stored, outgoing_key, user_key};
use cloud::queues::{self, SmsWanted};
use cloud::table::{Written, pause};
use cloud::{Cloud, Error};
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
    let (of_sms, of_user) = (outgoing_key(&wanted.user, &wanted.cause), user_key(&wanted.user));
    let rows = cloud.get_all(&[of_sms.clone(), of_user.clone()]).await?;
    let (Some(sms), Some(user)) = (rows.take::<Outgoing>(&of_sms)?, rows.take::<User>(&of_user)?)
    else {
        // Every decision writes the row before it sends the message; a text decided as silence has none.
        info!(user.id = %wanted.user, cause = %wanted.cause, "there is no such SMS");
        return Ok(());
    };
    let now = cloud.clock.now();
    let event = Event::Ask { opted_out: user.row.opted_out() };
    let asking = outgoing::step(sms.row.clone(), &event, now);
    if asking == sms.row {
        return Ok(());
    }
    let asked = sms.with(asking);
    if let Written::Moved(_) = cloud.write(now).put(&asked)?.claim().await? {
        // Somebody else has claimed it.
        return Ok(());
    }
    if asked.row.state != State::Sending {
        return Ok(());
    }
    let outcome = ask(cloud, &asked.row, &user.row).await;
    let claimed = Stored { row: asked.row, rev: sms.rev + 1 };
    record(cloud, &claimed, &user, outcome, &delivery).await
}

async fn ask(cloud: &Cloud, sms: &Outgoing, user: &User) -> Texted {
    let now = cloud.clock.now();
    let Some(price) = cloud.price(&user.phone, Kind::Sms, now) else {
        return Texted::Refused("country_not_served".into());
    };
    let left = (sms.created_at + sms.max_age() - now).to_std().unwrap_or_default();
    cloud.text(&user.phone, &sms.text, &price, left).await
}

/// Writes what came of asking.
async fn record(
    cloud: &Cloud,
    claimed: &Stored<Outgoing>,
    user: &Stored<User>,
    outcome: Texted,
    delivery: &Delivery,
) -> Result<(), Failure> {
    let sms = &claimed.row;
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
    let now = cloud.clock.now();
    let after = outgoing::step(sms.clone(), &event, now);
    // If this fails, the row stays `sending` until `reconcile` takes its outcome for unknown.
    cloud.write(now).put(&claimed.with(after))?.commit().await?;
    match outcome {
        Texted::NotNow(_) => {
            Ok(delivery.wait(cloud, &cloud.config.queues.outbound_sms, NOT_NOW_DELAY_S).await?)
        }
        Texted::OptedOut => Ok(opt_out(cloud, user.clone()).await?),
        _ => Ok(()),
    }
}

/// The carrier knows of a STOP that we do not.
async fn opt_out(cloud: &Cloud, mut user: Stored<User>) -> Result<(), Error> {
    let now = cloud.clock.now();
    for _ in 0..TRIES {
        user.row.opt_out(now);
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
