//! Who is called together (`consilium_wire::home::calls`): the booking system adds, changes and removes teams.

use super::Refused;
use super::staff::Booking;
use crate::server::App;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::routing::{get, put};
use axum::{Json, Router};
use bytes::Bytes;
use consilium_wire::home::FailureCode;
use consilium_wire::home::calls::{PutTeam, Team, TeamId, Teams};
use std::sync::Arc;

const BAD_REQUEST: Refused = Refused(StatusCode::BAD_REQUEST, FailureCode::BadRequest);
const NOT_FOUND: Refused = Refused(StatusCode::NOT_FOUND, FailureCode::NotFound);

/// The routes below `/home/v1`.
pub(super) fn router() -> Router<Arc<App>> {
    Router::new().route("/teams", get(list)).route("/teams/{id}", put(change).delete(remove))
}

/// The team that the address names. It is looked at after the key.
struct Named(TeamId);

impl FromRequestParts<Arc<App>> for Named {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refused> {
        let path: Result<Path<String>, PathRejection> = Path::from_request_parts(parts, app).await;
        let id = path.ok().map(|Path(id)| TeamId(id)).filter(TeamId::is_sound);
        id.map(Self).ok_or(BAD_REQUEST)
    }
}

async fn list(State(app): State<Arc<App>>, _: Booking) -> Json<Teams> {
    Json(Teams { teams: app.contacts.teams() })
}

async fn change(
    State(app): State<Arc<App>>,
    _: Booking,
    Named(id): Named,
    body: Bytes,
) -> Result<StatusCode, Refused> {
    let put: PutTeam = serde_json::from_slice(&body).map_err(|_| BAD_REQUEST)?;
    if let Some(fault) = put.fault() {
        return Err(Refused(StatusCode::BAD_REQUEST, fault));
    }
    let PutTeam { name, members } = put;
    for member in &members {
        // One who is taken away from here on is left out of the team.
        if app.staff.member(member).await?.is_none() {
            return Err(Refused(StatusCode::BAD_REQUEST, FailureCode::BadLogin));
        }
    }
    app.contacts.put_team(Team { id, name, members }).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn remove(State(app): State<Arc<App>>, _: Booking, Named(id): Named) -> Result<StatusCode, Refused> {
    if app.contacts.remove_team(&id).await? { Ok(StatusCode::NO_CONTENT) } else { Err(NOT_FOUND) }
}
