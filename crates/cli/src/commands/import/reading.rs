//! What is to be read, and how.

use anyhow::Result;
use clap::{Args, ValueEnum};
use likemind::RatingScale;
use likemind_data::{
    BadRows, ColumnChoice, DataError, Delimiter, Encoding, Implicit, Layout, Matrix, ReadOptions,
    Source,
};
use std::path::PathBuf;

#[derive(Args)]
pub(super) struct Reading {
    /// A folder, a .zip, a file (also .gz), or - for standard input (also a .zip)
    pub(super) source: Source,
    /// The layout: auto, ml-100k, ml-1m, ml-latest, lastfm-2k, netflix, csv, jsonl, parquet
    #[arg(long, default_value = "auto", value_name = "LAYOUT", value_parser = layout_choice)]
    dataset: LayoutChoice,
    /// The file of a folder or archive that holds the ratings, such as u1.base
    #[arg(long, value_name = "NAME")]
    part: Option<String>,
    #[command(flatten)]
    columns: Columns,
    #[command(flatten)]
    text: Text,
    /// A file of the items' titles, and their years and genres if it has them
    #[arg(long, value_name = "FILE")]
    items: Option<PathBuf>,
    /// The rating scale as MIN:MAX:STEP, or MIN:MAX for any value [default: found]
    #[arg(long, allow_hyphen_values = true)]
    scale: Option<RatingScale>,
    /// Leaves out rows that cannot be used, and says how many
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
    /// The columns of a file without a header, such as user,item,rating,timestamp; - passes one over
    #[arg(long, conflicts_with_all = ["user_column", "item_column", "rating_column", "timestamp_column"])]
    columns: Option<ColumnChoice>,
    /// The name of the user column
    #[arg(long, value_name = "NAME")]
    user_column: Option<String>,
    /// The name of the item column
    #[arg(long, value_name = "NAME")]
    item_column: Option<String>,
    /// The name of the rating column
    #[arg(long, value_name = "NAME")]
    rating_column: Option<String>,
    /// The name of the timestamp column; - takes none
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    timestamp_column: Option<String>,
    /// For rows without ratings, such as purchases or views: counts them, or takes 1 for any number
    #[arg(long, value_enum, value_name = "HOW", num_args = 0..=1, require_equals = true,
        default_missing_value = "count", conflicts_with_all = ["rating_column", "wide"])]
    implicit: Option<ImplicitChoice>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ImplicitChoice {
    /// A rating is how many rows there are of the user and the item
    Count,
    /// A rating is 1, however many there are
    Once,
}

impl From<ImplicitChoice> for Implicit {
    fn from(choice: ImplicitChoice) -> Self {
        match choice {
            ImplicitChoice::Count => Self::Count,
            ImplicitChoice::Once => Self::Once,
        }
    }
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
    /// What stands between fields: one character, ::, TAB, COMMA, SEMICOLON, PIPE, SPACE or BLANKS
    /// [default: found]
    #[arg(long, allow_hyphen_values = true)]
    delimiter: Option<Delimiter>,
    /// How the text is encoded, such as latin1 or utf-16le [default: UTF-8]
    #[arg(long)]
    encoding: Option<Encoding>,
    /// For a matrix with a row for each user and a column for each item; says what the first column
    /// holds: user, item, rating, or - to pass it over
    #[arg(long, value_name = "FIRST", num_args = 0..=1, require_equals = true,
        default_missing_value = "user", conflicts_with_all = ["columns", "user_column"])]
    wide: Option<Matrix>,
    /// What stands where there is no rating, such as 99 or NA
    #[arg(long, value_name = "VALUE", allow_hyphen_values = true)]
    missing: Option<String>,
}

impl Reading {
    /// How to read for a database whose scale, if it was chosen, is `limit`.
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
            .with_bad_rows(if self.skip_bad_rows { BadRows::Skip } else { BadRows::Refuse });
        (self.source, options)
    }
}
