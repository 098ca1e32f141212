//! The chat of whoever sits at this window: what is known of it ([`core`], pure), the task that carries it out
//! ([`session`]), its files and voice messages, and its view ([`present`]).
//!
//! Nothing that people write, are called or send reaches a log. Nothing is shown as sent that the server has not
//! acknowledged, and nothing that was written is given up but by the user's own hand.

mod core;
mod files;
mod present;
mod session;
mod surroundings;
mod voice;

pub(crate) use session::{ChatNews, ChatSession, Entrance, PictureWish, Whose};
pub(crate) use surroundings::{CallSound, OwnVisit, Surroundings};
pub(crate) use voice::{Player, PlayerNews, Through};

use std::time::Duration;
use tokio::time::{Interval, MissedTickBehavior, interval};

/// How often it is looked how far a file, a recording or a voice message has come.
const LOOK: Duration = Duration::from_millis(250);

fn looks() -> Interval {
    let mut looks = interval(LOOK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    looks
}
