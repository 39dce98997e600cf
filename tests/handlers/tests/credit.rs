//! Credits: an entry of its own for what is given back, never more than was charged, and told to others.

#![expect(clippy::unwrap_used, reason = "a broken world should stop its test")]

use std::collections::BTreeSet;

use architecture::permissions;
use chrono::{DateTime, TimeDelta, Utc};
use cloud::Cloud;
use cloud::items::{Item, Stored, credit_news_key, entry_key, total_key, user_key};
use cloud::ledger::{CreditError, Credited, credit};
use cloud::queues::ChargeWanted;
use domain::ledger::credit::{Asked, CreditNews, Refused};
use domain::ledger::{Entry, Period, Total};
use domain::money::Micros;
use domain::user::User;
use handlers::{Hooked, World};
use serde_json::{Value, json};

mod needs;

/// Has a text of the first user charged, two cents; returns the entry.
async fn charged(world: &World, cloud: &Cloud, id: &str) -> Entry {
    let message = world.text_owing_its_charge(1, id).await;
    let wanted = ChargeWanted::Sms { user: message.user.clone(), message: message.id.clone() };
    cloud.send(&cloud.config.queues.charges, &wanted, 0).await.unwrap();
    let batch = world.batch("charges");
    assert!(record_charge::handle(world.cloud.clone(), batch).await.batch_item_failures.is_empty());
    world.row(&entry_key(&message.user, &format!("sms#{id}"))).await
}

fn asked(cents: Option<i64>, reason: &str) -> Asked {
    let amount = cents.map(|cents| Micros(cents * 10_000));
    Asked { amount, by: "ada".parse().unwrap(), reason: reason.parse().unwrap() }
}

async fn give(world: &World, charge: &Entry, asked: &Asked) -> Result<Credited, CreditError> {
    credit(&world.cloud, &charge.charge_id, asked).await
}

async fn total(world: &World, month: DateTime<Utc>) -> Total {
    let user = world.user(1).await.id;
    world.row(&total_key(&user, &Period::of(month).to_string(), "USD")).await
}

#[tokio::test(start_paused = true)]
async fn what_is_given_back_is_an_entry_and_in_the_months_total() {
    let world = World::new();
    let charge = charged(&world, &world.cloud, "m").await;
    let credited = give(&world, &charge, &asked(Some(1), "one")).await.unwrap();
    let entry: Entry = world.row(&credited.entry.key()).await;
    assert_eq!((entry.charge_id.as_str(), entry.amount_micros.0), ("credit#sms#m#1", -10_000));
    let total = total(&world, charge.at).await;
    assert_eq!((total.amount_micros, total.entries), (Micros(10_000), 2));
    assert_eq!(total.list_micros(), Micros(20_000));
    assert_eq!(world.row::<Entry>(&charge.key()).await, charge, "what is corrected stays");
}

