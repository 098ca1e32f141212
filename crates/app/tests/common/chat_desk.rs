//! A person at a window, for the chat: what it shows, and what the shell was asked for.

use super::PATIENCE;
use super::chat::{ANNA, BORIS, Messenger, session};
use super::person::config;
use async_trait::async_trait;
use axum::Router;
use consilium_app::view::{
    AppView, ChatPane, ChatView, ConversationView, InboxView, Line, MessageBody, MessageState, Stage,
};
use consilium_app::{Action, App, AppConfig, ChatStep, MessageNotice, Shell};
use consilium_client::{Keychain, KeychainError, MemoryStore, TokenStore};
use consilium_model::Secret;
use consilium_wire::im::UserRole;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};
use url::Url;

/// What the shell was asked for.
#[derive(Default)]
pub struct Asked {
    pub notices: Vec<MessageNotice>,
    pub withdrawn: Vec<String>,
    pub badges: Vec<u32>,
    pub browsed: Vec<String>,
    /// What the user chooses when asked for files.
    pub files: Vec<PathBuf>,
    /// The names that were proposed for files to save.
    pub proposed: Vec<String>,
    /// Where the user wants a file.
    pub place: Option<PathBuf>,
}

struct Window {
    newest: watch::Sender<Option<AppView>>,
    asked: Arc<Mutex<Asked>>,
}

impl Shell for Window {
    fn publish(&self, view: &AppView) {
        self.newest.send_replace(Some(view.clone()));
    }

    fn raise(&self) {}

    fn notify(&self, notice: MessageNotice) {
        self.asked.lock().unwrap().notices.push(notice);
    }

    fn withdraw(&self, conversation: &str) {
        self.asked.lock().unwrap().withdrawn.push(conversation.to_owned());
    }

    fn badge(&self, count: u32) {
        self.asked.lock().unwrap().badges.push(count);
    }

    fn choose_files(&self, answer: oneshot::Sender<Vec<PathBuf>>) {
        let _ = answer.send(self.asked.lock().unwrap().files.clone());
    }

    fn choose_place(&self, name: &Secret, answer: oneshot::Sender<Option<PathBuf>>) {
        let mut asked = self.asked.lock().unwrap();
        asked.proposed.push(name.expose().clone());
        let _ = answer.send(asked.place.clone());
    }

    fn open_in_browser(&self, url: &Secret<Url>) -> bool {
        self.asked.lock().unwrap().browsed.push(url.expose().to_string());
        true
    }
}

/// A computer: what outlives a window.
#[derive(Clone)]
pub struct Computer {
    pub folder: Arc<tempfile::TempDir>,
    pub keychain: Keychain,
    pub store: Arc<Slow>,
}

/// A keychain of the system that may wait for the person.
#[derive(Debug, Default)]
pub struct Slow {
    store: MemoryStore,
    locked: AtomicBool,
}

impl Slow {
    /// From now on the keys of histories are not given.
    pub fn lock_histories(&self) {
        self.locked.store(true, Ordering::Relaxed);
    }
}

#[async_trait]
impl TokenStore for Slow {
    async fn load(&self, profile: &str) -> Result<Option<Secret>, KeychainError> {
        if self.locked.load(Ordering::Relaxed) && profile.contains("history") {
            std::future::pending::<()>().await;
        }
        self.store.load(profile).await
    }

    async fn save(&self, profile: &str, secret: &Secret) -> Result<(), KeychainError> {
        self.store.save(profile, secret).await
    }

    async fn forget(&self, profile: &str) -> Result<(), KeychainError> {
        self.store.forget(profile).await
    }
}

