//! What finance gets: texts in, calls answered, and the month as files, by the command and by the function.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use aws_sdk_s3::Client;
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
    let config = aws_sdk_s3::config::Builder::from(&world.sdk()).force_path_style(true).build();
    let (s3, bucket) = (Client::from_conf(config), world.stack()["exports_bucket"].clone());
    let bucket = bucket.as_str().expect("a name");
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
