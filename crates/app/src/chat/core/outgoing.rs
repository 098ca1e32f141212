//! What the user writes, on its way to the server.

use super::outbox::Due;
use super::thread::Place;
use super::{Core, Effect, Keep, Moment, Reach, Request, Sending, Unsent, UnsentFile, What, client_id};
use crate::view::ProblemCode;
use consilium_model::{MessageKind, Secret};
use consilium_wire::im::{
    ArticleContent, Attachment, AttachmentKind, Content, FileContent, MAX_TEXT, Message,
};
use std::time::Instant;

impl Core {
    /// Words, into the conversation that is shown.
    pub(super) fn write(&mut self, text: &Secret, at: Moment) {
        let words = clean(text.expose());
        if words.is_empty() || !self.may_write_here() {
            return;
        }
        if words.chars().count() > MAX_TEXT {
            self.complain(ProblemCode::MessageTooLong);
            return;
        }
        let reply_to = self.take_reply();
        let what = What::Message { kind: MessageKind::Text, content: Secret::from(words) };
        let Some(session) = self.enqueue_shown(what, reply_to, at).map(|(session, _)| session) else {
            return;
        };
        if let Some(thread) = self.thread_mut() {
            thread.typing.sent();
            thread.draft = Secret::default();
        }
        // Only now: whatever happens in between, the words are written down in one place or in both.
        self.keep_draft(session.clone(), Secret::default());
        self.show_end(&session);
    }

    /// Keeps what is typed in a conversation.
    pub(super) fn keep_draft(&mut self, session: String, text: Secret) {
        if let Some(row) = self.rows.get_mut(&session) {
            row.has_draft = !text.expose().is_empty();
        }
        self.keep(Keep::Draft { session, text });
    }

    /// A card, into the conversation that is shown.
    pub(crate) fn send_card(&mut self, content: &Content, at: Moment) {
        let what = What::Message { kind: MessageKind::Jump, content: content.write() };
        self.enqueue_here(what, None, at);
        self.follow(at);
    }

    /// A file, into a conversation; gives the name under which its bytes have to be had.
    pub(crate) fn send_file(&mut self, session: &str, file: UnsentFile, at: Moment) -> Option<String> {
        if !self.may_write(session) {
            return None;
        }
        let shown = self.thread().is_some_and(|thread| thread.session == session);
        let client_id = if shown {
            let reply_to = self.take_reply();
            self.enqueue_here(What::File(file), reply_to, at)
        } else {
            Some(self.enqueue(session, What::File(file), None, at))
        };
        self.follow(at);
        client_id
    }

    fn take_reply(&mut self) -> Option<String> {
        let key = self.thread_mut()?.reply.take()?;
        self.message(&key).map(|message| message.id.clone())
    }

    fn enqueue_here(&mut self, what: What, reply_to: Option<String>, at: Moment) -> Option<String> {
        let (session, client_id) = self.enqueue_shown(what, reply_to, at)?;
        self.show_end(&session);
        Some(client_id)
    }

    fn may_write_here(&self) -> bool {
        self.thread().is_some_and(|thread| self.may_write(&thread.session))
    }

    /// Into the conversation that is shown; gives it, and the client's id of the message.
    fn enqueue_shown(
        &mut self,
        what: What,
        reply_to: Option<String>,
        at: Moment,
    ) -> Option<(String, String)> {
        if !self.may_write_here() {
            return None;
        }
        let thread = self.thread_mut()?;
        thread.problem = None;
        let session = thread.session.clone();
        let client_id = self.enqueue(&session, what, reply_to, at);
        Some((session, client_id))
    }

    /// The user sees what was written.
    fn show_end(&mut self, session: &str) {
        if self.thread().is_some_and(|thread| thread.place == Place::Amid) {
            self.open_conversation(session, None);
        }
    }

    fn enqueue(&mut self, session: &str, what: What, reply_to: Option<String>, at: Moment) -> String {
        let client_id = (self.client_ids)();
        let item = Unsent {
            client_id: client_id.clone(),
            session: session.to_owned(),
            what,
            reply_to,
            at: at.wall,
            stage: Sending::Keeping,
        };
        self.outbox.push(item.clone());
        self.keep(Keep::Unsent(item));
        client_id
    }

    /// Forwards what was said into another conversation. What belongs to a file goes with the file, elsewhere.
    pub(super) fn forward(&mut self, key: &str, to: &str, at: Moment) {
        let Some(message) = self.message(key).filter(|_| self.may_write(to)) else { return };
        let content = message.content.clone();
        let what = match (message.kind, Content::read(message.kind, &message.content)) {
            (_, Ok(Content::Text(_))) => What::Message { kind: MessageKind::ForwardedText, content },
            (kind, Ok(Content::Jump(_))) => What::Message { kind, content },
            (kind, Ok(Content::Article(article))) if article.url.is_some() => What::Message { kind, content },
            _ => return,
        };
        self.enqueue(to, what, None, at);
    }

    /// It is written down on this machine: now it can go.
    pub(crate) fn enqueued(&mut self, client_id: &str, at: Moment) {
        self.outbox.kept(client_id);
        self.follow(at);
    }

    /// Sends what is due.
    pub(super) fn send_due(&mut self, now: Instant) {
        if self.reached == super::Reached::Not {
            return;
        }
        for due in self.outbox.due(now) {
            match due {
                Due::Upload(item) => self.want(Effect::Upload(item)),
                Due::Send { session, message } => self.ask(Request::Send { session, message }),
            }
        }
    }

