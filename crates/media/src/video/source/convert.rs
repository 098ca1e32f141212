//! Camera pictures into planar 4:2:0. What a driver says about its buffer is checked before it is believed.

use crate::video::picture::{I420, Plane, VideoSize};
use cameras::{Frame, PixelFormat};
use std::borrow::Cow;
use yuv::{
    BufferStoreMut, YuvConversionMode, YuvError, YuvPackedImage, YuvPlanarImageMut, YuvRange,
    YuvStandardMatrix,
};

/// A camera's picture as its driver describes it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Raw<'a> {
    pub(super) format: PixelFormat,
    pub(super) width: u32,
    pub(super) height: u32,
    /// Bytes from row to row; 0 for rows without padding.
    pub(super) stride: u32,
    /// All pixels, or the luma of NV12.
    pub(super) primary: &'a [u8],
    /// The chroma of NV12.
    pub(super) secondary: &'a [u8],
}

/// Converts a camera's picture into one of the same size. `None` if it is damaged or of an unknown kind.
pub(super) fn to_i420(frame: &Frame, picture: &mut I420) -> Option<()> {
    let raw = Raw {
        format: frame.pixel_format,
        width: frame.width,
        height: frame.height,
        stride: frame.stride,
        primary: &frame.plane_primary,
        secondary: &frame.plane_secondary,
    };
    if frame.pixel_format == PixelFormat::Mjpeg {
        let rgb = cameras::to_rgb8(frame).ok()?;
        return convert(Raw { format: PixelFormat::Rgb8, stride: 0, primary: &rgb, ..raw }, picture);
    }
    convert(raw, picture)
}

pub(super) fn convert(raw: Raw<'_>, picture: &mut I420) -> Option<()> {
    if (raw.width, raw.height) != (picture.size().width.into(), picture.size().height.into()) {
        return None;
    }
    match raw.format {
        PixelFormat::Nv12 => from_nv12(raw, picture),
        PixelFormat::Yuyv => from_yuyv(raw, picture),
        PixelFormat::Bgra8 => from_rgb(raw, 4, yuv::bgra_to_yuv420, picture),
        PixelFormat::Rgba8 => from_rgb(raw, 4, yuv::rgba_to_yuv420, picture),
        PixelFormat::Rgb8 => from_rgb(raw, 3, yuv::rgb_to_yuv420, picture),
        _ => None,
    }
}

/// Bytes from row to row, where 0 stands for rows without padding. `None` if the buffer is shorter than that.
fn checked_stride(buffer: &[u8], stride: u32, row: usize, rows: usize) -> Option<usize> {
    let stride = if stride == 0 { row } else { stride as usize };
    let needed = stride.checked_mul(rows.checked_sub(1)?)?.checked_add(row)?;
    (stride >= row && buffer.len() >= needed).then_some(stride)
}

fn from_nv12(raw: Raw<'_>, picture: &mut I420) -> Option<()> {
    let size = picture.size();
    let (width, height) = (usize::from(size.width), usize::from(size.height));
    let stride = checked_stride(raw.primary, raw.stride, width, height)?;
    let chroma = picture.plane_size(Plane::U);
    let (pairs, rows) = (usize::from(chroma.width), usize::from(chroma.height));
    let chroma_stride = checked_stride(raw.secondary, raw.stride, 2 * pairs, rows)?;
    let [y, u, v] = picture.planes_mut();
    for (line, source) in y.chunks_exact_mut(width).zip(raw.primary.chunks(stride)) {
        line.copy_from_slice(&source[..width]);
    }
    let planes = u.chunks_exact_mut(pairs).zip(v.chunks_exact_mut(pairs));
    for ((u, v), source) in planes.zip(raw.secondary.chunks(chroma_stride)) {
        for ((u, v), pair) in u.iter_mut().zip(v).zip(source.chunks_exact(2)) {
            (*u, *v) = (pair[0], pair[1]);
        }
    }
    Some(())
}

/// Exactly `count` rows of `row` bytes and the bytes from one to the next, as the conversions want them: they read
/// past the last row if there is more, and leave it out if its padding is missing.
fn rows(buffer: &[u8], stride: u32, row: usize, count: usize) -> Option<(Cow<'_, [u8]>, u32)> {
    let stride = checked_stride(buffer, stride, row, count)?;
    if let Some(whole) = buffer.get(..stride.checked_mul(count)?) {
        return Some((Cow::Borrowed(whole), u32::try_from(stride).ok()?));
    }
    let tight: Vec<u8> = buffer.chunks(stride).take(count).flat_map(|line| &line[..row]).copied().collect();
    Some((Cow::Owned(tight), u32::try_from(row).ok()?))
}

