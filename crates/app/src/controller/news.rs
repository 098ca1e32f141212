//! What the open visit brings by itself.

use crate::call::CallNews;
use crate::chat::{ChatNews, ChatSession};
use crate::devices::{DeviceWatch, Found};
use crate::lobby::LobbyNews;
use crate::stage::Stage;
use crate::visit::{CallState, RoomLine, Visit};
use consilium_client::SubscriptionEvent;

/// What the open visit brings by itself.
pub(super) enum News {
    /// From the clinic.
    Line(SubscriptionEvent),
    /// From the room.
    Call(CallNews),
    /// From the room's door.
    Lobby(LobbyNews),
    /// What was sent into the room, and nobody was there to hear.
    Unheard,
}

/// The next news of the open visit; pends while none is open.
pub(super) async fn next_news(stage: &mut Stage) -> News {
    let Stage::Visit(visit) = stage else { return std::future::pending().await };
    let Visit { subscription, call, room, .. } = visit.as_mut();
    tokio::select! {
        Some(event) = subscription.next() => News::Line(event),
        news = next_of_room(call) => news,
        () = unheard(room.as_ref()) => News::Unheard,
    }
}

async fn unheard(room: Option<&RoomLine>) {
    match room {
        Some(room) => room.unheard().await,
        None => std::future::pending().await,
    }
}

async fn next_of_room(call: &mut CallState) -> News {
    match call {
        CallState::In(call) => News::Call(call.next().await),
        CallState::Lobby(lobby) => News::Lobby(lobby.next().await),
        CallState::None
        | CallState::Entering { .. }
        | CallState::Elsewhere(_)
        | CallState::Refused { .. } => std::future::pending().await,
    }
}

/// The next news of the chat; pends while there is none.
pub(super) async fn next_of_chat(chat: &mut Option<ChatSession>) -> ChatNews {
    match chat {
        Some(chat) => chat.next().await,
        None => std::future::pending().await,
    }
}

/// The next list of devices that differs; pends while they are not watched.
pub(super) async fn next_found(watch: &mut Option<DeviceWatch>) -> Found {
    match watch {
        Some(watch) => watch.next().await,
        None => std::future::pending().await,
    }
}
