//! What the messenger remembers.
//!
//! A session's messages have numbers from 1 without gaps, and times that only grow: the order is the server's and the
//! same for everyone. Everything that follows from a message (unread counts, badges, the topic's state, who is where
//! in the list) changes in the message's own transaction, so none of it has to be counted when it is asked for.

use super::{AuditLine, Result};
use crate::keys::Digest;
use async_trait::async_trait;
use consilium_model::{BusinessKind, ConferenceId, MessageKind, Secret, SessionKind, TopicState, UserId};
use consilium_wire::im::{Attachment, ConsultTime, Presence, ReplyCounts, UserRole};
use std::sync::Arc;
use time::OffsetDateTime;

/// A person of the messenger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ChatUser {
    /// The login.
    pub(crate) id: UserId,
    /// Doctor or patient.
    pub(crate) role: UserRole,
    /// The name to show.
    pub(crate) name: Secret,
}

/// On whose behalf something is done, and how far that reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Principal {
    /// Who.
    pub(crate) user: UserId,
    /// Which of its sessions are there for it. Others are as if it were no member.
    pub(crate) reach: Reach,
}

/// Which of a user's sessions something reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// All of them.
    Everything,
    /// That of a visit, and those of no visit that have one of these people in them.
    Visit {
        /// The visit.
        conference: ConferenceId,
        /// Whose sessions with this user are reached as well.
        with: Vec<UserId>,
        /// A session with one of these is not reached, whoever else is in it.
        without: Vec<UserId>,
    },
}

impl From<UserId> for Principal {
    fn from(user: UserId) -> Self {
        Self { user, reach: Reach::Everything }
    }
}

impl From<&str> for Principal {
    fn from(user: &str) -> Self {
        UserId::from(user).into()
    }
}

/// A token of the messenger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ChatPass {
    /// Whose it is.
    pub(crate) user: UserId,
    /// What it was given for.
    pub(crate) scope: PassScope,
    /// From then on it is worth nothing.
    pub(crate) ends: OffsetDateTime,
}

/// What a token was given for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PassScope {
    /// A password.
    Password,
    /// The sign-in whose token has this digest; it ends with that.
    SignIn(Digest),
    /// A link to a visit, of somebody who has another way to everything else.
    Link(ConferenceId),
    /// A link to a visit, of somebody who has no other way to whoever is in it.
    OnlyLink(ConferenceId),
}

impl PassScope {
    /// Whether only somebody who can sign in is given it.
    pub(crate) const fn is_of_staff(&self) -> bool {
        match self {
            Self::Password | Self::SignIn(_) | Self::Link(_) => true,
            Self::OnlyLink(_) => false,
        }
    }

    /// The visit of the link.
    pub(crate) const fn visit(&self) -> Option<&ConferenceId> {
        match self {
            Self::Password | Self::SignIn(_) => None,
            Self::Link(visit) | Self::OnlyLink(visit) => Some(visit),
        }
    }
}

/// A session, as it is for everyone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ChatSession {
    /// Its id. Random.
    pub(crate) id: String,
    /// What it is.
    pub(crate) kind: SessionKind,
    /// Whether a patient is in it.
    pub(crate) business: BusinessKind,
    /// Its name; `None` when it goes by its members.
    pub(crate) name: Option<Secret>,
    /// The visit that it belongs to: at most one session a visit.
    pub(crate) conference: Option<ConferenceId>,
    /// When it was made.
    pub(crate) created_at: OffsetDateTime,
}

/// A member of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ChatMember {
    /// Who.
    pub(crate) user: ChatUser,
    /// What it has read: every message whose time is not later.
    pub(crate) last_fetch_time: OffsetDateTime,
}

/// A session as one of its members sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ChatRow {
    /// The session.
    pub(crate) session: ChatSession,
    /// All members, in the order in which they came.
    pub(crate) members: Vec<ChatMember>,
    /// The newest message.
    pub(crate) last: Option<ChatMessage>,
    /// Messages of others that this member has not read.
    pub(crate) unread: u64,
    /// This member has pinned it.
    pub(crate) sticky: bool,
    /// A topic is open in it.
    pub(crate) topic_open: bool,
}

