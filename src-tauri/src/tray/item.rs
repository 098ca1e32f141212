//! The tray on Linux: a StatusNotifierItem over the session bus, which KDE, GNOME's extension, XFCE and others show. It
//! needs no library of the desktop, knows a left click and has a tooltip.

use super::picture::{Picture, icons};
use super::{Badge, Choice};
use consilium_l10n::Catalog;
use consilium_model::Locale;
use ksni::menu::StandardItem;
use ksni::{Category, Handle, Icon, MenuItem, OfflineReason, Status, TextDirection, ToolTip, TrayMethods};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tauri::AppHandle;
use tauri::async_runtime::{self, JoinHandle};
use tokio::sync::watch;

/// The icon. Dropping it takes it away.
pub(crate) struct Tray {
    badges: watch::Sender<Badge>,
    /// The desktop has a place for it.
    has_place: Arc<AtomicBool>,
    task: JoinHandle<()>,
}

impl Tray {
    /// Starts without an icon; it comes with the first badge of a chat. `chosen` is told what the user chooses.
    pub(crate) fn start(
        _app: &AppHandle,
        badge: Badge,
        chosen: impl Fn(Choice) + Send + Sync + 'static,
    ) -> Self {
        let (badges, watched) = watch::channel(badge);
        let has_place = Arc::<AtomicBool>::default();
        let task = async_runtime::spawn(follow(watched, Box::new(chosen), Arc::clone(&has_place)));
        Self { badges, has_place, task }
    }

    /// Shows the badge from now on.
    pub(crate) fn show(&self, badge: Badge) {
        self.badges.send_replace(badge);
    }

    /// The icon can be seen: there is a way back to a window that is not.
    pub(crate) fn is_shown(&self) -> bool {
        self.badges.borrow().unread.is_some() && self.has_place.load(Ordering::Relaxed)
    }
}

impl Drop for Tray {
    fn drop(&mut self) {
        self.task.abort();
    }
}

type Chosen = Box<dyn Fn(Choice) + Send + Sync>;

async fn follow(mut badges: watch::Receiver<Badge>, chosen: Chosen, has_place: Arc<AtomicBool>) {
    let Ok(badge) = badges.wait_for(|badge| badge.unread.is_some()).await.map(|badge| *badge) else { return };
    has_place.store(true, Ordering::Relaxed);
    let item = Item { badge, catalog: Catalog::new(), chosen, has_place: Arc::clone(&has_place) };
    // The tray may start after us, or again.
    let item = match item.assume_sni_available(true).spawn().await {
        Ok(handle) => Shown(handle),
        Err(error) => {
            has_place.store(false, Ordering::Relaxed);
            tracing::debug!(%error, "the desktop has no tray");
            return;
        }
    };
    while badges.changed().await.is_ok() {
        let badge = *badges.borrow_and_update();
        item.0.update(|item| item.badge = badge).await;
    }
}

/// Ends the item's service, however its task ends.
struct Shown(Handle<Item>);

impl Drop for Shown {
    fn drop(&mut self) {
        drop(self.0.shutdown());
    }
}

struct Item {
    badge: Badge,
    catalog: Catalog,
    chosen: Chosen,
    has_place: Arc<AtomicBool>,
}

impl ksni::Tray for Item {
    fn id(&self) -> String {
        "consilium".into()
    }

    fn title(&self) -> String {
        "Consilium".into()
    }

    fn category(&self) -> Category {
        Category::Communications
    }

    fn status(&self) -> Status {
        if self.badge.unread.is_some() { Status::Active } else { Status::Passive }
    }

    fn icon_pixmap(&self) -> Vec<Icon> {
        icons(self.badge.count()).into_iter().map(icon).collect()
    }

    fn tool_tip(&self) -> ToolTip {
        let description = self.badge.tooltip(&self.catalog);
        ToolTip { title: "Consilium".into(), description, ..ToolTip::default() }
    }

    fn text_direction(&self) -> TextDirection {
        if self.badge.locale == Locale::He { TextDirection::RightToLeft } else { TextDirection::LeftToRight }
    }

    fn watcher_online(&self) {
        self.has_place.store(true, Ordering::Relaxed);
    }

    fn watcher_offline(&self, _reason: OfflineReason) -> bool {
        self.has_place.store(false, Ordering::Relaxed);
        // It may start after us, or again.
        true
    }

    fn activate(&mut self, _x: i32, _y: i32) {
        (self.chosen)(Choice::Open);
    }

    fn menu(&self) -> Vec<MenuItem<Self>> {
        let row = |choice: Choice| {
            let label = choice.label(&self.catalog, self.badge.locale);
            let activate = Box::new(move |item: &mut Self| (item.chosen)(choice));
            StandardItem { label, activate, ..StandardItem::default() }.into()
        };
        Choice::ALL.into_iter().map(row).collect()
    }
}

/// As the bus wants it: opacity first.
fn icon(picture: Picture) -> Icon {
    let mut data = picture.rgba;
    data.chunks_exact_mut(4).for_each(|pixel| pixel.rotate_right(1));
    let side = i32::try_from(picture.side).expect("an icon is small");
    Icon { width: side, height: side, data }
}
