//! The messenger without a database: it keeps what was said and counts everything anew whenever it is asked.

use super::super::super::{
    ChatDraft, ChatMember, ChatMessage, ChatRefusal, ChatRow, ChatSession, ChatTopic, ChatUser, MessageId,
    ReadUpTo, SessionFilter, Stored,
};
use consilium_model::{BusinessKind, MessageKind, Secret, SessionKind, TopicState, UserId};
use consilium_wire::im::{Content, ReplyCounts, TopicContent, UserRole};
use time::{Duration, OffsetDateTime};

pub(super) type Outcome<T> = Result<T, ChatRefusal>;

pub(super) struct Naive {
    pub(super) people: Vec<ChatUser>,
    pub(super) rooms: Vec<Room>,
}

pub(super) struct Room {
    pub(super) session: ChatSession,
    pub(super) members: Vec<Sitting>,
    pub(super) messages: Vec<ChatMessage>,
    pub(super) topics: Vec<Question>,
    /// The next message is later.
    floor: OffsetDateTime,
}

#[derive(Clone)]
pub(super) struct Sitting {
    pub(super) user: UserId,
    last_fetch_time: OffsetDateTime,
    sticky: bool,
}

pub(super) struct Question {
    opened: ChatTopic,
    opener: UserId,
    end: Option<(u64, OffsetDateTime)>,
}

impl Room {
    fn sitting(&mut self, user: &UserId) -> Outcome<&mut Sitting> {
        self.members.iter_mut().find(|member| member.user == *user).ok_or(ChatRefusal::NotMember)
    }

    pub(super) fn has(&self, user: &UserId) -> bool {
        self.members.iter().any(|member| member.user == *user)
    }

    pub(super) fn unread(&self, user: &UserId) -> Vec<ChatMessage> {
        let Some(member) = self.members.iter().find(|member| member.user == *user) else { return Vec::new() };
        let unread = |message: &&ChatMessage| message.sender != *user && message.at > member.last_fetch_time;
        self.messages.iter().rev().filter(unread).cloned().collect()
    }

    fn pair(&self) -> Option<[&UserId; 2]> {
        let [one, other] = self.members.as_slice() else { return None };
        (self.session.kind == SessionKind::OneToOne).then(|| sorted(&one.user, &other.user))
    }
}

fn sorted<'a>(one: &'a UserId, other: &'a UserId) -> [&'a UserId; 2] {
    if one < other { [one, other] } else { [other, one] }
}

impl Naive {
    pub(super) fn new(people: Vec<ChatUser>) -> Self {
        Self { people, rooms: Vec::new() }
    }

    fn is_doctor(&self, user: &UserId) -> bool {
        self.people.iter().any(|person| person.id == *user && person.role == UserRole::Doctor)
    }

    pub(super) fn state(&self, room: &Room, topic: &Question) -> TopicState {
        let (start, end) = (topic.opened.start_seq, topic.end.map_or(u64::MAX, |(seq, _)| seq));
        let is_answer = |message: &ChatMessage| {
            let words = message.kind.is_sent_by_people() || message.kind == MessageKind::ClosingText;
            let asked =
                room.session.business == BusinessKind::WithoutPatient && message.sender == topic.opener;
            words
                && start < message.id.seq
                && message.id.seq < end
                && self.is_doctor(&message.sender)
                && !asked
        };
        let state = match room.messages.iter().any(is_answer) {
            true => TopicState::Answered,
            false => TopicState::New,
        };
        if topic.end.is_some() { state.ended() } else { state }
    }

    fn topic(&self, room: &Room, topic: &Question) -> ChatTopic {
        let (end_seq, ended_at) = topic.end.unzip();
        ChatTopic { state: self.state(room, topic), end_seq, ended_at, ..topic.opened.clone() }
    }

    pub(super) fn badge(&self, user: &UserId) -> u64 {
        self.rooms.iter().map(|room| room.unread(user).len() as u64).sum()
    }

