//! The window's life.

use crate::cli::{Arguments, Synthetic};
use crate::graphics::Drawing;
use crate::shell::DesktopShell;
use crate::{attachments, commands, focus, stage};
use clap::Parser;
use consilium_app::{Action, App, AppConfig, MediaConfig, SinkKind};
use consilium_client::Keychain;
use consilium_media::audio::{self, AudioSpec, SpeakerSpec};
use consilium_media::video::{self, Canvas, Desktop, VideoSpec};
use consilium_model::Secret;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tauri::{
    AppHandle, Manager, RunEvent, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent, Wry,
    async_runtime,
};

/// The only window.
pub(crate) const MAIN: &str = "main";
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
    with_system_plugins(tauri::Builder::default().plugin(single))
        .plugin(tauri_plugin_deep_link::init())
        .register_asynchronous_uri_scheme_protocol(attachments::SCHEME, attachments::answer)
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

/// Notifications and dialogs of systems whose own are not spoken to directly.
#[cfg(not(target_os = "linux"))]
fn with_system_plugins(builder: tauri::Builder<Wry>) -> tauri::Builder<Wry> {
    builder.plugin(tauri_plugin_notification::init()).plugin(tauri_plugin_dialog::init())
}

#[cfg(target_os = "linux")]
fn with_system_plugins(builder: tauri::Builder<Wry>) -> tauri::Builder<Wry> {
    builder
}

fn open(app: &tauri::App, arguments: Arguments, drawing: Drawing, started: Instant) -> tauri::Result<()> {
    let folder = app.path().app_data_dir()?.join(&arguments.profile);
    let canvas = (drawing == Drawing::Native).then(Canvas::default);
    let sink = canvas.clone().map_or(SinkKind::Page, SinkKind::Canvas);
    let data = (!arguments.forget).then(|| folder.clone());
    let config = AppConfig { data, ..config(arguments, sink, started) };
    let desktop = Arc::new(DesktopShell::new(app.handle(), config.locale));
    app.manage(Arc::clone(&desktop));
    let controller = async_runtime::block_on(async { App::start(config, desktop) });
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
    focus::follow(&opened);
    stay_in_tray(&opened);
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

/// Whoever can be called is called also while the window is closed: the application goes on in the tray. Where the desktop has
/// no tray, and from within a visit, closing the window ends it.
fn stay_in_tray(window: &WebviewWindow) {
    let closed = window.clone();
    window.on_window_event(move |event| {
        if let WindowEvent::CloseRequested { api, .. } = event
            && let shell = closed.state::<Arc<DesktopShell>>()
            && shell.stays_in_tray()
        {
            match closed.hide() {
                Ok(()) => {
                    api.prevent_close();
                    shell.went_to_tray();
                }
                Err(error) => tracing::warn!(%error, "the window cannot be hidden"),
            }
        }
    });
}

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
        data: None,
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
        None => focus::raise(app),
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
    let (controller, desktop) = (app.state::<App>(), app.state::<Arc<DesktopShell>>());
    let all = async { tokio::join!(controller.close(), desktop.close()) };
    if async_runtime::block_on(async { tokio::time::timeout(GOODBYE, all).await }).is_err() {
        tracing::warn!("closing took too long");
    }
}
