//! What a picture looks like in small. To make it the picture is decoded, which also shows that it is one.

use super::clean::Clean;
use consilium_wire::im::THUMBNAIL;
use image::codecs::jpeg::JpegEncoder;
use image::error::{ImageError, LimitErrorKind};
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, Rgb, RgbImage};
use std::io::Cursor;

/// The most pixels of a picture: what a telephone of today makes. A small file can claim any number.
pub(super) const MAX_PIXELS: u64 = 52_000_000;
/// The longest side.
const MAX_SIDE: u32 = 16_384;
/// The most memory that one decoder takes, in bytes.
const MAX_MEMORY: u64 = 256 * 1024 * 1024;
const QUALITY: u8 = 80;

/// A picture in small.
#[derive(Debug)]
pub(super) struct Thumbnail {
    /// The width of the picture itself, the right way up.
    pub(super) width: u32,
    /// Its height.
    pub(super) height: u32,
    /// The small one, a JPEG.
    pub(super) jpeg: Vec<u8>,
}

/// Why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoThumbnail {
    /// The picture has too many pixels.
    TooLarge,
    /// It cannot be decoded.
    Broken,
}

impl From<ImageError> for NoThumbnail {
    fn from(error: ImageError) -> Self {
        match error {
            ImageError::Limits(limit) if !matches!(limit.kind(), LimitErrorKind::Unsupported { .. }) => {
                Self::TooLarge
            }
            _ => Self::Broken,
        }
    }
}

/// How many pixels a picture says that it has.
pub(super) fn pixels(picture: &Clean) -> Result<u64, NoThumbnail> {
    let (width, height) = reader(picture)?.into_dimensions()?;
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MAX_PIXELS { Err(NoThumbnail::TooLarge) } else { Ok(pixels) }
}

/// Decodes a picture; of a moving one the first frame.
pub(super) fn thumbnail(picture: &Clean) -> Result<Thumbnail, NoThumbnail> {
    pixels(picture)?;
    let mut decoder = reader(picture)?.into_decoder()?;
    if decoder.total_bytes() > MAX_MEMORY {
        return Err(NoThumbnail::TooLarge);
    }
    let orientation = decoder.orientation()?;
    let whole = DynamicImage::from_decoder(decoder)?;
    let (width, height) = match orientation.to_exif() {
        // A quarter of a turn.
        5..=8 => (whole.height(), whole.width()),
        _ => (whole.width(), whole.height()),
    };
    let is_large = width.max(height) > THUMBNAIL;
    let mut small = if is_large { whole.thumbnail(THUMBNAIL, THUMBNAIL) } else { whole };
    small.apply_orientation(orientation);
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY).encode_image(&on_white(&small))?;
    Ok(Thumbnail { width, height, jpeg })
}

fn reader(picture: &Clean) -> Result<ImageReader<Cursor<&[u8]>>, NoThumbnail> {
    let format = ImageFormat::from_mime_type(picture.media_type).ok_or(NoThumbnail::Broken)?;
    let mut reader = ImageReader::with_format(Cursor::new(picture.bytes.as_slice()), format);
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_MEMORY);
    reader.limits(limits);
    Ok(reader)
}

/// JPEG knows nothing transparent; without this it would be black.
fn on_white(picture: &DynamicImage) -> RgbImage {
    let rgba = picture.to_rgba8();
    let blend = |color: u8, alpha: u8| {
        let alpha = u16::from(alpha);
        u8::try_from((u16::from(color) * alpha + 255 * (255 - alpha)) / 255).expect("a mean of bytes is one")
    };
    RgbImage::from_fn(rgba.width(), rgba.height(), |x, y| {
        let [red, green, blue, alpha] = rgba.get_pixel(x, y).0;
        Rgb([blend(red, alpha), blend(green, alpha), blend(blue, alpha)])
    })
}

#[cfg(test)]
mod tests {
    use super::super::clean::{Format, samples};
    use super::*;

    fn cleaned(bytes: Vec<u8>) -> Clean {
        Format::guess(&bytes).unwrap().clean(bytes).unwrap()
    }

    /// Whether it is red at a place, given in parts of the whole.
    fn is_red(picture: &DynamicImage, x: f64, y: f64) -> bool {
        let picture = picture.to_rgb8();
        let at = |part: f64, side: u32| (part * f64::from(side)) as u32;
        let [red, _, blue] = picture.get_pixel(at(x, picture.width()), at(y, picture.height())).0;
        red > blue
    }

    #[test]
    fn a_picture_of_every_format_is_small_upright_and_tells_nothing() {
        // Six means that what was taken as its upper side belongs on the right.
        for sample in [samples::jpeg(800, 600, 6), samples::png(800, 600, 6), samples::webp(800, 600, 6)] {
            let clean = cleaned(sample);
            let small = thumbnail(&clean).unwrap();
            assert_eq!((small.width, small.height), (600, 800), "{}", clean.media_type);
            let picture = image::load_from_memory_with_format(&small.jpeg, ImageFormat::Jpeg).unwrap();
            assert_eq!((picture.width(), picture.height()), (240, 320), "{}", clean.media_type);
            assert!(is_red(&picture, 0.9, 0.1) && is_red(&picture, 0.9, 0.9), "{}", clean.media_type);
            assert!(!is_red(&picture, 0.1, 0.1) && !is_red(&picture, 0.1, 0.9), "{}", clean.media_type);
            assert!(!samples::tells(&small.jpeg));
        }
    }

    #[test]
    fn cleaning_changes_no_pixel() {
        let whole = |bytes: &[u8]| image::load_from_memory(bytes).unwrap().to_rgba8();
        for sample in [
            samples::jpeg(70, 50, 1),
            samples::png(70, 50, 1),
            samples::webp(70, 50, 1),
            samples::gif(70, 50),
        ] {
            let clean = cleaned(sample.clone());
            assert_eq!(whole(&clean.bytes), whole(&sample), "{}", clean.media_type);
        }
    }

    #[test]
    fn a_small_picture_is_not_made_larger() {
        let small = thumbnail(&cleaned(samples::gif(30, 20))).unwrap();
        let picture = image::load_from_memory(&small.jpeg).unwrap();
        assert_eq!((picture.width(), picture.height()), (30, 20));
    }

    #[test]
    fn what_is_transparent_is_white() {
        let clear = DynamicImage::new_rgba8(9, 9);
        assert!(on_white(&clear).pixels().all(|pixel| pixel.0 == [255; 3]));
    }

    #[test]
    fn claims_of_many_pixels_are_refused_before_any_memory_is_taken() {
        for side in [7_300, 16_385, 65_535, 2_000_000_000] {
            let bomb = cleaned(samples::bomb(side));
            assert_eq!(thumbnail(&bomb).unwrap_err(), NoThumbnail::TooLarge, "{side}");
        }
    }

    #[test]
    fn a_claim_that_the_pixels_do_not_keep_is_a_broken_picture() {
        assert_eq!(thumbnail(&cleaned(samples::bomb(40))).unwrap_err(), NoThumbnail::Broken);
    }
}
