//! The tray on Windows and macOS: the system's own.

use super::picture::{Picture, icons};
use super::{Badge, Choice};
use consilium_l10n::Catalog;
use consilium_model::Locale;
use std::sync::{Arc, Mutex, PoisonError};
use tauri::image::Image;
use tauri::menu::{Menu, MenuItem};
use tauri::tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Wry};

/// The name of the icon in the application.
const ID: &str = "main";

type Chosen = Arc<dyn Fn(Choice) + Send + Sync>;

/// The icon. It comes with the first badge of a chat.
pub(crate) struct Tray {
    app: AppHandle,
    chosen: Chosen,
    shown: Arc<Mutex<Badge>>,
}

impl Tray {
    /// Starts without an icon. `chosen` is told what the user chooses.
    pub(crate) fn start(
        app: &AppHandle,
        badge: Badge,
        chosen: impl Fn(Choice) + Send + Sync + 'static,
    ) -> Self {
        Self { app: app.clone(), chosen: Arc::new(chosen), shown: Arc::new(Mutex::new(badge)) }
    }

    /// Shows the badge from now on.
    pub(crate) fn show(&self, badge: Badge) {
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = badge;
        let (app, chosen, shown) = (self.app.clone(), Arc::clone(&self.chosen), Arc::clone(&self.shown));
        let update = move || {
            // Several may wait for the main thread: the newest counts.
            let badge = *shown.lock().unwrap_or_else(PoisonError::into_inner);
            if let Err(error) = update(&app, badge, &chosen) {
                tracing::debug!(%error, "the tray does not show the messages");
            }
        };
        // The application is closing: then it takes its icon along.
        let _ = self.app.run_on_main_thread(update);
    }

    /// The icon can be seen: there is a way back to a window that is not.
    pub(crate) fn is_shown(&self) -> bool {
        let shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        shown.unread.is_some() && self.app.tray_by_id(ID).is_some()
    }
}

fn update(app: &AppHandle, badge: Badge, chosen: &Chosen) -> tauri::Result<()> {
    let tray = match (app.tray_by_id(ID), badge.unread) {
        (Some(tray), _) => tray,
        (None, None) => return Ok(()),
        (None, Some(_)) => built(app, chosen)?,
    };
    let catalog = Catalog::new();
    tray.set_visible(badge.unread.is_some())?;
    tray.set_icon(icons(badge.count()).pop().map(image))?;
    tray.set_tooltip(Some(format!("Consilium · {}", badge.tooltip(&catalog))))?;
    tray.set_menu(Some(menu(app, &catalog, badge.locale)?))
}

fn built(app: &AppHandle, chosen: &Chosen) -> tauri::Result<TrayIcon<Wry>> {
    let (by_menu, by_click) = (Arc::clone(chosen), Arc::clone(chosen));
    TrayIconBuilder::with_id(ID)
        .show_menu_on_left_click(false)
        .on_menu_event(move |_, event| {
            let choice = Choice::ALL.into_iter().find(|choice| event.id() == name(*choice));
            choice.into_iter().for_each(|choice| by_menu(choice));
        })
        .on_tray_icon_event(move |_, event| {
            let (button, button_state) = (MouseButton::Left, MouseButtonState::Up);
            if matches!(event, TrayIconEvent::Click { button: b, button_state: s, .. } if (b, s) == (button, button_state)) {
                by_click(Choice::Open);
            }
        })
        .build(app)
}

fn menu(app: &AppHandle, catalog: &Catalog, locale: Locale) -> tauri::Result<Menu<Wry>> {
    let menu = Menu::new(app)?;
    for choice in Choice::ALL {
        menu.append(&MenuItem::with_id(
            app,
            name(choice),
            choice.label(catalog, locale),
            true,
            None::<&str>,
        )?)?;
    }
    Ok(menu)
}

const fn name(choice: Choice) -> &'static str {
    match choice {
        Choice::Open => "open",
        Choice::Messages => "messages",
        Choice::Quit => "quit",
    }
}

fn image(picture: Picture) -> Image<'static> {
    let side = u32::try_from(picture.side).expect("an icon is small");
    Image::new_owned(picture.rgba, side, side)
}
