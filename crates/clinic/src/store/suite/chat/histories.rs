//! Random histories: whatever people do, the store answers as [`Naive`] does, which counts everything anew.

use super::super::super::{
    AuditLine, ChatDraft, ChatMessage, ChatRefusal, ChatSession, ChatStore, ChatTopic, ChatUser, ChatWatcher,
    MessageId, Moved, ReadUpTo, Replaced, Rows, SessionFilter, Slice, Stored, Window,
};
use super::super::NOW;
use super::naive::{Naive, Outcome, Room};
use consilium_model::{BusinessKind, MessageKind, SessionKind, TopicState, UserId};
use consilium_wire::im::UserRole;
use proptest::prelude::*;
use std::sync::{Arc, Mutex};
use time::{Duration, OffsetDateTime};

const PEOPLE: usize = 4;
const STRANGER: &str = "stranger";

/// Somebody does something.
#[derive(Clone, Debug)]
pub(in super::super::super) struct Step {
    /// Milliseconds since the step before; clocks are set back, too.
    wait: i64,
    room: usize,
    by: Who,
    deed: Deed,
}

/// Who does it, or to whom it is done.
#[derive(Clone, Copy, Debug)]
enum Who {
    Anybody(usize),
    /// Of those who are in the session.
    Member(usize),
}

#[derive(Clone, Debug)]
enum Deed {
    Create {
        kind: SessionKind,
        business: BusinessKind,
        members: Vec<usize>,
        visit: Option<u8>,
    },
    Send {
        kind: MessageKind,
        draft: Option<u8>,
        reply_to: Option<u64>,
    },
    Read {
        back: i64,
    },
    /// Exactly up to a message, counted from the newest.
    ReadTo(usize),
    Open,
    End {
        topic: usize,
        closing: bool,
    },
    Pin(bool),
    Add(Vec<usize>),
    Remove(Who),
    Replace(Who, usize),
}

/// What may happen in a day.
pub(in super::super::super) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let first = SessionKind::ALL.iter().map(|kind| {
        let members = if *kind == SessionKind::OneToOne { vec![0, 3] } else { vec![0, 1, 3] };
        let deed = Deed::Create { kind: *kind, business: BusinessKind::WithPatient, members, visit: None };
        Step { wait: 1, room: 0, by: Who::Anybody(0), deed }
    });
    let first: Vec<Step> = first.collect();
    prop::collection::vec(step(), 20..80).prop_map(move |steps| [first.clone(), steps].concat())
}

fn step() -> impl Strategy<Value = Step> {
    let wait = prop_oneof![1 => -500_i64..0, 5 => 0_i64..200];
    (wait, 0_usize..6, who(), deed()).prop_map(|(wait, room, by, deed)| Step { wait, room, by, deed })
}

fn who() -> impl Strategy<Value = Who> {
    prop_oneof![1 => (0..PEOPLE).prop_map(Who::Anybody), 4 => (0..PEOPLE).prop_map(Who::Member)]
}

fn deed() -> impl Strategy<Value = Deed> {
    let business = prop::sample::select(BusinessKind::ALL);
    let some = || prop::collection::vec(0..PEOPLE, 0..4);
    let pair = prop::collection::vec(0..PEOPLE, 2).prop_map(|members| Deed::Create {
        kind: SessionKind::OneToOne,
        business: BusinessKind::WithoutPatient,
        members,
        visit: None,
    });
    let create = (prop::sample::select(SessionKind::ALL), business, some(), prop::option::of(0_u8..2))
        .prop_map(|(kind, business, members, visit)| {
            let visit = visit.filter(|_| kind == SessionKind::Consultation);
            Deed::Create { kind, business, members, visit }
        });
    let kinds = prop::sample::select(vec![MessageKind::System, MessageKind::Text, MessageKind::Image]);
    let send = (kinds, prop::option::of(0_u8..12), prop::option::weighted(0.2, 0_u64..6))
        .prop_map(|(kind, draft, reply_to)| Deed::Send { kind, draft, reply_to });
    prop_oneof![
        1 => create,
        1 => pair,
        12 => send,
        3 => (-100_i64..800).prop_map(|back| Deed::Read { back }),
        3 => (0_usize..6).prop_map(Deed::ReadTo),
        3 => Just(Deed::Open),
        3 => (0_usize..4, any::<bool>()).prop_map(|(topic, closing)| Deed::End { topic, closing }),
        1 => any::<bool>().prop_map(Deed::Pin),
        3 => some().prop_map(Deed::Add),
        2 => who().prop_map(Deed::Remove),
        2 => (who(), 0..PEOPLE).prop_map(|(old, new)| Deed::Replace(old, new)),
    ]
}

