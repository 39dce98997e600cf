//! What finance gets: texts in, calls answered, and the month as files, by the command and by the function.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use cloud::items::{PERIOD_SHARDS, Stored};
use cloud::{Cloud, Config};
use domain::ids::UserId;
use domain::ledger::{self, Entry, Kind, Total};
use domain::money::{Currency, Micros};
use end_to_end::{Local, Phone};
use serde_json::{Value, json};

/// Rows by charge id, each by column.
type Rows = BTreeMap<String, BTreeMap<String, String>>;

fn read(csv: &[u8], rows: &mut Rows) {
    let mut reader = csv::Reader::from_reader(csv);
    for row in reader.deserialize::<BTreeMap<String, String>>() {
        let row = row.expect("a row");
        let id = row["charge_id"].clone();
        assert!(rows.insert(id.clone(), row).is_none(), "{id} is there twice");
    }
}

/// All files below a directory.
fn files(directory: &Path) -> Vec<PathBuf> {
    let found = std::fs::read_dir(directory).expect("a directory").map(|it| it.expect("it").path());
    found.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// What the command writes.
async fn exported(world: &Local, period: &str, out: &Path) -> Rows {
    let out_name = out.to_str().expect("UTF-8");
    let ended = world.command(&["export", "--period", period, "--out", out_name]).await;
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    let mut rows = Rows::new();
    for file in files(out).iter().filter(|file| file.extension().is_some_and(|it| it == "csv")) {
        read(&std::fs::read(file).expect("a file"), &mut rows);
    }
    assert!(ended.out.starts_with(&format!("{period} (preliminary): {} entries", rows.len())));
    rows
}

/// Each row is the ledger's, and the other way round.
async fn compare(world: &Local, phones: &[&Phone], rows: &Rows) {
    let mut ledger: BTreeMap<String, Value> = BTreeMap::new();
    for phone in phones {
        let entries = world.ledger(phone).await.into_iter();
        ledger.extend(entries.map(|it| (it["charge_id"].as_str().expect("an id").to_owned(), it)));
    }
    assert_eq!(rows.keys().collect::<Vec<_>>(), ledger.keys().collect::<Vec<_>>());
    for (id, entry) in &ledger {
        let row = &rows[id];
        for column in ["kind", "currency", "user_id"] {
            assert_eq!(entry[column], *row[column], "{column} of {id}");
        }
        assert_eq!(entry["amount_micros"].to_string(), row["amount_micros"], "{id}");
        let at = |text: &str| chrono::DateTime::parse_from_rfc3339(text).expect("an instant");
        assert_eq!(at(entry["at"].as_str().expect("a text")), at(&row["at"]), "{id}");
        assert_eq!((row["country"].as_str(), row["period"].as_str()), ("US", &row["at"][..7]));
        assert!(!row.contains_key("phone") && row.values().all(|cell| !cell.contains("+1206")));
    }
}

/// The bucket of exports, and its name.
fn bucket(world: &Local) -> (Client, String) {
    let config = aws_sdk_s3::config::Builder::from(&world.sdk()).force_path_style(true).build();
    let name = world.stack()["exports_bucket"].as_str().expect("a name").to_owned();
    (Client::from_conf(config), name)
}

/// All objects of a folder of the bucket, by their names within it.
async fn objects(s3: &Client, bucket: &str, folder: &str) -> BTreeMap<String, Vec<u8>> {
    let list = s3.list_objects_v2().bucket(bucket).prefix(folder).send().await.expect("a list");
    let mut objects = BTreeMap::new();
    for key in list.contents().iter().filter_map(|object| object.key()) {
        let got = s3.get_object().bucket(bucket).key(key).send().await.expect("an object");
        let bytes = got.body.collect().await.expect("its bytes").into_bytes();
        objects.insert(key[folder.len()..].to_owned(), bytes.to_vec());
    }
    objects
}

/// A month that has closed, with so many entries in each shard, as record-charge would have written them.
async fn closed_month(world: &Local, period: &str, per_shard: u32) {
    let settings = aws_local::Settings {
        endpoint: world.stack()["aws_endpoint"].as_str().expect("an address").to_owned(),
        ..aws_local::Settings::default()
    };
    let variables = stack::functions::environment(&settings, "2,3");
    let config = Config::from_lookup(|name| variables.get(name).cloned()).expect("a configuration");
    let cloud = Cloud::new(config);
    let at = format!("{period}-07T09:00:00Z").parse().expect("RFC 3339");
    for shard in 0..PERIOD_SHARDS {
        let mut users = (0..).map(UserId::from_random);
        let user = users.find(|user| user.shard(PERIOD_SHARDS) == shard).expect("a user");
        let entries: Vec<Entry> = (0..per_shard)
            .map(|n| Entry {
                charge_id: format!("sms#{shard}-{n:05}"),
                kind: Kind::Sms,
                user_id: user.clone(),
                phone: None,
                country: when::Region::parse("US").expect("a country"),
                amount_micros: Micros(20_000),
                list_micros: Some(Micros(20_000)),
                reduced_by: None,
                currency: Currency::USD,
                at,
                written_at: at,
                period: period.to_owned(),
                belongs_to: None,
                price_version: "t".into(),
                price_rule: "US".into(),
                corrects: None,
                corrected_by: None,
                reason: None,
            })
            .collect();
        let add = |total: Option<Total>, entry| Some(ledger::add(total, entry).expect("a sum"));
        let total = entries.iter().fold(None, add).expect("entries");
        let write = cloud.write(at).put(&Stored::new(total)).expect("a row");
        write.commit().await.expect("a total");
        for some in entries.chunks(50) {
            let mut write = cloud.write(at);
            for entry in some {
                write = write.put(&Stored::new(entry.clone())).expect("a row");
            }
            write.commit().await.expect("entries");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_whose_process_is_killed_again_and_again_ends_in_the_same_bytes() {
    let world = Local::start().await;
    let period = "2026-01";
    closed_month(&world, period, 2_000).await;
    // What a killed function held comes again after its visibility time-out, which is twelve minutes.
    world.shorten_visibility(3).await;
    let (s3, bucket) = bucket(&world);
    let checkpoint = format!("checkpoints/period={period}/final.json");
    let kept = async || {
        let got = s3.get_object().bucket(&bucket).key(&checkpoint).send().await.ok()?;
        let bytes = got.body.collect().await.ok()?.into_bytes();
        serde_json::from_slice::<Value>(&bytes).ok()
    };
    let parts = |kept: &Value| kept["state"]["files"].as_array().map_or(0, Vec::len);
    world.enqueue("export-billing", &json!({"v": 1, "month": period}).to_string()).await;
    let mut seen = 0;
    for kill in 1..=3 {
        let what = format!("parts of the export, kill {kill}");
        let more = || async { kept().await.map(|kept| parts(&kept)).filter(|parts| *parts > seen) };
        world.until(&what, more).await;
        world.kill_function("export-billing").await;
        let mut left = kept().await.expect("a checkpoint");
        seen = parts(&left);
        assert!((1..16).contains(&seen) && left["state"]["done"] == false, "killed in the middle");
        let manifest = objects(&s3, &bucket, &format!("period={period}/manifest")).await;
        assert!(manifest.is_empty(), "a manifest is the last of an export");
        // A run claims the month for as long as it may live, three minutes. They pass.
        left.as_object_mut().expect("an object").remove("claimed_until").expect("a claim");
        let put = s3.put_object().bucket(&bucket).key(&checkpoint);
        put.body(ByteStream::from(left.to_string().into_bytes())).send().await.expect("put");
    }
    let folder = format!("period={period}/");
    world
        .until("the manifest of the month", || async {
            let objects = objects(&s3, &bucket, &folder).await;
            objects.contains_key("manifest.json").then_some(())
        })
        .await;

    // As whom nobody disturbs writes it.
    let out = tempfile::tempdir().expect("a directory");
    let out_name = out.path().to_str().expect("UTF-8");
    let ended = world.command(&["export", "--period", period, "--out", out_name]).await;
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    let root = out.path().join(&folder);
    let undisturbed = files(&root).into_iter().map(|path| {
        let name = path.strip_prefix(&root).expect("below").to_str().expect("UTF-8").to_owned();
        (name, std::fs::read(path).expect("a file"))
    });
    let undisturbed: BTreeMap<String, Vec<u8>> = undisturbed.collect();
    assert_eq!(undisturbed.len(), 17, "a part of each shard in two formats, and the manifest");
    let exported = objects(&s3, &bucket, &folder).await;
    assert!(exported == undisturbed, "{:?}", exported.keys());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_month_is_exported_while_the_stack_runs_and_after_it_was_killed() {
    let mut world = Local::start().await;
    let [caller, lister] = [(); 2].map(|()| world.phone());
    world.ask(&lister, "LIST").await;
    world.ask(&caller, "Remind in 2 seconds about tea").await;
    let call = world.ring(&caller, 1).await;
    world.pick(&call, "answer").await;
    world.charged(&caller, 2).await;
    world.charged(&lister, 1).await;
    let entry = world.ledger(&lister).await.remove(0);
    let period = entry["at"].as_str().expect("a text")[..7].to_owned();
    let out = tempfile::tempdir().expect("a directory");
    let rows = exported(&world, &period, out.path()).await;
    assert_eq!(rows.len(), 3);
    compare(&world, &[&caller, &lister], &rows).await;

    // The function puts the same into the bucket.
    world.enqueue("export-billing", &json!({"v": 1, "month": period}).to_string()).await;
    let (s3, bucket) = bucket(&world);
    let bucket = bucket.as_str();
    let keys = world
        .until("the manifest of the month", || async {
            let list = s3.list_objects_v2().bucket(bucket).send().await.expect("a list");
            let keys = list.contents().iter().filter_map(|it| it.key().map(str::to_owned));
            let keys: Vec<String> = keys.collect();
            keys.iter().any(|key| key.ends_with("manifest.json")).then_some(keys)
        })
        .await;
    let mut put = Rows::new();
    for key in keys.iter().filter(|key| key.ends_with(".csv")) {
        let got = s3.get_object().bucket(bucket).key(key).send().await.expect("an object");
        read(&got.body.collect().await.expect("its bytes").into_bytes(), &mut put);
    }
    assert_eq!(put, rows);

    // Again, into the same directory, from the data of a stack that is gone.
    world.kill_everything().await;
    assert_eq!(exported(&world, &period, out.path()).await, rows);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_that_cannot_be_is_refused_in_a_sentence() {
    let world = Local::start().await;
    for (period, said) in [("2999-01", "2999-01 has not begun yet"), ("1-1", "such as 2026-11")] {
        let out = tempfile::tempdir().expect("a directory");
        let out_name = out.path().to_str().expect("UTF-8");
        let ended = world.command(&["export", "--period", period, "--out", out_name]).await;
        assert_eq!(ended.code, Some(2), "{}", ended.err);
        assert!(ended.err.contains(said), "{}", ended.err);
        assert!(files(out.path()).is_empty());
    }
}
