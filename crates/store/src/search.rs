//! What a search takes for the same.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A text without what a search overlooks: case, accents and other marks on letters of any alphabet, and
/// the forms in which a letter can be written (ﬁ, ２). Letters that Unicode takes for letters of their own
/// count as those that people without them write: ø as o, ß as ss, æ as ae.
///
/// ```
/// use likemind_store::folded;
/// assert_eq!(folded("AMÉLIE"), folded("amelie"));
/// assert_eq!(folded("Łódź Øst"), "lodz ost");
/// assert_eq!(folded("ТРЁХ"), folded("трех"));
/// ```
pub fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    // Small letters first: İ has a mark as a small letter alone. Then again: ㎒ is MHz.
    let small = text.to_lowercase();
    let plain = small.nfkd().filter(|&letter| !is_combining_mark(letter));
    let mut folded = String::with_capacity(text.len());
    for letter in plain.flat_map(char::to_lowercase) {
        match written_as(letter) {
            Some(letters) => folded.push_str(letters),
            None => folded.push(letter),
        }
    }
    folded
}

/// Letters that no rule of Unicode takes apart.
fn written_as(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'ħ' => "h",
        'ı' => "i",
        'ŧ' => "t",
        'þ' => "th",
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ς' => "σ",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_marks_of_any_alphabet_are_overlooked() {
        for (written, sought) in [
            ("Été d'Or", "ete D'OR"),
            ("Ete\u{301}", "Été"),
            ("STRASSE", "Straße"),
            ("İstanbul", "ISTANBUL"),
            ("Ψυχή", "ΨΥΧΗ"),
            ("ΟΔΟΣ", "οδός"),
            ("ЁЛКИ", "елки"),
            ("ﬁlm ２", "FILM 2"),
            ("Smørrebrød", "smorrebrod"),
            ("Tiếng Việt", "tieng viet"),
            ("ｶﾞ", "カ\u{3099}"),
        ] {
            assert_eq!(folded(written), folded(sought), "{written} and {sought}");
        }
        assert_eq!(folded("100% 千と千尋"), "100% 千と千尋");
    }
}
