//! The two roles of a visit (`medme.md`: `CLIENT`, `SPECIALIST`).

use serde::{Deserialize, Serialize};

/// Who a participant is in a conference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "UPPERCASE")]
pub enum Role {
    /// The patient, or the client in the vertical `general`.
    Client,
    /// The doctor, or the specialist in the vertical `general`.
    Specialist,
}
