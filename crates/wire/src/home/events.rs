//! `GET /home/v1/events` (WebSocket, one JSON object a text frame): who knocks at a specialist's visits and who calls,
//! wherever the specialist is in the application; and which colleagues can be reached.
//!
//! The client says [`EventHello`] with the token of its sign-in. The server tells every knock and every ringing call that
//! there is, and everybody who is not offline, then [`Event::Known`], then what changes. A client that comes back after a loss forgets what was not told again up to
//! `known`. A refused socket hears [`Event::Refused`] and is closed. The server hears nothing else from the client.

use super::FailureCode;
use super::calls::{Availability, CallId, CallPerson, Callee, RingEnd};
use crate::room::Waits;
use consilium_model::{ConferenceId, PeerId, Role, Secret, UserId};
use serde::{Deserialize, Serialize};

/// So many sockets a user may have open.
pub const MAX_SOCKETS: usize = 16;

/// The first message of the client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum EventHello {
    /// Who listens.
    Hello {
        /// The token of the sign-in.
        token: Secret,
    },
}

/// What the server tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// Somebody asks to be let in; again when what is known of it changes.
    Knocking {
        /// Into which conference ([`super::Visit::id`]).
        visit: ConferenceId,
        /// Who, as the room calls it.
        peer: PeerId,
        /// The name to show.
        name: Secret,
        /// The role in the visit.
        role: Role,
        /// For how long, and how ready it is.
        #[serde(default)]
        waits: Waits,
    },
    /// Somebody no longer asks: let in, denied, or gone.
    KnockOver {
        /// Where.
        visit: ConferenceId,
        /// Who.
        peer: PeerId,
    },
    /// Somebody calls. Told once a socket and call.
    Ringing {
        /// The call.
        call: CallId,
        /// Who calls.
        from: CallPerson,
        /// What it is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<Secret>,
        /// How many others are called, or in it.
        #[serde(default)]
        others: u32,
        /// The visit that the user is asked into, where it is one that ran before.
        #[serde(default)]
        into_visit: bool,
        /// For how long it goes on ringing, in seconds.
        seconds: u32,
    },
    /// It does not ring any more. Not told on the sockets of the sign-in that has accepted or declined.
    RingOver {
        /// The call.
        call: CallId,
        /// Why.
        why: RingEnd,
    },
    /// How it goes with those whom the user calls, or has asked into a visit: at once, and again at every change, on all
    /// sockets of whoever calls. The last one is told when the call has ended: nobody in it is ringing then.
    Calling {
        /// The call.
        call: CallId,
        /// The conference that carries it.
        visit: ConferenceId,
        /// Everybody but whoever calls.
        people: Vec<Callee>,
    },
    /// Whether a colleague can be reached.
    Contact {
        /// Who.
        user_id: UserId,
        /// Whether.
        availability: Availability,
    },
    /// How many calls were missed and not seen; again at every change, for every device of the user.
    Missed {
        /// So many.
        count: u32,
    },
    /// All that there is now has been told.
    Known,
    /// The socket closes.
    Refused {
        /// Why: [`FailureCode::Unauthorized`] asks for a sign-in, [`FailureCode::TooManyAttempts`] comes with
        /// more than [`MAX_SOCKETS`].
        error: FailureCode,
    },
    /// Of a type that this version does not know; to be ignored.
    #[serde(other)]
    Unknown,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_on_the_wire() {
        let hello = EventHello::Hello { token: "t".into() };
        assert_eq!(serde_json::to_string(&hello).unwrap(), r#"{"type":"hello","token":"t"}"#);
        assert!(serde_json::from_str::<EventHello>(r#"{"type":"howdy","token":"t"}"#).is_err());
        let text = r#"{"type":"knocking","visit":"v","peer":"p","name":"Sample","role":"CLIENT","waits":{"seconds":7}}"#;
        let waits = Waits { seconds: 7, ..Waits::default() };
        let (visit, peer) = (ConferenceId::new("v"), PeerId::new("p"));
        let knocking = Event::Knocking { visit, peer, name: "Sample".into(), role: Role::Client, waits };
        assert_eq!(serde_json::from_str::<Event>(text).unwrap(), knocking);
        let text = r#"{"type":"ringing","call":"c","from":{"user_id":"a","name":"Sample"},"seconds":30}"#;
        let (call, from) =
            (CallId("c".to_owned()), CallPerson { user_id: "a".into(), name: "Sample".into() });
        let ringing = Event::Ringing { call, from, title: None, others: 0, into_visit: false, seconds: 30 };
        assert_eq!(serde_json::from_str::<Event>(text).unwrap(), ringing);
        assert_eq!(serde_json::from_str::<Event>(r#"{"type":"known"}"#).unwrap(), Event::Known);
        assert_eq!(serde_json::from_str::<Event>(r#"{"type":"weather","of":1}"#).unwrap(), Event::Unknown);
    }
}
