//! The messages, generated from the Fluent files by `build.rs`.

use fluent_bundle::FluentValue;
use std::fmt;

include!(concat!(env!("OUT_DIR"), "/message.rs"));

impl Message {
    pub(crate) fn values(&self) -> Vec<(&'static str, FluentValue<'_>)> {
        self.arguments()
    }
}

/// Prints the key only: a variable may be a patient's name.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}
