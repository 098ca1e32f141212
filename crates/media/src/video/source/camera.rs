//! Cameras through the system's own interface: AVFoundation, Media Foundation, V4L2.

use super::{VideoSource, convert};
use crate::video::picture::{PicturePool, VideoFrame, VideoSize};
use crate::{DeviceError, DeviceInfo};
use cameras::{Error, FormatDescriptor, PixelFormat, Resolution, StreamConfig};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A camera that gives nothing for this long is gone.
const PATIENCE: Duration = Duration::from_secs(5);
/// So many damaged pictures in a row are a camera that does not work.
const MAX_DAMAGED: usize = 60;

/// The cameras there are. Quick on Linux and Windows; on macOS the first call may ask the user for permission.
pub fn cameras() -> Vec<DeviceInfo> {
    let devices = devices().unwrap_or_else(|error| {
        tracing::warn!(%error, "cameras cannot be listed");
        Vec::new()
    });
    devices.into_iter().map(|device| DeviceInfo { id: device.id.0, name: Some(device.name) }).collect()
}

fn devices() -> Result<Vec<cameras::Device>, DeviceError> {
    let mut devices = cameras::devices().map_err(device_error)?;
    if cfg!(target_os = "linux") {
        // V4L2 lists a node for metadata beside each camera; it has no formats. A busy camera tells its formats too.
        devices.retain(|device| cameras::probe(device).is_ok_and(|found| !found.formats.is_empty()));
        devices.sort_by(|a, b| a.id.0.cmp(&b.id.0));
    }
    Ok(devices)
}

/// An open camera.
pub struct Camera {
    camera: cameras::Camera,
    size: VideoSize,
    pool: PicturePool,
}

impl Camera {
    /// Opens a camera by its id, or the first one, with the size and rate nearest to the wanted ones.
    pub fn open(id: Option<&str>, size: VideoSize, fps: u32) -> Result<Self, DeviceError> {
        let device = match id {
            Some(id) => {
                cameras::devices().map_err(device_error)?.into_iter().find(|device| device.id.0 == id)
            }
            None => devices()?.into_iter().next(),
        };
        let device = device.ok_or(DeviceError::Missing)?;
        let formats = cameras::probe(&device).map_err(device_error)?.formats;
        let format = nearest(&formats, size, fps).ok_or(DeviceError::Missing)?;
        let config =
            StreamConfig { resolution: format.resolution, framerate: fps, pixel_format: format.pixel_format };
        let camera = cameras::open(&device, config).map_err(device_error)?;
        // What the camera really gives shows in its first picture, and so does whether another program has it.
        let first = cameras::next_frame(&camera, PATIENCE).map_err(device_error)?;
        let size = frame_size(&first)?;
        Ok(Self { camera, size, pool: PicturePool::default() })
    }
}

impl VideoSource for Camera {
    fn size(&self) -> VideoSize {
        self.size
    }

    fn next_frame(&mut self) -> Result<VideoFrame, DeviceError> {
        for _ in 0..MAX_DAMAGED {
            let frame = cameras::next_frame(&self.camera, PATIENCE).map_err(device_error)?;
            let captured = Instant::now();
            if frame_size(&frame)? != self.size {
                return Err(DeviceError::Failed("the camera changed its size".to_owned()));
            }
            let mut picture = self.pool.take(self.size);
            // A damaged picture, as cheap cameras give when they start, is left out.
            if convert::to_i420(&frame, &mut picture).is_some() {
                return Ok(VideoFrame { picture: Arc::new(picture), captured });
            }
        }
        Err(DeviceError::Failed("the camera gives no pictures that can be read".to_owned()))
    }
}

fn frame_size(frame: &cameras::Frame) -> Result<VideoSize, DeviceError> {
    let side = |pixels: u32| u16::try_from(pixels).ok().filter(|side| (16..=8192).contains(side));
    match (side(frame.width), side(frame.height)) {
        (Some(width), Some(height)) => Ok(VideoSize::new(width, height)),
        _ => Err(DeviceError::Failed("the camera gives pictures of no use".to_owned())),
    }
}

/// The format that fits best: fast enough, large enough, of the same shape, without waste, and cheap to convert.
fn nearest(formats: &[FormatDescriptor], size: VideoSize, fps: u32) -> Option<&FormatDescriptor> {
    formats.iter().min_by_key(|format| {
        let slow = format.framerate_range.max + 0.5 < f64::from(fps);
        let Resolution { width, height } = format.resolution;
        let (wanted_width, wanted_height) = (u32::from(size.width), u32::from(size.height));
        let small = width < wanted_width || height < wanted_height;
        let other_shape = (u64::from(width) * u64::from(wanted_height))
            .abs_diff(u64::from(height) * u64::from(wanted_width))
            * 100
            / (u64::from(width) * u64::from(wanted_height)).max(1);
        let waste = (u64::from(width) * u64::from(height)).abs_diff(u64::from(wanted_width * wanted_height));
        (slow, small, other_shape, waste, conversion_cost(format.pixel_format))
    })
}

fn conversion_cost(format: PixelFormat) -> u8 {
    match format {
        PixelFormat::Nv12 => 0,
        PixelFormat::Yuyv => 1,
        PixelFormat::Bgra8 | PixelFormat::Rgba8 | PixelFormat::Rgb8 => 2,
        _ => 3,
    }
}

/// Whether a failed device is missing, in use or not allowed: that decides what the person is told.
fn device_error(error: Error) -> DeviceError {
    match error {
        Error::PermissionDenied => DeviceError::NotAllowed,
        Error::DeviceNotFound(_) | Error::StreamEnded => DeviceError::Missing,
        Error::DeviceInUse => DeviceError::InUse,
        Error::Timeout => DeviceError::Failed("the camera gives no pictures".to_owned()),
        Error::Backend { message, .. } => from_message(message),
        other => DeviceError::Failed(other.to_string()),
    }
}

/// The library has words only for these. V4L2: EBUSY 16, ENODEV 19, ENXIO 6, EPERM 1 (Rust appends the number);
/// Media Foundation: 0xC00D3704 hardware in use, 0xC00D3E85 preempted by another program, 0x80070005 access denied.
fn from_message(message: String) -> DeviceError {
    let says = |codes: &[&str]| codes.iter().any(|code| message.contains(code));
    if says(&["(os error 16)", "0xC00D3704", "0xC00D3E85"]) {
        DeviceError::InUse
    } else if says(&["(os error 19)", "(os error 6)"]) {
        DeviceError::Missing
    } else if says(&["(os error 1)", "0x80070005"]) {
        DeviceError::NotAllowed
    } else {
        DeviceError::Failed(message)
    }
}
