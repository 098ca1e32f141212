//! Carries out what the core wants.

use super::answer::Answer;
use super::handle::Door;
use super::kept;
use super::run::{Session, now};
use crate::chat::core::{Effect, Keep, What};
use consilium_client::HistorySettings;
use consilium_model::Secret;
use url::Url;

/// What is found at most.
const FOUND: usize = 50;

impl Session {
    /// Carries out everything that the core wants, in its order. What is to be kept is kept before anything else
    /// happens, so that nothing is sent that a crash could lose.
    pub(super) async fn carry_out(&mut self) {
        loop {
            let effects = self.core.take_effects();
            if effects.is_empty() {
                return;
            }
            for effect in effects {
                self.carry(effect).await;
            }
        }
    }

    async fn carry(&mut self, effect: Effect) {
        match effect {
            Effect::Ask(request) => self.ask(request),
            Effect::Keep(keep) => self.keep(keep).await,
            Effect::Load { session, range, take } => {
                // What is not read here is read from the server.
                let page = self.history.messages(&session, range, take).await.unwrap_or_default();
                self.core.loaded(&session, page, now());
            }
            Effect::ReadDraft { session } => {
                let text = self.history.draft(&session).await.unwrap_or_default();
                self.core.draft(&session, text);
            }
            Effect::Search { text, number } => {
                let history = self.history.clone();
                self.jobs.begin(async move {
                    Answer::Found { number, messages: history.search(&text, FOUND).await.unwrap_or_default() }
                });
            }
            Effect::Upload(item) => self.upload(item),
            Effect::Look { session } => {
                if let Some(voice) = self.link.voice() {
                    voice.look(session);
                }
            }
            Effect::TellTyping => {
                if let Some(voice) = self.link.voice() {
                    voice.typing();
                }
            }
            Effect::Notify(notice) => self.shell.notify(notice),
            Effect::Withdraw { session } => self.shell.withdraw(&session),
            Effect::Badge(count) => self.shell.badge(count),
            Effect::Visit { id } => {
                // Nobody hears it when the Controller is closing.
                let _ = self.outbox.doors.send(Door::Visit(id));
            }
            Effect::Enter { token } => {
                let _ = self.outbox.doors.send(Door::Conference(token));
            }
            Effect::Browse(url) => self.browse(&url),
        }
    }

    async fn keep(&mut self, keep: Keep) {
        let history = self.history.clone();
        match keep {
            Keep::Sessions(sessions) => kept::check(history.put_sessions(sessions).await),
            Keep::Messages { session, page } => kept::check(history.put_messages(&session, page).await),
            Keep::Unsent(item) => {
                let client_id = item.client_id.clone();
                let (source, bytes) = (self.media.source(&client_id), self.media.fresh(&client_id));
                if kept::enqueue(&history, item, source, bytes).await {
                    self.media.let_go(&client_id);
                }
                // What could not be written down is sent all the same: from memory, as long as that lasts.
                self.core.enqueued(&client_id, now());
            }
            Keep::Requeue(item) => {
                if matches!(item.what, What::Message { .. }) {
                    self.media.let_go(&item.client_id);
                }
                let source = self.media.source(&item.client_id);
                kept::requeue(&history, item, source).await;
            }
            Keep::RequeueLast(item) => {
                let source = self.media.source(&item.client_id);
                kept::requeue_last(&history, item, source).await;
            }
            Keep::Settle { client_id, message } => {
                self.media.forget(&client_id);
                kept::check(history.sent(&client_id, message).await);
            }
            Keep::Discard { client_id } => {
                self.media.forget(&client_id);
                kept::check(history.discard(&client_id).await);
            }
            Keep::Read { session, number } => {
                kept::check(history.set_read_up_to(&session, number).await);
            }
            Keep::Draft { session, text } => kept::check(history.set_draft(&session, &text).await),
            Keep::Preview(preview) => {
                kept::check(history.set_settings(HistorySettings { preview }).await);
            }
            Keep::Forget { session } => kept::check(history.forget_session(&session).await),
        }
    }

    fn browse(&self, url: &Secret<Url>) {
        if !self.shell.open_in_browser(url) {
            tracing::info!("there is no browser to ask");
        }
    }
}
