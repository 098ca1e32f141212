//! What the chat's requests bring, and what follows from it.

use super::handle::Whose;
use super::link::Link;
use super::run::Session;
use crate::again::Again;
use crate::chat::core::{Moment, Range};
use crate::problem;
use crate::view::ProblemCode;
use consilium_client::{ClientError, InviteError, MessagePage};
use consilium_wire::home::Invited;
use consilium_wire::im::Session as ChatRow;
use consilium_wire::im::{FailureCode, LoggedIn, Message, Page, SessionConference, Topic, User};
use std::time::Instant;

/// What a request has brought.
pub(super) enum Answer {
    LoggedIn(Result<LoggedIn, ClientError>),
    Recent {
        page: u32,
        rows: Result<Page<ChatRow>, ClientError>,
    },
    Visit {
        visit: u64,
        row: Result<ChatRow, ClientError>,
    },
    Fetched {
        session: String,
        range: Range,
        page: Result<MessagePage, ClientError>,
    },
    Sent {
        client_id: String,
        sent: Result<Message, ClientError>,
    },
    /// Nobody waits for it: what was read is told again if the server does not know it.
    Read(Result<(), ClientError>),
    Pinned {
        session: String,
        on: bool,
        done: Result<(), ClientError>,
    },
    Topic {
        session: String,
        topic: Result<Option<Topic>, ClientError>,
    },
    TopicChanged {
        session: String,
        topic: Result<Topic, ClientError>,
    },
    People {
        number: u64,
        people: Result<Vec<User>, ClientError>,
    },
    Begun(Result<ChatRow, ClientError>),
    Invited {
        session: String,
        client_id: String,
        invited: Result<Box<Invited>, InviteError>,
    },
    Conference {
        session: String,
        way: Result<Option<SessionConference>, ClientError>,
    },
    Entered {
        session: String,
        key: String,
        way: Result<Option<SessionConference>, ClientError>,
    },
    Found {
        number: u64,
        messages: Vec<Message>,
    },
}

impl Session {
    /// Takes an answer in.
    pub(super) fn answered(&mut self, answer: Answer) {
        let at = super::run::now();
        if answer.error() == Some(&ClientError::Unauthorized) {
            self.log_in_again();
        }
        match answer {
            Answer::LoggedIn(login) => self.logged_in(login),
            Answer::Recent { page, rows: Ok(rows) } => self.core.recent(page, rows.content, rows.more, at),
            Answer::Recent { rows: Err(error), .. } => {
                self.core.recent_failed(problem::of_client(&error), at)
            }
            Answer::Visit { visit, row: Ok(row) } => self.core.visit_chat(visit, row, at),
            Answer::Visit { visit, row: Err(error) } => {
                self.core.visit_chat_failed(visit, problem::of_client(&error), at);
            }
            Answer::Fetched { session, range, page: Ok(page) } => {
                self.core.fetched(&session, range, page, at)
            }
            Answer::Fetched { session, range, page: Err(error) } => {
                self.core.not_fetched(&session, range, is_gone(&error), at);
            }
            Answer::Sent { client_id, sent } => self.sent(&client_id, sent, at),
            Answer::Read(_) => {}
            Answer::Pinned { session, on, done } => {
                self.core.pinned(&session, on, done.map_err(|error| problem::of_client(&error)), at);
            }
            Answer::Topic { session, topic } => self.topic(&session, topic, at),
            Answer::TopicChanged { session, topic } => {
                let topic = topic.map_err(|error| problem::of_client(&error));
                self.core.topic_changed(&session, topic, at);
            }
            Answer::People { number, people } => {
                let people = people.map_err(|error| problem::of_client(&error));
                self.core.found_people(number, people, at);
            }
            Answer::Begun(begun) => self.core.begun(begun.map_err(|error| problem::of_client(&error)), at),
            Answer::Invited { session, client_id, invited } => {
                let invited = invited.map(|invited| (invited.card, invited.access_token));
                let invited = invited.map_err(|error| problem::of_invite(&error));
                self.core.invited(&session, &client_id, invited, at);
            }
            Answer::Conference { session, way } => self.core.conference(&session, way.ok(), at),
            Answer::Entered { session, key, way } => {
                let way = way.map_err(|error| self.not_entered(&error));
                self.core.entered(&session, &key, way, at);
            }
            Answer::Found { number, messages } => self.core.found(number, messages),
        }
    }

    fn logged_in(&mut self, login: Result<LoggedIn, ClientError>) {
        let Link::LoggingIn { failed } = self.link else { return };
        match login {
            Ok(login) => self.stand(login, failed),
            Err(error) if error.means_no_messenger() => self.link = Link::Missing,
            Err(ClientError::Unauthorized) => self.link = Link::Over,
            Err(error) => {
                tracing::debug!(%error, "no way to the messenger yet");
                self.core.login_failed(problem::of_client(&error));
                self.link = Link::Resting(Again::after(failed, Instant::now()));
            }
        }
    }

    fn sent(&mut self, client_id: &str, sent: Result<Message, ClientError>, at: Moment) {
        match sent {
            Ok(message) => self.core.sent(message, at),
            Err(ClientError::Declined(code)) => {
                self.core.not_sent(client_id, Some(problem::of_messenger(code)), at);
            }
            // Nobody knows whether it arrived: the same once more is harmless.
            Err(error) => {
                tracing::debug!(%error, "a message waits");
                self.core.not_sent(client_id, None, at);
            }
        }
    }

    /// Whoever came by a link has no sign-in that could be over.
    fn not_entered(&self, error: &ClientError) -> ProblemCode {
        match (problem::of_client(error), &self.whose) {
            (ProblemCode::SignInAgain, Whose::Visitor { .. }) => ProblemCode::ExpiredLink,
            (problem, _) => problem,
        }
    }

    fn topic(&mut self, session: &str, topic: Result<Option<Topic>, ClientError>, at: Moment) {
        match topic {
            Ok(Some(topic)) => self.core.topic(topic, at),
            Ok(None) => self.core.no_topic(session, at),
            Err(error) => tracing::debug!(%error, "a topic was not read"),
        }
    }
}

impl Answer {
    fn error(&self) -> Option<&ClientError> {
        match self {
            // The last one is about the sign-in itself.
            Self::LoggedIn(_) | Self::Visit { .. } | Self::Found { .. } | Self::Invited { .. } => None,
            Self::Conference { way, .. } | Self::Entered { way, .. } => way.as_ref().err(),
            Self::Recent { rows, .. } => rows.as_ref().err(),
            Self::Fetched { page, .. } => page.as_ref().err(),
            Self::Sent { sent, .. } => sent.as_ref().err(),
            Self::Read(done) | Self::Pinned { done, .. } => done.as_ref().err(),
            Self::Topic { topic, .. } => topic.as_ref().err(),
            Self::TopicChanged { topic, .. } => topic.as_ref().err(),
            Self::People { people, .. } => people.as_ref().err(),
            Self::Begun(begun) => begun.as_ref().err(),
        }
    }
}

/// The user is not, or no longer, in the conversation.
const fn is_gone(error: &ClientError) -> bool {
    matches!(error, ClientError::Declined(FailureCode::Forbidden | FailureCode::NotFound))
}
