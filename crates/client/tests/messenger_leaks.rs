//! A chat with made-up secrets, everything logged at the most talkative level: nothing of it is in the log.
//!
//! Alone in its file: the log is one for the whole process.
#![allow(clippy::unwrap_used)]

mod common;
mod history_kit;

use axum::Router;
use axum::extract::ws::{Message as Frame, WebSocket, WebSocketUpgrade};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::routing::any;
use common::log::Log;
use common::{quick, serve, server_at, soon};
use consilium_client::{
    AttachmentPart, History, HistoryKey, MessagePage, MessengerEvent, UploadSource, Window,
};
use consilium_model::MessageKind;
use consilium_wire::im::{ClientType, NewMessage};
use history_kit::{key, message, queued};

const TOKEN: &str = "tok-51c09e";
const WORDS: &str = "words-8842aa";
const NAME: &str = "name-77ab3c";
const BYTES: &str = "bytes-0c4d5e";

/// Lets everybody in, and sends words and a frame of no protocol.
async fn talk(mut socket: WebSocket) {
    socket.recv().await;
    let message = serde_json::to_string(&message("s", 1, WORDS)).unwrap();
    for frame in [
        r#"{"type":"logged_in","user_id":"anna"}"#.to_owned(),
        format!(r#"{{"type":"{WORDS}"}}"#),
        format!(r#"{{"type":"message","message":{message}}}"#),
    ] {
        socket.send(Frame::text(frame)).await.unwrap();
    }
    while let Some(Ok(_)) = socket.recv().await {}
}

/// Says no, and repeats whatever it was told.
async fn refuse(uri: Uri, headers: HeaderMap, body: String) -> (StatusCode, String) {
    (StatusCode::BAD_REQUEST, format!(r#"{{"error":{{"code":"{uri} {headers:?} {body}"}}}}"#))
}

#[tokio::test]
async fn nothing_of_a_chat_reaches_the_log_at_any_level() {
    let log = Log::start();
    let socket = async |upgrade: WebSocketUpgrade| upgrade.on_upgrade(talk);
    let app = Router::new().route("/clinic/api/v2/ws", any(socket)).fallback(refuse);
    let server = server_at(serve(app).await, quick());

    let messenger = server.messenger(TOKEN.into());
    let new = NewMessage {
        kind: MessageKind::Text,
        content: WORDS.into(),
        client_message_id: "c1".to_owned(),
        reply_to: None,
    };
    let (progress, _) = tokio::sync::watch::channel(0);
    let source = UploadSource::Bytes(BYTES.into());
    let error = soon(messenger.send("s", &new)).await.unwrap_err();
    let people = soon(messenger.people(&NAME.into())).await.unwrap_err();
    let upload = soon(messenger.upload("s", &NAME.into(), source.clone(), &progress)).await.unwrap_err();
    tracing::info!(?messenger, ?new, %error, ?people, %upload, ?source, "the app may print what it has");

    let mut socket = server.messenger_socket(TOKEN.into(), ClientType::Patient);
    loop {
        let event = soon(socket.next()).await.unwrap();
        tracing::info!(?event, ?socket, "the app may print what it gets");
        if matches!(event, MessengerEvent::Message(_)) {
            break;
        }
    }
    soon(socket.close()).await;

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("h.db");
    let history = History::open(&file, &key()).unwrap();
    let page = MessagePage::one(message("s", 1, WORDS)).unwrap();
    history.put_messages("s", page.clone()).await.unwrap();
    history.set_draft("s", &WORDS.into()).await.unwrap();
    history.put_attachment("a", AttachmentPart::Whole, BYTES.into()).await.unwrap();
    history.enqueue(queued("c1", "s", WORDS)).await.unwrap();
    let waits = history.outbox().await.unwrap();
    let found = history.search(&WORDS.into(), 5).await.unwrap();
    let read = history.messages("s", Window::Newest, 5).await.unwrap();
    tracing::info!(?history, key = ?key(), ?page, ?waits, ?found, ?read, "the app may print what it keeps");
    history.close().await;
    History::open(&file, &HistoryKey::draw()).unwrap().close().await;

    let log = log.text();
    for sign in ["may print what it has", "may print what it gets", "may print what it keeps", "set aside"] {
        assert!(log.contains(sign), "the log works: {sign}");
    }
    let key = key().to_secret();
    for secret in [TOKEN, WORDS, NAME, BYTES, key.expose().as_str(), file.to_str().unwrap()] {
        assert!(!log.contains(secret), "{secret} in the log");
    }
}
