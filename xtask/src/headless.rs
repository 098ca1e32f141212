//! Real windows without a display: a display in memory, a D-Bus session and a keychain of their own, and WebDriver
//! in place of a hand.

mod display;
mod place;
mod window;

pub(crate) use display::{Display, SIZE};
pub(crate) use place::Place;
pub(crate) use window::{Drawing, Start, Window};
