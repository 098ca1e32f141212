//! From a decoded picture to the pixels of its tile.

use super::enlarge::{Enlarger, Stretch};
use super::pixels::{PixelPool, Pixels};
use super::tile::{Area, Crop, Tile};
use crate::video::frame_clock;
use crate::video::picture::{I420, PicturePool, Plane, VideoSize};
use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use yuv::{YuvPlanarImage, YuvRange, YuvStandardMatrix};

/// Scales, mirrors and converts with buffers that are used again. Scaling comes first: three planes of 4:2:0 are less
/// than half of what they are as pixels, and the painter then only copies.
#[derive(Debug, Default)]
pub(super) struct Renderer {
    enlarger: Enlarger,
    resizer: Resizer,
    scaled: PicturePool,
    pixels: PixelPool,
}

impl Renderer {
    /// The pixels for a tile; `None` for a tile that covers none.
    pub(super) fn render(&mut self, picture: &I420, tile: &Tile, scale: f64) -> Option<Pixels> {
        let area = tile.picture_area(picture.size(), scale)?;
        let crop = tile.crop(picture.size(), area);
        let size = VideoSize::new(area.width, area.height);
        let (width, height) = (picture.size().width.into(), picture.size().height.into());
        let stamp = frame_clock::read(picture.plane(Plane::Y), picture.stride(Plane::Y), width, height);
        let mut pixels = self.pixels.take(size, picture.size(), stamp);
        if is_itself(picture.size(), area) && !tile.mirrored {
            convert(picture, &mut pixels);
            return Some(pixels);
        }
        let mut scaled = self.scale(picture, crop, size);
        if tile.mirrored {
            mirror(&mut scaled);
        }
        convert(&scaled, &mut pixels);
        Some(pixels)
    }

    fn scale(&mut self, picture: &I420, crop: Crop, size: VideoSize) -> I420 {
        let mut scaled = self.scaled.take(size);
        for plane in [Plane::Y, Plane::U, Plane::V] {
            let (source, target) = (picture.plane_size(plane), scaled.plane_size(plane));
            let share = |of: f64, plane: u16, whole: u16| of * f64::from(plane) / f64::from(whole.max(1));
            let across = |of| share(of, source.width, picture.size().width);
            let down = |of| share(of, source.height, picture.size().height);
            let stretch = |start, length, plane, pixels| Stretch { start, length, plane, pixels };
            let across = stretch(across(crop.x), across(crop.width), source.width, target.width);
            let down = stretch(down(crop.y), down(crop.height), source.height, target.height);
            let (from, to) = (picture.plane(plane), scaled.plane_mut(plane));
            if across.enlarges() && down.enlarges() {
                self.enlarger.enlarge(from, to, across, down);
            } else {
                self.shrink(from, to, across, down);
            }
        }
        scaled
    }

    /// Any change of size; pixels that become one are all counted.
    fn shrink(&mut self, from: &[u8], to: &mut [u8], across: Stretch, down: Stretch) {
        let options = ResizeOptions::new()
            .resize_alg(ResizeAlg::Convolution(FilterType::Bilinear))
            .use_alpha(false)
            .crop(across.start, down.start, across.length, down.length);
        let from = TypedImageRef::<U8>::from_buffer(across.plane.into(), down.plane.into(), from)
            .expect("a plane has the length its size says");
        let mut to = TypedImage::<U8>::from_buffer(across.pixels.into(), down.pixels.into(), to)
            .expect("a plane has the length its size says");
        self.resizer.resize_typed(&from, &mut to, &options).expect("a crop is inside its picture");
    }
}

/// The picture fills the area pixel by pixel: then nothing is cut off either.
fn is_itself(picture: VideoSize, area: Area) -> bool {
    (picture.width, picture.height) == (area.width, area.height)
}

fn mirror(picture: &mut I420) {
    for plane in [Plane::Y, Plane::U, Plane::V] {
        let stride = picture.stride(plane);
        picture.plane_mut(plane).chunks_exact_mut(stride).for_each(<[u8]>::reverse);
    }
}

