//! Why a link that belongs to a planned time does not lead in now.

use super::page::Page;
use super::{CATALOG, preferred_locale, with_security};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use consilium_l10n::Message;

/// Why a link does not lead in now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Obstacle {
    /// No such link, or none any more.
    Unknown,
    /// The visit was long ago.
    Expired,
    /// The visit has not begun.
    TooEarly,
    /// The visit is over.
    Over,
    /// The visit was canceled.
    Canceled,
    /// There is no place at the moment.
    Full,
    /// Whoever it is for comes in by the application.
    SignIn,
}

impl Obstacle {
    /// The title and the text of the page that explains it.
    pub(super) const fn words(self) -> (Message, Message) {
        match self {
            Self::Unknown => (Message::GuestUnknownTitle, Message::GuestUnknownText),
            Self::Expired => (Message::GuestExpiredTitle, Message::GuestExpiredText),
            Self::TooEarly => (Message::GuestEarlyTitle, Message::GuestEarlyText),
            Self::Over => (Message::GuestOverTitle, Message::GuestOverText),
            Self::Canceled => (Message::GuestCanceledTitle, Message::GuestCanceledText),
            Self::Full => (Message::GuestFullTitle, Message::GuestFullText),
            Self::SignIn => (Message::JoinTitle, Message::JoinStaff),
        }
    }

    const fn status(self) -> StatusCode {
        match self {
            Self::Unknown => StatusCode::NOT_FOUND,
            Self::TooEarly | Self::SignIn => StatusCode::FORBIDDEN,
            Self::Expired | Self::Over | Self::Canceled => StatusCode::GONE,
            Self::Full => StatusCode::CONFLICT,
        }
    }
}

/// The page that explains it, for an address one level below the root.
pub(crate) fn explain(headers: &HeaderMap, obstacle: Obstacle) -> Response {
    let page = Page::Obstacle(obstacle).render(&CATALOG, preferred_locale(headers));
    with_security((obstacle.status(), Html(page)).into_response())
}
