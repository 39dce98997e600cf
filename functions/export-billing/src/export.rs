//! The export itself: parts, then the proof, then the manifest; from wherever the last run has come to.

use std::future::Future;

use cloud::Cloud;
use cloud::items::PERIOD_SHARDS;
use cloud::month::{EntryCursor, Page, TotalCursor};
use domain::ledger::{Entry, Period, Total};
use exports::destination::{Contents, Destination};
use exports::job::{Format, Job};
use exports::turn::{Run, Seen};

use crate::checkpoint::Checkpoint;
use crate::csv_part::CsvPart;
use crate::error::ExportError;
use crate::manifest::{FileOfExport, Manifest, TotalsSay};
use crate::parquet_part::ParquetPart;

/// Rows asked for at once. DynamoDB gives at most a megabyte, which some two thousand entries are.
const PAGE_ROWS: u64 = 2_000;

/// Where the ledger of a month is read, in the order of its shards and ids.
pub trait Ledger: Sync {
    /// Entries of a shard from behind `after`, at most `limit`.
    fn entries(
        &self,
        period: Period,
        shard: u32,
        after: Option<&EntryCursor>,
        limit: i32,
    ) -> impl Future<Output = Result<Page<Entry>, cloud::Error>> + Send;

    /// Totals of a shard from behind `after`, at most `limit`.
    fn totals(
        &self,
        period: Period,
        shard: u32,
        after: Option<&TotalCursor>,
        limit: i32,
    ) -> impl Future<Output = Result<Page<Total>, cloud::Error>> + Send;
}

impl Ledger for Cloud {
    async fn entries(
        &self,
        period: Period,
        shard: u32,
        after: Option<&EntryCursor>,
        limit: i32,
    ) -> Result<Page<Entry>, cloud::Error> {
        self.entries_of(period, shard, after, limit).await
    }

    async fn totals(
        &self,
        period: Period,
        shard: u32,
        after: Option<&TotalCursor>,
        limit: i32,
    ) -> Result<Page<Total>, cloud::Error> {
        self.totals_of(period, shard, after, limit).await
    }
}

/// What came of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The manifest stands.
    Done(Box<Manifest>),
    /// The time was up; the next run goes on.
    Unfinished,
    /// The totals of a closed month do not say what its entries say. There is no manifest; the next run starts anew.
    /// What the manifest would have said.
    Unproved(Box<Manifest>),
}

/// Goes on with an export until it is done, or until the run has no more time: asked after each part, and after each
/// page of totals.
///
/// # Errors
/// [`ExportError`]; what stands stays, and the next run goes on from there. Among them that another run is at it.
pub async fn export(
    ledger: &impl Ledger,
    destination: &impl Destination,
    job: &Job,
    run: Run<impl Fn() -> bool + Sync>,
) -> Result<Outcome, ExportError> {
    let mut seen = Seen::<Checkpoint>::look(destination, &job.checkpoint()).await?;
    seen.state = seen.state.filter(|kept| kept.fits(job));
    // A month that has closed may be exported again, to the same bytes. A moment comes once: what is done is done.
    if let Some(done) = seen.state.as_ref().filter(|kept| kept.done && !job.is_final()) {
        return Ok(Outcome::Done(Box::new(Manifest::of(job, done))));
    }
    let (mut turn, kept) = seen.claim(destination, job.checkpoint(), &run).await?;
    let mut at = kept.filter(|kept| !kept.done).unwrap_or_else(|| Checkpoint::start(job));
    while at.shard < PERIOD_SHARDS {
        if write_part(ledger, destination, job, &mut at).await? {
            if !(run.has_time)() {
                turn.leave(&at).await?;
                return Ok(Outcome::Unfinished);
            }
            turn.keep(&at).await?;
        }
    }
    while at.totals_shard < PERIOD_SHARDS {
        add_totals(ledger, job, &mut at).await?;
        if !(run.has_time)() {
            turn.leave(&at).await?;
            return Ok(Outcome::Unfinished);
        }
    }
    let manifest = Manifest::of(job, &at);
    if job.is_final() && manifest.totals != TotalsSay::Same {
        turn.leave(&Checkpoint::start(job)).await?;
        return Ok(Outcome::Unproved(Box::new(manifest)));
    }
    // Who was overtaken has files beside these that the manifest would not be of.
    turn.keep(&at).await?;
    let mut text = serde_json::to_vec_pretty(&manifest)?;
    text.push(b'\n');
    let name = format!("{}{}", job.folder(), job.manifest());
    destination.put(&name, Contents::of(text)).await?;
    at.done = true;
    turn.leave(&at).await?;
    destination.tidy(job).await?;
    Ok(Outcome::Done(Box::new(manifest)))
}

/// Writes the next part in both formats and moves `at` behind it; says whether there was anything to write.
///
/// A part is [`Job::part_rows`] entries of one shard, the last of a shard fewer: so parts of a closed month are the same
/// whoever writes them, whenever, and however DynamoDB cuts its pages.
async fn write_part(
    ledger: &impl Ledger,
    destination: &impl Destination,
    job: &Job,
    at: &mut Checkpoint,
) -> Result<bool, ExportError> {
    let (mut csv, mut parquet) = (CsvPart::new()?, ParquetPart::new()?);
    let mut rows = 0;
    let mut more = true;
    while more && rows < job.part_rows {
        let limit = i32::try_from(PAGE_ROWS.min(job.part_rows - rows)).unwrap_or(1);
        let page = ledger.entries(job.period, at.shard, at.after.as_ref(), limit).await?;
        for entry in &page.rows {
            csv.push(entry)?;
            parquet.push(entry)?;
            at.sums.add(entry)?;
            if !at.price_versions.contains(&entry.price_version) {
                at.price_versions.insert(entry.price_version.clone());
            }
            rows += 1;
        }
        if let Some(last) = page.rows.last() {
            at.after = Some(EntryCursor::of(last));
        }
        more = page.more;
    }
    if rows > 0 {
        let csv = Contents::of(csv.finish()?);
        let parquet = Contents::of(parquet.finish()?);
        for (format, file) in [(Format::Csv, csv), (Format::Parquet, parquet)] {
            let name = job.part(format, at.shard, at.part);
            at.files.push(FileOfExport {
                name: name.clone(),
                format: format.as_str().to_owned(),
                rows,
                bytes: file.bytes.len() as u64,
                sha256: file.sha256_hex(),
            });
            destination.put(&format!("{}{name}", job.folder()), file).await?;
        }
    }
    if more {
        at.part += 1;
    } else {
        (at.shard, at.part, at.after) = (at.shard + 1, 0, None);
    }
    Ok(rows > 0)
}

/// Adds the next page of totals.
async fn add_totals(
    ledger: &impl Ledger,
    job: &Job,
    at: &mut Checkpoint,
) -> Result<(), ExportError> {
    let limit = i32::try_from(PAGE_ROWS).unwrap_or(1);
    let after = at.totals_after.as_ref();
    let page = ledger.totals(job.period, at.totals_shard, after, limit).await?;
    for total in &page.rows {
        at.totals.add(total)?;
    }
    match page.rows.last() {
        Some(last) if page.more => at.totals_after = Some(TotalCursor::of(last)),
        _ => (at.totals_shard, at.totals_after) = (at.totals_shard + 1, None),
    }
    Ok(())
}
