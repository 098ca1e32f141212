//! Tells of messages through the desktop's own notifications: who wrote, and what only where the user allows it. A
//! click brings the window to the front with the conversation open.
//!
//! A desktop without notifications costs nothing: they are silently not shown, and nobody waits. What is to be told is
//! decided by the Controller.

#[cfg(target_os = "linux")]
mod bus;
#[cfg(target_os = "linux")]
mod freedesktop;
#[cfg(not(target_os = "linux"))]
mod plugin;
mod wishes;
mod words;

#[cfg(test)]
pub(crate) use words::Answers;
pub(crate) use words::Words;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tauri::async_runtime::{self, JoinHandle};
use tokio_util::sync::CancellationToken;
use wishes::{Wish, Wishes};

/// How long the desktop may take to let go of what was shown, when the application closes.
const GOODBYE: Duration = Duration::from_secs(2);

/// What was pressed of a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pressed {
    /// The notification itself.
    Itself,
    /// To take the call.
    Accept,
    /// Not to take it.
    Decline,
}

/// Shows notifications, one a conversation. Dropping it stops its task; [`Notifier::close`] also takes away what is
/// shown.
pub(crate) struct Notifier {
    wishes: Arc<Wishes>,
    cancel: CancellationToken,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Notifier {
    /// Starts with nothing shown. `clicked` is told the conversation whose notification was pressed, and where.
    pub(crate) fn start(
        app: &tauri::AppHandle,
        clicked: impl Fn(String, Pressed) + Send + Sync + 'static,
    ) -> Self {
        Self::run(|wishes, cancel| desktop(app.clone(), clicked, wishes, cancel))
    }

    fn run<T>(task: impl FnOnce(Arc<Wishes>, CancellationToken) -> T) -> Self
    where
        T: Future<Output = ()> + Send + 'static,
    {
        let (wishes, cancel) = (Arc::<Wishes>::default(), CancellationToken::new());
        let task = async_runtime::spawn(task(Arc::clone(&wishes), cancel.clone()));
        Self { wishes, cancel, task: Mutex::new(Some(task)) }
    }

    /// Shows a notification, in place of what is shown of the conversation.
    pub(crate) fn show(&self, conversation: String, words: Words) {
        self.wishes.make(conversation, Wish::Show(words));
    }

    /// Takes the conversation's notification away.
    pub(crate) fn withdraw(&self, conversation: &str) {
        self.wishes.make(conversation.to_owned(), Wish::Withdraw);
    }

    /// Takes away all that is shown, and waits for that.
    pub(crate) async fn close(&self) {
        self.cancel.cancel();
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task {
            // A desktop that does not answer keeps its notifications; a click on them opens nothing any more.
            let _ = tokio::time::timeout(GOODBYE, task).await;
        }
    }
}

impl Drop for Notifier {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

#[cfg(target_os = "linux")]
async fn desktop(
    _app: tauri::AppHandle,
    clicked: impl Fn(String, Pressed) + Send + Sync + 'static,
    wishes: Arc<Wishes>,
    cancel: CancellationToken,
) {
    bus::serve(bus::Address::Session, &clicked, &wishes, &cancel).await;
}

#[cfg(not(target_os = "linux"))]
use plugin::serve as desktop;
