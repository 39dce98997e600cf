//! The ledger of a month held against the texts and calls that it charges for: what was booked matches, what is gone is
//! named.

#![expect(clippy::unwrap_used, reason = "a broken world should stop its test")]

use chrono::TimeDelta;
use cloud::Error;
use cloud::forget::forget;
use cloud::items::{Item as _, Key, Table, entry_key, message_key, occurrence_key, total_key};
use cloud::ledger::credit;
use cloud::reconciliation::reconcile;
use domain::ids::{OccurrenceId, UserId};
use domain::ledger::credit::Asked;
use domain::ledger::{Kind, Period};
use domain::phone::Phone;
use domain::reconciliation::{Mismatch, Reconciliation};
use handlers::{Hooked, World};
use serde_json::{Value, json};
use stack::functions::Function;
use stack::provision;

mod road;

use road::{PHONE, context, run, tell, text};

/// Somebody with two texts and an answered reminder, all charged, and a credit; returns the charge of the reminder.
async fn somebody(world: &World) -> (UserId, OccurrenceId) {
    text(world, "m1", "Remind in 1 minute about cake").await;
    text(world, "m2", "LIST").await;
    let user = world.user_of(PHONE).await;
    let id: OccurrenceId = format!("{user}-1-1").parse().unwrap();
    world.pass(TimeDelta::seconds(61)).await;
    run(world, Function::PlaceCallback).await;
    for event in ["VOICE_ANSWERED", "VOICE_COMPLETED"] {
        tell(world, event, context(&id, 1), "").await;
    }
    run(world, Function::RecordCharge).await;
    let asked =
        Asked { amount: None, by: "ada".parse().unwrap(), reason: "rang twice".parse().unwrap() };
    credit(&world.cloud, &format!("call#{id}"), &asked).await.unwrap();
    (user, id)
}

async fn reconciled(world: &World) -> Reconciliation {
    let period = Period::of(world.now());
    let said: Result<_, Error> = reconcile(&world.cloud, period).await;
    said.unwrap()
}

/// Each finding: of which kind, and about what.
async fn found(world: &World) -> Vec<(Mismatch, String)> {
    let found = reconciled(world).await.findings;
    found.into_iter().map(|finding| (finding.kind, finding.ids.join(" "))).collect()
}

/// Asks DynamoDB for one item of either table.
fn item(world: &World, operation: &str, key: &Key) -> Value {
    let table = match key.table {
        Table::Reminders => provision::REMINDERS_TABLE,
        Table::Billing => provision::BILLING_TABLE,
    };
    let key = json!({ "pk": { "S": key.pk }, "sk": { "S": key.sk } });
    world.request("DynamoDB_20120810", operation, &json!({ "TableName": table, "Key": key }))
}

#[tokio::test(start_paused = true)]
async fn what_happened_and_was_charged_matches() {
    let world = World::new();
    somebody(&world).await;
    // Somebody of whom there is no entry.
    world.scheduled(7, 30).await;
    let said = reconciled(&world).await;
    assert_eq!(said.findings, []);
    assert_eq!((said.users, said.entries), (2, 4));
    assert_eq!(said.unchecked, domain::reconciliation::Unchecked::default());
    let sums = said.sums.iter().map(|((_, country, kind), sum)| (country.code(), *kind, sum.count));
    assert_eq!(
        sums.collect::<Vec<_>>(),
        [("US", Kind::Sms, 2), ("US", Kind::AnsweredCall, 1), ("US", Kind::Credit, 1)]
    );
}

#[tokio::test(start_paused = true)]
async fn an_entry_that_is_gone_is_named_with_all_that_it_leaves_behind() {
    let world = World::new();
    let (user, id) = somebody(&world).await;
    let call = format!("call#{id}");
    item(&world, "DeleteItem", &entry_key(&user, &call));
    let left = [
        (Mismatch::EntryMissing, call.clone()),
        (Mismatch::CreditWithoutCharge, format!("credit#{call}#1")),
        (Mismatch::TotalDiffers, format!("{} USD", Period::of(world.now()))),
    ];
    assert_eq!(found(&world).await, left);
}

#[tokio::test(start_paused = true)]
async fn whose_charges_are_all_lost_is_found_by_their_other_rows() {
    let world = World::new();
    text(&world, "m1", "LIST").await;
    let (user, month) = (world.user_of(PHONE).await, Period::of(world.now()).to_string());
    item(&world, "DeleteItem", &entry_key(&user, "sms#m1"));
    item(&world, "DeleteItem", &total_key(&user, &month, "USD"));
    assert_eq!(found(&world).await, [(Mismatch::EntryMissing, "sms#m1".to_owned())]);
}

#[tokio::test(start_paused = true)]
async fn an_entry_whose_text_or_reminder_is_gone_is_named() {
    let world = World::new();
    let (user, id) = somebody(&world).await;
    item(&world, "DeleteItem", &message_key(&user, &"m1".parse().unwrap()));
    item(&world, "DeleteItem", &occurrence_key(&id));
    let gone = [
        (Mismatch::TextMissing, "sms#m1".to_owned()),
        (Mismatch::CallMissing, format!("call#{id}")),
    ];
    assert_eq!(found(&world).await, gone);
}

#[tokio::test(start_paused = true)]
async fn a_person_who_was_forgotten_has_no_rows_and_that_is_no_finding() {
    let world = World::new();
    somebody(&world).await;
    forget(&world.cloud, &Phone::parse(PHONE).unwrap()).await.unwrap();
    let said = reconciled(&world).await;
    assert_eq!((said.findings, said.entries, said.unchecked.forgotten), (Vec::new(), 4, 3));
}

#[tokio::test(start_paused = true)]
async fn a_charge_that_is_on_its_way_is_counted_as_owed() {
    let world = World::new();
    let message = world.text_owing_its_charge(1, "m1").await;
    let said = reconciled(&world).await;
    assert_eq!((said.findings, said.unchecked.owed), (Vec::new(), 1));
    world.put(domain::message::Message { in_ledger: true, ..message }).await;
    assert_eq!(found(&world).await, [(Mismatch::EntryMissing, "sms#m1".to_owned())]);
}

#[tokio::test(start_paused = true)]
async fn what_is_written_between_the_readings_of_the_two_tables_is_no_finding() {
    let world = World::new();
    let (user, _) = somebody(&world).await;
    let key = entry_key(&user, "sms#m2");
    let entry = item(&world, "GetItem", &key)["Item"].take();
    item(&world, "DeleteItem", &key);
    // It stands by the time at which the account is read once more.
    let (services, mut readings) = (world.services.clone(), 0);
    world.hook(move |operation, body| {
        let of_account = operation == "Query" && !body.contains("IndexName");
        if of_account && body.contains(provision::BILLING_TABLE) {
            readings += 1;
            if readings == 2 {
                let put = json!({ "TableName": provision::BILLING_TABLE, "Item": entry });
                let _ = services.request("DynamoDB_20120810", "PutItem", &put);
            }
        }
        Hooked::Pass
    });
    assert_eq!(found(&world).await, []);
    let stored: domain::ledger::Entry = world.row(&key).await;
    assert_eq!(stored.key(), key);
}
