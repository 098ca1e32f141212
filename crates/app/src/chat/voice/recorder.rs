//! The voice message that is being recorded: one at most.

use crate::chat::looks;
use crate::view::{ProblemCode, RecordingView};
use consilium_media::DeviceError;
use consilium_media::audio::{AudioSpec, RecorderState, Recording, VoiceRecorder};
use std::time::Duration;
use tokio::task::{JoinError, JoinSet};
use tokio::time::Interval;

/// The voice message that is being recorded. Dropping it closes the microphone; [`Recorder::stop`] also waits.
pub(crate) struct Recorder {
    state: State,
    /// One opening or closing at most.
    work: JoinSet<Worked>,
    /// What is recorded next, once the microphone is closed.
    again: Option<(String, AudioSpec)>,
    looks: Interval,
}

/// What has happened.
#[derive(Debug)]
pub(crate) enum RecorderNews {
    /// There is something else to show.
    Changed,
    /// It is to be sent into this conversation.
    Ready { session: String, recording: Recording },
    /// Nothing can be recorded.
    Failed { session: String, problem: ProblemCode },
}

/// Where it stands. The conversation is the one it is for.
enum State {
    Idle,
    /// The microphone is being opened.
    Opening {
        session: String,
        wish: Wish,
    },
    Running {
        session: String,
        recorder: VoiceRecorder,
    },
    /// The microphone is being closed.
    Closing {
        session: String,
        length: Duration,
        wish: Wish,
    },
    /// It ended by itself, and waits for the user.
    Held {
        session: String,
        recording: Recording,
    },
}

/// What the user wants of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    /// To go on with it.
    Keep,
    Send,
    Discard,
}

enum Worked {
    Opened(Result<VoiceRecorder, DeviceError>),
    Closed(Option<Recording>),
}

impl Recorder {
    /// Nothing is recorded. Needs a tokio runtime.
    pub(crate) fn new() -> Self {
        Self { state: State::Idle, work: JoinSet::new(), again: None, looks: looks() }
    }

    /// The user has begun to record for this conversation. Where one is there already, nothing happens.
    pub(crate) fn record(&mut self, session: &str, source: AudioSpec) {
        let session = session.to_owned();
        match self.state {
            State::Idle => {
                self.state = State::Opening { session, wish: Wish::Keep };
                self.work.spawn_blocking(move || Worked::Opened(VoiceRecorder::start(source)));
            }
            State::Opening { wish: Wish::Discard, .. } => {
                self.state = State::Opening { session, wish: Wish::Keep };
            }
            State::Closing { wish: Wish::Send | Wish::Discard, .. } => self.again = Some((session, source)),
            State::Opening { .. } | State::Running { .. } | State::Closing { .. } | State::Held { .. } => {}
        }
    }

    /// The user has ended it. What there is to send comes as news.
    pub(crate) fn end(&mut self, send: bool) -> Option<RecorderNews> {
        let wish = if send { Wish::Send } else { Wish::Discard };
        if self.again.take().is_some() {
            return None;
        }
        match std::mem::replace(&mut self.state, State::Idle) {
            State::Idle => None,
            // Nothing was heard yet.
            State::Opening { session, .. } => {
                self.state = State::Opening { session, wish: Wish::Discard };
                None
            }
            State::Running { session, recorder } => {
                self.close(session, recorder, wish);
                None
            }
            State::Closing { session, length, .. } => {
                self.state = State::Closing { session, length, wish };
                None
            }
            State::Held { session, recording } if send => Some(RecorderNews::Ready { session, recording }),
            State::Held { .. } => None,
        }
    }

    /// A call begins, or the conversation is no longer shown: the microphone is closed, and what was said waits.
    pub(crate) fn interrupt(&mut self) {
        self.again = None;
        match std::mem::replace(&mut self.state, State::Idle) {
            State::Running { session, recorder } => self.close(session, recorder, Wish::Keep),
            State::Opening { session, .. } => self.state = State::Opening { session, wish: Wish::Discard },
            other @ (State::Idle | State::Closing { .. } | State::Held { .. }) => self.state = other,
        }
    }

    /// Only this conversation is shown from now on, or none.
    pub(crate) fn show(&mut self, shown: Option<&str>) {
        if let State::Opening { session, .. } | State::Running { session, .. } = &self.state
            && shown != Some(session)
        {
            self.interrupt();
        }
    }

    /// What of it is shown in this conversation.
    pub(crate) fn view(&self, shown: &str) -> Option<RecordingView> {
        let (session, length, level) = match &self.state {
            State::Opening { session, wish: Wish::Keep } => (session, Duration::ZERO, 0),
            State::Running { session, recorder } => (session, recorder.length(), recorder.level()),
            State::Closing { session, length, wish: Wish::Keep } => (session, *length, 0),
            State::Held { session, recording } => (session, recording.length, 0),
            State::Idle | State::Opening { .. } | State::Closing { .. } => return None,
        };
        let seconds = |length: Duration| u32::try_from(length.as_secs()).unwrap_or(u32::MAX);
        let most_seconds = seconds(VoiceRecorder::MOST);
        (session == shown).then(|| RecordingView { seconds: seconds(length), level, most_seconds })
    }

    /// What happens next; pends while nothing is recorded. May be dropped and called again.
    pub(crate) async fn next(&mut self) -> RecorderNews {
        tokio::select! {
            Some(worked) = self.work.join_next() => {
                let news = self.worked(worked);
                if let Some((session, source)) = self.again.take() {
                    self.record(&session, source);
                }
                news
            }
            _ = self.looks.tick(), if matches!(self.state, State::Running { .. }) => self.look(),
            else => std::future::pending().await,
        }
    }

