//! The waiting room over real sockets: a clinic on a free port, conferences with a knock, guests and specialists.

mod admission;
mod at_home;
mod door;
mod from_home;
mod kit;
mod knock;
mod place;
mod queue;
