//! How calls went (`consilium_wire::record`): participants tell it, the specialists of the visit read it.

use super::{Refused, bearer};
use crate::domain::Ticket;
use crate::medme;
use crate::server::App;
use crate::staff::Attempts;
use crate::store::{StoreError, Summary};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use bytes::Bytes;
use consilium_model::{ConferenceId, Participant, Role};
use consilium_wire::home::FailureCode;
use consilium_wire::record::{CallRecord, CallSummary, MAX_SUMMARIES, RecordedSummary};
use std::sync::Arc;
use time::Duration;

const BAD_REQUEST: Refused = Refused(StatusCode::BAD_REQUEST, FailureCode::BadRequest);
const UNAUTHORIZED: Refused = Refused(StatusCode::UNAUTHORIZED, FailureCode::Unauthorized);

const TOO_MANY: Refused = Refused(StatusCode::TOO_MANY_REQUESTS, FailureCode::TooManyAttempts);
/// How long somebody who told of a call waits before they tell of the next one of that visit: a summary is a write.
const PAUSE: Duration = Duration::seconds(5);

/// Who told lately how a call went.
pub(crate) struct Summaries(Attempts<(ConferenceId, Participant)>);

impl Default for Summaries {
    fn default() -> Self {
        Self(Attempts::new(1, PAUSE))
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the store has failed");
        Self(StatusCode::INTERNAL_SERVER_ERROR, FailureCode::Internal)
    }
}

pub(super) async fn add(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Refused> {
    let Ticket { live, who } = ticket(&app, &headers)?;
    let summary: CallSummary = serde_json::from_slice(&body).map_err(|_| BAD_REQUEST)?;
    if !summary.is_sound() || live.view().conference.started_at().is_none() {
        return Err(BAD_REQUEST);
    }
    let at = app.clinic.clock().now();
    let teller = (live.id().clone(), who.clone());
    if !app.summaries.0.begin(teller.clone(), at) {
        return Err(TOO_MANY);
    }
    let summary = Summary { conference: live.id().clone(), by: who, at, summary };
    app.clinic.add_summary(summary, MAX_SUMMARIES).await.inspect_err(|_| app.summaries.0.forgive(&teller))?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn read(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Json<CallRecord>, Refused> {
    let Ticket { live, who } = ticket(&app, &headers)?;
    if who.role != Role::Specialist {
        return Err(UNAUTHORIZED);
    }
    let summaries = app.clinic.summaries(live.id()).await?.into_iter();
    let recorded = |Summary { by, at, summary, .. }| RecordedSummary { by: by.role, at, summary };
    Ok(Json(CallRecord { summaries: summaries.map(recorded).collect() }))
}

/// Whose access token it is, if the conference still is one of theirs and they have shown what it asks for.
pub(super) fn ticket(app: &App, headers: &HeaderMap) -> Result<Ticket, Refused> {
    let ticket = app.clinic.by_access_token(bearer(headers)?.expose()).map_err(|_| UNAUTHORIZED)?;
    let may = ticket.takes_part() && !medme::expects_otp(&app.clinic, &ticket);
    if may { Ok(ticket) } else { Err(UNAUTHORIZED) }
}
