//! `GET /visit?at=TOKEN`: the page behind a participant's web link. It opens the application, or goes on in the browser.
//!
//! The page is complete in itself: it explains and opens the application without a script. With one it offers the
//! browser as well, and the script loads the call only when that is pressed. Until then it shows nothing of the visit,
//! because a link may be opened by a messenger's preview, too.

mod assets;
mod name;
mod page;
mod policy;
mod session;

pub(crate) use name::{Entered, ask_name, name_in};
pub(crate) use policy::Policy;
pub(crate) use session::{Obstacle, explain};

use crate::domain::TokenProblem;
use crate::server::App;
use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use consilium_l10n::Catalog;
use consilium_model::{Locale, Secret};
use consilium_wire::link::Link;
use page::Page;
use std::sync::{Arc, LazyLock};

static CATALOG: LazyLock<Catalog> = LazyLock::new(Catalog::new);

/// The routes of the page.
pub(crate) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/visit", get(visit))
        .route("/visit.css", get(stylesheet))
        .route("/visit/{*file}", get(assets::file))
}

async fn visit(State(app): State<Arc<App>>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    let token = pairs.find(|(name, _)| name == "at").map(|(_, token)| token.into_owned()).unwrap_or_default();
    let locale = preferred_locale(&headers);
    let (status, page) = match app.clinic.by_access_token(&token) {
        Ok(_) => {
            let link = Link::Visit { server: app.public_url.clone(), access_token: Secret::new(token) };
            (StatusCode::OK, Page::Visit { deep_link: link.to_deep_link(), browser: assets::is_built() })
        }
        Err(TokenProblem::Unknown) => (StatusCode::NOT_FOUND, Page::Unknown),
        Err(TokenProblem::Expired) => (StatusCode::GONE, Page::Expired),
    };
    app.guest_policy.on((status, Html(page.render(&CATALOG, locale))).into_response())
}

async fn stylesheet() -> Response {
    let css = include_str!("guest/page.css");
    with_security(([(header::CONTENT_TYPE, "text/css; charset=utf-8")], css).into_response())
}

/// For what has no script and belongs in no frame.
fn with_security(response: Response) -> Response {
    Policy::plain().on(response)
}

/// The best of our languages in `Accept-Language` (RFC 9110, section 12.5.4); the protocol's default without any.
pub(crate) fn preferred_locale(headers: &HeaderMap) -> Locale {
    let header =
        headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut best = (0.0, Locale::default());
    for range in header.split(',') {
        let mut parts = range.split(';');
        let Some(locale) = parts.next().and_then(|tag| Locale::from_tag(tag.trim())) else { continue };
        let weight =
            parts.find_map(|part| part.trim().strip_prefix("q=")?.trim().parse().ok()).unwrap_or(1.0);
        if weight > best.0 {
            best = (weight, locale);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn takes_the_language_that_the_browser_likes_best() {
        for (header, locale) in [
            ("", Locale::Ru),
            ("he-IL,he;q=0.9,en-US;q=0.8", Locale::He),
            ("de, en;q=0.7, ru;q=0.8", Locale::Ru),
            ("en;q=nonsense", Locale::En),
        ] {
            let headers = HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, HeaderValue::from_static(header))]);
            assert_eq!(preferred_locale(&headers), locale, "{header}");
        }
    }
}
