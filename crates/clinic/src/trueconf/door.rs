//! `/c/{id}`, a conference's own address. It leads nobody in: people come by links of their own, so the page says where
//! to find one. It says the same of every id, and knows nothing of the conference.

use crate::guest;
use crate::server::App;
use axum::Router;
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::{Html, IntoResponse};
use axum::routing::get;
use consilium_l10n::{Catalog, Message};
use consilium_model::{Direction, Locale};
use std::sync::{Arc, LazyLock};

static CATALOG: LazyLock<Catalog> = LazyLock::new(Catalog::new);

const HEADERS: [(HeaderName, &str); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::CACHE_CONTROL, "no-store"),
    (header::VARY, "accept-language"),
];

/// The route of the addresses.
pub(super) fn router() -> Router<Arc<App>> {
    Router::new().route("/c/{id}", get(explain))
}

async fn explain(headers: HeaderMap) -> impl IntoResponse {
    (HEADERS, Html(page(guest::preferred_locale(&headers))))
}

/// The words are ours and hold no markup.
fn page(locale: Locale) -> String {
    let say = |message: Message| CATALOG.text(locale, &message);
    let direction = match locale.direction() {
        Direction::Ltr => "ltr",
        Direction::Rtl => "rtl",
    };
    let title = say(Message::JoinTitle);
    format!(
        "<!doctype html>\n<html lang=\"{}\" dir=\"{direction}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex\">\n<title>{title}</title>\n\
         <link rel=\"stylesheet\" href=\"../visit.css\">\n</head>\n\
         <body>\n<main>\n<h1>{title}</h1>\n<p>{}</p>\n<p class=\"note\">{}</p>\n</main>\n</body>\n</html>\n",
        locale.tag(),
        say(Message::JoinText),
        say(Message::JoinStaff),
    )
}
