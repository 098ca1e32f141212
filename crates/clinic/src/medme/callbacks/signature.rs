//! The header by which a receiver knows that a call comes from this server, and when it was made.

use consilium_model::Secret;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::Method;
use sha2::Sha256;
use url::{Position, Url};

/// The name of the header.
pub(super) const HEADER: &str = "consilium-signature";

/// The value of the header for a call at the second `at`: `t={at},v1={HEX}`, where HEX is the HMAC-SHA256 with the API
/// key over `{at}.{method}.{path and query}.{body}`.
pub(super) fn sign(api_key: &Secret, at: i64, method: &Method, url: &Url, body: &str) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(api_key.expose().as_bytes()).expect("HMAC takes a key of any length");
    let target = &url[Position::BeforePath..Position::AfterQuery];
    for part in [&at.to_string(), ".", method.as_str(), ".", target, ".", body] {
        mac.update(part.as_bytes());
    }
    let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={at},v1={hex}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = include_str!("../../../../../docs/integration.md");

    /// What the page gives as the next `name` after `start`.
    fn given(start: &str, name: &str) -> String {
        let (_, rest) = PAGE.split_once(start).unwrap();
        let line = rest.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim().to_owned()
    }

    #[test]
    fn the_worked_examples_of_the_integrators_page_are_right() {
        for method in [Method::GET, Method::POST] {
            let start = format!("Example: {method}");
            let api_key = Secret::new(given(&start, "api_key"));
            let url = Url::parse(&format!("https://booking.example.org{}", given(&start, "target"))).unwrap();
            let at = given(&start, "t").parse().unwrap();
            let header = sign(&api_key, at, &method, &url, &given(&start, "body"));
            assert_eq!(header, given(&start, "Consilium-Signature:"));
        }
    }
}
