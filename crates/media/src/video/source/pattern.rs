//! A pleasant moving test picture: about the detail and motion of a person before a wall, with the frame clock on top.

use super::VideoSource;
use super::pace::Pace;
use crate::DeviceError;
use crate::video::frame_clock;
use crate::video::picture::{I420, PicturePool, Plane, VideoFrame, VideoSize};
use std::f32::consts::TAU;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// How far the background may pan, in pixels.
const PAN: usize = 32;
/// Noise like that of a sensor; long enough not to repeat visibly.
const NOISE: usize = 1 << 16;

/// The test picture.
#[derive(Debug)]
pub struct Pattern {
    size: VideoSize,
    pace: Pace,
    pool: PicturePool,
    counter: u16,
    background: Background,
    ball: Ball,
    noise: Vec<i8>,
    random: XorShift,
}

impl Pattern {
    /// A picture of this size and rate; `seed` gives it its colours. Sizes are at least 64x36 and even.
    pub fn new(size: VideoSize, fps: u32, seed: u64) -> Self {
        let size = VideoSize::new(size.width.max(64) & !1, size.height.max(36) & !1);
        let mut random = XorShift::new(seed);
        let hue = random.unit() * TAU;
        let noise = (0..NOISE).map(|_| ((random.next() >> 33) % 5) as i8 - 2).collect();
        Self {
            size,
            pace: Pace::new(fps, 1),
            pool: PicturePool::default(),
            counter: 0,
            background: Background::new(size, hue),
            ball: Ball::new(usize::from(size.height) / 3, hue),
            noise,
            random,
        }
    }

    /// Draws a picture without waiting; `unix_ms` goes into its clock.
    pub fn draw(&mut self, unix_ms: u64) -> I420 {
        let time = f32::from(self.counter) / 30.0;
        let mut picture = self.pool.take(self.size);
        self.background.draw(&mut picture, time);
        self.ball.draw(&mut picture, time);
        self.add_noise(&mut picture);
        frame_clock::stamp(&mut picture, unix_ms, self.counter);
        self.counter = self.counter.wrapping_add(1);
        picture
    }

    fn add_noise(&mut self, picture: &mut I420) {
        let start = (self.random.next() >> 40) as usize % (NOISE / 2);
        for line in picture.plane_mut(Plane::Y).chunks_mut(NOISE / 2) {
            for (pixel, noise) in line.iter_mut().zip(&self.noise[start..]) {
                *pixel = pixel.saturating_add_signed(*noise);
            }
        }
    }
}

impl VideoSource for Pattern {
    fn size(&self) -> VideoSize {
        self.size
    }

    fn next_frame(&mut self) -> Result<VideoFrame, DeviceError> {
        let captured = self.pace.wait();
        let unix_ms =
            SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64);
        Ok(VideoFrame { picture: Arc::new(self.draw(unix_ms)), captured })
    }
}

/// A softly textured wall, larger than the picture, that is panned over.
#[derive(Debug)]
struct Background {
    planes: [Vec<u8>; 3],
    /// Columns of the luma plane.
    width: usize,
}

impl Background {
    fn new(size: VideoSize, hue: f32) -> Self {
        let (width, height) = (usize::from(size.width) + 2 * PAN, usize::from(size.height) + 2 * PAN);
        let texture = |x: usize, y: usize| {
            let (x, y) = (x as f32, y as f32);
            let wall = 110.0 + 40.0 * (x / width as f32) - 30.0 * (y / height as f32);
            wall + 12.0 * (x / 9.0).sin() * (y / 13.0).cos() + 8.0 * ((x + 2.0 * y) / 37.0).sin()
        };
        let tint = |phase: f32| {
            move |x: usize, y: usize| 128.0 + 34.0 * (hue + phase + (x + y) as f32 / width as f32).cos()
        };
        let planes = [
            fill(width, height, texture),
            fill(width / 2, height / 2, tint(0.0)),
            fill(width / 2, height / 2, tint(TAU / 4.0)),
        ];
        Self { planes, width }
    }

