//! Random interleavings against a naive server that only has lists.

use super::disk::Disk;
use super::server::{ME, SESSIONS, Server, at};
use crate::action::ChatStep;
use crate::chat::core::{Core, Effect, Moment, Range, Reach, Reached, Request, Restored, key};
use crate::shell::MessageNotice;
use consilium_model::UserId;
use consilium_wire::im::{Message, NewMessage};
use proptest::prelude::*;
use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

/// A window, its disk, and the wire between it and the server.
pub(super) struct World {
    pub(super) server: Server,
    disk: Disk,
    pub(super) core: Core,
    /// Requests on their way, in whatever order they are answered.
    wire: VecDeque<Request>,
    /// What the socket will bring, in the server's order.
    pushes: VecDeque<Message>,
    badge: bool,
    looked: Option<String>,
    connected: bool,
    start: Instant,
    elapsed: Duration,
    drawn: u64,
    pub(super) written: Vec<(String, String)>,
    told: Vec<Effect>,
}

/// What happens.
#[derive(Clone, Debug)]
pub(super) enum Event {
    Open(usize),
    Close,
    Write(usize),
    Other(usize),
    Answer(usize),
    LoseAnswer(usize),
    Fail(usize),
    Push,
    Badge,
    Drop,
    Connect,
    Restart,
    SeeAll,
    Earlier,
    Wait,
}

fn event() -> impl Strategy<Value = Event> {
    let session = 0..SESSIONS.len();
    prop_oneof![
        3 => session.clone().prop_map(Event::Open),
        1 => Just(Event::Close),
        6 => session.clone().prop_map(Event::Write),
        6 => session.prop_map(Event::Other),
        12 => (0usize..4).prop_map(Event::Answer),
        3 => (0usize..4).prop_map(Event::LoseAnswer),
        2 => (0usize..4).prop_map(Event::Fail),
        8 => Just(Event::Push),
        4 => Just(Event::Badge),
        2 => Just(Event::Drop),
        3 => Just(Event::Connect),
        1 => Just(Event::Restart),
        3 => Just(Event::SeeAll),
        2 => Just(Event::Earlier),
        3 => Just(Event::Wait),
    ]
}

fn new_core(disk: &Disk, drawn: u64) -> Core {
    let restored = Restored {
        sessions: disk.sessions.values().map(|row| disk.session(row)).collect(),
        outbox: disk.outbox.clone(),
        preview: false,
    };
    let mut next = drawn * 1_000_000;
    Core::new(UserId::from(ME), Reach::Everything, restored, move || {
        next += 1;
        format!("{next:032x}")
    })
}

impl World {
    pub(super) fn new() -> Self {
        let mut server = Server::default();
        for session in SESSIONS {
            server.store(session, "boris", "first", "");
        }
        Self {
            server,
            disk: Disk::default(),
            core: new_core(&Disk::default(), 0),
            wire: VecDeque::new(),
            pushes: VecDeque::new(),
            badge: false,
            looked: None,
            connected: false,
            start: Instant::now(),
            elapsed: Duration::ZERO,
            drawn: 0,
            written: Vec::new(),
            told: Vec::new(),
        }
    }

    fn moment(&self) -> Moment {
        Moment { now: self.start + self.elapsed, wall: at(0) }
    }

    pub(super) fn happens(&mut self, event: &Event) {
        let moment = self.moment();
        match event {
            Event::Open(which) => {
                let id = SESSIONS[*which].to_owned();
                self.core.step(ChatStep::OpenConversation { id }, moment);
            }
            Event::Close => self.core.step(ChatStep::Close, moment),
            Event::Write(which) => self.write(SESSIONS[*which]),
            Event::Other(which) => {
                let message = self.server.store(SESSIONS[*which], "boris", "from boris", "");
                self.pushed(message);
            }
            Event::Answer(nth) => self.answer(*nth, Answered::Heard),
            Event::LoseAnswer(nth) => self.answer(*nth, Answered::Lost),
            Event::Fail(nth) => self.answer(*nth, Answered::Never),
            Event::Push => {
                if let Some(message) = self.pushes.pop_front().filter(|_| self.connected) {
                    self.core.heard(message, moment);
                }
            }
            Event::Badge => {
                if std::mem::take(&mut self.badge) && self.connected {
                    self.core.badge(moment);
                }
            }
            Event::Drop => {
                self.connected = false;
                self.pushes.clear();
                self.badge = false;
                self.core.set_reached(Reached::Unheard, moment);
            }
            Event::Connect => {
                self.connected = true;
                self.core.set_reached(Reached::Online, moment);
            }
            Event::Restart => self.restart(),
            Event::SeeAll => self.see_all(),
            Event::Earlier => self.core.step(ChatStep::Earlier, moment),
            Event::Wait => {
                self.elapsed += Duration::from_secs(20);
                let moment = self.moment();
                self.core.tick(moment);
            }
        }
        self.carry();
    }

