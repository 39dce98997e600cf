//! What a month comes to: what is free of it, the most that it costs, and charges that no price book can tell.

#![expect(clippy::unwrap_used, reason = "a broken world should stop its test")]

use std::sync::Arc;

use chrono::TimeDelta;
use cloud::Cloud;
use cloud::items::{Item, Stored, attempt_key, entry_key, outgoing_key, total_key, user_key};
use cloud::queues::{ChargeWanted, Due};
use domain::attempt::{Attempt, Fact};
use domain::ids::OccurrenceId;
use domain::ledger::{Entry, Period, Reduction, Total};
use domain::message::Message;
use domain::money::Micros;
use domain::occurrence::{Occurrence, State, Why};
use domain::outgoing::{self, Cause, Outgoing};
use domain::user::User;
use handlers::{Hooked, World};

/// A cent is free, and a month costs seven at most.
const BOOK: &str = r#"
version = "t-1"
currency = "USD"
monthly_cap = "0.07"
monthly_allowance = "0.01"

[[rule]]
countries = ["*"]
from = "2000-01-01"
sms = "0.02"
answered_call = "0.04"
max_sms = "1.00"
max_call_per_minute = "1.00"
"#;

/// Has the charge of a text of the first user written, in a release with this cloud.
async fn text(world: &World, cloud: &Arc<Cloud>, id: &str) -> Entry {
    let message = world.text_owing_its_charge(1, id).await;
    charge(world, cloud, &wanted(&message)).await;
    world.row(&entry_key(&message.user, &format!("sms#{id}"))).await
}

fn wanted(message: &Message) -> ChargeWanted {
    ChargeWanted::Sms { user: message.user.clone(), message: message.id.clone() }
}

async fn charge(world: &World, cloud: &Arc<Cloud>, wanted: &ChargeWanted) {
    cloud.send(&cloud.config.queues.charges, wanted, 0).await.unwrap();
    let response = record_charge::handle(cloud.clone(), world.batch("charges")).await;
    assert!(response.batch_item_failures.is_empty());
}

async fn total(world: &World) -> Total {
    let user = world.user(1).await.id;
    let month = Period::of(world.now()).to_string();
    world.row(&total_key(&user, &month, "USD")).await
}

fn cap_key(world: &World, user: &User) -> cloud::items::Key {
    outgoing_key(&user.id, &Cause::Cap(Period::of(world.now())))
}

/// A reminder of the first user that is called now, if it may be.
async fn due(world: &World, cloud: &Arc<Cloud>) -> OccurrenceId {
    let row = world.scheduled(1, 0).await;
    cloud.send(&cloud.config.queues.due_callbacks, &Due::of(&row), 0).await.unwrap();
    let response = place_callback::handle(cloud.clone(), world.batch("due-callbacks")).await;
    assert!(response.batch_item_failures.is_empty());
    row.id
}

