//! The clinic server: one domain, its faces, rooms, storage.
//!
//! [`serve`] starts one, for the binary `clinic-server` and for whoever embeds it. It never reads a call: media goes
//! between the participants, or through its relays as the ciphertext it is, and their signals are relayed unread. It never acknowledges what is not durable, and
//! never writes names, tokens or addresses to the log.

mod bucket;
mod calls;
mod clock;
mod config;
mod contacts;
mod coviu;
mod demo;
mod domain;
mod guest;
mod home;
mod hosting;
mod idempotency;
mod im;
mod keys;
pub mod logging;
mod medme;
mod notifier;
mod phone;
mod proxy;
mod rooms;
mod server;
mod socket;
mod staff;
mod store;
mod trueconf;
mod turn;
mod xassist;

pub use clock::Clock;
pub use config::{
    API_KEY_VARIABLE, CALL_HOOK_VARIABLE, COVIU_CLIENTS_VARIABLE, Config, DEFAULT_MESSAGES_PER_SECOND,
    DEFAULT_PORT, DEFAULT_RING_SECONDS, OTP_HOOK_VARIABLE, PROFILE_VARIABLE, Profile, REMINDER_HOOK_VARIABLE,
    ReminderWay, TRUECONF_CLIENTS_VARIABLE, TURN_PORT, TURN_SECRET_VARIABLE, TurnConfig, TurnListen,
    UnknownProfile,
};
pub use coviu::{CoviuClient, NotACoviuClient};
pub use im::{FileLimits, NotAnOrigin, WebOrigin};
pub use phone::{NotAPhone, Phone};
pub use server::{Running, ServeError, serve};
pub use trueconf::{NotAClient, TrueConfClient};
pub use turn::{IceUrl, NotAnIceUrl};