    /// The server says that the user is not in a conversation any more.
    pub(super) fn loses(&mut self, which: usize) {
        let moment = self.moment();
        self.wire.clear();
        self.core.not_fetched(SESSIONS[which], Range::Newest, true, moment);
        self.carry();
    }

    /// What is kept of a conversation: it itself, how many of its messages, how many that wait, and its draft.
    pub(super) fn kept(&self, which: usize) -> (bool, usize, usize, Option<&str>) {
        let session = SESSIONS[which];
        let (known, held) = (self.disk.sessions.contains_key(session), self.disk.messages.get(session));
        let waiting = self.disk.outbox.iter().filter(|item| item.session == session).count();
        let draft = self.disk.drafts.get(session).map(String::as_str);
        (known, held.map_or(0, BTreeMap::len), waiting, draft)
    }

    fn write(&mut self, session: &'static str) {
        let moment = self.moment();
        if self.core.rows.get(session).is_none() {
            return;
        }
        self.core.step(ChatStep::OpenConversation { id: session.to_owned() }, moment);
        self.drawn += 1;
        let text = format!("word {}", self.drawn);
        self.core.step(ChatStep::Send { text: text.as_str().into() }, moment);
        self.written.push((session.to_owned(), text));
    }

    /// What the server does after it has stored a message.
    fn pushed(&mut self, message: Message) {
        if self.connected && self.looked.as_deref() == Some(message.session_id.as_str()) {
            self.pushes.push_back(message);
        }
        self.badge = true;
    }

    fn restart(&mut self) {
        self.wire.clear();
        self.pushes.clear();
        self.looked = None;
        self.connected = false;
        self.core = new_core(&self.disk, self.drawn + 1);
        let moment = self.moment();
        self.core.set_reached(Reached::Unheard, moment);
    }

    fn see_all(&mut self) {
        let moment = self.moment();
        let last = self.core.thread().and_then(|thread| thread.window.iter().next_back());
        if let Some(key) = last.map(|(_, message)| key(message, &self.core.me)) {
            self.core.step(ChatStep::Seen { key }, moment);
        }
    }

    /// Carries out what the core wants; what goes over the wire waits there.
    fn carry(&mut self) {
        loop {
            let effects = self.core.take_effects();
            if effects.is_empty() {
                return;
            }
            for effect in effects {
                let moment = self.moment();
                match effect {
                    Effect::Ask(request) => self.wire.push_back(request),
                    Effect::Keep(keep) => {
                        if let Some(id) = self.disk.keep(keep) {
                            self.core.enqueued(&id, moment);
                        }
                    }
                    Effect::Load { session, range, take } => {
                        let page = self.disk.page(&session, range, take);
                        self.core.loaded(&session, page, moment);
                    }
                    Effect::Look { session } => self.looked = session,
                    told => self.told.push(told),
                }
            }
        }
    }

    fn answer(&mut self, nth: usize, answered: Answered) {
        let Some(nth) = (!self.wire.is_empty()).then(|| nth % self.wire.len()) else { return };
        let Some(request) = self.wire.remove(nth) else { return };
        let moment = self.moment();
        let heard = answered == Answered::Heard;
        match request {
            Request::Recent { page } if heard => {
                let rows = SESSIONS.iter().map(|session| self.server.row(session)).collect();
                self.core.recent(page, rows, false, moment);
            }
            Request::Recent { .. } => {
                self.core.recent_failed(crate::view::ProblemCode::Timeout, moment);
            }
            Request::Messages { session, range } if heard => {
                let page = self.server.page(&session, range, 3);
                self.core.fetched(&session, range, page, moment);
            }
            Request::Messages { session, range } => self.core.not_fetched(&session, range, false, moment),
            Request::Send { session, message } => self.take(&session, &message, answered),
            Request::MarkRead { session, number } if answered != Answered::Never => {
                self.server.read(static_name(&session), number);
                self.badge = true;
            }
            _ => {}
        }
    }

    fn take(&mut self, session: &str, message: &NewMessage, answered: Answered) {
        let moment = self.moment();
        if answered == Answered::Never {
            self.core.not_sent(&message.client_message_id, None, moment);
            return;
        }
        let known = self.server.list(session).len();
        let stored =
            self.server.store(static_name(session), ME, message.content.expose(), &message.client_message_id);
        if self.server.list(session).len() > known {
            self.pushed(stored.clone());
        }
        match answered {
            Answered::Heard => self.core.sent(stored, moment),
            Answered::Lost | Answered::Never => self.core.not_sent(&message.client_message_id, None, moment),
        }
    }

    /// The line is good from now on; everything comes to rest.
    pub(super) fn settle(&mut self) {
        self.happens(&Event::Connect);
        for _ in 0..200 {
            while !self.wire.is_empty() {
                self.happens(&Event::Answer(0));
            }
            self.happens(&Event::Push);
            self.badge = true;
            self.happens(&Event::Badge);
            self.happens(&Event::Wait);
            if self.wire.is_empty() && self.core.outbox.iter().next().is_none() {
                break;
            }
        }
        while !self.wire.is_empty() {
            self.happens(&Event::Answer(0));
        }
    }

