//! What the frames' end and the page's end of the socket share.

use super::flow::Flow;
use super::raw::{Job, RawPage};
use super::wire::{self, Ack, Format};
use crate::EncodedVideo;
use crate::video::picture::I420;
use crate::video::sink::KeyFrameRequest;
use crate::video::vp8::CodecError;
use bytes::Bytes;
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::mpsc::Receiver;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;
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
    Encoded(mpsc::Sender<Bytes>),
    Raw(RawPage),
}

/// What a new connection has to carry out.
pub(super) struct Connection {
    /// The page's number.
    pub(super) page: u64,
    /// What is to be sent to it.
    pub(super) queue: mpsc::Receiver<Bytes>,
    /// What is to be decoded for it.
    pub(super) jobs: Option<Receiver<Job>>,
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
        let mut state = self.lock();
        state.flows.remove(&stream);
        if let Page::Raw(raw) = &mut state.page {
            raw.end(stream);
        }
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

    /// A page has connected and takes the place of the one before.
    pub(super) fn connect(&self, format: Format) -> Connection {
        let (messages, queue) = mpsc::channel(QUEUE);
        let (end, jobs) = match format {
            Format::Encoded => (Page::Encoded(messages), None),
            Format::Raw => {
                let (raw, jobs) = RawPage::new(messages);
                (Page::Raw(raw), Some(jobs))
            }
        };
        let (page, asking) = {
            let mut state = self.lock();
            state.page = end;
            state.pages += 1;
            (state.pages, state.restart_all(self.window))
        };
        asking.into_iter().for_each(|stream| (self.request)(stream));
        Connection { page, queue, jobs }
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
        if state.pages == page {
            state.acknowledge(ack);
        }
    }

    /// A frame for a page has been decoded, or could not be. Breaks when the page has gone.
    pub(super) fn decoded(
        &self,
        page: u64,
        stream: u32,
        sequence: u32,
        outcome: Result<Option<I420>, CodecError>,
    ) -> ControlFlow<()> {
        let asks = {
            let mut state = self.lock();
            if state.pages != page || !matches!(state.page, Page::Raw(_)) {
                return ControlFlow::Break(());
            }
            state.decoded(stream, sequence, outcome, self.window)
        };
        if asks {
            (self.request)(stream);
        }
        ControlFlow::Continue(())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Every change is complete before anything that could panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Page {
    /// Passes on a frame that was admitted, unless there is no place for it.
    fn take(&self, stream: u32, sequence: u32, frame: &EncodedVideo) -> bool {
        match self {
            Self::Absent => false,
            Self::Encoded(page) => page.try_send(wire::encode(stream, sequence, frame)).is_ok(),
            Self::Raw(raw) => raw.take(stream, sequence, frame),
        }
    }
}

impl State {
    /// Sends or drops a frame, and says whether a key frame is to be asked for.
    fn frame(&mut self, stream: u32, frame: &EncodedVideo, window: u32) -> bool {
        let flow = self.flows.entry(stream).or_insert_with(Flow::new);
        if !self.visible || matches!(self.page, Page::Absent) {
            return false;
        }
        if let Some(sequence) = flow.admit(frame.key, window)
            && !self.page.take(stream, sequence, frame)
        {
            flow.revoke();
        }
        flow.asks(Instant::now(), window)
    }

    fn acknowledge(&mut self, ack: Ack) {
        match &mut self.page {
            Page::Absent => {}
            Page::Encoded(_) => {
                if let Some(flow) = self.flows.get_mut(&ack.stream) {
                    flow.acknowledge(ack.sequence);
                }
            }
            Page::Raw(raw) => raw.acknowledge(ack),
        }
    }

    /// Shows a picture or goes on without it, and says whether a key frame is to be asked for.
    fn decoded(
        &mut self,
        stream: u32,
        sequence: u32,
        outcome: Result<Option<I420>, CodecError>,
        window: u32,
    ) -> bool {
        // A stream may have ended, and the page may have been hidden, while the frame was decoded.
        let (Page::Raw(raw), true) = (&mut self.page, self.visible) else { return false };
        let Some(flow) = self.flows.get_mut(&stream) else { return false };
        flow.acknowledge(sequence);
        match outcome {
            Ok(Some(picture)) => raw.show(stream, picture),
            Ok(None) => {}
            Err(_) => flow.fail(sequence),
        }
        flow.asks(Instant::now(), window)
    }

    /// Every stream needs a key frame; gives those to ask for now.
    fn restart_all(&mut self, window: u32) -> Vec<u32> {
        self.flows.values_mut().for_each(Flow::restart);
        if let Page::Raw(raw) = &mut self.page {
            raw.restart();
        }
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
