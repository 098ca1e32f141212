//! What the user does, without files and sound.

use super::thread::Place;
use super::window::End;
use super::{Core, Effect, Keep, Moment, Pane, Reach, Request, key};
use crate::action::ChatStep;
use crate::view::ProblemCode;
use consilium_model::Secret;
use consilium_wire::im::{Content, Message};
use url::Url;

impl Core {
    /// What the user does. Files and sound are somebody else's.
    pub(crate) fn step(&mut self, step: ChatStep, at: Moment) {
        match step {
            ChatStep::Open => self.open(),
            ChatStep::Close => self.show(Pane::Closed),
            ChatStep::Back => self.back(),
            ChatStep::OpenVisit => self.open_visit(),
            ChatStep::OpenConversation { id } => self.open_conversation(&id, None),
            ChatStep::OpenFound { id, key } => self.open_found(&id, &key),
            ChatStep::Filter { filter } => self.inbox.filter = filter,
            ChatStep::Search { text } => self.search(text),
            ChatStep::Pin { id, on } => self.pin(&id, on),
            ChatStep::FindPeople { text } => self.find_people(text),
            ChatStep::Begin { people, name } => self.begin(&people, name),
            ChatStep::Draft { text } => self.type_draft(text, at),
            ChatStep::Send { text } => self.write(&text, at),
            ChatStep::Reply { key } => self.reply(key),
            ChatStep::Forward { key, to } => self.forward(&key, &to, at),
            ChatStep::Resend { key } => self.resend(&key),
            ChatStep::Discard { key } => self.discard(&key),
            ChatStep::Earlier => self.more(End::Earlier),
            ChatStep::Later => self.more(End::Later),
            ChatStep::Seen { key } => self.seen(&key),
            ChatStep::Enlarge { key } => self.enlarge(key),
            ChatStep::OpenTopic { name } => self.open_topic(&name),
            ChatStep::CloseTopic { closing } => self.close_topic(closing),
            ChatStep::Follow { key } => self.follow_message(&key),
            ChatStep::Invite { title } => self.invite(&title),
            ChatStep::DropInvite => self.drop_invite(),
            ChatStep::Enter { key, name } => self.enter(&key, name.as_ref()),
            ChatStep::SetPreview { on } => {
                self.preview = on;
                self.keep(Keep::Preview(on));
            }
            ChatStep::Attach
            | ChatStep::Save { .. }
            | ChatStep::Record
            | ChatStep::EndRecording { .. }
            | ChatStep::Play { .. }
            | ChatStep::SendCard { .. } => {}
        }
        self.follow(at);
    }

    fn open_found(&mut self, id: &str, key: &str) {
        let found = self
            .inbox
            .found
            .iter()
            .find(|found| found.session_id == id && self::key::key(found, &self.me) == key);
        let at = found.and_then(key::number);
        self.open_conversation(id, at);
    }

    fn search(&mut self, text: Secret) {
        self.inbox.search += 1;
        self.inbox.query.clone_from(text.expose());
        if text.expose().trim().is_empty() {
            self.inbox.found.clear();
        }
        let number = self.inbox.search;
        self.want(Effect::Search { text, number });
    }

    /// What was found in what is kept, unless something else is searched for meanwhile. The newest first.
    pub(crate) fn found(&mut self, number: u64, found: Vec<Message>) {
        if self.inbox.search == number {
            let known = |message: &Message| self.is_own(&message.session_id);
            self.inbox.found = found.into_iter().filter(known).collect();
        }
    }

    /// The conversation is one of those that the user has here.
    pub(crate) fn is_own(&self, session: &str) -> bool {
        match &self.reach {
            Reach::Everything => self.rows.get(session).is_some(),
            Reach::Visit { session: own } => own.as_deref() == Some(session),
        }
    }

    fn pin(&mut self, id: &str, on: bool) {
        let Some(row) = self.rows.get_mut(id).filter(|row| row.session.sticky != on) else { return };
        row.session.sticky = on;
        let session = row.session.clone();
        self.keep(Keep::Sessions(vec![session]));
        self.ask(Request::Pin { session: id.to_owned(), on });
    }

    /// The server has pinned it, or has not: then it is as it was.
    pub(crate) fn pinned(&mut self, id: &str, on: bool, done: Result<(), ProblemCode>, at: Moment) {
        if let Err(problem) = done {
            if let Some(row) = self.rows.get_mut(id) {
                row.session.sticky = !on;
            }
            self.inbox.problem = Some(problem);
        }
        self.follow(at);
    }

    fn type_draft(&mut self, text: Secret, at: Moment) {
        let Some(thread) = self.thread_mut() else { return };
        let tells = !text.expose().is_empty() && thread.typing.tells(at.now);
        let session = thread.session.clone();
        self.keep_draft(session, text);
        if tells {
            self.want(Effect::TellTyping);
        }
    }

    fn reply(&mut self, key: Option<String>) {
        let key = key.filter(|key| self.message(key).is_some());
        if let Some(thread) = self.thread_mut() {
            thread.reply = key;
        }
    }

    fn more(&mut self, end: End) {
        let Some(session) = self.thread().map(|thread| thread.session.clone()) else { return };
        let newest = self.rows.get(&session).map_or(0, super::Row::newest);
        let Some(thread) = self.thread_mut() else { return };
        if end == End::Later && thread.place == Place::Newest {
            return;
        }
        if let Some(next) = thread.want_more(end, newest) {
            self.read_next(&session, next);
        }
    }

    fn enlarge(&mut self, key: Option<String>) {
        if let Some(thread) = self.thread_mut() {
            thread.large = key;
        }
    }

    /// Opens what a card or an article leads to.
    fn follow_message(&mut self, key: &str) {
        let Some(message) = self.message(key) else { return };
        match Content::read(message.kind, &message.content) {
            Ok(Content::Jump(jump)) => self.want(Effect::Visit { id: jump.appointment_id }),
            Ok(Content::Article(article)) => {
                if let Some(url) = article.url.as_ref().and_then(|url| web_address(url.expose())) {
                    self.want(Effect::Browse(Secret::new(url)));
                }
            }
            Ok(Content::Text(_) | Content::File(_) | Content::Topic(_)) | Err(_) => {}
        }
    }
}

/// An address that may be opened: `https` and a host.
pub(crate) fn web_address(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|url| url.scheme() == "https" && url.host().is_some())
}
