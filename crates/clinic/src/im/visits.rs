//! The session of a visit: all its specialists and clients, before, during and after it. Made when it is first asked
//! for; its members follow the visit, and colleagues whom somebody has added stay.
//!
//! They follow after each edit. What the server's end cuts off there is done when it starts again, before anybody is
//! served, and what the store refuses when the session is next asked for.

use super::{Refused, login, people, session_behind, user_of};
use crate::domain::{Live, Ticket};
use crate::server::App;
use crate::store::{ChatRow, ChatSession, Principal, VisitChat};
use consilium_model::{BusinessKind, ConferenceId, SessionKind, UserId};
use consilium_wire::im::{Session, UserRole};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The session of a visit as one of its people sees it. Whoever was invited from a conversation goes on with that one.
pub(crate) async fn open_visit_chat(app: &App, ticket: &Ticket) -> Result<Session, Refused> {
    let (live, asker) = (&ticket.live, user_of(&ticket.who).ok_or(Refused::NOT_FOUND)?);
    if let Some(row) = conversation_behind(app, ticket, &asker).await? {
        return Ok(super::rights::session(app, &asker, row));
    }
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

/// The visit whose link opens the conversation of a conference: that of the conversation from which its people were
/// invited, or else its own.
pub(super) async fn of_conversation(app: &App, ticket: &Ticket) -> Result<ConferenceId, Refused> {
    let own = ticket.live.id().clone();
    let Some(session) = session_behind(&ticket.live) else { return Ok(own) };
    let visit = app.chats.visit_of_chat(session).await?.flatten();
    let takes_part = |visit: &ConferenceId| {
        let live = app.clinic.conference(visit);
        live.is_some_and(|live| Ticket { live, who: ticket.who.clone() }.takes_part())
    };
    Ok(visit.filter(takes_part).unwrap_or(own))
}

/// The conversation from which the people of a conference were invited, as far as its link reaches it.
async fn conversation_behind(app: &App, ticket: &Ticket, asker: &UserId) -> Result<Option<ChatRow>, Refused> {
    let Some(session) = session_behind(&ticket.live) else { return Ok(None) };
    let scope = login::of_link(app, ticket).await?.scope;
    let Some(reach) = people::reach(app, asker, &scope) else { return Ok(None) };
    Ok(app.chats.chat(session, Principal { user: asker.clone(), reach }).await?.ok())
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
