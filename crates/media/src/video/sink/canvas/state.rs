//! What the call's end and the painter's end of a canvas share.

use super::pixels::Pixels;
use super::tile::Tile;
use crate::video::frame_clock::Stamp;
use crate::video::picture::VideoSize;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::sync::Notify;

/// A report carries at most this many times of a stream.
const MOST_TIMES: usize = 120;

/// Where to paint, and what is new.
#[derive(Debug, Default)]
pub struct CanvasUpdate {
    /// All tiles, the lowest first.
    pub tiles: Vec<Tile>,
    /// How many physical pixels a logical one is.
    pub scale: f64,
    /// The newest picture of each stream that has one since the last time.
    pub pictures: Vec<(u32, Pixels)>,
    /// The streams that have a picture, new or old. What is known of others is forgotten.
    pub live: Vec<u32>,
}

/// What became of a stream.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CanvasStreamStats {
    /// The stream's number.
    pub stream: u32,
    /// Frames handed over.
    pub received: u32,
    /// Pictures decoded.
    pub decoded: u32,
    /// Pictures painted.
    pub drawn: u32,
    /// The size of the last picture painted, before it was scaled.
    pub size: Option<VideoSize>,
    /// When pictures were painted since the last report, milliseconds since 1970 (with fractions), at most 120.
    pub drawn_at: Vec<f64>,
    /// Milliseconds from capture to painted, of those whose picture carries a clock; at most 120.
    pub latency_ms: Vec<f64>,
}

#[derive(Default)]
pub(super) struct Shared {
    state: Mutex<State>,
    /// There is something to paint.
    pub(super) changed: Notify,
    /// Another answer of [`State::shown`].
    pub(super) sizes: Notify,
}

pub(super) struct State {
    /// There is a painter.
    pub(super) attached: bool,
    pub(super) scale: f64,
    tiles: Vec<Tile>,
    streams: BTreeMap<u32, Stream>,
}

impl Default for State {
    fn default() -> Self {
        Self { attached: false, scale: 1.0, tiles: Vec::new(), streams: BTreeMap::new() }
    }
}

#[derive(Default)]
struct Stream {
    newest: Newest,
    /// The size of the picture on the screen.
    shown: Option<VideoSize>,
    stats: CanvasStreamStats,
    /// Frames received up to the last report.
    reported: u32,
}

/// The newest picture of a stream.
#[derive(Default)]
enum Newest {
    /// There is none.
    #[default]
    None,
    /// The painter has not taken it yet.
    Fresh(Pixels),
    /// The painter has it.
    Taken,
}

impl Newest {
    fn take(&mut self) -> Option<Pixels> {
        let (next, pixels) = match std::mem::take(self) {
            Self::None => (Self::None, None),
            Self::Fresh(pixels) => (Self::Taken, Some(pixels)),
            Self::Taken => (Self::Taken, None),
        };
        *self = next;
        pixels
    }
}

impl Shared {
    /// Every change is complete before anything that could panic.
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tiles are here now. What has none is not on the screen any more.
    pub(super) fn place(&self, tiles: Vec<Tile>) {
        let hidden = self.lock().place(tiles);
        self.changed.notify_one();
        if hidden {
            self.sizes.notify_one();
        }
    }

    /// A picture is ready to be painted, if its tile is still there.
    pub(super) fn show(&self, stream: u32, pixels: Pixels) {
        self.lock().show(stream, pixels);
        self.changed.notify_one();
    }

    /// A stream is over: its picture goes. Its tile stays, if the page shows it still, and so do its figures.
    pub(super) fn end(&self, stream: u32) {
        let hidden = self.lock().end(stream);
        self.changed.notify_one();
        if hidden {
            self.sizes.notify_one();
        }
    }
}

impl State {
    /// The largest tile of a stream, and how many physical pixels a logical one is.
    pub(super) fn tile(&self, stream: u32) -> Option<(Tile, f64)> {
        let tiles = self.tiles.iter().filter(|tile| tile.stream == stream);
        let largest = tiles.max_by(|a, b| a.width.total_cmp(&b.width))?;
        Some((*largest, self.scale))
    }

