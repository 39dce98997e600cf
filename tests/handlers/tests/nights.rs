//! The night in which months are held against what happened: every user is met once however a walk is left, what does
//! not match is in the bucket, told and counted, and of two runs of one message one goes on.

#![expect(clippy::unwrap_used, reason = "a broken world should stop its test")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use chrono::TimeDelta;
use cloud::forget::forget;
use cloud::items::{Item as _, entry_key, message_key, total_key};
use cloud::queues::{Month, ReconciliationWanted};
use cloud::reconciliation::{Position, Walk, reconcile};
use domain::ids::{OccurrenceId, UserId};
use domain::ledger::{self, Entry, Kind, Period, Total};
use domain::money::{Currency, Micros};
use domain::reconciliation::{Mismatch, Reconciliation};
use exports::destination::Bucket;
use exports::job::Job;
use exports::turn::{CLAIMED, Run};
use handlers::{Hooked, World};
use reconcile_billing::report::Report;
use reconcile_billing::walk::{Outcome, walk};
use serde_json::{Value, json};
use stack::functions::Function;
use stack::provision::queue;

mod road;

use road::{PHONE, context, run, tell, text};

/// An entry of the `n`th user who is nowhere but in the ledger; in a currency, with or without its total.
async fn booked(world: &World, n: u32, id: &str, currency: &str, with_total: bool) -> Entry {
    let at = world.now();
    let entry = Entry {
        charge_id: format!("sms#{id}"),
        kind: Kind::Sms,
        user_id: UserId::from_random(u128::from(n)),
        phone: None,
        country: when::Region::parse("US").unwrap(),
        amount_micros: Micros(20_000),
        list_micros: Some(Micros(20_000)),
        reduced_by: None,
        currency: Currency::parse(currency).unwrap(),
        at,
        written_at: at,
        period: Period::of(at).to_string(),
        belongs_to: None,
        price_version: "another".into(),
        price_rule: "US".into(),
        corrects: None,
        corrected_by: None,
        reason: None,
    };
    if with_total {
        let key = total_key(&entry.user_id, &entry.period, currency);
        let total = world.cloud.get::<Total>(&key).await.unwrap().map(|stored| stored.row);
        world.put(ledger::add(total, &entry).unwrap()).await;
    }
    world.put(entry.clone()).await;
    entry
}

/// Users of all kinds; how many they are, and how many entries they have.
async fn everybody(world: &World) -> (u64, u64) {
    // With rows and entries; with rows alone; forgotten.
    text(world, "m1", "Remind in 1 minute about cake").await;
    let id: OccurrenceId = format!("{}-1-1", world.user_of(PHONE).await).parse().unwrap();
    world.pass(TimeDelta::seconds(61)).await;
    run(world, Function::PlaceCallback).await;
    tell(world, "VOICE_ANSWERED", context(&id, 1), "").await;
    run(world, Function::RecordCharge).await;
    for n in 10..30 {
        world.scheduled(n, 30).await;
    }
    let forgotten = world.user(30).await;
    forget(&world.cloud, &forgotten.phone).await.unwrap();
    // Without rows: with totals in one and in two currencies, with nothing but entries, with a total alone.
    for n in 100..120 {
        booked(world, n, &format!("t{n}"), "USD", true).await;
    }
    booked(world, 100, "u", "INR", true).await;
    for (n, id) in [(200, "e3"), (200, "e1"), (201, "e2")] {
        booked(world, n, id, "USD", false).await;
    }
    // A total in one currency, and an entry without one in another.
    booked(world, 119, "v", "INR", false).await;
    let lonely = booked(world, 300, "w", "USD", true).await;
    world.delete_item(&lonely.key());
    (1 + 20 + 1 + 20 + 2 + 1, 2 + 20 + 1 + 3 + 1)
}

fn kinds(said: &Reconciliation) -> BTreeMap<Mismatch, usize> {
    let mut kinds = BTreeMap::new();
    for finding in &said.findings {
        *kinds.entry(finding.kind).or_default() += 1;
    }
    kinds
}

