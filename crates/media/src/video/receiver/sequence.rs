//! Sequence numbers without wrap-around.

/// So that packets before the first one have a number too.
const START: u64 = 1 << 32;

/// Turns 16-bit sequence numbers into ones that only grow.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Unwrapper {
    newest: Option<u64>,
}

impl Unwrapper {
    /// The number nearest to the newest one before. Does not take it as the newest itself.
    pub(super) fn extend(&self, sequence: u16) -> u64 {
        match self.newest {
            None => START + u64::from(sequence),
            Some(newest) => {
                let step = sequence.wrapping_sub(newest as u16) as i16;
                newest.saturating_add_signed(i64::from(step))
            }
        }
    }

    pub(super) fn newest(&self) -> Option<u64> {
        self.newest
    }

    /// Takes a number as the newest if it is.
    pub(super) fn advance(&mut self, extended: u64) {
        self.newest = self.newest.max(Some(extended));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn keeps_distances(first: u16, steps in prop::collection::vec(-1000i64..1000, 1..200)) {
            let mut unwrapper = Unwrapper::default();
            let base = unwrapper.extend(first);
            unwrapper.advance(base);
            let mut newest = 0i64;
            for step in steps {
                let place = newest + step;
                let extended = unwrapper.extend(first.wrapping_add(place as u16));
                prop_assert_eq!(extended as i64 - base as i64, place);
                unwrapper.advance(extended);
                newest = newest.max(place);
            }
        }
    }
}
