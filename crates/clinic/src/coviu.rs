//! The Coviu face, `/v1`: an integrator schedules sessions and their participants (`coviu.md`).
//!
//! A session is a conference: its creator, who is a specialist of it, and its hosts are specialists, guests are
//! clients. What only this face knows stands in [`Scheduled`]; times and people stand in the conference's information,
//! so a visit that is moved or made longer elsewhere is so here too. An API client sees what it has made on behalf of
//! the same user, and nothing else; it never sees what happens in a call.

mod access;
mod accounts;
mod book;
mod client;
mod codes;
mod desk;
mod entry;
mod fields;
mod listing;
mod participants;
mod phase;
mod record;
mod refused;
mod sessions;
mod show;
mod token;

pub(crate) use accounts::Accounts;
pub use client::{CoviuClient, NotACoviuClient};
pub(crate) use desk::Desk;
pub(crate) use entry::router as entry;
pub(crate) use record::Scheduled;

use crate::server::App;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, header};
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::{get, post};
use consilium_wire::coviu::FailureCode;
use refused::Refused;
use std::sync::Arc;

/// The largest request body, in bytes: a session with all its participants and what clients remember of them.
const MAX_BODY: usize = 256 * 1024;

/// The routes below `/v1`.
pub(crate) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/auth/token", post(token::grant))
        .route("/auth/revoke", post(token::revoke))
        .route("/sessions", get(listing::list).post(sessions::create))
        .route("/sessions/{session}", get(sessions::read).put(sessions::update).delete(sessions::cancel))
        .route("/sessions/{session}/participants", get(participants::list).post(participants::add))
        .route(
            "/participants/{participant}",
            get(participants::read).put(participants::update).delete(participants::remove),
        )
        .fallback(async || Refused::from(FailureCode::NotFound))
        .method_not_allowed_fallback(async || Refused::from(FailureCode::MethodNotAllowed))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(map_response(private))
}

/// Answers hold tokens and links: nobody keeps them.
async fn private(mut response: Response) -> Response {
    for (name, value) in [(header::CACHE_CONTROL, "no-store"), (header::X_CONTENT_TYPE_OPTIONS, "nosniff")] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
