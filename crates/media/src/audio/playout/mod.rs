//! From the packets of any number of remote streams to one speaker.
//!
//! One thread decodes and mixes, paced by the speaker (or by a clock where there is none). Packets reach it through
//! bounded channels, played frames leave it through rings; nothing waits for anything but the speaker.

mod engine;
mod gain;
mod input;
mod mixer;
mod reference;

pub use input::{AudioInput, StreamReport};
pub use mixer::Mixer;
pub use reference::EchoReference;

use super::voice::{BadVoice, Voice, VoicePlayback};
use super::{SpeakerSpec, sink};
use crate::DeviceError;
use engine::{Command, Engine};
use input::InputShared;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::watch;

/// What the speaker does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SpeakerState {
    /// It takes sound.
    Playing(SpeakerSpec),
    /// It went away while playing. Mixing goes on without a device until [`Playout::set_speaker`].
    Lost(DeviceError),
}

/// A running playout. Dropping it stops it and closes the device.
#[derive(Debug)]
pub struct Playout {
    commands: mpsc::Sender<Command>,
    speaker: watch::Receiver<SpeakerState>,
    inputs: Mutex<Vec<Weak<InputShared>>>,
    /// Held while a speaker is being switched, so that two switches do not mix. The mixing thread never takes it.
    switching: Mutex<()>,
    thread: Option<JoinHandle<()>>,
}

impl Playout {
    /// Opens the speaker and starts to play; there is nothing to hear until [`Self::add`].
    ///
    /// Opening a device may take a while: call this where blocking is allowed.
    ///
    /// # Errors
    /// [`DeviceError`] when the speaker cannot be opened. [`SpeakerSpec::Null`] always can.
    pub fn start(spec: SpeakerSpec) -> Result<Self, DeviceError> {
        let sink = sink::open(&spec)?;
        let (commands, inbox) = mpsc::channel();
        let (state, speaker) = watch::channel(SpeakerState::Playing(spec));
        let engine = Engine::new(sink, inbox, state);
        let thread = std::thread::Builder::new()
            .name("audio-playout".into())
            .spawn(move || engine.run())
            .map_err(|error| DeviceError::Failed(error.kind().to_string()))?;
        Ok(Self {
            commands,
            speaker,
            inputs: Mutex::default(),
            switching: Mutex::default(),
            thread: Some(thread),
        })
    }

    /// Adds a remote stream; it is heard until the returned handle is dropped.
    pub fn add(&self, stream_id: impl Into<String>) -> AudioInput {
        let (input, stream) = AudioInput::new(stream_id.into());
        let mut inputs = lock(&self.inputs);
        inputs.retain(|known| known.strong_count() > 0);
        inputs.push(Arc::downgrade(&stream.shared));
        drop(inputs);
        self.send(Command::Add(Box::new(stream)));
        input
    }

    /// Plays a voice message beside the streams, until its end or until the returned handle is dropped.
    ///
    /// # Errors
    /// [`BadVoice`] when nothing of it can be decoded.
    pub fn play(&self, voice: &Voice) -> Result<VoicePlayback, BadVoice> {
        let (playback, clip) = VoicePlayback::new(voice)?;
        self.send(Command::Play(Box::new(clip)));
        Ok(playback)
    }

    /// Switches to another speaker; the streams play on. Blocks while devices open and close.
    ///
    /// # Errors
    /// [`DeviceError`] when it cannot be opened; the speaker before plays on, or, if it was given up because both
    /// are the same hardware and cannot be had again, [`SpeakerState::Lost`] says so.
    pub fn set_speaker(&self, spec: SpeakerSpec) -> Result<(), DeviceError> {
        let _switching = lock(&self.switching);
        match sink::open(&spec) {
            Ok(sink) => {
                self.exchange(sink, SpeakerState::Playing(spec));
                Ok(())
            }
            Err(DeviceError::InUse) => self.reopen(spec),
            Err(error) => Err(error),
        }
    }

    /// Some devices open only once: closes the old one before it tries the new one, and goes back if that fails.
    fn reopen(&self, spec: SpeakerSpec) -> Result<(), DeviceError> {
        let before = self.speaker.borrow().clone();
        let pause = || sink::open(&SpeakerSpec::Null);
        self.exchange(pause()?, SpeakerState::Lost(DeviceError::InUse));
        let error = match sink::open(&spec) {
            Ok(sink) => {
                self.exchange(sink, SpeakerState::Playing(spec));
                return Ok(());
            }
            Err(error) => error,
        };
        if let SpeakerState::Playing(old) = before
            && let Ok(sink) = sink::open(&old)
        {
            self.exchange(sink, SpeakerState::Playing(old));
        }
        Err(error)
    }

    /// Gives the mixing thread a sink and closes the one it gives back here, not there.
    fn exchange(&self, sink: Box<dyn sink::AudioSink>, state: SpeakerState) {
        let (reply, old) = mpsc::channel();
        self.send(Command::Speaker { sink, state, reply });
        drop(old.recv_timeout(Duration::from_secs(1)));
    }

    /// What the speaker does now, and a way to wait for changes.
    pub fn speaker(&self) -> watch::Receiver<SpeakerState> {
        self.speaker.clone()
    }

    /// What is played from now on, for an echo canceller. Each capture needs its own.
    pub fn reference(&self) -> EchoReference {
        let (reference, tap) = EchoReference::new();
        self.send(Command::Tap(tap));
        reference
    }

    /// All streams with their figures.
    pub fn reports(&self) -> Vec<(String, StreamReport)> {
        let inputs: Vec<_> = lock(&self.inputs).iter().filter_map(Weak::upgrade).collect();
        inputs
            .iter()
            .filter(|input| input.is_open())
            .map(|input| (input.id.clone(), input.report()))
            .collect()
    }

    /// Stops and closes the device. Returns when it is closed, after at most about 100 ms.
    pub fn stop(self) {}

    fn send(&self, command: Command) {
        // Fails only when the thread panicked; there is nobody left to tell.
        let _ = self.commands.send(command);
    }
}

impl Drop for Playout {
    fn drop(&mut self) {
        self.send(Command::Stop);
        let Some(thread) = self.thread.take() else { return };
        thread.thread().unpark();
        if thread.join().is_err() {
            tracing::error!("the audio playout thread panicked");
        }
    }
}

/// Values behind these locks are replaced whole, so a panic elsewhere leaves them valid.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
