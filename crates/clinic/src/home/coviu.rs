//! A specialist who is signed in lets an API client of the Coviu face ask on their behalf.

use super::{Refused, bearer};
use crate::server::App;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use bytes::Bytes;
use consilium_wire::home::{Code, CodeFor, FailureCode};
use std::sync::Arc;

const BAD_REQUEST: Refused = Refused(StatusCode::BAD_REQUEST, FailureCode::BadRequest);

pub(super) async fn code(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Code>, Refused> {
    let user = app.staff.user(&bearer(&headers)?).await?;
    let wanted: CodeFor = serde_json::from_slice(&body).map_err(|_| BAD_REQUEST)?;
    let code = app.coviu.invite(&app.staff, &wanted.client_id, user).await?;
    code.map(Json).ok_or(BAD_REQUEST)
}
