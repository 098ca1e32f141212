//! The life of a conference: made, run, stopped, run again, deleted.

use super::answer::Refused;
use super::asked;
use super::desk::Client;
use super::found::{Found, deleted, stopped};
use super::record::{Hosted, Terms};
use super::shown;
use crate::domain::{ClinicError, EditKind, InfoEdit, Live};
use crate::hosting::{self, Occasion};
use crate::server::App;
use crate::store::{AuditLine, ConferenceRecord, Face};
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use consilium_model::{Actor, Command, ConferenceId, Participant, Refusal, Status};
use consilium_wire::medme::Specialist;
use consilium_wire::trueconf::{self as wire, ConferenceAnswer};
use std::sync::Arc;
use uuid::Uuid;

type Answer = Result<Json<ConferenceAnswer>, Refused>;

const UNKNOWN_OWNER: Refused = Refused::bad_payload("owner is not the login of a specialist of this clinic");

pub(super) async fn create(
    State(app): State<Arc<App>>,
    client: Client,
    body: Result<Bytes, BytesRejection>,
) -> Answer {
    let body = body.map_err(|rejection| Refused::bad_body(rejection.into_response().status()))?;
    let new = serde_json::from_slice(&body)
        .map_err(|_| Refused::bad_payload("the body is not the JSON object of a conference"))?;
    let (terms, state) = asked::check(new)?;
    let made_at = app.clinic.clock().now();
    let hosted = Hosted { client: client.0, name: random_name(), made_at, state, terms };
    answer(&app, hold(&app, hosted).await?)
}

/// A name that says nothing.
fn random_name() -> String {
    Uuid::new_v4().simple().to_string()
}

/// Makes the clinic's conference for one run.
async fn hold(app: &App, hosted: Hosted) -> Result<Found, Refused> {
    let start = app.clinic.clock().now();
    let owner = hosted.terms.owner.clone();
    let occasion = Occasion {
        appointment_id: Hosted::appointment(&hosted.name),
        topic: Some(hosted.terms.topic.expose().clone()),
        start,
        colleagues: colleagues(app, &hosted.terms).await?,
        clients: Vec::new(),
    };
    let info = hosting::describe(app, &owner, occasion).await?.ok_or(UNKNOWN_OWNER)?;
    let record = ConferenceRecord {
        id: ConferenceId::new(random_name()),
        created_at: start,
        creator: Participant::specialist(owner),
        info,
        visitors: Vec::new(),
        asked_in: Vec::new(),
        web_hook: None,
        face: Face::TrueConf(Box::new(hosted.clone())),
    };
    Ok(Found { live: app.clinic.add(record).await?, hosted })
}

/// Those invited who are members of the staff; the others come in as guests, by their slug.
async fn colleagues(app: &App, terms: &Terms) -> Result<Vec<Specialist>, Refused> {
    let mut colleagues: Vec<Specialist> = Vec::new();
    for id in terms.invitations.iter().map(|invitation| &invitation.id) {
        let is_in = *id == terms.owner || colleagues.iter().any(|one| one.id == *id);
        if let Some(colleague) = hosting::specialist(app, id).await?.filter(|_| !is_in) {
            colleagues.push(colleague);
        }
    }
    Ok(colleagues)
}

pub(super) async fn one(State(app): State<Arc<App>>, client: Client, Path(name): Path<String>) -> Answer {
    answer(&app, Found::by_name(&app, &client, &name)?)
}

/// Guests may come in from now on. One that runs stays as it is, and one that has ended begins anew.
pub(super) async fn run(State(app): State<Arc<App>>, client: Client, Path(name): Path<String>) -> Answer {
    let _turn = app.trueconf.running.lock().await;
    let found = Found::by_name(&app, &client, &name)?;
    if found.state() == wire::State::Running {
        // One that could not be stopped for good goes on like any other.
        app.clinic.marks().clear(&stopped(&found.live)).await?;
        return answer(&app, found);
    }
    let hosted = Hosted { state: wire::State::Running, ..found.hosted };
    if found.live.view().conference.status().is_ended() {
        return answer(&app, hold(&app, hosted).await?);
    }
    let face = Some(Face::TrueConf(Box::new(hosted.clone())));
    let edit = InfoEdit { scheduled_start: Some(app.clinic.clock().now()), face, ..InfoEdit::default() };
    app.clinic.edit(&found.live, edit, EditKind::Run, Actor::Booking).await?;
    answer(&app, Found { live: found.live, hosted })
}

/// Everybody is out, and nobody comes in until it is run again.
pub(super) async fn stop(State(app): State<Arc<App>>, client: Client, Path(name): Path<String>) -> Answer {
    let _turn = app.trueconf.running.lock().await;
    let found = Found::by_name(&app, &client, &name)?;
    // Also one that has ended already: a specialist could restore it.
    if found.live.view().conference.status().is_ended() || found.state() == wire::State::Running {
        end(&app, &found).await?;
    }
    answer(&app, found)
}

/// Ends it in the name of its owner, so that a call that was held counts as one and not as cancelled. Nobody restores
/// it: that is written down before, so that there is no moment in which somebody could.
async fn end(app: &App, found: &Found) -> Result<(), Refused> {
    app.clinic.stop_for_good(&found.live).await?;
    let by = found.owner().map_or(Actor::Booking, Actor::Participant);
    let may_finish = by != Actor::Booking;
    let choose = move |status: Status| match status {
        status if status.is_ended() => None,
        status if status.is_started() && may_finish => Some(Command::Finish),
        _ => Some(Command::Cancel),
    };
    match app.clinic.apply_by_status(&found.live, by, choose).await {
        // It has ended meanwhile.
        Ok(_) | Err(ClinicError::Refused(Refusal::WrongStatusChange)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn delete(State(app): State<Arc<App>>, client: Client, Path(name): Path<String>) -> Answer {
    let _turn = app.trueconf.running.lock().await;
    let found = Found::by_name(&app, &client, &name)?;
    end(&app, &found).await?;
    app.clinic.marks().set(deleted(&found.live)).await?;
    app.clinic.audit(deletion(&app, &found.live, client)).await?;
    answer(&app, found)
}

fn deletion(app: &App, live: &Live, client: Client) -> AuditLine {
    let at = app.clinic.clock().now();
    AuditLine { at, actor: client.0, action: "delete", subject: live.id().to_string() }
}

fn answer(app: &App, found: Found) -> Answer {
    Ok(Json(ConferenceAnswer { conference: shown::conference(app, &found) }))
}