    fn draw(&self, picture: &mut I420, time: f32) {
        let pan = |phase: f32| (PAN as f32 * (1.0 + (time / 3.0 + phase).sin())) as usize & !1;
        let (left, top) = (pan(0.0), pan(1.5));
        for (index, plane) in [Plane::Y, Plane::U, Plane::V].into_iter().enumerate() {
            let shift = usize::from(index > 0);
            let (width, stride) = (self.width >> shift, picture.stride(plane));
            for (row, line) in picture.plane_mut(plane).chunks_exact_mut(stride).enumerate() {
                let from = (row + (top >> shift)) * width + (left >> shift);
                line.copy_from_slice(&self.planes[index][from..from + stride]);
            }
        }
    }
}

/// A detailed disc that wanders about, as a head does.
#[derive(Debug)]
struct Ball {
    radius: usize,
    luma: Vec<u8>,
    chroma: [u8; 2],
}

impl Ball {
    fn new(radius: usize, hue: f32) -> Self {
        let radius = radius.max(8) & !1;
        let luma = fill(2 * radius, 2 * radius, |x, y| {
            let (dx, dy) = (x as f32 - radius as f32, y as f32 - radius as f32);
            let shade = 1.0 - (dx * dx + dy * dy).sqrt() / radius as f32 * 0.4;
            shade * (170.0 + 30.0 * (dx / 5.0).sin() * (dy / 4.0).sin() + 15.0 * (dy.atan2(dx) * 12.0).sin())
        });
        let opposite = |phase: f32| (128.0 - 50.0 * (hue + phase).cos()) as u8;
        Self { radius, luma, chroma: [opposite(0.0), opposite(TAU / 4.0)] }
    }

    fn draw(&self, picture: &mut I420, time: f32) {
        let size = picture.size();
        let (width, height) = (usize::from(size.width), usize::from(size.height));
        let swing =
            |room: usize, speed: f32| (room as f32 * 0.5 * (1.0 + 0.6 * (time * speed).sin())) as usize & !1;
        let left = swing(width.saturating_sub(2 * self.radius), 0.9);
        let top = swing(height.saturating_sub(2 * self.radius), 1.3);
        for row in 0..(2 * self.radius).min(height) {
            let half = self.half_width(row);
            let source = &self.luma[row * 2 * self.radius..][self.radius - half..self.radius + half];
            let from = (top + row) * width + left + self.radius - half;
            picture.plane_mut(Plane::Y)[from..from + 2 * half].copy_from_slice(source);
        }
        for (plane, value) in [Plane::U, Plane::V].into_iter().zip(self.chroma) {
            let stride = picture.stride(plane);
            for row in 0..self.radius.min(height / 2) {
                let half = self.half_width(2 * row) / 2;
                let from = (top / 2 + row) * stride + (left + self.radius) / 2 - half;
                picture.plane_mut(plane)[from..from + 2 * half].fill(value);
            }
        }
    }

    /// Half the length of a row of the disc.
    fn half_width(&self, row: usize) -> usize {
        let dy = row.abs_diff(self.radius);
        (self.radius * self.radius).saturating_sub(dy * dy).isqrt()
    }
}

fn fill(width: usize, height: usize, value: impl Fn(usize, usize) -> f32) -> Vec<u8> {
    (0..width * height).map(|at| value(at % width, at / width).clamp(16.0, 235.0) as u8).collect()
}

/// Marsaglia's xorshift64*: the same picture for the same seed on every machine.
#[derive(Debug)]
pub(super) struct XorShift(u64);

impl XorShift {
    pub(super) fn new(seed: u64) -> Self {
        // Neighbouring seeds must not give neighbouring colours; zero would stay zero.
        Self(seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1u32 << 24) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_at_any_size() {
        for (width, height) in [(0, 0), (64, 36), (160, 90), (100, 640), (640, 100), (642, 362), (1281, 721)]
        {
            let mut pattern = Pattern::new(VideoSize::new(width, height), 30, 0);
            for frame in 0..200 {
                pattern.counter = frame * 17;
                assert_eq!(pattern.draw(0).size(), pattern.size());
            }
        }
    }

    #[test]
    fn seeds_differ_and_repeat() {
        let draw = |seed| Pattern::new(VideoSize::NHD, 30, seed).draw(0).bytes().to_vec();
        assert_eq!(draw(4), draw(4));
        assert_ne!(draw(4), draw(5));
    }
}
