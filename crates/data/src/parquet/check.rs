//! Checks the sizes in a file's metadata and page headers before memory is allocated for them.
//!
//! The `parquet` crate allocates as much as they say, and a single wrong bit can ask for more than
//! there is. A failed allocation or a stack overflow aborts the process and cannot be caught.

use super::thrift::{Field, LIST, STRUCT, ThriftReader};
use parquet::basic::{Compression, Encoding, Type};
use parquet::file::metadata::ColumnChunkMetaData;
use std::io::{self, Read};

/// Length of the end of a file: the length of the metadata, and the four magic bytes.
const TAIL: usize = 8;
/// Maximum nesting of groups. One level is usual.
const MAX_DEPTH: usize = 32;
/// Approximate memory of a dictionary entry, in bytes.
const ENTRY_BYTES: u64 = 40;

/// Maximum memory, in bytes, for unpacking a file of `size` bytes, and also for the text of its
/// ids.
pub(super) fn memory_limit(size: usize) -> u64 {
    (256 << 20) + 16 * size as u64
}

/// Checks the metadata at the end of a file: that their size is plausible, and that the schema is a
/// tree.
pub(super) fn footer(bytes: &[u8]) -> Result<(), String> {
    let Some(tail) = bytes.len().checked_sub(TAIL).map(|at| &bytes[at..]) else {
        return Err(format!("only {} bytes, too few for a Parquet file", bytes.len()));
    };
    let mut length = [0; 4];
    length.copy_from_slice(&tail[..4]);
    let length = u32::from_le_bytes(length) as usize;
    // In memory, metadata take up to a hundred times as much.
    let limit = (2 << 20) + bytes.len() / 8;
    if length > limit {
        return Err(format!("metadata of {length} bytes, where at most {limit} are expected"));
    }
    let from = (bytes.len() - TAIL).checked_sub(length);
    let metadata = from.map(|from| &bytes[from..bytes.len() - TAIL]);
    metadata.and_then(schema).ok_or_else(|| "damaged metadata at the end".to_owned())
}

/// Reads the schema in a file's metadata; `None` unless it is a tree.
fn schema(metadata: &[u8]) -> Option<()> {
    let mut is_tree = false;
    ThriftReader::new(metadata).fields(|thrift, field| {
        if field.id != 2 {
            return Some(false);
        }
        let (count, kind) = thrift.list().filter(|_| field.kind == LIST)?;
        // For each open group, the number of children still to come.
        let mut open = vec![1];
        for left in (0..count).rev() {
            while open.last() == Some(&0) {
                open.pop();
            }
            *open.last_mut()? -= 1;
            let children = child_count(thrift).filter(|_| kind == STRUCT)?;
            if children > left || open.len() > MAX_DEPTH {
                return None;
            }
            open.push(children);
        }
        is_tree = open.iter().all(|&left| left == 0);
        Some(true)
    })?;
    is_tree.then_some(())
}

/// Reads an element of the schema and returns its number of children, 0 for a column.
fn child_count(thrift: &mut ThriftReader<'_>) -> Option<u64> {
    let (mut children, mut is_typed) = (0, false);
    thrift.fields(|thrift, field| {
        is_typed |= field.id == 1;
        if field.id == 5 {
            children = thrift.integer()?;
        }
        Some(field.id == 5)
    })?;
    let children = u64::try_from(children).ok()?;
    (is_typed || children > 0).then_some(children)
}

/// The header of a page.
#[derive(Default)]
struct PageHeader {
    kind: i64,
    unpacked: i64,
    packed: i64,
    values: i64,
    encoding: i64,
    /// Bytes of levels, which are not compressed.
    levels: [i64; 2],
    nulls: i64,
    is_packed: bool,
}

const DATA: i64 = 0;
const INDEX: i64 = 1;
const DICTIONARY: i64 = 2;
const DATA_2: i64 = 3;

impl PageHeader {
    fn read(thrift: &mut ThriftReader<'_>) -> Option<Self> {
        let mut header = Self { kind: -1, is_packed: true, ..Self::default() };
        thrift.fields(|thrift, field| {
            match field.id {
                1 => header.kind = thrift.integer()?,
                2 => header.unpacked = thrift.integer()?,
                3 => header.packed = thrift.integer()?,
                5 | 7 | 8 => {
                    thrift.fields(|thrift, inner| header.nested_field(thrift, field.id, inner))?;
                }
                _ => return Some(false),
            }
            Some(true)
        })?;
        Some(header)
    }

