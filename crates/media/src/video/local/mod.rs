//! The participant's own pictures: captured once, each wanted layer encoded once, however many peers there are.

mod control;
mod encode;
mod run;
mod screen;

pub use control::LayerSet;
pub use screen::{LocalScreen, SCREEN_BITRATE};

use super::picture::{I420, VideoSize};
use super::source::VideoSpec;
use super::vp8::TemporalLayers;
use crate::{DeviceError, EncodedVideo};
use control::Control;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

/// The most layers of a capture: full, half and quarter size.
pub const MAX_LAYERS: usize = 3;

/// The number of the slides: one picture a second in half size, for lines that carry no more. Not one of the layers
/// that a tile chooses from; wanted, encoded and asked for key frames like them.
pub const SLIDES_LAYER: u8 = MAX_LAYERS as u8;

/// The number under which pictures of a screen are encoded and sent: a capture of its own, one layer.
pub const SCREEN_LAYER: u8 = SLIDES_LAYER + 1;

/// Rate of the slides at the start, in bits per second.
pub const SLIDES_BITRATE: u32 = 30_000;

/// What can be encoded: the layers and the slides.
const STREAMS: usize = MAX_LAYERS + 1;

/// The layer whose size the slides have.
const SLIDES_SIZE: u8 = 1;

/// Settings of a capture.
#[derive(Clone, Debug)]
pub struct LocalVideoConfig {
    /// The largest size of layer 0. A source of another shape keeps its shape and is scaled down to fit.
    pub size: VideoSize,
    /// Pictures per second that are asked of the source.
    pub fps: u32,
    /// Rate of each layer at the start, in bits per second.
    pub bitrates: [u32; MAX_LAYERS],
    /// Temporal structure of each layer.
    pub temporal_layers: TemporalLayers,
    /// What is encoded from the first picture on.
    pub wanted: LayerSet,
    /// Gives each captured picture as it is, too.
    pub pictures: bool,
}

impl Default for LocalVideoConfig {
    fn default() -> Self {
        Self {
            size: VideoSize::NHD,
            fps: 30,
            bitrates: [600_000, 200_000, 80_000],
            temporal_layers: TemporalLayers::Two,
            wanted: LayerSet::NONE,
            pictures: false,
        }
    }
}

/// What comes out of a capture.
#[derive(Clone, Debug)]
pub enum CaptureEvent {
    /// A captured picture, when [`LocalVideoConfig::pictures`] asks for them.
    Picture(Arc<I420>),
    /// A picture of a wanted layer.
    Frame(EncodedVideo),
    /// The device, or an encoder, failed; nothing comes after it.
    Failed(DeviceError),
}

/// A running capture. Dropping it is the same as [`LocalVideo::stop`].
#[derive(Debug)]
pub struct LocalVideo {
    control: Arc<Control>,
    size: VideoSize,
    thread: Option<JoinHandle<()>>,
}

impl LocalVideo {
    /// Opens the source and begins to capture. Blocks until the device is open, which may take seconds.
    ///
    /// `sink` is called on the capture thread and must not block.
    pub fn start(
        spec: VideoSpec,
        config: LocalVideoConfig,
        sink: impl Fn(CaptureEvent) + Send + 'static,
    ) -> Result<Self, DeviceError> {
        let control = Arc::new(Control::new(&config));
        let (opened_tx, opened) = mpsc::sync_channel(1);
        let thread = std::thread::Builder::new()
            .name("video-capture".into())
            .spawn({
                let control = Arc::clone(&control);
                move || run::capture(&spec, &config, &control, &opened_tx, &sink)
            })
            .map_err(|error| DeviceError::Failed(error.to_string()))?;
        let size = opened.recv().unwrap_or(Err(DeviceError::Missing))?;
        Ok(Self { control, size, thread: Some(thread) })
    }

    /// The size of a layer's pictures.
    pub fn layer_size(&self, layer: u8) -> VideoSize {
        self.size.of_layer(if layer == SLIDES_LAYER { SLIDES_SIZE } else { layer })
    }

    /// Says which layers are encoded from now on. A layer that comes back begins with a key frame.
    pub fn set_wanted(&self, layers: LayerSet) {
        self.control.set_wanted(layers);
    }

    /// Asks for a key frame. Requests are gathered: a layer gives at most one in 300 ms.
    pub fn request_key_frame(&self, layer: u8) {
        self.control.request_key_frame(layer);
    }

    /// Sets the rate of a layer, in bits per second.
    pub fn set_bitrate(&self, layer: u8, bits_per_second: u32) {
        self.control.set_bitrate(layer, bits_per_second);
    }

    /// Stops, waits for the thread and closes the device; the sink is not called afterwards. Blocks for up to one
    /// picture, and for as long as a device that hangs needs to close: not for an async task's thread.
    pub fn stop(mut self) {
        self.join();
    }

    fn join(&mut self) {
        self.control.stop();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the capture thread panicked");
        }
    }
}

impl Drop for LocalVideo {
    fn drop(&mut self) {
        self.join();
    }
}
