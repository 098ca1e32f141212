//! The specialist's sign-in.

use crate::problem::of_client;
use crate::view::ProblemCode;
use consilium_client::{ClientError, Endpoint, Server};
use consilium_model::{Secret, UserId};
use consilium_wire::home::{SignIn, SignedIn, Visits};
use consilium_wire::link::server_url;
use serde::{Deserialize, Serialize};

/// A signed-in specialist.
pub(crate) struct Account {
    pub(crate) server: Server,
    pub(crate) session: Session,
    pub(crate) visits: Visits,
    pub(crate) problem: Option<ProblemCode>,
    pub(crate) remembered: bool,
}

/// What the keychain keeps of a sign-in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Session {
    pub(crate) server: String,
    pub(crate) token: Secret,
    /// The login. Missing in what older versions have kept.
    #[serde(default)]
    pub(crate) user: Option<UserId>,
    pub(crate) name: Secret,
    pub(crate) clinic: String,
}

impl Account {
    /// The account of a session; `None` when its server's address is not one.
    pub(crate) fn resume(session: Session, remembered: bool) -> Option<Self> {
        let server = server_at(&session.server).ok()?;
        Some(Self { server, session, visits: Visits::default(), problem: None, remembered })
    }

    /// Signs in and reads the list of the day.
    pub(crate) async fn sign_in(server: Server, sign_in: SignIn) -> Result<Self, ProblemCode> {
        let refused = match sign_in {
            SignIn::Password { .. } => ProblemCode::WrongPassword,
            SignIn::Code { .. } => ProblemCode::UnknownLink,
        };
        let home = server.home();
        let SignedIn { token, user_id, name, clinic } =
            home.sign_in(&sign_in).await.map_err(|error| match error {
                ClientError::Unauthorized => refused,
                other => of_client(&other),
            })?;
        let visits = home.visits(&token).await.map_err(|error| of_client(&error))?;
        let session =
            Session { server: server.endpoint().base().to_owned(), token, user: Some(user_id), name, clinic };
        Ok(Self { server, session, visits, problem: None, remembered: false })
    }
}

/// The server at an address as typed or from a link.
pub(crate) fn server_at(address: &str) -> Result<Server, ProblemCode> {
    let endpoint = server_url(address).and_then(|url| Endpoint::new(&url)).ok_or(ProblemCode::BadServer)?;
    Server::new(endpoint).map_err(|error| of_client(&error))
}
