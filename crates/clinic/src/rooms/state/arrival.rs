//! Somebody who says hello.

use super::SocketId;
use crate::turn::Ice;
use consilium_model::{Participant, PeerId, Secret};
use consilium_wire::room::{Rights, RoomError};

/// How somebody comes in who is not in the conference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::rooms) enum Way {
    /// By itself; it joins before it comes.
    Free,
    /// Somebody inside lets it in.
    Knock,
    /// As [`Self::Knock`], but nobody may come to the door now.
    Closed(RoomError),
}

/// Who has the seat when a participant comes with a second device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::rooms) enum Devices {
    /// The newest one: the participant has gone on there.
    #[default]
    Newest,
    /// The first one, as long as it is there: the second may be somebody else's.
    First,
}

/// Somebody comes in.
#[derive(Clone, Debug)]
pub(in crate::rooms) struct Arrival {
    /// On which socket.
    pub(in crate::rooms) socket: SocketId,
    /// Who.
    pub(in crate::rooms) who: Participant,
    /// The name to show.
    pub(in crate::rooms) name: Secret,
    /// How it comes in.
    pub(in crate::rooms) way: Way,
    /// Which of its devices has the seat.
    pub(in crate::rooms) devices: Devices,
    /// What it may do once it is in.
    pub(in crate::rooms) rights: Rights,
    /// The key of an earlier welcome.
    pub(in crate::rooms) resume: Option<Secret>,
    /// For the welcome.
    pub(in crate::rooms) ice: Ice,
    /// For a new seat.
    pub(in crate::rooms) new_id: PeerId,
    /// For a new seat.
    pub(in crate::rooms) new_resume: Secret,
}
