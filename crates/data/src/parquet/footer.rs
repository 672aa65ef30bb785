//! What a Parquet file says of itself, read within limits before polars reads it.
//!
//! The footer has lists, each with its length before it, and polars allocates what a length asks for:
//! a wrong one ends the process. So the footer is read with a limit, and written anew from what was
//! read, which has no lengths but its own.

use polars_parquet_format::FileMetaData;
use polars_parquet_format::thrift::protocol::{TCompactInputProtocol, TCompactOutputProtocol};

const MAGIC: &[u8; 4] = b"PAR1";
/// The footer's length, and the magic bytes.
const TAIL: usize = 4 + MAGIC.len();

/// How many bytes of memory a byte of a footer may ask for: eight for every element of a list, which
/// has one byte at least, and some more for what the list is in.
const MAX_RATIO: usize = 16;

/// The file with its footer written anew.
///
/// # Errors
///
/// What is wrong with the footer.
pub(super) fn rewritten(mut bytes: Vec<u8>) -> Result<Vec<u8>, String> {
    let (body, tail) = bytes.split_last_chunk::<TAIL>().ok_or("too few bytes")?;
    let (length, magic) = tail.split_first_chunk().ok_or("too few bytes")?;
    if magic != MAGIC {
        return Err("it does not end with PAR1".to_owned());
    }
    let length = u32::from_le_bytes(*length) as usize;
    let begin = body.len().checked_sub(length).ok_or("a footer longer than the file")?;
    let footer = &body[begin..];
    let mut input = TCompactInputProtocol::new(footer, footer.len().saturating_mul(MAX_RATIO));
    let metadata = FileMetaData::read_from_in_protocol(&mut input);
    let metadata = metadata.map_err(|error| format!("its footer: {error}"))?;

    bytes.truncate(begin);
    let mut output = TCompactOutputProtocol::new(&mut bytes);
    metadata.write_to_out_protocol(&mut output).map_err(|error| error.to_string())?;
    let length = u32::try_from(bytes.len() - begin).map_err(|error| error.to_string())?;
    bytes.extend(length.to_le_bytes());
    bytes.extend(MAGIC);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of this footer alone.
    fn file(footer: &[u8]) -> Vec<u8> {
        let length = (footer.len() as u32).to_le_bytes();
        [MAGIC, footer, &length, MAGIC].concat()
    }

    /// Version 1, and a schema of as many elements as the varint says.
    fn schema_of(elements: &[u8]) -> Vec<u8> {
        [&[0x15, 2, 0x19, 0xfc], elements].concat()
    }

    #[test]
    fn lengths_beyond_the_footer_are_refused() {
        for elements in [&[100][..], &[0xff, 0xff, 0x03], &[0xff, 0xff, 0xff, 0xff, 0x07]] {
            assert!(rewritten(file(&schema_of(elements))).is_err(), "{elements:?}");
        }
    }

    #[test]
    fn files_without_a_footer_are_refused() {
        for bytes in
            [&b""[..], b"PAR1", b"PAR1PAR1", b"PAR1\xff\xff\xff\xffPAR1", b"PAR1\0\0\0\0PAR2"]
        {
            assert!(rewritten(bytes.to_vec()).is_err(), "{bytes:?}");
        }
    }
}
