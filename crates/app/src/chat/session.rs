//! The chat's task: carries out what the core wants, with the messenger, its socket and the history.

mod answer;
mod ask;
mod carry;
mod handle;
mod jobs;
mod kept;
mod link;
mod media;
mod run;

pub(crate) use handle::{ChatNews, ChatSession, Entrance, PictureWish, Whose};
