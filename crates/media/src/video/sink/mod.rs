//! Where received pictures go.

mod canvas;
mod decoders;
mod gate;
mod gates;
mod ivf;
mod native;
mod native_stats;

pub use canvas::{Area, Canvas, CanvasSink, CanvasStreamStats, CanvasUpdate, Fit, HOLE, Pixels, Sheet, Tile};
pub(in crate::video) use decoders::Decoders;
pub(in crate::video) use gate::Gate;
pub use ivf::FileSink;
pub use native::NativeSink;
pub use native_stats::NativeStreamStats;

use super::picture::I420;
use crate::EncodedVideo;
use std::sync::Arc;

/// Takes the pictures of any number of streams. Never blocks: what it cannot take it drops, and asks for a key frame.
pub trait VideoSink: Send + Sync {
    /// Hands over the next picture of a stream, in decoding order.
    fn frame(&self, stream: u32, frame: &EncodedVideo);

    /// It takes pictures as they are, too: the user's own need not be encoded for it.
    fn takes_pictures(&self) -> bool {
        false
    }

    /// Hands over the next picture of a stream as it is. Without [`VideoSink::takes_pictures`] it is dropped.
    fn picture(&self, _stream: u32, _picture: &Arc<I420>) {}

    /// The stream is over; its state is forgotten.
    fn end(&self, stream: u32);
}

/// Called with a stream that cannot go on without a key frame. Must not block, and must not call the sink.
pub type KeyFrameRequest = Arc<dyn Fn(u32) + Send + Sync>;