    /// Reads a field of the nested header, which depends on the type of the page.
    fn nested_field(
        &mut self,
        thrift: &mut ThriftReader<'_>,
        header: i64,
        field: &Field,
    ) -> Option<bool> {
        match (header, field.id) {
            (_, 1) => self.values = thrift.integer()?,
            (5 | 7, 2) | (8, 4) => self.encoding = thrift.integer()?,
            (8, 2) => self.nulls = thrift.integer()?,
            (8, 5) => self.levels[0] = thrift.integer()?,
            (8, 6) => self.levels[1] = thrift.integer()?,
            // Thrift encodes true and false as the type of the field.
            (8, 7) => {
                self.is_packed = field.kind == 1;
                return Some(false);
            }
            _ => return Some(false),
        }
        Some(true)
    }
}

/// The validated, non-negative sizes of a page.
struct PageSizes {
    values: u64,
    unpacked: u64,
    packed: u64,
    levels: u64,
}

impl PageSizes {
    fn from_header(header: &PageHeader) -> Option<Self> {
        let count = |number: i64| u64::from(u32::try_from(number).ok()?).into();
        let sizes = Self {
            values: count(header.values)?,
            unpacked: count(header.unpacked)?,
            packed: count(header.packed)?,
            levels: Option::<u64>::zip(count(header.levels[0]), count(header.levels[1]))
                .map(|(first, second)| first + second)?,
        };
        let nulls: u64 = count(header.nulls)?;
        let fit = sizes.levels <= sizes.unpacked.min(sizes.packed) && nulls <= sizes.values;
        let all = [sizes.values, sizes.unpacked, sizes.packed, sizes.levels];
        (fit && all.iter().all(|&size| size <= i32::MAX as u64)).then_some(sizes)
    }
}

/// Checks the page headers of a column in a group of `rows` rows. Returns the peak memory, in
/// bytes, for decoding its pages.
pub(super) fn column(bytes: &[u8], column: &ColumnChunkMetaData, rows: u64) -> Result<u64, String> {
    let path = column.column_path().string();
    let failed = |what: &str| format!("{what} in the column {path:?}");
    let start = column.dictionary_page_offset().unwrap_or(column.data_page_offset());
    let chunk = usize::try_from(start).ok().zip(usize::try_from(column.compressed_size()).ok());
    let chunk = chunk.and_then(|(start, length)| bytes.get(start..)?.get(..length));
    let mut left = chunk.ok_or_else(|| failed("pages outside the file"))?;
    if column.column_descr().max_rep_level() > 0 {
        // Lists are rejected by type before a page is read.
        return Ok(0);
    }
    let (mut values, mut dictionary, mut largest) = (0, None, 0);
    while !left.is_empty() && values < rows {
        let mut thrift = ThriftReader::new(left);
        let header = PageHeader::read(&mut thrift);
        let sizes = header.as_ref().and_then(PageSizes::from_header);
        let (header, sizes) = header.zip(sizes).ok_or_else(|| failed("a damaged page header"))?;
        let page = thrift.rest().split_at_checked(sizes.packed as usize);
        let (page, rest) = page.ok_or_else(|| failed("a truncated page"))?;
        left = rest;
        if header.kind == INDEX {
            continue;
        }
        let is_plain = column.compression() == Compression::UNCOMPRESSED || !header.is_packed;
        if !is_plain {
            check_unpacked_size(column.compression(), &page[sizes.levels as usize..], &sizes)
                .ok_or_else(|| failed("a page whose size contradicts its header"))?;
        }
        let memory = if is_plain { 0 } else { sizes.unpacked };
        match header.kind {
            DICTIONARY if dictionary.is_none() => {
                let size = if is_plain { sizes.packed } else { sizes.unpacked };
                if !can_hold(column, sizes.values, size) {
                    return Err(failed("a dictionary with fewer values than its header says"));
                }
                dictionary = Some(memory + sizes.values * ENTRY_BYTES);
            }
            DATA | DATA_2 => {
                values += sizes.values;
                if values > rows {
                    return Err(failed("more values than rows"));
                }
                if uses_dictionary(header.encoding) && dictionary.is_none() {
                    return Err(failed("values that refer to a missing dictionary"));
                }
                // All lengths of strings are unpacked at once.
                largest =
                    largest.max(memory + 8 * sizes.values * u64::from(is_delta(header.encoding)));
            }
            _ => return Err(failed("a page of an unknown type or a second dictionary")),
        }
    }
    Ok(dictionary.unwrap_or(0) + largest)
}

