//! What the languages have to have in common.

use super::language::own_words;
use super::{File, Finding, Problem};
use crate::shape::{Entry, Variable, variables};
use consilium_model::Locale;
use std::collections::{BTreeMap, BTreeSet};

/// One language: where each key stands, and what a person has to hand to it.
struct Language<'a> {
    locale: Locale,
    rows: BTreeMap<&'a str, (&'a File, &'a Entry)>,
    variables: BTreeMap<String, BTreeMap<String, Variable>>,
}

pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let mut findings = missing_files(files);
    let languages: Vec<Language<'_>> = Locale::ALL.iter().map(|locale| language(*locale, files)).collect();
    for here in &languages {
        for there in languages.iter().filter(|there| there.locale != here.locale) {
            findings.extend(missing_keys(here, there));
            for (file, entry) in here.rows.values() {
                let Some(other) = there.rows.get(entry.key.as_str()) else { continue };
                let problems = place(file, other.0, here, there)
                    .into_iter()
                    .chain(untranslated(entry, other.1, here, there))
                    .chain(handed(&entry.key, here, there));
                findings.extend(problems.map(|problem| file.find(&entry.key, problem)));
            }
        }
    }
    findings
}

fn language(locale: Locale, files: &[File]) -> Language<'_> {
    let files = files.iter().filter(|file| file.locale == locale);
    let rows: BTreeMap<_, _> = files
        .flat_map(|file| file.read.entries.iter().map(move |entry| (entry.key.as_str(), (file, entry))))
        .collect();
    let variables = variables(rows.values().map(|(_, entry)| *entry));
    Language { locale, rows, variables }
}

fn missing_files(files: &[File]) -> Vec<Finding> {
    let topics: BTreeSet<&str> = files.iter().map(|file| file.topic.as_str()).collect();
    let places = Locale::ALL.into_iter().flat_map(|locale| topics.iter().map(move |topic| (locale, *topic)));
    let missing = places
        .filter(|(locale, topic)| !files.iter().any(|file| file.locale == *locale && file.topic == **topic));
    missing
        .map(|(locale, topic)| Finding {
            locale,
            topic: topic.to_owned(),
            key: String::new(),
            problem: Problem::MissingFile,
        })
        .collect()
}

fn missing_keys(here: &Language<'_>, there: &Language<'_>) -> Vec<Finding> {
    // Each language has terms of its own.
    let others = there.rows.values().filter(|(_, entry)| !entry.is_term());
    let missing = others.filter(|(_, entry)| !here.rows.contains_key(entry.key.as_str()));
    missing
        .map(|(file, entry)| Finding {
            locale: here.locale,
            topic: file.topic.clone(),
            key: entry.key.clone(),
            problem: Problem::Missing { has: there.locale },
        })
        .collect()
}

/// One of the two is told; English is right.
fn place(file: &File, other: &File, here: &Language<'_>, there: &Language<'_>) -> Option<Problem> {
    let moved = there.locale == Locale::En && here.locale != Locale::En && file.topic != other.topic;
    moved.then(|| Problem::OtherFile { of: there.locale, topic: other.topic.clone() })
}

/// One of the two is told; English is right.
fn untranslated(entry: &Entry, other: &Entry, here: &Language<'_>, there: &Language<'_>) -> Option<Problem> {
    if there.locale != Locale::En && (here.locale == Locale::En || there.locale != Locale::Ru) {
        return None;
    }
    let same = entry.words == other.words && own_words(entry).chars().any(char::is_alphabetic);
    same.then_some(Problem::Untranslated { of: there.locale })
}

/// Variables that the other language uses, and the words it selects among.
fn handed(key: &str, here: &Language<'_>, there: &Language<'_>) -> Vec<Problem> {
    let (Some(mine), Some(theirs)) = (here.variables.get(key), there.variables.get(key)) else {
        return Vec::new();
    };
    let problem = |(name, variable): (&String, &Variable)| match (mine.get(name), variable) {
        (None, _) => Some(Problem::MissingVariable { name: name.clone(), uses: there.locale }),
        (Some(Variable::OneOf(mine)), Variable::OneOf(theirs)) if mine != theirs => {
            Some(Problem::OtherOptions { name: name.clone(), other: there.locale })
        }
        (Some(_), _) => None,
    };
    theirs.iter().filter_map(problem).collect()
}
