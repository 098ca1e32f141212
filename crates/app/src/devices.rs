//! Devices to choose from, and what is used of them when the chosen one is gone.

mod watch;

pub(crate) use watch::DeviceWatch;

use crate::action::{DeviceKind, ProcessingPart};
use crate::config::MediaConfig;
use crate::view::{DeviceRow, DevicesView, Processing};
use consilium_media::DeviceInfo;
use consilium_media::audio::{AudioSpec, CaptureMode, SpeakerSpec, VoiceProcessing, microphones, speakers};
use consilium_media::video::{VideoSpec, cameras};

/// The `id` of the built-in test picture and tone.
const SYNTHETIC: &str = "synthetic";
/// The `id` of whatever the system uses by itself. It follows the system: a headset that the system turns to when it
/// is plugged in is used at once, one that it does not turn to is not.
const SYSTEM: &str = "system";
/// ALSA's own name for the same, which would be a second row.
const ALSA_DEFAULT: &str = "alsa:default";
/// The `id` of the speaker itself, among what rings.
const SPEAKER: &str = "speaker";

/// What calls the user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum RingDevice {
    /// Whatever the system uses: a call is heard although the headset lies in a drawer.
    #[default]
    System,
    /// Whichever is the speaker.
    Speaker,
    /// This one.
    Device(String),
}

impl RingDevice {
    /// What plays, where nobody has looked yet whether it is there.
    pub(crate) fn untried(&self, speaker: &SpeakerSpec) -> SpeakerSpec {
        match (speaker, self) {
            (SpeakerSpec::Null, _) => SpeakerSpec::Null,
            (SpeakerSpec::Device(_), Self::System) => SpeakerSpec::Device(None),
            (SpeakerSpec::Device(_), Self::Speaker) => speaker.clone(),
            (SpeakerSpec::Device(_), Self::Device(id)) => SpeakerSpec::Device(Some(id.clone())),
        }
    }
}

/// The devices of the system, as of one moment. The first one is what the system uses by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    cameras: Vec<DeviceInfo>,
    microphones: Vec<DeviceInfo>,
    speakers: Vec<DeviceInfo>,
}

impl Found {
    /// Asks the system, so it may take a moment.
    pub(crate) fn look() -> Self {
        Self { cameras: cameras(), microphones: microphones(), speakers: speakers() }
    }

    /// What is used: the chosen devices, or what the system uses where they are gone.
    pub(crate) fn usable(&self, chosen: &MediaConfig) -> MediaConfig {
        let mut usable = chosen.clone();
        if let VideoSpec::Device(id) = &mut usable.camera {
            keep(id, &self.cameras);
        }
        if let AudioSpec::Device(id) = &mut usable.microphone {
            keep(id, &self.microphones);
        }
        if let SpeakerSpec::Device(id) = &mut usable.speaker {
            keep(id, &self.speakers);
        }
        usable
    }

    /// A chosen device is gone, and there is another one in its place.
    pub(crate) fn replaces(&self, chosen: &MediaConfig) -> bool {
        let usable = self.usable(chosen);
        (usable.camera != chosen.camera && !self.cameras.is_empty())
            || (usable.microphone != chosen.microphone && !self.microphones.is_empty())
            || (usable.speaker != chosen.speaker && !self.speakers.is_empty())
    }

    /// What rings: the chosen one, or the system's own where it is gone.
    pub(crate) fn ringer(&self, chosen: &MediaConfig, ring: &RingDevice) -> SpeakerSpec {
        let mut ringer = ring.untried(&self.usable(chosen).speaker);
        if let SpeakerSpec::Device(id) = &mut ringer {
            keep(id, &self.speakers);
        }
        ringer
    }