    /// The server has it.
    pub(crate) fn sent(&mut self, message: Message, at: Moment) {
        self.outbox.succeeded(&message.session_id);
        self.take_message(message);
        self.follow(at);
    }

    /// It did not get through; it goes again when that may help.
    pub(crate) fn not_sent(&mut self, client_id: &str, problem: Option<ProblemCode>, at: Moment) {
        match problem {
            None => self.outbox.postpone(client_id, at.now),
            Some(problem) => {
                self.outbox.refused(client_id, problem);
                self.requeue(client_id);
            }
        }
        self.follow(at);
    }

    /// So much of a file is there.
    pub(crate) fn progress(&mut self, client_id: &str, percent: u8) {
        self.outbox.progress(client_id, percent);
    }

    /// A file is on the server.
    pub(crate) fn uploaded(&mut self, client_id: &str, attachment: &Attachment, at: Moment) {
        if let Some(What::File(file)) = self.outbox.find(client_id).map(|item| item.what.clone()) {
            let (kind, content) = about(&file, attachment);
            self.outbox.uploaded(client_id, kind, content.write());
            self.requeue(client_id);
        }
        self.follow(at);
    }

    /// Own messages that are stored wait no longer.
    pub(super) fn settle_stored(&mut self, messages: &[Message]) {
        let me = self.me.clone();
        for message in messages.iter().filter(|message| message.sender_id == me) {
            let client_id = &message.client_message_id;
            let is_it = self.outbox.find(client_id).is_some_and(|item| item.session == message.session_id);
            if is_it {
                self.outbox.remove(client_id);
                self.outbox.succeeded(&message.session_id);
                let (client_id, message) = (client_id.clone(), message.clone());
                self.keep(Keep::Settle { client_id, message });
            }
        }
    }

    /// Nothing that waits goes into that conversation any more; the user decides about it.
    pub(super) fn refuse_all(&mut self, session: &str, problem: ProblemCode) {
        let waits = |item: &&Unsent| !matches!(item.stage, Sending::Refused(_));
        let waiting = self.outbox.of(session).filter(waits).map(|item| item.client_id.clone());
        for client_id in waiting.collect::<Vec<_>>() {
            self.outbox.refused(&client_id, problem);
            self.requeue(&client_id);
        }
    }

    pub(super) fn resend(&mut self, key: &str) {
        let Some(id) = client_id(key) else { return };
        let session = self.outbox.find(id).map(|item| item.session.clone());
        let may = session.is_some_and(|session| self.may_write(&session));
        if may && self.outbox.resend(id) {
            self.keep_again(id, Keep::RequeueLast);
        }
    }

    /// Nothing keeps the user from writing there.
    pub(crate) fn may_write(&self, session: &str) -> bool {
        self.silence(session).is_none()
    }

    /// Why the user cannot write there: it has no part in that conversation here, or may only read.
    pub(crate) fn silence(&self, session: &str) -> Option<ProblemCode> {
        if !self.is_own(session) || self.rows.get(session).is_none_or(|row| row.gone) {
            return Some(ProblemCode::ConversationGone);
        }
        let is_visitor = matches!(self.reach, Reach::Visit { .. });
        (is_visitor && !self.writes).then_some(ProblemCode::NotAllowed)
    }

    /// Whether the visit lets the user write, who is here by its link. Whoever is signed in is bound by no visit.
    pub(crate) const fn set_writes(&mut self, writes: bool) {
        self.writes = writes;
    }

    /// Keeps how a message waits now.
    fn requeue(&mut self, client_id: &str) {
        self.keep_again(client_id, Keep::Requeue);
    }

    fn keep_again(&mut self, client_id: &str, how: fn(Unsent) -> Keep) {
        if let Some(item) = self.outbox.find(client_id).cloned() {
            self.keep(how(item));
        }
    }

    /// Throws away what is not on its way; a file may be.
    pub(super) fn discard(&mut self, key: &str) {
        let Some(id) = client_id(key) else { return };
        let may = self.outbox.find(id).is_some_and(|item| item.stage != Sending::Sent);
        if may && self.outbox.remove(id).is_some() {
            self.keep(Keep::Discard { client_id: id.to_owned() });
        }
    }

    pub(super) fn complain(&mut self, problem: ProblemCode) {
        if let Some(thread) = self.thread_mut() {
            thread.problem = Some(problem);
        }
    }
}

/// Words without what would be refused: line ends are one character, other control characters are left out.
fn clean(text: &str) -> String {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept = lines.chars().filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\t'));
    kept.collect::<String>().trim().to_owned()
}

/// The message about a file that is on the server.
fn about(file: &UnsentFile, attachment: &Attachment) -> (MessageKind, Content) {
    let forwarded = file.kind == MessageKind::ForwardedImage && attachment.kind == AttachmentKind::Image;
    let kind = if forwarded { MessageKind::ForwardedImage } else { attachment.kind.message() };
    let content = match attachment.kind {
        AttachmentKind::File => Content::Article(ArticleContent {
            title: attachment.name.clone(),
            url: None,
            file: Some(attachment.id.clone()),
            size: attachment.size,
        }),
        AttachmentKind::Image | AttachmentKind::Voice | AttachmentKind::Video => Content::File(FileContent {
            file: attachment.id.clone(),
            seconds: file.seconds,
            width: attachment.width,
            height: attachment.height,
            size: attachment.size,
        }),
    };
    (kind, content)
}
