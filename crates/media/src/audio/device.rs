//! Sound devices of the system, through cpal.

use crate::{DeviceError, DeviceInfo};
use cpal::traits::{DeviceTrait, HostTrait};
use cpal::{BufferSize, SampleFormat, StreamConfig, SupportedStreamConfig};
use std::str::FromStr;

/// Which way the sound goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// From a microphone.
    Input,
    /// To a speaker.
    Output,
}

/// The microphones of the system, the default one first. Empty where there are none.
pub fn microphones() -> Vec<DeviceInfo> {
    list(Direction::Input)
}

/// The speakers and headsets of the system, the default one first. Empty where there are none.
pub fn speakers() -> Vec<DeviceInfo> {
    list(Direction::Output)
}

fn list(direction: Direction) -> Vec<DeviceInfo> {
    let host = quiet_host();
    let default = default_device(&host, direction).filter(|device| answers(device, direction));
    let mut found: Vec<DeviceInfo> = default.iter().filter_map(describe).collect();
    for device in host.devices().into_iter().flatten() {
        let fits = fits(&device, direction);
        let Some(info) = describe(&device).filter(|info| fits && is_for_people(&info.id)) else { continue };
        if found.iter().all(|known| known.id != info.id) {
            found.push(info);
        }
    }
    found
}

/// ALSA always names a default device; only opening it tells whether something is behind it. One that is taken, also
/// by ourselves, or that may not be used, is there.
fn answers(device: &cpal::Device, direction: Direction) -> bool {
    let config = match direction {
        Direction::Input => device.default_input_config(),
        Direction::Output => device.default_output_config(),
    };
    match config.map_err(device_error) {
        Ok(_) | Err(DeviceError::InUse | DeviceError::NotAllowed) => true,
        Err(DeviceError::Missing | DeviceError::BadFile | DeviceError::Failed(_)) => false,
    }
}

fn fits(device: &cpal::Device, direction: Direction) -> bool {
    match direction {
        Direction::Input => device.supports_input(),
        Direction::Output => device.supports_output(),
    }
}

fn describe(device: &cpal::Device) -> Option<DeviceInfo> {
    let id = device.id().ok()?.to_string();
    let name = device.description().ok().map(|description| description.name().to_owned());
    Some(DeviceInfo { id, name })
}

/// ALSA lists every plugin and channel layout as a device. One entry per piece of hardware is enough: the one that
/// converts formats.
fn is_for_people(id: &str) -> bool {
    match id.strip_prefix("alsa:") {
        None => true,
        Some(pcm) => pcm.starts_with("plughw:"),
    }
}

fn default_device(host: &cpal::Host, direction: Direction) -> Option<cpal::Device> {
    match direction {
        Direction::Input => host.default_input_device(),
        Direction::Output => host.default_output_device(),
    }
}

/// Finds a device by its id, or the default one; where nothing is behind that, the first one there is.
pub(super) fn find(id: Option<&str>, direction: Direction) -> Result<cpal::Device, DeviceError> {
    let host = quiet_host();
    let default = default_device(&host, direction);
    let Some(id) = id else {
        let default = default.filter(|device| answers(device, direction));
        return default.or_else(|| first(&host, direction)).ok_or(DeviceError::Missing);
    };
    let wanted = cpal::DeviceId::from_str(id).map_err(|_| DeviceError::Missing)?;
    default
        .filter(|device| device.id().is_ok_and(|id| id == wanted))
        .or_else(|| host.device_by_id(&wanted))
        .ok_or(DeviceError::Missing)
}

fn first(host: &cpal::Host, direction: Direction) -> Option<cpal::Device> {
    let is_for_people = |device: &cpal::Device| device.id().is_ok_and(|id| is_for_people(&id.to_string()));
    host.devices().ok()?.find(|device| fits(device, direction) && is_for_people(device))
}

/// The configuration to open: 48 kHz if the device can, in a sample format we convert.
pub(super) fn best_config(
    device: &cpal::Device,
    direction: Direction,
) -> Result<SupportedStreamConfig, DeviceError> {
    let (default, ranges): (_, Vec<_>) = match direction {
        Direction::Input => (
            device.default_input_config().map_err(device_error)?,
            device.supported_input_configs().map_err(device_error)?.collect(),
        ),
        Direction::Output => (
            device.default_output_config().map_err(device_error)?,
            device.supported_output_configs().map_err(device_error)?.collect(),
        ),
    };
    let at_our_rate = ranges
        .into_iter()
        .filter(|range| range.channels() == default.channels() && is_convertible(range.sample_format()))
        .filter_map(|range| range.try_with_sample_rate(super::SAMPLE_RATE))
        .max_by_key(|config| config.sample_format() == default.sample_format());
    match at_our_rate {
        Some(config) => Ok(config),
        None if is_convertible(default.sample_format()) => Ok(default),
        None => Err(DeviceError::Failed("sample format".into())),
    }
}

fn is_convertible(format: SampleFormat) -> bool {
    matches!(format, SampleFormat::F32 | SampleFormat::I16 | SampleFormat::I32 | SampleFormat::U8)
}

/// Callbacks should come this often: every 20 ms.
const CALLBACKS_PER_SECOND: u32 = 50;

/// Builds a stream with short callbacks, or with the device's own if it refuses; many sound servers otherwise
/// buffer for seconds.
pub(super) fn build_short<S>(
    config: &SupportedStreamConfig,
    mut build: impl FnMut(StreamConfig) -> Result<S, cpal::Error>,
) -> Result<S, DeviceError> {
    let own = config.config();
    let short = BufferSize::Fixed(config.sample_rate() / CALLBACKS_PER_SECOND);
    match build(StreamConfig { buffer_size: short, ..own }) {
        Err(error) if error.kind() == cpal::ErrorKind::UnsupportedConfig => build(own),
        built => built,
    }
    .map_err(device_error)
}

/// What a failure of cpal means to us. The detail is the error's kind, never its text.
///
/// What the systems tell: ALSA says EBUSY (in use), EACCES and EPERM (not allowed), ENODEV and ENOENT (missing) of its
/// hardware; a sound server between shares its devices, so "in use" does not come from there, and when it is gone or
/// refuses, its ALSA plugin gives one code for both: failed. Windows and macOS tell "in use" only of exclusive use; a
/// microphone that macOS does not allow gives silence instead of an error.
pub(super) fn device_error(error: cpal::Error) -> DeviceError {
    use cpal::ErrorKind;
    match error.kind() {
        ErrorKind::DeviceNotAvailable | ErrorKind::HostUnavailable => DeviceError::Missing,
        ErrorKind::DeviceBusy => DeviceError::InUse,
        ErrorKind::PermissionDenied => DeviceError::NotAllowed,
        kind => DeviceError::Failed(format!("{kind:?}")),
    }
}

#[cfg(target_os = "linux")]
fn quiet_host() -> cpal::Host {
    unsafe extern "C" fn ignore(
        _file: *const core::ffi::c_char,
        _line: core::ffi::c_int,
        _function: *const core::ffi::c_char,
        _error: core::ffi::c_int,
        _format: *const core::ffi::c_char,
        _arguments: *mut alsa_sys::__va_list_tag,
    ) {
    }
    // SAFETY: the handler is valid for the whole run of the program and looks at none of its arguments. It applies
    // to this thread, where ALSA would otherwise print every device it cannot open to the terminal.
    unsafe { alsa_sys::snd_lib_error_set_local(Some(ignore)) };
    cpal::default_host()
}

#[cfg(not(target_os = "linux"))]
fn quiet_host() -> cpal::Host {
    cpal::default_host()
}
