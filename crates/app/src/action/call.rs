//! Calling somebody now.

use consilium_model::Secret;
use serde::Deserialize;
use ts_rs::TS;

/// Calling somebody now.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum CallStep {
    /// Opens the pane.
    Open {
        /// At the calls that were, which have been seen by that; otherwise at the people.
        log: bool,
    },
    /// Closes the pane.
    Close,
    /// Searches people and teams.
    Search {
        /// As typed.
        #[ts(type = "string")]
        text: Secret,
    },
    /// Calls people and teams together. A call or a visit that the user is in is put on hold.
    Call {
        /// `id`s of [`crate::view::ContactRow`]s.
        contacts: Vec<String>,
        /// `id`s of [`crate::view::TeamRow`]s.
        teams: Vec<String>,
        /// What it is about.
        #[ts(type = "string | null")]
        title: Option<Secret>,
    },
    /// Calls the people of a call that was.
    CallBack {
        /// The `id` of a [`crate::view::CallLogRow`].
        id: String,
    },
    /// Goes back into a call that goes on.
    Rejoin {
        /// The `id` of a [`crate::view::CallLogRow`].
        id: String,
    },
    /// Whether calls are heard at all, on every device of the user.
    SetDoNotDisturb {
        /// It rings nowhere.
        on: bool,
    },
    /// Whether a closed window goes on in the tray.
    SetInTray {
        /// It does.
        on: bool,
    },
    /// Takes a call. A call or a visit that the user is in is put on hold.
    Accept {
        /// The `id` of a [`crate::view::RingRow`].
        id: String,
    },
    /// Does not take a call.
    Decline {
        /// The `id` of a [`crate::view::RingRow`].
        id: String,
        /// Says that the user is in a call.
        busy: bool,
    },
    /// Gives up the call of the open visit: nobody rings any more.
    Cancel,
    /// Hangs up: with one other end the call is over, otherwise the others go on.
    HangUp {
        /// Ends it for all of them.
        for_all: bool,
    },
    /// Calls those again who have not come into the open visit, or with whom the user has talked.
    CallAgain,
    /// Goes back to what was put on hold; whatever is open is left.
    Back,
    /// Begins to ask another person into the open visit.
    OpenInvite,
    /// Asks nobody in any more.
    CloseInvite,
    /// Searches people and teams to ask in.
    SearchInvite {
        /// As typed.
        #[ts(type = "string")]
        text: Secret,
    },
    /// Rings people and teams into the open visit.
    AskIn {
        /// `id`s of [`crate::view::ContactRow`]s.
        contacts: Vec<String>,
        /// `id`s of [`crate::view::TeamRow`]s.
        teams: Vec<String>,
    },
    /// Makes a link that brings one more person into the open visit, once.
    MakeLink {
        /// The name that others see.
        #[ts(type = "string")]
        name: Secret,
        /// What that person does there, in words.
        role: Option<String>,
    },
    /// Takes the link off the screen.
    DropLink,
}
