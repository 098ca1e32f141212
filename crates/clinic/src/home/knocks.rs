//! A specialist answers who knocks, without being in the visit (`consilium_wire::home::knocks`).

use super::{Refused, bearer};
use crate::server::App;
use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use bytes::Bytes;
use consilium_model::{ConferenceId, Participant, PeerId};
use consilium_wire::home::FailureCode;
use consilium_wire::home::knocks::{Deny, Note};
use consilium_wire::room::{FromClient, RoomError};
use serde::de::DeserializeOwned;
use std::sync::Arc;

const BAD_REQUEST: Refused = Refused(StatusCode::BAD_REQUEST, FailureCode::BadRequest);

/// Which knock: the visit and who knocks there.
type At = Result<Path<(ConferenceId, PeerId)>, PathRejection>;

pub(super) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/visits/{visit}/knocks/{peer}/deny", post(deny))
        .route("/visits/{visit}/knocks/{peer}/note", post(note))
        .route("/visits/{visit}/knocks/{peer}/ring", post(ring))
}

async fn deny(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    at: At,
    body: Bytes,
) -> Result<StatusCode, Refused> {
    let answer = |peer| Ok(FromClient::Deny { peer, reason: read::<Deny>(&body)?.reason });
    answer_knock(&app, &headers, at, answer).await
}

async fn note(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    at: At,
    body: Bytes,
) -> Result<StatusCode, Refused> {
    let answer = |peer| Ok(FromClient::Note { peer, text: read::<Note>(&body)?.text });
    answer_knock(&app, &headers, at, answer).await
}

async fn ring(State(app): State<Arc<App>>, headers: HeaderMap, at: At) -> Result<StatusCode, Refused> {
    answer_knock(&app, &headers, at, |peer| Ok(FromClient::Ring { peer })).await
}

fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, Refused> {
    serde_json::from_slice(body).map_err(|_| BAD_REQUEST)
}

/// What the room says is what it would say to somebody inside.
async fn answer_knock(
    app: &App,
    headers: &HeaderMap,
    at: At,
    answer: impl FnOnce(PeerId) -> Result<FromClient, Refused>,
) -> Result<StatusCode, Refused> {
    let user = app.staff.user(&bearer(headers)?).await?;
    let Path((visit, peer)) = at.map_err(|_| BAD_REQUEST)?;
    let answer = answer(peer)?;
    match app.rooms.answer_knock(&visit, Participant::specialist(user), answer).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(code) => Err(refused(code)),
    }
}

const fn refused(code: RoomError) -> Refused {
    match code {
        RoomError::TooFast => Refused(StatusCode::TOO_MANY_REQUESTS, FailureCode::TooManyAttempts),
        RoomError::TooLarge | RoomError::BadMessage => BAD_REQUEST,
        RoomError::BadToken
        | RoomError::NotJoined
        | RoomError::Full
        | RoomError::Replaced
        | RoomError::Ended
        | RoomError::UnknownPeer
        | RoomError::NotAllowed => Refused(StatusCode::NOT_FOUND, FailureCode::NotFound),
    }
}
