//! What the Controller asks of the window. The application implements it with Tauri, the participant without a
//! window and the tests without.

use crate::view::AppView;
use consilium_model::Secret;
use url::Url;

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
    /// Opens an address in the system's browser; answers whether there was one to ask. The address holds a token.
    fn open_in_browser(&self, url: &Secret<Url>) -> bool;
}
