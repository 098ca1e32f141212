//! From a chat into a conference: whom it is for, the card that opens it, and each reader's own way in.

use super::body::Body;
use super::rights::{self, Right};
use super::{Asker, Refused, draft, people, sessions, shown};
use crate::domain::{ClinicError, EditError, EditKind, InfoEdit, Live, View};
use crate::server::App;
use crate::store::{ChatDraft, ChatMessage, ChatRow, ChatSession, Principal};
use axum::Json;
use axum::extract::{Path, State};
use consilium_model::{
    Actor, BusinessKind, ConferenceId, MessageKind, Participant, Role, Secret, SessionKind, UserId,
};
use consilium_wire::im::{
    Content, EnterConference, FailureCode, INVITATION_PREFIX, JumpContent, MAX_NAME, Message,
    SessionConference, UserRole,
};
use consilium_wire::medme::Client;
use std::sync::Arc;

/// The people of a chat.
pub(crate) struct Circle {
    /// The session.
    pub(crate) session: String,
    /// The care team, without the one who asks.
    pub(crate) colleagues: Vec<UserId>,
    /// The patients, with their names.
    pub(crate) patients: Vec<(Participant, Secret)>,
}

/// The appointment of the conferences that a chat's people are invited to.
pub(crate) fn appointment_of(session: &str) -> String {
    format!("{INVITATION_PREFIX}{session}")
}

/// The session to whose people's conference somebody was invited; `None` of any other conference. Who is called what in
/// such a one is what they have called themselves on the way in.
pub(crate) fn session_behind(live: &Live) -> Option<String> {
    let view = live.view();
    view.record.info.appointment_id.strip_prefix(INVITATION_PREFIX).map(str::to_owned)
}

/// The people of a session that somebody may write in.
pub(crate) async fn circle(app: &App, session: String, asker: &UserId) -> Result<Circle, Refused> {
    let who = Principal::from(asker.clone());
    let row = app.chats.chat(session, who.clone()).await??;
    rights::demand(app, &row.session.id, &who, Right::Write).await?;
    Ok(circle_of(row, asker))
}

fn circle_of(row: ChatRow, asker: &UserId) -> Circle {
    let mut circle = Circle { session: row.session.id, colleagues: Vec::new(), patients: Vec::new() };
    for user in row.members.into_iter().map(|member| member.user).filter(|user| user.id != *asker) {
        match user.role {
            UserRole::Doctor => circle.colleagues.push(user.id),
            UserRole::Patient => circle.patients.push((people::participant_of(&user.id), user.name)),
        }
    }
    circle
}

/// The session of two that a specialist has with a patient, made when there is none.
pub(crate) async fn session_with(app: &App, doctor: &UserId, patient: &UserId) -> Result<String, Refused> {
    if people::role_of(patient) != UserRole::Patient || !people::have_a_visit(app, doctor, patient) {
        return Err(Refused::NOT_FOUND);
    }
    people::meet(app, doctor).await?;
    people::meet(app, patient).await?;
    let session = ChatSession {
        id: sessions::random_id(),
        kind: SessionKind::OneToOne,
        business: BusinessKind::WithPatient,
        name: None,
        conference: None,
        created_at: app.clinic.clock().now(),
    };
    let (id, _) = app.chats.create_chat(session, vec![doctor.clone(), patient.clone()]).await??;
    Ok(id)
}

/// What a card says: one line.
pub(crate) fn card_title(title: Secret) -> Result<Secret, Refused> {
    draft::line(title, MAX_NAME)
}

/// A card, before it is posted.
pub(crate) struct Card {
    /// Where.
    pub(crate) session: String,
    /// Whose.
    pub(crate) sender: UserId,
    /// What it says.
    pub(crate) title: Secret,
    /// The conference that it opens.
    pub(crate) conference: ConferenceId,
    /// As the sender drew it.
    pub(crate) client_id: Option<String>,
}

