//! The lists of safety words: one line a number, and the same thing in every language.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use consilium_model::Locale;

fn words(locale: Locale) -> Vec<String> {
    let file = format!("../../locales/{}/safety-words.txt", locale.tag());
    let text = std::fs::read_to_string(file).unwrap();
    text.lines().map(str::to_owned).collect()
}

/// A letter of the language; final forms of Hebrew count as the letters they are.
fn is_letter(locale: Locale, letter: char) -> bool {
    match locale {
        Locale::En => letter.is_ascii_lowercase(),
        Locale::Ru => ('а'..='я').contains(&letter) || letter == 'ё',
        Locale::He => ('א'..='ת').contains(&letter),
    }
}

fn heard(word: &str) -> Vec<char> {
    let same = |letter| match letter {
        'ך' => 'כ',
        'ם' => 'מ',
        'ן' => 'נ',
        'ף' => 'פ',
        'ץ' => 'צ',
        'ё' => 'е',
        letter => letter,
    };
    word.chars().map(same).collect()
}

/// Levenshtein's distance.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut before = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let new = (before + usize::from(x != y)).min(row[j] + 1).min(row[j + 1] + 1);
            before = std::mem::replace(&mut row[j + 1], new);
        }
    }
    row[b.len()]
}

#[test]
fn every_number_has_a_short_word_in_every_language() {
    for locale in Locale::ALL {
        let words = words(locale);
        assert_eq!(words.len(), 256, "{locale:?}");
        for word in &words {
            let letters = word.chars().count();
            assert!((3..=9).contains(&letters), "{word}");
            assert!(word.chars().all(|letter| is_letter(locale, letter)), "{word}");
        }
    }
}

#[test]
fn no_word_is_taken_for_another() {
    for locale in Locale::ALL {
        let words: Vec<Vec<char>> = words(locale).iter().map(|word| heard(word)).collect();
        for (at, word) in words.iter().enumerate() {
            for other in &words[..at] {
                let pair =
                    format!("{} {}", word.iter().collect::<String>(), other.iter().collect::<String>());
                assert!(distance(word, other) >= 2, "{pair} differ in one letter");
                assert!(!word.starts_with(other) && !other.starts_with(word), "{pair} begin alike");
            }
        }
    }
}

/// Nobody is to read in a visit to the doctor what frightens.
#[test]
fn no_word_frightens_or_offends() {
    let unwanted = [
        "death",
        "blood",
        "tumor",
        "grave",
        "coffin",
        "knife",
        "needle",
        "snake",
        "spider",
        "skull",
        "virus",
        "смерть",
        "кровь",
        "опухоль",
        "могила",
        "гроб",
        "игла",
        "рак",
        "змея",
        "паук",
        "вирус",
        "свинья",
        "מוות",
        "דם",
        "גידול",
        "קבר",
        "מחט",
        "סרטן",
        "נחש",
        "חמור",
        "נבל",
        "קוף",
    ];
    for locale in Locale::ALL {
        assert!(words(locale).iter().all(|word| !unwanted.contains(&word.as_str())));
    }
}
