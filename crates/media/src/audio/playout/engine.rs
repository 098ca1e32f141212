//! The mixing thread.

use super::SpeakerState;
use super::input::Stream;
use super::mixer::Mixer;
use super::reference::Tap;
use crate::audio::sink::{AudioSink, NullSpeaker};
use crate::audio::voice::Clip;
use std::sync::mpsc;
use std::time::Instant;
use tokio::sync::watch;

/// What the mixing thread is told.
pub(super) enum Command {
    /// Plays one more stream.
    Add(Box<Stream>),
    /// Plays a voice message, too.
    Play(Box<Clip>),
    /// Shows the played frames to one more echo canceller.
    Tap(Tap),
    /// Plays to `sink` from now on.
    Speaker {
        /// The new one.
        sink: Box<dyn AudioSink>,
        /// What to tell about it.
        state: SpeakerState,
        /// Where the old one goes: closing a device is not for this thread.
        reply: mpsc::Sender<Box<dyn AudioSink>>,
    },
    /// Ends.
    Stop,
}

/// Mixes for one sink until it is told to stop.
pub(super) struct Engine {
    sink: Box<dyn AudioSink>,
    inbox: mpsc::Receiver<Command>,
    state: watch::Sender<SpeakerState>,
    streams: Vec<Stream>,
    clips: Vec<Clip>,
    taps: Vec<Tap>,
    mixer: Mixer,
}

impl Engine {
    pub(super) fn new(
        sink: Box<dyn AudioSink>,
        inbox: mpsc::Receiver<Command>,
        state: watch::Sender<SpeakerState>,
    ) -> Self {
        let (streams, clips, taps) = (Vec::new(), Vec::new(), Vec::new());
        Self { sink, inbox, state, streams, clips, taps, mixer: Mixer::new() }
    }

    pub(super) fn run(mut self) {
        while self.obey() {
            match self.sink.wait() {
                Ok(true) => self.play_one(),
                Ok(false) => {}
                Err(error) => {
                    tracing::warn!(%error, "the speaker went away");
                    self.sink = Box::new(NullSpeaker::new());
                    self.state.send_replace(SpeakerState::Lost(error));
                }
            }
        }
    }

    /// Carries out what was asked for; `false` when that is to end.
    fn obey(&mut self) -> bool {
        loop {
            match self.inbox.try_recv() {
                Ok(Command::Add(stream)) => self.streams.push(*stream),
                Ok(Command::Play(clip)) => self.clips.push(*clip),
                Ok(Command::Tap(tap)) => self.taps.push(tap),
                Ok(Command::Speaker { sink, state, reply }) => {
                    let old = std::mem::replace(&mut self.sink, sink);
                    self.state.send_replace(state);
                    // Whoever asked may have given up waiting; then the old sink closes here after all.
                    let _ = reply.send(old);
                }
                Ok(Command::Stop) | Err(mpsc::TryRecvError::Disconnected) => return false,
                Err(mpsc::TryRecvError::Empty) => return true,
            }
        }
    }

    fn play_one(&mut self) {
        let now = Instant::now();
        self.streams.retain_mut(Stream::receive);
        for stream in &mut self.streams {
            self.mixer.add(&stream.pull(now));
        }
        self.clips.retain_mut(|clip| clip.pull().inspect(|frame| self.mixer.add(frame)).is_some());
        let mixed = self.mixer.finish();
        self.taps.retain_mut(|tap| tap.offer(&mixed));
        self.sink.play(&mixed);
    }
}
