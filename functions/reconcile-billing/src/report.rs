//! What came of holding a month together: the report that finance finds, the log line and the metrics say the same.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use cloud::Cloud;
use cloud::metrics::Metric;
use domain::ledger::{Item, Kind};
use domain::money::{Currency, Micros};
use domain::reconciliation::{Finding, Mismatch, Reconciliation, Unchecked};
use exports::job::Job;
use serde::{Deserialize, Serialize};
use tracing::info;
use when::Region;

/// The version of the report's form.
const VERSION: u32 = 1;

/// What came of holding a month together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The version of this form.
    pub v: u32,
    /// The month, `2026-11`.
    pub period: String,
    /// `final` if nothing of the month could change any more, or `preliminary`.
    pub state: String,
    /// The moment of a preliminary one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<DateTime<Utc>>,
    /// How many users were looked at.
    pub users: u64,
    /// How many entries the month has.
    pub entries: u64,
    /// The entries by currency, country and kind.
    pub sums: Vec<SumOf>,
    /// What could not be checked.
    pub unchecked: Unchecked,
    /// How many things of each kind do not match.
    pub found: BTreeMap<Mismatch, u64>,
    /// They themselves; of very many the first.
    pub findings: Vec<Finding>,
}

/// Entries of one currency, country and kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SumOf {
    /// The currency.
    pub currency: Currency,
    /// The country of the numbers.
    pub country: Region,
    /// The kind.
    pub kind: Kind,
    /// How many.
    pub entries: u64,
    /// What is charged for them.
    pub amount_micros: Micros,
    /// What the price book asks for them.
    pub list_micros: Micros,
}

impl Report {
    /// Of a job of which nothing is done yet.
    #[must_use]
    pub fn of(job: &Job) -> Self {
        Self {
            v: VERSION,
            period: job.period.to_string(),
            state: job.state().to_owned(),
            as_of: job.as_of,
            users: 0,
            entries: 0,
            sums: Vec::new(),
            unchecked: Unchecked::default(),
            found: BTreeMap::new(),
            findings: Vec::new(),
        }
    }

    /// Adds what came of more accounts; lists findings as long as there are fewer than `most`, and returns those that
    /// it has listed.
    pub fn add(&mut self, said: Reconciliation, most: usize) -> &[Finding] {
        self.users += said.users;
        self.entries += said.entries;
        self.unchecked += said.unchecked;
        for (of, item) in said.sums {
            self.add_sum(of, item);
        }
        for finding in &said.findings {
            *self.found.entry(finding.kind).or_default() += 1;
        }
        let listed = self.findings.len();
        self.findings.extend(said.findings.into_iter().take(most.saturating_sub(listed)));
        &self.findings[listed..]
    }

    fn add_sum(&mut self, (currency, country, kind): (Currency, Region, Kind), item: Item) {
        let of = |sum: &SumOf| (sum.currency, sum.country, sum.kind);
        let at = match self.sums.binary_search_by_key(&(currency, country, kind), of) {
            Ok(at) => at,
            Err(at) => {
                let (entries, amount_micros, list_micros) = (0, Micros::ZERO, Micros::ZERO);
                let none = SumOf { currency, country, kind, entries, amount_micros, list_micros };
                self.sums.insert(at, none);
                at
            }
        };
        let sum = &mut self.sums[at];
        sum.entries += item.count;
        sum.amount_micros = sum.amount_micros.saturating_add(item.amount);
        sum.list_micros = sum.list_micros.saturating_add(item.list);
    }

    /// How many things do not match.
    #[must_use]
    pub fn mismatches(&self) -> u64 {
        self.found.values().sum()
    }

    /// By users: the order in which they are met is DynamoDB's own.
    pub fn sort(&mut self) {
        self.findings.sort_by_cached_key(|finding| (finding.user.clone(), finding.clone()));
    }