#[tokio::test(start_paused = true)]
async fn everybody_is_met_once_however_often_a_walk_is_left() {
    let world = World::new();
    let (users, entries) = everybody(&world).await;
    let period = Period::of(world.now());
    let at_once = reconcile(&world.cloud, period).await.unwrap();
    assert_eq!((at_once.users, at_once.entries), (users, entries));
    use Mismatch::{TextMissing, TotalMissing, TotalWithoutEntries};
    let found = BTreeMap::from([(TextMissing, 25), (TotalMissing, 3), (TotalWithoutEntries, 1)]);
    assert_eq!(kinds(&at_once), found);

    let mut left = Reconciliation::default();
    let (mut at, mut runs) = (Position::default(), 0);
    while at != Position::End {
        // As a checkpoint keeps it.
        let kept = serde_json::to_string(&at).unwrap();
        assert!(!kept.contains("+1206"), "{kept}");
        at = serde_json::from_str(&kept).unwrap();
        let walk = Walk::new(&world.cloud, period);
        walk.page(&mut at, || false, |said| left += said).await.unwrap();
        runs += 1;
        assert!(runs < 200, "it goes round in circles at {at:?}");
    }
    assert!(runs > 40, "{runs}: it never was left");
    left.findings.sort_by_cached_key(|finding| (finding.user.clone(), finding.clone()));
    assert_eq!(left, at_once);
}

#[tokio::test(start_paused = true)]
async fn a_row_that_nobody_can_read_is_a_finding_and_keeps_nobody_waiting() {
    let world = World::new();
    text(&world, "m1", "LIST").await;
    world.scheduled(7, 30).await;
    let user = world.user_of(PHONE).await;
    world
        .services
        .set(&message_key(&user, &"m1".parse().unwrap()), &[("charged", json!({ "N": "7" }))]);
    let said = reconcile(&world.cloud, Period::of(world.now())).await.unwrap();
    let [finding] = &said.findings[..] else { panic!("{:?}", said.findings) };
    assert_eq!((finding.kind, &finding.user, said.users), (Mismatch::RowUnreadable, &user, 2));
    assert_eq!(finding.ids, [format!("USER#{user}/MESSAGE#m1")]);
}

async fn ask(world: &World, month: &str) {
    let wanted =
        ReconciliationWanted { month: Month::try_from(month.to_owned()).unwrap(), as_of: None };
    world.cloud.send(&world.cloud.config.queues.reconcile_billing, &wanted, 0).await.unwrap();
}

/// Hands over what is in the queue, and what comes of that.
async fn night(world: &World) {
    loop {
        let batch = world.batch(queue::RECONCILE_BILLING);
        if batch.records.is_empty() {
            return;
        }
        let response = reconcile_billing::handle(world.cloud.clone(), batch).await;
        assert!(response.batch_item_failures.is_empty());
    }
}

/// The reports in the bucket, by name.
fn reports(world: &World) -> BTreeMap<String, Report> {
    let all = world.services.exports().into_iter();
    let reports = all.filter(|(name, _)| name.ends_with("reconciliation.json"));
    reports.map(|(name, bytes)| (name, serde_json::from_slice(&bytes).unwrap())).collect()
}

/// What the function has measured under a name.
fn measured(world: &World, name: &str) -> Vec<i64> {
    world.metrics().iter().filter_map(|line| line[name].as_i64()).collect()
}

#[tokio::test(start_paused = true)]
async fn what_does_not_match_is_beside_the_export_and_counted_by_kind() {
    let world = World::with(&[("METRICS_NAMESPACE", "ringback")]);
    text(&world, "m1", "LIST").await;
    ask(&world, "open").await;
    night(&world).await;
    let name = "preliminary/period=2026-11/as-of=20261123T090000Z/preliminary-reconciliation.json";
    let report = reports(&world).remove(name).unwrap();
    assert_eq!((report.users, report.entries, report.mismatches()), (1, 1, 0));
    let state = (report.state.as_str(), report.as_of);
    assert_eq!(state, ("preliminary", Some(world.now())));
    assert_eq!(measured(&world, "mismatches"), [0], "an alarm has data in any case");

    world.pass(TimeDelta::days(1)).await;
    let user = world.user_of(PHONE).await;
    world.delete_item(&entry_key(&user, "sms#m1"));
    ask(&world, "2026-11").await;
    night(&world).await;
    let report = reports(&world).remove(&name.replace("1123T", "1124T")).unwrap();
    let kinds: Vec<Mismatch> = report.findings.iter().map(|finding| finding.kind).collect();
    assert_eq!(kinds, [Mismatch::EntryMissing, Mismatch::TotalWithoutEntries]);
    assert_eq!(measured(&world, "mismatches"), [0, 2]);
    assert_eq!(measured(&world, "mismatches_entry_missing"), [1]);
    assert_eq!(measured(&world, "months_reconciled"), [1, 1]);
    let text = world.services.exports().into_values();
    let text: Vec<String> = text.map(|it| String::from_utf8(it.to_vec()).unwrap()).collect();
    assert!(text.iter().all(|it| !it.contains("+1206")), "{text:?}");
}

