//! Rows as Parquet: typed columns with statistics, compressed by Snappy.
//!
//! A row group is collected by column and then written column by column, as the format wants it; that bounds what is
//! in memory.

use std::sync::Arc;

use bytes::Bytes;
use domain::ledger::Entry;
use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterVersion};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{ColumnPath, Type as SchemaType};

use crate::columns::{COLUMNS, Cell, Column, Type};
use crate::error::ExportError;

/// Rows of a row group: some 20 MB while it is collected.
const GROUP_ROWS: usize = 50_000;

/// Who wrote it. Without the version of a library, so that the same rows are the same bytes.
const CREATED_BY: &str = "ringback";

/// A file that is being filled.
pub struct ParquetPart {
    writer: SerializedFileWriter<Vec<u8>>,
    group: Vec<Cells>,
    rows: usize,
}

impl ParquetPart {
    /// An empty file.
    ///
    /// # Errors
    /// [`ExportError::Parquet`] if the columns make no schema.
    pub fn new() -> Result<Self, ExportError> {
        let writer = SerializedFileWriter::new(Vec::new(), schema()?, Arc::new(properties()))?;
        Ok(Self { writer, group: COLUMNS.iter().map(Cells::of).collect(), rows: 0 })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// [`ExportError::Parquet`] if a row group cannot be written.
    pub fn push(&mut self, entry: &Entry) -> Result<(), ExportError> {
        for (column, cells) in COLUMNS.iter().zip(&mut self.group) {
            cells.push((column.cell)(entry));
        }
        self.rows += 1;
        if self.rows == GROUP_ROWS {
            self.flush()?;
        }
        Ok(())
    }

    /// The file.
    ///
    /// # Errors
    /// As [`ParquetPart::push`].
    pub fn finish(mut self) -> Result<Vec<u8>, ExportError> {
        if self.rows > 0 {
            self.flush()?;
        }
        Ok(self.writer.into_inner()?)
    }

    fn flush(&mut self) -> Result<(), ExportError> {
        let mut group = self.writer.next_row_group()?;
        for (column, cells) in COLUMNS.iter().zip(&mut self.group) {
            let Some(mut writer) = group.next_column()? else { break };
            let levels = std::mem::take(&mut cells.levels);
            let levels = (!column.required).then_some(levels.as_slice());
            match &mut cells.values {
                Values::Texts { bytes, ends } => {
                    let all = Bytes::from(std::mem::take(bytes));
                    let mut from = 0;
                    let texts: Vec<ByteArray> = ends
                        .drain(..)
                        .map(|end| {
                            ByteArray::from(all.slice(std::mem::replace(&mut from, end)..end))
                        })
                        .collect();
                    writer.typed::<ByteArrayType>().write_batch(&texts, levels, None)?;
                }
                Values::Numbers(numbers) => {
                    writer.typed::<Int64Type>().write_batch(numbers, levels, None)?;
                    numbers.clear();
                }
            }
            writer.close()?;
        }
        group.close()?;
        self.rows = 0;
        Ok(())
    }
}

/// The cells of one column in the row group that is being collected.
struct Cells {
    values: Values,
    /// For each row whether it has a cell: 1 or 0, as the format counts.
    levels: Vec<i16>,
}

enum Values {
    /// One after the other, with where each ends.
    Texts {
        bytes: Vec<u8>,
        ends: Vec<usize>,
    },
    Numbers(Vec<i64>),
}

impl Cells {
    fn of(column: &Column) -> Self {
        let values = match column.of {
            Type::Text => Values::Texts { bytes: Vec::new(), ends: Vec::new() },
            Type::Integer | Type::Instant => Values::Numbers(Vec::new()),
        };
        Self { values, levels: Vec::new() }
    }

