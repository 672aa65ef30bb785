//! Decodes text in any encoding to UTF-8.

use super::unpack::{broken, read_up_to};
use crate::error::DataError;
use crate::options::{Encoding, ReadOptions};
use encoding_rs_io::DecodeReaderBytesBuilder;
use std::io::{Cursor, Read};

/// Decodes a stream to UTF-8, from the requested encoding, or from UTF-16 if there is a byte order
/// mark. Parquet and text in UTF-8 are passed through unchanged.
pub(super) fn utf_8<'r>(
    mut reader: impl Read + 'r,
    file: &str,
    options: &ReadOptions,
) -> Result<impl Read + 'r, DataError> {
    let mut magic = [0; 4];
    let length = read_up_to(&mut reader, &mut magic).map_err(|error| broken(file, &error))?;
    let is_parquet = &magic[..length] == b"PAR1";
    let whole = Cursor::new(magic).take(length as u64).chain(reader);
    let encoding = options.encoding.filter(|_| !is_parquet);
    Ok(DecodeReaderBytesBuilder::new()
        .encoding(encoding.map(|Encoding(encoding)| encoding))
        .utf8_passthru(true)
        .strip_bom(true)
        .build(whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8], encoding: Option<&str>) -> String {
        let encoding = encoding.map(|name| name.parse().unwrap());
        let options = ReadOptions { encoding, ..ReadOptions::default() };
        let mut text = String::new();
        utf_8(bytes, "t", &options).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn decodes_text_to_utf_8() {
        assert_eq!(decoded("é".as_bytes(), None), "é");
        assert_eq!(decoded(b"\xef\xbb\xbfa", None), "a");
        assert_eq!(decoded(b"\xff\xfea\0,\0", None), "a,");
        assert_eq!(decoded(b"\xfe\xff\0a\0,", None), "a,");
        assert_eq!(decoded(b"\xe9t\xe9", Some("latin1")), "été");
        assert_eq!(decoded(b"\xcc\xe8\xf0", Some("windows-1251")), "Мир");
        assert_eq!(decoded(b"PAR1", Some("latin1")), "PAR1");
    }
}
