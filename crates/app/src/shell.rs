//! What the Controller asks of the window. The application implements it with Tauri, the participant without a
//! window and the tests without.

use crate::view::AppView;
use consilium_model::Secret;
use std::path::PathBuf;
use tokio::sync::oneshot;
use url::Url;

/// A message has come while the window was not in front.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageNotice {
    /// The conversation: what a click opens ([`crate::ChatStep::OpenConversation`]).
    pub conversation: String,
    /// Who wrote; empty while nobody's name may be seen, because the user shows a screen.
    pub sender: Secret,
    /// What; only where the user allows it.
    pub text: Option<Secret>,
    /// Unread messages of the conversation.
    pub unread: u32,
}

/// Something calls the user to the window, which is not in front.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Alert {
    /// Somebody asks to be let in.
    Knocking {
        /// Who; empty while nobody's name may be seen, because the user shows a screen.
        name: Secret,
        /// How many ask.
        count: u32,
    },
    /// Those inside ring for the user, who has stepped away.
    Rung,
    /// Those inside have written to the user.
    Noted,
    /// The user is let in.
    Admitted,
    /// The user is not let in.
    Denied,
    /// The closed window goes on in the tray. Told once.
    InTray,
}

/// Somebody calls, and it rings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RingNotice {
    /// Which call: what accepting and declining are about ([`crate::CallStep`]).
    pub call: String,
    /// Who; empty while nobody's name may be seen, because the user shows a screen.
    pub caller: Secret,
    /// How many calls ring.
    pub count: u32,
    /// The window is in front: the user sees it there.
    pub seen: bool,
    /// The window comes to the front and stays above the others. Not while the user shows a screen: others would see it.
    pub on_top: bool,
}

/// The window, as far as the Controller knows it. Calls return at once.
pub trait Shell: Send + Sync + 'static {
    /// Shows the newest view.
    fn publish(&self, view: &AppView);
    /// Brings the window to the front: a link was opened.
    fn raise(&self);
    /// Keeps the window out of pictures of the screen, or lets it in again; answers whether it is out now. X11 and
    /// Wayland have no means for that.
    fn keep_out_of_screens(&self, _out: bool) -> bool {
        false
    }
    /// Tells of a message. A newer one of the same conversation takes its place.
    fn notify(&self, _notice: MessageNotice) {}
    /// A conversation was read, here or elsewhere: what was told of it goes away.
    fn withdraw(&self, _conversation: &str) {}
    /// Calls the user to the window. A newer alert takes the place of the one before.
    fn alert(&self, _alert: Alert) {}
    /// What the alert was about is over, or seen.
    fn calm(&self) {}
    /// Somebody calls, wherever the user is; the newest notice takes the place of the one before. `None`: it rings no more.
    fn ring(&self, _notice: Option<&RingNotice>) {}
    /// Unread messages, for the tray and the window.
    fn badge(&self, _count: u32) {}
    /// Lets the user choose files to send. The answer may take minutes; none when the user chose none.
    fn choose_files(&self, answer: oneshot::Sender<Vec<PathBuf>>) {
        drop(answer);
    }
    /// Lets the user choose where to save a file of that name.
    fn choose_place(&self, _name: &Secret, answer: oneshot::Sender<Option<PathBuf>>) {
        drop(answer);
    }
    /// Opens an address in the system's browser; answers whether there was one to ask. The address holds a token.
    fn open_in_browser(&self, url: &Secret<Url>) -> bool;
}
