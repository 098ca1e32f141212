//! The messages as types for the user interface.

use crate::shape::{Topic, Variable, merge, variables};
use crate::source::{SOURCES, Source};
use consilium_model::Locale;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The generated file, from the root of the repository.
pub const TYPESCRIPT_PATH: &str = "ui/src/lib/l10n/messages.gen.ts";

const HEAD: &str = "\
// Generated from locales/*/*.ftl by `cargo run -p consilium-l10n`. Do not edit.

";

/// The content of [`TYPESCRIPT_PATH`]: the topics, and every message's key with the types of its variables.
pub fn typescript() -> String {
    of(SOURCES)
}

fn of(sources: &[Source<'_>]) -> String {
    let topics: BTreeSet<String> = sources.iter().map(|source| format!("{:?}", source.topic)).collect();
    let topics: Vec<String> = topics.into_iter().collect();
    let mut text = String::from(HEAD);
    text.push_str("/** The files of each language, without their ending. */\n");
    text.push_str(&format!("export const TOPICS = [{}] as const;\n\n", topics.join(", ")));
    text.push_str("/** Every message with its variables. */\nexport type Messages = {\n");
    for (key, variables) in messages(sources) {
        writeln!(text, "  {key:?}: {};", fields(&variables)).expect("a string takes everything");
    }
    text.push_str("};\n\n/** The key of a message. */\nexport type MessageId = keyof Messages;\n");
    text
}

/// The messages of all languages together.
fn messages(sources: &[Source<'_>]) -> BTreeMap<String, BTreeMap<String, Variable>> {
    let mut all = BTreeMap::new();
    for locale in Locale::ALL {
        let files = sources.iter().filter(|source| source.locale == locale);
        let entries: Vec<_> = files.flat_map(|source| Topic::read(source.text).entries).collect();
        for (key, found) in variables(&entries) {
            let known = all.entry(key).or_default();
            *known = merge(std::mem::take(known), found);
        }
    }
    all
}

fn fields(variables: &BTreeMap<String, Variable>) -> String {
    if variables.is_empty() {
        return "Record<string, never>".to_owned();
    }
    let fields = variables.iter().map(|(name, variable)| {
        let name = if name.contains('-') { format!("{name:?}") } else { name.clone() };
        format!("{name}: {}", type_of(variable))
    });
    format!("{{ {} }}", fields.collect::<Vec<_>>().join("; "))
}

fn type_of(variable: &Variable) -> String {
    match variable {
        Variable::Number => "number".to_owned(),
        Variable::Text => "string | number | Date".to_owned(),
        Variable::OneOf(words) => {
            words.iter().map(|word| format!("{word:?}")).collect::<Vec<_>>().join(" | ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_has_the_type_of_its_use_in_any_language() {
        let sources = [
            Source { locale: Locale::En, topic: "b", text: "n = { $n }\nw = { $w ->\n *[a] A\n  [b] B\n }" },
            Source {
                locale: Locale::Ru,
                topic: "a",
                text: "n = { $n ->\n *[other] { $n }\n }\nr = { n } { w }",
            },
            Source { locale: Locale::He, topic: "a", text: "w = { $w }\n    .t-x = { $some-time }" },
        ];
        let text = of(&sources);
        for line in [
            r#"export const TOPICS = ["a", "b"] as const;"#,
            r#"  "n": { n: number };"#,
            r#"  "r": { n: number };"#,
            r#"  "w": { w: "a" | "b" };"#,
            r#"  "w.t-x": { "some-time": string | number | Date };"#,
        ] {
            assert!(text.contains(line), "{line} is missing in\n{text}");
        }
    }
}