    /// Counts a frame, and says whether its stream is to be decoded.
    pub(super) fn received(&mut self, stream: u32) -> bool {
        self.stream(stream).stats.received += 1;
        self.tiles.iter().any(|tile| tile.stream == stream)
    }

    pub(super) fn decoded(&mut self, stream: u32) {
        self.stream(stream).stats.decoded += 1;
    }

    pub(super) fn take(&mut self) -> CanvasUpdate {
        let fresh = self.streams.iter_mut().filter_map(|(&id, stream)| Some((id, stream.newest.take()?)));
        let pictures = fresh.collect();
        let live = self.streams.iter().filter(|(_, stream)| !matches!(stream.newest, Newest::None));
        CanvasUpdate {
            pictures,
            live: live.map(|(&id, _)| id).collect(),
            tiles: self.tiles.clone(),
            scale: self.scale,
        }
    }

    /// Counts a picture that was painted; says whether [`State::shown`] is another now.
    pub(super) fn painted(&mut self, id: u32, picture: VideoSize, stamp: Option<Stamp>, at: f64) -> bool {
        let stream = self.stream(id);
        stream.stats.painted(picture, stamp, at);
        // It may have been hidden while it was painted.
        !matches!(stream.newest, Newest::None) && stream.shown.replace(picture) != Some(picture)
    }

    pub(super) fn report(&mut self) -> Vec<CanvasStreamStats> {
        let tiles = &self.tiles;
        self.streams.retain(|&id, stream| {
            stream.stats.received != stream.reported || tiles.iter().any(|tile| tile.stream == id)
        });
        self.streams.values_mut().map(Stream::report).collect()
    }

    pub(super) fn shown(&self) -> Vec<(u32, VideoSize)> {
        self.streams.iter().filter_map(|(&id, stream)| Some((id, stream.shown?))).collect()
    }

    fn place(&mut self, tiles: Vec<Tile>) -> bool {
        self.tiles = tiles;
        let gone =
            self.streams.iter_mut().filter(|(id, _)| !self.tiles.iter().any(|tile| tile.stream == **id));
        gone.fold(false, |hidden, (_, stream)| stream.hide() || hidden)
    }

    fn show(&mut self, id: u32, pixels: Pixels) {
        if self.tile(id).is_some() {
            self.stream(id).newest = Newest::Fresh(pixels);
        }
    }

    fn end(&mut self, id: u32) -> bool {
        self.streams.get_mut(&id).is_some_and(Stream::hide)
    }

    fn stream(&mut self, id: u32) -> &mut Stream {
        self.streams.entry(id).or_insert_with(|| Stream {
            stats: CanvasStreamStats { stream: id, ..CanvasStreamStats::default() },
            ..Stream::default()
        })
    }
}

impl Stream {
    /// Nothing of it is on the screen any more; says whether something was.
    fn hide(&mut self) -> bool {
        self.newest = Newest::None;
        self.shown.take().is_some()
    }

    fn report(&mut self) -> CanvasStreamStats {
        self.reported = self.stats.received;
        let report = self.stats.clone();
        self.stats.drawn_at.clear();
        self.stats.latency_ms.clear();
        report
    }
}

impl CanvasStreamStats {
    fn painted(&mut self, picture: VideoSize, stamp: Option<Stamp>, at: f64) {
        self.drawn += 1;
        self.size = Some(picture);
        if self.drawn_at.len() < MOST_TIMES {
            self.drawn_at.push(at);
        }
        if let Some(stamp) = stamp
            && self.latency_ms.len() < MOST_TIMES
        {
            // The stamp has whole milliseconds, the time fractions.
            self.latency_ms.push(f64::from(stamp.age_ms(at as u64)) + at.fract());
        }
    }
}

/// Milliseconds since 1970, with fractions.
pub(super) fn unix_ms() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
}
