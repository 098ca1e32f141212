//! The own screen on its way to the others: chosen, looked at, shown.
//!
//! ```text
//! Off ──choose──► Choosing ──preview──► Preview ──start──► Live ◄──too many, and fewer again──► Paused
//!  ▲                                                        │                                    │
//!  └───── stop, a pause of the visit, or what is shown is gone ──────────────────────────────────┘
//! ```
//! Each step up to `Live` is one of the user's hand, and none is ever taken without it. While too many are in the call
//! nothing is captured. In a preview pictures go to the window and
//! nowhere else; the call gets them only from `Live`, and its latch stands behind that. A lost line ends nothing: what
//! is live goes on with the seat. Another call begins with `Off`.

mod source;

use super::snapshot::device_problem;
use super::streams::OWN_SCREENS;
use crate::view::{ShareKind, ShareView};
use consilium_call::Call;
use consilium_media::DeviceError;
use consilium_media::video::{CaptureEvent, Desktop, LocalScreen, VideoSink};
use source::Source;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// How many failures wait at most; each capture has one.
const FAILURES: usize = 4;

/// The own screen.
pub(crate) struct Share {
    state: Sharing,
    /// What the room says about showing screens.
    permission: Permission,
    /// This application's windows are kept out of pictures of a screen.
    windows_hidden: bool,
    /// The last preview's number.
    number: u32,
    ended: u32,
    desktop: Desktop,
    call: Arc<Call>,
    frames: Arc<dyn VideoSink>,
    work: JoinSet<Happened>,
    failures: mpsc::Receiver<Happened>,
    failed: mpsc::Sender<Happened>,
}

/// What the room says about showing screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Permission {
    Given,
    Refused,
}

/// How far the user is.
enum Sharing {
    Off,
    Choosing(Choice),
    Preview(Shown),
    Live(Shown),
    /// Too many are in the call.
    Paused(Source),
}

/// What there is to choose from.
enum Choice {
    LookedUp,
    Found(Vec<Source>),
    Nothing(DeviceError),
}

/// What was chosen.
struct Shown {
    source: Source,
    stream: u32,
    /// Pictures go to the call. Looked at by the thread that captures.
    live: Arc<AtomicBool>,
    capture: Capture,
}

enum Capture {
    Opening,
    Open(LocalScreen),
    Failed(DeviceError),
}

/// What has happened beside the task.
pub(crate) enum Happened {
    Listed(Result<Vec<Source>, DeviceError>),
    Opened {
        stream: u32,
        screen: Result<LocalScreen, DeviceError>,
    },
    /// The capture failed while it was open.
    Failed {
        stream: u32,
        error: DeviceError,
    },
    Closed {
        stream: u32,
    },
    /// It did not end by itself.
    Lost,
}

impl Share {
    pub(crate) fn new(desktop: Desktop, call: Arc<Call>, frames: Arc<dyn VideoSink>) -> Self {
        let (failed, failures) = mpsc::channel(FAILURES);
        Self {
            state: Sharing::Off,
            permission: Permission::Given,
            windows_hidden: false,
            number: OWN_SCREENS,
            ended: 0,
            desktop,
            call,
            frames,
            work: JoinSet::new(),
            failures,
            failed,
        }
    }

    /// The others may see it: what the user's hand has set, also while there are too many for it.
    pub(crate) const fn is_live(&self) -> bool {
        matches!(self.state, Sharing::Live(_) | Sharing::Paused(_))
    }

    /// How often it has ended without the user's hand.
    pub(crate) const fn ended(&self) -> u32 {
        self.ended
    }

    /// The room says whether screens may be shown.
    pub(crate) fn allow(&mut self, allowed: bool) {
        self.permission = if allowed { Permission::Given } else { Permission::Refused };
        if !allowed {
            self.stop();
        }
    }

    /// The window says whether it is kept out of pictures of a screen.
    pub(crate) const fn set_windows_hidden(&mut self, hidden: bool) {
        self.windows_hidden = hidden;
    }

    /// Looks up what can be shown. What was shown until now is not any more.
    pub(crate) fn choose(&mut self) {
        self.stop();
        if self.permission == Permission::Refused {
            return;
        }
        self.state = Sharing::Choosing(Choice::LookedUp);
        let desktop = self.desktop.clone();
        self.work.spawn_blocking(move || {
            let found = desktop.screens();
            Happened::Listed(found.map(|screens| screens.into_iter().map(Source::new).collect()))
        });
    }

