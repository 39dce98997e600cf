//! Exports a month of a million entries from memory, as DynamoDB would give them, to nowhere or to a directory.

use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use cloud::items::PERIOD_SHARDS;
use cloud::month::{EntryCursor, Page, TotalCursor};
use domain::ids::UserId;
use domain::ledger::{self, Entry, Kind, Period, Total};
use domain::money::{Currency, Micros};
use export_billing::export::{Ledger, Outcome, export};
use export_billing::manifest::Manifest;
use exports::destination::{Contents, Destination, Directory, Found, Version};
use exports::error::Error;
use exports::job::Job;
use exports::turn::Run;

/// The month, and when it is exported.
const MONTH: &str = "2026-11";
const EXPORTED_AT: &str = "2027-01-01T00:00:00Z";

/// Entries of one user.
const PER_USER: usize = 10;

/// Exports `rows` entries and prints how quickly; to `out` the files are written, too.
pub fn run(rows: usize, out: Option<PathBuf>) {
    let now: DateTime<Utc> = EXPORTED_AT.parse().unwrap();
    let job = Job::of(MONTH.parse().unwrap(), now).unwrap();
    let ledger = Books { per_shard: rows / PERIOD_SHARDS as usize, made_in: Mutex::default() };
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let started = Instant::now();
    let (manifest, bytes) = match out {
        Some(out) => {
            let manifest = runtime.block_on(done(&ledger, &Directory::new(out), &job));
            let bytes = manifest.files.iter().map(|file| file.bytes).sum();
            (manifest, bytes)
        }
        None => {
            let nowhere = Nowhere(Mutex::default());
            let manifest = runtime.block_on(done(&ledger, &nowhere, &job));
            (manifest, *nowhere.0.lock().unwrap())
        }
    };
    // What making up the ledger took is not the export's.
    let took = started.elapsed() - *ledger.made_in.lock().unwrap();
    let per_s = manifest.rows as f64 / took.as_secs_f64();
    println!("{} entries in {} files, {:.0} MB", manifest.rows, manifest.files.len(), mb(bytes));
    println!(
        "{:.1} s: {per_s:.0} rows a second, items of DynamoDB to CSV and Parquet",
        took.as_secs_f64()
    );
    println!("at most {} MB of memory", peak_mb());
}

async fn done(ledger: &Books, destination: &impl Destination, job: &Job) -> Manifest {
    match export(ledger, destination, job, Run::unlimited(EXPORTED_AT.parse().unwrap()))
        .await
        .unwrap()
    {
        Outcome::Done(manifest) => *manifest,
        other => panic!("{other:?}"),
    }
}

#[expect(clippy::cast_precision_loss, reason = "megabytes")]
fn mb(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// The most memory that this process ever had.
fn peak_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    peak.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1_000
}

/// Files that go nowhere. Their bytes are counted.
struct Nowhere(Mutex<u64>);

impl Destination for Nowhere {
    async fn put(&self, _name: &str, file: Contents) -> Result<(), Error> {
        *self.0.lock().unwrap() += file.bytes.len() as u64;
        Ok(())
    }

    async fn replace(
        &self,
        name: &str,
        _seen: Option<&Version>,
        file: Contents,
    ) -> Result<Option<Version>, Error> {
        self.put(name, file).await?;
        Ok(Some(Version(String::new())))
    }

    async fn get(&self, _name: &str) -> Result<Option<Found>, Error> {
        Ok(None)
    }

    async fn tidy(&self, _job: &Job) -> Result<(), Error> {
        Ok(())
    }
}

/// A ledger that is made up as it is read: the nth entry of a shard is always the same.
struct Books {
    per_shard: usize,
    /// What making it up has taken.
    made_in: Mutex<Duration>,
}

impl Books {
    /// Users of a shard, found by trying: a shard follows from a hash of the id.
    fn user(shard: u32, n: usize) -> UserId {
        let mut random = (n as u128) << 32 | u128::from(shard);
        loop {
            let user = UserId::from_random(random);
            if user.shard(PERIOD_SHARDS) == shard {
                return user;
            }
            random += 1 << 64;
        }
    }

