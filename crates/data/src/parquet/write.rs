//! Writes columns to a Parquet file.

use crate::export::{Column, Values};
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::Result;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{Type, TypePtr};
use std::fs::File;
use std::io;
use std::sync::Arc;

/// Writes columns to a Parquet file, each batch as a row group; `head` has their names and types.
pub(crate) fn write<'a>(
    file: File,
    head: &[Column<'_>],
    batches: impl Iterator<Item = Vec<Column<'a>>>,
) -> io::Result<()> {
    let fields = head.iter().map(field).collect::<Result<Vec<TypePtr>>>()?;
    let schema = Type::group_type_builder("ratings").with_fields(fields).build()?;
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut writer = SerializedFileWriter::new(file, Arc::new(schema), Arc::new(properties))?;
    for columns in batches {
        let mut group = writer.next_row_group()?;
        for column in columns {
            if let Some(mut out) = group.next_column()? {
                write_values(&mut out, &column.values)?;
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
        Values::OptionalReals(_) => (Physical::DOUBLE, None, Repetition::OPTIONAL),
        Values::OptionalFlags(_) => (Physical::BOOLEAN, None, Repetition::OPTIONAL),
    };
    let field = Type::primitive_type_builder(column.name, physical)
        .with_logical_type(logical)
        .with_repetition(repetition);
    Ok(Arc::new(field.build()?))
}

fn write_values(out: &mut SerializedColumnWriter<'_>, values: &Values<'_>) -> Result<()> {
    match values {
        Values::Text(values) => {
            let values: Vec<ByteArray> = values.iter().map(|&text| text.into()).collect();
            out.typed::<ByteArrayType>().write_batch(&values, None, None)?;
        }
        Values::Integers(values) => {
            out.typed::<Int64Type>().write_batch(values, None, None)?;
        }
        Values::OptionalIntegers(values) => write_known::<Int64Type>(out, values)?,
        Values::Reals(values) => {
            out.typed::<DoubleType>().write_batch(values, None, None)?;
        }
        Values::OptionalReals(values) => write_known::<DoubleType>(out, values)?,
        Values::OptionalFlags(values) => write_known::<BoolType>(out, values)?,
    }
    Ok(())
}

/// Writes known values, and null for the others.
fn write_known<T: DataType>(
    out: &mut SerializedColumnWriter<'_>,
    values: &[Option<T::T>],
) -> Result<()> {
    let levels: Vec<i16> = values.iter().map(|value| value.is_some().into()).collect();
    let known: Vec<T::T> = values.iter().flatten().cloned().collect();
    out.typed::<T>().write_batch(&known, Some(&levels), None)?;
    Ok(())
}
