//! What the types of columns mean.

use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type};
use parquet::schema::types::ColumnDescriptor;

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Whole,
    Unsigned,
    /// Whole numbers that stand for so many times as little: ten to this power.
    Decimal {
        scale: u32,
    },
    Real,
    /// Real, in two bytes.
    Half,
    Text,
    Uuid,
    /// Days since 1970.
    Date,
    /// So many a second, since 1970.
    Instant {
        per_second: i64,
    },
    /// Days and nanoseconds, as older programs write times.
    Instant96,
    /// Nothing that ratings have.
    Other,
}

pub(super) fn kind(column: &ColumnDescriptor) -> Kind {
    if column.max_rep_level() > 0 {
        return Kind::Other;
    }
    match column.logical_type_ref() {
        Some(logical) => of_logical(logical, column),
        None => of_converted(column),
    }
}

fn of_logical(logical: &LogicalType, column: &ColumnDescriptor) -> Kind {
    match logical {
        LogicalType::Integer(integer) if integer.is_signed => Kind::Whole,
        LogicalType::Integer(_) => Kind::Unsigned,
        LogicalType::Decimal(_) => decimal(column),
        LogicalType::String | LogicalType::Enum | LogicalType::Json => Kind::Text,
        LogicalType::Uuid => Kind::Uuid,
        LogicalType::Float16 => Kind::Half,
        LogicalType::Date => Kind::Date,
        LogicalType::Timestamp(time) => Kind::Instant {
            per_second: match time.unit {
                TimeUnit::MILLIS => 1_000,
                TimeUnit::MICROS => 1_000_000,
                TimeUnit::NANOS => 1_000_000_000,
            },
        },
        _ => Kind::Other,
    }
}

/// What files say that are older than logical types.
fn of_converted(column: &ColumnDescriptor) -> Kind {
    match column.converted_type() {
        ConvertedType::NONE => of_physical(column.physical_type()),
        ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON => Kind::Text,
        ConvertedType::DECIMAL => decimal(column),
        ConvertedType::DATE => Kind::Date,
        ConvertedType::TIMESTAMP_MILLIS => Kind::Instant { per_second: 1_000 },
        ConvertedType::TIMESTAMP_MICROS => Kind::Instant { per_second: 1_000_000 },
        ConvertedType::UINT_8
        | ConvertedType::UINT_16
        | ConvertedType::UINT_32
        | ConvertedType::UINT_64 => Kind::Unsigned,
        ConvertedType::INT_8
        | ConvertedType::INT_16
        | ConvertedType::INT_32
        | ConvertedType::INT_64 => Kind::Whole,
        _ => Kind::Other,
    }
}

fn of_physical(physical: Type) -> Kind {
    match physical {
        Type::INT32 | Type::INT64 => Kind::Whole,
        Type::FLOAT | Type::DOUBLE => Kind::Real,
        Type::BYTE_ARRAY => Kind::Text,
        Type::INT96 => Kind::Instant96,
        Type::BOOLEAN | Type::FIXED_LEN_BYTE_ARRAY => Kind::Other,
    }
}

fn decimal(column: &ColumnDescriptor) -> Kind {
    u32::try_from(column.type_scale()).map_or(Kind::Other, |scale| Kind::Decimal { scale })
}

/// What a column holds, for errors.
pub(super) fn describe(column: &ColumnDescriptor) -> String {
    let of_kind = match kind(column) {
        Kind::Whole | Kind::Unsigned => "whole numbers",
        Kind::Real | Kind::Half => "real numbers",
        Kind::Text => "text",
        Kind::Uuid => "UUIDs",
        Kind::Date => "dates",
        Kind::Instant { .. } | Kind::Instant96 => "times",
        Kind::Decimal { scale } => {
            return format!(
                "decimals ({} digits, {scale} of them behind the point)",
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
    of_kind.to_owned()
}