    pub(super) fn topics(&self, user: &UserId, room: Option<usize>) -> Vec<ChatTopic> {
        let mine = self
            .rooms
            .iter()
            .enumerate()
            .filter(|(at, one)| one.has(user) && room.is_none_or(|room| room == *at));
        let mut topics: Vec<ChatTopic> =
            mine.flat_map(|(_, room)| room.topics.iter().map(|topic| self.topic(room, topic))).collect();
        // Their ids grow as they are opened.
        topics.sort_by(|one, other| other.id.cmp(&one.id));
        topics
    }

    pub(super) fn topic_counts(&self, user: &UserId) -> ReplyCounts {
        let topics = self.topics(user, None);
        let count = |state| topics.iter().filter(|topic| topic.state == state).count() as u64;
        ReplyCounts {
            unanswered: count(TopicState::New),
            answered: count(TopicState::Answered),
            ended: count(TopicState::Ended),
        }
    }

    pub(super) fn row(&self, room: &Room, user: &UserId) -> ChatRow {
        let of = |member: &Sitting| ChatMember {
            user: self.people.iter().find(|person| person.id == member.user).unwrap().clone(),
            last_fetch_time: member.last_fetch_time,
        };
        ChatRow {
            session: room.session.clone(),
            members: room.members.iter().map(of).collect(),
            last: room.messages.last().cloned(),
            unread: room.unread(user).len() as u64,
            sticky: room.members.iter().any(|member| member.user == *user && member.sticky),
            topic_open: room.topics.iter().any(|topic| topic.end.is_none()),
        }
    }

    pub(super) fn rows(&self, user: &UserId, filter: SessionFilter) -> Vec<ChatRow> {
        let wanted = |room: &&Room| {
            let recent = !filter.recent || !room.messages.is_empty();
            room.has(user)
                && recent
                && filter.business.is_none_or(|business| business == room.session.business)
        };
        let mut rows: Vec<ChatRow> =
            self.rooms.iter().rev().filter(wanted).map(|room| self.row(room, user)).collect();
        if filter.recent {
            let at = |row: &ChatRow| row.last.as_ref().map(|message| message.at);
            rows.sort_by_key(|row| std::cmp::Reverse((row.sticky, at(row))));
        }
        rows
    }

    pub(super) fn create(&mut self, session: ChatSession, members: &[UserId]) -> Outcome<(String, bool)> {
        let mut users: Vec<&UserId> = Vec::new();
        for user in members {
            if !users.contains(&user) {
                users.push(user);
            }
        }
        if users.is_empty() || session.kind == SessionKind::OneToOne && users.len() != 2 {
            return Err(ChatRefusal::Members);
        }
        let floor = session.created_at;
        let sit = |user: &&UserId| Sitting { user: (*user).clone(), last_fetch_time: floor, sticky: false };
        let members = users.iter().map(sit).collect();
        let room = Room { session, members, messages: Vec::new(), topics: Vec::new(), floor };
        let same = |other: &&Room| {
            let visit =
                other.session.conference.is_some() && other.session.conference == room.session.conference;
            visit || other.pair().is_some() && other.pair() == room.pair()
        };
        if let Some(there) = self.rooms.iter().find(same) {
            return Ok((there.session.id.clone(), false));
        }
        let id = room.session.id.clone();
        self.rooms.push(room);
        Ok((id, true))
    }

    /// What a message changes, besides that it is there: found by looking at everybody before and after.
    fn watched<T>(&mut self, act: impl FnOnce(&mut Self) -> T) -> (T, Vec<(UserId, u64)>) {
        let badges = |naive: &Self| naive.people.iter().map(|user| naive.badge(&user.id)).collect::<Vec<_>>();
        let before = badges(self);
        let done = act(self);
        let after = badges(self);
        let changed = self.people.iter().zip(before.into_iter().zip(after));
        let changed = changed.filter(|(_, (before, after))| before != after);
        (done, changed.map(|(person, (_, after))| (person.id.clone(), after)).collect())
    }

