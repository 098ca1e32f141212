//! Devices to choose from.

use crate::action::DeviceKind;
use crate::config::MediaConfig;
use crate::view::{DeviceRow, DevicesView};
use consilium_media::DeviceInfo;
use consilium_media::audio::{AudioSpec, SpeakerSpec, microphones, speakers};
use consilium_media::video::{VideoSpec, cameras};

/// The `id` of the built-in test picture and tone.
const SYNTHETIC: &str = "synthetic";

/// Lists the devices. Asks the system, so it may take a moment.
pub(crate) fn list(media: &MediaConfig) -> DevicesView {
    let camera = match &media.camera {
        VideoSpec::Device(id) => Chosen::Device(id.as_deref()),
        VideoSpec::Synthetic { .. } | VideoSpec::File(_) => Chosen::Synthetic,
    };
    let microphone = match &media.microphone {
        AudioSpec::Device(id) => Chosen::Device(id.as_deref()),
        AudioSpec::Synthetic { .. } | AudioSpec::File(_) => Chosen::Synthetic,
    };
    let speaker = match &media.speaker {
        SpeakerSpec::Device(id) => Chosen::Device(id.as_deref()),
        SpeakerSpec::Null => Chosen::Nothing,
    };
    DevicesView {
        cameras: rows(cameras(), camera),
        microphones: rows(microphones(), microphone),
        speakers: rows(speakers(), speaker),
    }
}

enum Chosen<'a> {
    Device(Option<&'a str>),
    Synthetic,
    Nothing,
}

fn rows(devices: Vec<DeviceInfo>, chosen: Chosen<'_>) -> Vec<DeviceRow> {
    let default = devices.first().map(|device| device.id.clone());
    let is_chosen = |id: &str| match &chosen {
        Chosen::Device(Some(wanted)) => *wanted == id,
        Chosen::Device(None) => default.as_deref() == Some(id),
        Chosen::Synthetic | Chosen::Nothing => false,
    };
    let mut rows: Vec<DeviceRow> = devices
        .into_iter()
        .map(|device| DeviceRow { chosen: is_chosen(&device.id), id: device.id, name: device.name })
        .collect();
    if matches!(chosen, Chosen::Synthetic) {
        rows.push(DeviceRow { id: SYNTHETIC.to_owned(), name: None, chosen: true });
    }
    rows
}

/// Chooses a device. The test picture and tone stay what they are.
pub(crate) fn choose(media: &mut MediaConfig, device: DeviceKind, id: &str) {
    if id == SYNTHETIC {
        return;
    }
    let id = Some(id.to_owned());
    match device {
        DeviceKind::Camera => media.camera = VideoSpec::Device(id),
        DeviceKind::Microphone => media.microphone = AudioSpec::Device(id),
        DeviceKind::Speaker => media.speaker = SpeakerSpec::Device(id),
    }
}