    /// Closes the microphone and throws away what there is.
    pub(crate) async fn stop(mut self) {
        self.end(false);
        while self.work.join_next().await.is_some() {}
    }

    fn close(&mut self, session: String, recorder: VoiceRecorder, wish: Wish) {
        self.state = State::Closing { session, length: recorder.length(), wish };
        self.work.spawn_blocking(move || Worked::Closed(recorder.finish()));
    }

    /// A recording that has ended by itself waits for the user.
    fn look(&mut self) -> RecorderNews {
        if let State::Running { recorder, .. } = &self.state
            && recorder.state() != RecorderState::Recording
        {
            self.interrupt();
        }
        RecorderNews::Changed
    }

    fn worked(&mut self, worked: Result<Worked, JoinError>) -> RecorderNews {
        match (std::mem::replace(&mut self.state, State::Idle), worked) {
            (State::Opening { session, wish: Wish::Keep }, Ok(Worked::Opened(Ok(recorder)))) => {
                self.state = State::Running { session, recorder };
                RecorderNews::Changed
            }
            (State::Opening { session, .. }, Ok(Worked::Opened(Ok(recorder)))) => {
                self.close(session, recorder, Wish::Discard);
                RecorderNews::Changed
            }
            (State::Opening { session, wish: Wish::Keep }, _) => failed(session),
            (State::Closing { wish: Wish::Discard, .. }, _) => RecorderNews::Changed,
            (State::Closing { session, wish: Wish::Send, .. }, Ok(Worked::Closed(Some(recording)))) => {
                RecorderNews::Ready { session, recording }
            }
            (State::Closing { session, .. }, Ok(Worked::Closed(Some(recording)))) => {
                self.state = State::Held { session, recording };
                RecorderNews::Changed
            }
            (State::Closing { session, .. }, _) => failed(session),
            (State::Opening { .. }, _) => RecorderNews::Changed,
            (other @ (State::Idle | State::Running { .. } | State::Held { .. }), _) => {
                self.state = other;
                RecorderNews::Changed
            }
        }
    }
}

const fn failed(session: String) -> RecorderNews {
    RecorderNews::Failed { session, problem: ProblemCode::NoMicrophone }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::{sleep, timeout};

    const TONE: AudioSpec = AudioSpec::Synthetic { seed: 0 };

    async fn recording() -> Recorder {
        let mut recorder = Recorder::new();
        recorder.record("a", TONE);
        while recorder.view("a").is_none_or(|view| view.level == 0) {
            recorder.next().await;
        }
        recorder
    }

    /// What comes next beside changes of what is shown.
    async fn news(recorder: &mut Recorder) -> RecorderNews {
        loop {
            match timeout(Duration::from_secs(10), recorder.next()).await.expect("nothing happens") {
                RecorderNews::Changed => {}
                news => return news,
            }
        }
    }

    /// It comes to rest without anything to send.
    async fn rests(recorder: &mut Recorder) {
        let come = timeout(Duration::from_secs(1), news(recorder)).await;
        assert!(come.is_err(), "{come:?}");
        assert!(matches!(recorder.state, State::Idle | State::Held { .. }));
    }

    #[tokio::test]
    async fn it_is_shown_where_it_is_made_and_sent_when_the_user_says_so() {
        let mut recorder = recording().await;
        assert!(recorder.view("b").is_none());
        assert!(recorder.end(true).is_none());
        assert!(recorder.view("a").is_none(), "it is no longer recorded");
        let RecorderNews::Ready { session, recording } = news(&mut recorder).await else {
            panic!("a recording")
        };
        assert_eq!(session, "a");
        assert!(recording.length > Duration::ZERO && recording.file.starts_with(b"OggS"));
        rests(&mut recorder).await;
    }

    #[tokio::test]
    async fn what_is_discarded_is_gone_at_whatever_moment() {
        let mut recorder = recording().await;
        recorder.end(false);
        rests(&mut recorder).await;
        recorder.record("a", TONE);
        recorder.end(true);
        rests(&mut recorder).await;
        assert!(recorder.view("a").is_none() && recorder.end(true).is_none());
    }

    #[tokio::test]
    async fn a_call_closes_the_microphone_and_what_was_said_waits() {
        let mut recorder = recording().await;
        sleep(Duration::from_millis(300)).await;
        recorder.interrupt();
        rests(&mut recorder).await;
        let view = recorder.view("a").expect("it waits");
        assert_eq!((view.level, view.most_seconds), (0, 300));
        recorder.record("a", TONE);
        assert!(matches!(recorder.end(true), Some(RecorderNews::Ready { .. })));
        assert!(recorder.end(true).is_none(), "it is sent once");
    }

    #[tokio::test]
    async fn another_conversation_in_sight_ends_it_and_the_same_one_does_not() {
        let mut recorder = recording().await;
        recorder.show(Some("a"));
        assert!(matches!(recorder.state, State::Running { .. }));
        recorder.show(None);
        assert!(!matches!(recorder.state, State::Running { .. }));
        recorder.stop().await;
    }

    #[tokio::test]
    async fn begun_again_while_the_microphone_still_opens_it_is_recorded() {
        let mut recorder = Recorder::new();
        recorder.record("a", TONE);
        recorder.end(false);
        recorder.record("b", TONE);
        while !matches!(recorder.state, State::Running { .. }) {
            recorder.next().await;
        }
        assert!(recorder.view("b").is_some());
        recorder.stop().await;
    }

    #[tokio::test]
    async fn without_a_microphone_that_is_said() {
        let mut recorder = Recorder::new();
        recorder.record("a", AudioSpec::File("/nowhere/voice.wav".into()));
        let news = news(&mut recorder).await;
        assert!(matches!(news, RecorderNews::Failed { problem: ProblemCode::NoMicrophone, .. }));
        assert!(recorder.view("a").is_none());
    }
}
