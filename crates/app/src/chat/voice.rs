//! Voice messages: the one that is being recorded, and the one that is played. Each is owned by the chat's session,
//! which asks for what happened next.
//!
//! A recording begins by the user's hand only. The microphone is closed at its end, at five minutes, when its
//! conversation is no longer shown and when a call begins; what was said by then waits for the user to send or discard
//! it. While a call runs nothing is recorded: the microphone is the call's, and the others would hear it. A voice message
//! is played through the call's own mixer then, so that its echo canceller knows what is heard.
//!
//! Nothing is written to a disk here.

mod player;
mod recorder;

pub(crate) use player::{Played, Player, PlayerNews, Through};
pub(crate) use recorder::{Recorder, RecorderNews};
