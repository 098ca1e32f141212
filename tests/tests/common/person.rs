//! A person: the whole application, with a hand that presses and eyes that wait.

use super::{PATIENCE, call, visit};
use consilium_app::view::{AppView, PeerState, ProblemCode, VisitAction};
use consilium_app::{Action, App, AppConfig, MediaConfig, Shell, SinkKind};
use consilium_client::{Keychain, MemoryStore};
use consilium_media::audio::{AudioSpec, SpeakerSpec};
use consilium_media::video::{Desktop, VideoSpec};
use consilium_model::{Locale, MediaSwitch, Screen, Secret, Vertical};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};
use tempfile::TempDir;
use tokio::sync::{oneshot, watch};
use url::Url;

/// How often a report is looked at; it is written once a second.
const LOOK: Duration = Duration::from_millis(200);

/// Keeps every view, as a window would have shown them, and answers its dialogs.
struct Window {
    newest: watch::Sender<Option<AppView>>,
    shown: Arc<Mutex<Vec<AppView>>>,
    dialogs: Arc<Mutex<Dialogs>>,
}

/// What the user says to the system's own dialogs.
#[derive(Default)]
struct Dialogs {
    files: Vec<PathBuf>,
    place: Option<PathBuf>,
}

impl Shell for Window {
    fn publish(&self, view: &AppView) {
        self.shown.lock().unwrap().push(view.clone());
        self.newest.send_replace(Some(view.clone()));
    }

    fn raise(&self) {}

    fn choose_files(&self, answer: oneshot::Sender<Vec<PathBuf>>) {
        let _ = answer.send(self.dialogs.lock().unwrap().files.clone());
    }

    fn choose_place(&self, _name: &Secret, answer: oneshot::Sender<Option<PathBuf>>) {
        let _ = answer.send(self.dialogs.lock().unwrap().place.clone());
    }

    fn open_in_browser(&self, _url: &Secret<Url>) -> bool {
        true
    }
}

/// A person at an application of their own.
pub struct Person {
    app: App,
    views: watch::Receiver<Option<AppView>>,
    shown: Arc<Mutex<Vec<AppView>>>,
    dialogs: Arc<Mutex<Dialogs>>,
    folder: TempDir,
}

/// What a participant without a window has measured of a call.
#[derive(Clone, Debug)]
pub struct Figures(Value);

impl Figures {
    /// Decoded frames of each of the others, in the order they came.
    pub fn decoded(&self) -> Vec<u64> {
        let streams = self.0["streams"].as_array().into_iter().flatten();
        let peers = streams.filter(|stream| stream["kind"] == "peer");
        peers.filter_map(|stream| stream["frames_decoded"].as_u64()).collect()
    }

    /// Packets with sound that came from the others.
    pub fn sound(&self) -> u64 {
        self.0["audio"]["packets_received"].as_u64().unwrap_or_default()
    }

    /// Everything that moves while media flows.
    pub fn packets(&self) -> (u64, u64) {
        let count = |key| self.0["network"][key].as_u64().unwrap_or_default();
        (count("packets_sent"), count("packets_received"))
    }
}

impl Person {
    /// Opens the application with a link.
    pub fn with_link(link: &Secret) -> Self {
        Self::start(Some(link.clone()), Keychain::over(Arc::new(MemoryStore::default())))
    }

    /// Opens the application with a link, at a computer that has been used before.
    pub fn with_keychain(link: &Secret, keychain: &Keychain) -> Self {
        Self::start(Some(link.clone()), keychain.clone())
    }

    /// Opens the application as from the desktop.
    pub fn at_desk(keychain: &Keychain) -> Self {
        Self::start(None, keychain.clone())
    }

