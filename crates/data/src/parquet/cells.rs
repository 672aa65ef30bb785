//! The columns that ratings need, in whichever type a file has them.

use super::kinds::{Kind, kind};
use crate::read::times;
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType, Int96};
use parquet::errors::{ParquetError, Result};
use parquet::schema::types::ColumnDescriptor;

/// The values of a column of a row group, some at a time.
pub(super) trait Cells<V> {
    /// The next `rows` values, `None` where one is missing.
    fn next(&mut self, rows: usize) -> Result<Vec<Option<V>>>;
}

/// The most bytes of a text that is looked at for a time.
const MAX_TIME: usize = 100;

/// Cells, or none if the column is of a kind that cannot be these.
pub(super) type Found<V> = Option<Box<dyn Cells<V>>>;

/// An id as it is stored.
pub(super) enum Id {
    Number(i128),
    Text(ByteArray),
}

/// A time in seconds since 1970, or what stands in its place.
pub(super) type Time = std::result::Result<i64, String>;

struct Typed<T: DataType, F> {
    reader: ColumnReaderImpl<T>,
    /// The level of a value that is there.
    present: i16,
    convert: F,
}

impl<T: DataType, V, F: Fn(&T::T) -> V> Cells<V> for Typed<T, F> {
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
) -> Found<V> {
    Some(Box::new(Typed { reader, present: column.max_def_level(), convert }))
}

/// Ids: whole numbers or text.
pub(super) fn ids(reader: ColumnReader, column: &ColumnDescriptor) -> Found<Id> {
    use ColumnReader as Of;
    match (kind(column), reader) {
        (Kind::Whole, Of::Int32ColumnReader(reader)) => {
            typed(reader, column, |&id| Id::Number(id.into()))
        }
        (Kind::Whole, Of::Int64ColumnReader(reader)) => {
            typed(reader, column, |&id| Id::Number(id.into()))
        }
        (Kind::Unsigned, Of::Int32ColumnReader(reader)) => {
            typed(reader, column, |&id| Id::Number(id.cast_unsigned().into()))
        }
        (Kind::Unsigned, Of::Int64ColumnReader(reader)) => {
            typed(reader, column, |&id| Id::Number(id.cast_unsigned().into()))
        }
        (Kind::Decimal { scale: 0 }, reader) => unscaled(reader, column, |id| match id {
            Some(id) => Id::Number(id),
            None => Id::Text(ByteArray::from("")),
        }),
        (Kind::Text, Of::ByteArrayColumnReader(reader)) => {
            typed(reader, column, |id| Id::Text(id.clone()))
        }
        (Kind::Uuid, Of::FixedLenByteArrayColumnReader(reader)) if column.type_length() == 16 => {
            typed(reader, column, |id| Id::Text(hyphenated(id.data())))
        }
        _ => None,
    }
}

/// `00112233-4455-6677-8899-aabbccddeeff`
fn hyphenated(uuid: &[u8]) -> ByteArray {
    let mut text = String::with_capacity(36);
    for (place, byte) in uuid.iter().enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push_str(&format!("{byte:02x}"));
    }
    ByteArray::from(text.into_bytes())
}

/// Ratings: numbers.
pub(super) fn ratings(reader: ColumnReader, column: &ColumnDescriptor) -> Found<f64> {
    use ColumnReader as Of;
    match (kind(column), reader) {
        (Kind::Whole, Of::Int32ColumnReader(reader)) => {
            typed(reader, column, |&rating| f64::from(rating))
        }
        (Kind::Whole, Of::Int64ColumnReader(reader)) => {
            typed(reader, column, |&rating| rating as f64)
        }
        (Kind::Unsigned, Of::Int32ColumnReader(reader)) => {
            typed(reader, column, |&rating| f64::from(rating.cast_unsigned()))
        }
        (Kind::Unsigned, Of::Int64ColumnReader(reader)) => {
            typed(reader, column, |&rating| rating.cast_unsigned() as f64)
        }
        (Kind::Real, Of::FloatColumnReader(reader)) => {
            typed(reader, column, |&rating| of_single(rating))
        }
        (Kind::Real, Of::DoubleColumnReader(reader)) => typed(reader, column, |&rating| rating),
        (Kind::Half, Of::FixedLenByteArrayColumnReader(reader)) => {
            typed(reader, column, |rating| of_half(rating.data()))
        }
        (Kind::Decimal { scale }, reader) => unscaled(reader, column, move |rating| {
            rating.map_or(f64::NAN, |digits| scaled(digits, scale))
        }),
        _ => None,
    }
}

/// The whole numbers behind decimals; `None` for one of more than 16 bytes.
fn unscaled<V: 'static>(
    reader: ColumnReader,
    column: &ColumnDescriptor,
    convert: impl Fn(Option<i128>) -> V + 'static,
) -> Found<V> {
    use ColumnReader as Of;
    match reader {
        Of::Int32ColumnReader(reader) => {
            typed(reader, column, move |&digits| convert(Some(digits.into())))
        }
        Of::Int64ColumnReader(reader) => {
            typed(reader, column, move |&digits| convert(Some(digits.into())))
        }
        Of::ByteArrayColumnReader(reader) => {
            typed(reader, column, move |digits| convert(of_bytes(digits.data())))
        }
        Of::FixedLenByteArrayColumnReader(reader) => {
            typed(reader, column, move |digits| convert(of_bytes(digits.data())))
        }
        _ => None,
    }
}

