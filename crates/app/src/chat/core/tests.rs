//! Whatever the order of news, answers, losses and restarts: one history, the server's, without doubles.

mod disk;
mod invitation;
mod model;
mod scenes;
mod server;
