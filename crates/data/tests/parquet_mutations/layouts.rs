//! Parquet files with every supported codec, page version and encoding.

use super::written::written_by_us;
use likemind_data::{ColumnChoice, ReadOptions};
use parquet::basic::{Compression, Encoding, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::file::properties::{WriterProperties, WriterPropertiesBuilder, WriterVersion};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{ColumnPath, Type};
use std::fs;
use std::ops::Range;
use std::sync::Arc;

/// A file, and the options for reading it.
pub(crate) struct Layout {
    pub name: &'static str,
    pub bytes: Vec<u8>,
    pub options: ReadOptions,
    /// Offsets of the first page headers of column chunks.
    pub headers: Vec<usize>,
    /// The range of the metadata.
    pub footer: Range<usize>,
}

impl Layout {
    fn new(name: &'static str, bytes: Vec<u8>, columns: Option<[&str; 4]>) -> Self {
        let columns = columns.map_or_else(ColumnChoice::default, |columns| {
            let [user, item, rating, timestamp] = columns.map(|name| Some(name.to_owned()));
            ColumnChoice::Named { user, item, rating, timestamp }
        });
        let (tail, magic) = (bytes.len() - 8, bytes.len() - 4);
        let length = u32::from_le_bytes(bytes[tail..magic].try_into().unwrap());
        let footer = tail - length as usize..bytes.len();
        let reader = SerializedFileReader::new(bytes::Bytes::from(bytes.clone())).unwrap();
        let columns_of =
            |group: &parquet::file::metadata::RowGroupMetaData| group.columns().to_vec();
        let chunks = reader.metadata().row_groups().iter().flat_map(columns_of);
        let starts = chunks.flat_map(|chunk| {
            [Some(chunk.data_page_offset()), chunk.dictionary_page_offset()].into_iter().flatten()
        });
        let headers = starts.map(|start| usize::try_from(start).unwrap()).collect();
        Self { name, bytes, options: ReadOptions::default().with_columns(columns), headers, footer }
    }
}

/// Returns all layouts.
pub(crate) fn all() -> Vec<Layout> {
    let encoded = || {
        let path = |name: &str| ColumnPath::from(name);
        builder()
            .set_dictionary_enabled(false)
            .set_column_encoding(path("item"), Encoding::DELTA_BINARY_PACKED)
            .set_column_encoding(path("rating"), Encoding::BYTE_STREAM_SPLIT)
            .set_column_encoding(path("timestamp"), Encoding::DELTA_BINARY_PACKED)
    };
    let texts = |encoding| encoded().set_column_encoding(ColumnPath::from("user"), encoding);
    let second = WriterVersion::PARQUET_2_0;
    let generated = |name, properties| Layout::new(name, file(properties, 300), None);
    let fixture = |name, columns| {
        let path = format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
        Layout::new(name, fs::read(path).unwrap(), Some(columns))
    };
    let with = |codec| builder().set_compression(codec);
    vec![
        Layout::new("our own", written_by_us(), None),
        generated("dictionaries", builder()),
        generated("plain", builder().set_dictionary_enabled(false)),
        generated("snappy", with(Compression::SNAPPY)),
        generated("gzip", with(Compression::GZIP(Default::default()))),
        generated("brotli", with(Compression::BROTLI(Default::default()))),
        generated("lz4", with(Compression::LZ4)),
        generated("raw lz4", with(Compression::LZ4_RAW)),
        generated("zstd", with(Compression::ZSTD(Default::default()))),
        generated("second version", with(Compression::SNAPPY).set_writer_version(second)),
        generated("prefixes", texts(Encoding::DELTA_BYTE_ARRAY)),
        generated("lengths", texts(Encoding::DELTA_LENGTH_BYTE_ARRAY)),
        generated("second prefixes", texts(Encoding::DELTA_BYTE_ARRAY).set_writer_version(second)),
        fixture("delta.parquet", ["user", "item", "rating", "-"]),
        fixture("int96.parquet", ["id_string", "rating_int8", "rating_double", "time_us"]),
        fixture("types.parquet", ["id_dictionary", "id_int16", "rating_float16", "time_text"]),
        fixture("types.parquet", ["id_decimal", "id_uint64", "rating_decimal128", "time_date32"]),
    ]
}

/// Pages of 64 rows.
fn builder() -> WriterPropertiesBuilder {
    WriterProperties::builder().set_data_page_row_count_limit(64).set_write_batch_size(64)
}

/// Writes a file of `rows` ratings in groups of 200. One rating in three has no time.
pub(crate) fn file(properties: WriterPropertiesBuilder, rows: usize) -> Vec<u8> {
    let column = |name, physical, logical, repetition| {
        let field = Type::primitive_type_builder(name, physical)
            .with_logical_type(logical)
            .with_repetition(repetition);
        Arc::new(field.build().unwrap())
    };
    let (required, optional) = (Repetition::REQUIRED, Repetition::OPTIONAL);
    let fields = vec![
        column("user", Physical::BYTE_ARRAY, Some(LogicalType::String), required),
        column("item", Physical::INT64, None, required),
        column("rating", Physical::DOUBLE, None, optional),
        column("timestamp", Physical::INT64, None, optional),
    ];
    let schema = Type::group_type_builder("ratings").with_fields(fields).build().unwrap();
    let mut bytes = Vec::new();
    let properties = Arc::new(properties.build());
    let mut writer = SerializedFileWriter::new(&mut bytes, Arc::new(schema), properties).unwrap();
    for from in (0..rows).step_by(200) {
        let part = from..rows.min(from + 200);
        let mut group = writer.next_row_group().unwrap();
        let mut next = |write: &mut dyn FnMut(&mut parquet::column::writer::ColumnWriter<'_>)| {
            let mut column = group.next_column().unwrap().unwrap();
            write(column.untyped());
            column.close().unwrap();
        };
        let users: Vec<ByteArray> =
            part.clone().map(|n| ByteArray::from(&*format!("person {}", n % 17))).collect();
        let items: Vec<i64> = part.clone().map(|n| (n * n % 1009) as i64).collect();
        let ratings: Vec<f64> = part.clone().map(|n| (n % 10) as f64 / 2.0).collect();
        let levels: Vec<i16> = part.clone().map(|n| i16::from(n % 3 > 0)).collect();
        let times: Vec<i64> =
            part.clone().filter(|n| n % 3 > 0).map(|n| 1_000_000_000 + n as i64).collect();
        let all = vec![1; part.len()];
        use parquet::column::writer::get_typed_column_writer_mut as typed;
        next(&mut |out| {
            typed::<ByteArrayType>(out).write_batch(&users, None, None).unwrap();
        });
        next(&mut |out| {
            typed::<Int64Type>(out).write_batch(&items, None, None).unwrap();
        });
        next(&mut |out| {
            typed::<DoubleType>(out).write_batch(&ratings, Some(&all), None).unwrap();
        });
        next(&mut |out| {
            typed::<Int64Type>(out).write_batch(&times, Some(&levels), None).unwrap();
        });
        group.close().unwrap();
    }
    writer.close().unwrap();
    bytes
}
