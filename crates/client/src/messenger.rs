//! The family-doctor messenger on behalf of one person (`family-doctor-im.md`).
//!
//! Nothing is repeated by itself. Sending is safe to repeat all the same, because the client's message id makes the
//! server give the stored message again; the outbox does that.

mod answer;
mod conference;
mod download;
mod page;
mod sessions;
mod socket;
mod topics;
mod transfer;
mod upload;

pub use page::{MessagePage, Window, message_id, message_number};
pub use sessions::SessionsOf;
pub use socket::{MessengerEvent, MessengerSocket, MessengerVoice};
pub use transfer::{AttachmentPart, TransferError, UploadSource};

use crate::endpoint::Endpoint;
use crate::error::{BadAnswer, ClientError};
use crate::http::{Answer, Face, Http, bearer};
use answer::accepted;
use consilium_model::Secret;
use consilium_wire::im::{MAX_PAGE_SIZE, Message, NewMessage};
use page::RawPage;
use reqwest::{Method, RequestBuilder};
use std::time::Duration;

/// What one row with a text of the greatest length may take in an answer, in bytes: every character escaped, and what
/// stands around it.
const MAX_ROW: usize = 256 * 1024;

pub(crate) use answer::declined;

/// The messenger, seen by whom the token belongs to. Cheap to clone.
///
/// [`ClientError::Unauthorized`] means that the token has ended: [`crate::Home::messenger`] gives another one.
/// [`ClientError::Declined`] says why the server did not do it.
#[derive(Clone, Debug)]
pub struct Messenger {
    face: Face,
    token: Secret,
    /// How long a transfer may stand still.
    patience: Duration,
}

impl Messenger {
    pub(crate) const fn new(http: Http, endpoint: Endpoint, token: Secret, patience: Duration) -> Self {
        Self { face: Face { http, endpoint }, token, patience }
    }

    /// Messages of a session: at most `take`, which is never more than [`MAX_PAGE_SIZE`].
    pub async fn messages(
        &self,
        session: &str,
        window: Window,
        take: u32,
    ) -> Result<MessagePage, ClientError> {
        let take = take.clamp(1, MAX_PAGE_SIZE);
        let request = self.request(Method::GET, &["sessions", session, "messages"])?;
        let request = request.query(&[("page_size", take)]).query(window.query(session).as_slice());
        self.rows(request, take).await?.json::<RawPage>()?.read(session, window)
    }

    /// The unread messages of a session. The server takes them for read from now on.
    pub async fn unread(&self, session: &str, take: u32) -> Result<Vec<Message>, ClientError> {
        let take = take.clamp(1, MAX_PAGE_SIZE);
        let request = self.request(Method::GET, &["sessions", session, "messages", "unread"])?;
        self.rows(request.query(&[("page_size", take)]), take).await?.json::<RawPage>()?.known(session)
    }

    /// The person has read up to that message, and nothing that came after it.
    pub async fn read_up_to(&self, session: &str, message: &str) -> Result<(), ClientError> {
        let request = self.request(Method::GET, &["sessions", session, "messages", "unread"])?;
        self.rows(request.query(&[("page_size", "1"), ("up_to", message)]), 1).await.map(drop)
    }

    /// One message.
    pub async fn message(&self, session: &str, id: &str) -> Result<Message, ClientError> {
        self.get(&["sessions", session, "messages", id]).await
    }

    /// Sends a message; answers with it as it is stored. The same `client_message_id` gives the same message again.
    pub async fn send(&self, session: &str, message: &NewMessage) -> Result<Message, ClientError> {
        let request = self.request(Method::POST, &["sessions", session, "messages"])?;
        let stored: Message = self.json(request.json(message)).await?;
        let is_it = stored.session_id == session
            && stored.client_message_id == message.client_message_id
            && message_number(&stored.id, session).is_some();
        if is_it { Ok(stored) } else { Err(BadAnswer::WrongSchema.into()) }
    }

    /// Ends the token. One that the server no longer knows has ended already.
    pub async fn log_out(&self) -> Result<(), ClientError> {
        match self.done(self.request(Method::POST, &["users", "logout"])?).await {
            Ok(()) | Err(ClientError::Unauthorized) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn request(&self, method: Method, segments: &[&str]) -> Result<RequestBuilder, ClientError> {
        let url = self.face.endpoint.messenger(segments);
        bearer(self.face.http.request(method, url), &self.token)
    }

    async fn get<T: serde::de::DeserializeOwned>(&self, segments: &[&str]) -> Result<T, ClientError> {
        self.json(self.request(Method::GET, segments)?).await
    }

    async fn json<T: serde::de::DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, ClientError> {
        accepted(self.face.http.send(request).await?)?.json()
    }

    /// Sends; whatever the answer holds is of no interest.
    async fn done(&self, request: RequestBuilder) -> Result<(), ClientError> {
        accepted(self.face.http.send(request).await?).map(drop)
    }

    /// Reads an answer of so many rows.
    async fn rows(&self, request: RequestBuilder, rows: u32) -> Result<Answer, ClientError> {
        let bound = MAX_ROW.saturating_mul(rows as usize + 1);
        accepted(self.face.http.send_bounded(request, bound).await?)
    }
}
