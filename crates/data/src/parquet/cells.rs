//! Converts the columns of a Parquet file, whatever their types, to ids, ratings and times.

use super::kinds::{Kind, kind};
use crate::read::times;
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType, Int96};
use parquet::errors::{ParquetError, Result};
use parquet::schema::types::ColumnDescriptor;

/// The values of a column of a row group, read in batches.
pub(super) trait ColumnValues<V> {
    /// Reads the next `rows` values; a missing value is `None`.
    fn next(&mut self, rows: usize) -> Result<Vec<Option<V>>>;
}

/// Maximum number of bytes of a text that is parsed as a time.
const MAX_TIME_BYTES: usize = 100;

/// The values of a column; `None` if the type of the column is not supported for this meaning.
pub(super) type SupportedColumn<V> = Option<Box<dyn ColumnValues<V>>>;

/// An id as stored in the file.
pub(super) enum Id {
    Number(i128),
    Text(ByteArray),
}

/// A time in seconds since 1970, or else the text that is not a time.
pub(super) type Time = std::result::Result<i64, String>;

struct TypedColumn<T: DataType, F> {
    reader: ColumnReaderImpl<T>,
    /// The definition level of a value that is not missing.
    present: i16,
    convert: F,
}

impl<T: DataType, V, F: Fn(&T::T) -> V> ColumnValues<V> for TypedColumn<T, F> {
    fn next(&mut self, rows: usize) -> Result<Vec<Option<V>>> {
        let (mut values, mut levels) = (Vec::new(), Vec::new());
        let (records, _, _) =
            self.reader.read_records(rows, Some(&mut levels), None, &mut values)?;
        if records != rows {
            let found = format!("expected {rows} more values in a column, found {records}");
            return Err(ParquetError::General(found));
        }
        let mut values = values.iter().map(&self.convert);
        if self.present == 0 {
            return Ok(values.map(Some).collect());
        }
        let value = |&level: &i16| if level == self.present { values.next() } else { None };
        Ok(levels.iter().map(value).collect())
    }
}

fn typed<T: DataType, V: 'static>(
    reader: ColumnReaderImpl<T>,
    column: &ColumnDescriptor,
    convert: impl Fn(&T::T) -> V + 'static,
) -> SupportedColumn<V> {
    Some(Box::new(TypedColumn { reader, present: column.max_def_level(), convert }))
}

/// Reads ids: integers or text.
pub(super) fn ids(reader: ColumnReader, column: &ColumnDescriptor) -> SupportedColumn<Id> {
    use ColumnReader as Reader;
    match (kind(column), reader) {
        (Kind::Integer, Reader::Int32ColumnReader(reader)) => {
            typed(reader, column, |&id| Id::Number(id.into()))
        }
        (Kind::Integer, Reader::Int64ColumnReader(reader)) => {
            typed(reader, column, |&id| Id::Number(id.into()))
        }
        (Kind::Unsigned, Reader::Int32ColumnReader(reader)) => {
            typed(reader, column, |&id| Id::Number(id.cast_unsigned().into()))
        }
        (Kind::Unsigned, Reader::Int64ColumnReader(reader)) => {
            typed(reader, column, |&id| Id::Number(id.cast_unsigned().into()))
        }
        (Kind::Decimal { scale: 0 }, reader) => unscaled(reader, column, |id| match id {
            Some(id) => Id::Number(id),
            None => Id::Text(ByteArray::from("")),
        }),
        (Kind::Text, Reader::ByteArrayColumnReader(reader)) => {
            typed(reader, column, |id| Id::Text(id.clone()))
        }
        (Kind::Uuid, Reader::FixedLenByteArrayColumnReader(reader))
            if column.type_length() == 16 =>
        {
            typed(reader, column, |id| Id::Text(hyphenated(id.data())))
        }
        _ => None,
    }
}