impl Computer {
    pub fn new() -> Self {
        let store = Arc::<Slow>::default();
        let keychain = Keychain::over(store.clone());
        Self { folder: Arc::new(tempfile::tempdir().unwrap()), keychain, store }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// A person at a window.
pub struct Desk {
    app: App,
    views: watch::Receiver<Option<AppView>>,
    asked: Arc<Mutex<Asked>>,
}

/// A server on the loopback with nothing but the messenger; gives its address.
pub async fn serve(messenger: &Messenger) -> String {
    serve_router(messenger.router()).await
}

pub async fn serve_router(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/clinic", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

impl Desk {
    /// Starts the application on that computer, signed in there if somebody was.
    pub fn start(computer: &Computer) -> Self {
        Self::with(kept(computer))
    }

    /// Starts it with a link.
    pub fn with_link(computer: &Computer, link: Secret) -> Self {
        Self::with(AppConfig { link: Some(link), ..kept(computer) })
    }

    fn with(config: AppConfig) -> Self {
        let (newest, views) = watch::channel(None);
        let asked = Arc::<Mutex<Asked>>::default();
        let app = App::start(config, Arc::new(Window { newest, asked: asked.clone() }));
        Self { app, views, asked }
    }

    /// Signs in at that server, and waits for the chat.
    pub async fn signs_in(&mut self, server: &str) {
        self.sees("the form", |view| matches!(view.stage, Stage::SignIn(_))).await;
        let (server, user_id) = (server.to_owned(), "anna".to_owned());
        self.does(Action::SignIn { server, user_id, password: "secret".into() }).await;
        self.sees("home", |view| matches!(view.stage, Stage::Home(_))).await;
    }

    pub async fn does(&self, action: Action) {
        self.app.act(action).await.unwrap();
    }

    pub async fn chats(&self, step: ChatStep) {
        self.does(Action::Chat { step }).await;
    }

    pub async fn says(&self, text: &str) {
        self.chats(ChatStep::Send { text: text.into() }).await;
    }

    /// Waits for a view like this, and gives it.
    pub async fn sees(&mut self, what: &str, mut like: impl FnMut(&AppView) -> bool) -> AppView {
        let wanted = self.views.wait_for(|view| view.as_ref().is_some_and(&mut like));
        let seen = tokio::time::timeout(PATIENCE, wanted).await.map(|view| view.unwrap().clone().unwrap());
        seen.unwrap_or_else(|_| panic!("never seen: {what}; but {:#?}", self.newest()))
    }

    /// Waits for a conversation like this.
    pub async fn reads(&mut self, what: &str, like: impl Fn(&ConversationView) -> bool) -> ConversationView {
        let view = self.sees(what, |view| conversation(view).is_some_and(&like)).await;
        conversation(&view).unwrap().clone()
    }

    pub fn newest(&self) -> AppView {
        self.views.borrow().clone().unwrap()
    }

    pub fn asked(&self) -> MutexGuard<'_, Asked> {
        self.asked.lock().unwrap()
    }

    pub async fn picture(&self, id: &str) -> Option<(String, Vec<u8>)> {
        self.app.attachment(id.to_owned(), true).await
    }

    pub async fn closes(self) {
        self.app.close().await;
    }
}

fn kept(computer: &Computer) -> AppConfig {
    AppConfig {
        link: None,
        keychain: computer.keychain.clone(),
        data: Some(computer.path().to_owned()),
        ..config(Secret::default(), None)
    }
}

/// Anna's messenger: a conversation with a colleague and one with a patient.
pub fn with_boris() -> Messenger {
    Messenger::of(
        ANNA,
        vec![
            session("s1", ANNA, &[(BORIS, UserRole::Doctor)]),
            session("s2", ANNA, &[("patient:7", UserRole::Patient)]),
        ],
    )
}

/// Opens a conversation.
pub fn open(id: &str) -> ChatStep {
    ChatStep::OpenConversation { id: id.to_owned() }
}

/// News come by themselves.
pub fn online(view: &AppView) -> bool {
    chat(view).is_some_and(|chat| chat.line == Line::Online)
}

/// Anna, signed in at a computer.
pub async fn at_desk(messenger: &Messenger) -> (Computer, Desk) {
    let computer = Computer::new();
    let mut desk = Desk::start(&computer);
    desk.signs_in(&serve(messenger).await).await;
    desk.sees("the chat", online).await;
    (computer, desk)
}

pub fn chat(view: &AppView) -> Option<&ChatView> {
    view.chat.as_deref()
}

pub fn inbox(view: &AppView) -> Option<&InboxView> {
    match &chat(view)?.pane {
        ChatPane::Inbox(inbox) => Some(inbox),
        _ => None,
    }
}

pub fn conversation(view: &AppView) -> Option<&ConversationView> {
    match &chat(view)?.pane {
        ChatPane::Conversation(conversation) => Some(conversation),
        _ => None,
    }
}

/// The words of a conversation, in order.
pub fn words(view: &ConversationView) -> Vec<&str> {
    let rows = view.messages.iter();
    rows.filter_map(|row| match &row.body {
        MessageBody::Text { text } => Some(text.as_str()),
        _ => None,
    })
    .collect()
}

/// The states of a conversation's own messages, in order.
pub fn states(view: &ConversationView) -> Vec<&MessageState> {
    view.messages.iter().filter(|row| row.mine).map(|row| &row.state).collect()
}