fn uses_dictionary(encoding: i64) -> bool {
    [2, Encoding::RLE_DICTIONARY as i64].contains(&encoding)
}

/// Whether the lengths of strings are delta-encoded.
fn is_delta(encoding: i64) -> bool {
    [Encoding::DELTA_LENGTH_BYTE_ARRAY as i64, Encoding::DELTA_BYTE_ARRAY as i64]
        .contains(&encoding)
}

/// Whether a dictionary of `size` bytes can contain `values` values.
fn can_hold(column: &ColumnChunkMetaData, values: u64, size: u64) -> bool {
    let descriptor = column.column_descr();
    let each = match descriptor.physical_type() {
        Type::BOOLEAN => return true,
        Type::INT32 | Type::FLOAT | Type::BYTE_ARRAY => 4,
        Type::INT64 | Type::DOUBLE => 8,
        Type::INT96 => 12,
        Type::FIXED_LEN_BYTE_ARRAY => descriptor.type_length().max(1).unsigned_abs().into(),
    };
    values * each <= size
}

/// Returns `None` unless compressed data has the unpacked size stated in the header. Checks only
/// the codecs whose decoders unpack all data, whatever the expected size.
fn check_unpacked_size(codec: Compression, packed: &[u8], sizes: &PageSizes) -> Option<()> {
    const LZ4_FRAME: [u8; 4] = [0x04, 0x22, 0x4d, 0x18];
    let size = sizes.unpacked - sizes.levels;
    let mut unpacked: Box<dyn Read + '_> = match codec {
        Compression::GZIP(_) => Box::new(flate2::read::MultiGzDecoder::new(packed)),
        Compression::BROTLI(_) => Box::new(brotli::Decompressor::new(packed, 4096)),
        Compression::LZ4 if packed.starts_with(&LZ4_FRAME) => {
            Box::new(lz4_flex::frame::FrameDecoder::new(packed))
        }
        _ => return Some(()),
    };
    if size == 0 {
        return Some(());
    }
    let found = io::copy(&mut (&mut unpacked).take(size + 1), &mut io::sink()).ok()?;
    (found == size).then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    /// Encodes metadata with a schema of these elements, given by number of children, 0 for
    /// columns.
    fn metadata(children: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0x29, 0xfc];
        let count = children.len();
        bytes.extend([count as u8 & 0x7f | 0x80, (count >> 7) as u8]);
        for &children in children {
            match children {
                // A type (field 1), or a number of children (field 5).
                0 => bytes.extend([0x15, 4, 0]),
                _ => bytes.extend([0x55, children << 1, 0]),
            }
        }
        bytes.push(0);
        bytes
    }

    #[test]
    fn accepts_only_schemas_that_are_trees() {
        assert!(schema(&metadata(&[2, 0, 0])).is_some());
        assert!(schema(&metadata(&[2, 1, 0, 0])).is_some());
        assert!(schema(&metadata(&[3, 0, 0])).is_none(), "a column is missing");
        assert!(schema(&metadata(&[1, 0, 0])).is_none(), "an extra column");
        assert!(schema(&metadata(&[&[1; 30][..], &[0]].concat())).is_some());
        assert!(schema(&metadata(&[&[1; 9999][..], &[0]].concat())).is_none(), "too deep");
        assert!(schema(&[0]).is_none(), "no schema");
    }

    #[test]
    fn rejects_metadata_of_the_wrong_size() {
        let metadata = metadata(&[1, 0]);
        let file = |length: usize| {
            let length = (length as u32).to_le_bytes();
            [&b"PAR1"[..], &metadata, &length, b"PAR1"].concat()
        };
        assert_eq!(footer(&file(metadata.len())), Ok(()));
        for length in [0, metadata.len() + 5, 1 << 20, 1 << 30, u32::MAX as usize] {
            assert!(footer(&file(length)).is_err(), "{length}");
        }
        assert!(footer(b"PAR1").is_err());
    }

    #[test]
    fn rejects_a_wrong_unpacked_size() {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(&[0; 1 << 20]).unwrap();
        let packed = packed.finish().unwrap();
        let is_accepted = |unpacked| {
            let sizes = PageSizes { values: 1, unpacked, packed: packed.len() as u64, levels: 0 };
            check_unpacked_size(Compression::GZIP(Default::default()), &packed, &sizes).is_some()
        };
        assert!(
            is_accepted(1 << 20)
                && !is_accepted((1 << 20) - 1)
                && !is_accepted((1 << 20) + 1)
                && !is_accepted(10)
        );
    }
}
