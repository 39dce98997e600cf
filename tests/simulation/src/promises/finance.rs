//! What finance gets of a world, held against its ledger: a further part of `money-identity`.
//!
//! The real handler exports the months of the world, and each row and sum of the files is the ledger's. The product's
//! own reconciliation looks as well, and has to find nothing; but only where no bug is planted, for a promise that is
//! broken there is to be noticed by the judge alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_lambda_events::event::sqs::SqsEvent;
use chrono::{DateTime, Utc};
use domain::ledger::Period;
use export_billing::manifest::{Manifest, TotalsSay};
use exports::destination::{Bucket, Destination as _};
use exports::job::Job;
use serde_json::json;
use stack::functions::Function;

use super::Case;
use super::money::{micros, text};
use crate::promise::Promise;

/// Whose charge it is, in which month, of which kind and currency, what it comes to, and what the list says.
type Row = [String; 6];

impl Case<'_> {
    pub(super) async fn finance(&mut self) {
        for period in months(self.world.span.0, self.now) {
            match self.exported(period).await {
                Ok(rows) => self.holds(period, &rows),
                Err(what) => {
                    let what = format!("{period} cannot be exported: {what}");
                    self.breaks(Promise::MoneyIdentity, what);
                }
            }
            if self.world.sabotage.is_none() {
                self.reconciled(period).await;
            }
        }
    }

    /// The rows of the month's export, by the ids of the entries.
    async fn exported(&mut self, period: Period) -> Result<BTreeMap<String, Row>, String> {
        let cloud = Arc::new(self.world.reader_as(Function::ExportBilling));
        let wanted = json!({"v": 1, "month": period.to_string(), "as_of": self.now}).to_string();
        let message = json!({"messageId": "m", "receiptHandle": "r", "body": wanted});
        let event: SqsEvent = serde_json::from_value(json!({"Records": [message]}))
            .map_err(|error| error.to_string())?;
        let response = export_billing::handle(Arc::clone(&cloud), event).await;
        if !response.batch_item_failures.is_empty() {
            return Err("its message went back to the queue".to_owned());
        }
        let job = Job::of(period, self.now).map_err(|error| error.to_string())?;
        let bucket = Bucket::of(&cloud);
        let get = async |name: &str| {
            let found = bucket.get(&format!("{}{name}", job.folder())).await;
            let found = found.map_err(|error| error.to_string())?;
            Ok::<_, String>(found.ok_or_else(|| format!("{name} is not there"))?.bytes)
        };
        let manifest: Manifest = serde_json::from_slice(&get(job.manifest()).await?)
            .map_err(|error| error.to_string())?;
        let mut rows = BTreeMap::new();
        for file in manifest.files.iter().filter(|file| file.format == "csv") {
            read(&get(&file.name).await?, &mut rows)?;
        }
        // Nobody writes any more.
        if manifest.totals != TotalsSay::Same || manifest.rows != rows.len() as u64 {
            return Err(format!("{} rows, and its manifest says {manifest:?}", rows.len()));
        }
        Ok(rows)
    }

    /// Each row of an export is an entry of the ledger, and the other way round; and they come to the totals.
    fn holds(&mut self, period: Period, rows: &BTreeMap<String, Row>) {
        let period = period.to_string();
        let mut ledger = BTreeMap::new();
        let mut totals: BTreeMap<(String, String), i64> = BTreeMap::new();
        for row in self.ledger.iter().filter(|row| text(row, "period") == period) {
            let of = |name: &str| text(row, name).to_owned();
            if text(row, "sk").starts_with("TOTAL#") {
                totals.insert((of("user_id"), of("currency")), micros(row, "amount_micros"));
                continue;
            }
            let number = |name: &str| row[name]["N"].as_str().unwrap_or_default().to_owned();
            let amounts = (number("amount_micros"), number("list_micros"));
            let whose = (of("user_id"), of("kind"), of("currency"));
            let row = [whose.0, period.clone(), whose.1, whose.2, amounts.0, amounts.1];
            ledger.insert(of("charge_id"), row);
        }
        if let Some(id) = differs(&ledger, rows) {
            let (own, export) = (ledger.get(id), rows.get(id));
            let what = format!("the ledger has {id} as {own:?}, the export as {export:?}");
            self.breaks(Promise::MoneyIdentity, what);
        }
        let mut sums: BTreeMap<(String, String), i64> = BTreeMap::new();
        for [user, _, _, currency, amount, _] in rows.values() {
            let sum = sums.entry((user.clone(), currency.clone())).or_default();
            *sum += amount.parse::<i64>().unwrap_or_default();
        }
        if sums != totals {
            let what =
                format!("the export of {period} comes to {sums:?}, the totals to {totals:?}");
            self.breaks(Promise::MoneyIdentity, what);
        }
    }

    async fn reconciled(&mut self, period: Period) {
        let said = cloud::reconciliation::reconcile(&self.world.reader(), period).await;
        let what = match said {
            Ok(said) if said.findings.is_empty() => {
                let own = self.ledger.iter().filter(|row| {
                    text(row, "period") == period.to_string() && row["charge_id"]["S"].is_string()
                });
                let own = own.count() as u64;
                if said.entries == own {
                    return;
                }
                format!("the reconciliation of {period} saw {} of {own} entries", said.entries)
            }
            Ok(said) => {
                let first = &said.findings[0];
                format!("the reconciliation of {period} finds {}: {first:?}", said.findings.len())
            }
            Err(error) => format!("{period} cannot be reconciled: {error}"),
        };
        self.breaks(Promise::MoneyIdentity, what);
    }
}

