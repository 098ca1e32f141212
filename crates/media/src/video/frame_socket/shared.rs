//! What the frames' end and the page's end of the socket share.

use super::flow::Flow;
use super::wire::{self, Ack};
use crate::EncodedVideo;
use crate::video::sink::KeyFrameRequest;
use bytes::Bytes;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};
use tokio::sync::mpsc;

/// Messages of all streams that may wait for the socket.
const QUEUE: usize = 256;

pub(super) struct Shared {
    window: u32,
    request: KeyFrameRequest,
    state: Mutex<State>,
}

struct State {
    flows: HashMap<u32, Flow>,
    page: Page,
    visible: bool,
    /// How many pages have connected so far; tells the current one from those before.
    pages: u64,
}

/// The page's end.
enum Page {
    Absent,
    Connected(mpsc::Sender<Bytes>),
}

impl Shared {
    pub(super) fn new(window: u32, request: KeyFrameRequest) -> Self {
        let state = State { flows: HashMap::new(), page: Page::Absent, visible: true, pages: 0 };
        Self { window: window.max(1), request, state: Mutex::new(state) }
    }

    pub(super) fn frame(&self, stream: u32, frame: &EncodedVideo) {
        let asks = self.lock().frame(stream, frame, self.window);
        if asks {
            (self.request)(stream);
        }
    }

    pub(super) fn end(&self, stream: u32) {
        self.lock().flows.remove(&stream);
    }

    pub(super) fn set_visible(&self, visible: bool) {
        let asking = {
            let mut state = self.lock();
            if state.visible == visible {
                return;
            }
            state.visible = visible;
            state.restart_all(self.window)
        };
        asking.into_iter().for_each(|stream| (self.request)(stream));
    }

    /// A page has connected and takes the place of the one before. Gives its number and what is to be sent to it.
    pub(super) fn connect(&self) -> (u64, mpsc::Receiver<Bytes>) {
        let (messages, queue) = mpsc::channel(QUEUE);
        let (page, asking) = {
            let mut state = self.lock();
            state.page = Page::Connected(messages);
            state.pages += 1;
            (state.pages, state.restart_all(self.window))
        };
        asking.into_iter().for_each(|stream| (self.request)(stream));
        (page, queue)
    }

    /// A page has gone.
    pub(super) fn disconnect(&self, page: u64) {
        let mut state = self.lock();
        if state.pages == page {
            state.page = Page::Absent;
        }
    }

    pub(super) fn acknowledge(&self, page: u64, ack: Ack) {
        let mut state = self.lock();
        if state.pages == page
            && let Some(flow) = state.flows.get_mut(&ack.stream)
        {
            flow.acknowledge(ack.sequence);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Every change is complete before anything that could panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Sends or drops a frame, and says whether a key frame is to be asked for.
    fn frame(&mut self, stream: u32, frame: &EncodedVideo, window: u32) -> bool {
        let flow = self.flows.entry(stream).or_insert_with(Flow::new);
        let Page::Connected(page) = &self.page else { return false };
        if !self.visible {
            return false;
        }
        if let Some(sequence) = flow.admit(frame.key, window) {
            let message = wire::encode(stream, sequence, frame, unix_ms());
            if page.try_send(message).is_err() {
                flow.revoke();
            }
        }
        flow.asks(Instant::now(), window)
    }

    /// Every stream needs a key frame; gives those to ask for now.
    fn restart_all(&mut self, window: u32) -> Vec<u32> {
        self.flows.values_mut().for_each(Flow::restart);
        if !self.visible || matches!(self.page, Page::Absent) {
            return Vec::new();
        }
        let now = Instant::now();
        self.flows.iter_mut().filter_map(|(&stream, flow)| flow.asks(now, window).then_some(stream)).collect()
    }
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").field("window", &self.window).finish_non_exhaustive()
    }
}

fn unix_ms() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64() * 1000.0)
}
