//! Whether what a file's metadata and the headers of its pages say can be, before memory is taken by it.
//!
//! The reader of the format takes room for what they say, and one wrong bit can say more than there is.
//! An allocation that fails ends the process, as does a stack that is full, and nothing can catch either.

use super::thrift::{Field, LIST, STRUCT, Thrift};
use parquet::basic::{Compression, Encoding, Type};
use parquet::file::metadata::ColumnChunkMetaData;
use std::io::{self, Read};

/// The end of a file: the length of the metadata and four letters.
const TAIL: usize = 8;
/// How deep groups may lie in each other. One level is usual.
const MAX_DEPTH: usize = 32;
/// About the bytes that an entry of a dictionary takes in memory.
const ENTRY: u64 = 40;

/// The most memory that may be taken to unpack a file of so many bytes, and for the texts of its ids.
pub(super) fn most_memory(size: usize) -> u64 {
    (256 << 20) + 16 * size as u64
}

/// Checks the metadata at the end of a file: their size, and that its columns are a tree.
pub(super) fn footer(bytes: &[u8]) -> Result<(), String> {
    let Some(tail) = bytes.len().checked_sub(TAIL).map(|at| &bytes[at..]) else {
        return Err(format!("{} bytes, which no Parquet file is", bytes.len()));
    };
    let mut length = [0; 4];
    length.copy_from_slice(&tail[..4]);
    let length = u32::from_le_bytes(length) as usize;
    // Metadata take up to a hundred times as much in memory.
    let most = (2 << 20) + bytes.len() / 8;
    if length > most {
        return Err(format!("metadata of {length} bytes, where at most {most} are expected"));
    }
    let from = (bytes.len() - TAIL).checked_sub(length);
    let metadata = from.map(|from| &bytes[from..bytes.len() - TAIL]);
    metadata.and_then(schema).ok_or_else(|| "damaged metadata at the end".to_owned())
}

