//! The messenger's part of the store. Refusals are decided before the first write of a job; everything that follows
//! from a message is written in its own.

mod attachments;
mod counts;
mod members;
mod messages;
mod people;
mod posting;
mod reading;
mod reminders;
mod seat;
mod sessions;
mod tokens;
mod topics;
mod values;
mod visits;
mod within;

use super::super::{
    Answer, AuditLine, ChatDraft, ChatMessage, ChatPass, ChatRow, ChatSession, ChatStore, ChatTopic,
    ChatUser, ChatWatcher, MessageId, Moved, Principal, ReadUpTo, Replaced, Result, Rows, SessionFilter,
    Slice, Stored, VisitChat, Waiting, Window,
};
use super::SqliteStore;
use crate::keys::Digest;
use async_trait::async_trait;
use consilium_model::{ConferenceId, Secret, TopicState, UserId};
use consilium_wire::im::{Attachment, ConsultTime, MAX_PAGE_SIZE, Presence, ReplyCounts};
use rusqlite::Connection;
use std::sync::Arc;
use time::OffsetDateTime;
use values::{Step, answer};

/// A list has so many rows at most, whoever asks: nobody's reading holds up writers for long.
const MOST_ROWS: u32 = MAX_PAGE_SIZE;

impl SqliteStore {
    /// Does a step that may be refused.
    async fn step<T, F>(&self, work: F) -> Answer<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Step<T> + Send + 'static,
    {
        self.writer.run(move |db| answer(work(db))).await
    }

    /// Does a step, and tells the watcher of what it has done.
    async fn telling<T, F>(
        &self,
        work: F,
        tell: impl FnOnce(&dyn ChatWatcher, &T) + Send + 'static,
    ) -> Answer<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Step<T> + Send + 'static,
    {
        let watcher = Arc::clone(&self.watcher);
        let tell = move |answer: &std::result::Result<T, _>| {
            let Ok(done) = answer else { return };
            let watcher = watcher.lock().expect("no one panics with this lock").clone();
            if let Some(watcher) = watcher {
                tell(&*watcher, done);
            }
        };
        self.writer.run_telling(move |db| answer(work(db)), tell).await
    }

    /// Does a step that stores messages.
    async fn storing<T, F>(&self, work: F, stored: fn(&T) -> &[Stored]) -> Answer<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Step<T> + Send + 'static,
    {
        let tell = move |watcher: &dyn ChatWatcher, done: &T| {
            stored(done).iter().filter(|stored| stored.fresh).for_each(|stored| watcher.stored(stored));
        };
        self.telling(work, tell).await
    }

    /// Does a step that changes who is in a session.
    async fn moving<F>(&self, work: F) -> Answer<()>
    where
        F: FnOnce(&Connection) -> Step<Option<Moved>> + Send + 'static,
    {
        let tell = |watcher: &dyn ChatWatcher, moved: &Option<Moved>| {
            if let Some(moved) = moved {
                watcher.moved(moved);
            }
        };
        Ok(self.telling(work, tell).await?.map(drop))
    }
}

#[async_trait]
impl ChatStore for SqliteStore {
    fn watch_chats(&self, watcher: Arc<dyn ChatWatcher>) {
        *self.watcher.lock().expect("no one panics with this lock") = Some(watcher);
    }

    async fn put_chat_user(&self, user: ChatUser) -> Result<()> {
        self.writer.run(move |db| people::put(db, &user)).await
    }

    async fn chat_user(&self, id: UserId) -> Result<Option<ChatUser>> {
        self.writer.run(move |db| people::one(db, &id)).await
    }

    async fn put_chat_token(&self, token: Digest, pass: ChatPass) -> Result<()> {
        self.writer.run(move |db| tokens::put(db, &token, &pass)).await
    }

    async fn chat_token(&self, token: Digest, now: OffsetDateTime) -> Result<Option<ChatPass>> {
        self.writer.run(move |db| tokens::one(db, &token, now)).await
    }

    async fn drop_chat_token(&self, token: Digest) -> Result<()> {
        self.writer.run(move |db| tokens::drop(db, &token)).await
    }

