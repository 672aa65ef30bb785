//! Small files that unpack to large data.

use crate::Child;
use parquet::basic::{Compression, Encoding, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, Int64Type};
use parquet::file::properties::{WriterProperties, WriterPropertiesBuilder};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{ColumnPath, Type};
use std::fs::{self, File};
use std::sync::Arc;

#[test]
fn equal_rows_need_little_memory() {
    let read = Bomb::new(builder(), 8_000_000, (&|_| text("a"), &|_| 7)).read();
    assert_eq!(read.lines("ratings "), ["1"], "{}", read.stderr);
}

#[test]
#[ignore = "a minute: .ci/full parquet-mutations"]
fn many_equal_rows_need_little_memory() {
    let read = Bomb::new(builder(), 50_000_000, (&|_| text("a"), &|_| 7)).read();
    assert_eq!(read.lines("ratings "), ["1"], "{}", read.stderr);
    let few_pages = builder().set_data_page_row_count_limit(usize::MAX);
    let refused = Bomb::new(few_pages, 70_000_000, (&|_| text("a"), &|_| 7)).read();
    refused.expect_error("expected to read to the end, found: more rows than the 67108864");
}

#[test]
fn limits_different_ratings_by_the_size_of_the_file() {
    let delta = encoded(Encoding::DELTA_BINARY_PACKED, "item");
    let user = |n: usize| text(&(n / 1000).to_string());
    Bomb::new(delta, 8_000_000, (&user, &|n| (n % 1000) as i64))
        .read()
        .expect_error("expected at most 5242880 different ratings in a Parquet file of");
}

#[test]
fn limits_the_text_of_ids_by_the_size_of_the_file() {
    let plain = builder().set_dictionary_enabled(false);
    let user = |n: usize| text(&format!("{n:01000}"));
    Bomb::new(plain, 400_000, (&user, &|_| 7))
        .read()
        .expect_error("longer ids than a file of this size");
}

#[test]
fn limits_the_size_of_strings_with_shared_prefixes() {
    let prefixes = encoded(Encoding::DELTA_BYTE_ARRAY, "user");
    let long = text(&"a".repeat(100_000));
    Bomb::new(prefixes, 12_000, (&|_| long.clone(), &|_| 7))
        .read()
        .expect_error("a page whose contents contradict its header");
}

#[test]
fn limits_the_unpacked_size_of_a_page() {
    let large = builder().set_dictionary_enabled(false).set_data_page_size_limit(1 << 30);
    let user = |n: usize| text(&format!("{n:050000}"));
    Bomb::new(large.set_write_batch_size(1000), 8000, (&user, &|_| 7))
        .read()
        .expect_error("pages that unpack to 4");
}

/// A Parquet file in a temporary folder.
struct Bomb {
    folder: tempfile::TempDir,
}

impl Bomb {
    /// Writes a file of `rows` ratings; `user` and `item` return the ids for a row number.
    fn new(
        properties: WriterPropertiesBuilder,
        rows: usize,
        (user, item): (&dyn Fn(usize) -> ByteArray, &dyn Fn(usize) -> i64),
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = File::create(folder.path().join("t.parquet")).unwrap();
        let column = |(name, physical)| {
            let field = Type::primitive_type_builder(name, physical)
                .with_repetition(Repetition::REQUIRED)
                .build();
            Arc::new(field.unwrap())
        };
        let columns = [
            ("user", Physical::BYTE_ARRAY),
            ("item", Physical::INT64),
            ("rating", Physical::INT64),
        ];
        let fields = columns.map(column).to_vec();
        let schema = Type::group_type_builder("ratings").with_fields(fields).build().unwrap();
        let properties = Arc::new(properties.build());
        let mut writer = SerializedFileWriter::new(file, Arc::new(schema), properties).unwrap();
        let mut group = writer.next_row_group().unwrap();
        write::<ByteArrayType>(&mut group, rows, user);
        write::<Int64Type>(&mut group, rows, item);
        write::<Int64Type>(&mut group, rows, &|_| 3);
        group.close().unwrap();
        writer.close().unwrap();
        Self { folder }
    }

    /// Reads the file in a child process with little memory.
    fn read(&self) -> Child {
        let path = self.folder.path().join("t.parquet");
        assert!(fs::metadata(&path).unwrap().len() < 4 << 20, "a small file");
        Child::run(path.to_str().unwrap())
    }
}

impl Child {
    #[track_caller]
    fn expect_error(&self, text: &str) {
        let error = self.lines("error t.parquet: ");
        assert!(self.succeeded && self.stderr.is_empty(), "{}", self.stderr);
        assert!(error.len() == 1 && error[0].contains(text), "{error:?} {}", self.stdout);
    }
}

fn builder() -> WriterPropertiesBuilder {
    WriterProperties::builder().set_compression(Compression::ZSTD(Default::default()))
}

fn encoded(encoding: Encoding, column: &str) -> WriterPropertiesBuilder {
    let path = ColumnPath::from(column);
    builder().set_column_dictionary_enabled(path.clone(), false).set_column_encoding(path, encoding)
}

fn text(text: &str) -> ByteArray {
    ByteArray::from(text)
}

fn write<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, File>,
    rows: usize,
    value: &dyn Fn(usize) -> T::T,
) {
    let mut column = group.next_column().unwrap().unwrap();
    for from in (0..rows).step_by(1000) {
        let values: Vec<T::T> = (from..rows.min(from + 1000)).map(value).collect();
        column.typed::<T>().write_batch(&values, None, None).unwrap();
    }
    column.close().unwrap();
}
