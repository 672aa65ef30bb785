//! Results as records, whose fields are formatted for people or for programs.

use crate::text::{grouped, printable};
use serde::Serialize;
use std::borrow::Cow;

/// A record of results. JSON output is its serialisation; CSV and tables have its columns.
pub(crate) trait Record: Serialize + Sync + Sized {
    /// The columns, in order.
    fn columns() -> Vec<RecordColumn<Self>>;
}

/// A column of a table of records.
pub(crate) struct RecordColumn<R> {
    /// The name, as in JSON.
    pub(crate) name: &'static str,
    /// Returns the field of a record in this column.
    pub(crate) field: fn(&R) -> Field<'_>,
}

/// Constructs a column.
pub(crate) fn column<R>(name: &'static str, field: fn(&R) -> Field<'_>) -> RecordColumn<R> {
    RecordColumn { name, field }
}

/// A field of a record.
pub(crate) enum Field<'a> {
    Text(Cow<'a, str>),
    Count(u64),
    Real(Option<f64>),
    /// In tables only shown where it holds.
    Flag(Option<bool>),
    /// Abbreviated in tables.
    Digest(&'a str),
}

impl<'a> Field<'a> {
    pub(crate) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into())
    }

    /// An optional text, empty for `None`.
    pub(crate) fn optional_text(text: Option<impl Into<Cow<'a, str>>>) -> Self {
        text.map_or(Self::Text("".into()), Self::text)
    }

    /// A number that most records do not have, empty for `None`.
    pub(crate) fn optional_real(real: Option<f64>) -> Self {
        real.map_or(Self::Text("".into()), |real| Self::Real(Some(real)))
    }

    /// Formats the field for programs: in full precision and unescaped.
    pub(crate) fn csv(self) -> Cow<'a, str> {
        match self {
            Self::Text(text) => text,
            Self::Digest(text) => text.into(),
            Self::Count(count) => count.to_string().into(),
            Self::Real(Some(real)) => real.to_string().into(),
            Self::Flag(Some(flag)) => flag.to_string().into(),
            Self::Real(None) | Self::Flag(None) => "".into(),
        }
    }

    /// Formats the field for people: rounded, with control characters escaped.
    pub(crate) fn table(&self) -> String {
        match self {
            Self::Text(text) => printable(text),
            Self::Digest(text) => text.chars().take(12).collect(),
            Self::Count(count) => grouped(*count),
            Self::Real(Some(real)) => format!("{real:.4}"),
            Self::Real(None) => "–".to_owned(),
            Self::Flag(Some(true)) => "yes".to_owned(),
            Self::Flag(_) => String::new(),
        }
    }
}
