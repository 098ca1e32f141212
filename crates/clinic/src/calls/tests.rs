//! Calls over HTTP and sockets, as the application makes them.

mod addresses;
mod asked_in;
mod branches;
mod broker;
mod devices;
mod guests;
mod kit;
mod log;
mod many;
mod planned;
mod restart;
mod rights;
