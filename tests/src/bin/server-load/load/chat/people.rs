//! The people of the visits, signed in to the messenger.

use super::super::booking::Visit;
use super::super::http::{Connection, signed};
use super::super::server::Server;
use anyhow::{Context, Result};
use consilium_wire::demo::Demo;
use consilium_wire::im::{LoggedIn, Session, UserRole};
use serde_json::json;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// So soon the demo is there.
const WRITTEN: Duration = Duration::from_secs(20);

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
        Ok(Self::of(logged_in))
    }

    fn of(logged_in: LoggedIn) -> Self {
        Self { id: logged_in.user.user_id.as_str().to_owned(), token: logged_in.token.expose().clone() }
    }
}

/// The made-up clinic's specialists, who have logins: with a link one reaches the session of its visit only.
pub(super) async fn staff(folder: &Path, connection: &mut Connection) -> Result<Vec<Person>> {
    let demo: Demo = serde_json::from_slice(&written(&folder.join("data/demo.json")).await?)?;
    let users = demo.im.context("the demo has no messenger")?.users;
    let mut staff = Vec::new();
    for user in users.into_iter().filter(|user| user.role == UserRole::Doctor) {
        let login = json!({"user_id": user.user_id, "password": user.password});
        let request = signed("POST", "/api/v2/users/login", "none", &login)?;
        let logged_in: LoggedIn = serde_json::from_slice(connection.exchange(&request).await?)?;
        staff.push(Person::of(logged_in));
    }
    Ok(staff)
}

/// A file that the server writes, whole, soon after it serves.
async fn written(file: &Path) -> Result<Vec<u8>> {
    let wait = async {
        while !file.exists() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(WRITTEN, wait).await.context("the server writes no demo.json")?;
    Ok(fs::read(file)?)
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
