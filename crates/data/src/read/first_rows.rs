//! Reads the first rows of a text, from which its format is detected.

use super::fields::RowReader;
use crate::error::DataError;
use crate::options::Delimiter;

/// The delimiters to be tried, in this order.
pub(super) const DELIMITERS: [Delimiter; 6] = [
    Delimiter::DoubleColon,
    Delimiter::Byte(b'\t'),
    Delimiter::Byte(b','),
    Delimiter::Byte(b';'),
    Delimiter::Byte(b'|'),
    Delimiter::Blanks,
];

/// Returns the fields of the first two rows that are not blank. The second row may be absent or
/// truncated.
pub(super) fn first_rows(
    mut rows: RowReader<&[u8]>,
    file: &str,
) -> Result<(Vec<String>, Option<Vec<String>>), DataError> {
    if rows.next_row(file)?.is_none() {
        return Err(DataError::Empty { file: file.to_owned() });
    }
    let first = rows.texts();
    let second = matches!(rows.next_row(file), Ok(Some(_))).then(|| rows.texts());
    Ok((first, second))
}

/// Returns the fields of the first row that is not blank.
pub(super) fn first_row(
    start: &[u8],
    delimiter: Delimiter,
    file: &str,
) -> Result<Vec<String>, DataError> {
    Ok(first_rows(RowReader::new(start, delimiter), file)?.0)
}
