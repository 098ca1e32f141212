//! Raw pictures: planar YUV 4:2:0, as cameras give them and codecs take them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Instant;

/// Width and height in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct VideoSize {
    /// Pixels in a row.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

impl VideoSize {
    /// 640x360: what a call starts with.
    pub const NHD: Self = Self::new(640, 360);
    /// 1280x720.
    pub const HD: Self = Self::new(1280, 720);

    /// A size in pixels.
    pub const fn new(width: u16, height: u16) -> Self {
        Self { width, height }
    }

    /// The size of a layer: each layer has half the width and height of the one before, rounded down to even.
    pub fn of_layer(self, layer: u8) -> Self {
        let shrink = |side: u16| ((side >> layer.min(15)) & !1).max(2);
        Self { width: shrink(self.width), height: shrink(self.height) }
    }

    /// The largest even size of the same shape that fits into `limit`; never larger than `self`.
    pub fn fit_into(self, limit: Self) -> Self {
        let (w, h) = (u32::from(self.width), u32::from(self.height));
        let (lw, lh) = (u32::from(limit.width).min(w), u32::from(limit.height).min(h));
        let (fw, fh) = if w * lh <= h * lw { (w * lh / h.max(1), lh) } else { (lw, h * lw / w.max(1)) };
        let even = |side: u32| u16::try_from((side & !1).max(2)).unwrap_or(u16::MAX - 1);
        Self { width: even(fw), height: even(fh) }
    }

    /// Bytes of a luma plane.
    pub(crate) fn luma_len(self) -> usize {
        usize::from(self.width) * usize::from(self.height)
    }

    /// Bytes of all three planes.
    fn picture_len(self) -> usize {
        self.luma_len() + 2 * self.chroma().luma_len()
    }

    /// Columns and rows of a chroma plane.
    pub(crate) fn chroma(self) -> Self {
        Self { width: self.width.div_ceil(2), height: self.height.div_ceil(2) }
    }
}

/// One plane of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plane {
    /// Luma, full size.
    Y,
    /// Blue difference, half size.
    U,
    /// Red difference, half size.
    V,
}

/// A picture in planar YUV 4:2:0, 8 bit, BT.601 video range, without padding between rows.
///
/// The buffer goes back to its [`PicturePool`] when the picture is dropped.
#[derive(Debug)]
pub struct I420 {
    size: VideoSize,
    data: Vec<u8>,
    home: Weak<Mutex<Vec<Vec<u8>>>>,
}

impl I420 {
    /// A black picture that belongs to no pool.
    pub fn black(size: VideoSize) -> Self {
        let mut picture = Self::with_buffer(size, Vec::new(), Weak::new());
        let luma = size.luma_len();
        picture.data[..luma].fill(16);
        picture.data[luma..].fill(128);
        picture
    }

    fn with_buffer(size: VideoSize, mut data: Vec<u8>, home: Weak<Mutex<Vec<Vec<u8>>>>) -> Self {
        data.resize(size.picture_len(), 0);
        Self { size, data, home }
    }

    /// Width and height.
    pub fn size(&self) -> VideoSize {
        self.size
    }

    /// Columns and rows of a plane.
    pub fn plane_size(&self, plane: Plane) -> VideoSize {
        match plane {
            Plane::Y => self.size,
            Plane::U | Plane::V => self.size.chroma(),
        }
    }

    /// Bytes from one row of a plane to the next.
    pub fn stride(&self, plane: Plane) -> usize {
        usize::from(self.plane_size(plane).width)
    }

    /// The bytes of a plane.
    pub fn plane(&self, plane: Plane) -> &[u8] {
        &self.data[self.range(plane)]
    }

    /// The bytes of a plane, to be changed.
    pub fn plane_mut(&mut self, plane: Plane) -> &mut [u8] {
        let range = self.range(plane);
        &mut self.data[range]
    }