#[tokio::test(start_paused = true)]
async fn a_month_is_looked_at_until_the_night_after_it_has_closed() {
    let world = World::new();
    // From 23 November, 9:00, to the nights of December.
    world.pass(TimeDelta::days(7) + TimeDelta::hours(19)).await;
    let mut nights = Vec::new();
    for _ in 1..=6 {
        ask(&world, "open").await;
        night(&world).await;
        let mut seen = reports(&world).into_keys().collect::<Vec<_>>();
        seen.retain(|name| !nights.iter().any(|(_, before)| before == name));
        let day = world.now().format("%d").to_string();
        nights.extend(seen.into_iter().map(|name| (day.clone(), name)));
        world.pass(TimeDelta::days(1)).await;
    }
    let of = |month: &str| -> Vec<String> {
        let of = nights.iter().filter(|(_, name)| name.contains(&format!("period={month}")));
        of.map(|(day, _)| day.clone()).collect()
    };
    assert_eq!(of("2026-11"), ["01", "02", "03", "04", "05"]);
    assert_eq!(of("2026-12"), ["01", "02", "03", "04", "05", "06"]);
    let last = nights.iter().find(|(_, name)| name == "period=2026-11/reconciliation.json");
    assert_eq!(last.unwrap().0, "05", "the final one, once nothing can change");
}

#[tokio::test(start_paused = true)]
async fn a_night_that_runs_out_of_time_goes_on_where_it_stopped() {
    let world = World::new();
    let (users, entries) = everybody(&world).await;
    let as_of = world.now();
    let job = Job::of("2026-11".parse().unwrap(), as_of).unwrap();
    let bucket = Bucket::of(&world.cloud);
    let mut runs = 0;
    let report = loop {
        // Each run comes to five users, or pages.
        let asked = AtomicU32::new(0);
        let has_time = || asked.fetch_add(1, Ordering::Relaxed) < 5;
        let run = Run { started: world.now(), claims: CLAIMED, has_time };
        runs += 1;
        assert!(runs < 100, "it goes round in circles");
        match walk(&world.cloud, &bucket, &job, as_of, run).await.unwrap() {
            Outcome::Done(report) => break report,
            Outcome::Unfinished => assert!(reports(&world).is_empty(), "a report is the last"),
            Outcome::DoneBefore => panic!("it was not"),
        }
    };
    assert!(runs > 5, "{runs}");
    assert_eq!((report.users, report.entries, report.mismatches()), (users, entries, 29));
    assert_eq!(reports(&world).into_values().collect::<Vec<_>>(), [*report]);
    let again = Run::unlimited(world.now());
    let again = walk(&world.cloud, &bucket, &job, as_of, again).await.unwrap();
    assert_eq!(again, Outcome::DoneBefore, "its message came twice");
}

#[tokio::test(start_paused = true)]
async fn of_two_runs_of_one_message_one_goes_on_and_the_other_asks_again_later() {
    let world = World::new();
    world.give_way();
    text(&world, "m1", "LIST").await;
    ask(&world, "open").await;
    let batch = world.batch(queue::RECONCILE_BILLING);
    let cloud = world.cloud_of(Function::ReconcileBilling);
    // The second run comes while the first one reads.
    let other = world.cloud_of(Function::ReconcileBilling);
    let (started, mut once) = (Arc::new(tokio::sync::Notify::new()), Some(()));
    let notified = started.clone();
    world.hook(move |operation, _| {
        if operation == "Scan" && once.take().is_some() {
            notified.notify_one();
        }
        Hooked::Pass
    });
    let second = async {
        started.notified().await;
        reconcile_billing::handle(other, batch.clone()).await
    };
    let (first, second) = futures::join!(reconcile_billing::handle(cloud, batch.clone()), second);
    assert!(first.batch_item_failures.is_empty() && second.batch_item_failures.is_empty());
    assert_eq!(world.asked("Scan"), 1, "one of them has walked");
    assert_eq!(reports(&world).len(), 1);
    assert_eq!(world.bodies(queue::RECONCILE_BILLING), Vec::<Value>::new(), "it waits");
    world.pass(TimeDelta::from_std(Duration::from_secs(180)).unwrap()).await;
    night(&world).await;
    assert_eq!((world.asked("Scan"), reports(&world).len()), (1, 1), "it is done");
}
