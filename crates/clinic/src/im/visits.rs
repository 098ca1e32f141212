//! The session of a visit: all its specialists and clients, before, during and after it. Made when it is first asked
//! for; its members follow the visit, and colleagues whom somebody has added stay.
//!
//! They follow after each edit. What the server's end cuts off there is done when it starts again, before anybody is
//! served, and what the store refuses when the session is next asked for.

use super::{Refused, people, user_of};
use crate::domain::Live;
use crate::server::App;
use crate::store::{ChatSession, VisitChat};
use consilium_model::{BusinessKind, Participant, SessionKind, UserId};
use consilium_wire::im::{Session, UserRole};
use std::collections::BTreeSet;
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
    let (id, _) = app.chats.create_chat(session, roster).await??;
    settle(app, live).await?;
    let row = app.chats.chat(id, asker.clone().into()).await??;
    Ok(super::rights::session(app, &asker, row))
}

/// After an edit of a visit. The edit is done: what fails here is done by the next [`open_visit_chat`].
pub(crate) async fn follow_visit(app: &Arc<App>, live: &Arc<Live>) {
    let (tracked, live) = (Arc::clone(app), Arc::clone(live));
    // To the end also when the one who asked hangs up.
    let followed = app.tasks.spawn(async move { follow(&tracked, &live).await });
    if let Ok(Err(_)) = followed.await {
        tracing::warn!("the session of a visit does not follow it yet");
    }
}

/// Before anybody is served: every session follows its visit, whatever cut off an edit of it.
pub(crate) async fn follow_visits(app: &App) {
    if settle_all(app).await.is_err() {
        tracing::warn!("the sessions of visits do not follow them yet");
    }
}

async fn settle_all(app: &App) -> Result<(), Refused> {
    for visit in app.chats.visits_with_chats().await? {
        if let Some(live) = app.clinic.conference(&visit) {
            settle(app, &live).await?;
        }
    }
    Ok(())
}

/// Names and members.
async fn follow(app: &App, live: &Live) -> Result<(), Refused> {
    for user in users_of(live) {
        people::rename(app, &user).await?;
    }
    settle(app, live).await
}

/// Members.
async fn settle(app: &App, live: &Live) -> Result<(), Refused> {
    loop {
        let roster = users_of(live);
        let Some(chat) = app.chats.chat_of_visit(live.id().clone()).await? else { return Ok(()) };
        if roster.is_empty() || follows(&chat, &roster) {
            return Ok(());
        }
        for user in &roster {
            people::meet(app, user).await?;
        }
        let at = app.clinic.clock().now();
        // The visit may have been edited meanwhile: it is looked at again.
        app.chats.follow_visit(live.id().clone(), roster, at).await??;
    }
}

fn follows(chat: &VisitChat, roster: &[UserId]) -> bool {
    let stays = |user: &UserId| people::role_of(user) == UserRole::Doctor && !roster.contains(user);
    let of_visit: BTreeSet<_> = chat.of_visit.iter().collect();
    of_visit == roster.iter().collect() && chat.added.iter().all(stays)
}

fn users_of(live: &Live) -> Vec<UserId> {
    live.participants().iter().filter_map(user_of).collect()
}
