//! The functions, one run at a time, and what reaches them from outside.

use domain::ids::OccurrenceId;
use handlers::World;
use serde_json::{Value, json};
use stack::functions::Function;
use stack::provision::queue;

/// A phone that texts.
pub const PHONE: &str = "+12065550123";

/// Runs a function once, on what its queue has to give now.
pub async fn run(world: &World, function: Function) {
    assert_eq!(failures(world, function).await, 0, "{function:?}");
}

/// The same; returns how many messages go back to the queue.
pub async fn failures(world: &World, function: Function) -> usize {
    let cloud = world.cloud_of(function);
    let batch = || world.batch(&function.mapping().unwrap().queue);
    let response = match function {
        Function::Reconcile => {
            reconcile::handle(cloud).await.unwrap();
            return 0;
        }
        Function::InboundSms => inbound_sms::handle(cloud, batch()).await,
        Function::SendSms => send_sms::handle(cloud, batch()).await,
        Function::ScheduleReminder => schedule_reminder::handle(cloud, batch()).await,
        Function::PlaceCallback => place_callback::handle(cloud, batch()).await,
        Function::RecordCall => record_call::handle(cloud, batch()).await,
        Function::RecordCharge => record_charge::handle(cloud, batch()).await,
        Function::PublishEvent => publish_event::handle(cloud, batch()).await,
        Function::ExportBilling => export_billing::handle(cloud, batch()).await,
        Function::ReconcileBilling => reconcile_billing::handle(cloud, batch()).await,
    };
    response.batch_item_failures.len()
}

/// Puts a body into a queue, as whoever feeds it does.
pub async fn feed(world: &World, queue: &str, body: &str) {
    let url = aws_local::sqs::url(&aws_local::Settings::default(), queue);
    let message = json!({ "QueueUrl": url, "MessageBody": body });
    let _ = world.request("AmazonSQS", "SendMessage", &message);
}

/// Publishes as the carrier does: `message` in the envelope of SNS.
pub async fn publish(world: &World, queue: &str, message: Value) {
    let envelope = json!({ "Message": message.to_string(), "Timestamp": world.now() });
    feed(world, queue, &envelope.to_string()).await;
}

/// A text, and all that follows from it at once.
pub async fn text(world: &World, id: &str, words: &str) {
    let message =
        json!({ "originationNumber": PHONE, "messageBody": words, "inboundMessageId": id });
    publish(world, queue::INBOUND_SMS, message).await;
    for function in [
        Function::InboundSms,
        Function::SendSms,
        Function::RecordCharge,
        Function::ScheduleReminder,
    ] {
        run(world, function).await;
    }
}

/// News of an attempt, with its context or with the carrier's id of the call.
pub async fn tell(world: &World, event_type: &str, attempt: Value, message_id: &str) {
    let event = json!({
        "eventType": event_type,
        "messageId": message_id,
        "context": attempt,
    });
    publish(world, queue::CALL_EVENTS, event).await;
    run(world, Function::RecordCall).await;
}

pub fn context(id: &OccurrenceId, attempt: u32) -> Value {
    json!({ "attempt": id.attempt(attempt).to_string() })
}
