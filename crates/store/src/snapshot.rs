//! The packed form of a matrix. All numbers are little-endian:
//!
//! | content | type |
//! |---|---|
//! | format, kind of the values | `u32` each |
//! | users, items, ratings | `u64` each |
//! | scale: min, max, step (0 if there is none, −1 of declared counts) | `f64` each |
//! | number of ratings of each user | `u32` per user |
//! | items, ascending for each user | `u32` per rating |
//! | values | `u8`, `u32` or `f64` per rating, by kind |
//! | XXH3 of all preceding bytes | `u128` |

use likemind::matrix::{MatrixError, Offsets, Values};
use likemind::scale::ScaleError;
use likemind::{RatingMatrix, RatingScale, Side};
use xxhash_rust::xxh3::xxh3_128;

const FORMAT: u32 = 1;
/// Stands in place of the step if the ratings are declared to be counts.
const COUNTS: f64 = -1.0;

/// Errors when decoding a snapshot.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SnapshotError {
    #[error("packed ratings that do not match their checksum")]
    Checksum,
    #[error("packed ratings of format {0} instead of {FORMAT}")]
    Format(u32),
    #[error("packed ratings of unknown kind {0}")]
    Kind(u32),
    #[error("packed ratings of {found} items instead of at most {known}")]
    Items { found: usize, known: usize },
    #[error("packed ratings of {found} bytes that lack {lacks}")]
    Short { found: usize, lacks: &'static str },
    #[error("packed ratings with {0} bytes left over")]
    Long(usize),
    #[error("packed ratings on an invalid scale ({0})")]
    Scale(#[from] ScaleError),
    #[error("packed ratings that do not form a valid matrix ({0})")]
    Matrix(#[from] MatrixError),
}

/// Packs a matrix.
pub(crate) fn encode(matrix: &RatingMatrix) -> Vec<u8> {
    let rows = matrix.rows(Side::Users);
    let (_, columns, values) = rows.to_parts();
    let (kind, width) = match &*values {
        Values::Levels(_) => (1_u32, 1),
        Values::WideLevels(_) => (2, 4),
        Values::Reals(_) => (3, 8),
    };
    let mut bytes = Vec::with_capacity(64 + 4 * rows.len() + (4 + width) * rows.entries());
    bytes.extend(FORMAT.to_le_bytes());
    bytes.extend(kind.to_le_bytes());
    for count in [matrix.users(), matrix.items(), matrix.ratings()] {
        bytes.extend((count as u64).to_le_bytes());
    }
    let scale = matrix.scale();
    let step = if scale.is_declared_as_counts() { COUNTS } else { scale.step().unwrap_or(0.0) };
    for number in [scale.min(), scale.max(), step] {
        bytes.extend(number.to_le_bytes());
    }
    // The length of a row is at most `likemind::matrix::MAX_ROW_LENGTH`.
    bytes.extend(rows.indices().flat_map(|row| (rows.row_len(row) as u32).to_le_bytes()));
    bytes.extend(columns.iter().flat_map(|column| column.to_le_bytes()));
    match &*values {
        Values::Levels(values) => bytes.extend_from_slice(values),
        Values::WideLevels(values) => bytes.extend(values.iter().flat_map(|v| v.to_le_bytes())),
        Values::Reals(values) => bytes.extend(values.iter().flat_map(|v| v.to_le_bytes())),
    }
    bytes.extend(xxh3_128(&bytes).to_le_bytes());
    bytes
}

/// Unpacks a matrix of at most `known` items. The number of items determines how much memory is
/// allocated but does not affect the length of the bytes, so it must be checked.
pub(crate) fn decode(bytes: &[u8], known: usize) -> Result<RatingMatrix, SnapshotError> {
    let (bytes, checksum) = bytes.split_last_chunk().ok_or(SnapshotError::Checksum)?;
    if xxh3_128(bytes) != u128::from_le_bytes(*checksum) {
        return Err(SnapshotError::Checksum);
    }
    let mut reader = Reader { bytes, whole: bytes.len() };
    let format = u32::from_le_bytes(reader.number("its format")?);
    if format != FORMAT {
        return Err(SnapshotError::Format(format));
    }
    let kind = u32::from_le_bytes(reader.number("its kind")?);
    let mut counts = [0; 3];
    for count in &mut counts {
        *count = u64::from_le_bytes(reader.number("its counts")?) as usize;
    }
    let [users, items, ratings] = counts;
    if items > known {
        return Err(SnapshotError::Items { found: items, known });
    }
    let scale = reader.scale()?;
    let lengths = reader.numbers("row lengths", users)?.iter();
    let offsets = Offsets::from_lengths(lengths.map(|&length| u32::from_le_bytes(length) as usize));
    let columns = reader.numbers("items", ratings)?.iter().copied().map(u32::from_le_bytes);
    let columns = columns.collect();
    let values = reader.values(kind, ratings)?;
    if !reader.bytes.is_empty() {
        return Err(SnapshotError::Long(reader.bytes.len()));
    }
    Ok(RatingMatrix::from_rows(scale, items, &offsets, columns, values)?)
}

/// The bytes left to read, and the length of the whole.
struct Reader<'a> {
    bytes: &'a [u8],
    whole: usize,
}

impl<'a> Reader<'a> {
    fn number<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], SnapshotError> {
        let short = SnapshotError::Short { found: self.whole, lacks: what };
        let (number, rest) = self.bytes.split_first_chunk().ok_or(short)?;
        self.bytes = rest;
        Ok(*number)
    }

    fn numbers<const N: usize>(
        &mut self,
        what: &'static str,
        count: usize,
    ) -> Result<&'a [[u8; N]], SnapshotError> {
        let short = SnapshotError::Short { found: self.whole, lacks: what };
        let bytes = count.checked_mul(N).and_then(|bytes| self.bytes.split_at_checked(bytes));
        let (numbers, rest) = bytes.ok_or(short)?;
        self.bytes = rest;
        Ok(numbers.as_chunks().0)
    }

    fn scale(&mut self) -> Result<RatingScale, SnapshotError> {
        let mut number = || self.number("its scale").map(f64::from_le_bytes);
        let (min, max, step) = (number()?, number()?, number()?);
        Ok(match step {
            0.0 => RatingScale::real(min, max)?,
            COUNTS => RatingScale::counts(min, max)?,
            step => RatingScale::stepped(min, max, step)?,
        })
    }

    fn values(&mut self, kind: u32, count: usize) -> Result<Values, SnapshotError> {
        let what = "values";
        Ok(match kind {
            1 => Values::Levels(self.numbers::<1>(what, count)?.as_flattened().to_vec()),
            2 => {
                let values = self.numbers(what, count)?.iter().copied();
                Values::WideLevels(values.map(u32::from_le_bytes).collect())
            }
            3 => {
                let values = self.numbers(what, count)?.iter().copied();
                Values::Reals(values.map(f64::from_le_bytes).collect())
            }
            _ => return Err(SnapshotError::Kind(kind)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use likemind::RatingTable;

    fn matrix(scale: &str, ratings: &[f64]) -> RatingMatrix {
        let mut table = RatingTable::new();
        for (place, &rating) in ratings.iter().enumerate() {
            table.push(&format!("u{}", place % 3), &format!("i{place}"), rating, None).unwrap();
        }
        table.add_user("without ratings").unwrap();
        RatingMatrix::from_table(&table, scale.parse().unwrap()).unwrap()
    }

    #[test]
    fn round_trips_all_kinds_of_values() {
        for scale in ["1:5:1", "1:1000:1", "0:1000", "1:7:count", "0:3000000:count"] {
            for ratings in [&[][..], &[5.0, 1.0, 2.0, 4.0]] {
                let matrix = matrix(scale, ratings);
                assert_eq!(decode(&encode(&matrix), matrix.items()).unwrap(), matrix, "{scale}");
            }
        }
    }

    fn with_checksum(mut bytes: Vec<u8>) -> Vec<u8> {
        bytes.extend(xxh3_128(&bytes).to_le_bytes());
        bytes
    }

    #[test]
    fn rejects_wrong_lengths_even_with_a_checksum() {
        let whole = encode(&matrix("0.5:5:0.5", &[3.5, 4.0, 0.5]));
        let body = &whole[..whole.len() - 16];
        for length in 0..body.len() {
            let cut = decode(&with_checksum(body[..length].to_vec()), 3);
            assert!(matches!(cut, Err(SnapshotError::Short { .. })), "{length}: {cut:?}");
        }
        let long = decode(&with_checksum([body, &[0]].concat()), 3);
        assert!(matches!(long, Err(SnapshotError::Long(1))));
        let mut newer = body.to_vec();
        newer[0] = 2;
        assert!(matches!(decode(&with_checksum(newer), 3), Err(SnapshotError::Format(2))));
    }

    #[test]
    fn rejects_unknown_items_before_allocating_memory() {
        let whole = encode(&matrix("0.5:5:0.5", &[3.5, 4.0, 0.5]));
        let mut body = whole[..whole.len() - 16].to_vec();
        body[16..24].copy_from_slice(&(1_u64 << 60).to_le_bytes());
        let refused = decode(&with_checksum(body), 3);
        assert!(matches!(refused, Err(SnapshotError::Items { known: 3, .. })), "{refused:?}");
    }

    #[test]
    fn detects_every_flipped_bit() {
        let whole = encode(&matrix("1:1000:1", &[5.0, 1.0, 200.0, 4.0]));
        for bit in 0..whole.len() * 8 {
            let mut bytes = whole.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert!(matches!(decode(&bytes, 4), Err(SnapshotError::Checksum)), "{bit}");
        }
    }
}
