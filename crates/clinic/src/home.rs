//! The home face, `/home/v1`: specialists sign in and see their day (`consilium_wire::home`).

mod calls;
mod contacts;
mod coviu;
mod events;
mod guest_link;
mod invite;
mod knocks;
mod messenger;
mod record;
mod staff;
mod teams;

pub(crate) use events::{Listeners, Strangers};
pub(crate) use guest_link::GuestLinks;
pub(crate) use record::Summaries;

use crate::domain::Live;
use crate::keys::digest;
use crate::server::App;
use crate::staff::SignInError;
use crate::store::Face;
use axum::extract::{ConnectInfo, DefaultBodyLimit, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use bytes::Bytes;
use consilium_model::{Participant, Role, Secret, UserId};
use consilium_wire::home::{Failure, FailureCode, SignIn, SignedIn, Visit, Visits};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::net::SocketAddr;
use std::sync::Arc;
use time::{Duration, OffsetDateTime};

const MAX_BODY: usize = 16 * 1024;
/// What is planned so close to now is shown also when midnight lies between.
const NEAR: Duration = Duration::hours(1);

/// The routes below `/home/v1`.
pub(crate) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/sign_in", post(sign_in))
        .route("/sign_out", post(sign_out))
        .route("/visits", get(visits))
        .route("/call_summary", post(record::add))
        .route("/call_record", get(record::read))
        .route("/coviu_code", post(coviu::code))
        .route("/invite", post(invite::invite))
        .route("/messenger", post(messenger::let_in))
        .route("/visit_chat", post(messenger::visit_chat))
        .route("/events", get(events::upgrade))
        .merge(calls::router())
        .merge(contacts::router())
        .merge(guest_link::router())
        .merge(teams::router())
        .merge(knocks::router())
        .merge(staff::router())
        .fallback(async || Refused(StatusCode::NOT_FOUND, FailureCode::BadRequest))
        .method_not_allowed_fallback(async || {
            Refused(StatusCode::METHOD_NOT_ALLOWED, FailureCode::BadRequest)
        })
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(map_response(in_codes))
        .layer(map_response(async |mut response: Response| {
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response
        }))
}

/// What is refused before a method sees it (too long a body, an address that is no text) is refused in words; those who
/// ask here read codes.
async fn in_codes(response: Response) -> Response {
    let kind = response.headers().get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    let has_code = kind.is_some_and(|kind| kind.starts_with(b"application/json"));
    if response.status().is_client_error() && !has_code {
        return Refused(response.status(), FailureCode::BadRequest).into_response();
    }
    response
}

struct Refused(StatusCode, FailureCode);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (self.0, Json(Failure { error: self.1 })).into_response()
    }
}

impl From<SignInError> for Refused {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Unauthorized => Self(StatusCode::UNAUTHORIZED, FailureCode::Unauthorized),
            SignInError::TooManyAttempts => Self(StatusCode::TOO_MANY_REQUESTS, FailureCode::TooManyAttempts),
            SignInError::Store(error) => {
                tracing::error!(%error, "the store has failed");
                Self(StatusCode::INTERNAL_SERVER_ERROR, FailureCode::Internal)
            }
        }
    }
}

async fn sign_in(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    body: Bytes,
) -> Result<Json<SignedIn>, Refused> {
    let bad_request = |_| Refused(StatusCode::BAD_REQUEST, FailureCode::BadRequest);
    let (staff, token) = match serde_json::from_slice(&body).map_err(bad_request)? {
        SignIn::Code { code } => app.staff.with_code(code, from.ip()).await?,
        SignIn::Password { user_id, password } => {
            app.staff.with_password(user_id, password, from.ip()).await?
        }
    };
    Ok(Json(SignedIn { token, user_id: staff.user_id, name: staff.name, clinic: staff.clinic }))
}

async fn sign_out(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<StatusCode, Refused> {
    let token = bearer(&headers)?;
    let user = app.staff.sign_out(&token).await?;
    app.messenger.sign_out(&user, &digest(token.expose()));
    Ok(StatusCode::NO_CONTENT)
}

async fn visits(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Json<Visits>, Refused> {
    let user = app.staff.user(&bearer(&headers)?).await?;
    let now = app.clinic.clock().now();
    let mut mine = app.clinic.of(&Participant::specialist(user.clone()));
    // Calls have a log of their own.
    mine.retain(|live| !matches!(live.record().face, Face::XAssist(_)) && is_shown(live, now));
    mine.sort_by_key(|live| (live.record().info.scheduled_start, live.id().clone()));
    Ok(Json(Visits { visits: mine.iter().map(|live| row(&app, live, &user)).collect() }))
}

fn bearer(headers: &HeaderMap) -> Result<Secret, Refused> {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = value.and_then(|value| value.strip_prefix("Bearer "));
    token.map(Secret::from).ok_or(Refused(StatusCode::UNAUTHORIZED, FailureCode::Unauthorized))
}

/// What is planned for the branch's day, for about now, or runs.
fn is_shown(live: &Live, now: OffsetDateTime) -> bool {
    let view = live.view();
    let plan = view.conference.plan();
    let is_near = plan.scheduled_end() >= now - NEAR && plan.scheduled_start <= now + NEAR;
    let timezone = &view.record.info.filial_info.timezone;
    view.conference.status().is_started() || is_near || is_same_day(plan.scheduled_start, now, timezone)
}

/// Whether both are on one day of that time zone. One that is unknown counts as UTC.
fn is_same_day(one: OffsetDateTime, other: OffsetDateTime, timezone: &str) -> bool {
    let zone = TimeZone::get(timezone).unwrap_or(TimeZone::UTC);
    let [one, other] = [one, other].map(|at| {
        let at = Timestamp::from_second(at.unix_timestamp()).ok()?;
        Some(zone.to_datetime(at).date())
    });
    one.is_some() && one == other
}

fn row(app: &App, live: &Live, user: &UserId) -> Visit {
    let view = live.view();
    let info = &live.record().info;
    let joined = view.conference.joined();
    Visit {
        id: live.id().clone(),
        appointment_id: Some(info.appointment_id.clone()),
        access_token: app.clinic.keys().access_token(live.id(), &Participant::specialist(user.clone())),
        status: view.conference.status(),
        scheduled_start: info.scheduled_start,
        scheduled_duration_seconds: info.scheduled_duration_seconds,
        clients: info.clients.iter().map(|client| Secret::new(client.full_name())).collect(),
        joined_clients: joined.iter().filter(|who| who.role == Role::Client).count() as u32,
        waiting: app.rooms.queue().count(live.id()),
        services: info.services.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn a_day_is_that_of_the_branch() {
        let (evening, night) = (datetime!(2026-11-21 21:30 UTC), datetime!(2026-11-21 22:30 UTC));
        assert!(is_same_day(evening, night, "UTC"));
        assert!(is_same_day(evening, night, "No/Such_Place"));
        assert!(!is_same_day(evening, night, "Asia/Jerusalem"), "midnight lies between");
        assert!(is_same_day(evening, night, "Europe/Moscow"), "it was before both");
        // Clocks are set back that night: the day has 25 hours.
        let (first, last) = (datetime!(2026-10-24 21:10 UTC), datetime!(2026-10-25 21:50 UTC));
        assert!(is_same_day(first, last, "Asia/Jerusalem"));
    }
}
