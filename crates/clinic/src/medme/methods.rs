//! The methods that take an access token.

use super::answer::{Failure, ok, verified};
use super::edit::{has_api_key, named_by};
use super::fields;
use crate::domain::Ticket;
use crate::server::App;
use axum::body::Body;
use axum::extract::rejection::BytesRejection;
use axum::extract::{RawQuery, State};
use axum::http::header;
use axum::response::Response;
use bytes::{BufMut, Bytes, BytesMut};
use consilium_model::{Actor, Command, Conference};
use consilium_wire::medme::{Code, Durations, Exchanged, Gap, StatusChanged};
use serde_json::{Map, Value};
use std::sync::Arc;
use std::time::Duration;
use time::OffsetDateTime;

pub(super) type RawBody = Result<Bytes, BytesRejection>;

/// A method that moves the status machine.
pub(super) async fn press(
    State(app): State<Arc<App>>,
    body: RawBody,
    command: Command,
) -> Result<Response, Failure> {
    let ticket = ticket_of(&app, body)?;
    let new_conference_status = app.clinic.apply(&ticket.live, command, ticket.actor()).await?;
    Ok(ok(StatusChanged { new_conference_status }))
}

/// `cancel`: by a participant, or by the booking system with its `api_key`. What that cancels cannot be restored.
pub(super) async fn cancel(State(app): State<Arc<App>>, body: RawBody) -> Result<Response, Failure> {
    let body = fields::read_body(body)?;
    let (live, by) = if has_api_key(&app, &body)? {
        (named_by(&app, &body)?, Actor::Booking)
    } else {
        let ticket = verified(&app.clinic, any_ticket_of(&app, &body)?)?;
        let by = ticket.actor();
        (ticket.live, by)
    };
    let new_conference_status = app.clinic.apply(&live, Command::Cancel, by).await?;
    Ok(ok(StatusChanged { new_conference_status }))
}

pub(super) async fn exchange(State(app): State<Arc<App>>, body: RawBody) -> Result<Response, Failure> {
    let Ticket { live, who } = ticket_of(&app, body)?;
    Ok(ok(Exchanged { conference_token: app.clinic.keys().conference_token(live.id(), &who) }))
}

pub(super) async fn durations(State(app): State<Arc<App>>, body: RawBody) -> Result<Response, Failure> {
    let ticket = ticket_of(&app, body)?;
    let now = app.clinic.clock().now();
    let conference = &ticket.live.view().conference;
    let durations = conference.durations(now);
    Ok(ok(Durations {
        now,
        expected_end_at: conference.expected_end(now),
        scheduled_duration_seconds: seconds(conference.plan().scheduled_duration),
        net_duration_seconds: seconds(durations.net),
        dirty_duration_seconds: seconds(durations.dirty),
        real_duration_seconds: seconds(durations.real),
        both_present_seconds: Some(seconds(durations.both_present)),
        gaps: Some(gaps(conference, now)),
    }))
}

pub(super) fn gaps(conference: &Conference, now: OffsetDateTime) -> Vec<Gap> {
    let gaps = conference.gaps(now).into_iter();
    gaps.map(|gap| Gap { from: gap.from, to: gap.to, reason: gap.reason }).collect()
}

pub(super) fn seconds(duration: Duration) -> u32 {
    duration.as_secs().try_into().unwrap_or(u32::MAX)
}

pub(super) async fn info(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let query = query.unwrap_or_default();
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    let token = pairs.find(|(name, _)| name == "access_token").map(|(_, token)| token);
    let token = token.filter(|token| !token.is_empty()).ok_or(Failure::Code(Code::ExpectAccessToken))?;
    let ticket = verified(&app.clinic, app.clinic.by_access_token(&token)?)?;
    let is_final = app.clinic.ends_for_good(&ticket.live);
    Ok(info_response(&ticket, is_final))
}

/// The answer of `info`, put together around the part that was rendered when the conference last changed.
fn info_response(Ticket { live, who }: &Ticket, is_final: bool) -> Response {
    let info = live.view().info_json_for(who);
    let role = serde_json::to_vec(&who.role).expect("a role is a string");
    let user_id = serde_json::to_vec(&who.id).expect("an id is a string");
    let mut body = BytesMut::with_capacity(info.len() + user_id.len() + 128);
    for part in [
        &b"{\"status\":\"OK\",\"role\":"[..],
        &role,
        b",\"user_id\":",
        &user_id,
        b",\"conference_info\":",
        &info,
        if is_final { b",\"ended_for_good\":true" } else { b"" },
        if live.record().face.is_call() { b",\"call\":true}" } else { b"}" },
    ] {
        body.put_slice(part);
    }
    let response = Response::builder().header(header::CONTENT_TYPE, "application/json");
    response.body(Body::from(body.freeze())).expect("the response has valid headers")
}

fn ticket_of(app: &App, body: RawBody) -> Result<Ticket, Failure> {
    verified(&app.clinic, any_ticket_of(app, &fields::read_body(body)?)?)
}

/// Whose `access_token` a body has, also while a one-time password is expected.
pub(super) fn any_ticket_of(app: &App, body: &Map<String, Value>) -> Result<Ticket, Failure> {
    let token = match body.get("access_token") {
        None | Some(Value::Null) => return Err(Failure::Code(Code::ExpectAccessToken)),
        Some(Value::String(token)) if token.is_empty() => return Err(Failure::Code(Code::ExpectAccessToken)),
        Some(Value::String(token)) => token,
        Some(_) => return Err(Failure::invalid("type", "access_token", "must be a string")),
    };
    Ok(app.clinic.by_access_token(token)?)
}
