//! Whatever the ledger: what is read from the files is what was in it.

use std::collections::BTreeMap;

use bytes::Bytes;
use chrono::{SecondsFormat, TimeDelta};
use domain::ids::UserId;
use domain::ledger::{Entry, Kind, Reduction};
use domain::money::{Currency, Micros};
use export_billing::columns::{COLUMNS, Cell};
use export_billing::csv_part::unguarded;
use export_billing::export::Outcome;
use export_billing::manifest::{FileOfExport, Manifest, TotalsSay};
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::Field;
use proptest::prelude::*;
use sha2::{Digest as _, Sha256};

use crate::memory::{Books, Files, at, november, run};

/// Texts that spreadsheets, quotes and lines make trouble with.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        "[=+@',;\"\r\n\t -]{1,6}",
        "[ -~]{1,20}",
        "\\PC{1,12}",
        Just("=HYPERLINK(\"https://example.org\")".to_owned()),
    ]
}

fn entries() -> impl Strategy<Value = Vec<Entry>> {
    let what = (
        (0..40_u32, 0..12_u32, 0..3_u8, prop_oneof![Just("USD"), Just("INR")]),
        (-1_000_000..1_000_000_i64, proptest::option::of(0..1_000_000_i64), 0..3_u8),
        (0..2_591_999_999_i64, 0..1_000_000_i64),
        (proptest::option::of(texts()), proptest::option::of(texts()), texts()),
    );
    let one = what.prop_map(|((n, user, kind, currency), money, times, (reason, by, rule))| {
        let (amount, list, reduced) = money;
        let at = at("2026-11-01T00:00:00Z") + TimeDelta::milliseconds(times.0);
        Entry {
            charge_id: format!("sms#m{n}"),
            kind: [Kind::Sms, Kind::AnsweredCall, Kind::Credit][usize::from(kind)],
            user_id: UserId::from_random(u128::from(user) * 0x1234_5678_9abc),
            phone: Some("+12065550123".to_owned().try_into().unwrap()),
            country: when::Region::parse(if user % 2 == 0 { "US" } else { "IN" }).unwrap(),
            amount_micros: Micros(amount),
            list_micros: list.map(Micros),
            reduced_by: [None, Some(Reduction::Allowance), Some(Reduction::Cap)]
                [usize::from(reduced)],
            currency: Currency::parse(currency).unwrap(),
            at,
            written_at: at + TimeDelta::milliseconds(times.1),
            period: "2026-11".into(),
            belongs_to: by.is_some().then(|| "2026-10".into()),
            price_version: format!("2026-{}", n % 3),
            price_rule: rule,
            corrects: reason.as_ref().map(|_| "sms#m1".into()),
            corrected_by: by,
            reason,
        }
    });
    proptest::collection::vec(one, 0..40)
}

/// A row as text: a missing cell is an empty one.
type Row = Vec<String>;

fn row(entry: &Entry) -> Row {
    let cell = |cell| match cell {
        None => String::new(),
        Some(Cell::Text(text)) => text.to_owned(),
        Some(Cell::Integer(number)) => number.to_string(),
        Some(Cell::Instant(at)) => at.to_rfc3339_opts(SecondsFormat::Millis, true),
    };
    COLUMNS.iter().map(|column| cell((column.cell)(entry))).collect()
}

fn read_csv(bytes: &[u8]) -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(bytes);
    let names: Vec<&str> = COLUMNS.iter().map(|column| column.name).collect();
    assert_eq!(reader.headers().unwrap(), names);
    let rows = reader.records().map(Result::unwrap);
    rows.map(|row| row.iter().map(|cell| unguarded(cell).to_owned()).collect()).collect()
}

fn read_parquet(bytes: Bytes) -> Vec<Row> {
    let cell = |field: &Field| match field {
        Field::Null => String::new(),
        Field::Str(text) => text.clone(),
        Field::Long(number) => number.to_string(),
        Field::TimestampMillis(ms) => {
            let at = chrono::DateTime::from_timestamp_millis(*ms).unwrap();
            at.to_rfc3339_opts(SecondsFormat::Millis, true)
        }
        other => panic!("{other:?}"),
    };
    let reader = SerializedFileReader::new(bytes).unwrap();
    let rows = reader.get_row_iter(None).unwrap().map(Result::unwrap);
    rows.map(|row| row.get_column_iter().map(|(_, field)| cell(field)).collect()).collect()
}

/// All rows of one format, as the manifest names its files; each file is held to what the manifest says of it.
fn rows(
    manifest: &Manifest,
    files: &BTreeMap<String, Bytes>,
    format: &str,
    read: impl Fn(&Bytes) -> Vec<Row>,
) -> Vec<Row> {
    let of = |file: &&FileOfExport| file.format == format;
    manifest
        .files
        .iter()
        .filter(of)
        .flat_map(|file| {
            let bytes = &files[&format!("period=2026-11/{}", file.name)];
            let digest: String =
                Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!((bytes.len() as u64, &digest), (file.bytes, &file.sha256));
            let rows = read(bytes);
            assert_eq!(rows.len() as u64, file.rows);
            assert!(file.rows <= november().part_rows);
            rows
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_read_from_the_files_is_the_ledger(entries in entries(), page in 1..9_usize) {
        let books = Books { page, ..Books::of(entries) };
        let files = Files::default();
        let Outcome::Done(manifest) = run(&books, &files, &november()).unwrap() else {
            panic!("a ledger whose totals are its sums is proved");
        };
        let seen = files.seen();
        let expected: Vec<Row> = books.in_order().iter().map(row).collect();
        prop_assert_eq!(&rows(&manifest, &seen, "csv", |bytes| read_csv(bytes)), &expected);
        prop_assert_eq!(&rows(&manifest, &seen, "parquet", |b| read_parquet(b.clone())), &expected);
        prop_assert_eq!(seen.len(), manifest.files.len() + 1, "and no other file");
        let phones = seen.values().filter(|file| {
            file.windows(12).any(|part| part == b"+12065550123")
        });
        prop_assert_eq!(phones.count(), 0);
        for sum in &manifest.sums {
            let own = books.entries.iter().filter(|e| {
                (e.currency, e.kind) == (sum.currency, sum.kind)
            });
            prop_assert_eq!(sum.sum.rows, own.clone().count() as u64);
            prop_assert_eq!(sum.sum.amount_micros.0, own.map(|e| e.amount_micros.0).sum::<i64>());
        }
        prop_assert_eq!(manifest.rows, books.entries.len() as u64);
        prop_assert_eq!(&manifest.totals, &TotalsSay::Same);
    }

    #[test]
    fn a_ledger_that_lost_or_doubled_money_is_never_proved(
        entries in entries(), which in any::<prop::sample::Index>(), by in 1..1_000_i64, lost in any::<bool>()
    ) {
        let mut books = Books::of(entries);
        prop_assume!(!books.entries.is_empty());
        let which = which.index(books.entries.len());
        match lost {
            true => drop(books.entries.remove(which)),
            false => books.entries[which].amount_micros.0 += by,
        }
        let files = Files::default();
        let outcome = run(&books, &files, &november()).unwrap();
        prop_assert!(matches!(outcome, Outcome::Unproved(_)), "{:?}", outcome);
        prop_assert!(!files.seen().contains_key("period=2026-11/manifest.json"));
    }
}
