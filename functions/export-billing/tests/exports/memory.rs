//! A ledger and a destination in memory, and one that dies.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use cloud::items::PERIOD_SHARDS;
use cloud::month::{EntryCursor, Page, TotalCursor};
use domain::ids::UserId;
use domain::ledger::{self, Entry, Kind, Period, Total};
use domain::money::{Currency, Micros};
use export_billing::error::ExportError;
use export_billing::export::{Ledger, Outcome, export};
use exports::destination::{Contents, Destination, Found, Version};
use exports::error::Error;
use exports::job::Job;
use exports::turn::Run;

/// The entries of a month and their totals.
#[derive(Debug, Clone)]
pub struct Books {
    pub entries: Vec<Entry>,
    pub totals: Vec<Total>,
    /// Most rows of a page, whatever is asked for: DynamoDB cuts by bytes.
    pub page: usize,
}

impl Books {
    /// With the totals that record-charge would have written.
    pub fn of(mut entries: Vec<Entry>) -> Self {
        entries.sort_by(|a, b| a.charge_id.cmp(&b.charge_id));
        entries.dedup_by(|a, b| a.charge_id == b.charge_id);
        let mut totals: BTreeMap<(UserId, Currency), Total> = BTreeMap::new();
        for entry in &entries {
            let key = (entry.user_id.clone(), entry.currency);
            let total = ledger::add(totals.remove(&key), entry).unwrap();
            totals.insert(key, total);
        }
        Self { entries, totals: totals.into_values().collect(), page: 3 }
    }

    /// In the order in which an export has them.
    pub fn in_order(&self) -> Vec<Entry> {
        let mut entries = self.entries.clone();
        entries.sort_by(|a, b| {
            let of = |entry: &Entry| (entry.user_id.shard(PERIOD_SHARDS), entry.charge_id.clone());
            of(a).cmp(&of(b))
        });
        entries
    }
}

/// The first rows of a shard that are behind something.
fn page<T: Clone>(rows: impl Iterator<Item = T>, most: usize) -> Page<T> {
    let mut rows: Vec<T> = rows.take(most + 1).collect();
    let more = rows.len() > most;
    rows.truncate(most);
    Page { rows, more }
}

impl Ledger for Books {
    async fn entries(
        &self,
        period: Period,
        shard: u32,
        after: Option<&EntryCursor>,
        limit: i32,
    ) -> Result<Page<Entry>, cloud::Error> {
        let period = period.to_string();
        let rows = self.entries.iter().filter(|entry| {
            entry.period == period
                && entry.user_id.shard(PERIOD_SHARDS) == shard
                && after.is_none_or(|after| entry.charge_id > after.charge_id)
        });
        Ok(page(rows.cloned(), self.page.min(usize::try_from(limit).unwrap())))
    }

    async fn totals(
        &self,
        period: Period,
        shard: u32,
        after: Option<&TotalCursor>,
        limit: i32,
    ) -> Result<Page<Total>, cloud::Error> {
        let period = period.to_string();
        let of = |total: &Total| (total.user_id.clone(), total.currency.code().to_owned());
        let after = after.map(|after| (after.user.clone(), after.currency.clone()));
        let rows = self.totals.iter().filter(|total| {
            total.period == period
                && total.user_id.shard(PERIOD_SHARDS) == shard
                && after.as_ref().is_none_or(|after| of(total) > *after)
        });
        Ok(page(rows.cloned(), self.page.min(usize::try_from(limit).unwrap())))
    }
}

/// Files in memory. Dies at the `dies_at`th put, before or after the file is there.
#[derive(Debug, Default)]
pub struct Files {
    files: Mutex<BTreeMap<String, Bytes>>,
    puts: AtomicUsize,
    dies_at: Option<(usize, bool)>,
}

impl Files {
    /// The same files, for a run that dies.
    pub fn that_die(self, at: usize, after: bool) -> Self {
        Self { puts: AtomicUsize::new(0), dies_at: Some((at, after)), ..self }
    }

