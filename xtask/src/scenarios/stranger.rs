//! A link to a server that is not there, refuses, or is none of ours: each has its screen, and a second try helps
//! once the server has come to its senses.

use super::open;
use crate::build::Programs;
use crate::guard::Guard;
use crate::headless::Place;
use anyhow::{Result, bail};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// What the stranger answers, and which problem the person is told.
const ANSWERS: [(&str, &str, &str); 4] = [
    ("200 OK", "<html>Welcome to the airport</html>", "bad-answer"),
    ("200 OK", r#"{"status":"OK","weather":"fine"}"#, "bad-answer"),
    ("500 Internal Server Error", "oops", "server-failed"),
    ("403 Forbidden", r#"{"status":"EXPIRED_TOKEN","description":"over"}"#, "expired-link"),
];

pub(super) async fn run(programs: &Programs) -> Result<()> {
    let guard = Guard::new()?;
    let place = Place::new("patient", &guard)?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    drop(listener);
    let link = format!("consilium://visit?server=http%3A%2F%2F127.0.0.1%3A{}&at=a-token", address.port());
    let window = open(&place, programs, Some(&link)).await?;
    window.find("[data-problem='unreachable']").await?;
    let listener = TcpListener::bind(address).await?;
    let turn = Arc::new(AtomicUsize::new(0));
    let stranger = tokio::spawn(answer(listener, turn.clone()));
    for (index, (_, _, problem)) in ANSWERS.iter().enumerate() {
        turn.store(index, Ordering::SeqCst);
        window.click("[data-testid='retry']").await?;
        if let Err(error) = window.find(&format!("[data-problem='{problem}']")).await {
            bail!("answer {index}: {error}");
        }
    }
    window.find("[data-problem='expired-link'][data-refused]").await?;
    stranger.abort();
    window.close().await;
    Ok(())
}

async fn answer(listener: TcpListener, turn: Arc<AtomicUsize>) {
    while let Ok((mut stream, _)) = listener.accept().await {
        let (status, body, _) = ANSWERS[turn.load(Ordering::SeqCst)];
        let mut request = [0; 4096];
        let _ = stream.read(&mut request).await;
        let length = body.len();
        let answer =
            format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}");
        let _ = stream.write_all(answer.as_bytes()).await;
    }
}