/// Names a message: `SESSION-NUMBER` on the wire.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct MessageId {
    /// The session.
    pub(crate) session: String,
    /// Its place in the session, from 1.
    pub(crate) seq: u64,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ChatMessage {
    /// Its name.
    pub(crate) id: MessageId,
    /// Who wrote it.
    pub(crate) sender: UserId,
    /// What it is.
    pub(crate) kind: MessageKind,
    /// What it says.
    pub(crate) content: Secret,
    /// As the sender drew it; empty for the server's own.
    pub(crate) client_id: String,
    /// The number of the message that it answers.
    pub(crate) reply_to: Option<u64>,
    /// When it was taken; later than the one before it, to the millisecond.
    pub(crate) at: OffsetDateTime,
}

/// A message that is to be stored.
#[derive(Clone, Debug)]
pub(crate) struct ChatDraft {
    /// The session.
    pub(crate) session: String,
    /// Who writes.
    pub(crate) sender: Principal,
    /// What it is.
    pub(crate) kind: MessageKind,
    /// What it says.
    pub(crate) content: Secret,
    /// As the sender drew it; empty for the server's own.
    pub(crate) client_id: String,
    /// The number of the message that it answers.
    pub(crate) reply_to: Option<u64>,
    /// Now.
    pub(crate) at: OffsetDateTime,
}

/// What became of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stored {
    /// The message as it is stored.
    pub(crate) message: ChatMessage,
    /// It was stored just now; otherwise the same sender has sent the same id before, and nothing has changed.
    pub(crate) fresh: bool,
    /// The badge of everyone whose badge it has changed.
    pub(crate) badges: Vec<(UserId, u64)>,
    /// The topic whose state it has changed.
    pub(crate) topic: Option<ChatTopic>,
}

/// A topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ChatTopic {
    /// Its id. Random.
    pub(crate) id: String,
    /// Its session.
    pub(crate) session: String,
    /// What it is about.
    pub(crate) name: Secret,
    /// In more words.
    pub(crate) description: Option<Secret>,
    /// Where it stands.
    pub(crate) state: TopicState,
    /// The number of its first message.
    pub(crate) start_seq: u64,
    /// The number of its last message; `None` while it is open.
    pub(crate) end_seq: Option<u64>,
    /// When it was opened.
    pub(crate) created_at: OffsetDateTime,
    /// When it was closed.
    pub(crate) ended_at: Option<OffsetDateTime>,
}

/// Where reading has led.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReadUpTo {
    /// The member's new `last_fetch_time`.
    pub(crate) last_fetch_time: OffsetDateTime,
    /// The reader's badge now.
    pub(crate) badge: u64,
    /// Something has changed.
    pub(crate) moved: bool,
}

/// Who is in a session has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Moved {
    /// The session.
    pub(crate) session: String,
    /// Who is no member any more.
    pub(crate) left: Vec<UserId>,
    /// The badges of everyone who is in it now, and of those who have left.
    pub(crate) badges: Vec<(UserId, u64)>,
}

/// One member in place of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Replaced {
    /// Who goes.
    pub(crate) old: UserId,
    /// Who comes.
    pub(crate) new: UserId,
}

/// The session of a visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct VisitChat {
    /// Its id.
    pub(crate) session: String,
    /// Who is in it because the visit has them.
    pub(crate) of_visit: Vec<UserId>,
    /// Whom somebody of the team has added.
    pub(crate) added: Vec<UserId>,
}

/// What a member may have to be reminded of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Waiting {
    /// Messages that it has not read.
    pub(crate) unread: u64,
    /// The number of the newest message.
    pub(crate) last_seq: u64,
    /// The visit of the session.
    pub(crate) conference: Option<ConferenceId>,
    /// When it was last reminded, unless it has read since.
    pub(crate) reminded_at: Option<OffsetDateTime>,
}

/// Rows of a list, and whether there are more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rows<T> {
    /// The rows.
    pub(crate) rows: Vec<T>,
    /// There are more.
    pub(crate) more: bool,
}

/// A part of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slice {
    /// How many rows come before it.
    pub(crate) skip: u64,
    /// How many it has at most.
    pub(crate) take: u32,
}

/// Which messages of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Window {
    /// The newest.
    Newest(Slice),
    /// The newest before this number.
    Before(u64),
    /// The oldest after this number; newest first all the same.
    After(u64),
    /// From one number to another, newest first.
    Between(u64, u64, Slice),
}

/// Which sessions of a user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct SessionFilter {
    /// With or without a patient.
    pub(crate) business: Option<BusinessKind>,
    /// Only those that have a message, pinned ones first and then by the newest message; otherwise all, the newest
    /// session first.
    pub(crate) recent: bool,
}

