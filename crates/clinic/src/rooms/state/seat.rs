//! A participant's seat.

use super::guest::Guest;
use super::{Arrival, SocketId, Way};
use consilium_model::{MediaState, Participant, PeerId, Secret};
use consilium_wire::room::{FromServer, Peer, Rights};
use std::time::Instant;

/// So many signals are held for someone away. A negotiation between two peers has some dozens.
const HELD: usize = 256;

/// A participant's seat.
pub(super) struct Seat {
    pub(super) id: PeerId,
    pub(super) who: Participant,
    pub(super) resume: Secret,
    pub(super) rights: Rights,
    /// Somebody inside has let it in.
    pub(super) was_let_in: bool,
    pub(super) media: MediaState,
    pub(super) line: Line,
    name: Secret,
}

/// The way to whoever sits there.
#[derive(Debug, PartialEq)]
pub(super) enum Line {
    /// A socket.
    Here(SocketId),
    /// The socket is lost.
    Away {
        /// The seat is kept until then.
        until: Instant,
        /// Signals that came meanwhile.
        held: Held,
    },
}

/// Signals for someone away, the newest [`HELD`] of them.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Held(std::collections::VecDeque<FromServer>);

impl Held {
    /// Holds one more. The oldest are of least use: who comes back negotiates anew.
    pub(super) fn push(&mut self, message: FromServer) {
        if self.0.len() == HELD {
            self.0.pop_front();
        }
        self.0.push_back(message);
    }
}

impl IntoIterator for Held {
    type Item = FromServer;
    type IntoIter = std::collections::vec_deque::IntoIter<FromServer>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl Line {
    pub(super) fn away(until: Instant) -> Self {
        Self::Away { until, held: Held::default() }
    }
}

impl Seat {
    pub(super) fn new(arrival: Arrival) -> Self {
        Self {
            id: arrival.new_id,
            who: arrival.who,
            resume: arrival.new_resume,
            rights: arrival.rights,
            was_let_in: !matches!(arrival.way, Way::Free),
            media: MediaState::default(),
            line: Line::Here(arrival.socket),
            name: arrival.name,
        }
    }

    /// The seat of somebody who has waited, under the same id.
    pub(super) fn of_guest(guest: Guest, socket: SocketId) -> Self {
        Self {
            id: guest.id,
            who: guest.who,
            resume: guest.resume,
            rights: guest.rights,
            was_let_in: true,
            media: MediaState::default(),
            line: Line::Here(socket),
            name: guest.name,
        }
    }

    /// Sends this from now on, as far as it has the right to: what the others are told then.
    pub(super) const fn send(&mut self, claimed: MediaState) -> MediaState {
        let Rights { audio, video, screen, .. } = self.rights;
        self.media = MediaState {
            mic: claimed.mic && audio,
            camera: claimed.camera && video,
            screen: claimed.screen && screen,
            hold: claimed.hold,
        };
        self.media
    }

    pub(super) fn opens_with(&self, key: Option<&Secret>) -> bool {
        key == Some(&self.resume)
    }

    pub(super) const fn away_until(&self) -> Option<Instant> {
        match self.line {
            Line::Here(_) => None,
            Line::Away { until, .. } => Some(until),
        }
    }

    pub(super) const fn socket(&self) -> Option<SocketId> {
        match self.line {
            Line::Here(socket) => Some(socket),
            Line::Away { .. } => None,
        }
    }

    /// As the others see it.
    pub(super) fn to_peer(&self) -> Peer {
        Peer {
            id: self.id.clone(),
            name: self.name.clone(),
            role: self.who.role,
            user: Some(self.who.id.clone()),
            media: self.media,
            away: self.away_until().is_some(),
            rights: self.rights,
        }
    }
}
