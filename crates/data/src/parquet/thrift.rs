//! The compact protocol of Thrift, as far as it takes to look at metadata before it is trusted.

/// How deep structs and lists may lie in each other.
const MAX_DEPTH: u32 = 32;

/// Types of fields, as they are encoded.
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

/// What is left of a struct. Every method returns `None` where the bytes break off or are none.
pub(super) struct Thrift<'b> {
    bytes: &'b [u8],
}

/// The head of a field: its number in the struct and its type.
pub(super) struct Field {
    pub(super) id: i64,
    pub(super) kind: u8,
}

impl<'b> Thrift<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Self { bytes }
    }

    /// What comes after all that was read.
    pub(super) fn rest(&self) -> &'b [u8] {
        self.bytes
    }

    /// Reads a struct to its end. `field` reads the value of a field and returns true, or leaves it and
    /// returns false.
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

    /// The head of a list: how many elements come, and of which type.
    pub(super) fn list(&mut self) -> Option<(u64, u8)> {
        let head = self.byte()?;
        let count = match head >> 4 {
            15 => varint(&mut self.bytes)?,
            count => u64::from(count),
        };
        Some((count, head & 0x0f))
    }

    /// A whole number of any width but a byte.
    pub(super) fn integer(&mut self) -> Option<i64> {
        let folded = varint(&mut self.bytes)?;
        Some((folded >> 1).cast_signed() ^ -(folded & 1).cast_signed())
    }

    fn byte(&mut self) -> Option<u8> {
        self.bytes.split_off_first().copied()
    }

    fn pass(&mut self, count: u64) -> Option<()> {
        self.bytes = self.bytes.get(usize::try_from(count).ok()?..)?;
        Some(())
    }

    /// Passes over a field's value.
    fn skip(&mut self, kind: u8, depth: u32) -> Option<()> {
        match kind {
            TRUE | FALSE => Some(()),
            _ => self.skip_element(kind, depth),
        }
    }

    /// Passes over a value, of which also booleans take a byte: one of a list.
    fn skip_element(&mut self, kind: u8, depth: u32) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        match kind {
            TRUE | FALSE | BYTE => self.pass(1),
            4..=6 => varint(&mut self.bytes).map(drop),
            DOUBLE => self.pass(8),
            UUID => self.pass(16),
            BINARY => {
                let length = varint(&mut self.bytes)?;
                self.pass(length)
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

/// A number in groups of seven bits, the lowest first.
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
    fn numbers_of_any_length_are_read() {
        let mut bytes = &[0xff, 0xff, 0x03, 9][..];
        assert_eq!(varint(&mut bytes), Some(0xffff));
        assert_eq!(bytes, [9]);
        assert_eq!(varint(&mut &[0xff; 11][..]), None);
        assert_eq!(varint(&mut &b""[..]), None);
    }

    #[test]
    fn what_is_not_asked_for_is_passed_over() {
        // 1: true, 2: list of two texts, 3: a struct with a number, 4: the number -3; then more.
        let bytes = [0x11, 0x19, 0x28, 1, b'a', 0, 0x1c, 0x15, 4, 0, 0x15, 5, 0, 7];
        let (mut thrift, mut found) = (Thrift::new(&bytes), None);
        let read = thrift.fields(|thrift, field| {
            if field.id == 4 {
                found = thrift.integer();
            }
            Some(field.id == 4)
        });
        assert_eq!((read, found, thrift.rest()), (Some(()), Some(-3), &[7][..]));
    }

    #[test]
    fn structs_lie_in_each_other_only_so_deep() {
        let nested = |depth: usize| [vec![0x1c; depth], vec![0; depth + 1]].concat();
        let read = |bytes: &[u8]| Thrift::new(bytes).fields(|_, _| Some(false));
        assert_eq!((read(&nested(9)), read(&nested(9_999))), (Some(()), None));
    }
}
