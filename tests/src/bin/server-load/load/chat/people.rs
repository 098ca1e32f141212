//! The people of the visits, signed in to the messenger.

use super::super::booking::Visit;
use super::super::http::{Connection, signed};
use super::super::server::Server;
use anyhow::Result;
use consilium_wire::im::{LoggedIn, Session};
use serde_json::json;

/// Somebody who is signed in.
#[derive(Clone)]
pub(super) struct Person {
    pub(super) id: String,
    pub(super) token: String,
}

impl Person {
    /// Signs in with the access token of a visit.
    pub(super) async fn sign_in(connection: &mut Connection, access_token: &str) -> Result<Self> {
        let request = signed("POST", "/home/v1/messenger", access_token, &json!({}))?;
        let logged_in: LoggedIn = serde_json::from_slice(connection.exchange(&request).await?)?;
        Ok(Self { id: logged_in.user.user_id.as_str().to_owned(), token: logged_in.token.expose().clone() })
    }
}

/// A visit's session, and the two who are in it.
#[derive(Clone)]
pub(super) struct Conversation {
    pub(super) session: String,
    pub(super) specialist: Person,
    pub(super) patient: Person,
}

impl Conversation {
    /// The sessions of these visits.
    pub(super) async fn open_all(clinic: &Server, visits: &[Visit]) -> Result<Vec<Self>> {
        let mut connection = Connection::open(clinic.address).await?;
        let mut all = Vec::with_capacity(visits.len());
        for visit in visits {
            let specialist = Person::sign_in(&mut connection, &visit.specialist).await?;
            let patient = Person::sign_in(&mut connection, &visit.client).await?;
            let request = signed("POST", "/home/v1/visit_chat", &visit.client, &json!({}))?;
            let session: Session = serde_json::from_slice(connection.exchange(&request).await?)?;
            all.push(Self { session: session.id, specialist, patient });
        }
        Ok(all)
    }

    /// Where its messages are.
    pub(super) fn messages(&self) -> String {
        messages_of(&self.session)
    }
}

/// Where a session's messages are.
pub(super) fn messages_of(session: &str) -> String {
    format!("/api/v2/sessions/{session}/messages")
}
