//! A messenger of one user, and of whoever else a scenario lets write: lists, and the faults that it is told to have.

use super::chat_socket::socket;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Json, Router};
use consilium_model::{BusinessKind, MessageKind, SessionKind, UserId};
use consilium_wire::im::{
    LoggedIn, Member, Message, NewMessage, NewSession, Page, Session, Topic, User, UserRole,
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};
use time::{Duration, OffsetDateTime};
use tokio::sync::broadcast;

/// The user of the application.
pub const ANNA: &str = "anna";
/// A colleague.
pub const BORIS: &str = "boris";

/// The messenger. Cheap to clone.
#[derive(Clone)]
pub struct Messenger(Arc<Shared>);

struct Shared {
    says: Mutex<Says>,
    news: broadcast::Sender<News>,
}

/// What the sockets are told.
#[derive(Clone)]
pub enum News {
    Message(Box<Message>),
    Read { session: String, who: String, until: OffsetDateTime },
    HangUp,
}

/// What the messenger says.
pub struct Says {
    pub sessions: Vec<Session>,
    pub messages: BTreeMap<String, Vec<Message>>,
    /// The access token whose visit has the first session.
    pub visit_token: String,
    pub me: String,
    pub role: UserRole,
    /// The tokens that are worth something.
    pub tokens: Vec<String>,
    /// There is none: every route is unknown.
    pub absent: bool,
    /// Nothing is answered but with this status.
    pub down: bool,
    /// So many sends are stored, and answered with a failure.
    pub lose_answers: usize,
    /// Words that are refused.
    pub refuse: Option<String>,
    /// The bodies of all sends.
    pub sends: Vec<NewMessage>,
    /// Sessions that were told to be read.
    pub read: Vec<String>,
    pub topics: Vec<Topic>,
    sign_ins: usize,
}

fn at(number: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_795_000_000).unwrap() + Duration::seconds(number)
}

/// A session of the user and these others, with nothing in it.
pub fn session(id: &str, me: &str, others: &[(&str, UserRole)]) -> Session {
    let member = |who: &str, role| Member {
        session_id: id.to_owned(),
        participant_id: UserId::from(who),
        name: who.to_uppercase().into(),
        role,
        last_fetch_time: at(-1),
    };
    let patient = others.iter().any(|(_, role)| *role == UserRole::Patient) || me.starts_with("patient:");
    let my_role = if me.starts_with("patient:") { UserRole::Patient } else { UserRole::Doctor };
    let mut participants = vec![member(me, my_role)];
    participants.extend(others.iter().map(|(who, role)| member(who, *role)));
    Session {
        id: id.to_owned(),
        kind: if others.len() == 1 { SessionKind::OneToOne } else { SessionKind::Consultation },
        business_type: if patient { BusinessKind::WithPatient } else { BusinessKind::WithoutPatient },
        name: None,
        status: 0,
        sticky: false,
        participants,
        last_message: None,
        unread_count: 0,
        create_date: at(-10),
    }
}

impl Messenger {
    /// Of this user, with these sessions.
    pub fn of(me: &str, sessions: Vec<Session>) -> Self {
        let says = Says {
            messages: sessions.iter().map(|session| (session.id.clone(), Vec::new())).collect(),
            sessions,
            visit_token: String::new(),
            me: me.to_owned(),
            role: if me.starts_with("patient:") { UserRole::Patient } else { UserRole::Doctor },
            tokens: Vec::new(),
            absent: false,
            down: false,
            lose_answers: 0,
            refuse: None,
            sends: Vec::new(),
            read: Vec::new(),
            topics: Vec::new(),
            sign_ins: 0,
        };
        Self(Arc::new(Shared { says: Mutex::new(says), news: broadcast::channel(256).0 }))
    }

