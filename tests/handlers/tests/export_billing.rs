//! The export of months: what is in the bucket, what goes on later, what is given up.

#![expect(clippy::unwrap_used, reason = "a broken world should stop its test")]

use std::collections::BTreeMap;
use std::sync::Arc;

use architecture::text;
use architecture::yaml::Node;
use aws_local::wire::Response;
use bytes::Bytes;
use chrono::TimeDelta;
use cloud::items::{Item as _, PERIOD_SHARDS};
use cloud::queues::{ExportWanted, Month, ReconciliationWanted};
use domain::ids::UserId;
use domain::ledger::{self, Entry, Kind, Total};
use domain::money::{Currency, Micros};
use export_billing::columns::{COLUMNS, Type};
use export_billing::manifest::{Manifest, TotalsSay};
use handlers::{Hooked, World};
use serde_json::{Value, json};
use stack::provision::queue;

/// An entry of a month, the `n`th, of a user in the `n`th shard; with its total, as record-charge writes both.
async fn charged(world: &World, n: u32, period: &str) -> Entry {
    let shard = n % PERIOD_SHARDS;
    let users = (0..).map(UserId::from_random);
    let user = users.into_iter().find(|user| user.shard(PERIOD_SHARDS) == shard).unwrap();
    let at = format!("{period}-07T09:00:00Z").parse().unwrap();
    let entry = Entry {
        charge_id: format!("sms#{period}-{n:03}"),
        kind: Kind::Sms,
        user_id: user,
        phone: Some("+12065550123".to_owned().try_into().unwrap()),
        country: when::Region::parse("US").unwrap(),
        amount_micros: Micros(20_000),
        list_micros: Some(Micros(20_000)),
        reduced_by: None,
        currency: Currency::USD,
        at,
        written_at: at,
        period: period.into(),
        belongs_to: None,
        price_version: "2026-07".into(),
        price_rule: "US".into(),
        corrects: None,
        corrected_by: None,
        reason: None,
    };
    let key = cloud::items::total_key(&entry.user_id, period, "USD");
    let total = world.cloud.get::<Total>(&key).await.unwrap().map(|stored| stored.row);
    world.put(ledger::add(total, &entry).unwrap()).await;
    world.put(entry.clone()).await;
    entry
}

async fn ask(world: &World, month: &str) {
    let month = Month::try_from(month.to_owned()).unwrap();
    let wanted = ExportWanted { month, as_of: None, unproved: 0 };
    world.cloud.send(&world.cloud.config.queues.export_billing, &wanted, 0).await.unwrap();
}

/// Hands over what is in the queue; returns how many messages go back to it.
async fn export(world: &World) -> usize {
    let batch = world.batch(queue::EXPORT_BILLING);
    assert!(!batch.records.is_empty(), "somebody asks for something");
    let cloud = world.cloud_of(stack::functions::Function::ExportBilling);
    export_billing::handle(cloud, batch).await.batch_item_failures.len()
}

/// What finance sees, without checkpoints.
fn seen(world: &World) -> BTreeMap<String, Bytes> {
    let all = world.services.exports().into_iter();
    all.filter(|(key, _)| !key.starts_with("checkpoints/")).collect()
}

