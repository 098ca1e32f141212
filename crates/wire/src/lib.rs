//! What goes over the wire: serde types and codecs of the protocols. One module a protocol.
//!
//! This crate is pure: it opens no socket, reads no clock, and knows no policy. Patient data and tokens are
//! wrapped in [`consilium_model::Secret`], so that a type of this crate may be printed with `Debug` at any time.

pub mod coviu;
pub mod demo;
pub mod home;
pub mod im;
pub mod link;
pub mod medme;
pub mod record;
pub mod room;
pub mod trueconf;
pub mod xassist;