    /// The metrics of a walk that is over. Every name is paid for as long as it is told, so kinds that were not found
    /// are left out; what an alarm watches is always told.
    #[must_use]
    pub fn metrics(&self) -> Vec<Metric> {
        let count = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        let mut metrics = vec![
            Metric::count("months_reconciled", 1),
            Metric::count("mismatches", count(self.mismatches())),
            Metric::count("accounts_reconciled", count(self.users)),
        ];
        let of_kind = |(kind, found): (&Mismatch, &u64)| {
            Metric::count(format!("mismatches_{}", kind.as_str()), count(*found))
        };
        metrics.extend(self.found.iter().map(of_kind));
        metrics
    }

    /// Logs that the walk is over, and writes its metrics.
    pub(crate) fn tell(&self, cloud: &Cloud, started: DateTime<Utc>) {
        let now = cloud.clock.now();
        cloud.metrics.write("reconcile-billing", now, &self.metrics());
        info!(
            period = self.period,
            state = self.state,
            users = self.users,
            entries = self.entries,
            mismatches = self.mismatches(),
            found = ?self.found,
            unchecked = ?self.unchecked,
            took_ms = (now - started).num_milliseconds(),
            "a month was held against what happened in it"
        );
    }
}

#[cfg(test)]
mod tests {
    use domain::ids::UserId;

    use super::*;

    fn report() -> Report {
        let now = "2027-01-01T00:00:00Z".parse().unwrap();
        Report::of(&Job::of("2026-11".parse().unwrap(), now).unwrap())
    }

    fn said(n: u128, kinds: &[Mismatch], country: &str) -> Reconciliation {
        let of = (Currency::USD, Region::parse(country).unwrap(), Kind::Sms);
        let sum = Item { count: 1, amount: Micros(20_000), list: Micros(20_000) };
        let finding = |kind: &Mismatch| Finding {
            kind: *kind,
            user: UserId::from_random(n),
            ids: vec![],
            detail: String::new(),
        };
        Reconciliation {
            users: 1,
            entries: 1,
            sums: [(of, sum)].into(),
            unchecked: Unchecked { owed: 1, ..Unchecked::default() },
            findings: kinds.iter().map(finding).collect(),
        }
    }

    #[test]
    fn all_findings_are_counted_and_the_first_are_listed() {
        use Mismatch::{EntryMissing, TotalDiffers};
        let mut report = report();
        assert_eq!(report.add(said(2, &[EntryMissing, TotalDiffers], "US"), 3).len(), 2);
        assert_eq!(report.add(said(1, &[EntryMissing, TotalDiffers], "GB"), 3).len(), 1);
        assert!(report.add(said(3, &[EntryMissing], "US"), 3).is_empty());
        assert_eq!(report.found, BTreeMap::from([(EntryMissing, 3), (TotalDiffers, 2)]));
        assert_eq!((report.users, report.entries, report.unchecked.owed), (3, 3, 3));
        report.sort();
        let users: Vec<_> = report.findings.iter().map(|it| it.user.clone()).collect();
        assert!(users.is_sorted() && users.len() == 3, "{users:?}");
        let sums: Vec<_> = report.sums.iter().map(|it| (it.country.code(), it.entries)).collect();
        assert_eq!(sums, [("GB", 1), ("US", 2)]);
        let of = |name: &str| report.metrics().into_iter().find(|it| it.name == name);
        assert_eq!(of("mismatches").unwrap().value, 5);
        assert_eq!(of("mismatches_entry_missing").unwrap().value, 3);
        assert_eq!(of("mismatches_text_missing"), None, "what was not found costs nothing");
    }

    #[test]
    fn a_kind_has_one_name_everywhere_and_a_line_holds_them_all() {
        for kind in Mismatch::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
        let mut report = report();
        report.add(said(1, &Mismatch::ALL, "US"), 100);
        assert_eq!(report.found.len(), Mismatch::ALL.len());
        assert_eq!(
            serde_json::from_str::<Report>(&serde_json::to_string(&report).unwrap()).unwrap(),
            report
        );
    }
}
