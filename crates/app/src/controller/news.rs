//! What the open visit brings by itself.

use crate::call::CallNews;
use crate::stage::Stage;
use crate::visit::{CallState, Visit};
use consilium_client::SubscriptionEvent;

/// What the open visit brings by itself.
pub(super) enum News {
    /// From the clinic.
    Line(SubscriptionEvent),
    /// From the room.
    Call(CallNews),
}

/// The next news of the open visit; pends while none is open.
pub(super) async fn next_news(stage: &mut Stage) -> News {
    let Stage::Visit(visit) = stage else { return std::future::pending().await };
    let Visit { subscription, call, .. } = visit.as_mut();
    tokio::select! {
        Some(event) = subscription.next() => News::Line(event),
        news = next_of_call(call) => News::Call(news),
    }
}

async fn next_of_call(call: &mut CallState) -> CallNews {
    match call {
        CallState::In(call) => call.next().await,
        CallState::None | CallState::Entering | CallState::Elsewhere(_) | CallState::Refused { .. } => {
            std::future::pending().await
        }
    }
}