    /// The same files, for a run that does not.
    pub fn that_live(self) -> Self {
        Self { dies_at: None, ..self }
    }

    pub fn puts(&self) -> usize {
        self.puts.load(Ordering::Relaxed)
    }

    /// What finance sees: all but checkpoints.
    pub fn seen(&self) -> BTreeMap<String, Bytes> {
        let files = self.files.lock().unwrap();
        let seen = files.iter().filter(|(name, _)| !name.starts_with("checkpoints/"));
        seen.map(|(name, bytes)| (name.clone(), bytes.clone())).collect()
    }
}

/// The run ends here.
fn death() -> Error {
    Error::Cloud(cloud::Error::TimedOut("a run that was killed"))
}

impl Destination for Files {
    async fn put(&self, name: &str, file: Contents) -> Result<(), Error> {
        let put = self.puts.fetch_add(1, Ordering::Relaxed) + 1;
        if self.dies_at == Some((put, false)) {
            return Err(death());
        }
        self.files.lock().unwrap().insert(name.to_owned(), file.bytes);
        match self.dies_at == Some((put, true)) {
            true => Err(death()),
            false => Ok(()),
        }
    }

    async fn replace(
        &self,
        name: &str,
        seen: Option<&Version>,
        file: Contents,
    ) -> Result<Option<Version>, Error> {
        let there = self.get(name).await?.map(|found| found.version);
        if there.as_ref() != seen {
            return Ok(None);
        }
        let version = Version(file.sha256_hex());
        self.put(name, file).await?;
        Ok(Some(version))
    }

    async fn get(&self, name: &str) -> Result<Option<Found>, Error> {
        let bytes = self.files.lock().unwrap().get(name).cloned();
        Ok(bytes.map(|bytes| {
            let version = Version(Contents::of(bytes.to_vec()).sha256_hex());
            Found { bytes, version }
        }))
    }

    async fn tidy(&self, _job: &Job) -> Result<(), Error> {
        Ok(())
    }
}

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// November, asked for when it is closed, in small parts.
pub fn november() -> Job {
    let job = Job::of("2026-11".parse().unwrap(), at("2027-01-01T00:00:00Z")).unwrap();
    Job { part_rows: 4, ..job }
}

/// A text's entry of the `n`th user.
pub fn entry(n: u32) -> Entry {
    let at = at("2026-11-02T00:00:00Z") + TimeDelta::seconds(n.into());
    Entry {
        charge_id: format!("sms#m{n:04}"),
        kind: Kind::Sms,
        user_id: UserId::from_random(u128::from(n % 7) * 0x1234_5678_9abc),
        phone: None,
        country: when::Region::parse("US").unwrap(),
        amount_micros: Micros(20_000 + i64::from(n)),
        list_micros: Some(Micros(20_000)),
        reduced_by: None,
        currency: Currency::USD,
        at,
        written_at: at,
        period: "2026-11".into(),
        belongs_to: None,
        price_version: "2026-11".into(),
        price_rule: "US".into(),
        corrects: None,
        corrected_by: None,
        reason: None,
    }
}

/// Runs an export once, with time for everything.
pub fn run(books: &Books, files: &Files, job: &Job) -> Result<Outcome, ExportError> {
    run_as(books, files, job, Run::unlimited(at("2027-01-01T00:00:00Z")))
}

/// Runs an export once, as long as `has_time`.
pub fn run_while(
    books: &Books,
    files: &Files,
    job: &Job,
    has_time: impl Fn() -> bool + Sync,
) -> Result<Outcome, ExportError> {
    let Run { started, claims, .. } = Run::unlimited(at("2027-01-01T00:00:00Z"));
    run_as(books, files, job, Run { started, claims, has_time })
}

/// Runs an export once.
pub fn run_as(
    books: &Books,
    files: &Files,
    job: &Job,
    run: Run<impl Fn() -> bool + Sync>,
) -> Result<Outcome, ExportError> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(export(books, files, job, run))
}
