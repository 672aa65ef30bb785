//! Formatting text for people.

use crate::hints::hint;
use likemind::ItemInfo;

/// Escapes characters that could affect the terminal or hide text: control characters, bidirectional
/// controls, line separators and invisible characters.
pub(crate) fn printable(text: &str) -> String {
    let is_hidden = |c: char| {
        c.is_control()
            || matches!(
                c,
                '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                    | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
                    | '\u{e0000}'..='\u{e007f}'
            )
    };
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) { safe.extend(c.escape_default()) } else { safe.push(c) }
    }
    safe
}

/// A count with thousands separators.
pub(crate) fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The title of an item with its year; empty if it is unknown.
pub(crate) fn title(info: &ItemInfo) -> String {
    match (&info.title, info.year) {
        (Some(title), Some(year)) => format!("{title} ({year})"),
        (Some(title), None) => title.clone(),
        (None, _) => String::new(),
    }
}

/// An error with its causes and a hint. A cause is left out if the text before it already ends with it.
pub(crate) fn explained(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if text.ends_with(&cause) {
            continue;
        }
        if !text.is_empty() {
            text.push_str(": ");
        }
        text.push_str(&cause);
    }
    if let Some(hint) = hint(error) {
        text = format!("{text}; {hint}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(printable("Amélie \u{1b}[31m\n\u{202e}x"), "Amélie \\u{1b}[31m\\n\\u{202e}x");
        for hidden in ["\u{9b}", "\u{61c}", "\u{2028}", "\u{200b}", "\u{feff}", "\u{e0041}"] {
            assert!(printable(hidden).is_ascii(), "{hidden:?}");
        }
    }

    #[test]
    fn causes_are_not_repeated() {
        let missing = || io::Error::new(io::ErrorKind::NotFound, "no such file");
        let error = anyhow::Error::new(missing()).context("x.csv: expected a file: no such file");
        assert_eq!(explained(&error), "x.csv: expected a file: no such file");
        let error = anyhow::Error::new(missing()).context("x.csv: expected a file");
        assert_eq!(explained(&error), "x.csv: expected a file: no such file");
    }

    #[test]
    fn counts_are_grouped() {
        assert_eq!([0, 999, 1_000, 25_000_095].map(grouped), ["0", "999", "1,000", "25,000,095"]);
    }
}
