//! Decoded pictures of one stream on their way to the page.

use super::window::Window;

/// Pictures that may be unacknowledged: one under way while the page draws the one before.
pub(super) const PICTURES_UNDER_WAY: u32 = 2;

/// Pictures stand for themselves, so what the page cannot take is replaced by the next, and the newest is kept until
/// the page can take it: a stream that rests ends with the right picture.
#[derive(Debug)]
pub(super) struct Pictures<P> {
    window: Window,
    waiting: Option<P>,
}

impl<P> Default for Pictures<P> {
    fn default() -> Self {
        Self { window: Window::default(), waiting: None }
    }
}

impl<P> Pictures<P> {
    /// The newest picture. Gives what is to be sent now, with its sequence number.
    pub(super) fn offer(&mut self, picture: P) -> Option<(u32, P)> {
        self.waiting = Some(picture);
        self.due()
    }

    /// The page has dealt with everything up to a sequence number. Gives what is to be sent now.
    pub(super) fn acknowledge(&mut self, sequence: u32) -> Option<(u32, P)> {
        self.window.acknowledge(sequence);
        self.due()
    }

    /// The page was hidden or is visible again: what waits is old, and nothing is under way any more.
    pub(super) fn restart(&mut self) {
        self.waiting = None;
        self.window.settle();
    }

    /// A picture that was due could not be handed over.
    pub(super) fn revoke(&mut self) {
        self.window.give_back();
    }

    fn due(&mut self) -> Option<(u32, P)> {
        if self.window.unacknowledged() >= PICTURES_UNDER_WAY {
            return None;
        }
        let picture = self.waiting.take()?;
        Some((self.window.take(), picture))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// `true` is a picture, `false` an acknowledgement of the oldest that is under way.
        #[test]
        fn the_page_is_not_flooded_and_ends_with_the_newest(ops in prop::collection::vec(any::<bool>(), 1..200)) {
            let (mut pictures, mut offered, mut sent, mut acknowledged) = (Pictures::default(), 0, Vec::new(), 0);
            let all = ops.iter().filter(|offers| **offers).count();
            // At the end the page catches up.
            for offers in ops.into_iter().chain(std::iter::repeat_n(false, all)) {
                let due = if offers {
                    offered += 1;
                    pictures.offer(offered)
                } else if acknowledged < sent.len() {
                    acknowledged += 1;
                    pictures.acknowledge(acknowledged as u32 - 1)
                } else {
                    None
                };
                if let Some((sequence, picture)) = due {
                    prop_assert_eq!(sequence as usize, sent.len());
                    prop_assert_eq!(picture, offered, "an older picture than the newest");
                    sent.push(picture);
                }
                prop_assert!(sent.len() - acknowledged <= PICTURES_UNDER_WAY as usize);
            }
            prop_assert_eq!(sent.last().copied().unwrap_or_default(), offered);
        }
    }

    #[test]
    fn what_waits_for_a_hidden_page_is_forgotten() {
        let mut pictures = Pictures::default();
        assert_eq!(
            [pictures.offer('a'), pictures.offer('b'), pictures.offer('c')],
            [Some((0, 'a')), Some((1, 'b')), None]
        );
        pictures.restart();
        assert_eq!(pictures.acknowledge(1), None);
        assert_eq!(pictures.offer('d'), Some((2, 'd')));
    }
}