/// Why the messenger's store did not do it, as an answer and not as a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChatRefusal {
    /// There is no such session, message, topic or person.
    NotFound,
    /// Not a member.
    NotMember,
    /// A topic is open already, or has ended already.
    Topic,
    /// The session would have too many members, or none; two people would have a second session of kind 2; or a second
    /// patient would come into a session that is of no visit.
    Members,
}

/// An answer that may be a refusal.
pub(crate) type Answer<T> = Result<std::result::Result<T, ChatRefusal>>;

/// Is told what is new, once it is durable: in the order in which it was done, and before whoever did it has the answer,
/// also when nobody waits for that any more. A badge that is told later is therefore newer. Returns at once.
pub(crate) trait ChatWatcher: Send + Sync + 'static {
    /// A message was stored just now.
    fn stored(&self, stored: &Stored);
    /// A member has read more than before.
    fn read(&self, session: &str, reader: &UserId, read: &ReadUpTo);
    /// Somebody is a member now, or is none any more.
    fn moved(&self, moved: &Moved);
}

/// What the messenger remembers. Whoever asks has been let in already; that it is a member, and how far it reaches, is
/// checked here, in the same transaction.
#[async_trait]
pub(crate) trait ChatStore: Send + Sync + 'static {
    /// Who is told from now on; there is one.
    fn watch_chats(&self, watcher: Arc<dyn ChatWatcher>);

    /// Adds a person, or gives it a new name.
    async fn put_chat_user(&self, user: ChatUser) -> Result<()>;
    /// A person.
    async fn chat_user(&self, id: UserId) -> Result<Option<ChatUser>>;
    /// Adds a token. One for a sign-in that is over fails.
    async fn put_chat_token(&self, token: Digest, pass: ChatPass) -> Result<()>;
    /// What a token is, until it ends.
    async fn chat_token(&self, token: Digest, now: OffsetDateTime) -> Result<Option<ChatPass>>;
    /// Ends a token.
    async fn drop_chat_token(&self, token: Digest) -> Result<()>;
    /// What somebody says of itself, and when it was last there.
    async fn presence(&self, user: UserId) -> Result<(Presence, Option<OffsetDateTime>)>;
    /// Somebody says something of itself.
    async fn set_presence(&self, user: UserId, presence: Presence, at: OffsetDateTime) -> Result<()>;
    /// These people are there now.
    async fn touch(&self, users: Vec<UserId>, at: OffsetDateTime) -> Result<()>;
    /// When somebody may be asked.
    async fn consult_times(&self, user: UserId) -> Result<Vec<ConsultTime>>;
    /// Sets when somebody may be asked.
    async fn set_consult_times(&self, user: UserId, times: Vec<ConsultTime>) -> Result<()>;

    /// Makes a session with these members; two people have one session of kind 2 with each other, and a visit has one:
    /// then it is that one, as it was. Answers with its id, and whether it is new.
    async fn create_chat(&self, session: ChatSession, members: Vec<UserId>) -> Answer<(String, bool)>;
    /// The session of a visit, and who is in it.
    async fn chat_of_visit(&self, conference: ConferenceId) -> Result<Option<VisitChat>>;
    /// The visits that have a session.
    async fn visits_with_chats(&self) -> Result<Vec<ConferenceId>>;
    /// The session of a visit has these people of the visit from now on; whoever was in it by the visit and is none of
    /// them is out, and so is every other patient.
    async fn follow_visit(
        &self,
        conference: ConferenceId,
        roster: Vec<UserId>,
        at: OffsetDateTime,
    ) -> Answer<()>;
    /// The visit that a session belongs to, if it does to one; `None` when there is no such session.
    async fn visit_of_chat(&self, session: String) -> Result<Option<Option<ConferenceId>>>;
    /// Whether these two are in any session together.
    async fn share_chat(&self, one: Principal, other: UserId) -> Result<bool>;
    /// A session as a member sees it.
    async fn chat(&self, session: String, who: Principal) -> Answer<ChatRow>;
    /// A user's sessions.
    async fn chats(&self, who: Principal, filter: SessionFilter, slice: Slice) -> Result<Rows<ChatRow>>;
    /// Pins or unpins a session for a member.
    async fn set_sticky(&self, session: String, who: Principal, sticky: bool) -> Answer<()>;
    /// Adds people. They have read nothing, but what was said before they came does not count as unread. Whatever this
    /// and the next two change stands in the audit trail.
    async fn add_members(
        &self,
        session: String,
        by: Principal,
        users: Vec<UserId>,
        audit: AuditLine,
    ) -> Answer<()>;
    /// Takes people out. Their badges forget the session.
    async fn remove_members(
        &self,
        session: String,
        by: Principal,
        users: Vec<UserId>,
        audit: AuditLine,
    ) -> Answer<()>;
    /// Puts one of the care team in place of another, at the same point of the session.
    async fn replace_member(
        &self,
        session: String,
        by: Principal,
        replaced: Replaced,
        audit: AuditLine,
    ) -> Answer<()>;

    /// Stores a message. Writing is reading: the sender has read everything up to its own message. What the care team
    /// writes answers an open topic; without a patient in the session, what anybody but its opener writes. The file that
    /// it is about stays from then on.
    async fn add_message(&self, draft: ChatDraft) -> Answer<Stored>;
    /// Messages, newest first. `take` counts where the window has no slice of its own. No list of this trait has more
    /// rows than a page may have.
    async fn messages(
        &self,
        session: String,
        who: Principal,
        window: Window,
        take: u32,
    ) -> Answer<Rows<ChatMessage>>;
    /// One message.
    async fn message(&self, id: MessageId, who: Principal) -> Answer<ChatMessage>;
    /// The member's unread messages, newest first, without moving anything.
    async fn unread(&self, session: String, who: Principal, take: u32) -> Answer<Rows<ChatMessage>>;
    /// The member has read every message up to a time. Its `last_fetch_time` is then the newest one's, and never moves
    /// back.
    async fn read_up_to(&self, session: String, who: Principal, at: OffsetDateTime) -> Answer<ReadUpTo>;
    /// How many unread messages a member has in a session.
    async fn unread_count(&self, session: String, who: Principal) -> Answer<u64>;
    /// How many unread messages a user has in all sessions.
    async fn badge(&self, who: Principal) -> Result<u64>;
    /// Tells that number to `tell`, as a watcher is told.
    async fn tell_badge(&self, user: UserId, tell: Box<dyn FnOnce(u64) + Send>) -> Result<()>;

    /// Opens a topic: stores a message of kind 6 with it. [`ChatRefusal::Topic`] while another one is open.
    async fn open_topic(&self, topic: ChatTopic, by: Principal) -> Answer<(ChatTopic, Stored)>;
    /// Closes a topic: stores `closing` (kind 10) if there is one, then a message of kind 7. Closing words answer as
    /// other words do.
    async fn end_topic(
        &self,
        topic: String,
        by: Principal,
        closing: Option<Secret>,
        at: OffsetDateTime,
    ) -> Answer<(ChatTopic, Vec<Stored>)>;
    /// A topic of a session of this user.
    async fn topic(&self, topic: String, who: Principal) -> Answer<ChatTopic>;
    /// The last topic of a session.
    async fn current_topic(&self, session: String, who: Principal) -> Answer<ChatTopic>;
    /// The topics of a session, or of all the user's sessions; the newest first.
    async fn topics(
        &self,
        who: Principal,
        session: Option<String>,
        state: Option<TopicState>,
        slice: Slice,
    ) -> Answer<Rows<ChatTopic>>;
    /// Counts by state over the user's sessions.
    async fn topic_counts(&self, who: Principal) -> Result<ReplyCounts>;

    /// Adds what is known of a file whose bytes are stored.
    async fn put_attachment(&self, attachment: Attachment, by: UserId, at: OffsetDateTime) -> Result<()>;
    /// A file of a session of this user.
    async fn attachment(&self, id: String, who: Principal) -> Answer<Attachment>;
    /// Whether anything is known of a file.
    async fn has_attachment(&self, id: String) -> Result<bool>;
    /// Up to `take` files that no message names, and whose bytes were stored before that time; the oldest first.
    async fn unnamed_attachments(&self, before: OffsetDateTime, take: u32) -> Result<Vec<String>>;
    /// Forgets a file unless a message names it; `false` then. From then on no message can.
    async fn forget_attachment(&self, id: String) -> Result<bool>;

    /// Patients and the sessions in which they have unread messages, the newest not before `since` and later than what
    /// they were last reminded of.
    async fn unread_patients(&self, since: OffsetDateTime) -> Result<Vec<(UserId, String)>>;
    /// What a member may have to be reminded of.
    async fn waiting(&self, session: String, user: UserId) -> Answer<Waiting>;
    /// A member was reminded of everything up to a message's number.
    async fn set_reminded(&self, session: String, user: UserId, seq: u64, at: OffsetDateTime) -> Result<()>;
}
