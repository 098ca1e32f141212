//! What a call tells its owner.

use crate::core::{Capture, PeerView};
use consilium_media::{EncodedVideo, ReceivedRtp};
use consilium_model::{Content, PeerId};
use consilium_wire::room::FromClient;

/// What a call tells its owner.
#[derive(Clone, Debug)]
pub enum CallEvent {
    /// Send this to the room.
    ToRoom(FromClient),
    /// The others as they are now: always all of them, in the order they came.
    Peers(Vec<PeerView>),
    /// There are too many in the call for cameras and screens, or no longer: nothing of the own ones leaves, whatever
    /// the intent says. False until the first.
    AudioOnly(bool),
    /// What is worth capturing and encoding for the others from now on.
    Capture(Capture),
    /// The next picture of this layer has to be a key frame.
    KeyFrameWanted {
        /// Which layer, the slides or the screen ([`crate::core::SCREEN_LAYER`]).
        layer: u8,
    },
    /// A peer's picture. The first one is a key frame, and after a gap the next one is.
    Video {
        /// Whose.
        peer: PeerId,
        /// What it shows. Each content is a stream of its own.
        content: Content,
        /// The picture; its layer is always 0.
        frame: EncodedVideo,
    },
    /// A peer's sound, as it came: out of order, twice or with gaps.
    Audio {
        /// Whose.
        peer: PeerId,
        /// An Opus packet.
        packet: ReceivedRtp,
    },
}
