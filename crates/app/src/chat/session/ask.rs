//! Requests to the messenger.

use super::answer::Answer;
use super::run::{Session, now};
use crate::chat::core::{Invite, Request};
use crate::view::ProblemCode;
use consilium_client::{ClientError, Messenger, SessionsOf, message_id};
use consilium_wire::home;
use consilium_wire::im::{MAX_PAGE_SIZE, NewTopic};

/// Conversations of a page.
const RECENT: u32 = 50;

impl Session {
    /// Asks the server. Without a way to it the core learns so.
    pub(super) fn ask(&mut self, request: Request) {
        match (request, self.link.messenger().cloned()) {
            // With the sign-in itself.
            (Request::Invite { session, invite }, _) => self.ask_invite(session, invite),
            (Request::VisitChat { visit }, Some(_)) => self.ask_visit_chat(visit),
            (Request::MarkRead { session, number }, Some(messenger)) => {
                self.mark_read(messenger, session, number);
            }
            (request, Some(messenger)) => self.jobs.begin(answer(messenger, request)),
            (request, None) => self.no_way(request),
        }
    }

    /// The conversation of the open visit, by the visit's own token.
    fn ask_visit_chat(&mut self, visit: u64) {
        let (home, at) = (self.server.home(), now());
        match self.around.visit.clone() {
            Some(token) => {
                self.jobs.begin(async move { Answer::Visit { visit, row: home.visit_chat(&token).await } });
            }
            None => self.core.visit_chat_failed(visit, ProblemCode::ConversationGone, at),
        }
    }

    /// A conference for the people of a session.
    fn ask_invite(&mut self, session: String, invite: Invite) {
        let (home, token) = (self.server.home(), self.whose.token().clone());
        let Invite { client_id, title } = invite;
        let wanted = home::Invite {
            invitee: home::Invitee::Session(session.clone()),
            title,
            client_message_id: Some(client_id.clone()),
        };
        self.jobs.begin(async move {
            let invited = home.invite(&token, &wanted).await.map(Box::new);
            Answer::Invited { session, client_id, invited }
        });
    }

    /// Over the socket where it looks at the conversation.
    fn mark_read(&mut self, messenger: Messenger, session: String, number: u64) {
        let up_to = message_id(&session, number);
        if self.core.is_heard(&session)
            && let Some(voice) = self.link.voice()
        {
            voice.read(Some(up_to));
            return;
        }
        self.jobs.begin(async move { Answer::Read(messenger.read_up_to(&session, &up_to).await) });
    }

    fn no_way(&mut self, request: Request) {
        let (at, problem) = (now(), ProblemCode::Unreachable);
        match request {
            Request::Recent { .. } => self.core.recent_failed(problem, at),
            Request::VisitChat { visit } => self.core.visit_chat_failed(visit, problem, at),
            Request::Messages { session, range } => self.core.not_fetched(&session, range, false, at),
            Request::Send { message, .. } => self.core.not_sent(&message.client_message_id, None, at),
            Request::Pin { session, on } => self.core.pinned(&session, on, Err(problem), at),
            Request::OpenTopic { session, .. } | Request::CloseTopic { session, .. } => {
                self.core.topic_changed(&session, Err(problem), at);
            }
            Request::People { number, .. } => self.core.found_people(number, Err(problem), at),
            Request::Begin(_) => self.core.begun(Err(problem), at),
            Request::Invite { session, invite } => {
                self.core.invited(&session, &invite.client_id, Err(problem), at);
            }
            Request::Conference { session } => self.core.conference(&session, None, at),
            Request::Enter { session, key, .. } => self.core.entered(&session, &key, Err(problem), at),
            // Told again, and read again, when there is a way.
            Request::MarkRead { .. } | Request::Topic { .. } => {}
        }
    }
}

async fn answer(messenger: Messenger, request: Request) -> Answer {
    match request {
        Request::Recent { page } => {
            Answer::Recent { page, rows: messenger.recent(SessionsOf::Everyone, page, RECENT).await }
        }
        Request::Messages { session, range } => {
            let page = messenger.messages(&session, range, MAX_PAGE_SIZE).await;
            Answer::Fetched { session, range, page }
        }
        Request::Send { session, message } => {
            let sent = messenger.send(&session, &message).await;
            Answer::Sent { client_id: message.client_message_id, sent }
        }
        Request::Pin { session, on } => {
            let done = messenger.set_sticky(&session, on).await;
            Answer::Pinned { session, on, done }
        }
        Request::Topic { session } => {
            let topic = messenger.current_topic(&session).await;
            Answer::Topic { session, topic }
        }
        Request::OpenTopic { session, name } => {
            let topic = NewTopic { session_id: session.clone(), name, description: None };
            Answer::TopicChanged { session, topic: messenger.open_topic(&topic).await }
        }
        Request::CloseTopic { session, topic, closing } => {
            let topic = messenger.end_topic(&session, &topic, closing.as_ref()).await;
            Answer::TopicChanged { session, topic }
        }
        Request::People { query, number } => {
            Answer::People { number, people: messenger.people(&query).await }
        }
        Request::Begin(session) => Answer::Begun(messenger.create(&session).await),
        Request::Conference { session } => {
            Answer::Conference { way: messenger.conference(&session).await, session }
        }
        Request::Enter { session, key, name: Some(name) } => {
            let way = messenger.enter_conference(&session, &name).await;
            Answer::Entered { session, key, way }
        }
        Request::Enter { session, key, name: None } => {
            Answer::Entered { way: messenger.conference(&session).await, session, key }
        }
        Request::VisitChat { .. } | Request::MarkRead { .. } | Request::Invite { .. } => {
            Answer::Read(Err(ClientError::Unreachable))
        }
    }
}
