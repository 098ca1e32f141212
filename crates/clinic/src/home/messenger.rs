//! The way to the messenger for whoever is known to another face: a token, and the session of a visit.

use super::record::ticket;
use super::{Refused, bearer};
use crate::im;
use crate::server::App;
use crate::staff::SignInError;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use consilium_model::{Participant, UserId};
use consilium_wire::home::FailureCode;
use consilium_wire::im::{LoggedIn, Session};
use std::sync::Arc;

const UNAUTHORIZED: Refused = Refused(StatusCode::UNAUTHORIZED, FailureCode::Unauthorized);
const INTERNAL: Refused = Refused(StatusCode::INTERNAL_SERVER_ERROR, FailureCode::Internal);

/// A token of the messenger for a sign-in or for the access token of a visit.
pub(super) async fn let_in(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Json<LoggedIn>, Refused> {
    let user = user(&app, &headers).await?;
    im::let_in(&app, user, "im_sign_in").await.map(Json).map_err(refused)
}

async fn user(app: &App, headers: &HeaderMap) -> Result<UserId, Refused> {
    let who = match app.staff.user(&bearer(headers)?).await {
        Ok(user) => Participant::specialist(user),
        Err(SignInError::Unauthorized) => ticket(app, headers)?.who,
        Err(error) => return Err(error.into()),
    };
    im::user_of(&who).ok_or(UNAUTHORIZED)
}

/// The session of the visit whose access token is shown.
pub(super) async fn visit_chat(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Json<Session>, Refused> {
    let ticket = ticket(&app, &headers)?;
    im::open_visit_chat(&app, &ticket.live, &ticket.who).await.map(Json).map_err(refused)
}

/// What the messenger refuses, in the codes of this face.
fn refused(refused: im::Refused) -> Refused {
    use consilium_wire::im::FailureCode as Code;
    match refused.code {
        Code::Internal => INTERNAL,
        Code::TooMany => Refused(StatusCode::TOO_MANY_REQUESTS, FailureCode::TooManyAttempts),
        Code::Unauthorized | Code::Forbidden | Code::NotFound => UNAUTHORIZED,
        _ => Refused(StatusCode::BAD_REQUEST, FailureCode::BadRequest),
    }
}
