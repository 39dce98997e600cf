//! Forgetting a person: what is known goes, what was charged stays, and what still comes does no harm.

#![expect(clippy::unwrap_used, reason = "a broken world should stop its test")]

use std::collections::BTreeSet;

use architecture::permissions;
use chrono::TimeDelta;
use cloud::forget::{Done, ForgetError, forget};
use cloud::items::{
    CarrierMessage, Forgotten, PhoneOwner, entry_key, message_key, occurrence_key, total_key,
    user_key,
};
use cloud::ledger::{charges_of, entries_of};
use cloud::queues::{ChargeWanted, Due, NewsWanted, ScheduleWanted, SmsWanted};
use domain::ids::{OccurrenceId, UserId};
use domain::ledger::{Period, Total};
use domain::message::Message;
use domain::occurrence::State;
use domain::outgoing::Cause;
use domain::phone::Phone;
use domain::user::User;
use handlers::{Hooked, World};
use serde_json::{Value, json};
use stack::functions::{ALL, Function};
use stack::provision::{self, queue};

mod needs;
mod road;

use road::{PHONE, context, feed, run, tell, text};

fn phone() -> Phone {
    Phone::parse(PHONE).unwrap()
}

/// Somebody with a reminder that was answered and charged, one to come, and a call behind them.
async fn somebody(world: &World) -> (UserId, OccurrenceId) {
    text(world, "near", "Remind in 1 minute about cake").await;
    text(world, "far", "Remind in 5 days about tea").await;
    let user = world.user_of(PHONE).await;
    let id: OccurrenceId = format!("{user}-1-1").parse().unwrap();
    world.pass(TimeDelta::seconds(61)).await;
    run(world, Function::PlaceCallback).await;
    for event in ["VOICE_ANSWERED", "VOICE_COMPLETED"] {
        tell(world, event, context(&id, 1), "").await;
    }
    run(world, Function::RecordCharge).await;
    world.pass(TimeDelta::seconds(6)).await;
    run(world, Function::PublishEvent).await;
    assert_eq!(charges_of(&world.cloud, &phone()).await.unwrap().len(), 3);
    (user, id)
}

async fn forgotten(world: &World) -> Done {
    forget(&world.cloud, &phone()).await.unwrap().unwrap()
}

/// All rows of the table of reminders, as text.
fn everything(world: &World) -> String {
    let body = json!({ "TableName": provision::REMINDERS_TABLE });
    world.request("DynamoDB_20120810", "Scan", &body)["Items"].to_string()
}

#[tokio::test(start_paused = true)]
async fn what_is_known_goes_and_what_was_charged_stays_without_the_number() {
    let world = World::new();
    let (user, _) = somebody(&world).await;
    let month = Period::of(world.now()).to_string();
    let before: Total = world.row(&total_key(&user, &month, "USD")).await;
    let done = forgotten(&world).await;
    assert_eq!((done.entries, done.opted_out), (3, false));
    let rows = everything(&world);
    for word in [PHONE, "cake", "tea", "CARRIER_MESSAGE#", "PHONE#"] {
        assert!(!rows.contains(word), "{word} is still there: {rows}");
    }
    assert_eq!(world.row::<Forgotten>(&Forgotten::key_of(&user)).await.user, user);
    let entries = entries_of(&world.cloud, &user).await.unwrap();
    assert_eq!(entries.len(), 3);
    assert!(entries.iter().all(|entry| entry.phone.is_none() && entry.user_id == user));
    assert_eq!(world.row::<Total>(&total_key(&user, &month, "USD")).await, before);
    let entry: Value = {
        let key = entry_key(&user, "sms#near");
        let key = json!({ "pk": { "S": key.pk }, "sk": { "S": key.sk } });
        let body = json!({ "TableName": provision::BILLING_TABLE, "Key": key });
        world.request("DynamoDB_20120810", "GetItem", &body)["Item"].clone()
    };
    assert!(entry.get("phone").is_none() && entry["period_shard"]["S"].is_string(), "{entry}");
    assert_eq!(forget(&world.cloud, &phone()).await.unwrap(), None, "a second time");
}

