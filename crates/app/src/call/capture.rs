//! The own camera and microphone: opened when the intent latch allows it, closed when it does not.

use super::device::{Device, Opening};
use super::playback::Playback;
use super::resolution::Resolution;
use super::streams::OWN;
use crate::config::MediaConfig;
use crate::view::Processing;
use consilium_call::{Call, LayerHeights, LayerRates};
use consilium_media::audio::{self, EchoReference, LocalAudio, LocalAudioOptions, VoicePolicy};
use consilium_media::video::{self, LayerSet, LocalVideo, LocalVideoConfig, VideoSink};
use consilium_media::{DeviceError, EncodedAudio, EncodedVideo};
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// Where goes what is captured, beside the user's own eyes.
pub(crate) trait Outlet: Send + Sync {
    /// A picture of the camera.
    fn video(&self, frame: &EncodedVideo);
    /// A packet of sound.
    fn audio(&self, packet: &EncodedAudio);
    /// What the camera gives now.
    fn set_layers(&self, heights: LayerHeights, rates: LayerRates);
}

impl Outlet for Call {
    fn video(&self, frame: &EncodedVideo) {
        Self::video(self, frame);
    }

    fn audio(&self, packet: &EncodedAudio) {
        Self::audio(self, packet);
    }

    fn set_layers(&self, heights: LayerHeights, rates: LayerRates) {
        Self::set_layers(self, heights, rates);
    }
}

/// Nowhere: what is captured is for the user alone.
pub(crate) struct Nowhere;

impl Outlet for Nowhere {
    fn video(&self, _frame: &EncodedVideo) {}

    fn audio(&self, _packet: &EncodedAudio) {}

    fn set_layers(&self, _heights: LayerHeights, _rates: LayerRates) {}
}

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
    Camera(Opening, DeviceError),
    Microphone(Opening, DeviceError),
}

/// The own camera and microphone, and the opening of the speaker.
pub(crate) struct Capture {
    config: MediaConfig,
    processing: Processing,
    outlet: Arc<dyn Outlet>,
    frames: Arc<dyn VideoSink>,
    failures: mpsc::Sender<Failed>,
    work: JoinSet<Opened>,
    resolution: Resolution,
    layers: LayerSet,
    pub(crate) camera: Device<LocalVideo>,
    pub(crate) microphone: Device<LocalAudio>,
    /// Whether the speaker that is wanted plays; the playout itself never stops.
    pub(crate) speaker: Device<()>,
}

impl Capture {
    pub(crate) fn new(
        config: MediaConfig,
        processing: Processing,
        outlet: Arc<dyn Outlet>,
        frames: Arc<dyn VideoSink>,
        failures: mpsc::Sender<Failed>,
    ) -> Self {
        Self {
            config,
            processing,
            outlet,
            frames,
            failures,
            work: JoinSet::new(),
            resolution: Resolution::for_this_machine(),
            layers: LayerSet::NONE,
            camera: Device::default(),
            microphone: Device::default(),
            speaker: Device::default(),
        }
    }

    /// Wants the camera with these layers for the others, and the small one for the user's own eyes, where these need
    /// one that is encoded.
    pub(crate) fn set_camera(&mut self, on: bool, layers: &[u8]) {
        let own = self.own_layer().map_or(LayerSet::NONE, LayerSet::only);
        let wanted = layers.iter().fold(own, |set, layer| set.with(*layer));
        self.layers = wanted;
        if !on {
            self.close_camera();
            return;
        }
        if let Some(camera) = self.camera.get() {
            camera.set_wanted(wanted);
        }
        if let Some(opening) = self.camera.want(Instant::now()) {
            self.open_camera(opening);
        }
    }

    fn own_layer(&self) -> Option<u8> {
        (!self.frames.takes_pictures()).then(|| self.resolution.own_layer())
    }

    fn open_camera(&mut self, opening: Opening) {
        let (spec, layers) = (self.config.camera.clone(), self.layers);
        let (outlet, frames, failures) = (self.outlet.clone(), self.frames.clone(), self.failures.clone());
        let (resolution, own_layer) = (self.resolution, self.own_layer());
        let sink = move |event| match event {
            video::CaptureEvent::Picture(picture) => frames.picture(OWN, &picture),
            video::CaptureEvent::Frame(frame) => {
                if Some(frame.layer) == own_layer {
                    frames.frame(OWN, &frame);
                }
                outlet.video(&frame);
            }
            // A full queue means that this device has reported its failure already.
            video::CaptureEvent::Failed(error) => drop(failures.try_send(Failed::Camera(opening, error))),
        };
        self.work.spawn_blocking(move || {
            let config =
                LocalVideoConfig { wanted: layers, pictures: own_layer.is_none(), ..resolution.capture() };
            Opened::Camera(LocalVideo::start(spec, config, sink))
        });
    }

    /// A camera may give less than was asked of it: its layers are smaller then, and so are their rates.
    fn follow_camera(&self) {
        if let Some(camera) = self.camera.get() {
            let given = Resolution::of(camera.layer_size(0).height);
            (0..).zip(given.rates()).for_each(|(layer, rate)| camera.set_bitrate(layer, rate));
            camera.set_wanted(self.layers);
            self.outlet.set_layers(given.heights(), given.layer_rates());
        }
    }

