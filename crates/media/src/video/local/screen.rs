//! A screen on its way to the others: one layer, encoded when something has changed, until it is sharp.

use super::run::RtpClock;
use super::{CaptureEvent, SCREEN_LAYER};
use crate::video::picture::{I420, VideoFrame, VideoSize};
use crate::video::source::{Desktop, ScreenSpec, VideoSource};
use crate::video::vp8::{CodecError, Encoder, EncoderConfig};
use crate::{DeviceError, EncodedVideo};
use consilium_model::Content;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Rate of a screen at the start, in bits per second, as a mean over seconds: a page that turns takes more at once, and
/// then pictures are left out.
pub const SCREEN_BITRATE: u32 = 400_000;

/// Pictures a second that the encoder reckons with.
const FPS: u32 = 10;
/// A picture at this quantizer does not look better when it is coded again.
const SHARP: u8 = 16;
/// A picture that does not change is coded at most so often to become sharp.
const REFINEMENTS: u32 = 40;
/// One that is sharp is coded again after this long all the same: only the next one tells a receiver that the last one
/// was lost.
const REST: Duration = Duration::from_secs(1);
/// Peers that lose packets together ask together; one key frame answers them all.
const KEY_FRAME_INTERVAL: Duration = Duration::from_millis(300);

/// What other threads tell the capture thread: independent values, none of which guards other memory.
#[derive(Debug)]
struct Control {
    stopped: AtomicBool,
    key_requested: AtomicBool,
    bitrate: AtomicU32,
}

impl Default for Control {
    fn default() -> Self {
        Self {
            stopped: AtomicBool::new(false),
            key_requested: AtomicBool::new(false),
            bitrate: AtomicU32::new(SCREEN_BITRATE),
        }
    }
}

/// A screen that is captured. Dropping it is the same as [`LocalScreen::stop`].
#[derive(Debug)]
pub struct LocalScreen {
    control: Arc<Control>,
    thread: Option<JoinHandle<()>>,
}

impl LocalScreen {
    /// Opens the screen and begins to capture, with a key frame first. Blocks until it is open.
    ///
    /// `sink` is called on the capture thread and must not block. Pictures have the layer
    /// [`SCREEN_LAYER`](super::SCREEN_LAYER); their size changes with that of a window, at a key frame.
    pub fn start(
        desktop: Desktop,
        spec: ScreenSpec,
        sink: impl Fn(CaptureEvent) + Send + 'static,
    ) -> Result<Self, DeviceError> {
        let control = Arc::new(Control::default());
        let (opened_tx, opened) = mpsc::sync_channel(1);
        let thread = std::thread::Builder::new()
            .name("screen-capture".into())
            .spawn({
                let control = Arc::clone(&control);
                move || match desktop.open(&spec) {
                    Ok(source) => {
                        // The starter waits for exactly this; if it is gone, it does not want to know.
                        let _ = opened_tx.send(Ok(()));
                        capture(source, &control, &sink);
                    }
                    Err(error) => drop(opened_tx.send(Err(error))),
                }
            })
            .map_err(|error| DeviceError::Failed(error.to_string()))?;
        let screen = Self { control, thread: Some(thread) };
        opened.recv().unwrap_or(Err(DeviceError::Missing))?;
        Ok(screen)
    }

    /// Asks for a key frame, of what was seen last if nothing changes. Requests are gathered: at most one in 300 ms.
    pub fn request_key_frame(&self) {
        self.control.key_requested.store(true, Relaxed);
    }

    /// Sets the rate, in bits per second.
    pub fn set_bitrate(&self, bits_per_second: u32) {
        self.control.bitrate.store(bits_per_second, Relaxed);
    }

    /// Stops, waits for the thread and closes the connection to the display; the sink is not called afterwards. Blocks
    /// for up to one picture: not for an async task's thread.
    pub fn stop(mut self) {
        self.join();
    }

    fn join(&mut self) {
        self.control.stopped.store(true, Relaxed);
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the screen's thread panicked");
        }
    }
}

impl Drop for LocalScreen {
    fn drop(&mut self) {
        self.join();
    }
}

fn capture(mut source: Box<dyn VideoSource>, control: &Control, sink: &dyn Fn(CaptureEvent)) {
    let mut track = Track::new();
    while !control.stopped.load(Relaxed) {
        let coded = source.next_frame().and_then(|frame| {
            track.follow(&frame, control).map_err(|error| DeviceError::Failed(error.to_string()))
        });
        let event = match coded {
            _ if control.stopped.load(Relaxed) => return,
            Ok(None) => continue,
            Ok(Some(picture)) => CaptureEvent::Frame(picture),
            Err(error) => return sink(CaptureEvent::Failed(error)),
        };
        sink(event);
    }
}

/// What was encoded so far, and what that says about the next picture.
struct Track {
    clock: RtpClock,
    encoder: Option<Encoder>,
    last: Option<Last>,
    last_key: Option<Instant>,
}

