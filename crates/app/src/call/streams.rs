//! Numbers for streams: the window and the sinks know no seats.

use consilium_model::PeerId;
use std::collections::BTreeMap;

/// The self-view.
pub(crate) const OWN: u32 = 0;

/// Which peer's camera has which number. A number is never used twice in a call.
#[derive(Debug, Default)]
pub(crate) struct Streams {
    numbers: BTreeMap<PeerId, u32>,
    last: u32,
}

impl Streams {
    /// The number of a peer's camera; a new one for a new peer.
    pub(crate) fn of(&mut self, peer: &PeerId) -> u32 {
        if let Some(number) = self.numbers.get(peer) {
            return *number;
        }
        self.last += 1;
        self.numbers.insert(peer.clone(), self.last);
        self.last
    }

    /// Whose camera has this number.
    pub(crate) fn peer(&self, stream: u32) -> Option<&PeerId> {
        self.numbers.iter().find(|(_, number)| **number == stream).map(|(peer, _)| peer)
    }

    /// Forgets those who are gone and gives their numbers.
    pub(crate) fn keep(&mut self, present: &[PeerId]) -> Vec<u32> {
        let gone = self.numbers.extract_if(.., |peer, _| !present.contains(peer));
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
        assert_eq!((streams.of(&anna), streams.of(&boris), streams.of(&anna)), (1, 2, 1));
        assert_eq!(streams.keep(std::slice::from_ref(&boris)), [1]);
        assert_eq!((streams.of(&anna), streams.peer(2)), (3, Some(&boris)));
    }
}
