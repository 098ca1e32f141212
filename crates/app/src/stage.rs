//! What the window is about, with all that belongs to it.

use crate::otp::Otp;
use crate::problem;
use crate::view::ProblemCode;
use crate::visit::{Visit, VisitKey};
use consilium_client::{ClientError, Server};
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
    /// A one-time password comes first.
    Otp(Box<Otp>),
    /// A visit.
    Visit(Box<Visit>),
    /// Something could not be opened.
    Problem { code: ProblemCode, retry: Option<Retry> },
}

impl Stage {
    /// A link could not be opened: trying again is offered when it may help, otherwise it is the `4xx` screen.
    pub(crate) fn not_opened(error: &ClientError, retry: Retry) -> Self {
        let code = problem::of_client(error);
        let helps = error.is_retryable() || code == ProblemCode::Certificate;
        Self::Problem { code, retry: helps.then_some(retry) }
    }
}

/// What «try again» does.
#[derive(Clone)]
pub(crate) enum Retry {
    /// Opens the visit again.
    Open { server: Server, token: Secret },
}

impl Retry {
    /// The token of what is opened.
    pub(crate) const fn token(&self) -> &Secret {
        let Self::Open { token, .. } = self;
        token
    }
}
