//! Requests with a bounded answer.

use crate::endpoint::Endpoint;
use crate::error::{BadAnswer, ClientError};
use crate::timing::Timing;
use crate::trust::Trust;
use consilium_model::Secret;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Client, Method, RequestBuilder, Response};
use std::error::Error;
use url::Url;

const MAX_REDIRECTS: usize = 3;

/// An HTTP client with the limits of a [`Timing`].
#[derive(Clone, Debug)]
pub(crate) struct Http {
    client: Client,
    max_body: usize,
}

/// An answer whose body was read to its end.
pub(crate) struct Answer {
    pub(crate) http: u16,
    body: Vec<u8>,
}

impl Http {
    pub(crate) fn new(timing: &Timing, trust: &Trust) -> Result<Self, ClientError> {
        let client = Client::builder()
            .tls_backend_preconfigured(trust.config().as_ref().clone())
            .connect_timeout(timing.connect)
            .timeout(timing.request)
            .redirect(Policy::custom(same_place))
            .referer(false)
            .no_proxy()
            .build()
            .map_err(|_| ClientError::Unreachable)?;
        Ok(Self { client, max_body: timing.max_body })
    }

    pub(crate) fn get(&self, url: Url) -> RequestBuilder {
        self.client.get(url)
    }

    pub(crate) fn post(&self, url: Url) -> RequestBuilder {
        self.client.post(url)
    }

    pub(crate) fn put(&self, url: Url) -> RequestBuilder {
        self.client.put(url)
    }

    pub(crate) fn request(&self, method: Method, url: Url) -> RequestBuilder {
        self.client.request(method, url)
    }

    /// Sends, and reads the whole answer.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Result<Answer, ClientError> {
        self.send_bounded(request, self.max_body).await
    }

    /// Sends, and reads the whole answer, which may be larger or has to be smaller than others: in bytes.
    pub(crate) async fn send_bounded(
        &self,
        request: RequestBuilder,
        max_body: usize,
    ) -> Result<Answer, ClientError> {
        let response = self.begin(request).await?;
        Answer::read(response, max_body).await
    }

    /// Sends, and leaves the body of the answer unread.
    pub(crate) async fn begin(&self, request: RequestBuilder) -> Result<Response, ClientError> {
        let response = request.send().await.map_err(|error| classify(&error))?;
        if response.status().is_redirection() {
            return Err(BadAnswer::Redirected.into());
        }
        Ok(response)
    }
}

impl Answer {
    /// Reads the rest of a response.
    pub(crate) async fn read(mut response: Response, max_body: usize) -> Result<Self, ClientError> {
        let http = response.status().as_u16();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| classify(&error))? {
            if body.len() + chunk.len() > max_body {
                return Err(BadAnswer::TooLarge.into());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Self { http, body })
    }

    pub(crate) const fn is_success(&self) -> bool {
        self.http >= 200 && self.http < 300
    }

    pub(crate) fn into_body(self) -> Vec<u8> {
        self.body
    }

    pub(crate) fn json<T: serde::de::DeserializeOwned>(&self) -> Result<T, ClientError> {
        serde_json::from_slice(&self.body).map_err(|error| match error.classify() {
            serde_json::error::Category::Data => BadAnswer::WrongSchema.into(),
            _ => BadAnswer::NotJson.into(),
        })
    }
}

/// The header of a signed-in specialist. `None` when the token cannot stand in a header.
pub(crate) fn bearer(request: RequestBuilder, token: &Secret) -> Result<RequestBuilder, ClientError> {
    let value = HeaderValue::try_from(format!("Bearer {}", token.expose()));
    let mut value = value.map_err(|_| ClientError::Unauthorized)?;
    value.set_sensitive(true);
    Ok(request.header(AUTHORIZATION, value))
}

/// Stays on the host, and never goes from `https` back to `http`.
fn same_place(attempt: Attempt<'_>) -> reqwest::redirect::Action {
    let Some(from) = attempt.previous().last() else { return attempt.stop() };
    let to = attempt.url();
    let same_host = from.host() == to.host();
    let same_port = from.port_or_known_default() == to.port_or_known_default();
    let upgrade = from.scheme() == "http" && to.scheme() == "https";
    let stays = same_host && (upgrade || (from.scheme() == to.scheme() && same_port));
    if stays && attempt.previous().len() <= MAX_REDIRECTS { attempt.follow() } else { attempt.stop() }
}

pub(crate) fn classify(error: &reqwest::Error) -> ClientError {
    match tls_problem(error) {
        Some(problem) => problem,
        None if error.is_timeout() => ClientError::Timeout,
        None => ClientError::Unreachable,
    }
}

/// Finds the TLS library's own error in a chain of sources.
pub(crate) fn tls_problem(error: &(dyn Error + 'static)) -> Option<ClientError> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(tls) = error.downcast_ref::<rustls::Error>() {
            return Some(match tls {
                rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented => {
                    ClientError::Certificate
                }
                _ => BadAnswer::NoTls.into(),
            });
        }
        // An `io::Error` hides the error it wraps from `source`.
        let wrapped = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        next = match wrapped {
            Some(inner) => Some(inner as &(dyn Error + 'static)),
            None => error.source(),
        };
    }
    None
}

/// The endpoint together with the way to it, as the protocol clients need both.
#[derive(Clone, Debug)]
pub(crate) struct Face {
    pub(crate) http: Http,
    pub(crate) endpoint: Endpoint,
}
