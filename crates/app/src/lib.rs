//! The application without a window: one task, the Controller, owns all state. Commands of the user interface are
//! messages to it; it publishes whole view models through a [`Shell`].
//!
//! No Tauri here, no words for people, and no pictures: frames go from the call to a sink past the Controller.

mod account;
mod action;
mod again;
mod call;
mod calling;
mod chat;
mod chime;
mod chosen;
mod clock;
mod config;
mod controller;
mod countdown;
mod devices;
mod in_tray;
mod kept;
mod knocks;
mod length;
mod lobby;
mod notice;
mod otp;
mod present;
mod problem;
mod reading;
mod reception;
mod record;
pub mod report;
mod requests;
mod shell;
mod stage;
mod suspend;
mod times;
mod trust;
pub mod view;
mod visit;
mod web_room;

pub use action::{Action, CallStep, ChatStep, CheckStep, DeviceKind, DrawStats, KnockStep, ProcessingPart};
pub use config::{AppConfig, MediaConfig, SinkKind};
pub use controller::{App, AppClosed};
pub use shell::{Alert, MessageNotice, RingNotice, Shell};
pub use web_room::{BadTemplate, WebRoomTemplate};

/// The log filter of every program that carries this crate. `level` is for our own crates; others say only what went
/// wrong, because at their more talkative levels they write addresses, descriptions and whole messages. The WebRTC
/// stack writes addresses even there, and is silent.
pub fn log_filter(level: &str) -> String {
    let own = ["error", "warn", "info", "debug", "trace"]
        .into_iter()
        .find(|known| *known == level)
        .unwrap_or("info");
    let silent = consilium_call::QUIET_LOG_TARGETS.map(|target| format!("{target}=off")).join(",");
    format!("warn,consilium={own},{silent}")
}
