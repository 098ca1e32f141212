//! The pointer: the server does not draw it into what it hands out.

use super::Area;
use super::display::Display;
use super::target::Place;
use x11rb::protocol::xfixes::{ConnectionExt as _, GetCursorImageReply};

/// The pointer as it was seen last over the target.
#[derive(Default)]
pub(super) struct Pointer {
    seen: Option<Seen>,
}

struct Seen {
    /// Where its picture begins, from the target's corner.
    corner: (i32, i32),
    cursor: GetCursorImageReply,
}

impl Pointer {
    /// Looks where the pointer is; answers whether that looks different on the target.
    pub(super) fn look(&mut self, display: &Display, place: Place) -> bool {
        let request = display.x.xfixes_get_cursor_image();
        // Without a pointer there is a picture all the same.
        let cursor = request.ok().and_then(|cookie| cookie.reply().ok());
        let now = cursor.and_then(|cursor| Seen::over(place, cursor));
        let look = |seen: &Seen| (seen.corner, seen.cursor.cursor_serial);
        let changed = now.as_ref().map(look) != self.seen.as_ref().map(look);
        self.seen = now;
        changed
    }

    /// Draws the pointer into the pixels of an area of the target.
    pub(super) fn draw(&self, pixels: &mut [u8], area: Area) {
        if let Some(Seen { corner, cursor }) = &self.seen {
            blend(pixels, area, *corner, usize::from(cursor.width), &cursor.cursor_image);
        }
    }
}

impl Seen {
    fn over(Place { area, origin }: Place, cursor: GetCursorImageReply) -> Option<Self> {
        let tip = |place: i16, origin: i16| i32::from(place) - i32::from(origin);
        let (x, y) = (tip(cursor.x, origin.0), tip(cursor.y, origin.1));
        let inside = (0..i32::from(area.width)).contains(&x) && (0..i32::from(area.height)).contains(&y);
        let corner = (x - i32::from(cursor.xhot), y - i32::from(cursor.yhot));
        inside.then_some(Self { corner, cursor })
    }
}

/// Lays premultiplied ARGB pixels over opaque ones; what is outside is cut off.
fn blend(pixels: &mut [u8], area: Area, (left, top): (i32, i32), width: usize, image: &[u32]) {
    let (columns, rows) = (i32::from(area.width), i32::from(area.height));
    for (row, line) in image.chunks_exact(width.max(1)).enumerate() {
        let y = top + row as i32;
        if !(0..rows).contains(&y) {
            continue;
        }
        for (column, argb) in line.iter().enumerate() {
            let x = left + column as i32;
            if !(0..columns).contains(&x) {
                continue;
            }
            let place = (y * columns + x) as usize * 4;
            let [blue, green, red, alpha] = argb.to_le_bytes();
            for (below, above) in pixels[place..place + 3].iter_mut().zip([blue, green, red]) {
                let shines = u16::from(*below) * u16::from(255 - alpha) / 255;
                *below = above.saturating_add(shines as u8);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_half_transparent_pointer_lets_half_through() {
        let mut pixels = [200; 16];
        let area = Area { x: 0, y: 0, width: 2, height: 2 };
        blend(&mut pixels, area, (1, 1), 1, &[0x8040_4040]);
        assert_eq!(pixels[..12], [200; 12]);
        assert!(pixels[12..15].iter().all(|value| value.abs_diff(64 + 100) <= 1));
    }

    proptest! {
        #[test]
        fn a_pointer_at_the_edge_is_cut_off(x in -9i32..40, y in -9i32..40, width in 0usize..9, pixel: u32) {
            let mut pixels = vec![9; 30 * 20 * 4];
            let area = Area { x: 0, y: 0, width: 30, height: 20 };
            blend(&mut pixels, area, (x, y), width, &vec![pixel | 0xff00_0000; 64]);
            let touched = pixels.chunks_exact(4).filter(|four| four[..3] != [9; 3]).count();
            prop_assert!(touched <= 64);
        }
    }
}
