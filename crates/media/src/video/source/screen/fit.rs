//! Pixels of a screen into a picture of a size that can be sent.

use super::SCREEN_LIMIT;
use crate::video::picture::{I420, PicturePool, VideoSize};
use crate::video::scale::Scaler;
use crate::video::source::convert::{self, Raw};
use cameras::PixelFormat;

/// Narrower and lower than this nothing can be read.
const SMALLEST: u32 = 32;

/// Converts and scales with buffers that are used again.
#[derive(Debug, Default)]
pub(super) struct Fitter {
    pool: PicturePool,
    scaler: Scaler,
}

/// Pixels of four bytes, in rows without padding.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pixels<'a> {
    /// The order of the bytes: BGRA or RGBA.
    pub(super) format: PixelFormat,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) bytes: &'a [u8],
}

impl Fitter {
    /// The picture, cut to an even size and not larger than `limit`. `None` for what is too small, or damaged.
    pub(super) fn fit(&mut self, pixels: Pixels<'_>, limit: VideoSize) -> Option<I420> {
        let size = even_size(pixels.width, pixels.height)?;
        let raw = Raw {
            format: pixels.format,
            width: size.width.into(),
            height: size.height.into(),
            stride: pixels.width * 4,
            primary: pixels.bytes,
            secondary: &[],
        };
        let mut picture = self.pool.take(size);
        convert::convert(raw, &mut picture)?;
        let fitting = size.fit_into(limit);
        Some(if fitting == size { picture } else { self.scaler.scale(&picture, fitting) })
    }
}

/// The size of the pictures of something of this size.
pub(super) fn sent_size(width: u32, height: u32) -> Option<VideoSize> {
    Some(even_size(width, height)?.fit_into(SCREEN_LIMIT))
}

fn even_size(width: u32, height: u32) -> Option<VideoSize> {
    let side = |pixels: u32| u16::try_from(pixels & !1).ok().filter(|side| u32::from(*side) >= SMALLEST);
    Some(VideoSize::new(side(width)?, side(height)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::video::picture::Plane;

    fn fit(width: u32, height: u32) -> Option<I420> {
        let bytes = [255, 255, 255, 0].repeat((width * height) as usize);
        let pixels = Pixels { format: PixelFormat::Bgra8, width, height, bytes: &bytes };
        Fitter::default().fit(pixels, SCREEN_LIMIT)
    }

    #[test]
    fn sizes_are_even_and_within_the_limit() {
        for (width, height) in [(33, 33), (801, 603), (1920, 1080), (3840, 2160), (1080, 3000)] {
            let picture = fit(width, height).expect("a picture");
            assert_eq!(Some(picture.size()), sent_size(width, height));
            assert!(
                picture.size().width <= SCREEN_LIMIT.width && picture.size().height <= SCREEN_LIMIT.height
            );
            assert!(picture.plane(Plane::Y).iter().all(|luma| luma.abs_diff(235) <= 1), "white is white");
        }
        assert!(fit(31, 400).is_none() && sent_size(400, 2).is_none());
    }

    #[test]
    fn pixels_that_are_too_few_are_no_picture() {
        let pixels = Pixels { format: PixelFormat::Bgra8, width: 64, height: 64, bytes: &[0; 64] };
        assert!(Fitter::default().fit(pixels, SCREEN_LIMIT).is_none());
    }
}