/// Formats a UUID as `00112233-4455-6677-8899-aabbccddeeff`.
fn hyphenated(uuid: &[u8]) -> ByteArray {
    let mut text = String::with_capacity(36);
    for (index, byte) in uuid.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push_str(&format!("{byte:02x}"));
    }
    ByteArray::from(text.into_bytes())
}

/// Reads ratings: numbers of any type.
pub(super) fn ratings(reader: ColumnReader, column: &ColumnDescriptor) -> SupportedColumn<f64> {
    use ColumnReader as Reader;
    match (kind(column), reader) {
        (Kind::Integer, Reader::Int32ColumnReader(reader)) => {
            typed(reader, column, |&rating| f64::from(rating))
        }
        (Kind::Integer, Reader::Int64ColumnReader(reader)) => {
            typed(reader, column, |&rating| rating as f64)
        }
        (Kind::Unsigned, Reader::Int32ColumnReader(reader)) => {
            typed(reader, column, |&rating| f64::from(rating.cast_unsigned()))
        }
        (Kind::Unsigned, Reader::Int64ColumnReader(reader)) => {
            typed(reader, column, |&rating| rating.cast_unsigned() as f64)
        }
        (Kind::Float, Reader::FloatColumnReader(reader)) => {
            typed(reader, column, |&rating| f64_from_f32(rating))
        }
        (Kind::Float, Reader::DoubleColumnReader(reader)) => {
            typed(reader, column, |&rating| rating)
        }
        (Kind::Float16, Reader::FixedLenByteArrayColumnReader(reader)) => {
            typed(reader, column, |rating| f64_from_f16(rating.data()))
        }
        (Kind::Decimal { scale }, reader) => unscaled(reader, column, move |rating| {
            rating.map_or(f64::NAN, |digits| f64_from_decimal(digits, scale))
        }),
        _ => None,
    }
}

/// Reads the unscaled integers of decimals; one of more than 16 bytes is passed as `None`.
fn unscaled<V: 'static>(
    reader: ColumnReader,
    column: &ColumnDescriptor,
    convert: impl Fn(Option<i128>) -> V + 'static,
) -> SupportedColumn<V> {
    use ColumnReader as Reader;
    match reader {
        Reader::Int32ColumnReader(reader) => {
            typed(reader, column, move |&digits| convert(Some(digits.into())))
        }
        Reader::Int64ColumnReader(reader) => {
            typed(reader, column, move |&digits| convert(Some(digits.into())))
        }
        Reader::ByteArrayColumnReader(reader) => {
            typed(reader, column, move |digits| convert(integer_from_bytes(digits.data())))
        }
        Reader::FixedLenByteArrayColumnReader(reader) => {
            typed(reader, column, move |digits| convert(integer_from_bytes(digits.data())))
        }
        _ => None,
    }
}

/// Decodes a big-endian integer in two's complement; `None` if it has more than 16 bytes.
fn integer_from_bytes(bytes: &[u8]) -> Option<i128> {
    let sign = if bytes.first().is_some_and(|&first| first >= 0x80) { 0xff } else { 0 };
    let mut padded = [sign; 16];
    let from = padded.len().checked_sub(bytes.len())?;
    padded[from..].copy_from_slice(bytes);
    Some(i128::from_be_bytes(padded))
}

/// Converts a decimal to a double. Goes through text, so that it is rounded only once.
fn f64_from_decimal(digits: i128, scale: u32) -> f64 {
    format!("{digits}e-{scale}").parse().unwrap_or(f64::NAN)
}

/// Converts a single-precision number to the double with the same decimal digits: 4.2 becomes 4.2.
fn f64_from_f32(rating: f32) -> f64 {
    let exact = f64::from(rating);
    // A fast path for multiples of 1/8, which nearly all ratings are.
    if (exact * 8.0).fract() == 0.0 && exact.abs() < 1000.0 {
        return exact;
    }
    rating.to_string().parse().unwrap_or(exact)
}