#[tokio::test(start_paused = true)]
async fn a_command_that_is_given_again_does_nothing_and_more_than_was_charged_is_refused() {
    let world = World::new();
    let charge = charged(&world, &world.cloud, "m").await;
    let first = give(&world, &charge, &asked(Some(1), "one")).await.unwrap();
    let again = give(&world, &charge, &asked(Some(1), "one")).await.unwrap();
    assert_eq!((again.before, again.entry), (true, first.entry));
    let refused = give(&world, &charge, &asked(Some(2), "two")).await.unwrap_err();
    assert!(matches!(refused, CreditError::Refused(Refused::TooMuch { .. })), "{refused}");
    let unknown = credit(&world.cloud, "sms#nobody", &asked(None, "x")).await.unwrap_err();
    assert!(matches!(unknown, CreditError::Unknown { .. }), "{unknown}");
    assert_eq!(total(&world, charge.at).await.amount_micros, Micros(10_000));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_was_lost_is_found_out_by_asking_again() {
    let world = World::new();
    let charge = charged(&world, &world.cloud, "m").await;
    world.hook(|operation, _| match operation {
        "TransactWriteItems" => Hooked::Lose(handlers::broken()),
        _ => Hooked::Pass,
    });
    let lost = give(&world, &charge, &asked(None, "one")).await;
    world.hook(|_, _| Hooked::Pass);
    // The SDK repeats a transaction under the same token; whether it did or gave up, one credit stands.
    let again = give(&world, &charge, &asked(None, "one")).await.unwrap();
    assert!(again.before, "{lost:?}");
    assert_eq!(total(&world, charge.at).await.amount_micros, Micros::ZERO);
}

#[tokio::test(start_paused = true)]
async fn two_who_give_back_at_once_give_no_more_than_was_charged() {
    let world = World::new();
    let charge = charged(&world, &world.cloud, "m").await;
    // Somebody else's credit is written between the reading and the writing of this one.
    let other = world.cloud_of(stack::functions::Function::RecordCharge);
    let (id, mut raced) = (charge.charge_id.clone(), false);
    world.hook(move |operation, _| {
        if operation == "TransactWriteItems" && !raced {
            raced = true;
            let asked = Asked { by: "bob".parse().unwrap(), ..asked(Some(2), "bob's") };
            let given = futures::executor::block_on(credit(&other, &id, &asked));
            assert!(given.is_ok());
        }
        Hooked::Pass
    });
    let refused = give(&world, &charge, &asked(Some(1), "ada's")).await.unwrap_err();
    assert!(matches!(refused, CreditError::Refused(Refused::NothingLeft { .. })), "{refused}");
    assert_eq!(total(&world, charge.at).await.amount_micros, Micros::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_month_that_has_closed_is_not_changed() {
    let world = World::new();
    let charge = charged(&world, &world.cloud, "m").await;
    let before = total(&world, charge.at).await;
    world.pass(TimeDelta::days(40)).await;
    let entry = give(&world, &charge, &asked(None, "one")).await.unwrap().entry;
    assert_eq!(entry.period, Period::of(world.now()).to_string());
    assert_eq!(entry.belongs_to, Some(charge.period.clone()));
    assert_eq!(total(&world, charge.at).await, before);
    assert_eq!(total(&world, world.now()).await.amount_micros, Micros(-20_000));
}

#[tokio::test(start_paused = true)]
async fn a_credit_that_makes_room_under_the_cap_lets_calls_go_on() {
    let world = World::new();
    let charge = charged(&world, &world.cloud, "m").await;
    let mut full = total(&world, charge.at).await;
    full.amount_micros = Micros(19_990_000);
    world.put(full).await;
    charged(&world, &world.cloud, "n").await;
    assert!(world.user(1).await.is_capped(world.now()));
    let credited = give(&world, &charge, &asked(None, "one")).await.unwrap();
    assert!(credited.is_called_again);
    assert!(!world.user(1).await.is_capped(world.now()));
}

#[tokio::test(start_paused = true)]
async fn others_are_told_of_a_credit_by_the_repair_loop() {
    let world = World::new();
    let charge = charged(&world, &world.cloud, "m").await;
    let entry = give(&world, &charge, &asked(None, "one")).await.unwrap().entry;
    let events = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = std::sync::Arc::clone(&events);
    world.hook(move |operation, body| {
        if operation == "PutEvents" {
            let body: Value = serde_json::from_str(body).unwrap();
            for put in body["Entries"].as_array().unwrap() {
                let detail: Value = serde_json::from_str(put["Detail"].as_str().unwrap()).unwrap();
                let event = json!({ "detail-type": put["DetailType"], "detail": detail });
                let problems = architecture::events::problems(&event);
                assert_eq!(problems, Vec::<String>::new(), "{event}");
                seen.lock().unwrap().push(detail["id"].as_str().unwrap().to_owned());
            }
        }
        Hooked::Pass
    });
    for _ in 0..2 {
        reconcile::handle(world.cloud.clone()).await.unwrap();
        world.pass(TimeDelta::seconds(6)).await;
        publish_event::handle(world.cloud.clone(), world.batch("lifecycle-events")).await;
    }
    let told = format!("credited#{}", entry.charge_id);
    let events = events.lock().unwrap().clone();
    assert_eq!(events.iter().filter(|id| **id == told).count(), 1, "{events:?}");
    let row: CreditNews = world.row(&credit_news_key(&entry.user_id, &entry.charge_id)).await;
    assert!(row.news.is_empty());
    let nobody = World::with(&[("LIFECYCLE_EVENTS_QUEUE_URL", ""), ("EVENT_BUS", "")]);
    let charge = charged(&nobody, &nobody.cloud, "m").await;
    let entry = give(&nobody, &charge, &asked(None, "one")).await.unwrap().entry;
    let key = credit_news_key(&entry.user_id, &entry.charge_id);
    let row: Option<Stored<CreditNews>> = nobody.cloud.get(&key).await.unwrap();
    assert_eq!(row, None);
}

#[tokio::test(start_paused = true)]
async fn the_role_for_credits_allows_what_the_command_does_and_nothing_else() {
    let world = World::new();
    let charge = charged(&world, &world.cloud, "m").await;
    let from = world.calls().len();
    give(&world, &charge, &asked(Some(1), "one")).await.unwrap();
    let _: User = world.cloud.get(&user_key(&charge.user_id)).await.unwrap().unwrap().row;
    let template = permissions::template();
    let queues = permissions::queues(&template);
    let calls = world.calls();
    // The last one is this test's own look.
    let done: BTreeSet<_> =
        calls[from..calls.len() - 1].iter().flat_map(|call| needs::needed(call, &queues)).collect();
    assert_eq!(done, permissions::of_role(&template, "CreditRole"));
}
