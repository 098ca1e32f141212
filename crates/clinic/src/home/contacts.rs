//! Who can be called, and whether the asker wants to hear calls (`consilium_wire::home::calls`).

use super::{Refused, bearer};
use crate::server::App;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, put};
use axum::{Json, Router};
use bytes::Bytes;
use consilium_wire::home::FailureCode;
use consilium_wire::home::calls::{Contact, Contacts, SetPresence};
use std::sync::Arc;

/// The routes below `/home/v1`.
pub(super) fn router() -> Router<Arc<App>> {
    Router::new().route("/contacts", get(list)).route("/presence", put(set_presence))
}

async fn list(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Json<Contacts>, Refused> {
    let user = app.staff.user(&bearer(&headers)?).await?;
    let mut staff = app.staff.members().await?;
    staff.retain(|one| one.user_id != user);
    staff.sort_by(|one, other| (one.name.expose(), &one.user_id).cmp(&(other.name.expose(), &other.user_id)));
    let contact = |staff: crate::store::Staff| Contact {
        availability: app.contacts.presence().of(&staff.user_id),
        user_id: staff.user_id,
        name: staff.name,
        clinic: staff.clinic,
    };
    Ok(Json(Contacts {
        contacts: staff.into_iter().map(contact).collect(),
        teams: app.contacts.teams(),
        do_not_disturb: app.contacts.is_undisturbed(&user),
    }))
}

async fn set_presence(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Refused> {
    let user = app.staff.user(&bearer(&headers)?).await?;
    let bad_request = |_| Refused(StatusCode::BAD_REQUEST, FailureCode::BadRequest);
    let SetPresence { do_not_disturb } = serde_json::from_slice(&body).map_err(bad_request)?;
    app.contacts.set_undisturbed(user, do_not_disturb).await?;
    Ok(StatusCode::NO_CONTENT)
}
