//! News for others: told at least once, whoever dies when, and not at all where nobody is told.

#![expect(clippy::unwrap_used, reason = "a broken world should stop its test")]

use std::sync::{Arc, Mutex};

use architecture::events;
use chrono::TimeDelta;
use cloud::items::{Item, message_key};
use cloud::queues::{ChargeWanted, NewsWanted};
use domain::ledger::{Entry, Kind};
use domain::lifecycle::{Milestone, News, Passed};
use domain::message::Message;
use domain::money::Micros;
use domain::occurrence::{Event, Occurrence, State, step};
use handlers::{Hooked, World, broken};
use reconcile::Repair;
use serde_json::{Value, json};

/// What was put on the bus, entry by entry: its type and its id.
type Entries = Arc<Mutex<Vec<(String, String)>>>;

/// Sees what is put on the bus. Of each request that `refuse` says, the last entry fails.
fn listen(world: &World, mut refuse: impl FnMut(usize) -> bool + Send + 'static) -> Entries {
    let entries = Entries::default();
    let (seen, mut requests) = (Arc::clone(&entries), 0);
    world.hook(move |operation, body| {
        if operation != "PutEvents" {
            return Hooked::Pass;
        }
        requests += 1;
        let body: Value = serde_json::from_str(body).unwrap();
        let put = body["Entries"].as_array().unwrap();
        let mut seen = seen.lock().unwrap();
        for entry in put {
            let detail: Value = serde_json::from_str(entry["Detail"].as_str().unwrap()).unwrap();
            let event = json!({ "detail-type": entry["DetailType"], "detail": detail });
            assert_eq!(events::problems(&event), Vec::<String>::new(), "{event}");
            assert_eq!(entry["Source"], "ringback");
            let kind = entry["DetailType"].as_str().unwrap().to_owned();
            seen.push((kind, detail["id"].as_str().unwrap().to_owned()));
        }
        if !refuse(requests) {
            return Hooked::Pass;
        }
        let results = (1..=put.len()).map(|n| match n == put.len() {
            true => json!({ "ErrorCode": "ThrottlingException", "ErrorMessage": "slow down" }),
            false => json!({ "EventId": format!("{requests}-{n}") }),
        });
        let answer = json!({ "FailedEntryCount": 1, "Entries": results.collect::<Vec<_>>() });
        let media_type = http::HeaderValue::from_static("application/x-amz-json-1.1");
        Hooked::Answer(aws_local::wire::Response::json(http::StatusCode::OK, media_type, &answer))
    });
    entries
}

/// A reminder that rang and was answered, of which nobody was told yet.
async fn answered(world: &World) -> Occurrence {
    let mut row = world.scheduled(1, 0).await;
    let policy = &world.cloud.config.policy;
    for event in [Event::Due, Event::Answered { attempt: 1 }] {
        row = step(row, &event, world.now(), policy);
    }
    world.put(row.clone()).await;
    row
}

/// Hands over what is in the queue after its delay; returns how many messages go back to it.
async fn publish(world: &World) -> usize {
    world.pass(TimeDelta::seconds(6)).await;
    let batch = world.batch("lifecycle-events");
    publish_event::handle(world.cloud.clone(), batch).await.batch_item_failures.len()
}

fn told(entries: &Entries) -> Vec<String> {
    entries.lock().unwrap().iter().map(|(kind, _)| kind.clone()).collect()
}

#[tokio::test(start_paused = true)]
async fn only_what_the_bus_did_not_take_is_sent_again() {
    let world = World::new();
    let row = answered(&world).await;
    let entries = listen(&world, |request| request == 1);
    world.cloud.send_owed(&row).await.unwrap();
    assert_eq!(publish(&world).await, 0);
    assert_eq!(told(&entries), ["rang", "answered", "answered"]);
    let row = world.reminder(&row.id).await;
    assert!(row.news.is_empty());
    assert_eq!(row.answered, Some(1), "the rest of the row is as it was");
}

#[tokio::test(start_paused = true)]
async fn what_the_bus_never_takes_stays_owed_and_what_it_took_does_not() {
    let world = World::new();
    let row = answered(&world).await;
    let entries = listen(&world, |_| true);
    world.cloud.send_owed(&row).await.unwrap();
    assert_eq!(publish(&world).await, 1, "it comes again");
    assert_eq!(told(&entries), ["rang", "answered", "answered", "answered"]);
    let left = world.reminder(&row.id).await.news;
    assert_eq!(left.iter().map(|it| it.milestone).collect::<Vec<_>>(), [Milestone::Answered]);
}