/// Reads the columns of a file's metadata; `None` unless they are a tree.
fn schema(metadata: &[u8]) -> Option<()> {
    let mut is_tree = false;
    Thrift::new(metadata).fields(|thrift, field| {
        if field.id != 2 {
            return Some(false);
        }
        let (count, kind) = thrift.list().filter(|_| field.kind == LIST)?;
        // Every group that is open, with how many of its parts are to come.
        let mut open = vec![1];
        for left in (0..count).rev() {
            while open.last() == Some(&0) {
                open.pop();
            }
            *open.last_mut()? -= 1;
            let children = element(thrift).filter(|_| kind == STRUCT)?;
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

/// How many parts an element of the schema has: 0 if it is a column.
fn element(thrift: &mut Thrift<'_>) -> Option<u64> {
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
struct Header {
    kind: i64,
    unpacked: i64,
    packed: i64,
    values: i64,
    encoding: i64,
    /// Bytes of levels, which are not packed.
    levels: [i64; 2],
    nulls: i64,
    is_packed: bool,
}

const DATA: i64 = 0;
const INDEX: i64 = 1;
const DICTIONARY: i64 = 2;
const DATA_2: i64 = 3;

impl Header {
    fn read(thrift: &mut Thrift<'_>) -> Option<Self> {
        let mut header = Self { kind: -1, is_packed: true, ..Self::default() };
        thrift.fields(|thrift, field| {
            match field.id {
                1 => header.kind = thrift.integer()?,
                2 => header.unpacked = thrift.integer()?,
                3 => header.packed = thrift.integer()?,
                5 | 7 | 8 => thrift.fields(|thrift, inner| header.part(thrift, field.id, inner))?,
                _ => return Some(false),
            }
            Some(true)
        })?;
        Some(header)
    }

    /// Reads a field of the part that depends on the kind of the page.
    fn part(&mut self, thrift: &mut Thrift<'_>, part: i64, field: &Field) -> Option<bool> {
        match (part, field.id) {
            (_, 1) => self.values = thrift.integer()?,
            (5 | 7, 2) | (8, 4) => self.encoding = thrift.integer()?,
            (8, 2) => self.nulls = thrift.integer()?,
            (8, 5) => self.levels[0] = thrift.integer()?,
            (8, 6) => self.levels[1] = thrift.integer()?,
            // True and false are types of their own.
            (8, 7) => {
                self.is_packed = field.kind == 1;
                return Some(false);
            }
            _ => return Some(false),
        }
        Some(true)
    }
}

/// Sizes of a page, none below 0.
struct Sizes {
    values: u64,
    unpacked: u64,
    packed: u64,
    levels: u64,
}

impl Sizes {
    fn of(header: &Header) -> Option<Self> {
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

/// Checks the headers of a column's pages in a group of `rows` rows, and returns the most memory that
/// its pages take at a time.
pub(super) fn column(bytes: &[u8], column: &ColumnChunkMetaData, rows: u64) -> Result<u64, String> {
    let path = column.column_path().string();
    let failed = |what: &str| format!("{what} in the column {path:?}");
    let start = column.dictionary_page_offset().unwrap_or(column.data_page_offset());
    let chunk = usize::try_from(start).ok().zip(usize::try_from(column.compressed_size()).ok());
    let chunk = chunk.and_then(|(start, length)| bytes.get(start..)?.get(..length));
    let mut left = chunk.ok_or_else(|| failed("pages outside the file"))?;
    if column.column_descr().max_rep_level() > 0 {
        // Lists are refused by their kind, before a page is read.
        return Ok(0);
    }
    let (mut values, mut dictionary, mut largest) = (0, None, 0);
    while !left.is_empty() && values < rows {
        let mut thrift = Thrift::new(left);
        let header = Header::read(&mut thrift);
        let sizes = header.as_ref().and_then(Sizes::of);
        let (header, sizes) =
            header.zip(sizes).ok_or_else(|| failed("a damaged header of a page"))?;
        let page = thrift.rest().split_at_checked(sizes.packed as usize);
        let (page, rest) = page.ok_or_else(|| failed("a page that breaks off"))?;
        left = rest;
        if header.kind == INDEX {
            continue;
        }
        let is_plain = column.compression() == Compression::UNCOMPRESSED || !header.is_packed;
        if !is_plain {
            unpacks(column.compression(), &page[sizes.levels as usize..], &sizes)
                .ok_or_else(|| failed("a page of another size than it says"))?;
        }
        let memory = if is_plain { 0 } else { sizes.unpacked };
        match header.kind {
            DICTIONARY if dictionary.is_none() => {
                let size = if is_plain { sizes.packed } else { sizes.unpacked };
                if !holds(column, sizes.values, size) {
                    return Err(failed("a dictionary of fewer values than it says"));
                }
                dictionary = Some(memory + sizes.values * ENTRY);
            }
            DATA | DATA_2 => {
                values += sizes.values;
                if values > rows {
                    return Err(failed("more values than rows"));
                }
                if uses_dictionary(header.encoding) && dictionary.is_none() {
                    return Err(failed("values of a dictionary that is missing"));
                }
                // The lengths of texts are unpacked at once.
                largest =
                    largest.max(memory + 8 * sizes.values * u64::from(is_delta(header.encoding)));
            }
            _ => return Err(failed("a page of an unknown kind or a second dictionary")),
        }
    }
    Ok(dictionary.unwrap_or(0) + largest)
}

fn uses_dictionary(encoding: i64) -> bool {
    [2, Encoding::RLE_DICTIONARY as i64].contains(&encoding)
}

/// Whether lengths of texts are packed by their differences.
fn is_delta(encoding: i64) -> bool {
    [Encoding::DELTA_LENGTH_BYTE_ARRAY as i64, Encoding::DELTA_BYTE_ARRAY as i64]
        .contains(&encoding)
}

/// Whether a dictionary of so many values can be so small.
fn holds(column: &ColumnChunkMetaData, values: u64, size: u64) -> bool {
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

/// Checks that what is packed is of the size that it says. Only of codecs that unpack all there is,
/// whatever size is expected.
fn unpacks(codec: Compression, packed: &[u8], sizes: &Sizes) -> Option<()> {
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

    /// Metadata with a schema of these elements: numbers of children, 0 for columns.
    fn metadata(children: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0x29, 0xfc];
        let count = children.len();
        bytes.extend([count as u8 & 0x7f | 0x80, (count >> 7) as u8]);
        for &children in children {
            match children {
                // A type, or a number of parts, which is field 5.
                0 => bytes.extend([0x15, 4, 0]),
                _ => bytes.extend([0x55, children << 1, 0]),
            }
        }
        bytes.push(0);
        bytes
    }

    #[test]
    fn a_schema_is_a_tree() {
        assert!(schema(&metadata(&[2, 0, 0])).is_some());
        assert!(schema(&metadata(&[2, 1, 0, 0])).is_some());
        assert!(schema(&metadata(&[3, 0, 0])).is_none(), "a column is missing");
        assert!(schema(&metadata(&[1, 0, 0])).is_none(), "one too many");
        assert!(schema(&metadata(&[&[1; 30][..], &[0]].concat())).is_some());
        assert!(schema(&metadata(&[&[1; 9999][..], &[0]].concat())).is_none(), "too deep");
        assert!(schema(&[0]).is_none(), "none");
    }

    #[test]
    fn metadata_are_of_the_size_of_the_file() {
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
    fn what_unpacks_to_more_than_it_says_is_found() {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(&[0; 1 << 20]).unwrap();
        let packed = packed.finish().unwrap();
        let says = |unpacked| {
            let sizes = Sizes { values: 1, unpacked, packed: packed.len() as u64, levels: 0 };
            unpacks(Compression::GZIP(Default::default()), &packed, &sizes).is_some()
        };
        assert!(says(1 << 20) && !says((1 << 20) - 1) && !says((1 << 20) + 1) && !says(10));
    }
}
