//! The Fluent files, embedded.

use consilium_model::Locale;

/// One Fluent file.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Its language.
    pub locale: Locale,
    /// Its name without the ending, for example `visit`.
    pub topic: &'a str,
    /// What it says.
    pub text: &'a str,
}

/// Every file of the product, as it was when this crate was built.
pub const SOURCES: &[Source<'static>] = include!(concat!(env!("OUT_DIR"), "/sources.rs"));
