//! Draws the call's pictures for the page: where the webview draws without a graphics processor, a window in a call costs
//! 0.6 of what it does when the page draws them.
//!
//! The page shows holes of one colour and says where they are; `consilium_media::video::Canvas` carries the pictures. Nothing is
//! decided here: who draws is settled once, in [`crate::graphics`].

#[cfg(target_os = "linux")]
mod linux;

use consilium_app::{Action, App, DrawStats};
use consilium_media::video::{Canvas, CanvasStreamStats};
use tauri::{AppHandle, Manager, WebviewWindow, async_runtime};

/// Draws what comes to the canvas beneath the window's page. Where that is not possible the canvas stays without a
/// painter, and the page draws.
pub(crate) fn attach(window: &WebviewWindow, canvas: &Canvas) {
    let app = window.app_handle().clone();
    let report = move |streams: Vec<CanvasStreamStats>| tell(&app, streams);
    if let Err(error) = attach_painter(window, canvas, report) {
        tracing::warn!(code = "no-webview", %error, "nothing is drawn beneath the page");
    }
}

#[cfg(target_os = "linux")]
fn attach_painter(
    window: &WebviewWindow,
    canvas: &Canvas,
    report: impl Fn(Vec<CanvasStreamStats>) + Send + 'static,
) -> tauri::Result<()> {
    let canvas = canvas.clone();
    window.with_webview(move |webview| linux::attach(&webview.inner(), canvas, Box::new(report)))
}

#[cfg(not(target_os = "linux"))]
fn attach_painter(
    _window: &WebviewWindow,
    _canvas: &Canvas,
    _report: impl Fn(Vec<CanvasStreamStats>) + Send + 'static,
) -> tauri::Result<()> {
    Ok(())
}

/// The same report that a page gives which draws by itself.
fn tell(app: &AppHandle, streams: Vec<CanvasStreamStats>) {
    let (app, streams) = (app.clone(), streams.into_iter().map(row).collect());
    async_runtime::spawn(async move {
        // The application is closing: then nobody reads the report.
        let _ = app.state::<App>().act(Action::Drawn { streams }).await;
    });
}

fn row(stats: CanvasStreamStats) -> DrawStats {
    let (width, height) = stats.size.map_or((0, 0), |size| (size.width.into(), size.height.into()));
    DrawStats {
        stream: stats.stream,
        received: stats.received,
        decoded: stats.decoded,
        drawn: stats.drawn,
        width,
        height,
        drawn_at: stats.drawn_at,
        latency_ms: stats.latency_ms,
    }
}
