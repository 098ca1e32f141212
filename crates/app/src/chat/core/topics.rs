//! Topics: a consultation that is opened, answered and closed.

use super::{Core, Moment, Request};
use crate::view::ProblemCode;
use crate::view::TopicView;
use consilium_model::{BusinessKind, MessageKind, Secret, SessionKind};
use consilium_wire::im::{MAX_NAME, Message, Topic, UserRole};

/// `Session.status` and `Topic.status` of what is open and what is closed (`family-doctor-im.md`, "Kinds").
const TOPIC_OPEN: u8 = 0;
const SESSION_ACTIVE: u8 = 1;

impl Core {
    /// A topic as it is now.
    pub(crate) fn topic(&mut self, topic: Topic, at: Moment) {
        self.put_topic(topic);
        self.follow(at);
    }

    /// The user's step with a topic was done, or not.
    pub(crate) fn topic_changed(&mut self, session: &str, done: Result<Topic, ProblemCode>, at: Moment) {
        match done {
            Ok(topic) => self.put_topic(topic),
            Err(problem) => {
                if let Some(thread) = self.thread_of(session) {
                    thread.problem = Some(problem);
                }
                self.ask(Request::Topic { session: session.to_owned() });
                self.read_recent();
            }
        }
        self.follow(at);
    }

    /// No topic is open there, as far as the server says.
    pub(crate) fn no_topic(&mut self, session: &str, at: Moment) {
        self.set_topic(session, None);
        self.follow(at);
    }

    fn put_topic(&mut self, topic: Topic) {
        let session = topic.session_id.clone();
        let open = topic.status == TOPIC_OPEN;
        self.set_topic(&session, open.then_some(topic));
    }

    fn set_topic(&mut self, session: &str, topic: Option<Topic>) {
        if let Some(row) = self.rows.get_mut(session) {
            row.session.status = u8::from(topic.is_some()) * SESSION_ACTIVE;
        }
        if let Some(thread) = self.thread_of(session) {
            thread.topic = topic;
        }
    }

    /// A message that opens or closes a topic says so to whoever only hears of the message.
    pub(super) fn follow_topic(&mut self, message: &Message) {
        match message.kind {
            MessageKind::TopicStarted => {
                if let Some(row) = self.rows.get_mut(&message.session_id) {
                    row.session.status = SESSION_ACTIVE;
                }
                if self.thread().is_some_and(|thread| thread.session == message.session_id) {
                    self.ask(Request::Topic { session: message.session_id.clone() });
                }
            }
            MessageKind::TopicEnded => self.set_topic(&message.session_id, None),
            _ => {}
        }
    }

    /// Opens a topic in the conversation that is shown.
    pub(super) fn open_topic(&mut self, name: &Secret) {
        let name = name.expose().trim();
        if name.is_empty() || name.chars().count() > MAX_NAME {
            return;
        }
        if let Some(session) = self.thread().map(|thread| thread.session.clone())
            && self.topic_view().can_open
        {
            self.ask(Request::OpenTopic { session, name: Secret::from(name) });
        }
    }

    /// Closes the topic of the conversation that is shown.
    pub(super) fn close_topic(&mut self, closing: Option<Secret>) {
        let closing = closing.filter(|text| !text.expose().trim().is_empty());
        let Some(thread) = self.thread() else { return };
        let (session, topic) = (thread.session.clone(), thread.topic.as_ref().map(|topic| topic.id.clone()));
        if let Some(topic) = topic.filter(|_| self.topic_view().can_close) {
            self.ask(Request::CloseTopic { session, topic, closing });
        }
    }

    /// Where the topic of the shown conversation stands, and what the user may do about it.
    pub(crate) fn topic_view(&self) -> TopicView {
        let Some(thread) = self.thread() else { return TopicView::default() };
        let Some(row) = self.rows.get(&thread.session) else { return TopicView::default() };
        let open = row.session.status == SESSION_ACTIVE;
        let online = self.reached != super::Reached::Not;
        let has_topics = match row.session.kind {
            SessionKind::Consultation => true,
            SessionKind::OneToOne => row.session.business_type == BusinessKind::WithPatient,
            SessionKind::System | SessionKind::Group => false,
        };
        let doctor = self.rows.role(&thread.session, &self.me) == Some(UserRole::Doctor);
        let name = thread.topic.as_ref().map_or_else(String::new, |topic| topic.name.expose().clone());
        TopicView {
            open: open.then_some(name),
            answered: thread.topic.as_ref().is_some_and(|topic| topic.reply > 0),
            can_open: !open && online && has_topics && self.may_write(&thread.session),
            can_close: open && online && doctor && thread.topic.is_some(),
        }
    }
}
