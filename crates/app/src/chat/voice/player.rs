//! The voice message that is played: one at most.

use crate::chat::looks;
use crate::view::ProblemCode;
use bytes::Bytes;
use consilium_media::audio::{PlaybackState, Playout, SpeakerSpec, SpeakerState, Voice, VoicePlayback};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::Interval;

/// What a voice message is played through.
pub(crate) enum Through {
    /// A speaker that is opened for it.
    Speaker(SpeakerSpec),
    /// What a running call plays through.
    Call(Arc<Playout>),
}

/// How far the voice message of a key has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Played {
    /// It is being fetched.
    Loading,
    /// It is heard.
    At(Duration),
}

/// What has happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PlayerNews {
    /// There is something else to show.
    Changed,
    /// It cannot be played.
    Failed(ProblemCode),
}

/// The voice message that is played. Dropping it stops it.
pub(crate) struct Player {
    state: State,
    /// At most one; replaced whole, so that what was stopped never begins.
    opening: JoinSet<Result<Sound, ProblemCode>>,
    /// Closing a speaker waits for its thread: not here.
    closing: JoinSet<()>,
    looks: Interval,
}

enum State {
    Idle,
    Loading { key: String, whose: Whose },
    Playing { key: String, sound: Sound },
}

/// Whose speaker it is heard from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    /// One that is opened for it.
    Own,
    /// The call's.
    Calls,
}

struct Sound {
    playback: VoicePlayback,
    /// The speaker that was opened for it.
    own: Option<Playout>,
}

impl Player {
    /// Nothing is played. Needs a tokio runtime.
    pub(crate) fn new() -> Self {
        Self { state: State::Idle, opening: JoinSet::new(), closing: JoinSet::new(), looks: looks() }
    }

    /// Plays the voice message of a key from its beginning, and nothing else from now on.
    pub(crate) fn play(
        &mut self,
        key: String,
        file: impl Future<Output = Result<Bytes, ProblemCode>> + Send + 'static,
        through: Through,
    ) {
        self.stop();
        let whose = match &through {
            Through::Speaker(_) => Whose::Own,
            Through::Call(_) => Whose::Calls,
        };
        self.state = State::Loading { key, whose };
        self.opening.spawn(async move {
            let file = file.await?;
            let opened = spawn_blocking(move || open(file, &through)).await;
            opened.unwrap_or(Err(ProblemCode::CannotPlay))
        });
    }

    /// Plays nothing from now on.
    pub(crate) fn stop(&mut self) {
        self.opening = JoinSet::new();
        if let State::Playing { sound: Sound { own: Some(own), playback }, .. } =
            std::mem::replace(&mut self.state, State::Idle)
        {
            drop(playback);
            self.closing.spawn_blocking(move || drop(own));
        }
    }

    /// A call begins: what is heard from beside it would be its echo.
    pub(crate) fn yield_to_call(&mut self) {
        match &self.state {
            State::Loading { whose: Whose::Own, .. } => self.stop(),
            State::Playing { sound: Sound { own: Some(_), .. }, .. } => self.stop(),
            State::Idle | State::Loading { .. } | State::Playing { .. } => {}
        }
    }

    /// How far the voice message of a key has come; `None` while it is not played.
    pub(crate) fn of(&self, key: &str) -> Option<Played> {
        match &self.state {
            State::Loading { key: played, .. } if played == key => Some(Played::Loading),
            State::Playing { key: played, sound } if played == key => {
                Some(Played::At(sound.playback.position()))
            }
            State::Idle | State::Loading { .. } | State::Playing { .. } => None,
        }
    }

    /// What happens next; pends while nothing is played. May be dropped and called again.
    pub(crate) async fn next(&mut self) -> PlayerNews {
        loop {
            tokio::select! {
                Some(opened) = self.opening.join_next() => {
                    return self.opened(opened.unwrap_or(Err(ProblemCode::CannotPlay)));
                }
                Some(_) = self.closing.join_next() => {}
                _ = self.looks.tick(), if matches!(self.state, State::Playing { .. }) => return self.look(),
                else => std::future::pending().await,
            }
        }
    }

    /// Stops and waits until the speaker is closed.
    pub(crate) async fn close(mut self) {
        self.stop();
        while self.closing.join_next().await.is_some() {}
    }

    fn opened(&mut self, sound: Result<Sound, ProblemCode>) -> PlayerNews {
        match (std::mem::replace(&mut self.state, State::Idle), sound) {
            (State::Loading { key, .. }, Ok(sound)) => self.state = State::Playing { key, sound },
            (State::Loading { .. }, Err(problem)) => return PlayerNews::Failed(problem),
            (State::Idle | State::Playing { .. }, _) => {}
        }
        PlayerNews::Changed
    }

