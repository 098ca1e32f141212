//! `POST /home/v1/visits/{visit}/knocks/{peer}/{deny|note|ring}`: a specialist answers who knocks without being in the
//! visit. `visit` and `peer` are those of [`super::Event::Knocking`]. Letting in is for whoever is inside: the specialist
//! joins the visit first.
//!
//! | route | body | |
//! | --- | --- | --- |
//! | `deny` | [`Deny`] | turns the guest away |
//! | `note` | [`Note`] | writes to the guest |
//! | `ring` | | rings for a guest who has stepped away |
//!
//! Each answers 204. 404 [`super::FailureCode::NotFound`]: nobody of that id knocks any more, or the asker lets nobody in
//! there. 429 [`super::FailureCode::TooManyAttempts`]: more words and rings than a guest is to hear at once. 400
//! [`super::FailureCode::BadRequest`]: the words are too long or no text, as in the room.

use consilium_model::Secret;
use serde::{Deserialize, Serialize};

/// Turns somebody away.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deny {
    /// Why, at most [`crate::room::MAX_NOTE`] characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Secret>,
}

/// Words for somebody who waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// At most [`crate::room::MAX_NOTE`] characters.
    pub text: Secret,
}
