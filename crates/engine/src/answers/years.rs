//! Ranges of years.

use std::fmt;
use std::str::FromStr;

/// A range of years, possibly without a first or a last year: `1990-1999`, `1990-`, `-1999` or `1999`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Years {
    first: i32,
    last: i32,
}

/// The error of parsing [`Years`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected years such as 1990-1999, 1990-, -1999 or 1999, found {found:?}")]
pub struct YearsError {
    /// The text.
    pub found: String,
}

impl Years {
    /// Whether the range includes a year.
    pub fn contains(&self, year: i32) -> bool {
        (self.first..=self.last).contains(&year)
    }
}

impl FromStr for Years {
    type Err = YearsError;

    /// Parses years of at most nine digits. The first one may be the later one.
    fn from_str(text: &str) -> Result<Self, YearsError> {
        let refused = || YearsError { found: text.to_owned() };
        let year = |part: &str, absent: i32| match part {
            "" => Some(absent),
            digits if digits.len() <= 9 && digits.bytes().all(|b| b.is_ascii_digit()) => {
                digits.parse().ok()
            }
            _ => None,
        };
        let (from, to) = text.split_once('-').unwrap_or((text, text));
        if from.is_empty() && to.is_empty() {
            return Err(refused());
        }
        let (from, to) = (year(from, i32::MIN), year(to, i32::MAX));
        let (from, to) = from.zip(to).ok_or_else(refused)?;
        Ok(Self { first: from.min(to), last: from.max(to) })
    }
}

impl fmt::Display for Years {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.first, self.last) {
            (first, last) if first == last => write!(out, "{first}"),
            (first, i32::MAX) => write!(out, "{first}-"),
            (i32::MIN, last) => write!(out, "-{last}"),
            (first, last) => write!(out, "{first}-{last}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_parsed_and_displayed() {
        for text in ["1990-1999", "1990-", "-1999", "1999", "0-9"] {
            assert_eq!(text.parse::<Years>().unwrap().to_string(), text);
        }
        let years: Years = "1999-1990".parse().unwrap();
        assert_eq!(years.to_string(), "1990-1999");
        assert!(years.contains(1990) && years.contains(1999));
        assert!(!years.contains(1989) && !years.contains(2000));
        for wrong in ["", "-", "nineties", "1990s", "1990–1999", "1990 - 1999", "1-2-3", "+1990"]
        {
            let error = wrong.parse::<Years>().unwrap_err();
            assert!(error.to_string().ends_with(&format!("{wrong:?}")), "{error}");
        }
        assert!("9999999999".parse::<Years>().is_err());
    }
}
