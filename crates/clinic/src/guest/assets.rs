//! The script of the guest page, as Vite has built it: inside the binary of a release, from the folder in a debug build.

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{Embed, EmbeddedFile};

/// The file that the page begins with. The others have a hash of their content in their names.
const ENTRY: &str = "guest.js";

#[derive(Embed)]
#[folder = "../../ui/dist-guest"]
#[allow_missing = true]
struct Built;

/// The server was built with the page; without it there is the link to the application alone.
pub(super) fn is_built() -> bool {
    Built::get(ENTRY).is_some()
}

pub(super) async fn file(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some((file, kind)) = Built::get(&name).zip(media_type(&name)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let (etag, cache) =
        (etag(&file), if name == ENTRY { "no-cache" } else { "public, max-age=31536000, immutable" });
    let always = [
        (header::ETAG, HeaderValue::from_str(&etag).expect("hex in quotes is a header's value")),
        (header::CACHE_CONTROL, HeaderValue::from_static(cache)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    ];
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if known.split(',').any(|tag| tag.trim().trim_start_matches("W/") == etag) {
        return (StatusCode::NOT_MODIFIED, always).into_response();
    }
    (always, [(header::CONTENT_TYPE, kind)], file.data).into_response()
}

fn etag(file: &EmbeddedFile) -> String {
    let hex: String = file.metadata.sha256_hash()[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hex}\"")
}

/// What a browser may take the file for; `None` for what is no part of the page.
fn media_type(name: &str) -> Option<&'static str> {
    match name.rsplit_once('.')?.1 {
        "js" => Some("text/javascript; charset=utf-8"),
        "css" => Some("text/css; charset=utf-8"),
        "svg" => Some("image/svg+xml"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn gives_nothing_but_parts_of_the_page() {
        for name in ["../package.json", "guest.html", "", "/etc/passwd", "assets/../../index.html"] {
            assert_eq!(file(Path(name.to_owned()), HeaderMap::new()).await.status(), 404, "{name}");
        }
    }
}
