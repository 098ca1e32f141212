//! `auth/login`, `auth/refresh` and `auth/logout`.

use super::desk::Asker;
use super::fields::{self, Fields, RawBody};
use super::refused::Refused;
use crate::server::App;
use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::StatusCode;
use consilium_model::UserId;
use consilium_wire::xassist::{Login, Tokens};
use std::net::SocketAddr;
use std::sync::Arc;

pub(super) async fn log_in(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    body: RawBody,
) -> Result<Json<Tokens>, Refused> {
    let body = fields::object(body)?;
    let fields = Fields::of(&body);
    let login = Login {
        user_id: UserId::new(fields.required("userId", fields.text("userId")?)?),
        domain: fields.required("domain", fields.text("domain")?)?.to_owned(),
        password: fields.secret("password")?,
    };
    Ok(Json(app.xassist.log_in(&app.staff, login, from.ip()).await?))
}

pub(super) async fn refresh(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    body: RawBody,
) -> Result<Json<Tokens>, Refused> {
    let body = fields::object(body)?;
    let token = Fields::of(&body).secret("refreshToken")?;
    Ok(Json(app.xassist.refresh(&token, from.ip()).await?))
}

pub(super) async fn log_out(State(app): State<Arc<App>>, asker: Asker) -> Result<StatusCode, Refused> {
    app.xassist.log_out(&asker).await?;
    Ok(StatusCode::NO_CONTENT)
}
