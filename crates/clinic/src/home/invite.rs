//! From a chat into a conference with one press: it is made, runs, and a card in the chat opens it.

use super::{Refused, bearer, messenger};
use crate::domain::{ClinicError, Live};
use crate::hosting::{self, Occasion};
use crate::im::{self, Circle};
use crate::server::App;
use crate::store::{ConferenceRecord, Face};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use bytes::Bytes;
use consilium_model::{ConferenceId, Participant, Secret, UserId};
use consilium_wire::home::{FailureCode, Invite, Invited, Invitee};
use consilium_wire::medme::{Client, Specialist};
use std::sync::Arc;

const BAD_REQUEST: Refused = Refused(StatusCode::BAD_REQUEST, FailureCode::BadRequest);
const BAD_TITLE: Refused = Refused(StatusCode::BAD_REQUEST, FailureCode::BadName);
const NO_PATIENT: Refused = Refused(StatusCode::BAD_REQUEST, FailureCode::NobodyToCall);
const NOBODY: Refused = Refused(StatusCode::UNAUTHORIZED, FailureCode::Unauthorized);

pub(super) async fn invite(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Invited>, Refused> {
    let user = app.staff.user(&bearer(&headers)?).await?;
    let Invite { invitee, title, client_message_id: client_id } =
        serde_json::from_slice(&body).map_err(|_| BAD_REQUEST)?;
    let title = im::card_title(title).map_err(|_| BAD_TITLE)?;
    let circle = circle(&app, &user, invitee).await.map_err(refused)?;
    if circle.patients.is_empty() {
        return Err(NO_PATIENT);
    }
    let session = circle.session.clone();
    // Of two presses at once, the second finds the conference of the first.
    let _turn = app.invitations.lock().await;
    let live = match ongoing(&app, &user, &circle) {
        Some(live) => live,
        None => hold(&app, &user, circle).await?,
    };
    let access_token = app.clinic.keys().access_token(live.id(), &Participant::specialist(user.clone()));
    let card = im::Card { session, sender: user, title, conference: live.id().clone(), client_id };
    let card = im::post_card(&app, card).await.map_err(refused)?;
    Ok(Json(Invited { visit: live.id().clone(), access_token, card }))
}

async fn circle(app: &App, user: &UserId, invitee: Invitee) -> Result<Circle, im::Refused> {
    let session = match invitee {
        Invitee::Session(session) => session,
        Invitee::Patient(patient) => im::session_with(app, user, &patient).await?,
    };
    im::circle(app, session, user).await
}

/// The conference that these people are invited to already.
fn ongoing(app: &App, user: &UserId, circle: &Circle) -> Option<Arc<Live>> {
    let live = app.clinic.by_appointment(&im::appointment_of(&circle.session))?;
    let view = live.view();
    let roster = &view.conference.plan().roster;
    let mut everybody = circle.patients.iter().map(|(who, _)| who);
    let is_theirs = roster.contains(&Participant::specialist(user.clone()))
        && everybody.all(|patient| roster.contains(patient));
    (is_theirs && !view.conference.status().is_ended()).then(|| Arc::clone(&live))
}

async fn hold(app: &App, user: &UserId, circle: Circle) -> Result<Arc<Live>, Refused> {
    let start = app.clinic.clock().now();
    let occasion = Occasion {
        appointment_id: im::appointment_of(&circle.session),
        topic: None,
        start,
        colleagues: colleagues(app, &circle.colleagues).await?,
        clients: circle.patients.into_iter().map(|(who, name)| client(app, who, name)).collect(),
    };
    let info = hosting::describe(app, user, occasion).await?.ok_or(NOBODY)?;
    let record = ConferenceRecord {
        id: ConferenceId::new(uuid::Uuid::new_v4().simple().to_string()),
        created_at: start,
        creator: Participant::specialist(user.clone()),
        info,
        visitors: Vec::new(),
        asked_in: Vec::new(),
        web_hook: None,
        face: Face::Medme,
    };
    app.clinic.add(record).await.map_err(|error| match error {
        ClinicError::Store(error) => error.into(),
        ClinicError::Refused(_) | ClinicError::Stopping => {
            Refused(StatusCode::INTERNAL_SERVER_ERROR, FailureCode::Internal)
        }
    })
}

/// What the messenger refuses, where the asker is known: a session of others is like one that does not exist.
fn refused(refused: im::Refused) -> Refused {
    use consilium_wire::im::FailureCode as Code;
    match refused.code {
        Code::NotFound | Code::Forbidden => Refused(StatusCode::NOT_FOUND, FailureCode::NotFound),
        _ => messenger::refused(refused),
    }
}

/// Whoever of them can sign in: others have no way to the conference.
async fn colleagues(app: &App, logins: &[UserId]) -> Result<Vec<Specialist>, Refused> {
    let mut colleagues = Vec::new();
    for login in logins {
        colleagues.extend(hosting::specialist(app, login).await?);
    }
    Ok(colleagues)
}

/// A patient as the newest visit has them, or else by the name of the messenger.
fn client(app: &App, who: Participant, name: Secret) -> Client {
    let newest = im::newest_booked(app, &who);
    let known =
        newest.and_then(|live| live.record().info.clients.iter().find(|one| one.id == who.id).cloned());
    known.unwrap_or_else(|| Client { id: who.id, name, surname: "".into(), middle_name: None })
}
