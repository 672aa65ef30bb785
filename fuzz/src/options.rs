//! What people write on a command line.

use likemind::{Centre, Dialect, Measure, RatingScale, Side, Weighting};
use likemind_data::{ColumnChoice, Delimiter, Encoding, Layout, Matrix, TableFormat};
use std::fmt::{Debug, Display};
use std::str::FromStr;

/// Parses a text as each option; what has a text of its own comes back from it.
pub fn parse(text: &str) {
    comes_back::<Centre>(text);
    comes_back::<Dialect>(text);
    comes_back::<Layout>(text);
    comes_back::<Measure>(text);
    comes_back::<RatingScale>(text);
    comes_back::<Side>(text);
    comes_back::<Weighting>(text);
    let _ = text.parse::<ColumnChoice>();
    let _ = text.parse::<Delimiter>();
    let _ = text.parse::<Encoding>();
    let _ = text.parse::<Matrix>();
    let _ = text.parse::<TableFormat>();
}

fn comes_back<T: FromStr<Err: Debug> + Display + Debug + PartialEq>(text: &str) {
    if let Ok(parsed) = text.parse::<T>() {
        let written = parsed.to_string();
        assert_eq!(written.parse::<T>().expect("its own text"), parsed, "{written}");
    }
}
