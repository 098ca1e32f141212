//! Where pictures go: to the page, or to the native decoder of a participant without a window.

use crate::config::SinkKind;
use consilium_media::video::{FrameSocket, FrameSocketConfig, KeyFrameRequest, NativeSink, VideoSink};
use std::io;
use std::sync::Arc;

/// Where pictures go.
pub(crate) enum Sink {
    Page(FrameSocket),
    Native(Arc<NativeSink>),
}

impl Sink {
    /// Opens the sink. `request` is called for a stream that needs a key frame.
    pub(crate) async fn open(kind: SinkKind, request: KeyFrameRequest) -> io::Result<Self> {
        match kind {
            SinkKind::Page => Ok(Self::Page(FrameSocket::bind(FrameSocketConfig::default(), request).await?)),
            SinkKind::Native => Ok(Self::Native(Arc::new(NativeSink::start(request)?))),
        }
    }

    /// The end that frames are put into, from any thread.
    pub(crate) fn frames(&self) -> Arc<dyn VideoSink> {
        match self {
            Self::Page(socket) => Arc::new(socket.sink()),
            Self::Native(sink) => sink.clone(),
        }
    }

    /// Where the page gets the frames; empty without a page.
    pub(crate) fn url(&self) -> String {
        match self {
            Self::Page(socket) => socket.url().expose().clone(),
            Self::Native(_) => String::new(),
        }
    }

    /// Stops while nobody looks.
    pub(crate) fn set_visible(&self, visible: bool) {
        match self {
            Self::Page(socket) => socket.set_visible(visible),
            Self::Native(_) => {}
        }
    }

    /// Closes the sink and waits for it.
    pub(crate) async fn close(self) {
        match self {
            Self::Page(socket) => socket.close().await,
            Self::Native(sink) => drop(sink),
        }
    }
}
