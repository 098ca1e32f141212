//! Somebody who writes over the server's routes and is not killed: each message is sent again until it is acknowledged.

use consilium_client::{Messenger, Server};
use consilium_model::{MessageKind, Secret};
use consilium_wire::im::NewMessage;
use consilium_wire::link::Link;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Between two attempts.
const AGAIN: Duration = Duration::from_millis(10);

/// A writer at work.
pub struct Writer {
    stop: watch::Sender<bool>,
    task: JoinHandle<Vec<(String, String)>>,
}

impl Writer {
    pub fn begin(name: &'static str, server: &Server, link: &Secret) -> Self {
        let (stop, stopped) = watch::channel(false);
        let (server, link) = (server.clone(), link.clone());
        let task = tokio::spawn(async move {
            let (messenger, session) = enter(&server, &link).await;
            let mut acknowledged = Vec::new();
            for number in 0.. {
                if *stopped.borrow() {
                    break;
                }
                let text = format!("{name} {number}");
                acknowledged.push((send(&messenger, &session, &text).await, text));
            }
            acknowledged
        });
        Self { stop, task }
    }

    /// Finishes its last message; gives id and text of each that was acknowledged.
    pub async fn end(self) -> Vec<(String, String)> {
        self.stop.send_replace(true);
        self.task.await.unwrap()
    }
}

/// The messenger of a visit's participant, and the id of the visit's session.
pub async fn enter(server: &Server, link: &Secret) -> (Messenger, String) {
    let Ok(Link::Visit { access_token, .. }) = Link::parse(link.expose()) else {
        panic!("no link of a visit")
    };
    let home = server.home();
    loop {
        if let Ok(entered) = home.messenger(&access_token).await
            && let Ok(session) = home.visit_chat(&access_token).await
        {
            return (server.messenger(entered.token), session.id);
        }
        tokio::time::sleep(AGAIN).await;
    }
}

async fn send(messenger: &Messenger, session: &str, text: &str) -> String {
    let message = NewMessage {
        kind: MessageKind::Text,
        content: Secret::from(text),
        client_message_id: text.to_owned(),
        reply_to: None,
    };
    loop {
        match messenger.send(session, &message).await {
            Ok(stored) => return stored.id,
            Err(error) => assert!(error.is_retryable(), "{error}"),
        }
        tokio::time::sleep(AGAIN).await;
    }
}
