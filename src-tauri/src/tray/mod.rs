//! The icon in the desktop's tray: that there are messages and how many, never whose. With a menu for the way back to
//! the window.
//!
//! It is there while somebody is known whose chat it is. A desktop without a tray costs nothing.

#[cfg(target_os = "linux")]
mod item;
#[cfg(not(target_os = "linux"))]
mod native;
mod picture;

#[cfg(target_os = "linux")]
pub(crate) use item::Tray;
#[cfg(not(target_os = "linux"))]
pub(crate) use native::Tray;

use consilium_l10n::{Catalog, Message};
use consilium_model::Locale;

/// What can be told without the window: nothing, or how much is unread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Badge {
    /// The language of the words.
    pub(crate) locale: Locale,
    /// Unread messages; `None` while there is no chat.
    pub(crate) unread: Option<u32>,
}

impl Badge {
    /// The number to show; `None` for none.
    pub(crate) fn count(self) -> Option<u32> {
        self.unread.filter(|unread| *unread > 0)
    }

    /// The window's title.
    pub(crate) fn title(self) -> String {
        self.count().map_or_else(|| "Consilium".to_owned(), |count| format!("({count}) Consilium"))
    }

    /// What the tray's icon says when it is pointed at.
    fn tooltip(self, catalog: &Catalog) -> String {
        catalog.text(self.locale, &Message::TrayUnread { count: self.unread.unwrap_or_default().into() })
    }
}

/// What was chosen in the tray.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// The window.
    Open,
    /// The messages, in the window.
    Messages,
    /// To end the application.
    Quit,
}

impl Choice {
    const ALL: [Self; 3] = [Self::Open, Self::Messages, Self::Quit];

    fn label(self, catalog: &Catalog, locale: Locale) -> String {
        let message = match self {
            Self::Open => Message::TrayOpen,
            Self::Messages => Message::TrayMessages,
            Self::Quit => Message::TrayQuit,
        };
        catalog.text(locale, &message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_names_nobody() {
        let badge = |locale, unread| Badge { locale, unread };
        assert_eq!(badge(Locale::En, None).title(), "Consilium");
        assert_eq!(badge(Locale::En, Some(0)).title(), "Consilium");
        assert_eq!(badge(Locale::He, Some(3)).title(), "(3) Consilium");
        let catalog = Catalog::new();
        assert_eq!(badge(Locale::En, Some(0)).tooltip(&catalog), "No unread messages");
        assert_eq!(badge(Locale::He, Some(2)).tooltip(&catalog), "שתי הודעות שלא נקראו");
    }
}
