//! `/sessions/:session_id/participants`: who is in a session. The care team changes it; a visit's people follow the
//! visit, and a session of two stays one of these two.

use super::body::{Body, MaybeBody};
use super::query::Query;
use super::{Asker, Refused, login, people, shown, user_of};
use crate::server::App;
use crate::store::{ChatMember, ChatRow, Replaced};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use consilium_model::{SessionKind, UserId};
use consilium_wire::im::{
    FailureCode, MAX_PARTICIPANTS, Member, Page, ParticipantAvatar, Participants, Replacement, UserRole,
};
use std::sync::Arc;

/// The members whose names are known to the asker are all of them: a page holds a whole session.
pub(super) async fn all(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(session): Path<String>,
    query: Query,
) -> Result<Json<Page<Member>>, Refused> {
    let paging = query.paging()?;
    let row = seen(&app, session.clone(), asker).await?;
    Ok(Json(paging.page(paging.of(row.members), |member| shown::member(&session, member))))
}

pub(super) async fn one(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path((session, member)): Path<(String, UserId)>,
) -> Result<Json<Member>, Refused> {
    let row = seen(&app, session.clone(), asker).await?;
    let member = row.members.into_iter().find(|one| one.user.id == member).ok_or(Refused::NOT_FOUND)?;
    Ok(Json(shown::member(&session, member)))
}

/// Nobody has a picture here; clients draw initials.
pub(super) async fn avatars(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(session): Path<String>,
    query: Query,
) -> Result<Json<Page<ParticipantAvatar>>, Refused> {
    let paging = query.paging()?;
    let row = seen(&app, session, asker).await?;
    Ok(Json(paging.page(paging.of(row.members), avatar_of)))
}

pub(super) async fn avatar(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path((session, member)): Path<(String, UserId)>,
) -> Result<Json<Page<ParticipantAvatar>>, Refused> {
    let row = seen(&app, session, asker).await?;
    let member = row.members.into_iter().find(|one| one.user.id == member).ok_or(Refused::NOT_FOUND)?;
    Ok(Json(Page { content: vec![avatar_of(member)], page: 1, page_size: 1, more: false }))
}

/// A session, as far as the asker may see it.
async fn seen(app: &App, session: String, asker: Asker) -> Result<ChatRow, Refused> {
    let row = app.chats.chat(session, asker.who).await??;
    Ok(super::rights::visible(app, &asker.id, row))
}

fn avatar_of(member: ChatMember) -> ParticipantAvatar {
    ParticipantAvatar { participant_id: member.user.id, avatar: None }
}

pub(super) async fn add(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(session): Path<String>,
    Body(added): Body<Participants>,
) -> Result<Json<Page<Member>>, Refused> {
    let row = changeable(&app, &asker, &session).await?;
    if added.participants.len() > MAX_PARTICIPANTS {
        return Err(Refused::bad_request("a session has at most 200 members"));
    }
    let mut users = Vec::new();
    for id in added.participants {
        if !row.members.iter().any(|one| one.user.id == id) && !users.contains(&id) {
            check_newcomer(&app, &asker, &row, &id).await?;
            users.push(id);
        }
    }
    if !users.is_empty() {
        let audit = login::line(&app, asker.id.as_str(), "im_member_add", &session);
        app.chats.add_members(session.clone(), asker.who.clone(), users, audit).await??;
    }
    Ok(Json(members_of(app.chats.chat(session, asker.who).await??)))
}

pub(super) async fn remove(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(session): Path<String>,
    query: Query,
    MaybeBody(body): MaybeBody<Participants>,
) -> Result<StatusCode, Refused> {
    let row = changeable(&app, &asker, &session).await?;
    let mut users: Vec<_> = query.all("participant_id").map(UserId::from).collect();
    users.extend(body.unwrap_or_default().participants);
    if users.is_empty() {
        return Err(Refused::bad_request("expected participants in the body or participant_id in the query"));
    }
    for id in &users {
        check_leaver(&app, &row, id)?;
    }
    let audit = login::line(&app, asker.id.as_str(), "im_member_remove", &session);
    app.chats.remove_members(session, asker.who, users, audit).await??;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn replace(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(session): Path<String>,
    Body(Replacement { old_participant_id: old, new_participant_id: new }): Body<Replacement>,
) -> Result<Json<Page<Member>>, Refused> {
    let row = changeable(&app, &asker, &session).await?;
    check_leaver(&app, &row, &old)?;
    if row.members.iter().any(|one| one.user.id == new) {
        return Err(Refused::new(FailureCode::Conflict, "the new one is a member already"));
    }
    // Whoever comes reads on where the other one was.
    if [&old, &new].into_iter().any(|id| people::role_of(id) == UserRole::Patient) {
        return Err(Refused::new(
            FailureCode::Forbidden,
            "nobody takes the place of a patient, and no patient another's",
        ));
    }
    check_newcomer(&app, &asker, &row, &new).await?;
    let audit = login::line(&app, asker.id.as_str(), "im_member_replace", &session);
    let replaced = Replaced { old, new: new.clone() };
    app.chats.replace_member(session.clone(), asker.who, replaced, audit).await??;
    // The asker may have been the old one.
    Ok(Json(members_of(app.chats.chat(session, new.into()).await??)))
}

fn members_of(row: ChatRow) -> Page<Member> {
    let session = row.session.id;
    let content = row.members.into_iter().map(|one| shown::member(&session, one)).collect();
    Page { page: 1, page_size: MAX_PARTICIPANTS as u32, content, more: false }
}

/// The session, if its members may be changed by the asker.
async fn changeable(app: &App, asker: &Asker, session: &str) -> Result<ChatRow, Refused> {
    let row = app.chats.chat(session.to_owned(), asker.who.clone()).await??;
    asker.as_doctor()?;
    match row.session.kind {
        SessionKind::Consultation | SessionKind::Group => Ok(row),
        SessionKind::System | SessionKind::OneToOne => {
            Err(Refused::new(FailureCode::Conflict, "the members of such a session do not change"))
        }
    }
}

async fn check_newcomer(app: &App, asker: &Asker, row: &ChatRow, id: &UserId) -> Result<(), Refused> {
    let is_patient = people::role_of(id) == UserRole::Patient;
    // The patients of a visit are the visit's own, a group has none, and no patient reads another one's consultation.
    let has_patient = row.members.iter().any(|one| one.user.role == UserRole::Patient);
    let is_open = row.session.kind == SessionKind::Consultation && row.session.conference.is_none();
    let fits = !is_patient || is_open && !has_patient;
    if !fits || !people::may_begin(app, asker, id).await? {
        return Err(Refused::new(FailureCode::Forbidden, "somebody whom the asker may not add"));
    }
    people::meet(app, id).await
}

fn check_leaver(app: &App, row: &ChatRow, id: &UserId) -> Result<(), Refused> {
    if !row.members.iter().any(|one| one.user.id == *id) {
        return Err(Refused::NOT_FOUND);
    }
    let visit = row.session.conference.as_ref().and_then(|visit| app.clinic.conference(visit));
    let is_of_visit =
        visit.is_some_and(|live| live.participants().iter().filter_map(user_of).any(|user| user == *id));
    if is_of_visit {
        return Err(Refused::new(
            FailureCode::Conflict,
            "the visit's own people stay as long as it has them",
        ));
    }
    Ok(())
}
