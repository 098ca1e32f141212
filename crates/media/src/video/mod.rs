//! Video: sources, the frame clock, VP8, layers, packetizing, receiving, frames for the window.
//!
//! ```text
//! VideoSource -> LocalVideo (scale, encode each wanted layer once) -> EncodedVideo -> Packetizer -> peers
//! peers -> ReceivedRtp -> VideoReceiver (jitter buffer, NACK) -> EncodedVideo -> VideoSink (window, decoder, file)
//! ```
//!
//! Nothing here knows peers or rooms, and nothing leaves the machine: [`FrameSocket`] listens on the loopback
//! interface only.

pub mod frame_clock;
mod frame_socket;
mod local;
mod picture;
mod receiver;
pub mod rtp;
mod scale;
mod sink;
mod source;
pub mod vp8;

pub use frame_socket::{FrameSocket, FrameSocketConfig, FrameSocketSink};
pub use local::{
    CaptureEvent, LayerSet, LocalScreen, LocalVideo, LocalVideoConfig, MAX_LAYERS, SCREEN_BITRATE,
    SCREEN_LAYER, SLIDES_BITRATE, SLIDES_LAYER,
};
pub use picture::{I420, PicturePool, Plane, VideoFrame, VideoSize};
pub use receiver::{ReceiverConfig, VideoEvent, VideoReceiver, VideoReceiverStats};
pub use sink::{
    Area, Canvas, CanvasSink, CanvasStreamStats, CanvasUpdate, FileSink, Fit, HOLE, KeyFrameRequest,
    NativeSink, NativeStreamStats, Pixels, Sheet, Tile, VideoSink,
};
pub use source::{
    Camera, Desktop, Pattern, SCREEN_LIMIT, ScreenInfo, ScreenSpec, VideoSource, VideoSpec, Y4mFile, cameras,
};
