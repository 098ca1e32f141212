//! `move`, `resize` and `update_info`: the booking system, or a specialist, changes a conference that has not ended.
//!
//! The fields come at the top level of the body or in a `conference_info` object, which then is the one that counts.
//! With the `api_key` the conference is named by any participant's `access_token` or, without one, by its
//! `appointmentId`; of several conferences of one appointment that is the latest. An appointment that is unknown
//! answers `VALIDATION_ERROR` with the error `unknown` at `appointmentId`: the codes about tokens would send the
//! reader looking in the wrong place.

use super::answer::{Failure, ok, verified};
use super::fields::{self, Fields, Problems};
use super::info::{self, EDITABLE};
use super::links;
use super::methods::{RawBody, any_ticket_of};
use crate::domain::{EditError, EditKind, InfoEdit, Live, View};
use crate::im;
use crate::server::App;
use axum::extract::State;
use axum::response::Response;
use consilium_model::{Actor, Role};
use consilium_wire::medme::{Code, StatusChanged};
use serde_json::{Map, Value};
use std::sync::Arc;

type Body = Map<String, Value>;

pub(super) async fn edit(
    State(app): State<Arc<App>>,
    body: RawBody,
    kind: EditKind,
) -> Result<Response, Failure> {
    let body = fields::read_body(body)?;
    let (live, by) = if has_api_key(&app, &body)? {
        (named_by(&app, &body)?, Actor::Booking)
    } else {
        of_specialist(&app, &body)?
    };
    if live.record().face.is_call() {
        // Who is in a call is the call's own.
        return Err(Failure::Code(Code::ConferenceCannotBeEdited));
    }
    let edit = read(&body, kind)?;
    if edit.otp == Some(true) {
        app.otp.check_reach(live.record().web_hook.as_ref(), &path_of(&body, "otp"))?;
    }
    let at_fault = if edit.scheduled_start.is_some() { "scheduledStart" } else { "scheduledDurationSeconds" };
    let choose = |view: &View, _| Ok(edit.beside_the_asked_in(&view.record));
    let edited = app.clinic.edit_chosen(&live, kind, by, choose).await.map_err(|error| match error {
        EditError::Clinic(error) => error.into(),
        EditError::EndsInPast => {
            Failure::invalid("range", &path_of(&body, at_fault), "would be over already")
        }
    })?;
    links::tell_added(&app, &live, edited.added).await;
    im::follow_visit(&app, &live).await;
    Ok(ok(StatusChanged { new_conference_status: edited.status }))
}

/// Whether the booking system asks. A wrong key is an error, whatever else the body holds.
pub(super) fn has_api_key(app: &App, body: &Body) -> Result<bool, Failure> {
    match body.get("api_key") {
        None | Some(Value::Null) => Ok(false),
        Some(Value::String(key)) if app.clinic.is_api_key(key) => Ok(true),
        Some(Value::String(_)) => Err(Failure::Code(Code::Unauthorized)),
        Some(_) => Err(Failure::invalid("type", "api_key", "must be a string")),
    }
}

/// The conference that the booking system means.
pub(super) fn named_by(app: &App, body: &Body) -> Result<Arc<Live>, Failure> {
    let fields = Fields::of_body(body);
    if fields.optional("access_token").is_some() {
        return Ok(any_ticket_of(app, body)?.live);
    }
    let mut problems = Problems::default();
    let appointment = fields.id("appointmentId", &mut problems);
    if let Some(failure) = problems.into_failure() {
        return Err(failure);
    }
    let live = appointment.and_then(|appointment| app.clinic.by_appointment(&appointment));
    live.ok_or_else(|| Failure::invalid("unknown", "appointmentId", "is no appointment of this server"))
}

fn of_specialist(app: &App, body: &Body) -> Result<(Arc<Live>, Actor), Failure> {
    let ticket = verified(&app.clinic, any_ticket_of(app, body)?)?;
    match ticket.who.role {
        Role::Specialist => Ok((Arc::clone(&ticket.live), ticket.actor())),
        Role::Client => Err(Failure::Code(Code::ConferenceWrongSpecialist)),
    }
}

/// Where a field that was read stands in the body.
fn path_of(body: &Body, name: &str) -> String {
    let is_nested = Fields::of_body(body).optional("conference_info").is_some();
    if is_nested { format!("conference_info.{name}") } else { name.to_owned() }
}

fn read(body: &Body, kind: EditKind) -> Result<InfoEdit, Failure> {
    let only = match kind {
        EditKind::Move => &["scheduledStart"][..],
        EditKind::Resize => &["scheduledDurationSeconds"],
        EditKind::Update
        | EditKind::Invite
        | EditKind::GuestLink
        | EditKind::Revise
        | EditKind::Remove
        | EditKind::Run => &EDITABLE,
    };
    let mut problems = Problems::default();
    let fields = Fields::of_body(body);
    let place = match fields.optional("conference_info") {
        Some(_) => fields.object("conference_info", &mut problems).map(Fields::bare),
        None => Some(fields),
    };
    let edit = place.map(|place| info::read_edit(&place, only, &mut problems));
    match problems.into_failure() {
        Some(failure) => Err(failure),
        None => edit.ok_or(Failure::Code(Code::ValidationError)),
    }
}
