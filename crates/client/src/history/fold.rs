//! Text as it is searched: without case and without marks.

use icu_normalizer::DecomposingNormalizer;
use icu_normalizer::properties::CanonicalCombiningClassMap;

/// Lower case, without accents, vowel points and other marks, every run of white space one space. A Russian `й` stays
/// one: it is another letter than `и`, unlike `ё`, which is written as `е` by many.
pub fn fold(text: &str) -> String {
    let quick: Option<String> = text.chars().map(quick).collect();
    match quick {
        Some(folded) => join_words(&folded),
        None => join_words(&fold_any(text)),
    }
}

/// Letters of the three languages, and what else has neither case nor marks, without a table: histories are long.
const fn quick(letter: char) -> Option<char> {
    match letter {
        '\0'..='\x7f' => Some(letter.to_ascii_lowercase()),
        'а'..='я' | 'א'..='ת' | '«' | '»' | '–' | '—' | '…' => Some(letter),
        'А'..='Я' => char::from_u32(letter as u32 + 32),
        'ё' | 'Ё' => Some('е'),
        _ => None,
    }
}

fn fold_any(text: &str) -> String {
    let classes = CanonicalCombiningClassMap::new();
    let mut folded = String::with_capacity(text.len());
    for letter in DecomposingNormalizer::new_nfd().normalize_iter(text.chars()) {
        if letter == BREVE && folded.ends_with('и') {
            folded.pop();
            folded.push('й');
        } else if classes.get_u8(letter) == 0 && !is_ignored(letter) {
            folded.extend(letter.to_lowercase());
        }
    }
    folded
}

/// The words of a folded text.
pub(super) fn words(folded: &str) -> Vec<&str> {
    folded.split(' ').filter(|word| !word.is_empty()).collect()
}

const BREVE: char = '\u{306}';

/// Marks of direction and joiners, which nobody types when searching.
const fn is_ignored(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn join_words(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(word);
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn case_and_marks_do_not_count() {
        for (written, searched) in [
            ("Ёлка", "елка"),
            ("МОЙ чай", "мой чай"),
            ("שָׁלוֹם", "שלום"),
            ("Crème  Brûlée", "creme brulee"),
            ("A\u{200f}b\n\tC", "ab c"),
            ("İstanbul", "istanbul"),
        ] {
            assert_eq!(fold(written), fold(searched), "{written}");
        }
        assert_ne!(fold("мой"), fold("мои"));
    }

    proptest! {
        #[test]
        fn the_quick_way_leads_to_the_same(text in "[ -~а-яА-ЯёЁא-ת«»–—…\n]{0,60}") {
            prop_assert_eq!(fold(&text), join_words(&fold_any(&text)));
        }

        #[test]
        fn folding_twice_is_folding_once(text in "\\PC{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
