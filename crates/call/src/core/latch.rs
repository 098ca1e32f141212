//! The intent latch: the one place that decides whether something may leave this machine.

use super::crowd::Crowd;
use super::{Rung, SCREEN_LAYER};
use consilium_model::{Content, Intent, MediaState, Status};
use consilium_wire::room::Rights;

/// What a peer gets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sending {
    /// The microphone.
    pub audio: bool,
    /// So much of the camera; `None` when nothing of it may leave or nobody looks.
    pub video: Option<Rung>,
    /// So much of the screen, likewise.
    pub screen: Option<Rung>,
    /// What the line should carry for more of it, in bits per second; 0 when there is no more to get.
    pub goal: u32,
}

impl Sending {
    /// So much of a stream of pictures.
    pub const fn of(&self, content: Content) -> Option<Rung> {
        match content {
            Content::Camera => self.video,
            Content::Screen => self.screen,
        }
    }

    /// The layer of the camera's capture that the peer gets.
    pub fn layer(&self) -> Option<u8> {
        self.layer_of(Content::Camera)
    }

    /// The layer that the peer gets of a stream of pictures.
    pub fn layer_of(&self, content: Content) -> Option<u8> {
        self.of(content).and_then(Rung::layer)
    }
}

/// What is worth capturing and encoding for the others. The self-view is not in here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capture {
    /// The microphone.
    pub mic: bool,
    /// The camera.
    pub camera: bool,
    /// The layers somebody gets, in ascending order. 0 is the largest.
    pub layers: Vec<u8>,
    /// The screen: somebody gets it, as [`super::SCREEN_LAYER`].
    pub screen: bool,
}

impl Capture {
    /// A layer, the slides or the screen is worth encoding.
    pub fn includes(&self, layer: u8) -> bool {
        self.layers.contains(&layer) || (self.screen && layer == SCREEN_LAYER)
    }
}

/// Where the participant stands as to consent.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Latch {
    /// What the user's own hand has set.
    pub(super) intent: Intent,
    /// Missing while not admitted.
    pub(super) admission: Option<Admission>,
    /// Whether so many are seen as there are.
    pub(super) crowd: Crowd,
}

/// What the room allows an admitted participant.
#[derive(Clone, Copy, Debug)]
pub(super) struct Admission {
    /// What it may send.
    pub(super) rights: Rights,
    /// Media flows while the visit runs: not before its start, not in a pause, not after its end.
    pub(super) status: Status,
    /// With more than so many in the call, nobody is seen.
    pub(super) max_with_video: u32,
}

impl Latch {
    /// The microphone may be heard now.
    pub(super) fn audio(&self) -> bool {
        self.intent.mic && self.running().is_some_and(|admission| admission.rights.audio)
    }

    /// The camera may be seen now.
    pub(super) fn video(&self) -> bool {
        self.seen().camera && self.running().is_some_and(|admission| admission.rights.video)
    }

    /// The screen may be seen now.
    pub(super) fn screen(&self) -> bool {
        self.seen().screen && self.running().is_some_and(|admission| admission.rights.screen)
    }

    /// What may leave now.
    pub(super) fn allows(&self) -> Intent {
        Intent { mic: self.audio(), camera: self.video(), screen: self.screen() }
    }

    /// The intent, without what cannot be seen in such a crowd.
    const fn seen(&self) -> Intent {
        let Intent { mic, camera, screen } = self.intent;
        let few = self.crowd.is_seen();
        Intent { mic, camera: camera && few, screen: screen && few }
    }

    fn running(&self) -> Option<&Admission> {
        self.admission.as_ref().filter(|admission| match admission.status {
            Status::Started | Status::StartedAndWaiting => true,
            Status::Pending
            | Status::OpenForJoining
            | Status::StartedAndPaused
            | Status::CancelledBeforeStart
            | Status::CancelledAfterStart
            | Status::Finished => false,
        })
    }

    /// What the others are told: the intent, as far as there is a right to it and the crowd lets it be seen.
    pub(super) fn announcement(&self) -> MediaState {
        let seen = self.seen();
        let rights = self.admission.as_ref().map(|admission| admission.rights);
        MediaState {
            mic: seen.mic && rights.is_some_and(|rights| rights.audio),
            camera: seen.camera && rights.is_some_and(|rights| rights.video),
            screen: seen.screen && rights.is_some_and(|rights| rights.screen),
            hold: false,
        }
    }
}
