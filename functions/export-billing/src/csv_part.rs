//! Rows as CSV, by RFC 4180: commas, quotes where they are needed, lines that end in CR LF, a line of names first.

use std::fmt::Write as _;

use chrono::SecondsFormat;
use domain::ledger::Entry;

use crate::columns::{COLUMNS, Cell};
use crate::error::ExportError;

/// What a spreadsheet takes a cell for a formula by, if it comes first. Source: OWASP, "CSV Injection".
const FORMULA: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\n'];

/// Says that what follows is text. A spreadsheet does not show it.
const GUARD: char = '\'';

/// A file that is being filled.
pub struct CsvPart {
    writer: csv::Writer<Vec<u8>>,
    /// Used again for each cell.
    cell: String,
}

impl CsvPart {
    /// With the line of names.
    ///
    /// # Errors
    /// [`ExportError::Csv`], which the writer to memory has no cause for.
    pub fn new() -> Result<Self, ExportError> {
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .buffer_capacity(1 << 16)
            .from_writer(Vec::new());
        writer.write_record(COLUMNS.iter().map(|column| column.name))?;
        Ok(Self { writer, cell: String::new() })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// As [`CsvPart::new`].
    pub fn push(&mut self, entry: &Entry) -> Result<(), ExportError> {
        for column in &COLUMNS {
            match (column.cell)(entry) {
                None => self.writer.write_field("")?,
                Some(Cell::Text(text)) if needs_guard(text) => {
                    self.cell.clear();
                    self.cell.push(GUARD);
                    self.cell.push_str(text);
                    self.writer.write_field(&self.cell)?;
                }
                Some(Cell::Text(text)) => self.writer.write_field(text)?,
                // A number stays a number: guarded, nobody could add it up.
                Some(Cell::Integer(number)) => {
                    self.cell.clear();
                    let _infallible = write!(self.cell, "{number}");
                    self.writer.write_field(&self.cell)?;
                }
                Some(Cell::Instant(at)) => {
                    self.writer.write_field(at.to_rfc3339_opts(SecondsFormat::Millis, true))?;
                }
            }
        }
        Ok(self.writer.write_record(None::<&[u8]>)?)
    }

    /// The file.
    ///
    /// # Errors
    /// As [`CsvPart::new`].
    pub fn finish(self) -> Result<Vec<u8>, ExportError> {
        self.writer.into_inner().map_err(|error| ExportError::Csv(error.into_error().into()))
    }
}

/// Whether a spreadsheet would take a text for a formula; or for one that was guarded, so that a guard can be taken away.
fn needs_guard(text: &str) -> bool {
    text.trim_start_matches(GUARD).starts_with(FORMULA)
}

/// A text as it was before it was guarded.
#[must_use]
pub fn unguarded(text: &str) -> &str {
    match text.strip_prefix(GUARD) {
        Some(rest) if needs_guard(rest) => rest,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::entry;

    /// The lines of a file with one entry, changed so.
    fn lines(change: impl FnOnce(&mut Entry)) -> Vec<String> {
        let mut one = entry(1);
        change(&mut one);
        let mut part = CsvPart::new().unwrap();
        part.push(&one).unwrap();
        let text = String::from_utf8(part.finish().unwrap()).unwrap();
        text.split("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn a_file_is_a_line_of_names_and_a_line_for_each_entry() {
        let lines = lines(|_| {});
        assert_eq!(
            lines,
            [
                "charge_id,kind,user_id,country,amount_micros,list_micros,reduced_by,currency,at,\
                 period,belongs_to,written_at,price_version,price_rule,corrects,corrected_by,reason",
                "sms#m00000001,sms,1000000000000000,US,20000,20000,,USD,2026-11-02T00:00:01.000Z,\
                 2026-11,,2026-11-02T00:00:03.000Z,2026-11,US,,,",
                "",
            ]
        );
    }

    #[test]
    fn what_a_spreadsheet_would_calculate_is_guarded() {
        let cell = |reason: &str| {
            let line = lines(|entry| entry.reason = Some(reason.to_owned())).join("\r\n");
            let (_, line) = line.split_once("\r\n").unwrap();
            line.trim_end_matches("\r\n").split_once(",US,,,").unwrap().1.to_owned()
        };
        for (reason, written) in [
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "\"'\r=1\""),
            ("\n=1", "\"'\n=1\""),
            ("'=1", "''=1"),
            ("it's = 1", "it's = 1"),
            ("a, \"b\"", "\"a, \"\"b\"\"\""),
            ("'quoted'", "'quoted'"),
        ] {
            assert_eq!(cell(reason), written, "{reason:?}");
        }
    }

    #[test]
    fn a_number_below_zero_stays_a_number() {
        let lines = lines(|entry| entry.amount_micros = domain::money::Micros(-20_000));
        assert!(lines[1].contains(",US,-20000,20000,"), "{lines:?}");
    }
}
