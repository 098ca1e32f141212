//! The addresses under which the page gets the pictures of messages: `attachment://localhost/ID?size=whole`, on Windows
//! `http://attachment.localhost/ID?size=whole`.
//!
//! Only the window's page can ask, only for a picture by its id, and never for a path or an address: what an id stands for the
//! Controller knows.

use consilium_app::App;
use tauri::http::{Method, Request, Response, StatusCode, header};
use tauri::{Manager, UriSchemeContext, UriSchemeResponder, Wry, async_runtime};

/// The scheme of the addresses.
pub(crate) const SCHEME: &str = "attachment";
/// The longest id.
const ID: usize = 64;
/// What an `<img>` may be given: pictures without scripts.
const PICTURES: [&str; 4] = ["image/jpeg", "image/png", "image/webp", "image/gif"];

/// Answers the page.
pub(crate) fn answer(
    context: UriSchemeContext<'_, Wry>,
    request: Request<Vec<u8>>,
    responder: UriSchemeResponder,
) {
    let wanted = Wanted::read(&request).filter(|_| context.webview_label() == crate::window::MAIN);
    let app = context.app_handle().clone();
    async_runtime::spawn(async move {
        let found = match wanted {
            Some(Wanted { id, whole }) => app.state::<App>().attachment(id, whole).await,
            None => None,
        };
        responder.respond(found.map_or_else(missing, |(content_type, bytes)| picture(&content_type, bytes)));
    });
}

/// What the page asks for.
#[derive(Debug, PartialEq, Eq)]
struct Wanted {
    id: String,
    /// As it was sent; otherwise the small picture.
    whole: bool,
}

impl Wanted {
    fn read(request: &Request<Vec<u8>>) -> Option<Self> {
        let (uri, get) = (request.uri(), request.method() == Method::GET);
        let id = uri.path().strip_prefix('/')?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        let known = get && (1..=ID).contains(&id.len()) && id.bytes().all(plain);
        let whole = match uri.query() {
            Some("size=whole") => true,
            Some("size=thumbnail") => false,
            _ => return None,
        };
        known.then(|| Self { id: id.to_owned(), whole })
    }
}

fn picture(content_type: &str, bytes: Vec<u8>) -> Response<Vec<u8>> {
    match PICTURES.iter().find(|known| **known == content_type) {
        Some(known) => with(StatusCode::OK, known, bytes),
        None => missing(),
    }
}

fn missing() -> Response<Vec<u8>> {
    with(StatusCode::NOT_FOUND, "text/plain", Vec::new())
}

fn with(status: StatusCode, content_type: &str, bytes: Vec<u8>) -> Response<Vec<u8>> {
    Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, content_type)
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header(header::CACHE_CONTROL, "no-store")
        .header(header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox")
        .body(bytes)
        .expect("these headers are well-formed")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(method: &str, uri: &str) -> Option<Wanted> {
        Wanted::read(&Request::builder().method(method).uri(uri).body(Vec::new()).unwrap())
    }

    #[test]
    fn a_picture_is_asked_for_by_its_id() {
        let id = "Zm9v_-9".to_owned();
        let asked = read("GET", "attachment://localhost/Zm9v_-9?size=whole");
        assert_eq!(asked, Some(Wanted { id: id.clone(), whole: true }));
        let asked = read("GET", "http://attachment.localhost/Zm9v_-9?size=thumbnail");
        assert_eq!(asked, Some(Wanted { id, whole: false }));
    }

    #[test]
    fn nothing_else_can_be_asked_for() {
        let long = format!("attachment://localhost/{}?size=whole", "a".repeat(ID + 1));
        for (method, uri) in [
            ("POST", "attachment://localhost/a?size=whole"),
            ("GET", "attachment://localhost/?size=whole"),
            ("GET", "attachment://localhost/../etc/passwd?size=whole"),
            ("GET", "attachment://localhost/a%2Fb?size=whole"),
            ("GET", "attachment://localhost/a/b?size=whole"),
            ("GET", "attachment://localhost/a"),
            ("GET", "attachment://localhost/a?size=whole&x=1"),
            ("GET", &long),
        ] {
            assert_eq!(read(method, uri), None, "{method} {uri}");
        }
    }

    #[test]
    fn only_pictures_are_handed_over() {
        let answer = picture("image/png", vec![1]);
        assert_eq!((answer.status(), answer.body().len()), (StatusCode::OK, 1));
        assert_eq!(answer.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
        for other in ["image/svg+xml", "text/html", ""] {
            assert_eq!(picture(other, vec![1]).status(), StatusCode::NOT_FOUND, "{other}");
        }
    }
}