/// The months that a world lies in.
fn months(from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Period> {
    let (first, last) = (Period::of(from), Period::of(to));
    if first == last { vec![first] } else { vec![first, last] }
}

/// The rows of one file.
fn read(file: &[u8], rows: &mut BTreeMap<String, Row>) -> Result<(), String> {
    let mut reader = csv::Reader::from_reader(file);
    for row in reader.deserialize::<BTreeMap<String, String>>() {
        let mut row = row.map_err(|error| error.to_string())?;
        let mut take = |name: &str| row.remove(name).unwrap_or_default();
        let id = take("charge_id");
        let of = ["user_id", "period", "kind", "currency", "amount_micros", "list_micros"];
        if rows.insert(id.clone(), of.map(&mut take)).is_some() {
            return Err(format!("{id} is there twice"));
        }
    }
    Ok(())
}

/// The first id of which two sets of rows say different things.
fn differs<'a>(
    one: &'a BTreeMap<String, Row>,
    other: &'a BTreeMap<String, Row>,
) -> Option<&'a String> {
    one.keys().chain(other.keys()).find(|id| one.get(*id) != other.get(*id))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "charge_id,kind,user_id,country,amount_micros,list_micros,currency,period\n\
        sms#m,sms,u,US,20000,20000,USD,2027-01\n";

    #[test]
    fn an_export_that_says_something_else_is_told_apart() {
        let mut rows = BTreeMap::new();
        read(FILE.as_bytes(), &mut rows).unwrap();
        let row = ["u", "2027-01", "sms", "USD", "20000", "20000"].map(str::to_owned);
        let ledger = BTreeMap::from([("sms#m".to_owned(), row)]);
        assert_eq!(differs(&ledger, &rows), None);
        let mut cheaper = BTreeMap::new();
        read(FILE.replace("20000,20000", "10000,20000").as_bytes(), &mut cheaper).unwrap();
        assert_eq!(differs(&ledger, &cheaper).unwrap(), "sms#m");
        assert_eq!(differs(&ledger, &BTreeMap::new()).unwrap(), "sms#m");
        assert!(read(FILE.as_bytes(), &mut rows).unwrap_err().contains("twice"));
    }

    #[test]
    fn a_world_over_new_year_has_two_months() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let names =
            |from, to| months(at(from), at(to)).iter().map(Period::to_string).collect::<Vec<_>>();
        assert_eq!(names("2027-12-31T12:00:00Z", "2028-01-02T00:00:00Z"), ["2027-12", "2028-01"]);
        assert_eq!(names("2027-06-21T12:00:00Z", "2027-06-23T00:00:00Z"), ["2027-06"]);
    }
}
