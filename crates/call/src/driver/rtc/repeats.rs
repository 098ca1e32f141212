//! Which packets of a stream are sent again, and whether what they show may still be seen.

/// The sequence numbers of one stream of pictures, as they pass.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    /// The highest number so far, counted on past its wrap.
    newest: Option<i64>,
    /// The stretch of the stream it belongs to.
    stretch: u32,
    /// The highest number of the stretches that have ended.
    ended: Option<i64>,
}

/// What a packet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Passing {
    /// The first of its number.
    New,
    /// One that was sent before.
    Again,
    /// One that was sent before, in a stretch that has ended: whoever closed the stream has taken it back.
    Ended,
}

impl Numbers {
    /// Takes notice of a packet, in that stretch of the stream, whether it leaves or not.
    pub(super) fn pass(&mut self, sequence: u16, stretch: u32) -> Passing {
        if std::mem::replace(&mut self.stretch, stretch) != stretch {
            self.ended = self.newest;
        }
        let Some(newest) = self.newest else {
            self.newest = Some(sequence.into());
            return Passing::New;
        };
        let number = newest + i64::from(sequence.wrapping_sub(newest as u16) as i16);
        if number > newest {
            self.newest = Some(number);
            return Passing::New;
        }
        if self.ended.is_some_and(|ended| number <= ended) { Passing::Ended } else { Passing::Again }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Wherever the numbers begin: of what is asked for again, all of the ended stretch and nothing else is refused.
        #[test]
        fn only_what_was_sent_since_is_sent_again(
            first: u16,
            before in 1u32..70_000,
            since in 1u32..70_000,
            back in 0u32..2000,
        ) {
            let mut numbers = Numbers::default();
            let mut sequence = first;
            for number in 0..before + since {
                sequence = first.wrapping_add(number as u16);
                let stretch = u32::from(number >= before);
                prop_assert_eq!(numbers.pass(sequence, stretch), Passing::New);
            }
            let back = back.min(before + since - 1);
            let expected = if back < since { Passing::Again } else { Passing::Ended };
            prop_assert_eq!(numbers.pass(sequence.wrapping_sub(back as u16), 1), expected);
        }
    }
}
