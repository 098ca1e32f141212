//! Numbers for streams: the window and the sinks know no seats.

use consilium_model::{Content, PeerId};
use std::collections::BTreeMap;

/// The self-view.
pub(crate) const OWN: u32 = 0;

/// Own previews of screens have the numbers after this one; no call has so many peers.
pub(crate) const OWN_SCREENS: u32 = 1 << 24;

/// The stream is the user's own.
pub(crate) const fn is_own(stream: u32) -> bool {
    stream == OWN || stream > OWN_SCREENS
}

/// Which peer's camera or screen has which number. A number is never used twice in a call.
#[derive(Debug, Default)]
pub(crate) struct Streams {
    numbers: BTreeMap<(PeerId, Content), u32>,
    last: u32,
}

impl Streams {
    /// The number of a peer's camera or screen; a new one for a new peer.
    pub(crate) fn of(&mut self, peer: &PeerId, content: Content) -> u32 {
        let key = (peer.clone(), content);
        if let Some(number) = self.numbers.get(&key) {
            return *number;
        }
        self.last += 1;
        self.numbers.insert(key, self.last);
        self.last
    }

    /// Whose stream has this number, and what it shows.
    pub(crate) fn owner(&self, stream: u32) -> Option<(&PeerId, Content)> {
        let mut owners = self.numbers.iter();
        owners.find(|(_, number)| **number == stream).map(|((peer, content), _)| (peer, *content))
    }

    /// Forgets a stream that has ended and gives its number. When it begins again, it gets another.
    pub(crate) fn forget(&mut self, peer: &PeerId, content: Content) -> Option<u32> {
        self.numbers.remove(&(peer.clone(), content))
    }

    /// Forgets those who are gone and gives their numbers.
    pub(crate) fn keep(&mut self, present: &[PeerId]) -> Vec<u32> {
        let gone = self.numbers.extract_if(.., |(peer, _), _| !present.contains(peer));
        gone.map(|(_, number)| number).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_never_used_twice() {
        let (anna, boris) = (PeerId::from("a"), PeerId::from("b"));
        let mut streams = Streams::default();
        let camera = Content::Camera;
        let mut of = |peer, content| streams.of(peer, content);
        assert_eq!([of(&anna, camera), of(&boris, camera), of(&anna, Content::Screen)], [1, 2, 3]);
        assert_eq!(of(&anna, camera), 1);
        assert_eq!(streams.keep(std::slice::from_ref(&boris)), [1, 3]);
        assert_eq!((streams.of(&anna, camera), streams.owner(2)), (4, Some((&boris, camera))));
    }
}
