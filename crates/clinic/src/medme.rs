//! The MedMe face, `/meets/v1` (`medme.md`).

mod answer;
mod callbacks;
mod complete;
mod create;
mod edit;
mod endings;
mod fields;
mod info;
mod links;
mod methods;
mod otp;
mod socket;
mod tellings;

pub(crate) use callbacks::{Call, Callbacks, Outcome};
pub(crate) use endings::end_on_time;
pub(crate) use otp::{OtpDesk, expects_otp};
pub(crate) use tellings::{Tellings, tell_on_time};

use crate::domain::EditKind;
use crate::server::App;
use answer::Failure;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use consilium_model::Command;
use std::sync::Arc;

/// The largest request body, in bytes.
const MAX_BODY: usize = 1024 * 1024;

/// The routes below `/meets/v1`.
pub(crate) fn router() -> Router<Arc<App>> {
    let press = |command| post(move |app, body| methods::press(app, body, command));
    let edit = |kind| post(move |app, body| edit::edit(app, body, kind));
    Router::new()
        .route("/create", post(create::create))
        .route("/exchange", post(methods::exchange))
        .route("/info", get(methods::info))
        .route("/durations", post(methods::durations))
        .route("/open_for_join", press(Command::Open))
        .route("/join", press(Command::Join))
        .route("/leave", press(Command::Leave))
        .route("/start", press(Command::Start))
        .route("/pause", press(Command::Pause))
        .route("/resume", press(Command::Resume))
        .route("/finish", press(Command::Finish))
        .route("/cancel", post(methods::cancel))
        .route("/restore_terminated_fast", press(Command::Restore))
        .route("/move", edit(EditKind::Move))
        .route("/resize", edit(EditKind::Resize))
        .route("/update_info", edit(EditKind::Update))
        .route("/complete_empty_and_expired", post(endings::complete_expired))
        .route("/otp_send", post(otp::send))
        .route("/otp_verify", post(otp::verify))
        .route("/send_complete_callback", post(complete::send_complete_callback))
        .route("/ws", any(socket::upgrade))
        .fallback(no_such_method)
        .method_not_allowed_fallback(async || Failure::WrongHttpMethod)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(middleware::from_fn(for_browsers))
}

/// Also what `/meets/v1/` answers, which a nested router does not see.
pub(crate) async fn no_such_method() -> Response {
    Failure::NoSuchMethod.into_response()
}

/// Integrators' pages call this face from their own origins. It knows no cookies: whoever has the token may ask.
async fn for_browsers(request: Request, next: Next) -> Response {
    let mut response = if request.method() == Method::OPTIONS {
        StatusCode::NO_CONTENT.into_response()
    } else {
        next.run(request).await
    };
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "content-type"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
