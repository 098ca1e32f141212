//! An application without a window, with its chat open.

use super::keychain::Folder;
use anyhow::{Context, Result};
use consilium_app::view::{AppView, ChatPane, ConversationView, Earlier, MessageBody, MessageRow, Stage};
use consilium_app::{Action, App, AppConfig, ChatStep, MediaConfig, Shell, SinkKind};
use consilium_client::Keychain;
use consilium_media::audio::{AudioSpec, SpeakerSpec};
use consilium_media::video::{Desktop, VideoSpec};
use consilium_model::{Locale, Secret, Vertical};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::watch;
use url::Url;

struct Window(watch::Sender<Option<AppView>>);

impl Shell for Window {
    fn publish(&self, view: &AppView) {
        self.0.send_replace(Some(view.clone()));
    }

    fn raise(&self) {}

    fn open_in_browser(&self, _url: &Secret<Url>) -> bool {
        false
    }
}

/// The application, and what it shows.
pub(crate) struct Opened {
    app: App,
    views: watch::Receiver<Option<AppView>>,
}

impl Opened {
    /// Opens the visit's conversation; waits until it is there, whatever becomes of the server meanwhile.
    pub(crate) async fn conversation(data: &Path, link: &str) -> Result<Self> {
        let (newest, views) = watch::channel(None);
        let app = App::start(config(data, link), Arc::new(Window(newest)));
        let mut opened = Self { app, views };
        loop {
            opened.sees(|view| stuck(view) || view.chat.is_some()).await?;
            if opened.views.borrow().as_ref().is_some_and(|view| view.chat.is_some()) {
                break;
            }
            // The server was away just when the link was opened.
            opened.does(Action::Retry).await?;
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        opened.does(Action::InFront { front: true }).await?;
        opened.does(Action::Chat { step: ChatStep::OpenVisit }).await?;
        opened.sees(|view| conversation(view).is_some()).await?;
        Ok(opened)
    }

    /// Writes, and waits until the words stand in the conversation.
    pub(crate) async fn writes(&mut self, text: &str) -> Result<()> {
        self.does(Action::Chat { step: ChatStep::Send { text: Secret::from(text) } }).await?;
        self.shows(text).await
    }

    /// Waits until these words stand in the conversation.
    pub(crate) async fn shows(&mut self, text: &str) -> Result<()> {
        self.sees(|view| texts(view).any(|shown| shown == text)).await
    }

    /// Waits until nothing waits to be sent any more.
    pub(crate) async fn settles(&mut self) -> Result<()> {
        self.sees(|view| view.chat.as_ref().is_some_and(|chat| chat.waiting == 0)).await
    }

    /// Leafs through the conversation up to its beginning; the texts in the order shown.
    pub(crate) async fn leafs_through(&mut self) -> Result<Vec<String>> {
        let mut known: Vec<Line> = Vec::new();
        loop {
            self.sees(|view| conversation(view).is_some_and(|shown| shown.earlier != Earlier::Loading))
                .await?;
            let (page, earlier) = {
                let view = self.views.borrow();
                let shown = view.as_ref().and_then(conversation).context("the conversation was closed")?;
                (lines(shown), shown.earlier)
            };
            let first = known.first().map(|line| line.key.clone());
            let new = page.iter().position(|line| Some(&line.key) == first.as_ref()).unwrap_or(page.len());
            known.splice(0..0, page[..new].iter().cloned());
            match earlier {
                Earlier::Start => return Ok(known.into_iter().filter_map(|line| line.text).collect()),
                Earlier::Loading => {}
                Earlier::More | Earlier::Offline => {
                    let first = page.first().map(|line| line.key.clone());
                    self.does(Action::Chat { step: ChatStep::Earlier }).await?;
                    self.sees(|view| conversation(view).is_some_and(|shown| has_more(shown, first.as_ref())))
                        .await?;
                }
            }
        }
    }

    /// Closes the application.
    pub(crate) async fn closes(self) {
        self.app.close().await;
    }

    async fn does(&self, action: Action) -> Result<()> {
        Ok(self.app.act(action).await?)
    }

    async fn sees(&mut self, mut like: impl FnMut(&AppView) -> bool) -> Result<()> {
        let seen = self.views.wait_for(|view| view.as_ref().is_some_and(&mut like)).await;
        seen.map(drop).context("the application has ended")
    }
}

fn stuck(view: &AppView) -> bool {
    matches!(view.stage, Stage::Problem(_))
}

fn conversation(view: &AppView) -> Option<&ConversationView> {
    match &view.chat.as_ref()?.pane {
        ChatPane::Conversation(conversation) => Some(conversation),
        ChatPane::Closed | ChatPane::Inbox(_) | ChatPane::People(_) => None,
    }
}

/// Another row is the first, or there is none before it.
fn has_more(shown: &ConversationView, first: Option<&String>) -> bool {
    shown.earlier == Earlier::Start || shown.messages.first().map(|row| &row.key) != first
}

/// A row of the conversation.
#[derive(Clone)]
struct Line {
    key: String,
    text: Option<String>,
}

fn lines(conversation: &ConversationView) -> Vec<Line> {
    let rows = conversation.messages.iter();
    rows.map(|row| Line { key: row.key.clone(), text: text(row).map(str::to_owned) }).collect()
}

fn texts(view: &AppView) -> impl Iterator<Item = &str> {
    conversation(view).into_iter().flat_map(|conversation| &conversation.messages).filter_map(text)
}

fn text(row: &MessageRow) -> Option<&str> {
    match &row.body {
        MessageBody::Text { text } => Some(text),
        _ => None,
    }
}

fn config(data: &Path, link: &str) -> AppConfig {
    AppConfig {
        locale: Locale::En,
        vertical: Vertical::Medicine,
        profile: "kill".to_owned(),
        keychain: Keychain::over(Arc::new(Folder(data.join("keychain")))),
        data: Some(data.join("app")),
        link: Some(Secret::from(link)),
        server: String::new(),
        web_room: None,
        media: MediaConfig {
            camera: VideoSpec::Synthetic { seed: 1 },
            microphone: AudioSpec::Synthetic { seed: 1 },
            speaker: SpeakerSpec::Null,
            screens: Desktop::current().with_synthetic(1),
            sink: SinkKind::Native,
            echo: false,
        },
        report: None,
        started: Instant::now(),
    }
}
