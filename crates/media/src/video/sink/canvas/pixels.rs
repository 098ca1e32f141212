//! Pictures as a window system takes them.

use crate::video::frame_clock::Stamp;
use crate::video::picture::{VideoSize, take_buffer};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// More free buffers than this are given back to the allocator.
const KEPT: usize = 4;

type Home = Mutex<Vec<Vec<u8>>>;

/// A picture as a painter takes it: rows of blue, green, red and an unused byte, without padding.
///
/// The buffer is used again when this is dropped.
#[derive(Debug)]
pub struct Pixels {
    size: VideoSize,
    picture: VideoSize,
    stamp: Option<Stamp>,
    data: Vec<u8>,
    home: Weak<Home>,
}

impl Pixels {
    /// Columns and rows.
    pub fn size(&self) -> VideoSize {
        self.size
    }

    /// The size of the picture that was received, before it was scaled to its tile.
    pub fn picture(&self) -> VideoSize {
        self.picture
    }

    /// What the clock in the picture says, if it has one.
    pub fn stamp(&self) -> Option<Stamp> {
        self.stamp
    }

    /// Bytes from row to row.
    pub fn stride(&self) -> u32 {
        u32::from(self.size.width) * 4
    }
}

impl AsRef<[u8]> for Pixels {
    fn as_ref(&self) -> &[u8] {
        &self.data
    }
}

impl AsMut<[u8]> for Pixels {
    fn as_mut(&mut self) -> &mut [u8] {
        &mut self.data
    }
}

impl Drop for Pixels {
    fn drop(&mut self) {
        if let Some(home) = self.home.upgrade() {
            let mut free = home.lock().unwrap_or_else(PoisonError::into_inner);
            if free.len() < KEPT {
                free.push(std::mem::take(&mut self.data));
            }
        }
    }
}

/// Buffers that are used again, so that a steady stream does not allocate.
#[derive(Debug, Default)]
pub(super) struct PixelPool {
    free: Arc<Home>,
}

impl PixelPool {
    /// Unspecified content.
    pub(super) fn take(&self, size: VideoSize, picture: VideoSize, stamp: Option<Stamp>) -> Pixels {
        let length = usize::from(size.width) * usize::from(size.height) * 4;
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let mut data = take_buffer(&mut free, length);
        drop(free);
        data.resize(length, 0);
        Pixels { size, picture, stamp, data, home: Arc::downgrade(&self.free) }
    }
}
