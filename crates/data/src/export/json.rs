//! Writes tables as JSON Lines.

use super::column::{Column, Values};
use serde::ser::{Serialize, SerializeMap, Serializer};
use std::fs::File;
use std::io::{self, BufWriter, Write};

/// Writes an object for each row of the batches.
pub(super) fn write<'a>(
    file: File,
    batches: impl Iterator<Item = Vec<Column<'a>>>,
) -> io::Result<()> {
    let mut file = BufWriter::new(file);
    for columns in batches {
        for row in 0..columns.first().map_or(0, |column| column.values.len()) {
            serde_json::to_writer(&mut file, &Row { columns: &columns, row })?;
            file.write_all(b"\n")?;
        }
    }
    file.flush()
}

/// A row as an object whose members are in the order of the columns.
struct Row<'a> {
    columns: &'a [Column<'a>],
    row: usize,
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let &Self { columns, row } = self;
        let mut object = serializer.serialize_map(Some(columns.len()))?;
        for Column { name, values } in columns {
            match values {
                Values::Text(values) => object.serialize_entry(name, values[row])?,
                Values::Integers(values) => object.serialize_entry(name, &values[row])?,
                Values::OptionalIntegers(values) => object.serialize_entry(name, &values[row])?,
                Values::Reals(values) => object.serialize_entry(name, &values[row])?,
                Values::OptionalReals(values) => object.serialize_entry(name, &values[row])?,
                Values::OptionalFlags(values) => object.serialize_entry(name, &values[row])?,
            }
        }
        object.end()
    }
}
