//! `GET /session/{participant}`: where an `entry_url` leads. Between the start and the end of the session it goes on to
//! the page of every visit, which opens the application or joins from the browser; at other times it explains.

use super::phase::Phase;
use super::record::door;
use crate::domain::TokenProblem;
use crate::guest::{self, Obstacle};
use crate::server::App;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use consilium_model::Secret;
use std::sync::Arc;

const PRIVATE: [(HeaderName, &str); 2] =
    [(header::CACHE_CONTROL, "no-store"), (header::REFERRER_POLICY, "no-referrer")];

/// The route of the links.
pub(crate) fn router() -> Router<Arc<App>> {
    Router::new().route("/session/{participant}", get(enter))
}

async fn enter(State(app): State<Arc<App>>, Path(participant): Path<String>, headers: HeaderMap) -> Response {
    match token(&app, &participant) {
        // The token is in base64url, which needs no escaping.
        Ok(token) => redirect(&format!("../visit?at={}", token.expose())),
        Err(obstacle) => guest::explain(&headers, obstacle),
    }
}

/// The access token of a participant who may come in now.
fn token(app: &App, participant: &str) -> Result<Secret, Obstacle> {
    let ticket = app.clinic.by_door(&door(participant)).map_err(|problem| match problem {
        TokenProblem::Unknown => Obstacle::Unknown,
        TokenProblem::Expired => Obstacle::Expired,
    })?;
    if !ticket.takes_part() {
        return Err(Obstacle::Unknown);
    }
    let (view, now) = (ticket.live.view(), app.clinic.clock().now());
    match Phase::of(&view, now) {
        Phase::Canceled { .. } => Err(Obstacle::Canceled),
        Phase::Over => Err(Obstacle::Over),
        // Also when somebody has begun before the time.
        Phase::Ahead | Phase::Running if now < view.conference.plan().scheduled_start => {
            Err(Obstacle::TooEarly)
        }
        Phase::Ahead | Phase::Running => Ok(app.clinic.keys().access_token(ticket.live.id(), &ticket.who)),
    }
}

/// Relative, so that it holds behind a proxy as well.
fn redirect(to: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let to = HeaderValue::from_str(to).expect("the address is ASCII");
    response.headers_mut().insert(header::LOCATION, to);
    for (name, value) in PRIVATE {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
