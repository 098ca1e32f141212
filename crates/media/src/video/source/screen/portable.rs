//! Screens and windows of Windows and macOS, through `xcap`. It tells nothing of changes, so each picture is fetched and
//! compared with the one before.

use super::fit::{Fitter, Pixels, sent_size};
use super::thumbnail::{self, THUMBNAIL};
use super::{BEATS, SCREEN_LIMIT, ScreenInfo, ScreenSpec};
use crate::DeviceError;
use crate::video::picture::{I420, VideoFrame, VideoSize};
use crate::video::source::VideoSource;
use crate::video::source::pace::Pace;
use bytes::Bytes;
use cameras::PixelFormat;
use consilium_model::Secret;
use std::sync::Arc;
use xcap::image::RgbaImage;
use xcap::{Monitor, Window, XCapError};

/// The screens, then the windows.
pub(super) fn list() -> Result<Vec<ScreenInfo>, DeviceError> {
    let mut found = Vec::new();
    for monitor in Monitor::all().map_err(refused)? {
        let image = monitor.capture_image().map_err(refused)?;
        let (Ok(id), Ok(name)) = (monitor.id(), monitor.friendly_name()) else { continue };
        found.extend(info(ScreenSpec::Screen(id.to_string()), name, &image));
    }
    for window in Window::all().unwrap_or_default() {
        let own = window.pid().is_ok_and(|process| process == std::process::id());
        let (Ok(id), Ok(title), false) = (window.id(), window.title(), own) else { continue };
        if title.is_empty() || window.is_minimized().unwrap_or(true) {
            continue;
        }
        if let Ok(image) = window.capture_image() {
            found.extend(info(ScreenSpec::Window(id), title, &image));
        }
    }
    Ok(found)
}

fn info(spec: ScreenSpec, name: String, image: &RgbaImage) -> Option<ScreenInfo> {
    Some(ScreenInfo {
        spec,
        name: Secret::from(name),
        size: sent_size(image.width(), image.height())?,
        thumbnail: small(image),
    })
}

fn small(image: &RgbaImage) -> Option<Bytes> {
    thumbnail::webp(&Fitter::default().fit(pixels(image), THUMBNAIL)?)
}

fn pixels(image: &RgbaImage) -> Pixels<'_> {
    Pixels { format: PixelFormat::Rgba8, width: image.width(), height: image.height(), bytes: image.as_raw() }
}

/// An open screen or window.
pub(super) struct PortableScreen {
    spec: ScreenSpec,
    fitter: Fitter,
    pace: Pace,
    last: Arc<I420>,
}

impl PortableScreen {
    /// Opens it and takes the first picture.
    pub(super) fn open(spec: &ScreenSpec) -> Result<Self, DeviceError> {
        let mut fitter = Fitter::default();
        let first = fitter.fit(pixels(&take(spec)?), SCREEN_LIMIT).ok_or(DeviceError::Missing)?;
        Ok(Self { spec: spec.clone(), fitter, pace: Pace::new(BEATS, 1), last: Arc::new(first) })
    }
}

impl VideoSource for PortableScreen {
    fn size(&self) -> VideoSize {
        self.last.size()
    }

    fn next_frame(&mut self) -> Result<VideoFrame, DeviceError> {
        let captured = self.pace.wait();
        let picture = self.fitter.fit(pixels(&take(&self.spec)?), SCREEN_LIMIT);
        if let Some(picture) = picture.filter(|picture| picture.bytes() != self.last.bytes()) {
            self.last = Arc::new(picture);
        }
        Ok(VideoFrame { picture: Arc::clone(&self.last), captured })
    }
}

/// A picture of it, which is looked for anew each time: the system's handles belong to one thread.
fn take(spec: &ScreenSpec) -> Result<RgbaImage, DeviceError> {
    match spec {
        ScreenSpec::Screen(wanted) => {
            let monitors = Monitor::all().map_err(refused)?;
            let is_wanted = |monitor: &Monitor| monitor.id().is_ok_and(|id| id.to_string() == *wanted);
            let monitor = monitors.into_iter().find(is_wanted).ok_or(DeviceError::Missing)?;
            monitor.capture_image().map_err(refused)
        }
        ScreenSpec::Window(wanted) => {
            let windows = Window::all().map_err(refused)?;
            let is_wanted = |window: &Window| window.id().is_ok_and(|id| id == *wanted);
            let window = windows.into_iter().find(is_wanted).ok_or(DeviceError::Missing)?;
            window.capture_image().map_err(refused)
        }
        ScreenSpec::Synthetic { .. } => Err(DeviceError::Missing),
    }
}

fn refused(error: XCapError) -> DeviceError {
    match error {
        XCapError::NotSupported => DeviceError::NotAllowed,
        other => DeviceError::Failed(other.to_string()),
    }
}