fn from_yuyv(raw: Raw<'_>, picture: &mut I420) -> Option<()> {
    let size = picture.size();
    let row = usize::from(size.width.div_ceil(2)) * 4;
    let (pixels, stride) = rows(raw.primary, raw.stride, row, size.height.into())?;
    let packed = YuvPackedImage {
        yuy: &pixels,
        yuy_stride: stride,
        width: size.width.into(),
        height: size.height.into(),
    };
    yuv::yuyv422_to_yuv420(&mut planar(picture), &packed).ok()
}

type RgbConversion = fn(
    &mut YuvPlanarImageMut<u8>,
    &[u8],
    u32,
    YuvRange,
    YuvStandardMatrix,
    YuvConversionMode,
) -> Result<(), YuvError>;

fn from_rgb(raw: Raw<'_>, bytes: usize, convert: RgbConversion, picture: &mut I420) -> Option<()> {
    let size = picture.size();
    let (pixels, stride) =
        rows(raw.primary, raw.stride, usize::from(size.width) * bytes, size.height.into())?;
    let (range, matrix) = (YuvRange::Limited, YuvStandardMatrix::Bt601);
    convert(&mut planar(picture), &pixels, stride, range, matrix, YuvConversionMode::Balanced).ok()
}

fn planar(picture: &mut I420) -> YuvPlanarImageMut<'_, u8> {
    let VideoSize { width, height } = picture.size();
    let (y_stride, chroma_stride) = (picture.stride(Plane::Y) as u32, picture.stride(Plane::U) as u32);
    let [y, u, v] = picture.planes_mut().map(BufferStoreMut::Borrowed);
    YuvPlanarImageMut {
        y_plane: y,
        y_stride,
        u_plane: u,
        u_stride: chroma_stride,
        v_plane: v,
        v_stride: chroma_stride,
        width: width.into(),
        height: height.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FORMATS: [PixelFormat; 5] =
        [PixelFormat::Nv12, PixelFormat::Yuyv, PixelFormat::Bgra8, PixelFormat::Rgba8, PixelFormat::Rgb8];

    /// One colour as each format has it: BT.601 red.
    fn red(format: PixelFormat, size: VideoSize) -> (Vec<u8>, Vec<u8>) {
        let pixels = size.luma_len();
        match format {
            PixelFormat::Nv12 => (vec![81; pixels], [90, 240].repeat(pixels / 4)),
            PixelFormat::Yuyv => ([81, 90, 81, 240].repeat(pixels / 2), Vec::new()),
            PixelFormat::Bgra8 => ([0, 0, 255, 0].repeat(pixels), Vec::new()),
            PixelFormat::Rgba8 => ([255, 0, 0, 0].repeat(pixels), Vec::new()),
            _ => ([255, 0, 0].repeat(pixels), Vec::new()),
        }
    }

    #[test]
    fn every_format_gives_the_same_colour() {
        let size = VideoSize::new(64, 36);
        for format in FORMATS {
            let (primary, secondary) = red(format, size);
            let raw =
                Raw { format, width: 64, height: 36, stride: 0, primary: &primary, secondary: &secondary };
            let mut picture = I420::black(size);
            convert(raw, &mut picture).expect("converts");
            for (plane, value) in [(Plane::Y, 81u8), (Plane::U, 90), (Plane::V, 240)] {
                let worst = picture.plane(plane).iter().map(|pixel| pixel.abs_diff(value)).max();
                assert!(worst <= Some(2), "{format:?} {plane:?} is off by {worst:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn no_description_of_a_buffer_is_believed(
            format in prop::sample::select(FORMATS.to_vec()),
            (width, height) in (16u16..70, 16u16..70),
            stride in 0u32..400,
            (primary, secondary) in (0usize..30_000, 0usize..6000),
        ) {
            let (primary, secondary) = (vec![1; primary], vec![1; secondary]);
            let raw = Raw { format, width: width.into(), height: height.into(), stride, primary: &primary,
                secondary: &secondary };
            let _ = convert(raw, &mut I420::black(VideoSize::new(width, height)));
        }
    }
}
