//! Scenarios over real HTTP and WebSockets, one a file.

// A test that cannot go on has failed.
#![allow(clippy::unwrap_used)]

mod booking;
mod call_record;
mod callbacks;
mod cancel;
mod complete;
mod crash;
mod demo_file;
mod edit;
mod endings;
mod errors;
mod guest_page;
mod home;
mod im_bad_input;
mod im_files;
mod im_kit;
mod im_limits;
mod im_links;
mod im_login;
mod im_messages;
mod im_reminders;
mod im_room;
mod im_routes;
mod im_script;
mod im_sessions;
mod im_slow;
mod im_socket;
mod im_topics;
mod invite;
mod kit;
mod links;
mod otp;
mod otp_limits;
mod otp_switch;
mod presence_restart;
mod profile;
mod race;
mod restart;
mod room_call;
mod room_end;
mod room_rules;
mod room_seat;
mod room_slow;
mod signed_hooks;
mod taken_off;
mod trueconf;
mod trueconf_kit;
mod trueconf_rights;
mod turn;
mod visit;
mod ws_pulse;
mod ws_slow;
