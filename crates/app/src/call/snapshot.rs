//! What the call shows, as of one moment.

use crate::knocks::RoomKnocks;
use crate::report::CallFigures;
use crate::view::{
    CallPhase, CallView, DetailsView, DeviceProblem, DrawingPath, DrawnStream, MyMedia, PeerState, PeerTile,
    PersonRole, ProblemCode, QualityView, ShareView, SwitchView, TrustView,
};
use consilium_call::core;
use consilium_media::DeviceError;
use consilium_media::audio::Playout;
use consilium_model::{Intent, Secret, Status};
use consilium_wire::room::Rights;
use std::sync::Weak;

/// What the Controller has to know.
pub(crate) enum CallNews {
    /// There is something else to show.
    Changed,
    /// There is no speaker; said once.
    NoSpeaker,
    /// A client asks for a longer visit.
    MoreTimeAsked,
    /// Showing the screen has ended without the user: a pause, or what was shown is gone.
    ShareEnded,
    /// The server has no room of its own: the conference is elsewhere. The last news.
    NoRoom,
    /// The seat is lost, and somebody has to admit the user anew. The last news.
    Outside,
    /// The room refused, for good.
    Ended(ProblemCode),
}

/// Everything a call shows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Snapshot {
    /// Missing until the sink is open.
    pub(crate) frames_url: Option<Secret>,
    pub(crate) drawing: DrawingPath,
    pub(crate) drawn: Vec<DrawnStream>,
    pub(crate) room: RoomState,
    pub(crate) intent: Intent,
    /// What the room lets the user do, once it has said so.
    pub(crate) rights: Option<Rights>,
    pub(crate) no_speaker: bool,
    /// A device failed, and a change of the devices may mend it.
    pub(crate) device_trouble: bool,
    /// Who asks to be let in.
    pub(crate) knocks: RoomKnocks,
    /// How often a client has asked for a longer visit.
    pub(crate) asked: u32,
    pub(crate) mic_problem: Option<DeviceError>,
    pub(crate) camera_problem: Option<DeviceError>,
    pub(crate) level: u8,
    pub(crate) peers: Vec<PeerTile>,
    pub(crate) share: ShareView,
    /// How often showing the screen has ended without the user's hand.
    pub(crate) share_ended: u32,
    /// Who speaks, or spoke last.
    pub(crate) speaker: Option<String>,
    pub(crate) pinned: Option<u32>,
    /// The clinic's telephone number, when it is offered.
    pub(crate) phone: Option<String>,
    /// The figures, while the user looks at them.
    pub(crate) details: Option<DetailsView>,
    pub(crate) figures: CallFigures,
    /// There are too many in it for cameras and screens: more than so many.
    pub(crate) audio_only: Option<u32>,
    /// What the call plays through, once it does.
    pub(crate) playout: Weak<Playout>,
}

/// How the call stands with the room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum RoomState {
    /// On the way in.
    #[default]
    Connecting,
    /// In.
    In,
    /// The socket is lost; the seat is kept.
    Lost,
    /// The server has none.
    Missing,
    /// At its door again.
    Outside,
    /// Refused for good.
    Refused(ProblemCode),
}

impl RoomState {
    /// Nothing more comes from the room.
    pub(crate) const fn is_over(self) -> bool {
        matches!(self, Self::Missing | Self::Outside | Self::Refused(_))
    }
}

impl Snapshot {
    /// The view, in a visit of this status; `None` until the sink is open.
    pub(crate) fn view(&self, status: Status) -> Option<CallView> {
        let rights = self.rights.unwrap_or_default();
        Some(CallView {
            phase: self.phase(status),
            me: MyMedia {
                mic: switch(self.intent.mic, rights.audio, self.mic_problem.as_ref()),
                camera: switch(self.intent.camera, rights.video, self.camera_problem.as_ref()),
                stream: super::streams::OWN,
                level: self.level,
            },
            peers: self.peers.clone(),
            frames_url: self.frames_url.clone()?,
            drawing: self.drawing,
            drawn: self.drawn.clone(),
            share: self.share.clone(),
            speaker: self.speaker.clone(),
            pinned: self.pinned,
            phone: self.phone.clone(),
            details: self.details.clone(),
            audio_only: self.audio_only,
        })
    }

    /// Whether a window would look the same; figures are not shown.
    pub(crate) fn shows_the_same(&self, other: &Self) -> bool {
        let shown = |snapshot: &Self| (snapshot.room, snapshot.intent, snapshot.rights, snapshot.level);
        shown(self) == shown(other)
            && self.frames_url == other.frames_url
            && self.drawing == other.drawing
            && self.drawn == other.drawn
            && self.no_speaker == other.no_speaker
            && self.device_trouble == other.device_trouble
            && self.knocks == other.knocks
            && self.asked == other.asked
            && self.mic_problem == other.mic_problem
            && self.camera_problem == other.camera_problem
            && self.peers == other.peers
            && self.share == other.share
            && self.share_ended == other.share_ended
            && self.speaker == other.speaker
            && self.pinned == other.pinned
            && self.phone == other.phone
            && self.details == other.details
            && self.audio_only == other.audio_only
    }

    fn phase(&self, status: Status) -> CallPhase {
        match self.room {
            RoomState::Connecting => CallPhase::Connecting,
            RoomState::Lost => CallPhase::Reconnecting,
            RoomState::Missing | RoomState::Outside | RoomState::Refused(_) => CallPhase::Failed,
            RoomState::In if status == Status::StartedAndPaused => CallPhase::OnHold,
            RoomState::In => CallPhase::Connected,
        }
    }
}

fn switch(wanted: bool, allowed: bool, problem: Option<&DeviceError>) -> SwitchView {
    let on = wanted && allowed;
    SwitchView { on, allowed, problem: problem.filter(|_| on).map(device_problem) }
}

pub(crate) const fn device_problem(error: &DeviceError) -> DeviceProblem {
    match error {
        DeviceError::Missing => DeviceProblem::Missing,
        DeviceError::InUse => DeviceProblem::InUse,
        DeviceError::NotAllowed => DeviceProblem::NotAllowed,
        DeviceError::BadFile | DeviceError::Failed(_) => DeviceProblem::Failed,
    }
}

/// A peer as its tile shows it.
pub(crate) fn tile(peer: &core::PeerView, stream: u32, level: u8) -> PeerTile {
    PeerTile {
        id: peer.id.as_str().to_owned(),
        name: peer.name.expose().clone(),
        role: peer.user.as_ref().map_or_else(|| peer.role.into(), |user| PersonRole::of(peer.role, user)),
        media: peer.media,
        state: match peer.state {
            core::PeerState::Connecting => PeerState::Connecting,
            core::PeerState::Connected => PeerState::Connected,
            core::PeerState::Reconnecting => PeerState::Reconnecting,
            core::PeerState::Away => PeerState::Away,
        },
        stream,
        level,
        screen: None,
        volume: 100,
        quality: QualityView::Unknown,
        gets: None,
        trust: TrustView::Unknown,
    }
}