#[tokio::test(start_paused = true)]
async fn what_still_comes_for_somebody_forgotten_is_dropped_and_buries_nothing() {
    let world = World::new();
    let (user, id) = somebody(&world).await;
    let far: OccurrenceId = format!("{user}-2-1").parse().unwrap();
    let due = serde_json::to_value(Due::of(&world.reminder(&far).await)).unwrap();
    forgotten(&world).await;
    // Its schedule fires, and whatever else may be on its way. Queues have forgotten the texts.
    world.pass(TimeDelta::days(5)).await;
    let message = |of: Value| {
        let mut of = of;
        of["v"] = json!(1);
        of.to_string()
    };
    feed(&world, queue::DUE_CALLBACKS, &message(due)).await;
    let wanted = ScheduleWanted { occurrence: far.clone() };
    feed(&world, queue::SCHEDULE_REMINDER, &message(serde_json::to_value(&wanted).unwrap())).await;
    for wanted in [
        ChargeWanted::Call { occurrence: id.clone() },
        ChargeWanted::Sms { user: user.clone(), message: "near".parse().unwrap() },
    ] {
        feed(&world, queue::CHARGES, &message(serde_json::to_value(&wanted).unwrap())).await;
    }
    for wanted in [
        NewsWanted::Reminder { occurrence: far },
        NewsWanted::Text { user: user.clone(), message: "near".parse().unwrap() },
        NewsWanted::Credit { user: user.clone(), charge: "sms#near".into() },
    ] {
        feed(&world, queue::LIFECYCLE_EVENTS, &message(serde_json::to_value(&wanted).unwrap()))
            .await;
    }
    let wanted = SmsWanted { user, cause: Cause::GaveUp(id.clone()) };
    feed(&world, queue::OUTBOUND_SMS, &message(serde_json::to_value(&wanted).unwrap())).await;
    tell(&world, "VOICE_ANSWERED", context(&id, 1), "").await;
    world.pass(TimeDelta::seconds(6)).await;
    for function in ALL {
        run(&world, function).await;
    }
    for name in queue::SOURCES {
        assert_eq!(world.bodies(&provision::dead_letters(name)), Vec::<Value>::new(), "{name}");
    }
    assert_eq!(world.asked("SendVoiceMessage"), 1, "nobody is called after it");
    assert!(!everything(&world).contains(PHONE));
}

