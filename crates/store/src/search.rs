//! Folding of text for searches.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Folds a text for searching: removes case, accents and other marks on letters of any alphabet,
/// and differences between compatible forms of a letter (ﬁ, ２). Letters that Unicode does not
/// decompose are replaced by their usual transcription: ø by o, ß by ss, æ by ae.
///
/// ```
/// use likemind_store::fold_for_search;
/// assert_eq!(fold_for_search("AMÉLIE"), fold_for_search("amelie"));
/// assert_eq!(fold_for_search("Łódź Øst"), "lodz ost");
/// assert_eq!(fold_for_search("ТРЁХ"), fold_for_search("трех"));
/// ```
pub fn fold_for_search(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    // Lowercase first, since only the lowercase form of İ has a combining mark, and again after the
    // decomposition, since ㎒ decomposes to MHz.
    let lowercase = text.to_lowercase();
    let plain = lowercase.nfkd().filter(|&letter| !is_combining_mark(letter));
    let mut folded = String::with_capacity(text.len());
    for letter in plain.flat_map(char::to_lowercase) {
        match transcription(letter) {
            Some(letters) => folded.push_str(letters),
            None => folded.push(letter),
        }
    }
    folded
}

/// Returns the transcription of letters that Unicode does not decompose.
fn transcription(letter: char) -> Option<&'static str> {
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
    fn ignores_case_and_marks_of_any_alphabet() {
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
            assert_eq!(fold_for_search(written), fold_for_search(sought), "{written} and {sought}");
        }
        assert_eq!(fold_for_search("100% 千と千尋"), "100% 千と千尋");
    }
}