    async fn presence(&self, user: UserId) -> Result<(Presence, Option<OffsetDateTime>)> {
        self.writer.run(move |db| people::presence(db, &user)).await
    }

    async fn set_presence(&self, user: UserId, presence: Presence, at: OffsetDateTime) -> Result<()> {
        self.writer.run(move |db| people::set_presence(db, &user, presence, at)).await
    }

    async fn touch(&self, users: Vec<UserId>, at: OffsetDateTime) -> Result<()> {
        self.writer.run(move |db| people::touch(db, &users, at)).await
    }

    async fn consult_times(&self, user: UserId) -> Result<Vec<ConsultTime>> {
        self.writer.run(move |db| people::consult_times(db, &user)).await
    }

    async fn set_consult_times(&self, user: UserId, times: Vec<ConsultTime>) -> Result<()> {
        self.writer.run(move |db| people::set_consult_times(db, &user, &times)).await
    }

    async fn create_chat(&self, session: ChatSession, members: Vec<UserId>) -> Answer<(String, bool)> {
        self.step(move |db| sessions::create(db, &session, &members)).await
    }

    async fn chat(&self, session: String, who: Principal) -> Answer<ChatRow> {
        self.step(move |db| sessions::one(db, &session, &who)).await
    }

    async fn chats(&self, who: Principal, filter: SessionFilter, slice: Slice) -> Result<Rows<ChatRow>> {
        self.writer.run(move |db| sessions::all(db, &who, filter, slice)).await
    }

    async fn chat_of_visit(&self, conference: ConferenceId) -> Result<Option<VisitChat>> {
        self.writer.run(move |db| visits::chat_of(db, &conference)).await
    }

    async fn visits_with_chats(&self) -> Result<Vec<ConferenceId>> {
        self.writer.run(visits::all).await
    }

    async fn follow_visit(
        &self,
        conference: ConferenceId,
        roster: Vec<UserId>,
        at: OffsetDateTime,
    ) -> Answer<()> {
        self.moving(move |db| visits::follow(db, &conference, &roster, at)).await
    }

    async fn visit_of_chat(&self, session: String) -> Result<Option<Option<ConferenceId>>> {
        self.writer.run(move |db| sessions::visit(db, &session)).await
    }

    async fn share_chat(&self, one: Principal, other: UserId) -> Result<bool> {
        self.writer.run(move |db| sessions::shared(db, &one, &other)).await
    }

    async fn set_sticky(&self, session: String, who: Principal, sticky: bool) -> Answer<()> {
        self.step(move |db| sessions::set_sticky(db, &session, &who, sticky)).await
    }

    async fn add_members(
        &self,
        session: String,
        by: Principal,
        users: Vec<UserId>,
        audit: AuditLine,
    ) -> Answer<()> {
        self.moving(move |db| members::add(db, &session, &by, &users, &audit)).await
    }

    async fn remove_members(
        &self,
        session: String,
        by: Principal,
        users: Vec<UserId>,
        audit: AuditLine,
    ) -> Answer<()> {
        self.moving(move |db| members::remove(db, &session, &by, &users, &audit)).await
    }

    async fn replace_member(
        &self,
        session: String,
        by: Principal,
        replaced: Replaced,
        audit: AuditLine,
    ) -> Answer<()> {
        self.moving(move |db| members::replace(db, &session, &by, &replaced, &audit)).await
    }

    async fn add_message(&self, draft: ChatDraft) -> Answer<Stored> {
        self.storing(move |db| posting::add(db, draft), std::slice::from_ref).await
    }

    async fn messages(
        &self,
        session: String,
        who: Principal,
        window: Window,
        take: u32,
    ) -> Answer<Rows<ChatMessage>> {
        self.step(move |db| messages::window(db, &session, &who, window, take)).await
    }

    async fn message(&self, id: MessageId, who: Principal) -> Answer<ChatMessage> {
        self.step(move |db| messages::one(db, &id, &who)).await
    }