#[tokio::test(start_paused = true)]
async fn a_message_about_rows_that_nobody_forgot_is_still_a_dead_letter() {
    let world = World::new();
    let row = world.scheduled(1, 0).await;
    world.delete_item(&occurrence_key(&row.id));
    world.cloud.send(&world.cloud.config.queues.due_callbacks, &Due::of(&row), 0).await.unwrap();
    run(&world, Function::PlaceCallback).await;
    assert_eq!(world.bodies("due-callbacks-dead-letters").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn whoever_still_owes_or_is_being_called_is_not_forgotten_yet() {
    let world = World::new();
    let message = world.text_owing_its_charge(1, "m").await;
    let of_first = world.user(1).await.phone;
    let refused = forget(&world.cloud, &of_first).await.unwrap_err();
    assert!(matches!(refused, ForgetError::Owes(1)), "{refused}");
    let paid = Message { in_ledger: true, ..message };
    world.put(paid).await;

    let mut row = world.scheduled(1, 0).await;
    row.state = State::Calling;
    world.put(row.clone()).await;
    let refused = forget(&world.cloud, &of_first).await.unwrap_err();
    assert!(matches!(refused, ForgetError::BeingCalled), "{refused}");
    let before = world.user(1).await;

    (row.state, row.answered) = (State::Answered, Some(1));
    world.put(row).await;
    let refused = forget(&world.cloud, &of_first).await.unwrap_err();
    assert!(matches!(refused, ForgetError::Owes(1)), "{refused}");
    assert_eq!(world.user(1).await, before, "nothing was changed");
}

#[tokio::test(start_paused = true)]
async fn a_text_that_comes_in_between_is_seen_and_one_that_comes_later_is_a_strangers() {
    let world = World::new();
    let (user, _) = somebody(&world).await;
    // Somebody decides on a text between the reading of the rows and the deletion of the user's.
    let (services, of_user) = (world.services.clone(), user_key(&user));
    let mut touched = false;
    world.hook(move |operation, _| {
        if operation == "TransactWriteItems" && !touched {
            touched = true;
            services.touch(&of_user);
        }
        Hooked::Pass
    });
    forgotten(&world).await;
    world.hook(|_, _| Hooked::Pass);
    text(&world, "new", "Remind in 2 hours about milk").await;
    let stranger = world.user_of(PHONE).await;
    assert_ne!(stranger, user);
    assert_eq!(charges_of(&world.cloud, &phone()).await.unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn who_had_said_stop_is_not_answered_until_a_start_and_the_number_is_nowhere() {
    let world = World::new();
    somebody(&world).await;
    text(&world, "stop", "STOP").await;
    world.pass(TimeDelta::minutes(10)).await;
    assert!(forgotten(&world).await.opted_out);
    assert!(!everything(&world).contains(PHONE));
    let sent = world.asked("SendTextMessage");
    world.pass(TimeDelta::days(400)).await;
    text(&world, "again", "Remind in 2 hours about milk").await;
    assert_eq!(world.asked("SendTextMessage"), sent, "an opt-out is an opt-out");
    text(&world, "start", "START").await;
    assert_eq!(world.asked("SendTextMessage"), sent + 1);
    // Forgotten once more, in again as they are; by the queues as well.
    world.pass(TimeDelta::days(5)).await;
    assert!(!forgotten(&world).await.opted_out);
    text(&world, "hello", "Remind in 2 hours about bread").await;
    assert_eq!(world.asked("SendTextMessage"), sent + 2);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_broke_off_is_taken_up_by_the_next() {
    for broken_at in 2..9 {
        let world = World::new();
        let (user, _) = somebody(&world).await;
        let mut writes = 0;
        world.hook(move |operation, _| {
            writes += usize::from(matches!(operation, "TransactWriteItems" | "UpdateItem"));
            match operation {
                "TransactWriteItems" | "UpdateItem" if writes >= broken_at => {
                    Hooked::Answer(handlers::broken())
                }
                _ => Hooked::Pass,
            }
        });
        let first = forget(&world.cloud, &phone()).await;
        world.hook(|_, _| Hooked::Pass);
        let second = forget(&world.cloud, &phone()).await.unwrap();
        assert!(first.is_ok() || second.is_some(), "{broken_at}: {first:?}");
        let rows = everything(&world);
        assert!(!rows.contains(PHONE) && !rows.contains("cake"), "{broken_at}: {rows}");
        let entries = entries_of(&world.cloud, &user).await.unwrap();
        assert!(entries.iter().all(|entry| entry.phone.is_none()), "{broken_at}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_role_for_forgetting_allows_what_the_command_does_and_nothing_else() {
    let world = World::new();
    let (user, _) = somebody(&world).await;
    let _: Message = world.row(&message_key(&user, &"near".parse().unwrap())).await;
    let _: User = world.row(&user_key(&user)).await;
    let _: PhoneOwner = world.row(&PhoneOwner::key_of(&phone())).await;
    assert!(everything(&world).contains(&CarrierMessage::key_of("").pk));
    let from = world.calls().len();
    forgotten(&world).await;
    let template = permissions::template();
    let queues = permissions::queues(&template);
    let done: BTreeSet<_> =
        world.calls()[from..].iter().flat_map(|call| needs::needed(call, &queues)).collect();
    assert_eq!(done, permissions::of_role(&template, "ForgetRole"));
}
