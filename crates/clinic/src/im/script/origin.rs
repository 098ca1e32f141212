//! Which pages may call the messenger from a browser (Fetch standard, "CORS protocol").

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use std::str::FromStr;
use std::sync::Arc;
use url::Url;

const METHODS: &str = "GET, POST, PUT, DELETE";
const HEADERS: &str = "authorization, content-type, range, if-range";
/// What a page may read of an answer beside the usual.
const EXPOSED: &str = "content-disposition, content-length, content-range, etag, retry-after";
/// For so many seconds a browser need not ask again.
const MAX_AGE: &str = "600";

/// The origin of a page, such as `https://www.example.org`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebOrigin(HeaderValue);

/// It is not the origin of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected an origin such as https://www.example.org, without a path")]
pub struct NotAnOrigin;

impl WebOrigin {
    /// As it stands in a header.
    pub fn as_str(&self) -> &str {
        self.0.to_str().expect("an origin is made of ASCII")
    }
}

impl FromStr for WebOrigin {
    type Err = NotAnOrigin;

    fn from_str(text: &str) -> Result<Self, NotAnOrigin> {
        let url = Url::parse(text).map_err(|_| NotAnOrigin)?;
        let has_more = url.path() != "/"
            || url.query().is_some()
            || url.fragment().is_some()
            || !url.username().is_empty()
            || url.password().is_some();
        if has_more || !matches!(url.scheme(), "http" | "https") {
            return Err(NotAnOrigin);
        }
        HeaderValue::try_from(url.origin().ascii_serialization()).map(Self).map_err(|_| NotAnOrigin)
    }
}

/// Lets pages of these origins call the routes.
pub(crate) fn allow<S: Clone + Send + Sync + 'static>(router: Router<S>, origins: &[WebOrigin]) -> Router<S> {
    if origins.is_empty() {
        return router;
    }
    let origins: Arc<[WebOrigin]> = origins.into();
    router.layer(middleware::from_fn_with_state(origins, answer))
}

async fn answer(State(origins): State<Arc<[WebOrigin]>>, request: Request, next: Next) -> Response {
    let asked = request.headers();
    let allowed = asked.get(header::ORIGIN).and_then(|origin| origins.iter().find(|known| known.0 == origin));
    let Some(WebOrigin(origin)) = allowed.cloned() else {
        let mut response = next.run(request).await;
        response.headers_mut().append(header::VARY, HeaderValue::from_static("origin"));
        return response;
    };
    let is_preflight =
        request.method() == Method::OPTIONS && asked.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = match is_preflight {
        true => StatusCode::NO_CONTENT.into_response(),
        false => next.run(request).await,
    };
    permit(response.headers_mut(), origin, is_preflight);
    response
}

fn permit(headers: &mut HeaderMap, origin: HeaderValue, is_preflight: bool) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.append(header::VARY, HeaderValue::from_static("origin"));
    let more: &[_] = if is_preflight {
        &[
            (header::ACCESS_CONTROL_ALLOW_METHODS, METHODS),
            (header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS),
            (header::ACCESS_CONTROL_MAX_AGE, MAX_AGE),
        ]
    } else {
        &[(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED)]
    };
    for (name, value) in more {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_written_in_one_way() {
        for (text, origin) in [
            ("https://WWW.Example.org", "https://www.example.org"),
            ("https://www.example.org/", "https://www.example.org"),
            ("https://www.example.org:443", "https://www.example.org"),
            ("http://localhost:8000", "http://localhost:8000"),
        ] {
            assert_eq!(text.parse::<WebOrigin>().unwrap().0, origin);
        }
        for text in
            ["*", "null", "www.example.org", "https://a.example/b", "ftp://a.example", "https://u@a.example"]
        {
            assert_eq!(text.parse::<WebOrigin>(), Err(NotAnOrigin), "{text}");
        }
    }
}
