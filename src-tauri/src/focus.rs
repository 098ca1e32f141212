//! Whether the window is in front, and how it comes there.

use crate::window::MAIN;
use consilium_app::{Action, App};
use tauri::{AppHandle, Manager, UserAttentionType, WebviewWindow, WindowEvent, async_runtime};
use tokio::sync::watch;

/// Tells the Controller whether the window is in front, in the order in which it happens, until the window is gone.
pub(crate) fn follow(window: &WebviewWindow) {
    let (fronts, mut watched) = watch::channel(false);
    window.on_window_event(move |event| {
        if let WindowEvent::Focused(front) = event {
            fronts.send_replace(*front);
        }
    });
    let app = window.app_handle().clone();
    // Ends with the window, which holds the other end.
    async_runtime::spawn(async move {
        while watched.changed().await.is_ok() {
            let front = *watched.borrow_and_update();
            if app.state::<App>().act(Action::InFront { front }).await.is_err() {
                return;
            }
        }
    });
}

/// Brings the window to the front. To be called for what the user has just done elsewhere: clicked a notification, the
/// tray or a link.
pub(crate) fn raise(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(MAIN) {
        let shown = window.unminimize().and_then(|()| window.show()).and_then(|()| take(&window));
        if let Err(error) = shown {
            tracing::warn!(%error, "the window cannot be raised");
        }
    }
}

/// Shows the window above all others while somebody calls, or as any other again. It takes no focus: what is typed elsewhere
/// answers no call.
pub(crate) fn keep_on_top(app: &AppHandle, on_top: bool) {
    let Some(window) = app.get_webview_window(MAIN) else { return };
    let shown = || {
        if on_top {
            window.unminimize()?;
            window.show()?;
            window.request_user_attention(Some(UserAttentionType::Critical))?;
        }
        window.set_always_on_top(on_top)
    };
    if let Err(error) = shown() {
        tracing::warn!(%error, "the window cannot be kept above the others");
    }
}

/// X and its window managers let only those have the focus who ask for a later deed of the user than the last, and GTK
/// dates a request by the last deed in this window. So it is dated now.
#[cfg(target_os = "linux")]
fn take(window: &WebviewWindow) -> tauri::Result<()> {
    use gdkx11::X11Window;
    use gdkx11::functions::x11_get_server_time;
    use gtk::prelude::*;
    let asking = window.clone();
    window.run_on_main_thread(move || {
        let Ok(window) = asking.gtk_window() else { return };
        match window.window().and_then(|inner| inner.downcast::<X11Window>().ok()) {
            Some(inner) => window.present_with_time(x11_get_server_time(&inner)),
            None => window.present(),
        }
    })
}

#[cfg(not(target_os = "linux"))]
fn take(window: &WebviewWindow) -> tauri::Result<()> {
    window.set_focus()
}
