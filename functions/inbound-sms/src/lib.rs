//! Takes texts: decides on each once, writes the whole decision in one transaction, and sends what follows from it.
//!
//! The carrier publishes a text to SNS, which puts it into the queue that feeds this function. A text is known by the
//! carrier's id: delivered again, it finds its decision written and only sends what that still owes.

use std::sync::Arc;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use chrono::{DateTime, Utc};
use cloud::batch::{self, Delivery, Failure, Order};
use cloud::envelope::{self, InboundText};
use cloud::items::{
    OptedOutNumber, PhoneOwner, Stored, attempt_key, entry_key, message_key, occurrence_key,
    occurrences_prefix, outgoing_key, total_key, user_key,
};
use cloud::table::{Written, pause};
use cloud::{Cloud, Error};
use domain::attempt::Attempt;
use domain::command::{self, Command};
use domain::ids::{MessageId, UserId};
use domain::inbound::{self, Decision, Inbound, Seen};
use domain::ledger::{Entry, Period, Subject, Total};
use domain::message::Message;
use domain::occurrence::Occurrence;
use domain::outgoing::{Cause, Outgoing};
use domain::phone::{Phone, PhoneError};
use domain::price::Kind;
use domain::tale::TaleRows;
use domain::texts::Texts;
use domain::user::User;
use domain::{limits, place};
use tracing::{info, warn};

/// How often a decision is made anew because its sender's row has moved: a burst of texts from one phone arrives in
/// one batch, and each but one of them has to look again.
const TRIES: u32 = 12;

/// Serves this function until its environment ends.
///
/// # Errors
/// As [`cloud::run::queue`].
pub async fn run() -> cloud::run::Result {
    cloud::run::queue(handle).await
}

/// Handles a batch of texts.
pub async fn handle(cloud: Arc<Cloud>, event: SqsEvent) -> SqsBatchResponse {
    batch::each(&cloud, "inbound-sms", event, Order::Together, |delivery| take(&cloud, delivery))
        .await
}

/// Takes one text from its envelope to what follows from it.
async fn take(cloud: &Cloud, delivery: Delivery) -> Result<(), Failure> {
    let (text, sent_at): (InboundText, _) = envelope::open(&delivery.body)?;
    let id: MessageId = text
        .inbound_message_id
        .parse()
        .map_err(|error| Failure::permanent("malformed_message_id", error))?;
    let phone = match Phone::parse(&text.origination_number) {
        Ok(phone) => phone,
        Err(error @ PhoneError::NotANumber) => {
            return Err(Failure::permanent("not_a_phone_number", error));
        }
        Err(error) => {
            info!(message.id = %id, reason = %error, "a text from a number that is not served");
            return Ok(());
        }
    };
    if phone == cloud.config.carrier.number {
        warn!(message.id = %id, "a text from our own number is not answered");
        return Ok(());
    }
    if cloud.price(&phone, Kind::Sms, sent_at).is_none() {
        info!(message.id = %id, country = %phone.country(), "a text from a country that is not served");
        return Ok(());
    }
    let inbound = Inbound { id, body: text.message_body, sent_at };
    let of_phone = PhoneOwner::key_of(&phone);
    let (owner, flooding) = tokio::join!(
        cloud.get::<PhoneOwner>(&of_phone),
        over_the_limit(cloud, &phone, &inbound, &delivery),
    );
    let owner = owner?;
    match flooding? {
        // Whoever wants to hear no more is obeyed, whatever else they sent.
        Some(count) if !wants_out(cloud, owner.as_ref(), &inbound).await? => {
            slow_down(cloud, owner, &inbound, count).await
        }
        _ => decide(cloud, &phone, &inbound, owner).await,
    }
}

/// How many texts this number has sent in the minute, if that is over the limit.
///
/// A text that comes back to us was let through before; counting it again could lose it.
async fn over_the_limit(
    cloud: &Cloud,
    phone: &Phone,
    inbound: &Inbound,
    delivery: &Delivery,
) -> Result<Option<u32>, Error> {
    if delivery.receive_count > 1 {
        return Ok(None);
    }
    let count = cloud.count_text(phone, inbound.sent_at).await?;
    Ok((count > limits::TEXTS_PER_MINUTE).then_some(count))
}

/// Whether a text is an opt-out of somebody who has not opted out yet: one of a hundred is enough.
async fn wants_out(
    cloud: &Cloud,
    owner: Option<&Stored<PhoneOwner>>,
    inbound: &Inbound,
) -> Result<bool, Error> {
    if command::parse(&inbound.body).command != Command::Stop {
        return Ok(false);
    }
    let Some(owner) = owner else { return Ok(true) };
    let user = cloud.get::<User>(&user_key(&owner.row.user)).await?;
    Ok(user.is_none_or(|user| !user.row.opted_out()))
}