    fn entry(shard: u32, n: usize) -> Entry {
        let user = Self::user(shard, n / PER_USER);
        let at: DateTime<Utc> = "2026-11-01T00:00:00Z".parse().unwrap();
        let at = at + TimeDelta::milliseconds(i64::try_from(n).unwrap() * 977 % 2_592_000_000);
        let (kind, amount) = match n % 3 {
            0 => (Kind::AnsweredCall, 40_000),
            _ => (Kind::Sms, 20_000),
        };
        Entry {
            // Ascending, as the index gives them, and as long as the carrier's ids are.
            charge_id: format!("sms#{n:012x}-4000-8000-{shard:012x}"),
            kind,
            phone: Some("+12065550123".to_owned().try_into().unwrap()),
            country: when::Region::parse(["US", "GB", "IN"][n % 3]).unwrap(),
            amount_micros: Micros(amount),
            list_micros: Some(Micros(amount)),
            reduced_by: None,
            currency: Currency::USD,
            at,
            written_at: at + TimeDelta::milliseconds(1_234),
            period: MONTH.into(),
            belongs_to: None,
            price_version: "2026-07-01".into(),
            price_rule: "US/2026-07-01/sms".into(),
            corrects: None,
            corrected_by: None,
            reason: (n.is_multiple_of(50)).then(|| "=a reason, with \"quotes\"".to_owned()),
            user_id: user,
        }
    }

    /// Does what is not the export's work.
    fn make<T>(&self, make: impl FnOnce() -> T) -> T {
        let started = Instant::now();
        let made = make();
        *self.made_in.lock().unwrap() += started.elapsed();
        made
    }

    fn page(&self, from: usize, limit: i32, of: usize) -> (std::ops::Range<usize>, bool) {
        let to = of.min(from + usize::try_from(limit).unwrap());
        (from..to, to < of)
    }
}

impl Ledger for Books {
    async fn entries(
        &self,
        _period: Period,
        shard: u32,
        after: Option<&EntryCursor>,
        limit: i32,
    ) -> Result<Page<Entry>, cloud::Error> {
        let (items, more) = self.make(|| {
            let from = after.map_or(0, |after| number(&after.charge_id) + 1);
            let (range, more) = self.page(from, limit, self.per_shard);
            let entries = range.map(|n| Self::entry(shard, n));
            let items: Vec<serde_dynamo::Item> =
                entries.map(|entry| serde_dynamo::to_item(entry).unwrap()).collect();
            (items, more)
        });
        // As `cloud::table` reads a row.
        let read = |item| serde_dynamo::from_item::<serde_dynamo::Item, Entry>(item).unwrap();
        Ok(Page { rows: items.into_iter().map(read).collect(), more })
    }

    async fn totals(
        &self,
        period: Period,
        shard: u32,
        after: Option<&TotalCursor>,
        limit: i32,
    ) -> Result<Page<Total>, cloud::Error> {
        Ok(self.make(|| {
            let users = self.per_shard.div_ceil(PER_USER);
            // The cursor names a user; which one that is has to be found again.
            let from = after.map_or(0, |after| {
                (0..users).find(|n| Self::user(shard, *n) == after.user).unwrap() + 1
            });
            let (range, more) = self.page(from, limit, users);
            let total = |n: usize| {
                let entries = n * PER_USER..self.per_shard.min((n + 1) * PER_USER);
                let mut total = None;
                for n in entries {
                    total = Some(ledger::add(total, &Self::entry(shard, n)).unwrap());
                }
                total.filter(|total| total.period == period.to_string())
            };
            Page { rows: range.filter_map(total).collect(), more }
        }))
    }
}

/// Which entry of its shard an id is of.
fn number(charge_id: &str) -> usize {
    let at = charge_id.len() - "-4000-8000-000000000000".len();
    usize::from_str_radix(&charge_id[at - 12..at], 16).unwrap()
}
