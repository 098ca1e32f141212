//! Where pictures go: to the page, beneath it, or to the native decoder of a participant without a window.

use crate::action::TileRect;
use crate::config::SinkKind;
use crate::report::{Shown, StreamFigures, StreamKind};
use crate::view::{DrawingPath, DrawnStream};
use consilium_media::EncodedVideo;
use consilium_media::video::{
    Canvas, CanvasSink, Fit, FrameSocket, FrameSocketConfig, I420, KeyFrameRequest, NativeSink, Tile,
    VideoSink, VideoSize,
};
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
    Canvas(Arc<CanvasSink>),
    Native(Arc<NativeSink>),
}

impl Sink {
    /// Opens the sink. `request` is called for a stream that needs a key frame.
    pub(crate) async fn open(kind: &SinkKind, request: KeyFrameRequest) -> io::Result<Self> {
        let (end, frames): (End, Arc<dyn VideoSink>) = match kind {
            SinkKind::Canvas(canvas) => match beneath(canvas, &request) {
                Some(sink) => (End::Canvas(sink.clone()), sink),
                None => page(request).await?,
            },
            SinkKind::Page => page(request).await?,
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
            End::Canvas(_) | End::Native(_) => String::new(),
        }
    }

    /// How pictures come to the screen.
    pub(crate) fn drawing(&self) -> DrawingPath {
        match &self.end {
            End::Page(_) | End::Native(_) => DrawingPath::Page,
            End::Canvas(_) => DrawingPath::Native,
        }
    }

    /// Where the pictures are on the page now, the lowest first.
    pub(crate) fn set_tiles(&self, tiles: &[TileRect]) {
        match &self.end {
            End::Canvas(sink) => sink.set_tiles(tiles.iter().map(tile).collect()),
            End::Page(_) | End::Native(_) => {}
        }
    }

    /// What is on the screen beneath the page.
    pub(crate) fn drawn(&self) -> Vec<DrawnStream> {
        let shown = match &self.end {
            End::Canvas(sink) => sink.canvas().shown(),
            End::Page(_) | End::Native(_) => Vec::new(),
        };
        let row = |(stream, size): (u32, VideoSize)| DrawnStream {
            stream,
            width: size.width.into(),
            height: size.height.into(),
        };
        shown.into_iter().map(row).collect()
    }

    /// Resolves when [`Sink::drawn`] has another answer.
    pub(crate) fn drawn_changed(&self) -> impl Future<Output = ()> + use<> {
        let canvas = match &self.end {
            End::Canvas(sink) => Some(sink.canvas().clone()),
            End::Page(_) | End::Native(_) => None,
        };
        async move {
            match canvas {
                Some(canvas) => canvas.shown_changed().await,
                None => std::future::pending().await,
            }
        }
    }

    /// Stops while nobody looks.
    pub(crate) fn set_visible(&self, visible: bool) {
        match &self.end {
            End::Page(socket) => socket.set_visible(visible),
            End::Canvas(sink) => sink.set_visible(visible),
            End::Native(_) => {}
        }
    }

    /// What each stream did so far.
    pub(crate) fn figures(&self) -> Vec<StreamFigures> {
        let mut native = match &self.end {
            End::Page(_) | End::Canvas(_) => None,
            End::Native(sink) => Some(sink.all_stats()),
        };
        let received = self.counted.received().clone();
        let figures = received.into_iter().map(|(stream, received)| StreamFigures {
            stream,
            kind: if super::streams::is_own(stream) { StreamKind::Own } else { StreamKind::Peer },
            received,
            shown: match &mut native {
                None => Shown::ByWindow,
                Some(stats) => Shown::Natively(stats.remove(&stream).unwrap_or_default()),
            },
        });
        figures.collect()
    }

    /// How many pictures of a stream have come.
    pub(crate) fn received(&self, stream: u32) -> u64 {
        self.counted.received().get(&stream).copied().unwrap_or(0)
    }

    /// Closes the sink and waits for it.
    pub(crate) async fn close(self) {
        match self.end {
            End::Page(socket) => socket.close().await,
            End::Canvas(sink) => drop(sink),
            End::Native(sink) => drop(sink),
        }
    }
}

async fn page(request: KeyFrameRequest) -> io::Result<(End, Arc<dyn VideoSink>)> {
    let socket = FrameSocket::bind(FrameSocketConfig::default(), request).await?;
    let frames = Arc::new(socket.sink());
    Ok((End::Page(socket), frames))
}

/// Drawing beneath the page; `None` where that is not possible, and the page draws.
fn beneath(canvas: &Canvas, request: &KeyFrameRequest) -> Option<Arc<CanvasSink>> {
    if !canvas.is_attached() {
        tracing::warn!(code = "no-painter", "the page draws");
        return None;
    }
    match CanvasSink::start(canvas.clone(), request.clone()) {
        Ok(sink) => Some(Arc::new(sink)),
        Err(error) => {
            tracing::warn!(code = "no-canvas-thread", kind = %error.kind(), "the page draws");
            None
        }
    }
}

fn tile(rect: &TileRect) -> Tile {
    Tile {
        stream: rect.stream,
        x: rect.x,
        y: rect.y,
        width: rect.width,
        height: rect.height,
        radius: rect.radius,
        mirrored: rect.mirrored,
        fit: if rect.whole { Fit::Whole } else { Fit::Fill },
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

    fn takes_pictures(&self) -> bool {
        self.frames.takes_pictures()
    }

    fn picture(&self, stream: u32, picture: &Arc<I420>) {
        *self.received().entry(stream).or_default() += 1;
        self.frames.picture(stream, picture);
    }

    fn end(&self, stream: u32) {
        self.frames.end(stream);
    }
}
