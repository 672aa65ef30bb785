//! Reads JSON Lines: one object per line, of which only a few members are used.

use super::collect::{Collector, Row};
use super::columns::{self, ColumnIndices};
use super::missing::MissingMarker;
use super::rows::quoted;
use super::unpack::broken;
use super::{numbers, times};
use crate::error::{DataError, RowFault};
use crate::options::ReadOptions;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use std::borrow::Cow;
use std::fmt;
use std::io::{BufRead, Read};

/// Maximum number of bytes of a line. It is large because objects may contain the text of reviews.
const MAX_LINE_BYTES: usize = 16 << 20;

/// The names of the members.
pub(super) struct JsonFormat {
    user: String,
    item: String,
    rating: Option<String>,
    timestamp: Option<String>,
}

/// Whether the first line starts an object.
pub(super) fn is_object(start: &[u8]) -> bool {
    start.trim_ascii_start().first() == Some(&b'{')
}

/// Whether the text is a JSON array.
pub(super) fn is_array(start: &[u8]) -> bool {
    let text = start.trim_ascii_start();
    text.first() == Some(&b'[') && matches!(text[1..].trim_ascii_start().first(), Some(b'{' | b'['))
}

pub(super) fn array_error(file: &str) -> DataError {
    DataError::Broken {
        file: file.to_owned(),
        reason:
            "a JSON array instead of JSON Lines, which have one object per line (`jq -c '.[]'` \
                 converts it)"
                .to_owned(),
    }
}

/// Finds the required members by their names in the first objects.
pub(super) fn format(
    start: &[u8],
    file: &str,
    options: &ReadOptions,
) -> Result<JsonFormat, DataError> {
    let mut names: Vec<String> = Vec::new();
    let mut dates_are_times = true;
    let (mut line, mut fault) = (0, None);
    for text in start.split(|&byte| byte == b'\n') {
        line += 1;
        match serde_json::from_slice::<serde_json::Map<String, Value>>(text) {
            Ok(object) => {
                if let Some(Value::String(date)) = object.get("date") {
                    dates_are_times &= times::parse(date).is_some();
                }
                names.extend(object.into_iter().map(|(name, _)| name));
                names.sort();
                names.dedup();
            }
            // The last line may be truncated, because only the start of the text is read here.
            Err(error) if fault.is_none() && !text.trim_ascii().is_empty() => {
                fault = Some(not_an_object(&error, text).at(file, line));
            }
            Err(_) => {}
        }
    }
    if let (true, Some(fault)) = (names.is_empty(), fault) {
        return Err(DataError::BadRow(fault));
    }
    let ColumnIndices { user, item, rating, timestamp } = columns::by_name(&names, options, file)?;
    let name = |index: usize| names[index].clone();
    let timestamp = timestamp.map(name).filter(|name| name != "date" || dates_are_times);
    Ok(JsonFormat { user: name(user), item: name(item), rating: rating.map(name), timestamp })
}

fn not_an_object(error: &serde_json::Error, text: &[u8]) -> RowFault {
    let column = error.column();
    let near = &text[column.saturating_sub(10).min(text.len())..];
    RowFault::new("a JSON object", format!("{} (column {column})", quoted(near)))
}

/// Reads all lines into the collector.
pub(super) fn read(
    mut reader: impl BufRead,
    format: &JsonFormat,
    collector: &mut Collector<'_>,
) -> Result<(), DataError> {
    let file = collector.file().to_owned();
    let mut text = Vec::new();
    for line in 1.. {
        text.clear();
        let mut limited = reader.by_ref().take(MAX_LINE_BYTES as u64 + 1);
        let length = limited.read_until(b'\n', &mut text).map_err(|error| broken(&file, &error))?;
        if length == 0 {
            break;
        }
        if length > MAX_LINE_BYTES {
            let expected = format!("a line of at most {MAX_LINE_BYTES} bytes");
            collector.bad_row(RowFault::new(expected, "a longer one").at(&file, line))?;
            if text.last() != Some(&b'\n') {
                reader.skip_until(b'\n').map_err(|error| broken(&file, &error))?;
            }
            continue;
        }
        if text.trim_ascii().is_empty() {
            continue;
        }
        match members(&text, format) {
            Ok(members) => {
                let row = members.row(format, collector.missing());
                collector.push(line, row)?;
            }
            Err(fault) => collector.bad_row(fault.at(&file, line))?,
        }
    }
    Ok(())
}

