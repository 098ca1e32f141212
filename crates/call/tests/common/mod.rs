//! What several scenarios need.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "each scenario uses a part")]

pub mod line;
pub mod load;
pub mod messages;
pub mod older;
pub mod path;
pub mod person;
pub mod room;
pub mod studio;
pub mod turn;