    pub(super) fn send(&mut self, at: usize, draft: ChatDraft) -> Outcome<Stored> {
        let room = &mut self.rooms[at];
        room.sitting(&draft.sender.user)?;
        if draft.reply_to.is_some_and(|seq| seq == 0 || seq > room.messages.len() as u64) {
            return Err(ChatRefusal::NotFound);
        }
        let same = |message: &&ChatMessage| {
            !draft.client_id.is_empty()
                && message.sender == draft.sender.user
                && message.client_id == draft.client_id
        };
        if let Some(message) = room.messages.iter().find(same).cloned() {
            return Ok(Stored { message, fresh: false, badges: Vec::new(), topic: None });
        }
        let open = room.topics.iter().position(|topic| topic.end.is_none());
        let state =
            |naive: &Self| open.map(|topic| naive.topic(&naive.rooms[at], &naive.rooms[at].topics[topic]));
        let before = state(self);
        let (message, badges) = self.watched(|naive| naive.rooms[at].say(draft));
        let topic = state(self).filter(|topic| Some(topic) != before.as_ref());
        Ok(Stored { message, fresh: true, badges, topic })
    }

    pub(super) fn read(&mut self, at: usize, user: &UserId, time: OffsetDateTime) -> Outcome<ReadUpTo> {
        let room = &mut self.rooms[at];
        let newest = room.messages.iter().rev().map(|message| message.at).find(|at| *at <= time);
        let member = room.sitting(user)?;
        let before = member.last_fetch_time;
        member.last_fetch_time = newest.map_or(before, |newest| newest.max(before));
        let last_fetch_time = member.last_fetch_time;
        Ok(ReadUpTo { last_fetch_time, badge: self.badge(user), moved: last_fetch_time != before })
    }

    pub(super) fn pin(&mut self, at: usize, user: &UserId, sticky: bool) -> Outcome<()> {
        self.rooms[at].sitting(user)?.sticky = sticky;
        Ok(())
    }

    pub(super) fn open(&mut self, at: usize, topic: &ChatTopic, by: &UserId) -> Outcome<(ChatTopic, Stored)> {
        let room = &mut self.rooms[at];
        room.sitting(by)?;
        if room.topics.iter().any(|topic| topic.end.is_none()) {
            return Err(ChatRefusal::Topic);
        }
        let mut stored = self.send(at, about(topic, by, MessageKind::TopicStarted, topic.created_at))?;
        let opened = ChatTopic { start_seq: stored.message.id.seq, ..topic.clone() };
        self.rooms[at].topics.push(Question { opened: opened.clone(), opener: by.clone(), end: None });
        stored.topic = Some(opened.clone());
        Ok((opened, stored))
    }

    pub(super) fn end(
        &mut self,
        id: &str,
        by: &UserId,
        closing: Option<Secret>,
        time: OffsetDateTime,
    ) -> Outcome<(ChatTopic, Vec<Stored>)> {
        let place = |(at, room): (usize, &Room)| {
            Some((at, room.topics.iter().position(|topic| topic.opened.id == id)?))
        };
        let (at, topic) = self.rooms.iter().enumerate().find_map(place).ok_or(ChatRefusal::NotFound)?;
        self.rooms[at].sitting(by)?;
        let asked = self.rooms[at].topics[topic].opened.clone();
        if self.rooms[at].topics[topic].end.is_some() {
            return Err(ChatRefusal::Topic);
        }
        let mut all = Vec::new();
        if let Some(content) = closing {
            let draft = ChatDraft { content, ..about(&asked, by, MessageKind::ClosingText, time) };
            all.push(self.send(at, draft)?);
        }
        let mut last = self.send(at, about(&asked, by, MessageKind::TopicEnded, time))?;
        self.rooms[at].topics[topic].end = Some((last.message.id.seq, time));
        let ended = self.topic(&self.rooms[at], &self.rooms[at].topics[topic]);
        last.topic = Some(ended.clone());
        all.push(last);
        Ok((ended, all))
    }

