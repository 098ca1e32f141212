//! One clinic server.

use crate::endpoint::Endpoint;
use crate::error::ClientError;
use crate::home::Home;
use crate::home_events::HomeEvents;
use crate::http::Http;
use crate::line::Dialer;
use crate::medme::MedMe;
use crate::messenger::{Messenger, MessengerSocket};
use crate::room::RoomSocket;
use crate::subscription::Subscription;
use crate::timing::Timing;
use crate::trust::Trust;
use consilium_model::Secret;
use consilium_wire::im::ClientType;
use std::sync::Arc;

/// One clinic server: where it is, whom to trust, how long to wait. Cheap to clone; clones share connections.
#[derive(Clone, Debug)]
pub struct Server {
    endpoint: Endpoint,
    http: Http,
    dialer: Dialer,
    timing: Arc<Timing>,
}

impl Server {
    /// With the product's limits and the system's certificates. Opens no connection yet.
    pub fn new(endpoint: Endpoint) -> Result<Self, ClientError> {
        Self::with(endpoint, Timing::default(), &Trust::system())
    }

    /// With other limits or certificates.
    pub fn with(endpoint: Endpoint, timing: Timing, trust: &Trust) -> Result<Self, ClientError> {
        let http = Http::new(&timing, trust)?;
        let dialer = Dialer::new(&timing, trust);
        Ok(Self { endpoint, http, dialer, timing: Arc::new(timing) })
    }

    /// Where it is.
    pub const fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// One visit, on behalf of the participant to whom the token belongs.
    pub fn medme(&self, access_token: Secret) -> MedMe {
        MedMe::new(self.http.clone(), self.endpoint.clone(), access_token)
    }

    /// The specialist's home page.
    pub fn home(&self) -> Home {
        Home::new(self.http.clone(), self.endpoint.clone())
    }

    /// Who knocks at a specialist's visits, with the token of its sign-in. Starts at once; must be called within a tokio
    /// runtime.
    pub fn home_events(&self, token: Secret) -> HomeEvents {
        HomeEvents::start(self.dialer.clone(), self.endpoint.home_socket(), token, &self.timing)
    }

    /// News of one visit. Starts at once; must be called within a tokio runtime.
    pub fn subscribe(&self, access_token: Secret) -> Subscription {
        Subscription::start(self.dialer.clone(), self.endpoint.medme_socket(), access_token, &self.timing)
    }

    /// The room of one visit. Starts at once; must be called within a tokio runtime.
    pub fn enter_room(&self, conference_token: Secret) -> RoomSocket {
        RoomSocket::start(self.dialer.clone(), self.endpoint.room_socket(), conference_token, &self.timing)
    }

    /// The messenger, with a token of [`Home::messenger`].
    pub fn messenger(&self, token: Secret) -> Messenger {
        Messenger::new(self.http.clone(), self.endpoint.clone(), token, self.timing.request)
    }

    /// What happens in the messenger, with a token of [`Home::messenger`]. Starts at once; must be called within a
    /// tokio runtime.
    pub fn messenger_socket(&self, token: Secret, client_type: ClientType) -> MessengerSocket {
        let url = self.endpoint.messenger_socket();
        MessengerSocket::start(self.dialer.clone(), url, token, client_type, &self.timing)
    }
}
