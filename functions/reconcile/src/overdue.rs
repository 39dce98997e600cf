//! The rows that should have moved by now, the oldest first over all shards of the index.
//!
//! A shard is read by the page, and the next page only when its first is used up: a shard with many old rows comes
//! before one with few young ones, and one that cannot be read keeps no other from being looked at.

use std::collections::VecDeque;

use chrono::{DateTime, Utc};
use cloud::error::chain;
use cloud::table::OpenRow;
use cloud::{Cloud, Error};
use futures::future::join_all;
use tracing::error;

/// Keys of one page: small, because each shard's first page is read in every run.
const PAGE: i32 = 50;

/// What is left of all shards.
#[derive(Debug)]
pub struct Overdue {
    /// Rows of later instants are for a later run: a row that was put off must not come again in this one.
    until: DateTime<Utc>,
    shards: Vec<Shard>,
    failure: Option<Error>,
}

/// What is left of one shard.
#[derive(Debug)]
struct Shard {
    number: u32,
    page: VecDeque<OpenRow>,
    /// The last row of the page, if there may be others behind it.
    behind: Option<OpenRow>,
    unread: bool,
}

impl Overdue {
    /// Reads the first page of every shard, all at once.
    pub async fn read(cloud: &Cloud, until: DateTime<Utc>) -> Self {
        let shards = (0..cloud.config.open_shards).map(|number| async move {
            let page = cloud.open_rows(number, until, PAGE, None).await;
            Shard::with(number, page)
        });
        let read = join_all(shards).await;
        let (shards, failures): (Vec<_>, Vec<_>) = read.into_iter().unzip();
        let failure = failures.into_iter().flatten().next();
        Self { until, shards, failure }
    }

    /// The next `count` rows; fewer only if there are no more.
    pub async fn take(&mut self, cloud: &Cloud, count: usize) -> Vec<OpenRow> {
        let mut rows = Vec::with_capacity(count);
        while rows.len() < count {
            self.turn_pages(cloud).await;
            let heads = self.shards.iter_mut().filter(|shard| !shard.page.is_empty());
            let oldest = heads.min_by_key(|shard| shard.page.front().map(|row| row.check_at));
            match oldest.and_then(|shard| shard.page.pop_front()) {
                Some(row) => rows.push(row),
                None => break,
            }
        }
        rows
    }

    async fn turn_pages(&mut self, cloud: &Cloud) {
        for shard in &mut self.shards {
            if shard.page.is_empty()
                && let Some(last) = shard.behind.take()
            {
                let page = cloud.open_rows(shard.number, self.until, PAGE, Some(&last)).await;
                let (next, failure) = Shard::with(shard.number, page);
                *shard = next;
                self.failure = self.failure.take().or(failure);
            }
        }
    }

    /// Whether all rows of all shards were taken.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.shards
            .iter()
            .all(|shard| shard.page.is_empty() && shard.behind.is_none() && !shard.unread)
    }

    /// How many shards could not be read to their end.
    #[must_use]
    pub fn unread(&self) -> u32 {
        let unread = self.shards.iter().filter(|shard| shard.unread).count();
        u32::try_from(unread).unwrap_or(u32::MAX)
    }

    /// What went wrong, if no shard at all could be read.
    #[must_use]
    pub fn failure(self) -> Option<Error> {
        self.shards.iter().all(|shard| shard.unread).then_some(self.failure).flatten()
    }
}

impl Shard {
    fn with(number: u32, page: Result<Vec<OpenRow>, Error>) -> (Self, Option<Error>) {
        let (page, failure) = match page {
            Ok(page) => (page, None),
            Err(error) => {
                error!(shard = number, error = chain(&error), "a shard could not be read");
                (Vec::new(), Some(error))
            }
        };
        let is_full = page.len() >= usize::try_from(PAGE).unwrap_or(usize::MAX);
        let behind = if is_full { page.last().cloned() } else { None };
        (Self { number, page: page.into(), behind, unread: failure.is_some() }, failure)
    }
}
