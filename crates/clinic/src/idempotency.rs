//! The `Idempotency-Key` of a request (draft-ietf-httpapi-idempotency-key-header-07): whoever has lost the answer asks
//! again with the same key, and what was asked is done once.
//!
//! The key is a string of structured fields (RFC 8941, section 3.3.3), in quotes; programs often leave the quotes away,
//! which is understood as well. Nothing of a key or a body is kept but digests.

use crate::keys::{Digest, Keys, digest};
use axum::http::HeaderMap;

/// The header.
pub(crate) const HEADER: &str = "idempotency-key";
/// The longest key, in bytes.
const MAX_KEY: usize = 255;

/// What is asked, and by which key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Once {
    /// The digest of the route and the key.
    pub(crate) key: Digest,
    /// The digest of the body.
    pub(crate) request: Digest,
}

/// The header is there, and holds no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("that is no idempotency key")]
pub(crate) struct BadKey;

impl Once {
    /// What the request is known by; `None` when it is asked without a key.
    pub(crate) fn of(
        headers: &HeaderMap,
        keys: &Keys,
        route: &str,
        body: &[u8],
    ) -> Result<Option<Self>, BadKey> {
        let mut values = headers.get_all(HEADER).iter();
        let Some(value) = values.next() else { return Ok(None) };
        let key = read(value.to_str().map_err(|_| BadKey)?).ok_or(BadKey)?;
        if values.next().is_some() {
            return Err(BadKey);
        }
        let request = keys.request_digest(body);
        Ok(Some(Self { key: digest(&format!("{route}\0{key}")), request }))
    }
}

/// The key in the header's value.
fn read(value: &str) -> Option<String> {
    let value = value.trim();
    let key = match value.strip_prefix('"') {
        Some(quoted) => unquoted(quoted.strip_suffix('"')?)?,
        None => value.to_owned(),
    };
    let is_key =
        !key.is_empty() && key.len() <= MAX_KEY && key.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    is_key.then_some(key)
}

fn unquoted(text: &str) -> Option<String> {
    let (mut key, mut letters) = (String::with_capacity(text.len()), text.chars());
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => key.push(letters.next().filter(|next| matches!(next, '"' | '\\'))?),
            '"' => return None,
            letter => key.push(letter),
        }
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::random_token;
    use axum::http::HeaderValue;

    #[test]
    fn with_quotes_or_without_it_is_the_same_key() {
        assert_eq!(read("\"8e03978e-40d5\"").as_deref(), Some("8e03978e-40d5"));
        assert_eq!(read(" 8e03978e-40d5 ").as_deref(), Some("8e03978e-40d5"));
        assert_eq!(read(r#""a\"b\\c""#).as_deref(), Some(r#"a"b\c"#));
        let long = "x".repeat(MAX_KEY + 1);
        for wrong in ["", "\"\"", "\"a", "\"a\"b\"", r#""a\b""#, r#""a\""#, long.as_str()] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_key_is_of_one_route_and_stands_once() {
        let keys = Keys::from_text(random_token().expose()).unwrap();
        let mut headers = HeaderMap::new();
        assert_eq!(Once::of(&headers, &keys, "a", b"x"), Ok(None));
        headers.insert(HEADER, HeaderValue::from_static("\"k\""));
        let once = |route, body| Once::of(&headers, &keys, route, body).unwrap().unwrap();
        assert_eq!(once("a", b"x"), once("a", b"x"));
        assert_ne!(once("a", b"x").key, once("b", b"x").key);
        assert_ne!(once("a", b"x").request, once("a", b"y").request);
        assert_eq!(once("a", b"x").key, once("a", b"y").key);
        headers.append(HEADER, HeaderValue::from_static("l"));
        assert_eq!(Once::of(&headers, &keys, "a", b"x"), Err(BadKey));
    }
}
