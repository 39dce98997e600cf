//! What a run did: its result, its log line and its metrics say the same.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use cloud::Cloud;
use cloud::metrics::Metric;
use cloud::table::OpenRow;
use serde::Serialize;
use tracing::info;

use crate::repair::Repair;

/// What a run did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Rows that were looked at.
    pub looked_at: u32,
    /// Rows that were repaired: something was sent again, released or ended.
    pub repaired: u32,
    /// The same by kind.
    pub repairs: BTreeMap<Repair, u32>,
    /// Rows that could not be looked after this time.
    pub failed: u32,
    /// Shards of the index that could not be read to their end.
    pub shards_unread: u32,
    /// Whether all that was due was looked at.
    pub finished: bool,
    /// How long the oldest row has waited to be looked at.
    pub oldest_overdue_s: i64,
    /// How long the oldest reminder that was looked at should have rung and is not known to have.
    pub oldest_due_unrung_s: i64,
}

impl Report {
    /// Counts a row that is looked at in a run that began at `started`.
    pub(crate) fn saw(&mut self, started: DateTime<Utc>, row: &OpenRow) {
        self.looked_at += 1;
        let overdue_s = (started - row.check_at).num_seconds();
        self.oldest_overdue_s = self.oldest_overdue_s.max(overdue_s);
    }

    /// Counts a repair.
    pub(crate) fn repaired(&mut self, repair: Repair) {
        self.repaired += 1;
        *self.repairs.entry(repair).or_default() += 1;
    }

    /// The metrics of the run. Every name is paid for as long as it is told, so kinds of repairs that did not
    /// happen are left out; what an alarm watches is always told.
    #[must_use]
    pub fn metrics(&self) -> Vec<Metric> {
        let mut metrics = vec![
            Metric::count("runs", 1),
            Metric::count("runs_unfinished", u32::from(!self.finished)),
            Metric::count("rows_looked_at", self.looked_at),
            Metric::count("rows_repaired", self.repaired),
            Metric::count("rows_failed", self.failed),
            Metric::seconds("oldest_overdue_s", self.oldest_overdue_s),
            Metric::seconds("oldest_due_unrung_s", self.oldest_due_unrung_s),
        ];
        let of_kind = |(kind, count): (&Repair, &u32)| {
            Metric::count(format!("repaired_{}", kind.as_str()), *count)
        };
        metrics.extend(self.repairs.iter().map(of_kind));
        metrics
    }

    /// Logs the report and writes its metrics.
    pub(crate) fn write(&self, cloud: &Cloud, started: DateTime<Utc>) {
        let now = cloud.clock.now();
        cloud.metrics.write("reconcile", now, &self.metrics());
        info!(
            looked_at = self.looked_at,
            repaired = self.repaired,
            repairs = ?self.repairs,
            failed = self.failed,
            shards_unread = self.shards_unread,
            finished = self.finished,
            oldest_overdue_s = self.oldest_overdue_s,
            oldest_due_unrung_s = self.oldest_due_unrung_s,
            duration_ms = (now - started).num_milliseconds(),
            "open rows were looked after"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_counts_each_kind_under_its_name() {
        let mut report = Report::default();
        for repair in [Repair::NoNews, Repair::OwedCharge, Repair::NoNews] {
            report.repaired(repair);
        }
        let told = serde_json::to_value(&report).unwrap();
        assert_eq!(told["repairs"], serde_json::json!({ "owed_charge": 1, "no_news": 2 }));
        let of = |name: &str| report.metrics().into_iter().find(|m| m.name == name);
        assert_eq!(of("repaired_no_news").unwrap().value, 2);
        assert_eq!(of("rows_repaired").unwrap().value, 3);
        assert_eq!(of("repaired_held_released"), None, "what did not happen costs nothing");
        assert_eq!(of("runs_unfinished").unwrap().value, 1);
    }

    #[test]
    fn a_kind_has_one_name_everywhere() {
        for repair in Repair::ALL {
            assert_eq!(serde_json::to_value(repair).unwrap(), repair.as_str());
        }
    }
}
