//! Calling somebody now (`consilium_wire::home::calls`): the log, and what people do about a call.

use super::{Refused, bearer};
use crate::calls::{self, CallError, Calls, Invited, NewCall};
use crate::idempotency::Once;
use crate::keys::{Digest, digest};
use crate::server::App;
use crate::store::CallKey;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use bytes::Bytes;
use consilium_model::UserId;
use consilium_wire::home::FailureCode;
use consilium_wire::home::calls::{
    AskIn, CallEntry, CallId, CallLog, DeclineCall, MAX_LOG, PlaceCall, TeamId,
};
use serde::de::DeserializeOwned;
use std::sync::Arc;

const BAD_REQUEST: Refused = Refused(StatusCode::BAD_REQUEST, FailureCode::BadRequest);
const NOT_FOUND: Refused = Refused(StatusCode::NOT_FOUND, FailureCode::NotFound);

/// The routes below `/home/v1`.
pub(super) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/calls", get(log).post(place))
        .route("/calls/seen", post(seen))
        .route("/calls/{call}/accept", post(accept))
        .route("/calls/{call}/decline", post(decline))
        .route("/calls/{call}/cancel", post(cancel))
        .route("/visits/{visit}/people", post(ask_in))
}

impl From<CallError> for Refused {
    fn from(error: CallError) -> Self {
        match error {
            CallError::NotFound | CallError::NotOpen => NOT_FOUND,
            CallError::NobodyToCall => Self(StatusCode::UNPROCESSABLE_ENTITY, FailureCode::NobodyToCall),
            CallError::TooManyPeople => Self(StatusCode::UNPROCESSABLE_ENTITY, FailureCode::TooManyPeople),
            CallError::BadTitle => BAD_REQUEST,
            CallError::KeyReused => Self(StatusCode::UNPROCESSABLE_ENTITY, FailureCode::BadRequest),
            CallError::TooOften | CallError::TooManyPlanned => {
                Self(StatusCode::TOO_MANY_REQUESTS, FailureCode::TooManyAttempts)
            }
            CallError::AnsweredElsewhere => Self(StatusCode::CONFLICT, FailureCode::AnsweredElsewhere),
            CallError::Over => Self(StatusCode::CONFLICT, FailureCode::CallOver),
            CallError::Internal => Self(StatusCode::INTERNAL_SERVER_ERROR, FailureCode::Internal),
        }
    }
}

/// Who asks, on which device.
struct Asker {
    user: UserId,
    session: Digest,
}

impl FromRequestParts<Arc<App>> for Asker {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refused> {
        let token = bearer(&parts.headers)?;
        Ok(Self { user: app.staff.user(&token).await?, session: digest(token.expose()) })
    }
}

/// What the address names; it is looked at after the token.
struct Named(String);

impl FromRequestParts<Arc<App>> for Named {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refused> {
        let path: Result<Path<String>, PathRejection> = Path::from_request_parts(parts, app).await;
        path.map(|Path(name)| Self(name)).map_err(|_| NOT_FOUND)
    }
}

fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, Refused> {
    serde_json::from_slice(body).map_err(|_| BAD_REQUEST)
}

async fn log(State(app): State<Arc<App>>, Asker { user, .. }: Asker) -> Result<Json<CallLog>, Refused> {
    let calls = app.calls.of(&user, MAX_LOG).await?;
    let missed = app.calls.missed(&user);
    Ok(Json(CallLog { calls: calls.iter().map(|call| calls::row(&app, call, &user)).collect(), missed }))
}

async fn place(
    State(app): State<Arc<App>>,
    Asker { user, .. }: Asker,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<CallEntry>, Refused> {
    let once = Once::of(&headers, app.clinic.keys(), "home/calls", &body).map_err(|_| BAD_REQUEST)?;
    let key = once.map(|Once { key, request }| CallKey { user: user.clone(), key, request });
    let PlaceCall { contacts, teams, title } = read(&body)?;
    let contacts = contacts.into_iter().map(Invited::User).collect();
    let new = NewCall { contacts, teams, title, key, ..NewCall::by(user.clone()) };
    let call = Calls::place(&app, new).await?;
    Ok(Json(calls::entry(&app, &call.record, &user)))
}

async fn accept(
    State(app): State<Arc<App>>,
    Asker { user, session }: Asker,
    Named(call): Named,
) -> Result<Json<CallEntry>, Refused> {
    Ok(Json(Calls::accept(&app, &CallId(call), &user, session).await?))
}

async fn decline(
    State(app): State<Arc<App>>,
    Asker { user, session }: Asker,
    Named(call): Named,
    body: Bytes,
) -> Result<StatusCode, Refused> {
    let DeclineCall { busy } = read(&body)?;
    Calls::decline(&app, &CallId(call), &user, session, busy).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn cancel(
    State(app): State<Arc<App>>,
    Asker { user, .. }: Asker,
    Named(call): Named,
) -> Result<StatusCode, Refused> {
    Calls::cancel(&app, &CallId(call), &user).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn seen(State(app): State<Arc<App>>, Asker { user, .. }: Asker) -> Result<StatusCode, Refused> {
    Calls::seen(&app, user).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn ask_in(
    State(app): State<Arc<App>>,
    Asker { user, .. }: Asker,
    Named(visit): Named,
    body: Bytes,
) -> Result<StatusCode, Refused> {
    let AskIn { contacts, teams } = read(&body)?;
    Calls::ask_in(&app, &user, &visit.into(), everybody(&app, contacts, &teams)).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn everybody(app: &App, contacts: Vec<UserId>, teams: &[TeamId]) -> Vec<Invited> {
    contacts.into_iter().chain(app.contacts.members(teams)).map(Invited::User).collect()
}
