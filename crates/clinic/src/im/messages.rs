//! `/sessions/:session_id/messages`: writing and reading.

use super::body::Body;
use super::draft::Incoming;
use super::query::Query;
use super::rights::{self, Right};
use super::{Asker, Refused, shown};
use crate::server::App;
use crate::store::{MessageId, Principal, Slice, Stored, Window};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use consilium_wire::im::{FailureCode, MAX_PAGE_SIZE, Message, PAGE_SIZE, Page};
use std::sync::Arc;
use std::time::Instant;
use time::OffsetDateTime;

/// Stores a message. Whoever sends the same client id again gets the same message again.
pub(super) async fn write(
    app: &App,
    session: String,
    sender: Principal,
    message: Incoming,
) -> Result<Stored, Refused> {
    if !app.messenger.writers.take(sender.user.clone(), Instant::now()) {
        return Err(Refused::new(FailureCode::TooMany, "too many messages; try again in a second"));
    }
    rights::demand(app, &session, &sender, Right::Write).await?;
    let draft = message.check(app, session, sender).await?;
    Ok(app.chats.add_message(draft).await??)
}

/// A member has read up to a message, or everything up to now.
pub(super) async fn read(
    app: &App,
    session: String,
    reader: Principal,
    up_to: Option<&str>,
) -> Result<(), Refused> {
    match up_to {
        Some(seen) => read_message(app, session, reader, seen).await,
        None => read_all(app, session, reader).await,
    }
}

/// Times grow with the numbers, so a message's time names it and all before it.
async fn read_message(app: &App, session: String, reader: Principal, seen: &str) -> Result<(), Refused> {
    let id = MessageId::parse(seen).filter(|id| id.session == session);
    let id = id.ok_or(Refused::bad_request("up_to names a message of the session"))?;
    let seen = app.chats.message(id, reader.clone()).await??;
    read_up_to(app, session, reader, seen.at).await
}

/// The clock of a session may be ahead of the server's, because its times only grow: the newest message counts as well.
async fn read_all(app: &App, session: String, reader: Principal) -> Result<(), Refused> {
    let newest = Window::Newest(Slice { skip: 0, take: 1 });
    let newest = app.chats.messages(session.clone(), reader.clone(), newest, 1).await??;
    let now = app.clinic.clock().now();
    let at = newest.rows.first().map_or(now, |newest| now.max(newest.at));
    read_up_to(app, session, reader, at).await
}

async fn read_up_to(
    app: &App,
    session: String,
    reader: Principal,
    at: OffsetDateTime,
) -> Result<(), Refused> {
    app.chats.read_up_to(session, reader, at).await??;
    Ok(())
}

pub(super) async fn send(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(session): Path<String>,
    Body(message): Body<Incoming>,
) -> Result<(StatusCode, Json<Message>), Refused> {
    let stored = write(&app, session, asker.who, message).await?;
    let status = if stored.fresh { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(shown::message(&stored.message))))
}

pub(super) async fn list(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(session): Path<String>,
    query: Query,
) -> Result<Json<Page<Message>>, Refused> {
    rights::demand(&app, &session, &asker.who, Right::Read).await?;
    let paging = query.paging()?;
    let window = query.window(&session, paging)?;
    let rows = app.chats.messages(session, asker.who, window, paging.slice().take).await??;
    Ok(Json(paging.page(rows, |message| shown::message(&message))))
}

/// The newest unread messages. Older ones than those count as read, too: `more` says that there are any. With `up_to`
/// only what is not later than that message counts as read.
pub(super) async fn unread(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(session): Path<String>,
    query: Query,
) -> Result<Json<Page<Message>>, Refused> {
    rights::demand(&app, &session, &asker.who, Right::Read).await?;
    let page_size = query.number("page_size")?.unwrap_or(PAGE_SIZE).clamp(1, MAX_PAGE_SIZE);
    let rows = app.chats.unread(session.clone(), asker.who.clone(), page_size).await??;
    match (query.get("up_to"), rows.rows.first()) {
        (Some(seen), _) => read_message(&app, session, asker.who, seen).await?,
        (None, Some(newest)) => read_up_to(&app, session, asker.who, newest.at).await?,
        (None, None) => {}
    }
    let content = rows.rows.iter().map(shown::message).collect();
    Ok(Json(Page { content, page: 1, page_size, more: rows.more }))
}

pub(super) async fn one(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path((session, message)): Path<(String, String)>,
) -> Result<Json<Message>, Refused> {
    rights::demand(&app, &session, &asker.who, Right::Read).await?;
    let id = MessageId::parse(&message).filter(|id| id.session == session).ok_or(Refused::NOT_FOUND)?;
    Ok(Json(shown::message(&app.chats.message(id, asker.who).await??)))
}
