//! Writes tables as CSV.

use super::column::{Column, Values};
use csv::{QuoteStyle, WriterBuilder};
use std::fmt::{self, Display};
use std::fs::File;
use std::io::{self, BufWriter, Write};

/// Writes a header, and the rows of the batches.
pub(super) fn write<'a>(
    file: File,
    head: &[Column<'_>],
    batches: impl Iterator<Item = Vec<Column<'a>>>,
) -> io::Result<()> {
    let mut file = BufWriter::new(file);
    let mut writer = WriterBuilder::new().from_writer(&mut file);
    writer.write_record(head.iter().map(|column| column.name))?;
    writer.flush()?;
    drop(writer);
    for columns in batches {
        write_rows(&mut file, &columns)?;
    }
    file.flush()
}

fn write_rows(file: impl Write, columns: &[Column<'_>]) -> io::Result<()> {
    // Leading and trailing blanks of an id are preserved only within quotes.
    let quotes = match columns.iter().any(|column| has_outer_blanks(&column.values)) {
        true => QuoteStyle::NonNumeric,
        false => QuoteStyle::Necessary,
    };
    let mut writer = WriterBuilder::new().quote_style(quotes).from_writer(file);
    let rows = columns.first().map_or(0, |column| column.values.len());
    let mut field = String::new();
    for row in 0..rows {
        for column in columns {
            field.clear();
            write_value(&column.values, row, &mut field);
            writer.write_field(&field)?;
        }
        writer.write_record(None::<&[u8]>)?;
    }
    writer.flush()
}

fn has_outer_blanks(values: &Values<'_>) -> bool {
    let Values::Text(values) = values else { return false };
    values.iter().any(|value| value.trim_ascii().len() < value.len())
}

fn write_value(values: &Values<'_>, row: usize, field: &mut String) {
    use std::fmt::Write as _;
    // Writing to a string cannot fail.
    let _ = match values {
        Values::Text(values) => field.write_str(values[row]),
        Values::Integers(values) => write!(field, "{}", values[row]),
        Values::OptionalIntegers(values) => write_known(values[row], field),
        Values::Reals(values) => write!(field, "{}", values[row]),
        Values::OptionalReals(values) => write_known(values[row], field),
        Values::OptionalFlags(values) => write_known(values[row], field),
    };
}

fn write_known(value: Option<impl Display>, field: &mut String) -> fmt::Result {
    use std::fmt::Write as _;
    value.map_or(Ok(()), |value| write!(field, "{value}"))
}