    /// Shows the user what the others would see. Only what is in the list can be chosen.
    pub(crate) fn preview(&mut self, id: &str) {
        let Sharing::Choosing(Choice::Found(sources)) = &self.state else { return };
        let Some(source) = sources.iter().find(|source| source.id() == id).cloned() else { return };
        let shown = self.open(source, false);
        self.state = Sharing::Preview(shown);
    }

    fn open(&mut self, source: Source, live: bool) -> Shown {
        self.number += 1;
        let (stream, live) = (self.number, Arc::new(AtomicBool::new(live)));
        self.capture(&source, stream, live.clone());
        Shown { source, stream, live, capture: Capture::Opening }
    }

    fn capture(&mut self, source: &Source, stream: u32, live: Arc<AtomicBool>) {
        let (call, frames, failed) = (self.call.clone(), self.frames.clone(), self.failed.clone());
        let sink = move |event| match event {
            CaptureEvent::Frame(frame) => {
                frames.frame(stream, &frame);
                if live.load(Ordering::SeqCst) {
                    call.video(&frame);
                }
            }
            // A screen is shown to its user as it is encoded: small writing is what is looked for.
            CaptureEvent::Picture(_) => {}
            // A full queue means that failures enough are on their way.
            CaptureEvent::Failed(error) => drop(failed.try_send(Happened::Failed { stream, error })),
        };
        let (desktop, spec) = (self.desktop.clone(), source.spec());
        self.work.spawn_blocking(move || Happened::Opened {
            stream,
            screen: LocalScreen::start(desktop, spec, sink),
        });
    }

    /// Shows to the others what is in the preview.
    pub(crate) fn start(&mut self) {
        self.state = match std::mem::replace(&mut self.state, Sharing::Off) {
            Sharing::Preview(shown) => match &shown.capture {
                Capture::Open(screen) => {
                    shown.live.store(true, Ordering::SeqCst);
                    screen.request_key_frame();
                    Sharing::Live(shown)
                }
                // Nobody has seen yet what it would show.
                Capture::Opening | Capture::Failed(_) => Sharing::Preview(shown),
            },
            state => state,
        };
    }

    /// Ends it. At most the picture that the capture has in its hand still reaches the call, where the intent that is
    /// told next keeps it back; the capture closes beside.
    pub(crate) fn stop(&mut self) {
        match std::mem::replace(&mut self.state, Sharing::Off) {
            Sharing::Preview(shown) | Sharing::Live(shown) => self.close(shown),
            Sharing::Off | Sharing::Choosing(_) | Sharing::Paused(_) => {}
        }
    }

    /// Too many are in the call: what is shown is captured no longer, and what was about to be is not.
    pub(crate) fn pause(&mut self) {
        self.state = match std::mem::replace(&mut self.state, Sharing::Off) {
            Sharing::Live(shown) => {
                let source = shown.source.clone();
                self.close(shown);
                Sharing::Paused(source)
            }
            Sharing::Preview(shown) => {
                self.close(shown);
                Sharing::Off
            }
            Sharing::Off | Sharing::Choosing(_) => Sharing::Off,
            Sharing::Paused(source) => Sharing::Paused(source),
        };
    }

    /// They are fewer again: goes on with what was shown.
    pub(crate) fn resume(&mut self) {
        self.state = match std::mem::replace(&mut self.state, Sharing::Off) {
            Sharing::Paused(source) => Sharing::Live(self.open(source, true)),
            state => state,
        };
    }

    /// Ends what the others see, without the user's hand.
    pub(crate) fn interrupt(&mut self) {
        if self.is_live() {
            self.ended = self.ended.wrapping_add(1);
            self.stop();
        }
    }

    fn close(&mut self, shown: Shown) {
        shown.live.store(false, Ordering::SeqCst);
        let stream = shown.stream;
        match shown.capture {
            Capture::Open(screen) => self.close_screen(stream, screen),
            // Closed when it is open.
            Capture::Opening => {}
            Capture::Failed(_) => self.frames.end(stream),
        }
    }

    /// Closing waits for the thread: not here.
    fn close_screen(&mut self, stream: u32, screen: LocalScreen) {
        self.work.spawn_blocking(move || {
            screen.stop();
            Happened::Closed { stream }
        });
    }

