//! The `TrueConf` face, `/oauth2/v1` and `/api/v3.11`: a clinic's site makes a conference and brings a guest into it
//! (`consilium_wire::trueconf`).
//!
//! A conference of this face is a name that stays: each time it is run there is one conference of the clinic, with the
//! name as its appointment, in the owner's home as any other. Its guests are that conference's alone, because a slug
//! is made of a name and another Ada may be another person. A program sees the conferences that it has made itself.
//! Tokens of this face are in memory: after a restart a program asks for another one.

mod answer;
mod asked;
mod client;
mod conferences;
mod desk;
mod door;
mod found;
mod guests;
mod record;
mod shown;
mod token;

pub use client::{NotAClient, TrueConfClient};
pub(crate) use desk::Desk;
pub(crate) use record::Hosted;

use crate::server::App;
use answer::Refused;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, header};
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::{get, post};
use std::sync::Arc;

const MAX_BODY: usize = 64 * 1024;

/// The routes of both paths.
pub(crate) fn router() -> Router<Arc<App>> {
    let api = Router::new()
        .route("/conferences", post(conferences::create))
        .route("/conferences/{id}", get(conferences::one).delete(conferences::delete))
        .route("/conferences/{id}/run", post(conferences::run))
        .route("/conferences/{id}/stop", post(conferences::stop))
        .route("/software/clients", get(guests::clients))
        .fallback(async || Refused::NO_SUCH_ROUTE)
        .method_not_allowed_fallback(async || Refused::WRONG_METHOD);
    let oauth = Router::new().route("/token", post(token::token));
    Router::new()
        .nest("/api/v3.11", api)
        .nest("/oauth2/v1", oauth)
        .merge(door::router())
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(map_response(async |mut response: Response| {
            // Answers hold tokens and names.
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response
        }))
}