    async fn unread(&self, session: String, who: Principal, take: u32) -> Answer<Rows<ChatMessage>> {
        self.step(move |db| messages::unread(db, &session, &who, take)).await
    }

    async fn read_up_to(&self, session: String, who: Principal, at: OffsetDateTime) -> Answer<ReadUpTo> {
        let (of, reader) = (session.clone(), who.user.clone());
        let tell = move |watcher: &dyn ChatWatcher, read: &ReadUpTo| {
            if read.moved {
                watcher.read(&of, &reader, read);
            }
        };
        self.telling(move |db| reading::up_to(db, &session, &who, at), tell).await
    }

    async fn unread_count(&self, session: String, who: Principal) -> Answer<u64> {
        self.step(move |db| Ok(seat::seat(db, &session, &who)?.unread.cast_unsigned())).await
    }

    async fn badge(&self, who: Principal) -> Result<u64> {
        self.writer.run(move |db| counts::badge_within(db, &who)).await
    }

    async fn tell_badge(&self, user: UserId, tell: Box<dyn FnOnce(u64) + Send>) -> Result<()> {
        self.writer.run_telling(move |db| counts::badge(db, &user), |count| tell(*count)).await.map(drop)
    }

    async fn open_topic(&self, topic: ChatTopic, by: Principal) -> Answer<(ChatTopic, Stored)> {
        let open = move |db: &Connection| topics::open(db, &topic, &by);
        self.storing(open, |(_, stored)| std::slice::from_ref(stored)).await
    }

    async fn end_topic(
        &self,
        topic: String,
        by: Principal,
        closing: Option<Secret>,
        at: OffsetDateTime,
    ) -> Answer<(ChatTopic, Vec<Stored>)> {
        let end = move |db: &Connection| topics::end(db, &topic, &by, closing, at);
        self.storing(end, |(_, stored)| stored).await
    }

    async fn topic(&self, topic: String, who: Principal) -> Answer<ChatTopic> {
        self.step(move |db| topics::one(db, &topic, &who)).await
    }

    async fn current_topic(&self, session: String, who: Principal) -> Answer<ChatTopic> {
        self.step(move |db| topics::current(db, &session, &who)).await
    }

    async fn topics(
        &self,
        who: Principal,
        session: Option<String>,
        state: Option<TopicState>,
        slice: Slice,
    ) -> Answer<Rows<ChatTopic>> {
        self.step(move |db| topics::all(db, &who, session.as_deref(), state, slice)).await
    }

    async fn topic_counts(&self, who: Principal) -> Result<ReplyCounts> {
        self.writer.run(move |db| counts::topics_within(db, &who)).await
    }

    async fn put_attachment(&self, attachment: Attachment, by: UserId, at: OffsetDateTime) -> Result<()> {
        self.writer.run(move |db| attachments::put(db, &attachment, &by, at)).await
    }

    async fn attachment(&self, id: String, who: Principal) -> Answer<Attachment> {
        self.step(move |db| attachments::one(db, &id, &who)).await
    }

    async fn has_attachment(&self, id: String) -> Result<bool> {
        self.writer.run(move |db| attachments::is_known(db, &id)).await
    }

    async fn unnamed_attachments(&self, before: OffsetDateTime, take: u32) -> Result<Vec<String>> {
        self.writer.run(move |db| attachments::unnamed(db, before, take)).await
    }

    async fn forget_attachment(&self, id: String) -> Result<bool> {
        self.writer.run(move |db| attachments::forget(db, &id)).await
    }

    async fn unread_patients(&self, since: OffsetDateTime) -> Result<Vec<(UserId, String)>> {
        self.writer.run(move |db| reminders::unread_patients(db, since)).await
    }

    async fn waiting(&self, session: String, user: UserId) -> Answer<Waiting> {
        self.step(move |db| reminders::waiting(db, &session, &user)).await
    }

    async fn set_reminded(&self, session: String, user: UserId, seq: u64, at: OffsetDateTime) -> Result<()> {
        self.writer.run(move |db| reminders::set_reminded(db, &session, &user, seq, at)).await
    }
}
