//! What a translator can get wrong.

mod agreement;
mod language;

use crate::shape::{Entry, Topic};
use crate::source::{SOURCES, Source};
use consilium_model::Locale;
use std::fmt;

/// A fault of the Fluent files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// In which language.
    pub locale: Locale,
    /// In which file, without its ending.
    pub topic: String,
    /// At which key; empty when the file as a whole is meant.
    pub key: String,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The syntax is broken.
    #[error("the syntax is broken at line {line}")]
    Syntax {
        /// From 1.
        line: usize,
    },
    /// Another language has this file.
    #[error("the file is missing")]
    MissingFile,
    /// Another language has this message, term or attribute.
    #[error("has no words here, but in {has}", has = .has.tag())]
    Missing {
        /// The other language.
        has: Locale,
    },
    /// Another language has it in another file.
    #[error("stands in {topic}.ftl in {of}", of = .of.tag())]
    OtherFile {
        /// The other language.
        of: Locale,
        /// Its file.
        topic: String,
    },
    /// The language has this key twice.
    #[error("is there twice; first in {first}.ftl")]
    Duplicate {
        /// The file of the first one.
        first: String,
    },
    /// There are no words at all.
    #[error("is empty")]
    Empty,
    /// Another language uses a variable that this one does not.
    #[error("does not use ${name}, but {uses} does", uses = .uses.tag())]
    MissingVariable {
        /// The variable.
        name: String,
        /// The other language.
        uses: Locale,
    },
    /// Another language selects among other words by the same variable.
    #[error("selects by ${name} among other words than {other}", other = .other.tag())]
    OtherOptions {
        /// The variable.
        name: String,
        /// The other language.
        other: Locale,
    },
    /// Uses a message or term that is not there.
    #[error("uses {to}, which is not there")]
    UnknownReference {
        /// Its key.
        to: String,
    },
    /// Uses a function other than `NUMBER`.
    #[error("uses the function {name}, which is not there")]
    UnknownFunction {
        /// Its name.
        name: String,
    },
    /// Nothing uses this term.
    #[error("is a term that nothing uses")]
    UnusedTerm,
    /// The language needs this plural category.
    #[error("has no variant [{category}]")]
    MissingPlural {
        /// The category.
        category: String,
    },
    /// The language has no such plural category.
    #[error("has the variant [{category}], which this language never selects")]
    ForeignPlural {
        /// The category.
        category: String,
    },
    /// `other` has to be the default of a plural.
    #[error("has the default [{default}] instead of [other]")]
    PluralDefault {
        /// The default.
        default: String,
    },
    /// A bidirectional control character. Variables are isolated by themselves.
    #[error("has the control character U+{code:04X}")]
    BidiControl {
        /// Its code point.
        code: u32,
    },
    /// The words are those of another language.
    #[error("has the same words as {of}", of = .of.tag())]
    Untranslated {
        /// The other language.
        of: Locale,
    },
    /// A letter of another language's alphabet.
    #[error("has the foreign letter {letter}")]
    ForeignLetter {
        /// The letter.
        letter: char,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "locales/{}/{}.ftl: ", self.locale.tag(), self.topic)?;
        if !self.key.is_empty() {
            write!(f, "{} ", self.key)?;
        }
        self.problem.fmt(f)
    }
}

/// A file that has been read.
struct File {
    locale: Locale,
    topic: String,
    read: Topic,
}

impl File {
    fn find(&self, key: &str, problem: Problem) -> Finding {
        Finding { locale: self.locale, topic: self.topic.clone(), key: key.to_owned(), problem }
    }
}

/// Everything that is wrong with the product's Fluent files.
pub fn check() -> Vec<Finding> {
    of(SOURCES)
}

fn of(sources: &[Source<'_>]) -> Vec<Finding> {
    let read = |source: &Source<'_>| File {
        locale: source.locale,
        topic: source.topic.to_owned(),
        read: Topic::read(source.text),
    };
    let files: Vec<File> = sources.iter().map(read).collect();
    let mut findings = Vec::new();
    for (file, source) in files.iter().zip(sources) {
        findings.extend(syntax(file));
        findings.extend(language::controls(file, source.text));
        for entry in &file.read.entries {
            findings.extend(language::check(file, entry));
        }
    }
    for locale in Locale::ALL {
        let files: Vec<&File> = files.iter().filter(|file| file.locale == locale).collect();
        findings.extend(duplicates(&files));
        findings.extend(references(&files));
    }
    findings.extend(agreement::check(&files));
    findings
}

fn syntax(file: &File) -> impl Iterator<Item = Finding> {
    file.read.broken_lines.iter().map(|line| file.find("", Problem::Syntax { line: *line }))
}

fn rows<'a>(files: &[&'a File]) -> impl Iterator<Item = (&'a File, &'a Entry)> + Clone {
    let rows: Vec<_> =
        files.iter().flat_map(|file| file.read.entries.iter().map(move |entry| (*file, entry))).collect();
    rows.into_iter()
}

fn duplicates(files: &[&File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (nth, (file, entry)) in rows(files).enumerate() {
        if let Some((first, _)) = rows(files).take(nth).find(|(_, earlier)| earlier.key == entry.key) {
            findings.push(file.find(&entry.key, Problem::Duplicate { first: first.topic.clone() }));
        }
    }
    findings
}

/// References into nowhere, unknown functions and terms without use, within one language.
fn references(files: &[&File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, entry) in rows(files) {
        let unknown = entry.references.iter().filter(|to| rows(files).all(|(_, other)| other.key != **to));
        findings
            .extend(unknown.map(|to| file.find(&entry.key, Problem::UnknownReference { to: to.clone() })));
        let functions = entry.functions.iter().filter(|name| *name != "NUMBER");
        findings.extend(
            functions.map(|name| file.find(&entry.key, Problem::UnknownFunction { name: name.clone() })),
        );
        if entry.is_term() && rows(files).all(|(_, other)| !other.references.contains(&entry.key)) {
            findings.push(file.find(&entry.key, Problem::UnusedTerm));
        }
    }
    findings
}

#[cfg(test)]
mod tests;