/// Converts a half-precision number to the double with the fewest decimal digits that round to it.
fn f64_from_f16(bytes: &[u8]) -> f64 {
    let Ok(bytes) = bytes.try_into() else { return f64::NAN };
    let half = half::f16::from_le_bytes(bytes);
    let exact = half.to_f64();
    if exact.fract() == 0.0 {
        return exact;
    }
    // Five significant digits distinguish all half-precision numbers.
    (0..5)
        .filter_map(|digits| format!("{exact:.digits$e}").parse().ok())
        .find(|&short| half::f16::from_f64(short) == half)
        .unwrap_or(exact)
}

/// Reads times: dates, timestamps of any unit, and numbers and text as in text files.
pub(super) fn times(reader: ColumnReader, column: &ColumnDescriptor) -> SupportedColumn<Time> {
    use ColumnReader as Reader;
    match (kind(column), reader) {
        (Kind::Date, Reader::Int32ColumnReader(reader)) => {
            typed(reader, column, |&days| Ok(i64::from(days) * 86_400))
        }
        (Kind::Timestamp { per_second }, Reader::Int64ColumnReader(reader)) => {
            typed(reader, column, move |&time| Ok(time.div_euclid(per_second)))
        }
        (Kind::Int96Timestamp, Reader::Int96ColumnReader(reader)) => {
            typed(reader, column, |time: &Int96| Ok(time.to_seconds()))
        }
        (Kind::Integer | Kind::Unsigned, Reader::Int32ColumnReader(reader)) => {
            typed(reader, column, |&time| Ok(times::seconds_of(time.into())))
        }
        (Kind::Integer | Kind::Unsigned, Reader::Int64ColumnReader(reader)) => {
            typed(reader, column, |&time| Ok(times::seconds_of(time)))
        }
        (Kind::Float, Reader::FloatColumnReader(reader)) => {
            typed(reader, column, |&time| parse_time(&time.to_string()))
        }
        (Kind::Float, Reader::DoubleColumnReader(reader)) => {
            typed(reader, column, |&time| parse_time(&time.to_string()))
        }
        (Kind::Text, Reader::ByteArrayColumnReader(reader)) => {
            typed(reader, column, |time| {
                // A long text in a dictionary may be repeated in every row; it is not a time.
                let text = &time.data()[..time.data().len().min(MAX_TIME_BYTES)];
                parse_time(&String::from_utf8_lossy(text))
            })
        }
        _ => None,
    }
}

fn parse_time(text: &str) -> Time {
    times::parse(text.trim()).ok_or_else(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conversions_keep_decimal_digits() {
        for (single, double) in [(4.2_f32, 4.2), (0.5, 0.5), (-9.95, -9.95), (1e30, 1e30)] {
            assert_eq!(f64_from_f32(single), double);
        }
        assert!(f64_from_f32(f32::NAN).is_nan());
        for double in [4.2, 0.5, -9.95, 0.0, 65_504.0] {
            assert_eq!(f64_from_f16(&half::f16::from_f64(double).to_le_bytes()), double);
        }
        assert!(
            f64_from_f16(&half::f16::NAN.to_le_bytes()).is_nan() && f64_from_f16(&[1]).is_nan()
        );
        assert_eq!(
            (f64_from_decimal(35, 1), f64_from_decimal(-420, 2), f64_from_decimal(7, 0)),
            (3.5, -4.2, 7.0)
        );
    }

    #[test]
    fn decodes_integers_of_any_width() {
        assert_eq!(integer_from_bytes(&[0x01, 0x00]), Some(256));
        assert_eq!(integer_from_bytes(&[0xff]), Some(-1));
        assert_eq!(integer_from_bytes(&[]), Some(0));
        assert_eq!(integer_from_bytes(&[0; 17]), None);
    }

    #[test]
    fn formats_uuids_with_hyphens() {
        let bytes: Vec<u8> = (0..16).map(|byte| byte * 0x11).collect();
        assert_eq!(hyphenated(&bytes).data(), b"00112233-4455-6677-8899-aabbccddeeff");
    }
}
