//! Classifies the types of Parquet columns.

use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type};
use parquet::schema::types::ColumnDescriptor;

/// The kind of the values of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Integer,
    Unsigned,
    /// Integers, to be divided by ten to the power of `scale`.
    Decimal {
        scale: u32,
    },
    Float,
    /// Half precision, in two bytes.
    Float16,
    Text,
    Uuid,
    /// Days since 1970.
    Date,
    /// Ticks since 1970.
    Timestamp {
        per_second: i64,
    },
    /// Days and nanoseconds in 96 bits, as written by older programs.
    Int96Timestamp,
    /// A type that is not used for ratings.
    Other,
}

pub(super) fn kind(column: &ColumnDescriptor) -> Kind {
    if column.max_rep_level() > 0 {
        return Kind::Other;
    }
    match column.logical_type_ref() {
        Some(logical) => from_logical(logical, column),
        None => from_converted(column),
    }
}

fn from_logical(logical: &LogicalType, column: &ColumnDescriptor) -> Kind {
    match logical {
        LogicalType::Integer(integer) if integer.is_signed => Kind::Integer,
        LogicalType::Integer(_) => Kind::Unsigned,
        LogicalType::Decimal(_) => decimal(column),
        LogicalType::String | LogicalType::Enum | LogicalType::Json => Kind::Text,
        LogicalType::Uuid => Kind::Uuid,
        LogicalType::Float16 => Kind::Float16,
        LogicalType::Date => Kind::Date,
        LogicalType::Timestamp(time) => Kind::Timestamp {
            per_second: match time.unit {
                TimeUnit::MILLIS => 1_000,
                TimeUnit::MICROS => 1_000_000,
                TimeUnit::NANOS => 1_000_000_000,
            },
        },
        _ => Kind::Other,
    }
}

/// Classifies a column of a file that is older than logical types.
fn from_converted(column: &ColumnDescriptor) -> Kind {
    match column.converted_type() {
        ConvertedType::NONE => from_physical(column.physical_type()),
        ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON => Kind::Text,
        ConvertedType::DECIMAL => decimal(column),
        ConvertedType::DATE => Kind::Date,
        ConvertedType::TIMESTAMP_MILLIS => Kind::Timestamp { per_second: 1_000 },
        ConvertedType::TIMESTAMP_MICROS => Kind::Timestamp { per_second: 1_000_000 },
        ConvertedType::UINT_8
        | ConvertedType::UINT_16
        | ConvertedType::UINT_32
        | ConvertedType::UINT_64 => Kind::Unsigned,
        ConvertedType::INT_8
        | ConvertedType::INT_16
        | ConvertedType::INT_32
        | ConvertedType::INT_64 => Kind::Integer,
        _ => Kind::Other,
    }
}

fn from_physical(physical: Type) -> Kind {
    match physical {
        Type::INT32 | Type::INT64 => Kind::Integer,
        Type::FLOAT | Type::DOUBLE => Kind::Float,
        Type::BYTE_ARRAY => Kind::Text,
        Type::INT96 => Kind::Int96Timestamp,
        Type::BOOLEAN | Type::FIXED_LEN_BYTE_ARRAY => Kind::Other,
    }
}

fn decimal(column: &ColumnDescriptor) -> Kind {
    u32::try_from(column.type_scale()).map_or(Kind::Other, |scale| Kind::Decimal { scale })
}

/// Describes the contents of a column for error messages.
pub(super) fn describe(column: &ColumnDescriptor) -> String {
    let description = match kind(column) {
        Kind::Integer | Kind::Unsigned => "whole numbers",
        Kind::Float | Kind::Float16 => "real numbers",
        Kind::Text => "text",
        Kind::Uuid => "UUIDs",
        Kind::Date => "dates",
        Kind::Timestamp { .. } | Kind::Int96Timestamp => "times",
        Kind::Decimal { scale } => {
            return format!(
                "decimals ({} digits, {scale} of them after the point)",
                column.type_precision()
            );
        }
        Kind::Other if column.max_rep_level() > 0 => "lists",
        Kind::Other => {
            return match column.logical_type_ref() {
                Some(logical) => format!("{logical:?}"),
                None => column.physical_type().to_string(),
            };
        }
    };
    description.to_owned()
}
