//! What the page may ask of the application: two commands. Events go the other way: `view`.

use consilium_app::view::AppView;
use consilium_app::{Action, App, AppClosed};
use serde::Serialize;
use tauri::State;

/// An error as it crosses to the page: a code.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum CommandError {
    /// The application is closing.
    Closing,
}

impl From<AppClosed> for CommandError {
    fn from(AppClosed: AppClosed) -> Self {
        Self::Closing
    }
}

/// Hands an action of the person over.
#[tauri::command]
pub(crate) async fn act(app: State<'_, App>, action: Action) -> Result<(), CommandError> {
    Ok(app.act(action).await?)
}

/// The whole view, for a page that has just been loaded.
#[tauri::command]
pub(crate) async fn snapshot(app: State<'_, App>) -> Result<AppView, CommandError> {
    Ok(app.snapshot().await?)
}
