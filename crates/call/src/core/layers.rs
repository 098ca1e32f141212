//! Which layer of the capture suits a tile.

/// The heights of the layers in pixels, the largest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerHeights(Vec<u16>);

impl LayerHeights {
    /// `count` layers (at least one), of which the first is `height` pixels high and each further one half of that.
    pub fn halving(height: u16, count: u8) -> Self {
        Self((0..u32::from(count.max(1))).map(|layer| height.checked_shr(layer).unwrap_or(0)).collect())
    }

    /// How many there are.
    pub fn count(&self) -> u8 {
        u8::try_from(self.0.len()).unwrap_or(u8::MAX)
    }

    /// The smallest layer that fills a tile of `wish` physical pixels with at most a quarter of enlargement, or the
    /// largest there is. `None` for a tile that is not seen.
    pub fn choose(&self, wish: u16) -> Option<u8> {
        if wish == 0 {
            return None;
        }
        let fills = |height: u16| u32::from(height) * 5 / 4 >= u32::from(wish);
        let layer = self.0.iter().rposition(|&height| fills(height)).unwrap_or(0);
        u8::try_from(layer).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_tile_gets_the_smallest_layer_that_fills_it() {
        let layers = LayerHeights::halving(720, 3);
        let chosen: Vec<_> = [0, 1, 180, 225, 226, 450, 451, 2160].map(|wish| layers.choose(wish)).to_vec();
        assert_eq!(chosen, [None, Some(2), Some(2), Some(2), Some(1), Some(1), Some(0), Some(0)]);
    }

    proptest! {
        #[test]
        fn a_larger_tile_never_gets_a_smaller_layer(height in 90u16..2160, count in 1u8..4, a in 1u16..4000, b in 1u16..4000) {
            let layers = LayerHeights::halving(height, count);
            let (small, large) = (a.min(b), a.max(b));
            prop_assert!(layers.choose(large) <= layers.choose(small));
        }
    }
}
