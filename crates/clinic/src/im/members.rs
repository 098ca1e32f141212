//! `/sessions/:session_id/participants`: who is in a session. The care team changes it; a visit's people follow the
//! visit, and a session of two stays one of these two.

use super::body::{Body, MaybeBody};
use super::query::Query;
use super::{Asker, Refused, login, people, shown, user_of};
use crate::server::App;
use crate::store::{ChatMember, ChatRow};
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
    let row = app.chats.chat(session.clone(), asker.id).await??;
    Ok(Json(paging.page(paging.of(row.members), |member| shown::member(&session, member))))
}

pub(super) async fn one(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path((session, member)): Path<(String, UserId)>,
) -> Result<Json<Member>, Refused> {
    let row = app.chats.chat(session.clone(), asker.id).await??;
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
    let row = app.chats.chat(session, asker.id).await??;
    Ok(Json(paging.page(paging.of(row.members), avatar_of)))
}

pub(super) async fn avatar(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path((session, member)): Path<(String, UserId)>,
) -> Result<Json<Page<ParticipantAvatar>>, Refused> {
    let row = app.chats.chat(session, asker.id).await??;
    let member = row.members.into_iter().find(|one| one.user.id == member).ok_or(Refused::NOT_FOUND)?;
    Ok(Json(Page { content: vec![avatar_of(member)], page: 1, page_size: 1, more: false }))
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
        let at = app.clinic.clock().now();
        app.chats.add_members(session.clone(), asker.id.clone(), users.clone(), at).await??;
        login::audit(&app, asker.id.as_str(), "im_member_add", &session).await?;
    }
    let row = app.chats.chat(session, asker.id).await??;
    tell_members(&app, &row).await?;
    Ok(Json(members_of(row)))
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
    // Whoever leaves oneself takes the others out before.
    users.sort_by_key(|id| (*id == asker.id, id.clone()));
    users.dedup();
    for id in users {
        let badge = app.chats.remove_member(session.clone(), asker.id.clone(), id.clone()).await??;
        app.messenger.hub.take_out(&session, &id, badge);
        login::audit(&app, asker.id.as_str(), "im_member_remove", &session).await?;
    }
    // Whoever has left oneself sees the session no more.
    if let Ok(row) = app.chats.chat(session, asker.id).await? {
        tell_members(&app, &row).await?;
    }
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
    check_newcomer(&app, &asker, &row, &new).await?;
    let by = asker.id.clone();
    let badge = app.chats.replace_member(session.clone(), by, old.clone(), new.clone()).await??;
    app.messenger.hub.take_out(&session, &old, badge);
    login::audit(&app, asker.id.as_str(), "im_member_replace", &session).await?;
    let row = app.chats.chat(session, new).await??;
    tell_members(&app, &row).await?;
    Ok(Json(members_of(row)))
}

fn members_of(row: ChatRow) -> Page<Member> {
    let session = row.session.id;
    let content = row.members.into_iter().map(|one| shown::member(&session, one)).collect();
    Page { page: 1, page_size: MAX_PARTICIPANTS as u32, content, more: false }
}

/// The session, if its members may be changed by the asker.
async fn changeable(app: &App, asker: &Asker, session: &str) -> Result<ChatRow, Refused> {
    let row = app.chats.chat(session.to_owned(), asker.id.clone()).await??;
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
    // The patients of a visit are the visit's own, and a group has none.
    let fits =
        !is_patient || (row.session.kind == SessionKind::Consultation && row.session.conference.is_none());
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

/// The badge makes their clients look who is in the session now.
pub(super) async fn tell_members(app: &App, row: &ChatRow) -> Result<(), Refused> {
    let members = row.members.iter().map(|one| &one.user.id);
    for user in members.filter(|user| app.messenger.hub.is_there(user)) {
        let badge = app.chats.badge(user.clone()).await?;
        app.messenger.hub.badge(user, badge);
    }
    Ok(())
}
