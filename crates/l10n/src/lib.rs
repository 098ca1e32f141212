//! Words for people: `locales/*/*.ftl`, checked and typed, for Rust and for the user interface.
//!
//! [`Catalog::text`] says a [`Message`] in a language. The messages are generated from the files, so a message that
//! is not there, or lacks a variable, does not compile. [`check`] finds what a translator can get wrong;
//! [`typescript`] writes the same types for the user interface.
//!
//! This crate never chooses a language, and formats no dates.

mod catalog;
mod check;
mod message;
mod plural;
mod shape;
mod source;
mod typescript;

pub use catalog::Catalog;
pub use check::{Finding, Problem, check};
pub use message::Message;
pub use source::{SOURCES, Source};
pub use typescript::{TYPESCRIPT_PATH, typescript};
