//! Sessions and people.

use super::{MAX_ROW, Messenger};
use crate::error::{BadAnswer, ClientError};
use consilium_model::Secret;
use consilium_wire::im::{Count, MAX_PAGE_SIZE, NewSession, Page, Session, User};
use reqwest::Method;
use serde_json::Value;

/// Which sessions are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SessionsOf {
    /// All of them.
    #[default]
    Everyone,
    /// With a patient.
    Patients,
    /// Without one.
    Colleagues,
}

impl SessionsOf {
    const fn query(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Everyone => None,
            Self::Patients => Some(("type", "patient")),
            Self::Colleagues => Some(("type", "doctor")),
        }
    }
}

impl Messenger {
    /// The sessions that have a message: pinned ones first, then by their newest message. `page` counts from 1.
    pub async fn recent(&self, of: SessionsOf, page: u32, take: u32) -> Result<Page<Session>, ClientError> {
        self.sessions(&["sessions", "recent"], of.query(), page, take).await
    }

    /// All sessions, the newest one first. `page` counts from 1.
    pub async fn all_sessions(&self, page: u32, take: u32) -> Result<Page<Session>, ClientError> {
        self.sessions(&["sessions"], None, page, take).await
    }

    /// One session.
    pub async fn session(&self, session: &str) -> Result<Session, ClientError> {
        let value: Value = self.get(&["sessions", session, "session"]).await?;
        read_session(value)
    }

    /// Makes a session, or gives the one that two people have with each other already.
    pub async fn create(&self, session: &NewSession) -> Result<Session, ClientError> {
        let request = self.request(Method::POST, &["sessions"])?;
        read_session(self.json(request.json(session)).await?)
    }

    /// Pins a session for this person, or unpins it.
    pub async fn set_sticky(&self, session: &str, sticky: bool) -> Result<(), ClientError> {
        let method = if sticky { Method::PUT } else { Method::DELETE };
        self.done(self.request(method, &["sessions", session, "sticky"])?).await
    }

    /// Unread messages over all sessions.
    pub async fn badge(&self) -> Result<u64, ClientError> {
        Ok(self.get::<Count>(&["application", "badge_no"]).await?.count)
    }

    /// People with whom this person may begin a session, by a part of their name.
    pub async fn people(&self, query: &Secret) -> Result<Vec<User>, ClientError> {
        let request = self.request(Method::GET, &["users"])?.query(&[("query", query.expose())]);
        Ok(self.json::<Page<User>>(request).await?.content)
    }

    async fn sessions(
        &self,
        segments: &[&str],
        filter: Option<(&str, &str)>,
        page: u32,
        take: u32,
    ) -> Result<Page<Session>, ClientError> {
        let take = take.clamp(1, MAX_PAGE_SIZE);
        let request = self.request(Method::GET, segments)?.query(filter.as_slice());
        let request = request.query(&[("page", page.max(1)), ("page_size", take)]);
        let raw: Page<Value> = self.rows(request, take).await?.json()?;
        let content = raw.content.into_iter().map(read_session).collect::<Result<_, _>>()?;
        Ok(Page { content, page: raw.page, page_size: raw.page_size, more: raw.more })
    }
}

/// A session whose newest message is of a kind that only a newer version knows is one without a newest message.
fn read_session(mut value: Value) -> Result<Session, ClientError> {
    if let Some(last) = value.get("last_message")
        && serde_json::from_value::<Option<consilium_wire::im::Message>>(last.clone()).is_err()
        && let Some(session) = value.as_object_mut()
    {
        session.remove("last_message");
    }
    serde_json::from_value(value).map_err(|_| BadAnswer::WrongSchema.into())
}

const _: () = assert!(MAX_ROW > 4 * consilium_wire::im::MAX_TEXT);
