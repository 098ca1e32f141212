//! A program that may use the face.

use consilium_model::Secret;
use std::str::FromStr;

/// A program that may use the `TrueConf` face, by the names of OAuth 2.0 (RFC 6749, section 2.3.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrueConfClient {
    /// `client_id`.
    pub id: String,
    /// `client_secret`.
    pub secret: Secret,
}

/// It is not the id and the secret of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected ID:SECRET")]
pub struct NotAClient;

impl FromStr for TrueConfClient {
    type Err = NotAClient;

    fn from_str(text: &str) -> Result<Self, NotAClient> {
        match text.split_once(':') {
            Some((id, secret)) if !id.is_empty() && !secret.is_empty() => {
                Ok(Self { id: id.to_owned(), secret: secret.into() })
            }
            _ => Err(NotAClient),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_may_have_a_colon_and_is_never_shown() {
        let client: TrueConfClient = "site:s3cret:x".parse().unwrap();
        assert_eq!((client.id.as_str(), client.secret.expose().as_str()), ("site", "s3cret:x"));
        assert!(!format!("{client:?}").contains("s3cret"));
        for text in ["", "site", "site:", ":secret"] {
            assert_eq!(text.parse::<TrueConfClient>(), Err(NotAClient), "{text}");
        }
    }
}
