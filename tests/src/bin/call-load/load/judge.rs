//! Looks at what comes: which picture of the content it is, when it came, and how like the original it is.

use anyhow::{Result, ensure};
use bytes::Bytes;
use consilium_media::video::vp8::Decoder;
use consilium_media::video::{I420, Plane, VideoSize, frame_clock};
use std::fs;
use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// Windows of eight by eight pixels, one every four, as libvpx does it.
const WINDOW: usize = 8;
const STEP: usize = 4;

/// Decodes one stream on a thread of its own.
pub(super) struct Judge {
    frames: Sender<(Bytes, Instant)>,
    seen: Arc<Mutex<Seen>>,
    started: Instant,
}

/// What was seen since the last look.
#[derive(Default)]
pub(super) struct Seen {
    /// When each picture came, in milliseconds since the beginning, and which it was.
    pub(super) pictures: Vec<(u32, u16)>,
    /// Of those in full size, the sum of the likenesses and how many they were.
    pub(super) likeness: (f64, u64),
}

impl Judge {
    /// Reads the originals when likeness is asked for, and starts.
    pub(super) fn open(content: Option<&Path>) -> Result<Self> {
        let originals = content.map(Originals::read).transpose()?;
        let (frames, queue) = channel::<(Bytes, Instant)>();
        let (seen, started) = (Arc::<Mutex<Seen>>::default(), Instant::now());
        let mut decoder = Decoder::new()?;
        let to = Arc::clone(&seen);
        std::thread::Builder::new().name("judge".into()).spawn(move || {
            for (data, at) in queue {
                let Ok(Some(picture)) = decoder.decode(&data) else { continue };
                let Some(number) = number_of(&picture) else { continue };
                let like = originals.as_ref().and_then(|all| all.compare(&picture, number));
                let mut seen = to.lock().unwrap_or_else(PoisonError::into_inner);
                seen.pictures.push(((at - started).as_millis() as u32, number));
                if let Some(like) = like {
                    seen.likeness = (seen.likeness.0 + like, seen.likeness.1 + 1);
                }
            }
        })?;
        Ok(Self { frames, seen, started })
    }

    /// A picture that came.
    pub(super) fn look(&self, data: &Bytes) {
        // The thread ends only with this.
        let _ = self.frames.send((data.clone(), Instant::now()));
    }

    /// What was seen since the last time, and the time now.
    pub(super) fn take(&self) -> (Seen, u32) {
        let seen = std::mem::take(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner));
        (seen, self.started.elapsed().as_millis() as u32)
    }
}

fn number_of(picture: &I420) -> Option<u16> {
    let size = picture.size();
    let (luma, stride) = (picture.plane(Plane::Y), picture.stride(Plane::Y));
    frame_clock::read(luma, stride, size.width.into(), size.height.into()).map(|stamp| stamp.counter)
}

/// The luma of all pictures.
struct Originals {
    luma: Vec<u8>,
}

impl Originals {
    fn read(content: &Path) -> Result<Self> {
        let file = fs::read(content)?;
        let (pixels, picture) = (pixels(), pixels() * 3 / 2);
        let header = file.iter().position(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        ensure!((file.len() - header).is_multiple_of(picture + 6), "not the content that is made here");
        let luma =
            file[header..].chunks(picture + 6).flat_map(|frame| &frame[6..6 + pixels]).copied().collect();
        Ok(Self { luma })
    }

    /// `None` for a picture of another size, or of a number that there is not.
    fn compare(&self, picture: &I420, number: u16) -> Option<f64> {
        let from = usize::from(number) * pixels();
        let original = self.luma.get(from..from + pixels())?;
        (picture.size() == VideoSize::NHD)
            .then(|| ssim(original, picture.plane(Plane::Y), picture.stride(Plane::Y)))
    }
}

fn pixels() -> usize {
    usize::from(VideoSize::NHD.width) * usize::from(VideoSize::NHD.height)
}

/// The mean structural similarity of the luma (Wang and others, 2004), 1 for what is the same.
fn ssim(original: &[u8], seen: &[u8], stride: usize) -> f64 {
    let width = usize::from(VideoSize::NHD.width);
    let height = usize::from(VideoSize::NHD.height);
    let (mut sum, mut count) = (0.0, 0u32);
    for y in (0..=height - WINDOW).step_by(STEP) {
        for x in (0..=width - WINDOW).step_by(STEP) {
            sum += similarity(&original[y * width + x..], width, &seen[y * stride + x..], stride);
            count += 1;
        }
    }
    sum / f64::from(count)
}

fn similarity(a: &[u8], a_stride: usize, b: &[u8], b_stride: usize) -> f64 {
    const PIXELS: f64 = (WINDOW * WINDOW) as f64;
    const C1: f64 = 0.01 * 255.0 * 0.01 * 255.0;
    const C2: f64 = 0.03 * 255.0 * 0.03 * 255.0;
    let (mut sum_a, mut sum_b, mut squares, mut product) = (0u32, 0u32, 0u32, 0u32);
    for row in 0..WINDOW {
        let lines = a[row * a_stride..][..WINDOW].iter().zip(&b[row * b_stride..][..WINDOW]);
        for (&a, &b) in lines {
            let (a, b) = (u32::from(a), u32::from(b));
            sum_a += a;
            sum_b += b;
            squares += a * a + b * b;
            product += a * b;
        }
    }
    let (mean_a, mean_b) = (f64::from(sum_a) / PIXELS, f64::from(sum_b) / PIXELS);
    let means = mean_a * mean_a + mean_b * mean_b;
    let variances = f64::from(squares) / PIXELS - means;
    let covariance = f64::from(product) / PIXELS - mean_a * mean_b;
    (2.0 * mean_a * mean_b + C1) * (2.0 * covariance + C2) / ((means + C1) * (variances + C2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_like_itself_and_less_so_the_more_noise_there_is() {
        let original: Vec<u8> = (0..pixels()).map(|at| (at * 7 / 3 % 200) as u8).collect();
        let noisy = |strength: usize| -> Vec<u8> {
            let noise = |at: usize| at.wrapping_mul(2_654_435_761) >> 7;
            original.iter().enumerate().map(|(at, pixel)| pixel + (noise(at) % strength) as u8).collect()
        };
        let width = usize::from(VideoSize::NHD.width);
        let like = [1, 10, 40].map(|strength| ssim(&original, &noisy(strength), width));
        assert!((like[0] - 1.0).abs() < 1e-9 && like[0] > like[1] && like[1] > like[2], "{like:?}");
    }
}
