//! Real windows without a display: a display in memory, a D-Bus session and a keychain of their own, and WebDriver
//! in place of a hand.

mod browser;
mod desktop;
mod display;
mod frame;
mod keyboard;
mod place;
mod window;

pub(crate) use browser::Browser;
pub(crate) use desktop::Desktop;
pub(crate) use display::{Display, Elsewhere, SIZE};
pub(crate) use frame::Frame;
pub(crate) use keyboard::answer_dialog;
pub(crate) use place::Place;
pub(crate) use window::{Drawing, Start, Window};
