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

/// A part of the page, packed where the browser unpacks it (RFC 9110, section 8.4.1.3).
pub(super) async fn file(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some((file, kind)) = Built::get(&name).zip(media_type(&name)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let packed = takes_gzip(&headers).then(|| Built::get(&format!("{name}.gz"))).flatten();
    let encoding = packed.as_ref().map(|_| [(header::CONTENT_ENCODING, "gzip")]);
    let (etag, cache) =
        (etag(&file), if name == ENTRY { "no-cache" } else { "public, max-age=31536000, immutable" });
    let always = [
        (header::VARY, HeaderValue::from_static("accept-encoding")),
        (header::ETAG, HeaderValue::from_str(&etag).expect("hex in quotes is a header's value")),
        (header::CACHE_CONTROL, HeaderValue::from_static(cache)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    ];
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if known.split(',').any(|tag| tag.trim() == etag) {
        return (StatusCode::NOT_MODIFIED, always).into_response();
    }
    let data = packed.map_or(file.data, |packed| packed.data);
    (always, [(header::CONTENT_TYPE, kind)], encoding, data).into_response()
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    let accepted =
        headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut codings = accepted.split(',').map(|coding| coding.trim().replace(' ', ""));
    codings
        .any(|coding| coding == "gzip" || (coding.starts_with("gzip;q=") && !coding.starts_with("gzip;q=0")))
}

/// Weak: packed or not, it is the same file.
fn etag(file: &EmbeddedFile) -> String {
    let hex: String = file.metadata.sha256_hash()[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("W/\"{hex}\"")
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
