//! Somebody who waits to be let in.

use super::seat::Line;
use super::{Arrival, SocketId};
use crate::bucket::{Bucket, Rate};
use consilium_model::{MediaState, Participant, PeerId, Secret};
use consilium_wire::room::{FromServer, Peer, Readiness, Rights, Waits};
use std::time::{Duration, Instant};

/// What is known of somebody who waits is told again so often at most.
const TELL_EVERY: Duration = Duration::from_secs(1);
/// Words and rings from inside to one who waits.
const WORDS: Rate = Rate { burst: 5.0, per_second: 0.5 };

/// Somebody in the lobby.
pub(super) struct Guest {
    pub(super) id: PeerId,
    pub(super) who: Participant,
    pub(super) name: Secret,
    pub(super) rights: Rights,
    /// The key of the seat to come.
    pub(super) resume: Secret,
    pub(super) line: Line,
    pub(super) stage: Stage,
    /// What it was told last of its place.
    pub(super) standing: Option<Standing>,
    pub(super) words: Bucket,
}

/// How far somebody in the lobby has come.
pub(super) enum Stage {
    /// It has not asked yet.
    Silent,
    /// It asks.
    Knocks(Knock),
    /// It was let in while its socket was lost; it joins when it is back.
    Admitted(Knock, Participant),
    /// It was let in by this participant, and the conference is about to take it in.
    Joining(Knock, Participant),
}

/// A knock.
#[derive(Clone, Copy)]
pub(super) struct Knock {
    /// When it began to wait.
    pub(super) since: Instant,
    pub(super) ready: Readiness,
    pub(super) stepped_away: bool,
    /// What those inside have heard of it.
    pub(super) told: Option<Told>,
    /// When there is something to tell them.
    pub(super) tell_at: Option<Instant>,
}

/// What was last told of a knock.
#[derive(Clone, Copy)]
pub(super) struct Told {
    pub(super) at: Instant,
    pub(super) ready: Readiness,
    pub(super) stepped_away: bool,
}

/// Where somebody stands who waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::rooms) struct Standing {
    /// From 1.
    pub(in crate::rooms) position: u32,
    /// Until its turn, in seconds.
    pub(in crate::rooms) estimate: Option<u32>,
}

impl Knock {
    /// A new one, heard `at` a time.
    pub(super) fn new(since: Instant, ready: Readiness, at: Instant) -> Self {
        Self { since, ready, stepped_away: false, told: None, tell_at: Some(at) }
    }

    /// Something has changed that those inside are to hear.
    pub(super) fn changed(&mut self, now: Instant) {
        let Some(told) = self.told else { return };
        self.tell_at.get_or_insert((told.at + TELL_EVERY).max(now));
    }

    /// It is told now, as it is; whether that is the first time.
    pub(super) fn tell(&mut self, now: Instant) -> bool {
        self.tell_at = None;
        self.told.replace(Told { at: now, ready: self.ready, stepped_away: self.stepped_away }).is_none()
    }

    pub(super) fn waits(&self, now: Instant) -> Waits {
        let seconds = now.saturating_duration_since(self.since).as_secs();
        Waits { seconds: seconds.try_into().unwrap_or(u32::MAX), ready: self.ready, away: self.stepped_away }
    }
}

impl Guest {
    pub(super) fn new(arrival: Arrival, now: Instant) -> Self {
        Self {
            id: arrival.new_id,
            who: arrival.who,
            name: arrival.name,
            rights: arrival.rights,
            resume: arrival.new_resume,
            line: Line::Here(arrival.socket),
            stage: Stage::Silent,
            standing: None,
            words: Bucket::full(WORDS, now),
        }
    }

    /// The knock that those inside have heard and that nobody has answered.
    pub(super) fn heard_knock(&self) -> Option<&Knock> {
        match &self.stage {
            Stage::Knocks(knock) => Some(knock).filter(|knock| knock.told.is_some()),
            Stage::Silent | Stage::Admitted(..) | Stage::Joining(..) => None,
        }
    }

    pub(super) const fn is_joining(&self) -> bool {
        matches!(self.stage, Stage::Joining(..))
    }

    /// Until when its place is kept; `None` while its socket is there, or the conference has it in hand.
    pub(super) const fn kept_until(&self) -> Option<Instant> {
        match (&self.stage, &self.line) {
            (Stage::Joining(..), _) | (_, Line::Here(_)) => None,
            (_, Line::Away { until, .. }) => Some(*until),
        }
    }

    /// When there is something to tell those inside.
    pub(super) const fn tell_at(&self) -> Option<Instant> {
        match &self.stage {
            Stage::Knocks(knock) => knock.tell_at,
            Stage::Silent | Stage::Admitted(..) | Stage::Joining(..) => None,
        }
    }

    /// Those inside are to hear that its line, or what it said, is another.
    pub(super) fn changed(&mut self, now: Instant) {
        if let Stage::Knocks(knock) = &mut self.stage {
            knock.changed(now);
        }
    }

    pub(super) const fn socket(&self) -> Option<SocketId> {
        match self.line {
            Line::Here(socket) => Some(socket),
            Line::Away { .. } => None,
        }
    }

    /// What those inside hear of it.
    pub(super) fn to_knocking(&self, knock: &Knock, now: Instant) -> FromServer {
        let peer = Peer {
            id: self.id.clone(),
            name: self.name.clone(),
            role: self.who.role,
            user: Some(self.who.id.clone()),
            media: MediaState::default(),
            away: self.socket().is_none(),
            rights: self.rights,
        };
        FromServer::Knocking { peer, waits: knock.waits(now) }
    }
}
