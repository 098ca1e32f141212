//! Screens and windows of an X server: RandR for the screens, Composite for covered windows, Damage to learn of
//! changes, XFixes for the pointer, MIT-SHM for the pixels.

mod display;
mod grab;
mod listing;
mod pointer;
mod target;

pub(super) use listing::list;

use super::fit::{Fitter, Pixels};
use super::{BEATS, SCREEN_LIMIT, ScreenSpec};
use crate::DeviceError;
use crate::video::picture::{I420, VideoFrame, VideoSize};
use crate::video::source::VideoSource;
use crate::video::source::pace::Pace;
use cameras::PixelFormat;
use display::Display;
use grab::Grabber;
use pointer::Pointer;
use std::sync::Arc;
use target::{Place, Standing, Target};
use x11rb::protocol::xproto::Drawable;

/// A rectangle of a drawable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Area {
    x: i16,
    y: i16,
    width: u16,
    height: u16,
}

/// An open screen or window. Its connection to the server is closed when it is dropped.
pub(super) struct X11Screen {
    camera: Camera,
    pace: Pace,
    last: Arc<I420>,
}

/// What takes the pictures.
struct Camera {
    display: Display,
    target: Target,
    grabber: Grabber,
    pointer: Pointer,
    fitter: Fitter,
}

impl X11Screen {
    /// Opens it and takes the first picture.
    pub(super) fn open(display: Option<&str>, spec: &ScreenSpec) -> Result<Self, DeviceError> {
        let display = Display::connect(display)?;
        let target = Target::open(&display, spec)?;
        let (grabber, pointer, fitter) = (Grabber::default(), Pointer::default(), Fitter::default());
        let mut camera = Camera { display, target, grabber, pointer, fitter };
        let first = camera.look()?.ok_or(DeviceError::Missing)?;
        Ok(Self { camera, pace: Pace::new(BEATS, 1), last: Arc::new(first) })
    }
}

impl Camera {
    /// A picture, if there is a new one to be had.
    fn look(&mut self) -> Result<Option<I420>, DeviceError> {
        let (place, changed) = match self.target.look(&self.display)? {
            Standing::Hidden => return Ok(None),
            Standing::Still(place) => (place, false),
            Standing::Changed(place) => (place, true),
        };
        let pointed = self.pointer.look(&self.display, place);
        if !changed && !pointed {
            return Ok(None);
        }
        match self.take(place) {
            // It changes its size right now, or it is gone: the next look tells which.
            Err(DeviceError::Missing) => {
                self.target.failed();
                Ok(None)
            }
            taken => taken,
        }
    }

    fn take(&mut self, Place { area, .. }: Place) -> Result<Option<I420>, DeviceError> {
        let drawable = self.target.begin(&self.display)?;
        let taken = self.develop(drawable, area);
        self.target.end(&self.display, drawable)?;
        taken
    }

    fn develop(&mut self, drawable: Drawable, area: Area) -> Result<Option<I420>, DeviceError> {
        let bytes = self.grabber.grab(&self.display, drawable, area)?;
        self.pointer.draw(bytes, area);
        let (width, height) = (area.width.into(), area.height.into());
        Ok(self.fitter.fit(Pixels { format: PixelFormat::Bgra8, width, height, bytes }, SCREEN_LIMIT))
    }
}

impl VideoSource for X11Screen {
    fn size(&self) -> VideoSize {
        self.last.size()
    }

    fn next_frame(&mut self) -> Result<VideoFrame, DeviceError> {
        let captured = self.pace.wait();
        if let Some(picture) = self.camera.look()? {
            self.last = Arc::new(picture);
        }
        Ok(VideoFrame { picture: Arc::clone(&self.last), captured })
    }
}
