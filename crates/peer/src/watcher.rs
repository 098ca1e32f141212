//! The end of the views: the newest one is kept for the routine.

use consilium_app::Shell;
use consilium_app::view::AppView;
use consilium_model::Secret;
use tokio::sync::watch;
use url::Url;

/// Keeps the newest view.
pub(crate) struct Watcher(watch::Sender<Option<AppView>>);

impl Watcher {
    /// The watcher and the place to look.
    pub(crate) fn new() -> (Self, watch::Receiver<Option<AppView>>) {
        let (sender, receiver) = watch::channel(None);
        (Self(sender), receiver)
    }
}

impl Shell for Watcher {
    fn publish(&self, view: &AppView) {
        self.0.send_replace(Some(view.clone()));
    }

    fn raise(&self) {}

    fn open_in_browser(&self, _url: &Secret<Url>) -> bool {
        false
    }
}