    fn close_camera(&mut self) {
        let camera = self.camera.let_go();
        self.end_camera(camera);
    }

    fn end_camera(&mut self, camera: Option<LocalVideo>) {
        if let Some(camera) = camera {
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
        if let Some(opening) = self.microphone.want(Instant::now()) {
            self.open_microphone(opening, reference());
        }
    }

    fn open_microphone(&mut self, opening: Opening, reference: Option<EchoReference>) {
        let spec = self.config.microphone.clone();
        let options = LocalAudioOptions {
            voice: VoicePolicy::Devices(self.processing.voice()),
            mode: self.processing.mode(),
            ..LocalAudioOptions::default()
        };
        let (outlet, failures) = (self.outlet.clone(), self.failures.clone());
        let sink = move |event| match event {
            audio::CaptureEvent::Packet(packet) => outlet.audio(&packet),
            audio::CaptureEvent::Lost(error) => drop(failures.try_send(Failed::Microphone(opening, error))),
        };
        self.work
            .spawn_blocking(move || Opened::Microphone(LocalAudio::start(spec, options, sink, reference)));
    }

    fn close_microphone(&mut self) {
        let microphone = self.microphone.let_go();
        self.end_microphone(microphone);
    }

    fn end_microphone(&mut self, microphone: Option<LocalAudio>) {
        if let Some(microphone) = microphone {
            self.close(microphone, Opened::MicrophoneClosed);
        }
    }

    /// What is done to the microphone's sound from now on.
    pub(crate) fn set_processing(&mut self, processing: Processing) {
        self.processing = processing;
        self.follow_processing();
    }

    /// Of the sound that is sent, this share does not reach everybody, in percent.
    pub(crate) fn expect_loss(&self, percent: u8) {
        if let Some(microphone) = self.microphone.get() {
            microphone.set_expected_loss(percent);
        }
    }

    fn follow_processing(&self) {
        if let Some(microphone) = self.microphone.get() {
            microphone.set_processing(self.processing.voice());
            microphone.set_mode(self.processing.mode());
        }
    }

    /// What has become of the first speaker.
    pub(crate) fn speaker_opened(&mut self, speaker: Result<(), DeviceError>) {
        if self.speaker.want(Instant::now()).is_some() {
            self.opened(Opened::Speaker(speaker));
        }
    }

    /// Keeps the speaker that is wanted playing. Opening it waits for the device.
    pub(crate) fn follow_speaker(&mut self, playback: &Playback) {
        if let Some(error) = playback.lost() {
            let _: Option<()> = self.speaker.fail(self.speaker.opening(), error, Instant::now());
            // Nothing has to be waited for: the playout has closed it.
            self.speaker.closed();
        }
        if self.speaker.want(Instant::now()).is_some() {
            let switch = playback.switch_to(self.config.speaker.clone());
            self.work.spawn_blocking(move || Opened::Speaker(switch()));
        }
    }

    /// Something failed that a change of the devices may mend.
    pub(crate) const fn is_in_trouble(&self) -> bool {
        self.camera.is_in_trouble() || self.microphone.is_in_trouble() || self.speaker.is_in_trouble()
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
        let now = Instant::now();
        match opened {
            Opened::Camera(camera) => {
                if let Some(late) = self.camera.opened(camera, now) {
                    self.close(late, Opened::CameraClosed);
                }
                self.follow_camera();
            }
            Opened::Microphone(microphone) => {
                if let Some(late) = self.microphone.opened(microphone, now) {
                    self.close(late, Opened::MicrophoneClosed);
                }
                self.follow_processing();
            }
            Opened::CameraClosed => self.camera.closed(),
            Opened::MicrophoneClosed => self.microphone.closed(),
            Opened::Speaker(speaker) => {
                // One that was replaced while it opened is opened over, not closed.
                if self.speaker.opened(speaker, now).is_some() {
                    self.speaker.closed();
                }
            }
            Opened::Lost => {}
        }
    }

    /// A device failed while it was open.
    pub(crate) fn failed(&mut self, failed: Failed) {
        let now = Instant::now();
        match failed {
            Failed::Camera(opening, error) => {
                let camera = self.camera.fail(opening, error, now);
                self.end_camera(camera);
            }
            Failed::Microphone(opening, error) => {
                let microphone = self.microphone.fail(opening, error, now);
                self.end_microphone(microphone);
            }
        }
    }

    /// Uses these devices from now on: what is another one is closed, to be opened again; what failed is tried again.
    pub(crate) fn configure(&mut self, config: MediaConfig) {
        let before = std::mem::replace(&mut self.config, config);
        if before.camera == self.config.camera {
            self.camera.try_again();
        } else {
            let camera = self.camera.replace();
            self.end_camera(camera);
        }
        if before.microphone == self.config.microphone {
            self.microphone.try_again();
        } else {
            let microphone = self.microphone.replace();
            self.end_microphone(microphone);
        }
        if before.speaker == self.config.speaker {
            self.speaker.try_again();
        } else {
            let _: Option<()> = self.speaker.replace();
            self.speaker.closed();
        }
    }

    /// Closes everything and waits for it.
    pub(crate) async fn stop(mut self) {
        self.close_camera();
        self.close_microphone();
        while self.work.join_next().await.is_some() {}
    }
}
