//! The xAssist face, `/auth` and `/rtc`: programs of specialists call somebody now, or at a planned time (`xassist.md`).
//!
//! A program logs in as a specialist with that specialist's password, and makes calls on its behalf; a broker's makes
//! them on behalf of others. The face says who is called and shows what has happened; who rings when is decided by
//! [`crate::calls`], for this face and the home page alike. A program sees the calls that its user made or was called
//! in, and never what is said there.

mod asked;
mod auth;
mod calls;
mod desk;
mod fields;
mod link;
mod people;
mod refused;
mod show;
mod telling;

pub(crate) use desk::Desk;
pub(crate) use telling::tell_on_time;

use crate::server::App;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, header};
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::{get, post};
use consilium_wire::xassist::FailureCode;
use refused::Refused;
use std::sync::Arc;

/// The largest request body, in bytes.
const MAX_BODY: usize = 64 * 1024;

/// The routes of both paths.
pub(crate) fn router() -> Router<Arc<App>> {
    let auth = Router::new()
        .route("/login", post(auth::log_in))
        .route("/refresh", post(auth::refresh))
        .route("/logout", post(auth::log_out));
    let rtc = Router::new()
        .route("/createCall", post(calls::create))
        .route("/createCallForContacts", post(calls::create_for_contacts))
        .route("/getCallLogById", get(calls::by_id))
        .route("/getContacts", get(people::list));
    Router::new().nest("/auth", closed(auth)).nest("/rtc", closed(rtc)).merge(link::router())
}

/// With an answer of the protocol where there is no route, and answers that nobody keeps: they hold tokens and names.
fn closed(router: Router<Arc<App>>) -> Router<Arc<App>> {
    router
        .fallback(async || Refused::from(FailureCode::NotFound))
        .method_not_allowed_fallback(async || Refused::from(FailureCode::MethodNotAllowed))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(map_response(private))
}

async fn private(mut response: Response) -> Response {
    for (name, value) in [(header::CACHE_CONTROL, "no-store"), (header::X_CONTENT_TYPE_OPTIONS, "nosniff")] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
