//! What the Controller asks of the window and of the desktop around it.

use crate::notify::{Notifier, Pressed, Words};
use crate::tray::{Badge, Choice, Tray};
use crate::{dialogs, focus, window};
use consilium_app::view::{AppView, Stage};
use consilium_app::{Action, Alert, App, CallStep, ChatStep, MessageNotice, RingNotice, Shell};
use consilium_l10n::Catalog;
use consilium_model::{Locale, Secret};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use tauri::{AppHandle, Emitter, Manager, WebviewWindow, async_runtime};
use tokio::sync::oneshot;
use url::Url;

/// What calls the user is shown under this name, which is no conversation's.
const ALERT: &str = "alert";
/// So begin the names under which calls are shown; the call follows.
const RING: &str = "ring ";

/// The window, and what of the desktop stands around it.
pub(crate) struct DesktopShell {
    app: AppHandle,
    catalog: Catalog,
    badge: Mutex<Badge>,
    tray: Tray,
    notifier: Notifier,
    /// The call of which the desktop has been told.
    rung: Mutex<Option<RingNotice>>,
    /// Somebody may call, and nothing is open that closing the window should end.
    waits: AtomicBool,
}

impl DesktopShell {
    /// Starts with nothing told, in this language until a view says otherwise.
    pub(crate) fn new(app: &AppHandle, locale: Locale) -> Self {
        let badge = Badge { locale, unread: None };
        let (by_tray, by_notice) = (app.clone(), app.clone());
        Self {
            app: app.clone(),
            catalog: Catalog::new(),
            badge: Mutex::new(badge),
            tray: Tray::start(app, badge, move |choice| chosen(&by_tray, choice)),
            notifier: Notifier::start(app, move |id, pressed| clicked(&by_notice, id, pressed)),
            rung: Mutex::default(),
            waits: AtomicBool::default(),
        }
    }

    /// Takes away what was told.
    pub(crate) async fn close(&self) {
        self.notifier.close().await;
    }

    /// A closed window is only out of sight: calls are heard, and the tray has the way back. Where the user wants that.
    pub(crate) fn stays_in_tray(&self) -> bool {
        self.waits.load(Ordering::Relaxed) && self.tray.is_shown()
    }

    /// The window was closed, and goes on in the tray.
    pub(crate) fn went_to_tray(&self) {
        act(&self.app, Action::WentToTray);
    }

    fn window(&self) -> Option<WebviewWindow> {
        self.app.get_webview_window(window::MAIN)
    }

    fn locale(&self) -> Locale {
        self.badge.lock().unwrap_or_else(PoisonError::into_inner).locale
    }

    /// Changes the badge, and shows it where it has changed.
    fn with_badge(&self, change: impl FnOnce(&mut Badge)) {
        let mut badge = self.badge.lock().unwrap_or_else(PoisonError::into_inner);
        let before = *badge;
        change(&mut badge);
        if *badge == before {
            return;
        }
        self.tray.show(*badge);
        if let Some(window) = self.window().filter(|_| badge.count() != before.count())
            && let Err(error) = mark(&window, *badge)
        {
            tracing::debug!(%error, "the window does not show how much is unread");
        }
    }
}

impl Shell for DesktopShell {
    fn publish(&self, view: &AppView) {
        let in_tray = view.calls.as_ref().is_some_and(|calls| calls.in_tray);
        let waits = in_tray && !matches!(view.stage, Stage::Visit(_));
        self.waits.store(waits, Ordering::Relaxed);
        self.with_badge(|badge| {
            let unread = view.chat.as_ref().map(|chat| chat.unread);
            *badge = Badge { locale: view.locale, unread };
        });
        if let Err(error) = self.app.emit_to(window::MAIN, "view", view.update()) {
            tracing::warn!(%error, "a view did not reach the page");
        }
    }

    fn raise(&self) {
        focus::raise(&self.app);
    }

    #[cfg(not(target_os = "linux"))]
    fn keep_out_of_screens(&self, out: bool) -> bool {
        let Some(window) = self.window() else { return false };
        match window.set_content_protected(out) {
            Ok(()) => out,
            Err(error) => {
                tracing::warn!(%error, "the window cannot be kept out of pictures of the screen");
                false
            }
        }
    }

