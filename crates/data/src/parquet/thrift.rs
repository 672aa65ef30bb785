//! A minimal reader of the Thrift compact protocol, for checking metadata before it is trusted.

/// Maximum nesting of structs and lists.
const MAX_DEPTH: u32 = 32;

// Encoded types of fields.
const TRUE: u8 = 1;
const FALSE: u8 = 2;
const BYTE: u8 = 3;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
pub(super) const LIST: u8 = 9;
const SET: u8 = 10;
const MAP: u8 = 11;
pub(super) const STRUCT: u8 = 12;
const UUID: u8 = 13;

/// Reads a struct from bytes. Every method returns `None` if the bytes are truncated or invalid.
pub(super) struct ThriftReader<'b> {
    bytes: &'b [u8],
}

/// The header of a field: its id in the struct and its type.
pub(super) struct Field {
    pub(super) id: i64,
    pub(super) kind: u8,
}

impl<'b> ThriftReader<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Self { bytes }
    }

    /// The remaining bytes.
    pub(super) fn rest(&self) -> &'b [u8] {
        self.bytes
    }

    /// Reads a struct to its end. For each field, `field` either reads the value and returns true,
    /// or returns false to skip it.
    pub(super) fn fields(
        &mut self,
        mut field: impl FnMut(&mut Self, &Field) -> Option<bool>,
    ) -> Option<()> {
        let mut id = 0;
        loop {
            let head = self.byte()?;
            if head == 0 {
                return Some(());
            }
            id = match head >> 4 {
                0 => self.integer()?,
                step => id + i64::from(step),
            };
            let found = Field { id, kind: head & 0x0f };
            if !field(self, &found)? {
                self.skip(found.kind, MAX_DEPTH)?;
            }
        }
    }

    /// Reads the header of a list: the number of elements and their type.
    pub(super) fn list(&mut self) -> Option<(u64, u8)> {
        let head = self.byte()?;
        let count = match head >> 4 {
            15 => varint(&mut self.bytes)?,
            count => u64::from(count),
        };
        Some((count, head & 0x0f))
    }

    /// Reads an integer of 16, 32 or 64 bits.
    pub(super) fn integer(&mut self) -> Option<i64> {
        let zigzag = varint(&mut self.bytes)?;
        Some((zigzag >> 1).cast_signed() ^ -(zigzag & 1).cast_signed())
    }

    fn byte(&mut self) -> Option<u8> {
        self.bytes.split_off_first().copied()
    }

    fn advance(&mut self, count: u64) -> Option<()> {
        self.bytes = self.bytes.get(usize::try_from(count).ok()?..)?;
        Some(())
    }

    /// Skips the value of a field.
    fn skip(&mut self, kind: u8, depth: u32) -> Option<()> {
        match kind {
            TRUE | FALSE => Some(()),
            _ => self.skip_element(kind, depth),
        }
    }

    /// Skips an element of a collection, in which booleans take a byte, too.
    fn skip_element(&mut self, kind: u8, depth: u32) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        match kind {
            TRUE | FALSE | BYTE => self.advance(1),
            4..=6 => varint(&mut self.bytes).map(drop),
            DOUBLE => self.advance(8),
            UUID => self.advance(16),
            BINARY => {
                let length = varint(&mut self.bytes)?;
                self.advance(length)
            }
            LIST | SET => {
                let (count, kind) = self.list()?;
                (0..count).try_for_each(|_| self.skip_element(kind, depth))
            }
            MAP => {
                let count = varint(&mut self.bytes)?;
                if count == 0 {
                    return Some(());
                }
                let kinds = self.byte()?;
                (0..count).try_for_each(|_| {
                    self.skip_element(kinds >> 4, depth)?;
                    self.skip_element(kinds & 0x0f, depth)
                })
            }
            STRUCT => loop {
                let head = self.byte()?;
                if head == 0 {
                    return Some(());
                }
                if head >> 4 == 0 {
                    self.integer()?;
                }
                self.skip(head & 0x0f, depth)?;
            },
            _ => None,
        }
    }
}

/// Reads a number encoded in groups of seven bits, lowest first.
pub(super) fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let byte = bytes.split_off_first()?;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_varints_of_any_length() {
        let mut bytes = &[0xff, 0xff, 0x03, 9][..];
        assert_eq!(varint(&mut bytes), Some(0xffff));
        assert_eq!(bytes, [9]);
        assert_eq!(varint(&mut &[0xff; 11][..]), None);
        assert_eq!(varint(&mut &b""[..]), None);
    }

    #[test]
    fn skips_other_fields() {
        // 1: true, 2: a list of two strings, 3: a struct with an integer, 4: the integer -3; then
        // another byte.
        let bytes = [0x11, 0x19, 0x28, 1, b'a', 0, 0x1c, 0x15, 4, 0, 0x15, 5, 0, 7];
        let (mut thrift, mut found) = (ThriftReader::new(&bytes), None);
        let read = thrift.fields(|thrift, field| {
            if field.id == 4 {
                found = thrift.integer();
            }
            Some(field.id == 4)
        });
        assert_eq!((read, found, thrift.rest()), (Some(()), Some(-3), &[7][..]));
    }

    #[test]
    fn limits_the_nesting_of_structs() {
        let nested = |depth: usize| [vec![0x1c; depth], vec![0; depth + 1]].concat();
        let read = |bytes: &[u8]| ThriftReader::new(bytes).fields(|_, _| Some(false));
        assert_eq!((read(&nested(9)), read(&nested(9_999))), (Some(()), None));
    }
}
