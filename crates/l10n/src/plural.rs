//! The plural categories that a language has (CLDR 42 and later, "Language Plural Rules").

use crate::shape::SelectionKind;
use consilium_model::Locale;

/// The categories a selection needs in a language; none when it does not depend on a number.
pub(crate) const fn categories(locale: Locale, kind: SelectionKind) -> &'static [&'static str] {
    match (kind, locale) {
        (SelectionKind::Words, _) => &[],
        (SelectionKind::Cardinal, Locale::Ru) => &["one", "few", "many", "other"],
        (SelectionKind::Cardinal, Locale::En) => &["one", "other"],
        // `many` (20, 30, …) was withdrawn in CLDR 42; older plural rules fall to `other` by themselves.
        (SelectionKind::Cardinal, Locale::He) => &["one", "two", "other"],
        (SelectionKind::Ordinal, Locale::En) => &["one", "two", "few", "other"],
        (SelectionKind::Ordinal, Locale::Ru | Locale::He) => &["other"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use intl_pluralrules::{PluralRuleType, PluralRules};
    use std::collections::BTreeSet;

    /// What the plural rules that Fluent uses select for numbers that people read.
    fn selected(locale: Locale, kind: PluralRuleType) -> BTreeSet<String> {
        let rules =
            PluralRules::create(locale.tag().parse::<unic_langid::LanguageIdentifier>().unwrap(), kind)
                .unwrap();
        let wholes = (0..=1000).map(|number: i32| rules.select(number));
        let fractions = [0.5, 1.5, 21.1].map(|number: f64| rules.select(number));
        wholes.chain(fractions).map(|category| format!("{:?}", category.unwrap()).to_lowercase()).collect()
    }

    #[test]
    fn the_table_agrees_with_the_rules_at_run_time() {
        for locale in Locale::ALL {
            for (kind, rule) in [
                (SelectionKind::Cardinal, PluralRuleType::CARDINAL),
                (SelectionKind::Ordinal, PluralRuleType::ORDINAL),
            ] {
                let mut selected = selected(locale, rule);
                if locale == Locale::He {
                    selected.remove("many");
                }
                let table = categories(locale, kind).iter().map(|category| (*category).to_owned()).collect();
                assert_eq!(selected, table, "{locale:?} {kind:?}");
            }
        }
    }
}
