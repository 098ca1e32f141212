//! Topics: a consultation that is opened, answered and closed.

use super::Messenger;
use crate::error::ClientError;
use consilium_model::Secret;
use consilium_wire::im::{EndTopic, FailureCode, NewTopic, Topic};
use reqwest::Method;

impl Messenger {
    /// Opens a topic. [`FailureCode::Conflict`] while another one is open.
    pub async fn open_topic(&self, topic: &NewTopic) -> Result<Topic, ClientError> {
        let request = self.request(Method::POST, &["sessions", "topics"])?;
        self.json(request.json(topic)).await
    }

    /// Closes a topic, with last words or without. [`FailureCode::TopicEnded`] when it is closed already.
    pub async fn end_topic(
        &self,
        session: &str,
        topic: &str,
        closing: Option<&Secret>,
    ) -> Result<Topic, ClientError> {
        let request = self.request(Method::PUT, &["sessions", session, "topics", topic, "ended"])?;
        self.json(request.json(&EndTopic { content: closing.cloned() })).await
    }

    /// The last topic of a session; `None` when it never had one.
    pub async fn current_topic(&self, session: &str) -> Result<Option<Topic>, ClientError> {
        match self.get(&["sessions", session, "topics", "current", "ended"]).await {
            Ok(topic) => Ok(Some(topic)),
            Err(ClientError::Declined(FailureCode::NotFound)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
