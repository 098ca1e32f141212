//! Fetches pixels from the server: through shared memory, or over the connection where there is none.

use super::Area;
use super::display::{Display, lost, refused};
use crate::DeviceError;
use memmap2::MmapMut;
use std::fs::File;
use x11rb::protocol::shm::{ConnectionExt as _, Seg};
use x11rb::protocol::xproto::{ConnectionExt as _, Drawable, ImageFormat};

/// All bits of a pixel.
const ALL: u32 = !0;

/// Fetches pixels with memory that is used again.
#[derive(Debug, Default)]
pub(super) enum Grabber {
    #[default]
    Unused,
    Shared(Segment),
    Copied(Vec<u8>),
}

/// Memory that the server writes into.
#[derive(Debug)]
pub(super) struct Segment {
    id: Seg,
    memory: MmapMut,
}

impl Grabber {
    /// The pixels of an area, four bytes each, blue first, rows without padding. `Missing` when the drawable is gone or
    /// smaller than that.
    pub(super) fn grab(
        &mut self,
        display: &Display,
        drawable: Drawable,
        area: Area,
    ) -> Result<&mut [u8], DeviceError> {
        let length = usize::from(area.width) * usize::from(area.height) * 4;
        if display.shares_memory {
            self.grab_shared(display, drawable, area, length)
        } else {
            self.grab_copied(display, drawable, area, length)
        }
    }

    fn grab_shared(
        &mut self,
        display: &Display,
        drawable: Drawable,
        area: Area,
        length: usize,
    ) -> Result<&mut [u8], DeviceError> {
        if !matches!(self, Self::Shared(segment) if segment.memory.len() >= length) {
            if let Self::Shared(small) = self {
                display.x.shm_detach(small.id).map_err(lost)?;
            }
            *self = Self::Shared(Segment::create(display, length)?);
        }
        let Self::Shared(segment) = self else { return Err(DeviceError::Missing) };
        let Area { x, y, width, height } = area;
        let format = ImageFormat::Z_PIXMAP.into();
        let request = display.x.shm_get_image(drawable, x, y, width, height, ALL, format, segment.id, 0);
        request.map_err(lost)?.reply().map_err(refused)?;
        Ok(&mut segment.memory[..length])
    }

    fn grab_copied(
        &mut self,
        display: &Display,
        drawable: Drawable,
        area: Area,
        length: usize,
    ) -> Result<&mut [u8], DeviceError> {
        let Area { x, y, width, height } = area;
        let request = display.x.get_image(ImageFormat::Z_PIXMAP, drawable, x, y, width, height, ALL);
        let image = request.map_err(lost)?.reply().map_err(refused)?;
        *self = Self::Copied(image.data);
        match self {
            Self::Copied(pixels) if pixels.len() >= length => Ok(&mut pixels[..length]),
            _ => Err(DeviceError::Failed("the display gives too few pixels".to_owned())),
        }
    }
}

impl Segment {
    fn create(display: &Display, length: usize) -> Result<Self, DeviceError> {
        let id = display.new_id()?;
        let size =
            u32::try_from(length).map_err(|_| DeviceError::Failed("a screen of no size".to_owned()))?;
        let segment =
            display.x.shm_create_segment(id, size, false).map_err(lost)?.reply().map_err(refused)?;
        let file = File::from(segment.shm_fd);
        let shorter = file.metadata().is_ok_and(|file| file.len() < u64::from(size));
        if shorter {
            return Err(DeviceError::Failed("the display shares too little memory".to_owned()));
        }
        // SAFETY: the server made the file for this connection alone, holds it for as long as the connection lives, and
        // writes only while it answers a `GetImage`, for which `grab` waits; its length was checked above.
        let memory =
            unsafe { MmapMut::map_mut(&file) }.map_err(|error| DeviceError::Failed(error.to_string()))?;
        Ok(Self { id, memory })
    }
}
