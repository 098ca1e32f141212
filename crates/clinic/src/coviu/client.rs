//! The API clients, as the clinic has set them up.

use consilium_model::{Secret, UserId};
use std::str::FromStr;

/// An integrator that may use the Coviu face.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoviuClient {
    /// Its API key, which is also the `client_id` of what it makes.
    pub key: String,
    /// Its key's secret. A key may be listed with several, so that one can be replaced without a gap.
    pub secret: Secret,
    /// The specialist on whose behalf it asks when it names nobody else.
    pub owner: UserId,
}

/// The text is not `KEY:SECRET:LOGIN`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected KEY:SECRET:LOGIN")]
pub struct NotACoviuClient;

impl FromStr for CoviuClient {
    type Err = NotACoviuClient;

    /// Neither key nor login holds a colon; the secret may.
    fn from_str(text: &str) -> Result<Self, NotACoviuClient> {
        let (key, rest) = text.trim().split_once(':').ok_or(NotACoviuClient)?;
        let (secret, owner) = rest.rsplit_once(':').ok_or(NotACoviuClient)?;
        if [key, secret, owner].iter().any(|part| part.trim().is_empty()) {
            return Err(NotACoviuClient);
        }
        Ok(Self { key: key.to_owned(), secret: secret.into(), owner: owner.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_may_hold_colons_and_nothing_is_empty() {
        let client: CoviuClient = "key:a:b:login".parse().unwrap();
        assert_eq!((client.key.as_str(), client.owner.as_str()), ("key", "login"));
        assert_eq!(client.secret.expose(), "a:b");
        assert!(!format!("{client:?}").contains("a:b"));
        for text in ["", "key", "key:secret", "key::login", ":secret:login", "key:secret:"] {
            assert_eq!(text.parse::<CoviuClient>(), Err(NotACoviuClient), "{text}");
        }
    }
}
