//! The window's life.

use crate::cli::{Arguments, Synthetic};
use crate::graphics::Drawing;
use crate::{commands, stage};
use clap::Parser;
use consilium_app::view::AppView;
use consilium_app::{Action, App, AppConfig, MediaConfig, Shell, SinkKind};
use consilium_client::Keychain;
use consilium_media::audio::{self, AudioSpec, SpeakerSpec};
use consilium_media::video::{self, Canvas, Desktop, VideoSpec};
use consilium_model::Secret;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tauri::{AppHandle, Emitter, Manager, RunEvent, WebviewUrl, WebviewWindowBuilder, async_runtime};
use url::Url;

/// The only window.
const MAIN: &str = "main";
/// How long closing may take before the process ends anyway.
const GOODBYE: Duration = Duration::from_secs(6);
/// A page that crashes more often than this is not loaded again.
#[cfg(target_os = "linux")]
const RELOADS: u32 = 5;

/// Opens the window and runs until it is closed.
pub(crate) fn run(arguments: Arguments, drawing: Drawing, started: Instant) -> tauri::Result<()> {
    let identifier = format!("org.consilium.desktop.{}", arguments.profile);
    let single = tauri_plugin_single_instance::Builder::new()
        .dbus_id(identifier)
        .callback(|app, arguments, _| started_again(app, &arguments))
        .build();
    tauri::Builder::default()
        .plugin(single)
        .plugin(tauri_plugin_deep_link::init())
        .plugin(tauri_plugin_notification::init())
        .invoke_handler(tauri::generate_handler![commands::act, commands::snapshot])
        .setup(move |app| Ok(open(app, arguments, drawing, started)?))
        .build(tauri::generate_context!())?
        .run(|app, event| {
            if matches!(event, RunEvent::Exit) {
                close(app);
            }
        });
    Ok(())
}

fn open(app: &tauri::App, arguments: Arguments, drawing: Drawing, started: Instant) -> tauri::Result<()> {
    let folder = app.path().app_data_dir()?.join(&arguments.profile);
    let window = Arc::new(Window(app.handle().clone()));
    let canvas = (drawing == Drawing::Native).then(Canvas::default);
    let sink = canvas.clone().map_or(SinkKind::Page, SinkKind::Canvas);
    let config = config(arguments, sink, started);
    let controller = async_runtime::block_on(async { App::start(config, window) });
    app.manage(controller);
    follow_links(app);
    let opened = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::default())
        .title("Consilium")
        .inner_size(1200.0, 780.0)
        .min_inner_size(420.0, 560.0)
        .data_directory(folder)
        .build()?;
    if let Some(canvas) = &canvas {
        stage::attach(&opened, canvas);
    }
    survive_crashes(&opened)
}

/// On macOS links arrive as events; elsewhere they are the argument of a (second) start.
#[cfg(target_os = "macos")]
fn follow_links(app: &tauri::App) {
    use tauri_plugin_deep_link::DeepLinkExt;
    let handle = app.handle().clone();
    app.deep_link().on_open_url(move |event| {
        for url in event.urls() {
            open_link(&handle, Secret::from(String::from(url)));
        }
    });
}

#[cfg(not(target_os = "macos"))]
fn follow_links(_app: &tauri::App) {}

/// A web process that has crashed leaves the window frozen on Linux. The page is loaded again; the call goes on in
/// Rust meanwhile.
#[cfg(target_os = "linux")]
fn survive_crashes(window: &tauri::WebviewWindow) -> tauri::Result<()> {
    use webkit2gtk::WebViewExt;
    window.with_webview(|webview| {
        let reloads = std::cell::Cell::new(0);
        webview.inner().connect_web_process_terminated(move |webview, reason| {
            tracing::warn!(?reason, "the page crashed");
            reloads.set(reloads.get() + 1);
            if reloads.get() <= RELOADS {
                webview.reload();
            }
        });
    })
}

#[cfg(not(target_os = "linux"))]
fn survive_crashes(_window: &tauri::WebviewWindow) -> tauri::Result<()> {
    Ok(())
}

fn config(arguments: Arguments, sink: SinkKind, started: Instant) -> AppConfig {
    AppConfig {
        locale: arguments.lang.unwrap_or_else(crate::cli::system_locale),
        vertical: arguments.vertical,
        profile: format!("sign-in.{}", arguments.profile),
        keychain: if arguments.forget { Keychain::forgetful() } else { Keychain::system() },
        link: arguments.link,
        server: arguments.server,
        web_room: arguments.web_room,
        media: media(arguments.synthetic, sink),
        report: arguments.report,
        started,
    }
}

fn media(synthetic: Option<Synthetic>, sink: SinkKind) -> MediaConfig {
    let seed = std::process::id().into();
    let instead = |missing: fn() -> bool| match synthetic {
        None => false,
        Some(Synthetic::Always) => true,
        Some(Synthetic::Missing) => missing(),
    };
    let camera = instead(|| video::cameras().is_empty());
    let microphone = instead(|| audio::microphones().is_empty());
    let speaker = instead(|| audio::speakers().is_empty());
    MediaConfig {
        camera: if camera { VideoSpec::Synthetic { seed } } else { VideoSpec::Device(None) },
        microphone: if microphone { AudioSpec::Synthetic { seed } } else { AudioSpec::Device(None) },
        speaker: if speaker { SpeakerSpec::Null } else { SpeakerSpec::Device(None) },
        screens: screens(synthetic, seed),
        sink,
        echo: false,
    }
}

fn screens(synthetic: Option<Synthetic>, seed: u64) -> Desktop {
    let desktop = Desktop::current();
    if synthetic.is_some() { desktop.with_synthetic(seed) } else { desktop }
}

/// A second start: its link, if it has one, belongs to the first.
fn started_again(app: &AppHandle, arguments: &[String]) {
    match Arguments::try_parse_from(arguments).ok().and_then(|arguments| arguments.link) {
        Some(link) => open_link(app, link),
        None => Window(app.clone()).raise(),
    }
}

fn open_link(app: &AppHandle, link: Secret) {
    let app = app.clone();
    async_runtime::spawn(async move {
        // The application is closing: then the link is for the next start.
        let _ = app.state::<App>().act(Action::OpenLink { link }).await;
    });
}

/// Leaves the call and closes the lines before the process ends.
fn close(app: &AppHandle) {
    let app = app.state::<App>();
    if async_runtime::block_on(async { tokio::time::timeout(GOODBYE, app.close()).await }).is_err() {
        tracing::warn!("closing took too long");
    }
}

struct Window(AppHandle);

impl Shell for Window {
    fn publish(&self, view: &AppView) {
        if let Err(error) = self.0.emit_to(MAIN, "view", view) {
            tracing::warn!(%error, "a view did not reach the page");
        }
    }

    fn raise(&self) {
        if let Some(window) = self.0.get_webview_window(MAIN) {
            let shown = window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus());
            if let Err(error) = shown {
                tracing::warn!(%error, "the window cannot be raised");
            }
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn keep_out_of_screens(&self, out: bool) -> bool {
        let Some(window) = self.0.get_webview_window(MAIN) else { return false };
        match window.set_content_protected(out) {
            Ok(()) => out,
            Err(error) => {
                tracing::warn!(%error, "the window cannot be kept out of pictures of the screen");
                false
            }
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