/// Posts a card, unless the same one was posted before: then it is that one.
pub(crate) async fn post_card(app: &App, card: Card) -> Result<Message, Refused> {
    let client_id = card.client_id.clone().unwrap_or_else(sessions::random_id);
    if !draft::is_client_id(&client_id) {
        return Err(Refused::bad_request("client_message_id has 1 to 64 characters"));
    }
    let stored = app.chats.add_message(card.draft(app, client_id)).await??;
    if stored.fresh || card.is_it(&stored.message) {
        return Ok(shown::message(&stored.message));
    }
    // That id was used up: by other words, or by the card of a conference that is over. This one needs a card as well.
    Ok(shown::message(&app.chats.add_message(card.draft(app, sessions::random_id())).await??.message))
}

impl Card {
    fn draft(&self, app: &App, client_id: String) -> ChatDraft {
        let content = JumpContent {
            title: self.title.clone(),
            appointment_id: appointment_of(&self.session),
            conference: Some(self.conference.clone()),
        };
        ChatDraft {
            session: self.session.clone(),
            sender: self.sender.clone().into(),
            kind: MessageKind::Jump,
            content: Content::Jump(content).write(),
            client_id,
            reply_to: None,
            at: app.clinic.clock().now(),
        }
    }

    fn is_it(&self, message: &ChatMessage) -> bool {
        let conference = Some(self.conference.clone());
        match Content::read(message.kind, &message.content) {
            Ok(Content::Jump(known)) => known.conference == conference,
            Ok(_) | Err(_) => false,
        }
    }
}

/// `GET /sessions/:session_id/conference`: the asker's own way into the conference that the session's people are
/// invited to. Only such a conference: a token of the messenger leads into no visit of a booking system.
pub(super) async fn conference(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(session): Path<String>,
) -> Result<Json<SessionConference>, Refused> {
    let (live, who) = invited(&app, &asker, &session).await?;
    Ok(Json(way_in(&app, &live, &who)))
}

/// `POST /sessions/:session_id/conference`: the same, for whoever goes in now under a name.
pub(super) async fn enter(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(session): Path<String>,
    Body(EnterConference { name }): Body<EnterConference>,
) -> Result<Json<SessionConference>, Refused> {
    let name = card_title(name)?;
    let (live, who) = invited(&app, &asker, &session).await?;
    if who.role == Role::Client && live.name_of(&who).as_ref() != Some(&name) {
        call_themselves(&app, &live, &who, name).await?;
    }
    Ok(Json(way_in(&app, &live, &who)))
}

async fn invited(app: &App, asker: &Asker, session: &str) -> Result<(Arc<Live>, Participant), Refused> {
    app.chats.unread_count(session.to_owned(), asker.who.clone()).await??;
    let live = app.clinic.by_appointment(&appointment_of(session)).ok_or(Refused::NOT_FOUND)?;
    let who = people::participant_of(&asker.id);
    let view = live.view();
    let goes_on = !view.conference.status().is_ended() && view.conference.plan().roster.contains(&who);
    if goes_on { Ok((live, who)) } else { Err(Refused::NOT_FOUND) }
}

fn way_in(app: &App, live: &Live, who: &Participant) -> SessionConference {
    let view = live.view();
    SessionConference {
        appointment_id: view.record.info.appointment_id.clone(),
        visit: Some(live.id().clone()),
        access_token: app.clinic.keys().access_token(live.id(), who),
        status: view.conference.status(),
    }
}

/// Another name, in this conference only. One that ends at this moment keeps the one that it had.
async fn call_themselves(
    app: &App,
    live: &Arc<Live>,
    who: &Participant,
    name: Secret,
) -> Result<(), Refused> {
    let id = who.id.clone();
    let choose = move |view: &View, _| {
        let mut clients = view.record.info.clients.clone();
        clients.iter_mut().filter(|one| one.id == id).for_each(|one| {
            *one = Client { id: id.clone(), name: name.clone(), surname: "".into(), middle_name: None };
        });
        Ok::<_, EditError>(InfoEdit { clients: Some(clients), ..InfoEdit::default() })
    };
    // Participants edit nothing else about themselves.
    match app.clinic.edit_chosen(live, EditKind::Revise, Actor::Booking, choose).await {
        Ok(_) | Err(EditError::EndsInPast | EditError::Clinic(ClinicError::Refused(_))) => Ok(()),
        Err(EditError::Clinic(ClinicError::Store(error))) => Err(error.into()),
        Err(EditError::Clinic(ClinicError::Stopping)) => {
            Err(Refused::new(FailureCode::Internal, "the server is stopping"))
        }
    }
}