    /// What it says, to be changed.
    pub fn says(&self) -> MutexGuard<'_, Says> {
        self.0.says.lock().unwrap()
    }

    /// Somebody writes.
    pub fn writes(&self, session: &str, who: &str, text: &str) -> Message {
        self.writes_kind(session, who, MessageKind::Text, text)
    }

    /// Somebody sends a message of this kind.
    pub fn writes_kind(&self, session: &str, who: &str, kind: MessageKind, content: &str) -> Message {
        let message = self.says().store(session, who, kind, content, "", None);
        self.tell(News::Message(Box::new(message.clone())));
        message
    }

    /// Somebody else has read everything.
    pub fn has_read(&self, session: &str, who: &str) {
        let until = {
            let mut says = self.says();
            let until = says.messages[session].last().unwrap().timestamp;
            let row = says.sessions.iter_mut().find(|row| row.id == session).unwrap();
            let member = row.participants.iter_mut().find(|member| member.participant_id.as_str() == who);
            member.unwrap().last_fetch_time = until;
            until
        };
        self.tell(News::Read { session: session.to_owned(), who: who.to_owned(), until });
    }

    /// Every socket is closed.
    pub fn hang_up(&self) {
        self.tell(News::HangUp);
    }

    /// Every token has ended.
    pub fn end_tokens(&self) {
        self.says().tokens.clear();
    }

    /// The words of a session, in order, with who wrote them.
    pub fn words(&self, session: &str) -> Vec<(String, String)> {
        let says = self.says();
        let row = |message: &Message| (message.sender_id.to_string(), message.content.expose().clone());
        says.messages[session].iter().map(row).collect()
    }

    /// What the sockets will be told from now on.
    pub fn news(&self) -> broadcast::Receiver<News> {
        self.0.news.subscribe()
    }

    fn tell(&self, news: News) {
        let _ = self.0.news.send(news);
    }

    /// Its routes, below `/clinic`.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/clinic/home/v1/sign_in", post(sign_in))
            .route("/clinic/home/v1/sign_out", post(async || StatusCode::NO_CONTENT))
            .route("/clinic/home/v1/visits", get(async || Json(json!({"visits": []}))))
            .route("/clinic/home/v1/messenger", post(messenger))
            .route("/clinic/home/v1/visit_chat", post(visit_chat))
            .route("/clinic/api/v2/ws", any(socket))
            .route("/clinic/api/v2/users", get(people))
            .route("/clinic/api/v2/users/logout", post(log_out))
            .route("/clinic/api/v2/sessions", post(begin))
            .route("/clinic/api/v2/sessions/recent", get(recent))
            .route("/clinic/api/v2/sessions/topics", post(open_topic))
            .route("/clinic/api/v2/sessions/{session}/messages", get(messages).post(send))
            .route("/clinic/api/v2/sessions/{session}/messages/unread", get(unread))
            .route("/clinic/api/v2/sessions/{session}/sticky", any(sticky))
            .route("/clinic/api/v2/sessions/{session}/topics/{topic}/ended", get(topic).put(end_topic))
            .with_state(self.clone())
    }
}

impl Says {
    fn store(
        &mut self,
        session: &str,
        who: &str,
        kind: MessageKind,
        content: &str,
        client_id: &str,
        reply_to: Option<String>,
    ) -> Message {
        let count: usize = self.messages.values().map(Vec::len).sum();
        let list = self.messages.get_mut(session).unwrap();
        let same = |known: &&Message| known.sender_id.as_str() == who && known.client_message_id == client_id;
        if let Some(known) = list.iter().find(same).filter(|_| !client_id.is_empty()) {
            return known.clone();
        }
        let message = Message {
            id: format!("{session}-{}", list.len() + 1),
            session_id: session.to_owned(),
            sender_id: UserId::from(who),
            kind,
            content: content.into(),
            client_message_id: client_id.to_owned(),
            reply_to,
            timestamp: at(count as i64),
        };
        list.push(message.clone());
        let me = self.me.clone();
        let row = self.sessions.iter_mut().find(|row| row.id == session).unwrap();
        row.last_message = Some(message.clone());
        if who == me {
            row.unread_count = 0;
        } else {
            row.unread_count += 1;
        }
        message
    }

