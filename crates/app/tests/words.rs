//! Every code has words, in every language: the catalog is checked to have the same keys in all of them.
#![allow(clippy::unwrap_used)]

use consilium_app::view::{NoticeCode, ProblemCode};
use consilium_l10n::Catalog;
use consilium_model::Locale;
use serde::Serialize;

fn name(code: impl Serialize) -> String {
    serde_json::to_value(code).unwrap().as_str().unwrap().to_owned()
}

fn keys() -> impl Iterator<Item = String> {
    let problems = ProblemCode::ALL
        .iter()
        .map(name)
        .flat_map(|code| [format!("problem-{code}"), format!("problem-{code}-hint")]);
    problems.chain(NoticeCode::ALL.iter().map(name).map(|code| format!("notice-{code}")))
}

#[test]
fn every_code_has_words_in_every_language() {
    let catalog = Catalog::new();
    for key in keys() {
        assert!(catalog.has(&key), "no words for {key}");
        for locale in Locale::ALL {
            let words = catalog.lookup(locale, &key, &[]);
            assert!(
                words.is_some_and(|words| !words.trim().is_empty()),
                "no words for {key} in {}",
                locale.tag()
            );
        }
    }
}
