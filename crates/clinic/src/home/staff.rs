//! Who may sign in (`consilium_wire::home::staff`): the booking system adds, changes and removes specialists.

use super::{Refused, bearer};
use crate::calls::Calls;
use crate::im;
use crate::server::App;
use crate::staff::Put;
use axum::extract::rejection::PathRejection;
use axum::extract::{ConnectInfo, FromRequestParts, Path, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::routing::{get, post, put};
use axum::{Json, Router};
use bytes::Bytes;
use consilium_model::UserId;
use consilium_wire::home::FailureCode;
use consilium_wire::home::staff::{PutStaff, Roster, StaffLink, StaffPut, StaffRow, is_login};
use consilium_wire::link::Link;
use std::net::SocketAddr;
use std::sync::Arc;

const BAD_REQUEST: Refused = Refused(StatusCode::BAD_REQUEST, FailureCode::BadRequest);
const NOT_FOUND: Refused = Refused(StatusCode::NOT_FOUND, FailureCode::NotFound);

/// The routes below `/home/v1`.
pub(super) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/staff", get(list))
        .route("/staff/{login}", put(change).delete(remove))
        .route("/staff/{login}/link", post(link))
}

/// A request that carries the API key.
pub(super) struct Booking;

impl FromRequestParts<Arc<App>> for Booking {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refused> {
        let key = bearer(&parts.headers)?;
        let ConnectInfo(from) =
            ConnectInfo::<SocketAddr>::from_request_parts(parts, app).await.map_err(|_| BAD_REQUEST)?;
        app.staff.admit_booking(app.clinic.is_api_key(key.expose()), from.ip()).await?;
        Ok(Self)
    }
}

/// The login that the address names. It is looked at after the key.
struct Login(UserId);

impl FromRequestParts<Arc<App>> for Login {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refused> {
        let path: Result<Path<String>, PathRejection> = Path::from_request_parts(parts, app).await;
        let login = path.ok().map(|Path(login)| login).filter(|login| is_login(login));
        login.map(|login| Self(login.into())).ok_or(Refused(StatusCode::BAD_REQUEST, FailureCode::BadLogin))
    }
}

async fn list(State(app): State<Arc<App>>, _: Booking) -> Result<Json<Roster>, Refused> {
    let mut staff = app.staff.members().await?;
    staff.sort_by(|one, other| one.user_id.cmp(&other.user_id));
    let row = |staff: crate::store::Staff| StaffRow {
        user_id: staff.user_id,
        name: staff.name,
        clinic: staff.clinic,
        has_password: staff.password_hash.is_some(),
    };
    Ok(Json(Roster { staff: staff.into_iter().map(row).collect() }))
}

async fn change(
    State(app): State<Arc<App>>,
    _: Booking,
    Login(login): Login,
    body: Bytes,
) -> Result<Json<StaffPut>, Refused> {
    let put: PutStaff = serde_json::from_slice(&body).map_err(|_| BAD_REQUEST)?;
    if let Some(fault) = put.fault() {
        return Err(Refused(StatusCode::BAD_REQUEST, fault));
    }
    let (staff, done) = app.staff.put(login.clone(), put).await?;
    match done {
        Put::Added | Put::Changed => {}
        Put::Locked => app.messenger.shut_out(&login),
    }
    im::rename(&app, &login).await.map_err(super::messenger::refused)?;
    let created = done == Put::Added;
    Ok(Json(StaffPut { user_id: staff.user_id, name: staff.name, clinic: staff.clinic, created }))
}

async fn link(
    State(app): State<Arc<App>>,
    _: Booking,
    Login(login): Login,
) -> Result<Json<StaffLink>, Refused> {
    let (code, expires_at) = app.staff.link(login).await?.ok_or(NOT_FOUND)?;
    let link = Link::SignIn { server: app.public_url.clone(), code };
    Ok(Json(StaffLink { link: link.to_deep_link().into(), expires_at }))
}

async fn remove(State(app): State<Arc<App>>, _: Booking, Login(login): Login) -> Result<StatusCode, Refused> {
    if !app.staff.remove(login.clone()).await? {
        return Err(NOT_FOUND);
    }
    app.contacts.forget(&login).await;
    Calls::forget(&app, &login).await;
    app.messenger.shut_out(&login);
    Ok(StatusCode::NO_CONTENT)
}