    pub(super) fn add(
        &mut self,
        at: usize,
        by: &UserId,
        users: &[UserId],
        time: OffsetDateTime,
    ) -> Outcome<()> {
        self.rooms[at].sitting(by)?;
        let mut members = self.rooms[at].members.clone();
        let last_fetch_time = time.max(self.rooms[at].floor);
        for user in users {
            if !members.iter().any(|member| member.user == *user) {
                members.push(Sitting { user: user.clone(), last_fetch_time, sticky: false });
            }
        }
        let newcomers = &members[self.rooms[at].members.len()..];
        if newcomers.is_empty() {
            return Ok(());
        }
        let patients = |members: &[Sitting]| members.iter().filter(|one| !self.is_doctor(&one.user)).count();
        let is_of_visit = self.rooms[at].session.conference.is_some();
        if !is_of_visit && patients(newcomers) > 0 && patients(&members) > 1 {
            return Err(ChatRefusal::Members);
        }
        self.seat(at, members)?;
        self.rooms[at].floor = last_fetch_time;
        Ok(())
    }

    pub(super) fn remove(&mut self, at: usize, by: &UserId, user: &UserId) -> Outcome<()> {
        self.rooms[at].sitting(by)?;
        self.rooms[at].sitting(user)?;
        let mut members = self.rooms[at].members.clone();
        members.retain(|member| member.user != *user);
        self.seat(at, members)
    }

    pub(super) fn replace(&mut self, at: usize, by: &UserId, old: &UserId, new: &UserId) -> Outcome<()> {
        self.rooms[at].sitting(by)?;
        self.rooms[at].sitting(old)?;
        if self.rooms[at].has(new) || !self.is_doctor(old) || !self.is_doctor(new) {
            return Err(ChatRefusal::Members);
        }
        let mut members = self.rooms[at].members.clone();
        for member in members.iter_mut().filter(|member| member.user == *old) {
            (member.user, member.sticky) = (new.clone(), false);
        }
        self.seat(at, members)
    }

    fn seat(&mut self, at: usize, members: Vec<Sitting>) -> Outcome<()> {
        let room = &mut self.rooms[at];
        let before = std::mem::replace(&mut room.members, members);
        let too_many = room.session.kind == SessionKind::OneToOne && room.members.len() > 2;
        let room = &self.rooms[at];
        let pair = room.pair();
        let taken = self
            .rooms
            .iter()
            .any(|other| other.session.id != room.session.id && pair.is_some() && other.pair() == pair);
        if room.members.is_empty() || too_many || taken {
            self.rooms[at].members = before;
            return Err(ChatRefusal::Members);
        }
        Ok(())
    }
}

impl Room {
    fn say(&mut self, draft: ChatDraft) -> ChatMessage {
        let seq = self.messages.len() as u64 + 1;
        let message = ChatMessage {
            id: MessageId { session: draft.session, seq },
            sender: draft.sender.user,
            kind: draft.kind,
            content: draft.content,
            client_id: draft.client_id,
            reply_to: draft.reply_to,
            at: draft.at.max(self.floor + Duration::MILLISECOND),
        };
        self.floor = message.at;
        for member in self.members.iter_mut().filter(|member| member.user == message.sender) {
            member.last_fetch_time = message.at;
        }
        self.messages.push(message.clone());
        message
    }
}

fn about(topic: &ChatTopic, by: &UserId, kind: MessageKind, at: OffsetDateTime) -> ChatDraft {
    let content = TopicContent { topic_id: topic.id.clone(), name: topic.name.clone() };
    let content = Content::Topic(content).write();
    let session = topic.session.clone();
    ChatDraft {
        session,
        sender: by.clone().into(),
        kind,
        content,
        client_id: String::new(),
        reply_to: None,
        at,
    }
}
