//! Topics: a consultation in a session with a patient is opened by any member, answered, and closed by the care team.

use super::body::{Body, MaybeBody};
use super::query::Query;
use super::rights::{self, Right};
use super::{Asker, Refused, draft, sessions, shown};
use crate::server::App;
use crate::store::{ChatRefusal, ChatSession, ChatTopic, Rows, Window};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use consilium_model::{BusinessKind, Secret, SessionKind, TopicState};
use consilium_wire::im::{
    EndTopic, FailureCode, MAX_NAME, MAX_TEXT, Message, NewTopic, Page, ReplyCounts, Session, SessionStatus,
    Topic,
};
use std::sync::Arc;

/// Stands for the last topic of a session.
const CURRENT: &str = "current";
const ENDED: Refused = Refused::new(FailureCode::TopicEnded, "the topic has ended");

pub(super) async fn open(
    State(app): State<Arc<App>>,
    asker: Asker,
    Body(new): Body<NewTopic>,
) -> Result<(StatusCode, Json<Topic>), Refused> {
    let row = app.chats.chat(new.session_id, asker.who.clone()).await??;
    rights::demand(&app, &row.session.id, &asker.who, Right::Write).await?;
    if !has_topics(&row.session) {
        return Err(Refused::bad_request("topics are opened in sessions with a patient"));
    }
    let description = new.description.filter(|text| !text.expose().trim().is_empty());
    let topic = ChatTopic {
        id: sessions::random_id(),
        session: row.session.id,
        name: draft::line(new.name, MAX_NAME)?,
        description: description.map(|text| draft::words(text, MAX_TEXT)).transpose()?,
        state: TopicState::New,
        start_seq: 0,
        end_seq: None,
        created_at: app.clinic.clock().now(),
        ended_at: None,
    };
    let (topic, _) = app.chats.open_topic(topic, asker.who).await??;
    Ok((StatusCode::CREATED, Json(shown::topic(&topic))))
}

fn has_topics(session: &ChatSession) -> bool {
    match session.kind {
        SessionKind::Consultation => true,
        SessionKind::OneToOne => session.business == BusinessKind::WithPatient,
        SessionKind::System | SessionKind::Group => false,
    }
}

/// `PUT …/ended`: closes it, with last words or without.
pub(super) async fn end(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path((session, topic)): Path<(String, String)>,
    MaybeBody(ending): MaybeBody<EndTopic>,
) -> Result<Json<Topic>, Refused> {
    let topic = named(&app, &asker, session, topic).await?;
    asker.as_doctor()?;
    rights::demand(&app, &topic.session, &asker.who, Right::Write).await?;
    let closing = ending.and_then(|ending| ending.content);
    Ok(Json(close(&app, asker, topic.id, closing).await?))
}

async fn close(app: &App, asker: Asker, topic: String, closing: Option<Secret>) -> Result<Topic, Refused> {
    let closing = closing.map(|text| draft::words(text, MAX_TEXT)).transpose()?;
    let at = app.clinic.clock().now();
    let ended = app.chats.end_topic(topic, asker.who, closing, at).await?;
    let (topic, _) = ended.map_err(|refusal| match refusal {
        ChatRefusal::Topic => ENDED,
        other => other.into(),
    })?;
    Ok(shown::topic(&topic))
}

/// `GET …/ended`: the topic, whose status says whether it has.
pub(super) async fn end_of(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path((session, topic)): Path<(String, String)>,
) -> Result<Json<Topic>, Refused> {
    let topic = named(&app, &asker, session, topic).await?;
    Ok(Json(shown::topic(&topic)))
}

/// A topic of that session, by its id or as `current`.
async fn named(app: &App, asker: &Asker, session: String, topic: String) -> Result<ChatTopic, Refused> {
    rights::demand(app, &session, &asker.who, Right::Read).await?;
    if topic == CURRENT {
        return Ok(app.chats.current_topic(session, asker.who.clone()).await??);
    }
    let topic = app.chats.topic(topic, asker.who.clone()).await??;
    if topic.session == session { Ok(topic) } else { Err(Refused::NOT_FOUND) }
}

