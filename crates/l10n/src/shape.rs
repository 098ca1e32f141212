//! What a Fluent file says, apart from the words: entries, variables with their types, references, selections.
//!
//! `build.rs` reads the files with the same code, so that the generated messages, the checks and the types for the
//! user interface can never disagree. Hence nothing of this crate is used here.

use fluent_syntax::ast::{
    CallArguments, Entry as Ast, Expression, InlineExpression, Pattern, PatternElement, Variant, VariantKey,
};
use fluent_syntax::parser;
use std::collections::{BTreeMap, BTreeSet};

/// The plural categories of CLDR; Fluent selects among them when the selector is a number.
pub(crate) const CATEGORIES: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// One file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Topic {
    /// In the order of the file.
    pub(crate) entries: Vec<Entry>,
    /// The lines at which the syntax is broken, from 1.
    pub(crate) broken_lines: Vec<usize>,
}

/// A message (`key`), a term (`-key`) or an attribute of either (`key.attribute`).
#[derive(Clone, Debug, Default)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) variables: BTreeMap<String, Variable>,
    /// Keys of messages and terms that are used here.
    pub(crate) references: BTreeSet<String>,
    pub(crate) functions: BTreeSet<String>,
    pub(crate) selections: Vec<Selection>,
    /// The words, with `{}` for each placeable.
    pub(crate) words: String,
}

/// What a variable has to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Variable {
    /// Put into the text as it is.
    Text,
    /// One of these words.
    OneOf(BTreeSet<String>),
    /// A number: a plural depends on it.
    Number,
}

/// A selection with its variants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Selection {
    pub(crate) kind: SelectionKind,
    /// Identifiers only; a number as a key is an exact match in every language.
    pub(crate) keys: BTreeSet<String>,
    pub(crate) default: String,
}

/// What a selection depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SelectionKind {
    Words,
    Cardinal,
    Ordinal,
}

impl Topic {
    /// Reads a file. What is broken is left out and noted.
    pub(crate) fn read(source: &str) -> Self {
        let (resource, errors) = match parser::parse(source) {
            Ok(resource) => (resource, Vec::new()),
            Err((resource, errors)) => (resource, errors),
        };
        let line = |position: usize| source[..position.min(source.len())].lines().count().max(1);
        let broken_lines = errors.iter().map(|error| line(error.pos.start)).collect();
        Self { entries: resource.body.iter().flat_map(entries).collect(), broken_lines }
    }
}

impl Entry {
    /// A person never sees a term by itself.
    pub(crate) fn is_term(&self) -> bool {
        self.key.starts_with('-')
    }
}

impl Variable {
    /// What it is when it is used in two ways.
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Number, _) | (_, Self::Number) => Self::Number,
            (Self::OneOf(some), Self::OneOf(others)) => Self::OneOf(&some | &others),
            (Self::OneOf(words), Self::Text) | (Self::Text, Self::OneOf(words)) => Self::OneOf(words),
            (Self::Text, Self::Text) => Self::Text,
        }
    }
}

fn entries(ast: &Ast<&str>) -> Vec<Entry> {
    let (key, value, attributes) = match ast {
        Ast::Message(message) => (message.id.name.to_owned(), message.value.as_ref(), &message.attributes),
        Ast::Term(term) => (format!("-{}", term.id.name), Some(&term.value), &term.attributes),
        Ast::Comment(_) | Ast::GroupComment(_) | Ast::ResourceComment(_) | Ast::Junk { .. } => {
            return Vec::new();
        }
    };
    let attributes =
        attributes.iter().map(|attribute| (format!("{key}.{}", attribute.id.name), &attribute.value));
    let value = value.map(|value| (key.clone(), value));
    value.into_iter().chain(attributes).map(|(key, pattern)| entry(key, pattern)).collect()
}

fn entry(key: String, pattern: &Pattern<&str>) -> Entry {
    let mut entry = Entry { key, ..Entry::default() };
    entry.pattern(pattern);
    entry
}

impl Entry {
    fn pattern(&mut self, pattern: &Pattern<&str>) {
        for element in &pattern.elements {
            match element {
                PatternElement::TextElement { value } => self.words.push_str(value),
                PatternElement::Placeable { expression } => self.expression(expression),
            }
        }
    }

    fn expression(&mut self, expression: &Expression<&str>) {
        match expression {
            Expression::Inline(inline) => self.inline(inline, Variable::Text),
            Expression::Select { selector, variants } => self.select(selector, variants),
        }
    }

    fn select(&mut self, selector: &InlineExpression<&str>, variants: &[Variant<&str>]) {
        let selection = selection(selector, variants);
        let variable = match selection.kind {
            SelectionKind::Words => Variable::OneOf(selection.keys.clone()),
            SelectionKind::Cardinal | SelectionKind::Ordinal => Variable::Number,
        };
        self.selections.push(selection);
        let words = std::mem::take(&mut self.words);
        self.inline(selector, variable);
        self.words = words;
        for variant in variants {
            self.words.push('\n');
            self.pattern(&variant.value);
        }
    }

