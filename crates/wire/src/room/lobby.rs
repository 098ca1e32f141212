//! Before somebody is let in: what whoever waits can do once it is in, and for how long it has waited.

use serde::{Deserialize, Serialize};

/// The longest word to or about somebody who waits, in characters.
pub const MAX_NOTE: usize = 500;

/// Whether a client of the conference with this `appointmentId` comes to the room before it has joined: it may have to
/// knock there, and is joined when it is let in. Clients of all other conferences join first.
pub fn has_lobby(appointment_id: &str) -> bool {
    appointment_id.starts_with(crate::coviu::PREFIX)
}

/// What the check of a device or of the line has found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// It works.
    Good,
    /// It works badly: a slow line, a microphone that hears nothing.
    Poor,
    /// There is none.
    Missing,
    /// Another program has it.
    Busy,
    /// The person or the system does not allow it.
    Forbidden,
    /// It does not work.
    Failed,
    /// Not looked at yet, or not at all.
    #[default]
    #[serde(other)]
    Unknown,
}

/// How ready somebody is for the call, as its own check says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Readiness {
    /// The camera.
    #[serde(default)]
    pub camera: Check,
    /// The microphone.
    #[serde(default)]
    pub microphone: Check,
    /// The way to the clinic's relay.
    #[serde(default)]
    pub network: Check,
}

/// Somebody waits to be let in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waits {
    /// For how long, in seconds.
    #[serde(default)]
    pub seconds: u32,
    /// How ready it is.
    #[serde(default)]
    pub ready: Readiness,
    /// It has stepped away from its screen, and may be rung back.
    #[serde(default)]
    pub away: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_newer_client_finds_is_not_known_and_hurts_nothing() {
        let waits: Waits =
            serde_json::from_str(r#"{"ready":{"camera":"upside_down","network":"good"}}"#).unwrap();
        let ready = Readiness { network: Check::Good, ..Readiness::default() };
        assert_eq!(waits, Waits { ready, ..Waits::default() });
    }
}
