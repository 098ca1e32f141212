//! The socket of the fake messenger.

use super::chat::{Messenger, News};
use axum::extract::State;
use axum::extract::ws::{Message as Frame, WebSocket, WebSocketUpgrade};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use consilium_model::UserId;
use consilium_wire::im::{FailureCode, FromClient, FromServer};
use tokio::sync::broadcast;

pub async fn socket(State(messenger): State<Messenger>, upgrade: WebSocketUpgrade) -> Response {
    if messenger.says().absent {
        return StatusCode::NOT_FOUND.into_response();
    }
    let news = messenger.news();
    upgrade.on_upgrade(async move |socket| serve(messenger, socket, news).await)
}

async fn serve(messenger: Messenger, mut socket: WebSocket, mut news: broadcast::Receiver<News>) {
    let mut looked = None;
    loop {
        let answer = tokio::select! {
            Ok(news) = news.recv() => match pushed(&messenger, news, looked.as_deref()) {
                Some(push) => Some(push),
                None => return,
            },
            heard = socket.recv() => {
                let Some(Ok(frame)) = heard else { return };
                let Frame::Text(text) = frame else { continue };
                match answer(&messenger, &text, &mut looked) {
                    Ok(answer) => answer,
                    Err(last) => {
                        let _ = socket.send(Frame::text(serde_json::to_string(&last).unwrap())).await;
                        return;
                    }
                }
            }
        };
        if let Some(answer) = answer
            && socket.send(Frame::text(serde_json::to_string(&answer).unwrap())).await.is_err()
        {
            return;
        }
    }
}

/// Messages go to whoever looks at their session; others get the badge.
fn pushed(messenger: &Messenger, news: News, looked: Option<&str>) -> Option<FromServer> {
    let count = messenger.says().sessions.iter().map(|session| session.unread_count).sum();
    Some(match news {
        News::HangUp => return None,
        News::Message(message) if looked == Some(&message.session_id) => {
            FromServer::Message { message: *message }
        }
        News::Read { session, who, until } if looked == Some(&session) => FromServer::Read {
            session_id: session,
            participant_id: UserId::from(who),
            last_fetch_time: until,
        },
        News::Message(_) | News::Read { .. } => FromServer::Badge { count },
    })
}

fn answer(
    messenger: &Messenger,
    text: &str,
    looked: &mut Option<String>,
) -> Result<Option<FromServer>, Box<FromServer>> {
    let mut says = messenger.says();
    match serde_json::from_str(text).unwrap() {
        FromClient::Login { token, session_id, .. } => {
            *looked = session_id;
            if says.tokens.iter().any(|known| known == token.expose()) {
                return Ok(Some(FromServer::LoggedIn { user_id: UserId::from(says.me.as_str()) }));
            }
            let code = FailureCode::Unauthorized;
            Err(Box::new(FromServer::Error { code, client_message_id: None }))
        }
        FromClient::Look { session_id } => {
            *looked = session_id;
            Ok(None)
        }
        FromClient::Read { up_to } => {
            if let Some(session) = looked {
                says.mark_read(session, up_to.as_deref());
            }
            Ok(None)
        }
        FromClient::Send(_) | FromClient::Typing => Ok(None),
    }
}
