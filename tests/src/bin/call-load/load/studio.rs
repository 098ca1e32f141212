//! One camera and one microphone for the calls of a process: what is wanted is encoded once.

use super::VIDEO_RATE;
use anyhow::Result;
use consilium_call::{Call, Capture};
use consilium_media::audio::{
    AudioSpec, CaptureEvent as Sound, EchoReference, LocalAudio, LocalAudioOptions, VoicePolicy,
    VoiceProcessing,
};
use consilium_media::video::{CaptureEvent as Picture, LayerSet, LocalVideo, LocalVideoConfig, VideoSpec};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The running devices.
pub(super) struct Studio {
    camera: LocalVideo,
    microphone: LocalAudio,
    wanted: Mutex<BTreeMap<usize, LayerSet>>,
    lost: Mutex<BTreeMap<usize, u8>>,
}

/// What the studio sends with.
pub(super) struct Devices {
    /// What stands in for the camera.
    pub(super) camera: VideoSpec,
    /// And for the microphone.
    pub(super) microphone: AudioSpec,
    /// What is played, for the echo canceller; `None` for a voice that is left as it is.
    pub(super) reference: Option<EchoReference>,
}

impl Studio {
    /// Opens the devices for these calls.
    pub(super) fn open(calls: &[Arc<Call>], devices: Devices) -> Result<Self> {
        let mut config = LocalVideoConfig::default();
        config.bitrates[0] = VIDEO_RATE;
        let to = calls.to_vec();
        let camera = LocalVideo::start(devices.camera, config, move |event| {
            if let Picture::Frame(frame) = event {
                to.iter().for_each(|call| call.video(&frame));
            }
        })?;
        let voice = match &devices.reference {
            Some(_) => VoicePolicy::Always(VoiceProcessing::default()),
            None => VoicePolicy::Off,
        };
        let to = calls.to_vec();
        let give = move |event| {
            if let Sound::Packet(packet) = event {
                to.iter().for_each(|call| call.audio(&packet));
            }
        };
        let options = LocalAudioOptions { voice, ..LocalAudioOptions::default() };
        let microphone = LocalAudio::start(devices.microphone, options, give, devices.reference)?;
        Ok(Self { camera, microphone, wanted: Mutex::default(), lost: Mutex::default() })
    }

    /// What one of the calls wants from now on.
    pub(super) fn follow(&self, call: usize, capture: &Capture) {
        let mut wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        wanted.insert(call, capture.layers.iter().copied().collect());
        self.camera.set_wanted(wanted.values().fold(LayerSet::NONE, |all, one| all.union(*one)));
    }

    /// The sound of one of the calls does not all arrive: this share of it, in percent.
    pub(super) fn expect_loss(&self, call: usize, percent: u8) {
        let mut lost = self.lost.lock().unwrap_or_else(PoisonError::into_inner);
        lost.insert(call, percent);
        self.microphone.set_expected_loss(lost.values().copied().max().unwrap_or(0));
    }

    /// One of the calls needs a key frame.
    pub(super) fn key_frame(&self, layer: u8) {
        self.camera.request_key_frame(layer);
    }
}
