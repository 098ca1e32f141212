//! What a text has to be in its own language.

use super::{File, Finding, Problem};
use crate::plural::categories;
use crate::shape::{Entry, Selection, SelectionKind};
use consilium_model::Locale;

/// Words that are the same in every language: the product, and each language's name for itself.
const EVERYWHERE: [&str; 4] = ["Consilium", "Русский", "English", "עברית"];

/// The words of an entry without those that are the same everywhere.
pub(super) fn own_words(entry: &Entry) -> String {
    EVERYWHERE.iter().fold(entry.words.clone(), |words, everywhere| words.replace(everywhere, ""))
}

pub(super) fn check(file: &File, entry: &Entry) -> Vec<Finding> {
    let mut problems = Vec::new();
    if entry.words.trim().is_empty() {
        problems.push(Problem::Empty);
    }
    let foreign = own_words(entry).chars().find(|letter| is_foreign(*letter, file.locale));
    problems.extend(foreign.map(|letter| Problem::ForeignLetter { letter }));
    problems.extend(entry.selections.iter().flat_map(|selection| plural(selection, file.locale)));
    problems.into_iter().map(|problem| file.find(&entry.key, problem)).collect()
}

/// Control characters anywhere in a file, comments included: nobody sees them there.
pub(super) fn controls(file: &File, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for line in text.lines() {
        let key = line.split_once('=').map_or("", |(key, _)| key.trim());
        let written = line.chars().map(u32::from).chain(escapes(line));
        for code in written.filter(|code| is_bidi_control(*code)) {
            findings.push(file.find(key, Problem::BidiControl { code }));
        }
    }
    findings
}

/// The code points written as `\uXXXX`.
fn escapes(line: &str) -> impl Iterator<Item = u32> {
    line.split("\\u").skip(1).filter_map(|rest| u32::from_str_radix(rest.get(..4)?, 16).ok())
}

/// The property `Bidi_Control` of Unicode.
const fn is_bidi_control(code: u32) -> bool {
    matches!(code, 0x061C | 0x200E | 0x200F | 0x202A..=0x202E | 0x2066..=0x2069)
}

const fn is_foreign(letter: char, locale: Locale) -> bool {
    let (cyrillic, hebrew) =
        (matches!(letter, '\u{400}'..='\u{4FF}'), matches!(letter, '\u{5D0}'..='\u{5EA}'));
    match locale {
        Locale::Ru => hebrew,
        Locale::En => cyrillic || hebrew,
        Locale::He => cyrillic,
    }
}

fn plural(selection: &Selection, locale: Locale) -> Vec<Problem> {
    if selection.kind == SelectionKind::Words {
        return Vec::new();
    }
    let needed = categories(locale, selection.kind);
    let missing = needed.iter().filter(|category| !selection.keys.contains(**category));
    let missing = missing.map(|category| Problem::MissingPlural { category: (*category).to_owned() });
    let foreign = selection.keys.iter().filter(|key| !needed.contains(&key.as_str()));
    let foreign = foreign.map(|key| Problem::ForeignPlural { category: key.clone() });
    let default = &selection.default;
    let wrong = (default != "other").then(|| Problem::PluralDefault { default: default.clone() });
    missing.chain(foreign).chain(wrong).collect()
}
