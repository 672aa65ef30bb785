//! The text form of scales.

use super::{RatingScale, ScaleError};
use std::fmt;
use std::str::FromStr;

/// Stands in place of the step if ratings are counts.
const COUNT: &str = "count";

impl fmt::Display for RatingScale {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}", self.min, self.max)?;
        match self.step {
            _ if self.counts => write!(out, ":{COUNT}"),
            Some(step) => write!(out, ":{step}"),
            None => Ok(()),
        }
    }
}

impl FromStr for RatingScale {
    type Err = ScaleError;
    fn from_str(text: &str) -> Result<Self, ScaleError> {
        let form = || ScaleError::Form { found: text.to_owned() };
        let number = |part: &str| part.parse().map_err(|_| form());
        let parts: Vec<&str> = text.split(':').map(str::trim).collect();
        match parts[..] {
            [min, max] => Self::real(number(min)?, number(max)?),
            [min, max, COUNT] => Self::counts(number(min)?, number(max)?),
            [min, max, step] => Self::stepped(number(min)?, number(max)?, number(step)?),
            _ => Err(form()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejects_invalid_scales() {
        for text in [
            "",
            "1",
            "5:1",
            "1:5:0",
            "1:5:-1",
            "1:5:3",
            "a:b",
            "0:1:NaN",
            "1:inf",
            "1:5:1:1",
            "0:1:0.0000001",
            "0:0.0000001:1",
            "-1:5:count",
            "0.5:5:count",
            "1:5:counts",
            "5:1:count",
        ] {
            assert!(text.parse::<RatingScale>().is_err(), "{text}");
        }
    }
}
