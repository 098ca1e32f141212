//! The tray's icon: the application's, with the number of unread messages in a corner.

use tauri::image::Image;
use tauri::include_image;

/// The sizes that desktops choose from.
const ICONS: [Image<'static>; 2] =
    [include_image!("../icons/32x32.png"), include_image!("../icons/128x128.png")];
/// Red, green and blue of the mark.
const MARK: [u8; 3] = [0xc6, 0x28, 0x28];
const DIGIT: [u8; 3] = [0xff; 3];
/// The mark's width as a part of the icon's.
const PART: f32 = 0.6;
/// Cells of a glyph.
const GLYPH: (usize, usize) = (3, 5);
/// The digits from 0 and a plus sign, a row of three cells after the other.
const GLYPHS: [u16; 11] = [
    0b111_101_101_101_111,
    0b010_110_010_010_111,
    0b111_001_111_100_111,
    0b111_001_111_001_111,
    0b101_101_111_001_001,
    0b111_100_111_001_111,
    0b111_100_111_101_111,
    0b111_001_001_010_010,
    0b111_101_111_101_111,
    0b111_101_111_001_111,
    0b000_010_111_010_000,
];
const PLUS: usize = 10;

/// A square of pixels: red, green, blue, opacity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Picture {
    /// Its width and height.
    pub(super) side: usize,
    /// A row after the other.
    pub(super) rgba: Vec<u8>,
}

/// The icon in every size, with a number unless there is none.
pub(super) fn icons(count: Option<u32>) -> Vec<Picture> {
    ICONS.iter().map(|icon| with_count(icon, count)).collect()
}

fn with_count(icon: &Image<'_>, count: Option<u32>) -> Picture {
    let mut picture = Picture { side: icon.width() as usize, rgba: icon.rgba().to_vec() };
    if let Some(count) = count {
        picture.mark(count);
    }
    picture
}

impl Picture {
    /// A disc in the lower corner with the number: one digit, or `9+`.
    fn mark(&mut self, count: u32) {
        let radius = self.side as f32 * PART / 2.0;
        let centre = self.side as f32 - radius;
        let glyphs: &[usize] = match count {
            0..=9 => &[count as usize],
            10.. => &[9, PLUS],
        };
        let cells = glyphs.len() * (GLYPH.0 + 1) - 1;
        // A single digit has room for larger cells.
        let cell = (radius * if glyphs.len() == 1 { 0.26 } else { 0.2 }).max(1.0);
        let (left, top) = (centre - cells as f32 * cell / 2.0, centre - GLYPH.1 as f32 * cell / 2.0);
        for y in 0..self.side {
            for x in 0..self.side {
                let (px, py) = (x as f32 + 0.5, y as f32 + 0.5);
                let inside = radius - (px - centre).hypot(py - centre);
                self.blend(x, y, MARK, (inside + 0.5).clamp(0.0, 1.0));
                let (column, row) = ((px - left) / cell, (py - top) / cell);
                if column >= 0.0 && row >= 0.0 && lit(glyphs, column as usize, row as usize) {
                    self.blend(x, y, DIGIT, 1.0);
                }
            }
        }
    }

    fn blend(&mut self, x: usize, y: usize, colour: [u8; 3], part: f32) {
        let at = (y * self.side + x) * 4;
        let mix = |below: u8, above: u8| (f32::from(below) * (1.0 - part) + f32::from(above) * part) as u8;
        for (below, above) in self.rgba[at..at + 3].iter_mut().zip(colour) {
            *below = mix(*below, above);
        }
        self.rgba[at + 3] = mix(self.rgba[at + 3], u8::MAX);
    }
}

/// Whether a cell of a row of glyphs is part of one.
fn lit(glyphs: &[usize], column: usize, row: usize) -> bool {
    let (index, column) = (column / (GLYPH.0 + 1), column % (GLYPH.0 + 1));
    let Some(glyph) = glyphs.get(index) else { return false };
    column < GLYPH.0
        && row < GLYPH.1
        && GLYPHS[*glyph] >> (GLYPH.0 * GLYPH.1 - 1 - row * GLYPH.0 - column) & 1 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(glyph: usize) -> Vec<String> {
        let cell = |row, column| if lit(&[glyph], column, row) { '#' } else { '.' };
        (0..GLYPH.1).map(|row| (0..GLYPH.0).map(|column| cell(row, column)).collect()).collect()
    }

    #[test]
    fn digits_can_be_read() {
        assert_eq!(rows(2), ["###", "..#", "###", "#..", "###"]);
        assert_eq!(rows(7), ["###", "..#", "..#", ".#.", ".#."]);
        assert_eq!(rows(PLUS), ["...", ".#.", "###", ".#.", "..."]);
    }

    #[test]
    fn each_number_looks_different_up_to_ten() {
        let pictures: Vec<_> = std::iter::once(None).chain((1..=10).map(Some)).map(icons).collect();
        for (index, picture) in pictures.iter().enumerate() {
            assert!(!pictures[..index].contains(picture), "{index}");
        }
        assert_eq!(icons(Some(10)), icons(Some(4_000)));
    }

    #[test]
    fn the_rest_of_the_icon_stays() {
        for (plain, marked) in icons(None).iter().zip(icons(Some(3))) {
            let upper = plain.side * plain.side / 4 * 4;
            assert_eq!(plain.rgba[..upper / 2], marked.rgba[..upper / 2]);
            assert_eq!(plain.rgba.len(), marked.rgba.len());
        }
    }
}
