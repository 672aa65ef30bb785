//! Columns as a Parquet file.

use crate::export::{Column, Values};
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::Result;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{Type, TypePtr};
use std::fs::File;
use std::sync::Arc;

/// How many rows are in a row group, so that readers can take a part.
const ROWS: usize = 1 << 20;

/// Writes columns as a Parquet file.
pub(crate) fn write(file: File, rows: usize, columns: &[Column<'_>]) -> Result<()> {
    let fields = columns.iter().map(field).collect::<Result<Vec<TypePtr>>>()?;
    let schema = Type::group_type_builder("ratings").with_fields(fields).build()?;
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut writer = SerializedFileWriter::new(file, Arc::new(schema), Arc::new(properties))?;
    for from in (0..rows).step_by(ROWS) {
        let part = from..rows.min(from + ROWS);
        let mut group = writer.next_row_group()?;
        for column in columns {
            if let Some(mut out) = group.next_column()? {
                write_part(&mut out, &column.values, part.clone())?;
                out.close()?;
            }
        }
        group.close()?;
    }
    writer.close()?;
    Ok(())
}

fn field(column: &Column<'_>) -> Result<TypePtr> {
    let (physical, logical, repetition) = match column.values {
        Values::Text(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String), Repetition::REQUIRED),
        Values::Integers(_) => (Physical::INT64, None, Repetition::REQUIRED),
        Values::OptionalIntegers(_) => (Physical::INT64, None, Repetition::OPTIONAL),
        Values::Reals(_) => (Physical::DOUBLE, None, Repetition::REQUIRED),
    };
    let field = Type::primitive_type_builder(column.name, physical)
        .with_logical_type(logical)
        .with_repetition(repetition);
    Ok(Arc::new(field.build()?))
}

fn write_part(
    out: &mut SerializedColumnWriter<'_>,
    values: &Values<'_>,
    rows: std::ops::Range<usize>,
) -> Result<()> {
    match values {
        Values::Text(values) => {
            let values: Vec<ByteArray> = values[rows].iter().map(|&text| text.into()).collect();
            out.typed::<ByteArrayType>().write_batch(&values, None, None)?;
        }
        Values::Integers(values) => {
            out.typed::<Int64Type>().write_batch(&values[rows], None, None)?;
        }
        Values::OptionalIntegers(values) => {
            let levels: Vec<i16> =
                values[rows.clone()].iter().map(|v| v.is_some().into()).collect();
            let there: Vec<i64> = values[rows].iter().flatten().copied().collect();
            out.typed::<Int64Type>().write_batch(&there, Some(&levels), None)?;
        }
        Values::Reals(values) => {
            out.typed::<DoubleType>().write_batch(&values[rows], None, None)?;
        }
    }
    Ok(())
}