fn convert(picture: &I420, pixels: &mut Pixels) {
    let stride = pixels.stride();
    let plane_stride = |plane| u32::from(picture.plane_size(plane).width);
    let image = YuvPlanarImage {
        y_plane: picture.plane(Plane::Y),
        y_stride: plane_stride(Plane::Y),
        u_plane: picture.plane(Plane::U),
        u_stride: plane_stride(Plane::U),
        v_plane: picture.plane(Plane::V),
        v_stride: plane_stride(Plane::V),
        width: picture.size().width.into(),
        height: picture.size().height.into(),
    };
    let range = (YuvRange::Limited, YuvStandardMatrix::Bt601);
    yuv::yuv420_to_bgra(&image, pixels.as_mut(), stride, range.0, range.1)
        .expect("planes and pixels have the lengths their sizes say");
}

#[cfg(test)]
mod tests {
    use super::super::tile::Fit;
    use super::*;
    use proptest::prelude::*;

    const RED: (u8, u8, u8) = (81, 90, 240);
    const BLUE: (u8, u8, u8) = (41, 240, 110);

    /// Red on the left, blue on the right.
    fn two_halves(size: VideoSize) -> I420 {
        let mut picture = I420::black(size);
        for (plane, of) in
            [(Plane::Y, [RED.0, BLUE.0]), (Plane::U, [RED.1, BLUE.1]), (Plane::V, [RED.2, BLUE.2])]
        {
            let width = picture.stride(plane);
            for row in picture.plane_mut(plane).chunks_exact_mut(width) {
                row[..width / 2].fill(of[0]);
                row[width / 2..].fill(of[1]);
            }
        }
        picture
    }

    fn tile(width: f64, height: f64, mirrored: bool, fit: Fit) -> Tile {
        Tile { stream: 1, x: 0.0, y: 0.0, width, height, radius: 0.0, mirrored, fit }
    }

    /// Blue, green and red of a pixel.
    fn pixel(pixels: &Pixels, x: usize, y: usize) -> [u8; 3] {
        let at = y * pixels.stride() as usize + x * 4;
        pixels.as_ref()[at..at + 3].try_into().unwrap()
    }

    fn is_red([b, g, r]: [u8; 3]) -> bool {
        r > 200 && g < 60 && b < 60
    }

    fn is_blue([b, g, r]: [u8; 3]) -> bool {
        b > 200 && g < 60 && r < 60
    }

    #[test]
    fn colours_and_sides_are_right_at_every_scale() {
        let picture = two_halves(VideoSize::NHD);
        for (width, height) in [(640.0, 360.0), (1176.0, 661.5), (160.0, 90.0)] {
            for mirrored in [false, true] {
                let tile = tile(width, height, mirrored, Fit::Whole);
                let pixels = Renderer::default().render(&picture, &tile, 1.0).unwrap();
                let row = usize::from(pixels.size().height / 2);
                let right = usize::from(pixels.size().width) - 3;
                let (first, last) = (pixel(&pixels, 2, row), pixel(&pixels, right, row));
                let (red, blue) = if mirrored { (last, first) } else { (first, last) };
                assert!(
                    is_red(red) && is_blue(blue),
                    "{width}x{height}, mirrored {mirrored}: {red:?}, {blue:?}"
                );
            }
        }
    }

    #[test]
    fn a_narrow_tile_shows_the_middle() {
        let tile = tile(90.0, 360.0, false, Fit::Fill);
        let pixels = Renderer::default().render(&two_halves(VideoSize::NHD), &tile, 1.0).unwrap();
        assert_eq!(pixels.size(), VideoSize::new(90, 360));
        assert!(is_red(pixel(&pixels, 20, 100)) && is_blue(pixel(&pixels, 70, 100)));
    }

    #[test]
    fn a_fine_screen_gets_more_pixels() {
        let tile = tile(320.0, 180.0, false, Fit::Whole);
        let pixels = Renderer::default().render(&two_halves(VideoSize::NHD), &tile, 2.0).unwrap();
        assert_eq!(pixels.size(), VideoSize::NHD);
    }

    proptest! {
        #[test]
        fn takes_pictures_and_tiles_of_any_size(
            (pw, ph) in (1u16..200, 1u16..200), (width, height) in (0f64..300.0, 0f64..300.0),
            mirrored: bool, fill: bool,
        ) {
            let fit = if fill { Fit::Fill } else { Fit::Whole };
            let picture = I420::black(VideoSize::new(pw, ph));
            let tile = tile(width, height, mirrored, fit);
            let pixels = Renderer::default().render(&picture, &tile, 1.0);
            prop_assert_eq!(pixels.is_some(), tile.area(1.0).is_some());
        }
    }
}
