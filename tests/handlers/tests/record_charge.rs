//! The ledger under others who write at the same moment.

#![expect(clippy::unwrap_used, reason = "a broken world should stop its test")]

use cloud::items::{Item, Key, entry_key, message_key};
use cloud::queues::ChargeWanted;
use domain::ledger::Entry;
use domain::message::Message;
use handlers::{Hooked, World, conflict};

/// A text that owes its charge, with the message that asks for it.
async fn owed(world: &World) -> Message {
    let message = world.text_owing_its_charge(1, "m1").await;
    ask(world, &message).await;
    message
}

async fn ask(world: &World, message: &Message) {
    let wanted = ChargeWanted::Sms { user: message.user.clone(), message: message.id.clone() };
    world.cloud.send(&world.cloud.config.queues.charges, &wanted, 0).await.unwrap();
}

/// Hands over what is in the queue; returns how many messages go back to it.
async fn charge(world: &World) -> usize {
    let batch = world.batch("charges");
    record_charge::handle(world.cloud.clone(), batch).await.batch_item_failures.len()
}

async fn is_in_ledger(world: &World, message: &Message) -> bool {
    let key = entry_key(&message.user, &format!("sms#{}", message.id));
    world.cloud.get::<Entry>(&key).await.unwrap().is_some()
}

async fn is_marked(world: &World, message: &Message) -> bool {
    world.row::<Message>(&message.key()).await.in_ledger
}

#[tokio::test(start_paused = true)]
async fn a_meeting_of_two_transactions_marks_nothing_as_paid() {
    let world = World::new();
    let message = owed(&world).await;
    world.hook(|operation, _| match operation {
        "TransactWriteItems" => Hooked::Answer(conflict(3)),
        _ => Hooked::Pass,
    });
    assert_eq!(charge(&world).await, 1, "it comes again");
    assert!(!is_marked(&world, &message).await && !is_in_ledger(&world, &message).await);
    world.hook(|_, _| Hooked::Pass);
    ask(&world, &message).await;
    assert_eq!(charge(&world).await, 0);
    assert!(is_marked(&world, &message).await && is_in_ledger(&world, &message).await);
}

#[tokio::test(start_paused = true)]
async fn an_entry_without_its_mark_gets_it_even_if_the_row_moves_meanwhile() {
    let world = World::new();
    let message = owed(&world).await;
    assert_eq!(charge(&world).await, 0);
    // As after a restore of one table and not of the other.
    world.put(message.clone()).await;
    ask(&world, &message).await;
    let key: Key = message_key(&message.user, &message.id);
    let services = world.services.clone();
    let mut moved = false;
    world.hook(move |operation, _| {
        if operation == "PutItem" && !moved {
            moved = true;
            services.touch(&key);
        }
        Hooked::Pass
    });
    assert_eq!(charge(&world).await, 0);
    assert!(is_marked(&world, &message).await);
}

#[tokio::test(start_paused = true)]
async fn a_charge_asked_for_twice_is_written_once() {
    let world = World::new();
    let message = owed(&world).await;
    ask(&world, &message).await;
    assert_eq!(charge(&world).await, 0);
    assert!(is_marked(&world, &message).await && is_in_ledger(&world, &message).await);
    assert_eq!(world.asked("TransactWriteItems"), 1);
}
