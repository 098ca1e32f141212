//! What the window is about, with all that belongs to it.

use crate::view::ProblemCode;
use crate::visit::{Visit, VisitKey};
use consilium_client::Server;
use consilium_model::Secret;

/// What the window is about.
pub(crate) enum Stage {
    /// The keychain is being read.
    Starting,
    /// Nobody is signed in.
    SignIn { busy: bool, problem: Option<ProblemCode> },
    /// The specialist's day.
    Home,
    /// A link is being opened.
    Opening { key: VisitKey, retry: Retry },
    /// A visit.
    Visit(Box<Visit>),
    /// Something could not be opened.
    Problem { code: ProblemCode, retry: Option<Retry> },
}

/// What «try again» does.
#[derive(Clone)]
pub(crate) enum Retry {
    /// Opens the visit again.
    Open { server: Server, token: Secret },
}