/// `PUT /sessions/:session_id/status`: a topic is active, or none is.
pub(super) async fn set_status(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(session): Path<String>,
    Body(wanted): Body<SessionStatus>,
) -> Result<Json<Session>, Refused> {
    let row = app.chats.chat(session.clone(), asker.who.clone()).await??;
    asker.as_doctor()?;
    rights::demand(&app, &session, &asker.who, Right::Write).await?;
    match (wanted.status, row.topic_open) {
        (0, false) | (1, true) => Ok(Json(rights::session(&app, &asker.id, row))),
        (1, false) => {
            Err(Refused::new(FailureCode::Conflict, "no topic is open; POST /sessions/topics opens one"))
        }
        (0, true) => {
            let topic = app.chats.current_topic(session.clone(), asker.who.clone()).await??;
            close(&app, asker.clone(), topic.id, None).await?;
            Ok(Json(sessions::as_seen(&app, session, asker).await?))
        }
        _ => Err(Refused::bad_request("status is 0 or 1")),
    }
}

/// `GET /sessions/topics`: of one session (`session_id`) or all, of one state (`status` and `reply`) or any.
pub(super) async fn all(
    State(app): State<Arc<App>>,
    asker: Asker,
    query: Query,
) -> Result<Json<Page<Topic>>, Refused> {
    let paging = query.paging()?;
    let state = match (query.number("status")?, query.number("reply")?) {
        (None, None) => None,
        (Some(status), Some(reply)) => Some(
            TopicState::from_numbers(status, reply)
                .ok_or(Refused::bad_request("status is 0 or 10, reply is 0 or 1"))?,
        ),
        _ => return Err(Refused::bad_request("status and reply go together")),
    };
    let session = query.get("session_id").map(str::to_owned);
    let rows = app.chats.topics(asker.who.clone(), session, state, paging.slice()).await??;
    let rows = readable(&app, &asker, rows).await?;
    Ok(Json(paging.page(rows, |topic| shown::topic(&topic))))
}

/// A topic that the asker may read.
async fn own(app: &App, asker: &Asker, topic: String) -> Result<ChatTopic, Refused> {
    let topic = app.chats.topic(topic, asker.who.clone()).await??;
    rights::demand(app, &topic.session, &asker.who, Right::Read).await?;
    Ok(topic)
}

/// Those that the asker may read; a topic is made of words.
async fn readable(app: &App, asker: &Asker, rows: Rows<ChatTopic>) -> Result<Rows<ChatTopic>, Refused> {
    let mut readable = Vec::with_capacity(rows.rows.len());
    for topic in rows.rows {
        if rights::has(app, &topic.session, &asker.id, Right::Read).await? {
            readable.push(topic);
        }
    }
    Ok(Rows { rows: readable, ..rows })
}

pub(super) async fn one(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(topic): Path<String>,
) -> Result<Json<Topic>, Refused> {
    Ok(Json(shown::topic(&own(&app, &asker, topic).await?)))
}

/// `GET /sessions/:topic_id/topics`: that topic as a list; the topics of the session when the id is one's.
pub(super) async fn of_session_or_one(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Page<Topic>>, Refused> {
    let paging = query.paging()?;
    let rows = match app.chats.topic(id.clone(), asker.who.clone()).await? {
        Ok(topic) => paging.of(vec![topic]),
        Err(_) => app.chats.topics(asker.who.clone(), Some(id), None, paging.slice()).await??,
    };
    let rows = readable(&app, &asker, rows).await?;
    Ok(Json(paging.page(rows, |topic| shown::topic(&topic))))
}

pub(super) async fn counts(State(app): State<Arc<App>>, asker: Asker) -> Result<Json<ReplyCounts>, Refused> {
    Ok(Json(app.chats.topic_counts(asker.who).await?))
}

/// `GET /sessions/topic/:topic_id/messages`: from its first message to its last.
pub(super) async fn messages(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(topic): Path<String>,
    query: Query,
) -> Result<Json<Page<Message>>, Refused> {
    let topic = own(&app, &asker, topic).await?;
    within(&app, asker, &topic, &query).await
}

pub(super) async fn messages_in(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path((session, topic)): Path<(String, String)>,
    query: Query,
) -> Result<Json<Page<Message>>, Refused> {
    let topic = named(&app, &asker, session, topic).await?;
    within(&app, asker, &topic, &query).await
}

async fn within(
    app: &App,
    asker: Asker,
    topic: &ChatTopic,
    query: &Query,
) -> Result<Json<Page<Message>>, Refused> {
    let paging = query.paging()?;
    let slice = paging.slice();
    // Numbers fit the store's signed ones.
    let last = topic.end_seq.unwrap_or(i64::MAX.unsigned_abs());
    let window = Window::Between(topic.start_seq, last, slice);
    let rows = app.chats.messages(topic.session.clone(), asker.who, window, slice.take).await??;
    Ok(Json(paging.page(rows, |message| shown::message(&message))))
}
