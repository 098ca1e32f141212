//! The product's own files.

use consilium_l10n::{Catalog, Message, TYPESCRIPT_PATH, check, typescript};
use consilium_model::Locale;
use std::path::Path;

#[test]
fn the_files_have_no_faults() {
    let findings: Vec<String> = check().iter().map(ToString::to_string).collect();
    assert!(findings.is_empty(), "{} faults:\n{}", findings.len(), findings.join("\n"));
}

#[test]
fn the_types_of_the_user_interface_are_up_to_date() {
    let path = Path::new("../..").join(TYPESCRIPT_PATH);
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(written == typescript(), "{TYPESCRIPT_PATH} is old: run `cargo run -p consilium-l10n`");
}

#[test]
fn every_language_says_who_it_is() {
    let catalog = Catalog::new();
    for locale in Locale::ALL {
        assert_eq!(catalog.text(locale, &Message::AppName), "Consilium");
    }
}

#[test]
fn plurals_follow_each_language() {
    let catalog = Catalog::new();
    let distinct = |locale, counts: &[i64]| {
        let digits = |text: String| text.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
        let texts = counts
            .iter()
            .map(|minutes| digits(catalog.text(locale, &Message::Minutes { minutes: *minutes })));
        texts.collect::<std::collections::BTreeSet<_>>().len()
    };
    assert_eq!(distinct(Locale::En, &[1, 2, 5, 21]), 2);
    assert_eq!(distinct(Locale::Ru, &[1, 21, 101]), 1);
    assert_eq!(distinct(Locale::Ru, &[2, 23]), 1);
    assert_eq!(distinct(Locale::Ru, &[1, 3, 11]), 3);
    assert_eq!(distinct(Locale::He, &[3, 20, 100]), 1);
    assert_eq!(distinct(Locale::He, &[1, 2, 3]), 3);
}

#[test]
fn a_variable_cannot_turn_its_sentence_around_and_is_not_printed() {
    let message = Message::InfoYourTime { time: "14:30".to_owned() };
    let text = Catalog::new().text(Locale::He, &message);
    assert!(text.contains("\u{2068}14:30\u{2069}"), "{text}");
    assert_eq!(format!("{message:?}"), "info-your-time");
}
