//! The participants of a session: invited, read, changed and taken off.

use super::access::Asker;
use super::book;
use super::fields::{self, Fields, Query, RawBody, Text};
use super::record::{Invited, Scheduled, calendar, door, new_account};
use super::refused::Refused;
use super::sessions::{self, change, open};
use super::show::{self, Deleted, scheduled};
use crate::domain::{EditKind, InfoEdit, Live, View};
use crate::server::App;
use crate::store::Face;
use axum::Json;
use axum::extract::{Path, State};
use consilium_model::Secret;
use consilium_wire::coviu::{Done, FailureCode, Participant, Role};
use std::sync::Arc;

/// So many participants a session may have.
pub(super) const MAX_PRESENT: usize = 50;
/// So many it may have had, with those who were taken off: every one is kept with the session.
const MAX_EVER: usize = 200;

/// Somebody new, as a body says.
pub(super) fn invite(body: &Fields<'_>) -> Result<Invited, Refused> {
    Ok(Invited {
        id: Secret::new(uuid::Uuid::new_v4().to_string()),
        account: Some(new_account()),
        role: body.required_role("role")?,
        name: body.text("display_name", Text::Name)?,
        picture: body.text("picture", Text::Address)?,
        state: body.text("state", Text::Note)?,
        deleted_at: None,
    })
}

/// What a body gives of a participant; what it does not is left as it is.
struct Given {
    role: Option<Role>,
    name: Option<Secret>,
    picture: Option<Secret>,
    state: Option<Secret>,
}

impl Given {
    fn read(body: &Fields<'_>) -> Result<Self, Refused> {
        Ok(Self {
            role: body.role("role")?,
            name: body.text("display_name", Text::Name)?,
            picture: body.text("picture", Text::Address)?,
            state: body.text("state", Text::Note)?,
        })
    }

    fn apply_to(self, one: &mut Invited) {
        one.role = self.role.unwrap_or(one.role);
        one.name = self.name.or(one.name.take());
        one.picture = self.picture.or(one.picture.take());
        one.state = self.state.or(one.state.take());
    }
}

pub(super) async fn list(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(session): Path<String>,
    query: Query,
) -> Result<Json<Vec<Participant>>, Refused> {
    let deleted = Deleted::from(query.flag("deleted_participants")?);
    let view = sessions::find(&app, &asker, &session)?.view();
    let scheduled = scheduled(&view).ok_or(FailureCode::NotFound)?;
    Ok(Json(show::participants(&app, &view, scheduled, deleted)))
}

pub(super) async fn add(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(session): Path<String>,
    body: RawBody,
) -> Result<Json<Participant>, Refused> {
    let live = sessions::find(&app, &asker, &session)?;
    let body = fields::object(body)?;
    let one = invite(&Fields::of(&body))?;
    let id = one.id.clone();
    change(&app, &live, EditKind::Invite, move |view, now| {
        let mut changed = open(view, now)?.clone();
        if changed.present().count() >= MAX_PRESENT || changed.invited.len() >= MAX_EVER {
            return Err(FailureCode::TooManyParticipants.into());
        }
        changed.invited.push(one);
        Ok(with_people(view, changed))
    })
    .await?;
    shown(&app, &live, id.expose())
}

pub(super) async fn read(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(participant): Path<String>,
) -> Result<Json<Participant>, Refused> {
    let live = find(&app, &asker, &participant)?;
    shown(&app, &live, &participant)
}

pub(super) async fn update(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(participant): Path<String>,
    body: RawBody,
) -> Result<Json<Participant>, Refused> {
    let live = find(&app, &asker, &participant)?;
    let body = fields::object(body)?;
    let given = Given::read(&Fields::of(&body))?;
    let id = participant.clone();
    change(&app, &live, EditKind::Revise, move |view, now| {
        let mut changed = open(view, now)?.clone();
        given.apply_to(present(&mut changed, &id)?);
        Ok(with_people(view, changed))
    })
    .await?;
    shown(&app, &live, &participant)
}

pub(super) async fn remove(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(participant): Path<String>,
) -> Result<Json<Done>, Refused> {
    let live = find(&app, &asker, &participant)?;
    change(&app, &live, EditKind::Remove, move |view, now| {
        let mut changed = open(view, now)?.clone();
        present(&mut changed, &participant)?.deleted_at = Some(now);
        Ok(with_people(view, changed))
    })
    .await?;
    Ok(Json(Done { ok: true }))
}

/// Somebody who is invited and not taken off.
fn present<'a>(scheduled: &'a mut Scheduled, id: &str) -> Result<&'a mut Invited, Refused> {
    let one = scheduled.invited_mut(id).ok_or(FailureCode::NotFound)?;
    if one.deleted_at.is_some() { Err(FailureCode::ParticipantDeleted.into()) } else { Ok(one) }
}

fn with_people(view: &View, scheduled: Scheduled) -> InfoEdit {
    let (clients, specialists) = book::people(&view.record.info, &scheduled);
    InfoEdit {
        clients: Some(clients),
        specialists: Some(specialists),
        face: Some(Face::Coviu(Box::new(scheduled))),
        ..InfoEdit::default()
    }
}

/// The asker's session with that participant, also one that was taken off.
fn find(app: &App, asker: &Asker, participant: &str) -> Result<Arc<Live>, Refused> {
    let live = match app.clinic.by_door(&door(participant)) {
        Ok(ticket) => Some(ticket.live),
        Err(_) => {
            let mut mine = app.clinic.on_calendar(&calendar(&asker.client, &asker.user)).into_iter();
            mine.find(|live| scheduled(&live.view()).is_some_and(|one| one.invited(participant).is_some()))
        }
    };
    sessions::find(app, asker, live.ok_or(FailureCode::NotFound)?.id().as_str())
}

fn shown(app: &App, live: &Live, participant: &str) -> Result<Json<Participant>, Refused> {
    let view = live.view();
    let scheduled = scheduled(&view).ok_or(FailureCode::NotFound)?;
    let one = scheduled.invited(participant).ok_or(FailureCode::NotFound)?;
    Ok(Json(show::participant(app, &view, scheduled, one)))
}