/// What the watcher heard, in its order.
#[derive(Clone, Debug, PartialEq)]
enum News {
    Stored(Box<Stored>),
    Read(String, UserId, ReadUpTo),
    Moved(Moved),
}

#[derive(Default)]
struct Told(Mutex<Vec<News>>);

impl Told {
    fn hear(&self, news: News) {
        self.0.lock().unwrap().push(news);
    }
}

impl ChatWatcher for Told {
    fn stored(&self, stored: &Stored) {
        self.hear(told(sorted(stored.clone())));
    }

    fn read(&self, session: &str, reader: &UserId, read: &ReadUpTo) {
        self.hear(News::Read(session.to_owned(), reader.clone(), read.clone()));
    }

    fn moved(&self, moved: &Moved) {
        self.hear(News::Moved(moved.clone()));
    }
}

fn told(stored: Stored) -> News {
    News::Stored(Box::new(stored))
}

fn sorted(mut stored: Stored) -> Stored {
    stored.badges.sort();
    stored
}

/// Lives through it in both, and compares every answer on the way and everything at the end.
pub(in super::super::super) async fn agree(store: impl ChatStore, steps: Vec<Step>) {
    let told = Arc::new(Told::default());
    store.watch_chats(Arc::clone(&told) as _);
    let people: Vec<ChatUser> = (0..PEOPLE).map(person).collect();
    for user in people.iter().cloned().chain([ChatUser { id: STRANGER.into(), ..person(0) }]) {
        store.put_chat_user(user).await.unwrap();
    }
    let mut life = Life { store, naive: Naive::new(people), now: NOW, fresh: Vec::new(), made: 0 };
    for step in steps {
        life.now += Duration::milliseconds(step.wait);
        life.live(step).await;
        for person in &life.naive.people {
            assert_eq!(
                life.store.badge(person.id.clone().into()).await.unwrap(),
                life.naive.badge(&person.id)
            );
        }
    }
    life.compare().await;
    assert_eq!(*told.0.lock().unwrap(), life.fresh, "everything that is new is told, in its order");
}

/// Two of the team and two patients.
fn person(number: usize) -> ChatUser {
    let role = if number < 2 { UserRole::Doctor } else { UserRole::Patient };
    ChatUser { id: user(number), role, name: format!("Person {number}").into() }
}

fn user(number: usize) -> UserId {
    UserId::new(format!("u{number}"))
}

struct Life<S> {
    store: S,
    naive: Naive,
    now: OffsetDateTime,
    fresh: Vec<News>,
    /// So many ids are drawn: they grow.
    made: u32,
}

impl<S: ChatStore> Life<S> {
    async fn live(&mut self, Step { room, by, deed, .. }: Step) {
        let at = room % self.naive.rooms.len().max(1);
        let by = self.somebody(at, by);
        match deed {
            Deed::Create { kind, business, members, visit } => {
                let members: Vec<UserId> = members.into_iter().map(user).collect();
                self.create(kind, business, visit, members).await;
            }
            Deed::Send { kind, draft, reply_to } => self.send(at, by, kind, draft, reply_to).await,
            Deed::Read { back } => self.read(at, by, self.now - Duration::milliseconds(back)).await,
            Deed::ReadTo(number) => {
                let message = self.naive.rooms[at].messages.iter().nth_back(number);
                let time = message.map_or(self.now, |message| message.at);
                self.read(at, by, time).await;
            }
            Deed::Open => self.open(at, by).await,
            Deed::End { topic, closing } => self.end(at, topic, by, closing).await,
            Deed::Pin(sticky) => {
                let pinned = self.store.set_sticky(self.id(at), by.clone().into(), sticky).await.unwrap();
                assert_eq!(pinned, self.naive.pin(at, &by, sticky));
            }
            Deed::Add(users) => {
                let users: Vec<UserId> = users.into_iter().map(user).collect();
                let added =
                    self.store.add_members(self.id(at), by.clone().into(), users.clone(), self.audit()).await;
                let before = self.naive.rooms[at].members.len();
                let expected = self.naive.add(at, &by, &users, self.now);
                assert_eq!(added.unwrap(), expected);
                if self.naive.rooms[at].members.len() > before {
                    self.moved(at, Vec::new());
                }
            }
            Deed::Remove(who) => {
                let who = self.somebody(at, who);
                let users = vec![who.clone()];
                let removed =
                    self.store.remove_members(self.id(at), by.clone().into(), users, self.audit()).await;
                let expected = self.naive.remove(at, &by, &who);
                assert_eq!(removed.unwrap(), expected);
                if expected.is_ok() {
                    self.moved(at, vec![who]);
                }
            }
            Deed::Replace(old, new) => {
                let (old, new) = (self.somebody(at, old), user(new));
                let replaced = Replaced { old: old.clone(), new: new.clone() };
                let answer =
                    self.store.replace_member(self.id(at), by.clone().into(), replaced, self.audit());
                let expected = self.naive.replace(at, &by, &old, &new);
                assert_eq!(answer.await.unwrap(), expected);
                if expected.is_ok() {
                    self.moved(at, vec![old]);
                }
            }
        }
    }