    /// The rows, those that are used marked as chosen.
    pub(crate) fn view(
        &self,
        chosen: &MediaConfig,
        ring: &RingDevice,
        processing: Processing,
    ) -> DevicesView {
        let used = self.usable(chosen);
        let camera = match &used.camera {
            VideoSpec::Device(None) => self.cameras.first().map(|first| first.id.as_str()),
            VideoSpec::Device(Some(id)) => Some(id.as_str()),
            VideoSpec::Synthetic { .. } | VideoSpec::File(_) => Some(SYNTHETIC),
        };
        let microphone = match &used.microphone {
            AudioSpec::Device(id) => Some(id.as_deref().unwrap_or(SYSTEM)),
            AudioSpec::Synthetic { .. } | AudioSpec::File(_) => Some(SYNTHETIC),
        };
        let speaker = match &used.speaker {
            SpeakerSpec::Device(id) => Some(id.as_deref().unwrap_or(SYSTEM)),
            SpeakerSpec::Null => None,
        };
        DevicesView {
            cameras: rows(&self.cameras, camera),
            microphones: with_system(rows(&self.microphones, microphone), microphone),
            speakers: with_system(rows(&self.speakers, speaker), speaker),
            ringers: self.ringers(ring),
            processing,
        }
    }
}

impl Found {
    /// The speakers, and first of all whichever is the speaker.
    fn ringers(&self, ring: &RingDevice) -> Vec<DeviceRow> {
        let chosen = match ring {
            RingDevice::Speaker => SPEAKER,
            RingDevice::Device(id) if self.speakers.iter().any(|known| known.id == *id) => id,
            RingDevice::System | RingDevice::Device(_) => SYSTEM,
        };
        let mut rows = with_system(rows(&self.speakers, Some(chosen)), Some(chosen));
        if !rows.is_empty() {
            rows.insert(0, unnamed(SPEAKER, chosen == SPEAKER));
        }
        rows
    }
}

/// Forgets a device that is not there: then the system's own is meant.
fn keep(id: &mut Option<String>, found: &[DeviceInfo]) {
    if id.as_ref().is_some_and(|id| found.iter().all(|device| device.id != *id)) {
        *id = None;
    }
}

fn rows(devices: &[DeviceInfo], chosen: Option<&str>) -> Vec<DeviceRow> {
    let row = |device: &DeviceInfo| DeviceRow {
        chosen: chosen == Some(device.id.as_str()),
        id: device.id.clone(),
        name: device.name.clone(),
    };
    let built_in = (chosen == Some(SYNTHETIC)).then(|| unnamed(SYNTHETIC, true));
    devices.iter().map(row).chain(built_in).collect()
}

/// Sound has a row for what the system uses, where there is any device.
fn with_system(mut rows: Vec<DeviceRow>, chosen: Option<&str>) -> Vec<DeviceRow> {
    if rows.iter().any(|row| row.id != SYNTHETIC) {
        rows.retain(|row| row.id != ALSA_DEFAULT);
        rows.insert(0, unnamed(SYSTEM, chosen == Some(SYSTEM)));
    }
    rows
}

fn unnamed(id: &str, chosen: bool) -> DeviceRow {
    DeviceRow { id: id.to_owned(), name: None, chosen }
}

/// Chooses a device. The test picture and tone stay what they are.
pub(crate) fn choose(media: &mut MediaConfig, ring: &mut RingDevice, device: DeviceKind, id: &str) {
    if id == SYNTHETIC {
        return;
    }
    let is_speaker = id == SPEAKER;
    let id = (id != SYSTEM).then(|| id.to_owned());
    match device {
        DeviceKind::Ring if is_speaker => *ring = RingDevice::Speaker,
        DeviceKind::Ring => *ring = id.map_or(RingDevice::System, RingDevice::Device),
        DeviceKind::Camera => media.camera = VideoSpec::Device(id),
        DeviceKind::Microphone => media.microphone = AudioSpec::Device(id),
        DeviceKind::Speaker => media.speaker = SpeakerSpec::Device(id),
    }
}

impl Default for Processing {
    fn default() -> Self {
        Self { echo_cancellation: true, noise_suppression: true, gain_control: true, clinical: false }
    }
}

impl Processing {
    pub(crate) const fn set(&mut self, part: ProcessingPart, on: bool) {
        match part {
            ProcessingPart::EchoCancellation => self.echo_cancellation = on,
            ProcessingPart::NoiseSuppression => self.noise_suppression = on,
            ProcessingPart::GainControl => self.gain_control = on,
            ProcessingPart::Clinical => self.clinical = on,
        }
    }

    pub(crate) const fn voice(self) -> VoiceProcessing {
        VoiceProcessing {
            echo_cancellation: self.echo_cancellation,
            noise_suppression: self.noise_suppression,
            gain_control: self.gain_control,
        }
    }

