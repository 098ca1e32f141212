//! The waiting room, from the side of whoever asks to be let in.
//!
//! Here is no call yet, and nothing that could send one: no device is opened, no connection is looked for. The room's
//! welcome, handed over with the socket, is the only way on.

use crate::again::Again;
use crate::view::{LobbyPhase, LobbyView, PlaceView, Presence};
use consilium_client::{RoomEvent, RoomSocket};
use consilium_model::Secret;
use consilium_wire::room::{FromClient, FromServer, IceServer, Readiness, RoomError};
use std::time::Instant;

/// So many words of those inside are kept: the last ones matter.
const NOTES: usize = 20;

/// What the Controller has to know.
pub(crate) enum LobbyNews {
    /// There is something else to show.
    Changed,
    /// The room says where its relay is; told anew on every line.
    AtDoor(Vec<IceServer>),
    /// Those inside ring for the user.
    Rung,
    /// Those inside have written.
    Noted,
    /// Let in: the room's welcome.
    Admitted(FromServer),
    /// Turned away.
    Denied,
    /// The server has no room of its own. The last news.
    NoRoom,
    /// The room refuses. The last news.
    Refused(RoomError),
}

/// The waiting room of one guest.
pub(crate) struct Lobby {
    state: State,
    notes: Vec<Secret>,
    ready: Readiness,
}

enum State {
    /// With a socket, on the way to the door or at it.
    AtDoor(Box<Door>),
    /// Too early: tried again at a time, or about to be.
    Early { again: Again, asked: bool },
    /// Turned away.
    Denied(Option<Secret>),
    /// Not at the door; the user may go there.
    Outside,
}

struct Door {
    room: RoomSocket,
    line: DoorLine,
    place: Option<PlaceView>,
    presence: Presence,
}

#[derive(Clone, Copy)]
enum DoorLine {
    /// It was too early before, or not.
    Arriving(Option<Again>),
    Knocking,
    Lost,
}

impl Lobby {
    /// On the way to the door. It was too early before, or not.
    pub(crate) fn arrive(room: RoomSocket, ready: Readiness, early: Option<Again>) -> Self {
        let (line, presence) = (DoorLine::Arriving(early), Presence::Here);
        let door = Door { room, line, place: None, presence };
        Self { state: State::AtDoor(Box::new(door)), notes: Vec::new(), ready }
    }

    /// Not at the door, until the user goes there.
    pub(crate) fn outside() -> Self {
        Self { state: State::Outside, notes: Vec::new(), ready: Readiness::default() }
    }

    /// Too early; comes back by itself.
    pub(crate) fn early(again: Again) -> Self {
        let state = State::Early { again, asked: false };
        Self { state, notes: Vec::new(), ready: Readiness::default() }
    }

    /// What happens next; pends while there is no socket. May be dropped and called again.
    pub(crate) async fn next(&mut self) -> LobbyNews {
        let State::AtDoor(door) = &mut self.state else { return std::future::pending().await };
        let event = door.room.next().await;
        self.heard(event)
    }

    fn heard(&mut self, event: Option<RoomEvent>) -> LobbyNews {
        let State::AtDoor(door) = &mut self.state else { return LobbyNews::Changed };
        let message = match event {
            Some(RoomEvent::Message(message)) => message,
            Some(RoomEvent::Lost) => {
                door.line = DoorLine::Lost;
                return LobbyNews::Changed;
            }
            Some(RoomEvent::NoRoom) => return LobbyNews::NoRoom,
            Some(RoomEvent::Refused(error)) => return LobbyNews::Refused(error),
            None => return LobbyNews::Refused(RoomError::NotJoined),
        };
        match message {
            FromServer::Lobby { ice_servers, .. } => {
                door.line = DoorLine::Knocking;
                door.say(&FromClient::Knock { ready: self.ready });
                // A line that was lost may have lost what was said of it.
                if door.presence != Presence::Here {
                    door.say(&FromClient::StepAway { on: true });
                }
                LobbyNews::AtDoor(ice_servers)
            }
            FromServer::Waiting { position, estimate_seconds } => {
                let estimate_minutes = estimate_seconds.map(|seconds| seconds.div_ceil(60));
                door.place = Some(PlaceView { position, estimate_minutes });
                LobbyNews::Changed
            }
            FromServer::Rung if door.presence == Presence::Away => {
                door.presence = Presence::Rung;
                LobbyNews::Rung
            }
            // At the screen, or on the way to it.
            FromServer::Rung => LobbyNews::Rung,
            FromServer::Note { text } => {
                self.notes.push(text);
                let surplus = self.notes.len().saturating_sub(NOTES);
                self.notes.drain(..surplus);
                LobbyNews::Noted
            }
            FromServer::Denied { reason } => {
                self.state = State::Denied(reason);
                LobbyNews::Denied
            }
            welcome @ FromServer::Welcome { .. } => LobbyNews::Admitted(welcome),
            _ => LobbyNews::Changed,
        }
    }

