//! Embeds `locales/*/*.ftl` and turns every message into a variant of `Message`, with its variables as fields.
//!
//! A broken file does not break the build, it only lacks messages; `cargo test -p consilium-l10n` says where it is
//! broken.

#[path = "src/shape.rs"]
#[allow(dead_code)]
mod shape;

use shape::{Entry, Topic, Variable};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// The folder and the variant of `consilium_model::Locale`; the first one's words stand in the documentation.
const LOCALES: [(&str, &str); 3] = [("en", "En"), ("he", "He"), ("ru", "Ru")];

type Variables = BTreeMap<String, Variable>;

fn main() -> io::Result<()> {
    let locales = Path::new(&env::var("CARGO_MANIFEST_DIR").expect("set by cargo")).join("../../locales");
    println!("cargo:rerun-if-changed={}", locales.display());
    println!("cargo:rerun-if-changed=src/shape.rs");

    let mut sources = String::from("&[\n");
    let mut messages: BTreeMap<String, (Variables, String)> = BTreeMap::new();
    for (folder, variant) in LOCALES {
        let mut entries: Vec<Entry> = Vec::new();
        for file in files(&locales.join(folder))? {
            let topic = file.file_stem().and_then(|stem| stem.to_str()).expect("file names are ASCII");
            let row = "    Source { locale: Locale::VARIANT, topic: TOPIC, text: include_str!(FILE) },";
            let row = row.replace("VARIANT", variant).replace("TOPIC", &format!("{topic:?}"));
            writeln!(sources, "{}", row.replace("FILE", &format!("{:?}", file.display().to_string())))
                .expect("a string takes everything");
            entries.extend(Topic::read(&fs::read_to_string(&file)?).entries);
        }
        for (key, variables) in shape::variables(&entries) {
            let words = entries.iter().find(|entry| entry.key == key).map_or("", |entry| &entry.words);
            let known = messages.entry(key).or_insert_with(|| (Variables::new(), words.to_owned()));
            known.0 = shape::merge(std::mem::take(&mut known.0), variables);
        }
    }
    sources.push(']');
    let out = PathBuf::from(env::var("OUT_DIR").expect("set by cargo"));
    fs::write(out.join("sources.rs"), sources)?;
    fs::write(out.join("message.rs"), message_enum(&messages))
}

fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = fs::read_dir(folder)?.map(|file| Ok(file?.path())).collect::<io::Result<Vec<_>>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "ftl"));
    files.sort();
    files.iter().map(fs::canonicalize).collect()
}

fn message_enum(messages: &BTreeMap<String, (Variables, String)>) -> String {
    let (mut variants, mut keys, mut arguments) = (String::new(), String::new(), String::new());
    for (key, (variables, words)) in messages {
        let name = camel(key);
        let fields: Vec<_> =
            variables.iter().map(|(name, kind)| (name, name.replace('-', "_"), kind)).collect();
        writeln!(variants, "    /// `{key}`: {}", quote(words)).expect("a string takes everything");
        variants.push_str(&format!("    {name}"));
        arguments.push_str(&format!("            Self::{name}"));
        if !fields.is_empty() {
            variants.push_str(" {\n");
            for (variable, field, kind) in &fields {
                let kind = match kind {
                    Variable::Number => "i64",
                    Variable::OneOf(_) | Variable::Text => "String",
                };
                variants.push_str(&format!("        /// `${variable}`.\n        {field}: {kind},\n"));
            }
            variants.push_str("    }");
            let names: Vec<_> = fields.iter().map(|(_, field, _)| field.as_str()).collect();
            arguments.push_str(&format!(" {{ {} }}", names.join(", ")));
        }
        variants.push_str(",\n");
        keys.push_str(&format!("            Self::{name} {{ .. }} => {key:?},\n"));
        let pairs = fields.iter().map(|(variable, field, kind)| match kind {
            Variable::Number => format!("({variable:?}, (*{field}).into())"),
            Variable::OneOf(_) | Variable::Text => format!("({variable:?}, {field}.as_str().into())"),
        });
        arguments.push_str(&format!(" => vec![{}],\n", pairs.collect::<Vec<_>>().join(", ")));
    }
    TEMPLATE.replace("VARIANTS", &variants).replace("KEYS", &keys).replace("ARGUMENTS", &arguments)
}

const TEMPLATE: &str = "\
/// Every message that a person can see, with what it needs to be said. An attribute is a message of its own.
#[derive(Clone, PartialEq, Eq)]
pub enum Message {
VARIANTS}

impl Message {
    /// The key in the Fluent files; with `key.attribute` for an attribute.
    pub const fn key(&self) -> &'static str {
        match self {
KEYS        }
    }

    fn arguments(&self) -> Vec<(&'static str, FluentValue<'_>)> {
        match self {
ARGUMENTS        }
    }
}
";

fn camel(key: &str) -> String {
    let parts = key.split(['-', '_', '.']).filter(|part| !part.is_empty());
    parts.map(|part| part[..1].to_uppercase() + &part[1..]).collect()
}

/// One line that rustdoc takes for words only.
fn quote(words: &str) -> String {
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("`{}`", line.replace('`', "'"))
}
