//! The family-doctor messenger: REST below `/api/v2` and one WebSocket, `/api/v2/ws` (`family-doctor-im.md`).
//!
//! JSON, `snake_case`, ids as text, times as RFC 3339 in UTC. What people write, what they are called and which key a
//! file has is [`Secret`]. Fields that a client does not know are ignored by it; the server refuses none either.

mod content;
mod requests;
mod socket;

pub use content::{
    ArticleContent, Attachment, AttachmentKind, BadContent, Content, FileContent, JumpContent,
    MAX_ATTACHMENT, MAX_FILE_NAME, THUMBNAIL, TopicContent,
};
pub use requests::{
    EndTopic, EnterConference, ParticipantAvatar, Participants, Replacement, SessionConference, SessionStatus,
};
pub use socket::{ClientType, FromClient, FromServer, SocketMessage};

use consilium_model::{BusinessKind, MessageKind, Secret, SessionKind, UserId};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// How the ids of patients begin; a specialist's is the login, which never begins so.
pub const PATIENT_PREFIX: &str = "patient:";
/// How the appointments of those conferences are named to which a conversation's people are invited; the session follows.
pub const INVITATION_PREFIX: &str = "chat:";
/// The most characters of a text message.
pub const MAX_TEXT: usize = 20_000;
/// The most characters of a session's or a topic's name.
pub const MAX_NAME: usize = 200;
/// The most characters of a client's message id.
pub const MAX_CLIENT_ID: usize = 64;
/// The most members of a session.
pub const MAX_PARTICIPANTS: usize = 200;
/// Rows of a page when nobody asks for another number, and the most.
pub const PAGE_SIZE: u32 = 50;
/// The most rows of a page.
pub const MAX_PAGE_SIZE: u32 = 200;

/// `POST /users/login`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Login {
    /// The login.
    pub user_id: UserId,
    /// The password.
    pub password: Secret,
}

/// The answer to [`Login`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LoggedIn {
    /// The bearer token of every other route.
    pub token: Secret,
    /// For so many seconds.
    pub expires_in: u64,
    /// Who logged in.
    pub user: User,
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The login.
    pub user_id: UserId,
    /// The name to show.
    pub name: Secret,
    /// Doctor or patient.
    pub role: UserRole,
    /// Where its picture is; missing when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar: Option<Secret>,
}

/// What somebody is in this protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UserRole {
    /// Of the care team.
    Doctor,
    /// Cared for.
    Patient,
}

/// `/users/:user_id/status`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserStatus {
    /// What it says of itself.
    pub status: Presence,
    /// When it was last there; of patients only.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub last_active: Option<OffsetDateTime>,
}

/// What somebody says of itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// There.
    Online,
    /// For a moment not.
    Away,
    /// Not to be disturbed.
    Busy,
    /// Not there.
    #[default]
    Offline,
}

/// `/users/:user_id/consult/time`: when somebody of the team may be asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsultTimes {
    /// In the order of the week.
    pub content: Vec<ConsultTime>,
}

/// A stretch of a weekday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsultTime {
    /// 1 is Monday (ISO 8601).
    pub weekday: u8,
    /// Minutes after midnight, in the clinic's time.
    pub from_minute: u16,
    /// Minutes after midnight.
    pub to_minute: u16,
}

/// `POST /sessions`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewSession {
    /// What it is.
    #[serde(rename = "type")]
    pub kind: SessionKind,
    /// Whether a patient is in it.
    pub business_type: BusinessKind,
    /// Its name.
    #[serde(default)]
    pub name: Option<Secret>,
    /// Who is in it, beside whoever makes it.
    pub participants: Vec<UserId>,
}

/// A session, as one of its members sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Its id.
    pub id: String,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: SessionKind,
    /// Whether a patient is in it.
    pub business_type: BusinessKind,
    /// Its name; missing when it goes by its members.
    #[serde(default)]
    pub name: Option<Secret>,
    /// 1 while a topic is open in it.
    pub status: u8,
    /// This member has pinned it.
    pub sticky: bool,
    /// Who is in it.
    pub participants: Vec<Member>,
    /// The newest message.
    #[serde(default)]
    pub last_message: Option<Message>,
    /// Messages that this member has not read.
    pub unread_count: u64,
    /// When it was made.
    #[serde(with = "time::serde::rfc3339")]
    pub create_date: OffsetDateTime,
}

