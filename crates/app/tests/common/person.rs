//! A person: the whole application, with a hand that presses and eyes that wait.

use super::PATIENCE;
use consilium_app::view::AppView;
use consilium_app::{
    Action, Alert, App, AppConfig, MediaConfig, RingNotice, Shell, SinkKind, WebRoomTemplate,
};
use consilium_client::Keychain;
use consilium_media::audio::{AudioSpec, SpeakerSpec};
use consilium_media::video::{Desktop, VideoSpec};
use consilium_model::{Locale, Secret, Vertical};
use std::sync::{Arc, Mutex};
use std::time::Instant;
use tokio::sync::watch;
use url::Url;

/// What the shell was asked for.
#[derive(Default)]
struct Asked {
    shown: Vec<AppView>,
    browsed: Vec<Url>,
    alerts: Vec<Alert>,
    rings: Vec<Option<RingNotice>>,
}

struct Window {
    newest: watch::Sender<Option<AppView>>,
    asked: Arc<Mutex<Asked>>,
    has_browser: bool,
}

impl Shell for Window {
    fn publish(&self, view: &AppView) {
        self.asked.lock().unwrap().shown.push(view.clone());
        self.newest.send_replace(Some(view.clone()));
    }

    fn raise(&self) {}

    fn alert(&self, alert: Alert) {
        self.asked.lock().unwrap().alerts.push(alert);
    }

    fn ring(&self, notice: Option<&RingNotice>) {
        self.asked.lock().unwrap().rings.push(notice.cloned());
    }

    fn open_in_browser(&self, url: &Secret<Url>) -> bool {
        self.asked.lock().unwrap().browsed.push(url.expose().clone());
        self.has_browser
    }
}

/// A person at an application of their own.
pub struct Person {
    app: App,
    views: watch::Receiver<Option<AppView>>,
    asked: Arc<Mutex<Asked>>,
}

impl Person {
    /// Opens a link.
    pub fn with_link(link: &Secret) -> Self {
        Self::with_web_room(link, None, true)
    }

    /// Opens the application by itself.
    pub fn without_link() -> Self {
        Self::start(AppConfig { link: None, ..config(Secret::default(), None) }, true)
    }

    /// A computer that has what nobody has to plug in.
    pub fn media() -> MediaConfig {
        MediaConfig {
            camera: VideoSpec::Synthetic { seed: 1 },
            microphone: AudioSpec::Synthetic { seed: 1 },
            speaker: SpeakerSpec::Null,
            screens: Desktop::x11(":none").with_synthetic(1),
            sink: SinkKind::Native,
            echo: false,
        }
    }

    /// Opens a link at a computer with these devices.
    pub fn with_media(link: &Secret, media: MediaConfig) -> Self {
        Self::start(AppConfig { media, ..config(link.clone(), None) }, true)
    }

    /// Opens a link at a computer with or without a browser, where the clinic has set a web room.
    pub fn with_web_room(link: &Secret, web_room: Option<&str>, has_browser: bool) -> Self {
        let web_room: Option<WebRoomTemplate> = web_room.map(|text| text.parse().unwrap());
        Self::start(config(link.clone(), web_room), has_browser)
    }

    fn start(config: AppConfig, has_browser: bool) -> Self {
        let (newest, views) = watch::channel(None);
        let asked = Arc::<Mutex<Asked>>::default();
        let window = Window { newest, asked: asked.clone(), has_browser };
        let app = App::start(config, Arc::new(window));
        Self { app, views, asked }
    }

    /// Waits for a view like this, and gives it.
    pub async fn sees(&mut self, what: &str, mut like: impl FnMut(&AppView) -> bool) -> AppView {
        let wanted = self.views.wait_for(|view| view.as_ref().is_some_and(&mut like));
        let seen = tokio::time::timeout(PATIENCE, wanted).await.map(|view| view.unwrap().clone().unwrap());
        seen.unwrap_or_else(|_| panic!("never seen: {what}; but {:#?}", self.newest()))
    }

    pub async fn does(&self, action: Action) {
        self.app.act(action).await.unwrap();
    }

    pub fn newest(&self) -> AppView {
        self.views.borrow().clone().unwrap()
    }

    /// Every view so far.
    pub fn shown(&self) -> Vec<AppView> {
        self.asked.lock().unwrap().shown.clone()
    }

    /// Every address that the browser was asked to open.
    pub fn browsed(&self) -> Vec<String> {
        self.asked.lock().unwrap().browsed.iter().map(|url| url.as_str().to_owned()).collect()
    }

    /// Everything that the desktop was asked to say.
    pub fn alerts(&self) -> Vec<Alert> {
        self.asked.lock().unwrap().alerts.clone()
    }

    /// Everything that the window was asked to ring for, and to be quiet.
    pub fn rings(&self) -> Vec<Option<RingNotice>> {
        self.asked.lock().unwrap().rings.clone()
    }

    /// Closes the application.
    pub async fn closes(self) {
        self.app.close().await;
    }
}

/// What an application is started with here.
pub fn config(link: Secret, web_room: Option<WebRoomTemplate>) -> AppConfig {
    AppConfig {
        locale: Locale::En,
        vertical: Vertical::Medicine,
        profile: "test".to_owned(),
        keychain: Keychain::forgetful(),
        data: None,
        link: Some(link),
        server: String::new(),
        web_room,
        media: Person::media(),
        report: None,
        started: Instant::now(),
    }
}
