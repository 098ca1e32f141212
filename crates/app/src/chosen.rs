//! The devices that the user has chosen, kept on this machine from one start to the next. Switches are not kept: they
//! are moved by the user's hand.

use crate::config::MediaConfig;
use crate::devices::RingDevice;
use crate::kept;
use consilium_media::audio::{AudioSpec, SpeakerSpec};
use consilium_media::video::VideoSpec;
use serde::{Deserialize, Serialize};
use std::io;
use std::path::Path;

/// Its name in the folder.
const FILE: &str = "devices.json";
/// No such file is larger.
const LARGEST: u64 = 16 * 1024;

/// The devices that the user has chosen. Missing is what the system uses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ChosenDevices {
    camera: Option<String>,
    microphone: Option<String>,
    speaker: Option<String>,
    ring: Option<Ring>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Ring {
    System,
    Speaker,
    Device(String),
}

impl ChosenDevices {
    /// What is chosen now.
    pub(crate) fn of(media: &MediaConfig, ring: &RingDevice) -> Self {
        let camera = match &media.camera {
            VideoSpec::Device(id) => id.clone(),
            VideoSpec::Synthetic { .. } | VideoSpec::File(_) => None,
        };
        let microphone = match &media.microphone {
            AudioSpec::Device(id) => id.clone(),
            AudioSpec::Synthetic { .. } | AudioSpec::File(_) => None,
        };
        let speaker = match &media.speaker {
            SpeakerSpec::Device(id) => id.clone(),
            SpeakerSpec::Null => None,
        };
        let ring = match ring {
            RingDevice::System => Ring::System,
            RingDevice::Speaker => Ring::Speaker,
            RingDevice::Device(id) => Ring::Device(id.clone()),
        };
        Self { camera, microphone, speaker, ring: Some(ring) }
    }

    /// Puts them where nothing else was asked for at the start; gives what rings.
    pub(crate) fn put_into(self, media: &mut MediaConfig) -> RingDevice {
        if let VideoSpec::Device(id @ None) = &mut media.camera {
            *id = self.camera;
        }
        if let AudioSpec::Device(id @ None) = &mut media.microphone {
            *id = self.microphone;
        }
        if let SpeakerSpec::Device(id @ None) = &mut media.speaker {
            *id = self.speaker;
        }
        match self.ring {
            None | Some(Ring::System) => RingDevice::System,
            Some(Ring::Speaker) => RingDevice::Speaker,
            Some(Ring::Device(id)) => RingDevice::Device(id),
        }
    }

    /// What was kept, if anything.
    pub(crate) fn read(folder: &Path) -> Option<Self> {
        kept::read(folder, FILE, LARGEST)
    }

    /// Keeps them: whole, or as they were before.
    pub(crate) async fn keep(&self, folder: &Path) -> io::Result<()> {
        kept::keep(self, folder, FILE).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::SinkKind;
    use consilium_media::video::Desktop;

    fn media(camera: VideoSpec) -> MediaConfig {
        MediaConfig {
            camera,
            microphone: AudioSpec::Device(None),
            speaker: SpeakerSpec::Device(Some("headset".to_owned())),
            screens: Desktop::current(),
            sink: SinkKind::Native,
            echo: false,
        }
    }

    #[tokio::test]
    async fn what_was_chosen_is_there_at_the_next_start_unless_something_else_is_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let before = media(VideoSpec::Device(Some("front".to_owned())));
        let ring = RingDevice::Device("built-in".to_owned());
        ChosenDevices::of(&before, &ring).keep(folder.path()).await.unwrap();
        let read = || ChosenDevices::read(folder.path()).unwrap();
        let mut plain = MediaConfig { speaker: SpeakerSpec::Device(None), ..media(VideoSpec::Device(None)) };
        assert_eq!(read().put_into(&mut plain), ring);
        assert_eq!((plain.camera, plain.speaker), (before.camera, before.speaker));
        let mut synthetic = media(VideoSpec::Synthetic { seed: 1 });
        read().put_into(&mut synthetic);
        assert_eq!(synthetic.camera, VideoSpec::Synthetic { seed: 1 });
        std::fs::write(folder.path().join(FILE), b"{]").unwrap();
        assert_eq!(ChosenDevices::read(folder.path()), None);
    }
}