/// The used members of an object.
#[derive(Default)]
struct Members {
    user: Value,
    item: Value,
    rating: Value,
    timestamp: Value,
}

fn members(text: &[u8], format: &JsonFormat) -> Result<Members, RowFault> {
    let mut object = serde_json::Deserializer::from_slice(text);
    let members = object.deserialize_map(MemberVisitor(format));
    let ended = members.and_then(|members| object.end().map(|()| members));
    ended.map_err(|error| not_an_object(&error, text.trim_ascii_end()))
}

/// Reads the used members of an object and skips the others.
struct MemberVisitor<'f>(&'f JsonFormat);

impl<'de> Visitor<'de> for MemberVisitor<'_> {
    type Value = Members;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = Members::default();
        while let Some(name) = map.next_key::<Cow<'de, str>>()? {
            let Self(format) = self;
            let slot = if name == format.user.as_str() {
                &mut members.user
            } else if name == format.item.as_str() {
                &mut members.item
            } else if format.rating.as_deref() == Some(&*name) {
                &mut members.rating
            } else if format.timestamp.as_deref() == Some(&*name) {
                &mut members.timestamp
            } else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            *slot = map.next_value()?;
        }
        members.user = number_as_text(members.user);
        members.item = number_as_text(members.item);
        Ok(members)
    }
}

impl Members {
    fn row(
        &self,
        format: &JsonFormat,
        missing: Option<&MissingMarker>,
    ) -> Result<Row<'_>, RowFault> {
        Ok(Row {
            user: id(&self.user, &format.user)?,
            item: id(&self.item, &format.item)?,
            rating: match &format.rating {
                Some(name) => rating(&self.rating, name, missing)?,
                None => Some(1.0),
            },
            timestamp: match &format.timestamp {
                Some(name) => time(&self.timestamp, name)?,
                None => None,
            },
        })
    }
}

/// Returns the text of an id, whose integers have been converted to text.
fn id<'v>(value: &'v Value, name: &str) -> Result<&'v str, RowFault> {
    match value {
        Value::String(text) => Ok(text),
        other => Err(wrong_value(name, "text or an integer", other)),
    }
}

/// Converts an integer to text, so that an id can be borrowed as text.
fn number_as_text(value: Value) -> Value {
    match value {
        Value::Number(number) if !number.is_f64() => Value::String(number.to_string()),
        other => other,
    }
}

fn rating(
    value: &Value,
    name: &str,
    missing: Option<&MissingMarker>,
) -> Result<Option<f64>, RowFault> {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) if missing.is_some_and(|missing| missing.matches(text.as_bytes())) => {
            return Ok(None);
        }
        Value::Null if missing.is_some_and(|missing| missing.matches(b"null")) => return Ok(None),
        Value::String(text) => numbers::parse(text.trim()),
        _ => None,
    };
    number.map(Some).ok_or_else(|| wrong_value(name, "a number as the rating", value))
}

fn time(value: &Value, name: &str) -> Result<Option<i64>, RowFault> {
    let seconds = match value {
        Value::Null => return Ok(None),
        Value::Number(number) => times::parse(&number.to_string()),
        Value::String(text) if text.trim().is_empty() => return Ok(None),
        Value::String(text) => times::parse(text.trim()),
        _ => None,
    };
    seconds.map(Some).ok_or_else(|| wrong_value(name, super::rows::TIME, value))
}

fn wrong_value(name: &str, expected: &str, found: &Value) -> RowFault {
    let found = match found {
        Value::Null => "nothing".to_owned(),
        Value::String(text) => quoted(text.as_bytes()),
        other => quoted(other.to_string().as_bytes()),
    };
    RowFault::new(format!("{expected} in {name:?}"), found)
}