    fn notify(&self, notice: MessageNotice) {
        let words = Words::of(&notice, &self.catalog, self.locale());
        self.notifier.show(notice.conversation, words);
    }

    fn withdraw(&self, conversation: &str) {
        self.notifier.withdraw(conversation);
    }

    fn alert(&self, alert: Alert) {
        let words = Words::of_alert(&alert, &self.catalog, self.locale());
        self.notifier.show(ALERT.to_owned(), words);
    }

    fn calm(&self) {
        self.notifier.withdraw(ALERT);
    }

    fn ring(&self, notice: Option<&RingNotice>) {
        let before = {
            let mut rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *rung, notice.cloned())
        };
        let told = |notice: &&RingNotice| !notice.seen;
        if let Some(gone) = before.as_ref().filter(told)
            && notice.filter(told).is_none_or(|notice| notice.call != gone.call)
        {
            self.notifier.withdraw(&format!("{RING}{}", gone.call));
        }
        if let Some(notice) = notice.filter(told) {
            let words = Words::of_ring(notice, &self.catalog, self.locale());
            self.notifier.show(format!("{RING}{}", notice.call), words);
        }
        let on_top = |notice: Option<&RingNotice>| notice.is_some_and(|notice| notice.on_top);
        if on_top(before.as_ref()) != on_top(notice) {
            focus::keep_on_top(&self.app, on_top(notice));
        }
    }

    fn badge(&self, count: u32) {
        self.with_badge(|badge| badge.unread = badge.unread.map(|_| count));
    }

    fn choose_files(&self, answer: oneshot::Sender<Vec<PathBuf>>) {
        if let Some(window) = self.window() {
            dialogs::choose_files(&window, self.locale(), answer);
        }
    }

    fn choose_place(&self, name: &Secret, answer: oneshot::Sender<Option<PathBuf>>) {
        if let Some(window) = self.window() {
            dialogs::choose_place(&window, self.locale(), name, answer);
        }
    }

    fn open_in_browser(&self, url: &Secret<Url>) -> bool {
        // An error may quote the address.
        match open::that_detached(url.expose().as_str()) {
            Ok(()) => true,
            Err(error) => {
                tracing::warn!(kind = ?error.kind(), "the browser cannot be opened");
                false
            }
        }
    }
}

/// The number in the window's title, and where the desktop has a place for one: the dock, the launcher.
fn mark(window: &WebviewWindow, badge: Badge) -> tauri::Result<()> {
    window.set_title(&badge.title())?;
    window.set_badge_count(badge.count().map(i64::from))
}

fn chosen(app: &AppHandle, choice: Choice) {
    match choice {
        Choice::Open => focus::raise(app),
        Choice::Messages => show(app, ChatStep::Open),
        Choice::Quit => app.exit(0),
    }
}

fn clicked(app: &AppHandle, id: String, pressed: Pressed) {
    if let Some(call) = id.strip_prefix(RING) {
        answered(app, call.to_owned(), pressed);
    } else if id == ALERT {
        focus::raise(app);
    } else {
        show(app, ChatStep::OpenConversation { id });
    }
}

/// A call is taken in the window, and declined without it.
fn answered(app: &AppHandle, id: String, pressed: Pressed) {
    if pressed != Pressed::Decline {
        focus::raise(app);
    }
    let step = match pressed {
        Pressed::Itself => return,
        Pressed::Accept => CallStep::Accept { id },
        Pressed::Decline => CallStep::Decline { id, busy: false },
    };
    act(app, Action::Call { step });
}

/// Brings the window to the front with this of the chat in it.
fn show(app: &AppHandle, step: ChatStep) {
    focus::raise(app);
    act(app, Action::Chat { step });
}

fn act(app: &AppHandle, action: Action) {
    let app = app.clone();
    async_runtime::spawn(async move {
        // The application is closing: then nobody looks.
        let _ = app.state::<App>().act(action).await;
    });
}
