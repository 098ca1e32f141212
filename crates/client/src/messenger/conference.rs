//! The conference to which the people of a session are invited.

use super::{Messenger, accepted};
use crate::error::ClientError;
use consilium_model::Secret;
use consilium_wire::im::{EnterConference, FailureCode, SessionConference};
use reqwest::Method;

impl Messenger {
    /// This person's own way into the conference of a session; `None` when there is none, or when it is over.
    pub async fn conference(&self, session: &str) -> Result<Option<SessionConference>, ClientError> {
        there(self.get(&["sessions", session, "conference"]).await)
    }

    /// The same for somebody who goes in under a name. A server that does not ask for names lets them in under the one
    /// that it knows.
    pub async fn enter_conference(
        &self,
        session: &str,
        name: &Secret,
    ) -> Result<Option<SessionConference>, ClientError> {
        let request = self.request(Method::POST, &["sessions", session, "conference"])?;
        let answer = self.face.http.send(request.json(&EnterConference { name: name.clone() })).await?;
        match answer.http {
            405 => self.conference(session).await,
            _ => there(accepted(answer).and_then(|answer| answer.json())),
        }
    }
}

fn there(answer: Result<SessionConference, ClientError>) -> Result<Option<SessionConference>, ClientError> {
    match answer {
        Ok(conference) => Ok(Some(conference)),
        Err(ClientError::Declined(FailureCode::NotFound)) => Ok(None),
        Err(error) => Err(error),
    }
}
