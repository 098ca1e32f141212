//! Whether the person at the other end is who the user believes.

use serde::Serialize;
use ts_rs::TS;

/// What is known about the encryption towards one participant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum TrustView {
    /// Nothing is known yet.
    #[default]
    Unknown,
    /// It cannot be told who this is: there have been no words for a while, the server does not say who it is although
    /// it said so of others, or the keychain does not say who was verified.
    Unchecked {
        /// The numbers of the three words, to compare for this call alone; `None` when there are none.
        words: Option<[u8; 3]>,
    },
    /// Both sides have these words; nobody has compared them yet.
    Unverified {
        /// The numbers of the three words, 0 to 255, in the order they are read out.
        words: [u8; 3],
    },
    /// The user has compared them, now or in an earlier call, and the other side's key is the same.
    Verified {
        /// The numbers of the three words; `None` when they are not known (yet). The key alone has told.
        words: Option<[u8; 3]>,
    },
    /// The user has compared them in an earlier call, and the other side's key is another one now.
    Changed {
        /// The numbers of the three words; `None` when they are not known (yet): whoever is in between can hold them
        /// back, and not the warning.
        words: Option<[u8; 3]>,
    },
}