    /// Up to that message, or all of them.
    pub fn mark_read(&mut self, session: &str, up_to: Option<&str>) {
        self.read.push(session.to_owned());
        let me = self.me.clone();
        let list = &self.messages[session];
        let seen = up_to.map_or(list.len(), |id| list.iter().position(|known| known.id == id).unwrap() + 1);
        let (seen, after) = list.split_at(seen);
        let row = self.sessions.iter_mut().find(|row| row.id == session).unwrap();
        row.unread_count = after.iter().filter(|message| message.sender_id.as_str() != me).count() as u64;
        if let (Some(last), Some(mine)) =
            (seen.last(), row.participants.iter_mut().find(|member| member.participant_id.as_str() == me))
        {
            mine.last_fetch_time = last.timestamp;
        }
    }
}

fn failure(http: u16, code: &str) -> Response {
    let body = Json(json!({"error": {"code": code, "message": ""}}));
    (StatusCode::from_u16(http).unwrap(), body).into_response()
}

/// What is wrong before anything is looked at.
fn refusal(says: &Says, headers: &HeaderMap) -> Option<Response> {
    let token = headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let token = token.strip_prefix("Bearer ").unwrap_or_default();
    match () {
        () if says.absent => Some(StatusCode::NOT_FOUND.into_response()),
        () if says.down => Some(failure(500, "internal")),
        () if !says.tokens.iter().any(|known| known == token) => Some(failure(401, "unauthorized")),
        () => None,
    }
}

async fn sign_in(State(messenger): State<Messenger>) -> Json<Value> {
    let me = messenger.says().me.clone();
    Json(json!({"token": "home", "user_id": me, "name": "Anna Levi", "clinic": "Clinic"}))
}

async fn messenger(State(messenger): State<Messenger>) -> Response {
    let mut says = messenger.says();
    if says.absent || says.down {
        return if says.absent { StatusCode::NOT_FOUND.into_response() } else { failure(500, "internal") };
    }
    says.sign_ins += 1;
    let token = format!("im-{}", says.sign_ins);
    says.tokens.push(token.clone());
    let user = User {
        user_id: UserId::from(says.me.as_str()),
        name: "Anna Levi".into(),
        role: says.role,
        avatar: None,
    };
    Json(LoggedIn { token: token.into(), expires_in: 3600, user }).into_response()
}

async fn log_out(State(messenger): State<Messenger>, headers: HeaderMap) -> StatusCode {
    let mut says = messenger.says();
    if refusal(&says, &headers).is_some() {
        return StatusCode::UNAUTHORIZED;
    }
    let ended = headers["authorization"].to_str().unwrap().strip_prefix("Bearer ").unwrap().to_owned();
    says.tokens.retain(|token| *token != ended);
    StatusCode::NO_CONTENT
}

async fn visit_chat(State(messenger): State<Messenger>, headers: HeaderMap) -> Response {
    let says = messenger.says();
    let token = headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if says.absent || token != format!("Bearer {}", says.visit_token) {
        return if says.absent {
            StatusCode::NOT_FOUND.into_response()
        } else {
            failure(401, "unauthorized")
        };
    }
    Json(says.sessions[0].clone()).into_response()
}

async fn recent(State(messenger): State<Messenger>, headers: HeaderMap) -> Response {
    let says = messenger.says();
    if let Some(refusal) = refusal(&says, &headers) {
        return refusal;
    }
    let rows = says.sessions.iter().filter(|session| session.last_message.is_some()).cloned().collect();
    Json(Page { content: rows, page: 1, page_size: 50, more: false }).into_response()
}

async fn people(State(messenger): State<Messenger>, headers: HeaderMap) -> Response {
    if let Some(refusal) = refusal(&messenger.says(), &headers) {
        return refusal;
    }
    let user =
        User { user_id: UserId::from("vera"), name: "Vera".into(), role: UserRole::Doctor, avatar: None };
    Json(Page { content: vec![user], page: 1, page_size: 50, more: false }).into_response()
}