    /// The next key frame of this stream, if it is the own screen's, or of what the others see.
    pub(crate) fn request_key_frame(&self, stream: Option<u32>) {
        if let Sharing::Preview(shown) | Sharing::Live(shown) = &self.state
            && let Capture::Open(screen) = &shown.capture
            && stream.is_none_or(|stream| stream == shown.stream)
        {
            screen.request_key_frame();
        }
    }

    /// The next thing that happens beside; pends while there is none.
    pub(crate) async fn next(&mut self) -> Happened {
        tokio::select! {
            Some(ended) = self.work.join_next() => ended.unwrap_or_else(|error| {
                tracing::error!(panicked = error.is_panic(), "a screen did not open or close by itself");
                Happened::Lost
            }),
            Some(failed) = self.failures.recv() => failed,
        }
    }

    /// Takes over what has happened.
    pub(crate) fn happened(&mut self, happened: Happened) {
        match happened {
            Happened::Listed(found) => {
                if let Sharing::Choosing(choice) = &mut self.state {
                    *choice = found.map_or_else(Choice::Nothing, Choice::Found);
                }
            }
            Happened::Opened { stream, screen } => self.opened(stream, screen),
            Happened::Failed { stream, error } => self.failed(stream, error),
            Happened::Closed { stream } => self.frames.end(stream),
            Happened::Lost => {}
        }
    }

    fn opened(&mut self, stream: u32, screen: Result<LocalScreen, DeviceError>) {
        match (&mut self.state, screen) {
            (Sharing::Preview(shown), screen)
                if shown.stream == stream && matches!(shown.capture, Capture::Opening) =>
            {
                shown.capture = screen.map_or_else(Capture::Failed, Capture::Open);
            }
            (Sharing::Live(shown), screen)
                if shown.stream == stream && matches!(shown.capture, Capture::Opening) =>
            {
                match screen {
                    Ok(screen) => shown.capture = Capture::Open(screen),
                    Err(_) => self.interrupt(),
                }
            }
            // The user has changed its mind meanwhile, or it has failed already.
            (_, Ok(screen)) => self.close_screen(stream, screen),
            (_, Err(_)) => {}
        }
    }

    fn failed(&mut self, stream: u32, error: DeviceError) {
        match &mut self.state {
            Sharing::Preview(shown) if shown.stream == stream => {
                if let Capture::Open(screen) = std::mem::replace(&mut shown.capture, Capture::Failed(error)) {
                    self.close_screen(stream, screen);
                }
            }
            Sharing::Live(shown) if shown.stream == stream => self.interrupt(),
            Sharing::Off
            | Sharing::Choosing(_)
            | Sharing::Preview(_)
            | Sharing::Live(_)
            | Sharing::Paused(_) => {}
        }
    }

    /// What the window shows of it.
    pub(crate) fn view(&self) -> ShareView {
        match &self.state {
            _ if self.permission == Permission::Refused => ShareView::NotAllowed,
            Sharing::Off => ShareView::Off,
            Sharing::Choosing(Choice::LookedUp) => ShareView::Choosing { sources: None, problem: None },
            Sharing::Choosing(Choice::Found(sources)) => {
                let sources = sources.iter().map(Source::view).collect();
                ShareView::Choosing { sources: Some(sources), problem: None }
            }
            Sharing::Choosing(Choice::Nothing(error)) => {
                ShareView::Choosing { sources: Some(Vec::new()), problem: Some(device_problem(error)) }
            }
            Sharing::Preview(shown) => ShareView::Preview {
                source: shown.source.view(),
                stream: shown.stream,
                own_windows_hidden: self.windows_hidden || shown.source.kind() != ShareKind::Screen,
                problem: match &shown.capture {
                    Capture::Opening | Capture::Open(_) => None,
                    Capture::Failed(error) => Some(device_problem(error)),
                },
            },
            Sharing::Live(shown) => ShareView::Live { source: shown.source.view(), stream: shown.stream },
            Sharing::Paused(source) => ShareView::Paused { source: source.view() },
        }
    }

    /// Ends it and waits until everything is closed.
    pub(crate) async fn close_all(mut self) {
        self.stop();
        while let Some(ended) = self.work.join_next().await {
            // What was about to open is closed as well.
            if let Ok(happened) = ended {
                self.happened(happened);
            }
        }
    }
}
