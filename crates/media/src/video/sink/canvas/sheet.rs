//! Puts pictures where the page has left room for them.

use super::pixels::Pixels;
use super::tile::{Area, Tile};

/// The colour that a page shows where a picture is to be seen, red, green and blue: nothing else of it has this colour.
/// What lies over a picture is painted onto it, so its edges blend into this dark green and not into the picture.
pub const HOLE: [u8; 3] = [0x1f, 0x2f, 0x2e];

/// The pixel of a hole as [`Pixels`] are laid out, without the unused byte.
const KEY: [u8; 3] = [HOLE[2], HOLE[1], HOLE[0]];

/// A part of the page, as it is drawn: pixels like those of [`Pixels`].
pub struct Sheet<'a> {
    /// Which part.
    pub area: Area,
    /// Bytes from row to row.
    pub stride: usize,
    /// The rows.
    pub data: &'a mut [u8],
}

impl Sheet<'_> {
    /// Shows a picture in the holes of its tile, and says whether any of it lies on this sheet. Of tiles that overlap,
    /// the highest comes first.
    pub fn fill(&mut self, tile: &Tile, pixels: &Pixels, scale: f64) -> bool {
        let Some((outer, inner)) = tile.area(scale).zip(tile.picture_area(pixels.picture(), scale)) else {
            return false;
        };
        let radius = (tile.radius * scale).clamp(0.0, f64::from(outer.width.min(outer.height)) / 2.0);
        let rows = inner.y.max(self.area.y)..inner.bottom().min(self.area.bottom());
        let meets = !rows.is_empty() && inner.x < self.area.right() && inner.right() > self.area.x;
        for y in rows {
            let inset = corner(radius, (y - outer.y).min(outer.bottom() - 1 - y));
            let left = inner.x.max(outer.x + inset).max(self.area.x);
            let right = inner.right().min(outer.right() - inset).min(self.area.right());
            if left < right {
                self.fill_row(y, left..right, inner, pixels);
            }
        }
        meets
    }

    fn fill_row(&mut self, y: i32, columns: std::ops::Range<i32>, inner: Area, pixels: &Pixels) {
        let at = offset(y - self.area.y) * self.stride + offset(columns.start - self.area.x) * 4;
        let Some(row) = self.data.get_mut(at..at + columns.len() * 4) else { return };
        let size = pixels.size();
        let line = offset(y - inner.y) * usize::from(size.height) / usize::from(inner.height);
        let start = line * pixels.stride() as usize;
        let Some(source) = pixels.as_ref().get(start..start + pixels.stride() as usize) else { return };
        let first = offset(columns.start - inner.x);
        if size.width == inner.width {
            show(row, &source[first * 4..]);
            return;
        }
        // Only for the moment between a change of the tile and the next picture.
        for (column, pixel) in row.as_chunks_mut::<4>().0.iter_mut().enumerate() {
            let from = (first + column) * usize::from(size.width) / usize::from(inner.width);
            show(pixel, &source[from * 4..]);
        }
    }
}

/// Takes the source's pixels where the row has holes.
fn show(row: &mut [u8], source: &[u8]) {
    const COLOUR: u32 = u32::from_le_bytes([0xff, 0xff, 0xff, 0]);
    const HERE: u32 = u32::from_le_bytes([KEY[0], KEY[1], KEY[2], 0]);
    for (pixel, new) in row.as_chunks_mut::<4>().0.iter_mut().zip(source.as_chunks::<4>().0) {
        let old = u32::from_le_bytes(*pixel);
        let new = u32::from_le_bytes(*new);
        *pixel = if old & COLOUR == HERE { new } else { old }.to_le_bytes();
    }
}

/// How far a round corner reaches into a row that is so many rows from the tile's upper or lower edge. A pixel belongs to
/// the side of the curve on which its centre lies.
fn corner(radius: f64, row: i32) -> i32 {
    let depth = radius - f64::from(row) - 0.5;
    if depth <= 0.0 { 0 } else { (radius - (radius * radius - depth * depth).max(0.0).sqrt()).round() as i32 }
}

/// What has been made sure to lie inside.
fn offset(distance: i32) -> usize {
    usize::try_from(distance).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::pixels::PixelPool;
    use super::super::tile::Fit;
    use super::*;
    use crate::video::picture::VideoSize;

    const WORDS: [u8; 4] = [1, 2, 3, 255];
    const EMPTY: [u8; 4] = [KEY[0], KEY[1], KEY[2], 255];

    fn pixels(width: u16, height: u16, colour: u8) -> Pixels {
        let size = VideoSize::new(width, height);
        let mut pixels = PixelPool::default().take(size, size, None);
        pixels.as_mut().fill(colour);
        pixels
    }

    fn tile(x: f64, y: f64, width: f64, height: f64, radius: f64) -> Tile {
        Tile { stream: 1, x, y, width, height, radius, mirrored: false, fit: Fit::Fill }
    }

    /// A page of holes, 8 x 6, with one word in it.
    fn page() -> Vec<u8> {
        let mut page = EMPTY.repeat(8 * 6);
        page[(2 * 8 + 3) * 4..][..4].copy_from_slice(&WORDS);
        page
    }

    fn fill(page: &mut [u8], area: Area, tile: &Tile, pixels: &Pixels) {
        let stride = usize::from(area.width) * 4;
        Sheet { area, stride, data: page }.fill(tile, pixels, 1.0);
    }

    fn shown(page: &[u8]) -> Vec<bool> {
        page.chunks(4).map(|pixel| pixel == [9; 4]).collect()
    }

    const WHOLE: Area = Area { x: 0, y: 0, width: 8, height: 6 };

    #[test]
    fn a_picture_is_seen_in_the_holes_of_its_tile_and_nowhere_else() {
        let mut page = page();
        fill(&mut page, WHOLE, &tile(2.0, 1.0, 4.0, 3.0, 0.0), &pixels(4, 3, 9));
        for (index, shown) in shown(&page).into_iter().enumerate() {
            let (x, y) = (index % 8, index / 8);
            let inside = (2..6).contains(&x) && (1..4).contains(&y);
            assert_eq!(shown, inside && (x, y) != (3, 2), "{x}, {y}");
        }
        assert_eq!(page[(2 * 8 + 3) * 4..][..4], WORDS);
    }

    #[test]
    fn a_part_of_the_window_is_the_same_as_all_of_it() {
        let (tile, pixels) = (tile(1.0, 1.0, 6.0, 4.0, 2.0), pixels(3, 2, 9));
        let mut whole = page();
        fill(&mut whole, WHOLE, &tile, &pixels);
        let part = Area { x: 2, y: 2, width: 5, height: 3 };
        let cut = |page: &[u8]| -> Vec<u8> {
            page.chunks(8 * 4).skip(2).take(3).flat_map(|row| row[2 * 4..7 * 4].to_vec()).collect()
        };
        let mut cut_page = cut(&page());
        fill(&mut cut_page, part, &tile, &pixels);
        assert_eq!(cut_page, cut(&whole));
    }

    #[test]
    fn round_corners_are_left_to_what_lies_below() {
        let mut page = EMPTY.repeat(8 * 6);
        fill(&mut page, WHOLE, &tile(0.0, 0.0, 8.0, 6.0, 3.0), &pixels(8, 6, 9));
        let shown = shown(&page);
        assert!(!shown[0] && !shown[7] && !shown[5 * 8] && shown[4] && shown[2 * 8]);
    }
}