/// A member of a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The session.
    pub session_id: String,
    /// Who.
    pub participant_id: UserId,
    /// The name to show.
    pub name: Secret,
    /// Doctor or patient.
    pub role: UserRole,
    /// What it has read: everything up to then.
    #[serde(with = "time::serde::rfc3339")]
    pub last_fetch_time: OffsetDateTime,
}

/// `POST /sessions/:session_id/messages`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewMessage {
    /// What it is. Kinds that only the server writes are refused.
    #[serde(rename = "type")]
    pub kind: MessageKind,
    /// What it says; its form depends on the kind.
    pub content: Secret,
    /// Drawn by the sender: the same one from the same sender gives the same message again.
    pub client_message_id: String,
    /// The message of the same session that it answers. Ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its id. Ids of one session grow in its order, which is the server's.
    pub id: String,
    /// Its session.
    pub session_id: String,
    /// Who wrote it.
    pub sender_id: UserId,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: MessageKind,
    /// What it says.
    pub content: Secret,
    /// As the sender drew it; empty for the server's own.
    #[serde(default)]
    pub client_message_id: String,
    /// The message of the same session that it answers. Ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// When the server took it.
    #[serde(with = "time::serde::rfc3339")]
    pub timestamp: OffsetDateTime,
}

/// `POST /sessions/topics`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewTopic {
    /// Where.
    pub session_id: String,
    /// What it is about.
    pub name: Secret,
    /// In more words.
    #[serde(default)]
    pub description: Option<Secret>,
}

/// A topic. [`consilium_model::TopicState`] says what `status` and `reply` mean together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Topic {
    /// Its id.
    pub id: String,
    /// Its session.
    pub session_id: String,
    /// What it is about.
    pub name: Secret,
    /// In more words.
    #[serde(default)]
    pub description: Option<Secret>,
    /// 0 open, 10 closed.
    pub status: u8,
    /// 1 after somebody of the team has answered.
    pub reply: u8,
    /// Its first message.
    pub start_message_id: String,
    /// Its last message; missing while it is open.
    #[serde(default)]
    pub end_message_id: Option<String>,
    /// When it was opened.
    #[serde(with = "time::serde::rfc3339")]
    pub create_date: OffsetDateTime,
    /// When it was closed.
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub end_date: Option<OffsetDateTime>,
}

/// `GET /sessions/topics/count/reply`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyCounts {
    /// Open, nobody has answered. Those that were closed unanswered are left out.
    pub unanswered: u64,
    /// Open, somebody has answered.
    pub answered: u64,
    /// Closed after an answer.
    pub ended: u64,
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The rows.
    pub content: Vec<T>,
    /// Which page, from 1.
    pub page: u32,
    /// How many rows a page has.
    pub page_size: u32,
    /// There is another one.
    pub more: bool,
}

/// A number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// The number.
    pub count: u64,
}

/// An error answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What went wrong.
    pub error: FailureBody,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailureBody {
    /// The code, for programs.
    pub code: FailureCode,
    /// For whoever writes a program; never for people, and never anything of a message.
    pub message: String,
}

/// Why the server did not do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureCode {
    /// 400: not understood.
    BadRequest,
    /// 400: a kind that is kept for later, or that only the server writes.
    KindNotAllowed,
    /// 401: no token, or one that is worth nothing.
    Unauthorized,
    /// 403: not a member, or not of the care team.
    Forbidden,
    /// 404: there is none.
    NotFound,
    /// 409: it has happened already, or something else has.
    Conflict,
    /// 409: the topic has ended.
    TopicEnded,
    /// 413: too large.
    TooLarge,
    /// 415: a file that is not what its kind of message carries.
    WrongMedia,
    /// 429: too often.
    TooMany,
    /// 500: the server has failed; nothing was stored.
    Internal,
    /// 507: no room for the file, on the server's disk or in what its sender may bring in a day.
    NoRoom,
}
