//! The session of a visit: all its specialists and clients, before, during and after it. Made when it is first asked
//! for; its members follow the visit's edits, and colleagues whom somebody has added stay.

use super::members::tell_members;
use super::{Refused, people, user_of};
use crate::domain::Live;
use crate::server::App;
use crate::store::ChatSession;
use consilium_model::{BusinessKind, Participant, SessionKind, UserId};
use consilium_wire::im::{Session, UserRole};
use std::sync::Arc;

/// The session of a visit as one of its people sees it.
pub(crate) async fn open_visit_chat(app: &App, live: &Live, who: &Participant) -> Result<Session, Refused> {
    let asker = user_of(who).ok_or(Refused::NOT_FOUND)?;
    let roster = users_of(live);
    for user in &roster {
        people::meet(app, user).await?;
    }
    let session = ChatSession {
        id: super::sessions::random_id(),
        kind: SessionKind::Consultation,
        business: BusinessKind::WithPatient,
        name: None,
        conference: Some(live.id().clone()),
        created_at: app.clinic.clock().now(),
    };
    let (id, is_new) = app.chats.create_chat(session, roster).await??;
    if !is_new {
        // What an edit may have failed to do.
        follow(app, live, &[]).await?;
    }
    Ok(super::shown::session(app.chats.chat(id, asker).await??))
}

/// After an edit of a visit that had these people `before`. The edit is done: what fails here is done by the next
/// [`open_visit_chat`].
pub(crate) async fn follow_visit(app: &Arc<App>, live: &Arc<Live>, before: Vec<Participant>) {
    let (tracked, live) = (Arc::clone(app), Arc::clone(live));
    // To the end also when the one who asked hangs up.
    let followed = app.tasks.spawn(async move { follow(&tracked, &live, &before).await });
    if let Ok(Err(_)) = followed.await {
        tracing::warn!("the session of a visit does not follow it yet");
    }
}

async fn follow(app: &App, live: &Live, before: &[Participant]) -> Result<(), Refused> {
    let roster = users_of(live);
    let Some((session, members)) = app.chats.chat_of_visit(live.id().clone()).await? else {
        for user in &roster {
            people::rename(app, user).await?;
        }
        return Ok(());
    };
    for user in &roster {
        people::meet(app, user).await?;
    }
    let (Some(by), Some(stays)) = (members.first(), roster.first()) else { return Ok(()) };
    let added: Vec<_> = roster.iter().filter(|user| !members.contains(user)).cloned().collect();
    let were: Vec<_> = before.iter().filter_map(user_of).collect();
    let is_of_visit = |user: &UserId| people::role_of(user) == UserRole::Patient || were.contains(user);
    let removed: Vec<_> =
        members.iter().filter(|user| is_of_visit(user) && !roster.contains(user)).cloned().collect();
    if added.is_empty() && removed.is_empty() {
        return Ok(());
    }
    if !added.is_empty() {
        let at = app.clinic.clock().now();
        app.chats.add_members(session.clone(), by.clone(), added, at).await??;
    }
    for user in removed {
        // By somebody who is in it now, and stays.
        let badge = app.chats.remove_member(session.clone(), stays.clone(), user.clone()).await??;
        app.messenger.hub.take_out(&session, &user, badge);
    }
    tell_members(app, &app.chats.chat(session, stays.clone()).await??).await
}

fn users_of(live: &Live) -> Vec<UserId> {
    live.participants().iter().filter_map(user_of).collect()
}
