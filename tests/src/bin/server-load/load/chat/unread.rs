//! How much is unread over all sessions, by how many there are.

use super::super::figures::Times;
use super::super::http::{Connection, signed, signed_get};
use super::super::machine::Cores;
use super::super::server::Server;
use super::history::ask;
use super::people::{self, Person, messages_of};
use super::words;
use anyhow::{Context, Result, bail, ensure};
use consilium_model::{BusinessKind, SessionKind};
use consilium_wire::im::{Count, Session};
use futures_util::future::try_join_all;
use serde::Serialize;
use serde_json::json;
use std::path::Path;

/// So many connections make sessions.
const MAKERS: usize = 32;
/// So often it is asked.
const QUESTIONS: usize = 500;

#[derive(Serialize)]
pub(super) struct Figures {
    sessions: usize,
    /// Unread messages over all sessions.
    count: Times,
    /// The first page of the list, with the newest message of each.
    recent: Times,
}

/// Gives one specialist so many sessions with another one, with an unread message in each.
pub(super) async fn measure(cores: &Cores, program: &Path, sessions: usize) -> Result<Figures> {
    let folder = tempfile::Builder::new().prefix("consilium-load-").tempdir().context("no folder")?;
    let options = ["--messages-per-second", "1000000", "--demo"];
    let clinic = Server::clinic(program, folder.path(), cores, &options)?;
    let mut connection = Connection::open(clinic.address).await?;
    let staff = people::staff(folder.path(), &mut connection).await?;
    let [writer, reader, ..] = staff.as_slice() else { bail!("the demo has fewer than two specialists") };
    let makers = (0..MAKERS).map(|maker| make(&clinic, writer, reader, (maker..sessions).step_by(MAKERS)));
    try_join_all(makers).await?;
    let count = signed_get("/api/v2/sessions/unread_message_count", &reader.token);
    let unread: Count = serde_json::from_slice(connection.exchange(&count).await?)?;
    ensure!(unread.count == sessions as u64, "{} of {sessions} messages are unread", unread.count);
    let recent = signed_get("/api/v2/sessions/recent?page_size=50", &reader.token);
    Ok(Figures {
        sessions,
        count: Times::of(ask(&mut connection, &count, QUESTIONS).await?),
        recent: Times::of(ask(&mut connection, &recent, QUESTIONS).await?),
    })
}

async fn make(
    clinic: &Server,
    writer: &Person,
    reader: &Person,
    numbers: impl Iterator<Item = usize>,
) -> Result<()> {
    let mut connection = Connection::open(clinic.address).await?;
    let group = json!({
        "type": SessionKind::Group, "business_type": BusinessKind::WithoutPatient, "participants": [reader.id],
    });
    for number in numbers {
        let request = signed("POST", "/api/v2/sessions", &writer.token, &group)?;
        let session: Session = serde_json::from_slice(connection.exchange(&request).await?)?;
        let path = messages_of(&session.id);
        let request = signed("POST", &path, &writer.token, &words::message(number as u64))?;
        connection.exchange(&request).await?;
    }
    Ok(())
}
