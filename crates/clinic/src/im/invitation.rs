//! From a chat into a conference: whom it is for, the card that opens it, and each reader's own way in.

use super::rights::{self, Right};
use super::{Asker, Refused, draft, people, sessions, shown};
use crate::server::App;
use crate::store::{ChatDraft, ChatRow, ChatSession, Principal};
use axum::Json;
use axum::extract::{Path, State};
use consilium_model::{BusinessKind, MessageKind, Participant, Secret, SessionKind, UserId};
use consilium_wire::im::{Content, JumpContent, MAX_NAME, Message, SessionConference, UserRole};
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
    format!("chat:{session}")
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

/// Posts the card that opens the conference of a session.
pub(crate) async fn post_card(
    app: &App,
    session: String,
    sender: UserId,
    title: Secret,
) -> Result<Message, Refused> {
    let card = JumpContent { title, appointment_id: appointment_of(&session) };
    let draft = ChatDraft {
        session,
        sender: sender.into(),
        kind: MessageKind::Jump,
        content: Content::Jump(card).write(),
        client_id: sessions::random_id(),
        reply_to: None,
        at: app.clinic.clock().now(),
    };
    Ok(shown::message(&app.chats.add_message(draft).await??.message))
}

/// `GET /sessions/:session_id/conference`: the asker's own way into the conference that the session's people are
/// invited to. Only such a conference: a token of the messenger leads into no visit of a booking system.
pub(super) async fn conference(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(session): Path<String>,
) -> Result<Json<SessionConference>, Refused> {
    app.chats.unread_count(session.clone(), asker.who.clone()).await??;
    let live = app.clinic.by_appointment(&appointment_of(&session)).ok_or(Refused::NOT_FOUND)?;
    let who = people::participant_of(&asker.id);
    let view = live.view();
    if view.conference.status().is_ended() || !view.conference.plan().roster.contains(&who) {
        return Err(Refused::NOT_FOUND);
    }
    Ok(Json(SessionConference {
        appointment_id: appointment_of(&session),
        access_token: app.clinic.keys().access_token(live.id(), &who),
        status: view.conference.status(),
    }))
}