async fn begin(
    State(messenger): State<Messenger>,
    headers: HeaderMap,
    Json(new): Json<NewSession>,
) -> Response {
    let mut says = messenger.says();
    if let Some(refusal) = refusal(&says, &headers) {
        return refusal;
    }
    let id = format!("new-{}", says.sessions.len());
    let me = says.me.clone();
    let others: Vec<(&str, UserRole)> =
        new.participants.iter().map(|who| (who.as_str(), UserRole::Doctor)).collect();
    let made = Session { kind: new.kind, name: new.name.clone(), ..session(&id, &me, &others) };
    says.messages.insert(id, Vec::new());
    says.sessions.push(made.clone());
    Json(made).into_response()
}

async fn messages(
    State(messenger): State<Messenger>,
    Path(session): Path<String>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let says = messenger.says();
    if let Some(refusal) = refusal(&says, &headers) {
        return refusal;
    }
    let Some(list) = says.messages.get(&session) else { return failure(404, "not_found") };
    let number = |name: &str| query.get(name).and_then(|id| id.rsplit('-').next()?.parse::<usize>().ok());
    let take: usize = query.get("page_size").and_then(|size| size.parse().ok()).unwrap_or(50);
    let (first, last) = match (number("before"), number("after")) {
        (Some(before), _) => (before.saturating_sub(take + 1), before - 1),
        (_, Some(after)) => (after, (after + take).min(list.len())),
        _ => (list.len().saturating_sub(take), list.len()),
    };
    let rows: Vec<Message> = list[first.min(list.len())..last].iter().rev().cloned().collect();
    let more = if number("after").is_some() { last < list.len() } else { first > 0 };
    Json(Page { content: rows, page: 1, page_size: take as u32, more }).into_response()
}

async fn send(
    State(messenger): State<Messenger>,
    Path(session): Path<String>,
    headers: HeaderMap,
    Json(new): Json<NewMessage>,
) -> Response {
    let (message, lost) = {
        let mut says = messenger.says();
        if let Some(refusal) = refusal(&says, &headers) {
            return refusal;
        }
        says.sends.push(new.clone());
        if says.refuse.as_ref() == Some(new.content.expose()) {
            return failure(400, "bad_request");
        }
        let (me, text) = (says.me.clone(), new.content.expose().clone());
        let message = says.store(&session, &me, new.kind, &text, &new.client_message_id, new.reply_to);
        let lost = says.lose_answers > 0;
        says.lose_answers = says.lose_answers.saturating_sub(1);
        (message, lost)
    };
    messenger.tell(News::Message(Box::new(message.clone())));
    if lost { failure(500, "internal") } else { Json(message).into_response() }
}

async fn unread(
    State(messenger): State<Messenger>,
    Path(session): Path<String>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let mut says = messenger.says();
    if let Some(refusal) = refusal(&says, &headers) {
        return refusal;
    }
    says.mark_read(&session, query.get("up_to").map(String::as_str));
    Json(Page::<Message> { content: Vec::new(), page: 1, page_size: 50, more: false }).into_response()
}

async fn sticky(
    State(messenger): State<Messenger>,
    Path(session): Path<String>,
    method: axum::http::Method,
) -> StatusCode {
    let mut says = messenger.says();
    let row = says.sessions.iter_mut().find(|row| row.id == session).unwrap();
    row.sticky = method == "PUT";
    StatusCode::NO_CONTENT
}

async fn open_topic(State(messenger): State<Messenger>, Json(new): Json<Value>) -> Json<Topic> {
    let mut says = messenger.says();
    let topic = Topic {
        id: "t1".to_owned(),
        session_id: new["session_id"].as_str().unwrap().to_owned(),
        name: new["name"].as_str().unwrap().into(),
        description: None,
        status: 0,
        reply: 0,
        start_message_id: String::new(),
        end_message_id: None,
        create_date: at(0),
        end_date: None,
    };
    says.topics.push(topic.clone());
    Json(topic)
}

async fn topic(State(messenger): State<Messenger>) -> Response {
    match messenger.says().topics.last().cloned() {
        Some(topic) => Json(topic).into_response(),
        None => failure(404, "not_found"),
    }
}

async fn end_topic(State(messenger): State<Messenger>) -> Response {
    let mut says = messenger.says();
    let Some(topic) = says.topics.last_mut() else { return failure(404, "not_found") };
    topic.status = 10;
    Json(topic.clone()).into_response()
}