    /// The user steps away from the screen, or is back.
    pub(crate) fn step_away(&mut self, on: bool) {
        if let State::AtDoor(door) = &mut self.state {
            door.presence = if on { Presence::Away } else { Presence::Here };
            if door.is_knocking() {
                door.say(&FromClient::StepAway { on });
            }
        }
    }

    /// The user's check has found this: those inside are told.
    pub(crate) fn set_ready(&mut self, ready: Readiness) {
        if std::mem::replace(&mut self.ready, ready) == ready {
            return;
        }
        if let State::AtDoor(door) = &self.state
            && door.is_knocking()
        {
            door.say(&FromClient::Knock { ready });
        }
    }

    /// It is time to go to the door again; said once.
    pub(crate) fn is_due(&mut self, now: Instant) -> bool {
        match &mut self.state {
            State::Early { again, asked } if again.is_due(now) => !std::mem::replace(asked, true),
            State::Early { .. } | State::AtDoor(_) | State::Denied(_) | State::Outside => false,
        }
    }

    /// It was too early so far.
    pub(crate) fn was_early(&self) -> Option<Again> {
        match &self.state {
            State::Early { again, .. } => Some(*again),
            State::AtDoor(door) => match door.line {
                DoorLine::Arriving(early) => early,
                DoorLine::Knocking | DoorLine::Lost => None,
            },
            State::Denied(_) | State::Outside => None,
        }
    }

    /// The user may go to the door by hand.
    pub(crate) const fn can_knock(&self) -> bool {
        matches!(self.state, State::Denied(_) | State::Outside)
    }

    /// Leaves the door, and gives the socket when there was one.
    pub(crate) fn go_outside(&mut self) -> Option<RoomSocket> {
        match std::mem::replace(&mut self.state, State::Outside) {
            State::AtDoor(door) => Some(door.room),
            State::Early { .. } | State::Denied(_) | State::Outside => None,
        }
    }

    /// For the window.
    pub(crate) fn view(&self) -> LobbyView {
        LobbyView {
            phase: self.phase(),
            notes: self.notes.iter().map(|note| note.expose().clone()).collect(),
        }
    }

    fn phase(&self) -> LobbyPhase {
        match &self.state {
            State::AtDoor(door) => match door.line {
                DoorLine::Arriving(None) => LobbyPhase::Arriving,
                DoorLine::Arriving(Some(_)) => LobbyPhase::Early,
                DoorLine::Knocking => LobbyPhase::Knocking { place: door.place, presence: door.presence },
                DoorLine::Lost => LobbyPhase::Reconnecting,
            },
            State::Early { .. } => LobbyPhase::Early,
            State::Denied(reason) => {
                LobbyPhase::Denied { reason: reason.as_ref().map(|reason| reason.expose().clone()) }
            }
            State::Outside => LobbyPhase::Outside,
        }
    }
}

impl Door {
    const fn is_knocking(&self) -> bool {
        matches!(self.line, DoorLine::Knocking)
    }

    /// What cannot be said now is said on the next line, or is void with it.
    fn say(&self, message: &FromClient) {
        if let Err(error) = self.room.sender().send(message) {
            tracing::warn!(%error, "a message did not reach the room");
        }
    }
}