    fn start(link: Option<Secret>, keychain: Keychain) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = AppConfig {
            locale: Locale::En,
            vertical: Vertical::Medicine,
            profile: "test".to_owned(),
            keychain,
            data: None,
            link,
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
            report: Some(folder.path().join("report.json")),
            started: Instant::now(),
        };
        let (newest, views) = watch::channel(None);
        let shown = Arc::<Mutex<Vec<AppView>>>::default();
        let dialogs = Arc::<Mutex<Dialogs>>::default();
        let window = Window { newest, shown: shown.clone(), dialogs: dialogs.clone() };
        let app = App::start(config, Arc::new(window));
        Self { app, views, shown, dialogs, folder }
    }

    /// Waits for a view like this, and gives it.
    pub async fn sees(&mut self, what: &str, mut like: impl FnMut(&AppView) -> bool) -> AppView {
        let wanted = self.views.wait_for(|view| view.as_ref().is_some_and(&mut like));
        let seen = tokio::time::timeout(PATIENCE, wanted).await.map(|view| view.unwrap().clone().unwrap());
        seen.unwrap_or_else(|_| panic!("never seen: {what}; but {:#?}", self.newest().stage))
    }

    pub async fn sees_screen(&mut self, screen: Screen) -> AppView {
        self.sees(&format!("{screen:?}"), |view| visit(view).is_some_and(|visit| visit.screen == screen))
            .await
    }

    pub async fn sees_problem(&mut self, code: ProblemCode, can_retry: bool) {
        self.sees(&format!("{code:?}"), |view| super::problem(view) == Some((code, can_retry))).await;
    }

    /// Waits until so many others are connected.
    pub async fn sees_others(&mut self, count: usize) {
        let connected = |view: &AppView| {
            let peers = call(view).into_iter().flat_map(|call| &call.peers);
            peers.filter(|peer| peer.state == PeerState::Connected).count()
        };
        self.sees(&format!("{count} others"), |view| connected(view) == count).await;
    }

    /// Waits for measurements like these, and gives them.
    pub async fn measures(&mut self, what: &str, mut like: impl FnMut(&Figures) -> bool) -> Figures {
        let looking = async {
            loop {
                if let Some(figures) = self.figures().filter(&mut like) {
                    return figures;
                }
                tokio::time::sleep(LOOK).await;
            }
        };
        let measured = tokio::time::timeout(PATIENCE, looking).await;
        measured.unwrap_or_else(|_| panic!("never measured: {what}; but {:?}", self.figures()))
    }

    /// What was measured last.
    pub fn figures(&self) -> Option<Figures> {
        Some(self.figures_with_time()?.1)
    }

    /// What was measured last, and when.
    pub fn figures_with_time(&self) -> Option<(SystemTime, Figures)> {
        let file = self.folder.path().join("report.json");
        let written = std::fs::metadata(&file).and_then(|data| data.modified()).ok()?;
        let text = std::fs::read_to_string(file).ok()?;
        Some((written, Figures(serde_json::from_str(&text).unwrap())))
    }

    /// When asked for a file to send, it is this one.
    pub fn would_send(&self, file: &Path) {
        self.dialogs.lock().unwrap().files = vec![file.to_owned()];
    }

    /// When asked where to save a file, it is here.
    pub fn would_save_as(&self, place: &Path) {
        self.dialogs.lock().unwrap().place = Some(place.to_owned());
    }

    pub async fn does(&self, action: Action) {
        self.app.act(action).await.unwrap();
    }

    /// Waits for the button, and presses it.
    pub async fn presses(&mut self, action: VisitAction) {
        let offered = |view: &AppView| {
            visit(view).is_some_and(|visit| visit.busy.is_none() && visit.actions.contains(&action))
        };
        self.sees(&format!("{action:?}"), offered).await;
        self.does(Action::Visit { action }).await;
    }

    pub async fn switches(&self, switch: MediaSwitch, on: bool) {
        self.does(Action::SetMedia { switch, on }).await;
    }

    pub fn newest(&self) -> AppView {
        self.views.borrow().clone().unwrap()
    }

    /// Every view since a revision.
    pub fn shown_since(&self, revision: u64) -> Vec<AppView> {
        let shown = self.shown.lock().unwrap();
        shown.iter().filter(|view| view.revision >= revision).cloned().collect()
    }

    /// The view as a page gets it that was loaded again.
    pub async fn reloads(&self) -> AppView {
        self.app.snapshot().await.unwrap()
    }

    /// Closes the application.
    pub async fn closes(self) {
        self.app.close().await;
    }
}

/// A specialist and clients, from the link to the started visit.
pub async fn starts_visit(links: &[Secret]) -> Vec<Person> {
    let mut people: Vec<Person> = links.iter().map(Person::with_link).collect();
    people[0].presses(VisitAction::Open).await;
    for person in &mut people {
        person.presses(VisitAction::Join).await;
    }
    for person in &mut people {
        person.sees_screen(Screen::Started).await;
        person.sees_others(links.len() - 1).await;
    }
    people
}
