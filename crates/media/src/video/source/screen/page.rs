//! A page of text that is being written: what a screen shows most of the time, without any screen.

use super::thumbnail::{self, THUMBNAIL};
use super::{BEATS, ScreenInfo, ScreenSpec};
use crate::DeviceError;
use crate::video::picture::{I420, PicturePool, Plane, VideoFrame, VideoSize};
use crate::video::scale::Scaler;
use crate::video::source::VideoSource;
use crate::video::source::pace::Pace;
use crate::video::source::pattern::XorShift;
use consilium_model::Secret;
use std::sync::Arc;

const SIZE: VideoSize = VideoSize::HD;
const PAPER: u8 = 235;
const INK: u8 = 16;
const MARGIN: usize = 40;
/// A letter is 5 x 7 dots of 2 x 2 pixels, the least in which a person reads it.
const DOT: usize = 2;
const CELL: (usize, usize) = (12, 20);
const COLUMNS: usize = (1280 - 2 * MARGIN) / CELL.0;
const LINES: usize = (720 - 2 * MARGIN) / CELL.1;
/// What is there from the beginning; the rest is written.
const WRITTEN: usize = LINES * 3 / 4;
/// One letter in so many beats.
const TYPING: u32 = 3;

/// The page.
#[derive(Debug)]
pub(super) struct Page {
    picture: Arc<I420>,
    pool: PicturePool,
    pace: Pace,
    random: XorShift,
    alphabet: [u64; 32],
    /// Where the next letter goes, counted from the top.
    place: usize,
    beat: u32,
}

impl Page {
    /// A page with most of its lines written.
    pub(super) fn new(seed: u64) -> Self {
        let mut random = XorShift::new(seed);
        let alphabet = std::array::from_fn(|_| random.next() >> 29);
        let mut page = Self {
            picture: Arc::new(I420::black(SIZE)),
            pool: PicturePool::default(),
            pace: Pace::new(BEATS, 1),
            random,
            alphabet,
            place: 0,
            beat: 0,
        };
        let mut picture = I420::black(SIZE);
        picture.plane_mut(Plane::Y).fill(PAPER);
        (0..WRITTEN * COLUMNS).for_each(|_| page.write(&mut picture));
        page.picture = Arc::new(picture);
        page
    }

    /// Writes a letter, or leaves a gap between two words.
    fn write(&mut self, picture: &mut I420) {
        let (line, column) = (self.place / COLUMNS, self.place % COLUMNS);
        self.place += 1;
        if self.place == LINES * COLUMNS {
            self.place = WRITTEN * COLUMNS;
        }
        let drawn = self.random.next() >> 33;
        let letter = self.alphabet[(drawn % 32) as usize];
        let dots = if drawn.is_multiple_of(7) { 0 } else { letter };
        let (left, top) = (MARGIN + column * CELL.0, MARGIN + line * CELL.1);
        let stride = picture.stride(Plane::Y);
        let luma = picture.plane_mut(Plane::Y);
        for (row, pixels) in luma.chunks_exact_mut(stride).skip(top).take(7 * DOT).enumerate() {
            for (at, pixel) in pixels[left..left + 5 * DOT].iter_mut().enumerate() {
                let bit = row / DOT * 5 + at / DOT;
                *pixel = if dots >> bit & 1 == 1 { INK } else { PAPER };
            }
        }
    }
}

impl VideoSource for Page {
    fn size(&self) -> VideoSize {
        SIZE
    }

    fn next_frame(&mut self) -> Result<VideoFrame, DeviceError> {
        let captured = self.pace.wait();
        self.beat = self.beat.wrapping_add(1);
        if self.beat.is_multiple_of(TYPING) {
            let mut picture = self.pool.take(SIZE);
            picture.bytes_mut().copy_from_slice(self.picture.bytes());
            self.write(&mut picture);
            self.picture = Arc::new(picture);
        }
        Ok(VideoFrame { picture: Arc::clone(&self.picture), captured })
    }
}

/// The page in the list of screens.
pub(super) fn info(seed: u64) -> ScreenInfo {
    let small = Scaler::default().scale(&Page::new(seed).picture, SIZE.fit_into(THUMBNAIL));
    ScreenInfo {
        spec: ScreenSpec::Synthetic { seed },
        name: Secret::default(),
        size: SIZE,
        thumbnail: thumbnail::webp(&small),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_still_is_the_same_picture_and_what_is_written_is_another() {
        let mut page = Page::new(1);
        let pictures: Vec<_> = (0..7).map(|_| page.next_frame().expect("a picture").picture).collect();
        let same: Vec<_> = pictures.windows(2).map(|pair| Arc::ptr_eq(&pair[0], &pair[1])).collect();
        assert_eq!(same.iter().filter(|same| !**same).count(), 2);
        let ink = |picture: &I420| picture.plane(Plane::Y).iter().filter(|luma| **luma == INK).count();
        assert!(ink(&pictures[0]) > 20_000, "a page full of text");
        assert_ne!(pictures[0].bytes(), pictures[6].bytes());
    }

    #[test]
    fn a_full_page_goes_on() {
        let mut page = Page::new(2);
        let mut picture = I420::black(SIZE);
        (0..2 * LINES * COLUMNS).for_each(|_| page.write(&mut picture));
    }
}
