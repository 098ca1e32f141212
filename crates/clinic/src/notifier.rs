//! Invitations to calls for people who have no application open: the clinic's gateway to mail and text messages gets
//! whom to tell, and the link that leads into the call. Without a gateway nobody is told this way.
//!
//! Signed, queued and tried again like every call of a web hook ([`crate::medme`]); nothing of it is in the log.

use crate::medme::{Call, Callbacks, Outcome};
use consilium_model::Secret;
use consilium_wire::home::calls::CallId;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use url::Url;

/// Somebody who is to be told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reachable {
    /// As whoever calls named it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<Secret>,
    /// The mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) email: Option<Secret>,
    /// The telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) phone: Option<Secret>,
}

/// An invitation to a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CallInvitation {
    /// Its own id, the same each time it is told.
    pub(crate) id: String,
    /// The call.
    pub(crate) call: CallId,
    /// Who is told.
    pub(crate) contact: Reachable,
    /// Leads into the call.
    pub(crate) link: Secret,
    /// What it is about.
    pub(crate) title: Option<Secret>,
}

/// What the gateway gets.
#[derive(Serialize)]
struct Message<'a> {
    kind: &'static str,
    /// Its own id, the same each time it is tried.
    id: &'a str,
    call_id: &'a CallId,
    contact: &'a Reachable,
    link: &'a Secret,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a Secret>,
}

/// Nobody is told: there is no gateway, no way to reach that contact, or too many calls of the gateway wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("nobody is told")]
pub(crate) struct NotTold;

/// The way to the clinic's gateway.
pub(crate) struct Notifier {
    hook: Option<Secret<Url>>,
    callbacks: Arc<Callbacks>,
}

impl Notifier {
    /// With the address of the gateway, if there is one.
    pub(crate) const fn new(hook: Option<Secret<Url>>, callbacks: Arc<Callbacks>) -> Self {
        Self { hook, callbacks }
    }

    /// Whether there is a way to tell somebody.
    pub(crate) const fn reaches(&self, contact: &Reachable) -> bool {
        self.hook.is_some() && (contact.email.is_some() || contact.phone.is_some())
    }

    /// Tells somebody some time; never waits. It is given up when nobody is `wanted` any more. The outcome may be
    /// waited for or not.
    pub(crate) fn tell(
        &self,
        invitation: &CallInvitation,
        wanted: CancellationToken,
    ) -> Result<JoinHandle<Outcome>, NotTold> {
        let CallInvitation { id, call, contact, link, title } = invitation;
        let hook = self.hook.as_ref().filter(|_| self.reaches(contact)).ok_or(NotTold)?;
        let (kind, title) = ("call_invitation", title.as_ref());
        let message = Message { kind, id, call_id: call, contact, link, title };
        let call = Call::call_invitation(hook.expose(), id, &message);
        self.callbacks.send(call, wanted).map_err(|_| NotTold)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, TurnConfig, TurnListen};
    use crate::server::serve;
    use axum::Router;
    use axum::http::{HeaderMap, StatusCode};
    use serde_json::{Value, json};
    use tokio::sync::mpsc;

    /// A gateway that takes what it is told at the second try.
    async fn gateway() -> (Url, mpsc::UnboundedReceiver<(HeaderMap, String)>) {
        let (told, heard) = mpsc::unbounded_channel();
        let tries = std::sync::atomic::AtomicU32::new(0);
        let tries = Arc::new(tries);
        let take = move |headers: HeaderMap, body: String| {
            let is_first = tries.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0;
            told.send((headers, body)).unwrap();
            std::future::ready(if is_first { StatusCode::BAD_GATEWAY } else { StatusCode::NO_CONTENT })
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/gateway", listener.local_addr().unwrap()).parse().unwrap();
        tokio::spawn(async move { axum::serve(listener, Router::new().fallback(take)).await.unwrap() });
        (url, heard)
    }

    fn invitation(contact: Reachable) -> CallInvitation {
        let (call, link) = (CallId("c".to_owned()), "https://clinic.example.org/visit?at=x".into());
        CallInvitation { id: "i".to_owned(), call, contact, link, title: None }
    }

    async fn clinic(folder: &std::path::Path, hook: Option<Url>) -> crate::server::Running {
        let local = ([127, 0, 0, 1], 0).into();
        let turn = TurnConfig { listen: TurnListen::Off, ..TurnConfig::default() };
        let call_hook = hook.map(Secret::new);
        serve(Config { listen: local, turn, call_hook, ..Config::new(folder) }).await.unwrap()
    }

    #[tokio::test]
    async fn the_gateway_is_told_until_it_has_heard() {
        let (folder, (url, mut heard)) = (tempfile::tempdir().unwrap(), gateway().await);
        let running = clinic(folder.path(), Some(url)).await;
        let contact = Reachable { email: Some("sample@example.org".into()), ..Reachable::default() };
        let told = running.app().notifier.tell(&invitation(contact), CancellationToken::new()).unwrap();
        assert_eq!(told.await.unwrap(), Outcome::Heard);
        let [(headers, first), (_, second)] = [heard.recv().await.unwrap(), heard.recv().await.unwrap()];
        assert_eq!(first, second, "the same each time");
        let body: Value = serde_json::from_str(&first).unwrap();
        let expected = json!({
            "kind": "call_invitation", "id": body["id"], "call_id": "c", "contact": {"email": "sample@example.org"},
            "link": "https://clinic.example.org/visit?at=x",
        });
        assert_eq!(body, expected);
        assert_eq!(headers["idempotency-key"], body["id"].as_str().unwrap());
        assert!(headers.contains_key("consilium-signature"));
        running.stop().await;
    }

    #[tokio::test]
    async fn without_a_gateway_or_a_way_nobody_is_told() {
        let (folder, (url, mut heard)) = (tempfile::tempdir().unwrap(), gateway().await);
        let running = clinic(folder.path(), None).await;
        let contact = Reachable { phone: Some("+100".into()), ..Reachable::default() };
        let told = running.app().notifier.tell(&invitation(contact.clone()), CancellationToken::new());
        assert_eq!(told.map(drop), Err(NotTold));
        running.stop().await;
        let running = clinic(folder.path(), Some(url)).await;
        let nameless = invitation(Reachable { name: Some("Sample".into()), ..Reachable::default() });
        assert_eq!(running.app().notifier.tell(&nameless, CancellationToken::new()).map(drop), Err(NotTold));
        let over = CancellationToken::new();
        over.cancel();
        let told = running.app().notifier.tell(&invitation(contact), over).unwrap();
        assert_eq!(told.await.unwrap(), Outcome::GivenUp, "the call is over already");
        assert!(heard.try_recv().is_err());
        running.stop().await;
    }
}
