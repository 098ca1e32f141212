//! Where a picture goes: pure geometry.

use crate::video::picture::VideoSize;

/// No side of a tile has more pixels, whatever the page says.
const MOST: f64 = 8192.0;

/// Where a stream is shown, in the logical pixels of the window's content.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tile {
    /// The stream's number.
    pub stream: u32,
    /// The left edge.
    pub x: f64,
    /// The upper edge.
    pub y: f64,
    /// The width.
    pub width: f64,
    /// The height.
    pub height: f64,
    /// The radius of the corners.
    pub radius: f64,
    /// The picture is shown as in a mirror.
    pub mirrored: bool,
    /// What happens where the shapes of picture and tile differ.
    pub fit: Fit,
}

/// What happens where the shapes of a picture and its tile differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// The whole picture is shown, with bars beside it.
    Whole,
    /// The tile is filled, and the picture's edges are cut off.
    Fill,
}

/// A rectangle of physical pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    /// The left edge.
    pub x: i32,
    /// The upper edge.
    pub y: i32,
    /// The width, at least 1.
    pub width: u16,
    /// The height, at least 1.
    pub height: u16,
}

impl Area {
    /// The first column that is not covered.
    pub fn right(self) -> i32 {
        self.x + i32::from(self.width)
    }

    /// The first row that is not covered.
    pub fn bottom(self) -> i32 {
        self.y + i32::from(self.height)
    }
}

/// A part of a picture, in its pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Crop {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Tile {
    /// The physical pixels that the tile covers, where a logical pixel is `scale` physical ones. Edges that two tiles
    /// share stay shared. `None` for a tile without any.
    pub fn area(&self, scale: f64) -> Option<Area> {
        let edge = |at: f64| (at * scale).round().clamp(-MOST, 2.0 * MOST);
        let (left, top) = (edge(self.x), edge(self.y));
        let (width, height) = (edge(self.x + self.width) - left, edge(self.y + self.height) - top);
        // Not a number is not inside either.
        let some = |side: f64| (1.0..=MOST).contains(&side);
        (some(width) && some(height)).then_some(Area {
            x: left as i32,
            y: top as i32,
            width: width as u16,
            height: height as u16,
        })
    }

    /// The physical pixels that a picture of this size covers inside the tile.
    pub fn picture_area(&self, picture: VideoSize, scale: f64) -> Option<Area> {
        let tile = self.area(scale)?;
        if self.fit == Fit::Fill {
            return Some(tile);
        }
        let (width, height) = (f64::from(tile.width), f64::from(tile.height));
        let factor = (width / side(picture.width)).min(height / side(picture.height));
        let shown = |of: u16, limit: f64| (side(of) * factor).round().clamp(1.0, limit);
        let (width, height) = (shown(picture.width, width) as u16, shown(picture.height, height) as u16);
        Some(Area {
            x: tile.x + i32::from((tile.width - width) / 2),
            y: tile.y + i32::from((tile.height - height) / 2),
            width,
            height,
        })
    }

    /// The part of a picture of this size that is shown in an area.
    pub(super) fn crop(&self, picture: VideoSize, area: Area) -> Crop {
        let (width, height) = (side(picture.width), side(picture.height));
        if self.fit == Fit::Whole {
            return Crop { x: 0.0, y: 0.0, width, height };
        }
        let factor = (f64::from(area.width) / width).max(f64::from(area.height) / height);
        let shown = |area: u16, whole: f64| (f64::from(area) / factor).min(whole);
        let (shown_width, shown_height) = (shown(area.width, width), shown(area.height, height));
        Crop {
            x: (width - shown_width) / 2.0,
            y: (height - shown_height) / 2.0,
            width: shown_width,
            height: shown_height,
        }
    }
}

/// A picture has at least one pixel.
fn side(pixels: u16) -> f64 {
    f64::from(pixels.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tile(x: f64, y: f64, width: f64, height: f64, fit: Fit) -> Tile {
        Tile { stream: 1, x, y, width, height, radius: 0.0, mirrored: false, fit }
    }

    #[test]
    fn a_wide_picture_has_bars_above_and_below_or_loses_its_sides() {
        let whole = tile(10.0, 20.0, 400.0, 400.0, Fit::Whole);
        let area = whole.picture_area(VideoSize::NHD, 1.0).unwrap();
        assert_eq!(area, Area { x: 10, y: 107, width: 400, height: 225 });
        let full = tile(10.0, 20.0, 400.0, 400.0, Fit::Fill);
        let area = full.picture_area(VideoSize::NHD, 1.0).unwrap();
        assert_eq!(area, Area { x: 10, y: 20, width: 400, height: 400 });
        assert_eq!(full.crop(VideoSize::NHD, area), Crop { x: 140.0, y: 0.0, width: 360.0, height: 360.0 });
    }

    #[test]
    fn tiles_that_touch_share_their_edge_on_every_screen() {
        for scale in [1.0, 1.25, 1.5, 2.0] {
            let left = tile(0.0, 0.0, 333.3, 100.0, Fit::Whole).area(scale).unwrap();
            let right = tile(333.3, 0.0, 333.4, 100.0, Fit::Whole).area(scale).unwrap();
            assert_eq!(left.x + i32::from(left.width), right.x);
        }
    }

    #[test]
    fn what_is_no_tile_covers_nothing() {
        for (width, height) in
            [(0.0, 90.0), (f64::NAN, 90.0), (f64::INFINITY, 90.0), (1e9, 90.0), (-5.0, 90.0)]
        {
            assert_eq!(tile(0.0, 0.0, width, height, Fit::Whole).area(1.0), None, "{width}");
        }
    }

    proptest! {
        #[test]
        fn a_picture_stays_inside_its_tile_and_a_crop_inside_its_picture(
            (x, y) in (-500f64..2000.0, -500f64..2000.0), (width, height) in (1f64..3000.0, 1f64..3000.0),
            (pw, ph) in (1u16..2000, 1u16..2000), scale in 0.5f64..3.0, fill: bool,
        ) {
            let tile = tile(x, y, width, height, if fill { Fit::Fill } else { Fit::Whole });
            let picture = VideoSize::new(pw, ph);
            let (Some(outer), Some(inner)) = (tile.area(scale), tile.picture_area(picture, scale)) else {
                return Ok(());
            };
            prop_assert!(inner.x >= outer.x && inner.y >= outer.y);
            prop_assert!(inner.x + i32::from(inner.width) <= outer.x + i32::from(outer.width));
            prop_assert!(inner.y + i32::from(inner.height) <= outer.y + i32::from(outer.height));
            let crop = tile.crop(picture, inner);
            prop_assert!(crop.x >= 0.0 && crop.y >= 0.0 && crop.width > 0.0 && crop.height > 0.0);
            prop_assert!(crop.x + crop.width <= f64::from(pw) + 1e-6);
            prop_assert!(crop.y + crop.height <= f64::from(ph) + 1e-6);
        }
    }
}