    /// All three planes at once, to be changed.
    pub fn planes_mut(&mut self) -> [&mut [u8]; 3] {
        let (y, chroma) = self.data.split_at_mut(self.size.luma_len());
        let (u, v) = chroma.split_at_mut(self.size.chroma().luma_len());
        [y, u, v]
    }

    /// The planes one after the other: Y, U, V.
    pub fn bytes(&self) -> &[u8] {
        &self.data
    }

    /// The planes one after the other, to be changed.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.data
    }

    fn range(&self, plane: Plane) -> std::ops::Range<usize> {
        let (y, c) = (self.size.luma_len(), self.size.chroma().luma_len());
        match plane {
            Plane::Y => 0..y,
            Plane::U => y..y + c,
            Plane::V => y + c..y + 2 * c,
        }
    }
}

impl Drop for I420 {
    fn drop(&mut self) {
        if let Some(home) = self.home.upgrade() {
            let mut free = unpoisoned(&home);
            if free.len() < PicturePool::KEPT {
                free.push(std::mem::take(&mut self.data));
            }
        }
    }
}

/// Buffers of pictures that are used again, so that a steady stream does not allocate.
#[derive(Clone, Debug, Default)]
pub struct PicturePool {
    free: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl PicturePool {
    /// More free buffers than this are given back to the allocator.
    const KEPT: usize = 8;

    /// A picture with unspecified content.
    pub fn take(&self, size: VideoSize) -> I420 {
        let buffer = take_buffer(&mut unpoisoned(&self.free), size.picture_len());
        I420::with_buffer(size, buffer, Arc::downgrade(&self.free))
    }
}

/// Takes a free buffer, one of that length if there is: one that has to grow is filled first. Pictures of several sizes
/// share a pool.
pub(crate) fn take_buffer(free: &mut Vec<Vec<u8>>, length: usize) -> Vec<u8> {
    let fits = free.iter().position(|buffer| buffer.len() == length).or(free.len().checked_sub(1));
    fits.map(|place| free.swap_remove(place)).unwrap_or_default()
}

/// A list of buffers is sound whatever its last holder did.
fn unpoisoned<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A captured or decoded picture. Cloning shares the pixels.
#[derive(Clone, Debug)]
pub struct VideoFrame {
    /// The pixels.
    pub picture: Arc<I420>,
    /// When it was captured, or decoded.
    pub captured: Instant,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_halve_to_even_sizes() {
        let size = VideoSize::NHD;
        assert_eq!(size.of_layer(0), VideoSize::new(640, 360));
        assert_eq!(size.of_layer(1), VideoSize::new(320, 180));
        assert_eq!(size.of_layer(2), VideoSize::new(160, 90));
        assert_eq!(VideoSize::new(854, 480).of_layer(1), VideoSize::new(426, 240));
    }

    #[test]
    fn a_camera_of_another_shape_keeps_its_shape() {
        assert_eq!(VideoSize::new(640, 480).fit_into(VideoSize::NHD), VideoSize::new(480, 360));
        assert_eq!(VideoSize::new(1920, 1080).fit_into(VideoSize::HD), VideoSize::HD);
        assert_eq!(VideoSize::new(320, 240).fit_into(VideoSize::NHD), VideoSize::new(320, 240));
    }

    #[test]
    fn a_pool_uses_the_buffer_of_a_dropped_picture_again() {
        let pool = PicturePool::default();
        let first = pool.take(VideoSize::NHD);
        let address = first.bytes().as_ptr();
        drop(first);
        assert_eq!(pool.take(VideoSize::NHD).bytes().as_ptr(), address);
    }

    #[test]
    fn planes_of_odd_sizes_do_not_overlap() {
        let mut picture = I420::black(VideoSize::new(5, 3));
        assert_eq!(picture.planes_mut().map(|plane| plane.len()), [15, 6, 6]);
        assert_eq!(picture.bytes().len(), 27);
    }
}