/// A number in two's complement, the highest byte first.
fn of_bytes(bytes: &[u8]) -> Option<i128> {
    let filling = if bytes.first().is_some_and(|&first| first >= 0x80) { 0xff } else { 0 };
    let mut whole = [filling; 16];
    let from = whole.len().checked_sub(bytes.len())?;
    whole[from..].copy_from_slice(bytes);
    Some(i128::from_be_bytes(whole))
}

/// By way of text, which is rounded once.
fn scaled(digits: i128, scale: u32) -> f64 {
    format!("{digits}e-{scale}").parse().unwrap_or(f64::NAN)
}

/// The double of the same digits: a single-precision 4.2 is 4.2.
fn of_single(rating: f32) -> f64 {
    let exact = f64::from(rating);
    // Of a few digits, which nearly all ratings have.
    if (exact * 8.0).fract() == 0.0 && exact.abs() < 1000.0 {
        return exact;
    }
    rating.to_string().parse().unwrap_or(exact)
}

/// The double of the fewest digits that make the same half-precision number.
fn of_half(bytes: &[u8]) -> f64 {
    let Ok(bytes) = bytes.try_into() else { return f64::NAN };
    let half = half::f16::from_le_bytes(bytes);
    let exact = half.to_f64();
    if exact.fract() == 0.0 {
        return exact;
    }
    // Five significant digits tell all of them apart.
    (0..5)
        .filter_map(|digits| format!("{exact:.digits$e}").parse().ok())
        .find(|&short| half::f16::from_f64(short) == half)
        .unwrap_or(exact)
}

/// Times: dates, times of any unit, numbers and text as in other files.
pub(super) fn times(reader: ColumnReader, column: &ColumnDescriptor) -> Found<Time> {
    use ColumnReader as Of;
    match (kind(column), reader) {
        (Kind::Date, Of::Int32ColumnReader(reader)) => {
            typed(reader, column, |&days| Ok(i64::from(days) * 86_400))
        }
        (Kind::Instant { per_second }, Of::Int64ColumnReader(reader)) => {
            typed(reader, column, move |&time| Ok(time.div_euclid(per_second)))
        }
        (Kind::Instant96, Of::Int96ColumnReader(reader)) => {
            typed(reader, column, |time: &Int96| Ok(time.to_seconds()))
        }
        (Kind::Whole | Kind::Unsigned, Of::Int32ColumnReader(reader)) => {
            typed(reader, column, |&time| Ok(times::seconds_of(time.into())))
        }
        (Kind::Whole | Kind::Unsigned, Of::Int64ColumnReader(reader)) => {
            typed(reader, column, |&time| Ok(times::seconds_of(time)))
        }
        (Kind::Real, Of::FloatColumnReader(reader)) => {
            typed(reader, column, |&time| of_text(&time.to_string()))
        }
        (Kind::Real, Of::DoubleColumnReader(reader)) => {
            typed(reader, column, |&time| of_text(&time.to_string()))
        }
        (Kind::Text, Of::ByteArrayColumnReader(reader)) => {
            typed(reader, column, |time| {
                // One text may stand in every row; a longer one is no time.
                let text = &time.data()[..time.data().len().min(MAX_TIME)];
                of_text(&String::from_utf8_lossy(text))
            })
        }
        _ => None,
    }
}

fn of_text(text: &str) -> Time {
    times::parse(text.trim()).ok_or_else(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_decimals_keep_their_digits() {
        for (single, double) in [(4.2_f32, 4.2), (0.5, 0.5), (-9.95, -9.95), (1e30, 1e30)] {
            assert_eq!(of_single(single), double);
        }
        assert!(of_single(f32::NAN).is_nan());
        for double in [4.2, 0.5, -9.95, 0.0, 65_504.0] {
            assert_eq!(of_half(&half::f16::from_f64(double).to_le_bytes()), double);
        }
        assert!(of_half(&half::f16::NAN.to_le_bytes()).is_nan() && of_half(&[1]).is_nan());
        assert_eq!((scaled(35, 1), scaled(-420, 2), scaled(7, 0)), (3.5, -4.2, 7.0));
    }

    #[test]
    fn numbers_of_any_width_are_read() {
        assert_eq!(of_bytes(&[0x01, 0x00]), Some(256));
        assert_eq!(of_bytes(&[0xff]), Some(-1));
        assert_eq!(of_bytes(&[]), Some(0));
        assert_eq!(of_bytes(&[0; 17]), None);
    }

    #[test]
    fn uuids_are_text() {
        let bytes: Vec<u8> = (0..16).map(|byte| byte * 0x11).collect();
        assert_eq!(hyphenated(&bytes).data(), b"00112233-4455-6677-8899-aabbccddeeff");
    }
}
