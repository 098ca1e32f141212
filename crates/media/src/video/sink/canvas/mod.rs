//! What a shell paints into its page: the newest picture of each stream, as pixels of its tile's size.
//!
//! ```text
//! call ── frames ──► CanvasSink ── thread: decode, scale, convert ──► Canvas ──► painter (the shell's main thread)
//! page ── tiles ───►                                                         ◄── what was painted, and when
//! ```
//! The latest picture wins: one that a newer one replaces is never painted, and one of several that wait is never
//! converted. A stream without a tile is not decoded. Nothing here knows a window system, and the one lock is held
//! for moving values only.

mod enlarge;
mod pixels;
mod render;
mod sheet;
mod state;
mod tile;
mod work;

pub use pixels::Pixels;
pub use sheet::{HOLE, Sheet};
pub use state::{CanvasStreamStats, CanvasUpdate};
pub use tile::{Area, Fit, Tile};

use super::gates::Gates;
use super::{KeyFrameRequest, VideoSink};
use crate::EncodedVideo;
use crate::video::frame_clock::Stamp;
use crate::video::picture::{I420, VideoSize};
use state::Shared;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;
use work::Job;

/// Frames of all streams that may wait for the decoder.
const QUEUE: usize = 64;

/// The painter's end. It outlives the calls; cloning gives another hold on the same canvas.
#[derive(Clone, Default)]
pub struct Canvas {
    shared: Arc<Shared>,
}

impl Canvas {
    /// A painter has taken its place. Before that a canvas cannot be relied on.
    pub fn attach(&self) {
        self.shared.lock().attached = true;
    }

    /// Whether there is a painter.
    pub fn is_attached(&self) -> bool {
        self.shared.lock().attached
    }

    /// How many physical pixels a logical one is.
    pub fn set_scale(&self, scale: f64) {
        self.shared.lock().scale = scale;
    }

    /// Waits for something to paint. Changes that come together are one.
    pub async fn changed(&self) {
        self.shared.changed.notified().await;
    }

    /// Gives where to paint, and the pictures that are new since the last time.
    pub fn take(&self) -> CanvasUpdate {
        self.shared.lock().take()
    }

    /// A picture is on the screen, for the first time.
    pub fn painted(&self, stream: u32, picture: VideoSize, stamp: Option<Stamp>) {
        let at = state::unix_ms();
        if self.shared.lock().painted(stream, picture, stamp, at) {
            self.shared.sizes.notify_one();
        }
    }

    /// Paints nothing until the page says again where: it is being loaded.
    pub fn clear(&self) {
        self.shared.place(Vec::new());
    }

    /// What became of each stream: counters from the beginning, times since the last report. Streams that rest
    /// without a tile are left out and forgotten.
    pub fn report(&self) -> Vec<CanvasStreamStats> {
        self.shared.lock().report()
    }

    /// The size of the picture of each stream that is on the screen.
    pub fn shown(&self) -> Vec<(u32, VideoSize)> {
        self.shared.lock().shown()
    }

    /// Waits for another answer of [`Canvas::shown`]. For one waiter.
    pub async fn shown_changed(&self) {
        self.shared.sizes.notified().await;
    }
}

impl std::fmt::Debug for Canvas {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Canvas").finish_non_exhaustive()
    }
}

/// The call's end: decodes on one thread of its own. Dropping it ends the thread and empties the canvas.
pub struct CanvasSink {
    canvas: Canvas,
    gates: Arc<Gates>,
    visible: AtomicBool,
    jobs: Option<SyncSender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl CanvasSink {
    /// Starts the thread. `request` is called for a stream that needs a key frame.
    pub fn start(canvas: Canvas, request: KeyFrameRequest) -> std::io::Result<Self> {
        let (jobs, queue) = sync_channel(QUEUE);
        let gates = Arc::new(Gates::new(request));
        let thread = std::thread::Builder::new().name("video-canvas".into()).spawn({
            let (shared, gates) = (Arc::clone(&canvas.shared), Arc::clone(&gates));
            move || work::run(&queue, &shared, &gates)
        })?;
        Ok(Self { canvas, gates, visible: AtomicBool::new(true), jobs: Some(jobs), thread: Some(thread) })
    }

    /// The canvas that it fills.
    pub fn canvas(&self) -> &Canvas {
        &self.canvas
    }

    /// Where the pictures are now, the lowest first.
    pub fn set_tiles(&self, tiles: Vec<Tile>) {
        self.canvas.shared.place(tiles);
        // If the queue is full, frames are coming that will be drawn in their new places.
        self.submit(Job::Place);
    }

    /// Stops decoding while nobody looks. Once the window is visible again, each stream begins with a key frame.
    pub fn set_visible(&self, visible: bool) {
        self.visible.store(visible, Ordering::Relaxed);
    }

    fn submit(&self, job: Job) -> bool {
        self.jobs.as_ref().is_some_and(|jobs| jobs.try_send(job).is_ok())
    }
}

impl VideoSink for CanvasSink {
    fn frame(&self, stream: u32, frame: &EncodedVideo) {
        let wanted = self.canvas.shared.lock().received(stream);
        if wanted && self.visible.load(Ordering::Relaxed) {
            self.gates
                .pass(stream, frame.key, || self.submit(Job::Frame { stream, data: frame.data.clone() }));
        } else {
            self.gates.rest(stream);
        }
    }

    fn takes_pictures(&self) -> bool {
        true
    }

    fn picture(&self, stream: u32, picture: &Arc<I420>) {
        let wanted = self.canvas.shared.lock().received(stream);
        if wanted && self.visible.load(Ordering::Relaxed) {
            // If the queue is full, a newer one is coming.
            self.submit(Job::Picture { stream, picture: Arc::clone(picture) });
        }
    }

    fn end(&self, stream: u32) {
        self.gates.rest(stream);
        self.canvas.shared.end(stream);
        // If the queue is full, the decoder stays until the sink ends: no harm but its memory.
        self.submit(Job::End { stream });
    }
}

impl Drop for CanvasSink {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the canvas thread panicked");
        }
        self.canvas.clear();
    }
}

impl std::fmt::Debug for CanvasSink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CanvasSink").finish_non_exhaustive()
    }
}