    pub(super) fn now(&self) -> Instant {
        self.moment().now
    }

    pub(super) fn next_timeout(&self) -> Option<Instant> {
        self.core.next_timeout()
    }

    /// Messages are being asked for.
    pub(super) fn has_open_messages(&self) -> bool {
        self.wire.iter().any(|request| matches!(request, Request::Messages { .. }))
    }

    pub(super) fn has_open_requests(&self) -> bool {
        !self.wire.is_empty()
    }

    /// What is told of a message, however it is learned.
    pub(super) fn notices_after(&mut self, event: &Event) -> Vec<MessageNotice> {
        self.told.clear();
        self.happens(event);
        self.settle();
        std::mem::take(&mut self.told)
            .into_iter()
            .filter_map(|effect| match effect {
                Effect::Notify(notice) => Some(notice),
                _ => None,
            })
            .collect()
    }

    /// What is told while everything comes to rest.
    pub(super) fn effects_of_settling(&mut self) -> Vec<Effect> {
        self.told.clear();
        self.settle();
        std::mem::take(&mut self.told)
    }

    /// Somebody writes, and nobody hears of it.
    pub(super) fn server_stores(&mut self, which: usize) {
        self.server.store(SESSIONS[which], "boris", "from boris", "");
    }

    pub(super) fn server_unread(&self, which: usize) -> u64 {
        self.server.unread(SESSIONS[which])
    }

    /// Time that stands still has nothing to do twice: the clock does not wake the window up for nothing.
    fn check_clock(&mut self) {
        let moment = self.moment();
        self.core.tick(moment);
        while self.core.has_effects() {
            self.carry();
            self.core.tick(moment);
        }
        assert!(self.core.next_timeout().is_none_or(|next| next > moment.now), "woken up for nothing");
    }

    fn check_window(&self) {
        let Some(thread) = self.core.thread() else { return };
        let shown: Vec<&Message> = thread.window.iter().map(|(_, message)| message).collect();
        let server = self.server.list(&thread.session);
        if let Some((first, last)) = thread.window.span() {
            assert_eq!(shown, server[first as usize - 1..last as usize].iter().collect::<Vec<_>>());
        }
        for item in self.core.outbox.of(&thread.session) {
            let doubled = shown.iter().any(|message| message.client_message_id == item.client_id);
            assert!(!doubled, "a message is shown twice");
        }
    }

    fn check_rest(&self) {
        assert_eq!(self.core.outbox.iter().count(), 0, "everything that was written is sent");
        for session in SESSIONS {
            let list = self.server.list(session);
            let held = &self.disk.messages[session];
            assert!(held.iter().all(|(number, message)| list[*number as usize - 1] == *message));
            assert_eq!(held.keys().next_back().copied(), Some(list.len() as u64), "the newest are kept");
            let row = self.core.rows.get(session).unwrap();
            assert_eq!(row.session.last_message.as_ref(), list.last());
            assert_eq!(row.session.unread_count, self.server.unread(session), "unread in {session}");
        }
        for (session, text) in &self.written {
            let stored = self.server.list(session).iter().filter(|message| message.content.expose() == text);
            assert_eq!(stored.count(), 1, "{text} is stored once");
        }
        if let Some(thread) = self.core.thread() {
            assert_eq!(
                thread.last() as usize,
                self.server.list(&thread.session).len(),
                "the newest are shown"
            );
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Answered {
    Heard,
    /// The server has done it, and nobody learns so.
    Lost,
    /// The server has not heard it.
    Never,
}

fn static_name(session: &str) -> &'static str {
    SESSIONS.into_iter().find(|known| *known == session).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// At every moment what is shown is a part of the server's history; at rest it is all there, everywhere, once.
    #[test]
    fn one_history_whatever_happens(events in prop::collection::vec(event(), 1..120)) {
        let mut world = World::new();
        world.happens(&Event::Connect);
        for event in &events {
            world.happens(event);
            world.check_clock();
            world.check_window();
        }
        world.settle();
        world.check_clock();
        world.check_window();
        world.check_rest();
    }

    /// What one writes in one conversation arrives in the order of writing, as long as nothing is refused.
    #[test]
    fn what_is_written_arrives_in_order(events in prop::collection::vec(event(), 1..120)) {
        let mut world = World::new();
        world.happens(&Event::Connect);
        events.iter().for_each(|event| world.happens(event));
        world.settle();
        for session in SESSIONS {
            let stored = world.server.list(session).iter().filter(|message| message.sender_id.as_str() == ME);
            let stored: Vec<&str> = stored.map(|message| message.content.expose().as_str()).collect();
            let written = world.written.iter().filter(|(into, _)| into == session);
            prop_assert_eq!(stored, written.map(|(_, text)| text.as_str()).collect::<Vec<_>>());
        }
    }
}
