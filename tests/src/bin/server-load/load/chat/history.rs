//! Opening a session, by how much was said in it before.

use super::super::figures::Times;
use super::super::http::{Connection, signed, signed_get};
use super::super::server::Server;
use super::people::{Conversation, Person};
use super::words;
use anyhow::{Result, ensure};
use consilium_wire::im::{Message, Page};
use futures_util::future::try_join_all;
use serde::Serialize;
use std::time::{Duration, Instant};

/// So many connections fill a session.
const WRITERS: usize = 64;
/// So often it is opened.
const OPENINGS: usize = 200;
/// The newest page should be there by then.
const GOAL_MS: f64 = 50.0;

#[derive(Serialize)]
pub(super) struct Figures {
    messages: usize,
    p99_below_ms: f64,
    met: bool,
    /// The newest page.
    first_page: Times,
    /// A page from the middle of the history.
    middle_page: Times,
    /// The session itself: its people, its newest message, what is unread.
    session: Times,
}

/// Fills the session and opens it often.
pub(super) async fn measure(clinic: &Server, talk: &Conversation, messages: usize) -> Result<Figures> {
    let both = [&talk.specialist, &talk.patient];
    fill(clinic, &talk.messages(), &both, messages).await?;
    let mut connection = Connection::open(clinic.address).await?;
    let reader = &talk.patient.token;
    let newest = signed_get(&format!("{}?page_size=50", talk.messages()), reader);
    let page: Page<Message> = serde_json::from_slice(connection.exchange(&newest).await?)?;
    ensure!(page.content.len() == messages.min(50), "the first page is not full");
    let middle = format!("{}?page_size=50&before={}-{}", talk.messages(), talk.session, messages / 2);
    let middle = signed_get(&middle, reader);
    let session = signed_get(&format!("/api/v2/sessions/{}/session", talk.session), reader);
    let first_page = Times::of(ask(&mut connection, &newest, OPENINGS).await?);
    Ok(Figures {
        messages,
        p99_below_ms: GOAL_MS,
        met: first_page.p99_ms() < GOAL_MS,
        first_page,
        middle_page: Times::of(ask(&mut connection, &middle, OPENINGS).await?),
        session: Times::of(ask(&mut connection, &session, OPENINGS).await?),
    })
}

/// Everybody in turn writes, so many messages in all.
async fn fill(clinic: &Server, path: &str, people: &[&Person], messages: usize) -> Result<()> {
    let writers = (0..WRITERS).map(|writer| async move {
        let mut connection = Connection::open(clinic.address).await?;
        for number in (writer..messages).step_by(WRITERS) {
            let sender = people[number / WRITERS % people.len()];
            let request = signed("POST", path, &sender.token, &words::message(number as u64))?;
            connection.exchange(&request).await?;
        }
        anyhow::Ok(())
    });
    try_join_all(writers).await.map(drop)
}

/// Asks the same thing often, one after the other.
pub(super) async fn ask(connection: &mut Connection, request: &[u8], times: usize) -> Result<Vec<Duration>> {
    let mut all = Vec::with_capacity(times);
    for _ in 0..times {
        let asked = Instant::now();
        connection.exchange(request).await?;
        all.push(asked.elapsed());
    }
    Ok(all)
}