    fn audit(&self) -> AuditLine {
        AuditLine { at: self.now, actor: String::new(), action: "im_member", subject: String::new() }
    }

    /// The watcher hears who has gone, and the badges of everyone whom it concerns.
    fn moved(&mut self, at: usize, left: Vec<UserId>) {
        let room = &self.naive.rooms[at];
        let users = room.members.iter().map(|member| &member.user).chain(&left);
        let badges = users.map(|user| (user.clone(), self.naive.badge(user))).collect();
        self.fresh.push(News::Moved(Moved { session: room.session.id.clone(), left, badges }));
    }

    fn somebody(&self, at: usize, who: Who) -> UserId {
        let members = self.naive.rooms.get(at).map(|room| room.members.as_slice()).unwrap_or_default();
        match who {
            Who::Member(number) if !members.is_empty() => members[number % members.len()].user.clone(),
            Who::Member(number) | Who::Anybody(number) => user(number),
        }
    }

    async fn read(&mut self, at: usize, by: UserId, time: OffsetDateTime) {
        let read = self.store.read_up_to(self.id(at), by.clone().into(), time).await.unwrap();
        assert_eq!(read, self.naive.read(at, &by, time));
        if let Some(read) = read.ok().filter(|read| read.moved) {
            self.fresh.push(News::Read(self.id(at), by, read));
        }
    }

    fn id(&self, at: usize) -> String {
        self.naive.rooms[at].session.id.clone()
    }

    fn draw(&mut self, letter: char) -> String {
        self.made += 1;
        format!("{letter}{:04}", self.made)
    }

    async fn create(
        &mut self,
        kind: SessionKind,
        business: BusinessKind,
        visit: Option<u8>,
        members: Vec<UserId>,
    ) {
        let session = ChatSession {
            id: self.draw('s'),
            kind,
            business,
            name: (kind == SessionKind::Group).then(|| "Team".into()),
            conference: visit.map(|visit| format!("visit{visit}").into()),
            created_at: self.now,
        };
        let created = self.store.create_chat(session.clone(), members.clone()).await.unwrap();
        assert_eq!(created, self.naive.create(session, &members));
    }

    async fn send(
        &mut self,
        at: usize,
        by: UserId,
        kind: MessageKind,
        draft: Option<u8>,
        reply_to: Option<u64>,
    ) {
        let draft = ChatDraft {
            session: self.id(at),
            sender: by.into(),
            kind,
            content: format!("at {}", self.now).into(),
            client_id: draft.map_or_else(String::new, |draft| format!("c{draft}")),
            reply_to,
            at: self.now,
        };
        let stored = self.store.add_message(draft.clone()).await.unwrap().map(sorted);
        assert_eq!(stored, self.naive.send(at, draft));
        self.fresh.extend(stored.ok().filter(|stored| stored.fresh).map(told));
    }

    async fn open(&mut self, at: usize, by: UserId) {
        let topic = ChatTopic {
            id: self.draw('t'),
            session: self.id(at),
            name: "Cough".into(),
            description: None,
            state: TopicState::New,
            start_seq: 0,
            end_seq: None,
            created_at: self.now,
            ended_at: None,
        };
        let opened = self.store.open_topic(topic.clone(), by.clone().into()).await.unwrap();
        let opened = opened.map(|(topic, stored)| (topic, sorted(stored)));
        assert_eq!(opened, self.naive.open(at, &topic, &by));
        self.fresh.extend(opened.ok().map(|(_, stored)| told(stored)));
    }

    async fn end(&mut self, at: usize, topic: usize, by: UserId, closing: bool) {
        let members = self.naive.rooms[at].members.iter().map(|member| member.user.clone());
        let topics = members.take(1).flat_map(|member| self.naive.topics(&member, Some(at)));
        let id = topics.map(|topic| topic.id).nth(topic).unwrap_or_else(|| "none".to_owned());
        let closing = closing.then(|| "Get well".into());
        let ended =
            self.store.end_topic(id.clone(), by.clone().into(), closing.clone(), self.now).await.unwrap();
        let ended = ended.map(|(topic, all)| (topic, all.into_iter().map(sorted).collect::<Vec<_>>()));
        assert_eq!(ended, self.naive.end(&id, &by, closing, self.now));
        self.fresh.extend(ended.into_iter().flat_map(|(_, all)| all).map(told));
    }

