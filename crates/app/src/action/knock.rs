//! What a person does about somebody who asks to be let in.

use consilium_model::Secret;
use serde::Deserialize;
use ts_rs::TS;

/// What a person does about somebody who asks to be let in. `id` is that of a [`crate::view::KnockRow`].
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum KnockStep {
    /// Lets it in; goes into its visit first, where the user is not in it.
    Admit {
        /// Who.
        id: String,
    },
    /// Turns it away.
    Deny {
        /// Who.
        id: String,
        /// Words for it.
        #[ts(type = "string | null")]
        reason: Option<Secret>,
    },
    /// Writes to it.
    Note {
        /// Who.
        id: String,
        /// The word.
        #[ts(type = "string")]
        text: Secret,
    },
    /// Rings for it, when it has stepped away.
    Ring {
        /// Who.
        id: String,
    },
}
