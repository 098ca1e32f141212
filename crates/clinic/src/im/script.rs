//! The messenger on a clinic's own pages: the script `/sdk/im.client.js`, and which pages may call `/api/v2`.
//!
//! The script is the same for everyone and holds nothing of anybody; who may speak is decided by tokens alone. There
//! are no cookies, so a page can do nothing in somebody's name without the token that it was given.

mod origin;

pub(crate) use origin::allow;
pub use origin::{NotAnOrigin, WebOrigin};

use crate::keys::digest;
use crate::server::App;
use axum::Router;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::sync::{Arc, LazyLock};

const SCRIPT: &str = include_str!("script/im.client.js");

/// Changes when the script does.
static ETAG: LazyLock<String> = LazyLock::new(|| {
    let hex: String = digest(SCRIPT)[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hex}\"")
});

/// The route of the script.
pub(crate) fn router() -> Router<Arc<App>> {
    Router::new().route("/sdk/im.client.js", get(script))
}

async fn script(headers: HeaderMap) -> Response {
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_known =
        known.split(',').any(|tag| matches!(tag.trim(), "*") || tag.trim().trim_start_matches("W/") == *ETAG);
    let always = [
        (header::ETAG, ETAG.as_str()),
        (header::CACHE_CONTROL, "no-cache"),
        // Any page may include it, also as a module and with a check of its digest.
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ];
    if is_known {
        return (StatusCode::NOT_MODIFIED, always).into_response();
    }
    let kind = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (always, kind, SCRIPT).into_response()
}
