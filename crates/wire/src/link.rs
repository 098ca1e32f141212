//! The links that open the product: `consilium://` for the application, `http(s)://…/visit` for the browser.
//!
//! ```text
//! consilium://visit?server=http%3A%2F%2F127.0.0.1%3A8080&at=ACCESS_TOKEN
//! consilium://sign-in?server=http%3A%2F%2F127.0.0.1%3A8080&code=ONE_TIME_CODE
//! http://127.0.0.1:8080/visit?at=ACCESS_TOKEN
//! ```

use consilium_model::Secret;
use url::Url;

/// The scheme of the application's links.
pub const SCHEME: &str = "consilium";
/// The longest link that is read, in bytes.
pub const MAX_LINK: usize = 4096;
/// The longest token that is read, in bytes.
pub const MAX_TOKEN: usize = 1024;

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// One visit, with the participant's own access token.
    Visit {
        /// The clinic server.
        server: Url,
        /// The token of the link, to be exchanged.
        access_token: Secret,
    },
    /// Signs a specialist in once, without a password.
    SignIn {
        /// The clinic server.
        server: Url,
        /// A code that works once.
        code: Secret,
    },
}

/// Why a link was not understood. The link itself is not part of the error: it holds a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// Longer than [`MAX_LINK`].
    #[error("the link is too long")]
    TooLong,
    /// Not a URL at all.
    #[error("the link is not a URL")]
    NotAUrl,
    /// A URL of something else.
    #[error("the link does not belong to this application")]
    Foreign,
    /// The server is missing or is not `http` or `https`.
    #[error("the link names no server")]
    NoServer,
    /// The token or code is missing, empty or longer than [`MAX_TOKEN`].
    #[error("the link carries no token")]
    NoToken,
}

impl Link {
    /// Reads a deep link or a web link, as it was clicked, pasted or passed on the command line.
    pub fn parse(text: &str) -> Result<Self, LinkError> {
        let text = text.trim();
        if text.len() > MAX_LINK {
            return Err(LinkError::TooLong);
        }
        let url = Url::parse(text).map_err(|_| LinkError::NotAUrl)?;
        match url.scheme() {
            SCHEME => Self::from_deep_link(&url),
            "http" | "https" => Self::from_web_link(&url),
            _ => Err(LinkError::Foreign),
        }
    }

    fn from_deep_link(url: &Url) -> Result<Self, LinkError> {
        let place = url.host_str().unwrap_or_default();
        match place {
            "visit" => Ok(Self::Visit { server: server_of(url)?, access_token: token_of(url, "at")? }),
            "sign-in" => Ok(Self::SignIn { server: server_of(url)?, code: token_of(url, "code")? }),
            _ => Err(LinkError::Foreign),
        }
    }

    fn from_web_link(url: &Url) -> Result<Self, LinkError> {
        let Some(base) = url.path().strip_suffix("/visit") else { return Err(LinkError::Foreign) };
        let access_token = token_of(url, "at")?;
        let mut server = url.clone();
        server.set_path(base);
        server.set_query(None);
        server.set_fragment(None);
        Ok(Self::Visit { server, access_token })
    }

    /// The link as the application is opened with it.
    pub fn to_deep_link(&self) -> String {
        let (place, server, key, token) = match self {
            Self::Visit { server, access_token } => ("visit", server, "at", access_token),
            Self::SignIn { server, code } => ("sign-in", server, "code", code),
        };
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("server", server.as_str().trim_end_matches('/')).append_pair(key, token.expose());
        format!("{SCHEME}://{place}?{}", query.finish())
    }
}

fn query(url: &Url, key: &str) -> Option<String> {
    url.query_pairs().find(|(name, _)| name == key).map(|(_, value)| value.into_owned())
}

fn server_of(url: &Url) -> Result<Url, LinkError> {
    let server = query(url, "server").ok_or(LinkError::NoServer)?;
    server_url(&server).ok_or(LinkError::NoServer)
}

fn token_of(url: &Url, key: &str) -> Result<Secret, LinkError> {
    match query(url, key) {
        Some(token) if !token.is_empty() && token.len() <= MAX_TOKEN => Ok(token.into()),
        _ => Err(LinkError::NoToken),
    }
}

/// A server's address as a person may type it: `https` is assumed, credentials and other schemes are refused.
pub fn server_url(text: &str) -> Option<Url> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_LINK {
        return None;
    }
    let url =
        if text.contains("://") { Url::parse(text) } else { Url::parse(&format!("https://{text}")) }.ok()?;
    let web = matches!(url.scheme(), "http" | "https");
    (web && url.host().is_some() && url.username().is_empty() && url.password().is_none()).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_deep_and_web_links_alike() {
        let deep =
            Link::parse("consilium://visit?server=http%3A%2F%2Flocalhost%3A80%2Fclinic&at=abc").unwrap();
        let web = Link::parse(" http://localhost/clinic/visit?at=abc ").unwrap();
        assert_eq!(deep, web);
    }

    #[test]
    fn refuses_what_is_not_ours() {
        for (text, error) in [
            ("", LinkError::NotAUrl),
            ("hello", LinkError::NotAUrl),
            ("mailto:a@example.org", LinkError::Foreign),
            ("consilium://elsewhere?at=1", LinkError::Foreign),
            ("consilium://visit?at=1", LinkError::NoServer),
            ("consilium://visit?server=file%3A%2F%2F%2Fetc&at=1", LinkError::NoServer),
            ("consilium://visit?server=http%3A%2F%2Fa&at=", LinkError::NoToken),
            ("https://example.org/other?at=1", LinkError::Foreign),
        ] {
            assert_eq!(Link::parse(text), Err(error), "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,200}") {
            let _ = Link::parse(&text);
        }

        #[test]
        fn a_deep_link_round_trips(token in "[a-zA-Z0-9+/=&%]{1,80}", host in "[a-z]{1,20}", port in 1u16..) {
            let server = Url::parse(&format!("http://{host}:{port}/")).unwrap();
            let link = Link::Visit { server, access_token: token.into() };
            prop_assert_eq!(Link::parse(&link.to_deep_link()), Ok(link));
        }
    }
}