fn manifest(world: &World, key: &str) -> Manifest {
    serde_json::from_slice(&seen(world)[key]).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_month_that_has_closed_is_in_the_bucket_in_both_formats_and_proved() {
    let world = World::new();
    for n in 0..10 {
        charged(&world, n, "2026-10").await;
    }
    charged(&world, 11, "2026-11").await;
    ask(&world, "closed").await;
    assert_eq!(export(&world).await, 0);
    let manifest = manifest(&world, "period=2026-10/manifest.json");
    assert_eq!((manifest.rows, manifest.state.as_str()), (10, "final"));
    assert_eq!(manifest.totals, TotalsSay::Same);
    let seen = seen(&world);
    assert_eq!(seen.len(), manifest.files.len() + 1);
    let mut ids = Vec::new();
    for file in manifest.files.iter().filter(|file| file.format == "csv") {
        let text = &seen[&format!("period=2026-10/{}", file.name)];
        let text = std::str::from_utf8(text).unwrap();
        assert!(!text.contains("+1206"), "an export has no phones");
        ids.extend(text.lines().skip(1).map(|line| line.split(',').next().unwrap().to_owned()));
    }
    ids.sort();
    assert_eq!(ids, (0..10).map(|n| format!("sms#2026-10-{n:03}")).collect::<Vec<_>>());
    assert!(world.bodies(queue::EXPORT_BILLING).is_empty(), "nothing is left to do");
}

#[tokio::test(start_paused = true)]
async fn in_the_first_days_of_a_month_two_are_open_and_both_are_exported() {
    let world = World::new();
    // From 23 November to 2 December.
    world.pass(TimeDelta::days(9)).await;
    charged(&world, 1, "2026-11").await;
    charged(&world, 2, "2026-12").await;
    ask(&world, "open").await;
    assert_eq!(export(&world).await, 0);
    assert_eq!(export(&world).await, 0);
    let manifests = seen(&world).into_keys().filter(|key| key.ends_with("manifest.json"));
    let folder = |month| format!("preliminary/period={month}/as-of=20261202T090000Z");
    let expected = ["2026-11", "2026-12"].map(|m| folder(m) + "/preliminary-manifest.json");
    assert_eq!(manifests.collect::<Vec<_>>(), expected);
    for key in expected {
        assert_eq!(manifest(&world, &key).rows, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_that_comes_twice_is_the_same_export() {
    let world = World::new();
    charged(&world, 1, "2026-11").await;
    ask(&world, "open").await;
    assert_eq!(export(&world).await, 0);
    let first = world.services.exports();
    // Nobody deleted the message: it comes again after its time out of sight, and the month has moved on.
    charged(&world, 2, "2026-11").await;
    world.pass(TimeDelta::minutes(13)).await;
    assert_eq!(export(&world).await, 0);
    assert_eq!(world.services.exports(), first);
}

#[tokio::test(start_paused = true)]
async fn of_two_runs_of_one_message_one_exports_and_no_file_is_of_the_other() {
    let world = World::new();
    world.give_way();
    for n in 0..PERIOD_SHARDS {
        charged(&world, n, "2026-11").await;
    }
    let late = charged(&world, PERIOD_SHARDS + 1, "2026-11").await;
    let late = world.services.take(&late.key());
    ask(&world, "open").await;
    let batch = world.batch(queue::EXPORT_BILLING);
    // The month moves after the first run has put its third file, and then the second run comes.
    let (third, mut puts) = (Arc::new(tokio::sync::Notify::new()), 0);
    let (services, notify) = (world.services.clone(), third.clone());
    world.hook(move |operation, _| {
        puts += usize::from(operation.contains("/preliminary/"));
        if puts == 3 {
            services.give(&late);
            notify.notify_one();
        }
        Hooked::Pass
    });
    let run = || {
        let cloud = world.cloud_of(stack::functions::Function::ExportBilling);
        export_billing::handle(cloud, batch.clone())
    };
    let second = async {
        third.notified().await;
        run().await
    };
    let (first, second) = futures::join!(run(), second);
    assert!(first.batch_item_failures.is_empty() && second.batch_item_failures.is_empty());
    let whole = |world: &World| {
        let seen = seen(world);
        let (name, manifest) =
            seen.iter().find(|(name, _)| name.ends_with("manifest.json")).expect("a manifest");
        let manifest: Manifest = serde_json::from_slice(manifest).unwrap();
        let folder = name.strip_suffix("preliminary-manifest.json").unwrap();
        assert_eq!(seen.len(), manifest.files.len() + 1);
        for file in &manifest.files {
            let found = &seen[&format!("{folder}{}", file.name)];
            let found = exports::destination::Contents::of(found.to_vec()).sha256_hex();
            assert_eq!(found, file.sha256, "{} is of another run", file.name);
        }
        seen
    };
    let exported = whole(&world);
    // The second run has asked again, lest the first was killed; it finds that all is done.
    assert!(world.bodies(queue::EXPORT_BILLING).is_empty(), "it waits");
    world.pass(TimeDelta::minutes(3)).await;
    assert_eq!(export(&world).await, 0);
    assert_eq!(whole(&world), exported);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_was_killed_is_taken_over_when_its_claim_is_over() {
    let world = World::new();
    world.give_way();
    for n in 0..PERIOD_SHARDS {
        charged(&world, n, "2026-11").await;
    }
    ask(&world, "open").await;
    let mut puts = 0;
    let (third, killed) = tokio::sync::oneshot::channel();
    let mut third = Some(third);
    world.hook(move |operation, _| {
        puts += usize::from(operation.contains("/preliminary/"));
        if puts == 3 {
            let _ = third.take().map(|third| third.send(()));
        }
        Hooked::Pass
    });
    let batch = world.batch(queue::EXPORT_BILLING);
    let cloud = world.cloud_of(stack::functions::Function::ExportBilling);
    tokio::select! {
        biased;
        _ = killed => {}
        _ = export_billing::handle(cloud, batch) => panic!("it was not killed"),
    }
    // The message comes again, after the twelve minutes for which it was out of sight.
    world.pass(TimeDelta::minutes(2)).await;
    ask(&world, "2026-11").await;
    let _other_moment = export(&world).await;
    let manifests = |world: &World| {
        let manifests = seen(world).into_keys().filter(|key| key.ends_with("manifest.json"));
        manifests.collect::<Vec<_>>()
    };
    assert_eq!(manifests(&world).len(), 1, "another moment is another export");
    world.pass(TimeDelta::minutes(11)).await;
    assert_eq!(export(&world).await, 0);
    assert_eq!(manifests(&world).len(), 2);
}

#[tokio::test(start_paused = true)]
async fn what_takes_longer_than_a_run_goes_on_in_another() {
    let world = World::new();
    for n in 0..PERIOD_SHARDS {
        charged(&world, n, "2026-10").await;
    }
    ask(&world, "closed").await;
    export(&world).await;
    let undisturbed = seen(&world);

    // S3 takes each file only at the second try, and a quarter of a minute passes before it.
    let slow = World::new();
    for n in 0..PERIOD_SHARDS {
        charged(&slow, n, "2026-10").await;
    }
    let (tried, mut tries) = (Arc::new(tokio::sync::Notify::new()), 0);
    let time = tokio::spawn({
        let tried = tried.clone();
        async move {
            loop {
                tried.notified().await;
                tokio::time::advance(std::time::Duration::from_secs(15)).await;
            }
        }
    });
    slow.hook(move |operation, _| {
        if !operation.contains("x-id=PutObject") {
            return Hooked::Pass;
        }
        tries += 1;
        if tries % 2 == 0 {
            return Hooked::Pass;
        }
        tried.notify_one();
        Hooked::Answer(slow_down())
    });
    ask(&slow, "closed").await;
    let mut runs = 0;
    while !seen(&slow).contains_key("period=2026-10/manifest.json") {
        assert_eq!(export(&slow).await, 0, "nothing waits by failing");
        runs += 1;
        assert!(runs < 20, "it goes round in circles");
    }
    time.abort();
    assert!(runs > 2, "{runs} runs: time never was up");
    assert_eq!(seen(&slow), undisturbed);
}

/// As S3 answers who asks too much at once.
fn slow_down() -> Response {
    let body =
        "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>";
    let media_type = http::HeaderValue::from_static("application/xml");
    Response::new(http::StatusCode::SERVICE_UNAVAILABLE, media_type, body)
}

#[tokio::test(start_paused = true)]
async fn a_month_that_cannot_be_proved_is_tried_again_and_then_given_up() {
    let world = World::new();
    let entry = charged(&world, 1, "2026-10").await;
    let mut total = ledger::add(None, &entry).unwrap();
    total.amount_micros.0 += 1;
    world.put(total.clone()).await;
    ask(&world, "closed").await;
    for _ in 0..3 {
        assert_eq!(export(&world).await, 0);
        assert!(world.bodies(queue::EXPORT_BILLING).is_empty(), "it waits");
        world.pass(TimeDelta::minutes(15)).await;
    }
    assert_eq!(export(&world).await, 0);
    let dead = world.batch("export-billing-dead-letters").records;
    let reason = dead[0].message_attributes["reason"].string_value.as_deref();
    assert_eq!((dead.len(), reason), (1, Some("not_proved")));
    assert!(!seen(&world).contains_key("period=2026-10/manifest.json"), "there is no export");
    // Mended and sent back.
    total.amount_micros.0 -= 1;
    world.put(total).await;
    ask(&world, "2026-10").await;
    assert_eq!(export(&world).await, 0);
    assert_eq!(manifest(&world, "period=2026-10/manifest.json").rows, 1);
}

#[tokio::test(start_paused = true)]
async fn a_month_that_is_yet_to_come_is_refused_for_good() {
    let world = World::new();
    ask(&world, "2027-01").await;
    assert_eq!(export(&world).await, 0);
    let dead = world.batch("export-billing-dead-letters").records;
    let reason = dead[0].message_attributes["reason"].string_value.as_deref();
    assert_eq!((dead.len(), reason), (1, Some("not_begun")));
    assert!(world.services.exports().is_empty());
}

#[test]
fn the_table_of_finance_has_the_columns_of_the_files() {
    let finance = Node::parse(&text("infra/finance.yaml"));
    let table = finance.at("Resources.Ledger.Properties.TableInput");
    let of = |list: &Node| -> Vec<(String, String)> {
        let columns = list.items().iter();
        columns.map(|it| (it.at("Name").text().into(), it.at("Type").text().into())).collect()
    };
    let column = |name: &str, of: Type| {
        let of = match of {
            Type::Text => "string",
            Type::Integer => "bigint",
            Type::Instant => "timestamp",
        };
        (name.to_owned(), of.to_owned())
    };
    let columns = COLUMNS.iter().map(|it| column(it.name, it.of));
    let (partition, rest): (Vec<_>, Vec<_>) = columns.partition(|(name, _)| name == "period");
    assert_eq!(of(table.at("PartitionKeys")), partition);
    assert_eq!(of(table.at("StorageDescriptor.Columns")), rest);
    let location = table.at("Parameters").entries();
    let location = location.into_iter().find(|(name, _)| *name == "storage.location.template");
    assert_eq!(location.unwrap().1.text(), "s3://${Bucket}/period=${!period}/parquet/");
    let job =
        exports::job::Job::of("2026-10".parse().unwrap(), "2027-01-01T00:00:00Z".parse().unwrap());
    let job = job.unwrap();
    let part = job.folder() + &job.part(exports::job::Format::Parquet, 0, 0);
    assert!(part.starts_with("period=2026-10/parquet/"), "{part}");
}

#[test]
fn schedules_ask_in_the_words_that_the_function_reads() {
    let template = Node::parse(&text("template.yaml"));
    for (name, cron, month) in stack::provision::EXPORTS {
        let id = if month == "open" { "ExportOpenSchedule" } else { "ExportClosedSchedule" };
        let schedule = template.at("Resources").at(id).at("Properties");
        assert_eq!(schedule.at("Name").text(), format!("${{AWS::StackName}}-{name}"));
        assert_eq!(schedule.at("ScheduleExpression").text(), cron);
        let input: Value = serde_json::from_str(schedule.at("Target.Input").text()).unwrap();
        assert_eq!(input, json!({ "v": 1, "month": month }));
        cloud::queues::decode::<ExportWanted>(&input.to_string()).unwrap();
    }
    let (name, cron) = stack::provision::RECONCILIATION;
    let schedule = template.at("Resources.ReconcileBillingSchedule.Properties");
    assert_eq!(schedule.at("Name").text(), format!("${{AWS::StackName}}-{name}"));
    assert_eq!(schedule.at("ScheduleExpression").text(), cron);
    let input = schedule.at("Target.Input").text();
    let wanted = cloud::queues::decode::<ReconciliationWanted>(input).unwrap();
    assert_eq!(wanted, ReconciliationWanted { month: Month::Open, as_of: None });
}
