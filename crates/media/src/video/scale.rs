//! Scales pictures down for the layers.

use super::picture::{I420, PicturePool, Plane, VideoSize};
use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};

/// Scales with buffers that are used again.
#[derive(Debug, Default)]
pub(super) struct Scaler {
    resizer: Resizer,
    pool: PicturePool,
}

impl Scaler {
    /// The picture in another size.
    pub(super) fn scale(&mut self, picture: &I420, size: VideoSize) -> I420 {
        let mut scaled = self.pool.take(size);
        for plane in [Plane::Y, Plane::U, Plane::V] {
            self.scale_plane(picture, &mut scaled, plane);
        }
        scaled
    }

    fn scale_plane(&mut self, from: &I420, to: &mut I420, plane: Plane) {
        let (source, target) = (from.plane_size(plane), to.plane_size(plane));
        let whole = source.width.is_multiple_of(target.width) && source.height.is_multiple_of(target.height);
        // The mean of a block is exact for whole ratios; others need overlapping weights.
        let filter = if whole { FilterType::Box } else { FilterType::Bilinear };
        let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter)).use_alpha(false);
        let view =
            TypedImageRef::<U8>::from_buffer(source.width.into(), source.height.into(), from.plane(plane))
                .expect("a plane has the length its size says");
        let mut view_mut =
            TypedImage::<U8>::from_buffer(target.width.into(), target.height.into(), to.plane_mut(plane))
                .expect("a plane has the length its size says");
        self.resizer
            .resize_typed(&view, &mut view_mut, &options)
            .expect("the whole of a picture is inside the picture");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::video::frame_clock::{self, Stamp};

    #[test]
    fn halving_takes_the_mean_of_four() {
        let mut picture = I420::black(VideoSize::new(4, 4));
        picture.plane_mut(Plane::Y).copy_from_slice(&[0, 4, 9, 9, 8, 12, 9, 9, 1, 1, 7, 7, 1, 1, 7, 7]);
        let half = Scaler::default().scale(&picture, VideoSize::new(2, 2));
        assert_eq!(half.plane(Plane::Y), [6, 9, 1, 7]);
        assert_eq!(half.plane(Plane::U), [128]);
    }

    #[test]
    fn the_clock_survives_an_uneven_ratio() {
        let mut picture = I420::black(VideoSize::HD);
        frame_clock::stamp(&mut picture, 77_000, 3);
        let small = Scaler::default().scale(&picture, VideoSize::new(432, 242));
        let read = frame_clock::read(small.plane(Plane::Y), 432, 432, 242);
        assert_eq!(read, Some(Stamp { unix_ms_mod: 77_000, counter: 3 }));
    }
}
