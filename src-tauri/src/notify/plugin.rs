//! Notifications on Windows and macOS, through Tauri's plugin. A click is told while the notification is on the screen;
//! one that was shown cannot be replaced or taken away there.

use super::Pressed;
use super::wishes::{Wish, Wishes};
use std::sync::{Arc, Mutex, PoisonError};
use tauri::AppHandle;
use tauri_plugin_notification::NotificationExt;
use tokio_util::sync::CancellationToken;

/// The plugin's word for a click on the notification itself.
const CLICK: &str = "tap";

/// Carries wishes out until it is cancelled.
pub(super) async fn serve(
    app: AppHandle,
    clicked: impl Fn(String, Pressed) + Send + Sync + 'static,
    wishes: Arc<Wishes>,
    cancel: CancellationToken,
) {
    let told = Arc::<Told>::default();
    let known = Arc::clone(&told);
    let listening = app.notification().on_action(move |performed| {
        let number = performed.notification().map(|notification| notification.id());
        let conversation = number.and_then(|number| known.conversation(number));
        conversation
            .filter(|_| performed.action_id() == CLICK)
            .into_iter()
            .for_each(|id| clicked(id, Pressed::Itself));
    });
    if let Err(error) = listening {
        tracing::debug!(%error, "clicks on notifications are not told");
    }
    while let Some(wishes) = cancel.run_until_cancelled(wishes.next()).await {
        for (conversation, wish) in wishes {
            let Wish::Show(words) = wish else { continue };
            let notification = app
                .notification()
                .builder()
                .id(told.number(conversation))
                .title(words.title)
                .body(words.body);
            if notification.show().is_err() {
                tracing::debug!("a notification was not taken");
            }
        }
    }
}

/// The conversations that were told of; the place of each is its number.
#[derive(Default)]
struct Told(Mutex<Vec<String>>);

impl Told {
    fn number(&self, conversation: String) -> i32 {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = told.iter().position(|known| *known == conversation).unwrap_or_else(|| {
            told.push(conversation);
            told.len() - 1
        });
        i32::try_from(place).expect("nobody has so many conversations")
    }

    fn conversation(&self, number: i32) -> Option<String> {
        let told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        told.get(usize::try_from(number).ok()?).cloned()
    }
}
