//! Numbers as people and programs write them.

/// A rating's value: any number that Rust reads, also with a decimal comma.
///
/// `None` for `1,000`, which is one in some countries and a thousand in others.
pub(super) fn parse(text: &str) -> Option<f64> {
    text.parse().ok().or_else(|| with_decimal_comma(text))
}

fn with_decimal_comma(text: &str) -> Option<f64> {
    let (whole, part) = text.split_once(',')?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = whole.strip_prefix(['-', '+']).unwrap_or(whole);
    let may_be_thousands = part.len() == 3 && unsigned != "0";
    if !digits(unsigned) || !digits(part) || part.is_empty() || may_be_thousands {
        return None;
    }
    format!("{whole}.{part}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_commas_are_read_where_they_cannot_be_others() {
        assert_eq!(parse("3,5"), Some(3.5));
        assert_eq!(parse("-0,125"), Some(-0.125));
        assert_eq!(parse("1e3"), Some(1000.0));
        for text in ["1,000", "12,345", "1,2,3", "3,", "3,x", "1.5,2", ""] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
