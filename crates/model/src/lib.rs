//! What things are: identifiers, roles, the conference status machine, screens, the visit clock, call and chat values.
//!
//! This crate is pure. It does no IO, reads no clock and spawns nothing: whoever calls passes `now` and inputs.

mod call;
mod chat;
mod clock;
mod conference;
mod ids;
mod locale;
mod role;
mod screen;
mod secret;
mod status;
mod step;

pub use call::{Content, Intent, MediaState, MediaSwitch};
pub use chat::{BusinessKind, MessageKind, SessionKind, TopicState, UnknownNumber};
pub use clock::{ClockPhase, ClockReading, VisitClock};
pub use conference::{
    Actor, Change, Command, Conference, Durations, Ending, Event, Gap, GapReason, OVERTIME, PAUSED_OVERTIME,
    Participant, Plan, PlannedSpecialist, RESTORE_WINDOW, Refusal, Roster,
};
pub use ids::{ConferenceId, PeerId, UserId};
pub use locale::{Direction, Locale, Vertical};
pub use role::Role;
pub use screen::{Screen, route};
pub use secret::Secret;
pub use status::Status;
pub use step::{Step, steps};