/// Drops a text of a flood. The first one over the limit is told so; the user's row is never written.
async fn slow_down(
    cloud: &Cloud,
    owner: Option<Stored<PhoneOwner>>,
    inbound: &Inbound,
    count: u32,
) -> Result<(), Failure> {
    let Some(owner) = owner else { return Ok(()) };
    let user = owner.row.user;
    info!(message.id = %inbound.id, user.id = %user, count, "a text over the limit is dropped");
    if count > limits::TEXTS_PER_MINUTE + 1 {
        return Ok(());
    }
    let now = cloud.clock.now();
    let Some(told) = cloud.get::<User>(&user_key(&user)).await? else { return Ok(()) };
    let cause = Cause::Reply(inbound.id.clone());
    let words = Texts::to(&told.row, now).slow_down();
    let reply = Outgoing::owed(cause.clone(), user.clone(), words, now);
    cloud.write(now).put(&Stored::new(reply))?.commit().await?;
    Ok(cloud.send_sms_wanted(&user, &cause).await?)
}

/// Decides on a text and writes the decision; finds it written if the text was delivered before.
async fn decide(
    cloud: &Cloud,
    phone: &Phone,
    inbound: &Inbound,
    mut owner: Option<Stored<PhoneOwner>>,
) -> Result<(), Failure> {
    for _ in 0..TRIES {
        let now = cloud.clock.now();
        let sender = match &owner {
            Some(owner) => read_sender(cloud, &owner.row.user, inbound).await?,
            None => Sender::new(Stored::new(new_user(cloud, phone, now).await?)),
        };
        let config = &cloud.config;
        let decision = inbound::decide(
            inbound,
            sender.user.row.clone(),
            sender.seen(),
            config.prices.book(),
            &config.policy,
            now,
        );
        let written = write(cloud, &owner, &sender, &decision, now).await?;
        let Written::Moved(moved) = written else {
            info!(
                message.id = %inbound.id,
                user.id = %decision.user.id,
                decision = decision.message.story.lines().last().map(|line| line.what.as_str()),
                age_ms = (now - inbound.sent_at).num_milliseconds(),
                "a text was decided on"
            );
            return Ok(send_owed(cloud, &decision).await?);
        };
        let id = &decision.user.id;
        if moved.contains(&message_key(id, &inbound.id)) {
            return Ok(repeat(cloud, id, &inbound.id).await?);
        }
        let answered = decision
            .reply
            .as_ref()
            .filter(|reply| moved.contains(&outgoing_key(&reply.user, &reply.cause)));
        if let Some(reply) = answered {
            // Answered without being decided on: it was over the limit when it came first, and stays so.
            info!(message.id = %inbound.id, user.id = %id, "a text over the limit came again");
            return Ok(cloud.send_sms_wanted(&reply.user, &reply.cause).await?);
        }
        // Somebody else wrote the same user, or made it, at the same moment.
        pause().await;
        owner = cloud.get(&PhoneOwner::key_of(phone)).await?;
    }
    Err(Error::Contended("user").into())
}

/// Somebody who texts for the first time; opted out where the number was when its person was forgotten.
async fn new_user(cloud: &Cloud, phone: &Phone, now: DateTime<Utc>) -> Result<User, Error> {
    let id = UserId::from_random(fastrand::u128(..));
    let mut user = User::new(id, phone.clone(), place::guess(phone).zone, now);
    if let Some(number) = cloud.get::<OptedOutNumber>(&OptedOutNumber::key_of(phone)).await? {
        user.opt_out(number.row.opted_out_at);
    }
    Ok(user)
}

/// The rows that a decision is made from.
struct Sender {
    user: Stored<User>,
    reminders: Vec<Stored<Occurrence>>,
    tale: TaleRows,
    total: Option<Total>,
}

impl Sender {
    /// Somebody of whom nothing else is known.
    fn new(user: Stored<User>) -> Self {
        Self { user, reminders: Vec::new(), tale: TaleRows::default(), total: None }
    }

    fn seen(&self) -> Seen {
        Seen {
            reminders: self.reminders.iter().map(|stored| stored.row.clone()).collect(),
            tale: self.tale.clone(),
            total: self.total.clone(),
        }
    }
}

/// The sender's row and what else the text needs.
async fn read_sender(cloud: &Cloud, id: &UserId, inbound: &Inbound) -> Result<Sender, Error> {
    let command = inbound::command(&inbound.body);
    let needs = inbound::needs(&command);
    let user = cloud.get::<User>(&user_key(id)).await?;
    let mut sender = Sender::new(user.ok_or(Error::Contended("a user that is being made"))?);
    // After the sender's row and not beside it: whatever another text changes has its revision move with it, so that
    // what is older than these reminders is not written.
    if needs.reminders {
        sender.reminders = cloud.query::<Occurrence>(&occurrences_prefix(id)).await?;
    }
    if needs.tale {
        sender.tale = read_tale(cloud, &command, &sender).await?;
    }
    if needs.total {
        sender.total = read_total(cloud, &sender.user.row, inbound).await?;
    }
    Ok(sender)
}