    fn inline(&mut self, inline: &InlineExpression<&str>, used_as: Variable) {
        match inline {
            InlineExpression::StringLiteral { value } => self.words.push_str(value),
            InlineExpression::NumberLiteral { .. } => self.words.push_str("{}"),
            InlineExpression::VariableReference { id } => {
                self.words.push_str("{}");
                let before = self.variables.remove(id.name);
                let now = before.map_or(used_as.clone(), |before| before.and(used_as));
                self.variables.insert(id.name.to_owned(), now);
            }
            InlineExpression::FunctionReference { id, arguments } => {
                self.functions.insert(id.name.to_owned());
                self.arguments(arguments, Variable::Number);
            }
            InlineExpression::MessageReference { id, attribute } => {
                self.refer(id.name.to_owned(), attribute.as_ref().map(|attribute| attribute.name));
            }
            InlineExpression::TermReference { id, attribute, arguments } => {
                self.refer(format!("-{}", id.name), attribute.as_ref().map(|attribute| attribute.name));
                if let Some(arguments) = arguments {
                    self.arguments(arguments, Variable::Text);
                }
            }
            InlineExpression::Placeable { expression } => self.expression(expression),
        }
    }

    fn refer(&mut self, key: String, attribute: Option<&str>) {
        self.words.push_str("{}");
        self.references.insert(attribute.map_or(key.clone(), |attribute| format!("{key}.{attribute}")));
    }

    fn arguments(&mut self, arguments: &CallArguments<&str>, used_as: Variable) {
        let named = arguments.named.iter().map(|argument| &argument.value);
        for argument in arguments.positional.iter().chain(named) {
            // Options of a function and parameters of a term are no words for people.
            let words = std::mem::take(&mut self.words);
            self.inline(argument, used_as.clone());
            self.words = words;
        }
    }
}

fn selection(selector: &InlineExpression<&str>, variants: &[Variant<&str>]) -> Selection {
    let mut keys = BTreeSet::new();
    let mut default = String::new();
    let mut has_numbers = false;
    for variant in variants {
        let key = match variant.key {
            VariantKey::Identifier { name } => {
                keys.insert(name.to_owned());
                name
            }
            VariantKey::NumberLiteral { value } => {
                has_numbers = true;
                value
            }
        };
        if variant.default {
            default = key.to_owned();
        }
    }
    let plural = has_numbers || keys.iter().any(|key| CATEGORIES.contains(&key.as_str()));
    let kind = match selector {
        InlineExpression::FunctionReference { arguments, .. } if is_ordinal(arguments) => {
            SelectionKind::Ordinal
        }
        InlineExpression::FunctionReference { .. } => SelectionKind::Cardinal,
        _ if plural => SelectionKind::Cardinal,
        _ => SelectionKind::Words,
    };
    Selection { kind, keys, default }
}

fn is_ordinal(arguments: &CallArguments<&str>) -> bool {
    arguments.named.iter().any(|argument| {
        argument.name.name == "type"
            && matches!(argument.value, InlineExpression::StringLiteral { value: "ordinal" })
    })
}

/// The variables of each entry that a person can see, with those of everything it refers to. Terms are left out:
/// a message hands them their parameters.
pub(crate) fn variables<'a>(
    entries: impl IntoIterator<Item = &'a Entry>,
) -> BTreeMap<String, BTreeMap<String, Variable>> {
    let all: BTreeMap<&str, &Entry> = entries.into_iter().map(|entry| (entry.key.as_str(), entry)).collect();
    let seen = all.values().filter(|entry| !entry.is_term());
    seen.map(|entry| (entry.key.clone(), gather(entry, &all))).collect()
}

fn gather(entry: &Entry, all: &BTreeMap<&str, &Entry>) -> BTreeMap<String, Variable> {
    let (mut found, mut visited, mut open) = (BTreeMap::new(), BTreeSet::new(), vec![entry]);
    while let Some(entry) = open.pop() {
        if !visited.insert(entry.key.as_str()) {
            continue;
        }
        found = merge(found, entry.variables.clone());
        let references = entry.references.iter().filter(|key| !key.starts_with('-'));
        open.extend(references.filter_map(|key| all.get(key.as_str()).copied()));
    }
    found
}

/// The union of two sets of variables.
pub(crate) fn merge(
    mut some: BTreeMap<String, Variable>,
    others: BTreeMap<String, Variable>,
) -> BTreeMap<String, Variable> {
    for (name, variable) in others {
        let variable = match some.remove(&name) {
            Some(before) => before.and(variable),
            None => variable,
        };
        some.insert(name, variable);
    }
    some
}