    async fn compare(&self) {
        for person in &self.naive.people {
            self.compare_lists(&person.id).await;
        }
        for room in &self.naive.rooms {
            let id = room.session.id.clone();
            let refused = self.store.chat(id.clone(), STRANGER.into()).await.unwrap();
            assert_eq!(refused, Err(ChatRefusal::NotMember));
            for person in &self.naive.people {
                self.compare_room(room, &person.id).await;
            }
        }
    }

    async fn compare_lists(&self, user: &UserId) {
        let filters = [None, Some(BusinessKind::WithPatient), Some(BusinessKind::WithoutPatient)];
        for business in filters {
            for recent in [true, false] {
                let filter = SessionFilter { business, recent };
                let all = self.naive.rows(user, filter);
                for slice in [Slice { skip: 0, take: 2 }, Slice { skip: 1, take: 50 }] {
                    let rows = self.store.chats(user.clone().into(), filter, slice).await.unwrap();
                    assert_eq!(rows, cut(&all, slice));
                }
            }
        }
        assert_eq!(
            self.store.topic_counts(user.clone().into()).await.unwrap(),
            self.naive.topic_counts(user)
        );
        for state in [None, Some(TopicState::New), Some(TopicState::EndedUnanswered), Some(TopicState::Ended)]
        {
            let mut all = self.naive.topics(user, None);
            all.retain(|topic| state.is_none_or(|state| topic.state == state));
            for slice in [Slice { skip: 0, take: 1 }, Slice { skip: 1, take: 50 }] {
                let topics = self.store.topics(user.clone().into(), None, state, slice).await.unwrap();
                assert_eq!(topics, Ok(cut(&all, slice)));
            }
        }
    }

    async fn compare_room(&self, room: &Room, user: &UserId) {
        let (id, store) = (&room.session.id, &self.store);
        let member = |answer: Outcome<()>| if room.has(user) { answer } else { Err(ChatRefusal::NotMember) };
        let count = store.unread_count(id.clone(), user.clone().into()).await.unwrap();
        assert_eq!(count, member(Ok(())).map(|()| room.unread(user).len() as u64));
        let row = store.chat(id.clone(), user.clone().into()).await.unwrap();
        assert_eq!(row, member(Ok(())).map(|()| self.naive.row(room, user)));
        let unread = store.unread(id.clone(), user.clone().into(), 3).await.unwrap();
        let slice = |skip, take| Slice { skip, take };
        assert_eq!(unread, member(Ok(())).map(|()| cut(&room.unread(user), slice(0, 3))));
        let mut all = room.messages.clone();
        all.reverse();
        let part = |keep: &dyn Fn(u64) -> bool, slice| {
            let kept: Vec<ChatMessage> = all.iter().filter(|message| keep(message.id.seq)).cloned().collect();
            cut(&kept, slice)
        };
        let mut after = part(&|seq| (3..=6).contains(&seq), slice(0, 4));
        after.more = all.len() > 6;
        let windows = [
            (Window::Newest(slice(0, 100)), part(&|_| true, slice(0, 100))),
            (Window::Newest(slice(3, 2)), part(&|_| true, slice(3, 2))),
            (Window::Before(4), part(&|seq| seq < 4, slice(0, 4))),
            (Window::After(2), after),
            (Window::Between(2, 7, slice(1, 3)), part(&|seq| (2..=7).contains(&seq), slice(1, 3))),
        ];
        for (window, expected) in windows {
            let page = store.messages(id.clone(), user.clone().into(), window, 4).await.unwrap();
            assert_eq!(page, member(Ok(())).map(|()| expected), "{window:?}");
        }
        let second =
            store.message(MessageId { session: id.clone(), seq: 2 }, user.clone().into()).await.unwrap();
        assert_eq!(
            second,
            member(Ok(())).and_then(|()| room.messages.get(1).cloned().ok_or(ChatRefusal::NotFound))
        );
    }
}

fn cut<T: Clone>(all: &[T], Slice { skip, take }: Slice) -> Rows<T> {
    let rows: Vec<T> = all.iter().skip(skip as usize).take(take as usize).cloned().collect();
    let more = all.len() > skip as usize + take as usize;
    Rows { rows, more }
}
