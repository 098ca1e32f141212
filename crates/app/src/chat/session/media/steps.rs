//! What the user does with files and sound, and what comes of it.

use super::{Chosen, MediaNews};
use crate::action::ChatStep;
use crate::chat::core::{Unsent, UnsentFile, What, client_id};
use crate::chat::files::{
    ForwardNews, Picked, SaveNews, Saving, Shelf, Upload, UploadNews, Whole, local_client_id, look,
    not_uploaded,
};
use crate::chat::session::handle::PictureWish;
use crate::chat::session::run::{Session, now};
use crate::chat::voice::{PlayerNews, RecorderNews, Through};
use crate::view::ProblemCode;
use consilium_client::{AttachmentPart, ClientError};
use consilium_model::{MessageKind, Secret};
use consilium_wire::im::{Content, JumpContent, Message};
use std::path::PathBuf;
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;

impl Session {
    /// Takes what is about files and sound; gives back what is not.
    pub(in crate::chat::session) fn media_step(&mut self, step: ChatStep) -> Option<ChatStep> {
        match step {
            ChatStep::Attach => self.attach(),
            ChatStep::Save { key } => self.save(&key),
            ChatStep::Discard { key } if self.media.saves.cancel(&key) => {}
            ChatStep::Forward { key, to } => return self.forward(key, to),
            ChatStep::Record => self.record(),
            ChatStep::EndRecording { send } => {
                if let Some(news) = self.media.recorder.end(send) {
                    self.recorded(news);
                }
            }
            ChatStep::Play { key } => self.play(key),
            ChatStep::SendCard { id } => self.send_card(&id),
            // A call is not left for another one.
            ChatStep::Invite { .. } | ChatStep::Enter { .. } if self.around.in_call => {}
            other => return Some(other),
        }
        None
    }

    pub(in crate::chat::session) fn media_news(&mut self, news: MediaNews) {
        match news {
            MediaNews::Upload(news) => self.upload_news(news),
            MediaNews::Save(SaveNews::Changed) | MediaNews::Player(PlayerNews::Changed) => {}
            MediaNews::Save(SaveNews::Failed(problem))
            | MediaNews::Player(PlayerNews::Failed(problem))
            | MediaNews::Forward(ForwardNews::Failed(problem)) => self.complain(problem),
            MediaNews::Forward(ForwardNews::Ready(forwarded)) => {
                self.send_file(&forwarded.to, forwarded.picked);
            }
            MediaNews::Recorder(news) => self.recorded(news),
            MediaNews::Chosen(Chosen { session, picked, problem }) => {
                picked.into_iter().for_each(|picked| self.send_file(&session, picked));
                if let Some(problem) = problem {
                    self.core.thread_failed(&session, problem, now());
                }
            }
        }
    }

    /// Brings a file to the server. Without a way to it, it goes later; without the file, never.
    pub(in crate::chat::session) fn upload(&mut self, item: Unsent) {
        let What::File(file) = item.what else { return };
        let (client_id, session) = (item.client_id, item.session);
        match self.media.source(&client_id) {
            Some(source) => {
                let shelf = self.shelf();
                self.media.uploads.start(shelf, Upload { client_id, session, file, source });
            }
            None => self.core.not_sent(&client_id, Some(ProblemCode::FileGone), now()),
        }
    }

    /// Gives the page a picture.
    pub(in crate::chat::session) fn fetch_picture(&mut self, wish: PictureWish) {
        let shelf = self.shelf();
        match local_client_id(&wish.id) {
            Some(client_id) => {
                if let Some(file) = self.unsent_file(client_id) {
                    self.media.pictures.unsent(shelf, file, wish.answer);
                }
            }
            None => {
                let part = if wish.whole { AttachmentPart::Whole } else { AttachmentPart::Thumbnail };
                self.media.pictures.stored(shelf, wish.id, part, wish.answer);
            }
        }
    }

    fn shelf(&self) -> Shelf {
        let (history, messenger) = (self.history.clone(), self.link.messenger().cloned());
        Shelf { history, messenger, fresh: self.media.fresh.clone() }
    }

    fn shown(&self) -> Option<String> {
        self.core.thread().map(|thread| thread.session.clone())
    }

    fn complain(&mut self, problem: ProblemCode) {
        if let Some(session) = self.shown() {
            self.core.thread_failed(&session, problem, now());
        }
    }

    fn attach(&mut self) {
        let Some(session) = self.shown() else { return };
        let (answer, chosen) = oneshot::channel();
        self.shell.choose_files(answer);
        self.media.picking.spawn(async move {
            let paths: Vec<PathBuf> = chosen.await.unwrap_or_default();
            let looked = spawn_blocking(move || look(&paths)).await;
            let (picked, problem) = looked.unwrap_or((Vec::new(), Some(ProblemCode::FileGone)));
            Chosen { session, picked, problem }
        });
    }

