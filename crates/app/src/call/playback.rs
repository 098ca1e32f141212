//! What is heard: one playout for the call, one input a peer.

use crate::report::AudioReport;
use consilium_call::Call;
use consilium_media::audio::{AudioInput, EchoReference, Playout, ReceiverStats, SpeakerSpec, SpeakerState};
use consilium_media::{DeviceError, ReceivedRtp};
use consilium_model::PeerId;
use std::collections::BTreeMap;
use std::sync::{Arc, Weak};

/// Percent.
const AS_IT_COMES: u8 = 100;
/// Percent.
const LOUDEST: u8 = 200;

/// What is heard.
#[derive(Debug)]
pub(crate) struct Playback {
    playout: Arc<Playout>,
    inputs: BTreeMap<PeerId, AudioInput>,
    /// In percent of how it comes, for those the user wants louder or softer. Kept for whoever comes back.
    volumes: BTreeMap<PeerId, u8>,
    packets: u64,
    peak: u8,
}

impl Playback {
    /// Opens the speaker. Without one everything runs the same and nothing is heard. Blocks while devices open.
    pub(crate) fn open(speaker: SpeakerSpec) -> Result<(Self, Option<DeviceError>), DeviceError> {
        let (playout, problem) = match Playout::start(speaker) {
            Ok(playout) => (playout, None),
            Err(error) => (Playout::start(SpeakerSpec::Null)?, Some(error)),
        };
        let playout = Arc::new(playout);
        Ok((
            Self { playout, inputs: BTreeMap::new(), volumes: BTreeMap::new(), packets: 0, peak: 0 },
            problem,
        ))
    }

    /// A packet of a peer.
    pub(crate) fn push(&mut self, peer: &PeerId, packet: ReceivedRtp) {
        self.packets += 1;
        if let Some(input) = self.inputs.get(peer) {
            input.push(packet);
            return;
        }
        let input = self.playout.add(peer.as_str());
        input.set_volume(gain(self.volume(peer)));
        input.push(packet);
        self.inputs.insert(peer.clone(), input);
    }

    /// Forgets those who are gone.
    pub(crate) fn keep(&mut self, present: &[PeerId]) {
        self.inputs.retain(|peer, _| present.contains(peer));
    }

    /// How loud the user wants to hear a peer, in percent of how it comes.
    pub(crate) fn volume(&self, peer: &PeerId) -> u8 {
        self.volumes.get(peer).copied().unwrap_or(AS_IT_COMES)
    }

    /// Plays a peer louder or softer from now on: 0 to [`LOUDEST`] percent of how it comes.
    pub(crate) fn set_volume(&mut self, peer: PeerId, percent: u8) {
        let percent = percent.min(LOUDEST);
        if let Some(input) = self.inputs.get(&peer) {
            input.set_volume(gain(percent));
        }
        self.volumes.insert(peer, percent);
    }

    /// How loud a peer is now, 0 to 100.
    pub(crate) fn level(&mut self, peer: &PeerId) -> u8 {
        let level = self.inputs.get(peer).map_or(0, AudioInput::level);
        self.peak = self.peak.max(level);
        level
    }

    /// Keeps everybody's sound and pictures together.
    pub(crate) fn keep_together(&self, call: &Call) {
        self.inputs.iter().for_each(|(peer, input)| call.keep_together(peer, input));
    }

    /// What became of a peer's sound so far.
    pub(crate) fn receiver(&self, peer: &PeerId) -> Option<ReceiverStats> {
        self.inputs.get(peer).map(|input| input.report().receiver)
    }

    /// For the echo canceller of the microphone.
    pub(crate) fn reference(&self) -> EchoReference {
        self.playout.reference()
    }

    /// What is heard beside the others, such as a voice message, is played there: the echo canceller knows it then. It
    /// does not keep the call's sound alive.
    pub(crate) fn playout(&self) -> Weak<Playout> {
        Arc::downgrade(&self.playout)
    }

    /// What plays through another speaker from then on. It blocks while the speaker opens.
    pub(crate) fn switch_to(
        &self,
        speaker: SpeakerSpec,
    ) -> impl FnOnce() -> Result<(), DeviceError> + Send + use<> {
        let playout = self.playout.clone();
        move || playout.set_speaker(speaker)
    }

    /// Why the speaker went away, if it did.
    pub(crate) fn lost(&self) -> Option<DeviceError> {
        match &*self.playout.speaker().borrow() {
            SpeakerState::Lost(error) => Some(error.clone()),
            SpeakerState::Playing(_) => None,
        }
    }

    /// Something is heard, though maybe not through the speaker that is wanted.
    pub(crate) fn is_heard(&self) -> bool {
        matches!(*self.playout.speaker().borrow(), SpeakerState::Playing(SpeakerSpec::Device(_)))
    }

    /// The figures so far.
    pub(crate) fn report(&self) -> AudioReport {
        AudioReport { packets_received: self.packets, peak_level: self.peak, concealed: self.concealed() }
    }

    fn concealed(&self) -> f64 {
        let reports = self.inputs.values().map(|input| input.report().receiver);
        let (made_up, all) = reports.fold((0, 0), |(made_up, all), stats| {
            (made_up + stats.concealed_samples, all + stats.total_samples)
        });
        if all == 0 { 0.0 } else { made_up as f64 / all as f64 }
    }
}

fn gain(percent: u8) -> f32 {
    f32::from(percent) / f32::from(AS_IT_COMES)
}