#[tokio::test(start_paused = true)]
async fn news_that_was_told_but_not_marked_is_told_again_under_the_same_id() {
    let world = World::new();
    let row = answered(&world).await;
    world.cloud.send_owed(&row).await.unwrap();
    let entries = Entries::default();
    let seen = Arc::clone(&entries);
    world.hook(move |operation, body| match operation {
        "PutEvents" => {
            let body: Value = serde_json::from_str(body).unwrap();
            for entry in body["Entries"].as_array().unwrap() {
                let detail: Value =
                    serde_json::from_str(entry["Detail"].as_str().unwrap()).unwrap();
                seen.lock().unwrap().push((String::new(), detail["id"].as_str().unwrap().into()));
            }
            Hooked::Pass
        }
        "PutItem" => Hooked::Answer(broken()),
        _ => Hooked::Pass,
    });
    assert_eq!(publish(&world).await, 1);
    let first = std::mem::take(&mut *entries.lock().unwrap());
    let again = listen(&world, |_| false);
    world.cloud.send_owed(&row).await.unwrap();
    assert_eq!(publish(&world).await, 0);
    let ids = |of: &[(String, String)]| of.iter().map(|(_, id)| id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&first), ids(&again.lock().unwrap()));
    assert!(world.reminder(&row.id).await.news.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_row_that_moves_meanwhile_is_told_to_its_end() {
    let world = World::new();
    let row = answered(&world).await;
    let (services, key) = (world.services.clone(), row.key());
    let entries = listen(&world, move |request| {
        if request == 1 {
            services.touch(&key);
        }
        false
    });
    world.cloud.send_owed(&row).await.unwrap();
    assert_eq!(publish(&world).await, 0);
    assert_eq!(told(&entries), ["rang", "answered"], "what was told is not told again");
    assert!(world.reminder(&row.id).await.news.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_charge_is_told_though_whoever_wrote_it_died_before_saying_so() {
    let world = World::new();
    let message = world.text_owing_its_charge(1, "m1").await;
    let wanted = ChargeWanted::Sms { user: message.user.clone(), message: message.id.clone() };
    let queue = &world.cloud.config.queues.charges;
    world.cloud.send(queue, &wanted, 0).await.unwrap();
    world.hook(|operation, body| match operation {
        "SendMessage" if body.contains("lifecycle-events") => Hooked::Answer(broken()),
        _ => Hooked::Pass,
    });
    let charge = record_charge::handle(world.cloud.clone(), world.batch("charges")).await;
    assert_eq!(charge.batch_item_failures.len(), 1, "the message comes again");
    let entries = listen(&world, |_| false);
    world.cloud.send(queue, &wanted, 0).await.unwrap();
    let charge = record_charge::handle(world.cloud.clone(), world.batch("charges")).await;
    assert!(charge.batch_item_failures.is_empty());
    assert_eq!(publish(&world).await, 0);
    let expected = ("charged".to_owned(), "charged#sms#m1".to_owned());
    assert_eq!(*entries.lock().unwrap(), [expected]);
    let key = message_key(&message.user, &message.id);
    assert!(world.row::<Message>(&key).await.news.is_empty());
    assert_eq!(world.attribute(&key, "open"), Value::Null, "nothing is owed any more");
}

#[tokio::test(start_paused = true)]
async fn a_charge_is_told_though_its_entry_was_read_before_it_and_its_text_after() {
    let world = World::new();
    let message = world.text_owing_its_charge(1, "m1").await;
    let wanted = ChargeWanted::Sms { user: message.user.clone(), message: message.id.clone() };
    world.cloud.send(&world.cloud.config.queues.charges, &wanted, 0).await.unwrap();
    record_charge::handle(world.cloud.clone(), world.batch("charges")).await;
    let mut is_first = true;
    world.hook(move |operation, body| match operation {
        "BatchGetItem" if std::mem::take(&mut is_first) => {
            let mut body: Value = serde_json::from_str(body).unwrap();
            let tables = body["RequestItems"].as_object_mut().unwrap();
            tables.retain(|table, _| table == stack::provision::REMINDERS_TABLE);
            Hooked::Ask(body.to_string())
        }
        _ => Hooked::Pass,
    });
    assert_eq!(publish(&world).await, 0);
    assert!(world.row::<Message>(&message_key(&message.user, &message.id)).await.news.is_empty());
    assert_eq!(world.bodies("lifecycle-events-dead-letters").len(), 0);
}

#[tokio::test(start_paused = true)]
async fn news_whose_message_was_lost_is_asked_for_again_and_keeps_no_call_waiting() {
    let world = World::new();
    answered(&world).await;
    let message = world.text_owing_its_charge(2, "m2").await;
    let policy = &world.cloud.config.policy;
    world.put(message.paid(Milestone::Charged, world.now(), policy)).await;
    // Due, its message lost, and with news: that it is not called comes first.
    let mut due = world.scheduled(3, 0).await;
    due.passes(Milestone::Accepted, world.now(), policy);
    world.put(due.clone()).await;
    world.pass(TimeDelta::minutes(3)).await;
    let report = reconcile::handle(world.cloud.clone()).await.unwrap();
    assert_eq!(report.repairs.get(&Repair::LostSchedule), Some(&1), "{report:?}");
    assert_eq!(
        report.repairs.get(&Repair::OwedNews),
        Some(&1),
        "the text's; the answer owes its charge"
    );
    world.pass(TimeDelta::seconds(6)).await;
    assert_eq!(world.bodies("lifecycle-events").len(), 2);
    assert_eq!(world.bodies("due-callbacks")[0]["occurrence"], due.id.to_string());
}

#[tokio::test(start_paused = true)]
async fn a_credit_is_told_as_one() {
    let world = World::new();
    let mut message = world.text_owing_its_charge(1, "m1").await;
    let wanted = ChargeWanted::Sms { user: message.user.clone(), message: message.id.clone() };
    world.cloud.send(&world.cloud.config.queues.charges, &wanted, 0).await.unwrap();
    record_charge::handle(world.cloud.clone(), world.batch("charges")).await;
    let _ = world.batch("lifecycle-events");
    let key = cloud::items::entry_key(&message.user, "sms#m1");
    let charged: Entry = world.row(&key).await;
    let amount_micros = Micros(-charged.amount_micros.0);
    world.put(Entry { kind: Kind::Credit, amount_micros, ..charged }).await;
    let mut news = News::default();
    news.add(Passed { milestone: Milestone::Credited, at: world.now(), attempt: 0 });
    message = Message { in_ledger: true, news, ..message };
    world.put(message.clone()).await;
    let entries = listen(&world, |_| false);
    let text = NewsWanted::Text { user: message.user.clone(), message: message.id.clone() };
    world.cloud.send_news(&text).await.unwrap();
    assert_eq!(publish(&world).await, 0);
    assert!(told(&entries).contains(&"credited".to_owned()), "{entries:?}");
}

#[tokio::test(start_paused = true)]
async fn where_nobody_is_told_nothing_is_owed_and_nothing_asked() {
    let off = World::with(&[("LIFECYCLE_EVENTS_QUEUE_URL", ""), ("EVENT_BUS", "")]);
    let row = answered(&off).await;
    assert_eq!(off.attribute(&row.key(), "news"), Value::Null);
    let message = off.text_owing_its_charge(2, "m2").await;
    let wanted = ChargeWanted::Sms { user: message.user.clone(), message: message.id.clone() };
    off.cloud.send(&off.cloud.config.queues.charges, &wanted, 0).await.unwrap();
    let sent = off.asked("SendMessage");
    record_charge::handle(off.cloud.clone(), off.batch("charges")).await;
    assert_eq!((off.asked("SendMessage"), off.asked("PutEvents")), (sent, 0));
    let key = message_key(&message.user, &message.id);
    assert_eq!(off.attribute(&key, "news"), Value::Null);
    assert_eq!(off.attribute(&key, "open"), Value::Null);

    // What was owed when others were still told is let go.
    let on = World::new();
    let mut left = answered(&on).await;
    left.clear(domain::occurrence::Effect::Charge);
    assert!(!left.news.is_empty() && left.state == State::Answered);
    off.put(Occurrence { id: off.scheduled(5, 0).await.id, ..left.clone() }).await;
    off.pass(TimeDelta::minutes(3)).await;
    reconcile::handle(off.cloud.clone()).await.unwrap();
    off.pass(TimeDelta::minutes(30)).await;
    let report = reconcile::handle(off.cloud.clone()).await.unwrap();
    assert_eq!(report.repairs.get(&Repair::OwedNews), None, "{report:?}");
}