async fn send_sms(world: &World, cloud: &Arc<Cloud>) {
    for _ in 0..3 {
        send_sms::handle(cloud.clone(), world.batch("outbound-sms")).await;
        world.pass(TimeDelta::seconds(1)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_month_costs_its_list_less_what_is_free_and_never_more_than_its_cap() {
    let world = World::new();
    let cloud = world.cloud_priced(BOOK);
    let mut charged = Vec::new();
    for id in ["a", "b", "c", "d", "e"] {
        let entry = text(&world, &cloud, id).await;
        assert_eq!(entry.list_micros, Some(Micros(20_000)));
        charged.push((entry.amount_micros.0, entry.reduced_by));
    }
    let (free, cap) = (Some(Reduction::Allowance), Some(Reduction::Cap));
    let expected = [(10_000, free), (20_000, None), (20_000, None), (20_000, None), (0, cap)];
    assert_eq!(charged, expected);
    let total = total(&world).await;
    assert_eq!((total.amount_micros, total.entries), (Micros(70_000), 5));
    assert_eq!((total.list_micros(), total.allowance_micros), (Micros(100_000), Micros(10_000)));
}

#[tokio::test(start_paused = true)]
async fn over_the_cap_nobody_is_called_and_that_is_told_once() {
    let world = World::new();
    let cloud = world.cloud_priced(BOOK);
    for id in ["a", "b", "c", "d", "e", "f"] {
        text(&world, &cloud, id).await;
    }
    let user = world.user(1).await;
    assert_eq!(user.capped.map(|capped| capped.cap), Some(Micros(70_000)));
    assert_eq!(world.bodies("outbound-sms").len(), 1);
    let told: Outgoing = world.row(&cap_key(&world, &user)).await;
    assert!(told.text.starts_with("You have reached $0.07, "), "{}", told.text);

    let id = due(&world, &cloud).await;
    assert_eq!(world.reminder(&id).await.state, State::GaveUp(Why::OverCap));
    assert_eq!(world.asked("SendVoiceMessage"), 0);
    let instead: Outgoing = world.row(&outgoing_key(&user.id, &Cause::GaveUp(id))).await;
    assert!(instead.text.contains("No call: your monthly maximum"), "{}", instead.text);

    // A new month begins with nothing.
    world.pass(Period::of(world.now()).ends_at() - world.now()).await;
    let id = due(&world, &cloud).await;
    assert_eq!(world.reminder(&id).await.state, State::Calling);
    assert_eq!(text(&world, &cloud, "g").await.amount_micros, Micros(10_000));
    assert_eq!(world.user(1).await.capped.unwrap().period, user.capped.unwrap().period);
}

#[tokio::test(start_paused = true)]
async fn two_charges_that_race_to_the_cap_do_not_go_over_it() {
    let world = World::new();
    let cloud = world.cloud_priced(BOOK);
    for id in ["a", "b", "c"] {
        text(&world, &cloud, id).await;
    }
    let (one, other) =
        (world.text_owing_its_charge(1, "d").await, world.text_owing_its_charge(1, "e").await);
    // Another function writes the last cents between the reading and the writing of this one.
    let (services, of_total) = (world.services.clone(), total(&world).await.key());
    let mut raced = false;
    world.hook(move |operation, _| {
        if operation == "TransactWriteItems" && !raced {
            raced = true;
            let amount = serde_json::json!({ "N": "70000" });
            services.set(&of_total, &[("amount_micros", amount)]);
        }
        Hooked::Pass
    });
    charge(&world, &cloud, &wanted(&one)).await;
    world.hook(|_, _| Hooked::Pass);
    charge(&world, &cloud, &wanted(&other)).await;
    for id in ["d", "e"] {
        let entry: Entry = world.row(&entry_key(&one.user, &format!("sms#{id}"))).await;
        assert_eq!((entry.amount_micros, entry.reduced_by), (Micros::ZERO, Some(Reduction::Cap)));
    }
    assert_eq!(total(&world).await.amount_micros, Micros(70_000));
}

#[tokio::test(start_paused = true)]
async fn who_has_opted_out_is_not_told_of_the_cap() {
    let world = World::new();
    let cloud = world.cloud_priced(BOOK);
    for id in ["a", "b", "c"] {
        text(&world, &cloud, id).await;
    }
    let user = world.user(1).await;
    world.services.stop_by(&user);
    text(&world, &cloud, "d").await;
    let key = cap_key(&world, &user);
    assert!(world.cloud.get::<Outgoing>(&key).await.unwrap().is_none());
    assert!(world.user(1).await.is_capped(world.now()));
}

#[tokio::test(start_paused = true)]
async fn in_the_night_the_cap_is_told_in_the_morning() {
    let world = World::new();
    let cloud = world.cloud_priced(BOOK);
    for id in ["a", "b", "c", "d"] {
        text(&world, &cloud, id).await;
    }
    let user = world.user(1).await;
    let told: Outgoing = world.row(&cap_key(&world, &user)).await;
    let morning = told.not_before.unwrap().with_timezone(&user.zone);
    assert_eq!(morning.format("%H:%M").to_string(), "08:00");
    assert!(user.is_capped(world.now()), "that waits for nobody");
}

#[tokio::test(start_paused = true)]
async fn whoever_dies_before_asking_for_the_sms_leaves_it_to_the_repair_loop() {
    let world = World::new();
    let cloud = world.cloud_priced(BOOK);
    // Where it is day.
    world.put(User { zone: chrono_tz::Tz::UTC, ..world.user(1).await }).await;
    for id in ["a", "b", "c"] {
        text(&world, &cloud, id).await;
    }
    let message = world.text_owing_its_charge(1, "d").await;
    world.hook(|operation, body| match operation {
        "SendMessage" if body.contains("cap#") => Hooked::Answer(handlers::broken()),
        _ => Hooked::Pass,
    });
    cloud.send(&cloud.config.queues.charges, &wanted(&message), 0).await.unwrap();
    record_charge::handle(cloud.clone(), world.batch("charges")).await;
    world.hook(|_, _| Hooked::Pass);
    world.pass(TimeDelta::minutes(3)).await;
    reconcile::handle(cloud.clone()).await.unwrap();
    send_sms(&world, &cloud).await;
    let told: Outgoing = world.row(&cap_key(&world, &world.user(1).await)).await;
    assert!(matches!(told.state, outgoing::State::Sent(_)), "{:?}", told.state);
}

#[tokio::test(start_paused = true)]
async fn a_cap_that_was_told_of_before_holds_up_no_charge() {
    let world = World::new();
    let cloud = world.cloud_priced(BOOK);
    for id in ["a", "b", "c"] {
        text(&world, &cloud, id).await;
    }
    // As after a restore in which the SMS was kept and what its receiver's row says was not.
    let user = world.user(1).await;
    let cause = Cause::Cap(Period::of(world.now()));
    world.put(Outgoing::owed(cause, user.id, "told".into(), world.now())).await;
    assert_eq!(text(&world, &cloud, "d").await.amount_micros, Micros(20_000));
    assert!(world.user(1).await.is_capped(world.now()));
    let told: Outgoing = world.row(&cap_key(&world, &world.user(1).await)).await;
    assert_eq!(told.text, "told");
}

#[tokio::test(start_paused = true)]
async fn an_answer_after_the_cap_is_written_and_costs_nothing() {
    let world = World::new();
    let cloud = world.cloud_priced(BOOK);
    let id = due(&world, &cloud).await;
    for text_id in ["a", "b", "c", "d"] {
        text(&world, &cloud, text_id).await;
    }
    let mut row: Stored<Attempt> = cloud.get(&attempt_key(&id.attempt(1))).await.unwrap().unwrap();
    row.row.learn(&[Fact::Answered].into(), world.now());
    let mut reminder = world.reminder(&id).await;
    (reminder.state, reminder.answered) = (State::Answered, Some(1));
    world.put(row.row).await;
    world.put::<Occurrence>(reminder).await;
    charge(&world, &cloud, &ChargeWanted::Call { occurrence: id.clone() }).await;
    let entry: Entry = world.row(&entry_key(id.user(), &format!("call#{id}"))).await;
    assert_eq!((entry.amount_micros, entry.list_micros), (Micros::ZERO, Some(Micros(40_000))));
}

#[tokio::test(start_paused = true)]
async fn a_charge_that_the_price_book_cannot_tell_waits_for_one_that_can() {
    let world = World::new();
    let mut message = world.text_owing_its_charge(1, "m").await;
    message.sent_at = "1999-12-31T23:59:59Z".parse().unwrap();
    world.put(message.clone()).await;
    charge(&world, &world.cloud, &wanted(&message)).await;
    let rows = async |cloud: &Arc<Cloud>| {
        // An hour of the repair loop and of what it asks for.
        for _ in 0..60 {
            world.pass(TimeDelta::minutes(1)).await;
            reconcile::handle(cloud.clone()).await.unwrap();
            record_charge::handle(cloud.clone(), world.batch("charges")).await;
        }
        world.row::<Message>(&message.key()).await
    };
    let waiting = rows(&world.cloud).await;
    assert!(waiting.owes_charge());
    assert!((3..=8).contains(&waiting.nudges), "asked for again {} times", waiting.nudges);
    assert!(world.bodies("charges-dead-letters").is_empty(), "the row owes it: nothing is buried");

    let mended = BOOK.replace("2000-01-01", "1999-01-01");
    let paid = rows(&world.cloud_priced(&mended)).await;
    assert!(!paid.owes_charge());
    let _: User = world.row(&user_key(&message.user)).await;
}