/// The picture that was encoded last.
struct Last {
    picture: Arc<I420>,
    at: Instant,
    /// How often it is coded again at most before it rests.
    refinements: u32,
}

impl Track {
    fn new() -> Self {
        Self { clock: RtpClock::start(), encoder: None, last: None, last_key: None }
    }

    /// Encodes a picture, if there is a reason to.
    fn follow(&mut self, frame: &VideoFrame, control: &Control) -> Result<Option<EncodedVideo>, CodecError> {
        let (now, picture) = (frame.captured, &frame.picture);
        let key_due =
            self.last_key.is_none_or(|last| now.saturating_duration_since(last) >= KEY_FRAME_INTERVAL);
        let force_key = key_due && control.key_requested.load(Relaxed);
        let refinements = match &self.last {
            Some(last) if Arc::ptr_eq(&last.picture, picture) => {
                let rested = now.saturating_duration_since(last.at) >= REST;
                if last.refinements == 0 && !rested && !force_key {
                    return Ok(None);
                }
                last.refinements.saturating_sub(1)
            }
            _ => REFINEMENTS,
        };
        let bitrate = control.bitrate.load(Relaxed);
        let encoder = encoder_for(&mut self.encoder, picture.size(), bitrate)?;
        if force_key {
            // Cleared before encoding: a request that comes meanwhile is about a loss this key frame may not cure.
            control.key_requested.store(false, Relaxed);
        }
        let coded = encoder.encode(picture, self.clock.at(now), force_key)?;
        let sharp = coded.is_some() && encoder.quantizer()? <= SHARP;
        let refinements = if sharp { 0 } else { refinements };
        self.last = Some(Last { picture: Arc::clone(picture), at: now, refinements });
        match &coded {
            Some(coded) if coded.key => self.last_key = Some(now),
            None if force_key => control.key_requested.store(true, Relaxed),
            _ => {}
        }
        Ok(coded)
    }
}

/// The encoder of this size, at this rate. Another size begins with a key frame.
fn encoder_for(
    slot: &mut Option<Encoder>,
    size: VideoSize,
    bitrate: u32,
) -> Result<&mut Encoder, CodecError> {
    if slot.as_ref().is_some_and(|encoder| encoder.config().size != size) {
        *slot = None;
    }
    let encoder = match slot {
        Some(encoder) => encoder,
        empty => empty.insert(Encoder::new(EncoderConfig {
            fps: FPS,
            // A second thread would wait for the first by spinning, and nobody waits for ten pictures a second.
            threads: 1,
            content: Content::Screen,
            layer: SCREEN_LAYER,
            ..EncoderConfig::new(size, bitrate)
        })?),
    };
    encoder.set_bitrate(bitrate)?;
    Ok(encoder)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Beats {
        track: Track,
        control: Control,
        began: Instant,
        beat: u32,
    }

    impl Beats {
        fn new() -> Self {
            let control = Control::default();
            Self { track: Track::new(), control, began: Instant::now(), beat: 0 }
        }

        fn show(&mut self, picture: &Arc<I420>) -> Option<EncodedVideo> {
            self.beat += 1;
            let captured = self.began + Duration::from_millis(100) * self.beat;
            let frame = VideoFrame { picture: Arc::clone(picture), captured };
            self.track.follow(&frame, &self.control).expect("encodes")
        }
    }

    fn page(seed: u64) -> Arc<I420> {
        let spec = ScreenSpec::Synthetic { seed };
        Desktop::current().open(&spec).expect("opens").next_frame().expect("a page").picture
    }

    #[test]
    fn what_stands_still_becomes_sharp_and_rests() {
        let (mut beats, page) = (Beats::new(), page(1));
        assert!(beats.show(&page).expect("a picture").key);
        let refined = (0..REFINEMENTS).filter_map(|_| beats.show(&page)).count();
        assert!(refined > 3, "refined {refined} times");
        let resting: Vec<_> = (0..50).filter_map(|_| beats.show(&page)).collect();
        assert_eq!(resting.len(), 5, "one a second");
        assert!(resting.iter().all(|picture| !picture.key));
        beats.control.key_requested.store(true, Relaxed);
        assert!(beats.show(&page).is_some_and(|picture| picture.key), "not before it is asked for, but then");
    }

    #[test]
    fn another_size_begins_with_a_key_frame() {
        let mut beats = Beats::new();
        let sizes = [(640, 480), (640, 482), (320, 200)].map(|(w, h)| VideoSize::new(w, h));
        for size in sizes {
            let picture = beats.show(&Arc::new(I420::black(size))).expect("a picture");
            assert!(picture.key);
            assert_eq!(
                (picture.width, picture.height, picture.layer),
                (size.width, size.height, SCREEN_LAYER)
            );
        }
    }
}
