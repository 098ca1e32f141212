//! Notifications on Windows and macOS, through Tauri's plugin. A click is told while the notification is on the screen;
//! one that was shown cannot be replaced or taken away there. On Windows a call is accepted and declined by its buttons. On
//! macOS the plugin puts two buttons into a menu, whose own press counts as the first of them: nobody is to take a call
//! by looking at what can be done, so there are none, and a click leads to the window, which is on top.

use super::Pressed;
use super::wishes::{Wish, Wishes};
use super::words::Answers;
use std::sync::{Arc, Mutex, PoisonError};
use tauri::AppHandle;
use tauri_plugin_notification::{Action, ActionType, NotificationExt};
use tokio_util::sync::CancellationToken;

/// The plugin's word for a click on the notification itself.
const CLICK: &str = "tap";
/// What its buttons are called among programs.
const ACCEPT: &str = "accept";
const DECLINE: &str = "decline";
/// The name of their kind, before the words that are on them.
const CALL: &str = "call";

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
        let pressed = match performed.action_id() {
            CLICK => Pressed::Itself,
            ACCEPT => Pressed::Accept,
            DECLINE => Pressed::Decline,
            _ => return,
        };
        conversation.into_iter().for_each(|id| clicked(id, pressed));
    });
    if let Err(error) = listening {
        tracing::debug!(%error, "clicks on notifications are not told");
    }
    while let Some(wishes) = cancel.run_until_cancelled(wishes.next()).await {
        for (conversation, wish) in wishes {
            let Wish::Show(words) = wish else { continue };
            let number = told.number(conversation);
            let mut notification =
                app.notification().builder().id(number).title(words.title).body(words.body);
            if let Some(kind) = words.answers.filter(|_| BUTTONS).and_then(|answers| kind_of(&app, &answers))
            {
                notification = notification.action_type_id(kind);
            }
            if notification.show().is_err() {
                tracing::debug!("a notification was not taken");
            }
        }
    }
}

/// Whether the system's buttons do what is on them.
const BUTTONS: bool = cfg!(windows);

/// Makes the buttons of a call known in these words; answers the name of their kind.
fn kind_of(app: &AppHandle, Answers { accept, decline }: &Answers) -> Option<String> {
    let kind = format!("{CALL} {accept} {decline}");
    let button = |id: &str, words: &str| Action::builder(id, words).build();
    let buttons = vec![button(ACCEPT, accept), button(DECLINE, decline)];
    let known = ActionType::builder(&kind).actions(buttons).build();
    app.notification().register_action_types(vec![known]).ok().map(|()| kind)
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
