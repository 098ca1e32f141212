//! Scenarios over real HTTP and WebSockets, one a file.

// A test that cannot go on has failed.
#![allow(clippy::unwrap_used)]

mod callbacks;
mod crash;
mod demo_file;
mod errors;
mod guest_page;
mod home;
mod kit;
mod profile;
mod race;
mod restart;
mod room_call;
mod room_end;
mod room_rules;
mod room_seat;
mod room_slow;
mod visit;
