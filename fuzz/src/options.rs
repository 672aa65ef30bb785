//! Fuzzing of command-line option values.

use likemind::{Centre, Dialect, Measure, RatingScale, Side, Weighting};
use likemind_data::{ColumnChoice, Delimiter, Encoding, Layout, Matrix, TableFormat};
use std::fmt::{Debug, Display};
use std::str::FromStr;

/// Parses a text as each option type. Types that implement [`Display`] must survive a round trip.
pub fn parse(text: &str) {
    check_round_trip::<Centre>(text);
    check_round_trip::<Dialect>(text);
    check_round_trip::<Layout>(text);
    check_round_trip::<Measure>(text);
    check_round_trip::<RatingScale>(text);
    check_round_trip::<Side>(text);
    check_round_trip::<Weighting>(text);
    let _ = text.parse::<ColumnChoice>();
    let _ = text.parse::<Delimiter>();
    let _ = text.parse::<Encoding>();
    let _ = text.parse::<Matrix>();
    let _ = text.parse::<TableFormat>();
}

fn check_round_trip<T: FromStr<Err: Debug> + Display + Debug + PartialEq>(text: &str) {
    if let Ok(parsed) = text.parse::<T>() {
        let written = parsed.to_string();
        assert_eq!(written.parse::<T>().expect("just written"), parsed, "{written}");
    }
}