    fn send_file(&mut self, session: &str, picked: Picked) {
        if let Some(client_id) = self.core.send_file(session, picked.file.clone(), now()) {
            self.media.remember(client_id, picked);
        }
    }

    fn save(&mut self, key: &str) {
        let Some(stored) = self.core.message(key).and_then(stored) else { return };
        let UnsentFile { kind, name, size, .. } = stored.file;
        let saving = Saving { key: key.to_owned(), id: stored.id, kind, name, size };
        let (shelf, shell) = (self.shelf(), self.shell.clone());
        self.media.saves.start(shelf, shell, saving);
    }

    fn forward(&mut self, key: String, to: String) -> Option<ChatStep> {
        let Some(stored) = self.core.message(&key).and_then(stored) else {
            return Some(ChatStep::Forward { key, to });
        };
        let kind = match stored.file.kind {
            MessageKind::Image => MessageKind::ForwardedImage,
            kind => kind,
        };
        let shelf = self.shelf();
        self.media.forwards.start(shelf, stored.id, UnsentFile { kind, ..stored.file }, to);
        None
    }

    fn record(&mut self) {
        let Some(session) = self.shown() else { return };
        if self.around.call.is_some() {
            return self.complain(ProblemCode::NoMicrophone);
        }
        let microphone = self.media.config.microphone.clone();
        self.media.recorder.record(&session, microphone);
    }

    fn recorded(&mut self, news: RecorderNews) {
        match news {
            RecorderNews::Changed => {}
            RecorderNews::Ready { session, recording } => {
                self.send_file(&session, Picked::recording(recording));
            }
            RecorderNews::Failed { session, problem } => self.core.thread_failed(&session, problem, now()),
        }
    }

    fn play(&mut self, key: Option<String>) {
        let Some((key, file)) = key.and_then(|key| self.whole(&key).map(|file| (key, file))) else {
            self.media.player.stop();
            self.media.played = None;
            return;
        };
        let shelf = self.shelf();
        let through = self.through();
        self.media.player.play(key.clone(), async move { shelf.whole(file).await }, through);
        self.media.played = Some(key);
    }

    /// A call's own mixer, so that its echo canceller knows what is heard; else a speaker of its own.
    fn through(&self) -> Through {
        let call = self.around.call.as_ref().and_then(|call| call.0.upgrade());
        call.map_or_else(|| Through::Speaker(self.media.config.speaker.clone()), Through::Call)
    }

    /// The file of a message, stored or not.
    fn whole(&self, key: &str) -> Option<Whole> {
        match self.core.message(key).and_then(stored) {
            Some(stored) => Some(Whole::Stored(stored.id)),
            None => self.unsent_file(client_id(key)?),
        }
    }

    fn unsent_file(&self, client_id: &str) -> Option<Whole> {
        let What::File(file) = &self.core.outbox.find(client_id)?.what else { return None };
        let source = self.media.source(client_id)?;
        Some(Whole::Unsent { client_id: client_id.to_owned(), size: file.size, source })
    }

    fn send_card(&mut self, appointment: &str) {
        let visit = self.around.visits.iter().find(|visit| visit.appointment == appointment);
        if let Some(visit) = visit {
            let card = JumpContent {
                title: visit.title.clone(),
                appointment_id: appointment.to_owned(),
                conference: None,
            };
            self.core.send_card(&Content::Jump(card), now());
        }
    }

    fn upload_news(&mut self, news: UploadNews) {
        match news {
            UploadNews::Progress { client_id, percent } => self.core.progress(&client_id, percent),
            UploadNews::Done { client_id, attachment } => self.core.uploaded(&client_id, &attachment, now()),
            UploadNews::Failed { client_id, error } => {
                if error == ClientError::Unauthorized.into() {
                    self.log_in_again();
                }
                self.core.not_sent(&client_id, not_uploaded(&error), now());
            }
        }
    }
}

/// A file of the server.
struct Stored {
    id: String,
    file: UnsentFile,
}

/// The file that a message is about.
fn stored(message: &Message) -> Option<Stored> {
    let (id, name, size, seconds) = match Content::read(message.kind, &message.content).ok()? {
        Content::File(file) => (file.file, name(message.kind), file.size, file.seconds),
        Content::Article(article) => (article.file?, article.title, article.size, None),
        Content::Text(_) | Content::Jump(_) | Content::Topic(_) => return None,
    };
    Some(Stored { id, file: UnsentFile { kind: message.kind, name, size, seconds } })
}

/// The name under which something without one is saved. The user changes it as they like.
fn name(kind: MessageKind) -> Secret {
    Secret::from(match kind {
        MessageKind::Voice => "voice",
        MessageKind::Video => "video.mp4",
        _ => "picture",
    })
}
