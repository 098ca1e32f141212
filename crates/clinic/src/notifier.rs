//! Invitations to calls for people who have no application open: the clinic's gateway to mail and text messages gets
//! whom to tell, and the link that leads into the call. Without a gateway nobody is told this way.
//!
//! Signed, queued and tried again like every call of a web hook ([`crate::medme`]); nothing of it is in the log.

use crate::medme::{Call, Callbacks, Outcome};
use consilium_model::Secret;
use consilium_wire::home::calls::CallId;
use serde::Serialize;
use std::sync::Arc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use url::Url;
use uuid::Uuid;

/// Somebody who is to be told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
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

    /// Tells somebody some time; never waits. It is given up when nobody is `wanted` any more. The outcome may be
    /// waited for or not.
    pub(crate) fn tell(
        &self,
        invitation: &CallInvitation,
        wanted: CancellationToken,
    ) -> Result<JoinHandle<Outcome>, NotTold> {
        let CallInvitation { call, contact, link, title } = invitation;
        let can_be_reached = contact.email.is_some() || contact.phone.is_some();
        let hook = self.hook.as_ref().filter(|_| can_be_reached).ok_or(NotTold)?;
        let id = Uuid::new_v4().simple().to_string();
        let (kind, title) = ("call_invitation", title.as_ref());
        let message = Message { kind, id: &id, call_id: call, contact, link, title };
        let call = Call::call_invitation(hook.expose(), &id, &message);
        self.callbacks.send(call, wanted).map_err(|_| NotTold)
    }
}
