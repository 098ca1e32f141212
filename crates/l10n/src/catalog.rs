//! Says messages.

use crate::message::Message;
use crate::source::{SOURCES, Source};
use consilium_model::Locale;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::fmt;
use unic_langid::LanguageIdentifier;

/// Where a text is looked for that a language lacks.
const FALLBACK: [Locale; 3] = [Locale::En, Locale::Ru, Locale::He];

/// Every message in every language. Can be shared between threads.
///
/// Variables are wrapped in the Unicode isolates FSI and PDI, so that a Latin name does not turn a Hebrew sentence
/// around; whoever shows the text has to show them as well.
pub struct Catalog {
    bundles: Vec<(Locale, FluentBundle<FluentResource>)>,
}

impl Catalog {
    /// The product's messages.
    pub fn new() -> Self {
        Self::of(SOURCES)
    }

    fn of(sources: &[Source<'_>]) -> Self {
        Self { bundles: Locale::ALL.map(|locale| (locale, bundle(locale, sources))).into() }
    }

    /// The words of a message.
    pub fn text(&self, locale: Locale, message: &Message) -> String {
        self.find(locale, message.key(), message.values())
            .expect("every message comes from a file, so a language has it")
    }

    /// The words of a message that is known by its key only, such as `problem-timeout`; `None` when there is none.
    /// For words without plurals: the variables are texts. One that is missing is a fault of the program.
    pub fn lookup(&self, locale: Locale, key: &str, variables: &[(&str, &str)]) -> Option<String> {
        self.find(locale, key, variables.iter().map(|(name, value)| (*name, FluentValue::from(*value))))
    }

    /// Every language has words for this key.
    pub fn has(&self, key: &str) -> bool {
        self.bundles.iter().all(|(_, bundle)| pattern(bundle, key).is_some())
    }

    fn find<'a>(
        &self,
        locale: Locale,
        key: &str,
        values: impl IntoIterator<Item = (&'a str, FluentValue<'a>)>,
    ) -> Option<String> {
        let mut languages = std::iter::once(locale).chain(FALLBACK);
        let bundle = languages.find_map(|locale| {
            let (_, bundle) = self.bundles.iter().find(|(of, _)| *of == locale)?;
            pattern(bundle, key).is_some().then_some(bundle)
        })?;
        let arguments: FluentArgs<'_> = values.into_iter().collect();
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern(bundle, key)?, Some(&arguments), &mut errors);
        debug_assert!(errors.is_empty(), "{key} lacks something: {errors:?}");
        Some(text.into_owned())
    }
}

impl Default for Catalog {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Catalog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Catalog")
    }
}

fn pattern<'a>(
    bundle: &'a FluentBundle<FluentResource>,
    key: &str,
) -> Option<&'a fluent_syntax::ast::Pattern<&'a str>> {
    match key.split_once('.') {
        None => bundle.get_message(key)?.value(),
        Some((key, attribute)) => Some(bundle.get_message(key)?.get_attribute(attribute)?.value()),
    }
}

fn bundle(locale: Locale, sources: &[Source<'_>]) -> FluentBundle<FluentResource> {
    let language: LanguageIdentifier = locale.tag().parse().expect("the tags are two letters");
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    bundle.set_use_isolating(true);
    bundle.add_builtins().expect("a new bundle has no function yet");
    for source in sources.iter().filter(|source| source.locale == locale) {
        let resource = match FluentResource::try_new(source.text.to_owned()) {
            Ok(resource) => resource,
            // What is broken is missing; the check says where.
            Err((resource, _)) => resource,
        };
        bundle.add_resource_overriding(resource);
    }
    bundle
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn source(locale: Locale, text: &str) -> Source<'_> {
        Source { locale, topic: "test", text }
    }

    #[test]
    fn a_text_that_a_language_lacks_is_said_in_english() {
        let catalog = Catalog::of(&[
            source(Locale::En, "both = Both\nonly = Only { $x }\n    .hint = Hint"),
            source(Locale::He, "both = שניהם"),
        ]);
        assert_eq!(catalog.lookup(Locale::He, "both", &[]).as_deref(), Some("שניהם"));
        assert_eq!(
            catalog.lookup(Locale::He, "only", &[("x", "1")]).as_deref(),
            Some("Only \u{2068}1\u{2069}")
        );
        assert_eq!(catalog.lookup(Locale::Ru, "only.hint", &[]).as_deref(), Some("Hint"));
        assert_eq!(catalog.lookup(Locale::En, "neither", &[]), None);
        assert!(!catalog.has("both"), "Russian lacks it");
    }

    #[test]
    fn a_broken_entry_does_not_take_the_others_along() {
        let catalog = Catalog::of(&[source(Locale::Ru, "one = Один\ntwo = { $\nthree = Три")]);
        assert_eq!(catalog.lookup(Locale::Ru, "one", &[]).as_deref(), Some("Один"));
        assert_eq!(catalog.lookup(Locale::Ru, "three", &[]).as_deref(), Some("Три"));
    }

    #[test]
    fn can_be_shared() {
        const fn shared<T: Send + Sync>() {}
        shared::<Catalog>();
    }
}
