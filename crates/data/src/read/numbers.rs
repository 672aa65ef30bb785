//! Parses numbers in any common notation.

/// Parses the value of a rating: any number that Rust accepts, with a decimal point or comma.
///
/// Returns `None` for an ambiguous number such as `1,000`, which is one in some countries and a
/// thousand in others.
pub(super) fn parse(text: &str) -> Option<f64> {
    text.parse().ok().or_else(|| with_decimal_comma(text))
}

fn with_decimal_comma(text: &str) -> Option<f64> {
    let (integer, fraction) = text.split_once(',')?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = integer.strip_prefix(['-', '+']).unwrap_or(integer);
    let may_be_thousands = fraction.len() == 3 && unsigned != "0";
    if !digits(unsigned) || !digits(fraction) || fraction.is_empty() || may_be_thousands {
        return None;
    }
    format!("{integer}.{fraction}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_unambiguous_decimal_commas() {
        assert_eq!(parse("3,5"), Some(3.5));
        assert_eq!(parse("-0,125"), Some(-0.125));
        assert_eq!(parse("1e3"), Some(1000.0));
        for text in ["1,000", "12,345", "1,2,3", "3,", "3,x", "1.5,2", ""] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