    pub(crate) const fn mode(self) -> CaptureMode {
        if self.clinical { CaptureMode::Clinical } else { CaptureMode::Voice }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::SinkKind;
    use consilium_media::video::Desktop;

    fn found(microphones: &[&str]) -> Found {
        let device = |id: &&str| DeviceInfo { id: (*id).to_owned(), name: Some((*id).to_owned()) };
        Found { microphones: microphones.iter().map(device).collect(), ..Found::default() }
    }

    fn chosen(microphone: Option<&str>) -> MediaConfig {
        MediaConfig {
            camera: VideoSpec::Device(None),
            microphone: AudioSpec::Device(microphone.map(str::to_owned)),
            speaker: SpeakerSpec::Null,
            screens: Desktop::current(),
            sink: SinkKind::Native,
            echo: false,
        }
    }

    fn used(found: &Found, chosen: &MediaConfig) -> String {
        let view = found.view(chosen, &RingDevice::System, Processing::default());
        view.microphones.into_iter().filter(|row| row.chosen).map(|row| row.id).collect()
    }

    #[test]
    fn the_chosen_one_is_used_while_it_is_there_and_again_when_it_comes_back() {
        let (both, one) = (found(&["built-in", "headset"]), found(&["built-in"]));
        let chosen = chosen(Some("headset"));
        assert_eq!((used(&both, &chosen).as_str(), both.replaces(&chosen)), ("headset", false));
        assert_eq!((used(&one, &chosen).as_str(), one.replaces(&chosen)), (SYSTEM, true));
        assert_eq!(one.usable(&chosen).microphone, AudioSpec::Device(None));
        assert_eq!(both.usable(&chosen).microphone, chosen.microphone);
        assert!(!found(&[]).replaces(&chosen), "there is none in its place");
    }

    #[test]
    fn the_system_can_be_followed_again() {
        let mut media = chosen(Some("headset"));
        choose(&mut media, &mut RingDevice::System, DeviceKind::Microphone, SYSTEM);
        assert_eq!(media.microphone, AudioSpec::Device(None));
        let view =
            found(&[ALSA_DEFAULT, "alsa:plughw:1"]).view(&media, &RingDevice::System, Processing::default());
        let ids: Vec<_> = view.microphones.iter().map(|row| (row.id.as_str(), row.chosen)).collect();
        assert_eq!(ids, [(SYSTEM, true), ("alsa:plughw:1", false)]);
        assert!(found(&[]).view(&media, &RingDevice::System, Processing::default()).microphones.is_empty());
    }

    #[test]
    fn what_rings_is_the_systems_own_until_another_one_is_chosen_and_there() {
        let mut media = chosen(None);
        media.speaker = SpeakerSpec::Device(Some("headset".to_owned()));
        let speaker = |id: &str| DeviceInfo { id: id.to_owned(), name: Some(id.to_owned()) };
        let found = Found { speakers: vec![speaker("headset"), speaker("built-in")], ..Found::default() };
        let (mut ring, system) = (RingDevice::default(), SpeakerSpec::Device(None));
        assert_eq!(found.ringer(&media, &ring), system, "not only in the headset");
        choose(&mut media, &mut ring, DeviceKind::Ring, "built-in");
        assert_eq!(found.ringer(&media, &ring), SpeakerSpec::Device(Some("built-in".to_owned())));
        let gone = Found { speakers: vec![speaker("headset")], ..Found::default() };
        assert_eq!(gone.ringer(&media, &ring), system);
        let rows = gone.view(&media, &ring, Processing::default()).ringers;
        let ids: Vec<_> = rows.iter().map(|row| (row.id.as_str(), row.chosen)).collect();
        assert_eq!(ids, [(SPEAKER, false), (SYSTEM, true), ("headset", false)]);
        choose(&mut media, &mut ring, DeviceKind::Ring, SPEAKER);
        assert_eq!(found.ringer(&media, &ring), media.speaker);
        choose(&mut media, &mut ring, DeviceKind::Ring, SYSTEM);
        assert_eq!(ring, RingDevice::System);
        media.speaker = SpeakerSpec::Null;
        assert_eq!(found.ringer(&media, &ring), SpeakerSpec::Null, "a machine without sound");
    }
}
