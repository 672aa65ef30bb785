//! Parses times in any common notation to seconds since 1970.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};

/// Numbers below this are seconds, up to the year 5138. Larger numbers are milli-, micro- or
/// nanoseconds, which are therefore recognised for times from 1973 on.
const SECONDS_LIMIT: u64 = 100_000_000_000;

/// Parses a time and returns seconds, rounded down; `None` unless the text is a number or a date. A
/// date starts with the year, or is in the format of Goodreads (`Sun Jul 30 07:44:10 -0700 2017`).
/// A time of day without a zone is UTC.
pub(crate) fn parse(text: &str) -> Option<i64> {
    match text.parse() {
        Ok(number) => Some(seconds_of(number)),
        // A date so far off that its seconds would be taken for another unit is an error in the
        // data.
        Err(_) => with_fraction(text)
            .or_else(|| date(text).filter(|seconds| seconds.unsigned_abs() < SECONDS_LIMIT)),
    }
}

/// Converts a number, whose unit follows from its size, to seconds.
pub(crate) fn seconds_of(number: i64) -> i64 {
    let mut unit = 1;
    while unit < 1_000_000_000 && number.unsigned_abs() / unit >= SECONDS_LIMIT {
        unit *= 1000;
    }
    number.div_euclid(unit as i64)
}

/// Parses a number with a fraction, such as `881250949.0`.
fn with_fraction(text: &str) -> Option<i64> {
    let number: f64 = text.parse().ok()?;
    // All integers up to this one are exact doubles.
    let exact = 1_i64 << f64::MANTISSA_DIGITS;
    (number.abs() <= exact as f64).then(|| seconds_of(number.floor() as i64))
}

fn date(text: &str) -> Option<i64> {
    if let Ok(time) = DateTime::parse_from_str(text, "%a %b %d %H:%M:%S %z %Y") {
        return Some(time.timestamp());
    }
    // Rejects 6/9/05, which chrono would place in the year 6.
    if !text.as_bytes().iter().take(4).all(u8::is_ascii_digit) {
        return None;
    }
    let with_zone = DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f%#z"));
    if let Ok(time) = with_zone {
        return Some(time.timestamp());
    }
    let text = text.strip_suffix(" UTC").unwrap_or(text);
    for format in
        ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"]
    {
        if let Ok(time) = NaiveDateTime::parse_from_str(text, format) {
            return Some(time.and_utc().timestamp());
        }
    }
    let date = ["%Y-%m-%d", "%Y/%m/%d"]
        .iter()
        .find_map(|format| NaiveDate::parse_from_str(text, format).ok());
    Some(date?.and_time(NaiveTime::MIN).and_utc().timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn infers_the_unit_of_a_number_from_its_size() {
        for (text, seconds) in [
            ("881250949", 881_250_949),
            ("881250949.75", 881_250_949),
            ("-1.5", -2),
            ("0", 0),
            ("1242233064123", 1_242_233_064),
            ("1242233064123456", 1_242_233_064),
            ("1242233064123456789", 1_242_233_064),
            ("-1242233064001", -1_242_233_065),
            ("99999999999", 99_999_999_999),
            ("-9223372036854775808", -9_223_372_037),
        ] {
            assert_eq!(parse(text), Some(seconds), "{text}");
        }
    }

    #[test]
    fn parses_dates_with_and_without_a_zone() {
        for (text, seconds) in [
            ("2009-05-13", 1_242_172_800),
            ("2009/05/13", 1_242_172_800),
            ("2009-05-13T16:44:24Z", 1_242_233_064),
            ("2009-05-13T16:44:24", 1_242_233_064),
            ("2009-05-13 16:44:24.75", 1_242_233_064),
            ("2009-05-13 16:44", 1_242_233_040),
            ("2009-05-13T18:44:24+02:00", 1_242_233_064),
            ("2009-05-13 18:44:24.5+02:00", 1_242_233_064),
            ("2009-05-13 18:44:24+0200", 1_242_233_064),
            ("2009-05-13 16:44:24 UTC", 1_242_233_064),
            ("Sun Jul 30 07:44:10 -0700 2017", 1_501_425_850),
            ("1969-12-31T23:59:59Z", -1),
        ] {
            assert_eq!(parse(text), Some(seconds), "{text}");
        }
        for text in [
            "13/05/2009",
            "05/13/2009",
            "6/9/05",
            "6-9-05 10:00:00+00:00",
            "2009-13-05",
            "+9999-01-01",
            "yesterday",
            "NaN",
            "inf",
            "1e300",
            "\u{ff}",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
