//! The own camera and microphone: opened when the intent latch allows it, closed when it does not.

use super::device::Device;
use super::streams::OWN;
use crate::config::MediaConfig;
use consilium_call::Call;
use consilium_media::DeviceError;
use consilium_media::audio::{self, EchoReference, LocalAudio, LocalAudioOptions};
use consilium_media::video::{self, LayerSet, LocalVideo, LocalVideoConfig, VideoSink};
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// The layer of the self-view: small, and often wanted by a peer anyway.
pub(crate) const OWN_LAYER: u8 = 1;

/// What an opening or closing has brought.
pub(crate) enum Opened {
    Camera(Result<LocalVideo, DeviceError>),
    Microphone(Result<LocalAudio, DeviceError>),
    Speaker(Result<(), DeviceError>),
    CameraClosed,
    MicrophoneClosed,
    /// It did not end by itself.
    Lost,
}

/// A device failed while it was open.
pub(crate) enum Failed {
    Camera(DeviceError),
    Microphone(DeviceError),
}

/// The own camera and microphone.
pub(crate) struct Capture {
    config: MediaConfig,
    call: Arc<Call>,
    frames: Arc<dyn VideoSink>,
    failures: mpsc::Sender<Failed>,
    work: JoinSet<Opened>,
    layers: LayerSet,
    pub(crate) camera: Device<LocalVideo>,
    pub(crate) microphone: Device<LocalAudio>,
}

impl Capture {
    pub(crate) fn new(
        config: MediaConfig,
        call: Arc<Call>,
        frames: Arc<dyn VideoSink>,
        failures: mpsc::Sender<Failed>,
    ) -> Self {
        Self {
            config,
            call,
            frames,
            failures,
            work: JoinSet::new(),
            layers: LayerSet::NONE,
            camera: Device::default(),
            microphone: Device::default(),
        }
    }

    /// Wants the camera with these layers for the others, and the small one for the user's own eyes.
    pub(crate) fn set_camera(&mut self, on: bool, layers: &[u8]) {
        let wanted = layers.iter().fold(LayerSet::only(OWN_LAYER), |set, layer| set.with(*layer));
        self.layers = wanted;
        if !on {
            self.close_camera();
            return;
        }
        if let Some(camera) = self.camera.get() {
            camera.set_wanted(wanted);
        }
        if self.camera.want() {
            self.open_camera();
        }
    }

    fn open_camera(&mut self) {
        let (spec, layers) = (self.config.camera.clone(), self.layers);
        let (call, frames, failures) = (self.call.clone(), self.frames.clone(), self.failures.clone());
        let sink = move |event| match event {
            video::CaptureEvent::Frame(frame) => {
                if frame.layer == OWN_LAYER {
                    frames.frame(OWN, &frame);
                }
                call.video(&frame);
            }
            // A full queue means that this device has reported its failure already.
            video::CaptureEvent::Failed(error) => drop(failures.try_send(Failed::Camera(error))),
        };
        self.work.spawn_blocking(move || {
            let config = LocalVideoConfig { wanted: layers, ..LocalVideoConfig::default() };
            Opened::Camera(LocalVideo::start(spec, config, sink))
        });
    }

    fn close_camera(&mut self) {
        if let Some(camera) = self.camera.let_go() {
            self.close(camera, Opened::CameraClosed);
            self.frames.end(OWN);
        }
    }

    /// Wants the microphone.
    pub(crate) fn set_microphone(&mut self, on: bool, reference: impl FnOnce() -> Option<EchoReference>) {
        if !on {
            self.close_microphone();
            return;
        }
        if self.microphone.want() {
            self.open_microphone(reference());
        }
    }

    fn open_microphone(&mut self, reference: Option<EchoReference>) {
        let spec = self.config.microphone.clone();
        let (call, failures) = (self.call.clone(), self.failures.clone());
        let sink = move |event| match event {
            audio::CaptureEvent::Packet(packet) => call.audio(&packet),
            audio::CaptureEvent::Lost(error) => drop(failures.try_send(Failed::Microphone(error))),
        };
        self.work.spawn_blocking(move || {
            Opened::Microphone(LocalAudio::start(spec, LocalAudioOptions::default(), sink, reference))
        });
    }

    fn close_microphone(&mut self) {
        if let Some(microphone) = self.microphone.let_go() {
            self.close(microphone, Opened::MicrophoneClosed);
        }
    }

    /// Switches the speaker, which waits for the device.
    pub(crate) fn switch_speaker(
        &mut self,
        switch: impl FnOnce() -> Result<(), DeviceError> + Send + 'static,
    ) {
        self.work.spawn_blocking(move || Opened::Speaker(switch()));
    }

    /// Closing a device waits for its thread: not here.
    fn close(&mut self, device: impl Send + 'static, closed: Opened) {
        self.work.spawn_blocking(move || {
            drop(device);
            closed
        });
    }

    /// The next end of an opening; pends while there is none.
    pub(crate) async fn next(&mut self) -> Opened {
        match self.work.join_next().await {
            Some(Ok(opened)) => opened,
            Some(Err(error)) => {
                tracing::error!(panicked = error.is_panic(), "a device did not open or close by itself");
                Opened::Lost
            }
            None => std::future::pending().await,
        }
    }

    /// Takes over what was opened.
    pub(crate) fn opened(&mut self, opened: Opened) {
        match opened {
            Opened::Camera(camera) => {
                if let Some(late) = self.camera.opened(camera) {
                    self.close(late, Opened::CameraClosed);
                }
                if let Some(camera) = self.camera.get() {
                    camera.set_wanted(self.layers);
                }
            }
            Opened::Microphone(microphone) => {
                if let Some(late) = self.microphone.opened(microphone) {
                    self.close(late, Opened::MicrophoneClosed);
                }
            }
            Opened::CameraClosed => self.camera.closed(),
            Opened::MicrophoneClosed => self.microphone.closed(),
            Opened::Speaker(_) | Opened::Lost => {}
        }
    }

    /// A device failed while it was open.
    pub(crate) fn failed(&mut self, failed: Failed) {
        match failed {
            Failed::Camera(error) => {
                if let Some(camera) = self.camera.fail(error) {
                    self.close(camera, Opened::CameraClosed);
                }
                self.frames.end(OWN);
            }
            Failed::Microphone(error) => {
                if let Some(microphone) = self.microphone.fail(error) {
                    self.close(microphone, Opened::MicrophoneClosed);
                }
            }
        }
    }

    /// Uses other devices from now on; what is another one is closed, to be opened again.
    pub(crate) fn configure(&mut self, config: MediaConfig) {
        let camera = config.camera != self.config.camera;
        let microphone = config.microphone != self.config.microphone;
        self.config = config;
        if camera {
            self.close_camera();
        }
        if microphone {
            self.close_microphone();
        }
    }

    /// Closes everything and waits for it.
    pub(crate) async fn stop(mut self) {
        self.close_camera();
        self.close_microphone();
        while self.work.join_next().await.is_some() {}
    }
}
