//! What the guest page may load, ask and be shown in (Content Security Policy, Permissions Policy).

use crate::im::WebOrigin;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;
use url::Url;

const ALWAYS: [(HeaderName, &str); 5] = [
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::CACHE_CONTROL, "no-store"),
    (header::VARY, "accept-language"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(self), microphone=(self), display-capture=(self), geolocation=()",
    ),
];

/// The headers of the page, settled once for a server.
#[derive(Clone, Debug)]
pub(crate) struct Policy {
    content: HeaderValue,
    /// No page may show it in a frame: said also to browsers that do not know `frame-ancestors`.
    unframed: bool,
}

impl Policy {
    /// For a server at this address, whose page these sites may show in a frame.
    pub(crate) fn new(public_url: &Url, ancestors: &[WebOrigin]) -> Self {
        let frames = match ancestors {
            [] => "'none'".to_owned(),
            some => some.iter().map(WebOrigin::as_str).collect::<Vec<_>>().join(" "),
        };
        let content = format!(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; \
             connect-src 'self' {}; base-uri 'none'; form-action 'none'; frame-ancestors {frames}",
            sockets(public_url)
        );
        let content = HeaderValue::try_from(content).expect("origins are ASCII");
        Self { content, unframed: ancestors.is_empty() }
    }

    /// For a page without a script, in no frame.
    pub(super) const fn plain() -> Self {
        let content = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; \
                       frame-ancestors 'none'";
        Self { content: HeaderValue::from_static(content), unframed: true }
    }

    /// For a page without a script, in no frame, with a form that is sent back to the server.
    pub(super) const fn form() -> Self {
        let content = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'self'; \
                       frame-ancestors 'none'";
        Self { content: HeaderValue::from_static(content), unframed: true }
    }

    /// Puts the headers on an answer.
    pub(super) fn on(&self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        for (name, value) in ALWAYS {
            headers.insert(name, HeaderValue::from_static(value));
        }
        headers.insert(header::CONTENT_SECURITY_POLICY, self.content.clone());
        if self.unframed {
            headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
        }
        response
    }
}

/// The server's own WebSockets: not every browser counts them as `'self'`.
fn sockets(public_url: &Url) -> String {
    let scheme = if public_url.scheme() == "https" { "wss" } else { "ws" };
    let origin = public_url.origin().ascii_serialization();
    origin.split_once(':').map_or_else(String::new, |(_, rest)| format!("{scheme}:{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(ancestors: &[&str]) -> Policy {
        let ancestors: Vec<WebOrigin> = ancestors.iter().map(|origin| origin.parse().unwrap()).collect();
        Policy::new(&Url::parse("https://clinic.example/somewhere/").unwrap(), &ancestors)
    }

    #[test]
    fn frames_are_for_those_who_were_named() {
        let headers = |policy: Policy| policy.on(Response::default()).headers().clone();
        let none = headers(policy(&[]));
        assert!(none["content-security-policy"].to_str().unwrap().ends_with("frame-ancestors 'none'"));
        assert_eq!(none["x-frame-options"], "DENY");
        let some = headers(policy(&["https://site.example", "https://other.example"]));
        let content = some["content-security-policy"].to_str().unwrap();
        assert!(content.ends_with("frame-ancestors https://site.example https://other.example"));
        assert!(content.contains("connect-src 'self' wss://clinic.example;"), "{content}");
        assert!(!some.contains_key("x-frame-options"));
    }
}
