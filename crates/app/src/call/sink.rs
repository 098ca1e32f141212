//! Where pictures go: to the page, or to the native decoder of a participant without a window.

use crate::config::SinkKind;
use crate::report::{Shown, StreamFigures, StreamKind};
use consilium_media::EncodedVideo;
use consilium_media::video::{FrameSocket, FrameSocketConfig, KeyFrameRequest, NativeSink, VideoSink};
use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Where pictures go, and how many did.
pub(crate) struct Sink {
    end: End,
    counted: Arc<Counted>,
}

enum End {
    Page(FrameSocket),
    Native(Arc<NativeSink>),
}

impl Sink {
    /// Opens the sink. `request` is called for a stream that needs a key frame.
    pub(crate) async fn open(kind: SinkKind, request: KeyFrameRequest) -> io::Result<Self> {
        let (end, frames): (End, Arc<dyn VideoSink>) = match kind {
            SinkKind::Page => {
                let socket = FrameSocket::bind(FrameSocketConfig::default(), request).await?;
                let frames = Arc::new(socket.sink());
                (End::Page(socket), frames)
            }
            SinkKind::Native => {
                let native = Arc::new(NativeSink::start(request)?);
                (End::Native(native.clone()), native)
            }
        };
        Ok(Self { end, counted: Arc::new(Counted { frames, received: Mutex::default() }) })
    }

    /// The end that frames are put into, from any thread.
    pub(crate) fn frames(&self) -> Arc<dyn VideoSink> {
        self.counted.clone()
    }

    /// Where the page gets the frames; empty without a page.
    pub(crate) fn url(&self) -> String {
        match &self.end {
            End::Page(socket) => socket.url().expose().clone(),
            End::Native(_) => String::new(),
        }
    }

    /// Stops while nobody looks.
    pub(crate) fn set_visible(&self, visible: bool) {
        match &self.end {
            End::Page(socket) => socket.set_visible(visible),
            End::Native(_) => {}
        }
    }

    /// What each stream did so far.
    pub(crate) fn figures(&self) -> Vec<StreamFigures> {
        let mut native = match &self.end {
            End::Page(_) => None,
            End::Native(sink) => Some(sink.all_stats()),
        };
        let received = self.counted.received().clone();
        let figures = received.into_iter().map(|(stream, received)| StreamFigures {
            stream,
            kind: if stream == super::streams::OWN { StreamKind::Own } else { StreamKind::Peer },
            received,
            shown: match &mut native {
                None => Shown::ByPage,
                Some(stats) => Shown::Natively(stats.remove(&stream).unwrap_or_default()),
            },
        });
        figures.collect()
    }

    /// Closes the sink and waits for it.
    pub(crate) async fn close(self) {
        match self.end {
            End::Page(socket) => socket.close().await,
            End::Native(sink) => drop(sink),
        }
    }
}

/// Counts what passes, the self-view included.
struct Counted {
    frames: Arc<dyn VideoSink>,
    received: Mutex<BTreeMap<u32, u64>>,
}

impl Counted {
    /// Counters are sound whatever their last holder did.
    fn received(&self) -> MutexGuard<'_, BTreeMap<u32, u64>> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl VideoSink for Counted {
    fn frame(&self, stream: u32, frame: &EncodedVideo) {
        *self.received().entry(stream).or_default() += 1;
        self.frames.frame(stream, frame);
    }

    fn end(&self, stream: u32) {
        self.frames.end(stream);
    }
}
