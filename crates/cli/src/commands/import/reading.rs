//! Options of reading a source.

use crate::args::ImplicitChoice;
use anyhow::Result;
use clap::Args;
use likemind::RatingScale;
use likemind_data::{
    BadRows, ColumnChoice, DataError, Delimiter, Encoding, Implicit, Layout, Matrix, ReadOptions,
    Source,
};
use std::path::PathBuf;

#[derive(Args)]
pub(super) struct Reading {
    /// A folder, a .zip, a file (plain or .gz), or - for standard input
    pub(super) source: Source,
    /// Layout: auto, ml-100k, ml-1m, ml-latest, lastfm-2k, netflix, csv, jsonl, parquet
    #[arg(long, default_value = "auto", value_name = "LAYOUT", value_parser = layout_choice)]
    dataset: LayoutChoice,
    /// The file with the ratings in a folder or archive, such as u1.base
    #[arg(long, value_name = "NAME")]
    part: Option<String>,
    #[command(flatten)]
    columns: Columns,
    #[command(flatten)]
    text: Text,
    /// File with titles of items, and optionally years and genres
    #[arg(long, value_name = "FILE")]
    items: Option<PathBuf>,
    /// Rating scale as MIN:MAX:STEP, MIN:MAX for any value, or MIN:MAX:count [default: detected]
    #[arg(long, allow_hyphen_values = true)]
    scale: Option<RatingScale>,
    /// Skips invalid rows and reports their number
    #[arg(long)]
    skip_bad_rows: bool,
}

/// A layout, or `auto`.
#[derive(Clone, Copy)]
struct LayoutChoice(Option<Layout>);

fn layout_choice(text: &str) -> Result<LayoutChoice, DataError> {
    Ok(LayoutChoice(if text == "auto" { None } else { Some(text.parse()?) }))
}

#[derive(Args)]
struct Columns {
    /// Columns of a file without a header, such as user,item,rating,timestamp; - skips one
    #[arg(long, conflicts_with_all = ["user_column", "item_column", "rating_column", "timestamp_column"])]
    columns: Option<ColumnChoice>,
    /// Name of the user column
    #[arg(long, value_name = "NAME")]
    user_column: Option<String>,
    /// Name of the item column
    #[arg(long, value_name = "NAME")]
    item_column: Option<String>,
    /// Name of the rating column
    #[arg(long, value_name = "NAME")]
    rating_column: Option<String>,
    /// Name of the timestamp column; - for no timestamps
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    timestamp_column: Option<String>,
    /// For rows without ratings, such as purchases or views: counts them, or uses 1 for any number
    #[arg(long, value_enum, value_name = "HOW", num_args = 0..=1, require_equals = true,
        default_missing_value = "count", conflicts_with_all = ["rating_column", "wide"])]
    implicit: Option<ImplicitChoice>,
}

impl From<Columns> for ColumnChoice {
    fn from(columns: Columns) -> Self {
        columns.columns.unwrap_or(Self::Named {
            user: columns.user_column,
            item: columns.item_column,
            rating: columns.rating_column,
            timestamp: columns.timestamp_column,
        })
    }
}

#[derive(Args)]
struct Text {
    /// Delimiter: one character, ::, TAB, COMMA, SEMICOLON, PIPE, SPACE or BLANKS
    /// [default: detected]
    #[arg(long, allow_hyphen_values = true)]
    delimiter: Option<Delimiter>,
    /// Character encoding, such as latin1 or utf-16le [default: UTF-8]
    #[arg(long)]
    encoding: Option<Encoding>,
    /// For a matrix with one row per user and one column per item; the value is the meaning of the first
    /// column: user, item, rating, or - to skip it
    #[arg(long, value_name = "FIRST", num_args = 0..=1, require_equals = true,
        default_missing_value = "user", conflicts_with_all = ["columns", "user_column"])]
    wide: Option<Matrix>,
    /// Value that means "no rating", such as 99 or NA
    #[arg(long, value_name = "VALUE", allow_hyphen_values = true)]
    missing: Option<String>,
}

impl Reading {
    /// The source and the options of reading it. `limit` is the scale of the database, if it is a limit.
    pub(super) fn options(self, limit: Option<RatingScale>) -> (Source, ReadOptions) {
        let options = ReadOptions::default()
            .with_layout(self.dataset.0)
            .with_part(self.part)
            .with_implicit(self.columns.implicit.map(Implicit::from))
            .with_columns(self.columns.into())
            .with_delimiter(self.text.delimiter)
            .with_encoding(self.text.encoding)
            .with_matrix(self.text.wide)
            .with_missing(self.text.missing)
            .with_items(self.items)
            .with_scale(self.scale)
            .with_limit(limit)
            .with_bad_rows(if self.skip_bad_rows { BadRows::Skip } else { BadRows::Reject });
        (self.source, options)
    }
}