/// What became of the reminder that a WHY is about.
async fn read_tale(cloud: &Cloud, command: &Command, sender: &Sender) -> Result<TaleRows, Error> {
    let rows: Vec<Occurrence> = sender.reminders.iter().map(|stored| stored.row.clone()).collect();
    let Some(id) = inbound::tale_wanted(command, &sender.user.row, &rows) else {
        return Ok(TaleRows::default());
    };
    let attempts = rows.iter().find(|row| row.id == id).map_or(0, |row| row.attempt);
    let first = attempts.saturating_sub(limits::ATTEMPTS_TOLD - 1).max(1);
    let of_attempts: Vec<_> = (first..=attempts).map(|a| attempt_key(&id.attempt(a))).collect();
    let of_charge = entry_key(id.user(), &Subject::Call(id.clone()).to_string());
    let of_sms = outgoing_key(id.user(), &Cause::GaveUp(id.clone()));
    let keys = [of_attempts.as_slice(), &[of_charge.clone(), of_sms.clone()]].concat();
    let rows = cloud.get_all(&keys).await?;
    let mut tale = TaleRows {
        attempts: Vec::new(),
        charge: rows.take::<Entry>(&of_charge)?.map(|stored| stored.row),
        told: rows.take::<Outgoing>(&of_sms)?.map(|stored| stored.row),
    };
    for key in &of_attempts {
        tale.attempts.extend(rows.take::<Attempt>(key)?.map(|stored| stored.row));
    }
    Ok(tale)
}

/// The sender's total of the month in which the text was sent, in the currency of its price.
async fn read_total(cloud: &Cloud, user: &User, inbound: &Inbound) -> Result<Option<Total>, Error> {
    let Some(price) = cloud.price(&user.phone, Kind::Sms, inbound.sent_at) else { return Ok(None) };
    let month = Period::of(inbound.sent_at).to_string();
    let key = total_key(&user.id, &month, price.currency.code());
    Ok(cloud.get::<Total>(&key).await?.map(|stored| stored.row))
}

/// Writes the decision: the text, its sender, the reminders that it changes, and the reply.
async fn write(
    cloud: &Cloud,
    owner: &Option<Stored<PhoneOwner>>,
    sender: &Sender,
    decision: &Decision,
    now: DateTime<Utc>,
) -> Result<Written, Error> {
    let mut write = cloud
        .write(now)
        .put(&Stored::new(decision.message.clone()))?
        .put(&sender.user.with(decision.user.clone()))?;
    if owner.is_none() {
        let phone = decision.user.phone.clone();
        let owner = PhoneOwner { phone, user: decision.user.id.clone() };
        write = write.put(&Stored::new(owner))?;
    }
    for row in &decision.reminders {
        let before = sender.reminders.iter().find(|stored| stored.row.id == row.id);
        let rev = before.map_or(0, |stored| stored.rev);
        write = write.put(&Stored { row: row.clone(), rev })?;
    }
    let reply = decision.reply.clone().map(Stored::new);
    write.put_if(reply.as_ref())?.commit().await
}

/// Sends what a decision owes: the reply, the charge, the schedules.
async fn send_owed(cloud: &Cloud, decision: &Decision) -> Result<(), Error> {
    let reply = async {
        match &decision.reply {
            Some(reply) => cloud.send_sms_wanted(&reply.user, &reply.cause).await,
            None => Ok(()),
        }
    };
    let schedules =
        futures::future::try_join_all(decision.reminders.iter().map(|row| cloud.send_owed(row)));
    let (replied, charged, scheduled) =
        tokio::join!(reply, cloud.send_owed_by_message(&decision.message), schedules);
    replied?;
    charged?;
    scheduled?;
    Ok(())
}

/// A text that was decided on before: sends again what it may still owe. Whatever was carried out is not repeated.
async fn repeat(cloud: &Cloud, user: &UserId, id: &MessageId) -> Result<(), Error> {
    info!(message.id = %id, user.id = %user, "a text came again");
    let Some(message) = cloud.get::<Message>(&message_key(user, id)).await? else { return Ok(()) };
    cloud.send_owed_by_message(&message.row).await?;
    for reminder in &message.row.reminders {
        if let Some(stored) = cloud.get::<Occurrence>(&occurrence_key(reminder)).await? {
            cloud.send_owed(&stored.row).await?;
        }
    }
    for cause in [Cause::Reply(id.clone()), Cause::Stopped(id.clone())] {
        cloud.send_sms_wanted(user, &cause).await?;
    }
    Ok(())
}
