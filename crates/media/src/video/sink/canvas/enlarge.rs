//! Enlarging a plane between its pixels. A tile is mostly larger than the picture that it shows, and a kernel of two
//! pixels does it in less than half of the time that a general one takes (`cost_of_enlarging` below).

/// Shares are counted in so many parts.
const WHOLE: u16 = 128;

/// Where the pixels of one direction come from.
#[derive(Debug, Default)]
pub(super) struct Axis {
    /// For each pixel the first of the two that it lies between, and the second one's share.
    taps: Vec<(u16, u8)>,
}

/// What makes an [`Axis`]: so many pixels are made of `length` from `start` on, of `plane` that there are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stretch {
    pub(super) start: f64,
    pub(super) length: f64,
    pub(super) plane: u16,
    pub(super) pixels: u16,
}

impl Stretch {
    /// No pixel is left out by it.
    pub(super) fn enlarges(&self) -> bool {
        self.plane >= 2 && f64::from(self.pixels) >= self.length
    }

    fn taps(self) -> impl Iterator<Item = (u16, u8)> {
        let step = self.length / f64::from(self.pixels.max(1));
        let last = f64::from(self.plane.saturating_sub(1));
        (0..self.pixels).map(move |pixel| {
            let at = (self.start + (f64::from(pixel) + 0.5) * step - 0.5).clamp(0.0, last);
            let first = (at as u16).min(self.plane.saturating_sub(2));
            (first, ((at - f64::from(first)) * f64::from(WHOLE)).round() as u8)
        })
    }
}

/// Enlarges planes, with buffers that are used again.
#[derive(Debug, Default)]
pub(super) struct Enlarger {
    across: Axis,
    down: Axis,
    /// The two rows of the source, stretched, that the next row lies between; even ones first.
    rows: [Vec<u8>; 2],
}

impl Enlarger {
    /// Fills `target`, whose rows have `across.pixels`. Both directions must enlarge.
    pub(super) fn enlarge(&mut self, source: &[u8], target: &mut [u8], across: Stretch, down: Stretch) {
        self.across.taps.clear();
        self.across.taps.extend(across.taps());
        self.down.taps.clear();
        self.down.taps.extend(down.taps());
        let width = usize::from(across.pixels).max(1);
        self.rows.iter_mut().for_each(|row| row.resize(width, 0));
        let mut stretched = [None; 2];
        for (&(first, share), out) in self.down.taps.iter().zip(target.chunks_exact_mut(width)) {
            for row in [usize::from(first), usize::from(first) + 1] {
                if stretched[row % 2] != Some(row) {
                    let from = &source[row * usize::from(across.plane)..][..usize::from(across.plane)];
                    stretch(&self.across.taps, from, &mut self.rows[row % 2]);
                    stretched[row % 2] = Some(row);
                }
            }
            let [upper, lower] = [usize::from(first), usize::from(first) + 1].map(|row| &self.rows[row % 2]);
            mix(share, upper, lower, out);
        }
    }
}

fn stretch(taps: &[(u16, u8)], row: &[u8], out: &mut [u8]) {
    for (out, &(first, share)) in out.iter_mut().zip(taps) {
        let first = usize::from(first);
        *out = between(share, row[first], row[first + 1]);
    }
}

/// Plain enough for the compiler to do many pixels at once.
fn mix(share: u8, upper: &[u8], lower: &[u8], out: &mut [u8]) {
    for ((out, &upper), &lower) in out.iter_mut().zip(upper).zip(lower) {
        *out = between(share, upper, lower);
    }
}

fn between(share: u8, first: u8, second: u8) -> u8 {
    let share = u16::from(share);
    ((u16::from(first) * (WHOLE - share) + u16::from(second) * share + WHOLE / 2) / WHOLE) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use fast_image_resize::images::{TypedImage, TypedImageRef};
    use fast_image_resize::pixels::U8;
    use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
    use proptest::prelude::*;

    fn stretch_of(plane: u16, pixels: u16) -> Stretch {
        Stretch { start: 0.0, length: plane.into(), plane, pixels }
    }

    fn by_library(source: &[u8], (w, h): (u16, u16), (tw, th): (u16, u16)) -> Vec<u8> {
        let options =
            ResizeOptions::new().resize_alg(ResizeAlg::Interpolation(FilterType::Bilinear)).use_alpha(false);
        let from = TypedImageRef::<U8>::from_buffer(w.into(), h.into(), source).unwrap();
        let mut target = vec![0; usize::from(tw) * usize::from(th)];
        let mut to = TypedImage::<U8>::from_buffer(tw.into(), th.into(), &mut target).unwrap();
        Resizer::new().resize_typed(&from, &mut to, &options).unwrap();
        target
    }

    proptest! {
        #[test]
        fn is_what_the_library_makes(
            (w, h) in (2_u16..40, 2_u16..40), (more_w, more_h) in (0_u16..60, 0_u16..60), seed: u64,
        ) {
            let (tw, th) = (w + more_w, h + more_h);
            let mut state = seed | 1;
            let noise = std::iter::repeat_with(|| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (state >> 56) as u8
            });
            let source: Vec<u8> = noise.take(usize::from(w) * usize::from(h)).collect();
            let mut target = vec![0; usize::from(tw) * usize::from(th)];
            let (across, down) = (stretch_of(w, tw), stretch_of(h, th));
            prop_assert!(across.enlarges() && down.enlarges());
            Enlarger::default().enlarge(&source, &mut target, across, down);
            let theirs = by_library(&source, (w, h), (tw, th));
            let apart = target.iter().zip(&theirs).map(|(ours, theirs)| ours.abs_diff(*theirs)).max();
            prop_assert!(apart <= Some(3), "{apart:?}");
        }
    }

    #[test]
    #[ignore = "a measurement, for a release build: --ignored --nocapture"]
    fn cost_of_enlarging() {
        let ((w, h), (tw, th)) = ((640, 360), (1028, 571));
        let source = vec![77; usize::from(w) * usize::from(h)];
        let mut target = vec![0; usize::from(tw) * usize::from(th)];
        let mut enlarger = Enlarger::default();
        let begun = std::time::Instant::now();
        (0..200).for_each(|_| enlarger.enlarge(&source, &mut target, stretch_of(w, tw), stretch_of(h, th)));
        let ours = begun.elapsed() / 200;
        let begun = std::time::Instant::now();
        (0..200).for_each(|_| drop(by_library(&source, (w, h), (tw, th))));
        println!("{w}x{h} to {tw}x{th}: ours {ours:?}, the library's {:?}", begun.elapsed() / 200);
    }

    #[test]
    fn a_part_is_the_middle_of_the_whole() {
        let source: Vec<u8> = (0..100_u8).collect();
        let mut target = [0; 40];
        let across = Stretch { start: 25.0, length: 20.0, plane: 100, pixels: 40 };
        let down = stretch_of(2, 2);
        let rows: Vec<u8> = source.iter().chain(&source).copied().collect();
        Enlarger::default().enlarge(&rows, &mut target[..], across, Stretch { pixels: 1, ..down });
        assert!(target.iter().zip(0_u8..).all(|(&out, n)| out.abs_diff(25 + n / 2) <= 1), "{target:?}");
    }
}
