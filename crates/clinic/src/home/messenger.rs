//! The way to the messenger for whoever is known to another face: a token, and the session of a visit.

use super::record::ticket;
use super::{Refused, bearer};
use crate::im;
use crate::keys::digest;
use crate::server::App;
use crate::staff::SignInError;
use crate::store::PassScope;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use consilium_model::Participant;
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
    let recognised = recognise(&app, &headers).await?;
    im::let_in(&app, recognised).await.map(Json).map_err(refused)
}

async fn recognise(app: &App, headers: &HeaderMap) -> Result<im::Recognised, Refused> {
    let token = bearer(headers)?;
    match app.staff.user(&token).await {
        Ok(user) => {
            let user = im::user_of(&Participant::specialist(user)).ok_or(UNAUTHORIZED)?;
            Ok(im::Recognised { user, scope: PassScope::SignIn(digest(token.expose())) })
        }
        Err(SignInError::Unauthorized) => im::of_link(app, &ticket(app, headers)?).await.map_err(refused),
        Err(error) => Err(error.into()),
    }
}

/// The session of the visit whose access token is shown.
pub(super) async fn visit_chat(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Json<Session>, Refused> {
    let ticket = ticket(&app, &headers)?;
    im::open_visit_chat(&app, &ticket).await.map(Json).map_err(refused)
}

/// What the messenger refuses, in the codes of this face.
pub(super) fn refused(refused: im::Refused) -> Refused {
    use consilium_wire::im::FailureCode as Code;
    match refused.code {
        Code::Internal => INTERNAL,
        Code::TooMany => Refused(StatusCode::TOO_MANY_REQUESTS, FailureCode::TooManyAttempts),
        Code::Unauthorized | Code::Forbidden | Code::NotFound => UNAUTHORIZED,
        _ => Refused(StatusCode::BAD_REQUEST, FailureCode::BadRequest),
    }
}