    fn look(&mut self) -> PlayerNews {
        let State::Playing { sound, .. } = &self.state else { return PlayerNews::Changed };
        let news = match sound.playback.state() {
            PlaybackState::Playing if sound.has_lost_speaker() => PlayerNews::Failed(ProblemCode::NoSpeaker),
            PlaybackState::Playing => return PlayerNews::Changed,
            PlaybackState::Ended => PlayerNews::Changed,
            PlaybackState::Failed(_) => PlayerNews::Failed(ProblemCode::CannotPlay),
        };
        self.stop();
        news
    }
}

impl Sound {
    fn has_lost_speaker(&self) -> bool {
        self.own.as_ref().is_some_and(|own| matches!(*own.speaker().borrow(), SpeakerState::Lost(_)))
    }
}

/// Blocks while the file is looked through and the speaker opens.
fn open(file: Bytes, through: &Through) -> Result<Sound, ProblemCode> {
    let voice = Voice::read(file).map_err(|_| ProblemCode::CannotPlay)?;
    let play = |playout: &Playout| playout.play(&voice).map_err(|_| ProblemCode::CannotPlay);
    match through {
        Through::Call(playout) => Ok(Sound { playback: play(playout)?, own: None }),
        Through::Speaker(speaker) => {
            let own = Playout::start(speaker.clone()).map_err(|_| ProblemCode::NoSpeaker)?;
            Ok(Sound { playback: play(&own)?, own: Some(own) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use consilium_media::audio::{AudioSpec, RecorderState, VoiceRecorder};
    use std::future::{pending, ready};
    use tokio::time::timeout;

    async fn voice() -> Bytes {
        spawn_blocking(|| {
            let source = AudioSpec::Synthetic { seed: 0 };
            let recorder = VoiceRecorder::start_limited(source, Duration::from_millis(600)).unwrap();
            while recorder.state() == RecorderState::Recording {
                std::thread::sleep(Duration::from_millis(10));
            }
            recorder.finish().unwrap().file
        })
        .await
        .unwrap()
    }

    fn null() -> Through {
        Through::Speaker(SpeakerSpec::Null)
    }

    async fn until(player: &mut Player, is_so: impl Fn(&Player) -> bool) -> PlayerNews {
        let mut last = PlayerNews::Changed;
        while !is_so(player) {
            last = timeout(Duration::from_secs(10), player.next()).await.expect("nothing happens");
        }
        last
    }

    #[tokio::test]
    async fn it_is_fetched_heard_and_over() {
        let mut player = Player::new();
        let file = voice().await;
        player.play("m.1".to_owned(), ready(Ok(file)), null());
        assert_eq!((player.of("m.1"), player.of("m.2")), (Some(Played::Loading), None));
        until(&mut player, |player| matches!(player.of("m.1"), Some(Played::At(at)) if at > Duration::ZERO))
            .await;
        assert_eq!(until(&mut player, |player| player.of("m.1").is_none()).await, PlayerNews::Changed);
        player.close().await;
    }

    #[tokio::test]
    async fn another_one_takes_its_place() {
        let mut player = Player::new();
        let file = voice().await;
        player.play("m.1".to_owned(), pending(), null());
        player.play("m.2".to_owned(), ready(Ok(file)), null());
        assert_eq!(player.of("m.1"), None);
        until(&mut player, |player| matches!(player.of("m.2"), Some(Played::At(_)))).await;
        player.play("m.3".to_owned(), pending(), null());
        assert_eq!((player.of("m.2"), player.of("m.3")), (None, Some(Played::Loading)));
        player.stop();
        assert_eq!(player.of("m.3"), None);
    }

    #[tokio::test]
    async fn what_cannot_be_fetched_or_understood_is_said() {
        let mut player = Player::new();
        let not_a_voice = Bytes::from_static(b"<html>");
        for (file, problem) in [
            (Err(ProblemCode::Unreachable), ProblemCode::Unreachable),
            (Ok(not_a_voice), ProblemCode::CannotPlay),
        ] {
            player.play("m.1".to_owned(), ready(file), null());
            let news = until(&mut player, |player| player.of("m.1").is_none()).await;
            assert_eq!(news, PlayerNews::Failed(problem));
        }
    }

    #[tokio::test]
    async fn a_call_stops_it_unless_it_is_heard_through_the_call() {
        let mut player = Player::new();
        let file = voice().await;
        let call = Arc::new(spawn_blocking(|| Playout::start(SpeakerSpec::Null).unwrap()).await.unwrap());
        player.play("m.1".to_owned(), ready(Ok(file.clone())), null());
        until(&mut player, |player| matches!(player.of("m.1"), Some(Played::At(_)))).await;
        player.yield_to_call();
        assert_eq!(player.of("m.1"), None);
        player.play("m.1".to_owned(), ready(Ok(file)), Through::Call(call.clone()));
        player.yield_to_call();
        until(&mut player, |player| matches!(player.of("m.1"), Some(Played::At(_)))).await;
        player.yield_to_call();
        assert!(player.of("m.1").is_some());
        spawn_blocking(move || drop(call)).await.unwrap();
        let news = until(&mut player, |player| player.of("m.1").is_none()).await;
        assert_eq!(news, PlayerNews::Changed, "it ends with the call");
    }
}