    fn push(&mut self, cell: Option<Cell>) {
        self.levels.push(cell.is_some().into());
        match (&mut self.values, cell) {
            (Values::Texts { bytes, ends }, Some(Cell::Text(text))) => {
                bytes.extend_from_slice(text.as_bytes());
                ends.push(bytes.len());
            }
            (Values::Numbers(numbers), Some(Cell::Integer(number))) => numbers.push(number),
            (Values::Numbers(numbers), Some(Cell::Instant(at))) => {
                numbers.push(at.timestamp_millis());
            }
            // Nothing, or a cell that is not of its column's type: a test sees to it that there is none.
            _ => {}
        }
    }
}

fn schema() -> Result<Arc<SchemaType>, ExportError> {
    let fields = COLUMNS.iter().map(|column| {
        let (physical, logical) = match column.of {
            Type::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Type::Integer => (Physical::INT64, None),
            Type::Instant => {
                (Physical::INT64, Some(LogicalType::timestamp(true, TimeUnit::MILLIS)))
            }
        };
        let repetition = match column.required {
            true => Repetition::REQUIRED,
            false => Repetition::OPTIONAL,
        };
        let field = SchemaType::primitive_type_builder(column.name, physical)
            .with_logical_type(logical)
            .with_repetition(repetition);
        field.build().map(Arc::new)
    });
    let fields = fields.collect::<Result<_, _>>()?;
    Ok(Arc::new(SchemaType::group_type_builder("entry").with_fields(fields).build()?))
}

fn properties() -> WriterProperties {
    let properties = WriterProperties::builder()
        // The format's second version of data pages is not read everywhere yet.
        .set_writer_version(WriterVersion::PARQUET_1_0)
        .set_created_by(CREATED_BY.to_owned())
        .set_compression(Compression::SNAPPY)
        .set_statistics_enabled(EnabledStatistics::Page);
    let varied = COLUMNS.iter().filter(|column| !column.repeats);
    varied
        .fold(properties, |properties, column| {
            properties.set_column_dictionary_enabled(ColumnPath::from(column.name), false)
        })
        .build()
}

#[cfg(test)]
mod tests {
    use parquet::file::reader::{FileReader, SerializedFileReader};

    use super::*;
    use crate::testing::{entry, full_entry};

    #[test]
    fn each_cell_is_of_the_type_of_its_column_and_there_where_it_is_required() {
        for entry in [entry(1), full_entry()] {
            for column in &COLUMNS {
                let cell = (column.cell)(&entry);
                let of = cell.map(|cell| match cell {
                    Cell::Text(_) => Type::Text,
                    Cell::Integer(_) => Type::Integer,
                    Cell::Instant(_) => Type::Instant,
                });
                assert!(of.is_none_or(|of| of == column.of), "{}", column.name);
                assert!(of.is_some() || !column.required, "{}", column.name);
            }
        }
    }

    #[test]
    fn a_file_has_typed_columns_with_statistics() {
        let mut part = ParquetPart::new().unwrap();
        for n in 1..=3 {
            part.push(&entry(n)).unwrap();
        }
        let file = SerializedFileReader::new(Bytes::from(part.finish().unwrap())).unwrap();
        let metadata = file.metadata();
        let schema = metadata.file_metadata().schema_descr();
        let of = |name: &str| {
            let found = schema.columns().iter().position(|column| column.name() == name);
            found.map(|i| (i, schema.column(i))).unwrap()
        };
        let (at, column) = of("at");
        assert_eq!(column.physical_type(), Physical::INT64);
        let instant = LogicalType::timestamp(true, TimeUnit::MILLIS);
        assert_eq!(column.logical_type_ref(), Some(&instant));
        let (_, amount) = of("amount_micros");
        assert_eq!((amount.physical_type(), amount.logical_type_ref()), (Physical::INT64, None));
        assert!(matches!(of("reason").1.logical_type_ref(), Some(LogicalType::String)));
        let statistics = metadata.row_group(0).column(at).statistics().unwrap();
        let first = entry(1).at.timestamp_millis().to_le_bytes();
        assert_eq!(statistics.min_bytes_opt(), Some(&first[..]));
        assert_eq!(metadata.row_group(0).column(at).compression(), Compression::SNAPPY);
    }
}
